//! The numbers a network is made of. Exponential, hyperbolic tangent and logarithm are branch-free polynomials, so that every
//! processor gives the same bits and loops over them become vector code.
//!
//! Models run in `f32`. The same code runs in `f64` in the tests, where gradients are held against central finite differences.

use pulp::Simd;
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub};

/// A float on which every operation of the crate is written once.
pub(crate) trait Real:
    Copy
    + Default
    + PartialOrd
    + Send
    + Sync
    + 'static
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
{
    /// Zero.
    const ZERO: Self;
    /// One.
    const ONE: Self;
    /// The nearest number to `x`.
    fn of(x: f64) -> Self;
    /// The same number in double precision.
    fn wide(self) -> f64;
    /// The square root, correctly rounded.
    fn root(self) -> Self;
    /// e to this power; the argument is held in the range whose result is a normal number.
    fn exp(self) -> Self;
    /// The natural logarithm of a positive normal number.
    fn ln(self) -> Self;
    /// A vector of these numbers.
    type Vector<S: Simd>: Copy;
    /// Numbers of a vector.
    fn lanes<S: Simd>() -> usize;
    /// A vector of this number alone.
    fn splat<S: Simd>(simd: S, x: Self) -> Self::Vector<S>;
    /// The sum, number by number.
    fn plus<S: Simd>(simd: S, x: Self::Vector<S>, y: Self::Vector<S>) -> Self::Vector<S>;
    /// The product, number by number.
    fn times<S: Simd>(simd: S, x: Self::Vector<S>, y: Self::Vector<S>) -> Self::Vector<S>;
    /// The whole vectors of a list, from its front.
    fn vectors<S: Simd>(values: &[Self]) -> &[Self::Vector<S>];
    /// The whole vectors of a list, to write.
    fn vectors_mut<S: Simd>(values: &mut [Self]) -> &mut [Self::Vector<S>];
    /// Whether this is neither infinite nor undefined.
    fn is_finite(self) -> bool;

    /// The larger of two numbers; `other` when undefined.
    #[inline(always)]
    fn larger(self, other: Self) -> Self {
        if self > other { self } else { other }
    }

    /// The size without the sign.
    #[inline(always)]
    fn size(self) -> Self {
        if self < Self::ZERO { -self } else { self }
    }

    /// tanh x = sign(x) (1 - e^(-2|x|)) / (1 + e^(-2|x|)).
    #[inline(always)]
    fn tanh(self) -> Self {
        let e = (self.size() * Self::of(-2.0)).exp();
        let t = (Self::ONE - e) / (Self::ONE + e);
        if self < Self::ZERO { -t } else { t }
    }

    /// The logistic function 1 / (1 + e^(-x)).
    #[inline(always)]
    fn logistic(self) -> Self {
        Self::ONE / (Self::ONE + (-self).exp())
    }

    /// ln(1 + e^x) = max(x, 0) + ln(1 + e^(-|x|)), without overflow.
    #[inline(always)]
    fn softplus(self) -> Self {
        self.larger(Self::ZERO) + (Self::ONE + (-self.size()).exp()).ln()
    }
}

impl Real for f32 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;

    #[inline(always)]
    fn of(x: f64) -> Self {
        x as Self
    }

    #[inline(always)]
    fn wide(self) -> f64 {
        f64::from(self)
    }

    #[inline(always)]
    fn root(self) -> Self {
        self.sqrt()
    }

    /// Cephes `expf` (Moshier 1989): 2^k times a polynomial of degree six on |r| <= ln(2)/2.
    #[inline(always)]
    fn exp(self) -> Self {
        // Adding 3 * 2^22 rounds to an integer and leaves it in the low bits.
        const ROUND: f32 = 12_582_912.0;
        let x = if self < -87.0 { -87.0 } else { self };
        let x = if x > 88.0 { 88.0 } else { x };
        let shifted = x * std::f32::consts::LOG2_E + ROUND;
        let k = shifted - ROUND;
        let r = (x - k * 0.693_359_4) + k * 2.121_944_4e-4;
        let p = 1.987_569_2e-4 * r + 1.398_199_9e-3;
        let p = p * r + 8.333_452e-3;
        let p = p * r + 4.166_579_6e-2;
        let p = p * r + 1.666_666_5e-1;
        let p = p * r + 0.5;
        let p = p * r * r + r + 1.0;
        p * Self::from_bits(shifted.to_bits().wrapping_add(127) << 23)
    }

    /// Cephes `logf` (Moshier 1989): the exponent, and a polynomial of degree nine in f = m - 1 for m in [sqrt(1/2), sqrt(2)).
    #[inline(always)]
    fn ln(self) -> Self {
        let bits = self.to_bits();
        let exponent = (bits.wrapping_sub(0x3f35_04f3) as i32) >> 23;
        let f = Self::from_bits(bits.wrapping_sub((exponent as u32) << 23)) - 1.0;
        let e = exponent as Self;
        let p = 7.037_683_6e-2 * f - 1.151_461e-1;
        let p = p * f + 1.167_699_9e-1;
        let p = p * f - 1.242_014_1e-1;
        let p = p * f + 1.424_932_3e-1;
        let p = p * f - 1.666_805_8e-1;
        let p = p * f + 2.000_071_5e-1;
        let p = p * f - 2.499_999_4e-1;
        let p = p * f + 3.333_333e-1;
        let square = f * f;
        let low = p * f * square - 2.121_944_4e-4 * e - 0.5 * square;
        f + low + 0.693_359_4 * e
    }

    type Vector<S: Simd> = S::f32s;

    #[inline(always)]
    fn lanes<S: Simd>() -> usize {
        S::F32_LANES
    }

    #[inline(always)]
    fn splat<S: Simd>(simd: S, x: Self) -> S::f32s {
        simd.splat_f32s(x)
    }

    #[inline(always)]
    fn plus<S: Simd>(simd: S, x: S::f32s, y: S::f32s) -> S::f32s {
        simd.add_f32s(x, y)
    }

    #[inline(always)]
    fn times<S: Simd>(simd: S, x: S::f32s, y: S::f32s) -> S::f32s {
        simd.mul_f32s(x, y)
    }

    #[inline(always)]
    fn vectors<S: Simd>(values: &[Self]) -> &[S::f32s] {
        S::as_simd_f32s(values).0
    }

    #[inline(always)]
    fn vectors_mut<S: Simd>(values: &mut [Self]) -> &mut [S::f32s] {
        S::as_mut_simd_f32s(values).0
    }

    #[inline(always)]
    fn is_finite(self) -> bool {
        self.is_finite()
    }
}

