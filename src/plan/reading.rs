//! What a profile reads of a run: generations, how far the run must go on, and metrics.
//!
//! `plan` records exactly this beside what the tests of claims name; `verdict` reads it back. Both call these functions, so that they cannot disagree.

use crate::registry::{Criteria, RiskFrame};
use crate::sim::{self, Schedule, Setup};
use crate::taxonomy::Metric;

/// Shortest run that can be quartered for the doubling rule.
const SHORTEST: u32 = 16;

/// Generations before an end that are read beside it: nearly doubling, so that of an oscillation with any period p one of them lies
/// between p/3 and 2p/3 away, or nearly so (p/4 for p = 4), where it departs from its value at the end by an amplitude or more.
/// Fractions of T would not do: a period that divides T/8 has one phase at all eighths.
const BEFORE: [u32; 10] = [1, 3, 7, 13, 29, 61, 127, 251, 509, 1021];

/// Generations a profile reads, sorted: 1, 2, 10, the powers of two (for onsets and worst transients), and T/4, T/2, T
/// of the run as asked and at full length; at full length also some between, for oscillations ([`BEFORE`] T, every other of them
/// before T/2, and 3T/8).
#[must_use]
pub fn needed_generations(horizon: u32, frame: &RiskFrame, criteria: &Criteria) -> Vec<u32> {
    let last = extension(horizon, frame, criteria);
    let early = (criteria.catastrophic_horizon as u32).min(horizon);
    let mut needed = vec![1, 2, 10, early, horizon];
    needed.extend((0..31).map(|power| 1_u32 << power));
    for whole in [horizon / 4 * 4, full_length(horizon, frame, criteria)] {
        needed.extend([whole / 4, whole / 2, whole]);
    }
    needed.extend(between(full_length(horizon, frame, criteria)));
    needed.retain(|t| *t >= 1 && *t <= last);
    needed.sort_unstable();
    needed.dedup();
    needed
}

/// Generations strictly between T/4, T/2 and T, for T = `whole`.
fn between(whole: u32) -> impl Iterator<Item = u32> {
    let half = whole / 2;
    let late = BEFORE.into_iter().filter(move |back| *back < whole - half).map(move |back| whole - back);
    let early = BEFORE.into_iter().step_by(2).filter(move |back| *back < half - whole / 4).map(move |back| half - back);
    late.chain(early).chain([half - whole / 8])
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

/// The last generation to run: the horizon, or [`full_length`] where that is later. Where no length is enough none is run on.
#[must_use]
pub fn extension(horizon: u32, frame: &RiskFrame, criteria: &Criteria) -> u32 {
    if frame.time_scale.is_infinite() { horizon } else { horizon.max(full_length(horizon, frame, criteria)) }
}

/// Whether a growth by a factor has met its limit at generation t.
#[must_use]
pub fn meets_limit(samples: &Schedule, t: u32) -> bool {
    match samples {
        Schedule::Geometric { factor, limit: Some(limit), .. } => *factor > 1.0 && samples.at(t, t) >= *limit,
        _ => false,
    }
}

/// Whether growth stops in a run that goes on to `last`, and not in the generations that were asked for: what settles then would settle
/// under growth for ever, and what does not may be an effect of the limit.
#[must_use]
pub fn is_stopped(samples: &Schedule, horizon: u32, last: u32) -> bool {
    meets_limit(samples, last) && !meets_limit(samples, horizon)
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
        assert_eq!(extension(10, &frame(f64::INFINITY), &criteria), 10);
        assert!(!has_run_its_course(4096, &frame(1e9), &criteria));
        assert_eq!(extension(5000, &frame(1e9), &criteria), 5000);
    }

    #[test]
    fn quarters_of_both_lengths_are_recorded() {
        let needed = needed_generations(10, &frame(25.0), &planted::criteria());
        assert_eq!(needed, [1, 2, 4, 8, 10, 16, 25, 32, 38, 43, 49, 50, 64, 71, 87, 93, 97, 99, 100]);
    }

    #[test]
    fn every_period_is_seen_at_some_generation_between() {
        for whole in [16, 20, 64, 100, 256, 1024, 4096] {
            let needed = needed_generations(whole, &frame(1.0), &planted::criteria());
            for period in 2..=whole / 2 {
                let phase = |t: u32| f64::from(whole - t) * std::f64::consts::TAU / f64::from(period);
                let seen = needed.iter().filter(|t| **t > whole / 2).map(|t| 1.0 - phase(*t).cos()).fold(0.0, f64::max);
                assert!(seen > 0.99, "T {whole}, period {period}: {seen}");
            }
        }
    }
}
