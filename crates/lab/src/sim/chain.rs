//! The two traits of the laboratory: [`Model`], the readable sample-by-sample law, and [`Chain`], what the loop needs.
//!
//! A training set is a weighted sum of batches, so one loop serves every regime. [`Chain`] is implemented once for
//! every `Model` by `BySamples` (a batch is its examples) and by hand for each exact
//! shortcut (a batch is its sufficient statistics). Both are cloned once per worker; `begin` starts a replicate, and
//! scratch space may live in `self`, so that a generation allocates nothing.

use super::Reward;
use super::quota::Filling;
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

/// Which real data are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RealDraw {
    /// The first training set: its inputs are those that `reused` inputs mean.
    First,
    /// Later real data, with inputs of their own.
    Fresh,
    /// Later real labels of the first inputs, from the first on, again and again. Only regressions have them.
    Again,
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
    /// Nothing that could be preferred.
    Nothing,
}

/// A model family over one truth, sample by sample: the readable twin of every shortcut.
pub trait Model: Clone + Send + Sync {
    /// A point, a category, a pair of input and label.
    type Example: Clone + Send + Sync;
    /// A fitted model.
    type Fitted: Clone + Send + Sync;

    /// Whether a fit draws random numbers.
    const FIT_DRAWS: bool = false;

    /// Starts a replicate: draws what is random about the truth (centres of blobs) and forgets the last one.
    fn begin(&mut self, streams: &Streams);

    /// An empty place for a fit.
    fn blank(&self) -> Self::Fitted;

    /// Appends `n` real examples.
    fn real(&mut self, draw: RealDraw, n: u64, rng: &mut Rng, out: &mut Vec<Self::Example>);

    /// Writes `from` with its law moved by `distance`, in units of the data or of root risk. Only models that `check` allows a
    /// displacement have one.
    fn displace(&self, from: &Self::Fitted, distance: f64, out: &mut Self::Fitted) {
        let _ = (from, distance, out);
        unreachable!("`check` sends a displacement to a model that has one")
    }

    /// Writes the truth with its law moved by `distance`. Only models that `check` allows a source beside the truth have one.
    fn surrogate(&self, distance: f64, out: &mut Self::Fitted) {
        let _ = (distance, out);
        unreachable!("`check` sends a source beside the truth to a model that has one")
    }

    /// Appends `n` examples of `from`, sampled as the setup says (bias included), or `n` inputs that it labels.
    fn synthetic(&mut self, from: &Self::Fitted, n: u64, rng: &mut Rng, out: &mut Vec<Self::Example>);

    /// Fits to weighted examples (`weights` absent: all 1). `growth` is n_t / n_1 for models whose capacity grows.
    /// `out` holds the previous fit.
    ///
    /// # Errors
    /// [`Unfit`] where there is no fit; never NaN.
    fn fit(
        &mut self,
        examples: &[Self::Example],
        weights: Option<&[f64]>,
        growth: f64,
        rng: &mut Rng,
        out: &mut Self::Fitted,
    ) -> Result<(), Unfit>;

    /// The metric of a fitted model; `None` where undefined. May be infinite, never NaN.
    fn measure(&mut self, fitted: &Self::Fitted, metric: Metric) -> Option<f64>;

    /// Writes the location whose movement is `displacement` (the mean, the coefficients, the probabilities).
    fn location(&self, fitted: &Self::Fitted, out: &mut Vec<f64>);

    /// What the truth says of an example.
    fn assess(&self, example: &Self::Example) -> Assessment;

    /// What a preference sees of an example.
    fn visible(&self, example: &Self::Example) -> Visible;

    /// An example of a text with what `from` makes of it in its own context; absent where an edited place holds a whole example
    /// of the model.
    fn rewrite(&mut self, from: &Self::Fitted, example: &Self::Example, rng: &mut Rng) -> Option<Self::Example> {
        let _ = (from, example, rng);
        None
    }

    /// Whether `from` gives a category any chance. Only models that `check` allows quotas need to know.
    fn can_make(&self, from: &Self::Fitted, category: usize) -> bool {
        let _ = (from, category);
        true
    }
}

/// What the loop needs: batches that add, and a fit.
pub trait Chain: Clone + Send + Sync {
    /// A weighted commutative monoid: examples, or their sufficient statistics.
    type Batch: Clone + Send + Sync;
    /// A fitted model.
    type Fitted: Clone + Send + Sync;

    /// Whether a fit draws random numbers; a fit that does not gets a generator that it must leave alone.
    const FIT_DRAWS: bool = false;

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

    /// As [`Model::displace`].
    fn displace(&self, from: &Self::Fitted, distance: f64, out: &mut Self::Fitted) {
        let _ = (from, distance, out);
        unreachable!("`check` sends a displacement to a chain that has one")
    }

    /// As [`Model::surrogate`].
    fn surrogate(&self, distance: f64, out: &mut Self::Fitted) {
        let _ = (distance, out);
        unreachable!("`check` sends a source beside the truth to a chain that has one")
    }

