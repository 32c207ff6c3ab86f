//! The exact chain of kernel density estimates with a fixed bandwidth: the readable twin is `kde`.
//!
//! A batch is a list of shared clouds of points. What a cloud adds to the kernel sums at the held-out points and to the
//! masses of the grid does not depend on the other clouds, so it is computed once, when first measured, and a running
//! sum carries it on: the cost of a generation does not grow with t under accumulation. Exact for every regime that is
//! a weighted sum of batches, and for real points that are not independent: a batch is drawn whole, point by point, and only
//! then summed.

use std::sync::{Arc, OnceLock};

use rand::RngExt;

use super::distances::{self, Bump};
use super::gauge::{PointGauge, moments};
use super::kde::{Columns, Kde, Sums, log_kernel_sum, negative_log_likelihood};
use super::points::Points;
use super::shapes::Point;
use crate::random::{Rng, Streams};
use crate::sim::Setup;
use crate::sim::chain::{Chain, Reading, RealDraw, Sift, Start, Steps, Unfit};
use crate::sim::world::{Judged, World};
use crate::taxonomy::Metric;

/// Points drawn together, with what they add to every measurement.
#[derive(Debug, Clone)]
pub struct Cloud<const D: usize> {
    points: Vec<Point<D>>,
    moments: Sums<D>,
    kernels: OnceLock<Box<[f64]>>,
    masses: OnceLock<Box<[f64]>>,
}

/// A training set as clouds with a weight each.
#[derive(Debug, Clone)]
pub struct Clouds<const D: usize> {
    parts: Vec<(Arc<Cloud<D>>, f64)>,
    /// Total weight up to and with each part; kept for fitted sets.
    cumulative: Vec<f64>,
    moments: Sums<D>,
}

/// Sums over the clouds of the set measured last.
#[derive(Debug, Clone)]
struct Running<const D: usize> {
    parts: Vec<(Arc<Cloud<D>>, f64)>,
    sums: Vec<f64>,
}

impl<const D: usize> Running<D> {
    const fn new() -> Self {
        Self { parts: Vec::new(), sums: Vec::new() }
    }

    fn reset(&mut self, length: usize) {
        self.parts.clear();
        self.sums.clear();
        self.sums.resize(length, 0.0);
    }

    /// Brings the sums to those of `parts`: on from the last set where that is a beginning of this one, else anew.
    fn follow(
        &mut self,
        parts: &[(Arc<Cloud<D>>, f64)],
        length: usize,
        mut of: impl FnMut(&Cloud<D>) -> Vec<f64>,
        place: fn(&Cloud<D>) -> &OnceLock<Box<[f64]>>,
    ) {
        let same = |a: &(Arc<Cloud<D>>, f64), b: &(Arc<Cloud<D>>, f64)| Arc::ptr_eq(&a.0, &b.0) && a.1.to_bits() == b.1.to_bits();
        let continues =
            self.sums.len() == length && self.parts.len() <= parts.len() && self.parts.iter().zip(parts).all(|(a, b)| same(a, b));
        if !continues {
            self.reset(length);
        }
        for (cloud, weight) in &parts[self.parts.len()..] {
            let own = place(cloud).get_or_init(|| of(cloud).into_boxed_slice());
            self.sums.iter_mut().zip(own.iter()).for_each(|(sum, own)| *sum += weight * own);
        }
        self.parts.extend(parts[self.parts.len()..].iter().cloned());
    }
}

/// The chain.
#[derive(Debug, Clone)]
pub struct KernelSums<const D: usize> {
    world: Points<D>,
    kde: Kde<D>,
    gauge: PointGauge<D>,
    bandwidth: f64,
    columns: Columns,
    kernels: Running<D>,
    masses: Running<D>,
}

