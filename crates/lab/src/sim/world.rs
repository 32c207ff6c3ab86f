//! Where real data come from, and what only the truth can say of an example.
//!
//! A [`World`] owns the type of its examples. It knows no learner and no metric. What only some worlds can say are traits of their own;
//! a learner asks for those that it reads examples through.

use super::chain::{Assessment, RealDraw, Visible};
use crate::random::{Rng, Streams};

/// A truth, example by example.
pub trait World: Clone + Send + Sync {
    /// A point, a category, a pair of input and label.
    type Example: Clone + Send + Sync;

    /// Starts a replicate: draws what is random about the truth (centres of blobs) and forgets the last one.
    fn begin(&mut self, streams: &Streams);

    /// Appends `n` real examples.
    fn real(&mut self, draw: RealDraw, n: u64, rng: &mut Rng, out: &mut Vec<Self::Example>);
}

/// A world that says which examples are correct.
pub trait Judged: World {
    /// What the truth says of an example.
    fn assess(&self, example: &Self::Example) -> Assessment;
}

/// A world whose examples show something that can be preferred.
pub trait Shown: World {
    /// What a preference sees of an example.
    fn visible(&self, example: &Self::Example) -> Visible;
}

/// A world whose examples lie somewhere.
pub trait Placed: World {
    /// Squared distance of two examples.
    fn apart(&self, a: &Self::Example, b: &Self::Example) -> f64;
}

/// A world that has centroids of its examples.
pub trait Centred: World {
    /// The nearest of so many centroids of each class of real examples.
    fn mended(&self, example: &Self::Example, centroids: u32) -> Self::Example;
}

/// A world with a discriminator that is taught once what is real.
pub trait Screens: World {
    /// The class that each example shows, and how much the discriminator likes it; it is taught by the first ones of a replicate. `None` where its training
    /// diverged.
    fn likings(&mut self, made: &[Self::Example], rng: &mut Rng) -> Option<(Vec<usize>, Vec<f32>)>;
}

/// A world of categories.
pub trait Grouped: World {
    /// The category of an example.
    fn category(&self, example: &Self::Example) -> usize;
}

/// A world of responses to inputs.
pub trait Responds: World {
    /// Appends real labels of the first `n` inputs, from the first on, again and again.
    fn again(&mut self, n: u64, rng: &mut Rng, out: &mut Vec<Self::Example>);
}

/// A world of inputs with classes: what a classifier reads, whatever an example is.
pub trait Classified: World {
    /// Number of classes.
    fn classes(&self) -> usize;

    /// Coordinates of an input.
    fn dimension(&self) -> usize;

    /// The coordinates of an example's input.
    fn input<'a>(&'a self, example: &'a Self::Example) -> &'a [f64];

    /// The class that it is given, from 0.
    fn class(&self, example: &Self::Example) -> usize;

    /// The class that it came with.
    fn own(&self, example: &Self::Example) -> usize;

    /// The same input with another class.
    fn relabelled(&self, example: Self::Example, class: usize) -> Self::Example;

    /// The input of a synthetic label at `place` of its batch, with the class it came with: one of the first inputs or a new one, as the
    /// setup says.
    fn unlabelled(&mut self, place: usize, rng: &mut Rng) -> Self::Example;
}

/// A world of inputs with classes in which any input can be.
pub trait Invents: Classified {
    /// An example of a learner's own making, of which nothing is known but its input (`dimension` numbers) and its class.
    fn made(&self, input: &[f64], class: usize) -> Self::Example;
}
