//! How often the suite itself decides wrongly: the same questions under fresh root seeds, and what their tests said.
//!
//! It takes claim rows made under each seed and gives an [`ErrorRate`]. A test has one true answer, so that of two seeds under which it
//! holds and fails one is wrong. A verdict may hide that (a test that fails without a positive control leaves its claim undecided), so
//! the test is counted and not the verdict. Where every seed errs alike nothing is seen here; the planted truths of the calibration see that.

use super::digest;
use super::filed::{self, Misread};
use super::fresh::Code;
use super::{ANALOGUE_DISAGREES, CONTROL_HOLDS, ClaimReport, NO_NEGATIVE, NO_POSITIVE, POSITIVE_FAILS, RECALLED_DISAGREES, Verdict};
use crate::numeric::clopper_pearson;
use crate::registry::Registry;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Version of the file's shape.
const SCHEMA: u32 = 1;
/// First line of the file.
const HEADER: &str = "# How often tests are decided wrongly under fresh root seeds. Written by `collapse-audit reseed --quick --write`.\n";

/// Confidence with which a rate is bounded from above.
const SURE: f64 = 0.95;

/// Decisions under fresh seeds, and those that go against most of their claim's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ErrorRate {
    /// Root seeds.
    pub seeds: usize,
    /// Claims whose test was decided under a seed at least.
    pub claims: usize,
    /// Decisions: pairs of a claim and a seed.
    pub decisions: usize,
    /// Decisions against those of most other seeds.
    pub against: usize,
    /// Seeds with such a decision.
    pub seeds_against: usize,
    /// Claims whose test is decided under some seeds and undecided under others.
    pub come_and_go: usize,
    /// Claims whose test holds under some seeds and fails under others: how often each.
    pub both_ways: BTreeMap<String, (usize, usize)>,
}

impl ErrorRate {
    /// The counts of rows made under each seed.
    #[must_use]
    pub fn of(rows: &BTreeMap<u64, Vec<ClaimReport>>) -> Self {
        let mut by_claim: BTreeMap<&str, Vec<(u64, bool)>> = BTreeMap::new();
        for (seed, row) in rows.iter().flat_map(|(seed, rows)| rows.iter().map(move |row| (*seed, row))) {
            if let Some(holds) = holds(row) {
                by_claim.entry(&row.id).or_default().push((seed, holds));
            }
        }
        let mut against = Vec::new();
        let mut both_ways = BTreeMap::new();
        for (claim, said) in &by_claim {
            let held = said.iter().filter(|(_, holds)| *holds).count();
            let failed = said.len() - held;
            if held.min(failed) > 0 {
                both_ways.insert((*claim).to_owned(), (held, failed));
                against.extend(said.iter().filter(|(_, holds)| *holds != (held >= failed)).map(|(seed, _)| *seed));
            }
        }
        let decisions = by_claim.values().map(Vec::len).sum();
        let come_and_go = by_claim.values().filter(|said| said.len() < rows.len()).count();
        let counted = against.len();
        against.sort_unstable();
        against.dedup();
        Self {
            seeds: rows.len(),
            claims: by_claim.len(),
            decisions,
            against: counted,
            seeds_against: against.len(),
            come_and_go,
            both_ways,
        }
    }

    /// Upper limit of the share of wrong decisions, one-sided at 95 %, as if decisions of one seed were independent; `None` without any.
    #[must_use]
    pub fn per_decision(&self) -> Option<f64> {
        bound(self.against, self.decisions)
    }

    /// Upper limit of the share of seeds with a wrong decision, one-sided at 95 %: seeds are independent.
    #[must_use]
    pub fn per_seed(&self) -> Option<f64> {
        bound(self.seeds_against, self.seeds)
    }
}

/// Error rates of the suite itself under fresh root seeds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ErrorRateReport {
    /// Whether they were counted with this engine, these rules and these thresholds.
    pub is_current: bool,
    /// The most replicates that a question was asked of.
    pub replicates: u32,
    /// The counts.
    #[serde(flatten)]
    pub rate: ErrorRate,
    /// Upper limit of the share of wrong decisions, one-sided at 95 %.
    pub per_decision: Option<f64>,
    /// Upper limit of the share of seeds with a wrong decision, one-sided at 95 %.
    pub per_seed: Option<f64>,
}

/// `claims/error-rate.toml`: error rates that were counted once, and with what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountedErrors {
    /// Version of this shape.
    pub schema: u32,
    /// Digest of the thresholds.
    pub criteria: String,
    /// Digest of the engine's sources.
    pub engine: String,
    /// Digest of the decision rules' sources.
    pub rules: String,
    /// The most replicates that a question was asked of.
    pub replicates: u32,
    /// The counts.
    pub rate: ErrorRate,
}

