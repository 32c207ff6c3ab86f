//! What becomes of a claim's definition in the worlds: reports, agreement with what is asserted, flips and losses.
//!
//! It takes a claim and what was decided of it; a flip is decided both as published and there, and different.
//! From decided to undecided is `lost`, never a flip.

use super::judge::Said;
use super::{ClaimReport, Flips, HeldReport, Verdict, WorldReport};
use crate::plan::{self, Arm, Pair, Simulated};
use crate::registry::{Asserts, Claim, Proof, Registry};
use crate::taxonomy::{Against, Condition, Definition, Meaning, Word};
use crate::verdict::{ArmRecord, ClaimDecision, Decided, Finding, Outcome, Question, Reply, TestOutcome};
use std::collections::BTreeMap;

/// A claim's definition in one world. Of an `order` claim the contrast: where it holds, what is asserted is found,
/// and where it fails, the opposite.
#[must_use]
pub fn world(question: &Question, asserts: Asserts) -> WorldReport {
    match &question.frozen {
        Reply::Finding(finding) => found(finding),
        Reply::Answer(answer) => WorldReport {
            outcome: contrast(answer.outcome, asserts),
            comparison: Some(answer.outcome),
            reason: answer.reason.clone(),
            effect: finite(answer.estimate),
            low: finite(answer.low),
            high: finite(answer.high),
            replicates: answer.replicates,
        },
    }
}

fn finite(value: Option<f64>) -> Option<f64> {
    value.filter(|x| x.is_finite())
}

fn found(finding: &Finding) -> WorldReport {
    WorldReport {
        outcome: finding.outcome,
        comparison: None,
        reason: finding.reason.clone(),
        effect: finite(finding.effect),
        low: finite(finding.low),
        high: finite(finding.high),
        replicates: finding.replicates,
    }
}

/// What becomes of the definition of a conditional claim under its `holds_when` change, where that changes something: read from the profiles of
/// the arms in which it was asked, and from the worlds of the claim's own `row` where a world takes the change back.
#[must_use]
pub fn held(registry: &Registry, claim: &Claim, decided: &Decided, row: &ClaimReport) -> Option<HeldReport> {
    let Proof::Conditional { holds_when, .. } = &claim.proof else { return None };
    let arms = plan::held(registry, claim)?;
    let told = |arm: &Arm| match arm {
        Arm::World(world) => row.at(world.id()).cloned(),
        arm => {
            // What goes no further than the claim's own test has no arm of its own.
            let own = || decided.arms.get(&Arm::Holds(claim.id.name.clone()).to_string());
            let record = decided.arms.get(&arm.to_string()).or_else(|| own().filter(|_| matches!(arm, Arm::HoldsOn(_))));
            record?.profile.finding(claim.meaning()).map(found)
        }
    };
    Some(HeldReport {
        change: holds_when.variant.change.clone(),
        published: told(&arms.published),
        worlds: registry.worlds().map(|world| (world.to_string(), arms.worlds.get(world).and_then(told))).collect(),
    })
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
pub fn flips(claim: &Claim, decision: &ClaimDecision, decided: &Decided) -> Flips {
    let pairs_asked = decision.pairs.len() as u32;
    let turning = decision.pairs.iter().filter(|(_, question)| decision.flips(question)).map(|(pair, _)| *pair);
    let (pairs, pairs_open): (Vec<Pair>, Vec<Pair>) = turning.partition(|pair| is_of_both(decision, *pair));
    let none = |kind: &str| {
        let (conditions, rebased, pairs, pairs_open, lost) = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Flips { kind: kind.to_owned(), conditions, rebased, pairs, pairs_open, pairs_asked, lost }
    };
    match world(&decision.published, claim.asserts).outcome {
        Outcome::Occurs | Outcome::Absent => {}
        Outcome::Undecided => return none("undecided"),
        Outcome::NotApplicable => return none("not-applicable"),
    }
    let single: Vec<Condition> = flipping(decision, &decision.singles);
    let lost = lost(decision);
    if !single.is_empty() {
        let rebased = single.iter().copied().filter(|condition| is_rebased(claim, decision, decided, *condition)).collect();
        return Flips { conditions: single, rebased, lost, ..none("single") };
    }
    let Some(leading) = decision.leading().filter(|question| is_decided(question)) else {
        return Flips { pairs, pairs_open, lost, ..none("undecided") };
    };
    if !decision.flips(leading) {
        return Flips { pairs, pairs_open, lost, ..none("none") };
    }
    let undone = decision.without.iter().filter(|(_, question)| is_decided(question) && !decision.flips(question));
    Flips { conditions: undone.map(|(condition, _)| *condition).collect(), pairs, pairs_open, lost, ..none("only-jointly") }
}

/// Whether a turn under two conditions is told to be of both: each alone is decided and does not turn the claim. Where one is left undecided, or was
/// not run, it alone may do it.
fn is_of_both(decision: &ClaimDecision, pair: Pair) -> bool {
    let leaves_it = |condition: &Condition| {
        let alone = decision.singles.get(condition);
        alone.is_some_and(|question| is_decided(question) && !decision.flips(question))
    };
    let mut parts = Condition::all().iter().filter(|condition| pair.has(**condition));
    parts.all(leaves_it)
}

/// Whether under a condition the claim's definition is held against other real data than as published: the loop alone need not have moved.
fn is_rebased(claim: &Claim, decision: &ClaimDecision, decided: &Decided, condition: Condition) -> bool {
    let is_against_real_data = match claim.meaning() {
        Meaning { definition: Definition::AnyRiskIncrease, against, .. } => against == Against::RealOnly,
        Meaning { definition, .. } => matches!(
            definition,
            Definition::ScalingLawChange | Definition::ModeEntanglement | Definition::TailLoss | Definition::Hallucination
        ),
    };
    let twin = |question: &Question| decided.arms.get(&question.arm).map(|arm| arm.twin.clone());
    let is_another = |there: &Question| twin(there).zip(twin(&decision.published)).is_some_and(|(there, own)| there != own);
    let asks_a_definition = matches!(decision.published.frozen, Reply::Finding(_));
    asks_a_definition && is_against_real_data && decision.singles.get(&condition).is_some_and(is_another)
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
