//! The mean classifier of two classes, through the origin: w is the mean of y x, where y is -1 for class 0 and 1 for class 1.
//!
//! The sum of y x of examples whose labels are noisy copies of their inputs' own is Gaussian given how many of each component are
//! labelled how: no input is drawn. Labels of a fitted classifier depend on the input; then every example is drawn.
//! Sampled labels follow the logit 2 w.x / s^2, which is the truth's for means +- w, even weights and its known deviation s.

use super::classes;
use super::fairness::{self, Scored};
use super::labelled::LabelledPoints;
use super::labels::LabelLaw;
use super::triangular::dot;
use super::urn::{Urn, refusals};
use crate::random::{Rng, Streams};
use crate::sim::chain::{Assessment, Chain, Reading, RealDraw, Sift, Start, Steps, Unfit};
use crate::sim::learner::{Learner, Weighted};
use crate::sim::samples::{Gauge, Twin};
use crate::sim::world::Classified;
use crate::sim::{Curation, Inputs, Reference, Setup, Synthesis, Synthetic, TailView, Truth};
use crate::taxonomy::Metric;
use rand_distr::{Distribution, StandardNormal};

/// The metrics of the mean classifier on a truth.
#[must_use]
pub fn defined(truth: &Truth) -> Vec<Metric> {
    match truth {
        Truth::LabelledMixture { classes, .. } if classes::count(classes) == Some(2) => {
            [vec![Metric::Accuracy, Metric::SquaredError], fairness::defined(truth)].concat()
        }
        _ => Vec::new(),
    }
}

/// What both methods share: Gaussian components of two classes.
#[derive(Debug, Clone)]
struct Family {
    means: Vec<Vec<f64>>,
    weights: Vec<f64>,
    deviation: f64,
    classes: Vec<usize>,
    groups: Vec<usize>,
    law: LabelLaw,
    inputs: Inputs,
}

/// -1 of class 0, 1 of class 1.
const fn sign(class: usize) -> f64 {
    if class == 1 { 1.0 } else { -1.0 }
}

fn normal(rng: &mut Rng) -> f64 {
    StandardNormal.sample(rng)
}

impl Family {
    fn of(setup: &Setup) -> Option<Self> {
        let Synthesis::Labels { inputs, .. } = setup.synthesis else { return None };
        Self::with(setup, LabelLaw::of(setup)?, inputs)
    }

    fn with(setup: &Setup, law: LabelLaw, inputs: Inputs) -> Option<Self> {
        let Truth::LabelledMixture { means, weights, deviation, classes, groups } = &setup.truth else { return None };
        let dimension = means.first()?.len();
        let is_sound = classes::count(classes) == Some(2)
            && [weights.len(), classes.len(), groups.len()] == [means.len(); 3]
            && means.iter().all(|mean| mean.len() == dimension)
            && *deviation > 0.0;
        let (means, weights, classes, groups) = (means.clone(), weights.clone(), classes.clone(), groups.clone());
        is_sound.then_some(Self { means, weights, deviation: *deviation, classes, groups, law, inputs })
    }

    fn dimension(&self) -> usize {
        self.means[0].len()
    }

    fn scored(&self, w: &[f64]) -> Vec<Scored> {
        let spread = 2.0 * dot(w, w).sqrt() / self.deviation;
        let one = |k: usize| Scored {
            weight: self.weights[k],
            class: self.classes[k],
            group: self.groups[k],
            mean: logit(w, &self.means[k], self.deviation),
            spread,
        };
        (0..self.means.len()).map(one).collect()
    }

    fn measure(&self, w: &[f64], metric: Metric) -> Option<f64> {
        match metric {
            Metric::Accuracy => Some(fairness::accuracy(&self.scored(w))),
            Metric::SquaredError => {
                let parts = || self.means.iter().zip(&self.weights).zip(&self.classes);
                let truth = |j: usize| parts().map(|((mean, weight), class)| sign(*class) * weight * mean[j]).sum::<f64>();
                Some(w.iter().enumerate().map(|(j, w)| (w - truth(j)).powi(2)).sum())
            }
            _ => fairness::measure(&self.scored(w), &self.law, metric),
        }
    }
}

/// The mean of y x of every example.
#[derive(Debug, Clone)]
pub struct LinearClassifier {
    dimension: usize,
    /// The deviation by which logits are scaled.
    deviation: f64,
    law: LabelLaw,
}

/// Reads a mean classifier against Gaussian classes.
#[derive(Debug, Clone)]
pub struct LinearGauge {
    family: Family,
}

