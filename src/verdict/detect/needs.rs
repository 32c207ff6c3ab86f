//! How many replicates an undecided finding needs, so that nothing is undecided without saying so.
//!
//! A detector gives the number where an interval tells it. What is left is a finding before its first look, one whose twin was not
//! drawn, and one that the guard stopped: the guard asks for so many replicates per squared skewness. Where no number of replicates
//! would do (the interval's estimate lies on the limit, a tail that carries the sum, runs that end) a note says `unreachable`.

use crate::numeric::{moments, tail_of};
use crate::registry::Criteria;
use crate::taxonomy::Word;
use crate::verdict::ensemble::Reading;
use crate::verdict::finding::{Finding, Outcome};
use crate::verdict::infer;
use crate::verdict::reason::Reason;

/// The finding with its need stated; `read` gives the values that the guard looked at.
pub fn stated(finding: Finding, criteria: &Criteria, read: impl FnOnce() -> Option<Reading>) -> Finding {
    if finding.outcome != Outcome::Undecided || finding.is_final() || finding.needs.is_some() {
        return finding;
    }
    let reason = finding.reason.as_deref().and_then(|word| Reason::parse(word).ok());
    let needs = match reason {
        Some(Reason::TooFewReplicates | Reason::MissingTwin) => Some(criteria.first_look as u64),
        Some(Reason::HeavyTail) => read().and_then(|reading| asked_by_guard(&reading, criteria, finding.alpha)),
        // An estimate on the limit, or runs that end.
        Some(_) | None => None,
    };
    match needs {
        Some(_) => Finding { needs, ..finding },
        None => finding.note("replicates needed: unreachable"),
    }
}

/// So many replicates per squared skewness as the guard asks for at this level; none where a few of them carry the sum.
fn asked_by_guard(reading: &Reading, criteria: &Criteria, alpha: f64) -> Option<u64> {
    let values: Vec<f64> = reading.values.iter().flatten().copied().filter(|value| value.is_finite()).collect();
    if values.is_empty() {
        return None;
    }
    let sample = moments(&values);
    let asked = (infer::per_squared_skewness(criteria, alpha) * sample.skewness.powi(2)).ceil();
    let is_carried = tail_of(&values, &sample).share > criteria.tail_share;
    (!is_carried && asked.is_finite()).then_some((asked as u64).max(2 * values.len() as u64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::planted;

    fn undecided(reason: Reason) -> Finding {
        Finding::undecided(reason, "", 1e-3)
    }

    #[test]
    fn an_open_finding_always_says_what_it_needs() {
        let criteria = planted::criteria();
        let skewed =
            || Some(Reading { values: (0..300).map(|i| Some(if i == 0 { 3.0 } else { 1.0 + f64::from(i % 7) * 0.05 })).collect() });
        let carried = || Some(Reading { values: (0..300).map(|i| Some(if i == 0 { 1e9 } else { 1.0 })).collect() });
        assert_eq!(stated(undecided(Reason::TooFewReplicates), &criteria, || None).needs, Some(256));
        assert!(stated(undecided(Reason::HeavyTail), &criteria, skewed).needs.is_some_and(|needs| needs > 600));
        for finding in [stated(undecided(Reason::HeavyTail), &criteria, carried), stated(undecided(Reason::TooWide), &criteria, || None)] {
            assert!(finding.needs.is_none() && finding.notes.iter().any(|note| note.contains("unreachable")), "{finding:?}");
        }
        assert!(stated(undecided(Reason::Transient), &criteria, || None).notes.is_empty(), "final reasons need nothing");
    }
}
