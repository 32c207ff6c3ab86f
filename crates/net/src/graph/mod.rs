//! A network as a list of coarse operations, built once per model and run again at every step.
//!
//! Every node but a weight has one row per example (or per token) and a fixed number of columns; `resize` says how many rows there are.
//! `forward` fills the values from first to last and the loss of every row; `backward` fills the gradients from last to first. Buffers
//! grow once and are kept, so a step allocates nothing.

mod backward;
mod build;
mod forward;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use build::Start;

use crate::lanes::{Lanes, Runner};
use crate::ops::activation::Activation;
use crate::ops::attention::Heads;
use crate::ops::dense::Layer;
use crate::ops::losses::Square;
use crate::ops::product::Product;
use crate::real::Real;

/// Rows that are evaluated at once; it changes no result.
pub(crate) const BLOCK: usize = 256;

/// A node of one graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Id(usize);

/// What a node computes, and from which nodes before it.
#[derive(Debug, Clone)]
enum Op {
    /// Numbers that the caller writes.
    Input,
    /// Numbers that training moves.
    Weight,
    Dense {
        x: Id,
        weight: Id,
        bias: Option<Id>,
        layer: Layer,
    },
    Activate {
        x: Id,
        kind: Activation,
    },
    /// x times the slope of the leaky rectifier at `by`, which counts as constant.
    Gate {
        x: Id,
        by: Id,
    },
    Add {
        x: Id,
        y: Id,
    },
    Norm {
        x: Id,
        gain: Id,
        shift: Id,
    },
    Embed {
        table: Id,
        places: Id,
    },
    /// `span` in `Heads` is the batch's.
    Attention {
        x: Id,
        heads: usize,
    },
    Draw {
        x: Id,
        noise: Id,
    },
    /// x where a coordinate stays, zero elsewhere.
    Mask {
        x: Id,
        stays: Vec<bool>,
    },
    Couple {
        x: Id,
        parameters: Id,
        stays: Vec<bool>,
    },
    Softmax {
        x: Id,
    },
    Bernoulli {
        x: Id,
        y: Id,
    },
    Square {
        x: Id,
        y: Option<Id>,
        cost: Square,
    },
    Divergence {
        x: Id,
        beta: f64,
    },
    /// Minus the log probability that a row with this logit is of its target, 0 or 1.
    Logistic {
        x: Id,
    },
    /// The row's only number, negative where the target is 1.
    Total {
        x: Id,
    },
}

#[derive(Debug, Clone)]
struct Node<T> {
    op: Op,
    columns: usize,
    value: Vec<T>,
    gradient: Vec<T>,
    /// What the forward pass keeps for the backward pass.
    kept: Vec<T>,
    /// Whether a gradient is wanted.
    live: bool,
}

/// What a batch holds beside the inputs.
#[derive(Debug, Clone)]
pub(crate) struct Batch<T> {
    /// The token of each row, where the graph embeds.
    pub(crate) tokens: Vec<u16>,
    /// The class of each row, where there is a softmax.
    pub(crate) targets: Vec<u16>,
    /// Rows of a window, where there is attention.
    pub(crate) span: usize,
    /// The part of each row in the loss; `resize` makes them equal with sum one.
    pub(crate) shares: Vec<T>,
}

/// A network, its buffers and its loss.
#[derive(Debug, Clone)]
pub(crate) struct Graph<T> {
    nodes: Vec<Node<T>>,
    /// What the batch holds beside the inputs.
    pub(crate) batch: Batch<T>,
    losses: Vec<f64>,
    product: Product<T>,
    room: Vec<T>,
    runner: Runner,
}

impl<T: Real> Graph<T> {
    /// A graph without nodes.
    pub(crate) fn new() -> Self {
        Self {
            nodes: Vec::new(),
            batch: Batch { tokens: Vec::new(), targets: Vec::new(), span: 1, shares: Vec::new() },
            losses: Vec::new(),
            product: Product::new(),
            room: Vec::new(),
            runner: Runner::new(Lanes::Widest),
        }
    }

    /// Chooses other vectors than the widest.
    #[cfg(test)]
    pub(crate) fn use_lanes(&mut self, lanes: Lanes) {
        self.runner = Runner::new(lanes);
    }

