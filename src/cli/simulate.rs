//! `simulate`: listed runs, or any setup from flags, as long CSV, as a summary or as a plot.

use super::args::SimulateArgs;
use super::summary::Summary;
use super::{adhoc, output, registry, say, session, statistic};
use crate::plan::{self, Arm};
use crate::random::{Seed, Streams};
use crate::registry::{Registry, Simulation, Sources};
use crate::sim::{self, Ending, Record, Setup, Simulator, Table};
use crate::taxonomy::{Metric, Word};
use crate::{Error, Result};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::ops::Range;
use std::path::Path;

/// The arm of a setup that nobody published: from flags, or with keys changed.
const CUSTOM: &str = "custom";

/// Longest run of which every generation is recorded.
const EVERY: u32 = 100_000;

/// Most values that one cell may give: a gigabyte or two of memory.
const VALUES: u64 = 100_000_000;

/// One cell to run.
struct Cell {
    name: String,
    setup: Setup,
}

/// What to run, and whose seeds.
struct Target {
    study: String,
    simulation: String,
    arm: String,
    cells: Vec<Cell>,
}

/// Replicates of a summary for which nobody named a number.
const SUMMARISED: u32 = 256;

/// Simulates and writes the CSV, the summary, or the claim's statistic.
///
/// # Errors
/// Wrong usage, a registry with problems, a setup that is refused, a file that cannot be written.
pub fn simulate(args: &SimulateArgs, shipped: &Sources) -> Result<()> {
    if let (Some(target), Some(claim)) = (&args.target, &args.claim) {
        return deliver(&args.out, &statistic::of(args, shipped, target, claim)?);
    }
    session::threads(&args.common)?;
    let mut target = match &args.target {
        Some(name) => listed(args, shipped, name)?,
        None => from_flags(args, shipped)?,
    };
    if let Some(wanted) = &args.cell {
        let known: Vec<_> = target.cells.iter().map(|cell| cell.name.clone()).collect();
        target.cells.retain(|cell| cell.name == *wanted);
        if target.cells.is_empty() {
            let hint = match known.as_slice() {
                [only] if only.is_empty() => "this simulation has no grid: leave --cell out".to_owned(),
                _ => format!("expected one of {}", known.join(", ")),
            };
            return Err(Error::Usage(format!("there is no cell `{wanted}`; {hint}")));
        }
    }
    let wants_summary = args.summary || args.plot.is_some();
    let replicates = replicates(args, if wants_summary { SUMMARISED } else { 1 });
    let mut csv = String::from("arm,cell,replicate,generation,metric,value\n");
    let mut endings = String::new();
    let mut summary = Summary::of_arm(&target.arm);
    for cell in &target.cells {
        let table = run(args, &target, cell, &replicates)?;
        if wants_summary {
            summary.add(&cell.name, &table)
        } else {
            rows(&mut csv, &target.arm, &cell.name, &replicates, &table)
        }
        tell_endings(&mut endings, &cell.name, &replicates, &table);
    }
    say::err(&endings);
    if let Some(path) = &args.plot {
        output::write_file(path, summary.plot(&title(args, &target)).as_bytes())?;
        say::err(&format!("written: {}\n", path.display()));
    }
    match (args.summary, &args.plot) {
        (true, _) => deliver(&args.out, &summary.written(args.format)),
        (false, Some(_)) => Ok(()),
        (false, None) => deliver(&args.out, &csv),
    }
}

/// What a plot is of: the run by its names, or the setup by its parts.
fn title(args: &SimulateArgs, target: &Target) -> String {
    match (&args.truth, &args.model) {
        (Some(truth), Some(model)) => format!("{model} fitted to {truth}, {}", args.regime.as_deref().unwrap_or("replace")),
        _ => format!("{}/{}, {}", target.study, target.simulation, target.arm),
    }
}

fn deliver(to: &Path, text: &str) -> Result<()> {
    if to.as_os_str() == "-" { say::out(text) } else { output::write_file(to, text.as_bytes()) }
}

fn replicates(args: &SimulateArgs, unnamed: u32) -> Range<u32> {
    args.replicate.map_or(0..args.replicates.unwrap_or(unnamed), |k| k..k + 1)
}

fn run(args: &SimulateArgs, target: &Target, cell: &Cell, replicates: &Range<u32>) -> Result<Table> {
    let setup = chosen_metrics(cell.setup.clone(), &args.metrics)?;
    let simulator = Simulator::prepare(&setup).map_err(|refusals| {
        let lines: Vec<_> = refusals.iter().map(ToString::to_string).collect();
        Error::Usage(lines.join("\n"))
    })?;
    small_enough(&setup, replicates)?;
    let streams = |k| Streams::of_run(Seed(args.seed), &target.study, &target.simulation, &cell.name, k);
    Ok(simulator.runs(streams, replicates.clone()))
}

/// The setup that flags describe. Where they name no metric, it has every one of its truth and model.
fn from_flags(args: &SimulateArgs, shipped: &Sources) -> Result<Target> {
    let mut target = from_table(shipped, adhoc::STUDY, adhoc::SIMULATION, &adhoc::from_flags(args)?)?;
    if args.metrics.is_empty() {
        for Cell { setup, .. } in &mut target.cells {
            // Some metrics ask for more than truth and model, such as the event of a hitting time.
            let alone = |metric: &Metric| Setup { metrics: vec![*metric], ..setup.clone() };
            let mut metrics = sim::defined(&setup.truth, &setup.model);
            metrics.retain(|metric| sim::check(&alone(metric)).is_ok());
            setup.metrics = metrics;
        }
    }
    Ok(target)
}

