use super::*;
use crate::sim::chain::Assessment;
use crate::sim::levels::Levels;
use crate::sim::models::points::Points;
use crate::sim::models::shapes::{Point, Source};
use crate::sim::models::trial::{assert_mean, seeded, setup};
use crate::sim::world::Judged;
use crate::sim::{Bandwidth, Model, Regime, Setup, check, defined};
use crate::taxonomy::Metric;
use std::f64::consts::TAU;

const TRUTH: Truth = Truth::Rosenbrock { mean: 0.5, deviation: 1.25, noise: 0.5 };

fn draws(n: u64, seed: u64) -> Vec<Point<2>> {
    let (mut rng, mut points) = (seeded(seed), Vec::new());
    Source::<2>::of(&TRUTH).unwrap().draws(n, &mut rng, &mut points);
    points
}

/// Mass of a box by the midpoint rule, in the coordinates that points have.
fn mass(low: [f64; 2], high: [f64; 2]) -> f64 {
    let (law, steps) = (Source::<2>::of(&TRUTH).unwrap(), [2000_u32, 4000]);
    let step = [0, 1].map(|j: usize| (high[j] - low[j]) / f64::from(steps[j]));
    let at = |j: usize, i: u32| low[j] + step[j] * (f64::from(i) + 0.5);
    let column = |i: u32| (0..steps[1]).map(|k| law.log_density(&[at(0, i), at(1, k)]).exp()).sum::<f64>();
    (0..steps[0]).map(column).sum::<f64>() * step[0] * step[1] / TAU
}

#[test]
fn the_density_has_mass_one() {
    // Eight deviations to either side; of the second coordinate the squares that these reach, and eight of the noise.
    let whole = mass([-9.5, -4.0], [10.5, 114.25]);
    assert!((whole - 1.0).abs() < 1e-9, "{whole}");
}

#[test]
fn draws_fall_where_the_density_says() {
    let points = draws(40_000, 1);
    for (low, high) in [([-1.0, 0.0], [1.0, 1.0]), ([1.0, 1.0], [2.0, 6.0]), ([-4.0, 2.0], [-1.5, 20.0]), ([0.0, -2.0], [1.0, 0.0])] {
        let is_in = |point: &Point<2>| (0..2).all(|j| (low[j]..high[j]).contains(&point[j]));
        let inside: Vec<f64> = points.iter().map(|point| f64::from(u8::from(is_in(point)))).collect();
        assert_mean("share of a box", &inside, mass(low, high));
    }
    let source = Source::<2>::of(&TRUTH).unwrap();
    let logs: Vec<f64> = points.iter().map(|point| source.log_density(point)).collect();
    assert_mean("minus the entropy", &logs, -1.0 - 1.25_f64.ln() - 0.5_f64.ln());
}

#[test]
fn moments_are_those_of_draws() {
    let (points, (mean, trace)) = (draws(40_000, 2), Source::<2>::of(&TRUTH).unwrap().moments());
    for j in 0..2 {
        let column: Vec<f64> = points.iter().map(|point| point[j]).collect();
        assert_mean("mean", &column, mean[j]);
    }
    let squares: Vec<f64> = points.iter().map(|p| (p[0] - mean[0]).powi(2) + (p[1] - mean[1]).powi(2)).collect();
    assert_mean("trace", &squares, trace);
}

/// The mass beyond a level, by draws and by the density: what lies in the tail is less dense than e^-ln(100) of the top, and nothing else is.
#[test]
fn the_region_of_99_per_cent_holds_it() {
    let kde = Model::Kde { bandwidth: Bandwidth::ScottScipy };
    let judged = Setup { curation: vec![verifier()], ..setup(TRUTH, kde, Regime::replace(), 10, 2) };
    let (world, points) = (Points::<2>::of(&judged).unwrap(), draws(200_000, 3));
    let top = world.source.log_density(&[0.5, 0.25]);
    let (mut tail, mut wrong) = (Vec::new(), Vec::new());
    for point in &points {
        let Assessment { correct, tail: is_tail } = world.assess(point);
        let below = top - world.source.log_density(point);
        assert_eq!((is_tail, correct), (below > 100.0_f64.ln(), below < 1000.0_f64.ln()));
        tail.push(f64::from(u8::from(is_tail)));
        wrong.push(f64::from(u8::from(!correct)));
    }
    assert_mean("tail", &tail, 0.01);
    assert_mean("beyond the level of hallucination", &wrong, 0.001);
    assert!(!world.assess(&[f64::NAN, 0.0]).correct);
}

