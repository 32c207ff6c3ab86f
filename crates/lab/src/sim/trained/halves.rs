//! A number read from examples that a model made, with its error.
//!
//! The error is half the distance of the same number read from each half of the examples: a two-group jackknife, crude and valid for any
//! statistic, however it is computed.

use crate::sim::chain::Reading;

/// What `read` says of all examples, with its error.
pub fn of_examples<E>(examples: &[E], read: impl Fn(&[E]) -> Option<f64>) -> Reading {
    let Some(value) = read(examples).filter(|value| !value.is_nan()) else { return Reading::Undefined };
    let (first, second) = examples.split_at(examples.len() / 2);
    let error = match (read(first), read(second)) {
        (Some(a), Some(b)) if a.is_finite() && b.is_finite() => (a - b).abs() / 2.0,
        _ => f64::INFINITY,
    };
    Reading::Sampled { value, error }
}

/// A mean over examples with its standard error.
pub fn mean(values: &[f64]) -> Reading {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    if mean.is_nan() {
        return Reading::Undefined;
    }
    let spread = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
    Reading::Sampled { value: mean, error: (spread / n).sqrt() }
}
