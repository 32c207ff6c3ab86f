//! What shows first: the generation at which an indicator's mean leaves its first value.

use super::designs::SURE;
use super::evidence::Entry;
use super::model_signs::{LoopSigns, Onset};
use crate::plan::Arm;
use crate::sim::Regime;
use crate::taxonomy::Metric;
use crate::verdict::{Series, SeriesPoint};

/// How far an indicator must move, relative to its first value: a tenth is what a monitor could be set to notice, a quarter what nobody
/// would overlook. Both were fixed before the first run.
pub const LEAVES: [f64; 2] = [0.1, 0.25];

/// The signs of a simulation's loop as published and in every world; none of an arm of which one indicator alone is recorded.
#[must_use]
pub fn of_loop(entry: &Entry<'_>) -> Vec<LoopSigns> {
    let Some(cell) = entry.simulation.cells.first() else { return Vec::new() };
    let published = Arm::AsPublished.to_string();
    let arms = entry.decided.arms.iter().map(|(arm, record)| LoopSigns {
        study: entry.study.id.clone(),
        simulation: entry.simulation.name.clone(),
        is_replaced: *arm == published && cell.setup.regime == Regime::replace(),
        arm: arm.clone(),
        risk: cell.frame.risk,
        onsets: onsets(&record.series),
    });
    arms.filter(|signs| signs.onsets.len() > LEAVES.len()).collect()
}

/// Every onset of one run.
#[must_use]
pub fn onsets(series: &[Series]) -> Vec<Onset> {
    series.iter().flat_map(|series| LEAVES.iter().filter_map(move |leaves| onset(series, *leaves))).collect()
}

/// What an indicator is called: some are read on a scale of their own.
#[must_use]
pub const fn indicator(metric: Metric) -> Option<&'static str> {
    match metric {
        Metric::Entropy => Some("effective types (exp of entropy)"),
        Metric::Heterozygosity => Some("inverse Simpson"),
        Metric::NegativeLogLikelihood => Some("perplexity on real data"),
        Metric::LogVariance => Some("variance (geometric mean)"),
        _ => None,
    }
}

/// Mean and error on the indicator's scale, by the delta method.
fn read(metric: Metric, point: &SeriesPoint) -> (f64, f64) {
    match metric {
        Metric::Entropy | Metric::NegativeLogLikelihood | Metric::LogVariance => (point.mean.exp(), point.error * point.mean.exp()),
        Metric::Heterozygosity => (1.0 / (1.0 - point.mean), point.error / (1.0 - point.mean).powi(2)),
        _ => (point.mean, point.error),
    }
}

fn onset(series: &Series, leaves: f64) -> Option<Onset> {
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

    fn series(metric: Metric, means: &[f64], error: f64) -> Series {
        let points = means.iter().zip(1..).map(|(mean, generation)| SeriesPoint { generation, mean: *mean, error }).collect();
        Series { metric, points }
    }

    #[test]
    fn an_onset_is_censored_where_nothing_moves_and_bracketed_where_the_mean_is_uncertain() {
        let still = onset(&series(Metric::SupportSize, &[10.0, 10.1, 9.9], 0.01), 0.1).unwrap();
        assert_eq!((still.first, still.low, still.high, still.last), (None, None, None, 3));
        let falls = [10.0, 9.5, 8.99, 8.5, 8.0];
        let seen = onset(&series(Metric::SupportSize, &falls, 0.1), 0.1).unwrap();
        assert_eq!((seen.low, seen.first, seen.high), (Some(3), Some(3), Some(4)));
        let seen = onset(&series(Metric::SupportSize, &falls, 0.2), 0.1).unwrap();
        assert_eq!((seen.low, seen.first, seen.high), (Some(2), Some(3), Some(5)));
    }

    #[test]
    fn entropy_is_read_as_effective_types_and_a_log_variance_as_a_variance() {
        let halved = series(Metric::Entropy, &[100.0_f64.ln(), 50.0_f64.ln()], 0.0);
        assert_eq!(onset(&halved, 0.25).unwrap().first, Some(2));
        let falls = series(Metric::LogVariance, &[0.5_f64.ln(), 0.46_f64.ln(), 0.44_f64.ln()], 0.0);
        assert_eq!(onset(&falls, 0.1).unwrap().first, Some(3));
    }
}
