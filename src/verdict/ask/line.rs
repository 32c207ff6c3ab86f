//! A statistic at some places as one column per place, whose mean (or median) is the statistic.
//!
//! A ratio of means or a log of a mean is replaced by its linearised replicates, so that every order, slope or plain value is a linear
//! contrast of paired columns, and dependence between places needs no model.

use crate::numeric::{Inference, Interval, average, bounded_mean, combine, linearised};
use crate::registry::{Criteria, Rests, Statistic};
use crate::taxonomy::Metric;
use crate::verdict::ensemble::{Failed, Reading, View, logs, ranks, rows};
use crate::verdict::infer;
use crate::verdict::reason::Reason;

/// One column per place.
type Columns = Vec<Vec<f64>>;

/// What is asked of every place.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// The metric.
    pub metric: Metric,
    /// How replicates become one number.
    pub statistic: Statistic,
    /// The generation whose value divides the metric.
    pub relative_to: Option<u32>,
    /// Whether the statistic's log is taken.
    pub scale: Scale,
}

/// Whether a statistic is taken as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// As it is.
    Plain,
    /// Its natural log (a mean log is one already).
    Log,
}

/// A cell of an arm at a generation.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The cell.
    pub view: View<'a>,
    /// The generation.
    pub generation: u32,
}

/// The interval of the weighted sum of the statistic over places. Where expectations are known they are taken: no number of
/// replicates says more. They give way to replicates that exclude them.
pub fn contrast(asked: &Asked, places: &[Place], weights: &[f64], criteria: &Criteria, alpha: f64) -> Result<Interval, Reason> {
    let (places, weights) = merged(asked, places, weights);
    if places.is_empty() {
        return Ok(Interval::exact(0.0));
    }
    match by_replicates(asked, &places, &weights, criteria, alpha) {
        Err(reason @ (Reason::HeavyTail | Reason::NoSpreadSeen | Reason::Infinite)) => exact(asked, &places, &weights).ok_or(reason),
        Err(reason) => Err(reason),
        Ok(found) => {
            let agrees = |exact: &Interval| found.low <= exact.estimate && exact.estimate <= found.high;
            Ok(exact(asked, &places, &weights).filter(agrees).unwrap_or(found))
        }
    }
}

/// Places that hold the same replicates by construction, such as an arm without synthetic data and its twin, as one with the sum of their
/// weights; none where that is 0: their difference is 0 and no sample of it.
fn merged<'a>(asked: &Asked, places: &[Place<'a>], weights: &[f64]) -> (Vec<Place<'a>>, Vec<f64>) {
    let mut sums: Vec<(Place, f64)> = Vec::new();
    for (place, weight) in places.iter().zip(weights) {
        let same = |held: &&mut (Place, f64)| held.0.generation == place.generation && held.0.view.has_same(&place.view, asked.metric);
        match sums.iter_mut().find(same) {
            Some(held) => held.1 += weight,
            None => sums.push((*place, *weight)),
        }
    }
    sums.into_iter().filter(|(_, weight)| weight.abs() > 0.0).unzip()
}

/// The same from exact expectations, for a mean whose expectations are all known.
fn exact(asked: &Asked, places: &[Place], weights: &[f64]) -> Option<Interval> {
    if asked.statistic != Statistic::Mean {
        return None;
    }
    let value = |place: &Place| {
        let now = place.view.expectation(asked.metric, place.generation)?;
        let value = match asked.relative_to {
            Some(base) => now / place.view.expectation(asked.metric, base)?,
            None => now,
        };
        match asked.scale {
            Scale::Plain => Some(value),
            Scale::Log => (value > 0.0).then(|| value.ln()),
        }
    };
    let values: Option<Vec<f64>> = places.iter().map(value).collect();
    Some(Interval::exact(values?.iter().zip(weights).map(|(value, weight)| value * weight).sum()))
}

