//! What differs from the lock: drift, with its cause, and notes on numbers that merely moved.
//!
//! It takes the lock and what stands now and gives [`Drift`]s in claim order. A verdict, fidelity or world outcome
//! other than accepted is drift, for the better or the worse; so are claims that are new or gone.

use super::Verdict;
use super::lock::{Digests, Entry, Lock};
use crate::registry::WorldId;
use crate::verdict::Outcome;
use std::collections::BTreeMap;

/// How a claim differs from what was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DriftKind {
    /// Its verdict, fidelity or the outcome in a world is another.
    Changed,
    /// It was accepted as decided and is now undecided within the budget.
    Lost,
    /// It is not in the lock.
    New,
    /// It is in the lock and no longer in the registry.
    Gone,
    /// Only its numbers moved: a note, not drift.
    Moved,
}

crate::taxonomy::words!(DriftKind, "drift", {
    Changed => "changed",
    Lost => "lost",
    New => "new",
    Gone => "gone",
    Moved => "moved",
});

/// One claim that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// Full id.
    pub claim: String,
    /// How it differs.
    pub kind: DriftKind,
    /// What differs, in words.
    pub what: Vec<String>,
    /// What changed underneath: `descriptor`, `claim`, `criteria`, `overlays`, `engine`, `rules`, `seed`; empty where
    /// nothing did.
    pub causes: Vec<String>,
}

impl Drift {
    /// The causes as a phrase.
    #[must_use]
    pub fn because(&self) -> String {
        match (self.kind, self.causes.as_slice()) {
            (DriftKind::New, _) => "it was never accepted".to_owned(),
            (DriftKind::Gone, _) => "the registry no longer has it".to_owned(),
            (DriftKind::Changed | DriftKind::Lost | DriftKind::Moved, []) => {
                "nothing it rests on changed: the same inputs gave other numbers on this platform".to_owned()
            }
            (DriftKind::Changed | DriftKind::Lost | DriftKind::Moved, causes) => format!("changed since: {}", causes.join(", ")),
        }
    }
}

/// The exit code of `check`: 1 where anything drifted, else 4 where a decided claim came out undecided, else 0.
#[must_use]
pub fn exit_code(drifts: &[Drift]) -> u8 {
    let any = |wanted: &[DriftKind]| drifts.iter().any(|drift| wanted.contains(&drift.kind));
    if any(&[DriftKind::Changed, DriftKind::New, DriftKind::Gone]) {
        1
    } else if any(&[DriftKind::Lost]) {
        4
    } else {
        0
    }
}

/// Compares what stands now in these worlds, those of the registry, with the lock. Only claims for which `covered` says so are asked
/// for: `check --only` does not call the others gone.
#[must_use]
pub fn compare(lock: &Lock, now: &BTreeMap<String, Entry>, worlds: &[WorldId], covered: impl Fn(&str) -> bool) -> Vec<Drift> {
    let mut drifts = Vec::new();
    for (claim, entry) in now {
        match lock.claims.get(claim) {
            None => drifts.push(new(claim, entry)),
            Some(accepted) => drifts.extend(changed(claim, accepted, entry, worlds)),
        }
    }
    for (claim, accepted) in &lock.claims {
        if covered(claim) && !now.contains_key(claim) {
            let what = vec![format!("accepted as {}", accepted.verdict)];
            drifts.push(Drift { claim: claim.clone(), kind: DriftKind::Gone, what, causes: Vec::new() });
        }
    }
    drifts.sort_by(|a, b| a.claim.cmp(&b.claim));
    drifts
}

fn new(claim: &str, entry: &Entry) -> Drift {
    let reason = entry.reason.as_ref().map_or(String::new(), |reason| format!(" ({reason})"));
    Drift { claim: claim.to_owned(), kind: DriftKind::New, what: vec![format!("verdict {}{reason}", entry.verdict)], causes: Vec::new() }
}

fn changed(claim: &str, accepted: &Entry, now: &Entry, worlds: &[WorldId]) -> Option<Drift> {
    let mut what = Vec::new();
    let mut lost = 0;
    if accepted.verdict != now.verdict {
        let reason = now.reason.as_ref().map_or(String::new(), |reason| format!(" ({reason})"));
        what.push(format!("verdict {}, accepted {}{reason}", now.verdict, accepted.verdict));
        lost += usize::from(is_decided(accepted.verdict) && now.verdict == Verdict::Undecided && !disagrees(now));
    }
    if accepted.fidelity != now.fidelity {
        what.push(format!("fidelity {}, accepted {}", now.fidelity, accepted.fidelity));
    }
    for (text, is_lost) in in_worlds(accepted, now, worlds) {
        what.push(text);
        lost += usize::from(is_lost);
    }
    let kind = match what.len() {
        0 => DriftKind::Moved,
        all if all == lost => DriftKind::Lost,
        _ => DriftKind::Changed,
    };
    if kind == DriftKind::Moved {
        what = moved(accepted, now);
    }
    (!what.is_empty()).then(|| Drift { claim: claim.to_owned(), kind, what, causes: causes(accepted, now) })
}

