//! Generative adversarial networks: a generator turns noise into points, a critic tells them from real ones. Takes points; gives new ones.
//!
//! # Source
//! Goodfellow et al. (2014), with the generator's loss that does not saturate (their section 3); Wasserstein with a gradient penalty:
//! Gulrajani et al. (2017), algorithm 1.

mod critic;

use crate::graph::{Graph, Id, Start};
use crate::noise::fill_normal;
use crate::ops::activation::Activation;
use crate::training::{Diverged, Mover, Order, Recipe, copy_rows};
use critic::Critic;
use rand::{Rng, RngExt};

/// What the two networks play for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Game {
    /// The critic gives the log odds that a point is real; the generator wants them high: one step of each in turn.
    NonSaturating,
    /// The critic's mean difference between real and new points estimates their Wasserstein distance.
    Wasserstein {
        /// What a step from slope one costs between real and new points (lambda; 10 in the source); zero leaves the penalty out.
        penalty: f64,
        /// Steps of the critic before one of the generator, at least one (5 in the source).
        critic_steps: u32,
    },
}

/// The shape of both networks.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Coordinates of a point.
    pub inputs: usize,
    /// Coordinates of the noise.
    pub latent: usize,
    /// Widths of the generator's hidden layers.
    pub generator: Vec<usize>,
    /// Widths of the critic's hidden layers, each followed by a leaky rectifier.
    pub critic: Vec<usize>,
    /// The bend after every hidden layer of the generator.
    pub activation: Activation,
    /// What they play for.
    pub game: Game,
}

/// A generator and its critic. Evaluation uses the model's own buffers, hence `&mut self`; it changes no later result.
#[derive(Debug, Clone)]
pub struct Gan {
    config: Config,
    generator: Graph<f32>,
    noise: Id,
    made: Id,
    critic: Critic<f32>,
}

impl Gan {
    /// Networks with drawn weights: normal with variance gain / inputs, the gain 2 for rectifiers and their smooth kin (He et al. 2015),
    /// else 1; biases zero.
    ///
    /// # Panics
    /// If a layer has no width, the penalty is negative or not finite, or the critic takes no step.
    pub fn new(config: &Config, rng: &mut dyn Rng) -> Self {
        let Config { inputs, latent, generator: hidden, critic, activation, game } = config;
        assert!(
            *inputs > 0 && *latent > 0 && !hidden.contains(&0) && !critic.contains(&0),
            "every layer of a network is at least one wide"
        );
        if let Game::Wasserstein { penalty, critic_steps } = *game {
            assert!(
                penalty >= 0.0 && penalty.is_finite() && critic_steps > 0,
                "a penalty from zero upwards, a step of the critic at least"
            );
        }
        let mut generator = Graph::new();
        let noise = generator.input(*latent);
        let top = generator.tower(noise, hidden, *activation, rng);
        let made = generator.dense(top, *inputs, Start::Scaled(1.0), rng);
        let critic = Critic::new(*inputs, critic, *game, rng);
        Self { config: config.clone(), generator, noise, made, critic }
    }

    /// Trains on `n x inputs` row-major points, from the weights it has. The recipe's steps are the generator's; its optimiser and
    /// schedule serve both networks, each with a memory of its own.
    ///
    /// # Errors
    /// When training diverges.
    ///
    /// # Panics
    /// If there is no point or they are not whole rows.
    pub fn fit(&mut self, points: &[f32], recipe: &Recipe, rng: &mut dyn Rng) -> Result<(), Diverged> {
        assert_eq!(points.len() % self.config.inputs, 0, "points are whole rows");
        let count = points.len() / self.config.inputs;
        let (batch, steps) = recipe.checked(count);
        let critic_steps = match self.config.game {
            Game::NonSaturating => 1,
            Game::Wasserstein { critic_steps, .. } => critic_steps,
        };
        let mut order = Order::new(count, batch);
        let (mut of_generator, mut of_critic) = (Mover::new(recipe.optimiser), Mover::new(recipe.optimiser));
        let (mut real, mut mixes) = (vec![0.0; batch * self.config.inputs], vec![0.0; batch]);
        self.generator.resize(batch);
        for step in 0..steps {
            let factor = recipe.schedule.factor(step, steps);
            for _ in 0..critic_steps {
                copy_rows(order.next_batch(rng), points, &mut real);
                mixes.iter_mut().for_each(|mix| *mix = rng.random());
                self.make(rng);
                let loss = self.critic.learn(&real, self.generator.value(self.made), &mixes);
                finite(loss, step)?;
                of_critic.step(self.critic.graph_mut(), factor);
            }
            self.make(rng);
            let (loss, slope) = self.critic.teach(self.generator.value(self.made));
            finite(loss, step)?;
            self.generator.backward_from(self.made, slope);
            of_generator.step(&mut self.generator, factor);
        }
        if self.generator.is_finite() && self.critic.graph_mut().is_finite() { Ok(()) } else { Err(Diverged { step: steps }) }
    }

    /// Makes as many points as the generator has rows.
    fn make(&mut self, rng: &mut dyn Rng) {
        fill_normal(self.generator.value_mut(self.noise), 1.0, rng);
        self.generator.forward();
    }

    /// Writes `n` new points to `out`, `n x inputs`.
    pub fn sample(&mut self, n: usize, rng: &mut dyn Rng, out: &mut Vec<f32>) {
        let mut noise = vec![0.0; n * self.config.latent];
        fill_normal(&mut noise, 1.0, rng);
        *out = self.decode(&noise);
    }

    /// The points that `n x latent` noise becomes: `n x inputs`.
    ///
    /// # Panics
    /// If the noise is not whole rows.
    pub fn decode(&mut self, noise: &[f32]) -> Vec<f32> {
        self.generator.evaluate(self.noise, noise, self.made)
    }

    /// What the critic says of `n x inputs` points: log odds that they are real, or its side of the Wasserstein distance.
    ///
    /// # Panics
    /// If the points are not whole rows.
    pub fn criticise(&mut self, points: &[f32]) -> Vec<f32> {
        self.critic.judge(points)
    }

    /// The critic's loss on `n x inputs` points and as many new ones, without a penalty. It says how well they can be told apart, not how
    /// good the generator is.
    ///
    /// # Panics
    /// If there is no point or they are not whole rows.
    pub fn loss(&mut self, points: &[f32], rng: &mut dyn Rng) -> f64 {
        let mut made = Vec::new();
        self.sample(points.len() / self.config.inputs, rng, &mut made);
        self.critic.loss(points, &made)
    }

    /// All weights in one list: generator, then critic; of each layer the matrix (`inputs x outputs`, row-major), then the bias.
    #[must_use]
    pub fn weights(&self) -> Vec<f32> {
        let mut weights = self.generator.weights();
        weights.extend(self.critic.graph().weights());
        weights
    }

    /// Writes all weights, in the order of `weights`.
    ///
    /// # Panics
    /// If there are more or fewer than the networks have.
    pub fn set_weights(&mut self, weights: &[f32]) {
        let (generator, critic) = weights.split_at(self.generator.weights().len().min(weights.len()));
        self.generator.load(generator);
        self.critic.graph_mut().load(critic);
    }
}

fn finite(loss: f64, step: u32) -> Result<(), Diverged> {
    if loss.is_finite() { Ok(()) } else { Err(Diverged { step }) }
}

#[cfg(test)]
mod tests;
