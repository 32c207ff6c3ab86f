//! What the loop needs: [`Chain`], and the [`Steps`] that a chain has or has not.
//!
//! A training set is a weighted sum of batches, so one loop serves every regime. [`Chain`] is implemented once for whatever
//! runs sample by sample by `Twin` (a batch is its examples) and by hand for each exact shortcut (a batch is its sufficient
//! statistics). Both are cloned once per worker; `begin` starts a replicate, and scratch space may live in `self`, so that a
//! generation allocates nothing.
//!
//! What only some setups ask for stands in one table per chain: a step is a function or it is absent, and whoever prepares a run
//! (`Needs`) takes the functions out of the table or tells which [`Step`] is missing. So no chain has a body for what it cannot do.

use super::quota::Filling;
use super::{Ending, Reward, Spacing};
use crate::random::{Rng, Streams};
use crate::taxonomy::Metric;
use rand::RngExt;

/// Why a fit has no result; the loop turns it into an [`Ending`](super::Ending) with its generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// No solution, or the spread left the range of numbers.
    Degenerate,
    /// Too few examples.
    TooFewSamples,
}

impl Unfit {
    /// The end of a run that has no model in this generation.
    #[must_use]
    pub const fn at(self, generation: u32) -> Ending {
        match self {
            Self::Degenerate => Ending::Degenerate { generation },
            Self::TooFewSamples => Ending::TooFewSamples { generation },
        }
    }
}

/// Where a fit starts.
#[derive(Debug)]
pub enum Start<'a, F> {
    /// From values of the learner's own.
    Anew,
    /// From the fit of the generation before, which only learners are handed that say so ([`Chain::WARM`]).
    From(&'a F),
}

/// What a gauge reads of a fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reading {
    /// The metric has no value here.
    Undefined,
    /// Its value, by a formula or by quadrature. May be infinite, never NaN.
    Exact(f64),
    /// Its value from draws.
    Sampled {
        /// The estimate. May be infinite, never NaN.
        value: f64,
        /// Its standard error, in the unit of the value.
        error: f64,
    },
}

impl Reading {
    /// The value; `None` where the metric has none.
    #[must_use]
    pub const fn value(self) -> Option<f64> {
        match self {
            Self::Undefined => None,
            Self::Exact(value) | Self::Sampled { value, .. } => Some(value),
        }
    }
}

impl From<Option<f64>> for Reading {
    /// Of a metric that is exact where it is defined.
    fn from(value: Option<f64>) -> Self {
        value.map_or(Self::Undefined, Self::Exact)
    }
}

/// Which real data are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RealDraw {
    /// The first training set: its inputs are those that `reused` inputs mean.
    First,
    /// Later real data, with inputs of their own.
    Fresh,
}

/// What the truth says of one example, for curation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assessment {
    /// A label that is the most likely one, or a point or category outside the hallucination set.
    pub correct: bool,
    /// Inside the truth's tail set (definition 7's least likely 1 %).
    pub tail: bool,
}

/// What a preference sees of one example.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Visible {
    /// A category or label, by place.
    Category(usize),
    /// The first coordinate of a point.
    Coordinate(f64),
}

/// What the loop needs: batches that add, and a fit.
pub trait Chain: Clone + Send + Sync {
    /// A weighted commutative monoid: examples, or their sufficient statistics.
    type Batch: Clone + Send + Sync;
    /// A fitted model.
    type Fitted: Clone + Send + Sync;

    /// Whether a fit draws random numbers; a fit that does not gets a generator that it must leave alone.
    const FIT_DRAWS: bool = false;

    /// Whether a fit starts from the one before; to others none is handed, and nothing is kept for them.
    const WARM: bool = false;

    /// Whether a reading draws random numbers; one that does not gets a generator that it must leave alone.
    const READING_DRAWS: bool = false;

    /// What it can do beyond the functions below.
    const STEPS: Steps<Self> = Steps::NONE;

    /// Starts a replicate.
    fn begin(&mut self, streams: &Streams);

    /// A batch without examples.
    fn empty(&self) -> Self::Batch;

    /// Makes a batch empty without giving its memory back.
    fn clear(&self, batch: &mut Self::Batch);

    /// An empty place for a fit.
    fn blank(&self) -> Self::Fitted;

