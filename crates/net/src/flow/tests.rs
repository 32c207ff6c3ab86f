use super::*;
use crate::determinism::hold_bytes;
use crate::field::tests::{describe, two_clouds};
use crate::graph::tests::{hold_gradients, seeded};
use crate::lanes::Lanes;
use crate::traces;
use crate::training::{Optimiser, Schedule, Shape, Steps};

fn config(inputs: usize) -> Config {
    Config { inputs, couplings: 6, hidden: vec![24], activation: Activation::Tanh }
}

fn recipe(steps: u32) -> Recipe {
    let schedule = Schedule { shape: Shape::Cosine, ..Schedule::default() };
    Recipe { steps: Steps::Fixed(steps), batch: 64, optimiser: Optimiser::adam(5e-3), schedule }
}

#[test]
fn gradients_of_the_whole_model() {
    for inputs in [2, 5] {
        let (mut graph, nodes) = assemble::<f64>(&config(inputs), &mut seeded(1));
        let mut rng = seeded(2);
        graph.resize(6);
        fill_normal(graph.value_mut(nodes.input), 1.0, &mut rng);
        graph.weights_mut().for_each(|(values, _)| fill_normal(values, 0.4, &mut rng));
        hold_gradients(&mut graph, "flow");
    }
}

#[test]
fn a_new_flow_is_the_base_law() {
    let mut model = Flow::new(&config(3), &mut seeded(3));
    let expected = |row: &[f32]| row.iter().map(|x| -0.5 * (f64::from(*x).powi(2) + std::f64::consts::TAU.ln())).sum::<f64>();
    let points = [0.3, -1.0, 2.0, 0.0, 0.5, -0.5];
    let found = model.log_density(&points);
    assert!(found.iter().zip(points.chunks(3)).all(|(found, row)| (found - expected(row)).abs() < 1e-5));
}

#[test]
fn sampling_inverts_and_the_base_variance_scales() {
    let mut rng = seeded(4);
    let mut model = Flow::new(&config(4), &mut rng);
    let weights: Vec<f32> = model.weights().iter().map(|w| w + 0.1).collect();
    model.set_weights(&weights);
    let mut points = Vec::new();
    model.sample(300, 1.0, &mut seeded(5), &mut points);
    let base = model.to_base(&points);
    let mut noise = vec![0.0_f32; 1200];
    fill_normal(&mut noise, 1.0, &mut seeded(5));
    assert!(base.iter().zip(&noise).all(|(a, b)| (a - b).abs() < 1e-3));
    model.sample(300, 0.25, &mut seeded(5), &mut points);
    assert!(model.to_base(&points).iter().zip(&noise).all(|(a, b)| (a - 0.5 * b).abs() < 1e-3));
}

#[test]
fn training_finds_two_clouds_and_a_warm_start_goes_on() {
    let (points, _) = two_clouds(1000);
    let mut rng = seeded(6);
    let mut model = Flow::new(&config(2), &mut rng);
    let before = model.loss(&points);
    model.fit(&points, &recipe(200), &mut rng).expect("it converges");
    let middle = model.loss(&points);
    let mut other = Flow::new(&config(2), &mut rng);
    other.set_weights(&model.weights());
    other.fit(&points, &recipe(2000), &mut rng).expect("it converges");
    let after = other.loss(&points);
    // The entropy of the truth: ln 2 and that of a normal law with deviation 0.2 in two coordinates.
    let entropy = 2_f64.ln() + 1.0 + (std::f64::consts::TAU * 0.04).ln();
    assert!(after < middle && middle < before - 0.5 && (after - entropy).abs() < 0.25, "{before} {middle} {after} {entropy}");
    let mut out = Vec::new();
    other.sample(1000, 1.0, &mut rng, &mut out);
    let (first, distance, _) = describe(&out);
    assert!((first - 0.5).abs() < 0.12 && distance < 0.4, "{first} {distance}");
}

#[test]
fn densities_integrate_to_one() {
    let mut rng = seeded(7);
    let mut model = Flow::new(&config(2), &mut rng);
    model.fit(&two_clouds(500).0, &recipe(300), &mut rng).expect("it converges");
    let step = 0.02_f32;
    let grid: Vec<f32> =
        (-200..200).flat_map(|i| (-200..200).flat_map(move |j| [f32::from(i as i16) * step, f32::from(j as i16) * step])).collect();
    let mass: f64 = model.log_density(&grid).iter().map(|density| density.exp() * f64::from(step * step)).sum();
    assert!((mass - 1.0).abs() < 0.01, "{mass}");
}

fn bytes(seed: u64, lanes: Lanes) -> Vec<u32> {
    let mut rng = seeded(seed);
    let mut model = Flow::new(&config(2), &mut rng);
    model.graph.use_lanes(lanes);
    model.fit(&two_clouds(100).0, &recipe(40), &mut rng).expect("it converges");
    let mut out = Vec::new();
    model.sample(20, 1.0, &mut rng, &mut out);
    model.weights().into_iter().chain(out).map(f32::to_bits).collect()
}

#[test]
fn bytes_depend_neither_on_machine_nor_on_threads_nor_on_vectors() {
    hold_bytes(0xd68b_f5ff_0367_4a87, bytes);
}

#[test]
fn divergence_is_an_error() {
    let mut model = Flow::new(&config(2), &mut seeded(8));
    let wild = Recipe { optimiser: Optimiser::Sgd { rate: 1e30, momentum: 0.9 }, ..recipe(100) };
    assert!(model.fit(&two_clouds(100).0, &wild, &mut seeded(9)).is_err());
}

fn trace<T: Real>() -> Vec<f64> {
    let config = Config { inputs: 5, couplings: 4, hidden: vec![10], activation: Activation::Tanh };
    let (mut graph, nodes) = assemble::<T>(&config, &mut seeded(1));
    graph.resize(16);
    traces::run(&mut graph, Optimiser::adam(1e-2), Schedule::default(), |graph, step| {
        graph.value_mut(nodes.input).copy_from_slice(&traces::scaled(0.0, 2.0, 80, step));
    })
}

#[test]
fn training_agrees_with_pytorch() {
    traces::hold("flow", &trace::<f64>(), &trace::<f32>());
}
