//! Real-only twins: the arm whose data are the real data that another arm's own training set holds, generation by generation, and
//! no synthetic data. Equal streams of real data share one twin, named after the first arm that has it.

use super::recorded::cost;
use super::refused::in_words;
use super::{Arm, ArmPlan, CellPlan, SimulationPlan};
use crate::sim::{
    Amount, Budget, Capacity, Earlier, Held, Real, Record, Regime, Sampling, Schedule, Setup, Simulator, Synthetic, fewest, held,
};
use crate::taxonomy::Metric;
use std::collections::BTreeMap;

/// A twin in the making: what it is, and what its arms read of it.
struct Stream {
    first: Arm,
    /// Per cell, without what only says what is read.
    setups: Vec<Setup>,
    arms: Vec<Arm>,
}

/// Adds a twin for every arm that `has_one`, shared where the streams are equal in every cell.
pub(super) fn add_twins(plan: &mut SimulationPlan, has_one: impl Fn(&Arm) -> bool) {
    let mut streams: Vec<Stream> = Vec::new();
    for (arm, arm_plan) in plan.arms.iter().filter(|(arm, _)| has_one(arm)) {
        let setups: Vec<_> = arm_plan.cells.iter().map(|cell| real_only(&cell.setup)).collect();
        // What is told beside the others shares no twin with them: it would be run further for its sake.
        match streams.iter_mut().find(|stream| stream.setups == setups && stream.first.is_beside() == arm.is_beside()) {
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
        let record = if setup.is_trained() { Record::All } else { Record::At(recorded) };
        let setup = Setup { generations, record, metrics, ..setup.clone() };
        let simulator = Simulator::prepare(&setup).map_err(|refusals| in_words(&refusals))?;
        Ok(CellPlan {
            name: readers[0].name.clone(),
            horizon: longest(|cell| cell.horizon),
            method: simulator.method().clone(),
            cost: cost(&simulator, &setup),
            bindings: readers[0].bindings.clone(),
            frame: readers[0].frame,
            setup,
        })
    });
    cells.collect()
}

/// The setup with the real data that its own training set holds at each generation and no synthetic data, in a form in which equal
/// streams are equal values: generations, record and metrics are blank.
///
/// Where a set is cut at random, the twin has as many of the same real data as it holds in expectation. Where it holds none, or fewer
/// than the model needs ([`fewest`]), the twin has the first real set (of a cut, as many examples). A loop that never gets synthetic
/// data is its own twin. Weights are left out: equal ones change nothing.
fn real_only(setup: &Setup) -> Setup {
    let blank = |setup: Setup| Setup { generations: 0, record: Record::All, metrics: Vec::new(), ..setup };
    let sets = held(setup);
    if sets.iter().all(|set| set.synthetic == 0) {
        return blank(setup.clone());
    }
    let first = setup.samples.at(1, setup.generations);
    let constant = |size| (Real::Kept, Schedule::Constant { start: size }, Capacity::Fixed);
    let mut regime =
        Regime { real: Real::Kept, synthetic: Synthetic::None, budget: Budget::Whole, real_weight: 1.0, ..setup.regime.clone() };
    let (real, samples, capacity) = match (&setup.regime.real, &setup.samples) {
        // Only the size of the last training set moves: the twin has as many examples there, all of them real, since a
        // scaling law compares n synthetic with n real.
        (Real::First | Real::Kept, Schedule::Final { last, .. }) => constant(*last),
        _ if sets[1..].iter().all(|set| set.real <= 0.0) => constant(first),
        _ if is_cut(setup) => {
            regime.budget = if draws_twice(setup) { Budget::WithReplacement } else { Budget::WithoutReplacement };
            cut(setup, &sets)
        }
        (Real::First | Real::Kept, _) => constant(first),
        (Real::Fresh { earlier: Earlier::First, .. }, _) if matches!(setup.regime.synthetic, Synthetic::Window { .. }) => {
            // No synthetic example is drawn: what arrives comes and goes in the window's batches.
            regime.synthetic = setup.regime.synthetic.clone();
            let fresh = Real::Fresh { amount: listed(fresh_of(&sets)), earlier: Earlier::First };
            (fresh, Schedule::Listed { sizes: vec![first, 0] }, Capacity::Fixed)
        }
        (Real::Fresh { amount, earlier }, samples) => {
            let is_enough = *earlier != Earlier::Dropped || sets[1..].iter().all(|set| set.fresh >= fewest(setup));
            // A last size is told by the length of the run, and a twin may be longer than the arms that read it.
            let amount = match samples {
                _ if !is_enough => listed(enough(setup, &sets)),
                Schedule::Final { .. } => listed(fresh_of(&sets)),
                _ => amount.clone(),
            };
            let samples = if amount.is_beside() { Schedule::Constant { start: first } } else { samples.clone() };
            match amount {
                Amount::Listed { counts } if counts == [0] => constant(first),
                amount => (Real::Fresh { amount, earlier: *earlier }, samples, setup.capacity),
            }
        }
    };
    let setup = Setup { curation: Vec::new(), sampling: Sampling::Unbiased, samples, capacity, ..setup.clone() };
    blank(Setup { regime: Regime { real, ..regime }, ..setup })
}

