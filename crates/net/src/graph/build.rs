//! Building a graph: one method per operation, which gives back the new node.

use super::{Graph, Id, Node, Op};
use crate::noise::fill_normal;
use crate::ops::activation::Activation;
use crate::ops::dense::{Layer, Storage};
use crate::ops::losses::Square;
use crate::real::Real;
use rand::Rng;

/// How the matrix of a layer begins; biases begin at zero.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Start {
    /// Normal with variance `gain / inputs`: LeCun et al. (1998) for 1, He et al. (2015) for 2.
    Scaled(f64),
    /// At zero.
    Zero,
}

impl<T: Real> Graph<T> {
    fn push(&mut self, op: Op, columns: usize, live: bool) -> Id {
        self.nodes.push(Node { op, columns, value: Vec::new(), gradient: Vec::new(), kept: Vec::new(), live });
        Id(self.nodes.len() - 1)
    }

    /// Columns of a node.
    pub(crate) fn columns(&self, id: Id) -> usize {
        self.nodes[id.0].columns
    }

    fn is_live(&self, id: Id) -> bool {
        self.nodes[id.0].live
    }

    /// Numbers that the caller writes.
    pub(crate) fn input(&mut self, columns: usize) -> Id {
        self.push(Op::Input, columns, false)
    }

    /// Numbers that the caller writes and whose gradient he reads.
    pub(crate) fn probe(&mut self, columns: usize) -> Id {
        self.push(Op::Input, columns, true)
    }

    /// Numbers that training moves.
    pub(crate) fn weight(&mut self, values: Vec<T>) -> Id {
        let id = self.push(Op::Weight, values.len(), true);
        self.nodes[id.0].gradient = vec![T::ZERO; values.len()];
        self.nodes[id.0].value = values;
        id
    }

    /// `count` weights of which each is a draw of N(0, deviation^2).
    pub(crate) fn drawn_weight(&mut self, count: usize, deviation: f64, rng: &mut dyn Rng) -> Id {
        let mut values = vec![T::ZERO; count];
        fill_normal(&mut values, deviation, rng);
        self.weight(values)
    }

    /// x W + b with new weights.
    pub(crate) fn dense(&mut self, x: Id, outputs: usize, start: Start, rng: &mut dyn Rng) -> Id {
        let inputs = self.columns(x);
        let count = inputs * outputs;
        let weight = match start {
            Start::Scaled(gain) => self.drawn_weight(count, (gain / inputs as f64).sqrt(), rng),
            Start::Zero => self.weight(vec![T::ZERO; count]),
        };
        let bias = self.weight(vec![T::ZERO; outputs]);
        self.layer(x, weight, Some(bias), Layer { inputs, outputs, storage: Storage::ByInput })
    }

    /// A dense layer with weights that exist.
    pub(crate) fn layer(&mut self, x: Id, weight: Id, bias: Option<Id>, layer: Layer) -> Id {
        self.push(Op::Dense { x, weight, bias, layer }, layer.outputs, true)
    }

    /// x W with the matrix of a dense node that exists.
    ///
    /// # Panics
    /// If it is none.
    pub(crate) fn again_without_bias(&mut self, x: Id, dense: Id) -> Id {
        let Op::Dense { weight, layer, .. } = self.nodes[dense.0].op else { panic!("a dense layer was asked for") };
        self.layer(x, weight, None, layer)
    }

    /// An activation.
    pub(crate) fn activate(&mut self, x: Id, kind: Activation) -> Id {
        self.push(Op::Activate { x, kind }, self.columns(x), self.is_live(x))
    }

    /// Dense layers of these widths, each followed by the activation.
    pub(crate) fn tower(&mut self, x: Id, widths: &[usize], kind: Activation, rng: &mut dyn Rng) -> Id {
        widths.iter().fold(x, |x, width| {
            let x = self.dense(x, *width, Start::Scaled(kind.gain()), rng);
            self.activate(x, kind)
        })
    }

    /// x times the slope of the leaky rectifier at `by`.
    pub(crate) fn gate(&mut self, x: Id, by: Id) -> Id {
        self.push(Op::Gate { x, by }, self.columns(x), self.is_live(x))
    }

    /// x + y.
    pub(crate) fn add(&mut self, x: Id, y: Id) -> Id {
        self.push(Op::Add { x, y }, self.columns(x), self.is_live(x) || self.is_live(y))
    }

    /// Layer norm with new weights.
    pub(crate) fn norm(&mut self, x: Id) -> Id {
        let columns = self.columns(x);
        let gain = self.weight(vec![T::ONE; columns]);
        let shift = self.weight(vec![T::ZERO; columns]);
        self.push(Op::Norm { x, gain, shift }, columns, true)
    }

    /// The rows of `table` at the batch's tokens, plus those of `places`.
    pub(crate) fn embed(&mut self, table: Id, places: Id, width: usize) -> Id {
        self.push(Op::Embed { table, places }, width, true)
    }

    /// Causal attention of rows [q | k | v].
    pub(crate) fn attention(&mut self, x: Id, heads: usize) -> Id {
        self.push(Op::Attention { x, heads }, self.columns(x) / 3, self.is_live(x))
    }

    /// A draw from rows [mean | log variance] with given noise.
    pub(crate) fn draw(&mut self, x: Id, noise: Id) -> Id {
        self.push(Op::Draw { x, noise }, self.columns(noise), self.is_live(x))
    }

    /// x where a coordinate stays, zero elsewhere.
    pub(crate) fn mask(&mut self, x: Id, stays: Vec<bool>) -> Id {
        self.push(Op::Mask { x, stays }, self.columns(x), self.is_live(x))
    }

    /// An affine coupling, whose log determinant is taken from the loss.
    pub(crate) fn couple(&mut self, x: Id, parameters: Id, stays: Vec<bool>) -> Id {
        self.push(Op::Couple { x, parameters, stays }, self.columns(x), true)
    }

    /// Cross-entropy of logits with the batch's targets.
    pub(crate) fn softmax(&mut self, x: Id) -> Id {
        self.push(Op::Softmax { x }, self.columns(x), self.is_live(x))
    }

    /// Bernoulli loss of logits x and pixels y.
    pub(crate) fn bernoulli(&mut self, x: Id, y: Id) -> Id {
        self.push(Op::Bernoulli { x, y }, 0, self.is_live(x))
    }

    /// A squared distance of x from y, or from zero.
    pub(crate) fn square(&mut self, x: Id, y: Option<Id>, cost: Square) -> Id {
        self.push(Op::Square { x, y, cost }, 0, self.is_live(x))
    }

    /// `beta` times the divergence of rows [mean | log variance] from the standard normal law.
    pub(crate) fn divergence(&mut self, x: Id, beta: f64) -> Id {
        self.push(Op::Divergence { x, beta }, 0, self.is_live(x))
    }

    /// softplus(-x) where the batch's target is 1, softplus(x) where it is 0.
    pub(crate) fn logistic(&mut self, x: Id) -> Id {
        self.push(Op::Logistic { x }, 0, self.is_live(x))
    }

    /// -x where the batch's target is 1, x where it is 0.
    pub(crate) fn total(&mut self, x: Id) -> Id {
        self.push(Op::Total { x }, 0, self.is_live(x))
    }
}
