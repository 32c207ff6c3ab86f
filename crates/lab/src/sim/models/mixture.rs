//! Isotropic Gaussian mixtures by EM from k-means++ starts, sample by sample.
//!
//! Takes points in at most D coordinates and gives components; capacity is their number. A component that loses its
//! points keeps its place and its weight runs to zero; its variance stops at a floor relative to the data.

use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use std::f64::consts::PI;

use super::distances::{self, Bump};
use super::gauge::{PointGauge, Seen, moments};
use super::kde::Sums;
use super::points::Points;
use super::shapes::{Piece, Point, distance_squared};
use crate::random::{Rng, Streams};
use crate::sim::chain::{Reading, Start, Steps, Unfit};
use crate::sim::kernel_exp::exp;
use crate::sim::learner::{Learner, Weighted};
use crate::sim::samples::{Gauge, Twin};
use crate::sim::special::log_sum_exp;
use crate::sim::vectors::widest;
use crate::sim::{Setup, Synthesis};
use crate::taxonomy::Metric;

/// Smallest variance of a component, as a share of the data's variance per coordinate.
const VARIANCE_FLOOR: f64 = 1e-6;
/// A component with less weight than this contributes nothing and keeps its mean and variance.
const SMALLEST_WEIGHT: f64 = 1e-12;
/// EM has arrived where the way that is left is shorter than this, in deviations of the data and in shares of weight: a component of n
/// points has a mean that varies by 1 / sqrt(n) of its deviation, a thousand times as much for any n that is simulated.
pub(super) const ARRIVED: f64 = 1e-5;
/// Points at once: the compiler turns loops over them into vector code.
const LANES: usize = 8;

/// EM.
#[derive(Debug, Clone)]
pub struct Mixture<const D: usize> {
    dimension: usize,
    components: usize,
    iterations: u32,
    scale: f64,
    /// The way left at which steps end.
    pub(super) arrived: f64,
    shares: Vec<[f64; LANES]>,
    sums: Vec<LaneSums<D>>,
    heads: Vec<(f64, f64)>,
    seen: Seen<Components<D>>,
}

/// Points that a step takes at once, coordinate by coordinate.
type Lanes<const D: usize> = [[f64; LANES]; D];

/// [`Sums`] of every LANES-th point.
#[derive(Debug, Clone, Copy)]
struct LaneSums<const D: usize> {
    weight: [f64; LANES],
    first: Lanes<D>,
    second: Lanes<D>,
}

/// One isotropic component.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Component<const D: usize> {
    /// Share of the mass.
    pub weight: f64,
    /// Mean.
    pub mean: Point<D>,
    /// Variance of every coordinate.
    pub variance: f64,
}

/// A fitted mixture.
pub type Components<const D: usize> = Vec<Component<D>>;

/// Mixtures of the points of one truth.
pub type MixtureTwin<const D: usize> = Twin<Points<D>, Mixture<D>, PointGauge<D>>;

/// The twin of a setup; `None` for another truth, model, synthesis or sampling, or more than D coordinates.
#[must_use]
pub fn twin<const D: usize>(setup: &Setup) -> Option<MixtureTwin<D>> {
    let world = Points::of(setup)?;
    Some(Twin::new(world.clone(), Mixture::of(setup, world.dimension())?, PointGauge::of(setup)))
}

impl<const D: usize> Mixture<D> {
    /// The learner of so many components for points of so many coordinates, sampled as fitted; `None` without components.
    #[must_use]
    pub fn new(dimension: usize, components: usize, iterations: u32) -> Option<Self> {
        (components > 0).then(|| Self {
            dimension,
            components,
            iterations,
            scale: 1.0,
            arrived: ARRIVED,
            shares: Vec::new(),
            sums: Vec::new(),
            heads: Vec::new(),
            seen: Seen::nothing(),
        })
    }

    /// The learner of a setup for points of so many coordinates; `None` for another model, synthesis or sampling.
    #[must_use]
    pub fn of(setup: &Setup, dimension: usize) -> Option<Self> {
        let crate::sim::Model::Mixture { components, iterations } = setup.model else { return None };
        if setup.synthesis != Synthesis::Examples {
            return None;
        }
        let scale = super::variance_scale(&setup.sampling)?;
        Self::new(dimension, components, iterations).map(|learner| Self { scale, ..learner })
    }

    /// Mean, and trace of the covariance.
    #[must_use]
    pub fn moments(&self, fitted: &Components<D>) -> (Point<D>, f64) {
        let (mut mean, mut second) = ([0.0; D], 0.0);
        for c in fitted {
            mean.iter_mut().zip(&c.mean).for_each(|(m, x)| *m += c.weight * x);
            second += c.weight * (c.mean.iter().map(|x| x * x).sum::<f64>() + self.dimension as f64 * c.variance);
        }
        (mean, (second - mean.iter().map(|m| m * m).sum::<f64>()).max(0.0))
    }

