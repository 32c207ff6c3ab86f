//! Designs: what was decided of their loops, point by point.

use super::model_design::{DesignReport, DesignWorld, FactorReport, LoopReport, PointReport, Span, mean};
use crate::plan::{ALREADY_SO, Arm, in_world};
use crate::registry::{Baseline, Design, DesignArm, Factor, Registry};
use crate::sim::held;
use crate::taxonomy::{Against, Definition, Word};
use crate::verdict::{ArmRecord, Decided, Finding, Outcome, Series};
use std::collections::BTreeMap;

/// Standard errors to either side of a number of a design: an error of one in a thousand, as for exploratory findings.
pub const SURE: f64 = 3.29;

/// The designs of which a loop was decided.
#[must_use]
pub fn reports(registry: &Registry, decided: &[Decided]) -> Vec<DesignReport> {
    registry.designs.iter().filter_map(|design| report(registry, design, decided)).collect()
}

fn report(registry: &Registry, design: &Design, decided: &[Decided]) -> Option<DesignReport> {
    let of = |baseline: &Baseline| decided.iter().find(|one| one.study == design.id.id() && one.simulation == baseline.id);
    let unit = |baseline: &Baseline| of(baseline).and_then(|decided| yardstick(baseline, decided));
    let loops: Vec<LoopReport> = design.loops.iter().filter_map(|one| Some(of_loop(one, of(one)?, unit(one)))).collect();
    let worlds = registry.overlays.iter().filter(|_| design.worlds.is_some()).map(|world| {
        let there = design.loops.iter().map(|baseline| (in_world(design.id, baseline, world), unit(baseline)));
        DesignWorld {
            world: world.id.id().to_owned(),
            loops: there.filter_map(|(one, unit)| Some(of_loop(&one, of(&one)?, unit))).collect(),
        }
    });
    let worlds = worlds.collect();
    let factors = |factors: &[Factor], is_crossed| factors.iter().map(move |factor| of_factor(factor, is_crossed)).collect::<Vec<_>>();
    (!loops.is_empty()).then(|| DesignReport {
        id: design.id.id().to_owned(),
        reason: design.reason.clone(),
        factors: [factors(&design.options, false), factors(&design.crossed, true)].concat(),
        loops,
        beside: design.beside.clone(),
        worlds,
    })
}

fn of_factor(factor: &Factor, is_crossed: bool) -> FactorReport {
    FactorReport {
        id: factor.id.clone(),
        title: factor.title.clone(),
        reason: factor.reason.clone(),
        locator: factor.locator.clone(),
        price: factor.price.clone(),
        missing: factor.missing.clone(),
        is_crossed,
    }
}

/// Mean risk of one real sample as large as the loop's first set, with its error: the first fit of the loop as it is. One for the loop and for
/// the same loop in every world, so that what the worlds show is not the noise of their first fits.
fn yardstick(baseline: &Baseline, decided: &Decided) -> Option<(f64, f64)> {
    let first = baseline.arms.first()?;
    let risk = first.cell.as_ref().ok()?.frame.risk?;
    point(first, 1.0, decided).mean(risk, 1)
}

fn of_loop(baseline: &Baseline, decided: &Decided, yardstick: Option<(f64, f64)>) -> LoopReport {
    let first = baseline.arms.first().and_then(|arm| arm.cell.as_ref().ok());
    let own = first.map_or(1, |cell| cell.setup.samples.at(1, cell.setup.generations)) as f64;
    let mut points: Vec<PointReport> = baseline.arms.iter().map(|arm| point(arm, own, decided)).collect();
    let (risk, generations) = (first.and_then(|cell| cell.frame.risk), first.map_or(0, |cell| cell.setup.generations));
    for (point, arm) in points.iter_mut().zip(&baseline.arms) {
        if says_it_itself(baseline, arm) {
            *point = already_so(point);
            continue;
        }
        let last = risk.and_then(|risk| point.mean(risk, generations));
        let own = risk.and_then(|risk| mean(&twin(arm, decided)?.series, risk, generations));
        point.risk = last.zip(yardstick).and_then(|(last, yardstick)| over(last, yardstick));
        point.against_own = last.zip(own).and_then(|(last, own)| over(last, own));
    }
    LoopReport { id: baseline.id.clone(), title: baseline.title.clone(), reason: baseline.reason.clone(), risk, generations, points }
}

