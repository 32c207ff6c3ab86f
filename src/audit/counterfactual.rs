//! What becomes of a claim's definition in the worlds: reports, agreement with what is asserted, flips and losses.
//!
//! It takes a claim and what was decided of it; a flip is decided both as published and there, and different.
//! From decided to undecided is `lost`, never a flip.

use super::judge::Said;
use super::{Flips, Verdict, WorldReport};
use crate::plan::Simulated;
use crate::registry::{Asserts, Claim};
use crate::taxonomy::Condition;
use crate::verdict::{ArmRecord, ClaimDecision, Decided, Outcome, Question, Reply, TestOutcome};
use std::collections::BTreeMap;

/// A claim's definition in one world. Of an `order` claim the contrast: where it holds, what is asserted is found,
/// and where it fails, the opposite.
#[must_use]
pub fn world(question: &Question, asserts: Asserts) -> WorldReport {
    let finite = |value: Option<f64>| value.filter(|x| x.is_finite());
    let replicates = question.frozen.replicates();
    match &question.frozen {
        Reply::Finding(finding) => WorldReport {
            outcome: finding.outcome,
            reason: finding.reason.clone(),
            effect: finite(finding.effect),
            low: finite(finding.low),
            high: finite(finding.high),
            replicates,
        },
        Reply::Answer(answer) => WorldReport {
            outcome: contrast(answer.outcome, asserts),
            reason: answer.reason.clone(),
            effect: finite(answer.estimate),
            low: finite(answer.low),
            high: finite(answer.high),
            replicates,
        },
    }
}

const fn contrast(outcome: TestOutcome, asserts: Asserts) -> Outcome {
    match (outcome, asserts) {
        (TestOutcome::Holds, Asserts::Occurs | Asserts::Conditional) | (TestOutcome::Fails, Asserts::Absent) => Outcome::Occurs,
        (TestOutcome::Fails, Asserts::Occurs | Asserts::Conditional) | (TestOutcome::Holds, Asserts::Absent) => Outcome::Absent,
        (TestOutcome::Undecided, _) => Outcome::Undecided,
    }
}

/// Whether the as-published finding of the claim's definition equals what it asserts; `None` where undecided, and
/// for a conditional claim, which asserts neither. Of an `order` claim the finding is the profile's.
#[must_use]
pub fn definition_agrees(claim: &Claim, decision: &ClaimDecision, decided: &Decided) -> Option<bool> {
    let outcome = match &decision.published.frozen {
        Reply::Finding(finding) => finding.outcome,
        Reply::Answer(_) => decided.arms.get(&decision.published.arm)?.profile.finding(claim.meaning())?.outcome,
    };
    match (claim.asserts, outcome) {
        (Asserts::Occurs, Outcome::Occurs) | (Asserts::Absent, Outcome::Absent) => Some(true),
        (Asserts::Occurs, Outcome::Absent) | (Asserts::Absent, Outcome::Occurs) => Some(false),
        (Asserts::Conditional, _) | (_, Outcome::Undecided | Outcome::NotApplicable) => None,
    }
}

/// What flips the claim's outcome, and where a decided one is lost.
#[must_use]
pub fn flips(claim: &Claim, decision: &ClaimDecision) -> Flips {
    let pairs_asked = decision.pairs.len() as u32;
    let pairs = decision.pairs.iter().filter(|(_, question)| decision.flips(question)).map(|(pair, _)| *pair).collect();
    let none = |kind: &str| Flips { kind: kind.to_owned(), conditions: Vec::new(), pairs: Vec::new(), pairs_asked, lost: Vec::new() };
    match world(&decision.published, claim.asserts).outcome {
        Outcome::Occurs | Outcome::Absent => {}
        Outcome::Undecided => return none("undecided"),
        Outcome::NotApplicable => return none("not-applicable"),
    }
    let single: Vec<Condition> = flipping(decision, &decision.singles);
    let lost = lost(decision);
    if !single.is_empty() {
        return Flips { conditions: single, lost, ..none("single") };
    }
    let Some(leading) = decision.leading().filter(|question| is_decided(question)) else {
        return Flips { pairs, lost, ..none("undecided") };
    };
    if !decision.flips(leading) {
        return Flips { pairs, lost, ..none("none") };
    }
    let undone = decision.without.iter().filter(|(_, question)| is_decided(question) && !decision.flips(question));
    Flips { conditions: undone.map(|(condition, _)| *condition).collect(), pairs, lost, ..none("only-jointly") }
}

fn flipping(decision: &ClaimDecision, arms: &BTreeMap<Condition, Question>) -> Vec<Condition> {
    arms.iter().filter(|(_, question)| decision.flips(question)).map(|(condition, _)| *condition).collect()
}

fn is_decided(question: &Question) -> bool {
    Said::of(&question.frozen, Asserts::Occurs).verdict() != Verdict::Undecided
}

fn lost(decision: &ClaimDecision) -> Vec<String> {
    let arms = decision.worlds.values().chain(decision.singles.values()).chain(decision.without.values()).chain(decision.pairs.values());
    arms.filter(|question| !question.frozen.is_decided()).map(|question| question.arm.clone()).collect()
}

/// Realism conditions that an arm simulates: changed by it, or met already.
#[must_use]
pub fn conditions_simulated(arm: &ArmRecord) -> u32 {
    let simulated = arm.conditions.values().filter(|state| match state {
        Simulated::Changed | Simulated::AlreadyMet => true,
        Simulated::NotSimulated(_) => false,
    });
    simulated.count() as u32
}
