//! The row of one claim as the report holds it: its verdict with its numbers, its worlds, its control, what flips it.

use super::measure::Measure;
use super::{AS_PUBLISHED, Verdict};
use crate::plan::Pair;
use crate::registry::{Asserts, ControlKind, Quantifier};
use crate::taxonomy::{Against, Author, Condition, Definition, Fidelity, Functional, Knowledge, Size};
use crate::verdict::{Outcome, TestOutcome};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One claim.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClaimReport {
    /// Full id.
    pub id: String,
    /// Study.
    pub study: String,
    /// Simulation, null where untested.
    pub simulation: Option<String>,
    /// Definition.
    pub definition: Definition,
    /// What it asserts.
    pub asserts: Asserts,
    /// For what the statement speaks; null where the file does not say.
    #[serde(rename = "for", default)]
    pub quantifier: Option<Quantifier>,
    /// Functional.
    pub functional: Functional,
    /// What a risk must exceed to have increased; null for other definitions than `any-risk-increase`.
    #[serde(default)]
    pub against: Option<Against>,
    /// Statement.
    pub statement: String,
    /// Whose.
    pub by: Author,
    /// How known.
    pub known: Knowledge,
    /// Locator.
    pub locator: String,
    /// Fidelity.
    pub fidelity: Fidelity,
    /// At which size its simulation is run; null for an analogue and where untested.
    #[serde(default)]
    pub size: Option<Size>,
    /// The test in the words of the file, null where untested.
    pub test: Option<String>,
    /// Verdict.
    pub verdict: Verdict,
    /// Whether the decided verdict leaves the decided state in more than one fresh seed of six; null where it is not decided, or where
    /// nobody asked again since the claim, its study, the thresholds or the code changed.
    #[serde(default)]
    pub fragile: Option<bool>,
    /// Why undecided or untested; beside a decided verdict, that its control is undecided.
    pub reason: Option<String>,
    /// Estimate at freeze.
    pub estimate: Option<f64>,
    /// Lower limit at freeze.
    pub low: Option<f64>,
    /// Upper limit at freeze.
    pub high: Option<f64>,
    /// The sample's own standard error of the estimate; null of ranks, counts and exact numbers.
    #[serde(default)]
    pub error: Option<f64>,
    /// Closed form or limit.
    pub expected: Option<f64>,
    /// Region that counts as agreement.
    pub accepted: Option<(f64, f64)>,
    /// Generation of these numbers.
    pub generation: Option<u32>,
    /// Cell of these numbers.
    pub cell: Option<String>,
    /// The same estimate from all replicates drawn.
    pub estimate_all: Option<f64>,
    /// Replicates at freeze.
    pub replicates: u32,
    /// Replicates drawn in all.
    pub replicates_all: u32,
    /// Replicates that would decide it.
    pub needs: Option<u64>,
    /// Error probability the claim's own test may spend.
    pub alpha: f64,
    /// `statistics` or `samples`, and why.
    pub method: Option<String>,
    /// How the estimate was inferred.
    pub inference: Option<String>,
    /// Its control; null where untested.
    pub control: Option<ControlReport>,
    /// Whether the as-published finding of the definition equals `asserts`; null where undecided or untested.
    pub definition_agrees: Option<bool>,
    /// Why both can be true where it is reproduced and the definition does not agree.
    #[serde(default)]
    pub both_true: Option<String>,
    /// The definition as published.
    pub published: Option<WorldReport>,
    /// World -> the definition (or order) there; null where that world was not run.
    pub worlds: BTreeMap<String, Option<WorldReport>>,
    /// The same under the `holds_when` change of a conditional claim; null where that changes nothing, and of any other claim.
    #[serde(default)]
    pub held: Option<HeldReport>,
    /// Realism conditions simulated in the leading world, of 8.
    pub conditions_simulated: Option<u32>,
    /// What flips it.
    pub flips_under: Option<Flips>,
    /// The claim of which it is a part.
    pub part_of: Option<String>,
    /// Conflicting claims.
    pub conflicts: Vec<String>,
    /// Fair wording.
    pub because: Option<String>,
    /// The command that repeats its run.
    pub repeat: Option<String>,
    /// What its estimate is of; null where untested. It stands in `tables/effects.csv.gz`.
    #[serde(skip)]
    pub measure: Option<Measure>,
    /// Two-sided error probability of its interval. It stands there too.
    #[serde(skip)]
    pub level: Option<f64>,
    /// Which of its own questions were left undecided; the lock holds it, no report prints it.
    #[serde(skip)]
    pub open: Vec<Open>,
}

impl ClaimReport {
    /// Whether a tested statement reaches further than what was run: further than any finite number of runs (`almost-surely`) or sizes
    /// (`every-n`), of a mean where means were not asked (`in-expectation`), or of sizes that are not those of the run (`these-sizes`, `one-run`).
    #[must_use]
    pub fn reaches_further(&self) -> bool {
        let is_tested = self.verdict != Verdict::Untested;
        is_tested
            && match self.quantifier {
                None => false,
                Some(Quantifier::AlmostSurely | Quantifier::EveryN) => true,
                Some(Quantifier::InExpectation) => self.functional != Functional::Mean,
                Some(Quantifier::TheseSizes | Quantifier::OneRun) => matches!(self.size, None | Some(Size::Reduced)),
            }
    }

