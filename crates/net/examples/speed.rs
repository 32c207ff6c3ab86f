//! Prints the microseconds of a training step of three models: the best of ten rounds.
#![allow(clippy::print_stdout, reason = "printing is what the program is for")]

use net::mlp::{Mlp, Task};
use net::transformer::{Head, Text, Transformer};
use net::vae::{Pixels, Vae};
use net::{Activation, Recipe, Steps};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use std::time::Instant;

/// The shortest time of a step over ten rounds of `steps`, in microseconds.
fn best(steps: u32, mut round: impl FnMut(&Recipe)) -> f64 {
    let recipe = Recipe { steps: Steps::Fixed(steps), ..Recipe::default() };
    let mut time = || {
        let start = Instant::now();
        round(&recipe);
        start.elapsed().as_secs_f64() * 1e6 / f64::from(steps)
    };
    (0..10).map(|_| time()).fold(f64::INFINITY, f64::min)
}

fn mlp(rng: &mut Xoshiro256PlusPlus) -> f64 {
    let config = net::mlp::Config { inputs: 2, hidden: vec![128, 128], outputs: 2, activation: Activation::Relu, task: Task::Values };
    let inputs: Vec<f32> = (0..2000).map(|_| rng.random()).collect();
    let mut model = Mlp::new(&config, rng);
    best(200, |recipe| model.fit_values(&inputs, &inputs, None, &Recipe { batch: 128, ..*recipe }, rng).expect("it converges"))
}

fn vae(rng: &mut Xoshiro256PlusPlus) -> f64 {
    let config =
        net::vae::Config { inputs: 64, hidden: vec![128], latent: 8, activation: Activation::Relu, pixels: Pixels::Bernoulli, beta: 1.0 };
    let images: Vec<f32> = (0..64 * 500).map(|_| rng.random()).collect();
    let mut model = Vae::new(&config, rng);
    best(200, |recipe| model.fit(&images, recipe, rng).expect("it converges"))
}

fn transformer(rng: &mut Xoshiro256PlusPlus) -> f64 {
    let config = net::transformer::Config { vocabulary: 70, context: 64, width: 64, blocks: 2, heads: 4, hidden: 256, head: Head::Own };
    let stream: Vec<u16> = (0..20_000).map(|_| rng.random_range(0..70)).collect();
    let mut model = Transformer::new(&config, rng);
    best(10, |recipe| model.fit(Text::Stream(&stream), &Recipe { batch: 16, ..*recipe }, rng).expect("it converges"))
}

fn main() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
    println!("MLP 2-128-128-2, batch 128: {:.0} us", mlp(&mut rng));
    println!("VAE 64-128-8-128-64, batch 64: {:.0} us", vae(&mut rng));
    println!("transformer of width 64, two blocks, four heads, context 64, batch 16: {:.0} us", transformer(&mut rng));
}
