//! Designs: what was decided of their loops, point by point.

use super::model_design::{DesignReport, FactorReport, LoopReport, PointOutcome, PointReport, Span};
use crate::plan::Arm;
use crate::registry::{Baseline, Design, DesignArm, Factor, Registry};
use crate::sim::held;
use crate::taxonomy::{Against, Definition, Functional, Meaning, Word};
use crate::verdict::{ArmRecord, Decided, Profile};
use std::collections::BTreeMap;

/// The designs of which a loop was decided.
#[must_use]
pub fn reports(registry: &Registry, decided: &[Decided]) -> Vec<DesignReport> {
    registry.designs.iter().filter_map(|design| report(registry, design, decided)).collect()
}

fn report(registry: &Registry, design: &Design, decided: &[Decided]) -> Option<DesignReport> {
    let of = |baseline: &Baseline| decided.iter().find(|one| one.study == design.id.id() && one.simulation == baseline.id);
    let loops: Vec<LoopReport> =
        design.loops.iter().filter_map(|baseline| Some(of_loop(baseline, of(baseline)?, registry.criteria.increase_ratio))).collect();
    let factors = |factors: &[Factor], is_crossed| factors.iter().map(move |factor| of_factor(factor, is_crossed)).collect::<Vec<_>>();
    (!loops.is_empty()).then(|| DesignReport {
        id: design.id.id().to_owned(),
        reason: design.reason.clone(),
        factors: [factors(&design.options, false), factors(&design.crossed, true)].concat(),
        loops,
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

fn of_loop(baseline: &Baseline, decided: &Decided, ratio: f64) -> LoopReport {
    let first = baseline.arms.first().and_then(|arm| arm.cell.as_ref().ok());
    LoopReport {
        id: baseline.id.clone(),
        title: baseline.title.clone(),
        reason: baseline.reason.clone(),
        risk: first.and_then(|cell| cell.frame.risk),
        generations: first.map_or(0, |cell| cell.setup.generations),
        points: baseline.arms.iter().map(|arm| point(arm, decided, ratio)).collect(),
    }
}

fn point(arm: &DesignArm, decided: &Decided, ratio: f64) -> PointReport {
    let id = Arm::Point(arm.label()).to_string();
    let record = decided.arms.get(&id);
    let left_out = decided.left_out.get(&id).cloned();
    let (real, size) = arm.cell.as_ref().map_or((0.0, 0.0), |cell| price(&cell.setup));
    let against = |against| record.and_then(|record| over(&record.profile, against, ratio));
    PointReport {
        label: arm.label(),
        option: arm.option.clone(),
        crossed: arm.crossed.clone(),
        refused: arm.cell.as_ref().err().cloned().or(left_out),
        replicates: record.map_or(0, |record| record.replicates),
        real,
        size,
        against_real: against(Against::RealOnly),
        against_first: against(Against::First),
        outcomes: record.map(outcomes).unwrap_or_default(),
        series: record.map(|record| record.series.clone()).unwrap_or_default(),
    }
}

/// New real points after the first set, and the size of the last training set, both over the size of the first.
fn price(setup: &crate::sim::Setup) -> (f64, f64) {
    let sets = held(setup);
    let first = sets.first().map_or(1.0, |set| set.size);
    let fresh: u64 = sets.iter().skip(1).map(|set| set.fresh).sum();
    (fresh as f64 / first, sets.last().map_or(0.0, |set| set.size) / first)
}

/// The mean risk over a reference's: the statistic of `any-risk-increase` is that ratio less its threshold.
fn over(profile: &Profile, against: Against, ratio: f64) -> Option<Span> {
    let finding = profile.finding(Meaning { definition: Definition::AnyRiskIncrease, functional: Functional::Mean, against })?;
    let is_plain = finding.notes.iter().any(|note| note.contains("plain difference"));
    let span = Span { estimate: finding.effect? + ratio, low: finding.low? + ratio, high: finding.high? + ratio };
    (!is_plain).then_some(span)
}

fn outcomes(record: &ArmRecord) -> BTreeMap<Definition, PointOutcome> {
    let of = |definition: &Definition| {
        let finding = record.profile.headline(*definition, Against::RealOnly)?;
        Some((*definition, PointOutcome { outcome: finding.outcome, reason: finding.reason.clone(), onset: finding.onset }))
    };
    Definition::all().iter().filter_map(of).collect()
}
