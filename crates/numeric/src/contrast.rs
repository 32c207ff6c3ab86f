//! Linear combinations of paired columns, smooth functions of their means, and slopes.

use super::{is_constant, magnitude};

/// Per replicate, the weighted sum of `columns`: a paired contrast. Sums that differ only by the rounding of what entered them are one
/// number, their first: what is left where columns cancel is no spread.
///
/// # Panics
/// When columns and weights are not as many, or columns differ in length.
#[must_use]
pub fn combine(columns: &[&[f64]], weights: &[f64]) -> Vec<f64> {
    assert_eq!(columns.len(), weights.len(), "one weight for each column");
    let mut sum = vec![0.0; columns.first().map_or(0, |column| column.len())];
    for (column, weight) in columns.iter().zip(weights) {
        assert_eq!(column.len(), sum.len(), "paired columns are equally long");
        sum.iter_mut().zip(*column).for_each(|(total, value)| *total += weight * value);
    }
    let entered = columns.iter().zip(weights).map(|(column, weight)| weight.abs() * magnitude(column)).sum();
    settled(sum, entered)
}

/// `values` as they are, or all of them their first, where they differ by no more than the rounding of numbers of size `entered`.
fn settled(mut values: Vec<f64>, entered: f64) -> Vec<f64> {
    if is_constant(&values, entered) {
        let first = values.first().copied().unwrap_or(0.0);
        values.fill(first);
    }
    values
}

/// Natural logs; of equal values, up to rounding, equal logs.
#[must_use]
pub fn logs(values: &[f64]) -> Vec<f64> {
    match values.first() {
        Some(first) if is_constant(values, magnitude(values)) => vec![first.ln(); values.len()],
        Some(_) | None => values.iter().map(|value| value.ln()).collect(),
    }
}

/// The arithmetic mean, in units of the largest value: no sum leaves the range of numbers.
#[must_use]
pub fn average(values: &[f64]) -> f64 {
    let unit = magnitude(values).max(f64::MIN_POSITIVE);
    values.iter().map(|value| value / unit).sum::<f64>() / values.len() as f64 * unit
}

/// Per replicate, value + gradient . (x - mean): numbers whose mean is `value` and whose variance is the delta method's
/// gradient' Covariance gradient, skewness included.
///
/// # Source
/// The delta method, for example van der Vaart (1998), Asymptotic Statistics, Theorem 3.1.
#[must_use]
pub fn linearised(columns: &[&[f64]], value: f64, gradient: &[f64]) -> Vec<f64> {
    let mut influence = combine(columns, gradient);
    let mean = average(&influence);
    influence.iter_mut().for_each(|x| *x += value - mean);
    influence
}