/// Only the tests run in double precision.
#[cfg(test)]
impl Real for f64 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;

    fn of(x: f64) -> Self {
        x
    }

    fn wide(self) -> f64 {
        self
    }

    fn root(self) -> Self {
        self.sqrt()
    }

    fn exp(self) -> Self {
        libm::exp(self.clamp(-708.0, 709.0))
    }

    fn ln(self) -> Self {
        libm::log(self)
    }

    type Vector<S: Simd> = S::f64s;

    fn lanes<S: Simd>() -> usize {
        S::F64_LANES
    }

    fn splat<S: Simd>(simd: S, x: Self) -> S::f64s {
        simd.splat_f64s(x)
    }

    fn plus<S: Simd>(simd: S, x: S::f64s, y: S::f64s) -> S::f64s {
        simd.add_f64s(x, y)
    }

    fn times<S: Simd>(simd: S, x: S::f64s, y: S::f64s) -> S::f64s {
        simd.mul_f64s(x, y)
    }

    fn vectors<S: Simd>(values: &[Self]) -> &[S::f64s] {
        S::as_simd_f64s(values).0
    }

    fn vectors_mut<S: Simd>(values: &mut [Self]) -> &mut [S::f64s] {
        S::as_mut_simd_f64s(values).0
    }

    fn is_finite(self) -> bool {
        self.is_finite()
    }
}

/// The sum of `each` over `values` in eight fixed chains, joined in a fixed order.
#[inline(always)]
pub(crate) fn sum<T: Real>(values: &[T], each: impl Fn(T) -> T) -> T {
    let mut chains = [T::ZERO; 8];
    let (eights, rest) = values.as_chunks::<8>();
    for eight in eights {
        for (chain, value) in chains.iter_mut().zip(eight) {
            *chain += each(*value);
        }
    }
    join(chains, rest.iter().map(|value| each(*value)))
}

/// The dot product in eight fixed chains, joined in a fixed order.
#[inline(always)]
pub(crate) fn dot<T: Real>(left: &[T], right: &[T]) -> T {
    let mut chains = [T::ZERO; 8];
    let (a, rest) = left.as_chunks::<8>();
    let (b, other) = right.as_chunks::<8>();
    for (x, y) in a.iter().zip(b) {
        for j in 0..8 {
            chains[j] += x[j] * y[j];
        }
    }
    join(chains, rest.iter().zip(other).map(|(x, y)| *x * *y))
}

#[inline(always)]
fn join<T: Real>(c: [T; 8], rest: impl Iterator<Item = T>) -> T {
    let mut total = ((c[0] + c[4]) + (c[1] + c[5])) + ((c[2] + c[6]) + (c[3] + c[7]));
    for value in rest {
        total += value;
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The largest relative error over a fine grid.
    fn worst(from: f32, to: f32, ours: impl Fn(f32) -> f32, exact: impl Fn(f64) -> f64) -> f64 {
        (0..=20_000_u16)
            .map(|k| from + (to - from) * f32::from(k) / 20_000.0)
            .map(|x| {
                let want = exact(f64::from(x));
                (f64::from(ours(x)) - want).abs() / want.abs().max(1e-3)
            })
            .fold(0.0, f64::max)
    }

    #[test]
    fn elementary_functions_are_accurate_to_a_few_last_bits() {
        assert!(worst(-80.0, 80.0, Real::exp, libm::exp) < 3e-7);
        assert!(worst(1e-6, 1e-2, Real::ln, libm::log) < 3e-7);
        assert!(worst(0.01, 90.0, Real::ln, libm::log) < 3e-7);
        assert!(worst(-9.0, 9.0, Real::tanh, libm::tanh) < 1e-4);
        assert!(worst(-30.0, 30.0, Real::softplus, |x| libm::log1p(libm::exp(x))) < 2e-4);
        assert!(worst(-30.0, 30.0, Real::logistic, |x| 1.0 / (1.0 + libm::exp(-x))) < 1e-6);
    }

    #[test]
    fn sums_and_dot_products_agree_with_the_naive_ones() {
        let values: Vec<f64> = (0..37).map(|k| f64::from(k) * 0.5 - 3.0).collect();
        assert!((sum(&values, |x| x * x) - values.iter().map(|x| x * x).sum::<f64>()).abs() < 1e-9);
        assert!((dot(&values, &values) - values.iter().map(|x| x * x).sum::<f64>()).abs() < 1e-9);
    }
}
