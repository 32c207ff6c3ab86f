//! Designs as plans: a loop is a simulation without claims, and every point of the design one of its arms.

use super::expand::{Draft, Reach, finish};
use super::recorded::cost;
use super::twin::add_twins;
use super::{Arm, ArmPlan, CellPlan, Limits, SimulationPlan, budget::set_budgets};
use crate::registry::{Baseline, Design, DesignId, Registry, point_label};
use crate::sim::{Record, Setup, Simulator};
use crate::taxonomy::Word;
use std::collections::BTreeMap;

/// A point of a world whose first look alone takes more than this part of what all of them may is left out.
const DEAR: f64 = 0.1;

/// A loop of a design.
pub(super) fn plan(registry: &Registry, design: &Design, baseline: &Baseline) -> SimulationPlan {
    let limits = Limits { replicates: design.replicates, work: design.work };
    within(registry, design, baseline, limits, f64::INFINITY)
}

/// Why a remedy is not run in a world in which its loop is too dear.
const NOTHING_TO_HELP: &str = "cost of the loop without it";

/// A loop of a design in a world, as [`in_world`](super::in_world) gives it. What is too dear there is left out, and with the loop itself every remedy.
pub(super) fn plan_in_world(registry: &Registry, design: &Design, baseline: &Baseline) -> SimulationPlan {
    let worlds = design.worlds.as_ref().expect("only a design that is asked in the worlds has loops there");
    let limits = Limits { replicates: worlds.replicates, work: worlds.work };
    let mut plan = within(registry, design, baseline, limits, DEAR * worlds.work);
    let is_own = |arm: &Arm| *arm == Arm::Point(point_label(None, &[]));
    if design.id == DesignId::Remedies && !plan.arms.keys().any(is_own) {
        let points = std::mem::take(&mut plan.arms).into_keys().filter(|arm| matches!(arm, Arm::Point(_)));
        plan.left_out.extend(points.map(|arm| (arm, NOTHING_TO_HELP.to_owned())));
    }
    plan
}

/// The plan of a loop. No point's first look takes more core-seconds than `most`.
fn within(registry: &Registry, design: &Design, baseline: &Baseline, limits: Limits, most: f64) -> SimulationPlan {
    // An arm and its twin share the work evenly with all others.
    let share = limits.work / (2 * baseline.arms.len().max(1)) as f64 * 1e9;
    let (mut arms, mut left_out) = (BTreeMap::new(), BTreeMap::new());
    for point in &baseline.arms {
        let arm = Arm::Point(point.label());
        let cells = point.cell.clone().and_then(|cell| finish(&Draft::of(vec![cell], Reach::Extended), &registry.criteria, share));
        match cells {
            Err(reason) => drop(left_out.insert(arm, reason)),
            Ok(cells) if cells.iter().map(|cell| cell.cost).sum::<f64>() * 1e-9 * registry.criteria.first_look > most => {
                left_out.insert(arm, "cost".to_owned());
            }
            Ok(cells) => {
                let cells = cells.into_iter().map(seen_throughout).collect();
                arms.insert(arm, ArmPlan { conditions: BTreeMap::new(), twin: None, budget: 0, cells });
            }
        }
    }
    let claims = BTreeMap::new();
    let (study, simulation) = (design.id.id().to_owned(), baseline.id.clone());
    let mut plan = SimulationPlan { study, simulation, claims, arms, left_out, limits: Some(limits), external: None };
    add_twins(&mut plan, |_| true);
    let criteria = plan.rules(&registry.criteria).into_owned();
    set_budgets(&mut plan, &criteria);
    plan
}

/// The cell with every generation up to its horizon on record: what shows first must be seen when it does.
fn seen_throughout(cell: CellPlan) -> CellPlan {
    let mut generations: Vec<u32> = (1..=cell.horizon).collect();
    if let Record::At(recorded) = &cell.setup.record {
        generations.extend(recorded);
    }
    generations.sort_unstable();
    generations.dedup();
    let setup = Setup { record: Record::At(generations), ..cell.setup };
    let simulator = Simulator::prepare(&setup).expect("the cell was prepared with fewer generations on record");
    CellPlan { cost: cost(&simulator, &setup), setup, ..cell }
}