    /// Adds `n` real examples to `out`.
    fn real(&mut self, draw: RealDraw, n: u64, rng: &mut Rng, out: &mut Self::Batch);

    /// Adds `n` examples of `from` to `out`.
    fn synthetic(&mut self, from: &Self::Fitted, n: u64, rng: &mut Rng, out: &mut Self::Batch);

    /// Adds `batch`, each example weighing `weight`, into `into`.
    fn add(&mut self, batch: &Self::Batch, weight: f64, into: &mut Self::Batch);

    /// As [`add`](Self::add) with weight 1, of a batch that nobody needs afterwards: what it holds may be moved.
    fn absorb(&mut self, batch: &mut Self::Batch, into: &mut Self::Batch) {
        self.add(batch, 1.0, into);
    }

    /// Fits. `growth` is n_t / n_1 for models whose capacity grows; what `out` held before counts for nothing.
    ///
    /// # Errors
    /// [`Unfit`] where there is no fit.
    fn fit(
        &mut self,
        training: &Self::Batch,
        growth: f64,
        start: Start<'_, Self::Fitted>,
        rng: &mut Rng,
        out: &mut Self::Fitted,
    ) -> Result<(), Unfit>;

    /// The metric of a fitted model.
    fn read(&mut self, fitted: &Self::Fitted, metric: Metric, rng: &mut Rng) -> Reading;

    /// Writes the location whose movement is `displacement`.
    fn location(&self, fitted: &Self::Fitted, out: &mut Vec<f64>);

    /// A few examples of a fit for people to look at, each in letters; none where numbers say all.
    fn show(&mut self, _fitted: &Self::Fitted, _rng: &mut Rng) -> Vec<String> {
        Vec::new()
    }
}

