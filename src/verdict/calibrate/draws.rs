//! Laws of one replicate for the calibration of tests: light, skewed, heavy, rare, bounded near an edge, constant.

use crate::random::Rng;
use rand::RngExt;
use rand_distr::{Beta, Distribution, StandardNormal};

/// A law, scaled to mean 1 unless it says otherwise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Law {
    /// Normal with standard deviation 0.15.
    Normal,
    /// Chi-square with so many degrees of freedom: what squared errors in so many dimensions are.
    ChiSquare(u32),
    /// Lognormal with this standard deviation of the log.
    LogNormal(f64),
    /// The square of Student's t with so many degrees of freedom: without a variance below 5, without a third moment below 7.
    SquaredT(u32),
    /// Student's t with 3 degrees of freedom, about 1.
    Student,
    /// Pareto with this tail index.
    Pareto(f64),
    /// Beta(0.02, 2), in [0, 1] and mostly next to 0: mean 0.02/2.02.
    Edge,
    /// 1, and with probability 0.001 as much again as stated: mean 1 + 0.001 times that.
    Rare(f64),
    /// Always 1.
    Constant,
}

/// Mean of [`Law::Edge`].
pub const EDGE: f64 = 0.02 / 2.02;

/// Probability of the jump of [`Law::Rare`].
pub const RARE: f64 = 0.001;

impl Law {
    /// The law in words.
    pub fn words(self) -> String {
        match self {
            Self::Normal => "normal".to_owned(),
            Self::ChiSquare(freedom) => format!("chi-square({freedom})"),
            Self::LogNormal(deviation) => format!("lognormal({deviation})"),
            Self::SquaredT(freedom) => format!("squared t({freedom})"),
            Self::Student => "t(3)".to_owned(),
            Self::Pareto(index) => format!("Pareto({index})"),
            Self::Edge => "Beta(0.02, 2)".to_owned(),
            Self::Rare(jump) => format!("jump of {jump} with probability {RARE}"),
            Self::Constant => "constant".to_owned(),
        }
    }

    /// One replicate.
    pub fn draw(self, rng: &mut Rng) -> f64 {
        let squares = |count: u32, rng: &mut Rng| (0..count).map(|_| normal(rng).powi(2)).sum::<f64>();
        match self {
            Self::Normal => 1.0 + 0.15 * normal(rng),
            Self::ChiSquare(freedom) => squares(freedom, rng) / f64::from(freedom),
            Self::LogNormal(deviation) => (deviation * (normal(rng) - deviation / 2.0)).exp(),
            // E t^2 = f / (f - 2).
            Self::SquaredT(freedom) => normal(rng).powi(2) / squares(freedom, rng) * f64::from(freedom - 2),
            Self::Student => 1.0 + normal(rng) / (squares(3, rng) / 3.0).sqrt(),
            Self::Pareto(index) => (1.0 - 1.0 / index) * (1.0 - rng.random::<f64>()).powf(-1.0 / index),
            Self::Edge => Beta::new(0.02, 2.0).expect("positive parameters").sample(rng),
            Self::Rare(jump) => 1.0 + if rng.random::<f64>() < RARE { jump } else { 0.0 },
            Self::Constant => 1.0,
        }
    }
}

/// A standard normal number.
pub fn normal(rng: &mut Rng) -> f64 {
    StandardNormal.sample(rng)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::moments;
    use rand::SeedableRng;

    #[test]
    fn laws_have_the_means_that_they_state() {
        let mut rng = Rng::seed_from_u64(8);
        let with_mean_one = [
            Law::Normal,
            Law::ChiSquare(1),
            Law::ChiSquare(10),
            Law::LogNormal(1.0),
            Law::SquaredT(5),
            Law::Student,
            Law::Pareto(3.0),
            Law::Constant,
        ];
        for (law, mean) in with_mean_one.map(|law| (law, 1.0)).into_iter().chain([(Law::Edge, EDGE), (Law::Rare(3.0), 1.003)]) {
            let found = moments(&(0..200_000).map(|_| law.draw(&mut rng)).collect::<Vec<_>>());
            assert!((found.mean - mean).abs() <= 5.0 * found.error() + 1e-12, "{}: {found:?}", law.words());
        }
    }
}
