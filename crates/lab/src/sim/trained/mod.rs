//! Small real networks as learners of the laboratory, and the worlds that only they can learn.
//!
//! The networks themselves are a package of their own (`crates/net`), which promises the same bytes on every machine. Here each family is made a
//! [`Learner`](super::learner::Learner): trained anew or from its predecessor at every generation, by the recipe of the setup. What cannot be had in
//! closed form of a network is read from examples that it makes, as a [`Reading::Sampled`](super::chain::Reading) with its error.
//!
//! A replicate takes seconds, so that its numbers are recorded once; the digest of this folder, of the networks and of the streams says
//! whether a recording is that of the code as it is.

mod book;
mod centroids;
mod classifier;
mod clouds;
mod digits;
mod drawings;
mod family;
mod fits;
mod guided;
mod halves;
mod illustrator;
mod images;
mod manifold;
mod painter;
#[cfg(test)]
mod picks_tests;
mod pixels;
mod recipe;
mod scatter;
mod screen;
mod sheet;
#[cfg(test)]
mod tests;
mod told;
mod transformer;
mod vae;

pub use book::Passage;
pub use classifier::Classifier;
pub use clouds::Scatters;
pub use drawings::Drawings;
pub use family::{examples, truths};
pub use images::Depicts;
pub use pixels::{Image, PIXELS};
pub use recipe::{Architecture, Begin, Length, Network, Play, Recipe};
pub use sheet::Writes;
pub use told::Told;
