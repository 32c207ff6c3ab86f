//! What a synthesis reads: every decided simulation with what it counts as, and its headline in each world.
//!
//! It takes the registry and the decided simulations and gives rows; what rows say together stands in `synthesis`.

use super::mechanism;
use super::realism::Levels;
use super::sensitivity::Draws;
use super::together::{self, Voice};
use super::{AS_PUBLISHED, ClaimReport, World};
use crate::plan;
use crate::registry::{Overlay, Registry, Simulation, Study, Weights};
use crate::sim;
use crate::taxonomy::{Against, Definition, Fidelity};
use crate::verdict::{Decided, Outcome};
use std::collections::BTreeMap;

/// Everything a synthesis reads.
pub struct Evidence<'a> {
    /// Studies in the audit.
    pub studies: &'a [&'a Study],
    /// Their decided simulations.
    pub simulations: &'a [Entry<'a>],
    /// Claims in the audit.
    pub claims: &'a [ClaimReport],
    /// The worlds, the leading one first.
    pub worlds: &'a [World],
    /// Levels of each study.
    pub levels: &'a BTreeMap<String, Levels>,
    /// Weights in use.
    pub weights: &'a Weights,
    /// Draws of weights.
    pub draws: &'a Draws,
}

/// One decided simulation with what it counts as.
pub struct Entry<'a> {
    /// Its study.
    pub study: &'a Study,
    /// The simulation.
    pub simulation: &'a Simulation,
    /// What was decided of it.
    pub decided: &'a Decided,
    /// For whom it speaks.
    pub voice: Voice,
    /// Truth, model and regime as published.
    pub mechanism: String,
    /// World, `as-published` among them -> its setup by kind there.
    pub setups: BTreeMap<String, String>,
    /// Worlds whose runs of it are those of the leading world: what they disagree about cannot be changed in it.
    pub alike: Vec<String>,
    /// Whether its published source of synthetic data is not the model itself.
    pub is_foreign: bool,
    /// Whether real data alone are best by construction, as published.
    pub is_well_specified: bool,
}

/// One simulation's headline of one definition in one world.
pub struct Row<'a> {
    /// Its study.
    pub study: &'a Study,
    /// How near it is to the study.
    pub fidelity: Fidelity,
    /// Truth, model and regime as published.
    pub mechanism: &'a str,
    /// Its setup by kind in this world.
    pub setup: &'a str,
    /// Whether this world was run of it; where it was not, nothing is undecided, since nobody looked.
    pub is_run: bool,
    /// Whether it is counted apart here: a world with another source of synthetic data than the model.
    pub is_apart: bool,
    /// Whether real data alone are best by construction, as published.
    pub is_well_specified: bool,
    /// The outcome.
    pub outcome: Outcome,
    /// Realism conditions simulated, in a world.
    pub conditions: Option<u32>,
}

/// The entries of decided simulations whose study is in the audit.
#[must_use]
pub fn entries<'a>(registry: &'a Registry, studies: &[&'a Study], decided: &'a [Decided]) -> Vec<Entry<'a>> {
    let entry = |decided: &'a Decided| {
        let study = studies.iter().find(|study| study.id == decided.study)?;
        let simulation = study.simulation(&decided.simulation)?;
        Some(Entry {
            study,
            simulation,
            decided,
            voice: together::voice(registry, study, simulation),
            mechanism: mechanism::of(simulation),
            setups: setups(registry, simulation),
            alike: alike(registry, simulation),
            is_foreign: mechanism::is_foreign(simulation),
            is_well_specified: simulation.cells.iter().all(|cell| sim::is_well_specified(&cell.setup)),
        })
    };
    decided.iter().filter_map(entry).collect()
}

/// The setup of a simulation's first cell as published and in each world, by kind; cells differ in sizes alone.
fn setups(registry: &Registry, simulation: &Simulation) -> BTreeMap<String, String> {
    let first = simulation.cells.first();
    let published = first.map(|cell| mechanism::setup(&cell.setup)).unwrap_or_default();
    let in_world = |overlay: &Overlay| {
        let overlaid = first.map(|cell| plan::apply(std::slice::from_ref(&cell.setup), overlay, |_| true));
        overlaid.and_then(|overlaid| overlaid.setups.first().map(mechanism::setup)).unwrap_or_default()
    };
    let worlds = registry.overlays.iter().map(|overlay| (overlay.id.to_string(), in_world(overlay)));
    std::iter::once((AS_PUBLISHED.to_owned(), published)).chain(worlds).collect()
}

/// The worlds in which every cell of a simulation becomes what it becomes in the leading one.
fn alike(registry: &Registry, simulation: &Simulation) -> Vec<String> {
    let published: Vec<_> = simulation.cells.iter().map(|cell| cell.setup.clone()).collect();
    let in_world = |overlay: &Overlay| plan::apply(&published, overlay, |_| true).setups;
    let Some((leading, others)) = registry.overlays.split_first().filter(|_| !published.is_empty()) else { return Vec::new() };
    let first = in_world(leading);
    others.iter().filter(|overlay| in_world(overlay) == first).map(|overlay| overlay.id.to_string()).collect()
}

/// The rows of one definition in one world over main simulations, whatever their fidelity.
#[must_use]
pub fn rows<'a>(evidence: &Evidence<'a>, definition: Definition, against: Against, world: &str) -> Vec<Row<'a>> {
    let is_world = world != AS_PUBLISHED;
    let mains = evidence.simulations.iter().filter(|entry| entry.voice == Voice::Main);
    let row = |entry: &'a Entry<'a>| {
        let arm = entry.decided.arms.get(world);
        // A definition without a finding is no decision.
        let outcome = arm.and_then(|arm| arm.profile.headline(definition, against)).map_or(Outcome::Undecided, |finding| finding.outcome);
        Row {
            study: entry.study,
            fidelity: entry.simulation.fidelity,
            mechanism: &entry.mechanism,
            setup: entry.setups.get(world).map_or("", String::as_str),
            is_well_specified: entry.is_well_specified,
            is_run: arm.is_some(),
            is_apart: is_world && entry.is_foreign,
            outcome,
            conditions: arm.filter(|arm| !arm.conditions.is_empty()).map(super::counterfactual::conditions_simulated),
        }
    };
    mains.map(row).collect()
}
