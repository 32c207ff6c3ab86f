//! What two arms have in common, the first replicates of one, and arms of which none can be read.

use crate::plan::{Arm, ArmRuns, CellRuns, Runs};
use crate::sim::Table;
use crate::taxonomy::Word;
use crate::verdict::{Finding, Outcome, Profile};

/// Replicates that an arm and its twin both have.
pub fn common(runs: &Runs, arm: &Arm) -> u32 {
    let twin = runs.arms.get(arm).and_then(|runs| runs.plan.twin.as_ref());
    twin.map_or(u32::MAX, |twin| runs.replicates(twin)).min(runs.replicates(arm))
}

/// The first `count` replicates of an arm.
pub fn first_of(arm: &ArmRuns, count: u32) -> Option<ArmRuns> {
    let cell = |cell: &CellRuns| {
        let table = &cell.table;
        let count = (count as usize).min(table.replicates());
        let columns = table.raw().iter().map(|column| column[..count].to_vec()).collect();
        let endings = table.endings()[..count].to_vec();
        let table = Table::from_raw(table.generations().to_vec(), table.metrics().to_vec(), columns, endings)?;
        Some(CellRuns { table, ..cell.clone() })
    };
    Some(ArmRuns { plan: arm.plan.clone(), cells: arm.cells.iter().map(cell).collect::<Option<Vec<_>>>()? })
}

/// How the program ended that left one of these arms without replicates to read, in a word.
pub fn stopped<'a>(runs: &Runs, arms: impl IntoIterator<Item = &'a Arm>) -> Option<&'static str> {
    arms.into_iter().find_map(|arm| runs.stopped(arm)).map(|stopped| stopped.ending.id())
}

/// The profile of an arm without replicates to read: what could have been found is undecided, for this reason.
pub fn unread(mut profile: Profile, reason: &str) -> Profile {
    for finding in profile.findings.values_mut().filter(|finding| finding.outcome != Outcome::NotApplicable) {
        let (outcome, reason) = (Outcome::Undecided, Some(reason.to_owned()));
        *finding = Finding { outcome, reason, effect: None, low: None, high: None, error: None, onset: None, ..finding.clone() };
    }
    profile
}
