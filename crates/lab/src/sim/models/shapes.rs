//! Truths that make points: Gaussians, mixtures, blobs, moons, circles, the swiss roll and the Rosenbrock law, in at most D
//! coordinates.
//!
//! Takes a [`Truth`] and gives draws, moments, and the truth as a sum of Gaussian pieces: its components, or nodes along
//! its noisy curve. Coordinates from the truth's dimension up to D stay zero.

use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use std::f64::consts::PI;

use super::regression::eigenvalues;
use super::rosenbrock::Rosenbrock;
use crate::random::{Purpose, Rng, Streams};
use crate::sim::special::log_sum_exp;
use crate::sim::special::normal_cdf;
use crate::sim::{Angles, Truth};

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
    Circles {
        factor: f64,
    },
    /// The spiral alone.
    SwissRoll,
    /// The spiral as the first and third coordinate, and a height between 0 and [`HEIGHT`] as the second.
    SwissRollInSpace,
}

/// Height of the sheet that the swiss roll is made of.
const HEIGHT: f64 = 21.0;

#[derive(Debug, Clone, PartialEq)]
enum Law {
    /// Drawn as listed.
    Pieces,
    /// Centres drawn anew in every replicate.
    Blobs { deviation: f64 },
    /// A point of the curve plus noise.
    Noisy { curve: Curve, noise: f64, angles: Angles },
    /// Bent about a parabola, with a density of its own.
    Bent(Rosenbrock),
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
            Truth::Moons { noise, angles } => noisy(Curve::Moons, *noise, *angles),
            Truth::Circles { noise, factor, angles } => noisy(Curve::Circles { factor: *factor }, *noise, *angles),
            Truth::SwissRoll { noise, dimension: 2 } => noisy(Curve::SwissRoll, *noise, Angles::Drawn),
            Truth::SwissRoll { noise, dimension: 3 } if D >= 3 => noisy(Curve::SwissRollInSpace, *noise, Angles::Drawn),
            Truth::SwissRoll { .. } => return None,
            Truth::Rosenbrock { .. } => bent(Rosenbrock::of(truth)?)?,
            // Whatever else there is has no points, or a world of its own.
            _ => return None,
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

    /// Appends a batch of n points. Those of even angles depend on each other, through their places on the curves; any other points
    /// are independent.
    pub fn draws(&self, n: u64, rng: &mut Rng, out: &mut Vec<Point<D>>) {
        let Law::Noisy { curve, noise, angles: Angles::Even } = &self.law else {
            return out.extend((0..n).map(|_| self.draw(rng)));
        };
        let start = out.len();
        for (branch, count) in [(0, n / 2), (1, n - n / 2)] {
            out.extend((0..count).map(|i| curve.at(branch, curve.step(i, count))));
        }
        for place in (start + 1..out.len()).rev() {
            out.swap(place, rng.random_range(start..=place));
        }
        out[start..].iter_mut().for_each(|point| self.disturb(point, &[*noise; D], rng));
    }

    /// One point by itself.
    fn draw(&self, rng: &mut Rng) -> Point<D> {
        let (mut point, deviation) = match &self.law {
            Law::Pieces | Law::Blobs { .. } => {
                let piece = self.choose(rng);
                (piece.mean, piece.deviation)
            }
            Law::Noisy { curve, noise, .. } => (curve.at(rng.random_range(0..2), rng.random()), [*noise; D]),
            Law::Bent(law) => return plane(law.draw(rng)),
        };
        if self.is_in_space() {
            point[1] = HEIGHT * rng.random::<f64>();
        }
        self.disturb(&mut point, &deviation, rng);
        point
    }

    fn disturb(&self, point: &mut Point<D>, deviation: &Point<D>, rng: &mut Rng) {
        for (x, s) in point[..self.dimension].iter_mut().zip(deviation) {
            *x += s * Distribution::<f64>::sample(&StandardNormal, rng);
        }
    }

    const fn is_in_space(&self) -> bool {
        matches!(self.law, Law::Noisy { curve: Curve::SwissRollInSpace, .. })
    }

