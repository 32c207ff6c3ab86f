//! Which interval a quantity gets: the guard, the least number of replicates, bounded contrasts, signs.

use super::reason::Reason;
use crate::numeric::{
    Inference, Interval, Moments, bounded_mean, clopper_pearson, empirical_bernstein, hall_t, hoeffding_lower, hoeffding_upper, linearised,
    median_interval, moments, tail_of,
};
use crate::registry::Criteria;

fn enough(n: usize, criteria: &Criteria) -> Result<(), Reason> {
    if (n as f64) < criteria.first_look * (1.0 - criteria.ended_share) { Err(Reason::TooFewReplicates) } else { Ok(()) }
}

/// The heavy-tail guard: the largest 1 % carry at most `tail_share` of the sum, and there are `skew_factor` replicates
/// per squared skewness.
pub fn guard(values: &[f64], criteria: &Criteria) -> Result<(), Reason> {
    guarded(values, criteria).map(|_| ())
}

/// The moments of values that the guard lets pass.
fn guarded(values: &[f64], criteria: &Criteria) -> Result<Moments, Reason> {
    enough(values.len(), criteria)?;
    let sample = moments(values);
    // The cheap half of the guard first: it needs no order statistic.
    if (values.len() as f64) < criteria.skew_factor * sample.skewness * sample.skewness {
        return Err(Reason::HeavyTail);
    }
    if tail_of(values, &sample).share > criteria.tail_share { Err(Reason::HeavyTail) } else { Ok(sample) }
}

/// Hall's interval of a mean, where the guard lets it pass.
pub fn mean(values: &[f64], criteria: &Criteria, alpha: f64) -> Result<Interval, Reason> {
    Ok(hall_t(&guarded(values, criteria)?, alpha))
}

/// The interval of a smooth function of means.
pub fn smooth(columns: &[&[f64]], value: f64, gradient: &[f64], criteria: &Criteria, alpha: f64) -> Result<Interval, Reason> {
    let interval = mean(&linearised(columns, value, gradient), criteria, alpha)?;
    Ok(Interval { inference: Inference::Delta, ..interval })
}

/// The interval of the mean of a bounded quantity.
pub fn bounded(values: &[f64], range: (f64, f64), criteria: &Criteria, alpha: f64) -> Result<Interval, Reason> {
    enough(values.len(), criteria)?;
    Ok(bounded_mean(values, range, alpha))
}

/// The interval of mean(a) - weight mean(b) for paired values in [0, 1]: empirical Bernstein on the difference, and
/// Hoeffding's bounds on each mean, at half the level each, whichever is narrower.
pub fn bounded_contrast(a: &[f64], b: &[f64], weight: f64, criteria: &Criteria, alpha: f64) -> Result<Interval, Reason> {
    enough(a.len(), criteria)?;
    let n = a.len();
    let difference: Vec<f64> = a.iter().zip(b).map(|(x, y)| x - weight * y).collect();
    let whole = empirical_bernstein(&difference, (-weight, 1.0), alpha / 2.0);
    let (first, second) = (share_of(a), share_of(b));
    let low = hoeffding_lower(first, n, alpha / 8.0) - weight * hoeffding_upper(second, n, alpha / 8.0);
    let high = hoeffding_upper(first, n, alpha / 8.0) - weight * hoeffding_lower(second, n, alpha / 8.0);
    Ok(Interval { low: whole.low.max(low), high: whole.high.min(high), alpha, ..whole })
}

/// The interval of mean(a) - mean(b) for small masses in [0, 1]. The lower side shares its half of the level between
/// both means; the upper side drops b, which cannot be negative, and spends its whole half on a.
pub fn rare_difference(a: &[f64], b: &[f64], criteria: &Criteria, alpha: f64) -> Result<Interval, Reason> {
    enough(a.len(), criteria)?;
    let n = a.len();
    let (first, second) = (share_of(a), share_of(b));
    Ok(Interval {
        estimate: first - second,
        low: hoeffding_lower(first, n, alpha / 4.0) - hoeffding_upper(second, n, alpha / 4.0),
        high: hoeffding_upper(first, n, alpha / 2.0),
        alpha,
        n,
        inference: Inference::EmpiricalBernstein,
    })
}

fn share_of(values: &[f64]) -> f64 {
    (values.iter().sum::<f64>() / values.len() as f64).clamp(0.0, 1.0)
}

/// The interval of the share of replicates for which `holds`.
pub fn share(values: impl ExactSizeIterator<Item = bool>, criteria: &Criteria, alpha: f64) -> Result<Interval, Reason> {
    let n = values.len();
    enough(n, criteria)?;
    Ok(clopper_pearson(values.filter(|holds| *holds).count(), n, alpha))
}

/// The interval of a median; values may be infinite.
pub fn median(values: &[f64], criteria: &Criteria, alpha: f64) -> Result<Interval, Reason> {
    enough(values.len(), criteria)?;
    Ok(median_interval(values, alpha))
}