/// Whether a change made alone writes over all that the others change: under them it is the loop that it is without them.
fn says_it_itself(baseline: &Baseline, arm: &DesignArm) -> bool {
    let plain = baseline.arms.iter().find(|other| other.option == arm.option && other.crossed.is_empty());
    let setup = |arm: &'_ DesignArm| arm.cell.as_ref().ok().map(|cell| cell.setup.clone());
    arm.option.is_some() && !arm.crossed.is_empty() && setup(arm).is_some() && plain.and_then(setup) == setup(arm)
}

/// The point without the numbers of the other one.
fn already_so(point: &PointReport) -> PointReport {
    PointReport {
        refused: Some(format!("{ALREADY_SO}: it says itself what the setting says")),
        replicates: 0,
        outcomes: BTreeMap::new(),
        onsets: BTreeMap::new(),
        series: Vec::new(),
        ..point.clone()
    }
}

/// The real-only twin of a point.
fn twin<'a>(arm: &DesignArm, decided: &'a Decided) -> Option<&'a ArmRecord> {
    decided.arms.get(decided.arms.get(&Arm::Point(arm.label()).to_string())?.twin.as_ref()?)
}

/// `own` is the size of the loop's first set, as it is: the unit of every price.
fn point(arm: &DesignArm, own: f64, decided: &Decided) -> PointReport {
    let id = Arm::Point(arm.label()).to_string();
    let record = decided.arms.get(&id);
    let cell = arm.cell.as_ref().ok();
    let (real, size) = cell.map_or((0.0, 0.0), |cell| price(&cell.setup, own));
    let found = record.into_iter().flat_map(headlines);
    // The detectors measure more than the design asks for.
    let is_asked = |series: &&Series| cell.is_some_and(|cell| cell.setup.metrics.contains(&series.metric));
    PointReport {
        option: arm.option.clone(),
        crossed: arm.crossed.clone(),
        refused: arm.cell.as_ref().err().cloned().or_else(|| decided.left_out.get(&id).cloned()),
        replicates: record.map_or(0, |record| record.replicates),
        real,
        size,
        risk: None,
        against_own: None,
        outcomes: found.clone().map(|(definition, finding)| (definition, finding.outcome)).collect(),
        onsets: found.filter_map(|(definition, finding)| Some((definition, finding.onset?))).collect(),
        series: record.map(|record| record.series.iter().filter(is_asked).cloned().collect()).unwrap_or_default(),
    }
}

/// Real points beyond one first set, and the size of the last training set, both over the size of the loop's first set.
fn price(setup: &crate::sim::Setup, own: f64) -> (f64, f64) {
    let sets = held(setup);
    let real: u64 = sets.iter().map(|set| set.fresh).sum();
    (real as f64 / own - 1.0, sets.last().map_or(0.0, |set| set.size) / own)
}

/// A mean over another with limits by the delta method; the two are taken as independent.
fn over((mean, error): (f64, f64), (unit, unit_error): (f64, f64)) -> Option<Span> {
    let estimate = mean / unit;
    let error = SURE * (error / unit).hypot(estimate * unit_error / unit);
    (estimate.is_finite() && error.is_finite()).then_some(Span {
        estimate: six(estimate),
        low: six(estimate - error),
        high: six(estimate + error),
    })
}

/// Six significant digits: further ones tell of no law.
fn six(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}

/// The headline of every definition that applies.
fn headlines(record: &ArmRecord) -> impl Iterator<Item = (Definition, &Finding)> + Clone {
    let applies = |(_, finding): &(Definition, &Finding)| finding.outcome != Outcome::NotApplicable;
    let of = |definition: &Definition| Some((*definition, record.profile.headline(*definition, Against::RealOnly)?));
    Definition::all().iter().filter_map(of).filter(applies)
}
