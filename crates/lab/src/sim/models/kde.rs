//! Gaussian kernel density estimates, sample by sample, with any bandwidth rule.
//!
//! Takes points in at most D coordinates and keeps them: a sample is a training point plus kernel noise. The exact chain
//! for a fixed bandwidth is in `kernel_sums`; the sums over kernels that both need are here.

use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};

use super::distances::{self, Bump};
use super::gauge::{PointGauge, Seen, moments};
use super::points::Points;
use super::shapes::Point;
use crate::random::{Rng, Streams};
use crate::sim::chain::{Reading, Start, Steps, Unfit};
use crate::sim::kernel_exp::{LARGEST, UNIT, half_power, half_power_of_any};
use crate::sim::learner::{Learner, Weighted};
use crate::sim::samples::{Gauge, Twin};
use crate::sim::vectors::widest;
use crate::sim::{Bandwidth, Setup, Synthesis, Width};
use crate::taxonomy::Metric;

/// Below this a kernel sum is taken again by logarithms.
const UNDERFLOW: f64 = 1e-280;

/// Kernel density estimates.
#[derive(Debug, Clone)]
pub struct Kde<const D: usize> {
    dimension: usize,
    bandwidth: Bandwidth,
    /// Factor on the variance of samples.
    pub(super) scale: f64,
    seen: Seen<Estimate<D>>,
}

/// A fitted estimate: its points and how wide the kernel is in each coordinate.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate<const D: usize> {
    points: Vec<Point<D>>,
    /// Running sums of weights; empty when all weights are 1.
    cumulative: Vec<f64>,
    bandwidth: Point<D>,
    moments: Sums<D>,
}

/// Weighted count, sum of points and sum of squared norms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sums<const D: usize> {
    /// Total weight.
    pub weight: f64,
    /// Weighted sum of points.
    pub first: Point<D>,
    /// Weighted sum of squares, coordinate by coordinate.
    pub second: Point<D>,
}

impl<const D: usize> Sums<D> {
    /// Of no points.
    #[must_use]
    pub const fn empty() -> Self {
        Self { weight: 0.0, first: [0.0; D], second: [0.0; D] }
    }

    /// Adds a point.
    pub fn add(&mut self, point: &Point<D>, weight: f64) {
        self.weight += weight;
        for ((x, first), second) in point.iter().zip(&mut self.first).zip(&mut self.second) {
            *first += weight * x;
            *second += weight * x * x;
        }
    }

    /// Adds other sums, each point weighing `weight`.
    pub fn add_sums(&mut self, other: &Self, weight: f64) {
        self.weight += weight * other.weight;
        for j in 0..D {
            self.first[j] += weight * other.first[j];
            self.second[j] += weight * other.second[j];
        }
    }

    /// Mean.
    #[must_use]
    pub fn mean(&self) -> Point<D> {
        self.first.map(|sum| sum / self.weight)
    }

    /// Variance of each coordinate, divided by the total weight.
    #[must_use]
    pub fn variances(&self) -> Point<D> {
        let mean = self.mean();
        std::array::from_fn(|j| (self.second[j] / self.weight - mean[j] * mean[j]).max(0.0))
    }
}

/// Kernel estimates of the points of one truth.
pub type KdeTwin<const D: usize> = Twin<Points<D>, Kde<D>, PointGauge<D>>;

/// The twin of a setup; `None` for another truth, model, synthesis or sampling, or more than D coordinates.
#[must_use]
pub fn twin<const D: usize>(setup: &Setup) -> Option<KdeTwin<D>> {
    let world = Points::of(setup)?;
    Some(Twin::new(world.clone(), Kde::of(setup, world.dimension())?, PointGauge::of(setup)))
}

impl<const D: usize> Kde<D> {
    /// The learner of a setup for points of so many coordinates; `None` for another model, synthesis or sampling.
    #[must_use]
    pub fn of(setup: &Setup, dimension: usize) -> Option<Self> {
        let crate::sim::Model::Kde { bandwidth } = &setup.model else { return None };
        if setup.synthesis != Synthesis::Examples {
            return None;
        }
        let scale = super::variance_scale(&setup.sampling)?;
        Some(Self { dimension, bandwidth: bandwidth.clone(), scale, seen: Seen::nothing() })
    }

    /// The bandwidth of each coordinate.
    fn bandwidths(&self, n: usize, sums: &Sums<D>) -> Point<D> {
        let (n, d) = (n as f64, self.dimension as f64);
        match self.bandwidth.width(n, d) {
            Width::Whole(h) => [h; D],
            Width::OfSpread(factor) => sums.variances().map(|v| factor * (v * n / (n - 1.0)).sqrt()),
        }
    }

