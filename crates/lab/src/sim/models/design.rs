//! Exact shortcuts for regression on Gaussian inputs: draw the sufficient statistics, never the rows.
//!
//! [`FixedDesign`]: one set of inputs, relabelled for ever; least squares moves in coefficient space.
//! [`WishartDesign`]: a batch is (Gram matrix, moment); the Gram is a Bartlett draw, the moment G w + sigma L z.
//! Both are exact for any n, also n < d; what they do not cover is told by their constructors and runs on samples.

use rand_distr::{Distribution, StandardNormal};

use super::regression::{System, Task};
use super::triangle::{self, Rank};
use crate::random::{Rng, Streams};
use crate::sim::chain::{Chain, Reading, RealDraw, Start, Steps, Unfit};
use crate::sim::compose::Plan;
use crate::sim::learner::beyond;
use crate::sim::{Amount, Curation, Inputs, Real, Schedule, Setup};
use crate::taxonomy::Metric;

#[inline]
fn normal(rng: &mut Rng) -> f64 {
    StandardNormal.sample(rng)
}

/// Whether a batch is used whole and unsifted: what a sum of statistics needs.
fn sums_suffice(setup: &Setup) -> bool {
    let sifted = setup.curation.iter().any(|rule| !matches!(rule, Curation::Displace { .. } | Curation::Extrapolate { .. }));
    !setup.cuts() && !sifted && setup.downstream.is_none()
}

/// Least squares on one set of inputs.
///
/// With G = L L' the Gram matrix, the fit to labels of coefficients b is b + sigma M z, z standard normal, with
/// M = L^-T, or M = L (L'L)^-1 and b projected on the inputs when there are fewer inputs than coefficients.
#[derive(Debug, Clone)]
pub struct FixedDesign {
    task: Task,
    samples: u64,
    rank: usize,
    /// Columns of M, one after another, column j cut to `height(j)` entries.
    columns: Vec<f64>,
    projected: Vec<f64>,
    noise: Vec<f64>,
    l: Vec<f64>,
}

/// The sum of fits to single batches, each times its weight.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimates {
    weight: f64,
    sum: Vec<f64>,
}

impl FixedDesign {
    /// The chain of a setup: least squares, reused inputs, constant size, no budget or curation, and no fresh real data but
    /// new labels of all the first inputs.
    #[must_use]
    pub fn of(setup: &Setup) -> Option<Self> {
        let task = Task::of(setup)?;
        let Schedule::Constant { start: samples } = setup.samples else { return None };
        let fresh = match &setup.regime.real {
            Real::First | Real::Kept => false,
            Real::Fresh { amount: Amount::Count { count }, .. } => setup.regime.real_inputs == Inputs::Fresh || *count != samples,
            Real::Fresh { .. } => true,
        };
        let fits = task.solver.features.is_none()
            && task.solver.penalty <= 0.0
            && task.inputs == Inputs::Reused
            && !fresh
            && setup.curation.is_empty();
        if !fits || samples == 0 || !sums_suffice(setup) {
            return None;
        }
        let d = task.dimension();
        let rank = d.min(usize::try_from(samples).unwrap_or(d));
        Some(Self {
            task,
            samples,
            rank,
            columns: Vec::new(),
            projected: vec![0.0; d],
            noise: vec![0.0; d],
            l: vec![0.0; triangle::packed(d)],
        })
    }

    /// Draws the inputs' factor and from it M and the projection of the true coefficients.
    fn draw_design(&mut self, rng: &mut Rng) {
        let d = self.task.dimension();
        triangle::bartlett(d, self.samples, rng, &mut self.l);
        scale_rows(&self.task.truth.eigenvalues, &mut self.l);
        self.columns.clear();
        if self.rank == d {
            self.projected.copy_from_slice(&self.task.truth.coefficients);
            // Column j of L^-T solves L' x = e_j and ends at entry j.
            for j in 0..d {
                self.noise.fill(0.0);
                self.noise[j] = 1.0;
                triangle::backward(&self.l, j + 1, &mut self.noise[..=j]);
                self.columns.extend_from_slice(&self.noise[..self.height(j)]);
            }
        } else {
            self.draw_wide_design(d);
        }
    }

