//! Perceptrons that classify images: as the model of a chain whose labels feed back, and beside a chain of images.

use super::digits::Digits;
use super::drawings::Drawings;
use super::fits::{Trainer, Weights};
use super::halves;
use super::recipe::{Architecture, Network};
use super::told::{self, Answer, Question, Told};
use crate::random::{Rng, Streams};
use crate::sim::chain::{Reading, Start, Steps, Unfit};
use crate::sim::downstream::Reader;
use crate::sim::learner::{Learner, Makes, Weighted};
use crate::sim::models::labels::{LabelLaw, largest, softmax};
use crate::sim::samples::{Gauge, Twin};
use crate::sim::{Model, Setup};
use crate::taxonomy::Metric;
use net::Activation;
use net::mlp::{Config, Mlp, Task};

/// Classifiers of one shape.
#[derive(Debug, Clone)]
pub struct Classifier {
    trainer: Trainer<Mlp>,
    classes: usize,
    law: LabelLaw,
}

/// The twin of a setup; `None` for another truth, model or synthesis.
#[must_use]
pub fn twin(setup: &Setup) -> Option<Twin<Drawings, Classifier, Answers>> {
    let Model::Network(network) = &setup.model else { return None };
    let world = Drawings::of(setup)?;
    let learner = Classifier::of(network, &world, LabelLaw::of(setup)?)?;
    Some(Twin::new(world, learner, Answers::default()))
}

/// The learner beside a chain of images.
#[must_use]
pub fn aside(network: &Network, setup: &Setup) -> Option<Reader> {
    if let Some(world) = Digits::of(setup) {
        let learner = Classifier::of(network, &world, LabelLaw::plain())?;
        return Some(Reader::new(world, learner, Answers::default()));
    }
    let world = Drawings::of(setup)?;
    let learner = Classifier::of(network, &world, LabelLaw::plain())?;
    Some(Reader::new(world, learner, Answers::default()))
}

impl Classifier {
    /// The classifier of a world's images, labelling by a law; `None` for another network.
    #[must_use]
    pub fn of(network: &Network, world: &impl Told, law: LabelLaw) -> Option<Self> {
        let Architecture::Mlp { hidden } = network.architecture else { return None };
        let classes = world.classes();
        let config =
            Config { inputs: world.dimension(), hidden: vec![hidden], outputs: classes, activation: Activation::Relu, task: Task::Classes };
        Some(Self { trainer: Trainer::new(config, network.recipe.clone()), classes, law })
    }

    /// Logits of inputs, row by row.
    fn logits(&mut self, from: &Weights<Mlp>, inputs: &[f32]) -> Vec<f64> {
        self.trainer.network(from).logits(inputs).into_iter().map(f64::from).collect()
    }

    /// The most likely class of every row.
    pub fn most_likely(&mut self, from: &Weights<Mlp>, rows: &[f32]) -> Vec<usize> {
        self.logits(from, rows).chunks_exact(self.classes).map(|logits| largest(logits.iter().copied())).collect()
    }

    fn answers(&mut self, from: &Weights<Mlp>, questions: &[Question]) -> Vec<Answer> {
        let inputs: Vec<f32> = questions.iter().flat_map(|question| question.input.iter().copied()).collect();
        let logits = self.logits(from, &inputs);
        let answer = |(question, logits): (&Question, &[f64])| Answer {
            class: question.class,
            group: question.group,
            weight: question.weight,
            law: softmax(logits, 1.0),
            labels: self.law.probabilities(logits, question.class),
        };
        questions.iter().zip(logits.chunks_exact(self.classes)).map(answer).collect()
    }
}

impl<W: Told> Learner<W> for Classifier {
    type Fitted = Weights<Mlp>;
    const FIT_DRAWS: bool = true;
    const WARM: bool = true;

    fn blank(&self) -> Weights<Mlp> {
        Weights::default()
    }

    fn fit(
        &mut self,
        world: &W,
        training: Weighted<'_, W::Example>,
        _: f64,
        start: Start<'_, Weights<Mlp>>,
        rng: &mut Rng,
        out: &mut Weights<Mlp>,
    ) -> Result<(), Unfit> {
        let mut rows = Vec::with_capacity(training.examples.len() * world.dimension());
        training.examples.iter().for_each(|example| world.write(example, &mut rows));
        let labels: Vec<u16> = training.examples.iter().map(|example| world.class(example) as u16).collect();
        self.trainer.train(labels.len(), start, rng, out, |network, recipe, rng| network.fit(&rows, &labels, None, recipe, rng))
    }

    fn synthetic(&mut self, world: &mut W, from: &Weights<Mlp>, n: u64, rng: &mut Rng, out: &mut Vec<W::Example>) {
        let inputs: Vec<W::Example> = (0..n as usize).map(|place| world.unlabelled(place, rng)).collect();
        let mut rows = Vec::with_capacity(inputs.len() * world.dimension());
        inputs.iter().for_each(|example| world.write(example, &mut rows));
        let logits = self.logits(from, &rows);
        for (example, logits) in inputs.into_iter().zip(logits.chunks_exact(self.classes)) {
            let class = self.law.draw(logits, world.own(&example), rng);
            out.push(world.relabelled(example, class));
        }
    }
}

impl Makes<Drawings> for Classifier {
    /// Quotas of a network are filled from a stated number of draws, so that nobody waits for a class that is never said.
    fn can_make(&self, _: &Weights<Mlp>, _: usize) -> bool {
        true
    }
}

/// The gauge of classifiers: their answers to all questions, asked once of every fit.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    mark: Option<u64>,
    questions: Vec<Question>,
    answers: Vec<Answer>,
    shares: Vec<f64>,
}

impl Answers {
    /// Forgets what was asked of another replicate.
    pub fn prepare(&mut self, world: &impl Told) {
        self.mark = None;
        if self.questions.is_empty() {
            self.questions = world.questions();
            self.shares = world.shares();
        }
    }

    /// A metric of the answers of a fit.
    pub fn reading(&mut self, learner: &mut Classifier, fitted: &Weights<Mlp>, metric: Metric) -> Reading {
        if self.mark != Some(fitted.mark) {
            self.answers = learner.answers(fitted, &self.questions);
            self.mark = Some(fitted.mark);
        }
        halves::of_examples(&self.answers, |answers| told::measure(answers, &self.shares, metric))
    }
}

impl Gauge<Drawings, Classifier> for Answers {
    const STEPS: Steps<Twin<Drawings, Classifier, Self>> = Steps::of_examples().judged().shown().grouped();

    fn begin(&mut self, world: &Drawings, _: &Streams) {
        self.prepare(world);
    }

    fn read(&mut self, _: &mut Drawings, learner: &mut Classifier, fitted: &Weights<Mlp>, metric: Metric, _: &mut Rng) -> Reading {
        self.reading(learner, fitted, metric)
    }

    fn location(&self, _: &Drawings, _: &Classifier, _: &Weights<Mlp>, out: &mut Vec<f64>) {
        out.clear();
    }
}

impl Gauge<Digits, Classifier> for Answers {
    fn begin(&mut self, world: &Digits, _: &Streams) {
        self.prepare(world);
    }

    fn read(&mut self, _: &mut Digits, learner: &mut Classifier, fitted: &Weights<Mlp>, metric: Metric, _: &mut Rng) -> Reading {
        self.reading(learner, fitted, metric)
    }

    fn location(&self, _: &Digits, _: &Classifier, _: &Weights<Mlp>, out: &mut Vec<f64>) {
        out.clear();
    }
}
