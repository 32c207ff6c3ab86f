//! What a trajectory keeps and what can be told without looking into a model: which generations are recorded, when the
//! hitting condition first held, and how far the location moved since half the generation.

use super::chain::Chain;
use super::{Record, Setup};
use crate::random::Rng;
use crate::taxonomy::Metric;
use std::collections::BTreeMap;

/// The recorded generations of a setup, sorted, without repeats, within 1..=T.
#[must_use]
pub fn recorded(setup: &Setup) -> Vec<u32> {
    let Some(mut kept) = setup.record.listed() else { return (1..=setup.generations).collect() };
    kept.retain(|t| (1..=setup.generations).contains(t));
    kept.sort_unstable();
    kept.dedup();
    kept
}

/// Rows of which not every metric is asked.
fn partial(setup: &Setup, generations: &[u32]) -> BTreeMap<usize, Vec<usize>> {
    let Record::Beside { at, beside } = &setup.record else { return BTreeMap::new() };
    let asked = |t: &u32| {
        let here = |column: &usize| beside.iter().any(|(metric, others)| *metric == setup.metrics[*column] && others.contains(t));
        (0..setup.metrics.len()).filter(here).collect()
    };
    generations.iter().enumerate().filter(|(_, t)| !at.contains(t)).map(|(row, t)| (row, asked(t))).collect()
}

/// The memory of one run beside its trajectory.
#[derive(Clone)]
pub struct Recorder {
    generations: Vec<u32>,
    /// Rows of which only some metrics are asked, with these by their column.
    partial: BTreeMap<usize, Vec<usize>>,
    /// Generations whose location a later displacement needs, sorted, with their snapshots.
    halves: Vec<u32>,
    snapshots: Vec<Vec<f64>>,
    location: Vec<f64>,
    hit: Option<u32>,
}

impl Recorder {
    /// The memory that a setup needs.
    pub fn new(setup: &Setup) -> Self {
        let generations = recorded(setup);
        let mut halves: Vec<u32> = match setup.metrics.contains(&Metric::Displacement) {
            true => generations.iter().map(|t| t / 2).filter(|t| *t > 0).collect(),
            false => Vec::new(),
        };
        halves.dedup();
        let snapshots = vec![Vec::new(); halves.len()];
        let partial = partial(setup, &generations);
        Self { generations, partial, halves, snapshots, location: Vec::new(), hit: None }
    }

    /// Starts a replicate.
    pub fn begin(&mut self) {
        self.hit = None;
    }

    /// The position of a recorded generation.
    pub fn row(&self, generation: u32) -> Option<usize> {
        if self.generations.len() == self.generations.last().map_or(0, |t| *t as usize) {
            // Every generation up to the last recorded one is kept.
            return (generation as usize).checked_sub(1).filter(|row| *row < self.generations.len());
        }
        self.generations.binary_search(&generation).ok()
    }

    /// Whether a metric is asked at a row.
    pub fn asks(&self, row: usize, column: usize) -> bool {
        self.partial.get(&row).is_none_or(|columns| columns.contains(&column))
    }

    /// The position of a recorded generation of which every metric is asked.
    pub fn whole_row(&self, generation: u32) -> Option<usize> {
        self.row(generation).filter(|row| !self.partial.contains_key(row))
    }

    /// What is watched at every generation, recorded or not.
    pub fn watch<C: Chain>(&mut self, chain: &mut C, fitted: &C::Fitted, setup: &Setup, generation: u32, rng: &mut Rng) {
        if let (Some(event), None) = (&setup.hitting, self.hit) {
            let holds = chain.read(fitted, event.metric, rng).value().is_some_and(|value| value <= event.below);
            self.hit = holds.then_some(generation);
        }
        self.snapshot(chain, fitted, generation);
    }

    /// Keeps the location, where a later displacement needs it.
    pub fn snapshot<C: Chain>(&mut self, chain: &C, fitted: &C::Fitted, generation: u32) {
        if let Ok(place) = self.halves.binary_search(&generation) {
            chain.location(fitted, &mut self.snapshots[place]);
        }
    }

    /// `hit` or `hitting-time` so far.
    pub fn hitting(&self, metric: Metric) -> Option<f64> {
        match (metric, self.hit) {
            (Metric::Hit, hit) => Some(f64::from(u8::from(hit.is_some()))),
            (_, hit) => hit.map(f64::from),
        }
    }

    /// Squared distance between the location now and at half this generation (rounded down).
    pub fn displacement<C: Chain>(&mut self, chain: &C, fitted: &C::Fitted, generation: u32) -> Option<f64> {
        let place = self.halves.binary_search(&(generation / 2)).ok()?;
        chain.location(fitted, &mut self.location);
        let then = &self.snapshots[place];
        Some(self.location.iter().zip(then).map(|(now, before)| (now - before).powi(2)).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::models::trial::{setup, streams};
    use crate::sim::{Bandwidth, Categories, Estimate, Model, Regime, Simulator, Spectrum, Table, Truth};

    /// By bits: what is undefined equals nothing.
    fn bits(table: &Table) -> Vec<Vec<u64>> {
        table.raw().iter().map(|column| column.iter().map(|value| value.to_bits()).collect()).collect()
    }

    #[test]
    fn one_run_tells_two_readers_what_each_would_see_alone() {
        let line = Truth::Gaussian { dimension: 1, mean: 0.0, spectrum: Spectrum::Isotropic { variance: 1.0 } };
        let three = Truth::Categorical { law: Categories::Given { weights: vec![0.6, 0.3, 0.1] } };
        let metrics = [Metric::MeanSquaredError, Metric::VarianceRatio, Metric::TailCoverage, Metric::Displacement, Metric::TrainingSize];
        let kept = Regime { real: crate::sim::Real::Kept, synthetic: crate::sim::Synthetic::None, ..Regime::replace() };
        let cases = [
            setup(line.clone(), Model::Gaussian { estimate: Estimate::Both }, Regime::accumulate(), 20, 12),
            setup(line.clone(), Model::Gaussian { estimate: Estimate::Both }, kept, 20, 12),
            setup(line, Model::Kde { bandwidth: Bandwidth::Fixed { value: 0.3 } }, Regime::accumulate(), 9, 12),
            // Most of these runs come to rest, and some between two recorded generations.
            setup(three, Model::Categorical { smoothing: 0.0 }, Regime::replace(), 4, 12),
        ];
        for case in cases {
            let whole = Setup { metrics: metrics.to_vec(), record: Record::At(vec![1, 4, 9, 12]), ..case };
            let (short, last) = ([Metric::VarianceRatio], 9);
            let curve = Setup { metrics: short.to_vec(), record: Record::At(vec![1, 2, 3, 5, 8, 9]), generations: last, ..whole.clone() };
            let beside = vec![(Metric::VarianceRatio, recorded(&curve))];
            let both = Setup { record: Record::Beside { at: recorded(&whole), beside }, ..whole.clone() };
            let [both, alone, apart] = [&both, &whole, &curve].map(|setup| Simulator::prepare(setup).expect("runs").runs(streams, 0..40));
            let parts = [(&whole, &alone), (&curve, &apart)]
                .map(|(setup, own)| (both.part(recorded(setup), &setup.metrics, setup.generations, 40), own));
            for (part, own) in parts {
                assert_eq!((bits(&part), part.endings()), (bits(own), own.endings()), "{:?}", whole.model);
            }
            assert_ne!(both.generations(), alone.generations());
        }
    }
}
