//! Replicates of a prepared chain, one or many in parallel.

use super::chain::Chain;
pub use super::engine::Worker;
use super::recorder::recorded;
use super::trajectory::Rows;
use super::{Setup, Table, Trajectory};
use crate::random::Streams;
use rayon::prelude::*;
use std::ops::Range;

/// A chain ready to run, whatever its types.
pub trait Prepared: Send + Sync {
    /// A worker of its own, which knows nothing of what others have run.
    fn worker(&self) -> Box<dyn Work>;

    /// Examples of every generation of one run, for people to look at.
    fn shown(&self, setup: &Setup, streams: &Streams) -> Vec<Vec<String>>;
}

/// One run after the other.
pub trait Work {
    /// One run into `out`, which is cleared first; nothing of the run before is seen.
    fn work(&mut self, setup: &Setup, streams: &Streams, out: &mut Trajectory);
}

impl<C: Chain + 'static> Prepared for Worker<C> {
    fn worker(&self) -> Box<dyn Work> {
        Box::new(self.clone())
    }

    fn shown(&self, setup: &Setup, streams: &Streams) -> Vec<Vec<String>> {
        let mut worker = self.clone();
        worker.shown = Some(Vec::new());
        worker.generate(setup, streams, &mut Trajectory::empty(recorded(setup), Vec::new()));
        worker.shown.unwrap_or_default()
    }
}

impl<C: Chain> Work for Worker<C> {
    fn work(&mut self, setup: &Setup, streams: &Streams, out: &mut Trajectory) {
        self.generate(setup, streams, out);
    }
}

// What follows is compiled once, not for every chain.
impl dyn Prepared {
    /// One run.
    pub fn run(&self, setup: &Setup, streams: &Streams) -> Trajectory {
        let mut out = Trajectory::empty(recorded(setup), setup.metrics.clone());
        self.worker().work(setup, streams, &mut out);
        out
    }

    /// Many runs, in parallel, in replicate order. `cost` is about the nanoseconds of one of them.
    pub fn runs(&self, setup: &Setup, cost: f64, streams: &(dyn Fn(u32) -> Streams + Sync), replicates: Range<u32>) -> Table {
        let blank = Trajectory::empty(recorded(setup), setup.metrics.clone());
        let step = slice_length(cost);
        let slices = replicates.len().div_ceil(step as usize) as u32;
        // A replicate never sees what the one before it left.
        let slices: Vec<Rows> = (0..slices)
            .into_par_iter()
            .map_init(
                || (self.worker(), blank.clone()),
                |(worker, out), slice| {
                    let start = replicates.start + slice * step;
                    let end = replicates.end.min(start.saturating_add(step));
                    let mut rows = Rows::for_runs((end - start) as usize, out);
                    for replicate in start..end {
                        worker.work(setup, &streams(replicate), out);
                        rows.push(out);
                    }
                    rows
                },
            )
            .collect();
        let mut table = Table::empty(recorded(setup), setup.metrics.clone());
        table.reserve(replicates.len());
        slices.iter().for_each(|rows| table.extend(rows));
        table
    }
}

/// Replicates of a slice: about a quarter of a millisecond of work, which outweighs handing it to a thread and cloning the
/// worker, and leaves enough slices to share out evenly.
fn slice_length(cost: f64) -> u32 {
    (250_000.0 / cost).clamp(1.0, 64.0) as u32
}
