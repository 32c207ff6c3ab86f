//! A statistic at some places as one column per place, whose mean (or median) is the statistic.
//!
//! A ratio of means or a log of a mean is replaced by its linearised replicates, so that every order, slope or plain value is a linear
//! contrast of paired columns, and dependence between places needs no model.

use crate::numeric::{Inference, Interval, combine, linearised};
use crate::registry::{Criteria, Statistic};
use crate::taxonomy::Metric;
use crate::verdict::ensemble::{Failed, Reading, View, logs, rows};
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
    match by_replicates(asked, places, weights, criteria, alpha) {
        Err(Reason::HeavyTail) => exact(asked, places, weights).ok_or(Reason::HeavyTail),
        Err(reason) => Err(reason),
        Ok(found) => {
            let agrees = |exact: &Interval| found.low <= exact.estimate && exact.estimate <= found.high;
            Ok(exact(asked, places, weights).filter(agrees).unwrap_or(found))
        }
    }
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
            infer::mean(&combine(&slices(&columns), weights), criteria, alpha)
        }
        Statistic::Median => {
            let columns = ranked(asked, places)?;
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
            let columns = ranked(asked, places)?;
            if let ([column], [weight], Scale::Plain) = (columns.as_slice(), weights, asked.scale) {
                return Ok(infer::share(column.iter().map(holds), criteria, alpha)?.affine(*weight, 0.0));
            }
            let columns: Vec<Vec<f64>> =
                columns.iter().map(|column| column.iter().map(|value| f64::from(u8::from(holds(value)))).collect()).collect();
            bounded_or_logged(asked, &columns, weights, (0.0, 1.0), criteria, alpha)
        }
    }
}

fn mean(asked: &Asked, places: &[Place], weights: &[f64], criteria: &Criteria, alpha: f64) -> Result<Interval, Reason> {
    let (now, base) = complete(asked, places, criteria)?;
    if base.is_empty()
        && let Some(range) = asked.metric.bounds()
    {
        return bounded_or_logged(asked, &now, weights, range, criteria, alpha);
    }
    for column in now.iter().chain(&base).filter(|column| column.iter().all(|value| *value >= 0.0)) {
        infer::guard(column, criteria)?;
    }
    let columns: Vec<Vec<f64>> = if base.is_empty() { now } else { now.iter().zip(&base).map(|(x, y)| ratio(x, y)).collect() };
    let delta = !base.is_empty() || asked.scale == Scale::Log;
    let columns = scaled(asked, columns)?;
    let found = infer::mean(&combine(&slices(&columns), weights), criteria, alpha)?;
    Ok(if delta { Interval { inference: Inference::Delta, ..found } } else { found })
}

/// Replicates of mean(x)/mean(y), linearised.
fn ratio(x: &[f64], y: &[f64]) -> Vec<f64> {
    let (top, bottom) = (average(x), average(y));
    let value = top / bottom;
    linearised(&[x, y], value, &[1.0 / bottom, -value / bottom])
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

fn bounded_or_logged(
    asked: &Asked,
    columns: &[Vec<f64>],
    weights: &[f64],
    (low, high): (f64, f64),
    criteria: &Criteria,
    alpha: f64,
) -> Result<Interval, Reason> {
    match asked.scale {
        Scale::Plain => {
            let end = |weight: &f64, down: f64, up: f64| if *weight < 0.0 { weight * down } else { weight * up };
            let least = weights.iter().map(|weight| end(weight, high, low)).sum();
            let most = weights.iter().map(|weight| end(weight, low, high)).sum();
            infer::bounded(&combine(&slices(columns), weights), (least, most), criteria, alpha)
        }
        Scale::Log => {
            let columns = scaled(asked, columns.to_vec())?;
            let found = infer::mean(&combine(&slices(&columns), weights), criteria, alpha)?;
            Ok(Interval { inference: Inference::Delta, ..found })
        }
    }
}

fn average(column: &[f64]) -> f64 {
    column.iter().sum::<f64>() / column.len() as f64
}

fn slices(columns: &[Vec<f64>]) -> Vec<&[f64]> {
    columns.iter().map(Vec::as_slice).collect()
}

fn read(asked: &Asked, place: &Place, generation: u32) -> Result<Reading, Reason> {
    let failed = if place.view.plan.frame.risk == Some(asked.metric) { Failed::Risk } else { Failed::Ended };
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

/// Columns by rank: a replicate without a value counts as plus infinity; ratios are the replicate's own.
fn ranked(asked: &Asked, places: &[Place]) -> Result<Vec<Vec<f64>>, Reason> {
    let mut columns = Vec::new();
    for place in places {
        let now = read(asked, place, place.generation)?.ranked();
        columns.push(match asked.relative_to {
            None => now,
            Some(base) => {
                let base = read(asked, place, base)?.ranked();
                now.iter().zip(&base).map(|(x, y)| if x.is_infinite() { *x } else { x / y }).collect()
            }
        });
    }
    let shortest = columns.iter().map(Vec::len).min().unwrap_or(0);
    columns.iter_mut().for_each(|column| column.truncate(shortest));
    Ok(columns)
}
