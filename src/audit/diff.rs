//! Two audits side by side: what changed, in words, for `diff OLD NEW`.
//!
//! It takes two [`Audit`]s and gives [`Change`]s in a fixed order. Provenance is left out; numbers that agree to one
//! part in a billion are the same, to half a per cent where the two have different versions and so different digits.

use super::{AS_PUBLISHED, Audit, ClaimReport, DefinitionReport, FindingReport, StudyReport, World, WorldReport, words};
use crate::taxonomy::{Condition, Definition};
use std::collections::{BTreeMap, BTreeSet};

/// One thing that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// How much it matters.
    pub weight: ChangeWeight,
    /// What it belongs to: a claim, a study, a definition.
    pub subject: String,
    /// What changed, in words.
    pub text: String,
}

/// How much a change matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeWeight {
    /// A verdict, an outcome, a score's existence, or something added or removed.
    Word,
    /// Only a number.
    Number,
}

crate::taxonomy::words!(ChangeWeight, "change", { Word => "word", Number => "number" });

/// Relative difference below which numbers are the same.
const SAME: f64 = 1e-9;
/// The same where the two are written with different numbers of digits, three at least.
const ROUNDED: f64 = 5e-3;

/// Everything that changed from `old` to `new`, words before numbers, then by subject.
#[must_use]
pub fn diff(old: &Audit, new: &Audit) -> Vec<Change> {
    let mut changes = Changes { told: Vec::new(), same: if old.schema == new.schema { SAME } else { ROUNDED } };
    let by_world = |audit: &'_ Audit| -> BTreeMap<String, World> { audit.worlds.iter().map(|one| (one.id.clone(), one.clone())).collect() };
    let (before, after) = (by_world(old), by_world(new));
    both(&before, &after, "world", &mut changes, world);
    // What only one of the two has was told in one line.
    let alone: BTreeSet<&String> =
        before.keys().chain(after.keys()).filter(|id| !(before.contains_key(*id) && after.contains_key(*id))).collect();
    let by_claim = |audit: &'_ Audit| -> BTreeMap<String, ClaimReport> {
        audit.claims.iter().map(|claim| (claim.id.clone(), claim.clone())).collect()
    };
    both(&by_claim(old), &by_claim(new), "claim", &mut changes, claim);
    let by_study = |audit: &'_ Audit| -> BTreeMap<String, StudyReport> {
        audit.studies.iter().map(|study| (study.id.clone(), study.clone())).collect()
    };
    both(&by_study(old), &by_study(new), "study", &mut changes, |changes, id, old, new| study(changes, id, old, new, &alone));
    let by_definition = |audit: &'_ Audit| -> BTreeMap<String, DefinitionReport> {
        audit.definitions.iter().map(|one| (one.id.to_string(), one.clone())).collect()
    };
    both(&by_definition(old), &by_definition(new), "definition", &mut changes, |changes, id, old, new| {
        definition(changes, id, old, new, &alone)
    });
    changes.told.sort();
    changes.told
}

/// What the two audits were made from, where it differs: `registry: 12ab… -> 34cd…`.
#[must_use]
pub fn causes(old: &Audit, new: &Audit) -> Vec<String> {
    let (a, b) = (&old.provenance, &new.provenance);
    let short = |digest: &str| digest.chars().take(12).collect::<String>();
    let digests = [
        ("the registry", &a.registry, &b.registry),
        ("the thresholds", &a.criteria, &b.criteria),
        ("the laboratory", &a.engine, &b.engine),
        ("the rules of decision", &a.rules, &b.rules),
    ];
    let words = [
        ("version", a.version.clone(), b.version.clone()),
        ("seed", a.seed.0.to_string(), b.seed.0.to_string()),
        ("weights", a.preset.clone(), b.preset.clone()),
        ("scope", a.scope.clone(), b.scope.clone()),
    ];
    let digests = digests.into_iter().map(|(what, a, b)| (what, short(a), short(b)));
    digests.chain(words).filter(|(_, a, b)| a != b).map(|(what, a, b)| format!("{what}: {a} -> {b}")).collect()
}

/// What changed so far, and by how much numbers may differ and be the same.
struct Changes {
    told: Vec<Change>,
    same: f64,
}

impl Changes {
    fn word(&mut self, subject: &str, text: String) {
        self.told.push(Change { weight: ChangeWeight::Word, subject: subject.to_owned(), text });
    }

    fn words(&mut self, subject: &str, what: &str, old: &str, new: &str) {
        if old != new {
            self.word(subject, format!("{what}: {old} -> {new}"));
        }
    }