impl CountedErrors {
    /// The record of counts made today.
    #[must_use]
    pub fn of(registry: &Registry, code: Code<'_>, replicates: u32, rate: ErrorRate) -> Self {
        let criteria = digest::digest(&registry.criteria);
        Self { schema: SCHEMA, criteria, engine: code.engine.to_owned(), rules: code.rules.to_owned(), replicates, rate }
    }

    /// Reads the file.
    ///
    /// # Errors
    /// What is wrong, with its line.
    pub fn parse(text: &str) -> Result<Self, Misread> {
        filed::read(text, SCHEMA, |held: &Self| held.schema)
    }

    /// The text of the file.
    ///
    /// # Errors
    /// When TOML cannot hold a value; no record made here has one.
    pub fn text(&self) -> Result<String, String> {
        filed::text(HEADER, self)
    }

    /// What the audit says of it.
    #[must_use]
    pub fn report(&self, registry: &Registry, code: Code<'_>) -> ErrorRateReport {
        let rate = self.rate.clone();
        let (per_decision, per_seed) = (rate.per_decision(), rate.per_seed());
        ErrorRateReport { is_current: self.is_current(registry, code), replicates: self.replicates, rate, per_decision, per_seed }
    }

    /// Whether it was counted with these thresholds and this code.
    #[must_use]
    pub fn is_current(&self, registry: &Registry, code: Code<'_>) -> bool {
        code.made(registry, [&self.engine, &self.rules, &self.criteria])
    }
}

/// One-sided Clopper-Pearson limit.
fn bound(found: usize, of: usize) -> Option<f64> {
    (of > 0).then(|| clopper_pearson(found, of, 2.0 * (1.0 - SURE)).high)
}

/// Whether the claim's own test holds; `None` where that was not decided.
fn holds(row: &ClaimReport) -> Option<bool> {
    match (row.verdict, row.reason.as_deref()) {
        (Verdict::Reproduced, _) | (Verdict::Undecided, Some(CONTROL_HOLDS | NO_NEGATIVE)) => Some(true),
        (Verdict::Contradicted, _) | (Verdict::Undecided, Some(ANALOGUE_DISAGREES | RECALLED_DISAGREES | NO_POSITIVE | POSITIVE_FAILS)) => {
            Some(false)
        }
        (Verdict::Undecided | Verdict::Untested, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{claim, decided, frame, registry, study};
    use super::*;
    use crate::sim::Regime;
    use crate::taxonomy::{Fidelity, RealismLevel};
    use crate::verdict::{Outcome, TestOutcome};

    fn rate(outcomes: &[TestOutcome]) -> ErrorRate {
        let registry = registry(vec![study("a", Fidelity::Exact, Regime::replace(), &[RealismLevel::Met; 8])], vec![claim("a", "x")]);
        let under = |outcome| super::super::claim_reports(&registry, &[decided("a", "x", outcome, [Outcome::Occurs; 3])], &frame());
        ErrorRate::of(&(1..).zip(outcomes).map(|(seed, outcome)| (seed, under(*outcome))).collect())
    }

    #[test]
    fn a_test_that_holds_under_one_seed_and_fails_under_another_is_wrong_once() {
        use TestOutcome::{Fails, Holds, Undecided};
        let clean = rate(&[Holds, Undecided, Holds]);
        assert_eq!((clean.seeds, clean.decisions, clean.against, clean.both_ways.len()), (3, 2, 0, 0));
        assert_eq!((clean.come_and_go, rate(&[Holds, Holds]).come_and_go, rate(&[Undecided]).come_and_go), (1, 0, 0));
        let torn = rate(&[Holds, Fails, Holds, Undecided]);
        assert_eq!((torn.decisions, torn.against, torn.seeds_against), (3, 1, 1));
        assert_eq!(torn.both_ways.values().copied().collect::<Vec<_>>(), [(2, 1)]);
    }

    #[test]
    fn a_record_survives_its_file_and_knows_when_it_is_stale() {
        use TestOutcome::{Fails, Holds};
        let registry = registry(vec![study("a", Fidelity::Exact, Regime::replace(), &[RealismLevel::Met; 8])], vec![claim("a", "x")]);
        let code = Code { engine: "engine", rules: "rules" };
        let held = CountedErrors::of(&registry, code, 512, rate(&[Holds, Fails, Holds]));
        assert_eq!(CountedErrors::parse(&held.text().unwrap()).unwrap(), held);
        assert!(held.is_current(&registry, code));
        assert!(!held.is_current(&registry, Code { rules: "other", ..code }));
        assert!(CountedErrors::parse("schema = 9").is_err());
    }

    /// No error in 200: at most 1 - .05^(1/200).
    #[test]
    fn limits_are_those_of_clopper_and_pearson() {
        let none = rate(&[TestOutcome::Holds; 200]);
        assert!((none.per_seed().unwrap() - (1.0 - 0.05_f64.powf(1.0 / 200.0))).abs() < 1e-12);
        assert_eq!(rate(&[TestOutcome::Undecided]).per_decision(), None);
    }
}
