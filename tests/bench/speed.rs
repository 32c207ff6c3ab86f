//! Speed of the laboratory through its public [`Simulator`](collapse_audit::sim::Simulator).
//!
//! `cargo bench -p collapse-bench` runs criterion on a few cells of every family. With a word of its own first it prints
//! lines for `compare.py` instead: `cells` lists the cells of the comparison with NumPy, `time CELL` times one of them,
//! `growth` gives the cost per generation of longer and longer accumulating runs, `exponents` a table of how cost grows with every size,
//! `costs [WORD ...]` the measured cost of the registry's arms over that which `plan` estimates.

mod clock;
mod costs;
mod densities;
mod gaussian;
mod growth;
mod kde;
mod logistic;
mod regression;
mod setups;

use std::hint::black_box;
use std::io::Write;

use collapse_audit::sim::Simulator;
use criterion::Criterion;
use setups::Cell;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["cells"] => cells().iter().for_each(|cell| line(&cell.name)),
        ["time", name] => cells().iter().filter(|cell| cell.name == *name).for_each(time),
        ["growth"] => growth(),
        ["costs", words @ ..] => costs::table(words, line),
        ["exponents"] => growth::exponents(line),
        _ => criterion(),
    }
}

fn cells() -> Vec<Cell> {
    [gaussian::cells(), regression::cells(), kde::cells(), logistic::cells(), densities::cells()].concat()
}

fn line(text: &str) {
    writeln!(std::io::stdout(), "{text}").expect("standard output is open");
}

/// Prints `cell,seconds,processor seconds`, each per run.
fn time(cell: &Cell) {
    let spent = clock::per_run(&clock::pool(2), &setups::prepared(&cell.setup));
    line(&format!("{},{:.9},{:.9}", cell.name, spent.wall, spent.processor));
}

/// Prints `model,generations,processor seconds per generation` of accumulating runs.
fn growth() {
    let pool = clock::pool(2);
    for (name, setup) in [("gaussian d=10 n=100", gaussian::accumulating()), ("ols d=10 n=100", regression::accumulating())] {
        for generations in [100, 1_000, 10_000, 100_000] {
            let spent = clock::per_run(&pool, &setups::prepared(&setups::long(&setup, generations)));
            line(&format!("{name},{generations},{:.12}", spent.processor / f64::from(generations)));
        }
    }
}

/// One run of 100 generations on one thread, for cells from the corners of each family.
fn criterion() {
    let mut criterion = Criterion::default().configure_from_args().sample_size(20);
    for cell in cells().iter().filter(|cell| cell.corner) {
        let simulator: Simulator = setups::prepared(&cell.setup);
        let mut replicate = 0;
        criterion.bench_function(&cell.name, |bencher| {
            bencher.iter(|| {
                replicate += 1;
                black_box(simulator.run(&setups::streams(replicate)))
            });
        });
    }
    criterion.final_summary();
}
