//! From the registry to the finite list of runs: every simulation that is selected, and the designs.

use super::design::{plan as designed, plan_in_world};
use super::disputed::add_pairs;
use super::expand::plan;
use super::{Shard, SimulationPlan, in_world};
use crate::registry::{Baseline, Design, Overlay, Registry, Simulation, Study, StudyId};
use crate::taxonomy::Word;
use rayon::prelude::*;
use std::borrow::Cow;
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

/// A simulation or a loop of a design, chosen and not yet planned: a name takes less room than a plan.
#[derive(Debug, Clone, Copy)]
pub enum Chosen<'a> {
    /// A simulation of a study.
    Simulation(&'a Study, &'a Simulation),
    /// A loop of a design.
    Loop(&'a Design, &'a Baseline),
    /// The same in a world.
    InWorld(&'a Design, &'a Baseline, &'a Overlay),
}

impl<'a> Chosen<'a> {
    /// The study's or the design's id.
    #[must_use]
    pub fn study(&self) -> &'a str {
        match self {
            Self::Simulation(study, _) => &study.id,
            Self::Loop(design, _) | Self::InWorld(design, ..) => design.id.id(),
        }
    }

    /// Its name there.
    #[must_use]
    pub fn simulation(&self) -> Cow<'a, str> {
        match self {
            Self::Simulation(_, simulation) => Cow::Borrowed(&simulation.name),
            Self::Loop(_, one) => Cow::Borrowed(&one.id),
            Self::InWorld(_, one, world) => Cow::Owned(format!("{}@{}", one.id, world.id)),
        }
    }

    /// Its plan.
    #[must_use]
    pub fn plan(&self, registry: &Registry) -> SimulationPlan {
        match self {
            Self::Simulation(study, simulation) => {
                let mut plan = plan(registry, study, simulation);
                add_pairs(registry, study, simulation, &mut plan);
                plan
            }
            Self::Loop(design, one) => designed(registry, design, one),
            Self::InWorld(design, one, world) => plan_in_world(registry, design, &in_world(design.id, one, world)),
        }
    }
}

/// What is selected, of a shard or of everything: simulations that can be run, by study and name, then the loops of designs where nothing
/// was named.
#[must_use]
pub fn chosen<'a>(registry: &'a Registry, selection: &Selection, shard: Option<&Shard>) -> Vec<Chosen<'a>> {
    let simulations = registry.studies.values().flat_map(|study| study.simulations.iter().map(move |simulation| (study, simulation)));
    let simulations = simulations
        .filter(|(study, simulation)| selection.has(study, &simulation.name) && simulation.is_open())
        .map(|(study, simulation)| Chosen::Simulation(study, simulation));
    let designs = || registry.designs.iter().filter(|_| *selection == Selection::Published);
    let loops = designs().flat_map(|design| design.loops.iter().map(move |one| Chosen::Loop(design, one)));
    let loops = loops.chain(designs().flat_map(|design| in_worlds(registry, design)));
    let is_mine = |one: &Chosen<'_>| shard.is_none_or(|shard| shard.has(one.study(), &one.simulation()));
    simulations.chain(loops).filter(is_mine).collect()
}

/// Every run of the selected simulations, sorted by study and simulation, and of the designs where nothing was selected.
#[must_use]
pub fn expand(registry: &Registry, selection: &Selection) -> Vec<SimulationPlan> {
    chosen(registry, selection, None).par_iter().map(|one| one.plan(registry)).collect()
}

/// The loops of a design in every world, where it is asked there.
fn in_worlds<'a>(registry: &'a Registry, design: &'a Design) -> impl Iterator<Item = Chosen<'a>> {
    let worlds = registry.overlays.iter().filter(|_| design.worlds.is_some());
    worlds.flat_map(move |world| design.loops.iter().map(move |one| Chosen::InWorld(design, one, world)))
}