impl<const D: usize> KernelSums<D> {
    /// The chain of a setup: a fixed bandwidth, no budget, no overwriting, no downstream learner.
    #[must_use]
    pub fn of(setup: &Setup) -> Option<Self> {
        let world = Points::of(setup)?;
        let (kde, gauge) = (Kde::of(setup, world.dimension())?, PointGauge::of(setup));
        let bandwidth = kde.fixed_bandwidth()?;
        let exact = !setup.cuts() && setup.downstream.is_none();
        let (columns, kernels, masses) = (Columns::default(), Running::new(), Running::new());
        exact.then_some(Self { world, kde, gauge, bandwidth, columns, kernels, masses })
    }

    fn append(points: Vec<Point<D>>, out: &mut Clouds<D>) {
        if points.is_empty() {
            return;
        }
        let mut moments = Sums::empty();
        points.iter().for_each(|p| moments.add(p, 1.0));
        out.moments.add_sums(&moments, 1.0);
        let cloud = Cloud { points, moments, kernels: OnceLock::new(), masses: OnceLock::new() };
        out.parts.push((Arc::new(cloud), 1.0));
    }

    /// One point of a fitted set, whose mean is `mean`.
    fn draw(&self, from: &Clouds<D>, mean: &Point<D>, rng: &mut Rng) -> Point<D> {
        let at = rng.random::<f64>() * from.moments.weight;
        let part = from.cumulative.partition_point(|sum| *sum <= at).min(from.parts.len() - 1);
        let points = &from.parts[part].0.points;
        let before = if part == 0 { 0.0 } else { from.cumulative[part - 1] };
        // What is left of `at` inside its part is uniform: it picks the point.
        let place = ((at - before) / from.parts[part].1) as usize;
        self.kde.perturb(points[place.min(points.len() - 1)], &[self.bandwidth; D], mean, rng)
    }

    fn likelihood(&mut self, fitted: &Clouds<D>) -> f64 {
        let (h, dimension) = ([self.bandwidth; D], self.world.dimension());
        let held_out = &self.gauge.held_out;
        let columns = &mut self.columns;
        let of = |cloud: &Cloud<D>| {
            let mut sums = vec![0.0; held_out.len()];
            columns.add_kernels(&cloud.points, |_| 1.0, &h, &mut sums);
            sums
        };
        self.kernels.follow(&fitted.parts, held_out.len(), of, |cloud| &cloud.kernels);
        let training = fitted.parts.iter().flat_map(|(cloud, weight)| cloud.points.iter().map(move |p| (p, *weight)));
        let exact = |k: usize| log_kernel_sum(training.clone(), &held_out[k], &h, dimension);
        negative_log_likelihood(&self.kernels.sums, fitted.moments.weight, &h, dimension, exact)
    }

    fn level_metric(&mut self, fitted: &Clouds<D>, metric: Metric) -> Option<f64> {
        let (h, dimension) = ([self.bandwidth; D], self.world.dimension());
        let levels = self.world.levels()?;
        let boxes = levels.grid().boxes()?;
        let of = |cloud: &Cloud<D>| {
            let mut masses = vec![0.0; boxes.cells()];
            cloud.points.iter().for_each(|p| boxes.add(dimension, p, &h, 1.0, &mut masses));
            masses
        };
        self.masses.follow(&fitted.parts, boxes.cells(), of, |cloud| &cloud.masses);
        let share: Vec<f64> = self.masses.sums.iter().map(|m| m / fitted.moments.weight).collect();
        levels.measure(&share, metric)
    }
}

impl<const D: usize> Chain for KernelSums<D> {
    type Batch = Clouds<D>;
    type Fitted = Clouds<D>;
    const STEPS: Steps<Self> = Steps { sift: Some(Self::sift), ..Steps::NONE };

    fn begin(&mut self, streams: &Streams) {
        self.world.begin(streams);
        self.gauge.draw(&self.world, streams);
        self.columns.set(&self.gauge.held_out, self.world.dimension(), &[self.bandwidth; D]);
        self.kernels.reset(0);
        self.masses.reset(0);
    }

