//! Distances of laws on a line: how far a fit lies from the truth as a whole.
//!
//! Takes the truth as a sum of Gaussians and a fit as a sum of Gaussians (kernels, components) or as equal bins, and gives the squared
//! Wasserstein-2 distance, the integrated squared difference of densities, the energy distance, which is twice the integrated squared
//! difference of distribution functions (the Cramér-von Mises distance in units of length), the squared maximum mean discrepancy, the
//! integrated and the largest absolute difference of distribution functions (Wasserstein-1, Kolmogorov-Smirnov), and Hellinger's distance.
//!
//! Of sums of Gaussians those that square a difference are integrals of smooth functions, for which the trapezoid rule at half the narrowest deviation errs
//! below 1e-12 of what it sums. Distribution functions are taken as straight between places a quarter of a deviation apart for the
//! Wasserstein-2 distance: the distance itself is off by less than a fiftieth of the narrowest deviation. For the other two of functions places lie an
//! eighth of a deviation apart: Wasserstein-1 is off by less than a 900th of the narrowest deviation for each place where the functions cross,
//! and of their difference the top is that of a parabola, off by less than 1e-4. Bins are cut at their own edges.
//! A fit more than [`MOST_PLACES`] steps wide is read at as many places, and off by up to one of these steps.
//!
//! # Source
//! Székely and Rizzo (2013), "Energy statistics", theorem 1 in one dimension; Gretton, Borgwardt, Rasch, Schölkopf and Smola (2012), lemma 6;
//! Vallender (1974) for the quantile form of the Wasserstein distance.

use super::points::Points;
use super::rise::{REACH, rise};
use super::shapes::Source;
use crate::sim::special::normal_upper;
use crate::sim::{Setup, Truth};
use crate::taxonomy::Metric;
use std::f64::consts::PI;

/// The distances of this file.
pub const DISTANCES: [Metric; 7] = [
    Metric::WassersteinSquared,
    Metric::IntegratedSquaredError,
    Metric::EnergyDistance,
    Metric::MeanDiscrepancy,
    Metric::Wasserstein,
    Metric::KolmogorovSmirnov,
    Metric::Hellinger,
];

/// More Gaussians than these are kernels of one width.
const MANY: usize = 8;
/// Places at most.
pub const MOST_PLACES: usize = 1 << 18;

/// A Gaussian of a sum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bump {
    /// Share of the mass.
    pub weight: f64,
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub deviation: f64,
}

impl Bump {
    fn widened(self, variance: f64) -> Self {
        Self { deviation: (self.deviation * self.deviation + variance).sqrt(), ..self }
    }
}

/// Equal bins over a range.
#[derive(Debug, Clone, Copy)]
pub struct Bins<'a> {
    /// Left edge.
    pub low: f64,
    /// Width of a bin.
    pub width: f64,
    /// Shares of the mass.
    pub shares: &'a [f64],
}

/// The distances that fits of points have on a truth, sorted: those of a law of Gaussians in one coordinate.
#[must_use]
pub fn defined(truth: &Truth) -> &'static [Metric] {
    match Source::<1>::of(truth) {
        Some(source) if source.is_mixture() => &DISTANCES,
        Some(_) | None => &[],
    }
}

/// How many distances a setup reads.
#[must_use]
pub fn asked(setup: &Setup) -> usize {
    setup.metrics.iter().filter(|metric| DISTANCES.contains(metric)).count()
}