    /// Makes every buffer fit this many rows and gives each row the same share in the loss.
    pub(crate) fn resize(&mut self, rows: usize) {
        self.losses.resize(rows, 0.0);
        self.batch.shares.clear();
        self.batch.shares.resize(rows, T::of(1.0 / rows as f64));
        self.batch.tokens.resize(rows, 0);
        self.batch.targets.resize(rows, 0);
        let span = self.batch.span;
        for node in self.nodes.iter_mut().filter(|node| !matches!(node.op, Op::Weight)) {
            node.value.resize(rows * node.columns, T::ZERO);
            node.gradient.resize(if node.live { rows * node.columns } else { 0 }, T::ZERO);
            let kept = match node.op {
                Op::Activate { .. } | Op::Draw { .. } | Op::Couple { .. } => rows * node.columns,
                Op::Softmax { .. } => rows * node.columns,
                Op::Norm { .. } => rows,
                Op::Attention { heads, .. } => Heads { span, heads, width: node.columns }.weights(rows),
                Op::Input | Op::Weight | Op::Dense { .. } | Op::Gate { .. } | Op::Add { .. } | Op::Embed { .. } | Op::Mask { .. } => 0,
                Op::Bernoulli { .. } | Op::Square { .. } | Op::Divergence { .. } | Op::Logistic { .. } | Op::Total { .. } => 0,
            };
            node.kept.resize(kept, T::ZERO);
        }
    }

    /// What runs the graph's loops.
    pub(crate) fn runner(&self) -> Runner {
        self.runner
    }

    /// The values of a node, `rows x columns`.
    pub(crate) fn value(&self, id: Id) -> &[T] {
        &self.nodes[id.0].value
    }

    /// The values of a node, to write.
    pub(crate) fn value_mut(&mut self, id: Id) -> &mut [T] {
        &mut self.nodes[id.0].value
    }

    /// The values of two nodes, to write; the first was built before the second.
    pub(crate) fn two_mut(&mut self, first: Id, second: Id) -> (&mut [T], &mut [T]) {
        let (before, rest) = self.nodes.split_at_mut(second.0);
        (&mut before[first.0].value, &mut rest[0].value)
    }

    /// The gradient of a node.
    pub(crate) fn gradient(&self, id: Id) -> &[T] {
        &self.nodes[id.0].gradient
    }

    /// The loss of the batch: of every row, times its share.
    pub(crate) fn loss(&self) -> f64 {
        self.losses.iter().zip(&self.batch.shares).map(|(loss, share)| loss * share.wide()).sum()
    }

    /// The loss of each row.
    pub(crate) fn losses(&self) -> &[f64] {
        &self.losses
    }

    /// Every weight with its gradient, in the order of building.
    pub(crate) fn weights_mut(&mut self) -> impl Iterator<Item = (&mut [T], &[T])> {
        let weights = self.nodes.iter_mut().filter(|node| matches!(node.op, Op::Weight));
        weights.map(|node| (&mut node.value[..], &node.gradient[..]))
    }

    /// All weights in one list, in the order of building.
    pub(crate) fn weights(&self) -> Vec<T> {
        let weights = self.nodes.iter().filter(|node| matches!(node.op, Op::Weight));
        weights.flat_map(|node| node.value.iter().copied()).collect()
    }

    /// Writes all weights from one list in the order of building.
    ///
    /// # Panics
    /// If there are more or fewer.
    pub(crate) fn load(&mut self, weights: &[T]) {
        let count: usize = self.weights_mut().map(|(values, _)| values.len()).sum();
        assert_eq!(count, weights.len(), "as many weights as the network has");
        let mut rest = weights;
        for (values, _) in self.weights_mut() {
            let (these, others) = rest.split_at(values.len());
            values.copy_from_slice(these);
            rest = others;
        }
    }

    /// The layer, the matrix and the bias of a dense node.
    ///
    /// # Panics
    /// If it is none.
    pub(crate) fn dense_weights(&self, id: Id) -> (Layer, &[T], Option<&[T]>) {
        let Op::Dense { weight, bias, layer, .. } = self.nodes[id.0].op else { panic!("a dense layer was asked for") };
        (layer, self.value(weight), bias.map(|bias| self.value(bias)))
    }

    /// The gain and the shift of a norm.
    ///
    /// # Panics
    /// If it is none.
    pub(crate) fn norm_weights(&self, id: Id) -> (&[T], &[T]) {
        let Op::Norm { gain, shift, .. } = self.nodes[id.0].op else { panic!("a norm was asked for") };
        (self.value(gain), self.value(shift))
    }

    /// Whether every weight is finite.
    pub(crate) fn is_finite(&self) -> bool {
        let weights = self.nodes.iter().filter(|node| matches!(node.op, Op::Weight));
        weights.flat_map(|node| &node.value).all(|value| value.is_finite())
    }
}