/// What differs world by world, in the order of the registry and then those that it no longer has, and whether a decision was lost.
fn in_worlds(accepted: &Entry, now: &Entry, worlds: &[WorldId]) -> Vec<(String, bool)> {
    let mut differences = Vec::new();
    for world in worlds {
        let outcome = |entry: &Entry| entry.worlds.get(world.id()).map(|held| held.outcome);
        let after = outcome(now).flatten();
        match (outcome(accepted), after) {
            (None, None) => {}
            (None, Some(after)) => differences.push((format!("{world} world is new: {after}, never accepted"), false)),
            (Some(before), after) if before == after => {}
            (Some(before), after) => {
                let is_lost = matches!(before, Some(Outcome::Occurs | Outcome::Absent)) && after == Some(Outcome::Undecided);
                differences.push((format!("{world} world {}, accepted {}", word(after), word(before)), is_lost));
            }
        }
    }
    let gone = accepted.worlds.iter().filter(|(id, _)| !worlds.iter().any(|world| world.id() == *id));
    differences.extend(gone.filter_map(|(id, held)| Some((format!("{id} world is gone: accepted {}", held.outcome?), false))));
    differences
}

/// An undecided verdict for which the numbers are there but speak against the claim: more replicates change nothing.
fn disagrees(entry: &Entry) -> bool {
    entry.reason.as_deref().is_some_and(|reason| super::SPOKEN.contains(&reason))
}

const fn is_decided(verdict: Verdict) -> bool {
    match verdict {
        Verdict::Reproduced | Verdict::Contradicted => true,
        Verdict::Undecided | Verdict::Untested => false,
    }
}

fn word(outcome: Option<Outcome>) -> String {
    outcome.map_or_else(|| "not simulated".to_owned(), |outcome| outcome.to_string())
}

/// Relative difference below which two numbers are the same on another platform.
const SAME: f64 = 1e-9;

fn moved(accepted: &Entry, now: &Entry) -> Vec<String> {
    let pairs = [("estimate", accepted.estimate, now.estimate), ("low", accepted.low, now.low), ("high", accepted.high, now.high)];
    let differs = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (None, None) => false,
        (Some(a), Some(b)) => (a - b).abs() > SAME * a.abs().max(b.abs()),
        (None, Some(_)) | (Some(_), None) => true,
    };
    let text = |value: Option<f64>| value.map_or_else(|| "none".to_owned(), super::words::number);
    pairs
        .into_iter()
        .filter(|(_, before, after)| differs(*before, *after))
        .map(|(name, before, after)| format!("{name} {}, accepted {}", text(after), text(before)))
        .collect()
}

fn causes(accepted: &Entry, now: &Entry) -> Vec<String> {
    let each = |digests: &Digests| {
        let Digests { descriptor, claim, criteria, overlays, engine, rules } = digests.clone();
        [("descriptor", descriptor), ("claim", claim), ("criteria", criteria), ("overlays", overlays), ("engine", engine), ("rules", rules)]
    };
    let pairs = each(&accepted.digests).into_iter().zip(each(&now.digests));
    let mut causes: Vec<String> = pairs.filter(|(before, after)| before != after).map(|((name, _), _)| name.to_owned()).collect();
    if accepted.seed != now.seed {
        causes.push("seed".to_owned());
    }
    causes
}

#[cfg(test)]
mod tests {
    use super::super::lock::{Frozen, HeldWorld, SeedNumber};
    use super::*;
    use crate::taxonomy::Fidelity;

    fn held(world: &str, outcome: Option<Outcome>) -> (String, HeldWorld) {
        (world.to_owned(), HeldWorld { outcome, replicates: 256 })
    }

    fn with(world: &str, outcome: Option<Outcome>) -> Entry {
        let mut entry = entry();
        entry.worlds.extend([held(world, outcome)]);
        entry
    }

    fn worlds(ids: &[&str]) -> Vec<WorldId> {
        ids.iter().zip(0..).map(|(id, place)| WorldId::new(place, *id)).collect()
    }

