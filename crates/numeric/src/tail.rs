//! How heavy the tail of a sample is: whether its mean may decide anything.

use super::{Moments, magnitude, moments};

/// What the heavy-tail guard looks at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tail {
    /// Share of the summed absolute values (deviations, for a signed sample) that the largest 1 % carry; 0 for a
    /// constant sample.
    pub share: f64,
    /// Squared skewness.
    pub squared_skewness: f64,
}

/// The tail of `values`: shares of the sum where none is negative, else of the absolute deviations from the mean.
#[must_use]
pub fn tail(values: &[f64]) -> Tail {
    tail_of(values, &moments(values))
}

/// As [`tail`], of values whose moments are known.
#[must_use]
pub fn tail_of(values: &[f64], sample: &Moments) -> Tail {
    let centre = if values.iter().all(|value| *value >= 0.0) { 0.0 } else { sample.mean };
    // In units of the largest: no sum leaves the range of numbers.
    let unit = magnitude(values).max(f64::MIN_POSITIVE);
    let mut sizes: Vec<f64> = values.iter().map(|value| (value / unit - centre / unit).abs()).collect();
    let total: f64 = sizes.iter().sum();
    let top = sizes.len().div_ceil(100).min(sizes.len());
    let share = if sample.has_spread() && total > 0.0 {
        let from = sizes.len() - top;
        sizes.select_nth_unstable_by(from, f64::total_cmp);
        sizes[from..].iter().sum::<f64>() / total
    } else {
        0.0
    };
    Tail { share, squared_skewness: sample.skewness * sample.skewness }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of a hundred ones and a two the largest 1 % (two of them) carry 3 of 102; of deviations from their mean, nearly half.
    #[test]
    fn shares_are_of_the_sum_where_nothing_is_negative_and_of_deviations_elsewhere() {
        let mut values = vec![1.0; 100];
        values.push(2.0);
        assert!((tail(&values).share - 3.0 / 102.0).abs() < 1e-12);
        let signed: Vec<f64> = values.iter().map(|value| value - 1.5).collect();
        let (ones, two) = (1.0 / 101.0, 100.0 / 101.0);
        assert!((tail(&signed).share - (ones + two) / (100.0 * ones + two)).abs() < 1e-12, "{:?}", tail(&signed));
    }

    #[test]
    fn one_giant_among_hundred_carries_its_share() {
        let mut values = vec![1.0; 100];
        values[17] = 99.0;
        assert!((tail(&values).share - 0.5).abs() < 1e-12);
        assert!(tail(&values).squared_skewness > 90.0);
        assert!(tail(&[3.0; 100]).share.abs() < 1e-12);
    }

    #[test]
    fn the_share_agrees_with_sorting() {
        let values: Vec<f64> = (0..1000).map(|i| (f64::from(i) * 0.37).sin() * f64::from(i % 13)).collect();
        let mean = values.iter().sum::<f64>() / 1000.0;
        let mut sizes: Vec<f64> = values.iter().map(|v| (v - mean).abs()).collect();
        sizes.sort_by(|a, b| b.total_cmp(a));
        let naive = sizes[..10].iter().sum::<f64>() / sizes.iter().sum::<f64>();
        assert!((tail(&values).share - naive).abs() < 1e-12);
    }
}
