//! Against an independent maximisation, against Fisher's information, against plain sums over a grid.

use super::*;
use crate::sim::models::trial::{assert_mean, fit, last_of_chain, mean_and_error, run as loop_of, seeded, setup, streams, value};
use crate::sim::{Regime, Sampling, Simulator, check, defined, null_risk, time_scale};

fn of(degrees: f64, n: u64, generations: u32, metrics: &[Metric]) -> Setup {
    let truth = Truth::StudentT { degrees, location: 0.5, scale: 2.0 };
    Setup { metrics: metrics.to_vec(), ..setup(truth, Model::StudentT { degrees }, Regime::replace(), n, generations) }
}

fn loss(degrees: f64, points: &[Point<1>], weights: &[f64], location: f64, log_scale: f64) -> f64 {
    let one = |x: f64| 0.5 * (degrees + 1.0) * (1.0 + ((x - location) / log_scale.exp()).powi(2) / degrees).ln() + log_scale;
    points.iter().zip(weights).map(|([x], weight)| weight * one(*x)).sum()
}

/// The lowest place of a function of two numbers by a search in ever smaller steps along both: no derivative, no EM.
fn lowest(f: impl Fn(f64, f64) -> f64, mut at: (f64, f64)) -> (f64, f64) {
    let mut step = 1.0;
    while step > 1e-11 {
        let moves = [(step, 0.0), (-step, 0.0), (0.0, step), (0.0, -step)];
        let lower = moves.iter().map(|(a, b)| (at.0 + a, at.1 + b)).find(|next| f(next.0, next.1) < f(at.0, at.1));
        match lower {
            Some(next) => at = next,
            None => step *= 0.5,
        }
    }
    at
}

#[test]
fn the_fit_is_where_the_likelihood_is_highest() {
    for (degrees, n) in [(1.0, 7), (3.0, 12), (8.5, 40), (1.0, 200)] {
        let mut chain = twin(&of(degrees, n, 1, &[])).expect("fits");
        let mut points = Vec::new();
        chain.world.real(RealDraw::First, n, &mut seeded(n), &mut points);
        let mut found = Law { location: 0.0, scale: 1.0 };
        for weighted in [false, true] {
            let weights: Vec<f64> = (0..n).map(|i| if weighted { 0.5 + (i % 3) as f64 } else { 1.0 }).collect();
            let training = Weighted { examples: &points, weights: Some(&weights) };
            chain.learner.fit(&chain.world, training, 1.0, Start::Anew, &mut seeded(0), &mut found).expect("fits");
            let (location, log_scale) = lowest(|a, b| loss(degrees, &points, &weights, a, b), (0.0, 0.0));
            assert!((found.location - location).abs() < 1e-5, "{degrees} {n}: {found:?} {location}");
            assert!((found.scale.ln() - log_scale).abs() < 1e-5, "{degrees} {n}: {found:?} {log_scale}");
        }
        fit(&mut chain, &points, 0, &mut found).expect("fits");
        assert!(found.scale > 0.0);
    }
}

/// The inverse of Fisher's information, times n: (nu + 3) / (nu + 1) s^2 of the location, (nu + 3) / (2 nu) s^2 of the scale (Lange, Little
/// and Taylor 1989, "Robust statistical modeling using the t distribution", Section 2).
#[test]
fn large_samples_have_the_variances_of_fishers_information() {
    for degrees in [1.0, 3.0, 10.0] {
        let (n, replicates) = (400, 3000);
        let setup = of(degrees, n, 1, &[]);
        let mut chain = twin(&setup).expect("fits");
        let fits: Vec<Law> = (0..replicates).map(|k| loop_of(&mut chain, &setup, &streams(k), |_, law| *law).expect("fits")[0]).collect();
        let of_location: Vec<f64> = fits.iter().map(|law| n as f64 * (law.location - 0.5).powi(2)).collect();
        let of_scale: Vec<f64> = fits.iter().map(|law| n as f64 * (law.scale - 2.0).powi(2)).collect();
        for (values, expected) in
            [(of_location, (degrees + 3.0) / (degrees + 1.0) * 4.0), (of_scale, (degrees + 3.0) / (2.0 * degrees) * 4.0)]
        {
            let (mean, error) = mean_and_error(&values);
            // Terms of 1/n are below 2 % here.
            assert!((mean - expected).abs() < 4.5 * error + 0.02 * expected, "{degrees}: {mean} +- {error}, expected {expected}");
        }
    }
}

