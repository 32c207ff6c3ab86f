//! Definition 4: spread or diversity goes to zero: X = -log V never settles, or most runs are below a hundredth.
//!
//! The mean of V is never used: under replacement it is (1 - 1/n)^t while the median falls as exp(-2t/n). A mean log has a fault of its
//! own: a few runs that collapse pull it down while all others keep their spread. So with L, U the limits at the look's level:
//!
//! - occurs: L(share of runs with V < 0.01) > 1/2; or the mean of X grows and L(net share of falling runs) > 1/2: those whose own
//!   X rises by more than the margin over the last doubling, less those in which it falls as much.
//! - absent: X has settled, U(share of runs without any spread) is below the limit, and L(median V) > 1/2.
//! - not applicable: no measure of spread; or the model takes its spread as known, so that its staying says nothing of any loop.
//! - undecided(in-some-runs): the mean grows and U(that share) < 1/2, or more than a few runs have no spread left; the share is printed.
//!
//! Before, 5 to 10 % of collapsing runs made it occur in 134 to 200 of 200 planted ensembles.

use super::Failed;
use super::doubling::{Doubling, Movement};
use crate::numeric::{Interval, median};
use crate::plan::reading::{full_length, has_run_its_course, is_stopped};
use crate::registry::Criteria;
use crate::taxonomy::Metric;
use crate::verdict::ensemble::{Reading, View, rows};
use crate::verdict::finding::{Finding, Outcome};
use crate::verdict::infer;
use crate::verdict::reason::Reason;

const STATISTIC: &str = "fall of the mean log spread over the last doubling of generations";

const GONE: &str = "share of runs below a hundredth of the start's spread";

/// The first of these that was measured is the spread.
fn spread(view: &View) -> Option<Metric> {
    [Metric::LogVariance, Metric::LogDeterminant, Metric::Heterozygosity, Metric::Entropy].into_iter().find(|metric| view.has(*metric))
}

/// X = -log V per replicate, plus infinity once collapsed; `None` for a replicate that ended otherwise.
fn depth(view: &View, metric: Metric, at: u32) -> Option<Reading> {
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
    if !view.plan.setup.model.family().learns_spread() {
        return Finding::not_applicable(Reason::SpreadNotLearned, alpha);
    }
    let frame = &view.plan.frame;
    let last = full_length(view.plan.horizon, frame, criteria);
    if view.is_shorter_than(last) {
        return gone_already(view, metric, criteria, alpha).unwrap_or_else(|| Finding::undecided(Reason::Transient, STATISTIC, alpha));
    }
    let times = [last / 4, last / 2, last];
    let course = match super::course(view, times, |t| depth(view, metric, t)) {
        Ok(course) => course,
        Err(reason) => return Finding::undecided(reason, STATISTIC, alpha),
    };
    let finding = match judge(times, &course, criteria, alpha) {
        Ok(_) if !has_run_its_course(last, frame, criteria) => Finding::undecided(Reason::Transient, STATISTIC, alpha),
        Ok(finding) if finding.outcome == Outcome::Occurs && is_stopped(&view.plan.setup.samples, view.plan.horizon, last) => {
            Finding::undecided(Reason::Transient, STATISTIC, alpha)
        }
        Ok(finding) => finding,
        Err(reason) => Finding::undecided(reason, STATISTIC, alpha),
    };
    let ends = ends(times, &course).map(Reading::ranked);
    let mut finding = super::length_note(half_life(finding, &ends, last), view.plan.horizon, last);
    if let Some(at_ten) = depth(view, metric, 10) {
        finding = finding.note(format!("median level {:.3} of the start at generation 10", (-median(&at_ten.ranked())).exp()));
    }
    finding.onset = (finding.outcome == Outcome::Occurs).then(|| onset(view, metric, last, criteria)).flatten();
    finding
}

/// Of a run too short to tell where it goes: whether most runs have lost their spread before it ends.
fn gone_already(view: &View, metric: Metric, criteria: &Criteria, alpha: f64) -> Option<Finding> {
    let end = depth(view, metric, view.plan.horizon)?;
    if end.ended() as f64 > criteria.ended_share * end.values.len() as f64 {
        return None;
    }
    let deep = -criteria.collapsed_level.ln();
    let collapsed = infer::share(end.ranked().iter().map(|x| *x > deep), criteria, alpha / 2.0).ok()?;
    collapsed.is_above(0.5).then(|| Finding::new(Outcome::Occurs, GONE, alpha).with(&collapsed))
}

/// The readings at T/4, T/2 and T of a course that has them.
fn ends(times: [u32; 3], course: &[(u32, Reading)]) -> [&Reading; 3] {
    times.map(|t| &course.iter().find(|(at, _)| *at == t).expect("a course has its readings").1)
}

fn judge(times: [u32; 3], course: &[(u32, Reading)], criteria: &Criteria, alpha: f64) -> Result<Finding, Reason> {
    let readings = ends(times, course);
    let end = readings[2].ranked();
    let ended = readings.iter().map(|reading| reading.ended()).max().unwrap_or(0);
    if ended as f64 > criteria.ended_share * end.len() as f64 {
        return Err(Reason::Ended);
    }
    // Two ways to occur share the level.
    let deep = -criteria.collapsed_level.ln();
    let collapsed = infer::share(end.iter().map(|x| *x > deep), criteria, alpha / 2.0)?;
    if collapsed.is_above(0.5) {
        return Ok(Finding::new(Outcome::Occurs, GONE, alpha).with(&collapsed));
    }
    let rows = rows(&course.iter().map(|(_, reading)| reading).collect::<Vec<_>>());
    let found = match rows.complete(criteria) {
        Ok(columns) => {
            let (ends, between) = super::ends_and_between(times, course, &columns);
            Doubling::of_log(ends, &between, criteria, alpha)?
        }
        Err(Reason::Infinite) => by_ranks(readings, criteria, alpha)?,
        Err(reason) => return Err(reason),
    };
    let falling = falling(readings, criteria, alpha)?;
    let vanished = infer::share(end.iter().map(|x| x.is_infinite()), criteria, alpha)?;
    let spared = infer::median(&end, criteria, alpha)?;
    Ok(weigh(&found, &falling, &vanished, &spared, criteria, alpha))
}

