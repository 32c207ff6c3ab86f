//! Families with one parameter, its mean, each over its own truth.

use crate::sim::cost::Sizes;
use crate::sim::family::{Biases, Family, Ready, Why, exact, run};
use crate::sim::kind::Kind;
use crate::sim::models::scalar::{self, Law, Scalar, Sums};
use crate::sim::{Model, Setup, Truth};
use crate::taxonomy::Metric;

/// One small example of each.
pub const EXAMPLES: [(&str, Model); 3] =
    [("poisson", Model::Poisson), ("exponential", Model::Exponential), ("bernoulli", Model::Bernoulli)];

const METRICS: [Metric; 6] =
    [Metric::MeanSquaredError, Metric::VarianceRatio, Metric::SpreadRatio, Metric::SquaredError, Metric::KlDivergence, Metric::Parameter];

/// The mean by maximum likelihood.
pub struct Means(pub Law);

impl Family for Means {
    fn eats(&self) -> &'static [Kind] {
        match self.0 {
            Law::Poisson => &[Kind::Counts],
            Law::Exponential => &[Kind::Times],
            Law::Bernoulli => &[Kind::Bits],
        }
    }

    fn metrics(&self, _: &Truth) -> Vec<Metric> {
        let more: &[Metric] = if self.0 == Law::Bernoulli { &[Metric::Heterozygosity] } else { &[] };
        [&METRICS[..], more].concat()
    }

    fn biases(&self) -> Biases {
        Biases::Nothing
    }

    fn contains_truth(&self, setup: &Setup) -> bool {
        self.eats().contains(&setup.truth.kind())
    }

    fn drift(&self, setup: &Setup, n: f64) -> f64 {
        match (self.0, &setup.truth) {
            // The variance is the mean: a critical branching process of n rate particles dies after as many generations.
            (Law::Poisson, Truth::Poisson { rate }) => (n * rate).max(1.0).recip(),
            // The rarer side has n p examples, and is lost after about twice as many generations.
            (Law::Bernoulli, Truth::Bernoulli { probability }) => (2.0 * n * probability.min(1.0 - probability)).max(1.0).recip(),
            _ => n.recip(),
        }
    }

    fn by_statistics(&self, _: &Setup, _: &Sizes) -> f64 {
        30.0
    }

    fn by_samples(&self, _: &Setup, sizes: &Sizes) -> f64 {
        let each = match self.0 {
            Law::Poisson => 35.0,
            Law::Exponential => 8.0,
            Law::Bernoulli => 38.0,
        };
        sizes.new * sizes.draws * each + sizes.set
    }

    fn twin(&self, setup: &Setup) -> Result<Ready, Why> {
        run(setup, scalar::twin)
    }

    fn shortcut(&self, setup: &Setup) -> Result<(Ready, &'static str), Why> {
        let name = match self.0 {
            Law::Poisson => "the sum of Poisson counts is Poisson",
            Law::Exponential => "the sum of exponential times is gamma",
            Law::Bernoulli => "the sum of zeros and ones is binomial",
        };
        exact(setup, |setup| Scalar::of(setup).map(Sums), Why::NoForm, name)
    }
}
