//! The only match on truth, model and method: it picks the [`Chain`] that the loop then runs.
//!
//! A family constructs itself from a setup (`of`, absent where it does not fit), so adding one is a line here.

use super::chain::Chain;
use super::engine::{Downstream, NoDownstream, Worker};
use super::learner::Learner;
use super::models::categorical::{Categorical, Counts};
use super::models::design::{FixedDesign, WishartDesign};
use super::models::gaussian::{Family, Gaussian, Shape};
use super::models::gaussian_factored::Factored;
use super::models::gaussian_independent::Independent;
use super::models::histogram::Histogram;
use super::models::kde::Kde;
use super::models::kernel_sums::KernelSums;
use super::models::linear_classifier::{LinearClassifier, SignedSums};
use super::models::logistic::Logistic;
use super::models::mixture::Mixture;
use super::models::ngram::NGram;
use super::models::ngram_counts::GramCounts;
use super::models::regression::{Regression, Task};
use super::models::scalar::{Scalar, Sums};
use super::models::tabular::{Relabelled, Tabular};
use super::recorder::recorded;
use super::samples::{BySamples, Model as Sampled};
use super::{Bandwidth, Estimate, Method, Model, Setup, Table, Trajectory, Truth};
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

/// The chain of a checked setup.
pub fn load(setup: &Setup, method: Method) -> Option<Box<dyn Prepared>> {
    match (&setup.model, method) {
        (Model::Gaussian { .. } | Model::GaussianUnbiased { .. } | Model::GaussianDiagonal { .. }, Method::Statistics) => {
            if is_independent(setup) { chain(setup, Independent::of(setup)) } else { chain(setup, Factored::of(setup)) }
        }
        (Model::Gaussian { .. } | Model::GaussianUnbiased { .. } | Model::GaussianDiagonal { .. }, _) => {
            chain(setup, Gaussian::of(setup).map(BySamples::new))
        }
        (Model::Categorical { .. }, Method::Statistics) => chain(setup, Counts::of(setup)),
        (Model::Categorical { .. }, _) => chain(setup, Categorical::of(setup).map(BySamples::new)),
        (Model::Poisson | Model::Exponential | Model::Bernoulli, Method::Statistics) => chain(setup, Scalar::of(setup).map(Sums)),
        (Model::Poisson | Model::Exponential | Model::Bernoulli, _) => chain(setup, Scalar::of(setup).map(BySamples::new)),
        (Model::Ols | Model::Ridge { .. } | Model::RandomFeatures { .. }, Method::Statistics) => {
            chain(setup, FixedDesign::of(setup)).or_else(|| chain(setup, WishartDesign::of(setup)))
        }
        (Model::Ols | Model::Ridge { .. } | Model::RandomFeatures { .. }, _) => regression(setup),
        (Model::Kde { .. }, Method::Statistics) => by_dimension!(setup, |D| chain(setup, KernelSums::<D>::of(setup))),
        (Model::Kde { .. }, _) => by_dimension!(setup, |D| chain(setup, Kde::<D>::of(setup).map(BySamples::new))),
        (Model::Mixture { .. }, _) => by_dimension!(setup, |D| chain(setup, Mixture::<D>::of(setup).map(BySamples::new))),
        (Model::Histogram { .. }, _) => chain(setup, Histogram::of(setup).map(BySamples::new)),
        (Model::LinearClassifier, Method::Statistics) => chain(setup, SignedSums::of(setup)),
        (Model::LinearClassifier, _) => classifier(setup, LinearClassifier::of),
        (Model::Logistic { .. }, Method::Statistics) => chain(setup, Relabelled::of(setup)),
        (Model::Logistic { .. }, _) if matches!(setup.truth, Truth::Tabular { .. }) => classifier(setup, Tabular::of),
        (Model::Logistic { .. }, _) => by_dimension!(setup, |D| classifier(setup, Logistic::<D>::of)),
        (Model::NGram { .. }, Method::Statistics) => chain(setup, GramCounts::of(setup)),
        (Model::NGram { .. }, _) => chain(setup, NGram::of(setup).map(BySamples::new)),
    }
}

/// Regression by samples, with another learner beside it where the setup has one.
fn regression(setup: &Setup) -> Option<Box<dyn Prepared>> {
    let chain = BySamples::new(Regression::new(Task::of(setup)?));
    let Some(learner) = &setup.downstream else {
        let chain = BySamples::new(Regression::by_place(Task::of(setup)?));
        return Some(Box::new(Worker::new(chain, NoDownstream, setup).ok()?));
    };
    let learner = Learner::new(Regression::new(Task::with_model(setup, learner)?));
    Some(Box::new(Worker::new(chain, learner, setup).ok()?))
}

/// A classifier by samples, with another one of its family beside it where the setup has one.
fn classifier<M: Sampled + 'static>(setup: &Setup, of: fn(&Setup) -> Option<M>) -> Option<Box<dyn Prepared>>
where
    M::Example: 'static,
    M::Fitted: 'static,
{
    let chain = BySamples::new(of(setup)?);
    let Some(learner) = &setup.downstream else { return Some(Box::new(Worker::new(chain, NoDownstream, setup).ok()?)) };
    let learner = Learner::new(of(&Setup { model: learner.clone(), ..setup.clone() })?);
    Some(Box::new(Worker::new(chain, learner, setup).ok()?))
}

fn chain<C: Chain + 'static>(setup: &Setup, chain: Option<C>) -> Option<Box<dyn Prepared>>
where
    C::Batch: 'static,
    C::Fitted: 'static,
{
    Some(Box::new(Worker::new(chain?, NoDownstream, setup).ok()?))
}

/// Whether a chain exists for the setup.
pub fn exists(setup: &Setup, method: Method) -> bool {
    load(setup, method).is_some()
}

/// The shortcut of a family that is not Gaussian, categorical or scalar.
///
/// # Errors
/// Why there is none.
pub fn other_shortcut(setup: &Setup) -> Result<&'static str, &'static str> {
    match &setup.model {
        Model::Ols | Model::Ridge { .. } if FixedDesign::of(setup).is_some() => Ok("normal draws in coefficient space over one design"),
        Model::Ols | Model::Ridge { .. } | Model::RandomFeatures { .. } if WishartDesign::of(setup).is_some() => {
            Ok("Bartlett factors of fresh designs")
        }
        Model::Ols | Model::Ridge { .. } | Model::RandomFeatures { .. } => Err("this synthesis or regime has no statistics of fixed size"),
        Model::Logistic { .. } if Relabelled::of(setup).is_some() => Ok("labels of a table, counted row by row"),
        Model::Kde { bandwidth: Bandwidth::Fixed { .. } } => Ok("running sums of kernel values at fixed test points"),
        Model::Kde { .. } => Err("the bandwidth moves with the data"),
        _ => Err("this family has no statistics of fixed size"),
    }
}

/// Whether coordinates stay independent: one dimension, a diagonal covariance, or a known one.
pub fn is_independent(setup: &Setup) -> bool {
    let one = matches!(setup.truth, Truth::Gaussian { dimension: 1, .. });
    one || Family::of(setup).is_some_and(|family| family.shape == Shape::Diagonal || family.estimate == Estimate::Mean)
}

/// The name of a Gaussian's shortcut.
pub fn gaussian_shortcut(setup: &Setup) -> &'static str {
    if is_independent(setup) {
        "normal means and chi-square scatters, coordinate by coordinate"
    } else {
        "Bartlett factors of the scatter matrix"
    }
}