    fn number(&mut self, subject: &str, what: &str, old: Option<f64>, new: Option<f64>) {
        let same = match (old, new) {
            (None, None) => true,
            (Some(a), Some(b)) => (a - b).abs() <= self.same * a.abs().max(b.abs()),
            (None, Some(_)) | (Some(_), None) => false,
        };
        if !same {
            let weight = if old.is_some() == new.is_some() { ChangeWeight::Number } else { ChangeWeight::Word };
            let text = format!("{what}: {} -> {}", shown(old), shown(new));
            self.told.push(Change { weight, subject: subject.to_owned(), text });
        }
    }
}

fn shown(value: Option<f64>) -> String {
    value.map_or_else(|| "none".to_owned(), words::number)
}

fn both<T>(
    old: &BTreeMap<String, T>,
    new: &BTreeMap<String, T>,
    kind: &str,
    changes: &mut Changes,
    compare: impl Fn(&mut Changes, &str, &T, &T),
) {
    for id in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
        match (old.get(id), new.get(id)) {
            (Some(before), Some(after)) => compare(changes, id, before, after),
            (Some(_), None) => changes.word(id, format!("{kind} removed")),
            (None, Some(_)) => changes.word(id, format!("{kind} added")),
            (None, None) => {}
        }
    }
}

fn world(changes: &mut Changes, id: &str, old: &World, new: &World) {
    let words = |conditions: &[Condition]| conditions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    changes.words(id, "conditions changed", &words(&old.conditions), &words(&new.conditions));
}

fn claim(changes: &mut Changes, id: &str, old: &ClaimReport, new: &ClaimReport) {
    let full = |claim: &ClaimReport| match &claim.reason {
        Some(reason) => format!("{} ({reason})", claim.verdict),
        None => claim.verdict.to_string(),
    };
    changes.words(id, "verdict", &full(old), &full(new));
    changes.words(id, "fidelity", &old.fidelity.to_string(), &new.fidelity.to_string());
    changes.words(id, "test", old.test.as_deref().unwrap_or("none"), new.test.as_deref().unwrap_or("none"));
    let there = old.worlds.iter().filter_map(|(world, before)| Some((world.as_str(), before, new.worlds.get(world)?)));
    for (world, before, after) in std::iter::once((AS_PUBLISHED, &old.published, &new.published)).chain(there) {
        changes.words(id, world, &outcome(before.as_ref()), &outcome(after.as_ref()));
        changes.number(id, &format!("{world} effect"), effect(before.as_ref()), effect(after.as_ref()));
    }
    let flips = |claim: &ClaimReport| {
        let flips = claim.flips_under.as_ref()?;
        let conditions = flips.conditions.iter().map(ToString::to_string);
        let conditions: Vec<String> = conditions.chain(flips.pairs.iter().map(ToString::to_string)).collect();
        Some(format!("{} {}", flips.kind, conditions.join(", ")).trim_end().to_owned())
    };
    changes.words(id, "flips under", &flips(old).unwrap_or_default(), &flips(new).unwrap_or_default());
    for (what, before, after) in [
        ("estimate", old.estimate, new.estimate),
        ("low", old.low, new.low),
        ("high", old.high, new.high),
        ("expected", old.expected, new.expected),
        ("replicates", Some(f64::from(old.replicates)), Some(f64::from(new.replicates))),
    ] {
        changes.number(id, what, before, after);
    }
}

fn outcome(world: Option<&WorldReport>) -> String {
    match world {
        None => "not simulated".to_owned(),
        Some(report) => match &report.reason {
            Some(reason) => format!("{} ({reason})", report.words()),
            None => report.words(),
        },
    }
}

fn effect(world: Option<&WorldReport>) -> Option<f64> {
    world.and_then(|world| world.effect)
}

/// A profile with what is left out of it because it is found against the first model just as against real data alone.
fn with_first(profile: &BTreeMap<String, FindingReport>) -> BTreeMap<String, &FindingReport> {
    let start = format!("{}:", Definition::AnyRiskIncrease);
    let own = profile.iter().filter(|(key, _)| key.starts_with(&start) && !key.ends_with(":first"));
    let mut told: BTreeMap<String, &FindingReport> = own.map(|(key, finding)| (format!("{key}:first"), finding)).collect();
    told.extend(profile.iter().map(|(key, finding)| (key.clone(), finding)));
    told
}

