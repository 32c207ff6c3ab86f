//! Normalizing flows of affine couplings: an invertible map from points to a normal base law, whose density is exact. Takes points of two
//! or more coordinates; gives log densities and new points.
//!
//! # Source
//! Dinh, Sohl-Dickstein and Bengio (2017), with couplings that begin as the identity (Kingma and Dhariwal 2018, section 3.3).

use crate::graph::{BLOCK, Graph, Id, Start};
use crate::noise::fill_normal;
use crate::ops::activation::Activation;
use crate::ops::coupling::invert;
use crate::ops::losses::Square;
use crate::real::Real;
use crate::training::{Diverged, Recipe, copy_rows, train};
use rand::Rng;

/// The shape of a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Coordinates of a point, at least two.
    pub inputs: usize,
    /// Couplings. Coordinates with even places stay in the first and move in the second, and so on.
    pub couplings: usize,
    /// Widths of the hidden layers of each coupling's network.
    pub hidden: Vec<usize>,
    /// The bend after every hidden layer.
    pub activation: Activation,
}

/// A normalizing flow. Evaluation uses the model's own buffers, hence `&mut self`; it changes no later result.
#[derive(Debug, Clone)]
pub struct Flow {
    inputs: usize,
    graph: Graph<f32>,
    nodes: Nodes,
}

#[derive(Debug, Clone)]
struct Coupling {
    /// The coordinates before.
    x: Id,
    /// Those that stay.
    seen: Id,
    parameters: Id,
    stays: Vec<bool>,
}

#[derive(Debug, Clone)]
struct Nodes {
    input: Id,
    couplings: Vec<Coupling>,
    base: Id,
}

fn assemble<T: Real>(config: &Config, rng: &mut dyn Rng) -> (Graph<T>, Nodes) {
    assert!(config.inputs > 1, "a coupling needs two coordinates");
    assert!(!config.hidden.contains(&0), "every layer of a network is at least one wide");
    let mut graph = Graph::new();
    let input = graph.input(config.inputs);
    let (mut x, mut couplings) = (input, Vec::with_capacity(config.couplings));
    for at in 0..config.couplings {
        let stays: Vec<bool> = (0..config.inputs).map(|j| (j + at) % 2 == 0).collect();
        let seen = graph.mask(x, stays.clone());
        let top = graph.tower(seen, &config.hidden, config.activation, rng);
        let parameters = graph.dense(top, 2 * config.inputs, Start::Zero, rng);
        let next = graph.couple(x, parameters, stays.clone());
        couplings.push(Coupling { x, seen, parameters, stays });
        x = next;
    }
    graph.square(x, None, Square::normal(config.inputs, 1.0));
    (graph, Nodes { input, couplings, base: x })
}

impl Flow {
    /// A flow that is the identity: hidden layers normal with variance gain / inputs, the gain 2 for rectifiers and their smooth kin (He
    /// et al. 2015), else 1; last layers and biases zero.
    ///
    /// # Panics
    /// If there are fewer than two coordinates or a layer has no width.
    pub fn new(config: &Config, rng: &mut dyn Rng) -> Self {
        let (graph, nodes) = assemble(config, rng);
        Self { inputs: config.inputs, graph, nodes }
    }

    /// Trains on `n x inputs` row-major points by likelihood, from the weights it has.
    ///
    /// # Errors
    /// When training diverges.
    ///
    /// # Panics
    /// If there is no point or they are not whole rows.
    pub fn fit(&mut self, points: &[f32], recipe: &Recipe, rng: &mut dyn Rng) -> Result<(), Diverged> {
        assert_eq!(points.len() % self.inputs, 0, "points are whole rows");
        let count = points.len() / self.inputs;
        let input = self.nodes.input;
        self.graph.resize(recipe.batch.min(count));
        train(&mut self.graph, recipe, count, rng, |graph, batch, _| copy_rows(batch, points, graph.value_mut(input)))
    }

    /// The log density of each of `n x inputs` points in nats: Dinh et al. (2017), equation 3.
    ///
    /// # Panics
    /// If the points are not whole rows.
    pub fn log_density(&mut self, points: &[f32]) -> Vec<f64> {
        assert_eq!(points.len() % self.inputs, 0, "points are whole rows");
        let mut found = Vec::with_capacity(points.len() / self.inputs);
        for block in points.chunks(BLOCK * self.inputs) {
            self.graph.resize(block.len() / self.inputs);
            self.graph.value_mut(self.nodes.input).copy_from_slice(block);
            self.graph.forward();
            found.extend(self.graph.losses().iter().map(|loss| -loss));
        }
        found
    }

    /// Minus the mean log density of `n x inputs` points in nats.
    ///
    /// # Panics
    /// If the points are not whole rows or there is none.
    pub fn loss(&mut self, points: &[f32]) -> f64 {
        let densities = self.log_density(points);
        assert!(!densities.is_empty(), "the mean of no point");
        -densities.iter().sum::<f64>() / densities.len() as f64
    }

    /// Where `n x inputs` points lie under the base law: `n x inputs`.
    ///
    /// # Panics
    /// If the points are not whole rows.
    pub fn to_base(&mut self, points: &[f32]) -> Vec<f32> {
        self.graph.evaluate(self.nodes.input, points, self.nodes.base)
    }

    /// Writes `n` new points to `out`, `n x inputs`, from a normal base law with this variance in each coordinate: one is the model's
    /// own law, less draws nearer to its middle.
    ///
    /// # Panics
    /// If the variance is not a finite number from zero upwards.
    pub fn sample(&mut self, n: usize, variance: f64, rng: &mut dyn Rng, out: &mut Vec<f32>) {
        assert!(variance >= 0.0 && variance.is_finite(), "a variance is a finite number from zero upwards");
        out.clear();
        out.resize(n * self.inputs, 0.0);
        fill_normal(out, variance.sqrt(), rng);
        out.chunks_mut(BLOCK * self.inputs).for_each(|rows| self.invert(rows));
    }

    /// Replaces rows under the base law by the points that lie there.
    fn invert(&mut self, rows: &mut [f32]) {
        self.graph.resize(rows.len() / self.inputs);
        for Coupling { x, seen, parameters, stays } in self.nodes.couplings.iter().rev() {
            // The coupling's network reads only what stays, which is the same before and after.
            self.graph.value_mut(*x).copy_from_slice(rows);
            self.graph.forward_between(*seen..=*parameters);
            invert(stays, self.graph.value(*parameters), rows);
        }
    }

    /// All weights in one list: coupling after coupling, of each layer the matrix (`inputs x outputs`, row-major), then the bias.
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

#[cfg(test)]
mod tests;
