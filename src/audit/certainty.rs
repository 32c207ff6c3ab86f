//! How certain a definition's summary in one world is: a start at high and at most six steps down, each with its reason.
//!
//! Deterministic and GRADE-like in spirit only; vote counts never decide, and no error probability is combined across studies.
//! Each world has a certainty of its own. Thin evidence is never highly certain: see [`FEWEST_PIECES`].

use super::coverage::{self, FEWEST_MECHANISMS};
use super::evidence::{Evidence, Row};
use super::prevalence::Prevalence;
use super::realism::{self, PARTLY, Reading};
use super::together::StudyWord;
use super::{ClaimReport, Standing, Verdict, number_of};
use crate::taxonomy::{Against, Author, Definition, Fidelity, Knowledge};
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
    /// Nothing was decided, or more left open than decided, so that there is nothing to be certain of.
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
/// Smallest share of decided studies on the lesser side, or told both ways, that counts as both ways.
const MINORITY: f64 = 0.25;
/// Share of studies that may be undecided.
const UNDECIDED: f64 = 0.3;
/// Lowest median realism.
const REALISM: f64 = 0.4;
/// Share of claims that may be untested.
const UNTESTED: f64 = 0.5;
/// Fewest pieces of evidence behind a summary that is not thin: with three of one mind a single further one that came out otherwise would be
/// one in four, which already counts as both ways ([`MINORITY`]); with four it would not. Versions of one work are one piece, and so are works
/// of which this world makes one setup: they differ in sizes alone.
const FEWEST_PIECES: u32 = 4;
/// Fewest realism conditions that the median simulation of a world must have changed or met, of eight: with half of them or
/// fewer the world in the report is more ours by name than by what was run.
const FEWEST_CONDITIONS: u32 = 5;

/// The certainty of a definition's summary in one world, and why it was stepped down. Claims are those that counts
/// hold (the study's own, and read), without stubs: of an abstract nothing could have been tested.
#[must_use]
pub fn of(
    evidence: &Evidence<'_>,
    (definition, against): (Definition, Option<Against>),
    standing: &Standing,
    rows: &[&Row<'_>],
    words: &[StudyWord<'_>],
) -> (Certainty, Vec<String>) {
    if Prevalence::of(standing) == Prevalence::Open {
        return (Certainty::NotRated, Vec::new());
    }
    let claims: Vec<&ClaimReport> = evidence
        .claims
        .iter()
        .filter(|claim| {
            claim.definition == definition && claim.against == against && claim.by == Author::Study && claim.known == Knowledge::Read
        })
        .filter(|claim| !coverage::is_stub(claim))
        .collect();
    let steps = [
        indirectness(&claims),
        inconsistency(standing),
        imprecision(standing),
        alone(standing),
        limits(evidence, rows, words),
        coverage(&claims),
    ];
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

fn inconsistency(standing: &Standing) -> Option<String> {
    let Standing { occurs, both, absent, .. } = *standing;
    let lesser = share((occurs.min(absent) + both) as usize, standing.decided() as usize);
    let told_both = if both == 0 { String::new() } else { format!(", {both} told both ways") };
    (lesser >= MINORITY).then(|| {
        format!("inconsistency: it occurs in {occurs} of {} decided studies and is absent from {absent}{told_both}", standing.decided())
    })
}

fn imprecision(standing: &Standing) -> Option<String> {
    let mut why = Vec::new();
    if share(standing.undecided as usize, standing.able() as usize) > UNDECIDED {
        let verb = if standing.undecided == 1 { "is" } else { "are" };
        why.push(format!("{} of {} studies {verb} undecided", standing.undecided, standing.able()));
    }
    if standing.pieces() < FEWEST_PIECES {
        let works = number_of(standing.works as usize, "work");
        why.push(match standing.pieces() < standing.works {
            true => format!("only {} behind it, of {works}", number_of(standing.setups as usize, "setup")),
            false => format!("only {works} behind it"),
        });
    }
    // The side that the summary tells; that few mechanisms contradict it is no weakness of it.
    let telling = if standing.occurs >= standing.absent { standing.mechanisms_occurs } else { standing.mechanisms_absent };
    if telling < FEWEST_MECHANISMS {
        why.push(format!("only {} on the side it tells", number_of(telling as usize, "mechanism")));
    }
    (!why.is_empty()).then(|| format!("imprecision: {}", why.join("; ")))
}

/// One piece of evidence, however often it was told, is an anecdote: nothing says that it does not hang on what its setup happens to be.
fn alone(standing: &Standing) -> Option<String> {
    (standing.pieces() == 1).then(|| match standing.setups {
        1 => "one piece of evidence: whatever was decided was decided of one setup".to_owned(),
        _ => "one piece of evidence: whatever was decided was decided of one work".to_owned(),
    })
}

/// As published the realism of the studies limits a summary; in a world, how much of that world was simulated.
fn limits(evidence: &Evidence<'_>, rows: &[&Row<'_>], words: &[StudyWord<'_>]) -> Option<String> {
    let decided = rows.iter().filter(|row| matches!(row.outcome, Outcome::Occurs | Outcome::Absent));
    let mut conditions: Vec<f64> = decided.filter_map(|row| row.conditions).map(f64::from).collect();
    if !conditions.is_empty() {
        conditions.sort_by(f64::total_cmp);
        let middle = median(&conditions)?;
        let limit = f64::from(FEWEST_CONDITIONS);
        return (middle < limit).then(|| format!("study limits: the median simulation has {middle} of the 8 realism conditions"));
    }
    let decided = words.iter().filter(|study| study.word.is_decided());
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
