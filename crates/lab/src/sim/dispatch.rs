//! The only matches on truth, model and method: they pick the [`Chain`] that the loop then runs, or say why there is none.
//!
//! A family constructs itself from a setup (`of`, absent where it does not fit), so adding one is a line in [`samples`], and a line in
//! [`shortcut`] where sums suffice. What a chain lacks is read in its table of steps (`Needs`), never repeated here.

use super::chain::{Chain, Step};
use super::compose::Plan;
use super::downstream::Reader;
use super::engine::{Beside, Worker};
use super::kind::Kind;
use super::learner::Learner;
use super::models::categorical::{self, Counts, probabilities};
use super::models::design::{FixedDesign, WishartDesign};
use super::models::gaussian::{self, Family, Shape};
use super::models::gaussian_factored::Factored;
use super::models::gaussian_independent::Independent;
use super::models::histogram;
use super::models::kde;
use super::models::kernel_sums::KernelSums;
use super::models::labelled::LabelledPoints;
use super::models::labels::LabelLaw;
use super::models::linear_classifier::{self, LinearClassifier, LinearGauge, SignedSums};
use super::models::logistic::{self, Logistic, LogisticGauge};
use super::models::mixture;
use super::models::ngram;
use super::models::ngram_counts::GramCounts;
use super::models::regression::{self, CoefficientGauge, LeastSquares, Responses, Task};
use super::models::scalar::{self, Scalar, Sums};
use super::models::tabular::{self, Relabelled, RowGauge, Rows, Tabular};
use super::needs::Needs;
use super::recorder::recorded;
use super::samples::{Gauge, Twin};
use super::world::{Classified, World};
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

impl<C: Chain> Prepared for Worker<C> {
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
        Model::Gaussian { .. } | Model::GaussianUnbiased { .. } | Model::GaussianDiagonal { .. } => twin(setup, gaussian::twin),
        Model::Categorical { .. } => twin(setup, categorical::twin),
        Model::Poisson | Model::Exponential | Model::Bernoulli => twin(setup, scalar::twin),
        Model::Ols | Model::Ridge { .. } | Model::RandomFeatures { .. } => {
            twin(setup, if setup.downstream.is_some() { regression::twin } else { regression::twin_by_place })
        }
        Model::Kde { .. } => by_dimension!(setup, |D| twin(setup, kde::twin::<D>)),
        Model::Mixture { .. } => by_dimension!(setup, |D| twin(setup, mixture::twin::<D>)),
        Model::Histogram { .. } => twin(setup, histogram::twin),
        Model::LinearClassifier => by_dimension!(setup, |D| twin(setup, linear_classifier::twin::<D>)),
        Model::Logistic { .. } if matches!(setup.truth, Truth::Tabular { .. }) => twin(setup, tabular::twin),
        Model::Logistic { .. } => by_dimension!(setup, |D| twin(setup, logistic::twin::<D>)),
        Model::NGram { .. } => twin(setup, ngram::twin),
    }
}

/// A twin, with another learner beside it where the setup has one that reads its examples.
fn twin<W, L, G>(setup: &Setup, of: fn(&Setup) -> Option<Twin<W, L, G>>) -> Result<Ready, Why>
where
    W: World + 'static,
    L: Learner<W> + 'static,
    G: Gauge<W, L> + 'static,
    W::Example: 'static,
    L::Fitted: 'static,
{
    let beside = match &setup.downstream {
        Some(learner) => Some(aside(setup, learner).and_then(Reader::reads::<W::Example>).ok_or(Why::NoForm)?),
        None => None,
    };
    ready(setup, of, beside, Why::NoForm)
}

/// A learner of the examples of a truth, to stand beside a chain.
fn aside(setup: &Setup, learner: &Model) -> Option<Reader> {
    match learner {
        Model::Ols | Model::Ridge { .. } | Model::RandomFeatures { .. } => {
            let task = Task::with_model(setup, learner)?;
            Some(Reader::new(Responses::new(task.clone()), LeastSquares::new(task), CoefficientGauge))
        }
        Model::Logistic { .. } if matches!(setup.truth, Truth::Tabular { .. }) => {
            let world = Rows::of(setup)?;
            let learner = Tabular::of(learner, &world, LabelLaw::plain())?;
            Some(Reader::new(world, learner, RowGauge))
        }
        Model::Logistic { .. } => by_dimension!(setup, |D| {
            let world = LabelledPoints::<D>::of(setup)?;
            let learner = Logistic::of(learner, &world, LabelLaw::plain())?;
            Some(Reader::new(world, learner, LogisticGauge::of(setup, LabelLaw::plain())))
        }),
        Model::LinearClassifier if matches!(setup.truth, Truth::Tabular { .. }) => {
            let world = Rows::of(setup)?;
            let learner = LinearClassifier::new(world.dimension(), 1.0, LabelLaw::plain());
            Some(Reader::new(world, learner, RowGauge))
        }
        Model::LinearClassifier => by_dimension!(setup, |D| {
            let world = LabelledPoints::<D>::of(setup)?;
            let learner = LinearClassifier::new(world.dimension(), world.law.deviation, LabelLaw::plain());
            Some(Reader::new(world, learner, LinearGauge::beside(setup)?))
        }),
        _ => None,
    }
}

/// A worker for the setup: what the chain lacks is told first, then `none` where its constructor refuses.
fn ready<C: Chain + 'static>(
    setup: &Setup,
    of: impl Fn(&Setup) -> Option<C>,
    downstream: Beside<C::Batch>,
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
            ready(setup, Independent::of, None, Why::NoForm)
        }
        Model::Gaussian { .. } | Model::GaussianUnbiased { .. } | Model::GaussianDiagonal { .. } => {
            ready(setup, Factored::of, None, Why::NoForm)
        }
        Model::Categorical { .. } => ready(setup, Counts::of, None, Why::NoForm),
        Model::Poisson | Model::Exponential | Model::Bernoulli => {
            ready(setup, |setup| Scalar::of(setup).map(Sums), None, Why::NoForm)
        }
        Model::NGram { .. } => ready(setup, GramCounts::of, None, Why::NoForm),
        Model::Ols | Model::Ridge { .. } if FixedDesign::of(setup).is_some() => ready(setup, FixedDesign::of, None, Why::NoForm),
        Model::Ols | Model::Ridge { .. } | Model::RandomFeatures { .. } => {
            ready(setup, WishartDesign::of, None, Why::Against(Step::Again.against()))
        }
        Model::Kde { bandwidth: Bandwidth::Fixed { .. } } => {
            by_dimension!(setup, |D| ready(setup, KernelSums::<D>::of, None, Why::NoForm))
        }
        Model::Kde { .. } => ready(setup, KernelSums::<1>::of, None, Why::Against("the bandwidth moves with the data")),
        Model::LinearClassifier => {
            let none = linear_classifier::shortcut(setup).map_or_else(Why::Against, |()| Why::NoForm);
            ready(setup, SignedSums::of, None, none)
        }
        Model::Logistic { .. } => ready(setup, Relabelled::of, None, Why::Against(NO_STATISTICS)),
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
