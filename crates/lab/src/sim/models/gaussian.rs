//! Gaussian families over a Gaussian truth: what is fitted and how, and the sample-by-sample twin.
//!
//! Coordinates are the truth's principal axes, so its covariance is diagonal; a fit in these coordinates has the same
//! law as in any others (the full families are equivariant under rotation, the diagonal one is defined in them).

use super::dense;
use super::gaussian_measure::{Gauge, View};
pub use super::gaussian_truth::GaussianTruth;
use crate::random::{Rng, Streams};
use crate::sim::chain::{Assessment, Reading, RealDraw, Start, Steps, Unfit, Visible};
use crate::sim::learner::{Displaced, Extrapolates, Learner, Weighted, beyond};
use crate::sim::samples::{Gauge as Reads, Twin};
use crate::sim::world::{Judged, Shown, World};
use crate::sim::{Estimate, Model as Kind, Sampling, Setup};
use crate::taxonomy::Metric;
use rand_distr::{Distribution, StandardNormal};
use smallvec::SmallVec;

/// What the scatter is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Divisor {
    /// n: maximum likelihood.
    Count,
    /// n - 1: unbiased where the mean is estimated too.
    Freedom,
}

/// Which entries of the covariance are free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// All.
    Full,
    /// The diagonal.
    Diagonal,
}

/// A Gaussian family: what is fitted, from how much, and how it is sampled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Family {
    /// Fitted parameters.
    pub estimate: Estimate,
    /// Divisor of the scatter.
    pub divisor: Divisor,
    /// Free entries of the covariance.
    pub shape: Shape,
    /// Factor on the covariance when sampling.
    pub scale: f64,
}

impl Family {
    /// The family that a setup names.
    #[must_use]
    pub fn of(setup: &Setup) -> Option<Self> {
        let (estimate, divisor, shape) = match &setup.model {
            Kind::Gaussian { estimate } => (*estimate, Divisor::Count, Shape::Full),
            Kind::GaussianUnbiased { estimate } => (*estimate, Divisor::Freedom, Shape::Full),
            Kind::GaussianDiagonal { estimate } => (*estimate, Divisor::Count, Shape::Diagonal),
            _ => return None,
        };
        let scale = match setup.sampling {
            Sampling::Unbiased => 1.0,
            Sampling::VarianceScale { scale } => scale,
            Sampling::Temperature { .. }
            | Sampling::TopP { .. }
            | Sampling::TopK { .. }
            | Sampling::Argmax
            | Sampling::DecoderMean
            | Sampling::Guidance { .. }
            | Sampling::Flip { .. } => return None,
        };
        Some(Self { estimate, divisor, shape, scale })
    }

    /// What a scatter of total weight `weight` is divided by.
    ///
    /// # Errors
    /// Too few examples to divide by.
    pub fn divide_by(&self, weight: f64) -> Result<f64, Unfit> {
        let lost = match self.estimate {
            Estimate::Both => 1.0,
            Estimate::Covariance | Estimate::Mean => 0.0,
        };
        if !(weight > lost) {
            return Err(Unfit::TooFewSamples);
        }
        Ok(match self.divisor {
            Divisor::Count => weight,
            Divisor::Freedom => weight - lost,
        })
    }

    /// Degrees of freedom of the scatter of n examples about the location that is fitted or known.
    #[must_use]
    pub const fn freedom(&self, n: u64) -> u64 {
        match self.estimate {
            Estimate::Both => n.saturating_sub(1),
            Estimate::Covariance | Estimate::Mean => n,
        }
    }
}

/// A spread below the smallest normal number has left the range of numbers.
///
/// # Errors
/// The spread underflowed, or is not a number.
pub fn in_range(trace: f64) -> Result<(), Unfit> {
    if trace >= f64::MIN_POSITIVE && trace.is_finite() { Ok(()) } else { Err(Unfit::Degenerate) }
}

/// A fitted Gaussian.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// Mean.
    pub mean: Vec<f64>,
    /// Lower triangle L, row by row (d x d), of the covariance L L'.
    pub factor: Vec<f64>,
    /// Diagonal of the covariance.
    pub variances: Vec<f64>,
    /// Which training statistics it was fitted to, for the relative update.
    pub parent: u64,
}

impl Fitted {
    /// An empty place in d dimensions.
    #[must_use]
    pub fn blank(d: usize) -> Self {
        Self { mean: vec![0.0; d], factor: vec![0.0; d * d], variances: vec![0.0; d], parent: 0 }
    }

    /// Its view for measuring.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        View { mean: &self.mean, variances: &self.variances, factor: Some(&self.factor) }
    }
}

/// An example, without a place on the heap in few dimensions.
pub type Point = SmallVec<[f64; 4]>;

/// The world of one Gaussian, in any number of coordinates.
#[derive(Clone)]
pub struct Normal {
    truth: GaussianTruth,
    gauge: Gauge,
}

/// Mean and covariance, computed from every example; what is not fitted is given.
#[derive(Clone)]
pub struct Gaussian {
    known: GaussianTruth,
    family: Family,
    noise: Vec<f64>,
    scatter: Vec<f64>,
}

/// Reads a fitted Gaussian.
#[derive(Debug, Clone, Copy)]
pub struct NormalGauge;

/// The readable twin: every example drawn.
pub type GaussianTwin = Twin<Normal, Gaussian, NormalGauge>;

