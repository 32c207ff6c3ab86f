use super::*;
use crate::determinism::hold_bytes;
use crate::graph::tests::{hold_gradients, seeded};
use crate::lanes::Lanes;
use crate::traces;
use crate::training::{Optimiser, Schedule, Steps};
use rand::RngExt;

fn config(task: Task) -> Config {
    Config { inputs: 2, hidden: vec![16, 12], outputs: 3, activation: Activation::Relu, task }
}

/// Points around three centres and which it was.
fn blobs(n: usize) -> (Vec<f32>, Vec<u16>) {
    let mut rng = seeded(3);
    let labels: Vec<u16> = (0..n).map(|_| rng.random_range(0..3)).collect();
    let centre = |class: u16| [[1.0, 0.0], [-1.0, 1.0], [-1.0, -1.0]][usize::from(class)];
    let points = labels.iter().flat_map(|class| centre(*class).map(|c| c + rng.random::<f32>() - 0.5)).collect();
    (points, labels)
}

fn recipe(steps: u32) -> Recipe {
    Recipe { steps: Steps::Fixed(steps), batch: 32, ..Recipe::default() }
}

#[test]
fn gradients_of_the_whole_classifier_and_regressor() {
    for (task, activation) in [(Task::Classes, Activation::Tanh), (Task::Values, Activation::Gelu)] {
        let (mut graph, nodes) = assemble::<f64>(&Config { activation, ..config(task) }, &mut seeded(1));
        graph.resize(7);
        let mut rng = seeded(2);
        graph.value_mut(nodes.input).iter_mut().for_each(|x| *x = rng.random::<f64>() - 0.5);
        graph.batch.targets.iter_mut().for_each(|class| *class = rng.random_range(0..3));
        hold_gradients(&mut graph, "mlp");
    }
}

#[test]
fn a_classifier_learns_and_a_warm_start_goes_on() {
    let (points, labels) = blobs(200);
    let mut rng = seeded(4);
    let mut model = Mlp::new(&config(Task::Classes), &mut rng);
    let before = model.loss(&points, &labels);
    model.fit(&points, &labels, None, &recipe(100), &mut rng).expect("it converges");
    let middle = model.loss(&points, &labels);
    let mut other = Mlp::new(&config(Task::Classes), &mut rng);
    other.set_weights(&model.weights());
    assert_eq!(other.logits(&points), model.logits(&points));
    other.fit(&points, &labels, None, &recipe(300), &mut rng).expect("it converges");
    let after = other.loss(&points, &labels);
    assert!(after < 0.5 * middle && middle < 0.7 * before, "{before} {middle} {after}");
    assert_eq!(other.predict(&points), labels);
    assert_eq!(other.features(&points).len(), 200 * 12);
}

#[test]
fn a_regressor_learns() {
    let mut rng = seeded(5);
    let inputs: Vec<f32> = (0..200).map(|_| 4.0 * rng.random::<f32>() - 2.0).collect();
    let values: Vec<f32> = inputs.iter().map(|x| x * x).collect();
    let config = Config { inputs: 1, hidden: vec![32], outputs: 1, activation: Activation::Tanh, task: Task::Values };
    let mut model = Mlp::new(&config, &mut rng);
    model.fit_values(&inputs, &values, None, &Recipe { optimiser: Optimiser::adam(1e-2), ..recipe(1000) }, &mut rng).expect("it converges");
    assert!(model.loss_of_values(&inputs, &values) < 1e-2);
}

#[test]
fn weights_of_examples_decide_between_contradictions() {
    let (inputs, labels, weights) = ([0.5, 0.5], [0, 1], [0.2, 1.8]);
    let config = Config { inputs: 1, hidden: vec![], outputs: 2, activation: Activation::Tanh, task: Task::Classes };
    let mut model = Mlp::new(&config, &mut seeded(6));
    let recipe = Recipe { optimiser: Optimiser::adam(1e-2), ..recipe(3000) };
    model.fit(&inputs, &labels, Some(&weights), &recipe, &mut seeded(7)).expect("it converges");
    let logits = model.logits(&inputs[..1]);
    // The weighted likelihood is largest at odds nine to one.
    assert!((logits[1] - logits[0] - 9_f32.ln()).abs() < 1e-3, "{logits:?}");
}

fn trained(seed: u64, lanes: Lanes) -> Vec<u32> {
    let (points, labels) = blobs(100);
    let mut rng = seeded(seed);
    let mut model = Mlp::new(&Config { activation: Activation::Silu, ..config(Task::Classes) }, &mut rng);
    model.graph.use_lanes(lanes);
    model.fit(&points, &labels, None, &recipe(50), &mut rng).expect("it converges");
    model.weights().into_iter().chain(model.logits(&points)).map(f32::to_bits).collect()
}

#[test]
fn bytes_depend_neither_on_machine_nor_on_threads_nor_on_vectors() {
    hold_bytes(0xdfe9_39cf_3943_0c6e, trained);
}

#[test]
fn divergence_is_an_error() {
    let (points, labels) = blobs(50);
    let mut model = Mlp::new(&config(Task::Classes), &mut seeded(8));
    let wild = Recipe { optimiser: Optimiser::Sgd { rate: 1e30, momentum: 0.9 }, ..recipe(100) };
    assert!(model.fit(&points, &labels, None, &wild, &mut seeded(9)).is_err());
}

fn trace<T: Real>(task: Task, activation: Activation, optimiser: Optimiser) -> Vec<f64> {
    let config = Config { inputs: 5, hidden: vec![16, 12], outputs: 3, activation, task };
    let (mut graph, nodes) = assemble::<T>(&config, &mut seeded(1));
    graph.resize(32);
    traces::run(&mut graph, optimiser, Schedule::default(), |graph, step| {
        graph.value_mut(nodes.input).copy_from_slice(&traces::scaled(0.0, 1.0, 160, step));
        match nodes.target {
            Some(target) => graph.value_mut(target).copy_from_slice(&traces::scaled(0.0, 1.0, 96, step + 100)),
            None => graph.batch.targets = traces::tokens(32, 3, step),
        }
    })
}

#[test]
fn training_agrees_with_pytorch() {
    let sgd = Optimiser::Sgd { rate: 0.1, momentum: 0.8 };
    let by_sgd = (trace::<f64>(Task::Classes, Activation::Relu, sgd), trace::<f32>(Task::Classes, Activation::Relu, sgd));
    traces::hold("mlp_classes_relu_sgd", &by_sgd.0, &by_sgd.1);
    let adam = Optimiser::adam(1e-2);
    let by_adam = (trace::<f64>(Task::Values, Activation::Gelu, adam), trace::<f32>(Task::Values, Activation::Gelu, adam));
    traces::hold("mlp_values_gelu_adam", &by_adam.0, &by_adam.1);
}
