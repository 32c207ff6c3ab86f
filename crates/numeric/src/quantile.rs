//! Quantiles of the normal, Student and beta laws.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};
use statrs::function::beta::{beta_reg, ln_beta};

/// The quantile of the standard normal law at `p` in (0, 1).
///
/// # Panics
/// For `p` outside (0, 1).
#[must_use]
pub fn normal_quantile(p: f64) -> f64 {
    assert!(p > 0.0 && p < 1.0, "a quantile needs a probability inside (0, 1), found {p}");
    Normal::standard().inverse_cdf(p)
}

/// The quantile of Student's t at `p` with `freedom` degrees of freedom.
///
/// From 200 degrees on by the expansion of Abramowitz and Stegun (1964), 26.7.5, whose error there is below 1e-7 for
/// every level in use (a search on the distribution function is a hundred times slower); otherwise by `statrs`.
///
/// # Panics
/// For `p` outside (0, 1) or a freedom that is not positive.
#[must_use]
pub fn t_quantile(p: f64, freedom: f64) -> f64 {
    assert!(freedom > 0.0, "degrees of freedom must be positive, found {freedom}");
    if freedom < 200.0 {
        assert!(p > 0.0 && p < 1.0, "a quantile needs a probability inside (0, 1), found {p}");
        return StudentsT::new(0.0, 1.0, freedom).expect("positive freedom").inverse_cdf(p);
    }
    let z = normal_quantile(p);
    let s = z * z;
    let first = z * (s + 1.0) / 4.0;
    let second = z * ((5.0 * s + 16.0) * s + 3.0) / 96.0;
    let third = z * (((3.0 * s + 19.0) * s + 17.0) * s - 15.0) / 384.0;
    let fourth = z * ((((79.0 * s + 776.0) * s + 1482.0) * s - 1920.0) * s - 945.0) / 92_160.0;
    z + (first + (second + (third + fourth / freedom) / freedom) / freedom) / freedom
}

/// The quantile of the beta law with parameters `a` and `b` at `p`: Newton's method on the distribution function from the
/// mean, kept inside a shrinking bracket.
///
/// # Panics
/// For `p` outside (0, 1) or parameters that are not positive.
#[must_use]
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    assert!(p > 0.0 && p < 1.0 && a > 0.0 && b > 0.0, "beta quantile outside its domain: p {p}, a {a}, b {b}");
    let scale = ln_beta(a, b);
    let (mut low, mut high, mut x) = (0.0, 1.0, a / (a + b));
    for _ in 0..100 {
        let excess = beta_reg(a, b, x) - p;
        if excess < 0.0 {
            low = x;
        } else {
            high = x;
        }
        let slope = ((a - 1.0) * x.ln() + (b - 1.0) * (-x).ln_1p() - scale).exp();
        let newton = x - excess / slope;
        let next = if newton > low && newton < high { newton } else { f64::midpoint(low, high) };
        if (next - x).abs() <= 1e-15 * x {
            return next;
        }
        x = next;
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_agree_with_printed_tables() {
        // Fisher and Yates (1963), Tables I and III.
        for (found, printed) in [
            (normal_quantile(0.975), 1.959_964),
            (normal_quantile(0.9995), 3.290_527),
            (t_quantile(0.975, 10.0), 2.228_139),
            (t_quantile(0.9995, 60.0), 3.460_200),
            (t_quantile(0.975, 1000.0), 1.962_339),
        ] {
            assert!((found - printed).abs() < 2e-6, "{found} against {printed}");
        }
    }

    /// The expansion written out as printed (Abramowitz and Stegun 1964, 26.7.5), in powers of the normal quantile.
    #[test]
    fn the_expansion_has_the_printed_coefficients() {
        for p in [0.6, 0.975, 0.9999, 0.999_998, 1e-5] {
            let z = normal_quantile(p);
            let terms = [
                (z.powi(3) + z) / 4.0,
                (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0,
                (3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z) / 384.0,
                (79.0 * z.powi(9) + 776.0 * z.powi(7) + 1482.0 * z.powi(5) - 1920.0 * z.powi(3) - 945.0 * z) / 92_160.0,
            ];
            let printed = z + (1..).zip(terms).map(|(power, term)| term / 200_f64.powi(power)).sum::<f64>();
            assert!((t_quantile(p, 200.0) - printed).abs() < 1e-14 * printed.abs(), "{p}");
        }
    }

    #[test]
    fn the_expansion_for_many_degrees_agrees_with_the_distribution_function() {
        for freedom in [200.0, 255.0, 4095.0] {
            let law = StudentsT::new(0.0, 1.0, freedom).unwrap();
            for tail in [0.05, 1e-3, 1e-5, 1e-7] {
                let back = law.cdf(-t_quantile(1.0 - tail, freedom));
                assert!((back / tail - 1.0).abs() < 1e-4, "freedom {freedom}, tail {tail}: {back}");
            }
        }
    }

    #[test]
    fn the_beta_quantile_agrees_with_bisection_far_into_the_tails() {
        let bisected = |p: f64, a: f64, b: f64| {
            let (mut low, mut high) = (0.0, 1.0);
            for _ in 0..80 {
                let middle = f64::midpoint(low, high);
                if beta_reg(a, b, middle) < p { low = middle } else { high = middle }
            }
            low
        };
        for n in [256.0, 1000.0, 32_768.0] {
            for k in [1.0, 2.0, 17.0, n / 2.0, n - 3.0, n] {
                for p in [1e-9, 1e-4, 0.025, 0.5, 0.975, 1.0 - 1e-9] {
                    let (found, expected) = (beta_quantile(p, k, n - k + 1.0), bisected(p, k, n - k + 1.0));
                    assert!(
                        (found - expected).abs() <= 1e-9 * expected,
                        "Beta({k}, {}) at {p}: {found}, by bisection {expected}",
                        n - k + 1.0
                    );
                }
            }
        }
    }

    #[test]
    fn the_beta_quantile_inverts_the_uniform_and_the_power_law() {
        assert!((beta_quantile(0.3, 1.0, 1.0) - 0.3).abs() < 1e-12);
        assert!((beta_quantile(0.3, 4.0, 1.0) - 0.3_f64.powf(0.25)).abs() < 1e-12);
    }
}
