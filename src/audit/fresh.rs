//! `claims/fresh-seeds.toml`: what becomes of every verdict under other root seeds, and which claims are fragile by it.
//!
//! It takes claim rows made under fresh seeds and gives [`FreshSeeds`], and turns them into text and back. A claim is fragile where
//! its decided verdict leaves the decided state in more than one fresh seed of six. What was recorded speaks of the claim, its
//! study, the thresholds and the code of that day: where one of them has changed, nothing is said.

use super::digest;
use super::filed::{self, Misread};
use super::{ClaimReport, Verdict};
use crate::registry::Registry;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Version of the file's shape.
const SCHEMA: u32 = 1;
/// First line of the file.
const HEADER: &str = "# Verdicts under fresh root seeds, in the order of `seeds`. Written by `collapse-audit reseed --write`.\n";
/// Fresh seeds in which one lost decision is forgiven: a test of power 0.9 loses exactly one of six in every third claim and two or
/// more in every ninth, so that one says nothing and two say that the replicates hardly suffice.
const FORGIVEN_IN: usize = 6;

/// Verdicts under fresh seeds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FreshSeeds {
    /// Version of this shape.
    pub schema: u32,
    /// Digest of the thresholds.
    pub criteria: String,
    /// Digest of the engine's sources.
    pub engine: String,
    /// Digest of the decision rules' sources.
    pub rules: String,
    /// The root seeds.
    pub seeds: Vec<u64>,
    /// By full claim id.
    #[serde(default, rename = "claim")]
    pub claims: BTreeMap<String, Reseeded>,
}

/// One claim under fresh seeds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reseeded {
    /// Digest of claim and study together.
    pub digest: String,
    /// Its verdict under each seed.
    pub verdicts: Vec<Verdict>,
}

/// The code of the day.
#[derive(Debug, Clone, Copy)]
pub struct Code<'a> {
    /// Digest of the engine's sources.
    pub engine: &'a str,
    /// Digest of the decision rules' sources.
    pub rules: &'a str,
}

impl Code<'_> {
    /// Whether what bears these digests of engine, rules and thresholds was made with this code and the registry's thresholds.
    pub(super) fn made(self, registry: &Registry, [engine, rules, criteria]: [&str; 3]) -> bool {
        engine == self.engine && rules == self.rules && criteria == digest::digest(&registry.criteria)
    }
}

impl FreshSeeds {
    /// The record of rows made under each seed.
    #[must_use]
    pub fn of(registry: &Registry, code: Code<'_>, rows: &BTreeMap<u64, Vec<ClaimReport>>) -> Self {
        let mut claims: BTreeMap<String, Reseeded> = BTreeMap::new();
        for row in rows.values().flatten().filter(|row| row.verdict != Verdict::Untested) {
            let digest = digest(registry, &row.id);
            claims.entry(row.id.clone()).or_insert(Reseeded { digest, verdicts: Vec::new() }).verdicts.push(row.verdict);
        }
        let criteria = digest::digest(&registry.criteria);
        let (engine, rules) = (code.engine.to_owned(), code.rules.to_owned());
        Self { schema: SCHEMA, criteria, engine, rules, seeds: rows.keys().copied().collect(), claims }
    }

    /// Reads the file.
    ///
    /// # Errors
    /// What is wrong, with its line.
    pub fn parse(text: &str) -> Result<Self, Misread> {
        filed::read(text, SCHEMA, |fresh: &Self| fresh.schema)
    }

    /// The text of the file.
    ///
    /// # Errors
    /// When TOML cannot hold a value; no record made here has one.
    pub fn text(&self) -> Result<String, String> {
        filed::text(HEADER, self)
    }

    /// Whether a claim's decided verdict is fragile; `None` where it is not decided, was not asked again, or what it rests on has
    /// changed since.
    #[must_use]
    pub fn fragile(&self, registry: &Registry, code: Code<'_>, claim: &ClaimReport) -> Option<bool> {
        let is_decided = matches!(claim.verdict, Verdict::Reproduced | Verdict::Contradicted);
        let is_of_today = code.made(registry, [&self.engine, &self.rules, &self.criteria]);
        let held = self.claims.get(&claim.id)?;
        if !is_decided || !is_of_today || held.digest != digest(registry, &claim.id) || held.verdicts.is_empty() {
            return None;
        }
        let lost = held.verdicts.iter().filter(|verdict| **verdict != claim.verdict).count();
        Some(lost * FORGIVEN_IN > held.verdicts.len())
    }

