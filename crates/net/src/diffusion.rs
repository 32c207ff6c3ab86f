//! Denoising diffusion with a dense network: noise is added in many small steps, the network learns what was added, and sampling takes
//! it away again. Takes points (perhaps with classes); gives new ones.
//!
//! # Source
//! Ho, Jain and Abbeel (2020); deterministic sampling by Song, Meng and Ermon (2021); guidance by Ho and Salimans (2022).

mod schedule;

pub use schedule::Noise;

use crate::field::{Examples, Field, Guidance, Lesson, Shape};
use crate::noise::fill_normal;
use crate::training::{Diverged, Recipe};
use rand::{Rng, RngExt};
use schedule::Levels;

/// The shape of a diffusion.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The network.
    pub shape: Shape,
    /// Steps in which noise is added.
    pub steps: usize,
    /// How fast it is added.
    pub noise: Noise,
    /// The largest size of a clean coordinate, where known: estimates of clean points are held within it while sampling (Ho et al. 2020
    /// do so at 1). The cosine schedule needs it: its last step magnifies the network's error thirtyfold.
    pub bound: Option<f32>,
}

/// How noise is taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sampler {
    /// Step by step, each with fresh noise of the posterior's variance: Ho et al. (2020), algorithm 2 with equation 7.
    Ancestral,
    /// In so many steps without fresh noise: Song et al. (2021), equation 12 with sigma zero.
    Deterministic {
        /// At most the steps of the diffusion, at least one.
        steps: usize,
    },
}

/// A denoising diffusion. Evaluation uses the model's own buffers, hence `&mut self`; it changes no later result.
#[derive(Debug, Clone)]
pub struct Diffusion {
    field: Field<f32>,
    levels: Levels,
    bound: f32,
}

impl Diffusion {
    /// A diffusion with drawn weights: normal with variance gain / inputs, the gain 2 for rectifiers and their smooth kin (He et al.
    /// 2015), else 1; biases zero.
    ///
    /// # Panics
    /// If a layer has no width, there is no step, or the bound is not above zero.
    pub fn new(config: &Config, rng: &mut dyn Rng) -> Self {
        assert!(config.bound.is_none_or(|bound| bound > 0.0), "a bound is above zero");
        let levels = Levels::new(config.noise, config.steps);
        Self { field: Field::new(&config.shape, rng), levels, bound: config.bound.unwrap_or(f32::INFINITY) }
    }

    /// Trains on `n x inputs` row-major points, with one class each where the network has classes, from the weights it has: at every
    /// step one time and one noise per point (Ho et al. 2020, algorithm 1). The loss is the squared error of the noise, averaged over
    /// coordinates.
    ///
    /// # Errors
    /// When training diverges.
    ///
    /// # Panics
    /// If there is no point, the lengths do not agree, or classes are missing, needless or unknown.
    pub fn fit(&mut self, points: &[f32], classes: Option<&[u16]>, recipe: &Recipe, rng: &mut dyn Rng) -> Result<(), Diverged> {
        let levels = &self.levels;
        self.field.fit(Examples { points, classes }, recipe, rng, |lesson, rng| levels.teach(lesson, rng))
    }

    /// The mean of the training loss over `n x inputs` points, by so many times and noises of each.
    ///
    /// # Panics
    /// As `fit`, or if there is no draw.
    pub fn loss(&mut self, points: &[f32], classes: Option<&[u16]>, draws: u32, rng: &mut dyn Rng) -> f64 {
        let levels = &self.levels;
        self.field.loss(Examples { points, classes }, draws, rng, |lesson, rng| levels.teach(lesson, rng))
    }

    /// Writes `n` new points to `out`, `n x inputs`; of one class where asked.
    ///
    /// # Panics
    /// If the steps of the sampler are none or too many, or the class is unknown.
    pub fn sample(&mut self, n: usize, sampler: Sampler, guidance: Option<Guidance>, rng: &mut dyn Rng, out: &mut Vec<f32>) {
        self.field.check(guidance);
        out.clear();
        out.resize(n * self.field.shape().inputs, 0.0);
        fill_normal(out, 1.0, rng);
        let mut noise = vec![0.0; out.len()];
        let steps = self.levels.count();
        match sampler {
            Sampler::Ancestral => {
                let mut fresh = vec![0.0; out.len()];
                for step in (0..steps).rev() {
                    self.field.say(out, self.levels.time(step), guidance, &mut noise);
                    let posterior = self.levels.posterior(step);
                    fill_normal(&mut fresh, posterior.deviation, rng);
                    let (of_clean, of_seen) = (posterior.of_clean as f32, posterior.of_seen as f32);
                    for ((x, noise), fresh) in out.iter_mut().zip(&noise).zip(&fresh) {
                        *x = of_clean * self.levels.clean(step, *x, *noise, self.bound) + of_seen * *x + fresh;
                    }
                }
            }
            Sampler::Deterministic { steps: few } => {
                assert!((1..=steps).contains(&few), "at least one step and at most those of the diffusion");
                let place = |k: usize| (k + 1) * steps / few - 1;
                for k in (0..few).rev() {
                    self.field.say(out, self.levels.time(place(k)), guidance, &mut noise);
                    let to = k.checked_sub(1).map(place);
                    out.iter_mut().zip(&noise).for_each(|(x, noise)| *x = self.levels.jump(place(k), to, *x, *noise, self.bound));
                }
            }
        }
    }

    /// All weights in one list: layer after layer, the matrix (`inputs x outputs`, row-major; inputs are coordinates, waves, classes),
    /// then the bias.
    #[must_use]
    pub fn weights(&self) -> Vec<f32> {
        self.field.graph().weights()
    }

    /// Writes all weights, in the order of `weights`.
    ///
    /// # Panics
    /// If there are more or fewer than the network has.
    pub fn set_weights(&mut self, weights: &[f32]) {
        self.field.graph_mut().load(weights);
    }
}

impl Levels {
    /// A time and a noise for one clean point; the answer is the noise.
    fn teach(&self, lesson: &mut Lesson, rng: &mut dyn Rng) -> f64 {
        let step = rng.random_range(0..self.count() as u32) as usize;
        fill_normal(lesson.answer, 1.0, rng);
        let (signal, noise) = self.single_mixture(step);
        for (seen, (clean, answer)) in lesson.seen.iter_mut().zip(lesson.clean.iter().zip(&*lesson.answer)) {
            *seen = signal * clean + noise * answer;
        }
        self.time(step)
    }
}

#[cfg(test)]
mod tests;
