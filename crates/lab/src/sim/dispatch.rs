//! The only matches on truth, model and method: they pick the [`Chain`] that the loop then runs, or say why there is none.
//!
//! A family constructs itself from a setup (`of`, absent where it does not fit), so adding one is a line in [`samples`], and a line in
//! [`shortcut`] where sums suffice. What a chain lacks is read in its table of steps (`Needs`), never repeated here.

use super::chain::{Chain, Step};
use super::compose::Plan;
use super::engine::{Downstream, NoDownstream, Worker};
use super::kind::Kind;
use super::learner::Learner;
use super::models::categorical::{Categorical, Counts, probabilities};
use super::models::design::{FixedDesign, WishartDesign};
use super::models::gaussian::{Family, Gaussian, Shape};
use super::models::gaussian_factored::Factored;
use super::models::gaussian_independent::Independent;
use super::models::histogram::Histogram;
use super::models::kde::Kde;
use super::models::kernel_sums::KernelSums;
use super::models::linear_classifier::{self, LinearClassifier, SignedSums};
use super::models::logistic::Logistic;
use super::models::mixture::Mixture;
use super::models::ngram::NGram;
use super::models::ngram_counts::GramCounts;
use super::models::regression::{Regression, Task};
use super::models::scalar::{Scalar, Sums};
use super::models::tabular::{Relabelled, Tabular};
use super::needs::Needs;
use super::recorder::recorded;
use super::samples::{BySamples, Model as Sampled};
use super::{Bandwidth, Estimate, Model, Reward, Setup, Table, Trajectory, Truth};
use crate::random::Streams;
use rayon::prelude::*;
use std::ops::Range;

/// Runs a line for the smallest of four dimensions that holds the truth's points.
macro_rules! by_dimension {
    ($setup:expr, |$d:ident| $line:expr) => {
        match dimension(&$setup.truth) {
            0..=1 => {
                const $d: usize = 1;
                $line
            }
            2 => {
                const $d: usize = 2;
                $line
            }
            3..=8 => {
                const $d: usize = 8;
                $line
            }
            _ => {
                const $d: usize = 32;
                $line
            }
        }
    };
}

/// Coordinates of the truth's points or inputs; 1 where it makes none.
fn dimension(truth: &Truth) -> usize {
    match truth {
        Truth::Gaussian { dimension, .. } | Truth::LinearRegression { dimension, .. } => *dimension,
        Truth::GaussianMixture { means, .. } | Truth::LabelledMixture { means, .. } => means.first().map_or(1, Vec::len),
        Truth::Tabular { columns, .. } => *columns,
        Truth::SwissRoll { dimension, .. } => *dimension,
        Truth::Blobs { .. } | Truth::Moons { .. } | Truth::Circles { .. } => 2,
        Truth::Categorical { .. } | Truth::Poisson { .. } | Truth::Exponential { .. } | Truth::Bernoulli { .. } | Truth::Text { .. } => 1,
    }
}

/// A chain ready to run, whatever its types.
pub trait Prepared: Send + Sync {
    /// One run.
    fn run(&self, setup: &Setup, streams: &Streams) -> Trajectory;

    /// Many runs, in parallel, in replicate order. `cost` is about the nanoseconds of one of them.
    fn runs(&self, setup: &Setup, cost: f64, streams: &(dyn Fn(u32) -> Streams + Sync), replicates: Range<u32>) -> Table;
}

impl<C: Chain, D: Downstream<C::Batch>> Prepared for Worker<C, D> {
    fn run(&self, setup: &Setup, streams: &Streams) -> Trajectory {
        let mut out = Trajectory::empty(recorded(setup), setup.metrics.clone());
        Self::generate(&mut self.clone(), setup, streams, &mut out);
        out
    }

    fn runs(&self, setup: &Setup, cost: f64, streams: &(dyn Fn(u32) -> Streams + Sync), replicates: Range<u32>) -> Table {
        let blank = Trajectory::empty(recorded(setup), setup.metrics.clone());
        let empty = Table::empty(recorded(setup), setup.metrics.clone());
        let step = slice_length(cost);
        let slices = replicates.len().div_ceil(step as usize) as u32;
        // A slice of replicates makes a table of its own; a replicate never sees what the one before it left.
        let tables: Vec<Table> = (0..slices)
            .into_par_iter()
            .map_init(
                || (self.clone(), blank.clone()),
                |(worker, out), slice| {
                    let start = replicates.start + slice * step;
                    let mut table = empty.clone();
                    table.reserve(step as usize);
                    for replicate in start..replicates.end.min(start.saturating_add(step)) {
                        worker.generate(setup, &streams(replicate), out);
                        table.push(out);
                    }
                    table
                },
            )
            .collect();
        let mut whole = empty.clone();
        whole.reserve(replicates.len());
        tables.iter().for_each(|table| whole.append(table));
        whole
    }
}

/// Replicates of a slice: about a quarter of a millisecond of work, which outweighs handing it to a thread and cloning the
/// worker, and leaves enough slices to share out evenly.
fn slice_length(cost: f64) -> u32 {
    (250_000.0 / cost).clamp(1.0, 64.0) as u32
}

