//! Intervals for the mean of a bounded quantity that hold at every sample size and for every law.

use super::{Inference, Interval, moments};

/// The empirical Bernstein interval for the mean of values in [`low`, `high`].
///
/// Each side: |mean - sample mean| <= sqrt(2 V ln(2/d)/n) + 7 (high - low) ln(2/d) / (3 (n - 1)), d = alpha/2.
///
/// # Source
/// Maurer and Pontil (2009), COLT, Theorem 4.
#[must_use]
pub fn empirical_bernstein(values: &[f64], (low, high): (f64, f64), alpha: f64) -> Interval {
    let sample = moments(values);
    let n = sample.n as f64;
    let log = (4.0 / alpha).ln();
    let reach = sample.error() * (2.0 * log).sqrt() + 7.0 * (high - low) * log / (3.0 * (n - 1.0));
    Interval {
        estimate: sample.mean,
        low: (sample.mean - reach).max(low),
        high: (sample.mean + reach).min(high),
        alpha,
        n: sample.n,
        inference: Inference::EmpiricalBernstein,
        error: sample.has_spread().then(|| sample.error()),
    }
}

/// The one-sided upper limit, at error probability `delta`, of a mean of `n` values in [0, 1] with sample mean `mean`:
/// the largest q with n KL(mean, q) <= ln(1/delta). At mean 0 it is 1 - delta^(1/n), the best possible.
///
/// # Source
/// Hoeffding (1963), J. Am. Statist. Assoc. 58, Theorem 1, equation 2.1.
#[must_use]
pub fn hoeffding_upper(mean: f64, n: usize, delta: f64) -> f64 {
    let budget = (1.0 / delta).ln() / n as f64;
    let (mut low, mut high) = (mean.clamp(0.0, 1.0), 1.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if divergence(mean, middle) > budget {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

/// The one-sided lower limit that belongs to [`hoeffding_upper`].
#[must_use]
pub fn hoeffding_lower(mean: f64, n: usize, delta: f64) -> f64 {
    1.0 - hoeffding_upper(1.0 - mean, n, delta)
}

/// KL divergence between Bernoulli laws.
fn divergence(p: f64, q: f64) -> f64 {
    let part = |a: f64, b: f64| if a > 0.0 { a * (a / b).ln() } else { 0.0 };
    part(p, q) + part(1.0 - p, 1.0 - q)
}

/// What `n` draws, all of them `value`, say of the mean of a quantity in [`low`, `high`]: a mass p elsewhere stays unseen with
/// probability (1 - p)^n, so up to p = 1 - alpha^(1/n) of it may be hidden, at either end of the range. One event errs on both sides
/// at once, so that the whole `alpha` is spent on it.
///
/// # Source
/// Hanley and Lippman-Hand (1983), J. Am. Med. Assoc. 249: the rule of three.
#[must_use]
pub fn equal_draws(value: f64, n: usize, (low, high): (f64, f64), alpha: f64) -> Interval {
    let hidden = -(alpha.ln() / n as f64).exp_m1();
    Interval {
        estimate: value,
        low: value - hidden * (value - low),
        high: value + hidden * (high - value),
        alpha,
        n,
        inference: Inference::EqualDraws,
        error: None,
    }
}

/// The narrowest, side by side, of three intervals of values in [`low`, `high`], each at a third of the level: empirical Bernstein,
/// Hoeffding, and, where all values are equal, [`equal_draws`]. Holds for every law.
///
/// Bernstein alone has a term 7 ln(4/alpha) / (3 n) times the range that decides nothing about small masses below some
/// thousands of replicates; Hoeffding's bound is sharp exactly there (mean near an end of the range), and what equal draws hide inside it.
#[must_use]
pub fn bounded_mean(values: &[f64], (low, high): (f64, f64), alpha: f64) -> Interval {
    let each = alpha / 3.0;
    let bernstein = empirical_bernstein(values, (low, high), each);
    let range = high - low;
    let share = ((bernstein.estimate - low) / range).clamp(0.0, 1.0);
    let upper = low + range * hoeffding_upper(share, values.len(), each / 2.0);
    let lower = low + range * hoeffding_lower(share, values.len(), each / 2.0);
    let mixed = Interval { low: bernstein.low.max(lower), high: bernstein.high.min(upper), alpha, ..bernstein };
    if moments(values).has_spread() {
        return mixed;
    }
    let equal = equal_draws(bernstein.estimate, values.len(), (low, high), each);
    Interval { low: mixed.low.max(equal.low), high: mixed.high.min(equal.high), alpha, ..equal }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus as Rng;

    #[test]
    fn bernstein_by_hand_for_a_fair_coin() {
        // n = 1000, half ones, alpha = 4/e^5: V = 0.25 n/(n-1), ln = 5.
        let values: Vec<f64> = (0..1000).map(|i| f64::from(i % 2)).collect();
        let found = empirical_bernstein(&values, (0.0, 1.0), 4.0 * (-5.0_f64).exp());
        let reach = (2.0 * 0.25 * 1000.0 / 999.0 * 5.0 / 1000.0_f64).sqrt() + 35.0 / 2997.0;
        assert!((found.high - 0.5 - reach).abs() < 1e-12 && (0.5 - found.low - reach).abs() < 1e-12);
    }

    /// The rule holds in any units: what values in [2, 6] give is what the same shares of [0, 1] give, moved and stretched.
    #[test]
    fn bounded_intervals_move_with_their_units() {
        let common: Vec<f64> = (0..500).map(|i| 0.3 + 0.2 * f64::from(i % 3)).collect();
        let rare = |count: i32| (0..500).map(|i| f64::from(u8::from(i < count))).collect::<Vec<f64>>();
        for plain in [common, vec![0.8; 500], rare(3), rare(497)] {
            let moved: Vec<f64> = plain.iter().map(|share| 2.0 + 4.0 * share).collect();
            for rule in [empirical_bernstein, bounded_mean] {
                let (here, there) = (rule(&plain, (0.0, 1.0), 0.03), rule(&moved, (2.0, 6.0), 0.03));
                let expected = here.affine(4.0, 2.0);
                assert!((expected.low - there.low).abs() < 1e-9 && (expected.high - there.high).abs() < 1e-9, "{here:?} {there:?}");
                assert!((expected.estimate - there.estimate).abs() < 1e-9 && there.alpha.to_bits() == 0.03_f64.to_bits());
            }
        }
    }

    /// Each of three intervals at a third of the level, and of each side the nearer limit.
    #[test]
    fn the_narrowest_of_three_is_taken_side_by_side() {
        let rare: Vec<f64> = (0..400).map(|i| f64::from(u8::from(i < 2))).collect();
        let (found, bernstein) = (bounded_mean(&rare, (0.0, 1.0), 0.03), empirical_bernstein(&rare, (0.0, 1.0), 0.01));
        let upper = hoeffding_upper(0.005, 400, 0.005);
        assert!(upper < bernstein.high && (found.high - upper).abs() < 1e-12, "{found:?}");
        let (nearly, lower) = (rare.iter().map(|value| 1.0 - value).collect::<Vec<f64>>(), hoeffding_lower(0.995, 400, 0.005));
        assert!((bounded_mean(&nearly, (0.0, 1.0), 0.03).low - lower).abs() < 1e-12 && (lower + upper - 1.0).abs() < 1e-12);
        let common: Vec<f64> = (0..4000).map(|i| 0.5 + 0.001 * f64::from(i % 2)).collect();
        let (found, bernstein) = (bounded_mean(&common, (0.0, 1.0), 0.03), empirical_bernstein(&common, (0.0, 1.0), 0.01));
        assert!(bernstein.high < hoeffding_upper(bernstein.estimate, 4000, 0.005));
        assert!((found.high - bernstein.high).abs() < 1e-12 && (found.low - bernstein.low).abs() < 1e-12);
    }

    /// The limits solve n KL(mean, q) = ln(1/delta), written out anew, on either side of the mean.
    #[test]
    fn hoeffding_limits_solve_their_equation() {
        for (mean, n, delta) in [(0.3, 50, 0.01), (0.02, 400, 0.1), (0.9, 30, 1e-5)] {
            let budget = |q: f64| n as f64 * (mean * (mean / q).ln() + (1.0 - mean) * ((1.0 - mean) / (1.0 - q)).ln());
            let (low, high) = (hoeffding_lower(mean, n, delta), hoeffding_upper(mean, n, delta));
            assert!(low < mean && mean < high, "{low} {mean} {high}");
            for limit in [low, high] {
                assert!((budget(limit) / (1.0 / delta).ln() - 1.0).abs() < 1e-6, "{mean} {limit}");
            }
        }
    }

    #[test]
    fn hoeffding_at_zero_is_the_rule_of_three() {
        // Hanley and Lippman-Hand (1983), JAMA 249: nothing among 100, 95 % upper limit 2.95 %.
        assert!((hoeffding_upper(0.0, 100, 0.05) - (1.0 - 0.05_f64.powf(0.01))).abs() < 1e-12);
        assert!((hoeffding_upper(0.0, 100, 0.05) - 0.0295).abs() < 1e-4);
        assert!(hoeffding_lower(0.0, 100, 0.05).abs() < 1e-12);
    }

    #[test]
    fn equal_draws_hide_what_the_rule_of_three_says() {
        let found = equal_draws(1.0, 256, (1.0, 2.0), 1e-5);
        // By hand: 1 - 1e-5^(1/256) = 0.043976.
        assert!(found.low >= 1.0 && (found.high - 1.043_976).abs() < 1e-6, "{found:?}");
        let inside = bounded_mean(&[0.8; 1000], (0.0, 1.0), 0.03);
        let hidden = 1.0 - 0.01_f64.powf(1e-3);
        assert!((inside.low - 0.8 * (1.0 - hidden)).abs() < 1e-12 && (inside.high - 0.8 - 0.2 * hidden).abs() < 1e-12, "{inside:?}");
        // A law just inside stays unseen with probability alpha: (1 - hidden)^n = alpha.
        assert!(((1.0 - hidden).powi(1000) / 0.01 - 1.0).abs() < 1e-9);
    }

    #[test]
    fn what_equal_draws_hide_shrinks_with_their_number() {
        let found = equal_draws(0.0, 256, (0.0, 1.0), 1e-5);
        let needs = found.needed_for(0.01).expect("a number");
        assert!((1100..1400).contains(&needs), "{needs}");
        assert!(equal_draws(0.0, needs as usize, (0.0, 1.0), 1e-5).is_below(0.01));
    }

    #[test]
    fn bounded_intervals_cover_rare_and_common_values() {
        let mut rng = Rng::seed_from_u64(3);
        for mean in [0.004, 0.5] {
            let mut missed = 0;
            for _ in 0..2000 {
                let values: Vec<f64> = (0..400).map(|_| f64::from(u8::from(rng.random::<f64>() < mean))).collect();
                let found = bounded_mean(&values, (0.0, 1.0), 0.05);
                missed += u32::from(found.low > mean || found.high < mean);
            }
            assert!(missed <= 100, "mean {mean}: {missed} of 2000");
        }
    }
}
