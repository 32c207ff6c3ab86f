//! Definition 4: spread or diversity goes to zero: X = -log V never settles, or most runs are below a hundredth.
//!
//! The mean of V is never used: under replacement it is (1 - 1/n)^t while the median falls as exp(-2t/n).

use super::Failed;
use super::doubling::{Doubling, Movement};
use crate::numeric::median;
use crate::plan::reading::{full_length, has_run_its_course};
use crate::registry::Criteria;
use crate::taxonomy::Metric;
use crate::verdict::ensemble::{View, rows};
use crate::verdict::finding::{Finding, Outcome};
use crate::verdict::infer;
use crate::verdict::reason::Reason;

const STATISTIC: &str = "fall of the mean log spread over the last doubling of generations";

/// The first of these that was measured is the spread.
fn spread(view: &View) -> Option<Metric> {
    [Metric::LogVariance, Metric::LogDeterminant, Metric::Heterozygosity, Metric::Entropy].into_iter().find(|metric| view.has(*metric))
}

/// X = -log V per replicate, plus infinity once collapsed; `None` for a replicate that ended otherwise.
fn depth(view: &View, metric: Metric, at: u32) -> Option<crate::verdict::ensemble::Reading> {
    let is_log = matches!(metric, Metric::LogVariance | Metric::LogDeterminant);
    let gone = if is_log { f64::NEG_INFINITY } else { 0.0 };
    let mut reading = view.read(metric, at, Failed::DegenerateCounts(gone))?;
    // Diversity is measured against the first model's: the truth's own value is not in the table.
    let base = if is_log { 0.0 } else { mean_of_first(view, metric)?.ln() };
    for value in reading.values.iter_mut().flatten() {
        *value = if is_log { -*value } else { base - value.max(0.0).ln() };
    }
    Some(reading)
}

fn mean_of_first(view: &View, metric: Metric) -> Option<f64> {
    let first = view.read(metric, 1, Failed::Ended)?;
    let (sum, count) = first.values.iter().flatten().fold((0.0, 0), |(sum, count), value| (sum + value, count + 1));
    (count > 0 && sum > 0.0).then(|| sum / f64::from(count))
}

/// The finding in one cell.
pub fn detect(view: &View, criteria: &Criteria, alpha: f64) -> Finding {
    let Some(metric) = spread(view) else { return Finding::not_applicable(Reason::NoSpread, alpha) };
    let frame = &view.plan.frame;
    let last = full_length(view.plan.horizon, frame, criteria);
    if view.is_shorter_than(last) {
        return Finding::undecided(Reason::Transient, STATISTIC, alpha);
    }
    let readings = [last / 4, last / 2, last].map(|t| depth(view, metric, t));
    let [Some(early), Some(half), Some(end)] = &readings else { return Finding::undecided(Reason::NotRecorded, STATISTIC, alpha) };
    let finding = match judge([early, half, end], criteria, alpha) {
        Ok(_) if !has_run_its_course(last, frame, criteria) => Finding::undecided(Reason::Transient, STATISTIC, alpha),
        Ok(finding) => finding,
        Err(reason) => Finding::undecided(reason, STATISTIC, alpha),
    };
    let mut finding = super::length_note(half_life(finding, &end.ranked(), &half.ranked(), last), view.plan.horizon, last);
    if let Some(at_ten) = depth(view, metric, 10) {
        finding = finding.note(format!("median level {:.3} of the start at generation 10", (-median(&at_ten.ranked())).exp()));
    }
    finding.onset = (finding.outcome == Outcome::Occurs).then(|| onset(view, metric, last, criteria)).flatten();
    finding
}

fn judge(readings: [&crate::verdict::ensemble::Reading; 3], criteria: &Criteria, alpha: f64) -> Result<Finding, Reason> {
    let end = readings[2].ranked();
    let ended = readings.iter().map(|reading| reading.ended()).max().unwrap_or(0);
    if ended as f64 > criteria.ended_share * end.len() as f64 {
        return Err(Reason::Ended);
    }
    // Two ways to occur share the level.
    let deep = -criteria.collapsed_level.ln();
    let collapsed = infer::share(end.iter().map(|x| *x > deep), criteria, alpha / 2.0)?;
    if collapsed.is_above(0.5) {
        return Ok(Finding::new(Outcome::Occurs, "share of runs below a hundredth of the start's spread", alpha).with(&collapsed));
    }
    let rows = rows(&readings);
    let found = match rows.complete(criteria) {
        Ok(columns) => Doubling::of_log([columns[0], columns[1], columns[2]], criteria, alpha)?,
        Err(Reason::Infinite) => by_ranks(readings, criteria, alpha)?,
        Err(reason) => return Err(reason),
    };
    let statistic = found.statistic("minus mean log spread");
    let interval = found.deciding();
    let spared = infer::median(&end, criteria, alpha)?;
    Ok(match found.movement {
        Movement::Growing => Finding::new(Outcome::Occurs, &statistic, alpha).with(interval),
        Movement::Settled if spared.is_below(-criteria.spared_level.ln()) => {
            Finding::new(Outcome::Absent, &statistic, alpha).with(interval)
        }
        Movement::Settled if spared.is_above(-criteria.spared_level.ln()) => {
            Finding::undecided(Reason::ReducedNotCollapsed, &statistic, alpha).with(interval)
        }
        Movement::Settled => {
            let needs = spared.needed_for(-criteria.spared_level.ln());
            Finding { needs, ..Finding::undecided(Reason::TooWide, "depth of the median run", alpha).with(&spared) }
        }
        Movement::Undecided(reason) => {
            Finding { needs: interval.needed_for(0.0), ..Finding::undecided(reason, &statistic, alpha).with(interval) }
        }
    })
}

/// Some runs have collapsed entirely: the medians of each run's own contrasts, a collapsed run counting as falling for ever.
fn by_ranks(readings: [&crate::verdict::ensemble::Reading; 3], criteria: &Criteria, alpha: f64) -> Result<Doubling, Reason> {
    let [early, half, end] = readings.map(|reading| reading.ranked());
    let per_run = |f: &dyn Fn(usize) -> f64| -> Vec<f64> {
        (0..end.len()).map(|i| if end[i].is_infinite() { f64::INFINITY } else { f(i) }).collect()
    };
    let growth = infer::median(&per_run(&|i| end[i] - half[i] - criteria.doubling_margin_log), criteria, alpha)?;
    let curvature = infer::median(&per_run(&|i| end[i] - half[i] - criteria.doubling_cut * (half[i] - early[i])), criteria, alpha)?;
    Ok(Doubling::from_contrasts(growth, curvature, [median(&early), median(&half), median(&end)]))
}

fn half_life(finding: Finding, end: &[f64], half: &[f64], last: u32) -> Finding {
    let drift = (median(end) - median(half)) / f64::from(last - last / 2);
    if drift.is_finite() && drift > 0.0 {
        let generations = std::f64::consts::LN_2 / drift;
        return finding
            .note(format!("half-life of the spread about {generations:.0} generations; median level {:.3}", (-median(end)).exp()));
    }
    finding.note(format!("median level {:.3}", (-median(end)).exp()))
}

/// First recorded generation from which on the median stays below the spared level.
fn onset(view: &View, metric: Metric, last: u32, criteria: &Criteria) -> Option<u32> {
    let low = |t: &u32| depth(view, metric, *t).is_some_and(|reading| median(&reading.ranked()) > -criteria.spared_level.ln());
    view.recorded(1, last).rev().take_while(low).last()
}
