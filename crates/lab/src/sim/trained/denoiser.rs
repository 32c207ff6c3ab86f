//! Diffusions of digits, over pixels scaled to [-1, 1], sampled deterministically.

use super::digits::Digits;
use super::fits::{Trainer, Weights};
use super::images::{Depicts, ImageGauge};
use super::pixels::{Image, PIXELS};
use super::recipe::Architecture;
use super::scatter::{Spread, diffusion_config};
use crate::random::Rng;
use crate::sim::chain::{Start, Unfit};
use crate::sim::learner::{Learner, Weighted};
use crate::sim::samples::Twin;
use crate::sim::{Model, Sampling, Setup, Synthesis};
use net::diffusion::Diffusion;

/// A learner of images by denoising.
#[derive(Debug, Clone)]
pub struct Denoiser {
    trainer: Trainer<Diffusion>,
    steps: usize,
}

/// The twin of a setup; `None` for another truth, model, synthesis or sampling.
#[must_use]
pub fn twin(setup: &Setup) -> Option<Twin<Digits, Denoiser, ImageGauge>> {
    let Model::Network(network) = &setup.model else { return None };
    let Architecture::Diffusion { hidden, noise_steps, sampling_steps } = network.architecture else { return None };
    if setup.synthesis != Synthesis::Examples || setup.sampling != Sampling::Unbiased {
        return None;
    }
    let config = diffusion_config(PIXELS, hidden, noise_steps, 1.0);
    let learner = Denoiser { trainer: Trainer::new(config, network.recipe.clone()), steps: sampling_steps };
    Some(Twin::new(Digits::of(setup)?, learner, ImageGauge::default()))
}

impl Denoiser {
    fn made(&mut self, from: &Weights<Diffusion>, n: usize, rng: &mut Rng, out: &mut Vec<Image>) {
        let mut pixels = self.trainer.network(from).make(n, self.steps, 1.0, rng);
        pixels.iter_mut().for_each(|p| *p = (0.5 * *p + 0.5).clamp(0.0, 1.0));
        out.extend_from_slice(pixels.as_chunks().0);
    }
}

impl Learner<Digits> for Denoiser {
    type Fitted = Weights<Diffusion>;
    const FIT_DRAWS: bool = true;
    const WARM: bool = true;

    fn blank(&self) -> Weights<Diffusion> {
        Weights::default()
    }

    fn fit(
        &mut self,
        _: &Digits,
        training: Weighted<'_, Image>,
        _: f64,
        start: Start<'_, Weights<Diffusion>>,
        rng: &mut Rng,
        out: &mut Weights<Diffusion>,
    ) -> Result<(), Unfit> {
        let rows: Vec<f32> = training.examples.iter().flatten().map(|p| 2.0 * p - 1.0).collect();
        self.trainer.train(training.examples.len(), start, rng, out, |network, recipe, rng| network.learn(&rows, recipe, rng))
    }

    fn synthetic(&mut self, _: &mut Digits, from: &Weights<Diffusion>, n: u64, rng: &mut Rng, out: &mut Vec<Image>) {
        self.made(from, n as usize, rng, out);
    }
}

impl Depicts for Denoiser {
    fn mark(from: &Weights<Diffusion>) -> u64 {
        from.mark
    }

    fn depict(&mut self, from: &Weights<Diffusion>, n: usize, rng: &mut Rng, out: &mut Vec<Image>) {
        self.made(from, n, rng, out);
    }

    fn losses(&mut self, _: &Weights<Diffusion>, _: &[Image], _: &mut Rng) -> Option<Vec<f64>> {
        None
    }
}
