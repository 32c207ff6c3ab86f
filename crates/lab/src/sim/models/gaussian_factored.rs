//! Exact shortcut for Gaussians with a full covariance: Bartlett factors of the scatter matrix.
//!
//! The scatter of n draws from N(m, L L') is (L A)(L A)' with A Bartlett's triangle. So a replace chain is a
//! running product of triangles, and under accumulation the factor of the pool moves relative to its parent:
//! S' = L (w I + A A' + c z z') L', where Cholesky sees a well-conditioned matrix. Everything else is added densely.
//!
//! # Source
//! Bartlett (1933), "On the theory of statistical regression"; Anderson (2003), "An Introduction to Multivariate
//! Statistical Analysis", Theorem 7.2.1 and Corollary 7.2.1.

use super::gaussian::{Family, Fitted, GaussianTruth, in_range};
use super::gaussian_measure::Gauge;
use super::gaussian_sifted::Sums;
use super::triangular::{add_outer, add_square, apply, cholesky, product};
use crate::random::{Rng, Streams};
use crate::sim::chain::{Chain, Reading, RealDraw, Sift, Start, Steps, Unfit};
use crate::sim::{Estimate, Setup};
use crate::taxonomy::Metric;
use rand_distr::{ChiSquared, Distribution, StandardNormal};

/// The chain.
#[derive(Clone)]
pub struct Factored {
    truth: GaussianTruth,
    /// diag(deviations) of the truth.
    root: Vec<f64>,
    family: Family,
    gauge: Gauge,
    scratch: Vec<f64>,
    step: Vec<f64>,
    sums: Sums,
    /// Numbers every state that statistics have been in, so that a fit knows its parent.
    versions: u64,
}

/// How the scatter is held.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Held {
    /// No examples.
    Nothing,
    /// (L A)(L A)' times `scale`: one batch drawn from the fit numbered `parent`.
    Product { parent: u64, scale: f64 },
    /// F F'.
    Factor,
    /// The matrix itself, lower half.
    Dense,
}

/// Weight, mean, and scatter about the mean.
#[derive(Debug, Clone)]
pub struct Batch {
    held: Held,
    weight: f64,
    mean: Vec<f64>,
    /// L, F or the matrix.
    matrix: Vec<f64>,
    /// A of a product.
    triangle: Vec<f64>,
    /// Columns of A that are not zero.
    rank: usize,
    /// z of a product: the batch's mean is m + sqrt(scale) L z.
    offset: Vec<f64>,
    version: u64,
}

impl Factored {
    /// The chain of a setup.
    #[must_use]
    pub fn of(setup: &Setup) -> Option<Self> {
        let (truth, family) = (GaussianTruth::of(&setup.truth)?, Family::of(setup)?);
        let d = truth.dimension();
        let mut root = vec![0.0; d * d];
        (0..d).for_each(|i| root[i * d + i] = truth.variances[i].sqrt());
        let (gauge, sums) = (Gauge::new(&truth), Sums::new(d));
        Some(Self { truth, root, family, gauge, scratch: vec![0.0; d * d], step: vec![0.0; d], sums, versions: 0 })
    }

    fn version(&mut self) -> u64 {
        self.versions += 1;
        self.versions
    }

    /// The statistics of n draws from N(mean, scale L L') into an empty batch.
    fn draw(&mut self, n: u64, from: (&[f64], &[f64], u64), scale: f64, rng: &mut Rng, out: &mut Batch) {
        let (mean, factor, parent) = from;
        out.weight = n as f64;
        out.matrix.copy_from_slice(factor);
        let freedom = self.family.freedom(n);
        out.rank = self.truth.dimension().min(freedom as usize);
        bartlett(self.truth.dimension(), freedom, rng, &mut out.triangle);
        out.offset.fill(0.0);
        out.mean.copy_from_slice(mean);
        if self.family.estimate != Estimate::Covariance {
            let shrink = out.weight.sqrt().recip();
            out.offset.iter_mut().for_each(|z| {
                let draw: f64 = StandardNormal.sample(rng);
                *z = shrink * draw;
            });
            apply(factor, &out.offset, &mut self.step);
            let root = scale.sqrt();
            out.mean.iter_mut().zip(&self.step).for_each(|(m, s)| *m += root * s);
        }
        out.held = Held::Product { parent, scale };
        out.version = self.version();
    }

