//! Labelled Gaussian classes and multinomial logistic regression, sample by sample.
//!
//! Takes inputs with labels and gives coefficients of every class against class 0 (one vector for two classes). Only
//! labels are synthetic: sampled from the fitted law or its most likely one, on fresh or the first real inputs.

use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};

use super::boundary;
use super::gauge::{Gauge, TruthIs, log_sum_exp};
use super::shapes::{Point, distance_squared};
use super::triangle::{self, Rank};
use crate::random::{Purpose, Rng, Streams};
use crate::sim::chain::{Assessment, Model, RealDraw, Unfit, Visible};
use crate::sim::{Inputs, LabelChoice, Sampling, Setup, Synthesis, Truth};
use crate::taxonomy::Metric;

/// An input and its class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Labelled<const D: usize> {
    /// The input.
    pub x: Point<D>,
    /// The class, from 0.
    pub class: usize,
}

/// Gaussian classes of one common deviation.
#[derive(Debug, Clone, PartialEq)]
pub struct Classes<const D: usize> {
    /// Number of coordinates in use.
    pub dimension: usize,
    /// Class means.
    pub means: Vec<Point<D>>,
    /// Class weights.
    pub weights: Vec<f64>,
    /// Standard deviation within every class.
    pub deviation: f64,
}

/// Coefficients of the classes 1, 2, … against class 0: intercept, then slopes.
pub type Coefficients = Vec<f64>;

/// Logistic regression over one truth.
#[derive(Debug, Clone)]
pub struct Logistic<const D: usize> {
    classes: Classes<D>,
    inputs: Inputs,
    sampling: Sampling,
    penalty: f64,
    iterations: u32,
    /// Of the inputs, for the verifier's tail.
    gauge: Gauge<D>,
    first: Vec<Point<D>>,
    held_out: Vec<Labelled<D>>,
    held_out_size: usize,
}

impl<const D: usize> Classes<D> {
    /// The classes of a truth; `None` for another truth, fewer than two classes, or more than D coordinates.
    #[must_use]
    pub fn of(truth: &Truth) -> Option<Self> {
        let Truth::LabelledMixture { means, weights, deviation } = truth else { return None };
        let dimension = means.first()?.len();
        let place = |mean: &Vec<f64>| {
            let mut point = [0.0; D];
            point.get_mut(..mean.len())?.copy_from_slice(mean);
            (mean.len() == dimension).then_some(point)
        };
        let means = means.iter().map(place).collect::<Option<Vec<_>>>()?;
        let sound = means.len() >= 2 && weights.len() == means.len() && *deviation > 0.0;
        sound.then(|| Self { dimension, means, weights: weights.clone(), deviation: *deviation })
    }

    fn draw(&self, rng: &mut Rng) -> Labelled<D> {
        let class = choose(self.weights.iter().copied(), rng);
        let mut x = self.means[class];
        x[..self.dimension].iter_mut().for_each(|x| *x += self.deviation * Distribution::<f64>::sample(&StandardNormal, rng));
        Labelled { x, class }
    }

    /// The most likely class of an input.
    fn best(&self, x: &Point<D>) -> usize {
        let score = |k: usize| self.weights[k].ln() - 0.5 * distance_squared(x, &self.means[k]) / (self.deviation * self.deviation);
        largest((0..self.means.len()).map(score))
    }

    /// The true coefficients: slopes (m_k - m_0) / s^2, intercepts ln(w_k / w_0) - (|m_k|^2 - |m_0|^2) / (2 s^2).
    #[must_use]
    pub fn coefficients(&self) -> Coefficients {
        let variance = self.deviation * self.deviation;
        let norm = |k: usize| self.means[k].iter().map(|m| m * m).sum::<f64>();
        let vector = |k: usize| {
            let intercept = (self.weights[k] / self.weights[0]).ln() - 0.5 * (norm(k) - norm(0)) / variance;
            let slopes = (0..self.dimension).map(move |j| (self.means[k][j] - self.means[0][j]) / variance);
            std::iter::once(intercept).chain(slopes).collect::<Vec<f64>>()
        };
        (1..self.means.len()).flat_map(vector).collect()
    }
}

/// Draws an index with these probabilities, which sum to 1.
fn choose(probabilities: impl ExactSizeIterator<Item = f64>, rng: &mut Rng) -> usize {
    let last = probabilities.len() - 1;
    let mut left: f64 = rng.random();
    for (k, p) in probabilities.enumerate() {
        left -= p;
        if left < 0.0 {
            return k;
        }
    }
    last
}

/// Place of the largest value; the first of equal ones.
fn largest(values: impl Iterator<Item = f64>) -> usize {
    values.enumerate().fold((0, f64::NEG_INFINITY), |best, (k, v)| if v > best.1 { (k, v) } else { best }).0
}

