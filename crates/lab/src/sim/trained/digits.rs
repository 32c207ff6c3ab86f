//! The world of digits: images drawn from the shipped pool, class by class.

use super::centroids;
use super::pixels::{CLASSES, Image, PIXELS, Pixels, Shown, distance_squared, pixels};
use super::screen::Screen;
use super::told::{Question, Told};
use crate::random::{Rng, Streams};
use crate::sim::chain::{Assessment, RealDraw, Visible};
use crate::sim::world::{self, Centred, Grouped, Judged, Placed, Screens, World};
use crate::sim::{Setup, Truth};
use rand::RngExt;

/// Images of digits, of each class as often as its weight says.
#[derive(Debug, Clone)]
pub struct Digits {
    /// Probability of each class.
    pub law: [f64; CLASSES],
    /// Places of the pool by class.
    places: Vec<Vec<usize>>,
    /// The discriminator, where generated images are screened.
    pub screen: Option<Screen>,
}

/// A class by its share.
pub fn class_of(law: &[f64; CLASSES], rng: &mut Rng) -> usize {
    let mut left = rng.random::<f64>();
    let found = law.iter().position(|share| {
        left -= share;
        left < 0.0
    });
    found.unwrap_or(CLASSES - 1)
}

impl Digits {
    /// The world of a setup; `None` for another truth.
    #[must_use]
    pub fn of(setup: &Setup) -> Option<Self> {
        let Truth::Digits { weights } = &setup.truth else { return None };
        Some(Self { screen: setup.screen().map(|_| Screen::default()), ..Self::weighing(weights) })
    }

    /// Images of digits that weigh so; of even ones where nothing is said.
    #[must_use]
    pub fn weighing(weights: &[f64]) -> Self {
        let mut law = [1.0; CLASSES];
        if !weights.is_empty() {
            law.iter_mut().zip(weights).for_each(|(share, weight)| *share = *weight);
        }
        let total: f64 = law.iter().sum();
        law.iter_mut().for_each(|share| *share /= total);
        let mut places = vec![Vec::new(); CLASSES];
        pixels().pool.iter().enumerate().for_each(|(place, shown)| places[shown.class].push(place));
        Self { law, places, screen: None }
    }

    /// An image of the pool, with what it shows.
    pub fn draw(&self, rng: &mut Rng) -> &'static Shown {
        let places = &self.places[class_of(&self.law, rng)];
        &pixels().pool[places[rng.random_range(0..places.len())]]
    }

    /// Every held-out image with its weight: that of its digit, shared evenly.
    pub fn held_out(&self) -> impl Iterator<Item = (&'static Shown, f64)> + '_ {
        let all = &pixels().held_out;
        let count = move |class: usize| all.iter().filter(|shown| shown.class == class).count() as f64;
        let each: [f64; CLASSES] = std::array::from_fn(|class| self.law[class] / count(class));
        all.iter().map(move |shown| (shown, each[shown.class]))
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

    fn real(&mut self, draw: RealDraw, n: u64, rng: &mut Rng, out: &mut Vec<Image>) {
        let start = out.len();
        out.extend((0..n).map(|_| self.draw(rng).image));
        if let (RealDraw::First, Some(screen)) = (draw, &mut self.screen) {
            screen.begin(&out[start..]);
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

impl world::Shown for Digits {
    fn visible(&self, image: &Image) -> Visible {
        Visible::Category(pixels().nearest(image).0)
    }
}

impl Placed for Digits {
    fn apart(&self, a: &Image, b: &Image) -> f64 {
        f64::from(distance_squared(a, b))
    }
}

impl Centred for Digits {
    fn mended(&self, image: &Image, centroids: u32) -> Image {
        let found = centroids::centroids(centroids);
        found[centroids::nearest(&found, image)]
    }
}

impl Screens for Digits {
    fn likings(&mut self, made: &[Image], rng: &mut Rng) -> Option<(Vec<usize>, Vec<f32>)> {
        let likings = self.screen.as_mut()?.likings(made, rng)?;
        Some((made.iter().map(|image| pixels().nearest(image).0).collect(), likings))
    }
}

impl Grouped for Digits {
    fn category(&self, image: &Image) -> usize {
        pixels().nearest(image).0
    }
}

/// What an image shows is told by its nearest neighbour in the pool: of real images always rightly, of others as an annotator would who knows the
/// pool by heart.
impl Told for Digits {
    fn classes(&self) -> usize {
        CLASSES
    }

    fn dimension(&self) -> usize {
        PIXELS
    }

    fn write(&self, image: &Image, out: &mut Vec<f32>) {
        out.extend_from_slice(image);
    }

    fn class(&self, image: &Image) -> usize {
        pixels().nearest(image).0
    }

    fn own(&self, image: &Image) -> usize {
        pixels().nearest(image).0
    }

    fn unlabelled(&mut self, _: usize, rng: &mut Rng) -> Image {
        self.draw(rng).image
    }

    fn relabelled(&self, image: Image, _: usize) -> Image {
        image
    }

    fn shares(&self) -> Vec<f64> {
        self.law.to_vec()
    }

    fn questions(&self) -> Vec<Question> {
        let of = |(shown, weight): (&Shown, f64)| Question { input: shown.image.to_vec(), class: shown.class, group: 0, weight };
        self.held_out().map(of).collect()
    }
}
