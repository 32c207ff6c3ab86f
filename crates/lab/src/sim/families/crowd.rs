//! Crowds: several models of one family that learn from each other's outputs.

use crate::sim::cost::Sizes;
use crate::sim::family::{Biases, Family, Ready, Why, by_dimension, run};
use crate::sim::kind::Kind;
use crate::sim::models::{categorical, crowd, gaussian, histogram, kde, mixture};
use crate::sim::refusal::refuse;
use crate::sim::{Exchange, Method, Model, Refusal, Setup, Truth};
use crate::taxonomy::Metric;

/// Models at most.
pub const MOST_MEMBERS: usize = 64;

/// One small example.
pub fn examples() -> Vec<(&'static str, Model)> {
    let member = Box::new(Model::Categorical { smoothing: 0.0 });
    vec![("crowd", Model::Crowd { members: 2, shared: 0.5, exchange: Exchange::Dealt, member })]
}

/// So many models of a family.
pub struct Crowd {
    /// How many.
    pub members: usize,
    /// Share of the real examples that all of them see.
    pub shared: f64,
    /// Who learns from what one makes.
    pub exchange: Exchange,
    /// One of them.
    pub member: Model,
}

/// Whether models of this kind can be several.
pub const fn can_be_several(member: &Model) -> bool {
    matches!(
        member,
        Model::Gaussian { .. }
            | Model::GaussianUnbiased { .. }
            | Model::GaussianDiagonal { .. }
            | Model::Categorical { .. }
            | Model::Kde { .. }
            | Model::Mixture { .. }
            | Model::Histogram { .. }
    )
}

impl Crowd {
    /// The setup of one model by itself.
    fn of_one(&self, setup: &Setup) -> Setup {
        Setup { model: self.member.clone(), ..setup.clone() }
    }

    /// How many copies of the training set are made.
    fn copies(&self) -> f64 {
        let seen = if self.exchange == Exchange::Shared { 1.0 } else { self.shared };
        1.0 + seen * (self.members as f64 - 1.0)
    }
}

impl Family for Crowd {
    fn eats(&self) -> &'static [Kind] {
        match self.member {
            // Its mixtures of points with labels are no mixtures of points.
            Model::Mixture { .. } => &[Kind::Points],
            _ => self.member.family().eats(),
        }
    }

    fn metrics(&self, truth: &Truth) -> Vec<Metric> {
        if can_be_several(&self.member) { self.member.family().metrics(truth) } else { Vec::new() }
    }

    fn biases(&self) -> Biases {
        self.member.family().biases()
    }

    fn learns_spread(&self) -> bool {
        self.member.family().learns_spread()
    }

    fn refusals(&self, _: &Setup, out: &mut Vec<Refusal>) {
        if !(1..=MOST_MEMBERS).contains(&self.members) {
            out.push(refuse("bad-crowd", "model.members", self.members.to_string(), format!("use 1 to {MOST_MEMBERS} models")));
        }
        if !(0.0..=1.0).contains(&self.shared) {
            out.push(refuse("bad-share", "model.shared", self.shared.to_string(), "use a share in [0, 1]"));
        }
        if self.members == 1 && self.exchange == Exchange::Others {
            let remedy = "use at least 2 models, or another exchange";
            out.push(refuse("bad-crowd", "model.exchange", "one model has no others to learn from", remedy));
        }
        if !can_be_several(&self.member) {
            let remedy = "use a gaussian, a mixture, a kde, a histogram or categorical";
            out.push(refuse("bad-crowd", "model.member", "models of this kind are not run side by side", remedy));
        }
    }

    fn fewest(&self, truth: &Truth) -> u64 {
        self.members as u64 * self.member.family().fewest(truth)
    }

    /// What is pooled drifts as one set of all, what stays with its maker as a part of it.
    fn drift(&self, setup: &Setup, n: f64) -> f64 {
        let own = if self.exchange == Exchange::Own { n / self.members as f64 } else { n };
        self.member.family().drift(&self.of_one(setup), own.max(1.0))
    }

    fn fits_again(&self) -> bool {
        self.member.family().fits_again()
    }

    fn by_samples(&self, setup: &Setup, sizes: &Sizes) -> f64 {
        let members = self.members as f64;
        let one = self.member.family().by_samples(&self.of_one(setup), &Sizes { set: sizes.set * self.copies(), ..*sizes });
        // A model's own sweep over categories or bins is counted again for each, and every model looks at all examples.
        one + (members - 1.0) * 10.0 * sizes.d + 10.0 * sizes.new + 1.5 * members * sizes.set
    }

    fn reading(&self, setup: &Setup, method: Method, sizes: &Sizes) -> f64 {
        let (one, members) = (self.of_one(setup), self.members as f64);
        self.member.family().reading(&one, method, sizes) * self.copies() + setup.metrics.len() as f64 * 5.0 * sizes.d * (members - 1.0)
    }

    fn twin(&self, setup: &Setup) -> Result<Ready, Why> {
        match self.member {
            Model::Gaussian { .. } | Model::GaussianUnbiased { .. } | Model::GaussianDiagonal { .. } => {
                run(setup, |setup| crowd::twin(setup, gaussian::twin))
            }
            Model::Categorical { .. } => run(setup, |setup| crowd::twin(setup, categorical::twin)),
            Model::Histogram { .. } => run(setup, |setup| crowd::twin(setup, histogram::twin)),
            Model::Kde { .. } => by_dimension!(setup, |D| run(setup, |setup| crowd::twin(setup, kde::twin::<D>))),
            Model::Mixture { .. } => by_dimension!(setup, |D| run(setup, |setup| crowd::twin(setup, mixture::twin::<D>))),
            _ => Err(Why::NoForm),
        }
    }
}

#[cfg(test)]
#[path = "crowd_tests.rs"]
mod tests;
