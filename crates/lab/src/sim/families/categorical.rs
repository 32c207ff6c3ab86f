//! Frequencies of categories.

use crate::sim::cost::Sizes;
use crate::sim::family::{Biases, Family, Ready, Why, exact, run};
use crate::sim::kind::Kind;
use crate::sim::models::categorical::{self, Counts, probabilities};
use crate::sim::{Model, Regime, Sampling, Setup, Synthetic, Truth};
use crate::taxonomy::Metric;

/// One small example.
pub const EXAMPLES: [(&str, Model); 1] = [("categorical", Model::Categorical { smoothing: 0.0 })];

/// With pseudo-counts.
pub struct Frequencies {
    /// Pseudo-count of every category.
    pub smoothing: f64,
}

impl Family for Frequencies {
    fn eats(&self) -> &'static [Kind] {
        &[Kind::Categories]
    }

    fn extrapolates(&self) -> bool {
        true
    }

    fn metrics(&self, _: &Truth) -> Vec<Metric> {
        use Metric as M;
        vec![
            M::MeanSquaredError,
            M::VarianceRatio,
            M::SquaredError,
            M::AbsoluteError,
            M::KlDivergence,
            M::NegativeLogLikelihood,
            M::Entropy,
            M::Heterozygosity,
            M::SupportSize,
            M::TopShare,
            M::FirstShare,
            M::LastShare,
            M::TailCoverage,
            M::TailCoverageWide,
            M::TailAlive,
            M::MissingMass,
            M::MassOutside,
            M::MinorityShare,
        ]
    }

    fn biases(&self) -> Biases {
        Biases::Categories
    }

    fn contains_truth(&self, setup: &Setup) -> bool {
        matches!(setup.truth, Truth::Categorical { .. })
    }

    fn drift(&self, setup: &Setup, n: f64) -> f64 {
        let categories = probabilities(&setup.truth).map_or(1, |law| law.len());
        n.recip() + (self.smoothing * categories as f64 / n).ln_1p()
    }

    /// Binomials for the categories alive, a sweep over all. Under replace about 2 n / t categories are alive at
    /// generation t (the number of ancestors; Kingman 1982, "The coalescent").
    fn by_statistics(&self, setup: &Setup, sizes: &Sizes) -> f64 {
        let (k, n) = (sizes.d, sizes.new.max(1.0));
        let (ancestors, t) = (2.0 * n, sizes.generations);
        let alive = match setup.regime.synthetic {
            Synthetic::Newest if setup.regime == Regime::replace() && t * k > ancestors => ancestors / t * (1.0 + (t * k / ancestors).ln()),
            _ => k * n / (k + n),
        };
        let cut = setup.cuts();
        let sharpened = match setup.sampling {
            Sampling::Unbiased
            | Sampling::VarianceScale { .. }
            | Sampling::Flip { .. }
            | Sampling::DecoderMean
            | Sampling::Guidance { .. } => 0.0,
            Sampling::Temperature { .. } | Sampling::TopP { .. } | Sampling::TopK { .. } | Sampling::Argmax => 5.0,
        };
        let quotas = setup.quotas().map_or(0.0, |quotas| quotas.groups.len() as f64 * (50.0 + 3.0 * k));
        let judged = if setup.is_judged() { 100.0 + 5.0 * k + quotas } else { 0.0 };
        let drawn = if setup.regime.synthetic == Synthetic::None { 0.0 } else { (60.0 * alive).min(6.0 * n + 3.0 * k) };
        drawn + judged + (2.0 + sharpened) * k + if cut { 300.0 * alive } else { 0.0 }
    }

    fn by_samples(&self, _: &Setup, sizes: &Sizes) -> f64 {
        sizes.new * sizes.draws * 7.0 + sizes.set + 4.0 * sizes.d
    }

    fn twin(&self, setup: &Setup) -> Result<Ready, Why> {
        run(setup, categorical::twin)
    }

    fn shortcut(&self, setup: &Setup) -> Result<(Ready, &'static str), Why> {
        let name = match setup.preference() {
            Some(_) => "multinomial counts of what is preferred",
            None => "multinomial counts, hypergeometric subsamples",
        };
        exact(setup, Counts::of, Why::NoForm, name)
    }
}
