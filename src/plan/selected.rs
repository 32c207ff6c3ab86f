//! From the registry to the finite list of runs: every simulation that is selected, and the designs.

use super::SimulationPlan;
use super::design::plans as designed;
use super::expand::plan;
use crate::registry::{Registry, Study, StudyId};
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
            Self::Named(names) => names.iter().any(|(s, name)| *s == study.id && name == simulation),
        }
    }
}

/// Every run of the selected simulations, sorted by study and simulation, and of the designs where nothing was selected.
#[must_use]
pub fn expand(registry: &Registry, selection: &Selection) -> Vec<SimulationPlan> {
    let chosen: Vec<_> = registry
        .studies
        .values()
        .flat_map(|study| study.simulations.iter().map(move |simulation| (study, simulation)))
        .filter(|(study, simulation)| selection.has(study, &simulation.name))
        .collect();
    let mut plans: Vec<_> = chosen.par_iter().map(|(study, simulation)| plan(registry, study, simulation)).collect();
    if *selection == Selection::Published {
        plans.extend(designed(registry));
    }
    plans
}