fn verifier() -> crate::sim::Curation {
    let (reference, tail) = (crate::sim::Reference::MostLikely, crate::sim::TailView::Judged);
    crate::sim::Curation::Verifier { true_accept: 0.9, false_accept: 0.1, tail, reference }
}

fn read(points: &[Point<2>], metric: Metric) -> f64 {
    let levels = Levels::of(&Source::<2>::of(&TRUTH).unwrap()).unwrap();
    let mut masses = vec![0.0; levels.grid().cells()];
    points.iter().for_each(|point| levels.grid().count(point, 2, 1.0 / points.len() as f64, &mut masses));
    levels.measure(&masses, metric).unwrap()
}

#[test]
fn many_draws_cover_the_tail_and_those_of_a_narrower_law_do_not() {
    let own = draws(400_000, 4);
    assert!(read(&own, Metric::TailCoverage) > 0.97 && read(&own, Metric::TailCoverageWide) > 0.98);
    assert!((read(&own, Metric::MassOutside) - 0.001).abs() < 0.0003);
    // Half of the variance in straight coordinates: e^-ln(100) becomes its square, and every sector has its share of that.
    let law = Rosenbrock::of(&TRUTH).unwrap();
    let narrower: Vec<Point<2>> = own.iter().map(|point| bent(&law, law.straight(*point).map(|z| z * 0.5_f64.sqrt()))).collect();
    assert!((read(&narrower, Metric::TailCoverage) - 0.01).abs() < 0.004);
    assert!((read(&narrower, Metric::TailCoverageWide) - 0.05).abs() < 0.005);
    // One side alone covers half of the tail at most.
    let right: Vec<Point<2>> = own.iter().copied().filter(|point| point[0] > 0.5).collect();
    assert!((read(&right, Metric::TailCoverageWide) - 0.5).abs() < 0.01);
}

fn bent(law: &Rosenbrock, [u, v]: [f64; 2]) -> Point<2> {
    let x = law.mean + law.deviation * u;
    [x, x * x + law.noise * v]
}

#[test]
fn what_has_no_density_or_no_second_coordinate_is_no_law() {
    for (deviation, noise) in [(0.0, 1.0), (1.0, 0.0), (f64::INFINITY, 1.0), (1.0, -1.0)] {
        assert!(Rosenbrock::of(&Truth::Rosenbrock { mean: 0.0, deviation, noise }).is_none());
    }
    assert!(Source::<1>::of(&TRUTH).is_none() && Source::<8>::of(&TRUTH).is_some_and(|source| source.dimension == 2));
}

/// A kernel estimate is measured by its moments and its loss; its mass beyond a level of this law has no formula, and is refused.
#[test]
fn models_of_masses_are_refused_the_metrics_of_levels() {
    let kde = Model::Kde { bandwidth: Bandwidth::ScottScipy };
    let metrics = defined(&TRUTH, &kde);
    assert!(metrics.contains(&Metric::NegativeLogLikelihood) && !metrics.contains(&Metric::TailCoverage));
    let asked = Setup { metrics: vec![Metric::MassOutside], ..setup(TRUTH, kde, Regime::replace(), 10, 2) };
    assert!(check(&asked).is_err());
    let gaussian = Model::Gaussian { estimate: crate::sim::Estimate::Both };
    assert!(check(&Setup { metrics: Vec::new(), ..setup(TRUTH, gaussian, Regime::replace(), 10, 2) }).is_err());
}
