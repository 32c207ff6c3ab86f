//! One run of the moment recursion through a setup's regime: nothing is drawn.

use super::engine::Worker;
use super::moments::{Law, Moments};
use super::needs::Needs;
use super::recorder::recorded;
use super::{Record, Setup, Trajectory};
use crate::random::{Seed, Streams};
use crate::taxonomy::Metric;

/// Second moments asked of the chain.
const MOMENTS: [Metric; 4] = [Metric::MeanSquaredError, Metric::VarianceRatio, Metric::SpreadRatio, Metric::LogDeterminant];

/// Moments at the generations of `record` and at the last one; `None` where the regime needs a step that moments have not.
pub fn run(setup: &Setup, law: Law, record: Record) -> Option<Trajectory> {
    let last = setup.generations;
    let record = record.listed().map_or(Record::All, |listed| Record::At(listed.into_iter().chain([last]).collect()));
    let setup = Setup { metrics: MOMENTS.to_vec(), record, hitting: None, downstream: None, ..setup.clone() };
    let mut out = Trajectory::empty(recorded(&setup), setup.metrics.clone());
    // Nothing is drawn: the streams are never used.
    let streams = Streams::of_run(Seed(0), "", "", "", 0);
    let mut worker = Worker::new(Moments::new(law), None, Needs::of(&setup).ok()?, &setup);
    worker.generate(&setup, &streams, &mut out);
    // A product that holds in the first generations only would let readers compare an expectation with a median.
    for (column, metric) in MOMENTS.iter().enumerate() {
        if out.value(*metric, last).is_none() {
            (0..out.generations().len()).for_each(|row| out.set(row, column, None));
        }
    }
    Some(out)
}
