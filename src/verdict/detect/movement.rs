//! What the doubling rule says of a quantity.

use crate::verdict::reason::Reason;

/// What X does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Movement {
    /// F > 0 and C > 0.
    Growing,
    /// F < 0 or C < 0.
    Settled,
    /// Neither.
    Undecided(Reason),
}
