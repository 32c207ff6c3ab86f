//! Exact metrics of a Gaussian fit against a Gaussian truth, in the truth's principal axes.
//!
//! The tail of one dimension is cut on both sides into cells of equal true mass; in more dimensions the cells are the
//! two tails of every principal coordinate.

use super::distances;
use super::gaussian_truth::GaussianTruth;
use super::quadratic;
use super::triangular::{dot, eigen};
use crate::sim::chain::Assessment;
use crate::sim::special::normal_upper as upper;
use crate::taxonomy::Metric;
use statrs::distribution::{ChiSquared, ContinuousCDF, Normal};
use std::f64::consts::PI;

/// Cells on each side of a one-dimensional tail.
const CELLS: usize = 8;
/// True mass of the tail of definition 7, and of the wide one.
const TAIL: f64 = 0.01;
const TAIL_WIDE: f64 = 0.05;
/// True mass of the hallucination set of definition 8.
const OUTSIDE: f64 = 0.001;

/// A fit as the metrics see it.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// Mean.
    pub mean: &'a [f64],
    /// Diagonal of the covariance.
    pub variances: &'a [f64],
    /// Lower triangle of the covariance, absent when it is diagonal.
    pub factor: Option<&'a [f64]>,
}

/// Measures fits against one truth; its tables are computed once.
#[derive(Debug, Clone)]
pub struct Gauge {
    mean: f64,
    variances: Vec<f64>,
    trace: f64,
    log_determinant: f64,
    /// Standardised cell edges of a tail's upper side, increasing, ending at infinity.
    tail: Vec<f64>,
    tail_wide: Vec<f64>,
    /// Squared Mahalanobis radii of the tail and hallucination sets.
    tail_radius: f64,
    outside_radius: f64,
}

impl Gauge {
    /// The gauge of a truth.
    #[must_use]
    pub fn new(truth: &GaussianTruth) -> Self {
        let d = truth.dimension();
        let radius = |mass: f64| ChiSquared::new(d as f64).map_or(f64::INFINITY, |law| law.inverse_cdf(1.0 - mass));
        let cells = if d == 1 { CELLS } else { 1 };
        Self {
            mean: truth.mean,
            variances: truth.variances.clone(),
            trace: truth.trace(),
            log_determinant: truth.variances.iter().map(|v| v.ln()).sum(),
            tail: edges(TAIL, cells),
            tail_wide: edges(TAIL_WIDE, cells),
            tail_radius: radius(TAIL),
            outside_radius: radius(OUTSIDE),
        }
    }

    /// What the truth says of a point at this squared Mahalanobis distance.
    #[must_use]
    pub fn assess(&self, distance: f64) -> Assessment {
        Assessment { correct: distance <= self.outside_radius, tail: distance > self.tail_radius }
    }

    /// The metric of a fit.
    #[must_use]
    pub fn measure(&self, fit: View<'_>, metric: Metric) -> Option<f64> {
        let ratio = || fit.variances.iter().sum::<f64>() / self.trace;
        match metric {
            Metric::MeanSquaredError => Some(self.mean_error(fit)),
            Metric::VarianceRatio => Some(ratio()),
            Metric::LogVariance => Some(ratio().ln()),
            Metric::SpreadRatio => Some(ratio().sqrt()),
            Metric::LogDeterminant => Some((log_determinant(fit) - self.log_determinant) / self.variances.len() as f64),
            Metric::WassersteinSquared => Some(self.wasserstein(fit)),
            Metric::KlDivergence => Some(self.divergence(fit)),
            Metric::NegativeLogLikelihood => Some(self.divergence(fit) + entropy(self.log_determinant, self.variances.len())),
            Metric::Entropy => Some(entropy(log_determinant(fit), self.variances.len())),
            Metric::IntegratedSquaredError if self.variances.len() == 1 => Some(self.integrated(fit)),
            Metric::EnergyDistance | Metric::MeanDiscrepancy | Metric::Wasserstein | Metric::KolmogorovSmirnov | Metric::Hellinger
                if self.variances.len() == 1 =>
            {
                distances::of_gaussians(fit.mean[0] - self.mean, [fit.variances[0], self.variances[0]], metric)
            }
            Metric::TailCoverage => Some(self.coverage(fit, &self.tail, TAIL)),
            Metric::TailCoverageWide => Some(self.coverage(fit, &self.tail_wide, TAIL_WIDE)),
            Metric::MassOutside => Some(self.outside(fit)),
            _ => None,
        }
    }

    fn mean_error(&self, fit: View<'_>) -> f64 {
        fit.mean.iter().map(|m| (m - self.mean).powi(2)).sum()
    }

