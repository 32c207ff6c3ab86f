//! Layer norm: every row less its mean, over its standard deviation, times a gain, plus a shift.
//!
//! # Source
//! Ba, Kiros and Hinton (2016), equation 3, with 1e-5 under the root.

use crate::lanes::Runner;
use crate::real::{Real, dot, sum};

const UNDER_ROOT: f64 = 1e-5;

/// Writes the rows, and in `kept` (one per row) one over their standard deviation.
pub(crate) fn forward<T: Real>(runner: Runner, x: &[T], (gain, shift): (&[T], &[T]), y: &mut [T], kept: &mut [T]) {
    let width = gain.len();
    let share = T::of(1.0 / width as f64);
    runner.run(
        #[inline(always)]
        || {
            for ((y, x), inverse) in y.chunks_exact_mut(width).zip(x.chunks_exact(width)).zip(kept) {
                let mean = sum(x, |value| value) * share;
                let variance = sum(x, |value| (value - mean) * (value - mean)) * share;
                *inverse = T::ONE / (variance + T::of(UNDER_ROOT)).root();
                for ((y, x), (gain, shift)) in y.iter_mut().zip(x).zip(gain.iter().zip(shift)) {
                    *y = (*x - mean) * *inverse * *gain + *shift;
                }
            }
        },
    );
}

/// The gradients to which `backward` adds.
pub(crate) struct Gradients<'a, T> {
    pub(crate) x: &'a mut [T],
    pub(crate) gain: &'a mut [T],
    pub(crate) shift: &'a mut [T],
}

/// Adds to the gradients. With h the row before the gain and u = g * gain, that of x is
/// `(u - mean(u) - h mean(u h)) / deviation`. `room` holds two rows.
pub(crate) fn backward<T: Real>(runner: Runner, (x, gain, kept): (&[T], &[T], &[T]), gradient: &[T], of: Gradients<T>, room: &mut Vec<T>) {
    let width = gain.len();
    let share = T::of(1.0 / width as f64);
    room.resize(2 * width, T::ZERO);
    let (h, u) = room.split_at_mut(width);
    let Gradients { x: of_x, gain: of_gain, shift: of_shift } = of;
    runner.run(
        #[inline(always)]
        || {
            let rows = gradient.chunks_exact(width).zip(x.chunks_exact(width)).zip(kept);
            for (((g, x), inverse), d) in rows.zip(of_x.chunks_exact_mut(width)) {
                let mean = sum(x, |value| value) * share;
                // Loops of few lists each, so that the compiler makes vector code of them.
                for (h, x) in h.iter_mut().zip(x) {
                    *h = (*x - mean) * *inverse;
                }
                for (u, (g, gain)) in u.iter_mut().zip(g.iter().zip(gain)) {
                    *u = *g * *gain;
                }
                for ((of_gain, of_shift), (g, h)) in of_gain.iter_mut().zip(of_shift.iter_mut()).zip(g.iter().zip(&*h)) {
                    *of_gain += *g * *h;
                    *of_shift += *g;
                }
                let (middle, along) = (sum(u, |value| value) * share, dot(u, h) * share);
                for (d, (u, h)) in d.iter_mut().zip(u.iter().zip(&*h)) {
                    *d += *inverse * (*u - middle - *h * along);
                }
            }
        },
    );
}
