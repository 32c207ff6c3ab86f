//! Exact shortcut for Gaussians with independent coordinates: one dimension, a diagonal covariance, or a known one.
//!
//! A batch is its weight and, per coordinate, mean and scatter: the mean of n draws is normal, their scatter an
//! independent multiple of chi-square with n - 1 degrees of freedom (n about a known mean). Nothing grows with t.

use super::gaussian::{Family, GaussianTruth, in_range};
use super::gaussian_measure::{Gauge, View};
use super::gaussian_sifted::Sums;
use crate::random::{Rng, Streams};
use crate::sim::chain::{Chain, Reading, RealDraw, Sift, Start, Steps, Unfit};
use crate::sim::learner::beyond;
use crate::sim::{Estimate, Setup};
use crate::taxonomy::Metric;
use rand_distr::{ChiSquared, Distribution, StandardNormal};

/// The chain.
#[derive(Clone)]
pub struct Independent {
    truth: GaussianTruth,
    deviations: Vec<f64>,
    family: Family,
    gauge: Gauge,
    drawn: Batch,
    sums: Sums,
}

/// Weight, means, scatters about them.
#[derive(Debug, Clone)]
pub struct Batch {
    weight: f64,
    mean: Vec<f64>,
    scatter: Vec<f64>,
}

/// Means, variances and deviations.
#[derive(Debug, Clone)]
pub struct Fitted {
    mean: Vec<f64>,
    variances: Vec<f64>,
    deviations: Vec<f64>,
}

impl Independent {
    /// The chain of a setup whose coordinates stay independent.
    #[must_use]
    pub fn of(setup: &Setup) -> Option<Self> {
        let (truth, family) = (GaussianTruth::of(&setup.truth)?, Family::of(setup)?);
        let deviations = truth.variances.iter().map(|v| v.sqrt()).collect();
        let (drawn, sums) = (Batch::empty(truth.dimension()), Sums::new(truth.dimension()));
        Some(Self { gauge: Gauge::new(&truth), deviations, family, drawn, sums, truth })
    }
}

impl Batch {
    fn empty(d: usize) -> Self {
        Self { weight: 0.0, mean: vec![0.0; d], scatter: vec![0.0; d] }
    }

    /// Joins another batch, each of whose examples weighs `weight`.
    fn join(&mut self, other: &Self, weight: f64) {
        let theirs = weight * other.weight;
        let total = self.weight + theirs;
        if !(total > 0.0) {
            return;
        }
        let (share, cross) = (theirs / total, self.weight * theirs / total);
        for i in 0..self.mean.len() {
            let step = other.mean[i] - self.mean[i];
            self.scatter[i] += weight * other.scatter[i] + cross * step * step;
            self.mean[i] += share * step;
        }
        self.weight = total;
    }
}

/// Draws the statistics of n examples around `mean` (per coordinate) into `batch`.
fn draw(family: &Family, n: u64, mean: impl Fn(usize) -> f64, deviation: impl Fn(usize) -> f64, rng: &mut Rng, batch: &mut Batch) {
    batch.weight = n as f64;
    let freedom = family.freedom(n);
    let law = ChiSquared::new(freedom as f64).ok();
    let root = batch.weight.sqrt();
    for i in 0..batch.mean.len() {
        let deviation = deviation(i);
        batch.mean[i] = mean(i);
        if family.estimate != Estimate::Covariance {
            let z: f64 = StandardNormal.sample(rng);
            batch.mean[i] += deviation * z / root;
        }
        batch.scatter[i] = match (&law, family.estimate) {
            (Some(law), Estimate::Both | Estimate::Covariance) => deviation * deviation * law.sample(rng),
            (None, _) | (_, Estimate::Mean) => 0.0,
        };
    }
}

impl Chain for Independent {
    type Batch = Batch;
    type Fitted = Fitted;
    const STEPS: Steps<Self> =
        Steps { displace: Some(Self::displace), extrapolate: Some(Self::extrapolate), sift: Some(Self::sift), ..Steps::NONE };

