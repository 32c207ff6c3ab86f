//! A claim: what a study says, whose words it rests on, and how it is put to the test.

use super::{StudyId, Test, Variant};
use crate::taxonomy::{Against, Author, Definition, Fidelity, Functional, Knowledge, Meaning};
use serde::Serialize;

/// `<study>/<name>`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct ClaimId {
    /// The study.
    pub study: StudyId,
    /// The claim's own name, unique within its study.
    pub name: String,
}

impl std::fmt::Display for ClaimId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.study, self.name)
    }
}

/// What a study says of its definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asserts {
    /// It happens.
    Occurs,
    /// It does not.
    Absent,
    /// It happens under one condition and not under another.
    Conditional,
}

crate::taxonomy::words!(Asserts, "assertion", { Occurs => "occurs", Absent => "absent", Conditional => "conditional" });

/// For what a statement speaks. Where two words fit, the one that a simulation can show least of: they are written in that order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quantifier {
    /// Of every run, or of the limit of almost every run.
    AlmostSurely,
    /// Of every sample size, generation or other value of a range that it names.
    EveryN,
    /// Of an expected value over training sets, in a setting that it names.
    InExpectation,
    /// Of the sizes, models and data at which it was observed.
    TheseSizes,
    /// Of one run, or of one for each setting.
    OneRun,
}

crate::taxonomy::words!(Quantifier, "quantifier", {
    AlmostSurely => "almost-surely",
    EveryN => "every-n",
    InExpectation => "in-expectation",
    TheseSizes => "these-sizes",
    OneRun => "one-run",
});

/// One statement of a study, with its test.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Claim {
    /// Full id.
    pub id: ClaimId,
    /// One sentence, our own words.
    pub statement: String,
    /// Whose claim it is.
    pub by: Author,
    /// How we know it.
    pub known: Knowledge,
    /// Where in the study.
    pub locator: String,
    /// The definition it is about.
    pub definition: Definition,
    /// What is said of the definition.
    pub asserts: Asserts,
    /// For what the statement speaks; `None` only of a draft, or where `lint` complains.
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    pub quantifier: Option<Quantifier>,
    /// How replicates are summarised.
    pub functional: Functional,
    /// What a risk must exceed to have increased; read of definition 2 only.
    pub against: Against,
    /// The simulation that tests it; `None` only where untested.
    pub simulation: Option<String>,
    /// Fidelity of the pair (claim, simulation): the simulation's, or lower.
    pub fidelity: Fidelity,
    /// The test, or why there is none.
    pub proof: Proof,
    /// The claim of which this is a part.
    pub part_of: Option<String>,
    /// Full ids of claims this one conflicts with.
    pub conflicts: Vec<String>,
    /// How a result that differs from print is worded fairly.
    pub because: Option<String>,
    /// Why the claim can be reproduced while its definition is not found as asserted.
    pub both_true: Option<String>,
    /// Digest of the claim's meaning.
    #[serde(skip)]
    pub digest: String,
}

impl Claim {
    /// What the claim asks of its definition.
    #[must_use]
    pub const fn meaning(&self) -> Meaning {
        Meaning { definition: self.definition, functional: self.functional, against: self.against }
    }

    /// Its own test; of a conditional claim that of the branch that must hold. `None` where untested.
    #[must_use]
    pub const fn test(&self) -> Option<&Test> {
        match &self.proof {
            Proof::Untested { .. } => None,
            Proof::Single { test, .. } => Some(test),
            Proof::Conditional { holds_when, .. } => Some(&holds_when.test),
        }
    }
}

/// How a claim is put to the test.
#[allow(clippy::large_enum_variant)] // a registry holds a few hundred, most of them tested; a box would only add a step
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Proof {
    /// Not at all, and why.
    Untested {
        /// The reason.
        reason: String,
    },
    /// One test, and the near control that shows what it can tell.
    Single {
        /// The test.
        test: Test,
        /// The simulation with one knob changed, and the same test there.
        control: Control,
    },
    /// Reproduced when the first branch holds and the second fails.
    Conditional {
        /// Where the statement must hold.
        holds_when: Branch,
        /// Where it must fail: the claim's own control.
        fails_when: Branch,
    },
}

/// What a control is there to show of its test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum ControlKind {
    /// That the test can fail: a claim that is reproduced needs one in which it positively fails.
    #[default]
    Negative,
    /// That the test can hold: a claim that is contradicted needs one in which it positively holds.
    Positive,
}

crate::taxonomy::words!(ControlKind, "kind of control", { Negative => "negative", Positive => "positive" });

/// A near setting in which a claim's own test must come out in a known way.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Control {
    /// Which way.
    pub kind: ControlKind,
    /// The changed simulation with the same test, sides of an `order` changed on top of it.
    pub branch: Branch,
}

/// A test in a changed simulation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Branch {
    /// The changed simulation; its change may be empty.
    pub variant: Variant,
    /// The test.
    pub test: Test,
}