/// A distance of a sum of Gaussians from the truth of a world; `None` for any other metric or in more coordinates.
pub fn of_bumps<const D: usize>(world: &Points<D>, fit: impl Iterator<Item = Bump> + Clone, metric: Metric) -> Option<f64> {
    if D > 1 || !DISTANCES.contains(&metric) {
        return None;
    }
    let truth = bumps_of_truth(world);
    let both = || fit.clone().chain(truth.iter().copied());
    let apart = |variance: f64, steps: f64, form: Form| {
        let widened = || both().map(move |bump| bump.widened(variance));
        let line = Line::over(widened(), steps)?;
        let mut difference = line.law(fit.clone().map(|bump| bump.widened(variance)), form);
        let other = line.law(truth.iter().map(|bump| bump.widened(variance)), form);
        difference.iter_mut().zip(&other).for_each(|(own, other)| *own -= other);
        Some((line, difference))
    };
    let squares = |variance: f64, form: Form| {
        let (line, difference) = apart(variance, 0.5, form)?;
        Some(line.step * difference.iter().map(|x| x * x).sum::<f64>())
    };
    match metric {
        Metric::Wasserstein => apart(0.0, 0.125, Form::Distribution).map(|(line, difference)| area(&line.places(), &difference)),
        Metric::KolmogorovSmirnov => apart(0.0, 0.125, Form::Distribution).map(|(_, difference)| top(&difference)),
        Metric::Hellinger => {
            let line = Line::over(both(), 0.25)?;
            let [own, other] = [line.law(fit.clone(), Form::Density), line.law(truth.iter().copied(), Form::Density)];
            let square = own.iter().zip(&other).map(|(own, other)| (own.sqrt() - other.sqrt()).powi(2)).sum::<f64>();
            Some((0.5 * line.step * square).sqrt())
        }
        Metric::IntegratedSquaredError => squares(0.0, Form::Density),
        Metric::EnergyDistance => squares(0.0, Form::Distribution).map(|square| 2.0 * square),
        // The kernel is a Gaussian density of the truth's variance, up to its height, so half of the variance goes to either law.
        Metric::MeanDiscrepancy => squares(0.5 * world.trace, Form::Density).map(|square| height(world.trace) * square),
        Metric::WassersteinSquared => {
            let line = Line::over(both(), 0.25)?;
            let [own, other] = [line.law(fit.clone(), Form::Distribution), line.law(truth.iter().copied(), Form::Distribution)];
            Some(transport(&line.places(), &own, &other))
        }
        _ => None,
    }
}

/// A distance of bins from the truth of a world; `None` for any other metric.
#[must_use]
pub fn of_bins(world: &Points<1>, bins: Bins<'_>, metric: Metric) -> Option<f64> {
    let truth = bumps_of_truth(world);
    match metric {
        Metric::IntegratedSquaredError => Some(bins.squared_difference(&truth)),
        Metric::Hellinger => Some((1.0 - bins.affinity(&truth)).max(0.0).sqrt()),
        Metric::MeanDiscrepancy => {
            let half = 0.5 * world.trace;
            let ends = [0, bins.shares.len()].map(|edge| Bump { weight: 0.0, mean: bins.edge(edge), deviation: half.sqrt() });
            let line = Line::over(truth.iter().map(|bump| bump.widened(half)).chain(ends), 0.5)?;
            let other = line.law(truth.iter().map(|bump| bump.widened(half)), Form::Density);
            let square = |(x, other): (f64, f64)| (bins.smoothed(x, half.sqrt()) - other).powi(2);
            Some(height(world.trace) * line.step * line.places().into_iter().zip(other).map(square).sum::<f64>())
        }
        Metric::EnergyDistance | Metric::WassersteinSquared | Metric::Wasserstein | Metric::KolmogorovSmirnov => {
            let places = bins.places(&truth);
            let own: Vec<f64> = places.iter().map(|x| bins.below(*x)).collect();
            let other: Vec<f64> = places.iter().map(|x| truth.iter().map(|b| b.weight * below(*x, *b)).sum()).collect();
            if metric == Metric::WassersteinSquared {
                return Some(transport(&places, &own, &other));
            }
            let difference: Vec<f64> = own.iter().zip(&other).map(|(own, other)| own - other).collect();
            match metric {
                Metric::Wasserstein => return Some(area(&places, &difference)),
                Metric::KolmogorovSmirnov => return difference.into_iter().map(f64::abs).reduce(f64::max),
                _ => {}
            }
            let square = |i: usize| difference[i].powi(2);
            Some((1..places.len()).map(|i| (places[i] - places[i - 1]) * (square(i) + square(i - 1))).sum())
        }
        _ => None,
    }
}