    fn begin(&mut self, _: &Streams) {}

    fn empty(&self) -> Batch {
        Batch::empty(self.truth.dimension())
    }

    fn clear(&self, batch: &mut Batch) {
        batch.weight = 0.0;
        batch.mean.fill(0.0);
        batch.scatter.fill(0.0);
    }

    fn blank(&self) -> Fitted {
        let zeros = vec![0.0; self.truth.dimension()];
        Fitted { mean: zeros.clone(), variances: zeros.clone(), deviations: zeros }
    }

    fn real(&mut self, _: RealDraw, n: u64, rng: &mut Rng, out: &mut Batch) {
        draw(&self.family, n, |_| self.truth.mean, |i| self.deviations[i], rng, &mut self.drawn);
        out.join(&self.drawn, 1.0);
    }

    fn synthetic(&mut self, from: &Fitted, n: u64, rng: &mut Rng, out: &mut Batch) {
        let root = self.family.scale.sqrt();
        draw(&self.family, n, |i| from.mean[i], |i| root * from.deviations[i], rng, &mut self.drawn);
        out.join(&self.drawn, 1.0);
    }

    fn add(&mut self, batch: &Batch, weight: f64, into: &mut Batch) {
        into.join(batch, weight);
    }

    fn fit(&mut self, training: &Batch, _: f64, _: Start<'_, Self::Fitted>, _: &mut Rng, out: &mut Fitted) -> Result<(), Unfit> {
        let divisor = self.family.divide_by(training.weight)?;
        out.mean.copy_from_slice(&training.mean);
        if self.family.estimate == Estimate::Mean {
            out.variances.copy_from_slice(&self.truth.variances);
            out.deviations.copy_from_slice(&self.deviations);
            return Ok(());
        }
        let mut trace = 0.0;
        for i in 0..out.mean.len() {
            let variance = training.scatter[i] / divisor;
            (out.variances[i], out.deviations[i]) = (variance, variance.sqrt());
            trace += variance;
        }
        in_range(trace)
    }

    fn read(&mut self, fitted: &Fitted, metric: Metric, _: &mut Rng) -> Reading {
        self.gauge.measure(View { mean: &fitted.mean, variances: &fitted.variances, factor: None }, metric).into()
    }

    fn location(&self, fitted: &Fitted, out: &mut Vec<f64>) {
        out.clear();
        out.extend_from_slice(&fitted.mean);
    }
}

impl Independent {
    fn displace(&self, from: &Fitted, distance: f64, out: &mut Fitted) {
        out.clone_from(from);
        out.mean[0] += distance;
    }

    fn extrapolate(&mut self, from: &Fitted, weight: f64, fit: &mut Fitted) -> Result<(), Unfit> {
        beyond(&from.mean, weight, &mut fit.mean);
        beyond(&from.variances, weight, &mut fit.variances);
        if !fit.variances.iter().all(|variance| *variance > 0.0) {
            return Err(Unfit::Degenerate);
        }
        fit.deviations.iter_mut().zip(&fit.variances).for_each(|(deviation, variance)| *deviation = variance.sqrt());
        Ok(())
    }

    fn sift(&mut self, from: &Fitted, sift: &mut Sift<'_>, _: &mut Batch, out: &mut Batch) {
        let (root, n) = (self.family.scale.sqrt(), sift.wanted as f64);
        let deviation = |i: usize| root * from.deviations[i];
        self.sums.independent((&self.truth, &self.gauge), &from.mean, deviation, sift);
        out.weight = n;
        for i in 0..out.mean.len() {
            let is_about_mean = self.family.estimate != Estimate::Covariance;
            out.mean[i] = from.mean[i] + if is_about_mean { deviation(i) * self.sums.mean[i] } else { 0.0 };
            out.scatter[i] = match self.family.estimate {
                Estimate::Both | Estimate::Covariance => deviation(i).powi(2) * self.sums.scatter(i, n, is_about_mean),
                Estimate::Mean => 0.0,
            };
        }
    }
}
