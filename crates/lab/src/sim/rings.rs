//! Where the density of a Rosenbrock law falls to given levels, exactly: rings about its middle, each in eight sectors of equal mass.
//!
//! Takes the law and the masses that are to lie beyond the edges of the rings; gives the cell of a point and the true mass of every cell. There is
//! no grid and no rounding: in its straight coordinates the law is a standard Gaussian, whose mass beyond a radius r is exp(-r^2 / 2).

use super::models::rosenbrock::Rosenbrock;
use std::f64::consts::TAU;

/// Sectors about the middle.
pub const SECTORS: usize = 8;
/// Rings.
pub const RINGS: usize = 6;

/// The cells of a law: sector by sector within a ring, rings from the middle outwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rings {
    law: Rosenbrock,
    /// The mass beyond the inner edge of each ring, falling from 1.
    beyond: [f64; RINGS],
}

impl Rings {
    /// Of a law; `beyond` is the mass beyond the inner edge of each ring, falling from 1.
    #[must_use]
    pub const fn new(law: Rosenbrock, beyond: [f64; RINGS]) -> Self {
        Self { law, beyond }
    }

    /// The cell of a point; `None` for one that is no number.
    #[must_use]
    pub fn cell(&self, point: [f64; 2]) -> Option<usize> {
        let [u, v] = self.law.straight(point);
        let left = (-0.5 * (u * u + v * v)).exp();
        let ring = self.beyond.iter().rposition(|edge| left <= *edge)?;
        let sector = ((v.atan2(u) / TAU + 0.5) * SECTORS as f64) as usize;
        Some(ring * SECTORS + sector.min(SECTORS - 1))
    }

    /// The true mass of every cell.
    #[must_use]
    pub fn masses(&self) -> Vec<f64> {
        let outer = |ring: usize| self.beyond.get(ring + 1).copied().unwrap_or(0.0);
        self.each(|ring| (self.beyond[ring] - outer(ring)) / SECTORS as f64)
    }

    /// Whether each cell lies beyond the level that leaves this much mass outside; one of the masses given.
    #[must_use]
    pub fn outside(&self, mass: f64) -> Vec<bool> {
        self.each(|ring| self.beyond[ring] <= mass)
    }

    /// The cells beyond that level, sector by sector in two halves of equal mass, the outer half first; half of it is a mass given, too.
    #[must_use]
    pub fn halves(&self, mass: f64) -> Vec<Vec<usize>> {
        let (tail, outer) = (self.outside(mass), self.outside(mass / 2.0));
        let half = |sector: usize, is_outer: bool| {
            (0..tail.len()).filter(|cell| cell % SECTORS == sector && tail[*cell] && outer[*cell] == is_outer).collect()
        };
        (0..SECTORS).flat_map(|sector| [half(sector, true), half(sector, false)]).collect()
    }

    fn each<T: Clone>(&self, of_ring: impl Fn(usize) -> T) -> Vec<T> {
        (0..RINGS).flat_map(|ring| vec![of_ring(ring); SECTORS]).collect()
    }
}
