use super::*;
use crate::determinism::hold_bytes;
use crate::graph::tests::{hold_gradients, seeded};
use crate::lanes::Lanes;
use crate::traces;
use crate::training::{Optimiser, Schedule, Steps};

fn config(pixels: Pixels) -> Config {
    Config { inputs: 12, hidden: vec![16], latent: 2, activation: Activation::Tanh, pixels, beta: 1.0 }
}

/// Bars: one of four places is bright.
fn bars(n: usize) -> Vec<f32> {
    let mut rng = seeded(3);
    let bar = |place: usize| (0..12).map(move |j| if j / 3 == place { 0.95 } else { 0.05 });
    (0..n).flat_map(|_| bar(rng.random_range(0..4))).collect()
}

fn recipe(steps: u32) -> Recipe {
    Recipe { steps: Steps::Fixed(steps), batch: 32, optimiser: Optimiser::adam(5e-3), ..Recipe::default() }
}

#[test]
fn gradients_of_the_whole_model() {
    for pixels in [Pixels::Bernoulli, Pixels::Gaussian { deviation: 0.4 }] {
        let (mut graph, nodes) = assemble::<f64>(&Config { beta: 0.6, ..config(pixels) }, &mut seeded(1));
        graph.resize(5);
        let mut rng = seeded(2);
        graph.value_mut(nodes.input).iter_mut().for_each(|x| *x = rng.random::<f64>());
        fill_normal(graph.value_mut(nodes.noise), 1.0, &mut rng);
        hold_gradients(&mut graph, "vae");
    }
}

#[test]
fn training_lowers_the_bound_and_a_warm_start_goes_on() {
    let images = bars(300);
    for pixels in [Pixels::Bernoulli, Pixels::Gaussian { deviation: 0.2 }] {
        let mut rng = seeded(4);
        let mut model = Vae::new(&config(pixels), &mut rng);
        let before = model.loss(&images, 4, &mut seeded(5));
        model.fit(&images, &recipe(100), &mut rng).expect("it converges");
        let middle = model.loss(&images, 4, &mut seeded(5));
        let mut other = Vae::new(&config(pixels), &mut rng);
        other.set_weights(&model.weights());
        other.fit(&images, &recipe(1500), &mut rng).expect("it converges");
        let after = other.loss(&images, 4, &mut seeded(5));
        assert!(after < middle - 0.5 && middle < before - 0.5, "{before} {middle} {after}");
    }
}

#[test]
fn samples_look_like_the_data() {
    let images = bars(300);
    let mut rng = seeded(6);
    let mut model = Vae::new(&config(Pixels::Bernoulli), &mut rng);
    model.fit(&images, &recipe(2500), &mut rng).expect("it converges");
    let mut samples = Vec::new();
    model.sample(200, Decoding::Mean, &mut rng, &mut samples);
    // Pixels of one bar agree.
    let apart: f32 = samples.chunks_exact(3).map(|bar| (bar[0] - bar[1]).abs().max((bar[1] - bar[2]).abs())).sum::<f32>() / 800.0;
    assert!(samples.len() == 2400 && apart < 0.06, "{apart}");
    model.sample(200, Decoding::Drawn, &mut rng, &mut samples);
    assert!(samples.iter().all(|pixel| [0.0_f32, 1.0].map(f32::to_bits).contains(&pixel.to_bits())));
    let error: f32 = model.reconstruct(&images).iter().zip(&images).map(|(a, b)| (a - b).abs()).sum::<f32>() / images.len() as f32;
    assert!(error < 0.1, "{error}");
}

#[test]
fn the_bound_of_a_blind_model_is_known() {
    // All weights zero: latents are standard normal, pixels fair coins.
    let mut model = Vae::new(&config(Pixels::Bernoulli), &mut seeded(7));
    model.set_weights(&vec![0.0; model.weights().len()]);
    let losses = model.losses(&bars(3), 2, &mut seeded(8));
    assert!(losses.iter().all(|loss| (loss - 12.0 * 2_f64.ln()).abs() < 1e-5), "{losses:?}");
    let encoded = model.encode(&bars(3));
    assert!(encoded.means.iter().chain(&encoded.log_variances).all(|x| x.abs() < 1e-12) && encoded.means.len() == 6);
}

fn trained(seed: u64, lanes: Lanes) -> Vec<u32> {
    let images = bars(60);
    let mut rng = seeded(seed);
    let mut model = Vae::new(&config(Pixels::Bernoulli), &mut rng);
    model.graph.use_lanes(lanes);
    model.fit(&images, &recipe(40), &mut rng).expect("it converges");
    let mut samples = Vec::new();
    model.sample(7, Decoding::Mean, &mut rng, &mut samples);
    model.weights().into_iter().chain(samples).map(f32::to_bits).collect()
}

#[test]
fn bytes_depend_neither_on_machine_nor_on_threads_nor_on_vectors() {
    hold_bytes(0x07ea_a20c_f3fd_8bd2, trained);
}

#[test]
fn divergence_is_an_error() {
    let mut model = Vae::new(&config(Pixels::Bernoulli), &mut seeded(8));
    let wild = Recipe { optimiser: Optimiser::Sgd { rate: 1e30, momentum: 0.9 }, ..recipe(100) };
    assert!(model.fit(&bars(50), &wild, &mut seeded(9)).is_err());
}

fn trace<T: Real>(pixels: Pixels) -> Vec<f64> {
    let (mut graph, nodes) = assemble::<T>(&Config { latent: 3, beta: 0.7, ..config(pixels) }, &mut seeded(1));
    graph.resize(20);
    traces::run(&mut graph, Optimiser::adam(1e-2), Schedule::default(), |graph, step| {
        graph.value_mut(nodes.input).copy_from_slice(&traces::scaled(0.5, 0.5, 240, step));
        graph.value_mut(nodes.noise).copy_from_slice(&traces::scaled(0.0, 1.5, 60, step + 100));
    })
}

#[test]
fn training_agrees_with_pytorch() {
    for (name, pixels) in [("vae_bernoulli", Pixels::Bernoulli), ("vae_gaussian", Pixels::Gaussian { deviation: 0.4 })] {
        traces::hold(name, &trace::<f64>(pixels), &trace::<f32>(pixels));
    }
}