fn study(changes: &mut Changes, id: &str, old: &StudyReport, new: &StudyReport, alone: &BTreeSet<&String>) {
    for (what, before, after) in [
        ("realism, low", old.realism.low, new.realism.low),
        ("realism", old.realism.mid, new.realism.mid),
        ("realism, high", old.realism.high, new.realism.high),
    ] {
        changes.number(id, what, before, after);
    }
    for condition in old.realism.conditions.keys().chain(new.realism.conditions.keys()).collect::<BTreeSet<_>>() {
        let level =
            |study: &StudyReport| study.realism.conditions.get(condition).map_or("not judged".to_owned(), |one| one.level.to_string());
        changes.words(id, &condition.to_string(), &level(old), &level(new));
    }
    let flat = |study: &StudyReport| {
        let mut findings = BTreeMap::new();
        for (simulation, arms) in &study.profiles {
            for (arm, profile) in arms.iter().filter(|(arm, _)| !alone.contains(arm)) {
                for (definition, finding) in with_first(profile) {
                    let reason = finding.reason.as_ref().map_or(String::new(), |reason| format!(" ({reason})"));
                    let place = format!("{simulation}, {arm}, {definition}");
                    findings.insert(place, (format!("{}{reason}", finding.outcome), finding.effect));
                }
            }
        }
        findings
    };
    let (before, after) = (flat(old), flat(new));
    for place in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
        let word = |map: &BTreeMap<String, (String, Option<f64>)>| map.get(place).map_or("not run".to_owned(), |one| one.0.clone());
        changes.words(id, place, &word(&before), &word(&after));
        if let (Some((_, a)), Some((_, b))) = (before.get(place), after.get(place)) {
            changes.number(id, &format!("{place}, effect"), *a, *b);
        }
    }
}

fn definition(changes: &mut Changes, id: &str, old: &DefinitionReport, new: &DefinitionReport, alone: &BTreeSet<&String>) {
    let certainty =
        |report: &DefinitionReport, world: &str| report.standing.get(world).map(|one| one.certainty.clone()).unwrap_or_default();
    for world in new.standing.keys().filter(|world| old.standing.contains_key(*world)) {
        changes.words(id, &format!("certainty {world}"), &certainty(old, world), &certainty(new, world));
    }
    changes.words(id, "take-away", &old.takeaway, &new.takeaway);
    for world in old.share.keys().chain(new.share.keys()).filter(|world| !alone.contains(world)).collect::<BTreeSet<_>>() {
        let at = |shares: &BTreeMap<String, Option<f64>>| shares.get(world).copied().flatten();
        changes.number(id, &format!("share {world}"), at(&old.share), at(&new.share));
        changes.number(id, &format!("weighted share {world}"), at(&old.share_weighted), at(&new.share_weighted));
    }
}

#[cfg(test)]
mod tests {
    use super::super::audit;
    use super::super::fixture::{claim, decided, frame, registry, study};
    use super::*;
    use crate::sim::Regime;
    use crate::taxonomy::{Fidelity, RealismLevel};
    use crate::verdict::{Outcome, TestOutcome};

    fn one(test: TestOutcome, worlds: [Outcome; 3], level: RealismLevel) -> Audit {
        let registry = registry(vec![study("a", Fidelity::Exact, Regime::replace(), &[level; 8])], vec![claim("a", "x")]);
        audit(&registry, &[decided("a", "x", test, worlds)], &frame())
    }

    #[test]
    fn an_audit_does_not_differ_from_itself_and_differences_are_told_in_words() {
        let old = one(TestOutcome::Holds, [Outcome::Occurs; 3], RealismLevel::Met);
        assert_eq!(diff(&old, &old), []);
        let new = one(TestOutcome::Fails, [Outcome::Occurs, Outcome::Absent, Outcome::Occurs], RealismLevel::Unmet);
        let changes: Vec<String> = diff(&old, &new).into_iter().map(|change| format!("{}: {}", change.subject, change.text)).collect();
        for expected in ["a/x: verdict: reproduced -> undecided", "a/x: realistic: occurs -> absent", "a: realism: 1 -> 0"] {
            assert!(changes.iter().any(|change| change.starts_with(expected)), "{expected} in {changes:#?}");
        }
        assert_eq!(causes(&old, &old), [""; 0]);
        let mut other = old.clone();
        (other.provenance.seed, other.provenance.registry) = (crate::Whole(3), "0123456789abcdef".to_owned());
        let told = causes(&old, &other);
        assert!(told[0].starts_with("the registry: ") && told[0].ends_with("-> 0123456789ab") && told[1].ends_with("-> 3"), "{told:?}");
        let earlier = Audit { schema: old.schema - 1, ..old.clone() };
        let mut rounded = old.clone();
        for claim in rounded.claims.iter_mut().filter_map(|claim| claim.estimate.as_mut()) {
            *claim *= 1.001;
        }
        assert_eq!((diff(&earlier, &rounded), diff(&old, &rounded).is_empty()), (Vec::new(), false), "digits of another version");
        let empty = Audit { claims: Vec::new(), ..old.clone() };
        assert!(diff(&old, &empty).iter().any(|change| change.text == "claim removed"));
        assert!(diff(&empty, &old).iter().any(|change| change.text == "claim added"));
    }
}
