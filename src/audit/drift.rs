//! What differs from the lock: drift, with its cause, and notes on numbers that merely moved.
//!
//! It takes the lock and what stands now and gives [`Drift`]s in claim order. A verdict, fidelity or world outcome
//! other than accepted is drift, for the better or the worse; so are claims that are new or gone.

use super::Verdict;
use super::lock::{self, Entry, Ground, Lock};
use super::said::{self, Texts};
use crate::registry::WorldId;
use crate::verdict::Outcome;
use std::collections::{BTreeMap, BTreeSet};

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
    /// What changed underneath: `descriptor`, `claim`, a part of the ground it was accepted on (`criteria`, `overlays`, `laboratory`, `plan`, …) or
    /// `seed`; empty where nothing did.
    pub causes: Vec<String>,
    /// What the texts among the causes said and say, `claim: test.margin: 0.05 -> 0.1`.
    pub edits: Vec<String>,
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

/// What stands now.
#[derive(Debug, Clone, Copy)]
pub struct Now<'a> {
    /// By full claim id.
    pub entries: &'a BTreeMap<String, Entry>,
    /// What decides beside the claims' own texts.
    pub ground: &'a Ground,
    /// The registry's worlds.
    pub worlds: &'a [WorldId],
    /// What everything that the lock can name says now.
    pub texts: &'a Texts,
}

/// Compares what stands now with the lock. Only claims for which `covered` says so are asked for: `check --only` does not call the others
/// gone.
#[must_use]
pub fn compare(lock: &Lock, now: Now<'_>, covered: impl Fn(&str) -> bool) -> Vec<Drift> {
    let mut drifts = Vec::new();
    for (claim, entry) in now.entries {
        match lock.claims.get(claim) {
            None => drifts.push(new(claim, entry)),
            Some(accepted) => {
                let before = lock.grounds.get(&accepted.under);
                let told = |drift| Drift {
                    causes: causes(accepted, entry, before, now.ground),
                    edits: edits(lock, now, accepted, entry),
                    ..drift
                };
                drifts.extend(changed(claim, accepted, entry, now.worlds).map(told));
            }
        }
    }
    for (claim, accepted) in &lock.claims {
        if covered(claim) && !now.entries.contains_key(claim) {
            let what = vec![format!("accepted as {}", accepted.verdict)];
            drifts.push(Drift { claim: claim.clone(), kind: DriftKind::Gone, what, causes: Vec::new(), edits: Vec::new() });
        }
    }
    drifts.sort_by(|a, b| a.claim.cmp(&b.claim));
    drifts
}

/// Puts the accepted answer where a smaller budget than that of the lock left a question undecided: that is no drift. What it decided stays.
pub fn leave_undecided_out(lock: &Lock, now: &mut BTreeMap<String, Entry>) {
    for (claim, entry) in now {
        let Some(accepted) = lock.claims.get(claim) else { continue };
        if entry.verdict == Verdict::Undecided && !disagrees(entry) {
            (entry.verdict, entry.reason) = (accepted.verdict, accepted.reason.clone());
        }
        for (world, held) in &mut entry.worlds {
            // A world that costs more than the smaller budget is not asked at all.
            if let (None | Some(Outcome::Undecided), Some(before)) = (held.outcome, accepted.worlds.get(world)) {
                held.outcome = before.outcome;
            }
        }
    }
}

