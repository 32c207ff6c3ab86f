//! Variational autoencoders with dense encoder and decoder. Takes rows of pixels; gives new rows, latents, reconstructions and the bound
//! on their likelihood.
//!
//! # Source
//! Kingma and Welling (2014); `beta` is that of Higgins et al. (2017), equation 4.

use crate::graph::{BLOCK, Graph, Id, Start};
use crate::noise::fill_normal;
use crate::ops::activation::Activation;
use crate::ops::losses::{Square, divergence};
use crate::real::Real;
use crate::training::{Diverged, Recipe, copy_rows, train};
use rand::{Rng, RngExt};

/// The law of a pixel given its mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pixels {
    /// One with the probability that the decoder gives, else zero; pixels of the data are in [0, 1].
    Bernoulli,
    /// Normal about the decoder's value.
    Gaussian {
        /// The standard deviation, the same for every pixel, above zero.
        deviation: f64,
    },
}

/// How a latent becomes pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decoding {
    /// The means of the pixels.
    Mean,
    /// A draw from the law of the pixels.
    Drawn,
}

/// The shape of an autoencoder.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Pixels of an image.
    pub inputs: usize,
    /// Widths of the encoder's hidden layers; the decoder has them in reverse.
    pub hidden: Vec<usize>,
    /// Coordinates of the latent.
    pub latent: usize,
    /// The bend after every hidden layer.
    pub activation: Activation,
    /// The law of a pixel.
    pub pixels: Pixels,
    /// What the divergence of the latent counts in training; 1 is the likelihood bound.
    pub beta: f64,
}

/// What an encoder says of images.
#[derive(Debug, Clone, PartialEq)]
pub struct Encoded {
    /// Means of the latents, `n x latent`.
    pub means: Vec<f32>,
    /// Logarithms of their variances, `n x latent`.
    pub log_variances: Vec<f32>,
}

/// A variational autoencoder. Evaluation uses the model's own buffers, hence `&mut self`; it changes no later result.
#[derive(Debug, Clone)]
pub struct Vae {
    config: Config,
    graph: Graph<f32>,
    nodes: Nodes,
}

#[derive(Debug, Clone, Copy)]
struct Nodes {
    input: Id,
    /// Rows [mean | log variance].
    encoded: Id,
    noise: Id,
    latent: Id,
    /// Logits or means of pixels.
    output: Id,
    /// Minus the log probability of the input.
    cost: Id,
}

fn assemble<T: Real>(config: &Config, rng: &mut dyn Rng) -> (Graph<T>, Nodes) {
    let Config { inputs, hidden, latent, activation, pixels, beta } = config;
    assert!(*inputs > 0 && *latent > 0 && !hidden.contains(&0), "every layer of a network is at least one wide");
    let mut graph = Graph::new();
    let input = graph.input(*inputs);
    let top = graph.tower(input, hidden, *activation, rng);
    let encoded = graph.dense(top, 2 * latent, Start::Scaled(1.0), rng);
    let noise = graph.input(*latent);
    let latent = graph.draw(encoded, noise);
    let reversed: Vec<usize> = hidden.iter().rev().copied().collect();
    let top = graph.tower(latent, &reversed, *activation, rng);
    let output = graph.dense(top, *inputs, Start::Scaled(1.0), rng);
    let cost = match pixels {
        Pixels::Bernoulli => graph.bernoulli(output, input),
        Pixels::Gaussian { deviation } => {
            assert!(*deviation > 0.0, "the deviation of a pixel is above zero");
            graph.square(output, Some(input), Square::normal(*inputs, *deviation))
        }
    };
    graph.divergence(encoded, *beta);
    (graph, Nodes { input, encoded, noise, latent, output, cost })
}

impl Vae {
    /// An autoencoder with drawn weights: normal with variance gain / inputs, the gain 2 for rectifiers and their smooth kin (He et al.
    /// 2015), else 1; biases zero.
    ///
    /// # Panics
    /// If a layer has no width or the deviation of a pixel is not above zero.
    pub fn new(config: &Config, rng: &mut dyn Rng) -> Self {
        let (graph, nodes) = assemble(config, rng);
        Self { config: config.clone(), graph, nodes }
    }

    /// Trains on `n x inputs` row-major pixels, from the weights it has: one draw of the latent per image and step.
    ///
    /// # Errors
    /// When training diverges.
    ///
    /// # Panics
    /// If there is no image or they are not whole rows.
    pub fn fit(&mut self, images: &[f32], recipe: &Recipe, rng: &mut dyn Rng) -> Result<(), Diverged> {
        let examples = self.count(images);
        let Nodes { input, noise, .. } = self.nodes;
        self.graph.resize(recipe.batch.min(examples));
        train(&mut self.graph, recipe, examples, rng, |graph, batch, rng| {
            copy_rows(batch, images, graph.value_mut(input));
            fill_normal(graph.value_mut(noise), 1.0, rng);
        })
    }

