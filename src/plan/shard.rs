//! Which part of the work one process does. The unit is a simulation: its claims are decided together, so that a shard
//! decides alone and gives the same bytes as a run without shards.

use crate::registry::StudyId;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A part of a run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shard {
    /// Part `index` (from 1) of `count`.
    Part {
        /// Which, from 1.
        index: u32,
        /// Of how many.
        count: u32,
    },
    /// Everything of one study or design: an edit of its file touches this shard and no other.
    Study(StudyId),
}

impl Shard {
    /// Part `index` of `count`; `None` unless 1 <= index <= count.
    #[must_use]
    pub const fn part(index: u32, count: u32) -> Option<Self> {
        if index >= 1 && index <= count { Some(Self::Part { index, count }) } else { None }
    }

    /// Of how many parts it is one.
    #[must_use]
    pub const fn count(&self) -> Option<u32> {
        match self {
            Self::Part { count, .. } => Some(*count),
            Self::Study(_) => None,
        }
    }

    /// Whether a simulation is this shard's: of a part by a digest of its id, so that one study more moves no other.
    #[must_use]
    pub fn has(&self, study: &str, simulation: &str) -> bool {
        match self {
            Self::Study(mine) => mine == study,
            Self::Part { index, count } => {
                let digest = blake3::hash(format!("{study}/{simulation}").as_bytes());
                let (start, _) = digest.as_bytes().split_first_chunk::<8>().expect("a digest has 32 bytes");
                u64::from_le_bytes(*start) % u64::from(*count) == u64::from(index - 1)
            }
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Part { index, count } => write!(f, "{index}/{count}"),
            Self::Study(study) => f.write_str(study),
        }
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let trouble = || format!("expected a shard `k/n` with 1 <= k <= n, or the id of a study, found `{text}`");
        match text.split_once('/') {
            Some((index, count)) => {
                index.parse().ok().zip(count.parse().ok()).and_then(|(index, count)| Self::part(index, count)).ok_or_else(trouble)
            }
            // Whether there is such a study is told by who runs it.
            None if !text.is_empty() && !text.bytes().all(|byte| byte.is_ascii_digit()) => Ok(Self::Study(text.to_owned())),
            None => Err(trouble()),
        }
    }
}

impl Serialize for Shard {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Shard {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_simulation_belongs_to_exactly_one_part_and_to_its_study() {
        for count in [1, 2, 3, 7] {
            for number in 0..50 {
                let holders =
                    (1..=count).filter(|index| Shard::part(*index, count).unwrap().has("study", &format!("loop-{number}"))).count();
                assert_eq!(holders, 1);
            }
        }
        let of_study = Shard::Study("study".to_owned());
        assert!(of_study.has("study", "loop") && !of_study.has("other", "loop"));
    }

    #[test]
    fn shards_are_written_k_of_n_or_as_a_study() {
        assert_eq!(["2/3", "doe-2024-b"].map(|text| text.parse::<Shard>().unwrap().to_string()), ["2/3", "doe-2024-b"]);
        for wrong in ["0/3", "4/3", "a/b", "1/0", "", "3"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
