//! Diffusions of digits that are told classes: an image keeps the class that it was asked for, and is handed on with it, whatever it shows.
//!
//! Classes are asked for as often as the truth has them. What one hands on is pushed towards its class as the sampling says; it is judged by images
//! of which the class alone is asked for, as every model here is judged by its own law.

use super::centroids;
use super::digits::{Digits, class_of};
use super::fits::{Trainer, Weights};
use super::images::{Depicts, ImageGauge, Pictures};
use super::painter::{scaled, unscale};
use super::pixels::{CLASSES, Image, PIXELS, Shown};
use super::recipe::Architecture;
use super::scatter::diffusion_config;
use crate::random::{Rng, Streams};
use crate::sim::chain::{Assessment, RealDraw, Start, Unfit, Visible};
use crate::sim::learner::{Learner, Weighted};
use crate::sim::samples::Twin;
use crate::sim::world::{self, Centred, Judged, Placed, Screens, World};
use crate::sim::{Model, Sampling, Setup, Synthesis};
use net::diffusion::{Config, Diffusion, Sampler};
use net::field::{Condition, Guidance, Shape};

/// How often training hides the class.
///
/// # Source
/// Alemohammad et al. (2023), section 3.2.
const HIDDEN: f64 = 0.1;

/// Images of digits with the classes that they are given.
#[derive(Debug, Clone)]
pub struct Named(Digits);

impl World for Named {
    type Example = Shown;

    fn begin(&mut self, _: &Streams) {}

    fn real(&mut self, draw: RealDraw, n: u64, rng: &mut Rng, out: &mut Vec<Shown>) {
        let start = out.len();
        out.extend((0..n).map(|_| *self.0.draw(rng)));
        if let (RealDraw::First, Some(screen)) = (draw, &mut self.0.screen) {
            screen.begin(&images(&out[start..]));
        }
    }
}

impl Judged for Named {
    fn assess(&self, shown: &Shown) -> Assessment {
        self.0.assess(&shown.image)
    }
}

impl world::Shown for Named {
    fn visible(&self, shown: &Shown) -> Visible {
        world::Shown::visible(&self.0, &shown.image)
    }
}

impl Placed for Named {
    fn apart(&self, a: &Shown, b: &Shown) -> f64 {
        self.0.apart(&a.image, &b.image)
    }
}

fn images(shown: &[Shown]) -> Vec<Image> {
    shown.iter().map(|one| one.image).collect()
}

/// The nearest centroid of the class that was asked for.
impl Centred for Named {
    fn mended(&self, shown: &Shown, centroids: u32) -> Shown {
        let (all, each) = (centroids::centroids(centroids), centroids as usize);
        let own = &all[each * shown.class..each * (shown.class + 1)];
        Shown { image: own[centroids::nearest(own, &shown.image)], ..*shown }
    }
}

/// By the classes that were asked for.
impl Screens for Named {
    fn likings(&mut self, made: &[Shown], rng: &mut Rng) -> Option<(Vec<usize>, Vec<f32>)> {
        let likings = self.0.screen.as_mut()?.likings(&images(made), rng)?;
        Some((made.iter().map(|one| one.class).collect(), likings))
    }
}

impl Pictures for Named {
    fn digits(&self) -> &Digits {
        &self.0
    }
}

/// Diffusions of one shape that are told classes.
#[derive(Clone)]
pub struct Guided {
    trainer: Trainer<Diffusion>,
    /// Probability with which each class is asked for.
    law: [f64; CLASSES],
    /// Steps of the sampler.
    steps: usize,
    /// How strongly what is handed on is pushed towards its class.
    weight: f64,
}

/// The twin of a setup; `None` for another truth, model, synthesis or sampling.
#[must_use]
pub fn twin(setup: &Setup) -> Option<Twin<Named, Guided, ImageGauge>> {
    let Model::Network(network) = &setup.model else { return None };
    let Architecture::Diffusion { hidden, noise_steps, sampling_steps, classes: true } = network.architecture else { return None };
    let weight = match setup.sampling {
        Sampling::Unbiased => 0.0,
        Sampling::Guidance { weight } => weight,
        _ => return None,
    };
    if setup.synthesis != Synthesis::Examples {
        return None;
    }
    let digits = Digits::of(setup)?;
    let learner = Guided {
        trainer: Trainer::new(config(hidden, noise_steps), network.recipe.clone()),
        law: digits.law,
        steps: sampling_steps,
        weight,
    };
    Some(Twin::new(Named(digits), learner, ImageGauge::default()))
}

