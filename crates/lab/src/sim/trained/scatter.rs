//! Learners of points of the plane: diffusions, matched flows and coupling flows, trained on points that are centred and scaled by their own
//! mean and deviations, as is usual.

use super::clouds::{CloudGauge, PLANE, Scatters, Spot};
use super::fits::{Network, Trainer, Weights};
use super::recipe::{Architecture, Play};
use crate::random::Rng;
use crate::sim::chain::{Start, Unfit};
use crate::sim::learner::{Learner, Weighted};
use crate::sim::models::points::Points;
use crate::sim::samples::Twin;
use crate::sim::{Model, Sampling, Setup, Synthesis};
use net::diffusion::{self, Diffusion};
use net::field::Shape;
use net::flow::{self, Flow};
use net::flow_matching::{self, FlowMatching};
use net::gan::{self, Gan};
use net::{Activation, Diverged, Optimiser};

/// Waves that carry the time.
const WAVES: usize = 8;

/// A network that makes points.
pub trait Spread: Network {
    /// Trains on rows of two.
    ///
    /// # Errors
    /// Where training diverges.
    fn learn(&mut self, points: &[f32], recipe: &net::Recipe, rng: &mut Rng) -> Result<(), Diverged>;

    /// Makes `n` rows of two; `scale` is the factor on the variance of a base law, where there is one.
    fn make(&mut self, n: usize, steps: usize, scale: f64, rng: &mut Rng) -> Vec<f32>;

    /// Whether the network scales a base law itself.
    const HAS_BASE: bool;

    /// Log density of rows of two, where there is one.
    fn log_density(&mut self, _points: &[f32]) -> Option<Vec<f64>> {
        None
    }
}

/// A learner of points.
#[derive(Clone)]
pub struct Spreader<N: Network> {
    trainer: Trainer<N>,
    /// Steps of the sampler.
    steps: usize,
    /// Factor on the variance of what is handed on.
    scale: f64,
}

/// How far a diffusion may think that a clean coordinate lies, in deviations.
const BOUND: f32 = 4.0;

type Plane<N> = Twin<Points<PLANE>, Spreader<N>, CloudGauge>;

fn shape(inputs: usize, hidden: usize) -> Shape {
    Shape { inputs, hidden: vec![hidden, hidden], activation: Activation::Silu, waves: WAVES, condition: None }
}

/// Of a diffusion for points of so many coordinates.
pub fn diffusion_config(inputs: usize, hidden: usize, noise_steps: usize, bound: f32) -> diffusion::Config {
    diffusion::Config { shape: shape(inputs, hidden), steps: noise_steps, noise: diffusion::Noise::Cosine, bound: Some(bound) }
}

/// The twin of a diffusion; `None` for another truth, model or sampling.
#[must_use]
pub fn of_diffusion(setup: &Setup) -> Option<Plane<Diffusion>> {
    twin(setup, |architecture| match architecture {
        Architecture::Diffusion { hidden, noise_steps, sampling_steps, classes: false } => {
            // Noise along a straight line, as the studies of points have it: along a cosine the first steps of the sampler set where points lie by an
            // estimate of the clean point that is thirty times as wrong as the network, and all of them end up to one side.
            let config = diffusion_config(PLANE, *hidden, *noise_steps, BOUND);
            Some((diffusion::Config { noise: diffusion::Noise::Linear, ..config }, *sampling_steps))
        }
        _ => None,
    })
}

/// The same of a matched flow.
#[must_use]
pub fn of_flow_matching(setup: &Setup) -> Option<Plane<FlowMatching>> {
    twin(setup, |architecture| match architecture {
        Architecture::FlowMatching { hidden, sampling_steps } => Some((shape(PLANE, *hidden), *sampling_steps)),
        _ => None,
    })
}

/// The same of a generator with its critic.
#[must_use]
pub fn of_gan(setup: &Setup) -> Option<Plane<Gan>> {
    twin(setup, |architecture| match architecture {
        Architecture::Gan { hidden, latent, game } => Some((gan_config(PLANE, *hidden, *latent, *game), 0)),
        _ => None,
    })
}

