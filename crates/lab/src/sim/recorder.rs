//! What a trajectory keeps and what can be told without looking into a model: which generations are recorded, when the
//! hitting condition first held, and how far the location moved since half the generation.

use super::chain::Chain;
use super::{Record, Setup};
use crate::random::Rng;
use crate::taxonomy::Metric;

/// The recorded generations of a setup, sorted, without repeats, within 1..=T.
pub fn recorded(setup: &Setup) -> Vec<u32> {
    match &setup.record {
        Record::All => (1..=setup.generations).collect(),
        Record::At(listed) => {
            let mut kept: Vec<u32> = listed.iter().copied().filter(|t| (1..=setup.generations).contains(t)).collect();
            kept.sort_unstable();
            kept.dedup();
            kept
        }
    }
}

/// The memory of one run beside its trajectory.
#[derive(Clone)]
pub struct Recorder {
    generations: Vec<u32>,
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
        Self { generations, halves, snapshots, location: Vec::new(), hit: None }
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
