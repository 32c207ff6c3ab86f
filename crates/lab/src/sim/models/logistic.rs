//! Labelled Gaussian classes and multinomial logistic regression, sample by sample.
//!
//! Takes inputs with labels and gives coefficients of every class against class 0 (one vector for two classes). Only
//! labels are synthetic: sampled from the fitted law or its most likely one, on fresh or the first real inputs.

use super::boundary;
use super::classes::{Classes, Coefficients, Labelled};
use super::fairness::{self, Scored};
use super::gauge::{Gauge, TruthIs};
use super::labels::{LabelLaw, softmax};
use super::newton::Newton;
use super::shapes::Point;
use super::triangle;
use crate::random::{Purpose, Rng, Streams};
use crate::sim::chain::{Assessment, RealDraw, Steps, Unfit, Visible};
use crate::sim::samples::{BySamples, Judged, Model, Shown};
use crate::sim::special::log_sum_exp;
use crate::sim::{Inputs, Reference, Setup, Synthesis, Truth};
use crate::taxonomy::Metric;

/// Logistic regression over one truth.
#[derive(Debug, Clone)]
pub struct Logistic<const D: usize> {
    classes: Classes<D>,
    inputs: Inputs,
    law: LabelLaw,
    reference: Reference,
    penalty: f64,
    iterations: u32,
    /// Of the inputs, for the verifier's tail.
    gauge: Gauge<D>,
    first: Vec<Labelled<D>>,
    held_out: Vec<Labelled<D>>,
    held_out_size: usize,
    newton: Newton,
}

impl<const D: usize> Logistic<D> {
    /// The model of a setup; `None` unless classes meet label synthesis with a law of labels.
    #[must_use]
    pub fn of(setup: &Setup) -> Option<Self> {
        let crate::sim::Model::Logistic { penalty, iterations } = setup.model else { return None };
        let Synthesis::Labels { inputs, .. } = setup.synthesis else { return None };
        let (classes, law, reference) = (Classes::<D>::of(&setup.truth)?, LabelLaw::of(setup)?, setup.reference());
        let means = classes.means.iter().map(|mean| mean[..classes.dimension].to_vec()).collect();
        let deviations = vec![classes.deviation; classes.means.len()];
        let inputs_law = Truth::GaussianMixture { weights: classes.weights.clone(), means, deviations };
        let gauge = Gauge::of(&Setup { truth: inputs_law, ..setup.clone() })?;
        let asked = setup.metrics.contains(&Metric::NegativeLogLikelihood)
            || setup.hitting.is_some_and(|h| h.metric == Metric::NegativeLogLikelihood);
        let held_out_size = if asked { super::gauge::HELD_OUT } else { 0 };
        let (first, held_out, newton) = (Vec::new(), Vec::new(), Newton::default());
        Some(Self { classes, inputs, law, reference, penalty, iterations, gauge, first, held_out, held_out_size, newton })
    }

    /// Logits of every class, that of class 0 being 0.
    fn logits(&self, coefficients: &[f64], x: &Point<D>) -> Vec<f64> {
        let width = self.classes.dimension + 1;
        let of = |b: &[f64]| b[0] + b[1..].iter().zip(x).map(|(b, x)| b * x).sum::<f64>();
        std::iter::once(0.0).chain(coefficients.chunks_exact(width).map(of)).collect()
    }

    /// The components with the laws of their logits, for two classes.
    fn scored(&self, coefficients: &[f64]) -> Vec<Scored> {
        let classes = &self.classes;
        let slopes = &coefficients[1..];
        let spread = classes.deviation * slopes.iter().map(|b| b * b).sum::<f64>().sqrt();
        let one = |k: usize| {
            let mean = coefficients[0] + slopes.iter().zip(&classes.means[k]).map(|(b, m)| b * m).sum::<f64>();
            Scored { weight: classes.weights[k], class: classes.classes[k], group: classes.groups[k], mean, spread }
        };
        (0..classes.means.len()).map(one).collect()
    }

