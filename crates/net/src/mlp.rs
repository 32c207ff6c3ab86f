//! Multilayer perceptrons: dense layers with an activation between, as a classifier (softmax, cross-entropy) or a regressor (mean squared
//! error). Takes rows of numbers; gives logits or values, classes, and the last hidden layer as features.

use crate::graph::{BLOCK, Graph, Id, Start};
use crate::ops::activation::Activation;
use crate::ops::losses::Square;
use crate::real::Real;
use crate::training::{Diverged, Recipe, copy_rows, train};
use rand::Rng;

/// What the last layer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Logits of classes; the loss is cross-entropy in nats.
    Classes,
    /// Values; the loss is the squared error, averaged over outputs.
    Values,
}

/// The shape of a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Coordinates of an example.
    pub inputs: usize,
    /// Widths of the hidden layers; none leaves a linear model.
    pub hidden: Vec<usize>,
    /// Classes or values.
    pub outputs: usize,
    /// The bend after every hidden layer.
    pub activation: Activation,
    /// What the last layer means.
    pub task: Task,
}

/// A multilayer perceptron. Evaluation uses the model's own buffers, hence `&mut self`; it changes no later result.
#[derive(Debug, Clone)]
pub struct Mlp {
    config: Config,
    graph: Graph<f32>,
    nodes: Nodes,
}

#[derive(Debug, Clone, Copy)]
struct Nodes {
    input: Id,
    /// The targets of a regressor.
    target: Option<Id>,
    features: Id,
    output: Id,
}

fn assemble<T: Real>(config: &Config, rng: &mut dyn Rng) -> (Graph<T>, Nodes) {
    assert!(config.inputs > 0 && config.outputs > 0 && !config.hidden.contains(&0), "every layer of a network is at least one wide");
    let mut graph = Graph::new();
    let input = graph.input(config.inputs);
    let features = graph.tower(input, &config.hidden, config.activation, rng);
    let output = graph.dense(features, config.outputs, Start::Scaled(1.0), rng);
    let target = match config.task {
        Task::Classes => {
            graph.softmax(output);
            None
        }
        Task::Values => {
            let target = graph.input(config.outputs);
            graph.square(output, Some(target), Square::mean(config.outputs));
            Some(target)
        }
    };
    (graph, Nodes { input, target, features, output })
}

