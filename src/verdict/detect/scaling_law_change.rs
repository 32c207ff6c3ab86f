//! Definition 5: risk against data size follows another exponent than with real data alone.
//!
//! g(n) = mean log risk minus the twin's, over a grid of n; its slope on log n over the last decade is a fixed linear contrast.
//! Differencing cancels the bend at small n that both arms share.
//!
//! - occurs: L(|b|) > 0.1 over the last decade; or the plateau leg.
//! - absent: U(|b|) < 0.1, and over each half of the decade U(|slope|) < 0.2. Both say the same of g: over the stretch it changes by
//!   less than a factor of 1.26 (10^0.1 = (10^0.5)^0.2). A slope alone would clear a ratio that falls and rises again: a V
//!   was `absent` in 100 of 100 planted grids.
//! - undecided(curved): a half's slope lies beyond 0.2, positively, while the decade's does not lie beyond 0.1.

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
const HALF: &str = "slope of the log risk ratio to the twin over half of the last decade";
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

fn slope(last: &[(f64, View)], cells: &[[Vec<f64>; 2]], criteria: &Criteria, alpha: f64) -> Result<Interval, Reason> {
    let x: Vec<f64> = last.iter().map(|(n, _)| n.ln()).collect();
    let weights = fixed_slope_weights(&x).ok_or(Reason::NotRecorded)?;
    contrast(cells, &weights, criteria, alpha)
}

/// The weighted sum over cells of log risk minus the twin's. Cells are independent, so replicates may be combined by position: the sum
/// has the right mean and variance.
fn contrast(cells: &[[Vec<f64>; 2]], weights: &[f64], criteria: &Criteria, alpha: f64) -> Result<Interval, Reason> {
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
    let halves = half_slopes(last, &cells, criteria, alpha)?;
    if let Some(bent) = halves.iter().find(|half| half.is_above(2.0 * limit) || half.is_below(-2.0 * limit)) {
        return Ok(Finding::undecided(Reason::Curved, HALF, alpha).with(bent));
    }
    let within = |found: &Interval, limit: f64| found.is_below(limit) && found.is_above(-limit);
    if within(&whole, limit) && halves.iter().all(|half| within(half, 2.0 * limit)) {
        return Ok(Finding::new(Outcome::Absent, SLOPE, alpha).with(&whole));
    }
    let (statistic, open, limit) = if within(&whole, limit) {
        let wider = halves.into_iter().find(|half| !within(half, 2.0 * limit)).unwrap_or(whole);
        (HALF, wider, 2.0 * limit)
    } else {
        (SLOPE, whole, limit)
    };
    let nearer = if open.estimate < 0.0 { -limit } else { limit };
    Ok(Finding { needs: open.needed_for(nearer), ..Finding::undecided(Reason::TooWide, statistic, alpha).with(&open) })
}

/// The mean slopes over the lower and the upper half of the decade, of the least-squares parabola.
fn half_slopes(last: &[(f64, View)], cells: &[[Vec<f64>; 2]], criteria: &Criteria, alpha: f64) -> Result<[Interval; 2], Reason> {
    let x: Vec<f64> = last.iter().map(|(n, _)| n.ln()).collect();
    let [lower, upper] = half_slope_weights(&x).ok_or(Reason::NotRecorded)?;
    Ok([contrast(cells, &lower, criteria, alpha)?, contrast(cells, &upper, criteria, alpha)?])
}

/// The weights w for which sum w_i y_i is the mean slope, over the lower and over the upper half of the range of `x`, of the
/// least-squares parabola through y: b - c R / 2 and b + c R / 2 with x counted from the middle of its range R.
fn half_slope_weights(x: &[f64]) -> Option<[Vec<f64>; 2]> {
    let (low, high) = (x.iter().copied().reduce(f64::min)?, x.iter().copied().reduce(f64::max)?);
    let (middle, range) = (f64::midpoint(low, high), high - low);
    let design = nalgebra::DMatrix::from_fn(x.len(), 3, |row, power| (x[row] - middle).powi(power as i32));
    let inverse = design.clone().svd(true, true).pseudo_inverse(1e-12).ok()?;
    (x.len() > 3 && range > 0.0)
        .then(|| [-0.5, 0.5].map(|side| (0..x.len()).map(|i| inverse[(1, i)] + side * range * inverse[(2, i)]).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_slopes_of_a_parabola_are_its_secants() {
        let x: Vec<f64> = [320.0_f64, 500.0, 900.0, 1600.0, 3200.0].iter().map(|n| n.ln()).collect();
        let middle = f64::midpoint(x[0], x[4]);
        let y = |x: f64| 0.3 - 0.7 * x + 0.2 * (x - middle).powi(2);
        let [lower, upper] = half_slope_weights(&x).unwrap();
        let found = |weights: &[f64]| -> f64 { weights.iter().zip(&x).map(|(w, x)| w * y(*x)).sum() };
        assert!((found(&lower) - (y(middle) - y(x[0])) / (middle - x[0])).abs() < 1e-9);
        assert!((found(&upper) - (y(x[4]) - y(middle)) / (x[4] - middle)).abs() < 1e-9);
        assert!(half_slope_weights(&x[..3]).is_none() && half_slope_weights(&[1.0; 5]).is_none());
    }
}