impl<const D: usize> Logistic<D> {
    /// The model of a setup; `None` unless classes meet label synthesis with sampled or most likely labels, and the
    /// sampling is unbiased, a temperature, top-p, top-k or argmax.
    #[must_use]
    pub fn of(setup: &Setup) -> Option<Self> {
        let crate::sim::Model::Logistic { penalty, iterations } = setup.model else { return None };
        let Synthesis::Labels { inputs, choice } = setup.synthesis else { return None };
        let classes = Classes::<D>::of(&setup.truth)?;
        let sampling = match (choice, &setup.sampling) {
            (LabelChoice::Mean, _) | (_, Sampling::VarianceScale { .. }) => return None,
            (LabelChoice::Argmax, _) => Sampling::Argmax,
            (LabelChoice::Sampled, sampling) => sampling.clone(),
        };
        let means = classes.means.iter().map(|mean| mean[..classes.dimension].to_vec()).collect();
        let deviations = vec![classes.deviation; classes.means.len()];
        let inputs_law = Truth::GaussianMixture { weights: classes.weights.clone(), means, deviations };
        let gauge = Gauge::of(&Setup { truth: inputs_law, ..setup.clone() })?;
        let asked = setup.metrics.contains(&Metric::NegativeLogLikelihood)
            || setup.hitting.is_some_and(|h| h.metric == Metric::NegativeLogLikelihood);
        let held_out_size = if asked { super::gauge::HELD_OUT } else { 0 };
        Some(Self { classes, inputs, sampling, penalty, iterations, gauge, first: Vec::new(), held_out: Vec::new(), held_out_size })
    }

    /// Logits of every class, that of class 0 being 0.
    fn logits(&self, coefficients: &[f64], x: &Point<D>) -> Vec<f64> {
        let width = self.classes.dimension + 1;
        let of = |b: &[f64]| b[0] + b[1..].iter().zip(x).map(|(b, x)| b * x).sum::<f64>();
        std::iter::once(0.0).chain(coefficients.chunks_exact(width).map(of)).collect()
    }

    fn label(&self, coefficients: &[f64], x: &Point<D>, rng: &mut Rng) -> usize {
        let logits = self.logits(coefficients, x);
        if self.sampling == Sampling::Argmax {
            return largest(logits.into_iter());
        }
        let mut probabilities = softmax(&logits, if let Sampling::Temperature { temperature } = self.sampling { temperature } else { 1.0 });
        match self.sampling {
            Sampling::TopP { mass } => keep_most_likely(&mut probabilities, |before, _| before < mass),
            Sampling::TopK { count } => keep_most_likely(&mut probabilities, |_, rank| rank < count),
            Sampling::Unbiased | Sampling::VarianceScale { .. } | Sampling::Temperature { .. } | Sampling::Argmax => {}
        }
        choose(probabilities.into_iter(), rng)
    }

    /// Penalised mean loss.
    fn loss(&self, examples: &[Labelled<D>], weight: &impl Fn(usize) -> f64, total: f64, b: &[f64]) -> f64 {
        let one = |(i, e): (usize, &Labelled<D>)| {
            let logits = self.logits(b, &e.x);
            weight(i) * (log_sum_exp(logits.iter().copied()) - logits[e.class])
        };
        examples.iter().enumerate().map(one).sum::<f64>() / total + self.penalty * b.iter().map(|b| b * b).sum::<f64>()
    }

    /// Gradient, and packed Hessian, of the penalised mean loss.
    fn derivatives(&self, examples: &[Labelled<D>], weight: &impl Fn(usize) -> f64, total: f64, b: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let (width, others) = (self.classes.dimension + 1, self.classes.means.len() - 1);
        let (mut gradient, mut hessian) = (vec![0.0; b.len()], vec![0.0; triangle::packed(b.len())]);
        let mut x = vec![1.0; width];
        for (i, example) in examples.iter().enumerate() {
            x[1..].copy_from_slice(&example.x[..width - 1]);
            let p = softmax(&self.logits(b, &example.x), 1.0);
            let share = weight(i) / total;
            for k in 0..others {
                let residual = share * (p[k + 1] - f64::from(u8::from(example.class == k + 1)));
                gradient[k * width..(k + 1) * width].iter_mut().zip(&x).for_each(|(g, x)| *g += residual * x);
                for m in 0..=k {
                    let curvature = share * p[k + 1] * (f64::from(u8::from(k == m)) - p[m + 1]);
                    for r in 0..width {
                        let line = triangle::packed(k * width + r) + m * width;
                        let height = if k == m { r + 1 } else { width };
                        hessian[line..line + height].iter_mut().zip(&x).for_each(|(h, c)| *h += curvature * x[r] * c);
                    }
                }
            }
        }
        for (r, (g, b)) in gradient.iter_mut().zip(b).enumerate() {
            *g += 2.0 * self.penalty * b;
            hessian[triangle::packed(r + 1) - 1] += 2.0 * self.penalty;
        }
        (gradient, hessian)
    }
}

fn softmax(logits: &[f64], temperature: f64) -> Vec<f64> {
    let top = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let powers: Vec<f64> = logits.iter().map(|z| ((z - top) / temperature).exp()).collect();
    let sum: f64 = powers.iter().sum();
    powers.into_iter().map(|p| p / sum).collect()
}

