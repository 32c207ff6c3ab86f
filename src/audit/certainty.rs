//! How certain a definition's summary is: a start at high and at most five steps down, each with its reason.
//!
//! Deterministic and GRADE-like in spirit only; vote counts never decide, and no error probability is combined across studies.

use super::coverage::{self, FEWEST_MECHANISMS};
use super::realism::{self, PARTLY, Reading};
use super::synthesis::{Evidence, WorldSummary};
use super::{ClaimReport, Verdict};
use crate::taxonomy::{Author, Definition, Fidelity, Knowledge};
use crate::verdict::Outcome;

/// How certain a summary is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// No step down.
    High,
    /// One.
    Moderate,
    /// Two.
    Low,
    /// Three or more.
    VeryLow,
    /// Nothing was decided, so there is nothing to be certain of.
    NotRated,
}

crate::taxonomy::words!(Certainty, "certainty", {
    High => "high",
    Moderate => "moderate",
    Low => "low",
    VeryLow => "very low",
    NotRated => "not rated",
});

/// Share of tested claims that may rest on analogues.
const ANALOGUES: f64 = 0.5;
/// Smallest share of decided studies on the lesser side that counts as both ways.
const MINORITY: f64 = 0.25;
/// Share of studies that may be undecided.
const UNDECIDED: f64 = 0.3;
/// Lowest median realism.
const REALISM: f64 = 0.4;
/// Share of claims that may be untested.
const UNTESTED: f64 = 0.5;

/// The certainty of a definition's summary as published, and why it was stepped down. Claims are those that counts
/// hold (the study's own, and read), without stubs: of an abstract nothing could have been tested.
#[must_use]
pub fn of(evidence: &Evidence<'_>, definition: Definition, published: &WorldSummary<'_>) -> (Certainty, Vec<String>) {
    if published.decided() == 0 {
        return (Certainty::NotRated, Vec::new());
    }
    let claims: Vec<&ClaimReport> = evidence
        .claims
        .iter()
        .filter(|claim| claim.definition == definition && claim.by == Author::Study && claim.known == Knowledge::Read)
        .filter(|claim| !coverage::is_stub(claim))
        .collect();
    let steps = [indirectness(&claims), inconsistency(published), imprecision(published), limits(evidence, published), coverage(&claims)];
    let reasons: Vec<String> = steps.into_iter().flatten().collect();
    let certainty = match reasons.len() {
        0 => Certainty::High,
        1 => Certainty::Moderate,
        2 => Certainty::Low,
        _ => Certainty::VeryLow,
    };
    (certainty, reasons)
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

fn indirectness(claims: &[&ClaimReport]) -> Option<String> {
    let tested: Vec<_> = claims.iter().filter(|claim| claim.verdict != Verdict::Untested).collect();
    let analogues = tested.iter().filter(|claim| claim.fidelity == Fidelity::Analogue).count();
    (share(analogues, tested.len()) > ANALOGUES)
        .then(|| format!("indirectness: {analogues} of {} tested claims rest on an analogue", tested.len()))
}

fn inconsistency(published: &WorldSummary<'_>) -> Option<String> {
    let (occurs, absent) = (published.count(Outcome::Occurs), published.count(Outcome::Absent));
    let lesser = share(occurs.min(absent) as usize, published.decided() as usize);
    (published.decided() > 0 && lesser >= MINORITY)
        .then(|| format!("inconsistency: it occurs in {occurs} of {} decided studies and is absent from {absent}", published.decided()))
}

fn imprecision(published: &WorldSummary<'_>) -> Option<String> {
    let undecided = published.count(Outcome::Undecided);
    let applicable = published.decided() + undecided;
    let mut why = Vec::new();
    if share(undecided as usize, applicable as usize) > UNDECIDED {
        why.push(format!("{undecided} of {applicable} studies are undecided"));
    }
    if published.mechanisms < FEWEST_MECHANISMS {
        why.push(match published.mechanisms {
            0 => "no mechanism stands behind it".to_owned(),
            1 => "a single mechanism stands behind it".to_owned(),
            few => format!("only {few} mechanisms stand behind it"),
        });
    }
    (!why.is_empty()).then(|| format!("imprecision: {}", why.join("; ")))
}

fn limits(evidence: &Evidence<'_>, published: &WorldSummary<'_>) -> Option<String> {
    let decided = published.outcomes.iter().filter(|study| matches!(study.outcome, Outcome::Occurs | Outcome::Absent));
    let mut scores: Vec<f64> = decided
        .filter_map(|study| evidence.levels.get(&study.study.id))
        .filter_map(|levels| realism::score(levels, &evidence.weights.weights, Reading::Mid, PARTLY))
        .collect();
    scores.sort_by(f64::total_cmp);
    let median = median(&scores)?;
    (median < REALISM).then(|| format!("study limits: the median realism of the decided studies is {median:.2}"))
}

fn median(sorted: &[f64]) -> Option<f64> {
    let middle = sorted.len() / 2;
    let upper = sorted.get(middle)?;
    if sorted.len() % 2 == 1 { Some(*upper) } else { Some(f64::midpoint(sorted[middle - 1], *upper)) }
}

fn coverage(claims: &[&ClaimReport]) -> Option<String> {
    let untested = claims.iter().filter(|claim| claim.verdict == Verdict::Untested).count();
    (share(untested, claims.len()) > UNTESTED).then(|| format!("coverage: {untested} of {} claims are untested", claims.len()))
}