    /// Squared Wasserstein-2 distance; the covariance part is Bures' with the trace of a root as a sum of singular
    /// values (Dowson and Landau 1982, "The Fréchet distance between multivariate normal distributions").
    fn wasserstein(&self, fit: View<'_>) -> f64 {
        let d = self.variances.len();
        let spread = match fit.factor {
            Some(factor) if d > 1 => {
                let mut square = self.whitened_square(factor, |v| v.sqrt());
                let roots: f64 = eigen(&mut square, d, None).iter().map(|e| e.max(0.0).sqrt()).sum();
                fit.variances.iter().sum::<f64>() + self.trace - 2.0 * roots
            }
            _ => fit.variances.iter().zip(&self.variances).map(|(v, t)| (v.sqrt() - t.sqrt()).powi(2)).sum(),
        };
        self.mean_error(fit) + spread.max(0.0)
    }

    /// D L L' D with D = diag(scale(truth's variance)), lower half.
    fn whitened_square(&self, factor: &[f64], scale: impl Fn(f64) -> f64) -> Vec<f64> {
        let d = self.variances.len();
        let mut square = vec![0.0; d * d];
        for i in 0..d {
            for j in 0..=i {
                let inner = dot(&factor[i * d..=i * d + j], &factor[j * d..=j * d + j]);
                square[i * d + j] = scale(self.variances[i]) * scale(self.variances[j]) * inner;
            }
        }
        square
    }

    /// KL(truth || fit), infinite for a fit of deficient rank.
    fn divergence(&self, fit: View<'_>) -> f64 {
        let d = self.variances.len();
        let log_ratio = log_determinant(fit) - self.log_determinant;
        if !log_ratio.is_finite() {
            return f64::INFINITY;
        }
        let quadratic = match fit.factor {
            Some(factor) if d > 1 => {
                let columns = (0..d).map(|k| solved_norm(factor, d, |i| if i == k { self.variances[k].sqrt() } else { 0.0 }));
                columns.sum::<f64>() + solved_norm(factor, d, |i| fit.mean[i] - self.mean)
            }
            _ => (0..d).map(|i| (self.variances[i] + (fit.mean[i] - self.mean).powi(2)) / fit.variances[i]).sum(),
        };
        (0.5 * (quadratic - d as f64 + log_ratio)).max(0.0)
    }

    /// Integral of the squared difference of two one-dimensional normal densities.
    fn integrated(&self, fit: View<'_>) -> f64 {
        let (v, t, step) = (fit.variances[0], self.variances[0], fit.mean[0] - self.mean);
        let product = |variance: f64, step: f64| (-0.5 * step * step / variance).exp() / (2.0 * PI * variance).sqrt();
        (product(2.0 * v, 0.0) + product(2.0 * t, 0.0) - 2.0 * product(v + t, step)).max(0.0)
    }

    /// Covered share of the tail, cell by cell.
    fn coverage(&self, fit: View<'_>, edges: &[f64], mass: f64) -> f64 {
        let d = self.variances.len();
        let cell = 0.5 * mass / (edges.len() - 1) as f64;
        let mut covered = 0.0;
        for i in 0..d {
            let (truth, own) = (self.variances[i].sqrt(), fit.variances[i].sqrt());
            for side in [1.0, -1.0] {
                covered += Side { truth, own, step: side * (fit.mean[i] - self.mean) }.covered(edges, cell);
            }
        }
        (covered / (mass * d as f64)).clamp(0.0, 1.0)
    }

    /// Model mass where the truth's density is below its hallucination level.
    fn outside(&self, fit: View<'_>) -> f64 {
        let d = self.variances.len();
        if d == 1 {
            let (radius, step) = ((self.outside_radius * self.variances[0]).sqrt(), fit.mean[0] - self.mean);
            let own = fit.variances[0].sqrt();
            return upper((radius - step) / own) + upper((radius + step) / own);
        }
        let centred = |i: usize| (fit.mean[i] - self.mean) / self.variances[i].sqrt();
        let terms: Vec<(f64, f64)> = match fit.factor {
            Some(factor) => {
                let (mut square, mut axes) = (self.whitened_square(factor, |v| v.sqrt().recip()), vec![0.0; d * d]);
                let values = eigen(&mut square, d, Some(&mut axes));
                let along = |k: usize| (0..d).map(|i| axes[k * d + i] * centred(i)).sum::<f64>();
                values.iter().enumerate().map(|(k, e)| (e.max(0.0), along(k))).collect()
            }
            None => (0..d).map(|i| (fit.variances[i] / self.variances[i], centred(i))).collect(),
        };
        quadratic::exceeds(&terms, self.outside_radius)
    }
}

/// One side of a coordinate: deviations of the truth and of the fit, and how far out the fit's mean lies.
#[derive(Debug, Clone, Copy)]
struct Side {
    truth: f64,
    own: f64,
    step: f64,
}

