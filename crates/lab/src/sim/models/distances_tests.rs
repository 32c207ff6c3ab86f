//! Distances against closed forms of Gaussians, against plain integrals, and against draws.

use super::*;
use crate::naive;
use crate::sim::models::gaussian_measure::{Gauge, View};
use crate::sim::models::gaussian_truth::GaussianTruth;
use crate::sim::models::trial::{self, seeded};
use crate::sim::{Model, Regime, Spectrum};
use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};

fn world(truth: Truth) -> Points<1> {
    Points::of(&trial::setup(truth, Model::Histogram { bins: 4, low: -1.0, high: 1.0 }, Regime::replace(), 10, 1))
        .expect("points on a line")
}

fn normal(mean: f64, variance: f64) -> Truth {
    Truth::Gaussian { dimension: 1, mean, spectrum: Spectrum::Isotropic { variance } }
}

/// Two bumps of different width.
fn bumpy() -> Truth {
    Truth::GaussianMixture { weights: vec![0.3, 0.7], means: vec![vec![-2.0], vec![1.5]], deviations: vec![0.4, 0.8] }
}

fn density(bumps: &[Bump], x: f64) -> f64 {
    bumps.iter().map(|b| b.weight * (-0.5 * ((x - b.mean) / b.deviation).powi(2)).exp() / (b.deviation * (2.0 * PI).sqrt())).sum()
}

/// Hellinger's distance by a plain integral.
fn naive_hellinger(one: &dyn Fn(f64) -> f64, other: &dyn Fn(f64) -> f64) -> f64 {
    (0.5 * naive::integral(-20.0, 20.0, |x| (one(x).sqrt() - other(x).sqrt()).powi(2))).sqrt()
}

fn law(bumps: &[Bump], x: f64) -> f64 {
    bumps.iter().map(|b| b.weight * below(x, *b)).sum()
}

