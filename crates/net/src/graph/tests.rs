//! Gradients of every operation against central finite differences, in double precision through the code that models run in single.

use super::*;
use crate::noise::fill_normal;
use crate::ops::dense::Storage;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

pub(crate) type TestRng = Xoshiro256PlusPlus;

/// Half the distance of the two points of a difference.
const REACH: f64 = 1e-5;

/// Holds the gradient of every weight and of every live input against finite differences of the loss: to a relative 1e-6 (the error of the
/// difference is near 1e-10 of the loss).
pub(crate) fn hold_gradients(graph: &mut Graph<f64>, what: &str) {
    graph.forward();
    graph.backward();
    let leaves = (0..graph.nodes.len()).filter(|at| matches!(graph.nodes[*at].op, Op::Weight | Op::Input) && graph.nodes[*at].live);
    let gradients: Vec<(usize, Vec<f64>)> = leaves.map(|at| (at, graph.nodes[at].gradient.clone())).collect();
    assert!(gradients.iter().any(|(_, gradient)| gradient.iter().any(|g| g.abs() > 1e-6)), "{what}: some gradient is not zero");
    for (at, gradient) in gradients {
        // A stride coprime to usual widths visits every column of large matrices.
        for j in (0..gradient.len()).step_by(1 + gradient.len() / 97) {
            let mut loss_at = |shift: f64| {
                let kept = graph.nodes[at].value[j];
                graph.nodes[at].value[j] = kept + shift;
                graph.forward();
                graph.nodes[at].value[j] = kept;
                graph.loss()
            };
            let difference = (loss_at(REACH) - loss_at(-REACH)) / (2.0 * REACH);
            let error = (difference - gradient[j]).abs() / (1e-2 + difference.abs().max(gradient[j].abs()));
            assert!(error < 1e-6, "{what}: node {at} at {j} has {}, the difference is {difference}", gradient[j]);
        }
    }
}

pub(crate) fn seeded(seed: u64) -> TestRng {
    TestRng::seed_from_u64(seed)
}

/// Resizes, draws every input and live leaf, and gives rows unequal shares.
fn prepare(graph: &mut Graph<f64>, rows: usize, rng: &mut TestRng) {
    graph.resize(rows);
    for node in &mut graph.nodes {
        if matches!(node.op, Op::Input | Op::Weight) {
            fill_normal(&mut node.value, 0.7, rng);
        }
    }
    graph.batch.shares.iter_mut().for_each(|share| *share = rng.random::<f64>());
}

#[test]
fn dense_layers_of_both_storages_and_without_bias() {
    let mut rng = seeded(1);
    for (storage, has_bias) in [(Storage::ByInput, true), (Storage::ByInput, false), (Storage::ByOutput, true), (Storage::ByOutput, false)]
    {
        let mut graph = Graph::new();
        let x = graph.probe(5);
        let weight = graph.weight(vec![0.0; 35]);
        let bias = has_bias.then(|| graph.weight(vec![0.0; 7]));
        let y = graph.layer(x, weight, bias, Layer { inputs: 5, outputs: 7, storage });
        graph.square(y, None, Square::mean(7));
        prepare(&mut graph, 6, &mut rng);
        hold_gradients(&mut graph, "dense");
    }
}

#[test]
fn every_activation_and_the_gate() {
    use Activation::{Gelu, LeakyRelu, Relu, Silu, Tanh};
    let mut rng = seeded(2);
    for kind in [Tanh, Relu, LeakyRelu, Gelu, Silu] {
        let mut graph = Graph::new();
        let (x, by) = (graph.probe(9), graph.input(9));
        let y = graph.activate(x, kind);
        let z = graph.gate(y, by);
        graph.square(z, None, Square { factor: 0.3, constant: 1.0 });
        prepare(&mut graph, 5, &mut rng);
        hold_gradients(&mut graph, "activation");
    }
}

#[test]
fn sums_masks_and_norms() {
    let mut rng = seeded(3);
    let mut graph = Graph::new();
    let (x, y) = (graph.probe(11), graph.input(11));
    let normed = graph.norm(x);
    let masked = graph.mask(normed, (0..11).map(|j| j % 3 == 0).collect());
    let sum = graph.add(masked, x);
    graph.square(sum, Some(y), Square::normal(11, 0.5));
    prepare(&mut graph, 4, &mut rng);
    hold_gradients(&mut graph, "norm");
}

#[test]
fn embedding_and_attention() {
    let mut rng = seeded(4);
    let mut graph = Graph::new();
    let table = graph.weight(vec![0.0; 7 * 12]);
    let places = graph.weight(vec![0.0; 5 * 12]);
    let x = graph.embed(table, places, 12);
    let y = graph.attention(x, 2);
    graph.square(y, None, Square::mean(4));
    graph.batch.span = 5;
    prepare(&mut graph, 15, &mut rng);
    graph.batch.tokens.iter_mut().for_each(|token| *token = rng.random_range(0..7));
    hold_gradients(&mut graph, "attention");
}