/// The mean classifier on the labelled points of one truth, every input drawn.
pub type LinearTwin<const D: usize> = Twin<LabelledPoints<D>, LinearClassifier, LinearGauge>;

/// The twin of a setup; `None` unless two classes meet label synthesis with a law of labels.
#[must_use]
pub fn twin<const D: usize>(setup: &Setup) -> Option<LinearTwin<D>> {
    let (family, world) = (Family::of(setup)?, LabelledPoints::of(setup)?);
    let learner = LinearClassifier::new(world.dimension(), family.deviation, family.law.clone());
    Some(Twin::new(world, learner, LinearGauge { family }))
}

impl LinearGauge {
    /// The gauge of a classifier beside a chain; `None` unless the truth has two classes of Gaussian components.
    #[must_use]
    pub fn beside(setup: &Setup) -> Option<Self> {
        Family::with(setup, LabelLaw::plain(), Inputs::Fresh).map(|family| Self { family })
    }
}

impl LinearClassifier {
    /// The learner for inputs of so many coordinates, of which those of a class deviate so much.
    #[must_use]
    pub const fn new(dimension: usize, deviation: f64, law: LabelLaw) -> Self {
        Self { dimension, deviation, law }
    }
}

/// Logit of class 1.
fn logit(w: &[f64], x: &[f64], deviation: f64) -> f64 {
    2.0 * dot(w, x) / (deviation * deviation)
}

impl<W: Classified> Learner<W> for LinearClassifier {
    type Fitted = Vec<f64>;

    fn blank(&self) -> Vec<f64> {
        vec![0.0; self.dimension]
    }

    fn fit(
        &mut self,
        world: &W,
        training: Weighted<'_, W::Example>,
        _: f64,
        _: Start<'_, Vec<f64>>,
        _: &mut Rng,
        out: &mut Vec<f64>,
    ) -> Result<(), Unfit> {
        out.fill(0.0);
        let mut total = 0.0;
        for (place, example) in training.examples.iter().enumerate() {
            let weight = training.weight(place);
            total += weight;
            let sign = sign(world.class(example));
            out.iter_mut().zip(world.input(example)).for_each(|(w, x)| *w += weight * sign * x);
        }
        divide(out, total)
    }

    fn synthetic(&mut self, world: &mut W, from: &Vec<f64>, n: u64, rng: &mut Rng, out: &mut Vec<W::Example>) {
        for place in 0..n as usize {
            let example = world.unlabelled(place, rng);
            let logits = [0.0, logit(from, world.input(&example), self.deviation)];
            let class = self.law.draw(&logits, world.own(&example), rng);
            out.push(world.relabelled(example, class));
        }
    }
}

impl<const D: usize> Gauge<LabelledPoints<D>, LinearClassifier> for LinearGauge {
    const STEPS: Steps<LinearTwin<D>> = Steps::of_examples().judged().shown();

    fn read(&mut self, _: &mut LabelledPoints<D>, _: &mut LinearClassifier, fitted: &Vec<f64>, metric: Metric, _: &mut Rng) -> Reading {
        self.family.measure(fitted, metric).into()
    }

    fn location(&self, _: &LabelledPoints<D>, _: &LinearClassifier, fitted: &Vec<f64>, out: &mut Vec<f64>) {
        out.clone_from(fitted);
    }
}

fn divide(w: &mut [f64], total: f64) -> Result<(), Unfit> {
    if !(total > 0.0) {
        return Err(Unfit::TooFewSamples);
    }
    w.iter_mut().for_each(|w| *w /= total);
    Ok(())
}

/// Whether the sums have a law of fixed size.
///
/// # Errors
/// Why they have none.
pub fn shortcut(setup: &Setup) -> Result<(), &'static str> {
    let looks_at_inputs = |rule: &Curation| match rule {
        Curation::Verifier { tail, reference, .. } => *tail == TailView::Blind || *reference == Reference::MostLikely,
        Curation::Correct { .. }
        | Curation::Displace { .. }
        | Curation::Extrapolate { .. }
        | Curation::Edit { .. }
        | Curation::DetectorWeighted { .. } => false,
        Curation::BestOf { .. } | Curation::Quota { .. } | Curation::Snap { .. } | Curation::Screen { .. } => true,
    };
    let family = Family::of(setup).ok_or("this truth or synthesis has no mean classifier")?;
    if setup.regime.synthetic != Synthetic::None {
        if family.law.noise_of_own().is_none() {
            return Err("labels of a fitted classifier depend on the input");
        }
        if family.inputs == Inputs::Reused {
            return Err("reused inputs are no fresh draws");
        }
        if setup.curation.iter().any(looks_at_inputs) {
            return Err("a curation looks at each input");
        }
    }
    Ok(())
}