    fn draw_wide_design(&mut self, d: usize) {
        let column = |j: usize, l: &[f64]| -> Vec<f64> { (0..d).map(|i| if j <= i { l[triangle::packed(i) + j] } else { 0.0 }).collect() };
        let l: Vec<Vec<f64>> = (0..self.rank).map(|j| column(j, &self.l)).collect();
        let mut inner = vec![0.0; triangle::packed(self.rank)];
        for i in 0..self.rank {
            for j in 0..=i {
                inner[triangle::packed(i) + j] = l[i].iter().zip(&l[j]).map(|(a, b)| a * b).sum();
            }
        }
        // L'L is a full-rank Wishart matrix of fewer rows than columns: singular with probability 0, and then M is
        // not finite and the first fit ends the run.
        let full = triangle::factor(&mut inner, self.rank) == Rank::Full;
        self.projected.fill(0.0);
        for j in 0..self.rank {
            let mut unit = vec![if full { 0.0 } else { f64::INFINITY }; self.rank];
            unit[j] = 1.0;
            triangle::solve(&inner, self.rank, &mut unit);
            let m: Vec<f64> = (0..d).map(|i| l.iter().zip(&unit).map(|(c, u)| c[i] * u).sum()).collect();
            let along: f64 = l[j].iter().zip(&self.task.truth.coefficients).map(|(a, b)| a * b).sum();
            self.projected.iter_mut().zip(&m).for_each(|(p, m)| *p += along * m);
            self.columns.extend(m);
        }
    }

    /// Entries kept of column j: those up to the diagonal when the design has full rank, filled up with zeros so that
    /// four columns that are added together are equally high.
    fn height(&self, j: usize) -> usize {
        if self.rank < self.task.dimension() {
            self.task.dimension()
        } else if j < self.rank / 4 * 4 {
            (j / 4 + 1) * 4
        } else {
            j + 1
        }
    }

    /// Adds deviation M z to `noise`, z standard normal.
    fn perturb(&mut self, deviation: f64, rng: &mut Rng) {
        let (mut rest, whole) = (self.columns.as_slice(), self.rank / 4 * 4);
        for j in (0..whole).step_by(4) {
            let height = self.height(j);
            let (block, after) = rest.split_at(4 * height);
            let (low, high) = block.split_at(2 * height);
            let ((a, b), (c, e)) = (low.split_at(height), high.split_at(height));
            let z: [f64; 4] = std::array::from_fn(|_| deviation * normal(rng));
            for ((((x, a), b), c), e) in self.noise[..height].iter_mut().zip(a).zip(b).zip(c).zip(e) {
                *x += (z[0] * a + z[1] * b) + (z[2] * c + z[3] * e);
            }
            rest = after;
        }
        for j in whole..self.rank {
            let (column, after) = rest.split_at(self.height(j));
            let z = deviation * normal(rng);
            self.noise.iter_mut().zip(column).for_each(|(x, m)| *x += z * m);
            rest = after;
        }
    }

    /// Adds the fit to one batch of labels with mean coefficients `center`.
    fn add_estimate(&mut self, center: &[f64], deviation: f64, n: u64, rng: &mut Rng, out: &mut Estimates) {
        self.noise.copy_from_slice(center);
        if deviation > 0.0 {
            self.perturb(deviation, rng);
        }
        let weight = n as f64;
        out.weight += weight;
        out.sum.iter_mut().zip(&self.noise).for_each(|(s, b)| *s += weight * b);
    }
}

/// Turns a standard Bartlett factor into one of inputs with these variances.
fn scale_rows(eigenvalues: &[f64], l: &mut [f64]) {
    for (i, value) in eigenvalues.iter().enumerate() {
        let scale = value.sqrt();
        l[triangle::packed(i)..triangle::packed(i + 1)].iter_mut().for_each(|entry| *entry *= scale);
    }
}

impl Chain for FixedDesign {
    type Batch = Estimates;
    type Fitted = Vec<f64>;
    const STEPS: Steps<Self> = Steps { again: Some(Self::again), ..Steps::NONE };

    fn begin(&mut self, streams: &Streams) {
        self.task.begin(streams);
        self.columns.clear();
    }

    fn empty(&self) -> Estimates {
        Estimates { weight: 0.0, sum: self.blank() }
    }

    fn clear(&self, batch: &mut Estimates) {
        batch.weight = 0.0;
        batch.sum.fill(0.0);
    }

    fn blank(&self) -> Vec<f64> {
        vec![0.0; self.task.dimension()]
    }

    fn real(&mut self, draw: RealDraw, n: u64, rng: &mut Rng, out: &mut Estimates) {
        if draw == RealDraw::First {
            self.draw_design(rng);
        }
        let center = std::mem::take(&mut self.projected);
        self.add_estimate(&center, self.task.real_deviation, n, rng, out);
        self.projected = center;
    }

