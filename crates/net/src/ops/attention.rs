//! Causal attention with several heads: softmax(Q K^T / sqrt(d)) V, where a token sees itself and those before it in its window.
//!
//! A row of the input is [q | k | v], each `width` numbers, head after head; a row of the output is `width` numbers.
//!
//! # Source
//! Vaswani et al. (2017), equation 1 and section 3.2.2, with the mask of section 3.2.3.

use super::product::{Extents, Output, Product, View, Write};
use crate::lanes::Runner;
use crate::real::{Real, dot, sum};

/// The extents of attention.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Heads {
    /// Tokens of a window.
    pub(crate) span: usize,
    /// Heads; they divide the width.
    pub(crate) heads: usize,
    /// Numbers of a row over all heads.
    pub(crate) width: usize,
}

impl Heads {
    /// Numbers of one head.
    fn depth(self) -> usize {
        self.width / self.heads
    }

    /// 1 / sqrt(depth).
    fn scale<T: Real>(self) -> T {
        T::of(1.0 / (self.depth() as f64).sqrt())
    }

    /// Attention weights of so many rows.
    pub(crate) fn weights(self, rows: usize) -> usize {
        rows * self.span * self.heads
    }

    /// Where the queries of the n-th pair of window and head begin, and where its output does.
    fn start(self, n: usize) -> (usize, usize) {
        let (window, head) = (n / self.heads, n % self.heads);
        let (row, column) = (window * self.span, head * self.depth());
        (row * 3 * self.width + column, row * self.width + column)
    }
}

/// Writes the output, and in `kept` the attention weights, `span x span` for each window and head.
pub(crate) fn forward<T: Real>(runner: Runner, product: &mut Product<T>, heads: Heads, x: &[T], y: &mut [T], kept: &mut [T]) {
    let Heads { span, width, .. } = heads;
    let depth = heads.depth();
    for (n, weights) in kept.chunks_exact_mut(span * span).enumerate() {
        let (from, to) = heads.start(n);
        let (q, k, v) = (&x[from..], &x[from + width..], &x[from + 2 * width..]);
        let scores = Output { values: &mut *weights, stride: span, write: Write::Set };
        let extents = Extents { m: span, k: depth, n: span };
        product.run(runner, extents, View::rows(q, 3 * width), View::transposed(k, 3 * width), scores);
        runner.run(
            #[inline(always)]
            || {
                for (i, row) in weights.chunks_exact_mut(span).enumerate() {
                    soften(row, i + 1, heads.scale());
                }
            },
        );
        let output = Output { values: &mut y[to..], stride: width, write: Write::Set };
        let extents = Extents { m: span, k: span, n: depth };
        product.run(runner, extents, View::rows(weights, span), View::rows(v, 3 * width), output);
    }
}

/// The softmax of the first `seen` scores times `scale`; the others become zero.
#[inline(always)]
fn soften<T: Real>(scores: &mut [T], seen: usize, scale: T) {
    let (live, unseen) = scores.split_at_mut(seen);
    let top = live.iter().fold(live[0], |top, score| score.larger(top));
    for score in live.iter_mut() {
        *score = ((*score - top) * scale).exp();
    }
    let share = T::ONE / sum(live, |weight| weight);
    live.iter_mut().for_each(|weight| *weight = *weight * share);
    unseen.fill(T::ZERO);
}

/// Adds to the gradient of x. `room` holds the gradient of one head's scores.
pub(crate) fn backward<T: Real>(
    (runner, product, room): (Runner, &mut Product<T>, &mut Vec<T>),
    heads: Heads,
    (x, kept): (&[T], &[T]),
    gradient: &[T],
    of_x: &mut [T],
) {
    let Heads { span, width, .. } = heads;
    let (depth, apart) = (heads.depth(), 3 * width);
    room.resize(span * span, T::ZERO);
    let (by_value, by_score) = (Extents { m: span, k: span, n: depth }, Extents { m: span, k: depth, n: span });
    for (n, weights) in kept.chunks_exact(span * span).enumerate() {
        let (from, to) = heads.start(n);
        let (q, k, v, g) = (&x[from..], &x[from + width..], &x[from + 2 * width..], &gradient[to..]);
        // Of the values: P^T g.
        let output = Output { values: &mut of_x[from + 2 * width..], stride: apart, write: Write::Add };
        product.run(runner, by_value, View::transposed(weights, span), View::rows(g, width), output);
        // Of the weights: g V^T; then through the softmax.
        let output = Output { values: &mut room[..], stride: span, write: Write::Set };
        product.run(runner, by_score, View::rows(g, width), View::transposed(v, apart), output);
        runner.run(
            #[inline(always)]
            || {
                for (p, d) in weights.chunks_exact(span).zip(room.chunks_exact_mut(span)) {
                    let along = dot(p, d);
                    d.iter_mut().zip(p).for_each(|(d, p)| *d = *p * (*d - along) * heads.scale());
                }
            },
        );
        // Of queries and keys.
        let output = Output { values: &mut of_x[from..], stride: apart, write: Write::Add };
        product.run(runner, by_value, View::rows(room, span), View::rows(k, apart), output);
        let output = Output { values: &mut of_x[from + width..], stride: apart, write: Write::Add };
        product.run(runner, by_value, View::transposed(room, span), View::rows(q, apart), output);
    }
}
