//! What a model family answers to the laboratory: what it learns from, what of it is known in closed form, what it costs, how it runs.
//!
//! [`Family`] is implemented once per family, next to its code's callers in `families`; nobody else matches on models to ask such a
//! question. [`Ready`] and [`ready`] are what families build their runs with.

use super::chain::{Chain, Step};
use super::cost::Sizes;
use super::downstream::Reader;
use super::engine::Beside;
use super::kind::Kind;
use super::learner::Learner;
use super::needs::Needs;
use super::run::{Prepared, Worker};
use super::samples::{Gauge, Twin};
use super::world::World;
use super::{Method, Refusal, Setup, Truth};
use crate::taxonomy::Metric;

/// Which rules of sampling a family's law has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Biases {
    /// Its variance can be scaled.
    Variance,
    /// Its categories can be sharpened.
    Categories,
    /// Its labels can be sharpened or flipped.
    Labels,
    /// None.
    Nothing,
    /// Rules of its own: it refuses those that it has not ([`Family::refusals`]).
    Own,
}

/// A chain with its memory.
pub type Ready = Box<dyn Prepared>;

/// Why a method has no chain for a setup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The family has no form over this truth with these settings.
    NoForm,
    /// The downstream learner cannot read the chain's examples.
    NoReader,
    /// What stands against it.
    Against(&'static str),
}

/// The answers of a family. What has a default is what most families answer.
pub trait Family {
    /// The kinds of examples that it learns from.
    fn eats(&self) -> &'static [Kind];

    /// Whether its fits label inputs of the truth, and do not make whole examples.
    fn labels(&self) -> bool {
        false
    }

    /// Whether it can be fitted beside a chain of examples of a kind, and says something of them there.
    fn reads_beside(&self, kind: Kind) -> bool {
        matches!(kind, Kind::Responses | Kind::Labels) && self.eats().contains(&kind)
    }

    /// Its metrics on a truth of a kind that it learns from, without those that every run has.
    fn metrics(&self, truth: &Truth) -> Vec<Metric>;

    /// Which rules of sampling it has.
    fn biases(&self) -> Biases;

    /// Whether it has a capacity that can grow.
    fn grows(&self) -> bool {
        false
    }

    /// Whether its fits can be displaced.
    fn moves(&self) -> bool {
        false
    }

    /// Whether its fits can be moved away from each other.
    fn extrapolates(&self) -> bool {
        false
    }

    /// Whether its fits differ in spread at all.
    fn learns_spread(&self) -> bool {
        true
    }

    /// Appends what stands against a setup with this family that nobody else can know.
    fn refusals(&self, _setup: &Setup, _out: &mut Vec<Refusal>) {}

    /// Examples that a fit needs at least so as to be no accident of size.
    fn fewest(&self, _truth: &Truth) -> u64 {
        1
    }

    /// Whether it contains the truth and its estimator is consistent and efficient.
    fn contains_truth(&self, _setup: &Setup) -> bool {
        false
    }

    /// The risk of an answer that saw no data, on a truth of which no other family learns.
    fn null_risk(&self, _truth: &Truth, _metric: Metric) -> Option<f64> {
        None
    }

    /// Rate per generation at which `n` examples of a fit to themselves lose what the truth had.
    fn drift(&self, setup: &Setup, n: f64) -> f64;

    /// Whether a set that never changes is fitted again, since a fit draws or goes on from the last one.
    fn fits_again(&self) -> bool {
        false
    }

    /// Nanoseconds of a generation by an exact shortcut.
    fn by_statistics(&self, _setup: &Setup, sizes: &Sizes) -> f64 {
        30.0 * sizes.new
    }

    /// Nanoseconds of a generation sample by sample, without judging and cutting.
    fn by_samples(&self, setup: &Setup, sizes: &Sizes) -> f64;

    /// Nanoseconds of reading one recorded generation, beyond a few for every metric.
    fn reading(&self, _setup: &Setup, _method: Method, _sizes: &Sizes) -> f64 {
        0.0
    }

    /// The chain that draws every example of a checked setup.
    ///
    /// # Errors
    /// Why there is none.
    fn twin(&self, setup: &Setup) -> Result<Ready, Why>;

    /// The exact shortcut of a checked setup, against which nothing stands that holds for all families, and its name in words.
    ///
    /// # Errors
    /// What stands against it.
    fn shortcut(&self, setup: &Setup) -> Result<(Ready, &'static str), Why> {
        Err(without(setup))
    }

    /// The family as a learner of the truth's examples beside a chain; `None` where it reads none of them.
    fn aside(&self, _setup: &Setup) -> Option<Reader> {
        None
    }
}

/// A worker for the setup: what the chain lacks is told first, then `none` where its constructor refuses.
///
/// # Errors
/// Why there is none.
pub fn ready<C: Chain + 'static>(
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

/// An exact chain, which has nobody beside it.
///
/// # Errors
/// As [`ready`].
pub fn exact<C: Chain + 'static>(
    setup: &Setup,
    of: impl Fn(&Setup) -> Option<C>,
    none: Why,
    name: &'static str,
) -> Result<(Ready, &'static str), Why>
where
    C::Batch: 'static,
    C::Fitted: 'static,
{
    ready(setup, of, None, none).map(|chain| (chain, name))
}

/// A twin, with another learner beside it where the setup has one.
///
/// # Errors
/// As [`ready`], or that the other learner does not read the twin's examples.
pub fn run<W, L, G>(setup: &Setup, of: impl Fn(&Setup) -> Option<Twin<W, L, G>>) -> Result<Ready, Why>
where
    W: World + 'static,
    L: Learner<W> + 'static,
    G: Gauge<W, L> + 'static,
    W::Example: 'static,
    L::Fitted: 'static,
{
    let beside = match &setup.downstream {
        Some(learner) => Some(learner.family().aside(setup).and_then(Reader::reads::<W::Example>).ok_or(Why::NoReader)?),
        None => None,
    };
    ready(setup, of, beside, Why::NoForm)
}

/// What no family says better: it has no statistics of fixed size.
pub const NO_STATISTICS: &str = "this family has no statistics of fixed size";

/// What stands against a shortcut of a family that has no sums at all; what no sum would suffice for is told first.
pub fn without(setup: &Setup) -> Why {
    Why::Against(match setup.is_judged() {
        _ if setup.cuts() => Step::Subsample.against(),
        true => Step::Sift.against(),
        false => NO_STATISTICS,
    })
}

/// Runs a line for the smallest of four dimensions that holds the truth's points.
macro_rules! by_dimension {
    ($setup:expr, |$d:ident| $line:expr) => {
        match $setup.truth.dimension() {
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
pub(super) use by_dimension;
