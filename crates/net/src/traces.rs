//! What the tests of the families share to hold their training against PyTorch's: `tests/torch/traces.py` makes the same weights and
//! batches by the same formulas and records the loss before each of 25 steps in `expected.json`, in double precision.
//!
//! Ours agrees to a relative 1e-9 in double precision and, as the models run, to 1e-4 in single.

use crate::graph::Graph;
use crate::real::Real;
use crate::training::{Mover, Optimiser, Schedule};

pub(crate) const STEPS: u32 = 25;

/// Numbers in [-1, 1) that both sides make exactly.
pub(crate) fn numbers(count: usize, salt: usize) -> Vec<f64> {
    (0..count).map(|k| ((k * 7919 + salt * 104_729) % 2003) as f64 / 1001.5 - 1.0).collect()
}

/// `a + b x` of those numbers.
pub(crate) fn scaled<T: Real>(a: f64, b: f64, count: usize, salt: usize) -> Vec<T> {
    numbers(count, salt).into_iter().map(|x| T::of(a + b * x)).collect()
}

/// Classes below `classes`.
pub(crate) fn tokens(count: usize, classes: usize, salt: usize) -> Vec<u16> {
    (0..count).map(|k| ((k * 31 + salt * 17 + k * k) % classes) as u16).collect()
}

/// Writes the weights of the trace.
pub(crate) fn load<T: Real>(graph: &mut Graph<T>) {
    let count = graph.weights().len();
    graph.load(&scaled(0.0, 0.3, count, 5));
}

/// The loss before each step; `write` fills the batch.
pub(crate) fn run<T: Real>(
    graph: &mut Graph<T>,
    optimiser: Optimiser,
    schedule: Schedule,
    mut write: impl FnMut(&mut Graph<T>, usize),
) -> Vec<f64> {
    load(graph);
    let mut mover = Mover::new(optimiser);
    let mut step = |at: u32| {
        write(graph, at as usize);
        graph.forward();
        graph.backward();
        let loss = graph.loss();
        mover.step(graph, schedule.factor(at, STEPS));
        loss
    };
    (0..STEPS).map(&mut step).collect()
}

/// Holds both precisions against the recorded trace.
pub(crate) fn hold(name: &str, double: &[f64], single: &[f64]) {
    let recorded: serde_json::Value = serde_json::from_str(include_str!("../tests/torch/expected.json")).expect("JSON");
    let expected: Vec<f64> =
        recorded["traces"][name].as_array().expect("a trace of this name").iter().map(|x| x.as_f64().expect("a number")).collect();
    assert_eq!((double.len(), single.len()), (expected.len(), expected.len()));
    for (found, tolerance) in [(double, 1e-9), (single, 1e-4)] {
        for (step, (found, expected)) in found.iter().zip(&expected).enumerate() {
            assert!((found - expected).abs() < tolerance * expected.abs(), "{name} at step {step} to {tolerance}: {found}, not {expected}");
        }
    }
}