/// The distances of two Gaussians of these variances on a line, whose means lie `apart`, but for those that are closed forms in any
/// number of coordinates; the kernel of the discrepancy is as wide as the second.
#[must_use]
pub fn of_gaussians(apart: f64, [fit, truth]: [f64; 2], metric: Metric) -> Option<f64> {
    match metric {
        Metric::EnergyDistance => {
            let mean = |variance: f64, apart: f64| mean_size(apart, variance.sqrt());
            Some((2.0 * mean(fit + truth, apart) - mean(2.0 * fit, 0.0) - mean(2.0 * truth, 0.0)).max(0.0))
        }
        // Quantiles lie a Gaussian variable apart.
        Metric::Wasserstein => Some(mean_size(apart, (fit.sqrt() - truth.sqrt()).abs())),
        Metric::KolmogorovSmirnov => Some(farthest(apart / truth.sqrt(), (fit / truth).sqrt())),
        Metric::Hellinger => {
            let both = fit + truth;
            let affinity = (2.0 * (fit * truth).sqrt() / both).sqrt() * (-0.25 * apart * apart / both).exp();
            Some((1.0 - affinity).max(0.0).sqrt())
        }
        Metric::MeanDiscrepancy => {
            let mean = |variance: f64, apart: f64| (truth / variance).sqrt() * (-0.5 * apart * apart / variance).exp();
            Some((mean(truth + 2.0 * fit, 0.0) + mean(3.0 * truth, 0.0) - 2.0 * mean(2.0 * truth + fit, apart)).max(0.0))
        }
        _ => None,
    }
}

/// Mean absolute value of a Gaussian.
fn mean_size(mean: f64, deviation: f64) -> f64 {
    if deviation <= 0.0 {
        return mean.abs();
    }
    let z = mean / deviation;
    (2.0 / PI).sqrt() * deviation * (-0.5 * z * z).exp() + mean * (1.0 - 2.0 * normal_upper(z))
}

/// The largest difference of the distribution functions of N(a, r^2) and N(0, 1): it lies where densities are equal, which is where
/// (r^2 - 1) x^2 + 2 a x - a^2 - 2 r^2 ln r = 0.
fn farthest(a: f64, r: f64) -> f64 {
    if r <= 0.0 {
        return normal_upper(-a.abs());
    }
    let root = r * (a * a + 2.0 * (r * r - 1.0) * r.ln()).max(0.0).sqrt();
    let far = -(a + root.copysign(a));
    let places = [far / (r * r - 1.0), -(a * a + 2.0 * r * r * r.ln()) / far];
    let apart = |x: f64| (normal_upper((a - x) / r) - normal_upper(-x)).abs();
    places.into_iter().filter(|x| x.is_finite()).map(apart).fold(0.0, f64::max)
}

/// The integral of the absolute value of a function that is straight between the places.
fn area(places: &[f64], values: &[f64]) -> f64 {
    let part = |i: usize| {
        let ([a, b], width) = ([values[i - 1], values[i]], places[i] - places[i - 1]);
        let both = a.abs() + b.abs();
        let crosses = a * b < 0.0;
        0.5 * width * if crosses { (a * a + b * b) / both } else { both }
    };
    (1..places.len()).map(part).sum()
}

/// The largest absolute value of a function given at even steps: that of parabolas through three neighbours, at most 1.
fn top(values: &[f64]) -> f64 {
    let peak = |three: &[f64]| {
        let [before, here, after] = [three[0], three[1], three[2]].map(|x| x * three[1].signum());
        let bend = before - 2.0 * here + after;
        if here >= before && here >= after && bend < 0.0 { here - (before - after).powi(2) / (8.0 * bend) } else { here }
    };
    values.windows(3).map(peak).fold(0.0, f64::max).min(1.0)
}

fn bumps_of_truth<const D: usize>(world: &Points<D>) -> Vec<Bump> {
    world.source.pieces().iter().map(|p| Bump { weight: p.weight, mean: p.mean[0], deviation: p.deviation[0] }).collect()
}

/// A kernel of height 1 over a density of this variance.
fn height(variance: f64) -> f64 {
    (2.0 * PI * variance).sqrt()
}

