//! Curves for figures: quantiles over generations of the first replicates of the arms that a claim is about.
//!
//! They are short runs of their own, with more generations recorded than any test reads, so that the long ones keep
//! only what they need.

use crate::Result;
use crate::plan::{Arm, Asides, CellPlan, CellRuns, Executor, Key, SimulationPlan};
use crate::registry::{CellChoice, Claim, Statistic, Test, TestKind, WorldId};
use crate::sim::{Column, Record, Setup};
use crate::taxonomy::{Definition, Metric};
use crate::verdict::{ClaimCurve, ClaimPoint};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Generations of a curve at most.
const POINTS: u32 = 24;
/// Nanoseconds that a curve may take, by the fixed cost formula, before it takes fewer replicates than a first look.
const WORK: f64 = 1e8;
/// Replicates of a curve at least: its quantiles are the 10th, 50th and 90th per cent.
const FEWEST: u32 = 64;

/// A curve that is to be drawn.
pub struct Wanted<'a> {
    arm: &'a Arm,
    cell: &'a CellPlan,
    metric: Metric,
    /// The cell with what the curve records.
    short: CellPlan,
    replicates: u32,
}

/// What is to be drawn of each claim.
pub fn all_wanted<'a>(plan: &'a SimulationPlan, claims: &[&Claim], first_look: u32) -> Vec<Vec<Wanted<'a>>> {
    claims.iter().map(|claim| wanted(plan, claim, first_look)).collect()
}

/// The same as what the first stretches of the arms are to tell.
pub fn asides<'a>(executor: &Executor<'_>, plan: &SimulationPlan, wanted: &'a [Vec<Wanted<'_>>]) -> Asides<'a> {
    let key = |cell, replicates| executor.identity(plan, cell).key(&(0..replicates));
    let (mut asides, mut seen) = (Asides::default(), BTreeSet::new());
    for one in wanted.iter().flatten().filter(|one| !one.cell.setup.is_trained()) {
        if seen.insert(key(&one.short, one.replicates)) {
            asides.want(key(one.cell, executor.first_look), &one.short, one.replicates);
        }
    }
    asides
}

