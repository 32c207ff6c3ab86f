//! Families with one parameter, its mean: Poisson, exponential, Bernoulli. The twin and the exact shortcut by sums.

use super::binomial::binomial;
use crate::random::{Rng, Streams};
use crate::sim::chain::{Chain, Reading, RealDraw, Start, Unfit};
use crate::sim::learner::{Learner, Weighted};
use crate::sim::samples::{Gauge, Twin};
use crate::sim::world::World;
use crate::sim::{Model as Kind, Sampling, Setup, Truth};
use crate::taxonomy::Metric;
use rand_distr::{Distribution, Exp1, Gamma, Poisson};

/// The law, with its mean elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Law {
    /// Counts.
    Poisson,
    /// Waiting times.
    Exponential,
    /// Zeros and ones.
    Bernoulli,
}

impl Law {
    /// One draw.
    fn draw(self, mean: f64, rng: &mut Rng) -> f64 {
        match self {
            Self::Poisson => Poisson::new(mean).map_or(0.0, |law| law.sample(rng)),
            Self::Exponential => {
                let unit: f64 = Exp1.sample(rng);
                mean * unit
            }
            Self::Bernoulli => binomial(1, mean.clamp(0.0, 1.0), rng) as f64,
        }
    }

    /// The sum of n draws, from its own law.
    fn sum(self, n: u64, mean: f64, rng: &mut Rng) -> f64 {
        match self {
            Self::Poisson => Poisson::new(n as f64 * mean).map_or(0.0, |law| law.sample(rng)),
            Self::Exponential => Gamma::new(n as f64, mean).map_or(0.0, |law| law.sample(rng)),
            Self::Bernoulli => binomial(n, mean.clamp(0.0, 1.0), rng) as f64,
        }
    }

    /// Variance at a mean.
    #[must_use]
    pub fn variance(self, mean: f64) -> f64 {
        match self {
            Self::Poisson => mean,
            Self::Exponential => mean * mean,
            Self::Bernoulli => mean * (1.0 - mean),
        }
    }

    /// The mean by maximum likelihood.
    fn estimate(self, sum: f64, weight: f64) -> Result<f64, Unfit> {
        if !(weight > 0.0) {
            return Err(Unfit::TooFewSamples);
        }
        let mean = sum / weight;
        match self {
            Self::Exponential if !(mean >= f64::MIN_POSITIVE && mean.is_finite()) => Err(Unfit::Degenerate),
            Self::Poisson | Self::Exponential if !mean.is_finite() => Err(Unfit::Degenerate),
            Self::Poisson | Self::Exponential => Ok(mean),
            // Rounding of a weighted share may leave the interval by the last bit.
            Self::Bernoulli => Ok(mean.clamp(0.0, 1.0)),
        }
    }

    /// KL(truth || fit).
    fn divergence(self, truth: f64, fit: f64) -> f64 {
        let part = |p: f64, q: f64| if p > 0.0 { p * (p / q).ln() } else { 0.0 };
        let divergence = match self {
            Self::Poisson => part(truth, fit) + fit - truth,
            Self::Exponential => truth / fit - 1.0 - (truth / fit).ln(),
            Self::Bernoulli => part(truth, fit) + part(1.0 - truth, 1.0 - fit),
        };
        divergence.max(0.0)
    }
}

/// A scalar family over its own truth.
#[derive(Debug, Clone, Copy)]
pub struct Scalar {
    law: Law,
    mean: f64,
}

impl Scalar {
    /// The family of a setup, if truth and model are the same one.
    #[must_use]
    pub fn of(setup: &Setup) -> Option<Self> {
        if setup.sampling != Sampling::Unbiased {
            return None;
        }
        match (&setup.truth, &setup.model) {
            (Truth::Poisson { rate }, Kind::Poisson) => Some(Self { law: Law::Poisson, mean: *rate }),
            (Truth::Exponential { mean }, Kind::Exponential) => Some(Self { law: Law::Exponential, mean: *mean }),
            (Truth::Bernoulli { probability }, Kind::Bernoulli) => Some(Self { law: Law::Bernoulli, mean: *probability }),
            _ => None,
        }
    }

    /// The law.
    #[must_use]
    pub const fn law(&self) -> Law {
        self.law
    }

    /// The true mean.
    #[must_use]
    pub const fn mean(&self) -> f64 {
        self.mean
    }