    fn synthetic(&mut self, from: &Vec<f64>, n: u64, rng: &mut Rng, out: &mut Estimates) {
        self.add_estimate(from, self.task.label_deviation, n, rng, out);
    }

    fn add(&mut self, batch: &Estimates, weight: f64, into: &mut Estimates) {
        into.weight += weight * batch.weight;
        into.sum.iter_mut().zip(&batch.sum).for_each(|(s, b)| *s += weight * b);
    }

    fn fit(
        &mut self,
        training: &Estimates,
        _growth: f64,
        _: Start<'_, Self::Fitted>,
        _rng: &mut Rng,
        out: &mut Vec<f64>,
    ) -> Result<(), Unfit> {
        if training.weight <= 0.0 {
            return Err(Unfit::TooFewSamples);
        }
        let share = 1.0 / training.weight;
        out.iter_mut().zip(&training.sum).for_each(|(b, s)| *b = share * s);
        if out.iter().all(|b| b.is_finite()) { Ok(()) } else { Err(Unfit::Degenerate) }
    }

    fn read(&mut self, fitted: &Vec<f64>, metric: Metric, _: &mut Rng) -> Reading {
        self.task.truth.measure(fitted, metric).into()
    }

    fn location(&self, fitted: &Vec<f64>, out: &mut Vec<f64>) {
        self.task.truth.location(fitted, out);
    }
}

impl FixedDesign {
    fn again(&mut self, n: u64, rng: &mut Rng, out: &mut Estimates) {
        self.real(RealDraw::Fresh, n, rng, out);
    }
}

/// Least squares or ridge through Gram matrices: fresh inputs, or the first inputs again and fresh ones beyond them.
///
/// Where a synthetic batch labels only a part of the first inputs, these are drawn as independent segments cut at the
/// sizes of such parts.
#[derive(Debug, Clone)]
pub struct WishartDesign {
    task: Task,
    /// Ends of the segments of the first inputs, sorted; the last is n_1. Empty with fresh inputs.
    cuts: Vec<u64>,
    segments: Vec<Segment>,
    l: Vec<f64>,
    gram: Vec<f64>,
    scratch: Vec<f64>,
}

/// A part of the first inputs: up to which row it goes, its packed Gram matrix and factor.
#[derive(Debug, Clone)]
struct Segment {
    start: u64,
    end: u64,
    gram: Vec<f64>,
    l: Vec<f64>,
}

/// Most segments the first inputs are cut into; beyond, samples are drawn.
const SEGMENTS: usize = 16;

/// Sufficient statistics of a regression: total weight, packed weighted Gram matrix, weighted moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Moments {
    weight: f64,
    gram: Vec<f64>,
    moment: Vec<f64>,
}

impl WishartDesign {
    /// The chain of a setup; `None` with a budget or a curation, and for reused inputs where synthetic batches label so
    /// many different parts of the first ones that drawing the samples is as cheap.
    #[must_use]
    pub fn of(setup: &Setup) -> Option<Self> {
        let task = Task::of(setup)?;
        let first = setup.samples.at(1, setup.generations);
        let mut cuts = Vec::new();
        if task.inputs == Inputs::Reused {
            cuts.push(first);
            cuts.extend((2..=setup.generations).map(|t| Plan::of(setup, t).synthetic).filter(|n| (1..first).contains(n)));
            cuts.sort_unstable();
            cuts.dedup();
        }
        if !sums_suffice(setup) || cuts.len() > SEGMENTS || setup.regime.real_inputs == Inputs::Reused {
            return None;
        }
        let triangle = vec![0.0; triangle::packed(task.dimension())];
        Some(Self { task, cuts, segments: Vec::new(), l: triangle.clone(), gram: triangle, scratch: Vec::new() })
    }

    /// Adds G and G b + deviation L z for the factor in `self.l` of `n` inputs.
    fn add_labelled(&mut self, b: &[f64], deviation: f64, n: u64, rng: &mut Rng, out: &mut Moments) {
        let d = self.task.dimension();
        let rank = d.min(usize::try_from(n).unwrap_or(d));
        out.weight += n as f64;
        out.gram.iter_mut().zip(&self.gram).for_each(|(sum, g)| *sum += g);
        triangle::add_product(&self.gram, d, b, 1.0, &mut out.moment);
        if deviation > 0.0 {
            for j in 0..rank {
                let z = deviation * normal(rng);
                (j..d).for_each(|i| out.moment[i] += z * self.l[triangle::packed(i) + j]);
            }
        }
    }