/// What a network learns to give.
#[derive(Clone, Copy)]
enum Answers<'a> {
    Classes(&'a [u16]),
    Values(&'a [f32]),
}

impl Mlp {
    /// A network with drawn weights: normal with variance gain / inputs, the gain 2 for rectifiers and their smooth kin (He et al. 2015),
    /// else 1; biases zero.
    ///
    /// # Panics
    /// If a layer has no width.
    pub fn new(config: &Config, rng: &mut dyn Rng) -> Self {
        let (graph, nodes) = assemble(config, rng);
        Self { config: config.clone(), graph, nodes }
    }

    /// Trains a classifier on `n x d` row-major inputs and `n` labels, from the weights it has. With `weights`, example i counts
    /// `weights[i]` over their mean.
    ///
    /// # Errors
    /// When training diverges.
    ///
    /// # Panics
    /// If this is a regressor, the lengths do not agree, a label is no class, a weight is negative or all are zero, or there is no example.
    pub fn fit(
        &mut self,
        inputs: &[f32],
        labels: &[u16],
        weights: Option<&[f32]>,
        recipe: &Recipe,
        rng: &mut dyn Rng,
    ) -> Result<(), Diverged> {
        self.learn(inputs, Answers::Classes(labels), weights, recipe, rng)
    }

    /// Trains a regressor on `n x d` inputs and `n x outputs` values, both row-major; else as `fit`.
    ///
    /// # Errors
    /// When training diverges.
    ///
    /// # Panics
    /// If this is a classifier, the lengths do not agree, a weight is negative or all are zero, or there is no example.
    pub fn fit_values(
        &mut self,
        inputs: &[f32],
        values: &[f32],
        weights: Option<&[f32]>,
        recipe: &Recipe,
        rng: &mut dyn Rng,
    ) -> Result<(), Diverged> {
        self.learn(inputs, Answers::Values(values), weights, recipe, rng)
    }

    fn learn(
        &mut self,
        inputs: &[f32],
        answers: Answers,
        weights: Option<&[f32]>,
        recipe: &Recipe,
        rng: &mut dyn Rng,
    ) -> Result<(), Diverged> {
        let examples = self.check(inputs, answers);
        let scale = weights.map(|weights| share_of_one(weights, examples));
        let Nodes { input, target, .. } = self.nodes;
        self.graph.resize(recipe.batch.min(examples));
        train(&mut self.graph, recipe, examples, rng, |graph, batch, _| {
            copy_rows(batch, inputs, graph.value_mut(input));
            match answers {
                Answers::Classes(labels) => {
                    batch.iter().zip(&mut graph.batch.targets).for_each(|(from, to)| *to = labels[*from as usize]);
                }
                Answers::Values(values) => copy_rows(batch, values, graph.value_mut(target.expect("a regressor has targets"))),
            }
            if let (Some(weights), Some(scale)) = (weights, scale) {
                let share = scale / batch.len() as f32;
                batch.iter().zip(&mut graph.batch.shares).for_each(|(from, to)| *to = weights[*from as usize] * share);
            }
        })
    }

    /// How many examples there are, after a look at all lengths.
    fn check(&self, inputs: &[f32], answers: Answers) -> usize {
        let examples = inputs.len() / self.config.inputs;
        assert_eq!(inputs.len(), examples * self.config.inputs, "inputs are whole rows");
        match (answers, self.config.task) {
            (Answers::Classes(labels), Task::Classes) => {
                assert_eq!(labels.len(), examples, "one label per example");
                assert!(labels.iter().all(|label| usize::from(*label) < self.config.outputs), "every label is a class of the network");
            }
            (Answers::Values(values), Task::Values) => {
                assert_eq!(values.len(), examples * self.config.outputs, "one row of values per example");
            }
            (Answers::Classes(_), Task::Values) => panic!("a regressor learns values"),
            (Answers::Values(_), Task::Classes) => panic!("a classifier learns classes"),
        }
        examples
    }

    /// The last layer for `n x d` inputs: `n x outputs`, row-major.
    pub fn logits(&mut self, inputs: &[f32]) -> Vec<f32> {
        self.graph.evaluate(self.nodes.input, inputs, self.nodes.output)
    }

    /// The last hidden layer after its activation: `n x width`, row-major (the inputs themselves where there is none).
    pub fn features(&mut self, inputs: &[f32]) -> Vec<f32> {
        self.graph.evaluate(self.nodes.input, inputs, self.nodes.features)
    }

    /// The class with the largest logit for each of `n x d` inputs, the first of equals.
    ///
    /// # Panics
    /// If there are more than 65,536 outputs.
    pub fn predict(&mut self, inputs: &[f32]) -> Vec<u16> {
        let logits = self.logits(inputs);
        let best = |row: &[f32]| (1..row.len()).fold(0, |best, j| if row[j] > row[best] { j } else { best });
        logits.chunks_exact(self.config.outputs).map(|row| u16::try_from(best(row)).expect("a class is a u16")).collect()
    }

    /// The mean loss of a classifier on `n x d` inputs with `n` labels: cross-entropy in nats.
    ///
    /// # Panics
    /// As `fit`.
    pub fn loss(&mut self, inputs: &[f32], labels: &[u16]) -> f64 {
        self.mean_loss(inputs, Answers::Classes(labels))
    }

    /// The mean loss of a regressor on `n x d` inputs with `n x outputs` values: the squared error, averaged over outputs.
    ///
    /// # Panics
    /// As `fit_values`.
    pub fn loss_of_values(&mut self, inputs: &[f32], values: &[f32]) -> f64 {
        self.mean_loss(inputs, Answers::Values(values))
    }

    fn mean_loss(&mut self, inputs: &[f32], answers: Answers) -> f64 {
        let examples = self.check(inputs, answers);
        let mut total = 0.0;
        for (at, block) in inputs.chunks(BLOCK * self.config.inputs).enumerate() {
            let rows = block.len() / self.config.inputs;
            self.graph.resize(rows);
            self.graph.value_mut(self.nodes.input).copy_from_slice(block);
            match (answers, self.nodes.target) {
                (Answers::Classes(labels), _) => self.graph.batch.targets.copy_from_slice(&labels[at * BLOCK..][..rows]),
                (Answers::Values(values), target) => {
                    let width = self.config.outputs;
                    let target = target.expect("a regressor has targets");
                    self.graph.value_mut(target).copy_from_slice(&values[at * BLOCK * width..][..rows * width]);
                }
            }
            self.graph.forward();
            total += self.graph.losses().iter().sum::<f64>();
        }
        total / examples as f64
    }

    /// All weights in one list: layer after layer, the matrix (`inputs x outputs`, row-major), then the bias.
    #[must_use]
    pub fn weights(&self) -> Vec<f32> {
        self.graph.weights()
    }

    /// Writes all weights, in the order of `weights`.
    ///
    /// # Panics
    /// If there are more or fewer than the network has.
    pub fn set_weights(&mut self, weights: &[f32]) {
        self.graph.load(weights);
    }
}

/// By what weights are multiplied so that their mean is one.
fn share_of_one(weights: &[f32], examples: usize) -> f32 {
    assert_eq!(weights.len(), examples, "one weight per example");
    assert!(weights.iter().all(|weight| *weight >= 0.0 && weight.is_finite()), "weights are finite and not negative");
    let total: f64 = weights.iter().map(|weight| f64::from(*weight)).sum();
    assert!(total > 0.0, "some weight is positive");
    (examples as f64 / total) as f32
}

#[cfg(test)]
mod tests;
