//! Variational autoencoders of digits: dense, Bernoulli pixels, trained on whatever grey images they are given.
//!
//! What one hands on are draws of its pixels, or the means of its decoder where the sampling says so ([`Sampling::DecoderMean`]), which is what the
//! released code of several studies does. It is judged by its decoder's means in either case.

use super::digits::Digits;
use super::fits::{Trainer, Weights};
use super::images::{Depicts, ImageGauge};
use super::pixels::{Image, PIXELS};
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
        let (decoding, scale) = match setup.sampling {
            Sampling::Unbiased => (Decoding::Drawn, 1.0),
            Sampling::DecoderMean => (Decoding::Mean, 1.0),
            Sampling::VarianceScale { scale } => (Decoding::Drawn, scale),
            _ => return None,
        };
        let config = Config {
            inputs: PIXELS,
            hidden: vec![*hidden, *hidden],
            latent: *latent,
            activation: Activation::Tanh,
            pixels: Pixels::Bernoulli,
            beta: 1.0,
        };
        Some(Self { trainer: Trainer::new(config, network.recipe.clone()), latent: *latent, decoding, scale })
    }

    /// The decoder's means of `n` latents.
    fn decoded(&mut self, from: &Weights<Vae>, n: usize, scale: f64, rng: &mut Rng) -> Vec<f32> {
        let mut latents = vec![0.0_f32; n * self.latent];
        fill_normal(&mut latents, scale.sqrt(), rng);
        self.trainer.network(from).decode(&latents)
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
        let images = rows(training.examples);
        self.trainer.train(training.examples.len(), start, rng, out, |network, recipe, rng| network.fit(&images, recipe, rng))
    }

    fn synthetic(&mut self, _: &mut Digits, from: &Weights<Vae>, n: u64, rng: &mut Rng, out: &mut Vec<Image>) {
        let mut pixels = self.decoded(from, n as usize, self.scale, rng);
        if self.decoding == Decoding::Drawn {
            pixels.iter_mut().for_each(|p| *p = f32::from(u8::from(rng.random::<f32>() < *p)));
        }
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