    /// Log density at a point, up to a constant.
    #[must_use]
    pub fn log_density(&self, point: &Point<D>) -> f64 {
        if let Law::Bent(law) = self.law {
            return law.log_density([point[0], point[1]]);
        }
        if let Law::Noisy { curve: Curve::SwissRollInSpace, noise, .. } = self.law {
            // A height is independent of the place on the spiral, and its law no Gaussian.
            let height = normal_cdf(point[1] / noise) - normal_cdf((point[1] - HEIGHT) / noise);
            return height.ln() + self.log_density_of_spiral([point[0], point[2]], noise);
        }
        let terms = self.pieces.iter().map(|piece| {
            let log = |j: usize| -0.5 * ((point[j] - piece.mean[j]) / piece.deviation[j]).powi(2) - piece.deviation[j].ln();
            piece.weight.ln() + (0..self.dimension).map(log).sum::<f64>()
        });
        log_sum_exp(terms)
    }

    /// The same in the plane of the roll's spiral, whose nodes have one weight and one deviation. A node at t is no nearer to a point
    /// than t is to its radius, so with one distance known only nodes of a few t can add more than e^-40 of the sum.
    fn log_density_of_spiral(&self, [x, z]: [f64; 2], noise: f64) -> f64 {
        let (radius, angle) = (x.hypot(z), z.atan2(x));
        let t = (angle + 2.0 * PI * ((radius - angle) / (2.0 * PI)).round()).clamp(1.5 * PI, 4.5 * PI);
        let reach = ((x - t * t.cos()).powi(2) + (z - t * t.sin()).powi(2) + 80.0 * noise * noise).sqrt() + noise;
        let place = |t: f64| (t / (1.5 * PI) - 1.0) / 2.0 * self.pieces.len() as f64;
        let end = (place(radius + reach).ceil().max(1.0) as usize).min(self.pieces.len());
        let near = &self.pieces[(place(radius - reach).floor().max(0.0) as usize).min(end - 1)..end];
        let distance = |piece: &Piece<D>| (x - piece.mean[0]).powi(2) + (z - piece.mean[2]).powi(2);
        let nearest = near.iter().map(distance).fold(f64::INFINITY, f64::min);
        let below = |piece: &Piece<D>| 0.5 * (distance(piece) - nearest) / (noise * noise);
        near.iter().map(below).filter(|below| *below < 40.0).map(|below| (-below).exp()).sum::<f64>().ln() - 0.5 * nearest / (noise * noise)
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
    /// differs from the curve's density by less than 1e-8 of its height away from its ends. Of even angles, those of a batch without
    /// end. The height of the swiss roll in space, and the whole Rosenbrock law, is a Gaussian of the same mean and variance: moments are
    /// exact, densities are [`Source::log_density`]'s.
    #[must_use]
    pub fn pieces(&self) -> &[Piece<D>] {
        &self.pieces
    }

    /// The modes: components of a mixture or blobs, with weight, mean and deviation. Empty for one Gaussian or a curve.
    #[must_use]
    pub fn modes(&self) -> &[Piece<D>] {
        match self.law {
            Law::Pieces | Law::Blobs { .. } if self.pieces.len() > 1 => &self.pieces,
            Law::Pieces | Law::Blobs { .. } | Law::Noisy { .. } | Law::Bent(_) => &[],
        }
    }

    /// Whether the truth is exactly the sum of its pieces.
    #[must_use]
    pub const fn is_mixture(&self) -> bool {
        match self.law {
            Law::Pieces | Law::Blobs { .. } => true,
            Law::Noisy { .. } | Law::Bent(_) => false,
        }
    }

    /// The law with straight coordinates that this is, if it is one.
    #[must_use]
    pub const fn bent(&self) -> Option<Rosenbrock> {
        match self.law {
            Law::Bent(law) => Some(law),
            Law::Pieces | Law::Blobs { .. } | Law::Noisy { .. } => None,
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

/// A point whose first two coordinates are these; there are at least two.
fn plane<const D: usize>(place: [f64; 2]) -> Point<D> {
    let mut point = [0.0; D];
    point.iter_mut().zip(place).for_each(|(p, x)| *p = x);
    point
}

/// A Rosenbrock law, with its moments as its only piece; `None` in fewer than two coordinates.
fn bent<const D: usize>(law: Rosenbrock) -> Option<(usize, Law, Vec<Piece<D>>)> {
    let (mean, variance) = law.moments();
    let piece = Piece { weight: 1.0, mean: plane(mean), deviation: plane(variance.map(f64::sqrt)) };
    (D >= 2).then(|| (2, Law::Bent(law), vec![piece]))
}

/// The law of a curve with noise.
fn noisy<const D: usize>(curve: Curve, noise: f64, angles: Angles) -> (usize, Law, Vec<Piece<D>>) {
    (curve.dimension(), Law::Noisy { curve, noise, angles }, nodes(curve, noise))
}

impl Curve {
    const fn dimension(self) -> usize {
        match self {
            Self::Moons | Self::Circles { .. } | Self::SwissRoll => 2,
            Self::SwissRollInSpace => 3,
        }
    }

    /// The i-th of so many equal steps of u: a half circle has both its ends, a whole one has its only once. The swiss roll, which
    /// nobody spaces evenly, is taken as it is drawn, with its first end.
    fn step(self, i: u64, count: u64) -> f64 {
        match self {
            Self::Moons => i as f64 / (count - 1).max(1) as f64,
            Self::Circles { .. } | Self::SwissRoll | Self::SwissRollInSpace => i as f64 / count as f64,
        }
    }

    /// The point of branch 0 or 1 at `u` in [0, 1], as scikit-learn documents `make_moons`, `make_circles` and `make_swiss_roll`; in
    /// space it lies at half the height.
    fn at<const D: usize>(self, branch: usize, u: f64) -> Point<D> {
        let [x, y] = match (self, branch) {
            (Self::Moons, 0) => [(PI * u).cos(), (PI * u).sin()],
            (Self::Moons, _) => [1.0 - (PI * u).cos(), 0.5 - (PI * u).sin()],
            (Self::Circles { .. }, 0) => [(2.0 * PI * u).cos(), (2.0 * PI * u).sin()],
            (Self::Circles { factor }, _) => [factor * (2.0 * PI * u).cos(), factor * (2.0 * PI * u).sin()],
            (Self::SwissRoll | Self::SwissRollInSpace, _) => {
                let t = 1.5 * PI * (1.0 + 2.0 * u);
                [t * t.cos(), t * t.sin()]
            }
        };
        let place = if self.dimension() == 3 { [x, HEIGHT / 2.0, y] } else { [x, y, 0.0] };
        let mut point = [0.0; D];
        point.iter_mut().zip(place).for_each(|(p, c)| *p = c);
        point
    }

    /// Greatest speed of a branch, in length per unit of u, and the number of different branches.
    fn speed(self) -> (f64, usize) {
        match self {
            Self::Moons => (PI, 2),
            Self::Circles { .. } => (2.0 * PI, 2),
            Self::SwissRoll | Self::SwissRollInSpace => (3.0 * PI * (1.0 + (4.5 * PI).powi(2)).sqrt(), 1),
        }
    }
}

/// Midpoints of equal steps of u along every branch.
fn nodes<const D: usize>(curve: Curve, noise: f64) -> Vec<Piece<D>> {
    let (speed, branches) = curve.speed();
    let count = (2.0 * speed / noise).ceil().clamp(16.0, NODES);
    let mut deviation = [0.0; D];
    deviation.iter_mut().take(curve.dimension()).for_each(|s| *s = noise);
    if let (Curve::SwissRollInSpace, Some(height)) = (curve, deviation.get_mut(1)) {
        *height = (HEIGHT * HEIGHT / 12.0 + noise * noise).sqrt();
    }
    let node = |branch: usize, i: u32| {
        let u = (f64::from(i) + 0.5) / count;
        Piece { weight: 1.0 / (count * branches as f64), mean: curve.at(branch, u), deviation }
    };
    (0..branches).flat_map(|branch| (0..count as u32).map(move |i| node(branch, i))).collect()
}

#[cfg(test)]
#[path = "shapes_tests.rs"]
mod tests;
