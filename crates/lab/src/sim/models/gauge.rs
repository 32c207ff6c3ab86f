//! What models of points are measured against: the truth's moments, held-out points, levels and modes.
//!
//! Takes a setup and, per replicate, its streams; draws only what the asked metrics need. A model brings its mean,
//! spread, log densities or cell masses.

use super::distances;
use super::points::Points;
use super::shapes::{Point, Source, distance_squared};
use crate::random::{Purpose, Streams};
use crate::sim::{Setup, Truth};
use crate::taxonomy::Metric;

/// Held-out examples of the truth per replicate.
pub const HELD_OUT: usize = 500;

/// Whether a metric is to be measured, or watched for an event.
#[must_use]
pub fn is_asked(setup: &Setup, metric: Metric) -> bool {
    setup.metrics.contains(&metric) || setup.hitting.is_some_and(|event| event.metric == metric)
}

/// What a fit to points is measured by, beside the world itself.
#[derive(Debug, Clone, PartialEq)]
pub struct PointGauge<const D: usize> {
    /// Held-out points of this replicate; empty unless a metric needs them.
    pub held_out: Vec<Point<D>>,
    size: usize,
}

impl<const D: usize> PointGauge<D> {
    /// The gauge of a setup.
    #[must_use]
    pub fn of(setup: &Setup) -> Self {
        let size = if is_asked(setup, Metric::NegativeLogLikelihood) { HELD_OUT } else { 0 };
        Self { held_out: Vec::new(), size }
    }

    /// Starts a replicate: draws held-out points of a world that is begun.
    pub fn draw(&mut self, world: &Points<D>, streams: &Streams) {
        self.held_out.clear();
        if self.size > 0 {
            let mut rng = streams.at(0, Purpose::Measure);
            world.source.draws(self.size as u64, &mut rng, &mut self.held_out);
        }
    }
}

/// Cell masses of the fit that was read last: several metrics are read of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen<F> {
    fitted: Option<F>,
    masses: Vec<f64>,
}

impl<F: Clone + PartialEq> Seen<F> {
    /// Before any fit was read.
    pub const fn nothing() -> Self {
        Self { fitted: None, masses: Vec::new() }
    }

    /// Forgets them: the next replicate may have other cells.
    pub fn forget(&mut self) {
        self.fitted = None;
    }

    /// The masses of a fit in so many cells, which `add` fills unless they are known.
    pub fn masses(&mut self, fitted: &F, cells: usize, add: impl FnOnce(&mut [f64])) -> &[f64] {
        if self.fitted.as_ref() != Some(fitted) {
            self.masses.clear();
            self.masses.resize(cells, 0.0);
            add(&mut self.masses);
            self.fitted = Some(fitted.clone());
        }
        &self.masses
    }
}

/// Metrics of the fitted mean and trace of the covariance.
#[must_use]
pub fn moments<const D: usize>(world: &Points<D>, mean: &Point<D>, trace: f64, metric: Metric) -> Option<f64> {
    let ratio = trace / world.trace;
    if metric == Metric::MeanSquaredError {
        Some(distance_squared(mean, &world.mean))
    } else if metric == Metric::VarianceRatio {
        Some(ratio)
    } else if metric == Metric::LogVariance {
        Some(ratio.ln())
    } else if metric == Metric::SpreadRatio {
        Some(ratio.sqrt())
    } else {
        None
    }
}

/// The metrics of points that a model with a density, moments and cell masses defines on a truth, sorted.
#[must_use]
pub fn defined(truth: &Truth) -> Vec<Metric> {
    let Some(source) = Source::<32>::of(truth) else { return Vec::new() };
    let mut metrics = vec![Metric::MeanSquaredError, Metric::VarianceRatio, Metric::LogVariance, Metric::SpreadRatio];
    metrics.extend([Metric::NegativeLogLikelihood, Metric::Displacement]);
    metrics.extend(distances::defined(truth));
    // Of the Rosenbrock law only points can be counted beyond a level.
    if source.dimension <= 2 && source.bent().is_none() {
        metrics.extend([Metric::TailCoverage, Metric::TailCoverageWide, Metric::MassOutside]);
        if !source.modes().is_empty() {
            metrics.extend([Metric::ModesKept, Metric::MassBetweenModes]);
        }
    }
    metrics.sort_unstable();
    metrics
}
