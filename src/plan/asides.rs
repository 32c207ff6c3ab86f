//! What is read of a stretch beside its own numbers: a curve shows one metric at more generations of runs that are drawn anyway.
//!
//! A run is the same whatever is recorded of it, so that one serves both readers; where that saves nothing, or where what is measured may
//! choose another way to compute, each has runs of its own.

use super::cache::Key;
use super::{CellPlan, CellRuns};
use crate::sim::{Record, Schedule, Setup, Simulator};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Shorter runs by the key of the stretch that they begin, and what was told of them.
#[derive(Debug, Default)]
pub struct Asides<'a> {
    wanted: BTreeMap<Key, Vec<(&'a CellPlan, u32)>>,
    told: Mutex<BTreeMap<Key, CellRuns>>,
}

impl<'a> Asides<'a> {
    /// Asks that the stretch under `key` tells of the first `replicates` of `short` too.
    pub fn want(&mut self, key: Key, short: &'a CellPlan, replicates: u32) {
        self.wanted.entry(key).or_default().push((short, replicates));
    }

    /// What is wanted of the stretch under `key`.
    pub(super) fn of(&self, key: &Key) -> &[(&'a CellPlan, u32)] {
        self.wanted.get(key).map_or(&[], Vec::as_slice)
    }

    /// Runs of a cell that tell all that is wanted of its first stretch; `None` where nothing is, or where each reader has its own.
    pub(super) fn both(&self, first_look: u32, cell: &CellPlan, key: &Key) -> Option<Simulator> {
        let shorts = self.of(key);
        if shorts.is_empty() {
            return None;
        }
        let own = Simulator::prepare(&cell.setup).ok()?;
        let both = Simulator::prepare(&joint(&cell.setup, shorts)?).ok()?;
        let mut saved = 0.0;
        for (short, replicates) in shorts {
            let alone = Simulator::prepare(&short.setup).ok()?;
            if [&both, &alone].iter().any(|one| one.method() != own.method()) {
                return None;
            }
            saved += alone.cost() * f64::from(*replicates);
        }
        let is_whole = shorts.iter().all(|(_, replicates)| *replicates == first_look);
        (is_whole || (both.cost() - own.cost()) * f64::from(first_look) < saved).then_some(both)
    }

    pub(super) fn tell(&self, key: Key, runs: CellRuns) {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).insert(key, runs);
    }

    /// What was told of the runs under `key`, once.
    pub fn take(&self, key: &Key) -> Option<CellRuns> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).remove(key)
    }
}

/// The setup that records what it does and what the shorter ones do; `None` where they are other runs.
fn joint(setup: &Setup, shorts: &[(&CellPlan, u32)]) -> Option<Setup> {
    let Record::At(at) = &setup.record else { return None };
    let mut beside = Vec::new();
    for (short, _) in shorts {
        let is_begun_alike = short.setup.generations == setup.generations || !matches!(setup.samples, Schedule::Final { .. });
        let bare = |setup: &Setup| Setup { generations: 0, record: Record::All, metrics: Vec::new(), ..setup.clone() };
        let is_told = short.setup.metrics.iter().all(|metric| setup.metrics.contains(metric));
        if !(is_begun_alike && is_told && short.setup.generations <= setup.generations && bare(&short.setup) == bare(setup)) {
            return None;
        }
        let generations = short.setup.record.listed()?;
        beside.extend(short.setup.metrics.iter().map(|metric| (*metric, generations.clone())));
    }
    Some(Setup { record: Record::Beside { at: at.clone(), beside }, ..setup.clone() })
}
