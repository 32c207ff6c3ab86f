//! Which interval a quantity gets: the guard, the least number of replicates, what equal draws hide, bounded contrasts, signs.
//!
//! A mean of something without a known range rests on what was seen: where no spread was seen it is `no-spread-seen`, never an interval of
//! width 0. Only an exact recursion has that, and a median where the law has an atom.
//!
//! Of dear replicates, a few tens ([`Rests::OnRanks`]), no mean is decided: every quantity of a replicate has the interval of its median
//! by order statistics, which holds for every law at any number, and every share its exact one. Findings then speak of the median run.

use super::reason::Reason;
use crate::numeric::{
    Inference, Interval, Moments, bounded_mean, clopper_pearson, empirical_bernstein, equal_draws, hall_t, hoeffding_lower,
    hoeffding_upper, linearised, median_interval, moments, normal_quantile, tail_of,
};
use crate::registry::{Criteria, Rests};

fn enough(n: usize, criteria: &Criteria) -> Result<(), Reason> {
    if (n as f64) < criteria.first_look * (1.0 - criteria.ended_share) { Err(Reason::TooFewReplicates) } else { Ok(()) }
}

/// The heavy-tail guard: the largest 1 % carry at most `tail_share` of the sum, and there are [`per_squared_skewness`] replicates for each unit
/// of squared skewness.
///
/// Why it grows with the level: after Hall's correction the relative error of a tail probability at the normal quantile z is of order
/// skewness^2 z^4 / n (Hall 1992, and the n^-1 term of the Edgeworth expansion of Student's t, whose kurtosis goes with the squared skewness in
/// every law in use). A factor of 20 keeps it small at 5 %, where z^4 is 15; at what a claim spends z^4 is 360 to 800, and a sample of 256 from
/// a law without variance that shows none of its tail passes that factor and errs hundreds of times too often.
pub fn guard(values: &[f64], criteria: &Criteria, alpha: f64) -> Result<(), Reason> {
    if by_ranks(criteria) {
        return enough(values.len(), criteria);
    }
    guarded(values, criteria, alpha).map(|_| ())
}

/// Replicates per squared skewness that an interval at two-sided error probability `alpha` asks for: `skew_factor`, or `skew_growth` z^4 where
/// that is more.
pub fn per_squared_skewness(criteria: &Criteria, alpha: f64) -> f64 {
    criteria.skew_factor.max(criteria.skew_growth * normal_quantile(1.0 - alpha / 2.0).powi(4))
}

/// Whether replicates are too dear for means.
fn by_ranks(criteria: &Criteria) -> bool {
    criteria.rests == Rests::OnRanks
}

/// The moments of values that the guard lets pass.
fn guarded(values: &[f64], criteria: &Criteria, alpha: f64) -> Result<Moments, Reason> {
    enough(values.len(), criteria)?;
    if !values.iter().all(|value| value.is_finite()) {
        return Err(Reason::Infinite);
    }
    let sample = moments(values);
    // The cheap half of the guard first: it needs no order statistic.
    if (values.len() as f64) < per_squared_skewness(criteria, alpha) * sample.skewness * sample.skewness {
        return Err(Reason::HeavyTail);
    }
    if tail_of(values, &sample).share > criteria.tail_share { Err(Reason::HeavyTail) } else { Ok(sample) }
}

/// Hall's interval of a mean, where the guard lets it pass and spread was seen; of dear replicates that of their median.
pub fn mean(values: &[f64], criteria: &Criteria, alpha: f64) -> Result<Interval, Reason> {
    if by_ranks(criteria) {
        return median(values, criteria, alpha);
    }
    let sample = guarded(values, criteria, alpha)?;
    if sample.has_spread() { Ok(hall_t(&sample, alpha)) } else { Err(Reason::NoSpreadSeen) }
}

/// As [`mean`], of values that cannot leave `range`: where no spread was seen, what equal draws can hide there. Half of the level for each of the
/// two, since which of them is used is seen from the draws.
pub fn mean_within(values: &[f64], range: (f64, f64), criteria: &Criteria, alpha: f64) -> Result<Interval, Reason> {
    if by_ranks(criteria) {
        return median(values, criteria, alpha);
    }
    let sample = guarded(values, criteria, alpha / 2.0)?;
    if sample.has_spread() {
        let found = hall_t(&sample, alpha / 2.0);
        return Ok(Interval { low: found.low.max(range.0), high: found.high.min(range.1), alpha, ..found });
    }
    Ok(Interval { alpha, ..equal_draws(sample.mean, values.len(), range, alpha / 2.0) })
}

/// The interval of a smooth function of means; of dear replicates there is none.
pub fn smooth(columns: &[&[f64]], value: f64, gradient: &[f64], criteria: &Criteria, alpha: f64) -> Result<Interval, Reason> {
    if by_ranks(criteria) {
        return Err(Reason::TooFewReplicates);
    }
    let interval = mean(&linearised(columns, value, gradient), criteria, alpha)?;
    Ok(Interval { inference: Inference::Delta, ..interval })
}

