//! Generators in the middle: an autoencoder of labelled drawings and, beside it, a classifier of the same training set, which labels what the
//! autoencoder makes. Both are handed on: the next autoencoder learns from the images, the next classifier from the images with their labels.
//!
//! What is handed on are draws of the pixels, or the decoder's means where the sampling says so. A made image has the colour of its brighter plane and
//! the most likely label; what else it shows nobody knows.

use super::classifier::{Answers, Classifier};
use super::drawings::{BOTH, Drawing, Drawings};
use super::fits::Weights;
use super::halves;
use super::images::letters;
use super::pixels::{Image, PIXELS};
use super::recipe::{Architecture, Length, Network, Recipe};
use super::told::{Told, is_rare};
use super::vae::Autoencoder;
use crate::random::{Rng, Streams};
use crate::sim::chain::{Reading, Start, Steps, Unfit};
use crate::sim::learner::{Learner, Makes, Weighted};
use crate::sim::models::labels::LabelLaw;
use crate::sim::samples::{Gauge, Twin};
use crate::sim::{Model, Setup, Synthesis};
use crate::taxonomy::Metric;
use net::mlp::Mlp;
use net::vae::Vae;

/// Images made for every reading.
const MADE: usize = 500;
/// Images shown of a generation.
const SHOWN: usize = 8;

/// An autoencoder with the classifier that labels what it makes.
#[derive(Debug, Clone)]
pub struct Illustrator {
    generator: Autoencoder,
    classifier: Classifier,
}

/// The weights of both.
pub type Both = (Weights<Vae>, Weights<Mlp>);

/// The twin of a setup; `None` for another truth, model, synthesis or sampling.
#[must_use]
pub fn twin(setup: &Setup) -> Option<Twin<Drawings, Illustrator, Illustrations>> {
    let Model::Network(network) = &setup.model else { return None };
    let world = Drawings::of(setup)?;
    let learner = Illustrator::of(setup, network, &world)?;
    Some(Twin::new(world, learner, Illustrations::default()))
}

/// What is read of made drawings.
const OF_MADE: [Metric; 8] = [
    Metric::VarianceRatio,
    Metric::LogVariance,
    Metric::TopShare,
    Metric::PositiveShare,
    Metric::Parameter,
    Metric::Heterozygosity,
    Metric::MinorityShare,
    Metric::TailCoverage,
];

/// The metrics of so many classes and groups, where some cell of both has less than an even share: of the classifier's answers to held-out images,
/// and of what is made.
#[must_use]
pub fn defined(classes: usize, groups: usize, has_rare: bool) -> Vec<Metric> {
    let mut metrics = vec![Metric::Accuracy, Metric::NegativeLogLikelihood, Metric::CalibrationError];
    metrics.extend([Metric::VarianceRatio, Metric::LogVariance, Metric::TopShare]);
    metrics.extend((classes == 2).then_some(Metric::PositiveShare));
    metrics.extend(has_rare.then_some([Metric::MinorityShare, Metric::TailCoverage]).into_iter().flatten());
    if groups > 1 {
        metrics.extend([Metric::GroupAccuracy, Metric::Parameter, Metric::Heterozygosity]);
        metrics.extend((classes == 2).then_some([Metric::EqualisedOdds, Metric::ParityGap]).into_iter().flatten());
    }
    metrics
}

impl Illustrator {
    fn of(setup: &Setup, network: &Network, world: &Drawings) -> Option<Self> {
        let Architecture::LabelledVae { hidden, latent, classifier_hidden, classifier_steps } = network.architecture else { return None };
        if setup.synthesis != Synthesis::Examples {
            return None;
        }
        let recipe = Recipe { length: Length::Steps(classifier_steps), ..network.recipe.clone() };
        let of_labels = Network { architecture: Architecture::Mlp { hidden: classifier_hidden }, recipe };
        Some(Self {
            generator: Autoencoder::sized(world.dimension(), [hidden, latent], &network.recipe, &setup.sampling)?,
            classifier: Classifier::of(&of_labels, world, LabelLaw::most_likely())?,
        })
    }

    /// What a fit is judged by.
    fn made(&mut self, world: &Drawings, from: &Both, rng: &mut Rng) -> Vec<Made> {
        let means = self.generator.means(&from.0, MADE, rng);
        let mut rows = means.clone();
        self.generator.hand_on(&mut rows, rng);
        let mut drawings = Vec::with_capacity(MADE);
        self.labelled(world, &from.1, &rows, &mut drawings);
        let made = |(drawing, mean): (Drawing, &[f32])| Made { class: drawing.class, group: drawing.group, mean: mean.to_vec() };
        drawings.into_iter().zip(means.chunks_exact(world.dimension())).map(made).collect()
    }