    /// Claims decided one way under one seed and the other way under another: there must be none.
    pub fn both_ways(&self) -> impl Iterator<Item = &str> {
        let has = |one: &Reseeded, verdict| one.verdicts.contains(&verdict);
        self.claims
            .iter()
            .filter(move |(_, one)| has(one, Verdict::Reproduced) && has(one, Verdict::Contradicted))
            .map(|(id, _)| id.as_str())
    }

    /// Claims that are decided under some seeds and undecided under others, with how often they are decided.
    pub fn come_and_go(&self) -> impl Iterator<Item = (&str, usize)> {
        let decided = |one: &Reseeded| one.verdicts.iter().filter(|verdict| **verdict != Verdict::Undecided).count();
        self.claims
            .iter()
            .map(move |(id, one)| (id.as_str(), decided(one), one.verdicts.len()))
            .filter_map(|(id, decided, all)| (0 < decided && decided < all).then_some((id, decided)))
    }
}

/// Digest of a claim and its study together.
fn digest(registry: &Registry, id: &str) -> String {
    let parts = registry.claim(id).and_then(|claim| Some((claim.digest.clone(), registry.studies.get(&claim.id.study)?.digest.clone())));
    digest::digest(&parts)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{claim, decided, frame, registry, study};
    use super::*;
    use crate::sim::Regime;
    use crate::taxonomy::{Fidelity, RealismLevel};
    use crate::verdict::{Outcome, TestOutcome};

    const CODE: Code<'_> = Code { engine: "engine", rules: "rules" };

    fn rows(outcomes: &[TestOutcome]) -> (Registry, BTreeMap<u64, Vec<ClaimReport>>) {
        let registry = registry(vec![study("a", Fidelity::Exact, Regime::replace(), &[RealismLevel::Met; 8])], vec![claim("a", "x")]);
        let under = |outcome| super::super::claim_reports(&registry, &[decided("a", "x", outcome, [Outcome::Occurs; 3])], &frame());
        let rows = (1..).zip(outcomes).map(|(seed, outcome)| (seed, under(*outcome))).collect();
        (registry, rows)
    }

    #[test]
    fn one_lost_decision_of_six_is_forgiven_and_two_are_not() {
        use TestOutcome::{Holds, Undecided};
        for (outcomes, fragile) in [([Holds; 6], false), ([Undecided, Holds, Holds, Holds, Holds, Holds], false), {
            ([Undecided, Undecided, Holds, Holds, Holds, Holds], true)
        }] {
            let (registry, rows) = rows(&outcomes);
            let fresh = FreshSeeds::of(&registry, CODE, &rows);
            assert_eq!(fresh.fragile(&registry, CODE, &rows[&6][0]), Some(fragile), "{outcomes:?}");
            assert_eq!(FreshSeeds::parse(&fresh.text().unwrap()).unwrap(), fresh);
            let (came, both) = (fresh.come_and_go().count(), fresh.both_ways().count());
            assert_eq!((came, both), (usize::from(outcomes != [Holds; 6]), 0));
        }
    }

    #[test]
    fn what_was_recorded_of_other_code_or_another_claim_says_nothing() {
        let (mut registry, rows) = rows(&[TestOutcome::Holds; 6]);
        let fresh = FreshSeeds::of(&registry, CODE, &rows);
        let row = &rows[&1][0];
        assert_eq!(fresh.fragile(&registry, Code { rules: "others", ..CODE }, row), None);
        assert_eq!(fresh.fragile(&registry, CODE, &ClaimReport { verdict: Verdict::Undecided, ..row.clone() }), None);
        registry.claims.values_mut().for_each(|claim| claim.digest = "changed".to_owned());
        assert_eq!(fresh.fragile(&registry, CODE, row), None);
    }
}
