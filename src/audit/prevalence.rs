//! How often a definition is found among the studies that can show it.

use super::Standing;

/// How often a definition is found among the studies that can show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Prevalence {
    /// In every decided study.
    All,
    /// In more than half of the decided studies.
    Most,
    /// In some, half of them at most, or both ways in one.
    Some,
    /// In no decided study.
    None,
    /// No study is decided, or more are undecided than decided.
    Open,
}

crate::taxonomy::words!(Prevalence, "prevalence", {
    All => "in all",
    Most => "in most",
    Some => "in some",
    None => "in none",
    Open => "not decided",
});

impl Prevalence {
    /// The prevalence in one world. A study that tells both ways shows it, but not as a rule.
    #[must_use]
    pub const fn of(standing: &Standing) -> Self {
        let decided = standing.decided();
        if decided == 0 || standing.undecided > decided {
            return Self::Open;
        }
        match (standing.occurs, standing.both) {
            (occurs, _) if occurs == decided => Self::All,
            (occurs, _) if 2 * occurs > decided => Self::Most,
            (0, 0) => Self::None,
            _ => Self::Some,
        }
    }
}