    /// Log density of a fit.
    pub fn log_density(&self, fitted: &Components<D>, x: &Point<D>) -> f64 {
        log_sum_exp(fitted.iter().map(|c| log_term(c, x, self.dimension)))
    }

    /// Closed form of the integral of (q - p)^2 between Gaussian mixtures: sums of Gaussian overlaps.
    pub(super) fn integrated_squared_error(&self, world: &Points<D>, fitted: &Components<D>) -> Option<f64> {
        if !world.source.is_mixture() {
            return None;
        }
        let own: Vec<Piece<D>> =
            fitted.iter().map(|c| Piece { weight: c.weight, mean: c.mean, deviation: [c.variance.sqrt(); D] }).collect();
        let truth = world.source.pieces();
        let overlap = |a: &[Piece<D>], b: &[Piece<D>]| overlap(a, b, self.dimension);
        Some((overlap(&own, &own) - 2.0 * overlap(&own, truth) + overlap(truth, truth)).max(0.0))
    }
}

fn overlap<const D: usize>(a: &[Piece<D>], b: &[Piece<D>], dimension: usize) -> f64 {
    let pair = |a: &Piece<D>, b: &Piece<D>| -> f64 {
        let coordinate = |j: usize| {
            let variance = a.deviation[j] * a.deviation[j] + b.deviation[j] * b.deviation[j];
            (-0.5 * (a.mean[j] - b.mean[j]).powi(2) / variance).exp() / (2.0 * PI * variance).sqrt()
        };
        a.weight * b.weight * (0..dimension).map(coordinate).product::<f64>()
    };
    a.iter().map(|x| b.iter().map(|y| pair(x, y)).sum::<f64>()).sum()
}

fn log_term<const D: usize>(c: &Component<D>, x: &Point<D>, dimension: usize) -> f64 {
    c.weight.ln() - 0.5 * (dimension as f64 * (2.0 * PI * c.variance).ln() + distance_squared(x, &c.mean) / c.variance)
}

/// Starts: the first at random, each next one with probability proportional to its squared distance from those before.
///
/// # Source
/// Arthur and Vassilvitskii (2007), "k-means++", Section 2.2.
pub(super) fn starts<const D: usize>(points: &[Point<D>], weight: &impl Fn(usize) -> f64, k: usize, rng: &mut Rng) -> Vec<Point<D>> {
    let pick = |masses: &[f64], rng: &mut Rng| {
        let mut left = rng.random::<f64>() * masses.iter().sum::<f64>();
        masses
            .iter()
            .position(|m| {
                left -= m;
                left < 0.0
            })
            .unwrap_or(masses.len() - 1)
    };
    let masses: Vec<f64> = (0..points.len()).map(weight).collect();
    let mut means = vec![points[pick(&masses, rng)]];
    let mut nearest: Vec<f64> = points.iter().map(|p| distance_squared(p, &means[0])).collect();
    while means.len() < k {
        let far: Vec<f64> = nearest.iter().zip(&masses).map(|(d, w)| d * w).collect();
        let next = points[pick(&far, rng)];
        nearest.iter_mut().zip(points).for_each(|(d, p)| *d = d.min(distance_squared(p, &next)));
        means.push(next);
    }
    means
}

/// The way left after two steps of these lengths, if each further one is shorter than the one before it by the same factor; infinite where they
/// do not shrink, as on the way out of a saddle.
pub(super) fn left(before: f64, moved: f64) -> f64 {
    if moved <= 0.0 {
        0.0
    } else if moved < before {
        moved / (before / moved - 1.0)
    } else {
        f64::INFINITY
    }
}

