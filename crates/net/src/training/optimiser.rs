//! The rules that move weights, and what they remember.

use super::Optimiser;
use crate::graph::Graph;
use crate::lanes::Runner;
use crate::real::Real;

/// An optimiser with its memory, which begins empty.
#[derive(Debug, Clone)]
pub(crate) struct Mover<T> {
    rule: Optimiser,
    taken: u32,
    /// One list for all weights: means of gradients (or the last move).
    first: Vec<T>,
    /// Means of squared gradients.
    second: Vec<T>,
}

/// The numbers of one step of Adam.
#[derive(Clone, Copy)]
struct Adam<T> {
    rate: T,
    keep: T,
    first: (T, T),
    second: (T, T),
    unbias: T,
    epsilon: T,
}

impl<T: Real> Mover<T> {
    pub(crate) fn new(rule: Optimiser) -> Self {
        Self { rule, taken: 0, first: Vec::new(), second: Vec::new() }
    }

    /// Moves every weight by its gradient, with the rate times `factor`.
    pub(crate) fn step(&mut self, graph: &mut Graph<T>, factor: f64) {
        self.taken += 1;
        let runner = graph.runner();
        let mut at = 0;
        for (weights, gradient) in graph.weights_mut() {
            let end = at + weights.len();
            if self.first.len() < end {
                self.first.resize(end, T::ZERO);
                self.second.resize(end, T::ZERO);
            }
            let (first, second) = (&mut self.first[at..end], &mut self.second[at..end]);
            match self.rule {
                Optimiser::Sgd { rate, momentum } => {
                    sgd(runner, (T::of(rate * factor), T::of(momentum)), weights, gradient, first);
                }
                Optimiser::Adam { rate, first: b1, second: b2, epsilon, decay } => {
                    let numbers = Adam {
                        rate: T::of(rate * factor / (1.0 - power(b1, self.taken))),
                        keep: T::of(1.0 - rate * factor * decay),
                        first: (T::of(b1), T::of(1.0 - b1)),
                        second: (T::of(b2), T::of(1.0 - b2)),
                        unbias: T::of(1.0 / (1.0 - power(b2, self.taken))),
                        epsilon: T::of(epsilon),
                    };
                    adam(runner, numbers, weights, gradient, (first, second));
                }
            }
            at = end;
        }
    }
}

/// `base` to a whole power by repeated squaring, in a fixed order.
fn power(base: f64, mut exponent: u32) -> f64 {
    let (mut result, mut square) = (1.0, base);
    while exponent > 0 {
        if exponent % 2 == 1 {
            result *= square;
        }
        square *= square;
        exponent /= 2;
    }
    result
}

fn sgd<T: Real>(runner: Runner, (rate, momentum): (T, T), weights: &mut [T], gradient: &[T], moves: &mut [T]) {
    runner.run(
        #[inline(always)]
        || {
            for ((w, g), m) in weights.iter_mut().zip(gradient).zip(moves) {
                *m = momentum * *m + *g;
                *w = *w - rate * *m;
            }
        },
    );
}

fn adam<T: Real>(runner: Runner, with: Adam<T>, weights: &mut [T], gradient: &[T], (first, second): (&mut [T], &mut [T])) {
    runner.run(
        #[inline(always)]
        || {
            for (((w, g), m), v) in weights.iter_mut().zip(gradient).zip(first).zip(second) {
                *m = with.first.0 * *m + with.first.1 * *g;
                *v = with.second.0 * *v + with.second.1 * *g * *g;
                *w = *w * with.keep - with.rate * *m / ((*v * with.unbias).root() + with.epsilon);
            }
        },
    );
}
