//! Curated draws of a Gaussian whose points are forgotten as soon as they are judged.
//!
//! A curation judges point by point, so no law of a sum is known; but only the sum of the standard normals behind the
//! accepted points and of their products is needed. So the pool stays statistics: a curated generation costs its own
//! draws and never the whole pool. What the rule refuses whatever the point is counted, not drawn.

use super::gaussian::GaussianTruth;
use super::gaussian_measure::Gauge;
use super::triangular::{add_outer, apply, cholesky};
use super::urn::refusals;
use crate::sim::chain::{Assessment, Sift, Stages};
use rand_distr::{Distribution, StandardNormal};

/// Sums over accepted points, in standard normals z: the point is mean + root z.
#[derive(Debug, Clone)]
pub struct Sums {
    /// Mean of z.
    pub mean: Vec<f64>,
    /// Lower half of the sum of z z' (the diagonal alone for independent coordinates).
    pub square: Vec<f64>,
    z: Vec<f64>,
    moved: Vec<f64>,
}

/// Sums of the accepted z and of their squares in one coordinate, where nearly all of the time goes: what a draw changes stays in registers.
fn on_a_line(assess: impl Fn(f64) -> Assessment, stages: &Stages, sift: &mut Sift<'_>) -> (f64, f64) {
    let (mut sum, mut square) = (0.0, 0.0);
    let (mut rng, wanted, mut held, mut left) = (sift.rng.clone(), sift.wanted, sift.held, sift.left);
    while held < wanted && left > 0 {
        left -= 1;
        let z: f64 = StandardNormal.sample(&mut rng);
        if stages.passes(assess(z), sift.judge) {
            held += 1;
            sum += z;
            square += z * z;
        }
    }
    (*sift.rng, sift.held, sift.left) = (rng, held, left);
    (sum, square)
}

impl Sums {
    /// Memory for d coordinates.
    #[must_use]
    pub fn new(d: usize) -> Self {
        Self { mean: vec![0.0; d], square: Vec::new(), z: vec![0.0; d], moved: vec![0.0; d] }
    }

    /// Draws points mean + deviation z until `sift` is content, coordinate by coordinate.
    pub fn independent(&mut self, truth: (&GaussianTruth, &Gauge), mean: &[f64], deviation: impl Fn(usize) -> f64, sift: &mut Sift<'_>) {
        let ((truth, gauge), d) = (truth, self.z.len());
        self.mean.fill(0.0);
        self.square.clear();
        self.square.resize(d, 0.0);
        let (stages, before) = (sift.in_stages(), sift.left);
        if let ([centre], [variance]) = (mean, truth.variances.as_slice()) {
            let step = |z: f64| centre + deviation(0) * z - truth.mean;
            (self.mean[0], self.square[0]) = on_a_line(|z| gauge.assess(step(z) * step(z) / variance), &stages, sift);
        }
        while sift.draws() {
            let mut distance = 0.0;
            for (i, centre) in mean.iter().enumerate() {
                self.z[i] = StandardNormal.sample(sift.rng);
                let step = centre + deviation(i) * self.z[i] - truth.mean;
                distance += step * step / truth.variances[i];
            }
            if sift.passes(&stages, gauge.assess(distance)) {
                for (i, z) in self.z.iter().enumerate() {
                    self.mean[i] += z;
                    self.square[i] += z * z;
                }
            }
        }
        let refused = refusals(before - sift.left, stages.common, sift.judge);
        sift.refuses(refused);
        self.mean.iter_mut().for_each(|m| *m /= sift.wanted as f64);
    }

    /// The same with a full factor: points mean + root L z.
    pub fn full(&mut self, truth: (&GaussianTruth, &Gauge), mean: &[f64], factor: &[f64], root: f64, sift: &mut Sift<'_>) {
        let ((truth, gauge), d) = (truth, self.z.len());
        self.mean.fill(0.0);
        self.square.clear();
        self.square.resize(d * d, 0.0);
        let (stages, before) = (sift.in_stages(), sift.left);
        while sift.draws() {
            self.z.iter_mut().for_each(|z| *z = StandardNormal.sample(sift.rng));
            apply(factor, &self.z, &mut self.moved);
            let distance = (0..d).map(|i| (mean[i] + root * self.moved[i] - truth.mean).powi(2) / truth.variances[i]).sum();
            if sift.passes(&stages, gauge.assess(distance)) {
                self.mean.iter_mut().zip(&self.z).for_each(|(m, z)| *m += z);
                add_outer(&self.z, 1.0, &mut self.square);
            }
        }
        let refused = refusals(before - sift.left, stages.common, sift.judge);
        sift.refuses(refused);
        self.mean.iter_mut().for_each(|m| *m /= sift.wanted as f64);
    }

    /// Scatter of z about `centre`, coordinate i.
    #[must_use]
    pub fn scatter(&self, i: usize, n: f64, is_about_mean: bool) -> f64 {
        let lost = if is_about_mean { n * self.mean[i] * self.mean[i] } else { 0.0 };
        (self.square[i] - lost).max(0.0)
    }

    /// Writes the factor of the scatter matrix of z, about their mean or about zero.
    pub fn factor(&mut self, n: f64, is_about_mean: bool, out: &mut [f64]) {
        if is_about_mean {
            add_outer(&self.mean, -n, &mut self.square);
        }
        cholesky(&self.square, self.z.len(), out);
    }
}