impl<const D: usize> Mixture<D> {
    /// One step: responsibilities of LANES points at once into `shares`, then weights, means and variances. Gives back how far it went: the
    /// largest change of a weight, of a mean in `unit`s or of a variance in its own size.
    pub(super) fn step(
        &mut self,
        points: &[Point<D>],
        weight: &impl Fn(usize) -> f64,
        floor: f64,
        unit: f64,
        fitted: &mut Components<D>,
    ) -> f64 {
        let (k, dimension) = (fitted.len(), self.dimension);
        self.shares.resize(k, [0.0; LANES]);
        self.sums.clear();
        self.sums.resize(k, LaneSums::EMPTY);
        // ln weight - d/2 ln variance, once per step.
        let mut heads = std::mem::take(&mut self.heads);
        heads.clear();
        heads.extend(fitted.iter().map(|c| (c.weight.ln() - 0.5 * dimension as f64 * c.variance.ln(), -0.5 / c.variance)));
        widest(
            #[inline(always)]
            || self.add_all(points, weight, fitted, &heads),
        );
        self.heads = heads;
        let total: f64 = self.sums.iter().map(|sum| sum.joined().weight).sum();
        let mut moved = 0.0_f64;
        for (c, sum) in fitted.iter_mut().zip(self.sums.iter().map(LaneSums::joined)) {
            let before = *c;
            c.weight = sum.weight / total;
            if c.weight > SMALLEST_WEIGHT {
                c.mean = sum.mean();
                c.variance = (sum.variances().iter().sum::<f64>() / dimension as f64).max(floor);
            }
            let shift = distance_squared(&c.mean, &before.mean).sqrt() / unit;
            let swell = (c.variance - before.variance).abs() / before.variance;
            moved = moved.max((c.weight - before.weight).abs()).max(shift).max(swell);
        }
        moved
    }

    /// Adds every point to the sums of every component, by its share in it.
    #[inline(always)]
    fn add_all(&mut self, points: &[Point<D>], weight: &impl Fn(usize) -> f64, fitted: &Components<D>, heads: &[(f64, f64)]) {
        for (block, points) in points.chunks(LANES).enumerate() {
            // Lanes without a point repeat the first at no weight.
            let (mut at, mut mass) = ([[0.0; LANES]; D], [0.0; LANES]);
            for lane in 0..LANES {
                let point = points.get(lane).unwrap_or(&points[0]);
                for j in 0..D {
                    at[j][lane] = point[j];
                }
                mass[lane] = if lane < points.len() { weight(block * LANES + lane) } else { 0.0 };
            }
            self.share(&at, fitted, heads, &mut mass);
            for (sums, share) in self.sums.iter_mut().zip(&self.shares) {
                sums.add(&at, &mass, share);
            }
        }
    }

    /// Component densities, up to a factor per point, into `shares`; divides each point's mass by their sum.
    #[inline(always)]
    fn share(&mut self, at: &Lanes<D>, fitted: &Components<D>, heads: &[(f64, f64)], mass: &mut [f64; LANES]) {
        let mut top = [f64::NEG_INFINITY; LANES];
        for ((share, c), (head, slope)) in self.shares.iter_mut().zip(fitted).zip(heads) {
            let mut distance = [0.0; LANES];
            for (x, mean) in at.iter().zip(&c.mean) {
                let (x, mean) = (*x, *mean);
                for lane in 0..LANES {
                    let step = x[lane] - mean;
                    distance[lane] += step * step;
                }
            }
            for lane in 0..LANES {
                share[lane] = head + slope * distance[lane];
                top[lane] = if share[lane] > top[lane] { share[lane] } else { top[lane] };
            }
        }
        let mut total = [0.0; LANES];
        for share in &mut self.shares {
            for lane in 0..LANES {
                share[lane] = exp(share[lane] - top[lane]);
                total[lane] += share[lane];
            }
        }
        for lane in 0..LANES {
            mass[lane] /= total[lane];
        }
    }
}

impl<const D: usize> LaneSums<D> {
    const EMPTY: Self = Self { weight: [0.0; LANES], first: [[0.0; LANES]; D], second: [[0.0; LANES]; D] };

    #[inline(always)]
    fn add(&mut self, at: &Lanes<D>, mass: &[f64; LANES], share: &[f64; LANES]) {
        let mut weight = [0.0; LANES];
        for lane in 0..LANES {
            weight[lane] = mass[lane] * share[lane];
            self.weight[lane] += weight[lane];
        }
        for ((x, first), second) in at.iter().zip(&mut self.first).zip(&mut self.second) {
            for lane in 0..LANES {
                let moment = weight[lane] * x[lane];
                first[lane] += moment;
                second[lane] += moment * x[lane];
            }
        }
    }

    fn joined(&self) -> Sums<D> {
        let add = |lanes: &[f64; LANES]| lanes.iter().sum::<f64>();
        Sums { weight: add(&self.weight), first: self.first.each_ref().map(add), second: self.second.each_ref().map(add) }
    }
}

impl<const D: usize> Mixture<D> {
    /// Appends `n` points of a fit.
    pub fn draws(&self, from: &Components<D>, n: u64, rng: &mut Rng, out: &mut Vec<Point<D>>) {
        let mean = self.moments(from).0;
        for _ in 0..n {
            let mut left: f64 = rng.random();
            let chosen = from
                .iter()
                .find(|c| {
                    left -= c.weight;
                    left < 0.0
                })
                .unwrap_or(&from[from.len() - 1]);
            let (mut point, deviation) = (chosen.mean, chosen.variance.sqrt());
            for j in 0..self.dimension {
                let x = point[j] + deviation * Distribution::<f64>::sample(&StandardNormal, rng);
                point[j] = super::stretched(x, mean[j], self.scale);
            }
            out.push(point);
        }
    }

