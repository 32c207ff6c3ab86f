//! Exact metrics against naive second implementations: values, not only finiteness.

use super::categorical_measure::Gauge as CategoricalGauge;
use super::gaussian_measure::{Gauge, View};
use super::gaussian_truth::GaussianTruth;
use crate::naive::{self, Gaussian};
use crate::random::Rng;
use crate::taxonomy::Metric;
use nalgebra::{DMatrix, DVector};
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};

fn normal(rng: &mut Rng) -> f64 {
    StandardNormal.sample(rng)
}

/// A fit with a full covariance: mean, diagonal, and lower triangle row by row.
struct Fit {
    mean: Vec<f64>,
    variances: Vec<f64>,
    factor: Vec<f64>,
}

impl Fit {
    fn drawn(d: usize, rng: &mut Rng) -> Self {
        let mut factor = vec![0.0; d * d];
        for i in 0..d {
            for j in 0..=i {
                factor[i * d + j] = if i == j { 0.4 + rng.random::<f64>() } else { 0.5 * normal(rng) };
            }
        }
        let variances = (0..d).map(|i| (0..=i).map(|j| factor[i * d + j].powi(2)).sum()).collect();
        Self { mean: (0..d).map(|_| 1.0 + 0.3 * normal(rng)).collect(), variances, factor }
    }

    fn view(&self) -> View<'_> {
        View { mean: &self.mean, variances: &self.variances, factor: (self.mean.len() > 1).then_some(&self.factor) }
    }

    fn law(&self) -> Gaussian {
        let d = self.mean.len();
        let lower = DMatrix::from_row_slice(d, d, &self.factor);
        Gaussian { mean: DVector::from_row_slice(&self.mean), covariance: &lower * lower.transpose() }
    }
}

fn truth(d: usize) -> (GaussianTruth, Gaussian) {
    let truth = GaussianTruth { mean: 1.0, variances: (1..=d).map(|i| 2.0 / i as f64).collect() };
    let covariance = DMatrix::from_diagonal(&DVector::from_row_slice(&truth.variances));
    (truth.clone(), Gaussian { mean: DVector::from_element(d, truth.mean), covariance })
}

fn assert_near(found: Option<f64>, naive: f64, room: f64, what: &str) {
    let found = found.unwrap_or_else(|| panic!("{what} has no value"));
    assert!((found - naive).abs() <= room * naive.abs().max(1e-3), "{what}: {found}, naively {naive}");
}

#[test]
fn distances_and_determinants_of_gaussians_are_those_of_dense_matrices() {
    let mut rng = Rng::seed_from_u64(1);
    for d in [1, 2, 3, 7] {
        let (own, law) = truth(d);
        let gauge = Gauge::new(&own);
        for _ in 0..20 {
            let fit = Fit::drawn(d, &mut rng);
            let other = fit.law();
            let near = |metric, naive| assert_near(gauge.measure(fit.view(), metric), naive, 1e-9, &format!("{metric:?}, d = {d}"));
            near(Metric::WassersteinSquared, law.wasserstein(&other));
            near(Metric::KlDivergence, law.divergence(&other));
            near(Metric::NegativeLogLikelihood, law.divergence(&other) + law.entropy());
            near(Metric::Entropy, other.entropy());
            near(Metric::LogDeterminant, (other.log_determinant() - law.log_determinant()) / d as f64);
            near(Metric::VarianceRatio, other.covariance.trace() / law.covariance.trace());
            near(Metric::MeanSquaredError, (&other.mean - &law.mean).norm_squared());
        }
    }
}

#[test]
fn integrals_in_one_dimension_are_those_of_a_fine_grid() {
    assert!(naive::circle().abs() < 1e-6, "the grid integrates");
    let mut rng = Rng::seed_from_u64(2);
    let (own, law) = truth(1);
    let gauge = Gauge::new(&own);
    for _ in 0..5 {
        let fit = Fit::drawn(1, &mut rng);
        let other = fit.law();
        let near = |metric, naive, room| assert_near(gauge.measure(fit.view(), metric), naive, room, &format!("{metric:?}"));
        let whole = |f: &dyn Fn(f64) -> f64| naive::integral(-25.0, 27.0, f);
        near(Metric::IntegratedSquaredError, whole(&|x| (law.density(x) - other.density(x)).powi(2)), 1e-7);
        near(Metric::KlDivergence, whole(&|x| law.density(x) * (law.density(x) / other.density(x).max(f64::MIN_POSITIVE)).ln()), 1e-6);
        let log = |x: f64| if other.density(x) > 0.0 { other.density(x).ln() } else { 0.0 };
        near(Metric::Entropy, -whole(&|x| other.density(x) * log(x)), 1e-7);
        near(Metric::TailCoverage, covered(&law, &other, 0.01), 2e-5);
        near(Metric::TailCoverageWide, covered(&law, &other, 0.05), 2e-5);
        let radius = naive::upper_quantile(0.0005) * law.covariance[(0, 0)].sqrt();
        let outside =
            naive::integral(-40.0, 1.0 - radius, |x| other.density(x)) + naive::integral(1.0 + radius, 42.0, |x| other.density(x));
        near(Metric::MassOutside, outside, 1e-5);
    }
}

