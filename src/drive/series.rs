//! Means over generations: of the points of a design, what its tables are made of; of the loops of the registry, what shows first in them.

use crate::numeric::moments;
use crate::plan::{Arm, ArmRuns, Runs, SimulationPlan};
use crate::sim::Column;
use crate::taxonomy::Metric;
use crate::verdict::{ArmRecord, Series, SeriesPoint};
use std::collections::BTreeMap;

/// What somebody could watch of a loop, beside its risk.
const WATCHED: [Metric; 10] = [
    Metric::NegativeLogLikelihood,
    Metric::TailCoverage,
    Metric::TailAlive,
    Metric::SupportSize,
    Metric::Entropy,
    Metric::Heterozygosity,
    Metric::LogVariance,
    Metric::ModesKept,
    Metric::GroupAccuracy,
    Metric::CalibrationError,
];

/// Adds the series of every arm of a design, and of every loop as published and in the worlds, up to the horizon.
pub fn add(plan: &SimulationPlan, runs: &Runs, arms: &mut BTreeMap<String, ArmRecord>) {
    let is_design = plan.limits.is_some();
    for (arm, arm_runs) in &runs.arms {
        let is_shown = is_design || matches!(arm, Arm::AsPublished | Arm::World(_));
        if let Some(record) = arms.get_mut(&arm.to_string()).filter(|_| is_shown) {
            record.series = series(arm_runs, is_design);
        }
    }
}

/// Of the first cell; of a design everything that is recorded.
fn series(runs: &ArmRuns, is_design: bool) -> Vec<Series> {
    let (Some(planned), Some(cell)) = (runs.plan.cells.first(), runs.cells.first()) else { return Vec::new() };
    let generations = || cell.table.generations().iter().copied().filter(|t| *t <= planned.horizon);
    let of = |metric| {
        let points = generations().filter_map(|t| point(t, &cell.table.column(metric, t)?)).collect();
        Series { metric, points }
    };
    let is_asked = |metric: &&Metric| is_design || WATCHED.contains(metric) || planned.frame.risk == Some(**metric);
    planned.setup.metrics.iter().filter(is_asked).map(|metric| of(*metric)).collect()
}

/// `None` where a replicate has no finite value: a mean of the others would be of another law.
fn point(generation: u32, column: &Column<'_>) -> Option<SeriesPoint> {
    let values: Vec<f64> = column.iter().collect::<Option<_>>()?;
    if !values.iter().all(|value| value.is_finite()) {
        return None;
    }
    let sample = moments(&values);
    Some(SeriesPoint { generation, mean: sample.mean, error: sample.error() })
}
