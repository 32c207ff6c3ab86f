//! What shows first: in the points of a design and in the loops of the registry. It stands in tables and in no JSON.

use crate::taxonomy::Metric;

/// When an indicator leaves its first value.
#[derive(Debug, Clone, PartialEq)]
pub struct Onset {
    /// What is measured.
    pub metric: Metric,
    /// How far it must move, relative to its first value.
    pub leaves: f64,
    /// First generation at which its mean has moved so far; null where it never does.
    pub first: Option<u32>,
    /// First generation at which it may have, within its error; null where it cannot have.
    pub low: Option<u32>,
    /// First generation at which it must have; null where that is not certain by the last one.
    pub high: Option<u32>,
    /// The last generation looked at: an onset later than this is not seen.
    pub last: u32,
}

/// What shows first in a loop of the registry, as published or in a world.
#[derive(Debug, Clone, PartialEq)]
pub struct LoopSigns {
    /// Its study.
    pub study: String,
    /// Its simulation.
    pub simulation: String,
    /// The arm.
    pub arm: String,
    /// Whether each training set is the newest model's alone.
    pub is_replaced: bool,
    /// Its risk.
    pub risk: Option<Metric>,
    /// Of each indicator, of the first cell.
    pub onsets: Vec<Onset>,
}