/// The place below which so much of a law lies, by bisection.
fn quantile(law: &dyn Fn(f64) -> f64, u: f64) -> f64 {
    let (mut low, mut high) = (-40.0, 40.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if law(middle) < u { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

fn naive_transport(one: &dyn Fn(f64) -> f64, other: &dyn Fn(f64) -> f64) -> f64 {
    let n = 40_000;
    (0..n).map(|i| (f64::from(i) + 0.5) / f64::from(n)).map(|u| (quantile(one, u) - quantile(other, u)).powi(2)).sum::<f64>() / f64::from(n)
}

/// The largest value at many places.
fn largest(f: &dyn Fn(f64) -> f64) -> f64 {
    (-200_000..=200_000).map(|i| f(f64::from(i) * 1e-4)).fold(0.0, f64::max)
}

fn three() -> Vec<Bump> {
    let bump = |weight, mean, deviation| Bump { weight, mean, deviation };
    vec![bump(0.2, -2.5, 0.5), bump(0.5, 0.5, 0.3), bump(0.3, 2.0, 1.1)]
}

#[test]
fn one_bump_against_one_has_the_closed_forms_of_gaussians() {
    let (truth, world) = (GaussianTruth { mean: 1.0, variances: vec![2.0] }, world(normal(1.0, 2.0)));
    let gauge = Gauge::new(&truth);
    for (mean, deviation) in [(1.0, 1.0), (0.2, 0.7), (3.0, 2.2), (1.0, 2.0_f64.sqrt()), (1.4, 0.05)] {
        let fit = [Bump { weight: 1.0, mean, deviation }];
        let exact = |metric| {
            let view = View { mean: &[mean], variances: &[deviation * deviation], factor: None };
            gauge.measure(view, metric).expect("known of Gaussians")
        };
        for metric in DISTANCES {
            let (found, exact) = (of_bumps(&world, fit.into_iter(), metric).expect("on a line"), exact(metric));
            // The Wasserstein distance itself, and not its square, is off by a fiftieth of the narrowest deviation at most.
            let near = match metric {
                Metric::WassersteinSquared => (found.sqrt() - exact.sqrt()).abs() < 0.02 * deviation.min(2.0_f64.sqrt()),
                // Two Gaussians cross at two places at most.
                Metric::Wasserstein => (found - exact).abs() < 2.0 / 900.0 * deviation.min(2.0_f64.sqrt()),
                Metric::KolmogorovSmirnov => (found - exact).abs() < 1e-4,
                _ => (found - exact).abs() < 1e-9,
            };
            assert!(near, "{metric:?} of N({mean}, {deviation}^2): {found}, exactly {exact}");
        }
    }
}

#[test]
fn sums_of_bumps_have_the_distances_of_plain_integrals() {
    let world = world(bumpy());
    let (truth, fit) = (bumps_of_truth(&world), three());
    let near = |metric, naive: f64, room: f64| {
        let found = of_bumps(&world, fit.iter().copied(), metric).expect("on a line");
        assert!((found - naive).abs() < room * naive, "{metric:?}: {found}, naively {naive}");
    };
    let whole = |f: &dyn Fn(f64) -> f64| naive::integral(-20.0, 20.0, f);
    near(Metric::IntegratedSquaredError, whole(&|x| (density(&fit, x) - density(&truth, x)).powi(2)), 1e-8);
    near(Metric::EnergyDistance, 2.0 * whole(&|x| (law(&fit, x) - law(&truth, x)).powi(2)), 1e-8);
    // All pairs of bumps: the mean of the kernel over two Gaussians.
    let pair = |a: &Bump, b: &Bump| {
        let variance = world.trace + a.deviation.powi(2) + b.deviation.powi(2);
        a.weight * b.weight * (world.trace / variance).sqrt() * (-0.5 * (a.mean - b.mean).powi(2) / variance).exp()
    };
    let mean =
        |one: &[Bump], other: &[Bump]| one.iter().flat_map(|a| other.iter().map(move |b| (a, b))).map(|(a, b)| pair(a, b)).sum::<f64>();
    near(Metric::MeanDiscrepancy, mean(&fit, &fit) + mean(&truth, &truth) - 2.0 * mean(&fit, &truth), 1e-9);
    near(Metric::WassersteinSquared, naive_transport(&|x| law(&fit, x), &|x| law(&truth, x)), 4e-3);
    let apart = |x: f64| (law(&fit, x) - law(&truth, x)).abs();
    near(Metric::Wasserstein, whole(&apart), 1e-3);
    near(Metric::KolmogorovSmirnov, largest(&apart), 5e-4);
    near(Metric::Hellinger, naive_hellinger(&|x| density(&fit, x), &|x| density(&truth, x)), 1e-6);
}

#[test]
fn bins_have_the_distances_of_plain_integrals() {
    let world = world(bumpy());
    let (truth, shares) = (bumps_of_truth(&world), [0.05, 0.3, 0.0, 0.25, 0.4]);
    let bins = Bins { low: -3.0, width: 1.3, shares: &shares };
    let height = |x: f64| {
        let place = (x - bins.low) / bins.width;
        if place < 0.0 { 0.0 } else { shares.get(place as usize).map_or(0.0, |share| share / bins.width) }
    };
    let near = |metric, naive: f64, room: f64| {
        let found = of_bins(&world, bins, metric).expect("on a line");
        assert!((found - naive).abs() < room * naive, "{metric:?}: {found}, naively {naive}");
    };
    let whole = |f: &dyn Fn(f64) -> f64| naive::integral(-20.0, 20.0, f);
    near(Metric::IntegratedSquaredError, whole(&|x| (height(x) - density(&truth, x)).powi(2)), 1e-4);
    near(Metric::EnergyDistance, 2.0 * whole(&|x| (bins.below(x) - law(&truth, x)).powi(2)), 1e-4);
    near(Metric::WassersteinSquared, naive_transport(&|x| bins.below(x), &|x| law(&truth, x)), 1e-3);
    let apart = |x: f64| (bins.below(x) - law(&truth, x)).abs();
    near(Metric::Wasserstein, whole(&apart), 1e-4);
    near(Metric::KolmogorovSmirnov, largest(&apart), 1e-4);
    near(Metric::Hellinger, naive_hellinger(&height, &|x| density(&truth, x)), 1e-4);
    // Each bin as two hundred thin bumps.
    let thin = |bin: usize| {
        (0..200).map(move |k| Bump {
            weight: shares[bin] / 200.0,
            mean: -3.0 + 1.3 * (bin as f64 + (f64::from(k) + 0.5) / 200.0),
            deviation: 0.02,
        })
    };
    let many: Vec<Bump> = (0..5).flat_map(thin).collect();
    near(Metric::MeanDiscrepancy, of_bumps(&world, many.iter().copied(), Metric::MeanDiscrepancy).expect("on a line"), 1e-3);
}

/// The largest difference of the steps of two sorted samples of one size.
fn widest_gap(one: &[f64], other: &[f64]) -> f64 {
    let below = |sample: &[f64], x: f64| sample.iter().filter(|y| **y <= x).count() as f64 / sample.len() as f64;
    one.iter().chain(other).map(|x| (below(one, *x) - below(other, *x)).abs()).fold(0.0, f64::max)
}

#[test]
fn two_gaussians_lie_a_mean_shift_or_the_mean_size_of_a_gaussian_apart() {
    let phi = |z: f64| 1.0 - normal_upper(z);
    let whole = |f: &dyn Fn(f64) -> f64| naive::integral(-40.0, 40.0, f);
    for (apart, [fit, truth]) in [(0.0, [1.0_f64, 1.0_f64]), (1.3, [4.0, 4.0]), (-0.2, [0.5, 0.5])] {
        let of = |metric| of_gaussians(apart, [fit, truth], metric).expect("a closed form");
        assert!((of(Metric::Wasserstein) - f64::abs(apart)).abs() < 1e-12);
        assert!((of(Metric::KolmogorovSmirnov) - (2.0 * phi(f64::abs(apart) / (2.0 * truth.sqrt())) - 1.0)).abs() < 1e-12);
    }
    for (apart, [fit, truth]) in [(0.0, [0.3_f64, 1.0_f64]), (0.7, [2.0, 1.0]), (-2.0, [0.01, 3.0]), (1e-3, [1.0 + 1e-9, 1.0])] {
        let gap = |x: f64| (phi((x - apart) / fit.sqrt()) - phi(x / truth.sqrt())).abs();
        let of = |metric| of_gaussians(apart, [fit, truth], metric).expect("a closed form");
        let [area, top] = [whole(&gap), largest(&gap)];
        assert!((of(Metric::Wasserstein) - area).abs() < 1e-5 * area, "{apart} {fit} {truth}: {} {area}", of(Metric::Wasserstein));
        let normal = |mean: f64, variance: f64| [Bump { weight: 1.0, mean, deviation: variance.sqrt() }];
        let root = naive_hellinger(&|x| density(&normal(apart, fit), x), &|x| density(&normal(0.0, truth), x));
        assert!((of(Metric::Hellinger) - root).abs() < 1e-7, "{apart} {fit} {truth}: {} {root}", of(Metric::Hellinger));
        assert!((of(Metric::KolmogorovSmirnov) - top).abs() < 1e-7, "{apart} {fit} {truth}: {} {top}", of(Metric::KolmogorovSmirnov));
    }
    // All mass at one place: half of the truth lies on its other side, or more.
    assert!((of_gaussians(0.0, [0.0, 2.0], Metric::KolmogorovSmirnov).expect("a step") - 0.5).abs() < 1e-12);
    assert!((of_gaussians(-2.0, [0.0, 1.0], Metric::KolmogorovSmirnov).expect("a step") - phi(2.0)).abs() < 1e-12);
}

#[test]
fn distances_are_those_of_many_draws() {
    let world = world(bumpy());
    let (fit, n) = (three(), 4000);
    let mut rng = seeded(5);
    let mut draws = |bumps: &[Bump]| -> Vec<f64> {
        let mut points: Vec<f64> = (0..n)
            .map(|_| {
                let mut left: f64 = rng.random();
                let bump = bumps.iter().find(|b| {
                    left -= b.weight;
                    left < 0.0
                });
                let bump = bump.unwrap_or(&bumps[0]);
                bump.mean + bump.deviation * Distribution::<f64>::sample(&StandardNormal, &mut rng)
            })
            .collect();
        points.sort_by(f64::total_cmp);
        points
    };
    let (made, real) = (draws(&fit), draws(&bumps_of_truth(&world)));
    let transported = made.iter().zip(&real).map(|(a, b)| (a - b).powi(2)).sum::<f64>() / f64::from(n);
    let mean = |a: &[f64], b: &[f64], f: &dyn Fn(f64) -> f64| {
        a.iter().flat_map(|x| b.iter().map(move |y| f(x - y))).sum::<f64>() / f64::from(n).powi(2)
    };
    let apart = |f: &dyn Fn(f64) -> f64| mean(&made, &made, f) + mean(&real, &real, f) - 2.0 * mean(&made, &real, f);
    // Of so many draws each is known to about a twentieth.
    for (metric, drawn) in [
        (Metric::WassersteinSquared, transported),
        (Metric::EnergyDistance, -apart(&f64::abs)),
        (Metric::Wasserstein, made.iter().zip(&real).map(|(a, b)| (a - b).abs()).sum::<f64>() / f64::from(n)),
        (Metric::KolmogorovSmirnov, widest_gap(&made, &real)),
        (Metric::MeanDiscrepancy, apart(&|x| (-0.5 * x * x / world.trace).exp())),
    ] {
        let found = of_bumps(&world, fit.iter().copied(), metric).expect("on a line");
        assert!((found / drawn - 1.0).abs() < 0.15, "{metric:?}: {found}, drawn {drawn}");
    }
}

#[test]
fn nothing_is_told_off_the_line_and_the_truth_lies_at_no_distance_from_itself() {
    assert!(defined(&Truth::Moons { noise: 0.1, angles: crate::sim::Angles::Drawn }).is_empty());
    assert!(defined(&Truth::Blobs { centers: 3, deviation: 1.0 }).is_empty());
    let world = world(bumpy());
    for metric in DISTANCES {
        let found = of_bumps(&world, bumps_of_truth(&world).into_iter(), metric).expect("on a line");
        assert!(found.abs() < 1e-12, "{metric:?} {found}");
    }
    assert_eq!(of_bumps(&world, three().into_iter(), Metric::Entropy), None);
}
