//! Truths that make points: Gaussians, mixtures, blobs, moons, circles and the swiss roll, in at most D coordinates.
//!
//! Takes a [`Truth`] and gives draws, moments, and the truth as a sum of Gaussian pieces: its components, or nodes along
//! its noisy curve. Coordinates from the truth's dimension up to D stay zero.

use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use std::f64::consts::PI;

use super::regression::eigenvalues;
use crate::random::{Purpose, Rng, Streams};
use crate::sim::Truth;

/// A point in at most D coordinates.
pub type Point<const D: usize> = [f64; D];

/// A Gaussian with independent coordinates, and its weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Piece<const D: usize> {
    /// Share of the mass.
    pub weight: f64,
    /// Mean.
    pub mean: Point<D>,
    /// Standard deviation of each coordinate.
    pub deviation: Point<D>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Curve {
    Moons,
    Circles { factor: f64 },
    SwissRoll,
}

#[derive(Debug, Clone, PartialEq)]
enum Law {
    /// Drawn as listed.
    Pieces,
    /// Centres drawn anew in every replicate.
    Blobs { deviation: f64 },
    /// A point of the curve plus noise.
    Noisy { curve: Curve, noise: f64 },
}

/// A law of points.
#[derive(Debug, Clone, PartialEq)]
pub struct Source<const D: usize> {
    /// Number of coordinates in use, at most D.
    pub dimension: usize,
    law: Law,
    pieces: Vec<Piece<D>>,
}

/// Most nodes a curve is given; thinner noise has no density here.
const NODES: f64 = 40_000.0;

impl<const D: usize> Source<D> {
    /// The points of a truth; `None` if it makes no points or has more than D coordinates.
    #[must_use]
    pub fn of(truth: &Truth) -> Option<Self> {
        let (dimension, law, pieces) = match truth {
            Truth::Gaussian { dimension, mean, spectrum } => {
                let values = eigenvalues(spectrum, *dimension);
                if values.len() != *dimension || *dimension > D {
                    return None;
                }
                let (mut center, mut deviation) = ([0.0; D], [0.0; D]);
                center[..*dimension].fill(*mean);
                deviation.iter_mut().zip(&values).for_each(|(s, value)| *s = value.sqrt());
                (*dimension, Law::Pieces, vec![Piece { weight: 1.0, mean: center, deviation }])
            }
            Truth::GaussianMixture { weights, means, deviations } => {
                let dimension = means.first()?.len();
                if means.iter().any(|mean| mean.len() != dimension) || weights.len() != means.len() || deviations.len() != means.len() {
                    return None;
                }
                let piece = |((weight, mean), deviation): ((&f64, &Vec<f64>), &f64)| isotropic(*weight, mean, *deviation);
                let pieces = weights.iter().zip(means).zip(deviations).map(piece).collect::<Option<Vec<_>>>()?;
                (dimension, Law::Pieces, pieces)
            }
            Truth::Blobs { centers, deviation } => {
                let blob = isotropic(1.0 / *centers as f64, &[0.0, 0.0], *deviation)?;
                (2, Law::Blobs { deviation: *deviation }, vec![blob; *centers])
            }
            Truth::Moons { noise } => (2, Law::Noisy { curve: Curve::Moons, noise: *noise }, nodes(Curve::Moons, *noise)),
            Truth::Circles { noise, factor } => {
                let curve = Curve::Circles { factor: *factor };
                (2, Law::Noisy { curve, noise: *noise }, nodes(curve, *noise))
            }
            Truth::SwissRoll { noise } => (2, Law::Noisy { curve: Curve::SwissRoll, noise: *noise }, nodes(Curve::SwissRoll, *noise)),
            Truth::Categorical { .. }
            | Truth::Poisson { .. }
            | Truth::Exponential { .. }
            | Truth::Bernoulli { .. }
            | Truth::LinearRegression { .. }
            | Truth::LabelledMixture { .. }
            | Truth::Text { .. }
            | Truth::Tabular { .. } => return None,
        };
        (dimension >= 1 && dimension <= D && !pieces.is_empty()).then_some(Self { dimension, law, pieces })
    }

    /// Starts a replicate: draws the centres of blobs, uniform in [-10, 10]^2.
    pub fn begin(&mut self, streams: &Streams) {
        if let Law::Blobs { .. } = self.law {
            let mut rng = streams.at(0, Purpose::Truth);
            for piece in &mut self.pieces {
                piece.mean[..2].iter_mut().for_each(|x| *x = rng.random_range(-10.0..10.0));
            }
        }
    }

    /// One point.
    pub fn draw(&self, rng: &mut Rng) -> Point<D> {
        let (mut point, deviation) = match &self.law {
            Law::Pieces | Law::Blobs { .. } => {
                let piece = self.choose(rng);
                (piece.mean, piece.deviation)
            }
            Law::Noisy { curve, noise } => (curve.at(rng.random_range(0..2), rng.random()), [*noise; D]),
        };
        for (x, s) in point[..self.dimension].iter_mut().zip(&deviation) {
            *x += s * Distribution::<f64>::sample(&StandardNormal, rng);
        }
        point
    }

    fn choose(&self, rng: &mut Rng) -> &Piece<D> {
        if let [only] = self.pieces.as_slice() {
            return only;
        }
        let mut left: f64 = rng.random();
        for piece in &self.pieces {
            left -= piece.weight;
            if left < 0.0 {
                return piece;
            }
        }
        &self.pieces[self.pieces.len() - 1]
    }

    /// The truth as a sum of Gaussians; of a curve, nodes no more than half a noise deviation apart, whose sum
    /// differs from the curve's density by less than 1e-8 of its height away from its ends.
    #[must_use]
    pub fn pieces(&self) -> &[Piece<D>] {
        &self.pieces
    }

