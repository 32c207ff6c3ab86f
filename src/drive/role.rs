//! The questions that a claim can ask, by name.

use crate::plan::Pair;
use crate::registry::WorldId;
use crate::taxonomy::Condition;
use crate::verdict::looks::Spender;

/// Which question of a claim.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Its own test.
    Test,
    /// The test of its control.
    Control,
    /// Its definition as published.
    Published,
    /// The same in a world.
    World(WorldId),
    /// The same with one condition changed.
    Single(Condition),
    /// The same in the leading world without one.
    Without(Condition),
    /// The same with two changed.
    Pair(Pair),
}

impl Role {
    /// Whose error probability the question spends.
    pub const fn spender(&self) -> Spender {
        match self {
            Self::Test => Spender::Test,
            Self::Control => Spender::Control,
            Self::World(_) => Spender::World,
            Self::Published | Self::Single(_) | Self::Without(_) | Self::Pair(_) => Spender::Exploration,
        }
    }
}