/// The curves of each claim. What several of them show is drawn once, and not at all where it was told aside.
///
/// # Errors
/// [`Error::Interrupted`](crate::Error::Interrupted).
pub fn curves(
    executor: &Executor<'_>,
    plan: &SimulationPlan,
    claims: &[&Claim],
    wanted: &[Vec<Wanted<'_>>],
    asides: &Asides<'_>,
) -> Result<Vec<Vec<ClaimCurve>>> {
    let key = |one: &Wanted<'_>| executor.identity(plan, &one.short).key(&(0..one.replicates));
    let unique: BTreeMap<Key, &Wanted<'_>> = wanted.iter().flatten().map(|one| (key(one), one)).collect();
    let draw = |(key, one): (Key, &Wanted<'_>)| Ok((key, executor.first_of(plan, &one.short, one.replicates, asides)?));
    let drawn = unique.into_par_iter().map(draw).collect::<Result<BTreeMap<Key, CellRuns>>>()?;
    let of_claim =
        |(claim, wanted): (&&Claim, &Vec<Wanted<'_>>)| wanted.iter().filter_map(|one| curve(plan, claim, one, &drawn[&key(one)])).collect();
    Ok(claims.iter().zip(wanted).map(of_claim).collect())
}

/// The curves of a claim: its test's arm, that arm's twin and every world, in the first cell that the test names. Of a claim that holds under a
/// change of its own the worlds are those on top of that change, where they are planned.
fn wanted<'a>(plan: &'a SimulationPlan, claim: &Claim, first_look: u32) -> Vec<Wanted<'a>> {
    // A program would have to be started again for it.
    if plan.external.is_some() {
        return Vec::new();
    }
    let (Some(places), Some(test)) = (plan.claims.get(&claim.id.name), claim.test()) else { return Vec::new() };
    let twin = plan.arms.get(&places.test).and_then(|arm| arm.twin.as_ref());
    let changed: BTreeMap<&WorldId, &Arm> = places.held.iter().filter_map(|arm| Some((arm.holds_in()?, arm))).collect();
    let worlds = plan.arms.keys().filter_map(|arm| match arm {
        Arm::World(world) => Some(changed.get(world).copied().unwrap_or(arm)),
        _ => None,
    });
    let of_arm = |arm: &Arm| {
        let (arm, planned) = plan.arms.get_key_value(arm)?;
        let cell = planned.cells.iter().find(|cell| names(test, cell))?;
        let metric = metric_of(claim, test, cell)?;
        let short = if cell.setup.is_trained() {
            // Recorded whole, with every generation.
            cell.clone()
        } else {
            let record = Record::At(thinned(cell.horizon));
            let setup = Setup { generations: cell.horizon, record, metrics: vec![metric], ..cell.setup.clone() };
            CellPlan { setup, ..cell.clone() }
        };
        let replicates = replicates(&short, first_look);
        Some(Wanted { arm, cell, metric, short, replicates })
    };
    [Some(&places.test), twin].into_iter().flatten().chain(worlds).filter_map(of_arm).collect()
}

fn curve(plan: &SimulationPlan, claim: &Claim, Wanted { arm, cell, metric, .. }: &Wanted<'_>, runs: &CellRuns) -> Option<ClaimCurve> {
    let (places, test) = (plan.claims.get(&claim.id.name)?, claim.test()?);
    let closed_form = if **arm == places.test { Some(test) } else { None };
    let points = thinned(cell.horizon).into_iter().filter_map(|t| point(runs, *metric, test, closed_form, cell, t)).collect();
    Some(ClaimCurve { arm: arm.to_string(), cell: cell.name.clone(), metric: *metric, points })
}

/// A first look, halved while it is dear.
fn replicates(cell: &CellPlan, first_look: u32) -> u32 {
    let mut count = first_look;
    while count / 2 >= FEWEST && f64::from(count) * cell.cost > WORK {
        count /= 2;
    }
    count
}

fn names(test: &Test, cell: &CellPlan) -> bool {
    match &test.cells {
        CellChoice::Every => true,
        CellChoice::Named(names) => names.contains(&cell.name),
    }
}

/// The test's metric; of an outcome, what its definition is about.
fn metric_of(claim: &Claim, test: &Test, cell: &CellPlan) -> Option<Metric> {
    let candidates = match (test.metric, claim.definition) {
        (Some(metric), _) => vec![metric],
        (None, Definition::VarianceCollapse) => vec![Metric::VarianceRatio, Metric::Heterozygosity, Metric::Entropy],
        (None, Definition::ModeEntanglement) => vec![Metric::ModesKept],
        (None, Definition::TailLoss) => vec![Metric::TailCoverage],
        (None, Definition::Hallucination) => vec![Metric::MassOutside],
        (None, Definition::CatastrophicRisk | Definition::AnyRiskIncrease | Definition::DivergingRisk | Definition::ScalingLawChange) => {
            cell.frame.risk.into_iter().collect()
        }
    };
    candidates.into_iter().find(|metric| cell.setup.metrics.contains(metric))
}

/// At most [`POINTS`] generations from the first to the last, evenly.
fn thinned(last: u32) -> Vec<u32> {
    if last <= POINTS {
        return (1..=last).collect();
    }
    let place = |i: u32| 1 + (u64::from(i) * u64::from(last - 1) + u64::from(POINTS - 1) / 2) / u64::from(POINTS - 1);
    (0..POINTS).map(|i| place(i) as u32).collect()
}

/// One generation; `None` unless every number is finite and at least half the replicates have a value.
fn point(runs: &CellRuns, metric: Metric, test: &Test, closed_form: Option<&Test>, cell: &CellPlan, t: u32) -> Option<ClaimPoint> {
    let column = runs.table.column(metric, t)?;
    let sorted = sorted(&column);
    if sorted.len() * 2 < column.len() || sorted.is_empty() {
        return None;
    }
    let at = |share: f64| sorted[((sorted.len() - 1) as f64 * share).round() as usize];
    let mean = |values: &mut dyn Iterator<Item = f64>| values.sum::<f64>() / sorted.len() as f64;
    let statistic = match test.statistic {
        Statistic::Mean => mean(&mut sorted.iter().copied()),
        Statistic::Median | Statistic::Share(_) => at(0.5),
        Statistic::MeanLog => mean(&mut sorted.iter().map(|x| x.ln())).exp(),
    };
    let point = ClaimPoint {
        generation: t,
        low: at(0.1),
        middle: at(0.5),
        high: at(0.9),
        statistic,
        expected: closed_form.and_then(|test| expected(test, cell, t)),
    };
    [point.low, point.middle, point.high, point.statistic].iter().all(|x| x.is_finite()).then_some(point)
}

fn sorted(column: &Column<'_>) -> Vec<f64> {
    let mut values: Vec<f64> = column.iter().flatten().collect();
    values.sort_by(f64::total_cmp);
    values
}

/// The closed form on the metric's own scale.
fn expected(test: &Test, cell: &CellPlan, t: u32) -> Option<f64> {
    let TestKind::Equals { expect, .. } = &test.kind else { return None };
    if test.relative_to.is_some() {
        return None;
    }
    let value = expect.value(&cell.bindings, t).ok()?;
    match test.statistic {
        Statistic::Mean | Statistic::Median => Some(value),
        Statistic::MeanLog => Some(value.exp()),
        Statistic::Share(_) => None,
    }
    .filter(|x| x.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stretch_tells_aside_is_what_runs_of_its_own_say() {
        let (registry, cache) = (crate::drive::tests::small(), crate::plan::Cache::none());
        let first_look = registry.criteria.first_look as u32;
        let executor = crate::drive::tests::executor(&registry, &cache);
        let mut told = 0;
        for plan in crate::plan::expand(&registry, &crate::plan::Selection::Published) {
            let claims: Vec<&Claim> = crate::plan::claims_of(&registry, &plan.study, &plan.simulation).collect();
            let wanted = all_wanted(&plan, &claims, first_look);
            let asides = asides(&executor, &plan, &wanted);
            let arms = wanted.iter().flatten().map(|one| (one.arm.clone(), first_look)).collect();
            executor.extend(&plan, &mut crate::plan::Runs::default(), &arms, &asides).expect("nothing interrupts");
            for one in wanted.iter().flatten() {
                let Some(aside) = asides.take(&executor.identity(&plan, &one.short).key(&(0..one.replicates))) else { continue };
                let own = executor.first_of(&plan, &one.short, one.replicates, &Asides::default()).expect("nothing interrupts");
                let bits = |runs: &CellRuns| runs.table.raw().iter().flatten().map(|value| value.to_bits()).collect::<Vec<_>>();
                assert_eq!((bits(&aside), aside.table.endings()), (bits(&own), own.table.endings()), "{} {}", plan.simulation, one.arm);
                assert_eq!((aside.table.generations(), &aside.expectations), (own.table.generations(), &own.expectations));
                told += 1;
            }
        }
        assert!(told >= 4, "{told}");
    }

    #[test]
    fn curves_keep_both_ends_and_never_more_than_their_points() {
        assert_eq!(thinned(5), [1, 2, 3, 4, 5]);
        for last in [25, 50, 64, 1000, 4096] {
            let kept = thinned(last);
            assert_eq!((kept[0], *kept.last().unwrap()), (1, last));
            assert!(kept.len() <= POINTS as usize && kept.is_sorted_by(|a, b| a < b), "{kept:?}");
        }
    }
}