/// A chain with its memory.
pub type Ready = Box<dyn Prepared>;

/// Why a method has no chain for a setup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The family has no form over this truth with these settings.
    NoForm,
    /// What stands against it.
    Against(&'static str),
}

/// The chain that draws every example of a checked setup.
///
/// # Errors
/// Why there is none.
pub fn samples(setup: &Setup) -> Result<Ready, Why> {
    match &setup.model {
        Model::Gaussian { .. } | Model::GaussianUnbiased { .. } | Model::GaussianDiagonal { .. } => twin(setup, Gaussian::of),
        Model::Categorical { .. } => twin(setup, Categorical::of),
        Model::Poisson | Model::Exponential | Model::Bernoulli => twin(setup, Scalar::of),
        Model::Ols | Model::Ridge { .. } | Model::RandomFeatures { .. } => regression(setup),
        Model::Kde { .. } => by_dimension!(setup, |D| twin(setup, Kde::<D>::of)),
        Model::Mixture { .. } => by_dimension!(setup, |D| twin(setup, Mixture::<D>::of)),
        Model::Histogram { .. } => twin(setup, Histogram::of),
        Model::LinearClassifier => classifier(setup, LinearClassifier::of),
        Model::Logistic { .. } if matches!(setup.truth, Truth::Tabular { .. }) => classifier(setup, Tabular::of),
        Model::Logistic { .. } => by_dimension!(setup, |D| classifier(setup, Logistic::<D>::of)),
        Model::NGram { .. } => twin(setup, NGram::of),
    }
}

fn twin<M: Sampled + 'static>(setup: &Setup, of: fn(&Setup) -> Option<M>) -> Result<Ready, Why>
where
    M::Example: 'static,
    M::Fitted: 'static,
{
    ready(setup, |setup| of(setup).map(BySamples::new), NoDownstream, Why::NoForm)
}

/// Regression by samples, with another learner beside it where the setup has one.
fn regression(setup: &Setup) -> Result<Ready, Why> {
    let Some(learner) = &setup.downstream else {
        return ready(setup, |setup| Task::of(setup).map(|task| BySamples::new(Regression::by_place(task))), NoDownstream, Why::NoForm);
    };
    let learner = Learner::new(Regression::new(Task::with_model(setup, learner).ok_or(Why::NoForm)?));
    ready(setup, |setup| Task::of(setup).map(|task| BySamples::new(Regression::new(task))), learner, Why::NoForm)
}

/// A classifier by samples, with another one of its family beside it where the setup has one.
fn classifier<M: Sampled + 'static>(setup: &Setup, of: fn(&Setup) -> Option<M>) -> Result<Ready, Why>
where
    M::Example: 'static,
    M::Fitted: 'static,
{
    let Some(learner) = &setup.downstream else { return twin(setup, of) };
    let learner = Learner::new(of(&Setup { model: learner.clone(), ..setup.clone() }).ok_or(Why::NoForm)?);
    ready(setup, |setup| of(setup).map(BySamples::new), learner, Why::NoForm)
}

/// A worker for the setup: what the chain lacks is told first, then `none` where its constructor refuses.
fn ready<C: Chain + 'static, D: Downstream<C::Batch> + 'static>(
    setup: &Setup,
    of: impl Fn(&Setup) -> Option<C>,
    downstream: D,
    none: Why,
) -> Result<Ready, Why>
where
    C::Batch: 'static,
    C::Fitted: 'static,
{
    let needs = Needs::of(setup).map_err(|step| Why::Against(step.against()))?;
    let chain = of(setup).ok_or(none)?;
    Ok(Box::new(Worker::new(chain, downstream, needs, setup)))
}

/// The exact shortcut of a checked setup and its name in words. Nobody else decides whether there is one.
///
/// # Errors
/// What stands against it.
pub fn shortcut(setup: &Setup) -> Result<(Ready, &'static str), Why> {
    if let Some(against) = against_sums(setup) {
        return Err(Why::Against(against));
    }
    let name = match &setup.model {
        Model::Categorical { .. } if setup.preference().is_some() => "multinomial counts of what is preferred",
        Model::Categorical { .. } => "multinomial counts, hypergeometric subsamples",
        Model::NGram { .. } => "counts of n-grams alone are kept of every text",
        Model::Gaussian { .. } | Model::GaussianUnbiased { .. } | Model::GaussianDiagonal { .. } if setup.is_judged() => {
            "points are drawn and judged one by one, and only their sums are kept"
        }
        Model::Gaussian { .. } | Model::GaussianUnbiased { .. } | Model::GaussianDiagonal { .. } if is_independent(setup) => {
            "normal means and chi-square scatters, coordinate by coordinate"
        }
        Model::Gaussian { .. } | Model::GaussianUnbiased { .. } | Model::GaussianDiagonal { .. } => {
            "Bartlett factors of the scatter matrix"
        }
        Model::Poisson => "the sum of Poisson counts is Poisson",
        Model::Exponential => "the sum of exponential times is gamma",
        Model::Bernoulli => "the sum of zeros and ones is binomial",
        Model::Ols | Model::Ridge { .. } if FixedDesign::of(setup).is_some() => "normal draws in coefficient space over one design",
        Model::Ols | Model::Ridge { .. } | Model::RandomFeatures { .. } => "Bartlett factors of fresh designs",
        Model::Logistic { .. } => "labels of a table, counted row by row",
        Model::Kde { .. } => "running sums of kernel values at fixed test points",
        Model::LinearClassifier => "Gaussian sums of y x given how many of each component are labelled how",
        Model::Mixture { .. } | Model::Histogram { .. } => return Err(without(setup)),
    };
    statistics(setup).map(|chain| (chain, name))
}