fn new(claim: &str, entry: &Entry) -> Drift {
    let reason = entry.reason.as_ref().map_or(String::new(), |reason| format!(" ({reason})"));
    Drift {
        claim: claim.to_owned(),
        kind: DriftKind::New,
        what: vec![format!("verdict {}{reason}", entry.verdict)],
        causes: Vec::new(),
        edits: Vec::new(),
    }
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
    (!what.is_empty()).then(|| Drift { claim: claim.to_owned(), kind, what, causes: Vec::new(), edits: Vec::new() })
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

/// What is not as it was when the claim was accepted.
fn causes(accepted: &Entry, now: &Entry, before: Option<&Ground>, ground: &Ground) -> Vec<String> {
    let halves = |entry: &Entry| {
        // A lock edited by hand may hold anything.
        let (descriptor, claim) = lock::halves(entry).unwrap_or((&entry.digest, ""));
        [descriptor.to_owned(), claim.to_owned()]
    };
    let pairs = ["descriptor", "claim"].into_iter().zip(halves(accepted).into_iter().zip(halves(now)));
    let mut causes: Vec<String> = pairs.filter(|(_, (before, after))| before != after).map(|(name, _)| name.to_owned()).collect();
    causes.extend(moved_parts(before, ground));
    if accepted.seed != now.seed {
        causes.push("seed".to_owned());
    }
    causes
}

/// What the claim's own text, the thresholds and the worlds said and say, where they differ.
fn edits(lock: &Lock, now: Now<'_>, accepted: &Entry, entry: &Entry) -> Vec<String> {
    let mut told = Vec::new();
    if let (Some((_, before)), Some((_, after))) = (lock::halves(accepted), lock::halves(entry))
        && before != after
    {
        told.extend(said::changes(lock, now.texts, before, after).iter().map(|change| format!("claim: {change}")));
    }
    told.extend(lock.grounds.get(&accepted.under).map(|before| ground_edits(lock, now, before)).unwrap_or_default());
    told
}

/// What changed in the words of a ground.
fn ground_edits(lock: &Lock, now: Now<'_>, before: &Ground) -> Vec<String> {
    let moved = moved_parts(Some(before), now.ground);
    let of = |part: &String| -> Vec<String> {
        said::ground_changes(lock, now.texts, part, before, now.ground).iter().map(|change| format!("{part}: {change}")).collect()
    };
    moved.iter().flat_map(of).collect()
}

/// What changed in the thresholds and worlds since claims were accepted, each once.
#[must_use]
pub fn edited_under(lock: &Lock, now: Now<'_>) -> BTreeSet<String> {
    let used: BTreeSet<&String> = now.entries.keys().filter_map(|claim| Some(&lock.claims.get(claim)?.under)).collect();
    used.into_iter().filter_map(|under| lock.grounds.get(under)).flat_map(|before| ground_edits(lock, now, before)).collect()
}

/// The parts of a ground that are not as they were.
fn moved_parts(before: Option<&Ground>, now: &Ground) -> Vec<String> {
    let Some(before) = before else { return vec!["what it was accepted under is not in the lock".to_owned()] };
    let names: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    names.into_iter().filter(|part| before.get(*part) != now.get(*part)).cloned().collect()
}

/// Parts that changed since claims were accepted, with the number of those that stand all the same.
#[must_use]
pub fn unmoved_by(lock: &Lock, now: Now<'_>, drifts: &[Drift]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for claim in now.entries.keys() {
        let accepted = lock.claims.get(claim).filter(|_| !drifts.iter().any(|drift| drift.claim == *claim));
        let parts = accepted.map_or_else(Vec::new, |accepted| moved_parts(lock.grounds.get(&accepted.under), now.ground));
        parts.into_iter().for_each(|part| *counts.entry(part).or_default() += 1);
    }
    counts
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

    fn ground(laboratory: &str) -> Ground {
        [("laboratory", laboratory), ("plan", "1")].map(|(part, digest)| (part.to_owned(), digest.to_owned())).into()
    }

    fn lock() -> Lock {
        let claims = BTreeMap::from([("a/x".to_owned(), entry())]);
        Lock { claims, grounds: BTreeMap::from([("u".to_owned(), ground("1"))]), ..Lock::empty() }
    }

    fn compared(now: BTreeMap<String, Entry>, ids: &[&str], covered: impl Fn(&str) -> bool) -> Vec<Drift> {
        compare(&lock(), Now { entries: &now, ground: &ground("1"), worlds: &worlds(ids), texts: &Texts::new() }, covered)
    }

    fn entry() -> Entry {
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
            digest: "ddcc".to_owned(),
            under: "u".to_owned(),
        }
    }

    fn drift_to(now: Entry) -> Vec<Drift> {
        drift_in(now, &["realistic", "contested"])
    }

    fn drift_in(now: Entry, ids: &[&str]) -> Vec<Drift> {
        compared(BTreeMap::from([("a/x".to_owned(), now)]), ids, |_| true)
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
    fn a_smaller_budget_is_no_drift_and_what_it_decides_still_is() {
        let short = Entry {
            verdict: Verdict::Undecided,
            reason: Some("too-few-replicates".to_owned()),
            ..with("realistic", Some(Outcome::Undecided))
        };
        let left_out = |entry: Entry| {
            let mut now = BTreeMap::from([("a/x".to_owned(), entry)]);
            leave_undecided_out(&lock(), &mut now);
            compared(now, &["realistic", "contested"], |_| true)
        };
        assert_eq!(drift_to(short.clone())[0].kind, DriftKind::Lost);
        assert_eq!(left_out(short), []);
        assert_eq!(left_out(with("realistic", None)), []);
        assert_eq!(left_out(with("realistic", Some(Outcome::Occurs)))[0].kind, DriftKind::Changed);
        let spoken = Entry { verdict: Verdict::Undecided, reason: Some(super::super::CONTROL_HOLDS.to_owned()), ..entry() };
        assert_eq!(left_out(spoken)[0].kind, DriftKind::Changed);
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
        let now = || BTreeMap::from([("b/y".to_owned(), entry())]);
        let kinds = |drifts: Vec<Drift>| drifts.into_iter().map(|drift| drift.kind).collect::<Vec<_>>();
        assert_eq!(kinds(compared(now(), &["realistic", "contested"], |_| true)), [DriftKind::Gone, DriftKind::New]);
        assert_eq!(kinds(compared(now(), &["realistic", "contested"], |claim| claim.starts_with("b/"))), [DriftKind::New]);
    }

    #[test]
    fn every_changed_text_and_part_is_named_as_a_cause() {
        let now = Entry { verdict: Verdict::Contradicted, digest: "ddxx".to_owned(), ..entry() };
        let now = BTreeMap::from([("a/x".to_owned(), now)]);
        let ids = worlds(&["realistic", "contested"]);
        let found = compare(&lock(), Now { entries: &now, ground: &ground("2"), worlds: &ids, texts: &Texts::new() }, |_| true);
        assert_eq!(found[0].because(), "changed since: claim, laboratory");
        let edited = Entry { verdict: Verdict::Contradicted, digest: "é".to_owned(), ..entry() };
        assert_eq!(drift_to(edited)[0].because(), "changed since: descriptor, claim");
    }

    #[test]
    fn a_part_that_changed_drifts_nothing_and_is_told() {
        let (now, ids) = (BTreeMap::from([("a/x".to_owned(), entry())]), worlds(&["realistic", "contested"]));
        let told = |laboratory| {
            let ground = ground(laboratory);
            let texts = Texts::new();
            let now = Now { entries: &now, ground: &ground, worlds: &ids, texts: &texts };
            let drifts = compare(&lock(), now, |_| true);
            assert_eq!(drifts, []);
            unmoved_by(&lock(), now, &drifts)
        };
        assert_eq!(told("1"), BTreeMap::new());
        assert_eq!(told("2"), BTreeMap::from([("laboratory".to_owned(), 1)]));
    }
}
