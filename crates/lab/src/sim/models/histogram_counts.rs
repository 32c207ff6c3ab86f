//! Histograms by counts: the exact shortcut. A fit sees of a point only in which bin it lies, so a batch is a count per bin, drawn
//! multinomially, and of what lies outside the range; a generation costs the same for any number of points.

use super::histogram::{self, HistogramTwin};
use super::urn::Urn;
use crate::random::{Rng, Streams};
use crate::sim::chain::{Chain, Reading, RealDraw, Start, Unfit};
use crate::sim::{Capacity, Setup};
use crate::taxonomy::Metric;

/// The shortcut.
#[derive(Clone)]
pub struct Bins {
    twin: HistogramTwin,
    urn: Urn,
    /// The truth's masses of the bins and, last, of what lies outside.
    truth: Vec<f64>,
    /// Memory: the masses that synthetic points have there.
    masses: Vec<f64>,
}

impl Bins {
    /// The chain of a setup; `None` as for the twin, or where the number of bins grows.
    #[must_use]
    pub fn of(setup: &Setup) -> Option<Self> {
        if setup.capacity != Capacity::Fixed {
            return None;
        }
        let twin = histogram::twin(setup)?;
        let mut truth = Vec::new();
        twin.learner.masses_of_truth(&twin.world, &mut truth);
        Some(Self { twin, urn: Urn::default(), truth, masses: Vec::new() })
    }
}

impl Chain for Bins {
    type Batch = Vec<f64>;
    type Fitted = Vec<f64>;

    fn begin(&mut self, streams: &Streams) {
        self.twin.begin(streams);
    }

    fn empty(&self) -> Vec<f64> {
        vec![0.0; self.truth.len()]
    }

    fn clear(&self, batch: &mut Vec<f64>) {
        batch.fill(0.0);
    }

    fn blank(&self) -> Vec<f64> {
        self.twin.blank()
    }

    fn real(&mut self, _: RealDraw, n: u64, rng: &mut Rng, out: &mut Vec<f64>) {
        self.urn.multinomial(&self.truth, n, rng, out);
    }

    fn synthetic(&mut self, from: &Vec<f64>, n: u64, rng: &mut Rng, out: &mut Vec<f64>) {
        self.twin.learner.masses_of_samples(from, &mut self.masses);
        self.urn.multinomial(&self.masses, n, rng, out);
    }

    fn add(&mut self, batch: &Vec<f64>, weight: f64, into: &mut Vec<f64>) {
        into.iter_mut().zip(batch).for_each(|(i, b)| *i += weight * b);
    }

    fn fit(&mut self, training: &Vec<f64>, _: f64, _: Start<'_, Vec<f64>>, _: &mut Rng, out: &mut Vec<f64>) -> Result<(), Unfit> {
        let bins = &training[..training.len() - 1];
        let inside: f64 = bins.iter().sum();
        if inside <= 0.0 {
            return Err(if training[bins.len()] > 0.0 { Unfit::Degenerate } else { Unfit::TooFewSamples });
        }
        out.clear();
        out.extend(bins.iter().map(|count| count / inside));
        Ok(())
    }

    fn read(&mut self, fitted: &Vec<f64>, metric: Metric, rng: &mut Rng) -> Reading {
        self.twin.read(fitted, metric, rng)
    }

    fn location(&self, fitted: &Vec<f64>, out: &mut Vec<f64>) {
        self.twin.location(fitted, out);
    }
}