/// Whether a part of the pool is drawn at random.
fn is_cut(setup: &Setup) -> bool {
    let overwrites = matches!(setup.regime.synthetic, Synthetic::Overwrite { .. });
    setup.regime.budget != Budget::Whole || overwrites || setup.detector().is_some()
}

/// Whether the same example may be drawn twice.
fn draws_twice(setup: &Setup) -> bool {
    setup.regime.budget == Budget::WithReplacement || setup.detector().is_some()
}

/// As many of the real data that are there as a cut leaves in expectation.
fn cut(setup: &Setup, sets: &[Held]) -> (Real, Schedule, Capacity) {
    let first = setup.samples.at(1, setup.generations);
    let size = |set: &Held| {
        let size = set.real.round() as u64;
        if size < fewest(setup).max(1) { first } else { size }
    };
    let fresh = fresh_of(sets);
    // What is overwritten at random leaves something of every earlier set, the first one among them.
    let overwrites = matches!(setup.regime.synthetic, Synthetic::Overwrite { .. });
    let real = match &setup.regime.real {
        Real::Fresh { earlier, .. } if fresh.iter().any(|count| *count > 0) => {
            let earlier = if overwrites { Earlier::Kept } else { *earlier };
            Real::Fresh { amount: listed(fresh), earlier }
        }
        Real::First | Real::Kept | Real::Fresh { .. } => Real::Kept,
    };
    let sizes: Vec<u64> = sets.iter().map(size).collect();
    if real == Real::Kept && sizes.iter().all(|size| *size >= first) && !draws_twice(setup) {
        return (real, Schedule::Constant { start: first }, Capacity::Fixed);
    }
    (real, Schedule::Listed { sizes: trimmed(sizes) }, setup.capacity)
}

fn fresh_of(sets: &[Held]) -> Vec<u64> {
    sets[1..].iter().map(|set| set.fresh).collect()
}

/// New real data at each generation; none where they are fewer than the model needs, so that the first set stands in.
fn enough(setup: &Setup, sets: &[Held]) -> Vec<u64> {
    sets[1..].iter().map(|set| if set.fresh >= fewest(setup) { set.fresh } else { 0 }).collect()
}

fn listed(counts: Vec<u64>) -> Amount {
    Amount::Listed { counts: trimmed(counts) }
}

/// The list without repeats of its last value, which holds on: equal streams of other lengths are equal lists.
fn trimmed(mut list: Vec<u64>) -> Vec<u64> {
    while let [.., a, b] = list[..]
        && a == b
    {
        list.pop();
    }
    list
}