/// A diffusion of images that is told classes.
fn config(hidden: usize, noise_steps: usize) -> Config {
    let plain = diffusion_config(PIXELS, hidden, noise_steps, 1.0);
    Config { shape: Shape { condition: Some(Condition { classes: CLASSES, dropout: HIDDEN }), ..plain.shape }, ..plain }
}

impl Guided {
    /// `n` images with the classes asked for, which are drawn first; images are made class by class and put where their class was drawn.
    fn made(&mut self, from: &Weights<Diffusion>, n: usize, strength: f64, rng: &mut Rng) -> Vec<Shown> {
        let mut out: Vec<Shown> = (0..n).map(|_| Shown { image: [0.0; PIXELS], class: class_of(&self.law, rng) }).collect();
        let (network, sampler) = (self.trainer.network(from), Sampler::Deterministic { steps: self.steps });
        let mut pixels = Vec::new();
        for class in 0..CLASSES {
            let of_class = || out.iter().filter(|shown| shown.class == class).count();
            let guidance = Guidance { class: class as u16, strength };
            network.sample(of_class(), sampler, Some(guidance), rng, &mut pixels);
            unscale(&mut pixels);
            let places = out.iter_mut().filter(|shown| shown.class == class);
            places.zip(pixels.as_chunks().0).for_each(|(shown, image)| shown.image = *image);
        }
        out
    }
}

impl Learner<Named> for Guided {
    type Fitted = Weights<Diffusion>;
    const FIT_DRAWS: bool = true;
    const WARM: bool = true;

    fn blank(&self) -> Weights<Diffusion> {
        Weights::default()
    }

    fn fit(
        &mut self,
        _: &Named,
        training: Weighted<'_, Shown>,
        _: f64,
        start: Start<'_, Weights<Diffusion>>,
        rng: &mut Rng,
        out: &mut Weights<Diffusion>,
    ) -> Result<(), Unfit> {
        let rows = scaled(training.examples.iter().map(|shown| &shown.image));
        let classes: Vec<u16> = training.examples.iter().map(|shown| shown.class as u16).collect();
        self.trainer.train(classes.len(), start, rng, out, |network, recipe, rng| network.fit(&rows, Some(&classes), recipe, rng))
    }

    fn synthetic(&mut self, _: &mut Named, from: &Weights<Diffusion>, n: u64, rng: &mut Rng, out: &mut Vec<Shown>) {
        out.append(&mut self.made(from, n as usize, self.weight, rng));
    }
}

impl Depicts<Named> for Guided {
    fn mark(from: &Weights<Diffusion>) -> u64 {
        from.mark
    }

    fn depict(&mut self, from: &Weights<Diffusion>, n: usize, rng: &mut Rng, out: &mut Vec<Image>) {
        out.extend(self.made(from, n, 0.0, rng).iter().map(|shown| shown.image));
    }

    fn losses(&mut self, _: &Weights<Diffusion>, _: &[Image], _: &mut Rng) -> Option<Vec<f64>> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::trained::{Begin, Length, Recipe};
    use rand::SeedableRng;

    #[test]
    fn an_image_shows_the_class_that_it_was_asked_for_and_more_so_when_guided() {
        let digits = Digits::weighing(&[]);
        let recipe = Recipe { length: Length::Steps(4000), batch: 64, rate: 1e-3, start: Begin::Anew };
        let mut learner = Guided { trainer: Trainer::new(config(192, 100), recipe), law: digits.law, steps: 25, weight: 0.0 };
        let (mut world, mut rng) = (Named(digits), Rng::seed_from_u64(1));
        let mut real = Vec::new();
        world.real(RealDraw::First, 400, &mut rng, &mut real);
        let mut fitted = Weights::default();
        let training = Weighted { examples: &real, weights: None };
        learner.fit(&world, training, 1.0, Start::Anew, &mut rng, &mut fitted).expect("it converges");
        let mut right = |strength: f64| {
            let made = learner.made(&fitted, 500, strength, &mut Rng::seed_from_u64(2));
            made.iter().filter(|shown| world.0.pixels().nearest(&shown.image).0 == shown.class).count()
        };
        let (asked, guided) = (right(0.0), right(2.0));
        // By chance fifty of them would.
        assert!(asked > 250 && guided > asked, "{asked} {guided}");
    }
}
