//! What the number of a claim is of: the words by which rows of different claims can be told to be comparable.

use crate::registry::{Claim, Logs, Statistic, Test, TestKind};
use crate::taxonomy::{Metric, Word};

/// What a claim's estimate is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// The metric; `None` where the claim's definition chooses it.
    pub metric: Option<Metric>,
    /// How replicates become one number: `mean`, `median`, `mean-log`, `share`; `finding` where a detector says.
    pub statistic: &'static str,
    /// What is made of it: `value`, `ratio` (to the generation of `relative_to`), `difference` (greater side less margin minus lesser),
    /// `slope`, `exponent` (a slope of logs), `finding`.
    pub form: &'static str,
    /// The generation whose value divides the metric.
    pub relative_to: Option<u32>,
}

impl Measure {
    /// That of a claim's own test; of a conditional claim that of the branch that must hold. `None` where untested.
    #[must_use]
    pub fn of(claim: &Claim) -> Option<Self> {
        claim.test().map(Self::of_test)
    }

    fn of_test(test: &Test) -> Self {
        let form = match (&test.kind, test.relative_to) {
            (TestKind::Outcome, _) => "finding",
            (TestKind::Order { .. }, _) => "difference",
            (TestKind::Trend { logs: Logs::Both, .. }, _) => "exponent",
            (TestKind::Trend { .. }, _) => "slope",
            (TestKind::Equals { .. } | TestKind::Bound { .. }, Some(_)) => "ratio",
            (TestKind::Equals { .. } | TestKind::Bound { .. }, None) => "value",
        };
        let statistic = match (&test.kind, test.statistic) {
            (TestKind::Outcome, _) => "finding",
            (_, Statistic::Mean) => "mean",
            (_, Statistic::Median) => "median",
            (_, Statistic::MeanLog) => "mean-log",
            (_, Statistic::Share(_)) => "share",
        };
        Self { metric: test.metric, statistic, form, relative_to: test.relative_to }
    }

    /// The metric's id, or nothing.
    #[must_use]
    pub fn metric_id(&self) -> &'static str {
        self.metric.map_or("", Word::id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::fixture;
    use crate::registry::Proof;

    #[test]
    fn a_test_says_what_its_number_is_of() {
        let claim = fixture::claim("a-2024-replace", "growth");
        let found = Measure::of(&claim).expect("it is tested");
        assert_eq!((found.statistic, found.form, found.relative_to), ("mean", "value", None));
        assert!(found.metric.is_some());
        let untested = Claim { proof: Proof::Untested { reason: "r".into() }, ..claim };
        assert_eq!(Measure::of(&untested), None);
    }
}