/// Mass of a Gaussian below a place.
fn below(x: f64, bump: Bump) -> f64 {
    if bump.deviation > 0.0 { normal_upper((bump.mean - x) / bump.deviation) } else { f64::from(u8::from(x >= bump.mean)) }
}

/// Density of a Gaussian at a place.
fn density(x: f64, bump: Bump) -> f64 {
    (-0.5 * ((x - bump.mean) / bump.deviation).powi(2)).exp() / (bump.deviation * (2.0 * PI).sqrt())
}

/// What is told of a law at every place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Density,
    Distribution,
}

/// Evenly spaced places over all that some laws hold.
#[derive(Debug, Clone, Copy)]
struct Line {
    low: f64,
    step: f64,
    count: usize,
}

impl Line {
    /// Steps of so many of the narrowest deviation; `None` where a law has none or no place in the range of numbers.
    fn over(laws: impl Iterator<Item = Bump>, steps: f64) -> Option<Self> {
        let (mut low, mut high, mut narrow) = (f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY);
        for bump in laws {
            low = low.min(bump.mean - REACH * bump.deviation);
            high = high.max(bump.mean + REACH * bump.deviation);
            narrow = narrow.min(bump.deviation);
        }
        let step = (steps * narrow).max((high - low) / MOST_PLACES as f64);
        let sound = step > 0.0 && low.is_finite() && high.is_finite();
        sound.then(|| Self { low, step, count: ((high - low) / step).ceil() as usize + 1 })
    }

    fn places(&self) -> Vec<f64> {
        (0..self.count).map(|i| self.low + self.step * i as f64).collect()
    }

    /// A law at every place.
    fn law(&self, bumps: impl Iterator<Item = Bump> + Clone, form: Form) -> Vec<f64> {
        let mut out = vec![0.0; self.count];
        // What begins at a place and goes on to the last one.
        let mut whole = vec![0.0; self.count + 1];
        let has_many = form == Form::Distribution && bumps.clone().count() > MANY;
        for bump in bumps {
            if let Some(rise) = has_many.then(|| rise(self.step / bump.deviation)).flatten() {
                let end = rise.add(bump.weight, (bump.mean - self.low) / self.step, &mut out);
                whole[end] += bump.weight;
                continue;
            }
            let at = |x: f64| ((x - self.low) / self.step).clamp(0.0, self.count as f64);
            let first = at(bump.mean - REACH * bump.deviation).floor() as usize;
            let end = (at(bump.mean + REACH * bump.deviation).ceil() as usize).max(first);
            let scale = bump.weight / (bump.deviation * (2.0 * PI).sqrt());
            for (i, sum) in out[first..end].iter_mut().enumerate() {
                let x = self.low + self.step * (first + i) as f64;
                *sum += match form {
                    Form::Density => scale * (-0.5 * ((x - bump.mean) / bump.deviation).powi(2)).exp(),
                    Form::Distribution => bump.weight * below(x, bump),
                };
            }
            whole[end] += bump.weight;
        }
        if form == Form::Distribution {
            let mut sum = 0.0;
            for (value, begins) in out.iter_mut().zip(&whole) {
                sum += begins;
                *value += sum;
            }
        }
        out
    }
}

/// The squared Wasserstein-2 distance of two laws whose distribution functions are straight between the places.
fn transport(places: &[f64], own: &[f64], other: &[f64]) -> f64 {
    let last = places.len() - 1;
    let at = |law: &[f64], cell: usize, u: f64| {
        let share = if law[cell + 1] > law[cell] { ((u - law[cell]) / (law[cell + 1] - law[cell])).clamp(0.0, 1.0) } else { 0.0 };
        places[cell] + share * (places[cell + 1] - places[cell])
    };
    let (mut i, mut j, mut u, mut sum) = (0, 0, own[0].min(other[0]), 0.0);
    while i < last && j < last {
        let next = own[i + 1].min(other[j + 1]);
        if next > u {
            let [from, to] = [u, next].map(|u| at(own, i, u) - at(other, j, u));
            sum += (next - u) * (from * from + from * to + to * to) / 3.0;
            u = next;
        }
        if own[i + 1] <= next {
            i += 1;
        }
        if other[j + 1] <= next {
            j += 1;
        }
    }
    sum
}

