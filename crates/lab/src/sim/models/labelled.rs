//! The world of labelled points: isotropic Gaussian components, each of a class, in at most D coordinates.
//!
//! One world for every classifier and for every model of labelled points. Takes a setup and gives inputs with the class they came with,
//! what is the most likely class, and where the least likely inputs lie.

use super::classes::{Classes, Labelled};
use super::points::Points;
use crate::random::{Rng, Streams};
use crate::sim::chain::{Assessment, RealDraw, Visible};
use crate::sim::world::{Classified, Invents, Judged, Shown, World};
use crate::sim::{Curation, Inputs, Reference, Setup, Synthesis, TailView, Truth};

/// A truth that makes labelled points.
#[derive(Debug, Clone)]
pub struct LabelledPoints<const D: usize> {
    /// Components with their classes.
    pub law: Classes<D>,
    /// The inputs by themselves.
    pub points: Points<D>,
    inputs: Inputs,
    reference: Reference,
    first: Vec<Labelled<D>>,
}

impl<const D: usize> LabelledPoints<D> {
    /// The world of a setup; `None` unless its truth makes labelled points of at most D coordinates.
    #[must_use]
    pub fn of(setup: &Setup) -> Option<Self> {
        let law = Classes::<D>::of(&setup.truth)?;
        let means = law.means.iter().map(|mean| mean[..law.dimension].to_vec()).collect();
        let deviations = vec![law.deviation; law.means.len()];
        let truth = Truth::GaussianMixture { weights: law.weights.clone(), means, deviations };
        let hides = |rule: &&Curation| matches!(rule, Curation::Verifier { tail: TailView::Blind, .. });
        // Where no verifier is blind to the tail, nobody asks where it lies.
        let curation = setup.curation.iter().filter(hides).cloned().collect();
        let points = Points::of(&Setup { truth, curation, metrics: Vec::new(), hitting: None, ..setup.clone() })?;
        let inputs = match setup.synthesis {
            Synthesis::Labels { inputs, .. } => inputs,
            Synthesis::Examples => Inputs::Fresh,
        };
        Some(Self { law, points, inputs, reference: setup.reference(), first: Vec::new() })
    }
}

impl<const D: usize> World for LabelledPoints<D> {
    type Example = Labelled<D>;

    fn begin(&mut self, streams: &Streams) {
        self.points.begin(streams);
        self.first.clear();
    }

    fn real(&mut self, draw: RealDraw, n: u64, rng: &mut Rng, out: &mut Vec<Labelled<D>>) {
        for _ in 0..n {
            let example = self.law.draw(rng);
            if draw == RealDraw::First && self.inputs == Inputs::Reused {
                self.first.push(example);
            }
            out.push(example);
        }
    }
}

impl<const D: usize> Classified for LabelledPoints<D> {
    fn classes(&self) -> usize {
        self.law.count
    }

    fn dimension(&self) -> usize {
        self.law.dimension
    }

    fn input<'a>(&'a self, example: &'a Labelled<D>) -> &'a [f64] {
        &example.x[..self.law.dimension]
    }

    fn class(&self, example: &Labelled<D>) -> usize {
        example.class
    }

    fn own(&self, example: &Labelled<D>) -> usize {
        example.own
    }

    fn relabelled(&self, example: Labelled<D>, class: usize) -> Labelled<D> {
        Labelled { class, ..example }
    }

    fn unlabelled(&mut self, place: usize, rng: &mut Rng) -> Labelled<D> {
        self.first.get(place).copied().unwrap_or_else(|| self.law.draw(rng))
    }
}

impl<const D: usize> Invents for LabelledPoints<D> {
    fn made(&self, input: &[f64], class: usize) -> Labelled<D> {
        let mut x = [0.0; D];
        x[..self.law.dimension].copy_from_slice(&input[..self.law.dimension]);
        Labelled { x, class, own: class }
    }
}

impl<const D: usize> Judged for LabelledPoints<D> {
    fn assess(&self, example: &Labelled<D>) -> Assessment {
        let tail = self.points.assess(&example.x).tail;
        let correct = match self.reference {
            Reference::MostLikely => self.law.best(&example.x),
            Reference::Own => example.own,
        };
        Assessment { correct: example.class == correct, tail }
    }
}

impl<const D: usize> Shown for LabelledPoints<D> {
    fn visible(&self, example: &Labelled<D>) -> Visible {
        Visible::Category(example.class)
    }
}
