//! Regression of counts or of yes and no on Gaussian inputs, by maximum likelihood with the canonical link: the world, the learner, the gauge.
//!
//! Inputs are standard normal, the linear predictor is eta = a + b . x, and a response is Poisson with mean e^eta or a one with chance
//! 1 / (1 + e^-eta). Everything that the gauge tells is exact or a quadrature over the one direction that the truth's coefficients have.
//!
//! # Source
//! Nelder and Wedderburn (1972), "Generalized linear models"; McCullagh and Nelder (1989), section 2.5 (Newton's method with a canonical link).

use super::newton::Newton;
use crate::random::{Rng, Streams};
use crate::sim::chain::{Reading, RealDraw, Start, Unfit};
use crate::sim::learner::{Learner, Weighted};
use crate::sim::samples::{Gauge, Twin};
use crate::sim::world::World;
use crate::sim::{Inputs, LabelChoice, Link, Model, Sampling, Setup, Synthesis, Truth};
use crate::taxonomy::Metric;
use rand::RngExt;
use rand_distr::{Distribution, Poisson, StandardNormal};
use smallvec::SmallVec;
use std::f64::consts::PI;

/// Coordinates of an input at most.
pub const WIDEST: usize = 16;
/// A linear predictor beyond which a mean leaves the range that counts are drawn in: such a response is infinite, and no fit follows.
const LARGEST: f64 = 30.0;
/// Deviations that the quadrature over inputs reaches, and its step.
const REACH: f64 = 12.0;
const STEP: f64 = 0.05;

impl Link {
    /// The mean response.
    fn mean(self, eta: f64) -> f64 {
        match self {
            Self::Poisson => eta.exp(),
            Self::Logistic => 1.0 / (1.0 + (-eta).exp()),
        }
    }

    /// The derivative of the mean, which is the variance of a response.
    fn variance(self, eta: f64) -> f64 {
        let mean = self.mean(eta);
        match self {
            Self::Poisson => mean,
            Self::Logistic => mean * (1.0 - mean),
        }
    }

    /// What the log likelihood takes from response times eta.
    fn cumulant(self, eta: f64) -> f64 {
        match self {
            Self::Poisson => eta.exp(),
            Self::Logistic => eta.max(0.0) + (-eta.abs()).exp().ln_1p(),
        }
    }

    /// A response: drawn, the likeliest, or the mean.
    fn response(self, eta: f64, choice: LabelChoice, rng: &mut Rng) -> f64 {
        if self == Self::Poisson && eta > LARGEST {
            return f64::INFINITY;
        }
        match choice {
            LabelChoice::Sampled => self.draw(eta, rng),
            LabelChoice::Argmax => self.mode(eta),
            LabelChoice::Mean => self.mean(eta),
        }
    }

    fn draw(self, eta: f64, rng: &mut Rng) -> f64 {
        match self {
            Self::Poisson => Poisson::new(eta.exp()).map_or(0.0, |law| law.sample(rng)),
            Self::Logistic => f64::from(u8::from(rng.random::<f64>() < self.mean(eta))),
        }
    }

    /// The likeliest response.
    fn mode(self, eta: f64) -> f64 {
        match self {
            Self::Poisson => eta.exp().floor(),
            Self::Logistic => f64::from(u8::from(eta > 0.0)),
        }
    }
}

/// An input, without a place on the heap in few coordinates.
pub type Input = SmallVec<[f64; 4]>;

/// An input and its response.
#[derive(Debug, Clone)]
pub struct Reply {
    input: Input,
    response: f64,
}

/// Gaussian inputs with responses.
#[derive(Debug, Clone)]
pub struct Replies {
    link: Link,
    /// The intercept and the coefficients.
    truth: Vec<f64>,
    inputs: Inputs,
    /// The first inputs, where labels come to them again.
    first: Vec<Input>,
    /// Means over inputs of the variance of a response, times 1, u and u^2, u the input along the truth's coefficients.
    information: [f64; 3],
}

/// Maximum likelihood by Newton's method.
#[derive(Debug, Clone)]
pub struct LinearPredictor {
    link: Link,
    width: usize,
    iterations: u32,
    choice: LabelChoice,
    newton: Newton,
}

/// Reads fitted coefficients.
#[derive(Debug, Clone, Copy)]
pub struct PredictorGauge;

/// Response by response.
pub type RepliesTwin = Twin<Replies, LinearPredictor, PredictorGauge>;