    /// Drawings with their labels.
    fn labelled(&mut self, world: &Drawings, from: &Weights<Mlp>, rows: &[f32], out: &mut Vec<Drawing>) {
        let classes = self.classifier.most_likely(from, rows);
        let drawing = |(row, class): (&[f32], usize)| {
            let mut pixels = [0.0; BOTH];
            pixels[..row.len()].copy_from_slice(row);
            Drawing { pixels, group: brighter(&pixels), shows: class, class, own: class }
        };
        out.extend(rows.chunks_exact(world.dimension()).zip(classes).map(drawing));
    }
}

/// A made drawing: its label and colour as it is handed on, and the decoder's means, since the noise of drawn pixels is no diversity.
#[derive(Debug, Clone)]
struct Made {
    class: usize,
    group: usize,
    mean: Vec<f32>,
}

/// The plane with more light; the first of equal ones.
fn brighter(pixels: &[f32; BOTH]) -> usize {
    let (first, second) = pixels.split_at(PIXELS);
    usize::from(second.iter().sum::<f32>() > first.iter().sum::<f32>())
}

impl Learner<Drawings> for Illustrator {
    type Fitted = Both;
    const FIT_DRAWS: bool = true;
    const WARM: bool = true;

    fn blank(&self) -> Both {
        Both::default()
    }

    fn fit(
        &mut self,
        world: &Drawings,
        training: Weighted<'_, Drawing>,
        growth: f64,
        start: Start<'_, Both>,
        rng: &mut Rng,
        out: &mut Both,
    ) -> Result<(), Unfit> {
        let (generator, classifier) = match start {
            Start::Anew => (Start::Anew, Start::Anew),
            Start::From((generator, classifier)) => (Start::From(generator), Start::From(classifier)),
        };
        let mut rows = Vec::with_capacity(training.examples.len() * world.dimension());
        training.examples.iter().for_each(|drawing| world.write(drawing, &mut rows));
        self.generator.train(&rows, training.examples.len(), generator, rng, &mut out.0)?;
        self.classifier.fit(world, training, growth, classifier, rng, &mut out.1)
    }

    fn synthetic(&mut self, world: &mut Drawings, from: &Both, n: u64, rng: &mut Rng, out: &mut Vec<Drawing>) {
        let mut rows = self.generator.means(&from.0, n as usize, rng);
        self.generator.hand_on(&mut rows, rng);
        self.labelled(world, &from.1, &rows, out);
    }
}

impl Makes<Drawings> for Illustrator {
    /// As of classifiers alone: quotas are filled from a stated number of draws.
    fn can_make(&self, _: &Both, _: usize) -> bool {
        true
    }
}

/// The gauge of both: the classifier's answers to all questions, and what the generator hands on.
#[derive(Debug, Clone, Default)]
pub struct Illustrations {
    answers: Answers,
    mark: Option<u64>,
    made: Vec<Made>,
    /// The trace of the covariance of real drawings.
    spread: f64,
    /// How likely each cell of a class with a group is, as quotas number them.
    cells: Vec<f64>,
}

impl Gauge<Drawings, Illustrator> for Illustrations {
    const DRAWS: bool = true;
    const STEPS: Steps<Twin<Drawings, Illustrator, Self>> = Steps::of_examples().grouped();

    fn begin(&mut self, world: &Drawings, _: &Streams) {
        self.answers.prepare(world);
        self.mark = None;
        if self.cells.is_empty() {
            self.cells = world.cells();
            self.spread = spread(world.questions().into_iter().map(|question| (question.input, question.weight)));
        }
    }

    fn read(&mut self, world: &mut Drawings, learner: &mut Illustrator, from: &Both, metric: Metric, rng: &mut Rng) -> Reading {
        if !OF_MADE.contains(&metric) {
            return self.answers.reading(&mut learner.classifier, &from.1, metric);
        }
        if self.mark != Some(from.0.mark) {
            self.made = learner.made(world, from, rng);
            self.mark = Some(from.0.mark);
        }
        let truth = Truths { classes: world.classes(), cells: &self.cells, spread: self.spread };
        halves::of_examples(&self.made, |made| read(made, &truth, metric))
    }