    /// Adds gradient and packed Hessian of the penalised mean loss at `b`, and gives back its value.
    fn evaluate(
        &self,
        examples: &[Labelled<D>],
        shares: &impl Fn(usize) -> f64,
        b: &[f64],
        gradient: &mut [f64],
        hessian: &mut [f64],
    ) -> f64 {
        let (width, others) = (self.classes.dimension + 1, self.classes.count - 1);
        let (mut x, mut loss) = (vec![1.0; width], 0.0);
        for (i, example) in examples.iter().enumerate() {
            x[1..].copy_from_slice(&example.x[..width - 1]);
            let logits = self.logits(b, &example.x);
            let (p, share) = (softmax(&logits, 1.0), shares(i));
            loss += share * (log_sum_exp(logits.iter().copied()) - logits[example.class]);
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
        loss + self.penalty * b.iter().map(|b| b * b).sum::<f64>()
    }
}

impl<const D: usize> Model for Logistic<D> {
    type Example = Labelled<D>;
    type Fitted = Coefficients;
    const STEPS: Steps<BySamples<Self>> = Steps::of_examples().judged().shown();

    fn begin(&mut self, streams: &Streams) {
        self.gauge.begin(streams, TruthIs::Fixed);
        self.first.clear();
        let mut rng = streams.at(0, Purpose::Measure);
        self.held_out = (0..self.held_out_size).map(|_| self.classes.draw(&mut rng)).collect();
    }

    fn blank(&self) -> Coefficients {
        vec![0.0; (self.classes.count - 1) * (self.classes.dimension + 1)]
    }

    fn real(&mut self, draw: RealDraw, n: u64, rng: &mut Rng, out: &mut Vec<Labelled<D>>) {
        for _ in 0..n {
            let example = self.classes.draw(rng);
            if draw == RealDraw::First {
                self.first.push(example);
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
            let input = reused.unwrap_or_else(|| self.classes.draw(rng));
            out.push(Labelled { class: self.law.draw(&self.logits(from, &input.x), input.own, rng), ..input });
        }
    }

    /// Newton's method from zero.
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
        let mut newton = std::mem::take(&mut self.newton);
        let shares = |i: usize| weight(i) / total;
        let fit = newton.minimise(self.iterations, out, |b, gradient, hessian| self.evaluate(examples, &shares, b, gradient, hessian));
        self.newton = newton;
        fit
    }

    fn measure(&mut self, fitted: &Coefficients, metric: Metric) -> Option<f64> {
        match metric {
            Metric::Accuracy => boundary::accuracy(&self.classes, fitted),
            Metric::SquaredError if self.classes.count == 2 => {
                let truth = self.classes.coefficients()?;
                Some(fitted.iter().zip(truth).map(|(a, b)| (a - b) * (a - b)).sum())
            }
            Metric::NegativeLogLikelihood if !self.held_out.is_empty() => {
                let loss = |e: &Labelled<D>| {
                    let logits = self.logits(fitted, &e.x);
                    log_sum_exp(logits.iter().copied()) - logits[e.class]
                };
                Some(self.held_out.iter().map(loss).sum::<f64>() / self.held_out.len() as f64)
            }
            _ if self.classes.count == 2 => fairness::measure(&self.scored(fitted), &self.law, metric),
            _ => None,
        }
    }

    fn location(&self, fitted: &Coefficients, out: &mut Vec<f64>) {
        out.clone_from(fitted);
    }
}

impl<const D: usize> Judged for Logistic<D> {
    fn assess(&self, example: &Labelled<D>) -> Assessment {
        let tail = self.gauge.assess(&example.x).tail;
        let correct = match self.reference {
            Reference::MostLikely => self.classes.best(&example.x),
            Reference::Own => example.own,
        };
        Assessment { correct: example.class == correct, tail }
    }
}

impl<const D: usize> Shown for Logistic<D> {
    fn visible(&self, example: &Labelled<D>) -> Visible {
        Visible::Category(example.class)
    }
}