    /// The modes: components of a mixture or blobs, with weight, mean and deviation. Empty for one Gaussian or a curve.
    #[must_use]
    pub fn modes(&self) -> &[Piece<D>] {
        match self.law {
            Law::Pieces | Law::Blobs { .. } if self.pieces.len() > 1 => &self.pieces,
            Law::Pieces | Law::Blobs { .. } | Law::Noisy { .. } => &[],
        }
    }

    /// Whether the truth is exactly the sum of its pieces.
    #[must_use]
    pub const fn is_mixture(&self) -> bool {
        match self.law {
            Law::Pieces | Law::Blobs { .. } => true,
            Law::Noisy { .. } => false,
        }
    }

    /// Mean, and trace of the covariance.
    #[must_use]
    pub fn moments(&self) -> (Point<D>, f64) {
        let (mut mean, mut second) = ([0.0; D], 0.0);
        for piece in &self.pieces {
            // Coordinates not in use are zero in mean and deviation.
            for ((sum, m), s) in mean.iter_mut().zip(&piece.mean).zip(&piece.deviation) {
                *sum += piece.weight * m;
                second += piece.weight * (m * m + s * s);
            }
        }
        (mean, second - mean.iter().map(|m| m * m).sum::<f64>())
    }
}

/// Squared distance.
#[must_use]
pub fn distance_squared<const D: usize>(a: &Point<D>, b: &Point<D>) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

fn isotropic<const D: usize>(weight: f64, mean: &[f64], deviation: f64) -> Option<Piece<D>> {
    let (mut center, mut spread) = ([0.0; D], [0.0; D]);
    center.get_mut(..mean.len())?.copy_from_slice(mean);
    spread[..mean.len()].fill(deviation);
    Some(Piece { weight, mean: center, deviation: spread })
}

impl Curve {
    /// The point of branch 0 or 1 at `u` in [0, 1), as scikit-learn documents `make_moons`, `make_circles` and
    /// `make_swiss_roll` (first and third coordinate).
    fn at<const D: usize>(self, branch: usize, u: f64) -> Point<D> {
        let [x, y] = match (self, branch) {
            (Self::Moons, 0) => [(PI * u).cos(), (PI * u).sin()],
            (Self::Moons, _) => [1.0 - (PI * u).cos(), 0.5 - (PI * u).sin()],
            (Self::Circles { .. }, 0) => [(2.0 * PI * u).cos(), (2.0 * PI * u).sin()],
            (Self::Circles { factor }, _) => [factor * (2.0 * PI * u).cos(), factor * (2.0 * PI * u).sin()],
            (Self::SwissRoll, _) => {
                let t = 1.5 * PI * (1.0 + 2.0 * u);
                [t * t.cos(), t * t.sin()]
            }
        };
        let mut point = [0.0; D];
        point.iter_mut().zip([x, y]).for_each(|(p, c)| *p = c);
        point
    }

    /// Greatest speed of a branch, in length per unit of u, and the number of different branches.
    fn speed(self) -> (f64, usize) {
        match self {
            Self::Moons => (PI, 2),
            Self::Circles { .. } => (2.0 * PI, 2),
            Self::SwissRoll => (3.0 * PI * (1.0 + (4.5 * PI).powi(2)).sqrt(), 1),
        }
    }
}

/// Midpoints of equal steps of u along every branch.
fn nodes<const D: usize>(curve: Curve, noise: f64) -> Vec<Piece<D>> {
    let (speed, branches) = curve.speed();
    let count = (2.0 * speed / noise).ceil().clamp(16.0, NODES);
    let mut deviation = [0.0; D];
    deviation.iter_mut().take(2).for_each(|s| *s = noise);
    let node = |branch: usize, i: u32| {
        let u = (f64::from(i) + 0.5) / count;
        Piece { weight: 1.0 / (count * branches as f64), mean: curve.at(branch, u), deviation }
    };
    (0..branches).flat_map(|branch| (0..count as u32).map(move |i| node(branch, i))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::models::trial::{seeded, streams};

    #[test]
    fn every_shape_has_the_moments_of_its_pieces() {
        let truths = [
            Truth::Moons { noise: 0.05 },
            Truth::Circles { noise: 0.05, factor: 0.8 },
            Truth::SwissRoll { noise: 0.05 },
            Truth::Blobs { centers: 3, deviation: 1.0 },
        ];
        for truth in &truths {
            let mut source = Source::<2>::of(truth).unwrap();
            source.begin(&streams(0));
            let (mean, trace) = source.moments();
            let mut rng = seeded(4);
            let points: Vec<Point<2>> = (0..40_000).map(|_| source.draw(&mut rng)).collect();
            let average = |j: usize| points.iter().map(|p| p[j]).sum::<f64>() / 40_000.0;
            let spread = points.iter().map(|p| distance_squared(p, &mean)).sum::<f64>() / 40_000.0;
            for (j, mean) in mean.iter().enumerate() {
                assert!((average(j) - mean).abs() < 5.0 * (trace / 40_000.0).sqrt(), "{truth:?}");
            }
            assert!((spread / trace - 1.0).abs() < 0.03, "{truth:?}: {spread} {trace}");
        }
    }

    #[test]
    fn the_moons_are_those_of_the_library_everybody_uses() {
        let ends: [Point<2>; 4] = [Curve::Moons.at(0, 0.0), Curve::Moons.at(0, 0.5), Curve::Moons.at(1, 0.0), Curve::Moons.at(1, 0.5)];
        let expected = [[1.0, 0.0], [0.0, 1.0], [0.0, 0.5], [1.0, -0.5]];
        ends.iter().zip(&expected).for_each(|(a, b)| assert!(distance_squared(a, b) < 1e-24));
    }
}
