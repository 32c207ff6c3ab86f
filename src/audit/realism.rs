//! How far a study's conditions are those of the world: levels, their weights, and a score with its interval.
//!
//! It takes judgements and weights and gives a [`RealismReport`]. A study is the interval over its main simulations; `unclear` counts
//! as unmet below and met above and is not judged; `not-applicable` and what nobody coded drop with their weight; below four judged
//! conditions there is no score.

use super::model_realism::{FIRST_CODER, readings};
use super::{ConditionReport, RealismReport};
use crate::registry::{Judgement, Study, Weights};
use crate::taxonomy::{Condition, RealismLevel, Word};
use std::collections::BTreeMap;

/// Fewest judged conditions for a score.
pub const FEWEST_JUDGED: u32 = 4;
/// What `partly` counts for.
pub const PARTLY: f64 = 0.5;

/// How realistic a condition is coded, from its least to its most realistic reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The lower end: `unmet`, `partly` or `met`.
    pub low: RealismLevel,
    /// The upper end.
    pub high: RealismLevel,
    /// Whether anybody could tell: `unclear` alone is not judged.
    pub is_judged: bool,
}

/// The spans of one study or simulation, in taxonomy order; `None` where a condition drops with its weight.
pub type Levels = [Option<Span>; 8];

/// One condition of a study or simulation: its span (`None` where it is not applicable), and what is printed of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coded {
    /// The span.
    pub span: Option<Span>,
    /// What is printed.
    pub report: ConditionReport,
}

/// Which end of a span a score takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// The lower one.
    Low,
    /// Half way.
    Mid,
    /// The upper one.
    High,
}

impl Span {
    /// The span of one level; `None` where it is not applicable.
    #[must_use]
    pub fn of(level: RealismLevel) -> Option<Self> {
        readings(level).map(|(low, high)| Self { low, high, is_judged: level != RealismLevel::Unclear })
    }

    /// The span that holds both.
    fn join(self, other: Self) -> Self {
        let (low, high) = (least(self.low, other.low), most(self.high, other.high));
        Self { low, high, is_judged: self.is_judged || other.is_judged }
    }

    fn value(self, reading: Reading, partly: f64) -> f64 {
        let (low, high) = (value(self.low, partly), value(self.high, partly));
        match reading {
            Reading::Low => low,
            Reading::Mid => f64::midpoint(low, high),
            Reading::High => high,
        }
    }
}

fn least(a: RealismLevel, b: RealismLevel) -> RealismLevel {
    if value(a, PARTLY) <= value(b, PARTLY) { a } else { b }
}

fn most(a: RealismLevel, b: RealismLevel) -> RealismLevel {
    if value(a, PARTLY) >= value(b, PARTLY) { a } else { b }
}

const fn value(level: RealismLevel, partly: f64) -> f64 {
    match level {
        RealismLevel::Met => 1.0,
        RealismLevel::Partly => partly,
        RealismLevel::Unmet | RealismLevel::Unclear | RealismLevel::NotApplicable => 0.0,
    }
}

/// A whole study: of each condition the interval over its main simulations, each judged by its own entry or else by the study's; of a
/// study without simulations the study's own entries.
#[must_use]
pub fn of_study(study: &Study) -> BTreeMap<Condition, Coded> {
    let whole = chosen(study.judgements.iter().filter(|judgement| judgement.simulation.is_none()));
    let mains: Vec<(&str, BTreeMap<Condition, &Judgement>)> =
        study.main_simulations().map(|simulation| (simulation.name.as_str(), judged_of(study, &simulation.name))).collect();
    if mains.is_empty() {
        return whole.into_iter().map(|(condition, judgement)| (condition, coded(judgement))).collect();
    }
    let over = |condition: &Condition| {
        let parts: Vec<(&str, &Judgement)> = mains.iter().filter_map(|(name, of)| Some((*name, *of.get(condition)?))).collect();
        Some((*condition, interval(&parts)?))
    };
    Condition::all().iter().filter_map(over).collect()
}

/// One simulation: its own judgements, and the study's where it has none.
#[must_use]
pub fn of_simulation(study: &Study, simulation: &str) -> BTreeMap<Condition, Coded> {
    judged_of(study, simulation).into_iter().map(|(condition, judgement)| (condition, coded(judgement))).collect()
}

fn judged_of<'a>(study: &'a Study, simulation: &str) -> BTreeMap<Condition, &'a Judgement> {
    let mut all = chosen(study.judgements.iter().filter(|judgement| judgement.simulation.is_none()));
    all.extend(chosen(study.judgements.iter().filter(|judgement| judgement.simulation.as_deref() == Some(simulation))));
    all
}

