//! What the training sets of an arm are made of, generation by generation: how large they are and which share of them is real.
//!
//! It takes a planned arm and gives the numbers of its first cell in the first replicate. They say what a world or a single
//! condition did to the data, so that a reader can see that an arm changed what it is named after and nothing else.

use super::{ArmPlan, CellRuns, SimulationPlan};
use crate::random::{Seed, Streams};
use crate::sim::{Record, Schedule, Setup, Simulator, Table};
use crate::taxonomy::Metric;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Generations told: those of a realistic horizon.
const TOLD: u32 = 10;

/// The training set of one generation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Composition {
    /// Generation.
    pub generation: u32,
    /// Examples in the set, by weight.
    pub size: f64,
    /// Share of them that is real.
    pub real_share: f64,
}

/// The training sets of generations 1 to 10 (fewer where the arm has fewer) of the arm's first cell, in replicate 0; empty where
/// the laboratory does not tell them. Those of trained networks stand in the recording, and those of a program where it reports them, so that nothing is run here.
#[must_use]
pub fn composition(plan: &SimulationPlan, arm: &ArmPlan, runs: Option<&CellRuns>, seed: Seed) -> Vec<Composition> {
    let Some(cell) = arm.cells.first() else { return Vec::new() };
    let told = cell.horizon.min(TOLD);
    if cell.setup.is_trained() || plan.external.is_some() {
        return runs.map(|runs| sets(&runs.table, told)).unwrap_or_default();
    }
    let generations = match &cell.setup.samples {
        // Another last generation would be another experiment.
        Schedule::Final { .. } => cell.setup.generations,
        _ => told,
    };
    let metrics = vec![Metric::TrainingSize, Metric::RealShare];
    let setup = Setup { generations, record: Record::At((1..=told).collect()), metrics, hitting: None, ..cell.setup.clone() };
    let Ok(simulator) = Simulator::prepare(&setup) else { return Vec::new() };
    let streams = |replicate| Streams::of_run(seed, &plan.study, &plan.simulation, &cell.name, replicate);
    sets(&simulator.runs(streams, 0..1), told)
}

/// The sets of the table's first replicate, up to generation `told`.
fn sets(table: &Table, told: u32) -> Vec<Composition> {
    let at = |generation: u32| {
        let value = |metric| table.column(metric, generation).and_then(|column| column.get(0));
        Some(Composition { generation, size: value(Metric::TrainingSize)?, real_share: value(Metric::RealShare)? })
    };
    (1..=told).filter_map(at).collect()
}