    /// What became of its definition as published or in a world, by the key of maps by world; `None` where that was not run.
    #[must_use]
    pub fn at(&self, place: &str) -> Option<&WorldReport> {
        if place == AS_PUBLISHED { self.published.as_ref() } else { self.worlds.get(place)?.as_ref() }
    }

    /// Whether what is asked of it in the worlds is its own comparison of two runs, and no definition.
    #[must_use]
    pub fn compares(&self) -> bool {
        self.published.as_ref().is_some_and(|report| report.comparison.is_some())
    }

    /// Whether it compares two setups: there its definition is asked, since a world makes such a change itself.
    #[must_use]
    pub fn compares_setups(&self) -> bool {
        let is_comparison = self.measure.as_ref().is_some_and(|measure| measure.form == "difference");
        is_comparison && self.asserts != Asserts::Conditional && !self.compares()
    }
}

/// A question of a claim's own that can be left undecided whatever its verdict is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Open {
    /// Its test; of a conditional claim the test of `holds_when`.
    Test,
    /// Its control; of a conditional claim the test of `fails_when`.
    Control,
}

/// What becomes of the definition of a conditional claim with its `holds_when` change, where that changes something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HeldReport {
    /// The change, in the words of the file.
    pub change: String,
    /// With it and nothing else changed.
    pub published: Option<WorldReport>,
    /// World -> with it and the world on top; null where that was not run.
    pub worlds: BTreeMap<String, Option<WorldReport>>,
}

impl HeldReport {
    /// What was found as published or in a world, by the key of maps by world; `None` where that was not run.
    #[must_use]
    pub fn at(&self, place: &str) -> Option<&WorldReport> {
        if place == AS_PUBLISHED { self.published.as_ref() } else { self.worlds.get(place)?.as_ref() }
    }
}

/// A claim's definition in one world.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorldReport {
    /// Outcome; of a comparison of two runs `occurs` where what the claim asserts is found.
    pub outcome: Outcome,
    /// What the claim's own comparison of two runs came to, where that is what was asked and no definition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<TestOutcome>,
    /// Reason.
    pub reason: Option<String>,
    /// Effect.
    pub effect: Option<f64>,
    /// Lower limit.
    pub low: Option<f64>,
    /// Upper limit.
    pub high: Option<f64>,
    /// Replicates at freeze.
    pub replicates: u32,
}

impl WorldReport {
    /// Its outcome in words: `comparison holds` of a comparison of two runs.
    #[must_use]
    pub fn words(&self) -> String {
        self.comparison.map_or_else(|| self.outcome.to_string(), |word| format!("comparison {word}"))
    }
}

/// A claim's control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ControlReport {
    /// What it is there to show: that the test can fail (negative), or that it can hold (positive).
    #[serde(default)]
    pub kind: ControlKind,
    /// What was changed.
    pub change: String,
    /// What the test said there.
    pub verdict: Verdict,
    /// Whether the test positively fails there, as in a negative control it must.
    pub fails: bool,
    /// Whether the test positively holds there, as in a positive control it must.
    #[serde(default)]
    pub holds: bool,
    /// Why it is undecided.
    pub reason: Option<String>,
    /// Replicates at freeze.
    pub replicates: u32,
}

/// What a claim's test came to in its control, in numbers; of a conditional claim, where it must fail.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ControlNumbers {
    /// The statistic there.
    pub estimate: f64,
    /// Lower limit.
    pub low: Option<f64>,
    /// Upper limit.
    pub high: Option<f64>,
}

impl ControlReport {
    /// What its test does there, in words.
    #[must_use]
    pub const fn words(&self) -> &'static str {
        match self.verdict {
            Verdict::Reproduced => "holds there",
            Verdict::Contradicted => "fails there",
            Verdict::Undecided | Verdict::Untested => "is undecided there",
        }
    }

    /// Whether it came out as its kind must.
    #[must_use]
    pub const fn stands(&self) -> bool {
        match self.kind {
            ControlKind::Negative => self.fails,
            ControlKind::Positive => self.holds,
        }
    }
}

/// What flips a claim's outcome.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Flips {
    /// `single`, `only-jointly`, `none`, `undecided` (as published or in the leading world), or `not-applicable`.
    pub kind: String,
    /// Single conditions that flip it, or the conditions whose removal from the leading world undoes a joint flip.
    pub conditions: Vec<Condition>,
    /// Two conditions that flip it together while each alone is decided and leaves it; searched only where the claim conflicts with another
    /// study's and no condition alone flips it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pairs: Vec<Pair>,
    /// Two under which it flips while one of them alone is undecided or was not run, so that it alone may do it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pairs_open: Vec<Pair>,
    /// How many were asked.
    #[serde(default, skip_serializing_if = "super::model::is_none")]
    pub pairs_asked: u32,
    /// Of the single conditions those under which the real data that the definition is held against change too, so that the turn may be theirs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rebased: Vec<Condition>,
    /// Arms in which a decided outcome was lost.
    pub lost: Vec<String>,
}