    /// Adds `n` examples of `from` to `out`.
    fn synthetic(&mut self, from: &Self::Fitted, n: u64, rng: &mut Rng, out: &mut Self::Batch);

    /// Adds `batch`, each example weighing `weight`, into `into`.
    fn add(&mut self, batch: &Self::Batch, weight: f64, into: &mut Self::Batch);

    /// As [`add`](Self::add) with weight 1, of a batch that nobody needs afterwards: what it holds may be moved.
    fn absorb(&mut self, batch: &mut Self::Batch, into: &mut Self::Batch) {
        self.add(batch, 1.0, into);
    }

    /// Fits.
    ///
    /// # Errors
    /// [`Unfit`] where there is no fit.
    fn fit(&mut self, training: &Self::Batch, growth: f64, rng: &mut Rng, out: &mut Self::Fitted) -> Result<(), Unfit>;

    /// The metric of a fitted model; `None` where undefined.
    fn measure(&mut self, fitted: &Self::Fitted, metric: Metric) -> Option<f64>;

    /// Writes the location whose movement is `displacement`.
    fn location(&self, fitted: &Self::Fitted, out: &mut Vec<f64>);

    /// Whether the fit has one value only, so that a fit to its own samples is itself again, for ever.
    fn is_point(&self, fitted: &Self::Fitted) -> bool {
        let _ = fitted;
        false
    }

    /// Puts `n` examples of `pool`, drawn at random, into `out`. Only chains that `check` allows a budget have one.
    fn subsample(&mut self, pool: &Self::Batch, n: u64, replacement: Replacement, rng: &mut Rng, out: &mut Self::Batch);

    /// Puts `n` examples of `pool`, drawn at random without replacement, into `out` and the others into `rest`. What is written
    /// here holds for counts, and for every batch of which another can be taken away.
    fn split(&mut self, pool: &Self::Batch, n: u64, rng: &mut Rng, out: &mut Self::Batch, rest: &mut Self::Batch) {
        self.subsample(pool, n, Replacement::Without, rng, out);
        self.add(pool, 1.0, rest);
        self.add(out, -1.0, rest);
    }

    /// Puts into the empty `out` the `text` with some places given to `from`, of whose examples `own` holds enough. What is
    /// written here holds for counts of examples that have no context; only chains that `check` allows an edit have one.
    fn edit(&mut self, from: &Self::Fitted, texts: Texts<'_, Self::Batch>, edit: Editing, rng: &mut Rng, out: &mut Self::Batch) {
        let _ = from;
        let stays = edit.covered - edit.edited;
        self.subsample(texts.earlier, stays, Replacement::Without, rng, out);
        self.subsample(texts.own, edit.size - stays, Replacement::Without, rng, out);
    }

    /// Keeps of `batch` what `accept` lets pass (a probability per example), appending to `out`, at most `n`
    /// examples in all; gives back how many `out` now holds. Only chains that `check` allows a curation have one.
    fn curate(&mut self, batch: &Self::Batch, accept: &dyn Fn(Assessment) -> f64, n: u64, rng: &mut Rng, out: &mut Self::Batch) -> u64;

    /// Adds `n` examples to `out`, each preferred among candidates of `from`, which are drawn into `drawn`. Only chains that
    /// `check` allows a preference have one.
    fn prefer(&mut self, from: &Self::Fitted, n: u64, preference: Preference<'_>, drawn: &mut Self::Batch, out: &mut Self::Batch) {
        let _ = (from, n, preference, drawn, out);
        unreachable!("`check` sends a preference to a chain that has one")
    }

    /// Adds examples of `from` to the empty `out` so that groups of categories have their quotas; `drawn` is scratch. Only
    /// chains that `check` allows quotas have one.
    fn fill(&mut self, from: &Self::Fitted, filling: Filling<'_>, drawn: &mut Self::Batch, out: &mut Self::Batch) {
        let _ = (from, filling, drawn, out);
        unreachable!("`check` sends quotas to a chain that has them")
    }

    /// Adds curated examples of `from` to the empty `out` until there are enough or the draws are spent. A chain that
    /// need not hold what it draws has a loop of its own; this one draws into `drawn`, round by round.
    fn sift(&mut self, from: &Self::Fitted, sift: &mut Sift<'_>, drawn: &mut Self::Batch, out: &mut Self::Batch) {
        while sift.held < sift.wanted && sift.left > 0 {
            // Rounds start at what is missing and grow, so that a strict rule does not cost a round per example.
            let round = (sift.wanted - sift.held).max(sift.wanted / 4).max(16).min(sift.left);
            sift.left -= round;
            self.clear(drawn);
            self.synthetic(from, round, sift.rng, drawn);
            sift.held = self.curate(drawn, sift.accept, sift.wanted, sift.judge, out);
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

/// Whether an example can be drawn twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replacement {
    /// Once at most.
    Without,
    /// Any number of times.
    With,
}
