//! Isotropic mixtures of labelled points: the shares of classes, and a mixture of the points of each by EM.
//!
//! A generative model of labels: its examples are whole, inputs with their classes. Takes labelled points of any world in which any
//! input can be, in at most D coordinates. A class that loses its last example is gone; one that keeps fewer than its mixture needs
//! ends the run.

use super::classes::{Classes, Labelled};
use super::gauge::{HELD_OUT, is_asked, moments};
use super::labelled::LabelledPoints;
use super::labels::{choose, largest};
use super::mixture::{Components, Mixture};
use super::shapes::Point;
use crate::random::{Purpose, Rng, Streams};
use crate::sim::chain::{Reading, Start, Steps, Unfit};
use crate::sim::downstream::Reader;
use crate::sim::learner::{Learner, Weighted};
use crate::sim::samples::{Gauge, Twin};
use crate::sim::world::{Classified, Invents};
use crate::sim::{Setup, Synthesis, Truth};
use crate::taxonomy::Metric;

/// The metrics of a mixture of labelled points on a truth.
#[must_use]
pub fn defined(truth: &Truth) -> Vec<Metric> {
    let Some(classes) = Classes::<32>::of(truth) else { return Vec::new() };
    use Metric as M;
    let mut metrics = vec![M::MeanSquaredError, M::VarianceRatio, M::LogVariance, M::SpreadRatio, M::NegativeLogLikelihood, M::Accuracy];
    if classes.count == 2 {
        metrics.push(M::PositiveShare);
    }
    metrics
}

/// A mixture for every class.
#[derive(Debug, Clone)]
pub struct ClassMixture<const D: usize> {
    mixture: Mixture<D>,
    classes: usize,
    points: Vec<Point<D>>,
    weights: Vec<f64>,
}

/// A fit: for every class its share and its mixture; both empty of a class that is gone.
pub type Parts<const D: usize> = Vec<(f64, Components<D>)>;

/// Reads mixtures of labelled points against the truth; held-out examples serve accuracy and log loss.
#[derive(Debug, Clone)]
pub struct ClassGauge<const D: usize> {
    held_out: Vec<Labelled<D>>,
    size: usize,
}

/// Mixtures of the labelled points of one truth.
pub type ClassTwin<const D: usize> = Twin<LabelledPoints<D>, ClassMixture<D>, ClassGauge<D>>;

/// The twin of a setup; `None` for another truth, model or sampling, for synthetic labels without inputs of their own, or more than
/// D coordinates.
#[must_use]
pub fn twin<const D: usize>(setup: &Setup) -> Option<ClassTwin<D>> {
    if setup.synthesis != Synthesis::Examples {
        return None;
    }
    let world = LabelledPoints::of(setup)?;
    let mixture = Mixture::of(setup, world.dimension())?;
    Some(Twin::new(world.clone(), ClassMixture::new(mixture, world.classes()), ClassGauge::of(setup)))
}

/// The learner beside a chain of labelled points.
#[must_use]
pub fn aside<const D: usize>(setup: &Setup, components: usize, iterations: u32) -> Option<Reader> {
    let world = LabelledPoints::<D>::of(setup)?;
    let mixture = Mixture::new(world.dimension(), components, iterations)?;
    let learner = ClassMixture::new(mixture, world.classes());
    Some(Reader::new(world, learner, ClassGauge::of(setup)))
}

impl<const D: usize> ClassMixture<D> {
    /// The learner of so many classes.
    #[must_use]
    pub const fn new(mixture: Mixture<D>, classes: usize) -> Self {
        Self { mixture, classes, points: Vec::new(), weights: Vec::new() }
    }

    /// Log of each class's share times its density at a point.
    fn scores(&self, fitted: &Parts<D>, x: &Point<D>) -> Vec<f64> {
        let score = |(share, components): &(f64, Components<D>)| match components.is_empty() {
            true => f64::NEG_INFINITY,
            false => share.ln() + self.mixture.log_density(components, x),
        };
        fitted.iter().map(score).collect()
    }

    /// Mean of all points, and trace of their covariance.
    fn moments(&self, fitted: &Parts<D>) -> (Point<D>, f64) {
        let (mut mean, mut second) = ([0.0; D], 0.0);
        for (share, components) in fitted {
            let (own, trace) = self.mixture.moments(components);
            mean.iter_mut().zip(&own).for_each(|(m, x)| *m += share * x);
            second += share * (trace + own.iter().map(|x| x * x).sum::<f64>());
        }
        (mean, (second - mean.iter().map(|m| m * m).sum::<f64>()).max(0.0))
    }
}

