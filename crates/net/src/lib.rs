//! Small networks that train to the same bytes on every machine and with any number of threads.
//!
//! A model is made by `new`, trained by `fit` (again: it goes on from its weights), and asked by `loss`, `sample` and what its family
//! needs. Models are plain values: `Clone`, `Send` and `Sync`; a model runs on the thread of its caller.
//!
//! ```
//! use net::mlp::{Config, Mlp, Task};
//! use net::{Activation, Recipe, Steps};
//! use rand::SeedableRng;
//! use rand_xoshiro::Xoshiro256PlusPlus;
//!
//! let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
//! let config = Config { inputs: 1, hidden: vec![8], outputs: 2, activation: Activation::Tanh, task: Task::Classes };
//! let mut model = Mlp::new(&config, &mut rng);
//! let recipe = Recipe { steps: Steps::Fixed(300), batch: 4, ..Recipe::default() };
//! model.fit(&[-2.0, -1.0, 1.0, 2.0], &[0, 0, 1, 1], None, &recipe, &mut rng)?;
//! assert_eq!(model.predict(&[-1.5, 1.5]), [0, 1]);
//! # Ok::<(), net::Diverged>(())
//! ```
//!
//! # Design
//!
//! **Why the bytes are the same.** Every element of a matrix product is one chain of sums in a fixed order; nothing is fused or reordered,
//! so vector width only decides what is computed side by side (`ops::product`). Exponential, tangent and logarithm are polynomials of
//! our own (`real`), noise uses the pure `libm` (`noise`), and no model starts a thread.
//!
//! **Why a graph of coarse operations.** A step of these models is some tens of operations over slices; each is written once, generic in
//! the float, so that tests hold its gradient against finite differences in double precision while models run in single precision.
//!
//! **What it does not do.** No convolution, no recurrence, no graphics processor, no shapes that change within a step, no files.

#[cfg(test)]
mod determinism;
mod graph;
mod lanes;
mod noise;
mod ops;
mod real;
mod tiles;
#[cfg(test)]
mod traces;
mod training;

pub mod diffusion;
pub mod field;
pub mod flow;
pub mod flow_matching;
pub mod gan;
pub mod mlp;
pub mod transformer;
pub mod vae;

pub use ops::activation::Activation;
/// Fills `out` with independent normal draws of this standard deviation, by the noise that the models use.
pub fn fill_normal(out: &mut [f32], deviation: f64, rng: &mut dyn rand::Rng) {
    noise::fill_normal(out, deviation, rng);
}

pub use training::{Diverged, Optimiser, Recipe, Schedule, Shape, Steps};

#[cfg(test)]
mod tests {
    fn is_plain_value<M: Clone + Send + Sync>() {}

    #[test]
    fn every_model_is_a_plain_value() {
        is_plain_value::<crate::mlp::Mlp>();
        is_plain_value::<crate::vae::Vae>();
        is_plain_value::<crate::transformer::Transformer>();
        is_plain_value::<crate::diffusion::Diffusion>();
        is_plain_value::<crate::flow_matching::FlowMatching>();
        is_plain_value::<crate::flow::Flow>();
        is_plain_value::<crate::gan::Gan>();
    }
}
