//! Exact binomial intervals: of a share, and of a median by order statistics.

use super::quantile::beta_quantile;
use super::{Inference, Interval};
use statrs::function::beta::beta_reg;

/// The Clopper-Pearson interval of a share: `successes` of `n`.
///
/// # Source
/// Clopper and Pearson (1934), Biometrika 26, 404-413.
///
/// # Panics
/// For no trials, or more successes than trials.
#[must_use]
pub fn clopper_pearson(successes: usize, n: usize, alpha: f64) -> Interval {
    assert!(n > 0 && successes <= n, "{successes} successes of {n} trials");
    let (k, size) = (successes as f64, n as f64);
    let low = if successes == 0 { 0.0 } else { beta_quantile(alpha / 2.0, k, size - k + 1.0) };
    let high = if successes == n { 1.0 } else { beta_quantile(1.0 - alpha / 2.0, k + 1.0, size - k) };
    Interval { estimate: k / size, low, high, alpha, n, inference: Inference::ClopperPearson, error: None }
}

/// The median of `values`, which may be infinite; of an even number the middle of the two central ones.
///
/// # Panics
/// For no values.
#[must_use]
pub fn median(values: &[f64]) -> f64 {
    middle(&mut values.to_vec())
}

/// The median, by selection: the order of `values` is lost, the lower half ends up in front.
fn middle(values: &mut [f64]) -> f64 {
    assert!(!values.is_empty(), "a median needs values");
    let is_odd = values.len() % 2 == 1;
    let (below, high, _) = values.select_nth_unstable_by(values.len() / 2, f64::total_cmp);
    let high = *high;
    let low = if is_odd { high } else { below.iter().copied().max_by(f64::total_cmp).unwrap_or(high) };
    if low.is_infinite() || high.is_infinite() { high } else { f64::midpoint(low, high) }
}

/// The interval of a median between order statistics r and n + 1 - r, with the largest r for which
/// P(Binomial(n, 1/2) < r) <= alpha/2; unbounded where n is too small. Values may be infinite.
///
/// # Source
/// David and Nagaraja (2003), Order Statistics, section 7.1.
#[must_use]
pub fn median_interval(values: &[f64], alpha: f64) -> Interval {
    let mut values = values.to_vec();
    let n = values.len();
    let estimate = middle(&mut values);
    let rank = median_rank(n, alpha);
    let (low, high) = if rank == 0 {
        (f64::NEG_INFINITY, f64::INFINITY)
    } else {
        let mut at = |place: usize| *values.select_nth_unstable_by(place, f64::total_cmp).1;
        (at(rank - 1), at(n - rank))
    };
    // Two equal order statistics are no lack of spread: with the stated probability the median lies between them, so it is that atom.
    let inference = if low >= high { Inference::OrderStatisticsAtom } else { Inference::OrderStatistics };
    Interval { estimate, low, high, alpha, n, inference, error: None }
}

/// The largest r with P(Binomial(n, 1/2) <= r - 1) <= alpha/2.
fn median_rank(n: usize, alpha: f64) -> usize {
    // P(Bin(n, 1/2) <= r - 1) = I_(1/2)(n - r + 1, r).
    let below = |r: usize| beta_reg((n - r + 1) as f64, r as f64, 0.5);
    let (mut low, mut high) = (0, n / 2 + 1);
    while high - low > 1 {
        let r = usize::midpoint(low, high);
        if below(r) <= alpha / 2.0 {
            low = r;
        } else {
            high = r;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus as Rng;

    #[test]
    fn a_median_is_the_middle_one_or_between_the_middle_two() {
        let of = |values: &[f64], expected: f64| assert!((median(values) - expected).abs() < 1e-15, "{values:?}: {}", median(values));
        of(&[7.0], 7.0);
        of(&[9.0, 1.0], 5.0);
        of(&[3.0, 1.0, 2.0], 2.0);
        of(&[4.0, 10.0, 1.0, 2.0], 3.0);
        of(&[5.0, 1.0, 3.0, 2.0, 4.5], 3.0);
        assert!(median(&[1.0, f64::INFINITY, f64::INFINITY]).is_infinite() && median(&[1.0, f64::INFINITY]).is_infinite());
    }

    #[test]
    fn clopper_pearson_gives_newcombes_table() {
        // Newcombe (1998), Statistics in Medicine 17, 857-872, Table I, method 5.
        for (k, n, low, high) in [(81, 263, 0.2527, 0.3676), (15, 148, 0.0578, 0.1617), (0, 20, 0.0, 0.1684), (1, 29, 0.0009, 0.1776)] {
            let found = clopper_pearson(k, n, 0.05);
            assert!((found.estimate - f64::from(k as u32) / f64::from(n as u32)).abs() < 1e-15);
            assert!((found.low - low).abs() < 6e-5 && (found.high - high).abs() < 6e-5, "{k}/{n}: {found:?}");
        }
    }

    #[test]
    fn the_median_of_ten_lies_between_the_second_and_ninth() {
        // Coverage 97.85 %, the textbook case (Conover 1999, section 3.2).
        let values: Vec<f64> = (1..=10).map(f64::from).collect();
        let found = median_interval(&values, 0.0216);
        assert!((found.low - 2.0).abs() < 1e-12 && (found.high - 9.0).abs() < 1e-12 && (found.estimate - 5.5).abs() < 1e-12);
        let wider = median_interval(&values, 0.0214);
        assert!((wider.low - 1.0).abs() < 1e-12);
        assert!(median_interval(&values[..4], 0.01).high.is_infinite());
    }

    /// Width 0 is right at an atom: the interval misses the median 0 of this law no more often than it may, though most are [0, 0].
    #[test]
    fn an_atom_at_the_median_is_found_and_covered() {
        let mut rng = Rng::seed_from_u64(5);
        let (mut missed, mut widthless) = (0, 0);
        for _ in 0..2000 {
            // P(X = 0) = 0.36, P(X < 0) = 0.25.
            let values: Vec<f64> = (0..256).map(|_| rng.random::<f64>()).map(|u| (u - 0.25).min(0.0) + (u - 0.61).max(0.0)).collect();
            let found = median_interval(&values, 0.05);
            missed += u32::from(found.low > 0.0 || found.high < 0.0);
            widthless += u32::from(found.inference == Inference::OrderStatisticsAtom);
        }
        // 99.9 % binomial quantile of 2,000 at 5 %: 131.
        assert!(missed <= 131 && widthless > 1500, "missed {missed}, of width 0 {widthless}");
    }

    #[test]
    fn ranks_agree_with_summed_binomial_probabilities() {
        for n in [5, 12, 31, 256] {
            for alpha in [0.2, 0.01, 1e-4] {
                let mut cumulative = 0.0;
                let mut mass = 0.5_f64.powi(n);
                let mut rank = 0;
                for k in 0..n {
                    cumulative += mass;
                    if cumulative > alpha / 2.0 {
                        break;
                    }
                    rank = k as usize + 1;
                    mass *= f64::from(n - k) / f64::from(k + 1);
                }
                assert_eq!(median_rank(n as usize, alpha), rank, "n {n}, alpha {alpha}");
            }
        }
    }

    #[test]
    fn censored_values_stay_above_every_number() {
        assert!(median(&[1.0, 2.0, f64::INFINITY]) < 3.0);
        assert!(median(&[1.0, f64::INFINITY]).is_infinite());
    }
}