/// The twin of a setup; `None` for another truth, model, synthesis or sampling.
#[must_use]
pub fn twin(setup: &Setup) -> Option<RepliesTwin> {
    let world = Replies::of(setup)?;
    let Model::GeneralisedLinear { iterations } = setup.model else { return None };
    let Synthesis::Labels { choice, .. } = setup.synthesis else { return None };
    if setup.sampling != Sampling::Unbiased {
        return None;
    }
    let learner = LinearPredictor { link: world.link, width: world.truth.len(), iterations, choice, newton: Newton::default() };
    Some(Twin::new(world, learner, PredictorGauge))
}

impl Replies {
    /// The world of a setup; `None` for another truth.
    #[must_use]
    pub fn of(setup: &Setup) -> Option<Self> {
        let Truth::GeneralisedLinear { link, dimension, intercept, signal } = setup.truth else { return None };
        let inputs = match setup.synthesis {
            Synthesis::Labels { inputs, .. } => inputs,
            Synthesis::Examples => Inputs::Fresh,
        };
        let is_sound = (1..=WIDEST).contains(&dimension) && signal >= 0.0 && signal.is_finite() && intercept.is_finite();
        if !is_sound {
            return None;
        }
        let slope = (signal / dimension as f64).sqrt();
        let truth = std::iter::once(intercept).chain(std::iter::repeat_n(slope, dimension)).collect();
        Some(Self { link, truth, inputs, first: Vec::new(), information: information(link, intercept, signal.sqrt()) })
    }

    /// The linear predictor of some coefficients.
    fn eta(b: &[f64], input: &Input) -> f64 {
        b[0] + b[1..].iter().zip(input).map(|(b, x)| b * x).sum::<f64>()
    }

    fn draw(&self, rng: &mut Rng) -> Input {
        (1..self.truth.len()).map(|_| Distribution::<f64>::sample(&StandardNormal, rng)).collect()
    }

    /// The input of a synthetic response: one of the first, from the first on, or a new one, as beyond them all.
    fn input(&self, place: usize, rng: &mut Rng) -> Input {
        match self.inputs {
            Inputs::Reused => self.first.get(place).cloned().unwrap_or_else(|| self.draw(rng)),
            Inputs::Fresh => self.draw(rng),
        }
    }

    /// Squared distance to the truth in the metric of the information of one example.
    fn fisher_error(&self, b: &[f64]) -> f64 {
        let norm = self.truth[1..].iter().map(|b| b * b).sum::<f64>().sqrt();
        let away: Vec<f64> = b.iter().zip(&self.truth).map(|(b, truth)| b - truth).collect();
        let square: f64 = away[1..].iter().map(|a| a * a).sum();
        let along = if norm > 0.0 { away[1..].iter().zip(&self.truth[1..]).map(|(a, b)| a * b).sum::<f64>() / norm } else { 0.0 };
        let [none, once, twice] = self.information;
        (none * (away[0] * away[0] + square - along * along) + 2.0 * once * away[0] * along + twice * along * along).max(0.0)
    }

    /// KL(truth || fit) of counts, averaged over inputs; with m the mean count, E e^eta x = m b.
    fn divergence(&self, fit: &[f64]) -> f64 {
        let square = |b: &[f64]| b[1..].iter().map(|b| b * b).sum::<f64>();
        let rate = |b: &[f64]| (b[0] + 0.5 * square(b)).exp();
        let moved = self.truth[0] - fit[0] + self.truth[1..].iter().zip(&fit[1..]).map(|(b, own)| (b - own) * b).sum::<f64>();
        (rate(&self.truth) * (moved - 1.0) + rate(fit)).max(0.0)
    }
}

/// Means of variance, variance times u and variance times u^2 over a standard normal u, eta = intercept + slope u.
fn information(link: Link, intercept: f64, slope: f64) -> [f64; 3] {
    let half = (REACH / STEP) as i32;
    let mut sums = [0.0; 3];
    // e^(slope u) moves what counts by the slope.
    let middle = if link == Link::Poisson { slope } else { 0.0 };
    for k in -half..=half {
        let u = middle + STEP * f64::from(k);
        let mass = STEP * (-0.5 * u * u).exp() / (2.0 * PI).sqrt() * link.variance(intercept + slope * u);
        sums.iter_mut().zip([1.0, u, u * u]).for_each(|(sum, factor)| *sum += mass * factor);
    }
    sums
}

/// Whether every yes lies on one side of where the predictor is 0 and every no on the other: then the likelihood has no maximum.
fn separates(b: &[f64], replies: &[Reply]) -> bool {
    let is_right = |reply: &Reply| {
        let eta = Replies::eta(b, &reply.input);
        (reply.response <= 0.0 && eta < 0.0) || (reply.response >= 1.0 && eta > 0.0)
    };
    replies.iter().all(is_right)
}

