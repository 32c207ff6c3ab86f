//! The law of a quadratic form in normal variables: P(sum (c_k + sqrt(e_k) Z_k)^2 > x).
//!
//! First the Laplace transform is inverted on two Talbot contours of a few points; where these agree, as they do unless
//! the form lies far beyond x, their value stands. Else the characteristic function is inverted on a lattice. The aliasing error is below the mass
//! further than ten standard deviations (and 40 of the largest term) from the mean; the truncated tail is below 1e-6 of the oscillation.
//!
//! # Source
//! Imhof (1961), "Computing the distribution of quadratic forms in normal variables", Biometrika 48; lattice of
//! Davies (1973), "Numerical inversion of a characteristic function", Biometrika 60. Contours: Abate and Valko (2004),
//! "Multi-precision Laplace transform inversion", Int. J. Numer. Meth. Engng 60, the fixed Talbot method.

use crate::sim::vectors::widest;
use nalgebra::Complex;
use std::f64::consts::PI;
use std::sync::LazyLock;

/// Points of the two contours; each is good to about 10^(-0.6 points) before rounding.
const CONTOURS: [u32; 2] = [20, 24];
/// Nodes of the larger contour.
const MOST: usize = 24;
/// Square roots multiplied before a logarithm is taken: their product stays far from the largest number.
const FACTORS: usize = 16;
/// Largest difference between the contours at which their value stands.
const AGREE: f64 = 1e-8;

/// Lattice points at most; reached only by two-dimensional forms, whose characteristic function decays slowly.
const POINTS: usize = 60_000;

/// P(Q > x) for Q = sum of (c + sqrt(e) Z)^2 over `terms` (e, c), e >= 0.
#[must_use]
pub fn exceeds(terms: &[(f64, f64)], x: f64) -> f64 {
    let mean: f64 = terms.iter().map(|(e, c)| e + c * c).sum();
    let variance: f64 = terms.iter().map(|(e, c)| 2.0 * e * e + 4.0 * e * c * c).sum();
    let largest = terms.iter().map(|(e, _)| *e).fold(0.0, f64::max);
    let deviation = variance.sqrt();
    if !(deviation > 1e-12 * mean.max(x)) {
        return f64::from(u8::from(mean > x));
    }
    if x > 0.0 {
        let [coarse, fine] = NODES.each_ref().map(|nodes| below(terms, x, nodes));
        if (coarse - fine).abs() < AGREE && (-AGREE..=1.0 + AGREE).contains(&fine) {
            return (1.0 - fine).clamp(0.0, 1.0);
        }
    }
    on_the_lattice(terms, x, mean, deviation, largest)
}

/// A point of a contour, and the share of the integral that the transform has there.
struct Node {
    place: Complex<f64>,
    weight: Complex<f64>,
}

/// The nodes of both contours for x = 1: a place s stands for s / x.
static NODES: LazyLock<[Vec<Node>; 2]> = LazyLock::new(|| CONTOURS.map(nodes));

fn nodes(points: u32) -> Vec<Node> {
    let radius = 0.4 * f64::from(points);
    let node = |place: Complex<f64>, slope: Complex<f64>| Node { place, weight: 0.4 * place.exp() * slope / place };
    let right = node(Complex::new(radius, 0.0), Complex::new(0.5, 0.0));
    let rest = (1..points).map(|k| {
        let angle = f64::from(k) * PI / f64::from(points);
        let cot = angle.tan().recip();
        node(Complex::new(radius * angle * cot, radius * angle), Complex::new(1.0, angle + (angle * cot - 1.0) * cot))
    });
    std::iter::once(right).chain(rest).collect()
}

/// P(Q <= x) on a Talbot contour: the transform is exp(-sum c^2 s / (1 + 2 e s)) / (s prod sqrt(1 + 2 e s)).
fn below(terms: &[(f64, f64)], x: f64, nodes: &[Node]) -> f64 {
    let (mut log, mut roots) = ([[0.0; MOST]; 2], [[1.0; MOST], [0.0; MOST]]);
    let mut at = [[0.0; MOST]; 2];
    for (place, node) in nodes.iter().enumerate() {
        (at[0][place], at[1][place]) = (node.place.re / x, node.place.im / x);
    }
    for some in terms.chunks(FACTORS) {
        widest(
            #[inline(always)]
            || multiply(some, &at, &mut log, &mut roots),
        );
        if some.len() == FACTORS {
            for place in 0..nodes.len() {
                let taken = Complex::new(roots[0][place], roots[1][place]).ln();
                (log[0][place], log[1][place]) = (log[0][place] - taken.re, log[1][place] - taken.im);
            }
            roots = [[1.0; MOST], [0.0; MOST]];
        }
    }
    let transform = |place: usize| Complex::new(log[0][place], log[1][place]).exp() / Complex::new(roots[0][place], roots[1][place]);
    nodes.iter().enumerate().map(|(place, node)| (transform(place) * node.weight).re).sum()
}

