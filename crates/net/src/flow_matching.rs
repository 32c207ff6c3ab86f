//! Flow matching with a dense network: noise becomes data along straight lines, the network learns the velocity, and sampling follows
//! it from time zero to one. Takes points (perhaps with classes); gives new ones.
//!
//! # Source
//! Lipman et al. (2023), equations 22 and 23 with the least deviation zero; also Liu, Gong and Liu (2023), equation 1.

use crate::field::{Examples, Field, Guidance, Lesson, Shape};
use crate::noise::fill_normal;
use crate::training::{Diverged, Recipe};
use rand::{Rng, RngExt};

/// How the velocity is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sampler {
    /// Euler's rule: each step by the velocity at its beginning.
    Euler {
        /// At least one.
        steps: usize,
    },
    /// The midpoint rule: each step by the velocity at the middle, reached by half a step of Euler's. Two evaluations a step.
    Midpoint {
        /// At least one.
        steps: usize,
    },
}

/// A flow that was matched. Evaluation uses the model's own buffers, hence `&mut self`; it changes no later result.
#[derive(Debug, Clone)]
pub struct FlowMatching {
    field: Field<f32>,
}

/// A time and a noise for one clean point; the answer is the way from the noise to it.
fn teach(lesson: &mut Lesson, rng: &mut dyn Rng) -> f64 {
    let time: f64 = rng.random();
    let part = time as f32;
    fill_normal(lesson.seen, 1.0, rng);
    for (seen, (clean, answer)) in lesson.seen.iter_mut().zip(lesson.clean.iter().zip(&mut *lesson.answer)) {
        *answer = clean - *seen;
        *seen += part * *answer;
    }
    time
}

impl FlowMatching {
    /// A flow with drawn weights: normal with variance gain / inputs, the gain 2 for rectifiers and their smooth kin (He et al. 2015),
    /// else 1; biases zero.
    ///
    /// # Panics
    /// If a layer has no width.
    pub fn new(shape: &Shape, rng: &mut dyn Rng) -> Self {
        Self { field: Field::new(shape, rng) }
    }

    /// Trains on `n x inputs` row-major points, with one class each where the network has classes, from the weights it has: at every
    /// step one time and one noise per point. The loss is the squared error of the velocity, averaged over coordinates.
    ///
    /// # Errors
    /// When training diverges.
    ///
    /// # Panics
    /// If there is no point, the lengths do not agree, or classes are missing, needless or unknown.
    pub fn fit(&mut self, points: &[f32], classes: Option<&[u16]>, recipe: &Recipe, rng: &mut dyn Rng) -> Result<(), Diverged> {
        self.field.fit(Examples { points, classes }, recipe, rng, teach)
    }

    /// The mean of the training loss over `n x inputs` points, by so many times and noises of each. It does not fall to zero: lines cross.
    ///
    /// # Panics
    /// As `fit`, or if there is no draw.
    pub fn loss(&mut self, points: &[f32], classes: Option<&[u16]>, draws: u32, rng: &mut dyn Rng) -> f64 {
        self.field.loss(Examples { points, classes }, draws, rng, teach)
    }

    /// Writes `n` new points to `out`, `n x inputs`; of one class where asked.
    ///
    /// # Panics
    /// If the sampler has no step or the class is unknown.
    pub fn sample(&mut self, n: usize, sampler: Sampler, guidance: Option<Guidance>, rng: &mut dyn Rng, out: &mut Vec<f32>) {
        self.field.check(guidance);
        let (Sampler::Euler { steps } | Sampler::Midpoint { steps }) = sampler;
        assert!(steps > 0, "a sampler takes at least one step");
        out.clear();
        out.resize(n * self.field.shape().inputs, 0.0);
        fill_normal(out, 1.0, rng);
        let (mut velocity, mut middle) = (vec![0.0; out.len()], vec![0.0; out.len()]);
        let length = 1.0 / steps as f64;
        for step in 0..steps {
            let time = step as f64 * length;
            self.field.say(out, time, guidance, &mut velocity);
            if let Sampler::Midpoint { .. } = sampler {
                middle.copy_from_slice(out);
                advance(&mut middle, &velocity, 0.5 * length);
                self.field.say(&middle, time + 0.5 * length, guidance, &mut velocity);
            }
            advance(out, &velocity, length);
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

fn advance(points: &mut [f32], velocity: &[f32], length: f64) {
    let length = length as f32;
    points.iter_mut().zip(velocity).for_each(|(x, v)| *x += length * v);
}

#[cfg(test)]
mod tests;