fn by_replicates(asked: &Asked, places: &[Place], weights: &[f64], criteria: &Criteria, alpha: f64) -> Result<Interval, Reason> {
    let is_of_means = matches!(asked.statistic, Statistic::Mean | Statistic::MeanLog);
    if criteria.rests == Rests::OnRanks && is_of_means {
        return Err(Reason::TooFewReplicates);
    }
    match asked.statistic {
        Statistic::Mean => mean(asked, places, weights, criteria, alpha),
        Statistic::MeanLog => {
            let (now, base) = complete(asked, places, criteria)?;
            let mut columns = Vec::new();
            for (i, column) in now.iter().enumerate() {
                let column = logs(column)?;
                columns.push(match base.get(i) {
                    Some(base) => combine(&[&column, &logs(base)?], &[1.0, -1.0]),
                    None => column,
                });
            }
            let sums = combine(&slices(&columns), weights);
            match log_ranges(asked, places) {
                Some(ranges) => infer::mean_within(&sums, range_of(weights, &ranges), criteria, alpha),
                None => infer::mean(&sums, criteria, alpha),
            }
        }
        Statistic::Median => {
            let columns = ranked(asked, places, criteria)?;
            let logged: Vec<Vec<f64>> = match asked.scale {
                Scale::Plain => columns,
                Scale::Log => columns.iter().map(|column| logs(column)).collect::<Result<_, _>>()?,
            };
            let sums = combine(&slices(&logged), weights);
            if sums.iter().any(|value| value.is_nan()) { Err(Reason::Infinite) } else { infer::median(&sums, criteria, alpha) }
        }
        Statistic::Share(comparison) => {
            let holds = |value: &f64| match comparison.side {
                crate::registry::Side::Below => *value < comparison.level,
                crate::registry::Side::Above => *value > comparison.level,
            };
            let columns = ranked(asked, places, criteria)?;
            if let ([column], [weight], Scale::Plain) = (columns.as_slice(), weights, asked.scale) {
                return Ok(infer::share(column.iter().map(holds), criteria, alpha)?.affine(*weight, 0.0));
            }
            let columns: Vec<Vec<f64>> =
                columns.iter().map(|column| column.iter().map(|value| f64::from(u8::from(holds(value)))).collect()).collect();
            let ranges = vec![(0.0, 1.0); columns.len()];
            match asked.scale {
                Scale::Plain => infer::bounded(&combine(&slices(&columns), weights), range_of(weights, &ranges), criteria, alpha),
                Scale::Log => smooth(asked, &columns, &[], weights, Some(&ranges), criteria, alpha),
            }
        }
    }
}

fn mean(asked: &Asked, places: &[Place], weights: &[f64], criteria: &Criteria, alpha: f64) -> Result<Interval, Reason> {
    let (now, base) = complete(asked, places, criteria)?;
    let ranges: Option<Vec<_>> = places.iter().map(|place| place.view.range(asked.metric)).collect();
    if !base.is_empty() || asked.scale == Scale::Log {
        return smooth(asked, &now, &base, weights, ranges.as_deref(), criteria, alpha);
    }
    let sums = combine(&slices(&now), weights);
    if let Some(ranges) = &ranges
        && asked.metric.bounds().is_some()
    {
        return infer::bounded(&sums, range_of(weights, ranges), criteria, alpha);
    }
    guard_each(&now, criteria, alpha)?;
    match &ranges {
        Some(ranges) => infer::mean_within(&sums, range_of(weights, ranges), criteria, alpha),
        None => infer::mean(&sums, criteria, alpha),
    }
}

/// The ranges of the logs, where the metric has a range above 0; of differences to a base generation, too.
fn log_ranges(asked: &Asked, places: &[Place]) -> Option<Vec<(f64, f64)>> {
    let log = |place: &Place| {
        let (low, high) = place.view.range(asked.metric).filter(|(low, _)| *low > 0.0)?;
        let reach = (high / low).ln();
        Some(if asked.relative_to.is_some() { (-reach, reach) } else { (low.ln(), high.ln()) })
    };
    places.iter().map(log).collect()
}

/// Every column of numbers that are never negative must pass the guard itself: a contrast of two heavy ones may look light.
fn guard_each(columns: &[Vec<f64>], criteria: &Criteria, alpha: f64) -> Result<(), Reason> {
    let positive = columns.iter().filter(|column| column.iter().all(|value| *value >= 0.0));
    positive.into_iter().try_for_each(|column| infer::guard(column, criteria, alpha))
}

/// The weighted sum of ratios or logs of means, by the delta method. Where no spread was seen and the ranges are known, from what equal
/// draws hide of each mean, at half the level; the delta method then has the other half.
fn smooth(
    asked: &Asked,
    now: &[Vec<f64>],
    base: &[Vec<f64>],
    weights: &[f64],
    ranges: Option<&[(f64, f64)]>,
    criteria: &Criteria,
    alpha: f64,
) -> Result<Interval, Reason> {
    guard_each(now, criteria, alpha)?;
    guard_each(base, criteria, alpha)?;
    let columns: Vec<Vec<f64>> =
        if base.is_empty() { now.to_vec() } else { now.iter().zip(base).map(|(x, y)| ratio(x, y)).collect::<Result<_, _>>()? };
    let sums = combine(&slices(&scaled(asked, columns)?), weights);
    let share = if ranges.is_some() { alpha / 2.0 } else { alpha };
    match (infer::mean(&sums, criteria, share), ranges) {
        (Err(Reason::NoSpreadSeen), Some(ranges)) => by_ends(asked, now, base, weights, ranges, alpha / 2.0),
        (found, _) => found.map(|found| Interval { inference: Inference::Delta, alpha, ..found }),
    }
}

