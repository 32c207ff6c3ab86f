//! Why something is undecided or not applicable, in fixed words.

use crate::taxonomy::Word;

/// A reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// The interval reaches over the limit: more replicates may decide.
    TooWide,
    /// More replicates would decide, and cost more than an arm may.
    Cost,
    /// Fewer replicates than any decision needs.
    TooFewReplicates,
    /// A sample mean that a few replicates carry.
    HeavyTail,
    /// All replicates equal, of a quantity whose range is not known: what they hide is not, either.
    NoSpreadSeen,
    /// Too many replicates ended early.
    Ended,
    /// Infinite values among the replicates, or numbers too large to be computed with.
    Infinite,
    /// The run covers too few time-scales.
    Transient,
    /// Too few generations.
    Horizon,
    /// Decided between the two limits: neither outcome.
    Partial,
    /// Spread settled at a lower level.
    ReducedNotCollapsed,
    /// Cells come out differently.
    CellsDiffer,
    /// A generation or metric was not recorded.
    NotRecorded,
    /// The real-only twin has not been run.
    MissingTwin,
    /// An exact value lies on the limit.
    OnTheLimit,
    /// Undefined values that are censored, not missing.
    Censored,
    /// The logarithm of a value that is not positive.
    NotPositive,
    /// An expression without a value here.
    NoExpectation,
    /// Between the generations that decide, the quantity leaves the course that the rule assumes.
    NotMonotone,
    /// True of some runs and not of most.
    InSomeRuns,
    /// A slope that changes along the grid.
    Curved,
    /// No risk is declared.
    NoRisk,
    /// No risk of ignoring the data is known, so that nothing says what useless is.
    NoNullRisk,
    /// The first model, or the real-only twin, is no better than ignoring the data.
    NoBetterAtFirst,
    /// The risk has a finite ceiling.
    BoundedByConstruction,
    /// No measure of spread or diversity.
    NoSpread,
    /// The model does not estimate its spread, so that none can be lost.
    SpreadNotLearned,
    /// No grid of sample sizes wide enough.
    NoSampleGrid,
    /// The truth has no separated modes.
    NoModes,
    /// The mass in question has no exact form here.
    NoExactMass,
}

crate::taxonomy::words!(Reason, "reason", {
    TooWide => "too-wide",
    Cost => "cost",
    TooFewReplicates => "too-few-replicates",
    HeavyTail => "heavy-tail",
    NoSpreadSeen => "no-spread-seen",
    Ended => "ended",
    Infinite => "infinite",
    Transient => "transient",
    Horizon => "horizon",
    Partial => "partial",
    ReducedNotCollapsed => "reduced-not-collapsed",
    CellsDiffer => "cells-differ",
    NotRecorded => "not-recorded",
    MissingTwin => "missing-twin",
    OnTheLimit => "on-the-limit",
    Censored => "censored",
    NotPositive => "not-positive",
    NoExpectation => "no-expectation",
    NotMonotone => "not-monotone",
    InSomeRuns => "in-some-runs",
    Curved => "curved",
    NoRisk => "no-risk",
    NoNullRisk => "no-null-risk",
    NoBetterAtFirst => "no-better-than-ignoring-at-first",
    BoundedByConstruction => "bounded-by-construction",
    NoSpread => "no-spread",
    SpreadNotLearned => "spread-not-learned",
    NoSampleGrid => "no-sample-grid",
    NoModes => "no-modes",
    NoExactMass => "no-exact-mass",
});

impl Reason {
    /// Whether no number of further replicates could take it away: it lies in the plan, in the law itself, or in a replicate
    /// already drawn. An exact zero, an infinity or a censored value stays in the ensemble whatever is added to it.
    #[must_use]
    pub const fn is_final(self) -> bool {
        match self {
            Self::TooWide | Self::TooFewReplicates | Self::HeavyTail | Self::NoSpreadSeen | Self::Ended | Self::MissingTwin => false,
            Self::Cost
            | Self::Infinite
            | Self::Transient
            | Self::Horizon
            | Self::Partial
            | Self::ReducedNotCollapsed
            | Self::CellsDiffer
            | Self::NotRecorded
            | Self::OnTheLimit
            | Self::Censored
            | Self::NotPositive
            | Self::NoExpectation
            | Self::NotMonotone
            | Self::InSomeRuns
            | Self::Curved
            | Self::NoRisk
            | Self::NoNullRisk
            | Self::NoBetterAtFirst
            | Self::BoundedByConstruction
            | Self::NoSpread
            | Self::SpreadNotLearned
            | Self::NoSampleGrid
            | Self::NoModes
            | Self::NoExactMass => true,
        }
    }
}

/// Whether a reason given in words, if any, is final; words of other rooms are not.
pub(super) fn is_final(reason: Option<&str>) -> bool {
    reason.and_then(|word| Reason::parse(word).ok()).is_some_and(Reason::is_final)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_interval_may_narrow_and_a_short_run_stays_short() {
        assert!(is_final(Some("transient")) && is_final(Some("bounded-by-construction")) && is_final(Some("on-the-limit")));
        assert!(
            !is_final(Some("too-wide"))
                && !is_final(Some("no-spread-seen"))
                && !is_final(Some("heavy-tail"))
                && !is_final(Some("not-asked"))
                && !is_final(None)
        );
    }
}
