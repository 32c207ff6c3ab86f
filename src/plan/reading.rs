//! What a profile reads of a run: generations, how far the run must go on, and metrics.
//!
//! `plan` records exactly this beside what the tests of claims name; `verdict` reads it back. Both call these functions, so that they cannot disagree.

use crate::registry::{Criteria, RiskFrame};
use crate::sim::{self, Setup};
use crate::taxonomy::Metric;

/// Shortest run that can be quartered for the doubling rule.
const SHORTEST: u32 = 16;

/// Generations a profile reads, sorted: 1, 2, 10, the powers of two (for onsets and worst transients), and T/4, T/2, T
/// of the run as asked and at full length.
#[must_use]
pub fn needed_generations(horizon: u32, frame: &RiskFrame, criteria: &Criteria) -> Vec<u32> {
    let last = extension(horizon, frame, criteria);
    let early = (criteria.catastrophic_horizon as u32).min(horizon);
    let mut needed = vec![1, 2, 10, early, horizon];
    needed.extend((0..31).map(|power| 1_u32 << power));
    for whole in [horizon / 4 * 4, full_length(horizon, frame, criteria)] {
        needed.extend([whole / 4, whole / 2, whole]);
    }
    needed.retain(|t| *t >= 1 && *t <= last);
    needed.sort_unstable();
    needed.dedup();
    needed
}

/// Generations at which definitions 3 and 4 are judged: T rounded down to a multiple of 4 where it covers 16 generations
/// and the asked number of time-scales, else the shortest such length (T_a), at most the limit of extensions.
#[must_use]
pub fn full_length(horizon: u32, frame: &RiskFrame, criteria: &Criteria) -> u32 {
    let whole = horizon / 4 * 4;
    let limit = criteria.extension_limit.max(f64::from(SHORTEST));
    let scales = (criteria.time_scales * frame.time_scale).clamp(f64::from(SHORTEST), limit).ceil() as u32;
    if whole >= scales { whole } else { whole.max(scales.div_ceil(4) * 4) }
}

/// Whether a run judged at `full` generations covers the asked number of time-scales.
#[must_use]
pub fn has_run_its_course(full: u32, frame: &RiskFrame, criteria: &Criteria) -> bool {
    f64::from(full) >= criteria.time_scales * frame.time_scale
}

/// The last generation to run: the horizon, or [`full_length`] where that is later.
#[must_use]
pub fn extension(horizon: u32, frame: &RiskFrame, criteria: &Criteria) -> u32 {
    horizon.max(full_length(horizon, frame, criteria))
}

/// Metrics that a profile reads, among those defined for the setup, in the order of the taxonomy.
#[must_use]
pub fn wanted_metrics(setup: &Setup, frame: &RiskFrame) -> Vec<Metric> {
    const READ: [Metric; 11] = [
        Metric::LogVariance,
        Metric::LogDeterminant,
        Metric::Entropy,
        Metric::Heterozygosity,
        Metric::TailCoverage,
        Metric::TailCoverageWide,
        Metric::TailAlive,
        Metric::ModesKept,
        Metric::MassBetweenModes,
        Metric::MassOutside,
        Metric::Displacement,
    ];
    let defined = sim::defined(&setup.truth, &setup.model);
    defined.into_iter().filter(|metric| frame.risk == Some(*metric) || READ.contains(metric)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::planted;

    fn frame(time_scale: f64) -> RiskFrame {
        RiskFrame { risk: None, ceiling: None, null_risk: None, time_scale }
    }

    #[test]
    fn a_long_run_is_judged_at_its_own_length_and_a_short_one_is_extended() {
        let criteria = planted::criteria();
        assert_eq!(full_length(50, &frame(1.0), &criteria), 48);
        assert_eq!(extension(50, &frame(1.0), &criteria), 50);
        assert_eq!(extension(10, &frame(1.0), &criteria), 16);
        assert_eq!(extension(10, &frame(25.5), &criteria), 104);
        assert_eq!(extension(10, &frame(1e9), &criteria), 4096);
        assert!(!has_run_its_course(4096, &frame(1e9), &criteria));
        assert_eq!(extension(5000, &frame(1e9), &criteria), 5000);
    }

    #[test]
    fn quarters_of_both_lengths_are_recorded() {
        let needed = needed_generations(10, &frame(25.0), &planted::criteria());
        assert_eq!(needed, [1, 2, 4, 8, 10, 16, 25, 32, 50, 64, 100]);
    }
}