    fn entry() -> Entry {
        let digest = || "d".to_owned();
        Entry {
            verdict: Verdict::Reproduced,
            reason: None,
            fidelity: Fidelity::Exact,
            worlds: BTreeMap::from([held("realistic", Some(Outcome::Absent)), held("contested", Some(Outcome::Undecided))]),
            open: Vec::new(),
            estimate: Some(1.0),
            low: Some(0.9),
            high: Some(1.1),
            seed: SeedNumber(1),
            accepted: "first".to_owned(),
            replicates: Frozen::default(),
            digests: Digests {
                descriptor: digest(),
                claim: digest(),
                criteria: digest(),
                overlays: digest(),
                engine: digest(),
                rules: digest(),
            },
        }
    }

    fn drift_to(now: Entry) -> Vec<Drift> {
        drift_in(now, &["realistic", "contested"])
    }

    fn drift_in(now: Entry, ids: &[&str]) -> Vec<Drift> {
        let lock = Lock { claims: BTreeMap::from([("a/x".to_owned(), entry())]), ..Lock::empty() };
        compare(&lock, &BTreeMap::from([("a/x".to_owned(), now)]), &worlds(ids), |_| true)
    }

    #[test]
    fn the_same_is_no_drift_and_moved_numbers_are_notes() {
        assert_eq!(drift_to(entry()), []);
        assert_eq!(drift_to(Entry { estimate: Some(1.0 + 1e-12), ..entry() }), []);
        let moved = drift_to(Entry { estimate: Some(1.01), seed: SeedNumber(2), ..entry() });
        assert_eq!((moved[0].kind, exit_code(&moved)), (DriftKind::Moved, 0));
        assert_eq!(moved[0].because(), "changed since: seed");
        let platform = drift_to(Entry { low: Some(0.8), ..entry() });
        assert!(platform[0].because().starts_with("nothing it rests on changed"));
    }

    #[test]
    fn better_and_worse_are_drift_and_losing_a_decision_is_its_own_class() {
        for now in [
            Entry { verdict: Verdict::Contradicted, ..entry() },
            Entry { fidelity: Fidelity::Scaled, ..entry() },
            with("contested", Some(Outcome::Occurs)),
            with("contested", None),
            Entry { verdict: Verdict::Undecided, reason: Some(super::super::CONTROL_HOLDS.to_owned()), ..entry() },
            Entry { verdict: Verdict::Undecided, reason: Some(super::super::POSITIVE_FAILS.to_owned()), ..entry() },
        ] {
            let drifts = drift_to(now);
            assert_eq!((drifts[0].kind, exit_code(&drifts)), (DriftKind::Changed, 1), "{drifts:?}");
        }
        let open = Entry { verdict: Verdict::Undecided, reason: Some("too-few-replicates".to_owned()), ..entry() };
        let lost = drift_to(open.clone());
        assert_eq!((lost[0].kind, exit_code(&lost)), (DriftKind::Lost, 4));
        let both = drift_to(Entry { fidelity: Fidelity::Scaled, ..open });
        assert_eq!((both[0].kind, exit_code(&both)), (DriftKind::Changed, 1), "1 wins");
    }

    #[test]
    fn a_world_that_is_new_or_gone_is_told_in_a_sentence() {
        let three = ["realistic", "contested", "only-verified"];
        let new = drift_in(with("only-verified", Some(Outcome::Occurs)), &three);
        assert_eq!(
            (new[0].kind, new[0].what.as_slice()),
            (DriftKind::Changed, &["only-verified world is new: occurs, never accepted".to_owned()][..])
        );
        assert_eq!(drift_in(with("only-verified", None), &three), [], "a new world that cannot be run here is no drift of the claim");
        let mut now = entry();
        now.worlds.remove("contested");
        let gone = drift_in(now, &["realistic"]);
        assert_eq!(
            (gone[0].kind, gone[0].what.as_slice()),
            (DriftKind::Changed, &["contested world is gone: accepted undecided".to_owned()][..])
        );
    }

    #[test]
    fn new_and_gone_are_drift_only_among_the_covered() {
        let lock = Lock { claims: BTreeMap::from([("a/x".to_owned(), entry())]), ..Lock::empty() };
        let now = BTreeMap::from([("b/y".to_owned(), entry())]);
        let kinds = |drifts: Vec<Drift>| drifts.into_iter().map(|drift| drift.kind).collect::<Vec<_>>();
        assert_eq!(kinds(compare(&lock, &now, &worlds(&["realistic"]), |_| true)), [DriftKind::Gone, DriftKind::New]);
        assert_eq!(kinds(compare(&lock, &now, &worlds(&["realistic"]), |claim| claim.starts_with("b/"))), [DriftKind::New]);
    }

    #[test]
    fn every_changed_digest_is_named_as_a_cause() {
        let mut now = Entry { verdict: Verdict::Contradicted, ..entry() };
        now.digests.engine = "other".to_owned();
        now.digests.claim = "other".to_owned();
        assert_eq!(drift_to(now)[0].because(), "changed since: claim, engine");
    }
}