    /// Adds a product to the statistics that its parent was fitted to: the factor moves relative to the parent.
    fn update(&mut self, batch: &Batch, weight: f64, scale: f64, into: &mut Batch) {
        let d = self.truth.dimension();
        // The parent's fit divided by this, so F = sqrt(divisor) L.
        let divisor = self.family.divide_by(into.weight).unwrap_or(into.weight);
        let theirs = weight * batch.weight;
        let total = into.weight + theirs;
        self.scratch.fill(0.0);
        add_square(&batch.triangle, d, batch.rank, weight * scale, &mut self.scratch);
        add_outer(&batch.offset, scale * into.weight * theirs / total, &mut self.scratch);
        (0..d).for_each(|i| self.scratch[i * d + i] += divisor);
        cholesky(&self.scratch, d, &mut into.triangle);
        product(&batch.matrix, &into.triangle, d, &mut into.matrix);
        into.mean.iter_mut().zip(&batch.mean).for_each(|(m, b)| *m += theirs / total * (b - *m));
        into.weight = total;
    }

    /// Makes an empty batch equal to `batch` weighted.
    fn copy(&mut self, batch: &Batch, weight: f64, into: &mut Batch) {
        let d = self.truth.dimension();
        into.weight = weight * batch.weight;
        into.mean.copy_from_slice(&batch.mean);
        let (held, factor) = match batch.held {
            Held::Nothing => (Held::Nothing, 1.0),
            Held::Product { scale, .. } => {
                product(&batch.matrix, &batch.triangle, d, &mut into.matrix);
                (Held::Factor, (weight * scale).sqrt())
            }
            Held::Factor => {
                into.matrix.copy_from_slice(&batch.matrix);
                (Held::Factor, weight.sqrt())
            }
            Held::Dense => {
                into.matrix.copy_from_slice(&batch.matrix);
                (Held::Dense, weight)
            }
        };
        if (factor - 1.0).abs() > 0.0 {
            into.matrix.iter_mut().for_each(|x| *x *= factor);
        }
        into.held = held;
    }

    /// Adds the scatter of `batch` to the matrix of `into`, which becomes dense.
    fn add_dense(&mut self, batch: &Batch, weight: f64, into: &mut Batch) {
        let d = self.truth.dimension();
        self.make_dense(into);
        match batch.held {
            Held::Nothing => return,
            Held::Product { scale, .. } => {
                product(&batch.matrix, &batch.triangle, d, &mut self.scratch);
                add_square(&self.scratch, d, d, weight * scale, &mut into.matrix);
            }
            Held::Factor => add_square(&batch.matrix, d, d, weight, &mut into.matrix),
            Held::Dense => into.matrix.iter_mut().zip(&batch.matrix).for_each(|(m, b)| *m += weight * b),
        }
        let theirs = weight * batch.weight;
        let total = into.weight + theirs;
        for i in 0..d {
            self.step[i] = batch.mean[i] - into.mean[i];
            into.mean[i] += theirs / total * self.step[i];
        }
        add_outer(&self.step, into.weight * theirs / total, &mut into.matrix);
        into.weight = total;
    }

    fn make_dense(&mut self, batch: &mut Batch) {
        let d = self.truth.dimension();
        let scale = match batch.held {
            Held::Dense => return,
            Held::Nothing => {
                batch.matrix.fill(0.0);
                batch.held = Held::Dense;
                return;
            }
            Held::Product { scale, .. } => {
                product(&batch.matrix, &batch.triangle, d, &mut self.scratch);
                scale
            }
            Held::Factor => {
                self.scratch.copy_from_slice(&batch.matrix);
                1.0
            }
        };
        batch.matrix.fill(0.0);
        add_square(&self.scratch, d, d, scale, &mut batch.matrix);
        batch.held = Held::Dense;
    }

    /// Writes the factor of the scatter over `divisor`.
    fn factor(&mut self, training: &Batch, divisor: f64, out: &mut [f64]) {
        let d = self.truth.dimension();
        let scale = match training.held {
            Held::Nothing => {
                out.fill(0.0);
                1.0
            }
            Held::Product { scale, .. } => {
                product(&training.matrix, &training.triangle, d, out);
                (scale / divisor).sqrt()
            }
            Held::Factor => {
                out.copy_from_slice(&training.matrix);
                divisor.sqrt().recip()
            }
            Held::Dense => {
                cholesky(&training.matrix, d, out);
                divisor.sqrt().recip()
            }
        };
        out.iter_mut().for_each(|x| *x *= scale);
    }
}

/// Bartlett's triangle A with A A' ~ Wishart(I, freedom); beyond `freedom` columns it is zero (rank deficient).
fn bartlett(d: usize, freedom: u64, rng: &mut Rng, out: &mut [f64]) {
    let rank = d.min(freedom as usize);
    out.fill(0.0);
    for i in 0..d {
        for x in &mut out[i * d..i * d + i.min(rank)] {
            *x = StandardNormal.sample(rng);
        }
        if let Some(law) = (i < rank).then(|| ChiSquared::new((freedom - i as u64) as f64).ok()).flatten() {
            out[i * d + i] = law.sample(rng).sqrt();
        }
    }
}

