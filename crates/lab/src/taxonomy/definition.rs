//! The eight definitions of model collapse, their families, and how a study uses one.

use super::word::{Word, words};

/// One of the eight meanings "model collapse" has in print, in the order of the position paper
/// (Schaeffer et al. 2025, Section 2, with 4 and 5 in the order of the audit's own table).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Definition {
    /// Risk on real data rises fast and severely.
    CatastrophicRisk,
    /// Risk on real data rises at all above a reference ([`Against`]).
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

    /// Whether it speaks of where a loop goes and not of how far it was watched.
    #[must_use]
    pub const fn is_asymptotic(self) -> bool {
        matches!(self, Self::DivergingRisk | Self::VarianceCollapse)
    }

    /// The definition in one plain sentence.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::CatastrophicRisk => {
                "Within about ten generations the model becomes useless: worse than ignoring the data, or five times worse than the first model and at least half as bad as ignoring the data."
            }
            Self::AnyRiskIncrease => {
                "The model ends worse on real data, by more than five per cent, than its real data alone would have left it, or (the other reading) than the first model was."
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
            Self::CatastrophicRisk => {
                "a risk, the risk of ignoring the data, a first model and a real-only twin that are better than that; 10 generations for the second leg"
            }
            Self::AnyRiskIncrease => "a risk, 2 generations, and a real-only twin for the reading against real data alone",
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

    /// Whether the outcome depends on what the risk is held against (definition 2).
    #[must_use]
    pub const fn has_readings(self) -> bool {
        matches!(self, Self::AnyRiskIncrease)
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

/// What a risk must exceed to have increased: both readings are in print, and they can differ. Under accumulation the risk falls below
/// the first model's while it stays above that of real data alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Against {
    /// The risk that the same real data alone give (the real-only twin's).
    #[default]
    RealOnly,
    /// The first model's risk.
    First,
}

words!(Against, "reading", { RealOnly => "real-only", First => "first" });

/// One question that a definition asks: of which functional, and in which reading. What a definition does not distinguish is ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Meaning {
    /// The definition.
    pub definition: Definition,
    /// How replicates are summarised.
    pub functional: Functional,
    /// What a risk is held against.
    pub against: Against,
}

/// A meaning with only what its definition distinguishes: the place of a finding in a profile.
pub type MeaningKey = (Definition, Option<Functional>, Option<Against>);

impl Meaning {
    /// The definition against real data alone.
    #[must_use]
    pub const fn new(definition: Definition, functional: Functional) -> Self {
        Self { definition, functional, against: Against::RealOnly }
    }

    /// Only what the definition distinguishes.
    #[must_use]
    pub fn key(self) -> MeaningKey {
        let Self { definition, functional, against } = self;
        (definition, definition.has_functionals().then_some(functional), definition.has_readings().then_some(against))
    }

    /// Every question of every definition, once each, in the order of a profile.
    pub fn all() -> impl Iterator<Item = Self> {
        Definition::all().iter().flat_map(|definition| {
            let functionals: &[Functional] = if definition.has_functionals() { Functional::all() } else { &[Functional::Mean] };
            let readings: &[Against] = if definition.has_readings() { Against::all() } else { &[Against::RealOnly] };
            functionals.iter().flat_map(move |functional| {
                readings.iter().map(move |against| Self { definition: *definition, functional: *functional, against: *against })
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_question_has_its_own_place_and_only_definition_2_has_two_readings() {
        let keys: Vec<_> = Meaning::all().map(Meaning::key).collect();
        assert_eq!(keys.len(), 2 + 4 + 2 + 5);
        assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len());
        let read = keys.iter().filter(|(_, _, against)| against.is_some());
        assert!(read.clone().all(|(definition, ..)| *definition == Definition::AnyRiskIncrease) && read.count() == 4);
    }
}
