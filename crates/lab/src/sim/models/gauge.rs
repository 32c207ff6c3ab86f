//! What models of points are measured against: the truth's moments, held-out points, levels and modes.
//!
//! Takes a setup and, per replicate, its streams; builds only what the asked metrics need. A model brings its mean,
//! spread, log densities or cell masses.

use super::shapes::{Point, Source, distance_squared};
use crate::random::{Purpose, Rng, Streams};
use crate::sim::chain::Assessment;
use crate::sim::levels::Levels;
use crate::sim::{Setup, Truth};
use crate::taxonomy::Metric;
use rand::SeedableRng;

/// Held-out points of the truth per replicate.
pub const HELD_OUT: usize = 500;
/// Draws that place the levels of a truth of more than two coordinates, where they only serve a verifier.
const LEVEL_DRAWS: usize = 100_000;

/// Metrics of levels and modes.
const LEVEL_METRICS: [Metric; 5] =
    [Metric::TailCoverage, Metric::TailCoverageWide, Metric::ModesKept, Metric::MassBetweenModes, Metric::MassOutside];

#[derive(Debug, Clone, PartialEq)]
enum Sets {
    Unneeded,
    Grid(Box<Levels>),
    /// Log densities of the hallucination and of the tail level.
    LogDensities {
        hallucination: f64,
        tail: f64,
    },
}

/// The truth's side of every measurement of points.
#[derive(Debug, Clone, PartialEq)]
pub struct Gauge<const D: usize> {
    /// The truth.
    pub source: Source<D>,
    /// Its mean.
    pub mean: Point<D>,
    /// The trace of its covariance.
    pub trace: f64,
    /// Held-out points of this replicate; empty unless a metric needs them.
    pub held_out: Vec<Point<D>>,
    sets: Sets,
    draws_held_out: HeldOut,
    needs_sets: NeedsSets,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HeldOut {
    Drawn,
    Unneeded,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NeedsSets {
    Yes,
    No,
}

impl<const D: usize> Gauge<D> {
    /// The gauge of a setup; `None` if its truth makes no points or too wide ones.
    #[must_use]
    pub fn of(setup: &Setup) -> Option<Self> {
        let source = Source::of(&setup.truth)?;
        let (mean, trace) = source.moments();
        let asked = |metric: &Metric| setup.metrics.contains(metric) || setup.hitting.is_some_and(|h| h.metric == *metric);
        let levels = !setup.curation.is_empty() || LEVEL_METRICS.iter().any(asked);
        let needs_sets = if levels { NeedsSets::Yes } else { NeedsSets::No };
        let draws_held_out = if asked(&Metric::NegativeLogLikelihood) { HeldOut::Drawn } else { HeldOut::Unneeded };
        let mut gauge = Self { source, mean, trace, held_out: Vec::new(), sets: Sets::Unneeded, draws_held_out, needs_sets };
        gauge.find_sets();
        Some(gauge)
    }

    /// Starts a replicate.
    pub fn begin(&mut self, streams: &Streams, truth_is_random: TruthIs) {
        if truth_is_random == TruthIs::Random {
            self.source.begin(streams);
            (self.mean, self.trace) = self.source.moments();
            self.find_sets();
        }
        self.held_out.clear();
        if self.draws_held_out == HeldOut::Drawn {
            let mut rng = streams.at(0, Purpose::Measure);
            self.source.draws(HELD_OUT as u64, &mut rng, &mut self.held_out);
        }
    }

    fn find_sets(&mut self) {
        if self.needs_sets == NeedsSets::No {
            return;
        }
        self.sets = Levels::of(&self.source).map_or_else(|| self.log_density_sets(), |levels| Sets::Grid(Box::new(levels)));
    }

    /// Levels as quantiles of the log density over a fixed set of draws.
    fn log_density_sets(&self) -> Sets {
        let mut rng = Rng::seed_from_u64(0);
        let mut points = Vec::with_capacity(LEVEL_DRAWS);
        self.source.draws(LEVEL_DRAWS as u64, &mut rng, &mut points);
        let mut values: Vec<f64> = points.iter().map(|point| self.source.log_density(point)).collect();
        values.sort_by(f64::total_cmp);
        Sets::LogDensities { hallucination: values[LEVEL_DRAWS / 1000], tail: values[LEVEL_DRAWS / 100] }
    }

    /// Levels and modes on their grid, where the truth has one and a metric asks for it.
    #[must_use]
    pub const fn levels(&self) -> Option<&Levels> {
        match &self.sets {
            Sets::Grid(levels) => Some(levels),
            Sets::Unneeded | Sets::LogDensities { .. } => None,
        }
    }

    /// What the truth says of a point.
    #[must_use]
    pub fn assess(&self, point: &Point<D>) -> Assessment {
        match &self.sets {
            Sets::Grid(levels) => Assessment { correct: !levels.is_hallucinated(point), tail: levels.is_tail(point) },
            Sets::LogDensities { hallucination, tail } => {
                let value = self.source.log_density(point);
                Assessment { correct: value >= *hallucination, tail: value < *tail }
            }
            Sets::Unneeded => Assessment { correct: true, tail: false },
        }
    }

    /// Metrics of the fitted mean and trace of the covariance.
    #[must_use]
    pub fn moments(&self, mean: &Point<D>, trace: f64, metric: Metric) -> Option<f64> {
        let ratio = trace / self.trace;
        if metric == Metric::MeanSquaredError {
            Some(distance_squared(mean, &self.mean))
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
}

/// Whether the truth is drawn anew in every replicate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TruthIs {
    /// One truth for all.
    Fixed,
    /// Its centres are drawn.
    Random,
}

impl TruthIs {
    /// Of a truth.
    #[must_use]
    pub const fn of(truth: &Truth) -> Self {
        if matches!(truth, Truth::Blobs { .. }) { Self::Random } else { Self::Fixed }
    }
}

/// The metrics of points that a model with a density, moments and cell masses defines on a truth, sorted.
#[must_use]
pub fn defined(truth: &Truth) -> Vec<Metric> {
    let Some(source) = Source::<32>::of(truth) else { return Vec::new() };
    let mut metrics = vec![Metric::MeanSquaredError, Metric::VarianceRatio, Metric::LogVariance, Metric::SpreadRatio];
    metrics.extend([Metric::NegativeLogLikelihood, Metric::Displacement]);
    if source.dimension <= 2 {
        metrics.extend([Metric::TailCoverage, Metric::TailCoverageWide, Metric::MassOutside]);
        if !source.modes().is_empty() {
            metrics.extend([Metric::ModesKept, Metric::MassBetweenModes]);
        }
    }
    metrics.sort_unstable();
    metrics
}
