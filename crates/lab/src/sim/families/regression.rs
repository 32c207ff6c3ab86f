//! Least squares, ridge and random features.

use crate::sim::chain::Step;
use crate::sim::cost::Sizes;
use crate::sim::downstream::Reader;
use crate::sim::family::{Biases, Family, Ready, Why, exact, run};
use crate::sim::kind::Kind;
use crate::sim::models::design::{FixedDesign, WishartDesign};
use crate::sim::models::{defined, least_squares};
use crate::sim::{Inputs, Model, Schedule, Setup, Spectrum, Synthesis, Truth};
use crate::taxonomy::Metric;

/// One small example of each.
pub const EXAMPLES: [(&str, Model); 3] =
    [("ols", Model::Ols), ("ridge", Model::Ridge { penalty: 0.1 }), ("random-features", Model::RandomFeatures { width: 2, penalty: 0.0 })];

/// Coefficients of inputs, or of random features of them.
pub enum Coefficients {
    /// Least squares of least norm.
    Least,
    /// With a penalty.
    Ridge(f64),
    /// Of so many features, with a penalty.
    Features(usize, f64),
}

impl Coefficients {
    fn model(&self) -> Model {
        match *self {
            Self::Least => Model::Ols,
            Self::Ridge(penalty) => Model::Ridge { penalty },
            Self::Features(width, penalty) => Model::RandomFeatures { width, penalty },
        }
    }

    /// Nanoseconds of normal equations carried into random features, and solved there.
    fn featured(&self, d: f64) -> f64 {
        match self {
            Self::Features(width, _) => {
                let r = d.min(*width as f64);
                // Four lanes at once.
                0.6 * r * d * d + 0.2 * r * r * d + 0.1 * r.powi(3)
            }
            Self::Least | Self::Ridge(_) => 0.0,
        }
    }
}

/// Labels of the first inputs, which rows name by place, need no memory of their own.
fn is_reused(setup: &Setup) -> bool {
    matches!(setup.synthesis, Synthesis::Labels { inputs: Inputs::Reused, .. })
}

/// The largest eigenvalue of the inputs: the direction that a penalty shrinks least.
fn largest(truth: &Truth) -> f64 {
    match truth {
        Truth::LinearRegression { spectrum: Spectrum::Isotropic { variance }, .. } => *variance,
        Truth::LinearRegression { spectrum: Spectrum::Given { values }, .. } => values.iter().copied().fold(0.0, f64::max),
        _ => 1.0,
    }
}

impl Family for Coefficients {
    fn eats(&self) -> &'static [Kind] {
        &[Kind::Responses]
    }

    fn labels(&self) -> bool {
        true
    }

    fn metrics(&self, truth: &Truth) -> Vec<Metric> {
        defined::regression(truth)
    }

    fn biases(&self) -> Biases {
        Biases::Variance
    }

    fn grows(&self) -> bool {
        matches!(self, Self::Ridge(_))
    }

    fn extrapolates(&self) -> bool {
        true
    }

    fn moves(&self) -> bool {
        true
    }

    /// For least squares with a finite expected risk.
    fn fewest(&self, truth: &Truth) -> u64 {
        if matches!(self, Self::Least) { truth.dimension() as u64 + 2 } else { 1 }
    }

    /// With no more examples than coefficients the fit of least norm is not consistent; nor is a fixed penalty.
    fn contains_truth(&self, setup: &Setup) -> bool {
        let Truth::LinearRegression { dimension, .. } = setup.truth else { return false };
        matches!(self, Self::Least) && setup.samples.at(1, setup.generations) > dimension as u64 + 1
    }

    /// A coefficient walks and is bounded by nothing; with fewer examples than coefficients a fit of new inputs keeps n / d of it.
    fn drift(&self, setup: &Setup, n: f64) -> f64 {
        match self {
            Self::Least if is_reused(setup) => 0.0,
            Self::Least => (setup.truth.dimension() as f64 / n).ln().max(0.0),
            Self::Ridge(penalty) => (penalty / largest(&setup.truth)).ln_1p(),
            Self::Features(_, penalty) => penalty.ln_1p(),
        }
    }

    fn by_statistics(&self, setup: &Setup, sizes: &Sizes) -> f64 {
        let d = sizes.d;
        if matches!(self, Self::Least) && is_reused(setup) && matches!(setup.samples, Schedule::Constant { .. }) {
            return 50.0 + 12.0 * d + 0.5 * d * d;
        }
        70.0 + 50.0 * d + 5.0 * d * d + 0.2 * d.powi(3) + self.featured(d)
    }

    fn by_samples(&self, setup: &Setup, sizes: &Sizes) -> f64 {
        let d = sizes.d;
        sizes.new * sizes.draws * (if is_reused(setup) { 20.0 + 2.0 * d } else { 110.0 + 4.0 * d })
            + sizes.set * (3.0 + 1.2 * d + 0.17 * d * d)
            + self.featured(d)
    }

    fn twin(&self, setup: &Setup) -> Result<Ready, Why> {
        run(setup, if setup.downstream.is_some() { least_squares::twin } else { least_squares::twin_by_place })
    }

    fn shortcut(&self, setup: &Setup) -> Result<(Ready, &'static str), Why> {
        if !matches!(self, Self::Features(..)) && FixedDesign::of(setup).is_some() {
            return exact(setup, FixedDesign::of, Why::NoForm, "normal draws in coefficient space over one design");
        }
        exact(setup, WishartDesign::of, Why::Against(Step::Again.against()), "Bartlett factors of fresh designs")
    }

    fn aside(&self, setup: &Setup) -> Option<Reader> {
        let twin = least_squares::twin(&Setup { model: self.model(), ..setup.clone() })?;
        Some(Reader::new(twin.world, twin.learner, twin.gauge))
    }
}