/// The rule: growth of the mean and of most runs, or a settled mean with the median spared and next to no run gone entirely.
fn weigh(found: &Doubling, falling: &Interval, vanished: &Interval, spared: &Interval, criteria: &Criteria, alpha: f64) -> Finding {
    let statistic = found.statistic("minus mean log spread");
    let interval = found.deciding();
    let limit = -criteria.spared_level.ln();
    let in_some_runs = |share: &Interval, what: &str| {
        let note = format!("{what} in a share of runs: {:.3} [{:.3}, {:.3}]", share.estimate, share.low, share.high);
        Finding::undecided(Reason::InSomeRuns, "share of runs", alpha).with(share).note(note)
    };
    let wide = |share: &Interval, level: f64, statistic: &str| Finding {
        needs: share.needed_for(level),
        ..Finding::undecided(Reason::TooWide, statistic, alpha).with(share)
    };
    match found.movement {
        Movement::Growing if falling.is_above(0.5) => Finding::new(Outcome::Occurs, &statistic, alpha).with(interval),
        Movement::Growing if falling.is_below(0.5) => in_some_runs(falling, "spread still falls, net of runs in which it rises,"),
        Movement::Growing => wide(falling, 0.5, "share of runs whose own spread still falls, less those in which it rises"),
        Movement::Settled if vanished.is_above(criteria.vanished_share) => in_some_runs(vanished, "no spread is left"),
        Movement::Settled if !vanished.is_below(criteria.vanished_share) => {
            wide(vanished, criteria.vanished_share, "share of runs without any spread")
        }
        Movement::Settled if spared.is_below(limit) => Finding::new(Outcome::Absent, &statistic, alpha).with(interval),
        Movement::Settled if spared.is_above(limit) => Finding::undecided(Reason::ReducedNotCollapsed, &statistic, alpha).with(interval),
        Movement::Settled => wide(spared, limit, "depth of the median run"),
        Movement::Undecided(reason) => {
            Finding { needs: interval.needed_for(0.0), ..Finding::undecided(reason, &statistic, alpha).with(interval) }
        }
    }
}

/// The share of runs whose own spread falls by more than the margin over the last doubling, less the share in which it rises as much; a
/// run without any spread has fallen. Half of the level for each share. The first share alone would not do: where a run keeps its spread
/// up to noise it falls beyond the margin about as often as it rises, and 0.4 of collapsing runs then made it more than a half.
fn falling(readings: [&Reading; 3], criteria: &Criteria, alpha: f64) -> Result<Interval, Reason> {
    let [_, half, end] = readings.map(Reading::ranked);
    let change = |i: usize| if end[i].is_infinite() { f64::INFINITY } else { end[i] - half[i] };
    let of = |holds: &dyn Fn(f64) -> bool| infer::share((0..end.len()).map(|i| holds(change(i))), criteria, alpha / 2.0);
    let margin = criteria.doubling_margin_log;
    let (down, up) = (of(&|change| change > margin)?, of(&|change| change < -margin)?);
    Ok(Interval { estimate: down.estimate - up.estimate, low: down.low - up.high, high: down.high - up.low, alpha, error: None, ..down })
}

/// Some runs have collapsed entirely: the medians of each run's own contrasts, a collapsed run counting as falling for ever.
fn by_ranks(readings: [&Reading; 3], criteria: &Criteria, alpha: f64) -> Result<Doubling, Reason> {
    let [early, half, end] = readings.map(Reading::ranked);
    let per_run = |f: &dyn Fn(usize) -> f64| -> Vec<f64> {
        (0..end.len()).map(|i| if end[i].is_infinite() { f64::INFINITY } else { f(i) }).collect()
    };
    let growth = infer::median(&per_run(&|i| end[i] - half[i] - criteria.doubling_margin_log), criteria, alpha)?;
    let curvature = infer::median(&per_run(&|i| end[i] - half[i] - criteria.doubling_cut * (half[i] - early[i])), criteria, alpha)?;
    Ok(Doubling::from_contrasts(growth, curvature, [median(&early), median(&half), median(&end)]))
}

/// The median level at the end, and the half-life where the fall is one of an exponential: over a doubling twice that of the doubling before,
/// where a power of t falls by as much as before. Midway in exponent lies the square root of 2.
fn half_life(finding: Finding, ends: &[Vec<f64>; 3], last: u32) -> Finding {
    let [early, half, end] = ends.each_ref().map(|depths| median(depths));
    let level = format!("median level {:.3}", (-end).exp());
    let is_exponential = end - half > std::f64::consts::SQRT_2 * (half - early) && half > early;
    if is_exponential && end.is_finite() {
        let generations = std::f64::consts::LN_2 * f64::from(last - last / 2) / (end - half);
        return finding.note(format!("half-life of the spread about {generations:.0} generations; {level}"));
    }
    finding.note(level)
}

/// First recorded generation from which on the median stays below the spared level.
fn onset(view: &View, metric: Metric, last: u32, criteria: &Criteria) -> Option<u32> {
    let low = |t: &u32| depth(view, metric, *t).is_some_and(|reading| median(&reading.ranked()) > -criteria.spared_level.ln());
    view.recorded(1, last).rev().take_while(low).last()
}
