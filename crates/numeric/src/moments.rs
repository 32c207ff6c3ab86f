//! Mean, spread and skewness, and intervals for a mean.

use super::quantile::t_quantile;
use super::{Inference, Interval};

/// The first three moments of a sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    /// Number of values.
    pub n: usize,
    /// Arithmetic mean.
    pub mean: f64,
    /// Square root of the unbiased variance: 0 where no spread was seen and only there, infinite where it leaves the range of
    /// numbers. The root, since the variance of numbers near 1e-180 or 1e180 is not a number that can be held.
    pub deviation: f64,
    /// Third central moment over the variance (both divided by n) to the power 3/2; 0 where no spread was seen.
    pub skewness: f64,
}

impl Moments {
    /// Whether any two values differ by more than their own rounding.
    #[must_use]
    pub fn has_spread(&self) -> bool {
        self.deviation > 0.0
    }

    /// The standard error of the mean.
    #[must_use]
    pub fn error(&self) -> f64 {
        self.deviation / (self.n as f64).sqrt()
    }
}

/// Rounding of a few operations, relative to the numbers that entered them.
const ROUNDING: f64 = 8.0 * f64::EPSILON;

/// Whether finite `values` differ by no more than the rounding of numbers as large as `magnitude`.
#[must_use]
pub fn is_constant(values: &[f64], magnitude: f64) -> bool {
    let (low, high) = ends(values);
    let spread = high - low;
    // A difference that leaves the range of numbers is one, and infinite numbers have none.
    spread.is_finite() && spread <= ROUNDING * magnitude
}

/// The least and the greatest value; (0, 0) of none.
fn ends(values: &[f64]) -> (f64, f64) {
    let first = values.first().copied().unwrap_or(0.0);
    values.iter().fold((first, first), |(low, high), value| (low.min(*value), high.max(*value)))
}

/// The largest absolute value.
#[must_use]
pub fn magnitude(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |most: f64, value| most.max(value.abs()))
}

/// The power of two just below a finite positive `size`, and never so small or so large that its inverse leaves the range of numbers:
/// division by it is exact.
fn unit_of(size: f64) -> f64 {
    size.clamp(f64::MIN_POSITIVE, 2f64.powi(1022)).log2().floor().exp2()
}

/// The moments of finite `values`, in three passes over numbers of the order of 1: values are divided by their largest, deviations by theirs,
/// so that no sum and no square leaves the range of numbers.
#[must_use]
pub fn moments(values: &[f64]) -> Moments {
    let n = values.len();
    let size = n as f64;
    let largest = magnitude(values);
    let unit = unit_of(largest);
    let limits = ends(values);
    let held = |mean: f64| (mean * unit).clamp(limits.0, limits.1);
    let rough = values.iter().map(|value| value / unit).sum::<f64>() / size;
    // A second pass takes the rounding of a long sum out of the mean.
    let mean = rough + values.iter().map(|value| value / unit - rough).sum::<f64>() / size;
    if is_constant(values, largest) {
        return Moments { n, mean: held(mean), deviation: 0.0, skewness: 0.0 };
    }
    let reach = unit_of(values.iter().fold(0.0, |most: f64, value| most.max((value / unit - mean).abs())));
    let (mut second, mut third) = (0.0, 0.0);
    for value in values {
        let deviation = (value / unit - mean) / reach;
        let square = deviation * deviation;
        second += square;
        third += square * deviation;
    }
    let skewness = (third / size) / (second / size).powf(1.5);
    let deviation = (second / (size - 1.0).max(1.0)).sqrt() * reach * unit;
    // Spread was seen: rounding to 0 must not take it away.
    Moments { n, mean: held(mean), deviation: deviation.max(f64::from_bits(1)), skewness }
}

/// Student's t interval of a mean: the plain one, kept for comparison.
#[must_use]
pub fn student_t(sample: &Moments, alpha: f64) -> Interval {
    let reach = t_quantile(1.0 - alpha / 2.0, sample.n as f64 - 1.0) * sample.error();
    interval(sample, alpha, reach, reach)
}

/// Hall's skewness-corrected t interval of a mean.
///
/// The t statistic T is replaced by g(T) = T + c(T^2/3 + 1/6) + c^2 T^3/27 with c = skewness / sqrt(n), a monotone cubic
/// whose law is closer to normal, and the interval is read through its inverse
/// g^-1(x) = (3/c) [ (1 + c (x - c/6))^(1/3) - 1 ].
///
/// # Source
/// Hall (1992), "On the removal of skewness by transformation", J. R. Statist. Soc. B 54, 221-228, transform g_3 with
/// a = 1/3, b = 1/6 for a mean. Departs from source: Student quantiles stand for normal ones.
#[must_use]
pub fn hall_t(sample: &Moments, alpha: f64) -> Interval {
    let n = sample.n as f64;
    let quantile = t_quantile(1.0 - alpha / 2.0, n - 1.0);
    let c = sample.skewness / n.sqrt();
    let scale = sample.error();
    interval(sample, alpha, scale * hall_inverse(quantile, c), -scale * hall_inverse(-quantile, c))
}

