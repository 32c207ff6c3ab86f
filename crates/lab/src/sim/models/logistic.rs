//! Multinomial logistic regression on inputs with classes, sample by sample.
//!
//! Takes inputs with classes of any world and gives coefficients of every class against class 0 (one vector for two classes). Only
//! labels are synthetic: sampled from the fitted law or its most likely one, on fresh or the first real inputs.

use super::boundary;
use super::classes::{Classes, Coefficients, Labelled};
use super::fairness::{self, Scored};
use super::gauge::{HELD_OUT, is_asked};
use super::labelled::LabelledPoints;
use super::labels::{LabelLaw, softmax};
use super::newton::Newton;
use super::triangle;
use crate::random::{Purpose, Rng, Streams};
use crate::sim::chain::{Reading, Start, Steps, Unfit};
use crate::sim::learner::{Learner, Weighted};
use crate::sim::samples::{Gauge, Twin};
use crate::sim::special::log_sum_exp;
use crate::sim::world::Classified;
use crate::sim::{Model, Setup};
use crate::taxonomy::Metric;

/// Logistic regression.
#[derive(Debug, Clone)]
pub struct Logistic {
    dimension: usize,
    /// Number of classes.
    count: usize,
    law: LabelLaw,
    penalty: f64,
    iterations: u32,
    newton: Newton,
}

/// Reads coefficients against Gaussian classes.
#[derive(Debug, Clone)]
pub struct LogisticGauge<const D: usize> {
    law: LabelLaw,
    held_out: Vec<Labelled<D>>,
    size: usize,
}

/// Logistic regression on the labelled points of one truth.
pub type LogisticTwin<const D: usize> = Twin<LabelledPoints<D>, Logistic, LogisticGauge<D>>;

/// The twin of a setup; `None` unless classes meet label synthesis with a law of labels.
#[must_use]
pub fn twin<const D: usize>(setup: &Setup) -> Option<LogisticTwin<D>> {
    let law = LabelLaw::of(setup)?;
    let world = LabelledPoints::of(setup)?;
    let learner = Logistic::of(&setup.model, &world, law.clone())?;
    Some(Twin::new(world, learner, LogisticGauge::of(setup, law)))
}

impl Logistic {
    /// The learner of a model for a world, labelling by a law; `None` for another model.
    #[must_use]
    pub fn of(model: &Model, world: &impl Classified, law: LabelLaw) -> Option<Self> {
        let Model::Logistic { penalty, iterations } = *model else { return None };
        Some(Self { dimension: world.dimension(), count: world.classes(), law, penalty, iterations, newton: Newton::default() })
    }

    /// Logits of every class, that of class 0 being 0.
    fn logits(&self, coefficients: &[f64], x: &[f64]) -> Vec<f64> {
        let width = self.dimension + 1;
        let of = |b: &[f64]| b[0] + b[1..].iter().zip(x).map(|(b, x)| b * x).sum::<f64>();
        std::iter::once(0.0).chain(coefficients.chunks_exact(width).map(of)).collect()
    }