/// Keeps outcomes from the most likely on while `keeps(mass before it, rank)`, the first always, and normalises.
fn keep_most_likely(probabilities: &mut [f64], keeps: impl Fn(f64, usize) -> bool) {
    let mut order: Vec<usize> = (0..probabilities.len()).collect();
    order.sort_by(|a, b| probabilities[*b].total_cmp(&probabilities[*a]).then(a.cmp(b)));
    let (mut before, mut kept) = (0.0, 0.0);
    for (rank, k) in order.into_iter().enumerate() {
        let p = probabilities[k];
        if rank == 0 || keeps(before, rank) {
            kept += p;
        } else {
            probabilities[k] = 0.0;
        }
        before += p;
    }
    probabilities.iter_mut().for_each(|p| *p /= kept);
}

/// Newton stops when no coefficient moves further than this.
const STILL: f64 = 1e-10;

impl<const D: usize> Model for Logistic<D> {
    type Example = Labelled<D>;
    type Fitted = Coefficients;

    fn begin(&mut self, streams: &Streams) {
        self.gauge.begin(streams, TruthIs::Fixed);
        self.first.clear();
        let mut rng = streams.at(0, Purpose::Measure);
        self.held_out = (0..self.held_out_size).map(|_| self.classes.draw(&mut rng)).collect();
    }

    fn blank(&self) -> Coefficients {
        vec![0.0; (self.classes.means.len() - 1) * (self.classes.dimension + 1)]
    }

    fn real(&mut self, draw: RealDraw, n: u64, rng: &mut Rng, out: &mut Vec<Labelled<D>>) {
        for _ in 0..n {
            let example = self.classes.draw(rng);
            if draw == RealDraw::First {
                self.first.push(example.x);
            }
            out.push(example);
        }
    }

    fn synthetic(&mut self, from: &Coefficients, n: u64, rng: &mut Rng, out: &mut Vec<Labelled<D>>) {
        for i in 0..n as usize {
            let reused = match self.inputs {
                Inputs::Reused => self.first.get(i).copied(),
                Inputs::Fresh => None,
            };
            let x = reused.unwrap_or_else(|| self.classes.draw(rng).x);
            out.push(Labelled { x, class: self.label(from, &x, rng) });
        }
    }

    /// Newton's method from zero; a step that does not lower the loss is halved.
    fn fit(
        &mut self,
        examples: &[Labelled<D>],
        weights: Option<&[f64]>,
        _growth: f64,
        _rng: &mut Rng,
        out: &mut Coefficients,
    ) -> Result<(), Unfit> {
        let weight = |i: usize| weights.map_or(1.0, |w| w[i]);
        let total: f64 = (0..examples.len()).map(weight).sum();
        if total <= 0.0 {
            return Err(Unfit::TooFewSamples);
        }
        out.fill(0.0);
        let mut loss = self.loss(examples, &weight, total, out);
        for _ in 0..self.iterations {
            let (mut step, mut hessian) = self.derivatives(examples, &weight, total, out);
            if triangle::factor(&mut hessian, out.len()) == Rank::Deficient {
                return Err(Unfit::Degenerate);
            }
            triangle::solve(&hessian, out.len(), &mut step);
            let mut length = 1.0;
            let (next, after) = loop {
                let next: Vec<f64> = out.iter().zip(&step).map(|(b, s)| b - length * s).collect();
                let after = self.loss(examples, &weight, total, &next);
                if after <= loss || length < 1e-3 {
                    break (next, after);
                }
                length *= 0.5;
            };
            let moved = next.iter().zip(out.iter()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            if after <= loss {
                out.copy_from_slice(&next);
                loss = after;
            }
            if moved < STILL || after > loss {
                break;
            }
        }
        if out.iter().all(|b| b.is_finite()) { Ok(()) } else { Err(Unfit::Degenerate) }
    }

    fn measure(&mut self, fitted: &Coefficients, metric: Metric) -> Option<f64> {
        if metric == Metric::Accuracy {
            boundary::accuracy(&self.classes, fitted)
        } else if metric == Metric::SquaredError && self.classes.means.len() == 2 {
            Some(fitted.iter().zip(self.classes.coefficients()).map(|(a, b)| (a - b) * (a - b)).sum())
        } else if metric == Metric::NegativeLogLikelihood && !self.held_out.is_empty() {
            let total: f64 = self
                .held_out
                .iter()
                .map(|e| {
                    let logits = self.logits(fitted, &e.x);
                    log_sum_exp(logits.iter().copied()) - logits[e.class]
                })
                .sum();
            Some(total / self.held_out.len() as f64)
        } else {
            None
        }
    }

    fn location(&self, fitted: &Coefficients, out: &mut Vec<f64>) {
        out.clone_from(fitted);
    }

    fn assess(&self, example: &Labelled<D>) -> Assessment {
        let tail = self.gauge.assess(&example.x).tail;
        Assessment { correct: example.class == self.classes.best(&example.x), tail }
    }

    fn visible(&self, example: &Labelled<D>) -> Visible {
        Visible::Category(example.class)
    }
}
