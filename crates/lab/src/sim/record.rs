//! Which generations a run keeps: all, listed ones, or those of several readers.

use crate::taxonomy::Metric;
use serde::Serialize;

/// Which generations a trajectory keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Record {
    /// Every one.
    All,
    /// These, sorted, without repeats.
    At(Vec<u32>),
    /// These with every metric, and single metrics at others too: what one run tells several readers.
    Beside {
        /// Generations of all metrics, sorted, without repeats.
        at: Vec<u32>,
        /// Metrics of the setup, each with generations of its own.
        beside: Vec<(Metric, Vec<u32>)>,
    },
}

impl Record {
    /// The generations listed, in any order; `None` where every one is kept.
    #[must_use]
    pub fn listed(&self) -> Option<Vec<u32>> {
        match self {
            Self::All => None,
            Self::At(listed) => Some(listed.clone()),
            Self::Beside { at, beside } => Some(at.iter().chain(beside.iter().flat_map(|(_, others)| others)).copied().collect()),
        }
    }
}
