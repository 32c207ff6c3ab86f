//! The world of points: real points, which of them the truth calls correct, and its moments, levels and modes.
//!
//! Takes a setup and, per replicate, its streams; builds only what curations and the asked metrics need. Whatever learns from points
//! of at most D coordinates learns from this world.

use super::shapes::{Point, Source, distance_squared};
use crate::random::{Rng, Streams};
use crate::sim::chain::{Assessment, RealDraw, Visible};
use crate::sim::kept::Kept;
use crate::sim::levels::Levels;
use crate::sim::world::{Judged, Placed, Shown, World};
use crate::sim::{Setup, Truth};
use crate::taxonomy::Metric;
use rand::SeedableRng;
use std::sync::Arc;

/// Draws that place the levels of a truth of more than two coordinates, where they only serve a verifier.
const LEVEL_DRAWS: usize = 100_000;

/// Metrics of levels and modes.
const LEVEL_METRICS: [Metric; 5] =
    [Metric::TailCoverage, Metric::TailCoverageWide, Metric::ModesKept, Metric::MassBetweenModes, Metric::MassOutside];

#[derive(Debug, Clone, PartialEq)]
enum Sets {
    Unneeded,
    Grid(Arc<Levels>),
    /// Log densities of the hallucination and of the tail level.
    LogDensities {
        hallucination: f64,
        tail: f64,
    },
}

/// Sets of truths that are the same in every replicate, by the most coordinates of their points.
static SETS: Kept<(Truth, usize), Sets> = Kept::new();

/// A truth that makes points.
#[derive(Debug, Clone, PartialEq)]
pub struct Points<const D: usize> {
    /// The truth.
    pub source: Source<D>,
    /// Its mean.
    pub mean: Point<D>,
    /// The trace of its covariance.
    pub trace: f64,
    sets: Sets,
    needs_sets: NeedsSets,
    truth_is: TruthIs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NeedsSets {
    Yes,
    No,
}

impl<const D: usize> Points<D> {
    /// The world of a setup; `None` if its truth makes no points or too wide ones.
    #[must_use]
    pub fn of(setup: &Setup) -> Option<Self> {
        let source = Source::of(&setup.truth)?;
        let (mean, trace) = source.moments();
        let asked = |metric: &Metric| setup.metrics.contains(metric) || setup.hitting.is_some_and(|h| h.metric == *metric);
        let levels = !setup.curation.is_empty() || LEVEL_METRICS.iter().any(asked);
        let needs_sets = if levels { NeedsSets::Yes } else { NeedsSets::No };
        let mut world = Self { source, mean, trace, sets: Sets::Unneeded, needs_sets, truth_is: TruthIs::of(&setup.truth) };
        if levels && world.truth_is == TruthIs::Fixed {
            world.sets = SETS.get(&(setup.truth.clone(), D), || world.sets_of_truth());
        }
        Some(world)
    }

    /// Coordinates in use.
    #[must_use]
    pub const fn dimension(&self) -> usize {
        self.source.dimension
    }

    fn sets_of_truth(&self) -> Sets {
        Levels::of(&self.source).map_or_else(|| self.log_density_sets(), |levels| Sets::Grid(Arc::new(levels)))
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

    /// Levels and modes on their grid, where the truth has one and a metric asks for it: points are counted there.
    #[must_use]
    pub fn levels(&self) -> Option<&Levels> {
        match &self.sets {
            Sets::Grid(levels) => Some(levels),
            Sets::Unneeded | Sets::LogDensities { .. } => None,
        }
    }
}

impl<const D: usize> World for Points<D> {
    type Example = Point<D>;

    fn begin(&mut self, streams: &Streams) {
        if self.truth_is == TruthIs::Random {
            self.source.begin(streams);
            (self.mean, self.trace) = self.source.moments();
            if self.needs_sets == NeedsSets::Yes {
                self.sets = self.sets_of_truth();
            }
        }
    }

    fn real(&mut self, _: RealDraw, n: u64, rng: &mut Rng, out: &mut Vec<Point<D>>) {
        self.source.draws(n, rng, out);
    }
}

impl<const D: usize> Placed for Points<D> {
    fn apart(&self, a: &Point<D>, b: &Point<D>) -> f64 {
        distance_squared(a, b)
    }
}

impl<const D: usize> Judged for Points<D> {
    fn assess(&self, point: &Point<D>) -> Assessment {
        match &self.sets {
            Sets::Grid(levels) => Assessment { correct: !levels.is_hallucinated(point), tail: levels.is_tail(point) },
            Sets::LogDensities { hallucination, tail } => {
                let value = self.source.log_density(point);
                Assessment { correct: value >= *hallucination, tail: value < *tail }
            }
            Sets::Unneeded => Assessment { correct: true, tail: false },
        }
    }
}

impl<const D: usize> Shown for Points<D> {
    fn visible(&self, example: &Point<D>) -> Visible {
        Visible::Coordinate(example[0])
    }
}

/// Whether the truth is drawn anew in every replicate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TruthIs {
    /// One truth for all.
    Fixed,
    /// Its centres are drawn.
    Random,
}

impl TruthIs {
    /// Of a truth.
    const fn of(truth: &Truth) -> Self {
        if matches!(truth, Truth::Blobs { .. }) { Self::Random } else { Self::Fixed }
    }
}