#[test]
fn metrics_equal_plain_sums() {
    for (degrees, fitted) in
        [(3.0, Law { location: 1.1, scale: 1.3 }), (4.0, Law { location: 0.5, scale: 0.02 }), (2.5, Law { location: -3.0, scale: 9.0 })]
    {
        let mut chain = twin(&of(degrees, 10, 1, &[])).expect("fits");
        let (truth, standard) = (chain.world.law, chain.world.standard);
        let density = |law: Law, x: f64| standard.log_density((x - law.location) / law.scale).exp() / law.scale;
        // Midpoints in s with x = tan s: the whole line in one interval.
        let steps = 4_000_000;
        let width = std::f64::consts::PI / f64::from(steps);
        let places = (0..steps).map(|k| -std::f64::consts::FRAC_PI_2 + width * (f64::from(k) + 0.5));
        let (mut naive, mut outside) = (0.0, 0.0);
        for s in places {
            let (x, slope) = (truth.location + s.tan(), s.cos().powi(-2));
            naive -= width * slope * density(truth, x) * density(fitted, x).ln();
            if ((x - truth.location) / truth.scale).abs() > chain.world.outside {
                outside += width * slope * density(fitted, x);
            }
        }
        let found = value(&mut chain, &fitted, Metric::NegativeLogLikelihood).expect("defined");
        assert!((found / naive - 1.0).abs() < 1e-5, "{degrees} {fitted:?}: {found} {naive}");
        let found = value(&mut chain, &fitted, Metric::MassOutside).expect("defined");
        assert!((found - outside).abs() < 1e-5, "{degrees} {fitted:?}: {found} {outside}");
        let exact = (fitted.scale / 2.0).powi(2);
        assert!((value(&mut chain, &fitted, Metric::VarianceRatio).expect("defined") - exact).abs() < 1e-12);
    }
}

#[test]
fn the_truth_itself_covers_its_tail_and_leaves_its_own_mass_outside() {
    let mut chain = twin(&of(3.0, 10, 1, &[])).expect("fits");
    let truth = chain.world.law;
    let read = |chain: &mut StudentTwin, law: Law, metric| value(chain, &law, metric).expect("defined");
    assert!((read(&mut chain, truth, Metric::TailCoverage) - 1.0).abs() < 1e-6);
    assert!((read(&mut chain, truth, Metric::MassOutside) - OUTSIDE).abs() < 1e-9);
    // Entropy of a t with three degrees: 1.773477 + ln of its scale.
    assert!((read(&mut chain, truth, Metric::NegativeLogLikelihood) - 1.773_477 - 2.0_f64.ln()).abs() < 1e-5);
    let narrow = Law { scale: 1e-3, ..truth };
    assert!(read(&mut chain, narrow, Metric::TailCoverage) < 0.01);
    let (mut rng, mut points) = (seeded(1), Vec::new());
    chain.world.real(RealDraw::First, 200_000, &mut rng, &mut points);
    let in_tail: Vec<f64> = points.iter().map(|point| f64::from(u8::from(chain.world.assess(point).tail))).collect();
    assert_mean("tail", &in_tail, TAIL);
}

#[test]
fn a_loop_of_its_own_samples_loses_its_spread_and_a_scaled_one_sooner() {
    let metrics = [Metric::SpreadRatio, Metric::MeanSquaredError];
    let at = |setup: &Setup| mean_and_error(&last_of_chain(&twin(setup).expect("fits"), setup, Metric::SpreadRatio, 0..300)).0;
    let (early, late) = (of(3.0, 30, 1, &metrics), of(3.0, 30, 30, &metrics));
    let scaled = Setup { sampling: Sampling::VarianceScale { scale: 0.8 }, ..late.clone() };
    assert!((at(&early) - 1.0).abs() < 0.05 && at(&scaled) < 0.1, "{} {}", at(&early), at(&scaled));
    assert!(time_scale(&of(3.0, 30, 1, &[])) > 10.0 && time_scale(&of(3.0, 30, 1, &[])) < 20.0);
    assert!(null_risk(&early, Metric::MeanSquaredError).is_some_and(|risk| (risk - 12.0).abs() < 1e-12));
}

#[test]
fn it_runs_from_a_setup_and_refuses_what_it_has_not() {
    let base = of(3.0, 30, 3, &METRICS);
    assert_eq!(METRICS.iter().filter(|metric| defined(&base.truth, &base.model).contains(metric)).count(), METRICS.len());
    let run = Simulator::prepare(&base).expect("fits").run(&streams(1));
    assert!(METRICS.iter().all(|metric| run.value(*metric, 3).is_some_and(f64::is_finite)), "{:?}", run.ending());
    for degrees in [0.5, 2.0 * MOST_DEGREES] {
        let unknown = Setup { model: Model::StudentT { degrees }, ..base.clone() };
        assert_eq!(check(&unknown).unwrap_err()[0].code, "no-model");
    }
    let sharpened = Setup { sampling: Sampling::Argmax, ..base };
    assert_eq!(check(&sharpened).unwrap_err()[0].code, "sampling-mismatch");
}

#[test]
fn equal_points_are_degenerate_and_one_is_too_few() {
    let (mut chain, mut out) = (twin(&of(3.0, 10, 1, &[])).expect("fits"), Law { location: 0.0, scale: 1.0 });
    assert_eq!(fit(&mut chain, &[[1.0]; 5], 0, &mut out), Err(Unfit::Degenerate));
    assert_eq!(fit(&mut chain, &[[1.0]], 0, &mut out), Err(Unfit::TooFewSamples));
}
