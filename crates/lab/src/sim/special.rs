//! Special functions that several rooms need.

use statrs::function::erf::erfc;
use std::f64::consts::{FRAC_1_SQRT_2, PI};
use std::sync::LazyLock;

/// Standard normal distribution function.
#[must_use]
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * erfc(-x * FRAC_1_SQRT_2)
}

/// Upper tail probability of the standard normal, for readings of fits: up to [`LAST`] deviations by Taylor polynomials about the nearest of
/// many places, beyond, where no reading of a cell goes, by the library's function, which costs several times as much. The polynomials add a relative error below 1e-11 to that
/// of the library at their place, whose pieces miss each other by up to 1e-10 (at 0.71 and 1.06 for example).
#[must_use]
pub fn normal_upper(x: f64) -> f64 {
    let size = x.abs();
    let place = (size * PLACES + 0.5) as usize;
    let Some(terms) = TAILS.get(place).filter(|_| size <= LAST) else { return 0.5 * erfc(x * FRAC_1_SQRT_2) };
    let step = size - place as f64 / PLACES;
    let upper = terms.iter().rev().fold(0.0, |sum, term| sum * step + term);
    if x < 0.0 { 1.0 - upper } else { upper }
}

/// Places per deviation.
const PLACES: f64 = 32.0;
/// Deviations that the places reach.
const LAST: f64 = 8.5;
/// Terms of a polynomial.
const TERMS: usize = 8;

/// Taylor coefficients of the upper tail probability at every place. The k-th derivative of the density is its product with (-1)^k times the
/// Hermite polynomial He_k, and He_(k+1) = x He_k - k He_(k-1).
static TAILS: LazyLock<Vec<[f64; TERMS]>> = LazyLock::new(|| {
    let about = |x: f64| {
        let mut terms = [0.0; TERMS];
        terms[0] = 0.5 * erfc(x * FRAC_1_SQRT_2);
        let (mut hermite, mut before) = (1.0, 0.0);
        // -density / k!, with the sign of the derivative.
        let mut factor = -(-0.5 * x * x).exp() / (2.0 * PI).sqrt();
        for (k, term) in terms.iter_mut().enumerate().skip(1) {
            *term = factor * hermite;
            (hermite, before) = (x * hermite - (k - 1) as f64 * before, hermite);
            factor /= -((k + 1) as f64);
        }
        terms
    };
    (0..=(PLACES * LAST) as usize).map(|place| about(place as f64 / PLACES)).collect()
});

/// ln of the sum of exponentials, without overflow; minus infinity for no terms.
pub fn log_sum_exp(terms: impl Iterator<Item = f64> + Clone) -> f64 {
    let top = terms.clone().fold(f64::NEG_INFINITY, f64::max);
    if top.is_finite() { top + terms.map(|term| (term - top).exp()).sum::<f64>().ln() } else { top }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upper_tails_are_those_of_the_error_function() {
        for k in -9_000..9_000 {
            let x = f64::from(k) * 1e-3 + 1.7e-4;
            let (found, expected) = (normal_upper(x), 0.5 * erfc(x * FRAC_1_SQRT_2));
            // Twice what the library's own pieces miss each other by.
            assert!((found - expected).abs() <= 2e-10 * expected, "{x}: {found} and {expected}");
            assert!((normal_upper(-x) + found - 1.0).abs() < 1e-15);
        }
        assert!(normal_upper(f64::INFINITY) <= 0.0 && normal_upper(f64::NEG_INFINITY) >= 1.0 && normal_upper(f64::NAN).is_nan());
    }
}
