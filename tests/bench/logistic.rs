//! Logistic regression of two Gaussian classes, two deviations apart: log loss at every generation, on reused and on fresh inputs.

use collapse_audit::sim::{Inputs, LabelChoice, Model, Regime, Setup, Synthesis, Truth};
use collapse_audit::taxonomy::Metric;

use crate::setups::{self, Cell, regimes};

/// In so many coordinates, of which the first tells the classes apart.
pub fn setup(dimension: usize, n: u64, regime: Regime, inputs: Inputs) -> Setup {
    let mean = |at: f64| (0..dimension).map(|j| if j == 0 { at } else { 0.0 }).collect();
    let truth = Truth::LabelledMixture {
        means: vec![mean(-1.0), mean(1.0)],
        weights: vec![0.5; 2],
        deviation: 1.0,
        classes: vec![0, 1],
        groups: vec![0; 2],
    };
    let synthesis = Synthesis::Labels { inputs, choice: LabelChoice::Sampled };
    setups::setup(truth, Model::Logistic { penalty: 1e-3, iterations: 25 }, synthesis, regime, n, &[Metric::NegativeLogLikelihood])
}

/// All cells.
pub fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    for d in [2, 10] {
        for n in [100, 700, 5000] {
            for (word, regime) in regimes() {
                let setup = setup(d, n, regime, Inputs::Reused);
                cells.push(Cell { name: format!("logistic;d={d};n={n};{word}"), setup, corner: n == 700 });
            }
            let setup = setup(d, n, Regime::replace(), Inputs::Fresh);
            cells.push(Cell { name: format!("logistic;d={d};n={n};fresh"), setup, corner: false });
        }
    }
    cells
}
