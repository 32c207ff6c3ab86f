//! The experiments that are timed: 100 generations of constant size, every generation recorded.

use collapse_audit::random::{Seed, Streams};
use collapse_audit::sim::{Capacity, Method, Model, Record, Regime, Sampling, Schedule, Setup, Simulator, Synthesis, Truth};
use collapse_audit::taxonomy::Metric;

/// Sample sizes of every family.
pub const SIZES: [u64; 5] = [10, 32, 100, 316, 1000];

/// One line of the comparison.
#[derive(Clone)]
pub struct Cell {
    /// `family;parameter;n=…;regime`.
    pub name: String,
    /// What runs.
    pub setup: Setup,
    /// Whether criterion runs it too.
    pub corner: bool,
}

/// Replace and accumulate with their names.
pub fn regimes() -> [(&'static str, Regime); 2] {
    [("replace", Regime::replace()), ("accumulate", Regime::accumulate())]
}

/// A setup of 100 generations.
pub fn setup(truth: Truth, model: Model, synthesis: Synthesis, regime: Regime, n: u64, metrics: &[Metric]) -> Setup {
    Setup {
        truth,
        model,
        synthesis,
        regime,
        curation: Vec::new(),
        sampling: Sampling::Unbiased,
        samples: Schedule::Constant { start: n },
        generations: 100,
        capacity: Capacity::Fixed,
        record: Record::All,
        metrics: metrics.to_vec(),
        hitting: None,
        downstream: None,
        method: Method::Auto,
    }
}

/// The same with more generations, of which the last is recorded.
pub fn long(setup: &Setup, generations: u32) -> Setup {
    Setup { generations, record: Record::At(vec![generations]), ..setup.clone() }
}

/// The simulator of a setup that fits.
pub fn prepared(setup: &Setup) -> Simulator {
    Simulator::prepare(setup).unwrap_or_else(|_| panic!("a setup of the comparison is refused: {setup:?}"))
}

/// The streams of a replicate.
pub fn streams(replicate: u32) -> Streams {
    Streams::of_run(Seed(1), "bench", "bench", "", replicate)
}