/// The same from intervals of every mean alone, each at its part of the level: valid for every law in the ranges.
fn by_ends(
    asked: &Asked,
    now: &[Vec<f64>],
    base: &[Vec<f64>],
    weights: &[f64],
    ranges: &[(f64, f64)],
    alpha: f64,
) -> Result<Interval, Reason> {
    let each = alpha / (now.len() + base.len()) as f64;
    let of = |columns: &[Vec<f64>]| -> Vec<Interval> {
        columns.iter().zip(ranges).map(|(column, range)| bounded_mean(column, *range, each)).collect()
    };
    let (now, base) = (of(now), of(base));
    let mut total =
        Interval { inference: Inference::EqualDraws, alpha: 2.0 * alpha, low: 0.0, high: 0.0, estimate: 0.0, error: None, ..now[0] };
    for (i, (mean, weight)) in now.iter().zip(weights).enumerate() {
        let over = base.get(i).map_or((1.0, 1.0, 1.0), |base| (base.estimate, base.high, base.low));
        if over.2 <= 0.0 || (asked.scale == Scale::Log && mean.low <= 0.0) {
            return Err(Reason::NoSpreadSeen);
        }
        let on_scale = |value: f64| if asked.scale == Scale::Log { value.ln() } else { value };
        let ends = [on_scale(mean.low / over.1), on_scale(mean.high / over.2)].map(|end| weight * end);
        total.estimate += weight * on_scale(mean.estimate / over.0);
        total.low += ends[0].min(ends[1]);
        total.high += ends[0].max(ends[1]);
    }
    Ok(total)
}

/// The range of a weighted sum of quantities with these ranges.
fn range_of(weights: &[f64], ranges: &[(f64, f64)]) -> (f64, f64) {
    let ends = weights.iter().zip(ranges).map(|(weight, (low, high))| (weight * low, weight * high));
    ends.fold((0.0, 0.0), |(least, most), (a, b)| (least + a.min(b), most + a.max(b)))
}

/// Replicates of mean(x)/mean(y), linearised.
fn ratio(x: &[f64], y: &[f64]) -> Result<Vec<f64>, Reason> {
    let (top, bottom) = (average(x), average(y));
    let value = top / bottom;
    if bottom.abs() > 0.0 { Ok(linearised(&[x, y], value, &[1.0 / bottom, -value / bottom])) } else { Err(Reason::NotPositive) }
}

/// On the scale asked for, linearised.
fn scaled(asked: &Asked, columns: Vec<Vec<f64>>) -> Result<Vec<Vec<f64>>, Reason> {
    let log = |column: Vec<f64>| {
        let mean = average(&column);
        if mean > 0.0 { Ok(linearised(&[&column], mean.ln(), &[1.0 / mean])) } else { Err(Reason::NotPositive) }
    };
    match asked.scale {
        Scale::Plain => Ok(columns),
        Scale::Log => columns.into_iter().map(log).collect(),
    }
}

fn slices(columns: &[Vec<f64>]) -> Vec<&[f64]> {
    columns.iter().map(Vec::as_slice).collect()
}

fn read(asked: &Asked, place: &Place, generation: u32) -> Result<Reading, Reason> {
    let is_risk = place.view.plan.frame.risk == Some(asked.metric);
    // A mean log cannot hold the log of no spread: such a run has ended, and too many of them leave it undecided.
    let failed = match asked.statistic {
        Statistic::MeanLog if !is_risk => Failed::Ended,
        Statistic::Mean | Statistic::MeanLog | Statistic::Median | Statistic::Share(_) => Failed::Worth,
    };
    place.view.read(asked.metric, generation, failed).ok_or(Reason::NotRecorded)
}

/// Columns at the places, and at the base generation where one is asked for, over replicates complete in all of them.
fn complete(asked: &Asked, places: &[Place], criteria: &Criteria) -> Result<(Columns, Columns), Reason> {
    let mut readings = places.iter().map(|place| read(asked, place, place.generation)).collect::<Result<Vec<_>, _>>()?;
    if asked.metric == Metric::HittingTime && readings.iter().any(|reading| reading.ended() > 0) {
        return Err(Reason::Censored);
    }
    if let Some(base) = asked.relative_to {
        for place in places {
            readings.push(read(asked, place, base)?);
        }
    }
    let rows = rows(&readings.iter().collect::<Vec<_>>());
    rows.complete(criteria)?;
    let mut now = rows.columns;
    let base = now.split_off(places.len());
    Ok((now, base))
}

/// Columns by rank, over replicates that say something at every place; ratios are the replicate's own.
fn ranked(asked: &Asked, places: &[Place], criteria: &Criteria) -> Result<Columns, Reason> {
    let read = |place: &Place, generation: u32| place.view.ranks(asked.metric, generation).ok_or(Reason::NotRecorded);
    let mut readings = Vec::new();
    for place in places {
        let mut now = read(place, place.generation)?;
        if let Some(base) = asked.relative_to {
            let base = read(place, base)?;
            let over = |(x, y): (&Option<f64>, &Option<f64>)| x.zip(*y).map(|(x, y)| x / y).filter(|ratio| !ratio.is_nan());
            now.values = now.values.iter().zip(&base.values).map(over).collect();
        }
        readings.push(now);
    }
    ranks(&readings.iter().collect::<Vec<_>>(), criteria)
}
