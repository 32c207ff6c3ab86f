//! The backward pass: gradients of the loss from the last node to the first.

use super::{Graph, Id, Node, Op};
use crate::lanes::Runner;
use crate::ops::activation::Passed;
use crate::ops::attention::Heads;
use crate::ops::norm::Gradients;
use crate::ops::{activation, attention, coupling, dense, embedding, latent, losses, norm};
use crate::real::Real;
use std::ops::RangeInclusive;

/// Takes a gradient out, so that it can be added to beside the values of other nodes; it is put back with `give`.
fn take<T>(nodes: &mut [Node<T>], id: Id) -> Vec<T> {
    std::mem::take(&mut nodes[id.0].gradient)
}

fn give<T>(nodes: &mut [Node<T>], id: Id, gradient: Vec<T>) {
    nodes[id.0].gradient = gradient;
}

impl<T: Real> Graph<T> {
    /// The gradient of the loss with respect to every live node.
    pub(crate) fn backward(&mut self) {
        self.clear();
        self.pull(Id(0)..=Id(self.nodes.len() - 1));
    }

    /// The gradients when that of one node is given.
    pub(crate) fn backward_from(&mut self, id: Id, gradient: &[T]) {
        self.clear();
        self.nodes[id.0].gradient.copy_from_slice(gradient);
        self.pull(Id(0)..=id);
    }

    /// Makes every gradient zero.
    pub(crate) fn clear(&mut self) {
        self.nodes.iter_mut().for_each(|node| node.gradient.fill(T::ZERO));
    }

    /// Makes every gradient zero but those of weights.
    pub(crate) fn clear_rows(&mut self) {
        let others = self.nodes.iter_mut().filter(|node| !matches!(node.op, Op::Weight));
        others.for_each(|node| node.gradient.fill(T::ZERO));
    }

    /// Makes every gradient zero but those of one node, which become `value`.
    pub(crate) fn seed(&mut self, id: Id, value: T) {
        self.clear();
        self.nodes[id.0].gradient.fill(value);
    }

    /// Adds what these nodes send back, from the last to the first.
    pub(crate) fn pull(&mut self, nodes: RangeInclusive<Id>) {
        for at in (nodes.start().0..=nodes.end().0).rev() {
            if self.nodes[at].live {
                self.step_back(at);
            }
        }
    }

    fn step_back(&mut self, at: usize) {
        let (before, rest) = self.nodes.split_at_mut(at);
        let (runner, batch) = (self.runner, &self.batch);
        let Node { op, columns, value, gradient, kept, .. } = &mut rest[0];
        match op {
            Op::Input | Op::Weight => {}
            Op::Dense { .. } => self.dense_back(at),
            Op::Activate { x, kind } => to(before, *x, |x, of_x| {
                activation::backward(runner, *kind, Passed { x, y: value, kept }, gradient, of_x);
            }),
            Op::Gate { x, by } => {
                let mut of_x = take(before, *x);
                let by = &before[by.0].value;
                of_x.iter_mut().zip(gradient.iter().zip(by)).for_each(|(d, (g, by))| *d += *g * activation::slope(*by));
                give(before, *x, of_x);
            }
            Op::Add { x, y } => [x, y].into_iter().for_each(|id| add_back(runner, gradient, &mut before[id.0].gradient)),
            Op::Norm { .. } => self.norm_back(at),
            Op::Embed { table, places } => {
                let (mut of_table, mut of_places) = (take(before, *table), take(before, *places));
                embedding::backward((&batch.tokens, batch.span), *columns, gradient, (&mut of_table, &mut of_places));
                give(before, *table, of_table);
                give(before, *places, of_places);
            }
            Op::Attention { x, heads } => {
                let heads = Heads { span: batch.span, heads: *heads, width: *columns };
                let tools = (runner, &mut self.product, &mut self.room);
                to(before, *x, |x, of_x| attention::backward(tools, heads, (x, kept), gradient, of_x));
            }
            Op::Draw { x, noise } => {
                let mut of_x = take(before, *x);
                latent::backward(*columns, (&before[noise.0].value, kept), gradient, &mut of_x);
                give(before, *x, of_x);
            }
            Op::Mask { x, stays } => to(before, *x, |_, of_x| mask_back(stays, gradient, of_x)),
            Op::Couple { .. } => self.couple_back(at),
            Op::Softmax { .. }
            | Op::Bernoulli { .. }
            | Op::Square { .. }
            | Op::Divergence { .. }
            | Op::Logistic { .. }
            | Op::Total { .. } => self.loss_back(at),
        }
    }