impl Bins<'_> {
    fn edge(&self, bin: usize) -> f64 {
        self.low + self.width * bin as f64
    }

    /// Mass below a place.
    fn below(&self, x: f64) -> f64 {
        let place = ((x - self.low) / self.width).clamp(0.0, self.shares.len() as f64);
        let whole = place.floor() as usize;
        self.shares[..whole].iter().sum::<f64>() + self.shares.get(whole).map_or(0.0, |p| p * (place - whole as f64))
    }

    /// Density at a place once a Gaussian is added.
    fn smoothed(&self, x: f64, deviation: f64) -> f64 {
        let upper = |bin: usize| normal_upper((x - self.edge(bin)) / deviation);
        self.shares.iter().enumerate().map(|(bin, share)| share * (upper(bin + 1) - upper(bin))).sum::<f64>() / self.width
    }

    /// Integral of the squared difference of densities, in closed form.
    fn squared_difference(&self, truth: &[Bump]) -> f64 {
        let own = self.shares.iter().map(|share| share * share).sum::<f64>() / self.width;
        let pair = |a: &Bump, b: &Bump| {
            let variance = a.deviation.powi(2) + b.deviation.powi(2);
            a.weight * b.weight * (-0.5 * (a.mean - b.mean).powi(2) / variance).exp() / (2.0 * PI * variance).sqrt()
        };
        let other: f64 = truth.iter().flat_map(|a| truth.iter().map(move |b| pair(a, b))).sum();
        let mass = |bin: usize| truth.iter().map(|b| b.weight * (below(self.edge(bin + 1), *b) - below(self.edge(bin), *b))).sum::<f64>();
        let both = self.shares.iter().enumerate().map(|(bin, share)| share * mass(bin)).sum::<f64>() / self.width;
        (own + other - 2.0 * both).max(0.0)
    }

    /// Integral of the root of both densities, by Simpson's rule between the places.
    fn affinity(&self, truth: &[Bump]) -> f64 {
        let root = |x: f64| truth.iter().map(|b| b.weight * density(x, *b)).sum::<f64>().sqrt();
        let part = |pair: &[f64]| {
            let middle = 0.5 * (pair[0] + pair[1]);
            let bin = (middle - self.low) / self.width;
            let share = if bin < 0.0 { 0.0 } else { self.shares.get(bin as usize).copied().unwrap_or(0.0) };
            let height = (share / self.width).sqrt();
            if height > 0.0 { height * (pair[1] - pair[0]) * (root(pair[0]) + 4.0 * root(middle) + root(pair[1])) / 6.0 } else { 0.0 }
        };
        self.places(truth).windows(2).map(part).sum()
    }

    /// All edges, and between and beyond them places a 64th of the truth's narrowest deviation apart.
    fn places(&self, truth: &[Bump]) -> Vec<f64> {
        let fold = |of: &dyn Fn(&Bump) -> f64, start: f64, pick: fn(f64, f64) -> f64| truth.iter().map(of).fold(start, pick);
        let (left, right) = (self.edge(0), self.edge(self.shares.len()));
        let low = fold(&|b| b.mean - REACH * b.deviation, left, f64::min);
        let high = fold(&|b| b.mean + REACH * b.deviation, right, f64::max);
        let step = (fold(&|b| b.deviation, f64::INFINITY, f64::min) / 64.0).max((high - low) / MOST_PLACES as f64);
        let mut edges = vec![low];
        edges.extend((0..=self.shares.len()).map(|bin| self.edge(bin)).filter(|edge| *edge > low));
        edges.extend((high > right).then_some(high));
        let inside = |pair: &[f64]| {
            let parts = ((pair[1] - pair[0]) / step).ceil().max(1.0) as usize;
            let (start, length) = (pair[0], pair[1] - pair[0]);
            (1..=parts).map(move |k| start + length * k as f64 / parts as f64).collect::<Vec<_>>()
        };
        let rest: Vec<f64> = edges.windows(2).flat_map(inside).collect();
        [vec![low], rest].concat()
    }
}

#[cfg(test)]
#[path = "distances_tests.rs"]
mod tests;
