//! The world of labelled digits: images of the pool with a label each, in one colour or in two.
//!
//! A label is the class of the digit, or with a stated chance another one; the colour, which is the group, follows the label. Two colours are two
//! planes of pixels, of which one is black.

use super::digits::Digits;
use super::pixels::{CLASSES, PIXELS, Shown};
use super::told::{Question, Told, is_rare};
use crate::random::{Rng, Streams};
use crate::sim::chain::{Assessment, RealDraw, Visible};
use crate::sim::models::labels::another;
use crate::sim::world::{self, Grouped, Judged, World};
use crate::sim::{Inputs, Reference, Setup, Synthesis, Truth};
use rand::RngExt;

/// Pixels of both planes.
pub const BOTH: usize = 2 * PIXELS;

/// An image with its label.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drawing {
    /// Both planes, one after the other; the second is empty where there is one colour.
    pub pixels: [f32; BOTH],
    /// The colour: 0 or 1.
    pub group: usize,
    /// The class of what it shows.
    pub shows: usize,
    /// The class that it is given.
    pub class: usize,
    /// The class that it came with.
    pub own: usize,
}

/// Labelled images of digits.
#[derive(Debug, Clone)]
pub struct Drawings {
    digits: Digits,
    /// The class of each digit.
    of: Vec<usize>,
    /// Probability of each class.
    shares: Vec<f64>,
    flipped: f64,
    /// Chance of the second colour for each label; empty for one colour.
    colour: Vec<f64>,
    inputs: Inputs,
    reference: Reference,
    first: Vec<Drawing>,
}

impl Drawings {
    /// The world of a setup; `None` for another truth.
    #[must_use]
    pub fn of(setup: &Setup) -> Option<Self> {
        let inputs = match setup.synthesis {
            Synthesis::Labels { inputs, .. } => inputs,
            Synthesis::Examples => Inputs::Fresh,
        };
        Some(Self { inputs, reference: setup.reference(), ..Self::of_truth(&setup.truth)? })
    }

    /// The world of a truth, its inputs drawn anew; `None` for another one.
    #[must_use]
    pub fn of_truth(truth: &Truth) -> Option<Self> {
        let Truth::LabelledDigits { weights, classes: of, flipped, colour } = truth else { return None };
        Some(Self {
            digits: Digits::weighing(weights),
            of: of.clone(),
            shares: Self::shares_of(truth)?,
            flipped: *flipped,
            colour: colour.clone(),
            inputs: Inputs::Fresh,
            reference: Reference::MostLikely,
            first: Vec::new(),
        })
    }

    /// Probability of each class of a truth; `None` for another one.
    #[must_use]
    pub fn shares_of(truth: &Truth) -> Option<Vec<f64>> {
        let Truth::LabelledDigits { weights, classes, .. } = truth else { return None };
        let law = Digits::weighing(weights).law;
        let share = |class: usize| (0..CLASSES).filter(|digit| classes[*digit] == class).map(|digit| law[digit]).sum();
        Some((0..=*classes.iter().max()?).map(share).collect())
    }

    /// Number of colours.
    #[must_use]
    pub fn colours(&self) -> usize {
        if self.colour.is_empty() { 1 } else { 2 }
    }

    fn draw(&self, rng: &mut Rng) -> Drawing {
        let shown = self.digits.draw(rng);
        let shows = self.of[shown.class];
        let is_flipped = self.flipped > 0.0 && rng.random::<f64>() < self.flipped;
        let own = if is_flipped { another(shows, self.shares.len(), rng) } else { shows };
        let group = self.colour.get(own).map_or(0, |chance| usize::from(rng.random::<f64>() < *chance));
        Drawing { pixels: painted(shown, group), group, shows, class: own, own }
    }

    /// How likely each cell of a class with a colour is: classes first, of each its colours.
    #[must_use]
    pub fn cells(&self) -> Vec<f64> {
        let of = |class: usize| self.chances(class).map(move |chance| self.shares[class] * chance);
        (0..self.shares.len()).flat_map(|class| of(class).into_iter().take(self.colours())).collect()
    }

    /// Chance of either colour for an image of a class.
    fn chances(&self, class: usize) -> [f64; 2] {
        let second = if self.colour.is_empty() { 0.0 } else { self.second(class) };
        [1.0 - second, second]
    }

    /// Chance of the second colour for an image of a class, whose label may be flipped.
    fn second(&self, class: usize) -> f64 {
        let others = (0..self.shares.len()).filter(|other| *other != class).map(|other| self.colour[other]).sum::<f64>();
        (1.0 - self.flipped) * self.colour[class] + self.flipped * others / (self.shares.len() - 1) as f64
    }
}

fn painted(shown: &Shown, group: usize) -> [f32; BOTH] {
    let mut pixels = [0.0; BOTH];
    pixels[group * PIXELS..][..PIXELS].copy_from_slice(&shown.image);
    pixels
}

impl World for Drawings {
    type Example = Drawing;

    fn begin(&mut self, _: &Streams) {
        self.first.clear();
    }

