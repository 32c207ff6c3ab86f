//! The eight realism conditions and the levels at which a study meets them.

use super::word::words;

/// A condition of realistic training.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Condition {
    /// Real data are kept and synthetic data join them.
    Accumulate,
    /// The training set grows.
    Growth,
    /// Synthetic data are filtered, verified or curated.
    Quality,
    /// Model size or compute grows.
    Compute,
    /// The share of real data falls gradually and real data keep arriving.
    RealShare,
    /// Generative pre-training on a realistic modality.
    Pretraining,
    /// A plausible number of generations.
    Horizon,
    /// Sampling is unbiased, or its bias is modelled.
    Sampling,
}

words!(Condition, "condition", {
    Accumulate => "accumulate",
    Growth => "growth",
    Quality => "quality",
    Compute => "compute",
    RealShare => "real-share",
    Pretraining => "pretraining",
    Horizon => "horizon",
    Sampling => "sampling",
});

impl Condition {
    /// The condition in one plain sentence.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Accumulate => "real data are kept and synthetic data join them",
            Self::Growth => "the training set grows",
            Self::Quality => "synthetic data are filtered, verified or curated",
            Self::Compute => "model size or compute grows",
            Self::RealShare => "the share of real data falls gradually and real data keep arriving",
            Self::Pretraining => "generative pre-training on a realistic modality",
            Self::Horizon => "a plausible number of generations",
            Self::Sampling => "sampling is unbiased, or its bias is modelled",
        }
    }

    /// Where the condition comes from.
    #[must_use]
    pub const fn origin(self) -> &'static str {
        match self {
            Self::Accumulate | Self::Growth | Self::Quality | Self::Compute | Self::RealShare => "position paper, Section 3",
            Self::Pretraining => "position paper, its scope",
            Self::Horizon => "position paper, Section 4.4",
            Self::Sampling => "added by this registry",
        }
    }
}

/// How far a study meets a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RealismLevel {
    /// Met.
    Met,
    /// Met in part.
    Partly,
    /// Not met.
    Unmet,
    /// Cannot be told from the study: an interval from unmet to met.
    Unclear,
    /// The condition makes no sense for the study; it drops with its weight.
    NotApplicable,
}

words!(RealismLevel, "realism level", {
    Met => "met",
    Partly => "partly",
    Unmet => "unmet",
    Unclear => "unclear",
    NotApplicable => "not-applicable",
});