    /// The fixed bandwidth, where it is one.
    pub(super) const fn fixed_bandwidth(&self) -> Option<f64> {
        match self.bandwidth {
            Bandwidth::Fixed { value } => Some(value),
            Bandwidth::ScottScipy
            | Bandwidth::SilvermanScipy
            | Bandwidth::ScottScikitLearn
            | Bandwidth::SilvermanScikitLearn
            | Bandwidth::Power { .. } => None,
        }
    }

    /// Adds kernel noise to a training point, and the spread of a biased sampler about `mean`.
    pub(super) fn perturb(&self, mut point: Point<D>, bandwidth: &Point<D>, mean: &Point<D>, rng: &mut Rng) -> Point<D> {
        for j in 0..self.dimension {
            let x = point[j] + bandwidth[j] * Distribution::<f64>::sample(&StandardNormal, rng);
            point[j] = super::stretched(x, mean[j], self.scale);
        }
        point
    }
}

/// Held-out points as columns, in units in which a kernel is 2 to the minus squared distance.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Columns {
    columns: Vec<Vec<f64>>,
    /// Smallest and largest entry of each column.
    ranges: Vec<(f64, f64)>,
    distances: Vec<f64>,
    own: Vec<f64>,
}

impl Columns {
    /// Sets the points.
    pub fn set<const D: usize>(&mut self, points: &[Point<D>], dimension: usize, bandwidth: &Point<D>) {
        self.columns.resize_with(dimension, Vec::new);
        self.ranges.clear();
        for (j, column) in self.columns.iter_mut().enumerate() {
            column.clear();
            column.extend(points.iter().map(|p| p[j] * scale_of(bandwidth[j])));
            let ends = column.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (x.min(low), x.max(high)));
            self.ranges.push(ends);
        }
        self.distances.resize(points.len(), 0.0);
        self.own.resize(points.len(), 0.0);
    }

    /// Adds to `sums` the kernel of every training point at every held-out point, without its constant factor, with a
    /// relative error below 4e-11.
    pub fn add_kernels<const D: usize>(
        &mut self,
        training: &[Point<D>],
        weight: impl Fn(usize) -> f64,
        bandwidth: &Point<D>,
        sums: &mut [f64],
    ) {
        widest(
            #[inline(always)]
            || self.add_in_vectors(training, weight, bandwidth),
        );
        sums.iter_mut().zip(&self.own).for_each(|(sum, own)| *sum += UNIT * own);
    }

    /// Sets `own` to the sums over these training points.
    #[inline(always)]
    fn add_in_vectors<const D: usize>(&mut self, training: &[Point<D>], weight: impl Fn(usize) -> f64, bandwidth: &Point<D>) {
        let scales: Point<D> = bandwidth.map(scale_of);
        self.own.fill(0.0);
        for (i, point) in training.iter().enumerate() {
            let (w, at) = (weight(i), |j: usize| point[j] * scales[j]);
            let farthest: f64 =
                self.ranges.iter().enumerate().map(|(j, (low, high))| (at(j) - low).abs().max((at(j) - high).abs()).powi(2)).sum();
            let near = farthest < LARGEST;
            match self.columns.as_slice() {
                [x] if near => line(x, at(0), w, half_power, &mut self.own),
                [x] => line(x, at(0), w, half_power_of_any, &mut self.own),
                [x, y] if near => plane(x, y, at(0), at(1), w, half_power, &mut self.own),
                [x, y] => plane(x, y, at(0), at(1), w, half_power_of_any, &mut self.own),
                columns => {
                    self.distances.fill(0.0);
                    for (j, column) in columns.iter().enumerate() {
                        let center = at(j);
                        for (s, x) in self.distances.iter_mut().zip(column) {
                            *s += (x - center) * (x - center);
                        }
                    }
                    for (sum, s) in self.own.iter_mut().zip(&self.distances) {
                        *sum += w * half_power_of_any(*s);
                    }
                }
            }
        }
    }
}

fn scale_of(bandwidth: f64) -> f64 {
    (0.5 * std::f64::consts::LOG2_E).sqrt() / bandwidth
}

#[inline(always)]
fn line(x: &[f64], a: f64, weight: f64, kernel: impl Fn(f64) -> f64, sums: &mut [f64]) {
    for (s, x) in sums.iter_mut().zip(x) {
        let u = x - a;
        *s += weight * kernel(u * u);
    }
}

