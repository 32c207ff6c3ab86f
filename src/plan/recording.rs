//! What a simulation of trained networks records: its arms, each replicate trained once, cells with equal setups once among arms.

use super::recorded::{self, Recordings};
use super::{Arm, CellPlan, Executor, SimulationPlan};
use crate::error::Result;
use std::collections::BTreeSet;

/// One arm with the cells that are recorded under its name.
pub struct Take<'a> {
    /// Whose.
    pub plan: &'a SimulationPlan,
    /// Which.
    pub arm: &'a Arm,
    /// Its cells but those that an arm before it records.
    pub cells: Vec<&'a CellPlan>,
}

/// Everything that is recorded of these simulations, in the order of their arms.
#[must_use]
pub fn takes<'a>(plans: &'a [SimulationPlan], executor: &Executor<'_>) -> Vec<Take<'a>> {
    let mut seen = BTreeSet::new();
    let mut takes = Vec::new();
    for plan in plans.iter().filter(|plan| plan.is_recorded()) {
        for (arm, planned) in &plan.arms {
            let is_new = |cell: &&CellPlan| seen.insert(executor.identity(plan, cell).recording_key(&(0..planned.budget)));
            let cells: Vec<&CellPlan> = planned.cells.iter().filter(is_new).collect();
            if !cells.is_empty() {
                takes.push(Take { plan, arm, cells });
            }
        }
    }
    takes
}

impl Take<'_> {
    /// Replicates of each cell.
    #[must_use]
    pub fn replicates(&self) -> u32 {
        self.plan.arms[self.arm].budget
    }

    /// Its file's name inside the registry.
    #[must_use]
    pub fn file(&self) -> String {
        recorded::file_name(&self.plan.study, &self.plan.simulation, &self.arm.to_string())
    }

    /// Core-seconds of training one replicate of every cell, by the fixed formula.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.cells.iter().map(|cell| recorded::seconds(&cell.setup)).sum()
    }

    /// Whether every cell is recorded.
    #[must_use]
    pub fn is_held(&self, recordings: &Recordings, executor: &Executor<'_>) -> bool {
        let range = 0..self.replicates();
        self.cells.iter().all(|cell| recordings.get(&executor.identity(self.plan, cell), &range).is_some())
    }

    /// Trains every replicate; the text of its file.
    ///
    /// # Errors
    /// [`Error::Interrupted`](crate::Error::Interrupted).
    pub fn train(&self, executor: &Executor<'_>) -> Result<String> {
        let mut text = String::new();
        for cell in &self.cells {
            let mut runs = executor.draw(self.plan, cell, &(0..self.replicates()))?;
            if matches!(self.arm, Arm::AsPublished | Arm::World(_)) && text.is_empty() {
                runs.shown = executor.shown(self.plan, cell);
            }
            text += &recorded::text(&executor.identity(self.plan, cell), &self.arm.to_string(), &runs);
        }
        Ok(text)
    }

    /// The text of an older file under the keys of now, where one replicate of every cell comes out the same to the byte: the code changed and no
    /// number did. `None` where one differs, or where the file is of other cells.
    ///
    /// # Errors
    /// [`Error::Interrupted`](crate::Error::Interrupted).
    pub fn rekeyed(&self, text: &str, executor: &Executor<'_>) -> Result<Option<String>> {
        let range = 0..self.replicates();
        let key = |cell: &&CellPlan| (cell.name.clone(), executor.identity(self.plan, cell).recording_key(&range).text().to_owned());
        let keys = self.cells.iter().map(key).collect();
        let is_same = |name: &str, replicate: u32, row: &str| {
            let Some(cell) = self.cells.iter().find(|cell| cell.name == name) else { return Ok(false) };
            let fresh = executor.draw(self.plan, cell, &(replicate..replicate + 1))?;
            Ok(recorded::row(&fresh.table, 0) == row)
        };
        recorded::rekeyed(text, &keys, is_same)
    }

    /// Trains one replicate of every cell again; the cells whose recorded line differs.
    ///
    /// # Errors
    /// [`Error::Interrupted`](crate::Error::Interrupted).
    pub fn differing(&self, replicate: u32, recordings: &Recordings, executor: &Executor<'_>) -> Result<Vec<String>> {
        let mut differing = Vec::new();
        for cell in &self.cells {
            let Some(held) = recordings.get(&executor.identity(self.plan, cell), &(0..self.replicates())) else { continue };
            let fresh = executor.draw(self.plan, cell, &(replicate..replicate + 1))?;
            if recorded::row(&held.table, replicate as usize) != recorded::row(&fresh.table, 0) {
                differing.push(cell.name.clone());
            }
        }
        Ok(differing)
    }
}
