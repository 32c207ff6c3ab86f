//! Whether a quantity stays, between the readings of the doubling rule, where the rule assumes it to be.
//!
//! Growing or settling, X is taken to lie between its values at the ends of each half, T/4 to T/2 and T/2 to T, up to the smallest
//! relevant growth m. An oscillation whose period divides T/4 has the same phase at all three readings and would pass for settled, or a
//! hump for nothing. So at every recorded generation between, X may exceed neither end by more than m. Each point must show it (an
//! intersection of alternatives: no correction for their number); each side is held against the end that is further out by the
//! estimates, at half the level, since either could be that end.

use super::movement::Movement;
use crate::numeric::{Interval, combine};
use crate::registry::Criteria;
use crate::verdict::infer;
use crate::verdict::reason::Reason;

/// One generation between two readings: X at the earlier end, at the point, at the later end.
pub type Between<'a> = [&'a [f64]; 3];

/// What the points between say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Course {
    /// Every point lies between its ends, up to the margin.
    Monotone,
    /// A point lies outside, positively.
    Departs(Interval),
    /// Neither: of the point furthest from being cleared.
    Open(Interval),
}

/// How far outside its ends a point may lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Slack {
    /// This share of the level at the earlier end: risks.
    Relative(f64),
    /// So much: logs.
    Absolute(f64),
}

impl Course {
    /// Of sampled values.
    pub fn of(points: &[Between], slack: Slack, criteria: &Criteria, alpha: f64) -> Result<Self, Reason> {
        let mut worst: Option<Interval> = None;
        for point in points {
            for outside in sides(point, slack, criteria, alpha)? {
                if outside.is_above(0.0) {
                    return Ok(Self::Departs(outside));
                }
                if !outside.is_below(0.0) && worst.is_none_or(|worst| outside.high > worst.high) {
                    worst = Some(outside);
                }
            }
        }
        Ok(worst.map_or(Self::Monotone, Self::Open))
    }

    /// Of exact values; ties to nine digits are ties.
    pub fn of_exact(points: &[[f64; 3]], slack: Slack) -> Self {
        for [start, point, end] in points {
            let slack = match slack {
                Slack::Relative(share) => share * start,
                Slack::Absolute(step) => step,
            };
            let outside = (point - start.max(*end)).max(start.min(*end) - point) - slack;
            if outside > 1e-9 * point.abs() {
                return Self::Departs(Interval::exact(outside));
            }
        }
        Self::Monotone
    }

    /// What X does, seen together with what the rule says of its readings; and the interval that stands in the way, if one does.
    pub fn temper(self, movement: Movement) -> (Movement, Option<Interval>) {
        match (movement, self) {
            (Movement::Undecided(_), _) | (_, Self::Monotone) => (movement, None),
            (Movement::Growing | Movement::Settled, Self::Departs(outside)) => (Movement::Undecided(Reason::NotMonotone), Some(outside)),
            (Movement::Growing | Movement::Settled, Self::Open(outside)) => (Movement::Undecided(Reason::TooWide), Some(outside)),
        }
    }
}

/// How far the point lies above the higher end and below the lower one, beyond the slack; positive is outside.
fn sides(point: &Between, slack: Slack, criteria: &Criteria, alpha: f64) -> Result<[Interval; 2], Reason> {
    let [start, _, end] = point.map(average);
    let (from_start, step) = match slack {
        Slack::Relative(share) => (share, 0.0),
        Slack::Absolute(step) => (0.0, step),
    };
    let side = |sign: f64, is_start: bool| -> Result<Interval, Reason> {
        let (at_start, at_end) = if is_start { (-sign, 0.0) } else { (0.0, -sign) };
        let contrast = combine(point, &[at_start - from_start, sign, at_end]);
        Ok(infer::mean(&contrast, criteria, alpha / 2.0)?.affine(1.0, -step))
    };
    Ok([side(1.0, start >= end)?, side(-1.0, start <= end)?])
}

fn average(column: &[f64]) -> f64 {
    column.iter().sum::<f64>() / column.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::planted;

    #[test]
    fn a_point_beyond_its_ends_departs_and_one_within_the_slack_does_not() {
        let slack = Slack::Relative(0.05);
        assert_eq!(Course::of_exact(&[[1.0, 1.04, 1.0], [2.0, 2.5, 3.0]], slack), Course::Monotone);
        assert!(matches!(Course::of_exact(&[[1.0, 1.2, 1.0]], slack), Course::Departs(_)));
        assert!(matches!(Course::of_exact(&[[1.0, 0.8, 1.0]], Slack::Absolute(0.1)), Course::Departs(_)));
    }

    #[test]
    fn sampled_points_are_cleared_convicted_or_left_open() {
        let around = |level: f64, width: f64| -> Vec<f64> { (0..512).map(|i| level + width * (f64::from(i) * 0.7).sin()).collect() };
        let criteria = planted::criteria();
        let course = |ends: f64, point: f64, width: f64| {
            let (ends, point) = (around(ends, 0.01), around(point, width));
            Course::of(&[[&ends, &point, &ends]], Slack::Absolute(0.05), &criteria, 1e-3).unwrap()
        };
        assert_eq!(course(1.0, 1.0, 0.1), Course::Monotone);
        assert!(matches!(course(1.0, 1.2, 0.1), Course::Departs(_)) && matches!(course(1.0, 0.8, 0.1), Course::Departs(_)));
        assert!(matches!(course(1.0, 1.05, 0.1), Course::Open(_)));
    }
}