/// Writes `from` with its law moved by a distance, in units of the data or of root risk.
pub type Displace<C> = fn(&C, &<C as Chain>::Fitted, f64, &mut <C as Chain>::Fitted);
/// Moves the last fit to `from` plus `weight` times what `from` has beyond it.
pub type Extrapolate<C> = fn(&mut C, &<C as Chain>::Fitted, f64, &mut <C as Chain>::Fitted) -> Result<(), Unfit>;
/// Writes the truth with its law moved by a distance.
pub type Surrogate<C> = fn(&C, f64, &mut <C as Chain>::Fitted);
/// Adds real labels of the first `n` inputs, from the first on, again and again.
pub type Again<C> = fn(&mut C, u64, &mut Rng, &mut <C as Chain>::Batch);
/// Whether the fit has one value only, so that a fit to its own samples is itself again, for ever.
pub type IsPoint<C> = fn(&C, &<C as Chain>::Fitted) -> bool;
/// Puts `n` examples of a pool, drawn at random, into the last batch.
pub type Subsample<C> = fn(&mut C, &<C as Chain>::Batch, u64, Replacement, &mut Rng, &mut <C as Chain>::Batch);
/// Puts `n` examples of a pool that lie far from each other into the last batch; how many of them are among the first `early` of the pool.
pub type Space<C> = fn(&mut C, &<C as Chain>::Batch, Apart, &mut Rng, &mut <C as Chain>::Batch) -> u64;
/// Puts `n` examples of a pool, drawn at random without replacement, into the first empty batch and the others into the second.
pub type Split<C> = fn(&mut C, &<C as Chain>::Batch, u64, &mut Rng, &mut <C as Chain>::Batch, &mut <C as Chain>::Batch);
/// Puts into the empty batch the earlier text with some places given to the fit, of whose examples the other text holds enough.
pub type Edit<C> = fn(&mut C, &<C as Chain>::Fitted, Texts<'_, <C as Chain>::Batch>, Editing, &mut Rng, &mut <C as Chain>::Batch);
/// Adds curated examples of a fit to the empty last batch until there are enough or the draws are spent; the other one is scratch.
pub type Sifting<C> = fn(&mut C, &<C as Chain>::Fitted, &mut Sift<'_>, &mut <C as Chain>::Batch, &mut <C as Chain>::Batch);
/// Adds `n` examples to the last batch, each preferred among candidates of a fit; the other batch is scratch.
pub type Prefer<C> = fn(&mut C, &<C as Chain>::Fitted, u64, Preference<'_>, &mut <C as Chain>::Batch, &mut <C as Chain>::Batch);
/// Adds examples of a fit to the empty last batch so that groups of categories have their quotas; the other batch is scratch.
pub type Fill<C> = fn(&mut C, &<C as Chain>::Fitted, Filling<'_>, &mut <C as Chain>::Batch, &mut <C as Chain>::Batch);

/// Replaces every example by the nearest of so many centroids of each class of real ones.
pub type Mend<C> = fn(&C, u32, &mut <C as Chain>::Batch);
/// Adds the examples of a fit that a discriminator likes best to the empty last batch; the other one is scratch. Whether there is a discriminator: its
/// training may diverge.
pub type Screening<C> = fn(&mut C, &<C as Chain>::Fitted, Screened<'_>, &mut <C as Chain>::Batch, &mut <C as Chain>::Batch) -> bool;

/// The steps of a chain beyond fit, measure, draw and add; absent: the chain cannot, and nobody can ask it to.
pub struct Steps<C: Chain> {
    /// A source moved away from a fit.
    pub displace: Option<Displace<C>>,
    /// A source moved away from its fit to its own samples.
    pub extrapolate: Option<Extrapolate<C>>,
    /// A source beside the truth.
    pub surrogate: Option<Surrogate<C>>,
    /// New real labels of the first inputs.
    pub again: Option<Again<C>>,
    /// Point masses are known as such, so that the rest of their run is known; where absent it is run.
    pub is_point: Option<IsPoint<C>>,
    /// A draw from a batch.
    pub subsample: Option<Subsample<C>>,
    /// A choice of examples that lie far from each other.
    pub space: Option<Space<C>>,
    /// A batch cut in two.
    pub split: Option<Split<C>>,
    /// A text edited in places.
    pub edit: Option<Edit<C>>,
    /// Examples that verifiers accept.
    pub sift: Option<Sifting<C>>,
    /// Examples preferred to others.
    pub prefer: Option<Prefer<C>>,
    /// Quotas of groups.
    pub fill: Option<Fill<C>>,
    /// Examples replaced by centroids.
    pub mend: Option<Mend<C>>,
    /// Examples that a discriminator likes.
    pub screen: Option<Screening<C>>,
}

impl<C: Chain> Steps<C> {
    /// Of a chain that fits, measures, draws and adds, and nothing else.
    pub const NONE: Self = Self {
        displace: None,
        extrapolate: None,
        surrogate: None,
        again: None,
        is_point: None,
        subsample: None,
        space: None,
        split: None,
        edit: None,
        sift: None,
        prefer: None,
        fill: None,
        mend: None,
        screen: None,
    };
}

/// A step that a setup needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// [`Steps::displace`].
    Displace,
    /// [`Steps::extrapolate`].
    Extrapolate,
    /// [`Steps::surrogate`].
    Surrogate,
    /// [`Steps::again`].
    Again,
    /// [`Steps::subsample`].
    Subsample,
    /// [`Steps::space`].
    Space,
    /// [`Steps::split`].
    Split,
    /// [`Steps::edit`].
    Edit,
    /// [`Steps::sift`].
    Sift,
    /// [`Steps::prefer`].
    Prefer,
    /// [`Steps::fill`].
    Fill,
    /// [`Steps::mend`].
    Mend,
    /// [`Steps::screen`].
    Screen,
}

impl Step {
    /// What stands against a chain that lacks the step.
    #[must_use]
    pub const fn against(self) -> &'static str {
        match self {
            Self::Displace => "a displaced law of dependent coordinates needs the examples",
            Self::Extrapolate => "the fits of this shortcut cannot be moved away from each other",
            Self::Surrogate => "a source beside the truth needs the examples",
            Self::Again => "this synthesis or regime has no statistics of fixed size",
            Self::Subsample | Self::Space | Self::Split | Self::Edit => "a subsample needs the examples",
            Self::Sift | Self::Fill | Self::Mend | Self::Screen => "a curation judges example by example",
            Self::Prefer => "a preference compares example with example",
        }
    }
}

/// A choice among several candidates for every example wanted.
pub struct Preference<'a> {
    /// Candidates for each example.
    pub candidates: u32,
    /// What is preferred.
    pub reward: &'a Reward,
    /// Where candidates come from.
    pub rng: &'a mut Rng,
    /// Where choices come from.
    pub judge: &'a mut Rng,
}

/// A choice of those that a discriminator likes best.
pub struct Screened<'a> {
    /// Examples wanted.
    pub wanted: u64,
    /// Of how many each is one: the share kept.
    pub keep: f64,
    /// Where examples come from.
    pub rng: &'a mut Rng,
    /// Where the discriminator's own draws come from.
    pub judge: &'a mut Rng,
}

/// A search for enough examples that a curation accepts.
pub struct Sift<'a> {
    /// Examples wanted.
    pub wanted: u64,
    /// Examples accepted.
    pub held: u64,
    /// Draws left.
    pub left: u64,
    /// Probability that an example is accepted.
    pub accept: &'a dyn Fn(Assessment) -> f64,
    /// Where examples come from.
    pub rng: &'a mut Rng,
    /// Where judgements come from.
    pub judge: &'a mut Rng,
}

