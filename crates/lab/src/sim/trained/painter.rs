//! Diffusions of digits, sampled deterministically, and generators of digits with a critic, over pixels scaled to [-1, 1]. Diffusions that are told
//! classes are `guided`.

use super::digits::Digits;
use super::fits::{Network, Trainer, Weights};
use super::images::{Depicts, ImageGauge};
use super::pixels::{Image, PIXELS};
use super::recipe::Architecture;
use super::scatter::{Spread, diffusion_config, gan_config};
use crate::random::Rng;
use crate::sim::chain::{Start, Unfit};
use crate::sim::learner::{Learner, Weighted};
use crate::sim::samples::Twin;
use crate::sim::{Model, Sampling, Setup, Synthesis};
use net::diffusion::Diffusion;
use net::gan::Gan;

/// A learner of images as points of so many coordinates.
#[derive(Clone)]
pub struct Painter<N: Network> {
    trainer: Trainer<N>,
    /// Steps of the sampler.
    steps: usize,
}

type Painting<N> = Twin<Digits, Painter<N>, ImageGauge>;

/// The twin of a diffusion; `None` for another truth, model, synthesis or sampling.
#[must_use]
pub fn of_diffusion(setup: &Setup) -> Option<Painting<Diffusion>> {
    twin(setup, |architecture| match *architecture {
        Architecture::Diffusion { hidden, noise_steps, sampling_steps, classes: false } => {
            Some((diffusion_config(PIXELS, hidden, noise_steps, 1.0), sampling_steps))
        }
        _ => None,
    })
}

/// The same of a generator with its critic.
#[must_use]
pub fn of_gan(setup: &Setup) -> Option<Painting<Gan>> {
    twin(setup, |architecture| match *architecture {
        Architecture::Gan { hidden, latent, game } => Some((gan_config(PIXELS, hidden, latent, game), 0)),
        _ => None,
    })
}

fn twin<N: Spread>(setup: &Setup, config: impl Fn(&Architecture) -> Option<(N::Config, usize)>) -> Option<Painting<N>> {
    let Model::Network(network) = &setup.model else { return None };
    let (config, steps) = config(&network.architecture)?;
    if setup.synthesis != Synthesis::Examples || setup.sampling != Sampling::Unbiased {
        return None;
    }
    let learner = Painter { trainer: Trainer::new(config, network.recipe.clone()), steps };
    Some(Twin::new(Digits::of(setup)?, learner, ImageGauge::default()))
}

/// Images as a network sees them: pixels in [-1, 1].
pub fn scaled<'a>(images: impl Iterator<Item = &'a Image>) -> Vec<f32> {
    images.flatten().map(|p| 2.0 * p - 1.0).collect()
}

/// The pixels of a network's images.
pub fn unscale(pixels: &mut [f32]) {
    pixels.iter_mut().for_each(|p| *p = (0.5 * *p + 0.5).clamp(0.0, 1.0));
}

impl<N: Spread> Painter<N> {
    fn made(&mut self, from: &Weights<N>, n: usize, rng: &mut Rng, out: &mut Vec<Image>) {
        let mut pixels = self.trainer.network(from).make(n, self.steps, 1.0, rng);
        unscale(&mut pixels);
        out.extend_from_slice(pixels.as_chunks().0);
    }
}

impl<N: Spread> Learner<Digits> for Painter<N> {
    type Fitted = Weights<N>;
    const FIT_DRAWS: bool = true;
    const WARM: bool = true;

    fn blank(&self) -> Weights<N> {
        Weights::default()
    }

    fn fit(
        &mut self,
        _: &Digits,
        training: Weighted<'_, Image>,
        _: f64,
        start: Start<'_, Weights<N>>,
        rng: &mut Rng,
        out: &mut Weights<N>,
    ) -> Result<(), Unfit> {
        let rows = scaled(training.examples.iter());
        self.trainer.train(training.examples.len(), start, rng, out, |network, recipe, rng| network.learn(&rows, recipe, rng))
    }

    fn synthetic(&mut self, _: &mut Digits, from: &Weights<N>, n: u64, rng: &mut Rng, out: &mut Vec<Image>) {
        self.made(from, n as usize, rng, out);
    }
}

impl<N: Spread> Depicts<Digits> for Painter<N> {
    fn mark(from: &Weights<N>) -> u64 {
        from.mark
    }

    fn depict(&mut self, from: &Weights<N>, n: usize, rng: &mut Rng, out: &mut Vec<Image>) {
        self.made(from, n, rng, out);
    }

    fn losses(&mut self, _: &Weights<N>, _: &[Image], _: &mut Rng) -> Option<Vec<f64>> {
        None
    }
}