fn coded(judgement: &Judgement) -> Coded {
    let span = Span::of(judgement.level);
    let report = ConditionReport {
        level: judgement.level,
        low: span.map(|span| span.low),
        high: span.map(|span| span.high),
        reason: judgement.reason.clone(),
        locator: judgement.locator.clone(),
        coder: judgement.coder.clone(),
    };
    Coded { span, report }
}

/// The interval over simulations; where they differ the level printed is `partly`, with each one's own beside it.
fn interval(parts: &[(&str, &Judgement)]) -> Option<Coded> {
    let (_, first) = parts.first()?;
    if parts.iter().all(|(_, judgement)| judgement.level == first.level) {
        return Some(coded(first));
    }
    let span = parts.iter().filter_map(|(_, judgement)| Span::of(judgement.level)).reduce(Span::join);
    let told = |of: fn(&Judgement) -> &str| {
        let mut words: Vec<&str> = Vec::new();
        parts.iter().map(|(_, judgement)| of(judgement)).for_each(|word| {
            if !words.contains(&word) {
                words.push(word);
            }
        });
        words.join("; ")
    };
    let reasons: Vec<String> = parts.iter().map(|(name, judgement)| format!("{name}: {}, {}", judgement.level, judgement.reason)).collect();
    let report = ConditionReport {
        level: RealismLevel::Partly,
        low: span.map(|span| span.low),
        high: span.map(|span| span.high),
        reason: reasons.join(" "),
        locator: told(|judgement| &judgement.locator),
        coder: told(|judgement| &judgement.coder),
    };
    Some(Coded { span, report })
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

/// The spans of coded conditions.
#[must_use]
pub fn levels(coded: &BTreeMap<Condition, Coded>) -> Levels {
    std::array::from_fn(|place| coded.get(&Condition::all()[place])?.span)
}

/// Conditions judged: `unclear` is not.
#[must_use]
pub fn judged(levels: &Levels) -> u32 {
    levels.iter().flatten().filter(|span| span.is_judged).count() as u32
}

/// The weighted mean of the levels; `None` with fewer than four judged, or where all their weights are zero.
#[must_use]
pub fn score(levels: &Levels, weights: &[f64; 8], reading: Reading, partly: f64) -> Option<f64> {
    Values::of(levels, reading, partly)?.mean(weights)
}

/// Levels as numbers, for many weightings.
#[derive(Debug, Clone, Copy)]
pub struct Values([Option<f64>; 8]);

impl Values {
    /// The numbers of some levels; `None` with fewer than four judged.
    #[must_use]
    pub fn of(levels: &Levels, reading: Reading, partly: f64) -> Option<Self> {
        let value = |span: &Span| span.value(reading, partly);
        (judged(levels) >= FEWEST_JUDGED).then(|| Self(levels.each_ref().map(|span| span.as_ref().map(value))))
    }

    /// Their weighted mean; `None` where all their weights are zero.
    #[must_use]
    pub fn mean(&self, weights: &[f64; 8]) -> Option<f64> {
        let (mut sum, mut total) = (0.0, 0.0);
        for (value, weight) in self.0.iter().zip(weights) {
            if let Some(value) = value {
                sum += weight * value;
                total += weight;
            }
        }
        (total > 0.0).then(|| sum / total)
    }
}

/// The report of coded conditions under one preset.
#[must_use]
pub fn report(coded: &BTreeMap<Condition, Coded>, weights: &Weights) -> RealismReport {
    let levels = levels(coded);
    let at = |reading| score(&levels, &weights.weights, reading, PARTLY);
    RealismReport {
        low: at(Reading::Low),
        mid: at(Reading::Mid),
        high: at(Reading::High),
        judged: judged(&levels),
        conditions: coded.iter().map(|(condition, coded)| (*condition, coded.report.clone())).collect(),
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
    use super::super::fixture::study;
    use super::*;
    use crate::registry::Simulation;
    use crate::sim::Regime;
    use crate::taxonomy::{Fidelity, Role};
    use RealismLevel::{Met, NotApplicable, Partly, Unclear, Unmet};

    fn judgement(condition: Condition, level: RealismLevel, coder: &str) -> Judgement {
        let text = || "because".to_owned();
        Judgement { condition, level, coder: coder.to_owned(), locator: text(), reason: text(), simulation: None }
    }

    fn reported(given: &[RealismLevel], weights: [f64; 8]) -> RealismReport {
        let coded = given.iter().zip(Condition::all()).map(|(level, c)| (*c, coded(&judgement(*c, *level, "registry")))).collect();
        report(&coded, &Weights { name: "test".to_owned(), reason: String::new(), weights })
    }

    fn near(found: Option<f64>, expected: f64) -> bool {
        found.is_some_and(|found| (found - expected).abs() < 1e-12)
    }

    #[test]
    fn unclear_is_an_interval_partly_a_half_and_not_applicable_drops_with_its_weight() {
        let found = reported(&[Met, Partly, Unclear, Unmet, NotApplicable, Met], [1.0, 1.0, 2.0, 1.0, 50.0, 1.0, 9.0, 9.0]);
        assert!(near(found.low, 2.5 / 6.0) && near(found.mid, 3.5 / 6.0) && near(found.high, 4.5 / 6.0), "{found:?}");
        assert_eq!(found.judged, 4, "unclear is not judged");
    }

    proptest::proptest! {
        #[test]
        fn a_score_is_an_interval_in_which_levels_count_and_the_scale_of_weights_does_not(
            given in proptest::collection::vec(proptest::sample::select(RealismLevel::all()), 8),
            weights in proptest::array::uniform8(0.0..10.0_f64),
            scale in 1e-3..1e3_f64,
            (raised, partly) in (0..8_usize, 0.0..=1.0_f64),
        ) {
            let of = |given: &[RealismLevel]| -> Levels { std::array::from_fn(|place| Span::of(given[place])) };
            let all = |levels: &Levels, weights: &[f64; 8]| [Reading::Low, Reading::Mid, Reading::High].map(|at| score(levels, weights, at, partly));
            let levels = of(&given);
            let [low, mid, high] = all(&levels, &weights);
            proptest::prop_assert_eq!(low.is_some(), high.is_some());
            if let (Some(low), Some(mid), Some(high)) = (low, mid, high) {
                proptest::prop_assert!(0.0 <= low && low <= mid + 1e-12 && mid <= high + 1e-12 && high <= 1.0 + 1e-12);
                let scaled = score(&levels, &weights.map(|weight| weight * scale), Reading::Mid, partly);
                proptest::prop_assert!(scaled.is_some_and(|scaled| (scaled - mid).abs() < 1e-9));
            }
            proptest::prop_assert!(judged(&levels) >= FEWEST_JUDGED || low.is_none());
            let better: Vec<RealismLevel> = given.iter().enumerate().map(|(at, level)| if at == raised && levels[at].is_some_and(|span| span.is_judged) { Met } else { *level }).collect();
            for (before, after) in all(&levels, &weights).into_iter().zip(all(&of(&better), &weights)) {
                proptest::prop_assert!(before.zip(after).is_none_or(|(before, after)| after >= before - 1e-12));
            }
        }
    }

    #[test]
    fn fewer_than_four_judged_conditions_give_no_score() {
        for given in [[Met, Met, Met, NotApplicable], [Met, Met, Met, Unclear]] {
            let found = reported(&given, [1.0; 8]);
            assert_eq!((found.low, found.mid, found.high, found.judged), (None, None, None, 3));
        }
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

    #[test]
    fn a_study_is_the_interval_over_its_main_simulations_and_a_contrast_does_not_count() {
        let mut study = study("a-2024-x", Fidelity::Exact, Regime::replace(), &[Met, Unmet]);
        let like = |name: &str, role| Simulation { name: name.to_owned(), role, ..study.simulations[0].clone() };
        study.simulations.extend([like("second", Role::Main), like("baseline", Role::Contrast)]);
        let own = |simulation: &str, condition, level| Judgement {
            simulation: Some(simulation.to_owned()),
            ..judgement(condition, level, "registry")
        };
        study.judgements.push(own("second", Condition::Accumulate, Partly));
        study.judgements.push(own("baseline", Condition::Accumulate, Unmet));
        study.judgements.push(own("baseline", Condition::Growth, Met));
        let found = of_study(&study);
        let of = |condition| (found[&condition].span.map(|span| (span.low, span.high)), found[&condition].report.level);
        assert_eq!(of(Condition::Accumulate), (Some((Partly, Met)), Partly));
        assert_eq!(of(Condition::Growth), (Some((Unmet, Unmet)), Unmet));
        study.simulations.clear();
        assert_eq!(of_study(&study)[&Condition::Accumulate].report.level, Met, "without simulations the study's own entry");
    }
}