    /// EM from new starts. `out` holds anything.
    ///
    /// # Errors
    /// Too few points for the components, or points without a spread.
    pub fn maximise(&mut self, training: Weighted<'_, Point<D>>, growth: f64, rng: &mut Rng, out: &mut Components<D>) -> Result<(), Unfit> {
        let Weighted { examples, .. } = training;
        let weight = |i: usize| training.weight(i);
        let components = ((self.components as f64 * growth).round() as usize).max(1);
        if examples.len() < components.max(2) {
            return Err(Unfit::TooFewSamples);
        }
        let mut all = Sums::empty();
        examples.iter().enumerate().for_each(|(i, p)| all.add(p, weight(i)));
        let spread = examples.iter().enumerate().map(|(i, p)| weight(i) * distance_squared(p, &all.mean())).sum::<f64>() / all.weight;
        let variance = spread / self.dimension as f64;
        let floor = VARIANCE_FLOOR * variance;
        if !(floor.is_normal() && variance.is_finite()) {
            return Err(Unfit::Degenerate);
        }
        let means = starts(examples, &weight, components, rng);
        let start = variance / (components as f64).powf(2.0 / self.dimension as f64);
        out.clear();
        out.extend(means.into_iter().map(|mean| Component { weight: 1.0 / components as f64, mean, variance: start }));
        let mut before = 0.0;
        for _ in 0..self.iterations {
            let moved = self.step(examples, &weight, floor, variance.sqrt(), out);
            if left(before, moved) < self.arrived {
                break;
            }
            before = moved;
        }
        let sound = out.iter().all(|c| c.weight.is_finite() && c.variance.is_finite() && c.mean.iter().all(|x| x.is_finite()));
        if sound { Ok(()) } else { Err(Unfit::Degenerate) }
    }
}

impl<const D: usize> Learner<Points<D>> for Mixture<D> {
    type Fitted = Components<D>;
    const FIT_DRAWS: bool = true;

    fn begin(&mut self, _: &Streams) {
        self.seen.forget();
    }

    fn blank(&self) -> Components<D> {
        Vec::new()
    }

    fn fit(
        &mut self,
        _: &Points<D>,
        training: Weighted<'_, Point<D>>,
        growth: f64,
        _: Start<'_, Components<D>>,
        rng: &mut Rng,
        out: &mut Components<D>,
    ) -> Result<(), Unfit> {
        self.maximise(training, growth, rng, out)
    }

    fn synthetic(&mut self, _: &mut Points<D>, from: &Components<D>, n: u64, rng: &mut Rng, out: &mut Vec<Point<D>>) {
        self.draws(from, n, rng, out);
    }
}

impl<const D: usize> Gauge<Points<D>, Mixture<D>> for PointGauge<D> {
    const STEPS: Steps<MixtureTwin<D>> = Steps::of_examples().judged().shown();

    fn begin(&mut self, world: &Points<D>, streams: &Streams) {
        self.draw(world, streams);
    }

    fn read(&mut self, world: &mut Points<D>, learner: &mut Mixture<D>, fitted: &Components<D>, metric: Metric, _: &mut Rng) -> Reading {
        if metric == Metric::NegativeLogLikelihood {
            let held_out = &self.held_out;
            let total: f64 = held_out.iter().map(|x| learner.log_density(fitted, x)).sum();
            return (!held_out.is_empty()).then(|| -total / held_out.len() as f64).into();
        }
        if metric == Metric::IntegratedSquaredError {
            return learner.integrated_squared_error(world, fitted).into();
        }
        let (mean, trace) = learner.moments(fitted);
        let bump = |c: &Component<D>| Bump { weight: c.weight, mean: c.mean[0], deviation: c.variance.sqrt() };
        let distance = || distances::of_bumps(world, fitted.iter().map(bump), metric);
        let read = moments(world, &mean, trace, metric).or_else(distance).or_else(|| {
            let levels = world.levels()?;
            let boxes = levels.grid().boxes()?;
            let masses = learner.seen.masses(fitted, boxes.cells(), |masses| {
                for c in fitted {
                    boxes.add(world.dimension(), &c.mean, &[c.variance.sqrt(); D], c.weight, masses);
                }
            });
            levels.measure(masses, metric)
        });
        read.into()
    }

    fn location(&self, world: &Points<D>, learner: &Mixture<D>, fitted: &Components<D>, out: &mut Vec<f64>) {
        out.clear();
        out.extend_from_slice(&learner.moments(fitted).0[..world.dimension()]);
    }
}
