//! Naive second implementations: each metric again, from its definition, sharing no line with the laboratory.
//!
//! Dense matrices are `nalgebra`'s, integrals are sums over a fine grid, and sets are told point by point. Slow and plain on purpose.

use nalgebra::{DMatrix, DVector, SymmetricEigen};
use std::f64::consts::{PI, TAU};

/// A Gaussian law.
#[derive(Debug, Clone)]
pub struct Gaussian {
    /// Mean.
    pub mean: DVector<f64>,
    /// Covariance.
    pub covariance: DMatrix<f64>,
}

impl Gaussian {
    /// ln det of the covariance.
    pub fn log_determinant(&self) -> f64 {
        self.covariance.determinant().ln()
    }

    /// -integral p ln p, from the determinant of 2 pi e times the covariance.
    pub fn entropy(&self) -> f64 {
        0.5 * (self.covariance.clone() * (TAU * 1.0_f64.exp())).determinant().ln()
    }

    /// KL(self || other) with an inverse and two determinants (Kullback 1959).
    pub fn divergence(&self, other: &Self) -> f64 {
        let inverse = other.covariance.clone().try_inverse().expect("a law of full rank");
        let step = &other.mean - &self.mean;
        let quadratic = (step.transpose() * &inverse * &step)[0];
        let traces = (&inverse * &self.covariance).trace() - self.mean.len() as f64;
        0.5 * (traces + quadratic + other.log_determinant() - self.log_determinant())
    }

    /// Squared Wasserstein-2 distance, by roots of matrices (Dowson and Landau 1982).
    pub fn wasserstein(&self, other: &Self) -> f64 {
        let root = root(&self.covariance);
        let cross = self::root(&(&root * &other.covariance * &root));
        (&self.mean - &other.mean).norm_squared() + (&self.covariance + &other.covariance - cross * 2.0).trace()
    }

    /// Density of one dimension.
    pub fn density(&self, x: f64) -> f64 {
        let (mean, variance) = (self.mean[0], self.covariance[(0, 0)]);
        (-0.5 * (x - mean).powi(2) / variance).exp() / (TAU * variance).sqrt()
    }

    /// Whether a point lies outside the ellipsoid of this squared Mahalanobis radius.
    pub fn is_beyond(&self, point: &DVector<f64>, radius: f64) -> bool {
        let inverse = self.covariance.clone().try_inverse().expect("a law of full rank");
        let step = point - &self.mean;
        (step.transpose() * inverse * step)[0] > radius
    }
}

/// The symmetric root of a covariance.
pub fn root(matrix: &DMatrix<f64>) -> DMatrix<f64> {
    let SymmetricEigen { eigenvectors, eigenvalues } = SymmetricEigen::new(matrix.clone());
    let roots = DMatrix::from_diagonal(&eigenvalues.map(|value| value.max(0.0).sqrt()));
    &eigenvectors * roots * eigenvectors.transpose()
}

/// The integral of `f` from `low` to `high`, by the midpoint rule on a fine grid.
pub fn integral(low: f64, high: f64, f: impl Fn(f64) -> f64) -> f64 {
    const STEPS: u32 = 200_000;
    let step = (high - low) / f64::from(STEPS);
    (0..STEPS).map(|i| f(low + (f64::from(i) + 0.5) * step)).sum::<f64>() * step
}

/// The point beyond which a standard normal has this mass, by bisection of an integral.
pub fn upper_quantile(mass: f64) -> f64 {
    let beyond = |x: f64| integral(x, x + 12.0, |z| (-0.5 * z * z).exp() / TAU.sqrt());
    let (mut low, mut high) = (0.0, 10.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if beyond(middle) > mass { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// Area of the unit circle: a grid that cannot integrate gets this wrong.
pub fn circle() -> f64 {
    integral(-1.0, 1.0, |x| 2.0 * (1.0 - x * x).max(0.0).sqrt()) - PI
}

/// Entropy of a law on categories, term by term.
pub fn entropy(law: &[f64]) -> f64 {
    let mut sum = 0.0;
    for p in law {
        if *p > 0.0 {
            sum += p * (1.0 / p).ln();
        }
    }
    sum
}

/// KL(truth || fit) on categories.
pub fn divergence(truth: &[f64], fit: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (p, q) in truth.iter().zip(fit) {
        if *p > 0.0 {
            sum += p * (p / q).ln();
        }
    }
    sum
}

/// The share of each category in the least likely `mass` of a law: the level up to which categories belong is tried one by one.
pub fn tail(truth: &[f64], mass: f64) -> Vec<f64> {
    let same = |a: f64, b: f64| (a - b).abs() <= 1e-12 * b;
    let below = |level: f64| truth.iter().filter(|p| **p < level && !same(**p, level)).sum::<f64>();
    let at = |level: f64| truth.iter().filter(|p| same(**p, level)).sum::<f64>();
    let share = |level: f64| if at(level) > 0.0 { ((mass - below(level)) / at(level)).clamp(0.0, 1.0) } else { 1.0 };
    truth.iter().map(|p| share(*p)).collect()
}

/// Share of the tail's mass that a fit covers.
pub fn coverage(truth: &[f64], fit: &[f64], mass: f64) -> f64 {
    let mut covered = 0.0;
    for ((p, q), share) in truth.iter().zip(fit).zip(tail(truth, mass)) {
        covered += share * if q < p { *q } else { *p };
    }
    covered / mass
}