impl Side {
    /// Mass of the fit beyond an edge in the truth's deviations.
    fn beyond(self, edge: f64) -> f64 {
        if edge.is_finite() { upper((self.truth * edge - self.step) / self.own) } else { 0.0 }
    }

    /// Mass of cells of the truth's mass `cell` that the fit covers: of each no more than the truth has. Where the fit's density over the truth's only rises
    /// or only falls from the first edge on, it passes 1 in one cell at most. Cells on one side of that one are full, those on the other hold what the fit
    /// has there, which adds up to the difference of two masses.
    fn covered(self, edges: &[f64], cell: f64) -> f64 {
        let (last, first) = (edges.len() - 1, edges[0]);
        let (ratio, shift) = (self.truth / self.own, self.step / self.own);
        let bend = 1.0 - ratio * ratio;
        // Slope of the logarithm of the ratio of densities, which is a parabola that bends by `bend`.
        let slope = first * bend + ratio * shift;
        if last == 1 || !(bend * slope > 0.0) {
            return self.cell_by_cell(edges, cell);
        }
        let (falls, level) = (bend < 0.0, ratio.ln());
        let is_denser = |z: f64| if z.is_finite() { level + 0.5 * (z * z - (ratio * z - shift).powi(2)) > 0.0 } else { !falls };
        let turn = edges.partition_point(|edge| is_denser(*edge) == falls);
        if turn == 0 {
            return if falls { self.beyond(first) } else { last as f64 * cell };
        }
        let (nearer, farther) = (self.beyond(edges[turn - 1]), self.beyond(edges[turn]));
        let between = (nearer - farther).clamp(0.0, cell);
        if falls {
            (turn - 1) as f64 * cell + between + farther
        } else {
            self.beyond(first) - nearer + between + (last - turn) as f64 * cell
        }
    }

    fn cell_by_cell(self, edges: &[f64], cell: f64) -> f64 {
        let (mut covered, mut nearer) = (0.0, self.beyond(edges[0]));
        for edge in &edges[1..] {
            let farther = self.beyond(*edge);
            covered += (nearer - farther).clamp(0.0, cell);
            nearer = farther;
        }
        covered
    }
}

/// Standardised edges that cut the upper half of a two-sided tail of this mass into cells of equal mass.
fn edges(mass: f64, cells: usize) -> Vec<f64> {
    let quantile = |p: f64| Normal::new(0.0, 1.0).map_or(f64::INFINITY, |law| law.inverse_cdf(p));
    let inner = (0..cells).map(|k| -quantile(0.5 * mass * (1.0 - k as f64 / cells as f64)));
    inner.chain([f64::INFINITY]).collect()
}

/// Log determinant of the covariance; minus infinity for a deficient rank.
fn log_determinant(fit: View<'_>) -> f64 {
    let d = fit.variances.len();
    match fit.factor {
        Some(factor) => (0..d).map(|i| 2.0 * factor[i * d + i].abs().ln()).sum(),
        None => fit.variances.iter().map(|v| v.ln()).sum(),
    }
}

/// Entropy of a Gaussian in d coordinates with this log determinant.
#[must_use]
pub fn entropy(log_determinant: f64, d: usize) -> f64 {
    0.5 * (d as f64 * (1.0 + (2.0 * PI).ln()) + log_determinant)
}

/// Squared norm of L^-1 b.
fn solved_norm(factor: &[f64], d: usize, b: impl Fn(usize) -> f64) -> f64 {
    let mut x = vec![0.0; d];
    for i in 0..d {
        x[i] = (b(i) - dot(&factor[i * d..i * d + i], &x[..i])) / factor[i * d + i];
    }
    x.iter().map(|v| v * v).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_and_open_cells_add_up_as_one_by_one() {
        let (edges, cell) = (edges(TAIL_WIDE, CELLS), 0.5 * TAIL_WIDE / CELLS as f64);
        let (mut mixed, mut at_once) = (0, 0);
        for own in [1e-9, 0.2, 0.7, 0.95, 0.999, 1.0, 1.02, 1.3, 2.0, 40.0] {
            for step in [-30.0, -2.0, -0.4, -0.02, 0.0, 0.01, 0.3, 1.0, 2.5, 12.0] {
                let side = Side { truth: 1.0, own, step };
                let (found, plain) = (side.covered(&edges, cell), side.cell_by_cell(&edges, cell));
                assert!((found - plain).abs() < 1e-11, "{own} {step}: {found} {plain}");
                at_once += u32::from(found.to_bits() != plain.to_bits());
                mixed += u32::from(plain > cell && plain < 7.0 * cell);
            }
        }
        // Both ways were gone, and cells of either kind met.
        assert!(mixed > 10 && at_once > 20, "{mixed} {at_once}");
        assert!(Side { truth: 1.0, own: 0.0, step: 0.5 }.covered(&edges, cell) <= 0.0);
    }
}
