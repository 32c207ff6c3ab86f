//! What a detector or a test says of ensembles. These words speak of simulations, never of claims.

use super::reason::{self, Reason};
use crate::numeric::Interval;
use crate::taxonomy::{Against, Definition, Functional, Meaning, MeaningKey, Word};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a detector found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// Positively found.
    Occurs,
    /// Positively excluded, by its own test.
    Absent,
    /// Neither, for a stated reason.
    Undecided,
    /// The question makes no sense here, for a stated reason; leaves every denominator.
    NotApplicable,
}

crate::taxonomy::words!(Outcome, "outcome", {
    Occurs => "occurs",
    Absent => "absent",
    Undecided => "undecided",
    NotApplicable => "not-applicable",
});

/// What a detector says of one arm and functional.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The outcome.
    pub outcome: Outcome,
    /// Why it is undecided or not applicable, in kebab-case words (`heavy-tail`, `transient`, `horizon`, `partial`,
    /// `too-few-replicates`, `bounded-by-construction`, …); otherwise null.
    pub reason: Option<String>,
    /// How replicates were summarised; null for definitions without functionals.
    pub functional: Option<Functional>,
    /// What the risk was held against; null for definitions with one reading.
    pub against: Option<Against>,
    /// What `effect` measures, in words.
    pub statistic: String,
    /// The deciding quantity.
    pub effect: Option<f64>,
    /// Lower limit at `alpha`.
    pub low: Option<f64>,
    /// Upper limit at `alpha`.
    pub high: Option<f64>,
    /// The sample's own standard error of `effect`, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<f64>,
    /// Two-sided error probability spent at this look.
    pub alpha: f64,
    /// Replicates behind it; 0 where an exact recursion decided.
    pub replicates: u32,
    /// First recorded generation from which on the finding holds, where the detector can say.
    pub onset: Option<u32>,
    /// Replicates that would decide it, where that can be said.
    pub needs: Option<u64>,
    /// Further numbers in words (implied ceiling, half-life, worst transient, eventually above null).
    pub notes: Vec<String>,
}

impl Finding {
    /// A finding without numbers.
    #[must_use]
    pub fn new(outcome: Outcome, statistic: &str, alpha: f64) -> Self {
        Self {
            outcome,
            reason: None,
            functional: None,
            against: None,
            statistic: statistic.to_owned(),
            effect: None,
            low: None,
            high: None,
            error: None,
            alpha,
            replicates: 0,
            onset: None,
            needs: None,
            notes: Vec::new(),
        }
    }

    /// Undecided, and why.
    #[must_use]
    pub fn undecided(reason: Reason, statistic: &str, alpha: f64) -> Self {
        Self { reason: Some(reason.id().to_owned()), ..Self::new(Outcome::Undecided, statistic, alpha) }
    }

    /// Not applicable, and why.
    #[must_use]
    pub fn not_applicable(reason: Reason, alpha: f64) -> Self {
        Self { reason: Some(reason.id().to_owned()), ..Self::new(Outcome::NotApplicable, "", alpha) }
    }

    /// With the numbers of an interval; infinite ends are left out.
    #[must_use]
    pub fn with(self, interval: &Interval) -> Self {
        let finite = |value: f64| value.is_finite().then_some(value);
        Self {
            effect: finite(interval.estimate),
            low: finite(interval.low),
            high: finite(interval.high),
            error: interval.error.and_then(finite),
            replicates: u32::try_from(interval.n).unwrap_or(u32::MAX),
            ..self
        }
    }

    /// Whether more replicates could not change the word: decided, not applicable, or undecided for a reason that stays.
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.outcome != Outcome::Undecided || reason::is_final(self.reason.as_deref())
    }

    /// With one more note.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
}

/// What every definition says of one arm. One finding for each definition (and functional), never a hole.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Profile {
    /// Findings; definitions 1 to 3 have one per functional, definition 2 one per reading of each, the others one with `None`.
    pub findings: BTreeMap<MeaningKey, Finding>,
}

impl Profile {
    /// The finding of a definition for a functional in a reading; a definition that has only one of either ignores it.
    #[must_use]
    pub fn finding(&self, meaning: Meaning) -> Option<&Finding> {
        self.findings.get(&meaning.key())
    }

    /// The headline of a definition in a reading: for 1 to 3 `mean` where its inference is admissible, else `typical`.
    #[must_use]
    pub fn headline(&self, definition: Definition, against: Against) -> Option<&Finding> {
        let of = |functional: Functional| self.finding(Meaning { definition, functional, against });
        let mean = of(Functional::Mean)?;
        // A heavy tail, or replicates so few (recorded ones) that no mean is decided.
        let has_no_mean = matches!(mean.reason.as_deref(), Some("heavy-tail" | "too-few-replicates"));
        if definition.has_functionals() && has_no_mean {
            return of(Functional::Typical);
        }
        Some(mean)
    }
}

/// What a test found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TestOutcome {
    /// Positively so.
    Holds,
    /// Positively not so.
    Fails,
    /// Neither, for a stated reason.
    Undecided,
}

crate::taxonomy::words!(TestOutcome, "test outcome", { Holds => "holds", Fails => "fails", Undecided => "undecided" });

/// What a declared test says, at the cell and generation nearest to failing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The outcome.
    pub outcome: TestOutcome,
    /// Why it is undecided, in kebab-case words; otherwise null.
    pub reason: Option<String>,
    /// The statistic.
    pub estimate: Option<f64>,
    /// Its lower limit at `alpha`.
    pub low: Option<f64>,
    /// Its upper limit.
    pub high: Option<f64>,
    /// The sample's own standard error of it, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<f64>,
    /// The closed form, limit or lower end of the interval it was held against.
    pub expected: Option<f64>,
    /// The region that counts as agreement.
    pub accepted: Option<(f64, f64)>,
    /// The generation these numbers belong to.
    pub generation: Option<u32>,
    /// The cell these numbers belong to.
    pub cell: Option<String>,
    /// Two-sided error probability spent.
    pub alpha: f64,
    /// Replicates behind it; 0 where an exact recursion decided.
    pub replicates: u32,
    /// Replicates that would decide it, where that can be said.
    pub needs: Option<u64>,
    /// How the number was inferred: `hall-t`, `delta`, `empirical-bernstein`, `equal-draws`, `clopper-pearson`, `order-statistics`,
    /// `order-statistics-atom`, `exact-moments`.
    pub inference: String,
}

impl Answer {
    /// No number, for this reason.
    #[must_use]
    pub fn undecided(reason: &str, alpha: f64) -> Self {
        Self {
            outcome: TestOutcome::Undecided,
            reason: Some(reason.to_owned()),
            estimate: None,
            low: None,
            high: None,
            error: None,
            expected: None,
            accepted: None,
            generation: None,
            cell: None,
            alpha,
            replicates: 0,
            needs: None,
            inference: String::new(),
        }
    }

    /// Whether more replicates could not change the word: decided, or undecided for a reason that stays.
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.outcome != TestOutcome::Undecided || reason::is_final(self.reason.as_deref())
    }
}