impl World for Replies {
    type Example = Reply;

    fn begin(&mut self, _: &Streams) {
        self.first.clear();
    }

    fn real(&mut self, draw: RealDraw, n: u64, rng: &mut Rng, out: &mut Vec<Reply>) {
        for _ in 0..n {
            let input = self.draw(rng);
            let response = self.link.response(Self::eta(&self.truth, &input), LabelChoice::Sampled, rng);
            if draw == RealDraw::First && self.inputs == Inputs::Reused {
                self.first.push(input.clone());
            }
            out.push(Reply { input, response });
        }
    }
}

impl Learner<Replies> for LinearPredictor {
    type Fitted = Vec<f64>;

    fn blank(&self) -> Vec<f64> {
        vec![0.0; self.width]
    }

    fn fit(
        &mut self,
        _: &Replies,
        training: Weighted<'_, Reply>,
        _: f64,
        _: Start<'_, Vec<f64>>,
        _: &mut Rng,
        out: &mut Vec<f64>,
    ) -> Result<(), Unfit> {
        let total = training.total();
        if training.examples.len() < self.width || !(total > 0.0) {
            return Err(Unfit::TooFewSamples);
        }
        let link = self.link;
        let mean = training.examples.iter().enumerate().map(|(i, reply)| training.weight(i) * reply.response).sum::<f64>() / total;
        out.fill(0.0);
        // From the fit without coefficients: any other start lies higher.
        out[0] = match link {
            Link::Poisson => mean.ln(),
            Link::Logistic => (mean / (1.0 - mean)).ln(),
        };
        if !out[0].is_finite() {
            return Err(Unfit::Degenerate);
        }
        self.newton.minimise(self.iterations, out, |b, gradient, hessian| {
            let mut loss = 0.0;
            for (i, reply) in training.examples.iter().enumerate() {
                let (eta, weight) = (Replies::eta(b, &reply.input), training.weight(i) / total);
                loss += weight * (link.cumulant(eta) - reply.response * eta);
                let (slope, curvature) = (weight * (link.mean(eta) - reply.response), weight * link.variance(eta));
                let x = |k: usize| if k == 0 { 1.0 } else { reply.input[k - 1] };
                let mut place = 0;
                for (row, sum) in gradient.iter_mut().enumerate() {
                    *sum += slope * x(row);
                    for column in 0..=row {
                        hessian[place] += curvature * x(row) * x(column);
                        place += 1;
                    }
                }
            }
            loss
        })?;
        if out.iter().any(|b| b.abs() > LARGEST) || (link == Link::Logistic && separates(out, training.examples)) {
            return Err(Unfit::Degenerate);
        }
        Ok(())
    }

    fn synthetic(&mut self, world: &mut Replies, from: &Vec<f64>, n: u64, rng: &mut Rng, out: &mut Vec<Reply>) {
        for place in 0..n as usize {
            let input = world.input(place, rng);
            let response = self.link.response(Replies::eta(from, &input), self.choice, rng);
            out.push(Reply { input, response });
        }
    }
}

impl Gauge<Replies, LinearPredictor> for PredictorGauge {
    fn read(&mut self, world: &mut Replies, _: &mut LinearPredictor, fitted: &Vec<f64>, metric: Metric, _: &mut Rng) -> Reading {
        let value = match metric {
            Metric::FisherError => Some(world.fisher_error(fitted)),
            Metric::SquaredError => Some(fitted.iter().zip(&world.truth).map(|(b, truth)| (b - truth).powi(2)).sum()),
            Metric::KlDivergence if world.link == Link::Poisson => Some(world.divergence(fitted)),
            _ => None,
        };
        value.into()
    }

    fn location(&self, _: &Replies, _: &LinearPredictor, fitted: &Vec<f64>, out: &mut Vec<f64>) {
        out.clone_from(fitted);
    }
}

/// The metrics of a truth.
#[must_use]
pub fn defined(truth: &Truth) -> &'static [Metric] {
    match truth {
        Truth::GeneralisedLinear { link: Link::Poisson, .. } => &[Metric::SquaredError, Metric::KlDivergence, Metric::FisherError],
        Truth::GeneralisedLinear { link: Link::Logistic, .. } => &[Metric::SquaredError, Metric::FisherError],
        _ => &[],
    }
}

#[cfg(test)]
#[path = "replies_tests.rs"]
mod tests;
