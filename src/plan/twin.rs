//! Real-only twins: for every stream of real data among the arms, the arm that has the same real data by the same
//! generation and no synthetic data. Equal streams share one twin, named after the first arm that has it.

use super::expand::in_words;
use super::{Arm, ArmPlan, CellPlan, SimulationPlan};
use crate::sim::{Amount, Budget, Capacity, Earlier, Real, Record, Regime, Sampling, Schedule, Setup, Simulator, Synthetic};
use crate::taxonomy::Metric;
use std::collections::BTreeMap;

/// A twin in the making: what it is, and what its arms read of it.
struct Stream {
    first: Arm,
    /// Per cell, without what only says what is read.
    setups: Vec<Setup>,
    arms: Vec<Arm>,
}

/// Adds a twin for every arm but the changed sides of an order, shared where the streams are equal in every cell.
pub(super) fn add_twins(plan: &mut SimulationPlan) {
    let mut streams: Vec<Stream> = Vec::new();
    for (arm, arm_plan) in plan.arms.iter().filter(|(arm, _)| !matches!(arm, Arm::Side(..))) {
        let setups: Vec<_> = arm_plan.cells.iter().map(|cell| real_only(&cell.setup)).collect();
        match streams.iter_mut().find(|stream| stream.setups == setups) {
            Some(stream) => stream.arms.push(arm.clone()),
            None => streams.push(Stream { first: arm.clone(), setups, arms: vec![arm.clone()] }),
        }
    }
    for stream in streams {
        let twin = Arm::RealOnly(Box::new(stream.first.clone()));
        match twin_cells(&stream, &plan.arms) {
            Ok(cells) => {
                for arm in &stream.arms {
                    plan.arms.get_mut(arm).expect("streams name planned arms").twin = Some(twin.clone());
                }
                plan.arms.insert(twin, ArmPlan { conditions: BTreeMap::new(), twin: None, budget: 0, cells });
            }
            Err(reason) => drop(plan.left_out.insert(twin, reason)),
        }
    }
}

/// The twin's cells: what any of its arms records and measures, as far as the longest of them goes.
fn twin_cells(stream: &Stream, arms: &BTreeMap<Arm, ArmPlan>) -> Result<Vec<CellPlan>, String> {
    let cells = stream.setups.iter().enumerate().map(|(position, setup)| {
        let readers: Vec<&CellPlan> = stream.arms.iter().map(|arm| &arms[arm].cells[position]).collect();
        let mut metrics: Vec<Metric> = Vec::new();
        let mut recorded: Vec<u32> = Vec::new();
        for reader in &readers {
            metrics.extend(reader.setup.metrics.iter().filter(|metric| !metrics.contains(metric)).copied().collect::<Vec<_>>());
            if let Record::At(generations) = &reader.setup.record {
                recorded.extend(generations);
            }
        }
        recorded.sort_unstable();
        recorded.dedup();
        let longest = |of: fn(&CellPlan) -> u32| readers.iter().map(|cell| of(cell)).max().unwrap_or(1);
        let generations = longest(|cell| cell.setup.generations);
        let setup = Setup { generations, record: Record::At(recorded), metrics, ..setup.clone() };
        let simulator = Simulator::prepare(&setup).map_err(|refusals| in_words(&refusals))?;
        Ok(CellPlan {
            name: readers[0].name.clone(),
            horizon: longest(|cell| cell.horizon),
            method: simulator.method().clone(),
            cost: simulator.cost(),
            bindings: readers[0].bindings.clone(),
            frame: readers[0].frame,
            setup,
        })
    });
    cells.collect()
}

/// The setup with the same real data by each generation and no synthetic data, in a form in which equal streams are
/// equal values: generations, record and metrics are blank.
fn real_only(setup: &Setup) -> Setup {
    let first = setup.samples.at(1, setup.generations);
    let (real, samples, capacity) = match (&setup.regime.real, &setup.samples) {
        // Only the size of the last training set moves: the twin has as many examples there, all of them real, since a
        // scaling law compares n synthetic with n real.
        (Real::First | Real::Kept, Schedule::Final { last, .. }) => (Real::Kept, Schedule::Constant { start: *last }, Capacity::Fixed),
        (Real::First | Real::Kept, _) => (Real::Kept, Schedule::Constant { start: first }, Capacity::Fixed),
        (Real::Fresh { amount: Amount::Count { count }, .. }, _) => {
            let amount = Amount::Count { count: *count };
            (Real::Fresh { amount, earlier: Earlier::Kept }, Schedule::Constant { start: first }, setup.capacity)
        }
        (Real::Fresh { amount, .. }, samples) => {
            (Real::Fresh { amount: amount.clone(), earlier: Earlier::Kept }, samples.clone(), setup.capacity)
        }
    };
    Setup {
        regime: Regime { real, synthetic: Synthetic::None, budget: Budget::Whole, real_weight: 1.0, real_inputs: setup.regime.real_inputs },
        curation: Vec::new(),
        sampling: Sampling::Unbiased,
        samples,
        capacity,
        generations: 0,
        record: Record::All,
        metrics: Vec::new(),
        ..setup.clone()
    }
}
