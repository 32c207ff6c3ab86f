//! Variational autoencoders of digits: dense, Bernoulli pixels, trained on whatever grey images they are given.
//!
//! What one hands on are draws of its pixels, or the means of its decoder where the sampling says so ([`Sampling::DecoderMean`]), which is what the
//! released code of several studies does. It is judged by its decoder's means in either case.

use super::digits::Digits;
use super::fits::{Trainer, Weights};
use super::images::{Depicts, ImageGauge};
use super::pixels::{Image, PIXELS};
use super::recipe::Recipe;
use crate::random::Rng;
use crate::sim::chain::{Start, Unfit};
use crate::sim::learner::{Learner, Weighted};
use crate::sim::samples::Twin;
use crate::sim::{Architecture, Model, Sampling, Setup, Synthesis};
use net::vae::{Config, Decoding, Pixels, Vae};
use net::{Activation, fill_normal};
use rand::RngExt;

/// Draws of the latent for the bound on the likelihood of an image.
const DRAWS: u32 = 4;

/// Autoencoders of one shape.
#[derive(Debug, Clone)]
pub struct Autoencoder {
    trainer: Trainer<Vae>,
    latent: usize,
    decoding: Decoding,
    /// Factor on the variance of latents.
    scale: f64,
}

/// The twin of a setup; `None` for another truth, model, synthesis or sampling.
#[must_use]
pub fn twin(setup: &Setup) -> Option<Twin<Digits, Autoencoder, ImageGauge>> {
    Some(Twin::new(Digits::of(setup)?, Autoencoder::of(setup)?, ImageGauge::default()))
}

impl Autoencoder {
    fn of(setup: &Setup) -> Option<Self> {
        let Model::Network(network) = &setup.model else { return None };
        let Architecture::Vae { hidden, latent } = &network.architecture else { return None };
        if setup.synthesis != Synthesis::Examples {
            return None;
        }
        Self::sized(PIXELS, [*hidden, *latent], &network.recipe, &setup.sampling)
    }

    /// Of images of so many pixels, with so many units and latents; `None` for another sampling.
    pub fn sized(inputs: usize, [hidden, latent]: [usize; 2], recipe: &Recipe, sampling: &Sampling) -> Option<Self> {
        let (decoding, scale) = match *sampling {
            Sampling::Unbiased => (Decoding::Drawn, 1.0),
            Sampling::DecoderMean => (Decoding::Mean, 1.0),
            Sampling::VarianceScale { scale } => (Decoding::Drawn, scale),
            _ => return None,
        };
        let config =
            Config { inputs, hidden: vec![hidden, hidden], latent, activation: Activation::Tanh, pixels: Pixels::Bernoulli, beta: 1.0 };
        Some(Self { trainer: Trainer::new(config, recipe.clone()), latent, decoding, scale })
    }

    /// The decoder's means of `n` latents.
    fn decoded(&mut self, from: &Weights<Vae>, n: usize, scale: f64, rng: &mut Rng) -> Vec<f32> {
        let mut latents = vec![0.0_f32; n * self.latent];
        fill_normal(&mut latents, scale.sqrt(), rng);
        self.trainer.network(from).decode(&latents)
    }

    /// Trains on rows of pixels.
    ///
    /// # Errors
    /// As [`Trainer::train`].
    pub fn train(
        &mut self,
        rows: &[f32],
        count: usize,
        start: Start<'_, Weights<Vae>>,
        rng: &mut Rng,
        out: &mut Weights<Vae>,
    ) -> Result<(), Unfit> {
        self.trainer.train(count, start, rng, out, |network, recipe, rng| network.fit(rows, recipe, rng))
    }

    /// The decoder's means of `n` latents, as wide as the sampling says.
    pub fn means(&mut self, from: &Weights<Vae>, n: usize, rng: &mut Rng) -> Vec<f32> {
        self.decoded(from, n, self.scale, rng)
    }

    /// Makes means what is handed on: draws of the pixels, unless the sampling wants the means.
    pub fn hand_on(&self, means: &mut [f32], rng: &mut Rng) {
        if self.decoding == Decoding::Drawn {
            means.iter_mut().for_each(|p| *p = f32::from(u8::from(rng.random::<f32>() < *p)));
        }
    }
}

fn rows(images: &[Image]) -> Vec<f32> {
    images.iter().flatten().copied().collect()
}

impl Learner<Digits> for Autoencoder {
    type Fitted = Weights<Vae>;
    const FIT_DRAWS: bool = true;
    const WARM: bool = true;

    fn blank(&self) -> Weights<Vae> {
        Weights::default()
    }

    fn fit(
        &mut self,
        _: &Digits,
        training: Weighted<'_, Image>,
        _: f64,
        start: Start<'_, Weights<Vae>>,
        rng: &mut Rng,
        out: &mut Weights<Vae>,
    ) -> Result<(), Unfit> {
        self.train(&rows(training.examples), training.examples.len(), start, rng, out)
    }

    fn synthetic(&mut self, _: &mut Digits, from: &Weights<Vae>, n: u64, rng: &mut Rng, out: &mut Vec<Image>) {
        let mut pixels = self.means(from, n as usize, rng);
        self.hand_on(&mut pixels, rng);
        out.extend_from_slice(pixels.as_chunks().0);
    }
}

impl Depicts<Digits> for Autoencoder {
    fn mark(from: &Weights<Vae>) -> u64 {
        from.mark
    }

    fn depict(&mut self, from: &Weights<Vae>, n: usize, rng: &mut Rng, out: &mut Vec<Image>) {
        out.extend_from_slice(self.decoded(from, n, 1.0, rng).as_chunks().0);
    }

    fn losses(&mut self, from: &Weights<Vae>, images: &[Image], rng: &mut Rng) -> Option<Vec<f64>> {
        Some(self.trainer.network(from).losses(&rows(images), DRAWS, rng))
    }
}
