//! Fits of networks: their weights with a mark, and the one network of a learner into which they are loaded to be asked.

use super::recipe::{Begin, Recipe};
use crate::random::Rng;
use crate::sim::chain::{Start, Unfit};
use rand::Rng as _;
use std::marker::PhantomData;

/// A network of `crates/net`, as a learner needs it.
pub trait Network: Clone + Send + Sync {
    /// Its shape.
    type Config: Clone + Send + Sync;

    /// With drawn weights.
    fn drawn(config: &Self::Config, rng: &mut Rng) -> Self;

    /// All weights in one list.
    fn weights(&self) -> Vec<f32>;

    /// Writes all weights.
    fn set_weights(&mut self, weights: &[f32]);
}

/// The networks' own functions, under the names that a learner calls.
macro_rules! networks {
    ($($network:ty: $config:ty),+ $(,)?) => {$(
        impl Network for $network {
            type Config = $config;

            fn drawn(config: &$config, rng: &mut Rng) -> Self {
                Self::new(config, rng)
            }

            fn weights(&self) -> Vec<f32> {
                Self::weights(self)
            }

            fn set_weights(&mut self, weights: &[f32]) {
                Self::set_weights(self, weights);
            }
        }
    )+};
}

networks! {
    net::mlp::Mlp: net::mlp::Config,
    net::vae::Vae: net::vae::Config,
    net::transformer::Transformer: net::transformer::Config,
    net::diffusion::Diffusion: net::diffusion::Config,
    net::flow_matching::FlowMatching: net::field::Shape,
    net::flow::Flow: net::flow::Config,
    net::gan::Gan: net::gan::Config,
}

/// The weights of a trained network.
#[derive(Debug)]
pub struct Weights<N> {
    /// Drawn when training began: fits with one mark are one fit.
    pub mark: u64,
    weights: Vec<f32>,
    /// Where the examples that it was trained on lie, and how wide they are, coordinate by coordinate; empty where it saw them as they are.
    pub frame: Vec<[f32; 2]>,
    of: PhantomData<fn() -> N>,
}

impl<N> Clone for Weights<N> {
    fn clone(&self) -> Self {
        Self { mark: self.mark, weights: self.weights.clone(), frame: self.frame.clone(), of: PhantomData }
    }
}

impl<N> Default for Weights<N> {
    fn default() -> Self {
        Self { mark: 0, weights: Vec::new(), frame: Vec::new(), of: PhantomData }
    }
}

/// What trains networks of one shape by one recipe.
#[derive(Debug, Clone)]
pub struct Trainer<N: Network> {
    config: N::Config,
    recipe: Recipe,
    loaded: Option<(u64, N)>,
}

impl<N: Network> Trainer<N> {
    /// Of a shape and a recipe.
    pub const fn new(config: N::Config, recipe: Recipe) -> Self {
        Self { config, recipe, loaded: None }
    }

    /// Trains a network anew or from its predecessor, as the recipe says.
    ///
    /// # Errors
    /// [`Unfit::Degenerate`] where training diverges, [`Unfit::TooFewSamples`] without an example.
    pub fn train(
        &mut self,
        examples: usize,
        start: Start<'_, Weights<N>>,
        rng: &mut Rng,
        out: &mut Weights<N>,
        fit: impl FnOnce(&mut N, &net::Recipe, &mut Rng) -> Result<(), net::Diverged>,
    ) -> Result<(), Unfit> {
        if examples == 0 {
            return Err(Unfit::TooFewSamples);
        }
        let mark = rng.next_u64();
        let mut network = N::drawn(&self.config, rng);
        if let (Start::From(before), Begin::Predecessor) = (start, self.recipe.start) {
            network.set_weights(&before.weights);
        }
        fit(&mut network, &self.recipe.of_net(), rng).map_err(|_| Unfit::Degenerate)?;
        *out = Weights { mark, weights: network.weights(), frame: Vec::new(), of: PhantomData };
        self.loaded = Some((mark, network));
        Ok(())
    }

    /// The network of a fit.
    ///
    /// # Panics
    /// For a fit that was never trained.
    pub fn network(&mut self, from: &Weights<N>) -> &mut N {
        if self.loaded.as_ref().is_none_or(|(mark, _)| *mark != from.mark) {
            let own = self.loaded.take().map(|(_, network)| network);
            // Weights that are drawn here are written over at once.
            let mut network = own.unwrap_or_else(|| N::drawn(&self.config, &mut rand::SeedableRng::seed_from_u64(0)));
            network.set_weights(&from.weights);
            self.loaded = Some((from.mark, network));
        }
        &mut self.loaded.as_mut().expect("loaded above").1
    }
}
