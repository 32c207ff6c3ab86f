//! Definition 5: risk against data size follows another exponent than with real data alone.
//!
//! g(n) = mean log risk minus the twin's, over a grid of n; its slope on log n over the last decade is a fixed linear contrast.
//! Differencing cancels the bend at small n that both arms share.

use super::Failed;
use crate::numeric::{Interval, combine, fixed_slope_weights};
use crate::plan::reading::extension;
use crate::registry::Criteria;
use crate::sim::Schedule;
use crate::taxonomy::Metric;
use crate::verdict::cells::{Group, groups};
use crate::verdict::ensemble::{Rows, View, logs, rows};
use crate::verdict::finding::{Finding, Outcome};
use crate::verdict::infer;
use crate::verdict::reason::Reason;

const SLOPE: &str = "slope of the log risk ratio to the twin on log sample size, last decade";
const PLATEAU: &str = "log risk ratio over the last decade of sample sizes minus the plateau's";

/// Fewest sample sizes, decades they span, and sizes within the last decade (what a slope needs to exist, not a threshold of judgement).
const SIZES: usize = 5;
const DECADES: f64 = 1.5;
const LAST_DECADE: usize = 4;

/// The findings, one for each combination of the other grid keys.
pub fn detect(views: &[View], criteria: &Criteria, alpha: f64) -> Vec<(String, Finding)> {
    let names: Vec<&str> = views.iter().map(|view| view.plan.name.as_str()).collect();
    let along = ["samples.last", "samples", "samples.start"].into_iter().find_map(|key| groups(&names, key));
    let Some(found) = along else { return vec![(String::new(), Finding::not_applicable(Reason::NoSampleGrid, alpha))] };
    found.into_iter().map(|group| (group.rest.clone(), of_group(views, &group, criteria, alpha))).collect()
}

fn of_group(views: &[View], group: &Group, criteria: &Criteria, alpha: f64) -> Finding {
    let sizes: Vec<f64> = group.cells.iter().map(|(n, _)| *n).collect();
    let (Some(smallest), Some(largest)) = (sizes.first(), sizes.last()) else {
        return Finding::not_applicable(Reason::NoSampleGrid, alpha);
    };
    let decade = |n: &f64| *n >= largest / 10.0 * (1.0 - 1e-9);
    let late = sizes.iter().filter(|n| decade(n)).count();
    if sizes.len() < SIZES || (largest / smallest).log10() < DECADES - 1e-9 || late < LAST_DECADE {
        return Finding::not_applicable(Reason::NoSampleGrid, alpha);
    }
    let chosen: Vec<View> = group.cells.iter().map(|(_, position)| views[*position]).collect();
    let Some(risk) = chosen[0].plan.frame.risk else { return Finding::not_applicable(Reason::NoRisk, alpha) };
    if chosen.iter().any(|view| view.twin.is_none()) {
        return Finding::undecided(Reason::MissingTwin, SLOPE, alpha);
    }
    let at = common_generation(&chosen, criteria);
    let last: Vec<(f64, View)> = sizes.iter().copied().zip(chosen).filter(|(n, _)| decade(n)).collect();
    let found = judge(&last, risk, at, criteria, alpha);
    let mut finding = found.unwrap_or_else(|reason| Finding::undecided(reason, SLOPE, alpha)).note(format!("judged at generation {at}"));
    if at > 10
        && let Ok(slope) = slope_at(&last, risk, 10, criteria, alpha)
    {
        finding = finding.note(format!("slope {:.3} at generation 10", slope.estimate));
    }
    finding
}

/// The latest generation that every cell of the grid reaches by its own full length; the last one where only its data move.
fn common_generation(views: &[View], criteria: &Criteria) -> u32 {
    let of = |view: &View| match view.plan.setup.samples {
        Schedule::Final { .. } => view.plan.setup.generations,
        Schedule::Constant { .. }
        | Schedule::Linear { .. }
        | Schedule::Geometric { .. }
        | Schedule::Power { .. }
        | Schedule::Listed { .. } => extension(view.plan.horizon, &view.plan.frame, criteria),
    };
    let common = views.iter().map(of).min().unwrap_or(1);
    let recorded = |t: &u32| views.iter().all(|view| view.runs.table.generations().contains(t));
    views.first().and_then(|view| view.recorded(1, common).rev().find(recorded)).unwrap_or(common)
}