#[test]
fn the_latent_draw_and_its_divergence() {
    let mut rng = seeded(5);
    let mut graph = Graph::new();
    let (x, noise) = (graph.probe(6), graph.input(3));
    let z = graph.draw(x, noise);
    graph.divergence(x, 0.7);
    graph.square(z, None, Square::mean(3));
    prepare(&mut graph, 5, &mut rng);
    hold_gradients(&mut graph, "latent");
}

#[test]
fn couplings_with_their_log_determinant() {
    let mut rng = seeded(6);
    let mut graph = Graph::new();
    let (x, parameters) = (graph.probe(4), graph.probe(8));
    let y = graph.couple(x, parameters, vec![true, false, false, true]);
    graph.square(y, None, Square::normal(4, 1.0));
    prepare(&mut graph, 5, &mut rng);
    hold_gradients(&mut graph, "coupling");
}

#[test]
fn every_loss() {
    let mut rng = seeded(7);
    let mut graph = Graph::new();
    let (x, y) = (graph.probe(5), graph.input(5));
    graph.softmax(x);
    graph.bernoulli(x, y);
    let one = graph.dense(x, 1, Start::Zero, &mut rng);
    graph.logistic(one);
    graph.total(one);
    prepare(&mut graph, 6, &mut rng);
    graph.batch.targets.iter_mut().for_each(|class| *class = rng.random_range(0..5));
    graph.value_mut(y).iter_mut().for_each(|pixel| *pixel = rng.random());
    hold_gradients(&mut graph, "losses");
}

#[test]
fn attention_agrees_with_the_definition() {
    let (span, heads, width) = (5, 3, 6);
    let mut rng = seeded(8);
    let mut graph = Graph::new();
    let x = graph.input(3 * width);
    let y = graph.attention(x, heads);
    graph.batch.span = span;
    prepare(&mut graph, 2 * span, &mut rng);
    graph.forward();
    let depth = width / heads;
    let input = graph.value(x);
    // Part 0 is the query, 1 the key, 2 the value.
    let number = |row: usize, part: usize, head: usize, j: usize| input[row * 3 * width + part * width + head * depth + j];
    for window in 0..2 {
        for (head, i) in (0..heads).flat_map(|head| (0..span).map(move |i| (head, i))) {
            let row = window * span + i;
            let seen: Vec<usize> = (window * span..=row).collect();
            let score = |other: usize| (0..depth).map(|j| number(row, 0, head, j) * number(other, 1, head, j)).sum::<f64>();
            let weights: Vec<f64> = seen.iter().map(|other| (score(*other) / (depth as f64).sqrt()).exp()).collect();
            let total: f64 = weights.iter().sum();
            for j in 0..depth {
                let expected: f64 = seen.iter().zip(&weights).map(|(other, w)| w / total * number(*other, 2, head, j)).sum();
                let found = graph.value(y)[row * width + head * depth + j];
                assert!((found - expected).abs() < 1e-12, "{found} {expected}");
            }
        }
    }
}

/// The determinant by elimination with pivots.
fn determinant(mut a: Vec<Vec<f64>>) -> f64 {
    let n = a.len();
    let mut value = 1.0;
    for column in 0..n {
        let pivot = (column..n).max_by(|i, j| a[*i][column].abs().total_cmp(&a[*j][column].abs())).expect("a row");
        if pivot != column {
            a.swap(pivot, column);
            value = -value;
        }
        value *= a[column][column];
        for row in column + 1..n {
            let factor = a[row][column] / a[column][column];
            let pivot = a[column].clone();
            a[row].iter_mut().zip(&pivot).for_each(|(below, above)| *below -= factor * above);
        }
    }
    value
}

#[test]
fn the_couplings_log_determinant_is_that_of_its_jacobian() {
    let mut rng = seeded(9);
    let mut graph = Graph::new();
    let stays = vec![false, true, false, true];
    let x = graph.input(4);
    let seen = graph.mask(x, stays.clone());
    let parameters = graph.dense(seen, 8, Start::Zero, &mut rng);
    let y = graph.couple(x, parameters, stays);
    prepare(&mut graph, 1, &mut rng);
    graph.forward();
    let log_determinant = -graph.losses()[0];
    let point = graph.value(x).to_vec();
    let mut image = |at: usize, shift: f64| {
        graph.value_mut(x).copy_from_slice(&point);
        graph.value_mut(x)[at] += shift;
        graph.forward();
        graph.value(y).to_vec()
    };
    let columns: Vec<Vec<f64>> =
        (0..4).map(|at| image(at, REACH).iter().zip(image(at, -REACH)).map(|(up, down)| (up - down) / (2.0 * REACH)).collect()).collect();
    assert!((determinant(columns).abs().ln() - log_determinant).abs() < 1e-8);
}
