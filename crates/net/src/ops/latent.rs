//! The drawn latent of a variational autoencoder: z = mean + e^(log variance / 2) noise.
//!
//! A row of the input is [mean | log variance], each `d` numbers.
//!
//! # Source
//! Kingma and Welling (2014), section 2.4 and equation 10.

use crate::real::Real;

/// Writes the draws, and in `kept` the standard deviations.
pub(crate) fn forward<T: Real>(d: usize, x: &[T], noise: &[T], z: &mut [T], kept: &mut [T]) {
    let rows = x.chunks_exact(2 * d).zip(noise.chunks_exact(d));
    for ((x, e), (z, deviation)) in rows.zip(z.chunks_exact_mut(d).zip(kept.chunks_exact_mut(d))) {
        for j in 0..d {
            deviation[j] = (x[d + j] * T::of(0.5)).exp();
            z[j] = x[j] + deviation[j] * e[j];
        }
    }
}

/// Adds to the gradient of [mean | log variance].
pub(crate) fn backward<T: Real>(d: usize, (noise, kept): (&[T], &[T]), gradient: &[T], of_x: &mut [T]) {
    let rows = gradient.chunks_exact(d).zip(noise.chunks_exact(d)).zip(kept.chunks_exact(d));
    for (((g, e), deviation), of_x) in rows.zip(of_x.chunks_exact_mut(2 * d)) {
        for j in 0..d {
            of_x[j] += g[j];
            of_x[d + j] += T::of(0.5) * g[j] * e[j] * deviation[j];
        }
    }
}