#[inline(always)]
fn plane(x: &[f64], y: &[f64], a: f64, b: f64, weight: f64, kernel: impl Fn(f64) -> f64, sums: &mut [f64]) {
    for ((s, x), y) in sums.iter_mut().zip(x).zip(y) {
        let (u, v) = (x - a, y - b);
        *s += weight * kernel(u * u + v * v);
    }
}

/// Mean negative log density from kernel sums at held-out points. A sum near the end of the range of numbers is taken
/// again by `exponents`, which gives ln of the sum at one held-out point exactly.
pub(super) fn negative_log_likelihood<const D: usize>(
    sums: &[f64],
    weight: f64,
    bandwidth: &Point<D>,
    dimension: usize,
    exact_log: impl Fn(usize) -> f64,
) -> f64 {
    let (mut total, mut product, mut taken) = (0.0, 1.0_f64, 0);
    for (k, sum) in sums.iter().enumerate() {
        if *sum < 1e-60 {
            total += if *sum > UNDERFLOW { sum.ln() } else { exact_log(k) };
            continue;
        }
        // One logarithm for four factors, each between 1e-60 and the number of points.
        product *= sum;
        taken += 1;
        if taken == 4 {
            total += product.ln();
            (product, taken) = (1.0, 0);
        }
    }
    total += product.ln();
    let constant: f64 = bandwidth[..dimension].iter().map(|h| h.ln() + 0.5 * (2.0 * std::f64::consts::PI).ln()).sum();
    weight.ln() + constant - total / sums.len() as f64
}

/// ln of the weighted sum of kernels at `at`, by the largest exponent.
pub(super) fn log_kernel_sum<'a, const D: usize>(
    training: impl Iterator<Item = (&'a Point<D>, f64)> + Clone,
    at: &Point<D>,
    bandwidth: &Point<D>,
    dimension: usize,
) -> f64 {
    let exponent = |point: &Point<D>| -> f64 { (0..dimension).map(|j| -0.5 * ((point[j] - at[j]) / bandwidth[j]).powi(2)).sum() };
    crate::sim::special::log_sum_exp(training.map(|(point, weight)| weight.ln() + exponent(point)))
}

impl<const D: usize> Estimate<D> {
    fn weight(&self, i: usize) -> f64 {
        if self.cumulative.is_empty() { 1.0 } else { self.cumulative[i] - if i == 0 { 0.0 } else { self.cumulative[i - 1] } }
    }

    /// The kernels on the first coordinate.
    fn bumps(&self) -> impl Iterator<Item = Bump> + Clone {
        let bump = |i: usize| Bump { weight: self.weight(i) / self.moments.weight, mean: self.points[i][0], deviation: self.bandwidth[0] };
        (0..self.points.len()).map(bump)
    }

    fn choose(&self, rng: &mut Rng) -> &Point<D> {
        let place = match self.cumulative.last() {
            None => rng.random_range(0..self.points.len()),
            Some(total) => {
                let at = rng.random::<f64>() * total;
                self.cumulative.partition_point(|sum| *sum <= at).min(self.points.len() - 1)
            }
        };
        &self.points[place]
    }
}

impl<const D: usize> PointGauge<D> {
    fn likelihood(&self, dimension: usize, fitted: &Estimate<D>) -> f64 {
        let bandwidth = &fitted.bandwidth;
        let mut columns = Columns::default();
        columns.set(&self.held_out, dimension, bandwidth);
        let mut sums = vec![0.0; self.held_out.len()];
        columns.add_kernels(&fitted.points, |i| fitted.weight(i), bandwidth, &mut sums);
        let training = fitted.points.iter().enumerate().map(|(i, p)| (p, fitted.weight(i)));
        let exact = |k: usize| log_kernel_sum(training.clone(), &self.held_out[k], bandwidth, dimension);
        negative_log_likelihood(&sums, fitted.moments.weight, bandwidth, dimension, exact)
    }
}

impl<const D: usize> Learner<Points<D>> for Kde<D> {
    type Fitted = Estimate<D>;

    fn begin(&mut self, _: &Streams) {
        self.seen.forget();
    }

    fn blank(&self) -> Estimate<D> {
        Estimate { points: Vec::new(), cumulative: Vec::new(), bandwidth: [1.0; D], moments: Sums::empty() }
    }

    fn synthetic(&mut self, _: &mut Points<D>, from: &Estimate<D>, n: u64, rng: &mut Rng, out: &mut Vec<Point<D>>) {
        let mean = from.moments.mean();
        out.extend((0..n).map(|_| self.perturb(*from.choose(rng), &from.bandwidth, &mean, rng)));
    }

