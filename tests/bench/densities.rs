//! Histograms and mixtures on a line: the error at every generation.

use collapse_audit::sim::{Model, Regime, Setup, Spectrum, Synthesis, Truth};
use collapse_audit::taxonomy::Metric;

use crate::setups::{self, Cell, regimes};

/// Forty bins over [-4, 4] of a Gaussian.
pub fn histogram(n: u64, regime: Regime) -> Setup {
    let truth = Truth::Gaussian { dimension: 1, mean: 0.0, spectrum: Spectrum::Isotropic { variance: 1.0 } };
    let model = Model::Histogram { bins: 40, low: -4.0, high: 4.0 };
    setups::setup(truth, model, Synthesis::Examples, regime, n, &[Metric::SquaredError])
}

/// Two components, four deviations apart, by at most sixty steps.
pub fn mixture(n: u64, regime: Regime) -> Setup {
    let truth = Truth::GaussianMixture { weights: vec![0.5; 2], means: vec![vec![-2.0], vec![2.0]], deviations: vec![1.0; 2] };
    let model = Model::Mixture { components: 2, iterations: 60 };
    setups::setup(truth, model, Synthesis::Examples, regime, n, &[Metric::IntegratedSquaredError])
}

/// All cells.
pub fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    for n in [50, 500, 5000] {
        for (word, regime) in regimes() {
            cells.push(Cell { name: format!("histogram;d=1;n={n};{word}"), setup: histogram(n, regime.clone()), corner: n == 500 });
            cells.push(Cell { name: format!("mixture;d=1;n={n};{word}"), setup: mixture(n, regime), corner: n == 500 });
        }
    }
    cells
}
