//! The eight definitions of model collapse, their families, and how a study uses one.

use super::word::words;

/// One of the eight meanings "model collapse" has in print, in the order of the position paper
/// (Schaeffer et al. 2025, Section 2, with 4 and 5 in the order of the audit's own table).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Definition {
    /// Risk on real data rises fast and severely.
    CatastrophicRisk,
    /// Risk on real data rises at all above that of real data alone.
    AnyRiskIncrease,
    /// Risk on real data grows without bound.
    DivergingRisk,
    /// Variance or diversity goes to zero.
    VarianceCollapse,
    /// Risk against data size follows another law than with real data.
    ScalingLawChange,
    /// Real modes vanish or blur into each other.
    ModeEntanglement,
    /// Rare real data become under-represented.
    TailLoss,
    /// The model puts mass where the truth has none.
    Hallucination,
}

words!(Definition, "definition", {
    CatastrophicRisk => "catastrophic-risk",
    AnyRiskIncrease => "any-risk-increase",
    DivergingRisk => "diverging-risk",
    VarianceCollapse => "variance-collapse",
    ScalingLawChange => "scaling-law-change",
    ModeEntanglement => "mode-entanglement",
    TailLoss => "tail-loss",
    Hallucination => "hallucination",
});

impl Definition {
    /// The definition's number, 1 to 8.
    #[must_use]
    pub const fn number(self) -> usize {
        self as usize + 1
    }

    /// The definition in one plain sentence.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::CatastrophicRisk => {
                "Within about ten generations the model becomes useless: worse than ignoring the data, or five times worse than the first model."
            }
            Self::AnyRiskIncrease => {
                "The model ends worse on real data than it would have been with its real data alone, by more than five per cent."
            }
            Self::DivergingRisk => "The error on real data keeps growing with every generation and has no limit.",
            Self::VarianceCollapse => "What the model produces becomes ever less varied, until it is nearly always the same.",
            Self::ScalingLawChange => "More data no longer improve the model at the rate at which real data would.",
            Self::ModeEntanglement => "Distinct kinds of real data disappear from the model or blur into each other.",
            Self::TailLoss => "Rare real data become rarer still in the model, or vanish from it.",
            Self::Hallucination => "The model produces things that the real world practically never does.",
        }
    }

    /// What an ensemble must have for this definition to be decidable.
    #[must_use]
    pub const fn needs(self) -> &'static str {
        match self {
            Self::CatastrophicRisk => "a risk, and a null risk or no ceiling; 10 generations for the second leg",
            Self::AnyRiskIncrease => "a risk, a real-only twin, 2 generations",
            Self::DivergingRisk => "a risk without a ceiling, 16 generations and 4 time-scales",
            Self::VarianceCollapse => "a measure of spread or diversity, 16 generations and 4 time-scales",
            Self::ScalingLawChange => "a grid of at least 5 sample sizes over 1.5 decades, a real-only twin",
            Self::ModeEntanglement => "a truth with at least 2 modes separated by 4 within-mode deviations, 2 generations",
            Self::TailLoss => "a truth with a tail whose mass under the model is exact, 2 generations",
            Self::Hallucination => "a truth whose low-density set has an exact mass under the model, 2 generations",
        }
    }

    /// The family the definition belongs to.
    #[must_use]
    pub const fn family(self) -> Family {
        match self {
            Self::CatastrophicRisk | Self::AnyRiskIncrease | Self::DivergingRisk => Family::Risk,
            Self::VarianceCollapse | Self::ModeEntanglement | Self::TailLoss | Self::Hallucination => Family::Shape,
            Self::ScalingLawChange => Family::Scaling,
        }
    }

    /// Whether the outcome depends on how replicates are summarised (definitions 1 to 3).
    #[must_use]
    pub const fn has_functionals(self) -> bool {
        matches!(self.family(), Family::Risk)
    }
}

/// What a definition is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// Risk on real data (definitions 1 to 3).
    Risk,
    /// Shape of the distribution (4, 6, 7, 8).
    Shape,
    /// The value of more data (5).
    Scaling,
}

words!(Family, "definition family", { Risk => "risk", Shape => "shape", Scaling => "scaling" });

/// Whether a study writes its definition down or only uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Basis {
    /// Used without being stated.
    Implicit,
    /// Stated by a formula or a precise description.
    Explicit,
}

words!(Basis, "basis", { Implicit => "implicit", Explicit => "explicit" });

/// How replicates are summarised into one statement about risk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Functional {
    /// Expected over training sets.
    Mean,
    /// What a typical run does: the mean log, or the median.
    Typical,
}

words!(Functional, "functional", { Mean => "mean", Typical => "typical" });