impl Chain for Factored {
    type Batch = Batch;
    type Fitted = Fitted;
    const STEPS: Steps<Self> = Steps { sift: Some(Self::sift), ..Steps::NONE };

    fn begin(&mut self, _: &Streams) {
        self.versions = 0;
    }

    fn empty(&self) -> Batch {
        let d = self.truth.dimension();
        let (matrix, triangle) = (vec![0.0; d * d], vec![0.0; d * d]);
        Batch { held: Held::Nothing, weight: 0.0, mean: vec![0.0; d], matrix, triangle, rank: d, offset: vec![0.0; d], version: 0 }
    }

    fn clear(&self, batch: &mut Batch) {
        (batch.held, batch.weight, batch.version) = (Held::Nothing, 0.0, 0);
    }

    fn blank(&self) -> Fitted {
        Fitted::blank(self.truth.dimension())
    }

    fn real(&mut self, _: RealDraw, n: u64, rng: &mut Rng, out: &mut Batch) {
        let (root, mean) = (std::mem::take(&mut self.root), vec![self.truth.mean; self.truth.dimension()]);
        if out.held == Held::Nothing {
            self.draw(n, (&mean, &root, 0), 1.0, rng, out);
        } else {
            let mut batch = self.empty();
            self.draw(n, (&mean, &root, 0), 1.0, rng, &mut batch);
            self.add(&batch, 1.0, out);
        }
        self.root = root;
    }

    fn synthetic(&mut self, from: &Fitted, n: u64, rng: &mut Rng, out: &mut Batch) {
        if out.held == Held::Nothing {
            self.draw(n, (&from.mean, &from.factor, from.parent), self.family.scale, rng, out);
        } else {
            let mut batch = self.empty();
            self.draw(n, (&from.mean, &from.factor, from.parent), self.family.scale, rng, &mut batch);
            self.add(&batch, 1.0, out);
        }
    }

    fn add(&mut self, batch: &Batch, weight: f64, into: &mut Batch) {
        if batch.held == Held::Nothing || !(weight > 0.0) {
            return;
        }
        match (into.held, batch.held) {
            (Held::Nothing, _) => {
                self.copy(batch, weight, into);
                if weight.to_bits() == 1.0_f64.to_bits() {
                    into.version = batch.version; // the same statistics, so children of one are children of the other
                    return;
                }
            }
            (Held::Factor, Held::Product { parent, scale }) if parent == into.version => self.update(batch, weight, scale, into),
            _ => self.add_dense(batch, weight, into),
        }
        into.version = self.version();
    }

    fn fit(&mut self, training: &Batch, _: f64, _: Start<'_, Self::Fitted>, _: &mut Rng, out: &mut Fitted) -> Result<(), Unfit> {
        let d = self.truth.dimension();
        let divisor = self.family.divide_by(training.weight)?;
        out.mean.copy_from_slice(&training.mean);
        self.factor(training, divisor, &mut out.factor);
        for i in 0..d {
            out.variances[i] = out.factor[i * d..=i * d + i].iter().map(|x| x * x).sum();
        }
        out.parent = training.version;
        in_range(out.variances.iter().sum())
    }

    fn read(&mut self, fitted: &Fitted, metric: Metric, _: &mut Rng) -> Reading {
        self.gauge.measure(fitted.view(), metric).into()
    }

    fn location(&self, fitted: &Fitted, out: &mut Vec<f64>) {
        out.clear();
        out.extend_from_slice(&fitted.mean);
    }
}

impl Factored {
    fn sift(&mut self, from: &Fitted, sift: &mut Sift<'_>, _: &mut Batch, out: &mut Batch) {
        let (scale, n) = (self.family.scale, sift.wanted as f64);
        let (root, is_about_mean) = (scale.sqrt(), self.family.estimate != Estimate::Covariance);
        self.sums.full((&self.truth, &self.gauge), &from.mean, &from.factor, root, sift);
        out.weight = n;
        out.matrix.copy_from_slice(&from.factor);
        self.sums.factor(n, is_about_mean, &mut out.triangle);
        out.offset.fill(0.0);
        if is_about_mean {
            out.offset.copy_from_slice(&self.sums.mean);
        }
        apply(&from.factor, &out.offset, &mut self.step);
        (0..out.mean.len()).for_each(|i| out.mean[i] = from.mean[i] + root * self.step[i]);
        out.held = Held::Product { parent: from.parent, scale };
        out.version = self.version();
    }
}
