//! Least squares on one set of inputs that is relabelled: excess risk at every generation.

use collapse_audit::sim::{Coefficients, Inputs, LabelChoice, Model, Regime, Setup, Spectrum, Synthesis, Truth};
use collapse_audit::taxonomy::Metric;

use crate::setups::{self, Cell, SIZES, regimes};

/// In so many coordinates.
pub fn setup(dimension: usize, n: u64, regime: Regime) -> Setup {
    let spectrum = Spectrum::Isotropic { variance: 1.0 };
    let truth =
        Truth::LinearRegression { dimension, noise_variance: 1.0, signal: 1.0, spectrum, source: 0.0, coefficients: Coefficients::Fixed };
    let synthesis = Synthesis::Labels { inputs: Inputs::Reused, choice: LabelChoice::Sampled };
    setups::setup(truth, Model::Ols, synthesis, regime, n, &[Metric::ExcessRisk])
}

/// The run whose length grows.
pub fn accumulating() -> Setup {
    setup(10, 100, Regime::accumulate())
}

/// All cells.
pub fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    for d in [1, 3, 10, 32] {
        for n in SIZES {
            for (regime, value) in regimes().into_iter().chain([("subsample", Regime::accumulate_subsample())]) {
                let name = format!("regression;d={d};n={n};{regime}");
                cells.push(Cell { name, setup: setup(d, n, value), corner: d == 32 && n == 1000 });
            }
        }
    }
    cells
}