impl<W: Invents, const D: usize> Learner<W> for ClassMixture<D> {
    type Fitted = Parts<D>;
    const FIT_DRAWS: bool = true;

    fn blank(&self) -> Parts<D> {
        vec![(0.0, Vec::new()); self.classes]
    }

    fn fit(
        &mut self,
        world: &W,
        training: Weighted<'_, W::Example>,
        growth: f64,
        _: Start<'_, Parts<D>>,
        rng: &mut Rng,
        out: &mut Parts<D>,
    ) -> Result<(), Unfit> {
        let total = training.total();
        if !(total > 0.0) {
            return Err(Unfit::TooFewSamples);
        }
        for (class, (share, components)) in out.iter_mut().enumerate() {
            self.points.clear();
            self.weights.clear();
            for (place, example) in training.examples.iter().enumerate().filter(|(_, example)| world.class(example) == class) {
                let mut point = [0.0; D];
                point.iter_mut().zip(world.input(example)).for_each(|(p, x)| *p = *x);
                self.points.push(point);
                self.weights.push(training.weight(place));
            }
            *share = self.weights.iter().sum::<f64>() / total;
            components.clear();
            if !self.points.is_empty() {
                let own = Weighted { examples: &self.points, weights: Some(&self.weights) };
                self.mixture.maximise(own, growth, rng, components)?;
            }
        }
        Ok(())
    }

    fn synthetic(&mut self, world: &mut W, from: &Parts<D>, n: u64, rng: &mut Rng, out: &mut Vec<W::Example>) {
        for _ in 0..n {
            let class = choose(from.iter().map(|(share, _)| *share), rng);
            self.points.clear();
            self.mixture.draws(&from[class].1, 1, rng, &mut self.points);
            out.push(world.made(&self.points[0], class));
        }
    }
}

impl<const D: usize> ClassGauge<D> {
    fn of(setup: &Setup) -> Self {
        let asked = [Metric::Accuracy, Metric::NegativeLogLikelihood, Metric::DownstreamAccuracy];
        let size = if asked.iter().any(|metric| is_asked(setup, *metric)) { HELD_OUT } else { 0 };
        Self { held_out: Vec::new(), size }
    }

    /// The mean of a value over held-out examples, with its standard error.
    fn sampled(&self, of: impl Fn(&Labelled<D>) -> f64) -> Reading {
        let n = self.held_out.len() as f64;
        if self.held_out.is_empty() {
            return Reading::Undefined;
        }
        let value = self.held_out.iter().map(&of).sum::<f64>() / n;
        let variance = self.held_out.iter().map(|example| (of(example) - value).powi(2)).sum::<f64>() / (n - 1.0);
        // A loss without bound has no error that could be told.
        let error = if value.is_finite() { (variance / n).sqrt() } else { f64::INFINITY };
        Reading::Sampled { value, error }
    }
}

impl<const D: usize> Gauge<LabelledPoints<D>, ClassMixture<D>> for ClassGauge<D> {
    const STEPS: Steps<ClassTwin<D>> = Steps::of_examples().judged().shown();

    fn begin(&mut self, world: &LabelledPoints<D>, streams: &Streams) {
        let mut rng = streams.at(0, Purpose::Measure);
        self.held_out.clear();
        self.held_out.extend((0..self.size).map(|_| world.law.draw(&mut rng)));
    }

    fn read(
        &mut self,
        world: &mut LabelledPoints<D>,
        learner: &mut ClassMixture<D>,
        fitted: &Parts<D>,
        metric: Metric,
        _: &mut Rng,
    ) -> Reading {
        match metric {
            Metric::Accuracy => self.sampled(|e| f64::from(u8::from(largest(learner.scores(fitted, &e.x).into_iter()) == e.class))),
            Metric::NegativeLogLikelihood => self.sampled(|e| {
                let scores = learner.scores(fitted, &e.x);
                crate::sim::special::log_sum_exp(scores.iter().copied()) - scores[e.class]
            }),
            Metric::PositiveShare if fitted.len() == 2 => Reading::Exact(fitted[1].0),
            _ => {
                let (mean, trace) = learner.moments(fitted);
                moments(&world.points, &mean, trace, metric).into()
            }
        }
    }

    fn location(&self, world: &LabelledPoints<D>, learner: &ClassMixture<D>, fitted: &Parts<D>, out: &mut Vec<f64>) {
        out.clear();
        out.extend_from_slice(&learner.moments(fitted).0[..world.dimension()]);
    }
}
