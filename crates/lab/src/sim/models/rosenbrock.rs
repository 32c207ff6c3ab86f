//! The Rosenbrock law: a normal first coordinate, and a second one that is normal about the first one's square.
//!
//! Takes a [`Truth`]; gives draws, the exact density, moments, and the coordinates in which the law is a standard Gaussian.
//!
//! # Source
//! Pagani, Wiegand and Nadarajah (2022), "An n-dimensional Rosenbrock distribution for Markov chain Monte Carlo testing", section 2: the density is
//! proportional to exp(-a (x1 - mu)^2 - b (x2 - x1^2)^2), here with a = 1 / (2 deviation^2) and b = 1 / (2 noise^2).

use crate::random::Rng;
use crate::sim::Truth;
use rand_distr::{Distribution, StandardNormal};

/// A Rosenbrock law. All three numbers are in the unit of the first coordinate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rosenbrock {
    /// Mean of the first coordinate.
    mean: f64,
    /// Standard deviation of the first coordinate.
    deviation: f64,
    /// Standard deviation of the second one about the square of the first.
    noise: f64,
}

impl Rosenbrock {
    /// The law of a truth; `None` for another truth, or where a number is not finite or a deviation not positive.
    #[must_use]
    pub fn of(truth: &Truth) -> Option<Self> {
        let Truth::Rosenbrock { mean, deviation, noise } = *truth else { return None };
        let is_deviation = |x: f64| x > 0.0 && x.is_finite();
        (mean.is_finite() && is_deviation(deviation) && is_deviation(noise)).then_some(Self { mean, deviation, noise })
    }

    /// One point.
    pub fn draw(&self, rng: &mut Rng) -> [f64; 2] {
        let mut normal = || -> f64 { StandardNormal.sample(rng) };
        let x = self.mean + self.deviation * normal();
        [x, x * x + self.noise * normal()]
    }

    /// A point in the coordinates in which the law is a standard Gaussian. Areas there are areas here over deviation times noise, whatever
    /// the place: sets of high density are discs, and the mass beyond a radius r is exp(-r^2 / 2), chi-square with two degrees of freedom.
    #[must_use]
    pub fn straight(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [(x - self.mean) / self.deviation, (y - x * x) / self.noise]
    }

    /// Log density at a point in nats, without the constant -ln(2 pi).
    #[must_use]
    pub fn log_density(&self, point: [f64; 2]) -> f64 {
        let [u, v] = self.straight(point);
        -0.5 * (u * u + v * v) - self.deviation.ln() - self.noise.ln()
    }

    /// Mean and variance of each coordinate. The square of N(mu, s^2) has mean mu^2 + s^2 and variance 4 mu^2 s^2 + 2 s^4.
    #[must_use]
    pub fn moments(&self) -> ([f64; 2], [f64; 2]) {
        let (square, variance) = (self.mean * self.mean, self.deviation * self.deviation);
        let second = 4.0 * square * variance + 2.0 * variance * variance + self.noise * self.noise;
        ([self.mean, square + variance], [variance, second])
    }
}

#[cfg(test)]
#[path = "rosenbrock_tests.rs"]
mod tests;
