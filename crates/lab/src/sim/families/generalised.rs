//! Regression of counts or of yes and no, with the canonical link.

use crate::sim::cost::Sizes;
use crate::sim::family::{Biases, Family, Ready, Why, run};
use crate::sim::kind::Kind;
use crate::sim::models::replies::{self, WIDEST};
use crate::sim::refusal::refuse;
use crate::sim::{Link, Model, Refusal, Setup, Synthesis, Truth};
use crate::taxonomy::Metric;

/// One small example of the model.
pub const EXAMPLES: [(&str, Model); 1] = [("generalised-linear", Model::GeneralisedLinear { iterations: 25 })];

/// One small example of the truth.
pub const TRUTHS: [(&str, Truth); 1] =
    [("generalised-linear", Truth::GeneralisedLinear { link: Link::Poisson, dimension: 2, intercept: 0.0, signal: 0.25 })];

/// A linear predictor by maximum likelihood.
pub struct Predictors;

impl Family for Predictors {
    fn eats(&self) -> &'static [Kind] {
        &[Kind::Replies]
    }

    fn labels(&self) -> bool {
        true
    }

    fn metrics(&self, truth: &Truth) -> Vec<Metric> {
        replies::defined(truth).to_vec()
    }

    fn biases(&self) -> Biases {
        Biases::Nothing
    }

    fn refusals(&self, setup: &Setup, out: &mut Vec<Refusal>) {
        if !(1..=WIDEST).contains(&setup.truth.dimension()) {
            let found = setup.truth.dimension().to_string();
            out.push(refuse("no-model", "truth.dimension", found, format!("use 1 to {WIDEST} coordinates")));
        }
        if setup.synthesis == Synthesis::Examples {
            let found = "whole examples, of a model of responses";
            let remedy = "use { kind = \"labels\", inputs = \"reused\", choice = \"sampled\" }";
            out.push(refuse("synthesis-mismatch", "synthesis", found, remedy));
        }
    }

    /// One for each coefficient, and as many again.
    fn fewest(&self, truth: &Truth) -> u64 {
        2 * (truth.dimension() as u64 + 1)
    }

    fn contains_truth(&self, setup: &Setup) -> bool {
        matches!(setup.truth, Truth::GeneralisedLinear { .. })
    }

    /// Coefficients walk about the truth and are bounded by nothing; those of yes and no grow by a share of about d / n.
    fn drift(&self, setup: &Setup, n: f64) -> f64 {
        match setup.truth {
            Truth::GeneralisedLinear { link: Link::Logistic, dimension, .. } => dimension as f64 / n,
            _ => 0.0,
        }
    }

    /// About five passes, each with a mean, its derivatives and a loss.
    fn by_samples(&self, _: &Setup, sizes: &Sizes) -> f64 {
        let width = sizes.d + 1.0;
        sizes.new * sizes.draws * (40.0 + 12.0 * sizes.d) + 6.0 * sizes.set * (20.0 + 2.0 * width + 1.5 * width * width)
    }

    fn twin(&self, setup: &Setup) -> Result<Ready, Why> {
        run(setup, replies::twin)
    }
}