/// Of a generator with its critic for points of so many coordinates.
pub fn gan_config(inputs: usize, hidden: usize, latent: usize, game: Play) -> gan::Config {
    let game = match game {
        Play::NonSaturating => gan::Game::NonSaturating,
        Play::Wasserstein => gan::Game::Wasserstein { penalty: 10.0, critic_steps: 5 },
    };
    gan::Config { inputs, latent, generator: vec![hidden; 2], critic: vec![hidden; 2], activation: Activation::Relu, game }
}

/// The same of a flow of couplings.
#[must_use]
pub fn of_flow(setup: &Setup) -> Option<Plane<Flow>> {
    twin(setup, |architecture| match architecture {
        Architecture::Flow { couplings, hidden } => {
            let hidden = vec![*hidden, *hidden];
            Some((flow::Config { inputs: PLANE, couplings: *couplings, hidden, activation: Activation::Tanh }, 0))
        }
        _ => None,
    })
}

fn twin<N: Spread>(setup: &Setup, config: impl Fn(&Architecture) -> Option<(N::Config, usize)>) -> Option<Plane<N>> {
    let Model::Network(network) = &setup.model else { return None };
    let scale = match setup.sampling {
        Sampling::Unbiased => 1.0,
        Sampling::VarianceScale { scale } => scale,
        _ => return None,
    };
    let world = Points::of(setup).filter(|world: &Points<PLANE>| world.dimension() == PLANE && setup.synthesis == Synthesis::Examples)?;
    let (config, steps) = config(&network.architecture)?;
    Some(Twin::new(world, Spreader { trainer: Trainer::new(config, network.recipe.clone()), steps, scale }, CloudGauge::default()))
}

impl<N: Spread> Spreader<N> {
    fn made(&mut self, from: &Weights<N>, n: usize, scale: f64, rng: &mut Rng, out: &mut Vec<Spot>) {
        let rows = self.trainer.network(from).make(n, self.steps, scale, rng);
        let mut spots: Vec<Spot> = rows.as_chunks::<PLANE>().0.iter().map(|row| unframed(row, &from.frame)).collect();
        if !N::HAS_BASE && (scale - 1.0).abs() > 0.0 {
            stretch(&mut spots, scale.sqrt());
        }
        out.append(&mut spots);
    }
}

/// Draws moved about their mean.
fn stretch(spots: &mut [Spot], factor: f64) {
    for j in 0..PLANE {
        let mean = spots.iter().map(|spot| spot[j]).sum::<f64>() / spots.len() as f64;
        spots.iter_mut().for_each(|spot| spot[j] = mean + factor * (spot[j] - mean));
    }
}

/// Mean and deviation of each coordinate; `None` where one of them has no spread.
fn frame(spots: &[Spot]) -> Option<Vec<[f32; 2]>> {
    let n = spots.len() as f64;
    (0..PLANE)
        .map(|j| {
            let mean = spots.iter().map(|spot| spot[j]).sum::<f64>() / n;
            let deviation = (spots.iter().map(|spot| (spot[j] - mean).powi(2)).sum::<f64>() / n).sqrt();
            (deviation > 0.0 && deviation.is_finite()).then_some([mean as f32, deviation as f32])
        })
        .collect()
}

fn framed(spots: &[Spot], frame: &[[f32; 2]]) -> Vec<f32> {
    spots.iter().flat_map(|spot| (0..PLANE).map(|j| (spot[j] as f32 - frame[j][0]) / frame[j][1])).collect()
}

fn unframed(row: &[f32; PLANE], frame: &[[f32; 2]]) -> Spot {
    std::array::from_fn(|j| f64::from(row[j] * frame[j][1] + frame[j][0]))
}

impl<N: Spread> Learner<Points<PLANE>> for Spreader<N> {
    type Fitted = Weights<N>;
    const FIT_DRAWS: bool = true;
    const WARM: bool = true;

    fn blank(&self) -> Weights<N> {
        Weights::default()
    }

