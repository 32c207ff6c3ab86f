//! What is read of a learner of passages: its loss on held-out ones, and the characters and stretches of passages that it writes.

use super::book::{Book, Passage, Passages, grams, rarest};
use super::halves;
use crate::random::Rng;
use crate::sim::chain::{Reading, Steps};
use crate::sim::learner::Learner;
use crate::sim::samples::{Gauge, Twin};
use crate::taxonomy::Metric;
use std::collections::BTreeSet;

/// Passages written for every reading.
const WRITTEN: usize = 128;
/// Passages shown of a generation.
const SHOWN: usize = 2;

/// The metrics of texts.
#[must_use]
pub fn defined() -> Vec<Metric> {
    vec![
        Metric::NegativeLogLikelihood,
        Metric::Entropy,
        Metric::SupportSize,
        Metric::TailCoverage,
        Metric::TailCoverageWide,
        Metric::MassOutside,
        Metric::DistinctShare,
    ]
}

/// A learner of passages.
pub trait Writes: Learner<Passages> {
    /// A number that tells fits apart.
    fn mark(from: &Self::Fitted) -> u64;

    /// Appends `n` passages as the fit has them, whatever the sampling of the setup.
    fn write(&mut self, from: &Self::Fitted, n: usize, rng: &mut Rng, out: &mut Vec<Passage>);

    /// Nats per character of each passage.
    fn losses(&mut self, from: &Self::Fitted, passages: &[Passage]) -> Vec<f64>;
}

/// The gauge of passages.
#[derive(Debug, Clone, Default)]
pub struct TextGauge {
    mark: Option<u64>,
    written: Vec<Passage>,
}

impl<L: Writes> Gauge<Passages, L> for TextGauge {
    const DRAWS: bool = true;
    const STEPS: Steps<Twin<Passages, L, Self>> = Steps::of_examples().judged();

    fn begin(&mut self, _: &Passages, _: &crate::random::Streams) {
        self.mark = None;
    }

    fn read(&mut self, world: &mut Passages, learner: &mut L, fitted: &L::Fitted, metric: Metric, rng: &mut Rng) -> Reading {
        if metric == Metric::NegativeLogLikelihood {
            return halves::mean(&learner.losses(fitted, &world.text.held_out));
        }
        let mark = L::mark(fitted);
        if self.mark != Some(mark) {
            self.written.clear();
            learner.write(fitted, WRITTEN, rng, &mut self.written);
            self.mark = Some(mark);
        }
        halves::of_examples(&self.written, |passages| read(world.text, passages, metric))
    }

    fn location(&self, world: &Passages, _: &L, _: &L::Fitted, out: &mut Vec<f64>) {
        out.clone_from(&world.text.law);
    }

    fn show(&self, world: &Passages, learner: &mut L, fitted: &L::Fitted, rng: &mut Rng) -> Vec<String> {
        let mut passages = Vec::new();
        learner.write(fitted, SHOWN, rng, &mut passages);
        passages.iter().map(|passage| world.text.written(passage)).collect()
    }
}

fn read(text: &Book, passages: &[Passage], metric: Metric) -> Option<f64> {
    let windows = || passages.iter().flat_map(grams);
    let count = windows().count() as f64;
    Some(match metric {
        Metric::Entropy => law(text, passages).iter().filter(|p| **p > 0.0).map(|p| -p * p.ln()).sum(),
        Metric::SupportSize => law(text, passages).iter().filter(|p| **p > 0.0).count() as f64,
        Metric::TailCoverage => coverage(text, &law(text, passages), 0.01),
        Metric::TailCoverageWide => coverage(text, &law(text, passages), 0.05),
        Metric::MassOutside => windows().filter(|window| !text.has(window)).count() as f64 / count,
        Metric::DistinctShare => windows().collect::<BTreeSet<_>>().len() as f64 / count,
        _ => return None,
    })
}

/// Shares of the characters.
fn law(text: &Book, passages: &[Passage]) -> Vec<f64> {
    let mut law = vec![0.0; text.letters.len()];
    let total = passages.iter().flatten().count() as f64;
    passages.iter().flatten().for_each(|rank| law[usize::from(*rank)] += 1.0 / total);
    law
}

/// Share of the text's rarest characters that is still written, character by character.
fn coverage(text: &Book, own: &[f64], mass: f64) -> f64 {
    let law = &text.law;
    let tail = rarest(law, mass);
    tail.iter().map(|place| own[*place].min(law[*place])).sum::<f64>() / tail.iter().map(|place| law[*place]).sum::<f64>()
}
