//! What shows first: the generation at which an indicator's mean leaves its first value.

use super::designs::SURE;
use super::model_design::{DesignReport, PointReport};
use crate::taxonomy::Metric;
use crate::verdict::{Series, SeriesPoint};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How far an indicator must move, relative to its first value: a tenth is what a monitor could be set to notice, a quarter what nobody
/// would overlook. Both were fixed before the first run.
pub const LEAVES: [f64; 2] = [0.1, 0.25];

/// When an indicator leaves its first value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Onset {
    /// The loop.
    pub baseline: String,
    /// The point of the design.
    pub label: String,
    /// What is measured.
    pub metric: Metric,
    /// How far it must move, relative to its first value.
    pub leaves: f64,
    /// First generation at which its mean has moved so far; null where it never does.
    pub first: Option<u32>,
    /// First generation at which it may have, within its error; null where it cannot have.
    pub low: Option<u32>,
    /// First generation at which it must have; null where that is not certain by the last one.
    pub high: Option<u32>,
    /// The last generation looked at: an onset later than this is not seen.
    pub last: u32,
}

/// Every onset of a design.
#[must_use]
pub fn onsets(design: &DesignReport) -> Vec<Onset> {
    let mut onsets = Vec::new();
    for one in &design.loops {
        for point in &one.points {
            let series = point.series.iter().flat_map(|series| LEAVES.iter().filter_map(move |leaves| onset(point, series, *leaves)));
            onsets.extend(series.map(|onset| Onset { baseline: one.id.clone(), ..onset }));
        }
    }
    onsets
}

/// What an indicator is called: some are read on a scale of their own.
#[must_use]
pub const fn indicator(metric: Metric) -> Option<&'static str> {
    match metric {
        Metric::Entropy => Some("effective types (exp of entropy)"),
        Metric::Heterozygosity => Some("inverse Simpson"),
        Metric::NegativeLogLikelihood => Some("perplexity on real data"),
        _ => None,
    }
}

/// Mean and error on the indicator's scale, by the delta method.
fn read(metric: Metric, point: &SeriesPoint) -> (f64, f64) {
    match metric {
        Metric::Entropy | Metric::NegativeLogLikelihood => (point.mean.exp(), point.error * point.mean.exp()),
        Metric::Heterozygosity => (1.0 / (1.0 - point.mean), point.error / (1.0 - point.mean).powi(2)),
        _ => (point.mean, point.error),
    }
}

fn onset(point: &PointReport, series: &Series, leaves: f64) -> Option<Onset> {
    let first = series.points.first().filter(|point| point.generation == 1)?;
    let (start, start_error) = read(series.metric, first);
    if start.abs() < 1e-12 || !start.is_finite() {
        return None;
    }
    let moved: Vec<(u32, f64, f64)> = series
        .points
        .iter()
        .skip(1)
        .map(|point| {
            let (value, error) = read(series.metric, point);
            let change = (value / start - 1.0).abs();
            (point.generation, change, SURE * error.hypot(start_error * value / start) / start.abs())
        })
        .collect();
    let when = |is_there: &dyn Fn(f64, f64) -> bool| moved.iter().find(|(_, change, error)| is_there(*change, *error)).map(|(t, ..)| *t);
    Some(Onset {
        baseline: String::new(),
        label: point.label(),
        metric: series.metric,
        leaves,
        first: when(&|change, _| change >= leaves),
        low: when(&|change, error| change + error >= leaves),
        high: when(&|change, error| change - error >= leaves),
        last: series.points.last().map_or(1, |point| point.generation),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn point(means: &[f64], error: f64) -> PointReport {
        let points = means.iter().zip(1..).map(|(mean, generation)| SeriesPoint { generation, mean: *mean, error }).collect();
        PointReport {
            option: None,
            crossed: Vec::new(),
            refused: None,
            replicates: 256,
            real: 0.0,
            size: 1.0,
            risk: None,
            outcomes: BTreeMap::new(),
            onsets: BTreeMap::new(),
            series: vec![Series { metric: Metric::SupportSize, points }],
        }
    }

    #[test]
    fn an_onset_is_censored_where_nothing_moves_and_bracketed_where_the_mean_is_uncertain() {
        let still = onset(&point(&[10.0, 10.1, 9.9], 0.01), &point(&[10.0, 10.1, 9.9], 0.01).series[0], 0.1).unwrap();
        assert_eq!((still.first, still.low, still.high, still.last), (None, None, None, 3));
        let falls = point(&[10.0, 9.5, 8.99, 8.5, 8.0], 0.1);
        let seen = onset(&falls, &falls.series[0], 0.1).unwrap();
        assert_eq!((seen.low, seen.first, seen.high), (Some(3), Some(3), Some(4)));
        let rough = point(&[10.0, 9.5, 8.99, 8.5, 8.0], 0.2);
        let seen = onset(&rough, &rough.series[0], 0.1).unwrap();
        assert_eq!((seen.low, seen.first, seen.high), (Some(2), Some(3), Some(5)));
    }

    #[test]
    fn entropy_is_read_as_effective_types() {
        let mut halved = point(&[100.0_f64.ln(), 50.0_f64.ln()], 0.0);
        halved.series[0].metric = Metric::Entropy;
        let seen = onset(&halved, &halved.series[0], 0.25).unwrap();
        assert_eq!(seen.first, Some(2));
    }
}
