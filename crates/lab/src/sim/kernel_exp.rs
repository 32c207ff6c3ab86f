//! Exponentials of numbers that are zero or less, written so that the compiler turns them into vector code.
//!
//! [`exp`] takes x <= 0 and gives e^x with a relative error below 4e-16 down to x = -708, and 0 below. [`half_power`]
//! gives 2^-s in units of [`UNIT`] with a relative error below 4e-11 at half the cost: sums over kernels need no more.
//! No table, no code chosen at run time, so every processor of a target gives the same bits.

/// Below this the result is 0: e^-708 is the last power that is a normal number.
const LOWEST: f64 = -708.0;
/// 1.5 * 2^52: adding it rounds to the nearest whole number, left in the low bits.
const ROUNDER: f64 = 6_755_399_441_055_744.0;
const LOG2_E: f64 = std::f64::consts::LOG2_E;
/// ln 2 in two parts; the first has 32 trailing zero bits, so that k times it is exact.
const LN2_HIGH: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000);
const LN2_LOW: f64 = f64::from_bits(0x3dea_39ef_3579_3c76);

/// e^x for x <= 0.
///
/// x = k ln 2 + r with |r| <= ln 2 / 2; e^r by its Taylor polynomial of degree 13, whose remainder is below 5e-18.
#[inline(always)]
#[must_use]
pub fn exp(x: f64) -> f64 {
    let inside = x.max(LOWEST);
    let shifted = inside * LOG2_E + ROUNDER;
    let k = shifted - ROUNDER;
    let r = (inside - k * LN2_HIGH) - k * LN2_LOW;
    let r2 = r * r;
    let r4 = r2 * r2;
    // Estrin's scheme: short chains of dependent operations.
    let p01 = 1.0 + r;
    let p23 = 0.5 + r * (1.0 / 6.0);
    let p45 = 1.0 / 24.0 + r * (1.0 / 120.0);
    let p67 = 1.0 / 720.0 + r * (1.0 / 5_040.0);
    let p89 = 1.0 / 40_320.0 + r * (1.0 / 362_880.0);
    let p1011 = 1.0 / 3_628_800.0 + r * (1.0 / 39_916_800.0);
    let p1213 = 1.0 / 479_001_600.0 + r * (1.0 / 6_227_020_800.0);
    let low = (p23 + r2 * p45) + r4 * (p67 + r2 * p89);
    let high = p1011 + r2 * p1213;
    let power = p01 + r2 * (low + r4 * r4 * high);
    // The low bits of `shifted` are k; moved to the exponent they make 2^k.
    let scale = f64::from_bits(shifted.to_bits().wrapping_add(1023) << 52);
    let value = power * scale;
    if x < LOWEST { 0.0 } else { value }
}

/// Largest s that [`half_power`] takes: beyond, 2^-s is no normal number.
pub const LARGEST: f64 = 1022.0;
/// What the results of [`half_power`] are to be multiplied by: the square of the polynomial's leading coefficient.
pub const UNIT: f64 = 2.404_544_094_373_739e-6 * 2.404_544_094_373_739e-6;

/// 2^-s / [`UNIT`] for 0 <= s <= [`LARGEST`].
///
/// s = k + g with |g| <= 1/2; 2^(-g/2) by its minimax polynomial of degree 6 (relative error 1.5e-11), which has no real
/// root and is written as three quadratics, then squared. Factors cost fewer operations than a chain of coefficients.
#[inline(always)]
#[must_use]
pub fn half_power(s: f64) -> f64 {
    let shifted = s + ROUNDER;
    let g = s - (shifted - ROUNDER);
    let first = (g - 13.651_186_956_754_692) * g + 52.426_162_115_120_25;
    let second = (g - 8.333_538_416_191_345) * g + 66.613_772_099_854_57;
    let third = (g + 4.634_478_929_699_492) * g + 119.084_479_134_288_94;
    let root = (first * second) * third;
    // The low bits of `shifted` are k; taken from the exponent they halve k times.
    f64::from_bits((root * root).to_bits().wrapping_sub(shifted.to_bits() << 52))
}

/// [`half_power`] of any s >= 0: beyond [`LARGEST`] as there.
#[inline(always)]
#[must_use]
pub fn half_power_of_any(s: f64) -> f64 {
    half_power(if s < LARGEST { s } else { LARGEST })
}

#[cfg(test)]
mod tests {
    use super::{LARGEST, UNIT, exp, half_power, half_power_of_any};

    #[test]
    fn it_agrees_with_the_library_to_four_parts_in_ten_to_the_sixteen() {
        let mut worst = 0.0_f64;
        for i in 0..2_000_000 {
            let x = -708.0 * (f64::from(i) / 2_000_000.0).powi(3);
            worst = worst.max((exp(x) / x.exp() - 1.0).abs());
        }
        assert!(worst < 4.5e-16, "{worst}");
    }

    #[test]
    fn zero_gives_one_and_far_below_gives_nothing() {
        assert!((exp(0.0) - 1.0).abs() < 1e-300);
        assert!(exp(-708.5) <= 0.0 && exp(f64::NEG_INFINITY) <= 0.0);
        assert!(exp(-1e-300) <= 1.0);
    }

    #[test]
    fn half_powers_are_right_to_four_parts_in_ten_to_the_eleven() {
        let (mut worst, mut mean, count) = (0.0_f64, 0.0, 2_000_000);
        for i in 0..count {
            let s = LARGEST * (f64::from(i) / f64::from(count)).powi(3);
            let error = UNIT * half_power(s) / (-s).exp2() - 1.0;
            worst = worst.max(error.abs());
            mean += error / f64::from(count);
        }
        assert!(worst < 4e-11 && mean.abs() < 1e-11, "{worst} {mean}");
    }

    #[test]
    fn half_powers_end_at_the_smallest_normal_number() {
        for s in [LARGEST, 1023.0, 1e9, f64::INFINITY] {
            assert!((UNIT * half_power_of_any(s) / f64::MIN_POSITIVE - 1.0).abs() < 4e-11);
        }
        assert!((UNIT * half_power_of_any(3.25) - 2.0_f64.powf(-3.25)).abs() < 4e-12);
    }
}