    fn empty(&self) -> Clouds<D> {
        Clouds { parts: Vec::new(), cumulative: Vec::new(), moments: Sums::empty() }
    }

    fn clear(&self, batch: &mut Clouds<D>) {
        batch.parts.clear();
        batch.moments = Sums::empty();
    }

    fn blank(&self) -> Clouds<D> {
        self.empty()
    }

    fn real(&mut self, _draw: RealDraw, n: u64, rng: &mut Rng, out: &mut Clouds<D>) {
        let mut points = Vec::with_capacity(n as usize);
        self.world.source.draws(n, rng, &mut points);
        Self::append(points, out);
    }

    fn synthetic(&mut self, from: &Clouds<D>, n: u64, rng: &mut Rng, out: &mut Clouds<D>) {
        let mean = from.moments.mean();
        Self::append((0..n).map(|_| self.draw(from, &mean, rng)).collect(), out);
    }

    fn add(&mut self, batch: &Clouds<D>, weight: f64, into: &mut Clouds<D>) {
        into.parts.extend(batch.parts.iter().map(|(cloud, own)| (Arc::clone(cloud), weight * own)));
        into.moments.add_sums(&batch.moments, weight);
    }

    fn fit(
        &mut self,
        training: &Clouds<D>,
        _growth: f64,
        _: Start<'_, Self::Fitted>,
        _rng: &mut Rng,
        out: &mut Clouds<D>,
    ) -> Result<(), Unfit> {
        out.parts.clone_from(&training.parts);
        out.moments = training.moments;
        out.cumulative.clear();
        let mut sum = 0.0;
        for (cloud, weight) in &out.parts {
            sum += weight * cloud.moments.weight;
            out.cumulative.push(sum);
        }
        if sum <= 0.0 {
            return Err(Unfit::TooFewSamples);
        }
        if out.moments.first.iter().all(|x| x.is_finite()) { Ok(()) } else { Err(Unfit::Degenerate) }
    }

    fn read(&mut self, fitted: &Clouds<D>, metric: Metric, _: &mut Rng) -> Reading {
        self.exact(fitted, metric).into()
    }

    fn location(&self, fitted: &Clouds<D>, out: &mut Vec<f64>) {
        out.clear();
        out.extend_from_slice(&fitted.moments.mean()[..self.world.dimension()]);
    }
}

impl<const D: usize> KernelSums<D> {
    fn exact(&mut self, fitted: &Clouds<D>, metric: Metric) -> Option<f64> {
        if metric == Metric::NegativeLogLikelihood {
            return (!self.gauge.held_out.is_empty()).then(|| self.likelihood(fitted));
        }
        let dimension = self.world.dimension();
        let trace = fitted.moments.variances().iter().sum::<f64>() + dimension as f64 * self.bandwidth * self.bandwidth;
        let moments = moments(&self.world, &fitted.moments.mean(), trace, metric);
        let bump =
            |point: &Point<D>, weight: f64| Bump { weight: weight / fitted.moments.weight, mean: point[0], deviation: self.bandwidth };
        let bumps = fitted.parts.iter().flat_map(|(cloud, weight)| cloud.points.iter().map(move |point| bump(point, *weight)));
        moments.or_else(|| distances::of_bumps(&self.world, bumps, metric)).or_else(|| self.level_metric(fitted, metric))
    }
}

impl<const D: usize> KernelSums<D> {
    fn sift(&mut self, from: &Clouds<D>, sift: &mut Sift<'_>, _drawn: &mut Clouds<D>, out: &mut Clouds<D>) {
        let (mean, mut kept) = (from.moments.mean(), Vec::with_capacity(sift.wanted as usize));
        while sift.draws() {
            let point = self.draw(from, &mean, sift.rng);
            if sift.accepts(self.world.assess(&point)) {
                kept.push(point);
            }
        }
        Self::append(kept, out);
    }
}
