//! Which part of the work one process does. The unit is a simulation: its claims are decided together, so that a shard
//! decides alone and gives the same bytes as a run without shards.

use super::SimulationPlan;
use std::fmt;
use std::str::FromStr;

/// Shard `index` (from 1) of `count`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    index: u32,
    count: u32,
}

impl Shard {
    /// Shard `index` of `count`; `None` unless 1 <= index <= count.
    #[must_use]
    pub const fn new(index: u32, count: u32) -> Option<Self> {
        if index >= 1 && index <= count { Some(Self { index, count }) } else { None }
    }

    /// How many shards there are.
    #[must_use]
    pub const fn count(self) -> u32 {
        self.count
    }

    /// This one's number, from 1.
    #[must_use]
    pub const fn index(self) -> u32 {
        self.index
    }

    /// Whether a simulation is this shard's: by a digest of its id, so that one study more moves no other.
    #[must_use]
    pub fn has(self, plan: &SimulationPlan) -> bool {
        let digest = blake3::hash(format!("{}/{}", plan.study, plan.simulation).as_bytes());
        let (start, _) = digest.as_bytes().split_first_chunk::<8>().expect("a digest has 32 bytes");
        u64::from_le_bytes(*start) % u64::from(self.count) == u64::from(self.index - 1)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split_once('/')
            .and_then(|(index, count)| Self::new(index.parse().ok()?, count.parse().ok()?))
            .ok_or_else(|| format!("expected a shard `k/n` with 1 <= k <= n, found `{text}`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn plan(name: String) -> SimulationPlan {
        let (claims, arms, left_out) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        SimulationPlan { study: "study".to_owned(), simulation: name, claims, arms, left_out, limits: None }
    }

    #[test]
    fn every_simulation_belongs_to_exactly_one_shard() {
        for count in [1, 2, 3, 7] {
            for number in 0..50 {
                let plan = plan(format!("simulation-{number}"));
                let holders = (1..=count).filter(|index| Shard::new(*index, count).unwrap().has(&plan)).count();
                assert_eq!(holders, 1);
            }
        }
    }

    #[test]
    fn shards_are_written_k_of_n() {
        assert_eq!("2/3".parse::<Shard>().unwrap().to_string(), "2/3");
        for wrong in ["0/3", "4/3", "3", "a/b", "1/0", ""] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
