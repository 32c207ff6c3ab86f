//! Designs as plans: a loop is a simulation without claims, and every point of the design one of its arms.

use super::expand::{Draft, Reach, finish};
use super::recorded::cost;
use super::twin::add_twins;
use super::{Arm, ArmPlan, CellPlan, Limits, SimulationPlan, budget::set_budgets};
use crate::registry::{Baseline, Design, Registry};
use crate::sim::{Record, Setup, Simulator};
use crate::taxonomy::Word;
use std::collections::BTreeMap;

/// A loop of a design.
pub(super) fn plan(registry: &Registry, design: &Design, baseline: &Baseline) -> SimulationPlan {
    let limits = Limits { replicates: design.replicates, work: design.work };
    // An arm and its twin share the work evenly with all others.
    let share = limits.work / (2 * baseline.arms.len().max(1)) as f64 * 1e9;
    let (mut arms, mut left_out) = (BTreeMap::new(), BTreeMap::new());
    for point in &baseline.arms {
        let arm = Arm::Point(point.label());
        let cells = point.cell.clone().and_then(|cell| finish(&Draft::of(vec![cell], Reach::Extended), &registry.criteria, share));
        match cells {
            Err(reason) => drop(left_out.insert(arm, reason)),
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