/// Per cell, the complete rows of log risk and of the twin's, cut to equally many replicates.
fn log_risks(last: &[(f64, View)], risk: Metric, at: u32, criteria: &Criteria) -> Result<Vec<[Vec<f64>; 2]>, Reason> {
    let mut cells = Vec::new();
    for (_, view) in last {
        let twin = view.twin().ok_or(Reason::MissingTwin)?;
        let here = view.read(risk, at, Failed::Risk).ok_or(Reason::NotRecorded)?;
        let there = twin.read(risk, at, Failed::Risk).ok_or(Reason::NotRecorded)?;
        let complete: Rows = rows(&[&here, &there]);
        let columns = complete.complete(criteria)?;
        cells.push([logs(columns[0])?, logs(columns[1])?]);
    }
    let shortest = cells.iter().map(|[here, _]| here.len()).min().unwrap_or(0);
    cells.iter_mut().flatten().for_each(|column| column.truncate(shortest));
    Ok(cells)
}

fn slope_at(last: &[(f64, View)], risk: Metric, at: u32, criteria: &Criteria, alpha: f64) -> Result<Interval, Reason> {
    slope(last, &log_risks(last, risk, at, criteria)?, criteria, alpha)
}

/// Cells are independent, so replicates may be combined by position: the sum has the right mean and variance.
fn slope(last: &[(f64, View)], cells: &[[Vec<f64>; 2]], criteria: &Criteria, alpha: f64) -> Result<Interval, Reason> {
    let x: Vec<f64> = last.iter().map(|(n, _)| n.ln()).collect();
    let weights = fixed_slope_weights(&x).ok_or(Reason::NotRecorded)?;
    let columns: Vec<&[f64]> = cells.iter().flatten().map(Vec::as_slice).collect();
    let signed: Vec<f64> = weights.iter().flat_map(|weight| [*weight, -weight]).collect();
    infer::mean(&combine(&columns, &signed), criteria, alpha)
}

fn judge(last: &[(f64, View)], risk: Metric, at: u32, criteria: &Criteria, alpha: f64) -> Result<Finding, Reason> {
    let cells = log_risks(last, risk, at, criteria)?;
    let limit = criteria.slope_change;
    // The two ways to occur share the level.
    let half = slope(last, &cells, criteria, alpha / 2.0)?;
    if half.is_above(limit) || half.is_below(-limit) {
        return Ok(Finding::new(Outcome::Occurs, SLOPE, alpha).with(&half));
    }
    let ends = |arm: usize, criteria: &Criteria| {
        let columns = [cells[cells.len() - 1][arm].as_slice(), cells[0][arm].as_slice()];
        infer::mean(&combine(&columns, &[1.0, -1.0]), criteria, alpha / 2.0)
    };
    let spans_a_decade = last.last().zip(last.first()).is_some_and(|(end, start)| end.0 / start.0 > 9.9);
    if spans_a_decade {
        let (here, there) = (ends(0, criteria)?, ends(1, criteria)?);
        if here.is_above(criteria.plateau_ratio.ln()) && there.is_below(criteria.plateau_real.ln()) {
            return Ok(Finding::new(Outcome::Occurs, PLATEAU, alpha).with(&here.affine(1.0, -criteria.plateau_ratio.ln())));
        }
    }
    let whole = slope(last, &cells, criteria, alpha)?;
    if whole.is_below(limit) && whole.is_above(-limit) {
        return Ok(Finding::new(Outcome::Absent, SLOPE, alpha).with(&whole));
    }
    let nearer = if whole.estimate < 0.0 { -limit } else { limit };
    Ok(Finding { needs: whole.needed_for(nearer), ..Finding::undecided(Reason::TooWide, SLOPE, alpha).with(&whole) })
}
