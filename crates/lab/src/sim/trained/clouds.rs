//! What is read of a network that makes points: moments, cells and distance of points that it makes, and its loss where it has a density.
//!
//! The distance is the energy distance to points of the truth, drawn once per replicate; both samples are finite, so that a perfect model has a
//! small distance of its own, which the real-only twin has as well.

use super::halves;
use super::manifold::{self, Sample};
use crate::random::{Purpose, Rng, Streams};
use crate::sim::Truth;
use crate::sim::chain::{Reading, Steps};
use crate::sim::learner::Learner;
use crate::sim::models::gauge::moments;
use crate::sim::models::points::Points;
use crate::sim::models::shapes::{Point, Source, distance_squared};
use crate::sim::samples::{Gauge, Twin};
use crate::taxonomy::Metric;

/// Points made for every reading, and as many of the truth.
const MADE: usize = 1000;
/// Points shown of a generation.
const SHOWN: usize = 150;
/// Points in the plane, as every network of points here makes them.
pub const PLANE: usize = 2;

/// A point of the plane.
pub type Spot = Point<PLANE>;

/// The metrics of clouds over a truth; `has_loss` where the learner has a density.
#[must_use]
pub fn defined(truth: &Truth, has_loss: bool) -> Vec<Metric> {
    let Some(source) = Source::<PLANE>::of(truth).filter(|source| source.dimension == PLANE) else { return Vec::new() };
    let mut metrics = vec![
        Metric::MeanSquaredError,
        Metric::VarianceRatio,
        Metric::LogVariance,
        Metric::SpreadRatio,
        Metric::EnergyDistance,
        Metric::TailCoverage,
        Metric::TailCoverageWide,
        Metric::MassOutside,
        Metric::Precision,
        Metric::Recall,
        Metric::MeanDiscrepancy,
    ];
    metrics.extend(has_loss.then_some(Metric::NegativeLogLikelihood));
    if !source.modes().is_empty() {
        metrics.extend([Metric::ModesKept, Metric::MassBetweenModes]);
    }
    metrics
}

/// A learner of points of the plane.
pub trait Scatters: Learner<Points<PLANE>> {
    /// A number that tells fits apart.
    fn mark(from: &Self::Fitted) -> u64;

    /// Appends `n` points as the fit has them, whatever the sampling of the setup.
    fn scatter(&mut self, from: &Self::Fitted, n: usize, rng: &mut Rng, out: &mut Vec<Spot>);

    /// The loss of each point in nats, where the learner has a density.
    fn losses(&mut self, from: &Self::Fitted, points: &[Spot]) -> Option<Vec<f64>>;
}

/// The gauge of clouds.
#[derive(Debug, Clone, Default)]
pub struct CloudGauge {
    mark: Option<u64>,
    made: Vec<Spot>,
    truth: Vec<Spot>,
}

impl<L: Scatters> Gauge<Points<PLANE>, L> for CloudGauge {
    const DRAWS: bool = true;
    const STEPS: Steps<Twin<Points<PLANE>, L, Self>> = Steps::of_examples().judged().placed();

    fn begin(&mut self, world: &Points<PLANE>, streams: &Streams) {
        self.mark = None;
        self.truth.clear();
        world.source.draws(MADE as u64, &mut streams.at(0, Purpose::Measure), &mut self.truth);
    }

    fn read(&mut self, world: &mut Points<PLANE>, learner: &mut L, fitted: &L::Fitted, metric: Metric, rng: &mut Rng) -> Reading {
        if metric == Metric::NegativeLogLikelihood {
            return learner.losses(fitted, &self.truth).map_or(Reading::Undefined, |losses| halves::mean(&losses));
        }
        let mark = L::mark(fitted);
        if self.mark != Some(mark) {
            self.made.clear();
            learner.scatter(fitted, MADE, rng, &mut self.made);
            self.mark = Some(mark);
        }
        halves::of_examples(&self.made, |made| read(world, made, &self.truth, metric))
    }

    fn location(&self, world: &Points<PLANE>, _: &L, _: &L::Fitted, out: &mut Vec<f64>) {
        out.clear();
        out.extend_from_slice(&world.mean);
    }

    fn show(&self, _: &Points<PLANE>, learner: &mut L, fitted: &L::Fitted, rng: &mut Rng) -> Vec<String> {
        let mut points = Vec::new();
        learner.scatter(fitted, SHOWN, rng, &mut points);
        points.iter().map(|point| format!("{:.2} {:.2}", point[0], point[1])).collect()
    }
}

fn read(world: &Points<PLANE>, made: &[Spot], truth: &[Spot], metric: Metric) -> Option<f64> {
    let mut mean = [0.0; PLANE];
    made.iter().for_each(|point| mean.iter_mut().zip(point).for_each(|(m, x)| *m += x / made.len() as f64));
    let trace = made.iter().map(|point| distance_squared(point, &mean)).sum::<f64>() / made.len() as f64;
    if metric == Metric::EnergyDistance {
        return Some(energy_distance(made, truth));
    }
    match metric {
        Metric::Precision => return Some(manifold::precision(made, Sample::even(truth), distance_squared)),
        Metric::Recall => return Some(manifold::recall(made, Sample::even(truth), distance_squared)),
        // As wide as the truth.
        Metric::MeanDiscrepancy => return Some(manifold::discrepancy(made, Sample::even(truth), world.trace, distance_squared)),
        _ => {}
    }
    moments(world, &mean, trace, metric).or_else(|| {
        let levels = world.levels()?;
        let mut masses = vec![0.0; levels.grid().cells()];
        made.iter().for_each(|point| levels.grid().count(point, PLANE, 1.0 / made.len() as f64, &mut masses));
        levels.measure(&masses, metric)
    })
}

/// Twice the mean distance between the samples minus the mean distances within each, pairs of a point with itself included.
///
/// # Source
/// Székely and Rizzo (2013), "Energy statistics", equation 6.1 (the V-statistic).
fn energy_distance(a: &[Spot], b: &[Spot]) -> f64 {
    let mean = |a: &[Spot], b: &[Spot]| -> f64 {
        a.iter().map(|x| b.iter().map(|y| distance_squared(x, y).sqrt()).sum::<f64>()).sum::<f64>() / (a.len() * b.len()) as f64
    };
    (2.0 * mean(a, b) - mean(a, a) - mean(b, b)).max(0.0)
}