    fn real(&mut self, draw: RealDraw, n: u64, rng: &mut Rng, out: &mut Vec<Drawing>) {
        for _ in 0..n {
            let drawing = self.draw(rng);
            if draw == RealDraw::First && self.inputs == Inputs::Reused {
                self.first.push(drawing);
            }
            out.push(drawing);
        }
    }
}

impl Told for Drawings {
    fn classes(&self) -> usize {
        self.shares.len()
    }

    fn dimension(&self) -> usize {
        PIXELS * self.colours()
    }

    fn write(&self, drawing: &Drawing, out: &mut Vec<f32>) {
        out.extend_from_slice(&drawing.pixels[..self.dimension()]);
    }

    fn class(&self, drawing: &Drawing) -> usize {
        drawing.class
    }

    fn own(&self, drawing: &Drawing) -> usize {
        drawing.own
    }

    fn unlabelled(&mut self, place: usize, rng: &mut Rng) -> Drawing {
        self.first.get(place).copied().unwrap_or_else(|| self.draw(rng))
    }

    fn relabelled(&self, drawing: Drawing, class: usize) -> Drawing {
        Drawing { class, ..drawing }
    }

    fn shares(&self) -> Vec<f64> {
        self.shares.clone()
    }

    fn questions(&self) -> Vec<Question> {
        let mut questions = Vec::new();
        for (shown, weight) in self.digits.held_out() {
            let class = self.of[shown.class];
            for (group, chance) in self.chances(class).into_iter().enumerate().take(self.colours()) {
                let input = painted(shown, group)[..self.dimension()].to_vec();
                questions.push(Question { input, class, group, weight: weight * chance });
            }
        }
        questions
    }
}

impl Judged for Drawings {
    /// Correct is the class of what is shown, or the label that an image came with; the tail is the classes of less than an even share.
    fn assess(&self, drawing: &Drawing) -> Assessment {
        let correct = match self.reference {
            Reference::MostLikely => drawing.shows,
            Reference::Own => drawing.own,
        };
        Assessment { correct: drawing.class == correct, tail: is_rare(&self.shares, drawing.shows) }
    }
}

impl world::Shown for Drawings {
    fn visible(&self, drawing: &Drawing) -> Visible {
        Visible::Category(drawing.class)
    }
}

impl Grouped for Drawings {
    /// The class with its group: classes first, of each its colours.
    fn category(&self, drawing: &Drawing) -> usize {
        drawing.class * self.colours() + drawing.group
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    fn world(flipped: f64, colour: Vec<f64>) -> Drawings {
        let of = vec![1, 1, 1, 1, 1, 0, 0, 0, 0, 0];
        let (inputs, reference) = (Inputs::Fresh, Reference::MostLikely);
        Drawings { digits: Digits::weighing(&[]), of, shares: vec![0.5, 0.5], flipped, colour, inputs, reference, first: Vec::new() }
    }

    #[test]
    fn labels_and_colours_come_as_often_as_is_said() {
        let mut world = world(0.05, vec![0.7, 0.3]);
        let mut drawn = Vec::new();
        world.real(RealDraw::First, 20_000, &mut Rng::seed_from_u64(1), &mut drawn);
        let share = |counts: &dyn Fn(&Drawing) -> bool, of: &dyn Fn(&Drawing) -> bool| {
            let all = drawn.iter().filter(|one| of(one)).count() as f64;
            drawn.iter().filter(|one| of(one) && counts(one)).count() as f64 / all
        };
        // Four deviations of shares of ten thousand or more.
        assert!((share(&|one| one.own != one.shows, &|_| true) - 0.05).abs() < 0.0062);
        assert!((share(&|one| one.group == 1, &|one| one.own == 0) - 0.7).abs() < 0.0185);
        assert!((share(&|one| one.group == 1, &|one| one.shows == 1) - world.second(1)).abs() < 0.0185);
        let lit = |one: &Drawing, group: usize| one.pixels[group * PIXELS..][..PIXELS].iter().any(|pixel| *pixel > 0.0);
        assert!(drawn.iter().all(|one| lit(one, one.group) && !lit(one, 1 - one.group)));
    }

    #[test]
    fn questions_weigh_what_the_truth_says() {
        let world = world(0.05, vec![0.7, 0.3]);
        let questions = world.questions();
        assert_eq!(questions.len(), 600);
        let weight = |counts: &dyn Fn(&Question) -> bool| questions.iter().filter(|one| counts(one)).map(|one| one.weight).sum::<f64>();
        assert!((weight(&|_| true) - 1.0).abs() < 1e-9);
        assert!((weight(&|one| one.class == 0) - 0.5).abs() < 1e-9);
        assert!((weight(&|one| one.class == 0 && one.group == 1) - 0.5 * (0.95 * 0.7 + 0.05 * 0.3)).abs() < 1e-9);
        let cells = world.cells();
        assert!(
            (cells[1] - 0.5 * 0.68).abs() < 1e-9 && (cells[2] - 0.5 * 0.68).abs() < 1e-9 && (cells.iter().sum::<f64>() - 1.0).abs() < 1e-9
        );
        let grey = Drawings { colour: Vec::new(), ..world };
        assert_eq!((grey.questions().len(), grey.cells()), (300, vec![0.5, 0.5]));
    }
}