    fn draw_inputs(&mut self, n: u64, rng: &mut Rng) {
        let d = self.task.dimension();
        triangle::bartlett(d, n, rng, &mut self.l);
        scale_rows(&self.task.truth.eigenvalues, &mut self.l);
        self.gram.fill(0.0);
        triangle::add_square(&self.l, d, d.min(usize::try_from(n).unwrap_or(d)), &mut self.gram);
    }
}

impl Chain for WishartDesign {
    type Batch = Moments;
    type Fitted = Vec<f64>;
    const STEPS: Steps<Self> =
        Steps { displace: Some(Self::displace), extrapolate: Some(Self::extrapolate), surrogate: Some(Self::surrogate), ..Steps::NONE };

    fn begin(&mut self, streams: &Streams) {
        self.task.begin(streams);
        self.segments.clear();
    }

    fn empty(&self) -> Moments {
        Moments { weight: 0.0, gram: vec![0.0; self.l.len()], moment: self.blank() }
    }

    fn clear(&self, batch: &mut Moments) {
        batch.weight = 0.0;
        batch.gram.fill(0.0);
        batch.moment.fill(0.0);
    }

    fn blank(&self) -> Vec<f64> {
        vec![0.0; self.task.dimension()]
    }

    fn real(&mut self, draw: RealDraw, n: u64, rng: &mut Rng, out: &mut Moments) {
        if n == 0 {
            return;
        }
        let coefficients = std::mem::take(&mut self.task.truth.coefficients);
        let cuts = std::mem::take(&mut self.cuts);
        let parts: &[u64] = if draw == RealDraw::First && !cuts.is_empty() { &cuts } else { &[n] };
        let mut start = 0;
        for end in parts {
            self.draw_inputs(end - start, rng);
            self.add_labelled(&coefficients, self.task.real_deviation, end - start, rng, out);
            if draw == RealDraw::First && !cuts.is_empty() {
                self.segments.push(Segment { start, end: *end, gram: self.gram.clone(), l: self.l.clone() });
            }
            start = *end;
        }
        self.cuts = cuts;
        self.task.truth.coefficients = coefficients;
    }

    fn synthetic(&mut self, from: &Vec<f64>, n: u64, rng: &mut Rng, out: &mut Moments) {
        let mut labelled = 0;
        for i in 0..self.segments.len() {
            let Segment { start, end, .. } = self.segments[i];
            if end > n {
                break;
            }
            self.gram.copy_from_slice(&self.segments[i].gram);
            self.l.copy_from_slice(&self.segments[i].l);
            self.add_labelled(from, self.task.label_deviation, end - start, rng, out);
            labelled = end;
        }
        let all = self.segments.last().is_none_or(|segment| segment.end == labelled);
        assert!(all || labelled == n, "the first inputs are cut where a batch of {n} labels ends");
        if n > labelled {
            self.draw_inputs(n - labelled, rng);
            self.add_labelled(from, self.task.label_deviation, n - labelled, rng, out);
        }
    }

    fn add(&mut self, batch: &Moments, weight: f64, into: &mut Moments) {
        into.weight += weight * batch.weight;
        into.gram.iter_mut().zip(&batch.gram).for_each(|(s, g)| *s += weight * g);
        into.moment.iter_mut().zip(&batch.moment).for_each(|(s, m)| *s += weight * m);
    }

    fn fit(
        &mut self,
        training: &Moments,
        growth: f64,
        _: Start<'_, Self::Fitted>,
        _rng: &mut Rng,
        out: &mut Vec<f64>,
    ) -> Result<(), Unfit> {
        let system = System { weight: training.weight, gram: &training.gram, moment: &training.moment, growth };
        self.task.solver.solve(system, &mut self.scratch, out)
    }

    fn read(&mut self, fitted: &Vec<f64>, metric: Metric, _: &mut Rng) -> Reading {
        self.task.truth.measure(fitted, metric).into()
    }

    fn location(&self, fitted: &Vec<f64>, out: &mut Vec<f64>) {
        self.task.truth.location(fitted, out);
    }
}

#[expect(clippy::ptr_arg, reason = "steps take fits as the table of steps has them")]
impl WishartDesign {
    fn displace(&self, from: &Vec<f64>, distance: f64, out: &mut Vec<f64>) {
        self.task.truth.displace(from, distance, out);
    }

    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "steps are as the table of steps has them")]
    fn extrapolate(&mut self, from: &Vec<f64>, weight: f64, fit: &mut Vec<f64>) -> Result<(), Unfit> {
        beyond(from, weight, fit);
        Ok(())
    }

    fn surrogate(&self, distance: f64, out: &mut Vec<f64>) {
        self.task.truth.surrogate(distance, out);
    }
}
