//! The accuracy of linear class boundaries on Gaussian classes, without sampling.
//!
//! Takes true components of one isotropic covariance and fitted coefficients; exact for two classes in any dimension and
//! for any number in one coordinate, by quadrature over slices in two, undefined beyond.

use super::classes::Classes;
use crate::sim::special::normal_cdf;

/// Slices over +- 8 deviations of a class; the trapezoid rule on them errs below 1e-5.
const SLICES: u32 = 801;

/// Share of inputs given their own class by the largest logit; `None` for more than two classes in more than two
/// coordinates.
#[must_use]
pub fn accuracy<const D: usize>(classes: &Classes<D>, coefficients: &[f64]) -> Option<f64> {
    let width = classes.dimension + 1;
    let zero = vec![0.0; width];
    let logits: Vec<&[f64]> = std::iter::once(zero.as_slice()).chain(coefficients.chunks_exact(width)).collect();
    // Of component c, whose class is k.
    let right = |c: usize| -> Option<f64> {
        let k = classes.classes[c];
        // What class k's logit exceeds the others by: all must be positive.
        let margins: Vec<(usize, Vec<f64>)> =
            (0..logits.len()).filter(|m| *m != k).map(|m| (m, logits[k].iter().zip(logits[m]).map(|(a, b)| a - b).collect())).collect();
        if let [(other, margin)] = margins.as_slice() {
            Some(half_space(classes, c, margin, k < *other))
        } else if classes.dimension == 1 {
            Some(interval(classes, c, margins.iter().map(|(m, b)| (b[0], b[1], k < *m))))
        } else if classes.dimension == 2 {
            Some(slices(classes, c, k, &margins))
        } else {
            None
        }
    };
    let shares = (0..classes.means.len()).map(|c| right(c).map(|share| classes.weights[c] * share));
    shares.sum::<Option<f64>>()
}

/// Mass of component c where a margin is positive; where the margin is constant, the first of equal classes wins.
fn half_space<const D: usize>(classes: &Classes<D>, c: usize, margin: &[f64], wins_ties: bool) -> f64 {
    let mean = margin[0] + margin[1..].iter().zip(&classes.means[c]).map(|(b, m)| b * m).sum::<f64>();
    let spread = classes.deviation * margin[1..].iter().map(|b| b * b).sum::<f64>().sqrt();
    if spread > 0.0 { normal_cdf(mean / spread) } else { f64::from(u8::from(mean > 0.0 || (mean >= 0.0 && wins_ties))) }
}

/// Mass of component c along coordinate 0 where every a + b x is positive.
fn interval<const D: usize>(classes: &Classes<D>, c: usize, lines: impl Iterator<Item = (f64, f64, bool)>) -> f64 {
    let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
    for (a, b, wins_ties) in lines {
        if b > 0.0 {
            low = low.max(-a / b);
        } else if b < 0.0 {
            high = high.min(-a / b);
        } else if !(a > 0.0 || (a >= 0.0 && wins_ties)) {
            return 0.0;
        }
    }
    let place = |x: f64| normal_cdf((x - classes.means[c][0]) / classes.deviation);
    (place(high) - place(low)).max(0.0)
}

/// Mass of component c, whose class is k, where all margins are positive.
fn slices<const D: usize>(classes: &Classes<D>, c: usize, k: usize, margins: &[(usize, Vec<f64>)]) -> f64 {
    let step = 16.0 / f64::from(SLICES - 1);
    let slice = |i: u32| {
        let z = -8.0 + step * f64::from(i);
        let y = classes.means[c][1] + classes.deviation * z;
        let density = (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt();
        density * interval(classes, c, margins.iter().map(|(m, b)| (b[0] + b[2] * y, b[1], k < *m)))
    };
    step * (0..SLICES).map(slice).sum::<f64>()
}
