//! The world of digits: images drawn from the shipped pool, class by class.

use super::pixels::{CLASSES, Image, Pixels, pixels};
use crate::random::{Rng, Streams};
use crate::sim::chain::{Assessment, RealDraw, Visible};
use crate::sim::world::{Grouped, Judged, Shown, World};
use crate::sim::{Setup, Truth};
use rand::RngExt;

/// Images of digits, of each class as often as its weight says.
#[derive(Debug, Clone)]
pub struct Digits {
    /// Probability of each class.
    pub law: [f64; CLASSES],
    /// Places of the pool by class.
    places: Vec<Vec<usize>>,
}

impl Digits {
    /// The world of a setup; `None` for another truth.
    #[must_use]
    pub fn of(setup: &Setup) -> Option<Self> {
        let Truth::Digits { weights } = &setup.truth else { return None };
        let mut law = [1.0; CLASSES];
        if !weights.is_empty() {
            law.iter_mut().zip(weights).for_each(|(share, weight)| *share = *weight);
        }
        let total: f64 = law.iter().sum();
        law.iter_mut().for_each(|share| *share /= total);
        let mut places = vec![Vec::new(); CLASSES];
        pixels().pool.iter().enumerate().for_each(|(place, shown)| places[shown.class].push(place));
        Some(Self { law, places })
    }

    /// The images themselves.
    #[must_use]
    pub fn pixels(&self) -> &'static Pixels {
        pixels()
    }

    /// Whether a class has less than an even share.
    #[must_use]
    pub fn is_rare(&self, class: usize) -> bool {
        self.law[class] < (1.0 - 1e-9) / CLASSES as f64
    }
}

impl World for Digits {
    type Example = Image;

    fn begin(&mut self, _: &Streams) {}

    fn real(&mut self, _: RealDraw, n: u64, rng: &mut Rng, out: &mut Vec<Image>) {
        for _ in 0..n {
            let mut left = rng.random::<f64>();
            let class = self.law.iter().position(|share| {
                left -= share;
                left < 0.0
            });
            let places = &self.places[class.unwrap_or(CLASSES - 1)];
            out.push(pixels().pool[places[rng.random_range(0..places.len())]].image);
        }
    }
}

impl Judged for Digits {
    /// Correct is what lies no further from the pool than every held-out image does; the tail is the classes of less than an even share.
    fn assess(&self, image: &Image) -> Assessment {
        let (class, distance) = pixels().nearest(image);
        Assessment { correct: distance <= pixels().near[1], tail: self.is_rare(class) }
    }
}

impl Shown for Digits {
    fn visible(&self, image: &Image) -> Visible {
        Visible::Category(pixels().nearest(image).0)
    }
}

impl Grouped for Digits {
    fn category(&self, image: &Image) -> usize {
        pixels().nearest(image).0
    }
}
