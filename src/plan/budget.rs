//! How many replicates an arm may take: by what reads it, and under the simulation's work ceiling.

use super::{Arm, ArmPlan, CellPlan, SimulationPlan};
use crate::registry::Criteria;
use std::collections::{BTreeMap, BTreeSet};

/// Bytes of a replicate beyond which memory limits an arm: a thousand recorded generations and more.
const MUCH: f64 = 2e4;
/// Most bytes that the values of such an arm take.
const MEMORY: f64 = 1e8;

/// The part of a simulation's work ceiling that one arm may take which is told beside the others: these together stay within a small part of a run.
pub(super) const BESIDE: f64 = 20.0;

/// What reads an arm, in the order in which budgets are lowered: the last gives way first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tier {
    /// A claim's test or control.
    Claim,
    /// A world, the loop as published where no claim's test reads it, or a twin of these.
    World,
    /// Anything else.
    Other,
}

/// Sets every arm's budget. A budget is a number of replicates at which a look happens. Where all arms together would
/// cost more than the work ceiling, arms that no claim's test reads give way first, then the worlds and the loop as published. Each arm
/// of a claim may use the whole ceiling, whatever the others cost: nearly all of them stop at their first look, and the one that does
/// not is the one that needs it. None falls under the first look, and what the table of definitions prints not under its own floor
/// ([`floor`]).
/// Leave-one-out arms are not counted: they are run only when asked for. Nor is what is told beside
/// ([`Arm::is_beside`]): it may take what the worlds may and takes nothing from them, each arm at most a [`BESIDE`]th of the ceiling.
pub(super) fn set_budgets(plan: &mut SimulationPlan, criteria: &Criteria) {
    let tiers = tiers(plan);
    for (arm, tier) in &tiers {
        let budget = match tier {
            Tier::Claim => criteria.budget_claim,
            Tier::World => criteria.budget_world,
            Tier::Other => criteria.budget_other,
        };
        plan.arms.get_mut(arm).expect("tiers are of planned arms").budget = last_look(budget, criteria.first_look);
    }
    let first = last_look(0.0, criteria.first_look);
    plan.arms.values_mut().for_each(|arm| cut_to_memory(arm, first));
    for arm in plan.arms.iter_mut().filter_map(|(arm, planned)| arm.is_beside().then_some(planned)) {
        let cost = arm.cells.iter().map(|cell| cell.cost).sum::<f64>() * 1e-9;
        while arm.budget > first && f64::from(arm.budget) * cost > criteria.work_ceiling / BESIDE {
            arm.budget /= 2;
        }
    }
    for tier in [Tier::Other, Tier::World, Tier::Claim] {
        let mine: Vec<&Arm> = tiers.iter().filter(|(_, t)| **t == tier).map(|(arm, _)| arm).collect();
        if tier == Tier::Claim {
            mine.into_iter().for_each(|arm| cut_alone(plan.arms.get_mut(arm).expect("tiers are of planned arms"), criteria));
            continue;
        }
        let allowed = criteria.work_ceiling - work(plan, |arm| !mine.contains(&arm));
        let mut cap = mine.iter().map(|arm| plan.arms[*arm].budget).max().unwrap_or(first);
        while cap > first && work(plan, |arm| mine.contains(&arm)) > allowed {
            cap /= 2;
            for arm in &mine {
                let least = if tier == Tier::Other { first } else { floor(&plan.arms[*arm], criteria) };
                let planned = plan.arms.get_mut(*arm).expect("tiers are of planned arms");
                planned.budget = planned.budget.min(cap.max(least));
            }
        }
    }
}

/// Lowers the budget of an arm that keeps very much of every replicate, each recorded generation with each metric.
fn cut_to_memory(arm: &mut ArmPlan, first: u32) {
    let values = |cell: &CellPlan| {
        let generations = cell.setup.record.listed().map_or(cell.setup.generations as usize, |listed| listed.len());
        (generations * cell.setup.metrics.len()) as f64
    };
    let bytes = arm.cells.iter().map(values).sum::<f64>() * 8.0;
    while arm.budget > first && bytes > MUCH && f64::from(arm.budget) * bytes > MEMORY {
        arm.budget /= 2;
    }
}

