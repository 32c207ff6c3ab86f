//! Logistic regression of two classes on inputs that are labelled again and again: the exact shortcut, labels counted input by input.
//!
//! A batch is, for each of the first inputs, how often it was labelled and how often with label 1, so that a generation costs the same
//! however many went before. Inputs that come later (fresh real ones, those of a growing set) are kept as they are.

use super::classes::{Coefficients, Labelled};
use super::labels::LabelLaw;
use super::log_loss::{Columns, Tally};
use super::logistic::{self, LogisticTwin};
use crate::random::{Rng, Streams};
use crate::sim::chain::{Chain, Reading, RealDraw, Start, Unfit};
use crate::sim::kernel_exp::exp;
use crate::sim::vectors::widest;
use crate::sim::world::{Classified, World};
use crate::sim::{Inputs, Setup, Synthesis};
use crate::taxonomy::Metric;

/// The shortcut.
#[derive(Clone)]
pub struct Relabelled<const D: usize> {
    twin: LogisticTwin<D>,
    law: LabelLaw,
    /// First inputs.
    size: usize,
    first: Columns,
    /// Of which classes they came.
    own: Vec<usize>,
    /// Memory: log odds, new real examples, a training set that holds later inputs too.
    odds: Vec<f64>,
    drawn: Vec<Labelled<D>>,
    whole: (Columns, Tally),
}

/// Labels of the first inputs, and later inputs with theirs.
#[derive(Debug, Clone)]
pub struct Counted<const D: usize> {
    tally: Tally,
    later: Vec<(Labelled<D>, f64)>,
}

impl<const D: usize> Relabelled<D> {
    /// The chain of a setup; `None` unless two classes of points are told apart on reused inputs.
    #[must_use]
    pub fn of(setup: &Setup) -> Option<Self> {
        if !matches!(setup.synthesis, Synthesis::Labels { inputs: Inputs::Reused, .. }) {
            return None;
        }
        let (twin, law) = (logistic::twin::<D>(setup)?, LabelLaw::of(setup)?);
        let (size, first) = (setup.samples.at(1, setup.generations) as usize, Columns::new(twin.world.dimension()));
        let is_of_two = twin.world.classes() == 2;
        is_of_two.then(|| Self {
            twin,
            law,
            size,
            first,
            own: Vec::new(),
            odds: Vec::new(),
            drawn: Vec::new(),
            whole: (Columns::default(), Tally::default()),
        })
    }
}

/// Turns log odds of label 1 into chances of label 0, all at once.
fn chances_of_zero(temperature: f64, odds: &mut [f64]) {
    widest(
        #[inline(always)]
        || {
            for z in odds {
                let cold = *z / temperature;
                let power = exp(-cold.abs());
                let larger = 1.0 / (1.0 + power);
                *z = if cold > 0.0 { power * larger } else { larger };
            }
        },
    );
}

impl<const D: usize> Chain for Relabelled<D> {
    type Batch = Counted<D>;
    type Fitted = Coefficients;

    fn begin(&mut self, streams: &Streams) {
        self.twin.begin(streams);
        self.first.clear();
        self.own.clear();
    }

    fn empty(&self) -> Counted<D> {
        Counted { tally: Tally::empty(self.size), later: Vec::new() }
    }

    fn clear(&self, batch: &mut Counted<D>) {
        batch.tally.clear();
        batch.later.clear();
    }

    fn blank(&self) -> Coefficients {
        self.twin.blank()
    }

    fn real(&mut self, draw: RealDraw, n: u64, rng: &mut Rng, out: &mut Counted<D>) {
        self.drawn.clear();
        self.twin.world.real(draw, n, rng, &mut self.drawn);
        match draw {
            RealDraw::First => {
                for (place, example) in self.drawn.iter().enumerate() {
                    self.first.push(self.twin.world.input(example));
                    self.own.push(example.own);
                    out.tally.note(place, example.class, 1.0);
                }
            }
            RealDraw::Fresh => out.later.extend(self.drawn.iter().map(|example| (*example, 1.0))),
        }
    }

    fn synthetic(&mut self, from: &Coefficients, n: u64, rng: &mut Rng, out: &mut Counted<D>) {
        self.first.log_odds(from, &mut self.odds);
        if let Some(temperature) = self.law.plain_temperature() {
            chances_of_zero(temperature, &mut self.odds);
            out.tally.note_drawn(&self.odds[..self.odds.len().min(n as usize)], rng);
        } else {
            for (place, (odds, own)) in self.odds.iter().zip(&self.own).take(n as usize).enumerate() {
                out.tally.note(place, self.law.draw(&[0.0, *odds], *own, rng), 1.0);
            }
        }
        // The learner labels later inputs one by one, as its twin does.
        for place in self.size..n as usize {
            let example = self.twin.learner.labelled(&mut self.twin.world, from, place, rng);
            out.later.push((example, 1.0));
        }
    }

    fn add(&mut self, batch: &Counted<D>, weight: f64, into: &mut Counted<D>) {
        into.tally.add(&batch.tally, weight);
        into.later.extend(batch.later.iter().map(|(example, own)| (*example, weight * own)));
    }

    fn fit(&mut self, training: &Counted<D>, _: f64, _: Start<'_, Coefficients>, _: &mut Rng, out: &mut Coefficients) -> Result<(), Unfit> {
        if training.later.is_empty() {
            return self.twin.learner.fit_counts(&self.first, &training.tally, out);
        }
        let (columns, tally) = &mut self.whole;
        columns.clone_from(&self.first);
        tally.clone_from(&training.tally);
        for (example, weight) in &training.later {
            columns.push(self.twin.world.input(example));
            tally.push(example.class, *weight);
        }
        self.twin.learner.fit_counts(columns, tally, out)
    }

    fn read(&mut self, fitted: &Coefficients, metric: Metric, rng: &mut Rng) -> Reading {
        self.twin.read(fitted, metric, rng)
    }

    fn location(&self, fitted: &Coefficients, out: &mut Vec<f64>) {
        out.clone_from(fitted);
    }
}