/// The weights w for which sum w_i y_i is the least-squares slope of y on `x`: fixed numbers, so that a slope is a
/// linear contrast of each replicate and dependence between points needs no model.
///
/// `None` with fewer than two distinct points.
#[must_use]
pub fn fixed_slope_weights(x: &[f64]) -> Option<Vec<f64>> {
    let mean = x.iter().sum::<f64>() / x.len() as f64;
    let spread: f64 = x.iter().map(|v| (v - mean).powi(2)).sum();
    (x.len() > 1 && spread > 0.0).then(|| x.iter().map(|v| (v - mean) / spread).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moments;

    #[test]
    fn slopes_agree_with_the_normal_equations_and_an_anscombe_set() {
        // Anscombe (1973), The American Statistician 27, set I: slope 0.500.
        let x = [10.0, 8.0, 13.0, 9.0, 11.0, 14.0, 6.0, 4.0, 12.0, 7.0, 5.0];
        let y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
        let slope: f64 = fixed_slope_weights(&x).unwrap().iter().zip(y).map(|(w, v)| w * v).sum();
        let (n, sx, sy) = (11.0, x.iter().sum::<f64>(), y.iter().sum::<f64>());
        let (sxy, sxx) = (x.iter().zip(y).map(|(a, b)| a * b).sum::<f64>(), x.iter().map(|a| a * a).sum::<f64>());
        assert!((slope - 0.500_09).abs() < 1e-5);
        assert!((slope - (n * sxy - sx * sy) / (n * sxx - sx * sx)).abs() < 1e-12);
        assert!(fixed_slope_weights(&[2.0, 2.0]).is_none());
    }

    #[test]
    fn columns_that_cancel_leave_no_spread() {
        let column: Vec<f64> = (0..300).map(|i| 0.1 + 0.01 * f64::from(i)).collect();
        let thirds: Vec<f64> = column.iter().map(|value| value / 3.0).collect();
        assert!(!moments(&combine(&[&column, &thirds], &[1.0, -3.0])).has_spread());
        assert!(moments(&combine(&[&column, &thirds], &[1.0, -2.999])).has_spread());
        let ones: Vec<f64> = (0..300).map(|i| if i % 2 == 0 { 1.0 } else { 1.0 + f64::EPSILON }).collect();
        assert!(!moments(&logs(&ones)).has_spread());
        assert!(moments(&logs(&column)).has_spread());
    }

    /// What counts as rounding is measured by what entered: weight times size.
    #[test]
    fn small_weights_leave_small_spreads_and_large_columns_may_cancel() {
        let column: Vec<f64> = (0..300).map(|i| 100.0 + 0.01 * f64::from(i)).collect();
        assert!(moments(&combine(&[&column], &[1e-14])).has_spread());
        let (once, thrice): (Vec<f64>, Vec<f64>) = (0..300).map(|i| 1e8 + 0.1 * f64::from(i)).map(|x| (0.1 * x, 0.3 * x)).unzip();
        assert!(once.iter().zip(&thrice).any(|(x, y)| (y - 3.0 * x).abs() > 0.0), "rounding is seen");
        assert!(!moments(&combine(&[&thrice, &once], &[1.0, -3.0])).has_spread());
    }

    #[test]
    fn influence_is_centred_at_the_value() {
        let x = [2.0, 4.0, 9.0];
        let mean = moments(&x).mean;
        let found = moments(&linearised(&[&x], mean.ln(), &[1.0 / mean]));
        assert!((found.mean - mean.ln()).abs() < 1e-12 && (found.deviation - moments(&x).deviation / mean).abs() < 1e-12);
    }

    #[test]
    fn infinite_numbers_are_no_constant() {
        let mixed = [1.0, f64::INFINITY, 3.0];
        let sums = combine(&[&mixed], &[1.0]);
        assert!(sums[1].is_infinite() && (sums[2] - 3.0).abs() < 1e-12, "{sums:?}");
    }

    #[test]
    fn an_average_stays_in_the_range_of_numbers() {
        assert!((average(&[1e308, 1.5e308, 1.7e308]) / 1.4e308 - 1.0).abs() < 1e-12);
        assert!((average(&[1.0, 2.0, 6.0]) - 3.0).abs() < 1e-12 && average(&[0.0; 3]).abs() <= 0.0);
    }

    #[test]
    fn linearised_ratio_has_the_textbook_delta_variance() {
        // var(x/y) ~ (s_x^2 - 2 r s_xy + r^2 s_y^2) / (n y^2), Cochran (1977), equation 2.39 without the finite correction.
        let x = [2.0, 4.0, 9.0, 5.0];
        let y = [1.0, 3.0, 5.0, 3.0];
        let (a, b) = (moments(&x), moments(&y));
        let ratio = a.mean / b.mean;
        let line = moments(&linearised(&[&x, &y], ratio, &[1.0 / b.mean, -ratio / b.mean]));
        let cross: f64 = x.iter().zip(y).map(|(p, q)| (p - a.mean) * (q - b.mean)).sum::<f64>() / 3.0;
        let expected = (a.deviation.powi(2) - 2.0 * ratio * cross + (ratio * b.deviation).powi(2)) / b.mean.powi(2);
        assert!((line.mean - ratio).abs() < 1e-12 && (line.deviation.powi(2) - expected).abs() < 1e-12);
    }
}
