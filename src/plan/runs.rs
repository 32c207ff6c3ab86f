//! Numbers of one simulation: every replicate drawn so far, arm by arm and cell by cell.

use super::{Arm, ArmPlan, Stopped};
use crate::sim::Table;
use crate::taxonomy::Metric;
use std::collections::BTreeMap;

/// All runs of one simulation so far.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Runs {
    /// Arms that have been run, with their plans.
    pub arms: BTreeMap<Arm, ArmRuns>,
}

/// The runs of one arm.
#[derive(Debug, Clone, PartialEq)]
pub struct ArmRuns {
    /// What was planned.
    pub plan: ArmPlan,
    /// One per cell of the plan, in the same order.
    pub cells: Vec<CellRuns>,
}

/// The runs of one arm in one cell. Replicate k of any arm of a cell shares its random streams with replicate k of
/// every other: comparisons by position are paired.
#[derive(Debug, Clone, PartialEq)]
pub struct CellRuns {
    /// The replicates.
    pub table: Table,
    /// Exact expectations from a moment recursion, where one is known, of recorded (metric, generation) pairs.
    pub expectations: BTreeMap<(Metric, u32), f64>,
    /// Examples of every generation of the first replicate, of trained networks: letters, as `Simulator::shown` has them.
    pub shown: Vec<Vec<String>>,
    /// Why these replicates stand for nothing, where a program that ran them did not do what it was asked.
    pub stopped: Option<Stopped>,
}

impl CellRuns {
    /// Replicates of which nothing else is known.
    #[must_use]
    pub const fn of(table: Table) -> Self {
        Self { table, expectations: BTreeMap::new(), shown: Vec::new(), stopped: None }
    }
}

impl Runs {
    /// Replicates drawn of an arm so far.
    #[must_use]
    pub fn replicates(&self, arm: &Arm) -> u32 {
        self.arms.get(arm).and_then(|arm| arm.cells.first()).map_or(0, |cell| cell.table.replicates() as u32)
    }

    /// Why the runs of `arm` stand for nothing, if they do.
    #[must_use]
    pub fn stopped(&self, arm: &Arm) -> Option<&Stopped> {
        self.arms.get(arm)?.cells.iter().find_map(|cell| cell.stopped.as_ref())
    }

    /// The runs of `arm` in the cell at `position`, if they exist.
    #[must_use]
    pub fn cell(&self, arm: &Arm, position: usize) -> Option<&CellRuns> {
        self.arms.get(arm)?.cells.get(position)
    }
}
