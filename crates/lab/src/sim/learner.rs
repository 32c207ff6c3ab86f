//! Fits examples and makes new ones; knows no truth and no metric.
//!
//! A [`Learner`] of a world sees no more of it than how its examples are read and, where labels are synthetic, which inputs are to be
//! labelled. So the model of a loop and what is fitted beside it are of one kind, and each can stand in the other's place.

use super::chain::{Start, Unfit};
use super::world::World;
use crate::random::{Rng, Streams};

/// A training set: examples with their weights.
#[derive(Debug)]
pub struct Weighted<'a, E> {
    /// The examples.
    pub examples: &'a [E],
    /// One weight for each; absent: all 1.
    pub weights: Option<&'a [f64]>,
}

impl<E> Clone for Weighted<'_, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for Weighted<'_, E> {}

impl<E> Weighted<'_, E> {
    /// The weight of the example at a place.
    #[must_use]
    #[inline]
    pub fn weight(&self, place: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[place])
    }

    /// The sum of all weights.
    #[must_use]
    pub fn total(&self) -> f64 {
        (0..self.examples.len()).map(|place| self.weight(place)).sum()
    }
}

/// A model family, sample by sample.
pub trait Learner<W: World>: Clone + Send + Sync {
    /// A fitted model.
    type Fitted: Clone + Send + Sync;

    /// Whether a fit draws random numbers.
    const FIT_DRAWS: bool = false;

    /// Whether a fit starts from the one before.
    const WARM: bool = false;

    /// Starts a replicate: draws what is random about the learner (random features).
    fn begin(&mut self, _streams: &Streams) {}

    /// An empty place for a fit.
    fn blank(&self) -> Self::Fitted;

    /// Fits to weighted examples. `growth` is n_t / n_1 for models whose capacity grows. `start` is the last fit only where
    /// [`WARM`](Self::WARM) asks for it; `out` holds anything.
    ///
    /// # Errors
    /// [`Unfit`] where there is no fit; never NaN.
    fn fit(
        &mut self,
        world: &W,
        training: Weighted<'_, W::Example>,
        growth: f64,
        start: Start<'_, Self::Fitted>,
        rng: &mut Rng,
        out: &mut Self::Fitted,
    ) -> Result<(), Unfit>;

    /// Appends `n` examples of `from`, sampled as the setup says (bias included), or `n` inputs of the world that it labels.
    fn synthetic(&mut self, world: &mut W, from: &Self::Fitted, n: u64, rng: &mut Rng, out: &mut Vec<W::Example>);
}

/// A learner of categories that tells which it can make.
pub trait Makes<W: World>: Learner<W> {
    /// Whether `from` gives a category any chance.
    fn can_make(&self, from: &Self::Fitted, category: usize) -> bool;
}

/// A learner with a free location.
pub trait Displaced<W: World>: Learner<W> {
    /// Writes `from` with its law moved by `distance`, in units of the data or of root risk.
    fn displace(&self, world: &W, from: &Self::Fitted, distance: f64, out: &mut Self::Fitted);
}

/// A learner whose fits have parameters that can be added.
pub trait Extrapolates<W: World>: Learner<W> {
    /// Moves `fit` to `from` plus `weight` times what `from` has beyond it.
    ///
    /// # Errors
    /// [`Unfit`] where no law lies there (a negative variance).
    fn extrapolate(&mut self, from: &Self::Fitted, weight: f64, fit: &mut Self::Fitted) -> Result<(), Unfit>;
}

/// `from` plus `weight` times what it has beyond `fit`, written over `fit`, coordinate by coordinate.
pub fn beyond(from: &[f64], weight: f64, fit: &mut [f64]) {
    fit.iter_mut().zip(from).for_each(|(fit, from)| *fit = from + weight * (from - *fit));
}

/// A learner that contains the truth and what lies beside it.
pub trait Surrogates<W: World>: Learner<W> {
    /// Writes the truth with its law moved by `distance`.
    fn surrogate(&self, world: &W, distance: f64, out: &mut Self::Fitted);
}

/// A learner whose examples have a context: an edited place holds what it makes of that, no example of its own.
pub trait Rewrites<W: World>: Learner<W> {
    /// An example of a text with what `from` makes of it in its own context.
    fn rewrite(&mut self, from: &Self::Fitted, example: &W::Example, rng: &mut Rng) -> W::Example;
}