    fn gauge(&self, fitted: f64, metric: Metric) -> Option<f64> {
        let ratio = self.law.variance(fitted) / self.law.variance(self.mean);
        match metric {
            Metric::Parameter => Some(fitted),
            Metric::SquaredError | Metric::MeanSquaredError => Some((fitted - self.mean).powi(2)),
            Metric::VarianceRatio => Some(ratio),
            Metric::SpreadRatio => Some(ratio.sqrt()),
            Metric::KlDivergence => Some(self.law.divergence(self.mean, fitted)),
            Metric::Heterozygosity if self.law == Law::Bernoulli => Some(2.0 * fitted * (1.0 - fitted)),
            _ => None,
        }
    }
}

/// The estimator of a family's mean.
#[derive(Debug, Clone, Copy)]
pub struct Estimator(Law);

/// Reads a fitted mean.
#[derive(Debug, Clone, Copy)]
pub struct MeanGauge;

/// A scalar family over its own truth.
pub type ScalarTwin = Twin<Scalar, Estimator, MeanGauge>;

/// The twin of a setup, if truth and model are the same one.
#[must_use]
pub fn twin(setup: &Setup) -> Option<ScalarTwin> {
    Scalar::of(setup).map(|world| Twin::new(world, Estimator(world.law), MeanGauge))
}

impl World for Scalar {
    type Example = f64;

    fn begin(&mut self, _: &Streams) {}

    fn real(&mut self, _: RealDraw, n: u64, rng: &mut Rng, out: &mut Vec<f64>) {
        out.extend((0..n).map(|_| self.law.draw(self.mean, rng)));
    }
}

impl Learner<Scalar> for Estimator {
    type Fitted = f64;

    fn blank(&self) -> f64 {
        0.0
    }

    fn fit(&mut self, _: &Scalar, training: Weighted<'_, f64>, _: f64, _: Start<'_, f64>, _: &mut Rng, out: &mut f64) -> Result<(), Unfit> {
        let sum: f64 = training.examples.iter().enumerate().map(|(place, x)| training.weight(place) * x).sum();
        *out = self.0.estimate(sum, training.total())?;
        Ok(())
    }

    fn synthetic(&mut self, _: &mut Scalar, from: &f64, n: u64, rng: &mut Rng, out: &mut Vec<f64>) {
        out.extend((0..n).map(|_| self.0.draw(*from, rng)));
    }
}

impl Gauge<Scalar, Estimator> for MeanGauge {
    fn read(&mut self, world: &mut Scalar, _: &mut Estimator, fitted: &f64, metric: Metric, _: &mut Rng) -> Reading {
        world.gauge(*fitted, metric).into()
    }

    fn location(&self, _: &Scalar, _: &Estimator, fitted: &f64, out: &mut Vec<f64>) {
        out.clear();
        out.push(*fitted);
    }
}

/// The shortcut: the sum of a batch, drawn from its own law.
#[derive(Debug, Clone, Copy)]
pub struct Sums(pub Scalar);

/// Weight and weighted sum.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sum {
    weight: f64,
    sum: f64,
}

impl Chain for Sums {
    type Batch = Sum;
    type Fitted = f64;

    fn begin(&mut self, _: &Streams) {}

    fn empty(&self) -> Sum {
        Sum::default()
    }

    fn clear(&self, batch: &mut Sum) {
        *batch = Sum::default();
    }

    fn blank(&self) -> f64 {
        self.0.mean
    }

    fn real(&mut self, _: RealDraw, n: u64, rng: &mut Rng, out: &mut Sum) {
        out.weight += n as f64;
        out.sum += self.0.law.sum(n, self.0.mean, rng);
    }

    fn synthetic(&mut self, from: &f64, n: u64, rng: &mut Rng, out: &mut Sum) {
        out.weight += n as f64;
        out.sum += self.0.law.sum(n, *from, rng);
    }

    fn add(&mut self, batch: &Sum, weight: f64, into: &mut Sum) {
        into.weight += weight * batch.weight;
        into.sum += weight * batch.sum;
    }

    fn fit(&mut self, training: &Sum, _: f64, _: Start<'_, Self::Fitted>, _: &mut Rng, out: &mut f64) -> Result<(), Unfit> {
        *out = self.0.law.estimate(training.sum, training.weight)?;
        Ok(())
    }

    fn read(&mut self, fitted: &f64, metric: Metric, _: &mut Rng) -> Reading {
        self.0.gauge(*fitted, metric).into()
    }

    fn location(&self, fitted: &f64, out: &mut Vec<f64>) {
        out.clear();
        out.push(*fitted);
    }
}