    fn location(&self, _: &Drawings, _: &Illustrator, _: &Both, out: &mut Vec<f64>) {
        out.clear();
    }

    /// In grey: what both planes show together.
    fn show(&self, _: &Drawings, learner: &mut Illustrator, from: &Both, rng: &mut Rng) -> Vec<String> {
        let rows = learner.generator.means(&from.0, SHOWN, rng);
        let together = |row: &[f32]| -> Image { std::array::from_fn(|place| row.iter().skip(place).step_by(PIXELS).sum::<f32>()) };
        rows.chunks_exact(rows.len() / SHOWN).map(|row| letters(&together(row))).collect()
    }
}

/// What made drawings are compared with.
struct Truths<'a> {
    classes: usize,
    cells: &'a [f64],
    spread: f64,
}

fn read(made: &[Made], truth: &Truths<'_>, metric: Metric) -> Option<f64> {
    let share = |holds: &dyn Fn(&Made) -> bool| made.iter().filter(|one| holds(one)).count() as f64 / made.len() as f64;
    let ratio = || spread(made.iter().map(|one| (&one.mean, 1.0 / made.len() as f64))) / truth.spread;
    let groups = truth.cells.len() / truth.classes;
    let own = |cell: usize| share(&|one| one.class * groups + one.group == cell);
    let rare = || (0..truth.cells.len()).filter(|cell| is_rare(truth.cells, *cell));
    match metric {
        _ if made.is_empty() => None,
        Metric::VarianceRatio => Some(ratio()),
        Metric::LogVariance => Some(ratio().ln()),
        Metric::TopShare => (0..truth.classes).map(|class| share(&|one| one.class == class)).reduce(f64::max),
        Metric::PositiveShare => Some(share(&|one| one.class == 1)),
        Metric::Parameter => Some(share(&|one| one.group == 1)),
        Metric::Heterozygosity => {
            let second = share(&|one| one.group == 1);
            Some(2.0 * second * (1.0 - second))
        }
        Metric::MinorityShare => Some(rare().map(own).sum()),
        Metric::TailCoverage => {
            let kept: f64 = rare().map(|cell| own(cell).min(truth.cells[cell])).sum();
            Some(kept / rare().map(|cell| truth.cells[cell]).sum::<f64>())
        }
        _ => None,
    }
}

/// The trace of the covariance of weighted rows.
fn spread<R: AsRef<[f32]>>(rows: impl Iterator<Item = (R, f64)>) -> f64 {
    let (mut mean, mut second) = ([0.0; BOTH], 0.0);
    for (row, weight) in rows {
        for (mean, pixel) in mean.iter_mut().zip(row.as_ref()) {
            *mean += weight * f64::from(*pixel);
            second += weight * f64::from(*pixel).powi(2);
        }
    }
    second - mean.iter().map(|m| m * m).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawing(lit: usize, light: f32, class: usize) -> Made {
        let mut pixels = [0.0; BOTH];
        pixels[lit] = light;
        Made { class, group: brighter(&pixels), mean: pixels.to_vec() }
    }

    #[test]
    fn shares_and_spread_of_made_drawings_are_those_by_hand() {
        let made = [drawing(3, 1.0, 1), drawing(3, 1.0, 1), drawing(PIXELS, 0.5, 1), drawing(PIXELS + 7, 0.5, 0)];
        let truth = Truths { classes: 2, cells: &[0.16, 0.34, 0.34, 0.16], spread: 2.0 };
        let near = |metric: Metric, expected: f64| {
            let found = read(&made, &truth, metric).expect("defined");
            assert!((found - expected).abs() < 1e-9, "{metric:?}: {found}, not {expected}");
        };
        near(Metric::TopShare, 0.75);
        near(Metric::PositiveShare, 0.75);
        near(Metric::Parameter, 0.5);
        near(Metric::Heterozygosity, 0.5);
        // One of four has the colour that is rare in its class, 1 with the second; none is 0 with the first.
        near(Metric::MinorityShare, 0.25);
        near(Metric::TailCoverage, 0.16 / 0.32);
        // One pixel is one half the time: 1/4; two are a half a quarter of the time: 1/16 - 1/64 each.
        let variance = 0.25 + 2.0 * (0.0625 - 0.015625);
        near(Metric::VarianceRatio, variance / 2.0);
        near(Metric::LogVariance, (variance / 2.0).ln());
        assert_eq!(read(&[], &truth, Metric::TopShare), None);
    }
}
