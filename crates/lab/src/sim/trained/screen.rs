//! A discriminator that was taught once what is real: which generated images it likes best.
//!
//! It is a perceptron fitted to the first real set against as many images of the first model, and never again.
//!
//! # Source
//! Yi et al. (2025), section 5.2.

use super::pixels::{Image, PIXELS};
use crate::random::Rng;
use net::Activation;
use net::mlp::{Config, Mlp, Task};

/// Units of its hidden layer.
const HIDDEN: usize = 32;
/// Steps of its training.
const STEPS: u32 = 400;
/// Images of a step.
const BATCH: usize = 64;
/// Rate of Adam.
const RATE: f64 = 0.002;

/// The discriminator of a replicate.
#[derive(Debug, Clone, Default)]
pub struct Screen {
    real: Vec<Image>,
    judge: Option<Mlp>,
}

impl Screen {
    /// Starts a replicate with its first real set.
    pub fn begin(&mut self, real: &[Image]) {
        self.real = real.to_vec();
        self.judge = None;
    }

    /// How sure the discriminator is that each image is real: log odds. The first images that it sees are those of the first model. `None` where its
    /// training diverged.
    pub fn likings(&mut self, made: &[Image], rng: &mut Rng) -> Option<Vec<f32>> {
        if self.judge.is_none() {
            self.judge = Some(taught(&self.real, &made[..self.real.len().min(made.len())], rng)?);
        }
        let rows: Vec<f32> = made.iter().flatten().copied().collect();
        let logits = self.judge.as_mut()?.logits(&rows);
        Some(logits.as_chunks::<2>().0.iter().map(|[made, real]| real - made).collect())
    }
}

fn taught(real: &[Image], made: &[Image], rng: &mut Rng) -> Option<Mlp> {
    let config = Config { inputs: PIXELS, hidden: vec![HIDDEN], outputs: 2, activation: Activation::Relu, task: Task::Classes };
    let optimiser = net::Optimiser::adam(RATE);
    let recipe = net::Recipe { steps: net::Steps::Fixed(STEPS), batch: BATCH, optimiser, ..net::Recipe::default() };
    let rows: Vec<f32> = real.iter().chain(made).flatten().copied().collect();
    let labels: Vec<u16> = real.iter().map(|_| 1).chain(made.iter().map(|_| 0)).collect();
    let mut judge = Mlp::new(&config, rng);
    judge.fit(&rows, &labels, None, &recipe, rng).ok()?;
    Some(judge)
}

#[cfg(test)]
mod tests {
    use super::super::pixels::pixels;
    use super::*;
    use rand::{RngExt, SeedableRng};

    #[test]
    fn a_discriminator_likes_real_images_better_than_those_it_was_taught_to_tell_from_them() {
        let mut rng = Rng::seed_from_u64(1);
        let shown = &pixels().pool;
        let real: Vec<Image> = shown[..300].iter().map(|one| one.image).collect();
        let mut noisy = |from: &Image| -> Image { from.map(|pixel| (pixel + 0.3 * (rng.random::<f32>() - 0.5)).clamp(0.0, 1.0)) };
        let made: Vec<Image> = shown[300..900].iter().map(|one| noisy(&one.image)).collect();
        let mut screen = Screen::default();
        screen.begin(&real);
        let mut rng = Rng::seed_from_u64(2);
        let taught = screen.likings(&made, &mut rng).expect("it learns");
        // Unseen real images, by a judge that learns no more.
        let unseen: Vec<Image> = pixels().held_out.iter().map(|one| one.image).collect();
        let liked = screen.likings(&unseen, &mut rng).expect("it was taught");
        let above = |likings: &[f32]| likings.iter().filter(|x| **x > 0.0).count() as f64 / likings.len() as f64;
        assert!(above(&liked) > 0.8 && above(&taught) < 0.2, "{} {}", above(&liked), above(&taught));
        assert_eq!(taught, screen.likings(&made, &mut rng).expect("it was taught"));
        screen.begin(&real[..100]);
        assert_ne!(taught, screen.likings(&made, &mut rng).expect("it learns anew"));
    }
}
