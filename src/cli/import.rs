//! `record --import`: takes in trajectories that were made elsewhere, and says how they lie beside those trained here.

use super::session::Session;
use super::{output, registry, say};
use crate::plan::imported::{Imported, median};
use crate::plan::recorded::SEED;
use crate::plan::{CellPlan, Selection, SimulationPlan, expand};
use crate::registry::IMPORTED;
use crate::taxonomy::Word;
use crate::{Error, Result};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

/// Checks a file, writes it into the registry's folder of imports, and prints its medians beside ours.
///
/// # Errors
/// A file that cannot be read, a wrong line, a simulation, arm or cell that does not exist, a registry that cannot be changed.
pub fn import(file: &Path, session: &Session) -> Result<()> {
    let text = std::fs::read_to_string(file).map_err(|source| Error::io("read", file, source))?;
    let wrong = |(line, message): (usize, String)| Error::Content { path: format!("{}:{line}", file.display()).into(), message };
    let imported = Imported::read(&text).map_err(wrong)?;
    let plan = plan(&imported, session).map_err(wrong)?;
    imported.fits(&plan).map_err(wrong)?;
    let folder = registry::writable(session.folder.clone())?;
    std::fs::create_dir_all(folder.join(IMPORTED)).map_err(|source| Error::io("create", folder.join(IMPORTED), source))?;
    output::write_file(&folder.join(imported.file_name()), imported.text().as_bytes())?;
    say::out(&beside(&imported, &plan, session))
}

/// One line for each import of the named study or simulation, or of all.
#[must_use]
pub fn listed(session: &Session, of: Option<&str>) -> String {
    let is_asked = |one: &&Imported| of.is_none_or(|name| name == one.study || name == format!("{}/{}", one.study, one.simulation));
    session.imported.iter().filter(is_asked).fold(String::new(), |text, one| {
        let (runs, by) = (one.values.len(), &one.provenance.by);
        text + &format!("{}: imported, {runs} runs by {by}; counted nowhere\n", one.file_name())
    })
}

/// The plan of the simulation under whose name an import stands.
fn plan(imported: &Imported, session: &Session) -> std::result::Result<SimulationPlan, (usize, String)> {
    let Imported { study, simulation, .. } = imported;
    let known =
        session.registry.studies.get(study.as_str()).ok_or_else(|| (1, format!("there is no study `{study}`; see `list studies`")))?;
    if known.simulation(simulation).is_none() {
        let names: Vec<&str> = known.simulations.iter().map(|one| one.name.as_str()).collect();
        return Err((1, format!("{study} has no simulation `{simulation}`; it has {}", names.join(", "))));
    }
    let named = BTreeSet::from([(known.id.clone(), simulation.clone())]);
    let mut plans = expand(&session.registry, &Selection::Named(named));
    plans.pop().ok_or_else(|| (1, format!("{study}/{simulation} is not planned")))
}

/// Medians of what came in, and of what is recorded of the same arm and cell here.
fn beside(imported: &Imported, plan: &SimulationPlan, session: &Session) -> String {
    let mut text = format!("{}: imported, {} runs; counted nowhere\n", imported.file_name(), imported.values.len());
    let (cell, budget) = cell(imported, plan);
    let executor = session.executor(SEED);
    let ours = session.recordings.get(&executor.identity(plan, cell), &(0..budget));
    for (place, metric) in imported.metrics.iter().enumerate() {
        for (row, generation) in imported.generations.iter().enumerate() {
            let own = ours
                .and_then(|runs| runs.table.column(*metric, *generation))
                .and_then(|column| median(&column.iter().flatten().collect::<Vec<_>>()));
            let word = |value: Option<f64>| value.map_or_else(|| "none".to_owned(), |value| format!("{value:.4}"));
            let (theirs, own) = (word(imported.median(place, row)), word(own));
            let _ = writeln!(text, "{} at generation {generation}: median {theirs} as imported, {own} as trained here", metric.id());
        }
    }
    text
}

/// The cell under whose name an import stands, and the replicates of its arm.
fn cell<'p>(imported: &Imported, plan: &'p SimulationPlan) -> (&'p CellPlan, u32) {
    let (_, arm) = plan.arms.iter().find(|(arm, _)| arm.to_string() == imported.arm).expect("the arm was looked up");
    (arm.cells.iter().find(|cell| cell.name == imported.cell).expect("the cell was looked up"), arm.budget)
}
