//! Means over generations of the points of a design: what its tables are made of.

use crate::numeric::moments;
use crate::plan::{ArmRuns, Runs, SimulationPlan};
use crate::sim::Column;
use crate::verdict::{ArmRecord, Series, SeriesPoint};
use std::collections::BTreeMap;

/// Adds the series of every arm of a design, up to its horizon.
pub fn add(plan: &SimulationPlan, runs: &Runs, arms: &mut BTreeMap<String, ArmRecord>) {
    if plan.limits.is_none() {
        return;
    }
    for (arm, arm_runs) in &runs.arms {
        if let Some(record) = arms.get_mut(&arm.to_string()) {
            record.series = series(arm_runs);
        }
    }
}

fn series(runs: &ArmRuns) -> Vec<Series> {
    let (Some(planned), Some(cell)) = (runs.plan.cells.first(), runs.cells.first()) else { return Vec::new() };
    let generations = || cell.table.generations().iter().copied().filter(|t| *t <= planned.horizon);
    let of = |metric| {
        let points = generations().filter_map(|t| point(t, &cell.table.column(metric, t)?)).collect();
        Series { metric, points }
    };
    planned.setup.metrics.iter().map(|metric| of(*metric)).collect()
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