/// Refuses what no memory holds before anything is drawn.
fn small_enough(setup: &Setup, replicates: &Range<u32>) -> Result<()> {
    let generations = match setup.record {
        Record::All => u64::from(setup.generations),
        Record::At(ref generations) => generations.len() as u64,
    };
    let values = replicates.len() as u64 * generations * setup.metrics.len() as u64;
    if values <= VALUES {
        return Ok(());
    }
    let message =
        format!("this would write {values} values; at most {VALUES} fit: lower --replicates or --generations, or name fewer --metrics");
    Err(Error::Usage(message))
}

/// A listed simulation in one of its arms, or as published with some keys changed.
fn listed(args: &SimulateArgs, shipped: &Sources, name: &str) -> Result<Target> {
    let (sources, registry) = registry::load_with_sources(&args.common, shipped)?;
    let (study, simulation) = find(&registry, name)?;
    if let Some(external) = &simulation.external {
        let message = format!(
            "{name} is run by a program (`{}`), and `simulate` computes what the laboratory can; `run --only study:{study} --allow-external` starts it, and so does `simulate {name} --claim CLAIM --summary --allow-external`",
            external.words()
        );
        return Err(Error::Usage(message));
    }
    if !args.set.is_empty() {
        let mut table = adhoc::listed(&sources, study, &simulation.name)?;
        adhoc::change(&mut table, &args.set)?;
        return from_table(shipped, study, &simulation.name, &table);
    }
    let named = plan::Selection::Named(BTreeSet::from([(study.to_owned(), simulation.name.clone())]));
    let plans = plan::expand(&registry, &named);
    let known: Vec<_> = plans.iter().flat_map(|plan| plan.arms.keys()).map(ToString::to_string).collect();
    let arm = named_arm(&registry, study, &args.arm).ok_or_else(|| no_arm(&args.arm, &known))?;
    let planned = plans.iter().find_map(|plan| plan.arms.get(&arm)).ok_or_else(|| no_arm(&args.arm, &known))?;
    let cells = planned.cells.iter().map(|cell| Cell { name: cell.name.clone(), setup: every_generation(cell.setup.clone()) }).collect();
    Ok(Target { study: study.to_owned(), simulation: simulation.name.clone(), arm: arm.to_string(), cells })
}

/// The arm of this name; a claim's arm may be named by the claim's full id too.
fn named_arm(registry: &Registry, study: &str, arm: &str) -> Option<Arm> {
    let worlds: Vec<_> = registry.worlds().cloned().collect();
    Arm::parse(&arm.replacen(&format!(":{study}/"), ":", 1), &worlds)
}

fn no_arm(arm: &str, known: &[String]) -> Error {
    Error::Usage(format!("there is no arm `{arm}` in this simulation; expected one of {}", known.join(", ")))
}

fn find<'a>(registry: &'a Registry, name: &'a str) -> Result<(&'a str, &'a Simulation)> {
    let unknown = || {
        let known: Vec<_> =
            registry.studies.values().flat_map(|s| s.simulations.iter().map(move |sim| format!("{}/{}", s.id, sim.name))).collect();
        let near = crate::taxonomy::nearest(name, known.iter().map(String::as_str));
        let hint =
            near.map_or_else(|| "expected STUDY/SIMULATION; see `list studies`".to_owned(), |near| format!("did you mean `{near}`?"));
        Error::Usage(format!("there is no simulation `{name}`; {hint}"))
    };
    let (study, simulation) = name.split_once('/').ok_or_else(unknown)?;
    let found = registry.studies.get(study).and_then(|study| study.simulation(simulation)).ok_or_else(unknown)?;
    Ok((study, found))
}

fn from_table(shipped: &Sources, study: &str, simulation: &str, table: &toml::Table) -> Result<Target> {
    let read = adhoc::read(table, shipped)?;
    let cells = read.cells.into_iter().map(|cell| Cell { name: cell.name, setup: every_generation(cell.setup) }).collect();
    Ok(Target { study: study.to_owned(), simulation: simulation.to_owned(), arm: CUSTOM.to_owned(), cells })
}

fn every_generation(setup: Setup) -> Setup {
    if setup.generations <= EVERY { Setup { record: Record::All, ..setup } } else { setup }
}

fn chosen_metrics(setup: Setup, wanted: &[String]) -> Result<Setup> {
    if wanted.is_empty() {
        return Ok(setup);
    }
    let metrics = wanted.iter().map(|id| Metric::parse(id.trim())).collect::<std::result::Result<Vec<_>, _>>();
    Ok(Setup { metrics: metrics.map_err(|error| Error::Usage(format!("--metrics: {error}")))?, ..setup })
}

fn rows(csv: &mut String, arm: &str, cell: &str, replicates: &Range<u32>, table: &Table) {
    for (place, replicate) in replicates.clone().enumerate() {
        for generation in table.generations() {
            for metric in table.metrics() {
                let value = table.column(*metric, *generation).and_then(|column| column.get(place));
                if let Some(value) = value {
                    let _ = writeln!(csv, "{arm},{cell},{replicate},{generation},{metric},{value}");
                }
            }
        }
    }
}

fn tell_endings(text: &mut String, cell: &str, replicates: &Range<u32>, table: &Table) {
    let place = if cell.is_empty() { String::new() } else { format!(" of cell {cell}") };
    for (replicate, ending) in replicates.clone().zip(table.endings()) {
        let why = match ending {
            Ending::Completed => continue,
            Ending::Degenerate { generation } => format!("no fit exists at generation {generation}"),
            Ending::TooFewSamples { generation } => format!("too few examples for a fit at generation {generation}"),
            Ending::NothingAccepted { generation } => format!("the curation accepted too few examples at generation {generation}"),
        };
        let _ = writeln!(text, "replicate {replicate}{place} ended: {why}");
    }
}