/// A judgement as two independent chances.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stages {
    /// Of an example's own stage, by whether it is correct and whether it lies in the tail; the largest is 1.
    own: [[f64; 2]; 2],
    /// Of the stage that all examples share.
    pub common: f64,
}

impl Stages {
    /// Judges an example by its own stage; a chance of 0 or 1 draws nothing.
    #[inline]
    pub fn passes(&self, example: Assessment, judge: &mut Rng) -> bool {
        let chance = self.own[usize::from(example.correct)][usize::from(example.tail)];
        chance >= 1.0 || chance > 0.0 && judge.random::<f64>() < chance
    }
}

impl Sift<'_> {
    /// Spends one draw, if one is needed and left.
    pub fn draws(&mut self) -> bool {
        let goes_on = self.held < self.wanted && self.left > 0;
        self.left -= u64::from(goes_on);
        goes_on
    }

    /// Spends the draws of a search of which is known how many were refused; whether they sufficed. The accepted
    /// examples are then still to be drawn.
    pub fn settles(&mut self, refused: f64) -> bool {
        let suffices = refused <= (self.left - self.wanted) as f64;
        (self.held, self.left) = if suffices { (self.wanted, self.left - self.wanted - refused as u64) } else { (self.held, 0) };
        suffices
    }

    /// The judgement in two stages of independent chances, of which the second is the same for every example and need not be drawn one by one.
    #[must_use]
    pub fn in_stages(&self) -> Stages {
        let chance = |correct, tail| (self.accept)(Assessment { correct, tail });
        let chances = [[chance(false, false), chance(false, true)], [chance(true, false), chance(true, true)]];
        let common = chances.iter().flatten().copied().fold(0.0, f64::max);
        let own = chances.map(|row| row.map(|chance| if common > 0.0 { chance / common } else { 0.0 }));
        Stages { own, common }
    }

    /// Spends the draws that the common stage refused meanwhile; where they are too many, the search has failed.
    pub fn refuses(&mut self, refused: f64) {
        if refused <= self.left as f64 {
            self.left -= refused as u64;
        } else {
            (self.held, self.left) = (0, 0);
        }
    }

    /// Judges what was drawn by its own stage alone.
    pub fn passes(&mut self, stages: &Stages, example: Assessment) -> bool {
        let passes = stages.passes(example, self.judge);
        self.held += u64::from(passes);
        passes
    }

    /// Judges what was drawn.
    pub fn accepts(&mut self, example: Assessment) -> bool {
        let is_accepted = self.judge.random::<f64>() < (self.accept)(example);
        self.held += u64::from(is_accepted);
        is_accepted
    }
}

/// What an edit puts together.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'a, B> {
    /// The text whose places are edited.
    pub earlier: &'a B,
    /// The model's own.
    pub own: &'a B,
}

/// Which places of a text an edit gives to the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Editing {
    /// Examples of the edited text; those beyond `covered` are the model's.
    pub size: u64,
    /// Places that both texts have.
    pub covered: u64,
    /// How many of them are edited.
    pub edited: u64,
    /// The first one of a run of edited places, which goes on at place 0 after the last; absent: places at random.
    pub from: Option<u64>,
}

/// A choice of examples that lie far from each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Apart {
    /// Examples wanted.
    pub wanted: u64,
    /// By which rule.
    pub spacing: Spacing,
    /// Examples at the start of the pool of which is told how many were chosen: the real ones.
    pub early: u64,
}

/// Whether an example can be drawn twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replacement {
    /// Once at most.
    Without,
    /// Any number of times.
    With,
}