/// Definition 7 in one dimension: the two sides of the tail in eight cells of equal true mass each, what a fit has beyond a cell's own mass
/// covering nothing.
fn covered(law: &Gaussian, fit: &Gaussian, mass: f64) -> f64 {
    let (cell, scale) = (mass / 16.0, law.covariance[(0, 0)].sqrt());
    let edges: Vec<f64> = (0..8).map(|k| scale * naive::upper_quantile(0.5 * mass - f64::from(k) * cell)).chain([scale * 12.0]).collect();
    let sides = [1.0, -1.0].into_iter().flat_map(|side| edges.windows(2).map(move |pair| (side, pair[0], pair[1])));
    let held = sides.map(|(side, near, far)| naive::integral(near, far, |x| fit.density(law.mean[0] + side * x)).min(cell));
    held.sum::<f64>() / mass
}

#[test]
fn the_mass_outside_in_several_dimensions_is_the_share_of_draws_there() {
    let mut rng = Rng::seed_from_u64(3);
    for (d, radius) in [(2, 13.815_510_557_964_274), (5, 20.515_005_652_432_84)] {
        // 0.999 quantiles of chi-square, from tables (Pearson and Hartley 1966, table 8) to their digits: 13.816 and 20.515.
        let (own, law) = truth(d);
        let fit = Fit::drawn(d, &mut rng);
        let lower = DMatrix::from_row_slice(d, d, &fit.factor);
        let n = 40_000;
        let beyond = (0..n).filter(|_| {
            let noise = DVector::from_fn(d, |_, _| normal(&mut rng));
            law.is_beyond(&(&lower * noise + DVector::from_row_slice(&fit.mean)), radius)
        });
        let share = beyond.count() as f64 / f64::from(n);
        let found = Gauge::new(&own).measure(fit.view(), Metric::MassOutside).expect("exact in every dimension");
        let error = (found.max(1e-4) / f64::from(n)).sqrt();
        assert!((found - share).abs() < 5.0 * error, "d = {d}: {found}, drawn {share} with error {error}");
    }
}

#[test]
fn metrics_of_categories_are_those_of_their_definitions() {
    let mut rng = Rng::seed_from_u64(4);
    let even = vec![0.1; 10];
    let zipf: Vec<f64> = (1..=300).map(|k| 1.0 / f64::from(k * k)).collect();
    for weights in [even, zipf, (0..50).map(|_| rng.random::<f64>()).collect()] {
        let whole: f64 = weights.iter().sum();
        let truth: Vec<f64> = weights.iter().map(|weight| weight / whole).collect();
        let gauge = CategoricalGauge::new(&truth);
        for alive in [1.0, 0.7] {
            let raw: Vec<f64> = truth.iter().map(|p| if rng.random::<f64>() < alive { p * rng.random::<f64>() } else { 0.0 }).collect();
            let sum: f64 = raw.iter().sum();
            let fit: Vec<f64> = raw.iter().map(|weight| weight / sum).collect();
            let near = |metric, naive| assert_near(gauge.measure(&fit, metric), naive, 1e-9, &format!("{metric:?}"));
            near(Metric::Entropy, naive::entropy(&fit));
            near(Metric::TailCoverage, naive::coverage(&truth, &fit, 0.01));
            near(Metric::TailCoverageWide, naive::coverage(&truth, &fit, 0.05));
            near(Metric::MassOutside, naive::tail(&truth, 0.001).iter().zip(&fit).map(|(share, q)| share * q).sum());
            let pairs = fit.iter().enumerate().flat_map(|(i, p)| fit.iter().skip(i + 1).map(move |q| 2.0 * p * q));
            near(Metric::Heterozygosity, pairs.sum());
            if fit.iter().all(|q| *q > 0.0) {
                near(Metric::KlDivergence, naive::divergence(&truth, &fit));
                near(Metric::NegativeLogLikelihood, naive::divergence(&truth, &fit) + naive::entropy(&truth));
            } else {
                assert_eq!(gauge.measure(&fit, Metric::KlDivergence), Some(f64::INFINITY));
            }
        }
    }
}
