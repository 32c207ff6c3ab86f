//! How far a study's conditions are those of the world: levels, their weights, and a score with its interval.
//!
//! It takes judgements and weights and gives a [`RealismReport`]. `unclear` counts as unmet below and met above;
//! `not-applicable` and what nobody judged drop with their weight; below four judged conditions there is no score.

use super::{ConditionReport, RealismReport};
use crate::registry::{Judgement, Study, Weights};
use crate::taxonomy::{Condition, RealismLevel, Word};
use std::collections::BTreeMap;

/// The coder whose judgements come first.
pub const FIRST_CODER: &str = "registry";
/// Fewest judged conditions for a score.
pub const FEWEST_JUDGED: u32 = 4;
/// What `partly` counts for.
pub const PARTLY: f64 = 0.5;

/// The levels of one study or simulation, in taxonomy order; `None` where a condition drops with its weight.
pub type Levels = [Option<RealismLevel>; 8];

/// Which end of `unclear` a score takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Unmet.
    Low,
    /// Half.
    Mid,
    /// Met.
    High,
}

/// The judgements that hold for a whole study: of each condition the registry's own, else the first coder's by name.
#[must_use]
pub fn of_study(study: &Study) -> BTreeMap<Condition, &Judgement> {
    chosen(study.judgements.iter().filter(|judgement| judgement.simulation.is_none()))
}

/// The judgements that hold for one simulation: its own, and the study's where it has none.
#[must_use]
pub fn of_simulation<'a>(study: &'a Study, simulation: &str) -> BTreeMap<Condition, &'a Judgement> {
    let mut all = of_study(study);
    all.extend(chosen(study.judgements.iter().filter(|judgement| judgement.simulation.as_deref() == Some(simulation))));
    all
}

fn chosen<'a>(judgements: impl Iterator<Item = &'a Judgement>) -> BTreeMap<Condition, &'a Judgement> {
    let rank = |judgement: &'a Judgement| (judgement.coder != FIRST_CODER, judgement.coder.as_str());
    let mut best: BTreeMap<Condition, &Judgement> = BTreeMap::new();
    for judgement in judgements {
        best.entry(judgement.condition)
            .and_modify(|held| {
                if rank(judgement) < rank(held) {
                    *held = judgement;
                }
            })
            .or_insert(judgement);
    }
    best
}

/// The levels of chosen judgements.
#[must_use]
pub fn levels(judgements: &BTreeMap<Condition, &Judgement>) -> Levels {
    std::array::from_fn(|place| {
        let judgement = judgements.get(&Condition::all()[place])?;
        (judgement.level != RealismLevel::NotApplicable).then_some(judgement.level)
    })
}

/// Conditions judged.
#[must_use]
pub fn judged(levels: &Levels) -> u32 {
    levels.iter().flatten().count() as u32
}

/// The weighted mean of the levels; `None` with fewer than four judged, or where all their weights are zero.
#[must_use]
pub fn score(levels: &Levels, weights: &[f64; 8], reading: Reading, partly: f64) -> Option<f64> {
    if judged(levels) < FEWEST_JUDGED {
        return None;
    }
    let (mut sum, mut total) = (0.0, 0.0);
    for (level, weight) in levels.iter().zip(weights) {
        if let Some(level) = level {
            sum += weight * value(*level, reading, partly);
            total += weight;
        }
    }
    (total > 0.0).then(|| sum / total)
}

fn value(level: RealismLevel, reading: Reading, partly: f64) -> f64 {
    match (level, reading) {
        (RealismLevel::Met, _) | (RealismLevel::Unclear, Reading::High) => 1.0,
        (RealismLevel::Partly, _) => partly,
        (RealismLevel::Unclear, Reading::Mid) => 0.5,
        (RealismLevel::Unmet | RealismLevel::NotApplicable, _) | (RealismLevel::Unclear, Reading::Low) => 0.0,
    }
}

/// The report of chosen judgements under one preset.
#[must_use]
pub fn report(judgements: &BTreeMap<Condition, &Judgement>, weights: &Weights) -> RealismReport {
    let levels = levels(judgements);
    let at = |reading| score(&levels, &weights.weights, reading, PARTLY);
    RealismReport {
        low: at(Reading::Low),
        mid: at(Reading::Mid),
        high: at(Reading::High),
        judged: judged(&levels),
        conditions: judgements.iter().map(|(condition, judgement)| (*condition, condition_report(judgement))).collect(),
    }
}

fn condition_report(judgement: &Judgement) -> ConditionReport {
    ConditionReport {
        level: judgement.level,
        reason: judgement.reason.clone(),
        locator: judgement.locator.clone(),
        coder: judgement.coder.clone(),
    }
}

/// The reports of simulations that are judged on their own.
#[must_use]
pub fn by_simulation(study: &Study, weights: &Weights) -> BTreeMap<String, RealismReport> {
    study
        .judgements
        .iter()
        .filter_map(|judgement| judgement.simulation.as_deref())
        .map(|simulation| (simulation.to_owned(), report(&of_simulation(study, simulation), weights)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use RealismLevel::{Met, NotApplicable, Partly, Unclear, Unmet};

    fn judgement(condition: Condition, level: RealismLevel, coder: &str) -> Judgement {
        let text = || "because".to_owned();
        Judgement { condition, level, coder: coder.to_owned(), locator: text(), reason: text(), simulation: None }
    }

    fn reported(given: &[RealismLevel], weights: [f64; 8]) -> RealismReport {
        let judgements: Vec<_> = given.iter().zip(Condition::all()).map(|(level, c)| judgement(*c, *level, "registry")).collect();
        let weights = Weights { name: "test".to_owned(), reason: String::new(), weights };
        report(&chosen(judgements.iter()), &weights)
    }

    fn near(found: Option<f64>, expected: f64) -> bool {
        found.is_some_and(|found| (found - expected).abs() < 1e-12)
    }

    #[test]
    fn unclear_is_an_interval_partly_a_half_and_not_applicable_drops_with_its_weight() {
        let found = reported(&[Met, Partly, Unclear, Unmet, NotApplicable], [1.0, 1.0, 2.0, 1.0, 50.0, 9.0, 9.0, 9.0]);
        assert!(near(found.low, 1.5 / 5.0) && near(found.mid, 2.5 / 5.0) && near(found.high, 3.5 / 5.0), "{found:?}");
        assert_eq!(found.judged, 4);
    }

    #[test]
    fn fewer_than_four_judged_conditions_give_no_score() {
        let found = reported(&[Met, Met, Met, NotApplicable], [1.0; 8]);
        assert_eq!((found.low, found.mid, found.high, found.judged), (None, None, None, 3));
    }

    #[test]
    fn weights_that_miss_every_judged_condition_give_no_score() {
        let found = reported(&[Met, Met, Met, Met], [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0]);
        assert_eq!((found.mid, found.judged), (None, 4));
    }

    #[test]
    fn the_registry_codes_before_others_and_others_by_name() {
        let all = [
            judgement(Condition::Growth, Met, "zoe"),
            judgement(Condition::Growth, Unmet, "registry"),
            judgement(Condition::Quality, Met, "zoe"),
            judgement(Condition::Quality, Partly, "anna"),
        ];
        let best = chosen(all.iter());
        assert_eq!(best[&Condition::Growth].level, Unmet);
        assert_eq!(best[&Condition::Quality].level, Partly);
    }
}