/// The interval of the mean of a bounded quantity.
pub fn bounded(values: &[f64], range: (f64, f64), criteria: &Criteria, alpha: f64) -> Result<Interval, Reason> {
    enough(values.len(), criteria)?;
    if by_ranks(criteria) {
        return median(values, criteria, alpha);
    }
    Ok(bounded_mean(values, range, alpha))
}

/// The interval of mean(a) - weight mean(b) for paired values in [0, 1]: the narrowest, side by side, of [`free`] and [`hall`], at half
/// the level each whatever the draws.
pub fn bounded_contrast(a: &[f64], b: &[f64], weight: f64, criteria: &Criteria, alpha: f64) -> Result<Interval, Reason> {
    enough(a.len(), criteria)?;
    if by_ranks(criteria) {
        return median(&crate::numeric::combine(&[a, b], &[1.0, -weight]), criteria, alpha);
    }
    let free = free(a, b, weight, alpha / 2.0);
    Ok(narrower(free, hall(a, b, weight, criteria, alpha / 2.0), alpha))
}

/// The interval of mean(a) - mean(b) for small masses in [0, 1]: as [`bounded_contrast`], but the upper side may also drop b, which cannot be
/// negative, and then has its whole share for a.
pub fn rare_difference(a: &[f64], b: &[f64], criteria: &Criteria, alpha: f64) -> Result<Interval, Reason> {
    enough(a.len(), criteria)?;
    if by_ranks(criteria) {
        return median(&crate::numeric::combine(&[a, b], &[1.0, -1.0]), criteria, alpha);
    }
    let each = alpha / 3.0;
    let free = free(a, b, 1.0, each);
    let alone = Mass::of(a, each / 2.0);
    let dropped = Interval { high: free.high.min(alone.high), ..free };
    Ok(narrower(dropped, hall(a, b, 1.0, criteria, each), alpha))
}

/// Limits of the mean of values in [0, 1], at error probability `delta` on each side, for every law: Hoeffding's, and, where all values are equal,
/// what they hide; half of `delta` for each.
struct Mass {
    low: f64,
    high: f64,
}

impl Mass {
    fn of(values: &[f64], delta: f64) -> Self {
        let n = values.len();
        let share = crate::numeric::average(values).clamp(0.0, 1.0);
        let (low, high) = (hoeffding_lower(share, n, delta / 2.0), hoeffding_upper(share, n, delta / 2.0));
        if moments(values).has_spread() {
            return Self { low, high };
        }
        let equal = equal_draws(share, n, (0.0, 1.0), delta / 2.0);
        Self { low: low.max(equal.low), high: high.min(equal.high) }
    }
}

/// The interval of mean(a) - weight mean(b) that holds for every law in [0, 1]: empirical Bernstein on the difference, what equal differences hide,
/// and the limits of each mean, at a third of the level each.
fn free(a: &[f64], b: &[f64], weight: f64, alpha: f64) -> Interval {
    let each = alpha / 3.0;
    let range = (-weight, 1.0);
    let difference: Vec<f64> = crate::numeric::combine(&[a, b], &[1.0, -weight]);
    let whole = empirical_bernstein(&difference, range, each);
    // Two means, two sides: a quarter of the share for each limit.
    let (first, second) = (Mass::of(a, each / 4.0), Mass::of(b, each / 4.0));
    let (mut low, mut high) = (first.low - weight * second.high, first.high - weight * second.low);
    let has_spread = moments(&difference).has_spread();
    if !has_spread {
        let equal = equal_draws(whole.estimate, a.len(), range, each);
        (low, high) = (low.max(equal.low), high.min(equal.high));
    }
    let inference = if has_spread { Inference::EmpiricalBernstein } else { Inference::EqualDraws };
    Interval { low: whole.low.max(low), high: whole.high.min(high), inference, ..whole }
}

/// Hall's interval of the same, where the guard lets both masses and their difference pass: a share of a fitted law varies little between
/// replicates, and bounds that hold for every law need ln(1/alpha) replicates per unit of the range.
fn hall(a: &[f64], b: &[f64], weight: f64, criteria: &Criteria, alpha: f64) -> Option<Interval> {
    guard(a, criteria, alpha).and_then(|()| guard(b, criteria, alpha)).ok()?;
    mean(&crate::numeric::combine(&[a, b], &[1.0, -weight]), criteria, alpha).ok()
}

