//! The report's head as data.

use crate::taxonomy::Condition;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The counts of the report's head.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Head {
    /// Studies.
    pub studies: u32,
    /// Claims, checks of ours and recalled ones among them.
    pub claims: u32,
    /// Of these, claims put to a test.
    pub tested: u32,
    /// Claims that a study makes and that were read there: all that the next counts hold.
    pub counted: u32,
    /// Reproduced.
    pub reproduced: u32,
    /// Of these, tested in the study's own setting (`exact`).
    pub reproduced_exact: u32,
    /// Of those, at the size the study ran.
    pub reproduced_own: u32,
    /// At another size for which the statement (a theorem, a formula) is made too.
    pub reproduced_within: u32,
    /// In the same model, smaller.
    pub reproduced_scaled: u32,
    /// In another model with the same mechanism.
    pub reproduced_analogue: u32,
    /// Reproduced although the definition that the claim speaks of came out otherwise than it asserts.
    pub reproduced_definition_differs: u32,
    /// Reproduced or contradicted by a draw that fresh seeds do not bear out: fragile.
    pub fragile: u32,
    /// Contradicted.
    pub contradicted: u32,
    /// Undecided.
    pub undecided: u32,
    /// Untested.
    pub untested: u32,
    /// Of these, known from an abstract only.
    pub stubs: u32,
    /// Checks we added: in no count above.
    pub added: u32,
    /// Claims of studies that were not read in the study itself: in no count above.
    pub recalled: u32,
    /// Of these, known from an abstract.
    pub from_abstract: u32,
    /// Controls of counted claims that were run.
    pub controls: u32,
    /// Of these, controls that came out as they must.
    pub controls_as_they_must: u32,
    /// Counted claims whose definition is decided as published. Comparisons of two runs of one setup are counted apart.
    pub decided_as_published: u32,
    /// World -> what becomes of these there.
    pub worlds: BTreeMap<String, Moved>,
    /// Condition -> counted claims whose definition it turns alone.
    pub flips: BTreeMap<Condition, u32>,
    /// The same three of counted claims that compare two runs of one setup: their own comparison is asked in the worlds, and no definition.
    pub comparisons: Comparisons,
}

/// What becomes of counted claims that compare two runs of one setup.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Comparisons {
    /// Those whose comparison is decided as published.
    pub decided_as_published: u32,
    /// World -> what becomes of these there.
    pub worlds: BTreeMap<String, Moved>,
    /// Condition -> those that it turns alone.
    pub flips: BTreeMap<Condition, u32>,
    /// Counted claims that compare two setups and whose definition is decided as published: a world makes such a change itself, so that not their
    /// comparison but their definition is asked there, and they are counted with the definitions.
    pub of_setups: u32,
}

/// What becomes in a world of counted claims whose definition is decided as published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Moved {
    /// Decided there too.
    pub decided: u32,
    /// Of these, decided otherwise there.
    pub changed: u32,
}
