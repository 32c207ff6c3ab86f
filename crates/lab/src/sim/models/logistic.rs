//! Multinomial logistic regression on inputs with classes, sample by sample.
//!
//! Takes inputs with classes of any world and gives coefficients of every class against class 0 (one vector for two classes). Only
//! labels are synthetic: sampled from the fitted law or its most likely one, on fresh or the first real inputs.

use super::boundary;
use super::classes::{Classes, Coefficients, Labelled, count};
use super::expected_loss;
use super::fairness::{self, Scored};
use super::gauge::{HELD_OUT, is_asked};
use super::labelled::LabelledPoints;
use super::labels::{LabelLaw, softmax_into};
use super::log_loss::{Columns, Tally};
use super::newton::Newton;
use super::triangle;
use crate::random::{Purpose, Rng, Streams};
use crate::sim::chain::{Reading, Start, Steps, Unfit};
use crate::sim::learner::{Extrapolates, Learner, Weighted, beyond};
use crate::sim::samples::{Gauge, Twin};
use crate::sim::special::log_sum_exp;
use crate::sim::world::Classified;
use crate::sim::{Model, Setup, Truth};
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
    /// Memory of the last training set of two classes.
    counted: (Columns, Tally),
    /// Memory of one label.
    logits: Vec<f64>,
}

/// Reads coefficients against Gaussian classes. The log loss of two classes is its expectation, that of more a mean over held-out examples.
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
        let (dimension, count) = (world.dimension(), world.classes());
        let counted = (Columns::new(dimension), Tally::default());
        Some(Self { dimension, count, law, penalty, iterations, newton: Newton::default(), counted, logits: Vec::new() })
    }

    /// Writes the logits of every class, that of class 0 being 0.
    fn logits(&self, coefficients: &[f64], x: &[f64], out: &mut Vec<f64>) {
        let of = |b: &[f64]| b[0] + b[1..].iter().zip(x).map(|(b, x)| b * x).sum::<f64>();
        out.clear();
        out.push(0.0);
        out.extend(coefficients.chunks_exact(self.dimension + 1).map(of));
    }

    /// Adds gradient and packed Hessian of the penalised mean loss of any number of classes at `b`, and gives back its value.
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
        let (mut logits, mut p) = (Vec::new(), Vec::new());
        for (i, example) in examples.iter().enumerate() {
            let (input, class) = (world.input(example), world.class(example));
            x[1..].copy_from_slice(input);
            self.logits(b, input, &mut logits);
            softmax_into(&logits, 1.0, &mut p);
            let share = shares(i);
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

    /// The fit of two classes to counted labels, by Newton's method from Fisher's linear discriminant.
    ///
    /// # Errors
    /// As [`Columns::fit`].
    pub(super) fn fit_counts(&mut self, columns: &Columns, tally: &Tally, out: &mut Coefficients) -> Result<(), Unfit> {
        columns.discriminant(tally, out);
        columns.fit(&mut self.newton, tally, self.penalty, self.iterations, out)
    }

    /// The world's input of a place with a label of the fitted law.
    pub(super) fn labelled<W: Classified>(&mut self, world: &mut W, from: &Coefficients, place: usize, rng: &mut Rng) -> W::Example {
        let example = world.unlabelled(place, rng);
        let mut logits = std::mem::take(&mut self.logits);
        self.logits(from, world.input(&example), &mut logits);
        let class = self.law.draw(&logits, world.own(&example), rng);
        self.logits = logits;
        world.relabelled(example, class)
    }

    /// The fit of any number of classes, by Newton's method from zero.
    fn fit_classes<W: Classified>(&mut self, world: &W, training: Weighted<'_, W::Example>, out: &mut Coefficients) -> Result<(), Unfit> {
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
}

impl<W: Classified> Learner<W> for Logistic {
    type Fitted = Coefficients;

    fn blank(&self) -> Coefficients {
        vec![0.0; (self.count - 1) * (self.dimension + 1)]
    }

    fn fit(
        &mut self,
        world: &W,
        training: Weighted<'_, W::Example>,
        _: f64,
        _: Start<'_, Coefficients>,
        _: &mut Rng,
        out: &mut Coefficients,
    ) -> Result<(), Unfit> {
        if self.count > 2 {
            return self.fit_classes(world, training, out);
        }
        let (mut columns, mut tally) = std::mem::take(&mut self.counted);
        columns.clear();
        tally.trials.clear();
        tally.ones.clear();
        for (place, example) in training.examples.iter().enumerate() {
            columns.push(world.input(example));
            tally.push(world.class(example), training.weight(place));
        }
        let fit = self.fit_counts(&columns, &tally, out);
        self.counted = (columns, tally);
        fit
    }

    fn synthetic(&mut self, world: &mut W, from: &Coefficients, n: u64, rng: &mut Rng, out: &mut Vec<W::Example>) {
        out.extend((0..n as usize).map(|place| self.labelled(world, from, place, rng)));
    }
}

impl<W: Classified> Extrapolates<W> for Logistic {
    fn extrapolate(&mut self, from: &Coefficients, weight: f64, fit: &mut Coefficients) -> Result<(), Unfit> {
        beyond(from, weight, fit);
        Ok(())
    }
}

impl<const D: usize> LogisticGauge<D> {
    /// The gauge of a setup with a law of labels.
    #[must_use]
    pub fn of(setup: &Setup, law: LabelLaw) -> Self {
        let has_many = matches!(&setup.truth, Truth::LabelledMixture { classes, .. } if count(classes) > Some(2));
        let is_drawn = has_many && is_asked(setup, Metric::NegativeLogLikelihood);
        let size = if is_drawn { HELD_OUT } else { 0 };
        Self { law, held_out: Vec::new(), size }
    }

    fn exact(&self, classes: &Classes<D>, learner: &Logistic, fitted: &[f64], metric: Metric) -> Option<f64> {
        match metric {
            Metric::Accuracy => boundary::accuracy(classes, fitted),
            Metric::SquaredError if classes.count == 2 => {
                let truth = classes.coefficients()?;
                Some(fitted.iter().zip(truth).map(|(a, b)| (a - b) * (a - b)).sum())
            }
            Metric::NegativeLogLikelihood if classes.count == 2 => Some(expected_loss::log_loss(&scored(classes, fitted))),
            Metric::NegativeLogLikelihood if !self.held_out.is_empty() => {
                let mut logits = Vec::new();
                let loss = |e: &Labelled<D>| {
                    learner.logits(fitted, &e.x, &mut logits);
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
    const STEPS: Steps<LogisticTwin<D>> = Steps::of_examples().judged().shown().extrapolated();

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