    fn count(&self, images: &[f32]) -> usize {
        assert_eq!(images.len() % self.config.inputs, 0, "images are whole rows");
        images.len() / self.config.inputs
    }

    /// Writes `n` new images to `out`, `n x inputs`: latents are drawn from the standard normal law.
    pub fn sample(&mut self, n: usize, decoding: Decoding, rng: &mut dyn Rng, out: &mut Vec<f32>) {
        let mut latents = vec![0.0; n * self.config.latent];
        fill_normal(&mut latents, 1.0, rng);
        *out = self.decode(&latents);
        match decoding {
            Decoding::Mean => {}
            Decoding::Drawn => self.draw_pixels(out, rng),
        }
    }

    fn draw_pixels(&self, means: &mut [f32], rng: &mut dyn Rng) {
        match self.config.pixels {
            Pixels::Bernoulli => means.iter_mut().for_each(|p| *p = if rng.random::<f32>() < *p { 1.0 } else { 0.0 }),
            Pixels::Gaussian { deviation } => {
                let mut noise = vec![0.0; means.len()];
                fill_normal(&mut noise, deviation, rng);
                means.iter_mut().zip(noise).for_each(|(mean, noise)| *mean += noise);
            }
        }
    }

    /// The means of the pixels for `n x latent` latents: `n x inputs`.
    ///
    /// # Panics
    /// If the latents are not whole rows.
    pub fn decode(&mut self, latents: &[f32]) -> Vec<f32> {
        let mut found = self.graph.evaluate(self.nodes.latent, latents, self.nodes.output);
        match self.config.pixels {
            Pixels::Bernoulli => found.iter_mut().for_each(|logit| *logit = logit.logistic()),
            Pixels::Gaussian { .. } => {}
        }
        found
    }

    /// Means and log variances of the latents of `n x inputs` images.
    ///
    /// # Panics
    /// If the images are not whole rows.
    pub fn encode(&mut self, images: &[f32]) -> Encoded {
        let rows = self.graph.evaluate(self.nodes.input, images, self.nodes.encoded);
        let side =
            |from: usize| rows.chunks_exact(2 * self.config.latent).flat_map(|row| row[from..][..self.config.latent].to_vec()).collect();
        Encoded { means: side(0), log_variances: side(self.config.latent) }
    }

    /// The means of the pixels at the means of the latents of `n x inputs` images: `n x inputs`.
    ///
    /// # Panics
    /// If the images are not whole rows.
    pub fn reconstruct(&mut self, images: &[f32]) -> Vec<f32> {
        let encoded = self.encode(images);
        self.decode(&encoded.means)
    }

    /// The mean of `losses` over images.
    ///
    /// # Panics
    /// As `losses`, or if there is no image.
    pub fn loss(&mut self, images: &[f32], draws: u32, rng: &mut dyn Rng) -> f64 {
        let losses = self.losses(images, draws, rng);
        assert!(!losses.is_empty(), "the mean of no image");
        losses.iter().sum::<f64>() / losses.len() as f64
    }

    /// The negative evidence lower bound of each of `n x inputs` images in nats (with beta one, whatever the training), its expectation
    /// over the latent by the mean of so many draws: Kingma and Welling (2014), equation 10.
    ///
    /// # Panics
    /// If the images are not whole rows or there is no draw.
    pub fn losses(&mut self, images: &[f32], draws: u32, rng: &mut dyn Rng) -> Vec<f64> {
        assert!(draws > 0, "a mean needs at least one draw");
        let mut found = vec![0.0; self.count(images)];
        let Nodes { input, encoded, noise, latent, cost, .. } = self.nodes;
        for (block, found) in images.chunks(BLOCK * self.config.inputs).zip(found.chunks_mut(BLOCK)) {
            self.graph.resize(found.len());
            self.graph.value_mut(input).copy_from_slice(block);
            self.graph.forward_to(encoded);
            divergence(self.config.latent, 1.0, self.graph.value(encoded), found);
            for _ in 0..draws {
                fill_normal(self.graph.value_mut(noise), 1.0, rng);
                self.graph.forward_between(latent..=cost);
                found.iter_mut().zip(self.graph.losses()).for_each(|(sum, loss)| *sum += loss / f64::from(draws));
            }
        }
        found
    }

    /// All weights in one list: encoder, then decoder; of each layer the matrix (`inputs x outputs`, row-major), then the bias.
    #[must_use]
    pub fn weights(&self) -> Vec<f32> {
        self.graph.weights()
    }

    /// Writes all weights, in the order of `weights`.
    ///
    /// # Panics
    /// If there are more or fewer than the network has.
    pub fn set_weights(&mut self, weights: &[f32]) {
        self.graph.load(weights);
    }
}

#[cfg(test)]
mod tests;
