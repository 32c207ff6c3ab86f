//! Two conditions at a time, by name.

use crate::taxonomy::{Condition, Word};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Two conditions of the leading world, in the order of the condition list; written `accumulate+quality`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(into = "String", try_from = "String")]
#[schemars(with = "String")]
pub struct Pair {
    first: Condition,
    second: Condition,
}

impl Pair {
    /// The pair of two conditions, whichever is named first; `None` where both are one.
    #[must_use]
    pub fn of(one: Condition, other: Condition) -> Option<Self> {
        (one != other).then(|| Self { first: one.min(other), second: one.max(other) })
    }

    /// The pair with this id; `None` where no pair is written so.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        let (first, second) = id.split_once('+')?;
        let pair = Self::of(Condition::parse(first).ok()?, Condition::parse(second).ok()?)?;
        (pair.to_string() == id).then_some(pair)
    }

    /// Every pair, in the order of the condition list.
    pub fn all() -> impl Iterator<Item = Self> {
        let conditions = Condition::all().iter().copied();
        conditions
            .enumerate()
            .flat_map(|(place, first)| Condition::all()[place + 1..].iter().map(move |second| Self { first, second: *second }))
    }

    /// Whether the condition is one of the two.
    #[must_use]
    pub fn has(self, condition: Condition) -> bool {
        [self.first, self.second].contains(&condition)
    }
}

impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{}", self.first.id(), self.second.id())
    }
}

impl From<Pair> for String {
    fn from(pair: Pair) -> Self {
        pair.to_string()
    }
}

impl TryFrom<String> for Pair {
    type Error = String;

    fn try_from(id: String) -> Result<Self, String> {
        Self::parse(&id).ok_or_else(|| format!("expected two conditions as in `accumulate+quality`, found `{id}`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_written_in_the_order_of_conditions_and_read_so_alone() {
        let all: Vec<Pair> = Pair::all().collect();
        assert_eq!(all.len(), 28);
        for pair in all {
            assert_eq!(Pair::parse(&pair.to_string()), Some(pair));
            assert_eq!(Pair::of(pair.second, pair.first), Some(pair));
        }
        for wrong in ["accumulate", "quality+accumulate", "accumulate+accumulate", "accumulate+", "+", "accumulate+growth+quality"] {
            assert_eq!(Pair::parse(wrong), None, "{wrong}");
        }
    }
}
