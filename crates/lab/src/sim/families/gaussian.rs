//! Gaussian families over a Gaussian truth.

use crate::sim::cost::Sizes;
use crate::sim::family::{Biases, Family, Ready, Why, exact, run};
use crate::sim::kind::Kind;
use crate::sim::models::gaussian::{self, Shape};
use crate::sim::models::gaussian_factored::Factored;
use crate::sim::models::gaussian_independent::Independent;
use crate::sim::{Estimate, Method, Model, Regime, Setup, Synthetic, Truth};
use crate::taxonomy::Metric;

const BOTH: Estimate = Estimate::Both;

/// One small example of each.
pub const EXAMPLES: [(&str, Model); 3] = [
    ("gaussian", Model::Gaussian { estimate: BOTH }),
    ("gaussian-unbiased", Model::GaussianUnbiased { estimate: BOTH }),
    ("gaussian-diagonal", Model::GaussianDiagonal { estimate: BOTH }),
];

/// By maximum likelihood or unbiased.
pub struct Gaussians {
    /// What is estimated.
    pub estimate: Estimate,
    /// Which covariance.
    pub shape: Shape,
}

impl Gaussians {
    /// Whether a covariance is full, and has to be factored.
    fn is_full(&self, d: f64) -> bool {
        d > 1.0 && self.shape == Shape::Full
    }
}

/// Whether coordinates stay independent: one dimension, a diagonal covariance, or a known one.
fn is_independent(setup: &Setup) -> bool {
    let one = matches!(setup.truth, Truth::Gaussian { dimension: 1, .. });
    one || gaussian::Family::of(setup).is_some_and(|family| family.shape == Shape::Diagonal || family.estimate == Estimate::Mean)
}

impl Family for Gaussians {
    fn eats(&self) -> &'static [Kind] {
        &[Kind::Points]
    }

    fn metrics(&self, truth: &Truth) -> Vec<Metric> {
        use Metric as M;
        let Truth::Gaussian { dimension, .. } = truth else { return Vec::new() };
        let mut metrics = vec![
            M::MeanSquaredError,
            M::VarianceRatio,
            M::LogVariance,
            M::LogDeterminant,
            M::SpreadRatio,
            M::WassersteinSquared,
            M::KlDivergence,
            M::NegativeLogLikelihood,
            M::Entropy,
            M::TailCoverage,
            M::TailCoverageWide,
            M::MassOutside,
        ];
        if *dimension == 1 {
            metrics.extend([
                M::IntegratedSquaredError,
                M::EnergyDistance,
                M::MeanDiscrepancy,
                M::Wasserstein,
                M::KolmogorovSmirnov,
                M::Hellinger,
            ]);
        }
        metrics
    }

    fn biases(&self) -> Biases {
        Biases::Variance
    }

    fn extrapolates(&self) -> bool {
        true
    }

    fn moves(&self) -> bool {
        self.estimate != Estimate::Covariance
    }

    fn learns_spread(&self) -> bool {
        self.estimate != Estimate::Mean
    }

    /// For a covariance of full rank, and two for a spread.
    fn fewest(&self, truth: &Truth) -> u64 {
        let d = truth.dimension() as u64;
        match (self.shape, self.estimate) {
            (Shape::Full, Estimate::Both) => d + 1,
            (Shape::Full, Estimate::Covariance) => d,
            (Shape::Diagonal, Estimate::Both) => 2,
            (Shape::Full, Estimate::Mean) | (Shape::Diagonal, Estimate::Mean | Estimate::Covariance) => 1,
        }
    }

    fn contains_truth(&self, setup: &Setup) -> bool {
        matches!(setup.truth, Truth::Gaussian { .. })
    }

    /// E log of a chi-square with k degrees of freedom over k is about -1/k; of a determinant per dimension -(d + 1) / (2 n).
    fn drift(&self, setup: &Setup, n: f64) -> f64 {
        match (self.estimate, self.shape) {
            (Estimate::Mean, _) => 0.0,
            (_, Shape::Full) => (setup.truth.dimension() as f64 + 1.0) / (2.0 * n),
            (_, Shape::Diagonal) => n.recip(),
        }
    }

    fn by_statistics(&self, setup: &Setup, sizes: &Sizes) -> f64 {
        let d = sizes.d;
        let full = self.is_full(d) && self.estimate != Estimate::Mean;
        let moving = match setup.regime.synthetic {
            _ if !full => 15.0 + 20.0 * d,
            Synthetic::Newest if setup.regime == Regime::replace() => 30.0 + 45.0 * d + 4.0 * d * d,
            Synthetic::All => 30.0 + 45.0 * d + 4.0 * d * d + 0.4 * d.powi(3),
            _ => 30.0 + 60.0 * d + 4.0 * d * d + 0.5 * d.powi(3),
        };
        let each = 10.0 + 10.0 * d + if full { 0.3 * d * d } else { 0.0 };
        moving + if setup.is_judged() { sizes.new * sizes.draws * each } else { 0.0 }
    }

    fn by_samples(&self, _: &Setup, sizes: &Sizes) -> f64 {
        let d = sizes.d;
        sizes.new * sizes.draws * (20.0 + 13.0 * d + 0.5 * d * d) + sizes.set * (2.0 + d + d * d)
    }

    fn reading(&self, setup: &Setup, _: Method, sizes: &Sizes) -> f64 {
        let eigenvalues = setup.metrics.iter().filter(|m| matches!(m, Metric::WassersteinSquared | Metric::MassOutside)).count();
        if self.is_full(sizes.d) { eigenvalues as f64 * 15.0 * sizes.d.powi(3) } else { 0.0 }
    }

    fn twin(&self, setup: &Setup) -> Result<Ready, Why> {
        run(setup, gaussian::twin)
    }

    fn shortcut(&self, setup: &Setup) -> Result<(Ready, &'static str), Why> {
        let of_all = match (setup.is_judged(), is_independent(setup)) {
            (true, _) => "points are drawn and judged one by one, and only their sums are kept",
            (false, true) => "normal means and chi-square scatters, coordinate by coordinate",
            (false, false) => "Bartlett factors of the scatter matrix",
        };
        if is_independent(setup) {
            return exact(setup, Independent::of, Why::NoForm, of_all);
        }
        exact(setup, Factored::of, Why::NoForm, of_all)
    }
}
