//! Where the definition of a conditional claim is asked under the condition that the claim names: its `holds_when` change as published, and that
//! change with every world on top of it.

use super::Arm;
use super::overlay::{Overlaid, apply};
use super::tested::claims_of;
use crate::registry::{Cell, Claim, Overlay, Proof, Registry, Simulation, WorldId};
use crate::sim::Setup;
use std::collections::BTreeMap;

/// The arms in which a changed `holds_when` is asked for the claim's definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// As published: where the claim's own test is asked, run on where an asymptotic definition asks for more (an arm that is planned only where it
    /// goes further than that of the test).
    pub published: Arm,
    /// In each world: an arm of this claim, that of an earlier claim with the same change, or a world itself where its overlay takes the change
    /// back. Empty of networks and programs, whose replicates are not drawn for it.
    pub worlds: BTreeMap<WorldId, Arm>,
}

/// Where the definition of a claim is asked under its `holds_when` change; `None` of a claim that changes nothing there.
#[must_use]
pub fn held(registry: &Registry, claim: &Claim) -> Option<Held> {
    let simulation = registry.studies.get(&claim.id.study)?.simulation(claim.simulation.as_deref()?)?;
    let cells = changed(claim, simulation)?;
    let runs_on = claim.definition.is_asymptotic() && !simulation.has_one_look();
    let own = if runs_on { Arm::HoldsOn } else { Arm::Holds };
    let published = own(claim.id.name.clone());
    if simulation.has_one_look() {
        return Some(Held { published, worlds: BTreeMap::new() });
    }
    let others = claims_of(registry, &claim.id.study, &simulation.name);
    let same = |other: &&Claim| changed(other, simulation).is_some_and(|theirs| are_alike(theirs, cells));
    let first = others.into_iter().find(same).unwrap_or(claim);
    let own: Vec<(&Overlay, Vec<Setup>)> =
        registry.overlays.iter().map(|world| (world, with_world(&simulation.cells, world).setups)).collect();
    let frames = |cells: &[Cell]| cells.iter().map(|cell| cell.frame).collect::<Vec<_>>();
    let is_framed_alike = frames(cells) == frames(&simulation.cells);
    let place = |world: &Overlay| {
        let there = with_world(cells, world).setups;
        let taken_back = own.iter().find(|(_, setups)| is_framed_alike && *setups == there).map(|(world, _)| Arm::World(world.id.clone()));
        (world.id.clone(), taken_back.unwrap_or_else(|| Arm::HoldsIn(world.id.clone(), first.id.name.clone())))
    };
    Some(Held { published, worlds: registry.overlays.iter().map(place).collect() })
}

/// The cells of a `holds_when` that changes something.
fn changed<'a>(claim: &'a Claim, simulation: &Simulation) -> Option<&'a [Cell]> {
    let Proof::Conditional { holds_when, .. } = &claim.proof else { return None };
    let cells = &holds_when.variant.cells;
    let is_unchanged = cells.iter().map(|cell| &cell.setup).eq(simulation.cells.iter().map(|cell| &cell.setup));
    (!is_unchanged).then_some(cells)
}

fn are_alike(some: &[Cell], others: &[Cell]) -> bool {
    some.len() == others.len() && some.iter().zip(others).all(|(one, other)| one.setup == other.setup && one.frame == other.frame)
}

/// Cells with a whole world on top of them.
pub(super) fn with_world(cells: &[Cell], world: &Overlay) -> Overlaid {
    apply(&cells.iter().map(|cell| cell.setup.clone()).collect::<Vec<_>>(), world, |_| true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::trial;
    use crate::plan::{Selection, expand};
    use crate::registry::Variant;
    use crate::sim::Regime;

    /// The tiny registry with one more claim that holds under a change.
    fn with(name: &str, change: impl Fn(&mut Setup)) -> Registry {
        let mut registry = trial::registry();
        let id = registry.claims.keys().find(|id| id.name == "drift").expect("a conditional claim").clone();
        let mut claim = registry.claims[&id].clone();
        claim.id.name = name.to_owned();
        if let Proof::Conditional { holds_when, .. } = &mut claim.proof {
            let mut variant = Variant { change: "changed".to_owned(), ..holds_when.variant.clone() };
            variant.cells.iter_mut().for_each(|cell| change(&mut cell.setup));
            holds_when.variant = variant;
        }
        registry.claims.insert(claim.id.clone(), claim);
        registry
    }

    fn held_of(registry: &Registry, name: &str) -> Option<Held> {
        held(registry, registry.claims.values().find(|claim| claim.id.name == name).expect("it was added"))
    }

    #[test]
    fn a_branch_that_changes_nothing_has_no_arms_of_its_own() {
        let registry = trial::registry();
        assert_eq!(held_of(&registry, "drift"), None);
        assert_eq!(held_of(&registry, "variance"), None, "nor has a claim without branches");
    }

    #[test]
    fn a_change_that_a_world_takes_back_is_asked_in_that_world_itself() {
        let registry = with("kept", |setup| setup.regime = Regime::accumulate());
        let held = held_of(&registry, "kept").unwrap();
        assert_eq!(held.published, Arm::Holds("kept".to_owned()), "what is not asymptotic is asked where the test is");
        let worlds: Vec<Arm> = registry.overlays.iter().map(|world| Arm::World(world.id.clone())).collect();
        assert_eq!(held.worlds.into_values().collect::<Vec<_>>(), worlds, "both worlds accumulate");
        let plan = &expand(&registry, &Selection::Published)[0];
        assert!(!plan.arms.keys().any(|arm| matches!(arm, Arm::HoldsIn(..))));
    }

    #[test]
    fn another_change_gets_an_arm_in_every_world_and_moves_no_budget_of_another_arm() {
        let larger = |setup: &mut Setup| setup.samples = crate::sim::Schedule::Constant { start: 40 };
        let registry = with("more", larger);
        let held = held_of(&registry, "more").unwrap();
        let before = &expand(&trial::registry(), &Selection::Published)[0];
        let after = &expand(&registry, &Selection::Published)[0];
        for world in &registry.overlays {
            let arm = Arm::HoldsIn(world.id.clone(), "more".to_owned());
            assert_eq!(held.worlds[&world.id], arm);
            let budgets = (after.arms[&arm].budget, after.arms[&Arm::World(world.id.clone())].budget);
            assert!((256..=budgets.1).contains(&budgets.0), "it may take at most what a world may: {budgets:?}");
            assert_eq!(after.arms[&arm].cells[0].setup.samples.at(1, 10), 40);
            assert_eq!(after.arms[&arm].cells[0].horizon, after.arms[&Arm::World(world.id.clone())].cells[0].horizon);
        }
        for (arm, planned) in &before.arms {
            assert_eq!(planned.budget, after.arms[arm].budget, "{arm}");
        }
    }

    #[test]
    fn equal_changes_of_two_claims_share_one_arm() {
        let mut registry = with("more", |setup| setup.samples = crate::sim::Schedule::Constant { start: 40 });
        let twice = with("too", |setup| setup.samples = crate::sim::Schedule::Constant { start: 40 });
        registry.claims.extend(twice.claims.into_iter().filter(|(id, _)| id.name == "too"));
        assert_eq!(held_of(&registry, "more").unwrap().worlds, held_of(&registry, "too").unwrap().worlds);
    }
}
