//! Special functions that several rooms need.

use statrs::function::erf::erfc;
use std::f64::consts::FRAC_1_SQRT_2;

/// Standard normal distribution function.
#[must_use]
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * erfc(-x * FRAC_1_SQRT_2)
}

/// ln of the sum of exponentials, without overflow; minus infinity for no terms.
pub fn log_sum_exp(terms: impl Iterator<Item = f64> + Clone) -> f64 {
    let top = terms.clone().fold(f64::NEG_INFINITY, f64::max);
    if top.is_finite() { top + terms.map(|term| (term - top).exp()).sum::<f64>().ln() } else { top }
}