    /// Adds gradient and packed Hessian of the penalised mean loss at `b`, and gives back its value.
    fn evaluate<W: Classified>(
        &self,
        world: &W,
        examples: &[W::Example],
        shares: &impl Fn(usize) -> f64,
        b: &[f64],
        gradient: &mut [f64],
        hessian: &mut [f64],
    ) -> f64 {
        let (width, others) = (self.dimension + 1, self.count - 1);
        let (mut x, mut loss) = (vec![1.0; width], 0.0);
        for (i, example) in examples.iter().enumerate() {
            let (input, class) = (world.input(example), world.class(example));
            x[1..].copy_from_slice(input);
            let logits = self.logits(b, input);
            let (p, share) = (softmax(&logits, 1.0), shares(i));
            loss += share * (log_sum_exp(logits.iter().copied()) - logits[class]);
            for k in 0..others {
                let residual = share * (p[k + 1] - f64::from(u8::from(class == k + 1)));
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

impl<W: Classified> Learner<W> for Logistic {
    type Fitted = Coefficients;

    fn blank(&self) -> Coefficients {
        vec![0.0; (self.count - 1) * (self.dimension + 1)]
    }

    /// Newton's method from zero.
    fn fit(
        &mut self,
        world: &W,
        training: Weighted<'_, W::Example>,
        _: f64,
        _: Start<'_, Coefficients>,
        _: &mut Rng,
        out: &mut Coefficients,
    ) -> Result<(), Unfit> {
        let (examples, total) = (training.examples, training.total());
        if total <= 0.0 {
            return Err(Unfit::TooFewSamples);
        }
        out.fill(0.0);
        let mut newton = std::mem::take(&mut self.newton);
        let shares = |i: usize| training.weight(i) / total;
        let evaluate = |b: &[f64], gradient: &mut [f64], hessian: &mut [f64]| self.evaluate(world, examples, &shares, b, gradient, hessian);
        let fit = newton.minimise(self.iterations, out, evaluate);
        self.newton = newton;
        fit
    }

    fn synthetic(&mut self, world: &mut W, from: &Coefficients, n: u64, rng: &mut Rng, out: &mut Vec<W::Example>) {
        for place in 0..n as usize {
            let example = world.unlabelled(place, rng);
            let class = self.law.draw(&self.logits(from, world.input(&example)), world.own(&example), rng);
            out.push(world.relabelled(example, class));
        }
    }
}

impl<const D: usize> LogisticGauge<D> {
    /// The gauge of a setup with a law of labels.
    #[must_use]
    pub fn of(setup: &Setup, law: LabelLaw) -> Self {
        let size = if is_asked(setup, Metric::NegativeLogLikelihood) { HELD_OUT } else { 0 };
        Self { law, held_out: Vec::new(), size }
    }

    fn exact(&self, classes: &Classes<D>, learner: &Logistic, fitted: &[f64], metric: Metric) -> Option<f64> {
        match metric {
            Metric::Accuracy => boundary::accuracy(classes, fitted),
            Metric::SquaredError if classes.count == 2 => {
                let truth = classes.coefficients()?;
                Some(fitted.iter().zip(truth).map(|(a, b)| (a - b) * (a - b)).sum())
            }
            Metric::NegativeLogLikelihood if !self.held_out.is_empty() => {
                let loss = |e: &Labelled<D>| {
                    let logits = learner.logits(fitted, &e.x);
                    log_sum_exp(logits.iter().copied()) - logits[e.class]
                };
                Some(self.held_out.iter().map(loss).sum::<f64>() / self.held_out.len() as f64)
            }
            _ if classes.count == 2 => fairness::measure(&scored(classes, fitted), &self.law, metric),
            _ => None,
        }
    }
}

/// The components with the laws of their logits, for two classes.
fn scored<const D: usize>(classes: &Classes<D>, coefficients: &[f64]) -> Vec<Scored> {
    let slopes = &coefficients[1..];
    let spread = classes.deviation * slopes.iter().map(|b| b * b).sum::<f64>().sqrt();
    let one = |k: usize| {
        let mean = coefficients[0] + slopes.iter().zip(&classes.means[k]).map(|(b, m)| b * m).sum::<f64>();
        Scored { weight: classes.weights[k], class: classes.classes[k], group: classes.groups[k], mean, spread }
    };
    (0..classes.means.len()).map(one).collect()
}

impl<const D: usize> Gauge<LabelledPoints<D>, Logistic> for LogisticGauge<D> {
    const STEPS: Steps<LogisticTwin<D>> = Steps::of_examples().judged().shown();

    fn begin(&mut self, world: &LabelledPoints<D>, streams: &Streams) {
        let mut rng = streams.at(0, Purpose::Measure);
        self.held_out.clear();
        self.held_out.extend((0..self.size).map(|_| world.law.draw(&mut rng)));
    }

    fn read(
        &mut self,
        world: &mut LabelledPoints<D>,
        learner: &mut Logistic,
        fitted: &Coefficients,
        metric: Metric,
        _: &mut Rng,
    ) -> Reading {
        self.exact(&world.law, learner, fitted, metric).into()
    }

    fn location(&self, _: &LabelledPoints<D>, _: &Logistic, fitted: &Coefficients, out: &mut Vec<f64>) {
        out.clone_from(fitted);
    }
}
