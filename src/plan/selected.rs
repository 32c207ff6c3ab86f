//! From the registry to the finite list of runs: every simulation that is selected, and the designs.

use super::design::plan as designed;
use super::expand::plan;
use super::{Shard, SimulationPlan};
use crate::registry::{Registry, Study, StudyId};
use crate::taxonomy::Word;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Which simulations are planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// Those of every study that is not a draft.
    Published,
    /// These, by study and name, drafts or not.
    Named(BTreeSet<(StudyId, String)>),
}

impl Selection {
    fn has(&self, study: &Study, simulation: &str) -> bool {
        match self {
            Self::Published => !study.draft,
            Self::Named(names) => names.contains(&(study.id.clone(), simulation.to_owned())),
        }
    }
}

/// Every run of the selected simulations, sorted by study and simulation, and of the designs where nothing was selected.
#[must_use]
pub fn expand(registry: &Registry, selection: &Selection) -> Vec<SimulationPlan> {
    expand_each(registry, selection, None, |plan| plan)
}

/// What `of` makes of every plan, one at a time, in the order of [`expand`]: of a shard, or of everything.
pub fn expand_each<T: Send>(
    registry: &Registry,
    selection: &Selection,
    shard: Option<&Shard>,
    of: impl Fn(SimulationPlan) -> T + Sync,
) -> Vec<T> {
    let is_mine = |study: &str, simulation: &str| shard.is_none_or(|shard| shard.has(study, simulation));
    let simulations = registry.studies.values().flat_map(|study| study.simulations.iter().map(move |simulation| (study, simulation)));
    let chosen: Vec<_> =
        simulations.filter(|(study, simulation)| selection.has(study, &simulation.name) && is_mine(&study.id, &simulation.name)).collect();
    let mut made: Vec<T> = chosen.par_iter().map(|(study, simulation)| of(plan(registry, study, simulation))).collect();
    if *selection == Selection::Published {
        let loops = registry.designs.iter().flat_map(|design| design.loops.iter().map(move |one| (design, one)));
        let mine: Vec<_> = loops.filter(|(design, one)| is_mine(design.id.id(), &one.id)).collect();
        made.par_extend(mine.par_iter().map(|(design, one)| of(designed(registry, design, one))));
    }
    made
}
