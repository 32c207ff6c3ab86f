use super::*;
use crate::determinism::hold_bytes;
use crate::field::Condition;
use crate::field::tests::{describe, shape, two_clouds};
use crate::graph::tests::seeded;
use crate::lanes::Lanes;
use crate::real::Real;
use crate::traces;
use crate::training::{Optimiser, Schedule, Shape as Falling, Steps};

fn recipe(steps: u32) -> Recipe {
    let schedule = Schedule { shape: Falling::Cosine, ..Schedule::default() };
    Recipe { steps: Steps::Fixed(steps), batch: 64, optimiser: Optimiser::adam(3e-3), schedule }
}

fn config(noise: Noise, condition: Option<Condition>) -> Config {
    Config { shape: shape(condition), steps: 50, noise, bound: Some(2.0) }
}

#[test]
fn both_samplers_and_schedules_give_two_clouds() {
    let (points, _) = two_clouds(1000);
    for noise in [Noise::Linear, Noise::Cosine] {
        let mut rng = seeded(1);
        let mut model = Diffusion::new(&config(noise, None), &mut rng);
        let before = model.loss(&points, None, 4, &mut seeded(2));
        model.fit(&points, None, &recipe(200), &mut rng).expect("it converges");
        let middle = model.loss(&points, None, 4, &mut seeded(2));
        model.fit(&points, None, &recipe(2000), &mut rng).expect("it converges");
        let after = model.loss(&points, None, 4, &mut seeded(2));
        assert!(after < middle && middle < 0.7 * before, "{before} {middle} {after}");
        for sampler in [Sampler::Ancestral, Sampler::Deterministic { steps: 50 }, Sampler::Deterministic { steps: 15 }] {
            let mut out = Vec::new();
            model.sample(1000, sampler, None, &mut rng, &mut out);
            let (first, distance, _) = describe(&out);
            // Points of the truth are 0.25 from their centre on average.
            assert!((first - 0.5).abs() < 0.12 && distance < 0.4, "{noise:?} {sampler:?} {first} {distance}");
        }
    }
}

#[test]
fn a_class_is_sampled_when_asked_for() {
    let (points, classes) = two_clouds(1000);
    let mut rng = seeded(3);
    let condition = Condition { classes: 2, dropout: 0.2 };
    let mut model = Diffusion::new(&config(Noise::Linear, Some(condition)), &mut rng);
    model.fit(&points, Some(&classes), &recipe(2000), &mut rng).expect("it converges");
    for (class, share) in [(0, 1.0), (1, 0.0)] {
        for strength in [0.0, 1.5] {
            let mut out = Vec::new();
            model.sample(300, Sampler::Ancestral, Some(Guidance { class, strength }), &mut rng, &mut out);
            let (first, distance, _) = describe(&out);
            assert!((first - share).abs() < 0.03 && distance < 0.5, "{first} {distance}");
        }
    }
    let mut out = Vec::new();
    model.sample(1000, Sampler::Ancestral, None, &mut rng, &mut out);
    assert!((describe(&out).0 - 0.5).abs() < 0.15);
}

fn bytes(seed: u64, lanes: Lanes) -> Vec<u32> {
    let mut rng = seeded(seed);
    let mut model = Diffusion::new(&config(Noise::Linear, None), &mut rng);
    model.field.graph_mut().use_lanes(lanes);
    model.fit(&two_clouds(100).0, None, &recipe(40), &mut rng).expect("it converges");
    let mut out = Vec::new();
    model.sample(20, Sampler::Ancestral, None, &mut rng, &mut out);
    model.weights().into_iter().chain(out).map(f32::to_bits).collect()
}

#[test]
fn bytes_depend_neither_on_machine_nor_on_threads_nor_on_vectors() {
    hold_bytes(0xdf88_0ad8_395c_82d4, bytes);
}

#[test]
fn a_warm_start_goes_on_and_divergence_is_an_error() {
    let points = two_clouds(200).0;
    let mut rng = seeded(4);
    let mut model = Diffusion::new(&config(Noise::Linear, None), &mut rng);
    model.fit(&points, None, &recipe(300), &mut rng).expect("it converges");
    let mut other = Diffusion::new(&config(Noise::Linear, None), &mut rng);
    other.set_weights(&model.weights());
    let before = other.loss(&points, None, 8, &mut seeded(5));
    other.fit(&points, None, &recipe(1000), &mut rng).expect("it converges");
    assert!(other.loss(&points, None, 8, &mut seeded(5)) < before);
    let wild = Recipe { optimiser: Optimiser::Sgd { rate: 1e30, momentum: 0.9 }, ..recipe(100) };
    assert!(other.fit(&points, None, &wild, &mut rng).is_err());
}

fn trace<T: Real>() -> Vec<f64> {
    let levels = Levels::new(Noise::Linear, 50);
    crate::field::tests::trace::<T>(|step, at, (clean, noise), (seen, answer)| {
        let place = usize::from(traces::tokens(16, 50, step + 200)[at]);
        let (of_clean, of_noise) = levels.mixture(place);
        for j in 0..2 {
            seen[j] = T::of(of_clean) * clean[j] + T::of(of_noise) * noise[j];
            answer[j] = noise[j];
        }
        levels.time(place)
    })
}

#[test]
fn training_agrees_with_pytorch() {
    traces::hold("diffusion", &trace::<f64>(), &trace::<f32>());
}
