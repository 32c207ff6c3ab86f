//! Random numbers from the caller's generator: normal draws by Box and Muller, whose logarithm, sine and cosine are `libm`'s, so that no
//! processor or C library changes a bit.

use crate::real::Real;
use rand::{Rng, RngExt};

/// Two independent standard normal draws.
///
/// # Source
/// Box and Muller (1958).
pub(crate) fn normal_pair(rng: &mut dyn Rng) -> (f64, f64) {
    let radius = (-2.0 * libm::log(1.0 - rng.random::<f64>())).sqrt();
    let (sine, cosine) = libm::sincos(std::f64::consts::TAU * rng.random::<f64>());
    (radius * cosine, radius * sine)
}

/// Fills `out` with independent draws of N(0, deviation^2).
pub(crate) fn fill_normal<T: Real>(out: &mut [T], deviation: f64, rng: &mut dyn Rng) {
    for pair in out.chunks_mut(2) {
        let (first, second) = normal_pair(rng);
        pair[0] = T::of(deviation * first);
        if let Some(place) = pair.get_mut(1) {
            *place = T::of(deviation * second);
        }
    }
}

/// A place drawn with probability proportional to `weights`, whose sum is `total`; the last where rounding leaves none.
pub(crate) fn pick(weights: &[f32], total: f64, rng: &mut dyn Rng) -> usize {
    let mut left = rng.random::<f64>() * total;
    for (at, weight) in weights.iter().enumerate() {
        left -= f64::from(*weight);
        if left < 0.0 {
            return at;
        }
    }
    weights.len() - 1
}
