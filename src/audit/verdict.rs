//! What the audit says of a claim.

/// The audit's word on a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// The declared test holds.
    Reproduced,
    /// The declared test positively fails.
    Contradicted,
    /// Neither within the budget, or an analogue that disagrees.
    Undecided,
    /// No faithful simulation is possible here.
    Untested,
}

crate::taxonomy::words!(Verdict, "verdict", {
    Reproduced => "reproduced",
    Contradicted => "contradicted",
    Undecided => "undecided",
    Untested => "untested",
});
