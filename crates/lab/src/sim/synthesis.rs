//! What a fitted model contributes to the next training set: whole examples, or labels on real inputs.

use serde::Serialize;

/// What a fitted model contributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Synthesis {
    /// Whole examples.
    Examples,
    /// Labels on real inputs.
    Labels {
        /// Whether inputs are drawn anew or are those of the first generation. With a growing schedule, reused
        /// means: the first set again, and fresh inputs beyond it.
        inputs: Inputs,
        /// How a label is chosen.
        choice: LabelChoice,
    },
}

/// Where the inputs of synthetic labels come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Inputs {
    /// Drawn from the truth anew.
    Fresh,
    /// The first real inputs.
    Reused,
}

impl Inputs {
    /// Written so that a regime whose real inputs are new has the canonical form it always had.
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
    pub(super) const fn is_fresh(&self) -> bool {
        matches!(self, Self::Fresh)
    }
}

/// How a fitted predictor labels an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LabelChoice {
    /// Drawn from the fitted law; for regression the prediction plus the truth's known noise.
    Sampled,
    /// The most likely label.
    Argmax,
    /// The conditional mean (regression: no noise).
    Mean,
}