/// Lowers the budget of one arm to the ceiling.
fn cut_alone(arm: &mut ArmPlan, criteria: &Criteria) {
    let cost = arm.cells.iter().map(|cell| cell.cost).sum::<f64>() * 1e-9;
    let least = floor(arm, criteria);
    while arm.budget > least && f64::from(arm.budget) * cost > criteria.work_ceiling {
        arm.budget /= 2;
    }
}

/// Replicates below which the ceiling lowers no arm of a profile: fewer cannot decide what the table of definitions prints. A replicate
/// that costs more than `floor_cost` gives way to the ceiling.
fn floor(arm: &ArmPlan, criteria: &Criteria) -> u32 {
    let cost = arm.cells.iter().map(|cell| cell.cost).sum::<f64>() * 1e-3;
    last_look(if cost > criteria.floor_cost { 0.0 } else { criteria.world_floor }, criteria.first_look)
}

/// Whether the cost of its replicates has lowered the budget of an arm that a verdict or the table of definitions rests on below what
/// the ceiling leaves to such an arm otherwise.
pub fn is_cut_short(arm: &Arm, planned: &ArmPlan, criteria: &Criteria) -> bool {
    let is_printed = match arm {
        Arm::AsPublished
        | Arm::World(_)
        | Arm::Control(_)
        | Arm::Holds(_)
        | Arm::Fails(_)
        | Arm::Side(..)
        | Arm::Point(_)
        | Arm::HoldsOn(_)
        | Arm::HoldsIn(..) => true,
        Arm::Single(_) | Arm::Pair(_) | Arm::Without(_) | Arm::RealOnly(_) => false,
    };
    is_printed && planned.budget < last_look(criteria.world_floor, criteria.first_look)
}

/// What reads each arm; a twin is read by whatever reads its arms.
fn tiers(plan: &SimulationPlan) -> BTreeMap<Arm, Tier> {
    let of_claims: BTreeSet<&Arm> = plan.claims.values().flat_map(|places| [&places.test, &places.control]).collect();
    let by_role = |arm: &Arm| match arm {
        arm if of_claims.contains(arm) => Tier::Claim,
        Arm::Side(..) => Tier::Claim,
        Arm::World(_) | Arm::AsPublished | Arm::Point(_) | Arm::HoldsOn(_) | Arm::HoldsIn(..) => Tier::World,
        Arm::Single(_) | Arm::Pair(_) | Arm::Without(_) | Arm::Control(_) | Arm::Holds(_) | Arm::Fails(_) | Arm::RealOnly(_) => Tier::Other,
    };
    let mut tiers: BTreeMap<Arm, Tier> = plan.arms.keys().map(|arm| (arm.clone(), by_role(arm))).collect();
    for (arm, planned) in &plan.arms {
        if let Some(twin) = &planned.twin {
            let tier = tiers[arm].min(tiers[twin]);
            tiers.insert(twin.clone(), tier);
        }
    }
    tiers
}

/// The largest look that does not exceed `budget`; at least the first.
fn last_look(budget: f64, first_look: f64) -> u32 {
    let mut look = first_look.max(1.0);
    while look * 2.0 <= budget {
        look *= 2.0;
    }
    look as u32
}

/// Core-seconds of the chosen arms at their budgets, the leave-one-out ones and those told beside never among them.
fn work(plan: &SimulationPlan, chosen: impl Fn(&Arm) -> bool) -> f64 {
    let is_asked_later = |arm: &Arm| match arm {
        Arm::Without(_) => true,
        Arm::RealOnly(of) => matches!(**of, Arm::Without(_)),
        _ => false,
    };
    plan.arms
        .iter()
        .filter(|(arm, _)| !is_asked_later(arm) && !arm.is_beside() && chosen(arm))
        .map(|(_, arm)| f64::from(arm.budget) * arm.cells.iter().map(|cell| cell.cost).sum::<f64>() * 1e-9)
        .sum()
}