/// What stands against sums of any family.
fn against_sums(setup: &Setup) -> Option<&'static str> {
    if setup.downstream.is_some() {
        return Some("a downstream learner reads the examples");
    }
    if setup.edit().is_some_and(|(_, mask)| mask.follows_places() || !are_places_alike(setup)) {
        return Some("an edit follows places");
    }
    let is_of_two_levels = |reward: &Reward| probabilities(&setup.truth).is_some_and(|p| reward.two_levels(p.len()).is_some());
    if setup.preference().is_some_and(|(_, reward)| setup.cuts() || !is_of_two_levels(reward)) {
        return Some(Step::Prefer.against());
    }
    let is_weighted = (setup.regime.real_weight - 1.0).abs() > 0.0;
    let counts = matches!(setup.model, Model::Categorical { .. } | Model::NGram { .. });
    (counts && setup.cuts() && is_weighted).then_some("weighted counts cannot be subsampled")
}

/// The chain of sums of a setup whose examples nobody reads.
fn statistics(setup: &Setup) -> Result<Ready, Why> {
    match &setup.model {
        Model::Gaussian { .. } | Model::GaussianUnbiased { .. } | Model::GaussianDiagonal { .. } if is_independent(setup) => {
            ready(setup, Independent::of, NoDownstream, Why::NoForm)
        }
        Model::Gaussian { .. } | Model::GaussianUnbiased { .. } | Model::GaussianDiagonal { .. } => {
            ready(setup, Factored::of, NoDownstream, Why::NoForm)
        }
        Model::Categorical { .. } => ready(setup, Counts::of, NoDownstream, Why::NoForm),
        Model::Poisson | Model::Exponential | Model::Bernoulli => {
            ready(setup, |setup| Scalar::of(setup).map(Sums), NoDownstream, Why::NoForm)
        }
        Model::NGram { .. } => ready(setup, GramCounts::of, NoDownstream, Why::NoForm),
        Model::Ols | Model::Ridge { .. } if FixedDesign::of(setup).is_some() => ready(setup, FixedDesign::of, NoDownstream, Why::NoForm),
        Model::Ols | Model::Ridge { .. } | Model::RandomFeatures { .. } => {
            ready(setup, WishartDesign::of, NoDownstream, Why::Against(Step::Again.against()))
        }
        Model::Kde { bandwidth: Bandwidth::Fixed { .. } } => {
            by_dimension!(setup, |D| ready(setup, KernelSums::<D>::of, NoDownstream, Why::NoForm))
        }
        Model::Kde { .. } => ready(setup, KernelSums::<1>::of, NoDownstream, Why::Against("the bandwidth moves with the data")),
        Model::LinearClassifier => {
            let none = linear_classifier::shortcut(setup).map_or_else(Why::Against, |()| Why::NoForm);
            ready(setup, SignedSums::of, NoDownstream, none)
        }
        Model::Logistic { .. } => ready(setup, Relabelled::of, NoDownstream, Why::Against(NO_STATISTICS)),
        Model::Mixture { .. } | Model::Histogram { .. } => Err(without(setup)),
    }
}

const NO_STATISTICS: &str = "this family has no statistics of fixed size";

/// What stands against a shortcut of a family that has no sums at all; what no sum would suffice for is told first.
fn without(setup: &Setup) -> Why {
    Why::Against(match setup.is_judged() {
        _ if setup.cuts() => Step::Subsample.against(),
        true => Step::Sift.against(),
        false => NO_STATISTICS,
    })
}

/// Whether places of a text are exchangeable: of categories always, of tokens, which follow each other, while all texts are equally
/// long.
fn are_places_alike(setup: &Setup) -> bool {
    let first = setup.samples.at(1, setup.generations);
    Kind::made_by(&setup.truth) != Kind::Tokens || (2..=setup.generations).all(|t| Plan::of(setup, t).synthetic == first)
}

/// Whether coordinates stay independent: one dimension, a diagonal covariance, or a known one.
fn is_independent(setup: &Setup) -> bool {
    let one = matches!(setup.truth, Truth::Gaussian { dimension: 1, .. });
    one || Family::of(setup).is_some_and(|family| family.shape == Shape::Diagonal || family.estimate == Estimate::Mean)
}