/// The shortcut: numbers of examples and sums of y x.
#[derive(Debug, Clone)]
pub struct SignedSums {
    family: Family,
    urn: Urn,
    /// Probabilities of every component with a right and with a wrong label, up to a factor.
    cells: Vec<f64>,
    counts: Vec<f64>,
}

/// A weight of examples, and their sum of y x.
#[derive(Debug, Clone)]
pub struct Sum {
    weight: f64,
    sum: Vec<f64>,
}

impl SignedSums {
    /// The chain of a setup; `None` where [`shortcut`] names a reason.
    #[must_use]
    pub fn of(setup: &Setup) -> Option<Self> {
        shortcut(setup).ok()?;
        Family::of(setup).map(|family| Self { family, urn: Urn::default(), cells: Vec::new(), counts: Vec::new() })
    }

    /// Sets the cells for this share of wrong labels, right and wrong ones being accepted with these probabilities.
    fn set_cells(&mut self, share: f64, right: f64, wrong: f64) {
        self.cells.clear();
        self.cells.extend(self.family.weights.iter().flat_map(|weight| [weight * (1.0 - share) * right, weight * share * wrong]));
    }

    /// Adds n examples of the cells.
    fn scatter(&mut self, n: u64, rng: &mut Rng, out: &mut Sum) {
        self.counts.clear();
        self.counts.resize(self.cells.len(), 0.0);
        self.urn.multinomial(&self.cells, n, rng, &mut self.counts);
        for ((pair, mean), class) in self.counts.chunks_exact(2).zip(&self.family.means).zip(&self.family.classes) {
            let net = sign(*class) * (pair[0] - pair[1]);
            out.sum.iter_mut().zip(mean).for_each(|(sum, mean)| *sum += net * mean);
        }
        let spread = self.family.deviation * (n as f64).sqrt();
        out.sum.iter_mut().for_each(|sum| *sum += spread * normal(rng));
        out.weight += n as f64;
    }

    /// The share of wrong labels; a real-only chain draws none.
    fn noise(&self) -> f64 {
        self.family.law.noise_of_own().unwrap_or(0.0)
    }
}

impl Chain for SignedSums {
    type Batch = Sum;
    type Fitted = Vec<f64>;
    const STEPS: Steps<Self> = Steps { sift: Some(Self::sift), ..Steps::NONE };

    fn begin(&mut self, _: &Streams) {}

    fn empty(&self) -> Sum {
        Sum { weight: 0.0, sum: vec![0.0; self.family.dimension()] }
    }

    fn clear(&self, batch: &mut Sum) {
        batch.weight = 0.0;
        batch.sum.fill(0.0);
    }

    fn blank(&self) -> Vec<f64> {
        vec![0.0; self.family.dimension()]
    }

    fn real(&mut self, _: RealDraw, n: u64, rng: &mut Rng, out: &mut Sum) {
        self.set_cells(0.0, 1.0, 1.0);
        self.scatter(n, rng, out);
    }

    fn synthetic(&mut self, _: &Vec<f64>, n: u64, rng: &mut Rng, out: &mut Sum) {
        self.set_cells(self.noise(), 1.0, 1.0);
        self.scatter(n, rng, out);
    }

    fn add(&mut self, batch: &Sum, weight: f64, into: &mut Sum) {
        into.weight += weight * batch.weight;
        into.sum.iter_mut().zip(&batch.sum).for_each(|(i, b)| *i += weight * b);
    }

    fn fit(&mut self, training: &Sum, _: f64, _: Start<'_, Self::Fitted>, _: &mut Rng, out: &mut Vec<f64>) -> Result<(), Unfit> {
        out.copy_from_slice(&training.sum);
        divide(out, training.weight)
    }

    fn read(&mut self, fitted: &Vec<f64>, metric: Metric, _: &mut Rng) -> Reading {
        self.family.measure(fitted, metric).into()
    }

    fn location(&self, fitted: &Vec<f64>, out: &mut Vec<f64>) {
        out.clone_from(fitted);
    }
}

impl SignedSums {
    fn sift(&mut self, _: &Vec<f64>, sift: &mut Sift<'_>, _: &mut Sum, out: &mut Sum) {
        let accept = |correct| (sift.accept)(Assessment { correct, tail: false });
        self.set_cells(self.noise(), accept(true), accept(false));
        let refused = refusals(sift.wanted, self.cells.iter().sum(), sift.judge);
        if sift.settles(refused) {
            self.scatter(sift.wanted, sift.rng, out);
        }
    }
}
