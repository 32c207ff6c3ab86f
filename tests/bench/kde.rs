//! Kernel density estimates of two moons: negative log-likelihood of 500 held-out points at every generation.

use collapse_audit::sim::{Angles, Bandwidth, Model, Synthesis, Truth};
use collapse_audit::taxonomy::Metric;

use crate::setups::{self, Cell, SIZES, regimes};

/// All cells.
pub fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    for h in [0.1, 0.5, 1.0] {
        for n in SIZES {
            for (regime, value) in regimes() {
                let model = Model::Kde { bandwidth: Bandwidth::Fixed { value: h } };
                let metrics = [Metric::NegativeLogLikelihood];
                let setup =
                    setups::setup(Truth::Moons { noise: 0.05, angles: Angles::Drawn }, model, Synthesis::Examples, value, n, &metrics);
                cells.push(Cell { name: format!("kde;h={h};n={n};{regime}"), setup, corner: n == 32 });
            }
        }
    }
    cells
}