/// What some terms add to the logarithm and to the product of roots, at every node at once: real parts first, then imaginary ones. The root is the
/// one in the right half-plane, found without angles: the contour lies above the real axis, where it is continuous.
#[inline(always)]
fn multiply(terms: &[(f64, f64)], at: &[[f64; MOST]; 2], log: &mut [[f64; MOST]; 2], roots: &mut [[f64; MOST]; 2]) {
    for (e, c) in terms {
        for i in 0..MOST {
            let (re, im) = (1.0 + at[0][i] * (2.0 * e), at[1][i] * (2.0 * e));
            let square = re * re + im * im;
            if c.abs() > 0.0 {
                let (up_re, up_im) = (at[0][i] * (c * c), at[1][i] * (c * c));
                log[0][i] -= (up_re * re + up_im * im) / square;
                log[1][i] -= (up_im * re - up_re * im) / square;
            }
            let larger = (0.5 * (square.sqrt() + re.abs())).sqrt();
            let smaller = 0.5 * im / larger;
            let (root_re, root_im) = if re >= 0.0 { (larger, smaller) } else { (smaller, larger) };
            (roots[0][i], roots[1][i]) = (roots[0][i] * root_re - roots[1][i] * root_im, roots[1][i] * root_re + roots[0][i] * root_im);
        }
    }
}

fn on_the_lattice(terms: &[(f64, f64)], x: f64, mean: f64, deviation: f64, largest: f64) -> f64 {
    // Values of Q - x outside this distance have no mass worth 1e-8.
    let reach = (x - mean).abs() + 10.0 * deviation + 40.0 * largest;
    let step = 2.0 * PI / (2.0 * reach);
    let mut sum = 0.0;
    for k in 0..POINTS {
        let u = (k as f64 + 0.5) * step;
        let (log_size, phase) = terms.iter().fold((0.0, -u * x), |(log_size, phase), (e, c)| {
            let v = 2.0 * u * e;
            let square = 1.0 + v * v;
            (log_size - 0.25 * square.ln() - c * c * u * v / square, phase + 0.5 * v.atan() + c * c * u / square)
        });
        let size = log_size.exp() / (k as f64 + 0.5);
        sum += size * phase.sin();
        if size < 1e-9 {
            break;
        }
    }
    (0.5 + sum / PI).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{ChiSquared, ContinuousCDF};

    #[test]
    fn equal_terms_without_shift_are_chi_square() {
        for d in [2, 3, 5, 10, 100] {
            let law = ChiSquared::new(f64::from(d)).expect("degrees are positive");
            for (e, x) in [(1.0, 0.5 * f64::from(d)), (1.0, f64::from(d)), (0.3, f64::from(d)), (2.0, 3.0 * f64::from(d))] {
                let terms = vec![(e, 0.0); d as usize];
                assert!((exceeds(&terms, x) - law.sf(x / e)).abs() < 1e-6, "d {d} e {e} x {x}");
            }
        }
    }

    /// The same contour, node by node.
    fn plainly(terms: &[(f64, f64)], x: f64, nodes: &[Node]) -> f64 {
        let transform = |s: Complex<f64>| {
            let one = |e: f64| Complex::new(1.0, 0.0) + s * (2.0 * e);
            let log: Complex<f64> = terms.iter().map(|(e, c)| -s * (c * c) / one(*e) - 0.5 * one(*e).ln()).sum();
            log.exp()
        };
        nodes.iter().map(|node| (transform(node.place / x) * node.weight).re).sum()
    }

    #[test]
    fn nodes_at_once_are_nodes_one_by_one() {
        let many: Vec<(f64, f64)> = (1..50).map(|k| (1.0 / f64::from(k), 0.1 * f64::from(k % 3))).collect();
        for terms in [&many[..], &many[..FACTORS], &many[..3], &[(0.7, 0.0); 40]] {
            let mean: f64 = terms.iter().map(|(e, c)| e + c * c).sum();
            for (x, nodes) in [0.4, 1.0, 2.5].into_iter().flat_map(|share| NODES.iter().map(move |nodes| (share * mean, nodes))) {
                assert!((below(terms, x, nodes) - plainly(terms, x, nodes)).abs() < 1e-8, "{x}");
            }
        }
    }

    #[test]
    fn contour_and_lattice_agree_on_shifted_forms() {
        for terms in [vec![(1.0, 0.5), (0.2, 1.0), (0.7, 0.0)], vec![(0.9, 0.1); 10], vec![(0.01, 2.0), (1.5, 0.3), (0.5, 0.5)]] {
            let mean: f64 = terms.iter().map(|(e, c)| e + c * c).sum();
            let deviation = terms.iter().map(|(e, c)| 2.0 * e * e + 4.0 * e * c * c).sum::<f64>().sqrt();
            let largest = terms.iter().map(|(e, _)| *e).fold(0.0, f64::max);
            for x in [0.5 * mean, mean, 2.0 * mean] {
                let lattice = on_the_lattice(&terms, x, mean, deviation, largest);
                assert!((exceeds(&terms, x) - lattice).abs() < 1e-5, "{terms:?} at {x}");
            }
        }
    }
}