/// g^-1 of [`hall_t`], written so that it goes over into x for c near 0.
fn hall_inverse(x: f64, c: f64) -> f64 {
    let inner = c * (x - c / 6.0);
    if c.abs() < 1e-10 {
        x
    } else if inner > -0.5 {
        3.0 / c * (inner.ln_1p() / 3.0).exp_m1()
    } else {
        3.0 / c * ((1.0 + inner).cbrt() - 1.0)
    }
}

fn interval(sample: &Moments, alpha: f64, down: f64, up: f64) -> Interval {
    let error = Some(sample.error());
    Interval {
        estimate: sample.mean,
        low: sample.mean - down,
        high: sample.mean + up,
        alpha,
        n: sample.n,
        inference: Inference::HallT,
        error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_distr::{ChiSquared, Distribution};
    use rand_xoshiro::Xoshiro256PlusPlus as Rng;

    /// Darwin's 15 differences in height of crossed and self-fertilised plants in eighths of an inch.
    const DARWIN: [f64; 15] = [49.0, -67.0, 8.0, 16.0, 6.0, 23.0, 28.0, 41.0, 14.0, 29.0, 56.0, 24.0, 75.0, 60.0, -48.0];

    #[test]
    fn darwins_plants_have_the_mean_and_t_of_fisher() {
        // Fisher (1935), The Design of Experiments, section 17: mean 20.93, t = 2.148 on 14 degrees of freedom.
        let sample = moments(&DARWIN);
        assert!((sample.mean - 20.933).abs() < 1e-3);
        assert!((sample.mean / sample.error() - 2.148).abs() < 1e-3);
        let plain = student_t(&sample, 0.05);
        assert!((plain.low - 0.03).abs() < 0.01 && (plain.high - 41.84).abs() < 0.01, "{plain:?}");
    }

    #[test]
    fn halls_interval_inverts_halls_cubic() {
        // Second implementation: bisection on g itself.
        let sample = moments(&DARWIN);
        let c = sample.skewness / 15_f64.sqrt();
        let g = |t: f64| t + c * (t * t / 3.0 + 1.0 / 6.0) + c * c * t.powi(3) / 27.0;
        let solve = |x: f64| {
            let (mut low, mut high) = (-50.0, 50.0);
            for _ in 0..200 {
                let middle: f64 = f64::midpoint(low, high);
                if g(middle) < x { low = middle } else { high = middle }
            }
            low
        };
        let quantile = t_quantile(0.975, 14.0);
        let scale = sample.error();
        let found = hall_t(&sample, 0.05);
        assert!((found.low - (sample.mean - scale * solve(quantile))).abs() < 1e-8);
        assert!((found.high - (sample.mean - scale * solve(-quantile))).abs() < 1e-8);
    }

    /// Near no skewness the inverse goes over into x without cancellation: its second term is x^2/9 of c, and 1/6.
    #[test]
    fn without_skewness_halls_interval_is_students() {
        let symmetric = moments(&[-3.0, -1.0, 0.0, 1.0, 3.0]);
        let (hall, plain) = (hall_t(&symmetric, 0.05), student_t(&symmetric, 0.05));
        assert!((hall.low - plain.low).abs() < 1e-12 && (hall.high - plain.high).abs() < 1e-12, "{hall:?} {plain:?}");
        for (x, c) in [(2.0, 1e-9), (-2.0, 1e-9), (3.0, -1e-8), (4.0, 1e-6)] {
            let series = x - c * (x * x / 3.0 + 1.0 / 6.0);
            assert!((hall_inverse(x, c) - series).abs() < 20.0 * c * c + 1e-15, "{x} {c}: {} {series}", hall_inverse(x, c));
        }
    }

    /// Halves, fifths and tenths are exact in whole numbers of twentieths.
    #[test]
    fn the_mean_of_many_numbers_is_exact_to_the_last_digits() {
        let twentieths: Vec<u32> = (0..1_000_000).map(|i| 1 + (i % 1_000) * 7_919 % 37).collect();
        let values: Vec<f64> = twentieths.iter().map(|number| f64::from(*number) / 20.0).collect();
        let exact = twentieths.iter().map(|number| u64::from(*number)).sum::<u64>() as f64 / 20e6;
        assert!((moments(&values).mean / exact - 1.0).abs() < 4.0 * f64::EPSILON, "{} {exact}", moments(&values).mean);
    }

    #[test]
    fn moments_agree_with_the_definition_by_powers() {
        let values = [1.0, 2.0, 4.0, 8.0];
        let found = moments(&values);
        // By the raw moments 15/4, 85/4 and 585/4.
        let (a, b, c) = (3.75_f64, 21.25, 146.25);
        let (second, third) = (b - a * a, c - 3.0 * a * b + 2.0 * a.powi(3));
        assert!((found.deviation.powi(2) - second * 4.0 / 3.0).abs() < 1e-12);
        assert!((found.skewness - third / second.powf(1.5)).abs() < 1e-12);
    }

    #[test]
    fn only_a_constant_sample_has_no_spread() {
        for value in [0.1, 0.0, -3e-200, 1e300, f64::MAX, f64::from_bits(3)] {
            let constant = moments(&[value; 300]);
            assert!(!constant.has_spread() && constant.skewness.abs() <= 0.0, "{value}: {constant:?}");
            assert!((constant.mean - value).abs() <= 4.0 * f64::EPSILON * value.abs(), "{value}: {constant:?}");
        }
        // Sums of the same ten numbers in two orders differ by rounding alone.
        let rounded: Vec<f64> = (0..300).map(|i| if i % 2 == 0 { 0.1 + 0.2 + 0.3 } else { 0.3 + 0.2 + 0.1 }).collect();
        assert!(!moments(&rounded).has_spread());
        for (low, high) in
            [(1e-180, 3e-180), (1e-320, 3e-320), (-1e180, 1e180), (-f64::MAX, f64::MAX), (0.0, f64::from_bits(1)), (1.0, 1.0 + 1e-12)]
        {
            let values: Vec<f64> = (0..300).map(|i| if i % 3 == 0 { high } else { low }).collect();
            let found = moments(&values);
            assert!(found.has_spread() && found.mean.is_finite() && found.skewness.is_finite(), "{low}, {high}: {found:?}");
        }
    }

    /// The textbook formulas in plain arithmetic, for numbers of the order of 1.
    fn naive(values: &[f64]) -> (f64, f64, f64) {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let power = |k: i32| values.iter().map(|value| (value - mean).powi(k)).sum::<f64>() / n;
        (mean, (power(2) * n / (n - 1.0)).sqrt(), power(3) / power(2).powf(1.5))
    }

    #[test]
    fn moments_of_tiny_and_of_huge_numbers_are_those_of_plain_ones_in_other_units() {
        let mut rng = Rng::seed_from_u64(11);
        let law = ChiSquared::new(1.0).unwrap();
        let values: Vec<f64> = (0..500).map(|_| law.sample(&mut rng) - 0.7).collect();
        let (mean, deviation, skewness) = naive(&values);
        for unit in [1e-300, 1e-180, 1e-9, 1.0, 1e9, 1e180, 1e300] {
            let found = moments(&values.iter().map(|value| value * unit).collect::<Vec<_>>());
            assert!((found.mean / unit - mean).abs() < 1e-12 * mean.abs(), "{unit}: {found:?}");
            assert!((found.deviation / unit - deviation).abs() < 1e-12 * deviation, "{unit}: {found:?}");
            assert!((found.skewness - skewness).abs() < 1e-10, "{unit}: {found:?}");
            let interval = hall_t(&found, 1e-4);
            let plain = hall_t(&moments(&values), 1e-4);
            assert!((interval.low / unit - plain.low).abs() < 1e-10 && (interval.high / unit - plain.high).abs() < 1e-10, "{unit}");
        }
    }

    #[test]
    fn halls_interval_keeps_its_level_where_students_does_not() {
        // Chi-square(1), B = 256, lower-limit errors at one-sided 1e-3; the plain interval errs on the upper limit.
        let law = ChiSquared::new(1.0).unwrap();
        let mut rng = Rng::seed_from_u64(7);
        let (mut hall, mut plain) = (0, 0);
        for _ in 0..8000 {
            let values: Vec<f64> = (0..256).map(|_| law.sample(&mut rng)).collect();
            let sample = moments(&values);
            hall += u32::from(hall_t(&sample, 0.002).is_below(1.0));
            plain += u32::from(student_t(&sample, 0.002).is_below(1.0));
        }
        // Expected 8 of 8000; 99.9 % binomial quantile 18.
        assert!(hall <= 20 && plain > 2 * hall, "Hall {hall}, Student {plain}");
    }
}