/// The twin of a setup with a Gaussian truth and a Gaussian family.
#[must_use]
pub fn twin(setup: &Setup) -> Option<GaussianTwin> {
    let known = GaussianTruth::of(&setup.truth)?;
    let (d, world) = (known.dimension(), Normal { gauge: Gauge::new(&known), truth: known.clone() });
    let learner = Gaussian { family: Family::of(setup)?, noise: vec![0.0; d], scatter: vec![0.0; d * d], known };
    Some(Twin::new(world, learner, NormalGauge))
}

impl World for Normal {
    type Example = Point;

    fn begin(&mut self, _: &Streams) {}

    fn real(&mut self, _: RealDraw, n: u64, rng: &mut Rng, out: &mut Vec<Point>) {
        for _ in 0..n {
            let point = self.truth.variances.iter().map(|v| {
                let z: f64 = StandardNormal.sample(rng);
                self.truth.mean + v.sqrt() * z
            });
            out.push(point.collect());
        }
    }
}

impl Learner<Normal> for Gaussian {
    type Fitted = Fitted;

    fn blank(&self) -> Fitted {
        Fitted::blank(self.known.dimension())
    }

    fn synthetic(&mut self, _: &mut Normal, from: &Fitted, n: u64, rng: &mut Rng, out: &mut Vec<Point>) {
        let (d, root) = (self.known.dimension(), self.family.scale.sqrt());
        for _ in 0..n {
            self.noise.iter_mut().for_each(|z| *z = StandardNormal.sample(rng));
            let moved = |i: usize| root * from.factor[i * d..=i * d + i].iter().zip(&self.noise).map(|(l, z)| l * z).sum::<f64>();
            out.push((0..d).map(|i| from.mean[i] + moved(i)).collect());
        }
    }

    fn fit(
        &mut self,
        _: &Normal,
        training: Weighted<'_, Point>,
        _: f64,
        _: Start<'_, Fitted>,
        _: &mut Rng,
        out: &mut Fitted,
    ) -> Result<(), Unfit> {
        let (d, examples, total) = (self.known.dimension(), training.examples, training.total());
        let weight = |place: usize| training.weight(place);
        let divisor = self.family.divide_by(total)?;
        out.mean.fill(self.known.mean);
        if self.family.estimate != Estimate::Covariance {
            for i in 0..d {
                // About the first example, so that a far mean costs no digits.
                let shift = examples[0][i];
                out.mean[i] = shift + examples.iter().enumerate().map(|(k, x)| weight(k) * (x[i] - shift)).sum::<f64>() / total;
            }
        }
        self.scatter.fill(0.0);
        if self.family.estimate == Estimate::Mean {
            for i in 0..d {
                self.scatter[i * d + i] = self.known.variances[i];
            }
        } else {
            for (k, x) in examples.iter().enumerate() {
                for i in 0..d {
                    let from = if self.family.shape == Shape::Full { 0 } else { i };
                    for j in from..=i {
                        self.scatter[i * d + j] += weight(k) * (x[i] - out.mean[i]) * (x[j] - out.mean[j]) / divisor;
                    }
                }
            }
        }
        for i in 0..d {
            out.variances[i] = self.scatter[i * d + i];
        }
        in_range(out.variances.iter().sum())?;
        dense::triangle_of(&self.scatter, d, &mut out.factor);
        Ok(())
    }
}

impl Reads<Normal, Gaussian> for NormalGauge {
    const STEPS: Steps<GaussianTwin> = Steps::of_examples().judged().shown().displaced().extrapolated();

    fn read(&mut self, world: &mut Normal, _: &mut Gaussian, fitted: &Fitted, metric: Metric, _: &mut Rng) -> Reading {
        world.gauge.measure(fitted.view(), metric).into()
    }

    fn location(&self, _: &Normal, _: &Gaussian, fitted: &Fitted, out: &mut Vec<f64>) {
        out.clear();
        out.extend_from_slice(&fitted.mean);
    }
}

impl Judged for Normal {
    fn assess(&self, example: &Point) -> Assessment {
        let distance = example.iter().zip(&self.truth.variances).map(|(x, v)| (x - self.truth.mean).powi(2) / v).sum();
        self.gauge.assess(distance)
    }
}

impl Shown for Normal {
    fn visible(&self, example: &Point) -> Visible {
        Visible::Coordinate(example[0])
    }
}

impl Displaced<Normal> for Gaussian {
    fn displace(&self, _: &Normal, from: &Fitted, distance: f64, out: &mut Fitted) {
        out.clone_from(from);
        out.mean[0] += distance;
    }
}

impl Extrapolates<Normal> for Gaussian {
    /// The covariances are moved, and the factor is that of the moved one.
    fn extrapolate(&mut self, from: &Fitted, weight: f64, fit: &mut Fitted) -> Result<(), Unfit> {
        let d = self.known.dimension();
        beyond(&from.mean, weight, &mut fit.mean);
        if self.family.estimate == Estimate::Mean {
            return Ok(());
        }
        dense::square_of(&fit.factor, d, &mut self.scatter);
        let mut theirs = vec![0.0; d * d];
        dense::square_of(&from.factor, d, &mut theirs);
        beyond(&theirs, weight, &mut self.scatter);
        (0..d).for_each(|i| fit.variances[i] = self.scatter[i * d + i]);
        if !dense::is_positive(&self.scatter, d) {
            return Err(Unfit::Degenerate);
        }
        dense::triangle_of(&self.scatter, d, &mut fit.factor);
        Ok(())
    }
}
