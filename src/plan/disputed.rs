//! Arms of two conditions at a time: what is searched where papers disagree and no condition alone tells why.
//!
//! They are planned for simulations with a claim that contradicts another study's, and run only where no condition alone turns that claim. They are planned
//! beside the other arms, with twins and a budget of their own, so that no other arm is run a replicate more or less for them.

use super::expand::{Draft, finish, is_capped, is_dear};
use super::overlay::apply;
use super::tested::claims_of;
use super::twin::add_twins;
use super::{Arm, ArmPlan, Pair, Simulated, SimulationPlan, budget::set_budgets};
use crate::registry::{Claim, Proof, Registry, Simulation, Study, Test};
use crate::taxonomy::Condition;
use std::collections::BTreeMap;

/// Whether two conditions at a time are searched for this claim: it contradicts one of another study.
#[must_use]
pub fn is_disputed(claim: &Claim) -> bool {
    claim.conflicts.iter().any(|other| other.split_once('/').is_some_and(|(study, _)| study != claim.id.study))
}

/// Adds an arm for every two conditions that the leading world changes in the simulation, where a claim of it is disputed. Twins and budgets are reckoned
/// without the arms that there are; all of them together have one work ceiling more.
pub(super) fn add_pairs(registry: &Registry, study: &Study, simulation: &Simulation, plan: &mut SimulationPlan) {
    let disputed: Vec<&Claim> = claims_of(registry, &study.id, &simulation.name).filter(|claim| is_disputed(claim)).collect();
    if simulation.has_one_look() || disputed.is_empty() {
        return;
    }
    let mut drafts = drafts(registry, simulation);
    for test in disputed.into_iter().filter_map(portable_order) {
        drafts.values_mut().for_each(|draft| draft.read(test));
    }
    let criteria = &registry.criteria;
    let share = criteria.work_ceiling * 1e9 / drafts.len().max(1) as f64;
    let mut beside = SimulationPlan {
        study: plan.study.clone(),
        simulation: plan.simulation.clone(),
        claims: BTreeMap::new(),
        arms: BTreeMap::new(),
        left_out: BTreeMap::new(),
        limits: None,
        external: None,
    };
    for (pair, draft) in drafts {
        match finish(&draft, criteria, share) {
            Err(reason) => drop(beside.left_out.insert(Arm::Pair(pair), reason)),
            Ok(cells) if is_dear(&cells, criteria) => drop(beside.left_out.insert(Arm::Pair(pair), "cost".to_owned())),
            Ok(cells) => {
                let conditions = draft.conditions().clone();
                beside.arms.insert(Arm::Pair(pair), ArmPlan { conditions, twin: None, budget: 0, cells });
            }
        }
    }
    add_twins(&mut beside, |_| true);
    set_budgets(&mut beside, criteria);
    plan.arms.append(&mut beside.arms);
    plan.left_out.append(&mut beside.left_out);
}

/// Pairs of which each condition changes something that the other does not (else it is the arm of one of them), and whose growth does not meet its limit.
fn drafts(registry: &Registry, simulation: &Simulation) -> BTreeMap<Pair, Draft> {
    let published: Vec<_> = simulation.cells.iter().map(|cell| cell.setup.clone()).collect();
    let leading = registry.leading_world();
    let mut drafts = BTreeMap::new();
    for pair in Pair::all() {
        let both = apply(&published, leading, |condition| pair.has(condition));
        // Why not is said of the arm of growth alone.
        let meets_limit = pair.has(Condition::Growth) && is_capped(&both);
        if meets_limit || both.conditions.values().any(|state| *state != Simulated::Changed) {
            continue;
        }
        drafts.insert(pair, Draft::overlaid(&simulation.cells, both));
    }
    drafts
}

/// The order that is asked elsewhere in place of the definition.
fn portable_order(claim: &Claim) -> Option<&Test> {
    match &claim.proof {
        Proof::Single { test, .. } if test.is_portable_order() => Some(test),
        Proof::Single { .. } | Proof::Conditional { .. } | Proof::Untested { .. } => None,
    }
}
