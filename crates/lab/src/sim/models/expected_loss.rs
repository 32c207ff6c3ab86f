//! The expected log loss of a linear score on Gaussian inputs of two classes, without sampling.
//!
//! A linear score of a Gaussian component is Gaussian, so the loss is an integral over one dimension.

use super::fairness::Scored;
use crate::sim::kernel_exp::exp;
use std::f64::consts::PI;

/// Beyond so many deviations a Gaussian has no mass that counts.
const REACH: f64 = 9.0;
/// The error of the rule is e to minus this: rounding is no smaller.
const DIGITS: f64 = 34.0;
/// Beyond this spread the series about zero is exact to ten digits, and shorter than the rule.
const WIDE: f64 = 50.0;

/// Cross-entropy of the score's law of labels and the classes: expectation of ln(1 + e^Z) - class Z, in nats.
#[must_use]
pub fn log_loss(parts: &[Scored]) -> f64 {
    let one = |part: &Scored| part.weight * (softplus(part.mean, part.spread) - part.class as f64 * part.mean);
    parts.iter().filter(|part| part.weight > 0.0).map(one).sum()
}

/// Expectation of ln(1 + e^Z) of a Gaussian Z.
///
/// The trapezoid rule, which converges geometrically: ln(1 + e^Z) is analytic up to Z = +- i pi, so in a strip of half-width
/// a = pi / spread about the line, and the rule of step h errs by about e^(a^2 / 2 - 2 pi a / h).
///
/// # Source
/// Trefethen and Weideman (2014), "The Exponentially Convergent Trapezoidal Rule", Theorem 5.1.
fn softplus(mean: f64, spread: f64) -> f64 {
    let of = |z: f64| z.max(0.0) + exp(-z.abs()).ln_1p();
    if !(spread > 0.0) {
        return of(mean);
    }
    if spread > WIDE {
        return wide(mean, spread);
    }
    let strip = (0.95 * PI / spread).min((2.0 * DIGITS).sqrt());
    let step = 2.0 * PI * strip / (DIGITS + 0.5 * strip * strip);
    let half = (REACH / step).ceil() as i32;
    let node = |k: i32| {
        let z = step * f64::from(k);
        exp(-0.5 * z * z) * of(mean + spread * z)
    };
    step / (2.0 * PI).sqrt() * (-half..=half).map(node).sum::<f64>()
}

/// The part above zero in closed form; of the rest, ln(1 + e^-|Z|), which lives near zero, the first three terms of the series in
/// 1 / spread, whose coefficients are twice its moments there over 0!, 2! and 4!.
fn wide(mean: f64, spread: f64) -> f64 {
    let at = mean / spread;
    let density = (-0.5 * at * at).exp() / (2.0 * PI).sqrt();
    let above = mean * crate::sim::special::normal_cdf(at) + spread * density;
    let (square, bend) = (at * at, (spread * spread).recip());
    let second = (square - 1.0) * bend * 7.0 * PI.powi(4) / 360.0;
    let fourth = (square * (square - 6.0) + 3.0) * bend * bend * 31.0 * PI.powi(6) / 15_120.0;
    above + density / spread * (PI * PI / 6.0 + second + fourth)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A fine rule on the same integral, split where nothing is smooth.
    fn finely(mean: f64, spread: f64) -> f64 {
        let (steps, reach) = (2_000_000, 10.0);
        let h = 2.0 * reach / f64::from(steps);
        let value = |k: i32| {
            let z = -reach + h * (f64::from(k) + 0.5);
            let x: f64 = mean + spread * z;
            (-0.5 * z * z).exp() * (x.max(0.0) + (-x.abs()).exp().ln_1p())
        };
        h / (2.0 * PI).sqrt() * (0..steps).map(value).sum::<f64>()
    }

    #[test]
    fn the_expectation_is_that_of_a_fine_rule() {
        for spread in [0.0, 1e-9, 0.1, 0.7, 1.5, 4.0, 12.0, 49.9, 50.1, 300.0] {
            for mean in [-60.0, -3.0, 0.0, 0.4, 8.0, 200.0] {
                let (value, fine) = (softplus(mean, spread), finely(mean, spread));
                assert!((value - fine).abs() < 1e-9 * (1.0 + fine.abs()), "{mean} {spread}: {value} {fine}");
            }
        }
    }

    #[test]
    fn a_score_that_knows_nothing_loses_one_bit() {
        let part = |class| Scored { weight: 0.5, class, group: 0, mean: 0.0, spread: 0.0 };
        assert!((log_loss(&[part(0), part(1)]) - 2.0_f64.ln()).abs() < 1e-15);
    }
}