    fn fit(
        &mut self,
        _: &Points<D>,
        training: Weighted<'_, Point<D>>,
        _growth: f64,
        _: Start<'_, Estimate<D>>,
        _rng: &mut Rng,
        out: &mut Estimate<D>,
    ) -> Result<(), Unfit> {
        let Weighted { examples, weights } = training;
        out.points.clear();
        out.points.extend_from_slice(examples);
        out.cumulative.clear();
        out.moments = Sums::empty();
        for (i, point) in examples.iter().enumerate() {
            out.moments.add(point, weights.map_or(1.0, |w| w[i]));
            if weights.is_some() {
                out.cumulative.push(out.moments.weight);
            }
        }
        if examples.is_empty() || out.moments.weight <= 0.0 {
            return Err(Unfit::TooFewSamples);
        }
        out.bandwidth = self.bandwidths(examples.len(), &out.moments);
        let used = &out.bandwidth[..self.dimension];
        if used.iter().any(|h| h.is_nan()) {
            return Err(Unfit::TooFewSamples);
        }
        if used.iter().all(|h| h.is_normal()) { Ok(()) } else { Err(Unfit::Degenerate) }
    }
}

impl<const D: usize> Gauge<Points<D>, Kde<D>> for PointGauge<D> {
    const STEPS: Steps<KdeTwin<D>> = Steps::of_examples().judged().shown();

    fn begin(&mut self, world: &Points<D>, streams: &Streams) {
        self.draw(world, streams);
    }

    fn read(&mut self, world: &mut Points<D>, learner: &mut Kde<D>, fitted: &Estimate<D>, metric: Metric, _: &mut Rng) -> Reading {
        let dimension = world.dimension();
        if metric == Metric::NegativeLogLikelihood {
            return (!self.held_out.is_empty()).then(|| self.likelihood(dimension, fitted)).into();
        }
        let kernel = fitted.bandwidth[..dimension].iter().map(|h| h * h);
        let trace = fitted.moments.variances().iter().zip(kernel).map(|(v, h)| v + h).sum();
        let moments = moments(world, &fitted.moments.mean(), trace, metric);
        let distance = || distances::of_bumps(world, fitted.bumps(), metric);
        let read = moments.or_else(distance).or_else(|| {
            let levels = world.levels()?;
            let boxes = levels.grid().boxes()?;
            let masses = learner.seen.masses(fitted, boxes.cells(), |masses| {
                for (i, point) in fitted.points.iter().enumerate() {
                    boxes.add(dimension, point, &fitted.bandwidth, fitted.weight(i) / fitted.moments.weight, masses);
                }
            });
            levels.measure(masses, metric)
        });
        read.into()
    }

    fn location(&self, world: &Points<D>, _: &Kde<D>, fitted: &Estimate<D>, out: &mut Vec<f64>) {
        out.clear();
        out.extend_from_slice(&fitted.moments.mean()[..world.dimension()]);
    }
}

#[cfg(test)]
impl<const D: usize> Estimate<D> {
    /// The bandwidth of each coordinate.
    pub(super) const fn bandwidths(&self) -> &Point<D> {
        &self.bandwidth
    }

    /// The density at a point, by plain sums.
    pub(super) fn density(&self, at: &Point<D>, dimension: usize) -> f64 {
        let root = (2.0 * std::f64::consts::PI).sqrt();
        let factor =
            |point: &Point<D>, j: usize| (-0.5 * ((at[j] - point[j]) / self.bandwidth[j]).powi(2)).exp() / (root * self.bandwidth[j]);
        let kernel = |point: &Point<D>| -> f64 { (0..dimension).map(|j| factor(point, j)).product() };
        self.points.iter().map(kernel).sum::<f64>() / self.points.len() as f64
    }
}

#[cfg(test)]
impl<const D: usize> PointGauge<D> {
    /// The loss by plain logarithms of exponents.
    pub(super) fn naive(&self, fitted: &Estimate<D>) -> f64 {
        let (n, h) = (fitted.points.len() as f64, fitted.bandwidth[0]);
        let log_density = |x: &Point<D>| {
            let terms: Vec<f64> = fitted.points.iter().map(|p| -0.5 * super::shapes::distance_squared(p, x) / (h * h)).collect();
            let top = terms.iter().copied().fold(f64::MIN, f64::max);
            top + (terms.iter().map(|e| (e - top).exp()).sum::<f64>() / n).ln() - h.ln() - 0.5 * (2.0 * std::f64::consts::PI).ln()
        };
        -self.held_out.iter().map(log_density).sum::<f64>() / self.held_out.len() as f64
    }
}
