//! The forward pass: values from the first node to the last, and the losses of the rows.

use super::{BLOCK, Graph, Id, Node, Op};
use crate::lanes::Runner;
use crate::ops::attention::Heads;
use crate::ops::{activation, attention, coupling, dense, embedding, latent, losses, norm};
use crate::real::Real;
use std::ops::RangeInclusive;

impl<T: Real> Graph<T> {
    /// Runs every node.
    pub(crate) fn forward(&mut self) {
        self.losses.fill(0.0);
        for at in 0..self.nodes.len() {
            self.step(at);
        }
    }

    /// Runs the nodes from the first to the last named; losses among them add to zero.
    pub(crate) fn forward_between(&mut self, nodes: RangeInclusive<Id>) {
        self.losses.fill(0.0);
        for at in nodes.start().0..=nodes.end().0 {
            self.step(at);
        }
    }

    /// Runs the nodes up to this one.
    pub(crate) fn forward_to(&mut self, last: Id) {
        self.forward_between(Id(0)..=last);
    }

    /// The node after this one.
    pub(crate) fn after(id: Id) -> Id {
        Id(id.0 + 1)
    }

    /// The values of `node` for rows of `input`, block after block; what stands between them may depend on no other input.
    pub(crate) fn evaluate(&mut self, input: Id, values: &[T], node: Id) -> Vec<T> {
        let width = self.columns(input);
        assert_eq!(values.len() % width, 0, "inputs are whole rows");
        let mut found = Vec::with_capacity(values.len() / width * self.columns(node));
        for block in values.chunks(BLOCK * width) {
            self.resize(block.len() / width);
            self.value_mut(input).copy_from_slice(block);
            if node != input {
                self.forward_between(Self::after(input)..=node);
            }
            found.extend_from_slice(self.value(node));
        }
        found
    }

    fn step(&mut self, at: usize) {
        let (before, rest) = self.nodes.split_at_mut(at);
        let of = |id: Id| &before[id.0].value[..];
        let Node { op, columns, value, kept, .. } = &mut rest[0];
        let (runner, batch, row_losses) = (self.runner, &self.batch, &mut self.losses[..]);
        match op {
            Op::Input | Op::Weight => {}
            Op::Dense { x, weight, bias, layer } => {
                dense::forward(runner, &mut self.product, *layer, of(*x), (of(*weight), bias.map(of)), value);
            }
            Op::Activate { x, kind } => activation::forward(runner, *kind, of(*x), value, kept),
            Op::Gate { x, by } => gate(value, of(*x), of(*by)),
            Op::Add { x, y } => add(runner, value, of(*x), of(*y)),
            Op::Norm { x, gain, shift } => norm::forward(runner, of(*x), (of(*gain), of(*shift)), value, kept),
            Op::Embed { table, places } => {
                embedding::forward((&batch.tokens, batch.span), (of(*table), of(*places)), *columns, value);
            }
            Op::Attention { x, heads } => {
                let heads = Heads { span: batch.span, heads: *heads, width: *columns };
                attention::forward(runner, &mut self.product, heads, of(*x), value, kept);
            }
            Op::Draw { x, noise } => latent::forward(*columns, of(*x), of(*noise), value, kept),
            Op::Mask { x, stays } => mask(value, of(*x), stays),
            Op::Couple { x, parameters, stays } => coupling::forward(stays, (of(*x), of(*parameters)), value, (kept, row_losses)),
            Op::Softmax { x } => losses::softmax(runner, *columns, (of(*x), &batch.targets), (kept, row_losses)),
            Op::Bernoulli { x, y } => {
                losses::bernoulli(runner, before[x.0].columns, (of(*x), of(*y)), &mut self.room, row_losses);
            }
            Op::Square { x, y, cost } => losses::square(runner, *cost, before[x.0].columns, (of(*x), y.map(of)), row_losses),
            Op::Divergence { x, beta } => losses::divergence(before[x.0].columns / 2, *beta, of(*x), row_losses),
            Op::Logistic { x } => losses::logistic((of(*x), &batch.targets), row_losses),
            Op::Total { x } => losses::total((of(*x), &batch.targets), row_losses),
        }
    }
}

fn add<T: Real>(runner: Runner, value: &mut [T], x: &[T], y: &[T]) {
    runner.run(
        #[inline(always)]
        || {
            for (sum, (x, y)) in value.iter_mut().zip(x.iter().zip(y)) {
                *sum = *x + *y;
            }
        },
    );
}

fn gate<T: Real>(value: &mut [T], x: &[T], by: &[T]) {
    value.iter_mut().zip(x.iter().zip(by)).for_each(|(y, (x, by))| *y = *x * activation::slope(*by));
}

fn mask<T: Real>(value: &mut [T], x: &[T], stays: &[bool]) {
    for (y, x) in value.chunks_exact_mut(stays.len()).zip(x.chunks_exact(stays.len())) {
        y.iter_mut().zip(x.iter().zip(stays)).for_each(|(y, (x, stays))| *y = if *stays { *x } else { T::ZERO });
    }
}
