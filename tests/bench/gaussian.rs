//! Gaussians: dimension x sample size x regime, mean squared error and trace ratio at every generation.

use collapse_audit::sim::{Estimate, Model, Regime, Setup, Spectrum, Synthesis, Truth};
use collapse_audit::taxonomy::Metric;

use crate::setups::{self, Cell, SIZES, regimes};

/// In so many coordinates.
pub fn setup(dimension: usize, n: u64, regime: Regime) -> Setup {
    let truth = Truth::Gaussian { dimension, mean: 0.0, spectrum: Spectrum::Isotropic { variance: 1.0 } };
    let model = Model::Gaussian { estimate: Estimate::Both };
    setups::setup(truth, model, Synthesis::Examples, regime, n, &[Metric::MeanSquaredError, Metric::VarianceRatio])
}

/// The run whose length grows.
pub fn accumulating() -> Setup {
    setup(10, 100, Regime::accumulate())
}

/// All cells.
pub fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    for d in [1, 3, 10, 31, 100] {
        for n in SIZES {
            for (regime, value) in regimes() {
                let name = format!("gaussian;d={d};n={n};{regime}");
                cells.push(Cell { name, setup: setup(d, n, value), corner: [1, 10, 100].contains(&d) && n == 100 });
            }
        }
    }
    cells
}
