//! An affine coupling of `d` coordinates: those kept pass, the others become x e^s + t. Its log determinant is the sum of s.
//!
//! A row of the parameters is [raw scale | shift], each `d` numbers, read only where coordinates move; s = 2 tanh(raw) cannot run off.
//!
//! # Source
//! Dinh, Sohl-Dickstein and Bengio (2017), equations 4 to 8.

use crate::real::Real;

/// The bound of s.
const BOUND: f64 = 2.0;

/// s = 2 tanh(raw).
#[inline(always)]
fn log_scale<T: Real>(raw: T) -> T {
    T::of(BOUND) * raw.tanh()
}

/// Writes the rows, in `kept` the log scales (zero where a coordinate is kept), and takes the log determinants from `losses`.
pub(crate) fn forward<T: Real>(stays: &[bool], (x, parameters): (&[T], &[T]), y: &mut [T], (kept, losses): (&mut [T], &mut [f64])) {
    let d = stays.len();
    let rows = x.chunks_exact(d).zip(parameters.chunks_exact(2 * d));
    let written = y.chunks_exact_mut(d).zip(kept.chunks_exact_mut(d));
    for (((x, p), (y, s)), loss) in rows.zip(written).zip(losses) {
        for j in 0..d {
            if stays[j] {
                (y[j], s[j]) = (x[j], T::ZERO);
            } else {
                s[j] = log_scale(p[j]);
                y[j] = x[j] * s[j].exp() + p[d + j];
                *loss -= s[j].wide();
            }
        }
    }
}

/// Replaces the rows y by the x from which `forward` would have made them, given the parameters (which depend on what stays alone).
pub(crate) fn invert<T: Real>(stays: &[bool], parameters: &[T], rows: &mut [T]) {
    let d = stays.len();
    for (row, p) in rows.chunks_exact_mut(d).zip(parameters.chunks_exact(2 * d)) {
        for j in (0..d).filter(|j| !stays[*j]) {
            row[j] = (row[j] - p[d + j]) * (-log_scale(p[j])).exp();
        }
    }
}

/// Adds to the gradients of x and of the parameters; `shares` are the rows' parts in the loss.
pub(crate) fn backward<T: Real>(
    stays: &[bool],
    (x, kept, shares): (&[T], &[T], &[T]),
    gradient: &[T],
    (of_x, of_parameters): (&mut [T], &mut [T]),
) {
    let d = stays.len();
    let rows = gradient.chunks_exact(d).zip(x.chunks_exact(d)).zip(kept.chunks_exact(d)).zip(shares);
    let outcome = of_x.chunks_exact_mut(d).zip(of_parameters.chunks_exact_mut(2 * d));
    for ((((g, x), s), share), (of_x, of_p)) in rows.zip(outcome) {
        for j in 0..d {
            if stays[j] {
                of_x[j] += g[j];
                continue;
            }
            let (scale, t) = (s[j].exp(), s[j] * T::of(1.0 / BOUND));
            of_x[j] += g[j] * scale;
            of_p[j] += (g[j] * x[j] * scale - *share) * T::of(BOUND) * (T::ONE - t * t);
            of_p[d + j] += g[j];
        }
    }
}