    fn fit(
        &mut self,
        _: &Points<PLANE>,
        training: Weighted<'_, Spot>,
        _: f64,
        start: Start<'_, Weights<N>>,
        rng: &mut Rng,
        out: &mut Weights<N>,
    ) -> Result<(), Unfit> {
        let frame = frame(training.examples).ok_or(Unfit::Degenerate)?;
        let rows = framed(training.examples, &frame);
        self.trainer.train(training.examples.len(), start, rng, out, |network, recipe, rng| network.learn(&rows, recipe, rng))?;
        out.frame = frame;
        Ok(())
    }

    fn synthetic(&mut self, _: &mut Points<PLANE>, from: &Weights<N>, n: u64, rng: &mut Rng, out: &mut Vec<Spot>) {
        self.made(from, n as usize, self.scale, rng, out);
    }
}

impl<N: Spread> Scatters for Spreader<N> {
    fn mark(from: &Weights<N>) -> u64 {
        from.mark
    }

    fn scatter(&mut self, from: &Weights<N>, n: usize, rng: &mut Rng, out: &mut Vec<Spot>) {
        self.made(from, n, 1.0, rng, out);
    }

    fn losses(&mut self, from: &Weights<N>, points: &[Spot]) -> Option<Vec<f64>> {
        let widths: f64 = from.frame.iter().map(|[_, deviation]| f64::from(*deviation).ln()).sum();
        let found = self.trainer.network(from).log_density(&framed(points, &from.frame))?;
        Some(found.into_iter().map(|log| widths - log).collect())
    }
}

impl Spread for Diffusion {
    const HAS_BASE: bool = false;

    fn learn(&mut self, points: &[f32], recipe: &net::Recipe, rng: &mut Rng) -> Result<(), Diverged> {
        self.fit(points, None, recipe, rng)
    }

    fn make(&mut self, n: usize, steps: usize, _: f64, rng: &mut Rng) -> Vec<f32> {
        let mut out = Vec::new();
        self.sample(n, diffusion::Sampler::Deterministic { steps }, None, rng, &mut out);
        out
    }
}

impl Spread for FlowMatching {
    const HAS_BASE: bool = false;

    fn learn(&mut self, points: &[f32], recipe: &net::Recipe, rng: &mut Rng) -> Result<(), Diverged> {
        self.fit(points, None, recipe, rng)
    }

    fn make(&mut self, n: usize, steps: usize, _: f64, rng: &mut Rng) -> Vec<f32> {
        let mut out = Vec::new();
        self.sample(n, flow_matching::Sampler::Midpoint { steps }, None, rng, &mut out);
        out
    }
}

/// What Adam keeps of its mean of gradients where two networks play against each other: less than usual.
///
/// # Source
/// Radford, Metz and Chintala (2016), section 3.
const KEPT: f64 = 0.5;

impl Spread for Gan {
    const HAS_BASE: bool = false;

    fn learn(&mut self, points: &[f32], recipe: &net::Recipe, rng: &mut Rng) -> Result<(), Diverged> {
        let optimiser = Optimiser::Adam { rate: recipe.optimiser.rate(), first: KEPT, second: 0.999, epsilon: 1e-8, decay: 0.0 };
        self.fit(points, &net::Recipe { optimiser, ..*recipe }, rng)
    }

    fn make(&mut self, n: usize, _: usize, _: f64, rng: &mut Rng) -> Vec<f32> {
        let mut out = Vec::new();
        self.sample(n, rng, &mut out);
        out
    }
}

impl Spread for Flow {
    const HAS_BASE: bool = true;

    fn learn(&mut self, points: &[f32], recipe: &net::Recipe, rng: &mut Rng) -> Result<(), Diverged> {
        self.fit(points, recipe, rng)
    }

    fn make(&mut self, n: usize, _: usize, scale: f64, rng: &mut Rng) -> Vec<f32> {
        let mut out = Vec::new();
        self.sample(n, scale, rng, &mut out);
        out
    }

    fn log_density(&mut self, points: &[f32]) -> Option<Vec<f64>> {
        Some(Self::log_density(self, points))
    }
}