    fn loss_back(&mut self, at: usize) {
        let (before, rest) = self.nodes.split_at_mut(at);
        let (runner, batch) = (self.runner, &self.batch);
        let Node { op, columns, kept, .. } = &rest[0];
        let shares = &batch.shares[..];
        match op {
            Op::Softmax { x } => to(before, *x, |_, of_x| {
                losses::softmax_backward(runner, *columns, (kept, &batch.targets, shares), of_x);
            }),
            Op::Bernoulli { x, y } => {
                let mut of_x = take(before, *x);
                let (width, values) = (before[x.0].columns, (&before[x.0].value[..], &before[y.0].value[..], shares));
                losses::bernoulli_backward(runner, width, values, &mut of_x);
                give(before, *x, of_x);
            }
            Op::Square { x, y, cost } => {
                let mut of_x = take(before, *x);
                let y = y.map(|y| &before[y.0].value[..]);
                losses::square_backward(runner, *cost, before[x.0].columns, (&before[x.0].value, y, shares), &mut of_x);
                give(before, *x, of_x);
            }
            Op::Divergence { x, beta } => {
                let width = before[x.0].columns / 2;
                to(before, *x, |x, of_x| losses::divergence_backward(width, *beta, (x, shares), of_x));
            }
            Op::Logistic { x } => to(before, *x, |x, of_x| losses::logistic_backward((x, &batch.targets, shares), of_x)),
            Op::Total { x } => to(before, *x, |_, of_x| losses::total_backward((&batch.targets, shares), of_x)),
            Op::Input
            | Op::Weight
            | Op::Dense { .. }
            | Op::Activate { .. }
            | Op::Gate { .. }
            | Op::Add { .. }
            | Op::Norm { .. }
            | Op::Embed { .. }
            | Op::Attention { .. }
            | Op::Draw { .. }
            | Op::Mask { .. }
            | Op::Couple { .. } => unreachable!("the caller saw a loss"),
        }
    }

    fn norm_back(&mut self, at: usize) {
        let (before, rest) = self.nodes.split_at_mut(at);
        let Node { op, gradient, kept, .. } = &rest[0];
        let Op::Norm { x, gain, shift } = *op else { unreachable!("the caller saw a norm") };
        let (mut of_x, mut of_gain, mut of_shift) = (take(before, x), take(before, gain), take(before, shift));
        let of = Gradients { x: &mut of_x, gain: &mut of_gain, shift: &mut of_shift };
        norm::backward(self.runner, (&before[x.0].value, &before[gain.0].value, kept), gradient, of, &mut self.room);
        give(before, x, of_x);
        give(before, gain, of_gain);
        give(before, shift, of_shift);
    }

    fn couple_back(&mut self, at: usize) {
        let (before, rest) = self.nodes.split_at_mut(at);
        let Node { op, gradient, kept, .. } = &rest[0];
        let Op::Couple { x, parameters, stays } = op else { unreachable!("the caller saw a coupling") };
        let (mut of_x, mut of_parameters) = (take(before, *x), take(before, *parameters));
        let Node { value, live, .. } = &before[x.0];
        // An input has no gradient; what would be its own goes into the room.
        self.room.resize(value.len(), T::ZERO);
        let target = if *live { &mut of_x[..] } else { &mut self.room[..] };
        coupling::backward(stays, (value, kept, &self.batch.shares), gradient, (target, &mut of_parameters));
        give(before, *x, of_x);
        give(before, *parameters, of_parameters);
    }

    fn dense_back(&mut self, at: usize) {
        let (before, rest) = self.nodes.split_at_mut(at);
        let Node { op, gradient, .. } = &rest[0];
        let Op::Dense { x, weight, bias, layer } = *op else { unreachable!("the caller saw a dense layer") };
        let (runner, product) = (self.runner, &mut self.product);
        if let Some(bias) = bias {
            dense::backward_bias(runner, gradient, &mut before[bias.0].gradient);
        }
        let mut of_weight = take(before, weight);
        dense::backward_weight(runner, product, layer, (&before[x.0].value, gradient), &mut of_weight);
        give(before, weight, of_weight);
        if before[x.0].live {
            let mut of_x = take(before, x);
            dense::backward_input(runner, product, layer, (&before[weight.0].value, gradient), &mut of_x);
            give(before, x, of_x);
        }
    }
}

/// Calls `adding` with the value and the gradient of one node.
fn to<T>(nodes: &mut [Node<T>], x: Id, adding: impl FnOnce(&[T], &mut [T])) {
    let Node { value, gradient, .. } = &mut nodes[x.0];
    adding(value, gradient);
}

fn add_back<T: Real>(runner: Runner, gradient: &[T], of_x: &mut [T]) {
    runner.run(
        #[inline(always)]
        || {
            for (d, g) in of_x.iter_mut().zip(gradient) {
                *d += *g;
            }
        },
    );
}

fn mask_back<T: Real>(stays: &[bool], gradient: &[T], of_x: &mut [T]) {
    for (d, g) in of_x.chunks_exact_mut(stays.len()).zip(gradient.chunks_exact(stays.len())) {
        for j in (0..stays.len()).filter(|j| stays[*j]) {
            d[j] += g[j];
        }
    }
}