fn narrower(free: Interval, hall: Option<Interval>, alpha: f64) -> Interval {
    let found = Interval { alpha, ..free };
    match hall {
        Some(hall) => Interval { low: found.low.max(hall.low), high: found.high.min(hall.high), ..found },
        None => found,
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::planted;
    use crate::random::Rng;
    use rand::{RngExt, SeedableRng};
    use rand_distr::{ChiSquared, Distribution};

    /// What a world spends at its first look.
    const SPENT: f64 = 4e-6;

    #[test]
    fn equal_draws_of_a_quantity_without_a_range_decide_nothing() {
        let criteria = planted::criteria();
        for value in [0.0, 1.0, 1e-200, 1e200] {
            assert_eq!(mean(&[value; 300], &criteria, 0.05), Err(Reason::NoSpreadSeen));
        }
        assert_eq!(mean(&[f64::INFINITY; 300], &criteria, 0.05), Err(Reason::Infinite));
        let within = mean_within(&[1.0; 256], (1.0, 2.0), &criteria, 1e-4).unwrap();
        // By hand: 1 - (5e-5)^(1/256) = 0.0379.
        assert!(within.low >= 1.0 && (within.high - 1.0379).abs() < 1e-4, "{within:?}");
        assert_eq!(within.inference, Inference::EqualDraws);
    }

    #[test]
    fn of_recorded_replicates_ranks_alone_decide_and_one_may_differ() {
        let few = planted::criteria().for_recorded();
        let alpha = crate::verdict::looks::alpha_at(crate::verdict::looks::Spender::World, 1, &few, 2);
        let mut values: Vec<f64> = (1..=24).map(f64::from).collect();
        // By hand: P(at most 1 of 24 below the median) = 25 / 2^24 = 1.5e-6 on each side, and a world spends 4.2e-6 at its look.
        let found = mean(&values, &few, alpha).unwrap();
        assert!((found.low - 2.0).abs() < 1e-12 && (found.high - 23.0).abs() < 1e-12, "{found:?}");
        assert_eq!(found.inference, Inference::OrderStatistics);
        values[0] = -1e9;
        assert!(mean(&values, &few, alpha).unwrap().is_above(1.5), "one run of 24 may be anywhere");
        values[1] = -1e9;
        assert!(!mean(&values, &few, alpha).unwrap().is_above(1.5), "two may not");
        assert_eq!(mean(&values[..23], &few, alpha), Err(Reason::TooFewReplicates));
        assert_eq!(smooth(&[&values], 0.0, &[1.0], &few, alpha), Err(Reason::TooFewReplicates));
        let contrast = bounded_contrast(&[0.5; 24], &[0.25; 24], 1.0, &few, alpha).unwrap();
        assert!(contrast.is_above(0.2) && contrast.is_below(0.3), "{contrast:?}");
    }

    #[test]
    fn a_small_mass_that_varies_little_is_below_a_hundredth_at_the_first_look() {
        let criteria = planted::criteria();
        let mut rng = Rng::seed_from_u64(4);
        // Median 0, nine in twenty of the runs between 0 and 0.002.
        let mut masses = |n: usize| -> Vec<f64> { (0..n).map(|_| (rng.random::<f64>() - 0.55).max(0.0) * 0.0045).collect() };
        let found = rare_difference(&masses(256), &masses(256), &criteria, SPENT).unwrap();
        assert!(found.is_below(0.01) && found.is_above(-0.01), "{found:?}");
        // All zero: nothing tells how a rare mass would look, so the rule of three holds.
        let zeros = rare_difference(&[0.0; 256], &[0.0; 256], &criteria, SPENT).unwrap();
        let needs = zeros.needed_for(0.01).expect("a number");
        assert!(!zeros.is_below(0.01) && (1024..2048).contains(&needs), "{zeros:?}, {needs}");
        assert!(rare_difference(&[0.0; 2048], &[0.0; 2048], &criteria, SPENT).unwrap().is_below(0.01));
    }

    #[test]
    fn columns_that_are_equal_draw_by_draw_still_leave_a_width() {
        let mut rng = Rng::seed_from_u64(6);
        let column: Vec<f64> = (0..1024).map(|_| rng.random()).collect();
        let found = bounded_contrast(&column, &column, 1.0, &planted::criteria(), 0.01).unwrap();
        assert!(found.low < 0.0 && found.high > 0.0 && found.high - found.low < 0.05, "{found:?}");
        assert_eq!(found.inference, Inference::EqualDraws);
    }

    #[test]
    fn the_guard_asks_for_more_where_less_error_may_be_spent() {
        let criteria = planted::criteria();
        let law = ChiSquared::new(1.0).unwrap();
        let mut rng = Rng::seed_from_u64(9);
        let mut passing = |n: usize, alpha: f64| -> usize {
            let draw = |rng: &mut Rng| -> Vec<f64> { (0..n).map(|_| law.sample(rng)).collect() };
            (0..100).filter(|_| guard(&draw(&mut rng), &criteria, alpha).is_ok()).count()
        };
        assert!(passing(1024, 0.05) > 80 && passing(256, 1e-5) < 10 && passing(4096, 1e-6) > 80);
    }
}
