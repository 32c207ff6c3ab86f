//! Negative extrapolation against closed forms, its shortcuts against their twins, and what stands against it.

use super::law_tests::{Tests, compare, judge};
use super::models::trial;
use super::*;
use crate::random::Seed;

fn beyond(weight: f64) -> Vec<Curation> {
    vec![Curation::Extrapolate { weight }]
}

fn gaussian(dimension: usize, n: u64, generations: u32, weight: f64, scale: f64) -> Setup {
    let truth = Truth::Gaussian { dimension, mean: 0.0, spectrum: Spectrum::Isotropic { variance: 1.0 } };
    Setup {
        curation: beyond(weight),
        sampling: Sampling::VarianceScale { scale },
        metrics: vec![Metric::VarianceRatio],
        ..trial::setup(truth, Model::Gaussian { estimate: Estimate::Both }, Regime::replace(), n, generations)
    }
}

fn regression(weight: f64) -> Setup {
    let truth = Truth::LinearRegression {
        dimension: 3,
        noise_variance: 1.0,
        signal: 1.0,
        spectrum: Spectrum::Isotropic { variance: 1.0 },
        source: 0.0,
        coefficients: Coefficients::Fixed,
    };
    let metrics = vec![Metric::ExcessRisk];
    Setup { curation: beyond(weight), metrics, ..trial::regression(truth, Model::Ols, Regime::replace(), 30, 6, Inputs::Fresh) }
}

/// The mean of the first metric in the last generation, and its standard error.
fn mean_at_end(setup: &Setup, method: Method, replicates: u32) -> (f64, f64) {
    let setup = Setup { method, ..setup.clone() };
    let simulator = Simulator::prepare(&setup).expect("fits");
    assert_eq!(simulator.method().method, method);
    let table = simulator.runs(|replicate| Streams::of_run(Seed(5), "extrapolation", "", "", replicate), 0..replicates);
    let values: Vec<f64> = table.column(setup.metrics[0], setup.generations).expect("recorded").iter().flatten().collect();
    trial::mean_and_error(&values)
}

/// A Gaussian's mean variance has one factor per generation, a (1 + w (1 - a)) with a = s (1 - 1/n): the next fit shrinks by a what the source
/// widened by 1 + w (1 - a), and the two fits are independent.
#[test]
fn a_gaussian_moves_as_its_closed_form_says() {
    let (n, generations) = (40, 8);
    for (dimension, weight, scale) in [(1, 1.0, 0.9), (1, 0.5, 1.0), (2, 1.0, 0.8), (1, 0.0, 0.9)] {
        let kept = 1.0 - 1.0 / n as f64;
        let a = scale * kept;
        let expected = kept * (a * (1.0 + weight * (1.0 - a))).powi(generations as i32 - 1);
        let methods: &[_] = if dimension == 1 { &[Method::Statistics, Method::Samples] } else { &[Method::Samples] };
        for method in methods {
            let (mean, error) = mean_at_end(&gaussian(dimension, n, generations, weight, scale), *method, 4000);
            assert!((mean - expected).abs() < 4.0 * error, "w = {weight}, s = {scale}, {method:?}: {mean} +- {error}, {expected}");
        }
    }
    // The weight moves it by far more than the errors allow: without it the loop keeps half as much.
    let with = mean_at_end(&gaussian(1, n, generations, 1.0, 0.9), Method::Statistics, 4000).0;
    let without = mean_at_end(&gaussian(1, n, generations, 0.0, 0.9), Method::Statistics, 4000).0;
    assert!(with > 1.5 * without, "{with} {without}");
}

/// Least squares have no bias to undo: the second fit adds w^2 times the error of the first, and the risk grows 1 + w^2 times as fast.
#[test]
fn coefficients_without_bias_only_gain_error() {
    for (weight, method, replicates) in [(1.0, Method::Statistics, 4000), (2.0, Method::Statistics, 4000), (1.0, Method::Samples, 2000)] {
        let setup = regression(weight);
        let one = 3.0 / (30.0 - 3.0 - 1.0);
        let expected = one * (1.0 + f64::from(setup.generations - 1) * (1.0 + weight * weight));
        let (mean, error) = mean_at_end(&setup, method, replicates);
        assert!((mean - expected).abs() < 4.0 * error, "w = {weight}, {method:?}: {mean} +- {error}, {expected}");
    }
}

fn words(weight: f64, sampling: Sampling) -> Setup {
    let law = Categories::Zipf { categories: 8, exponent: 1.0, shift: 0.0 };
    Setup {
        curation: beyond(weight),
        sampling,
        metrics: vec![Metric::SquaredError, Metric::Entropy, Metric::SupportSize],
        ..trial::setup(Truth::Categorical { law }, Model::Categorical { smoothing: 0.0 }, Regime::replace(), 60, 5)
    }
}

#[test]
fn shortcuts_have_the_law_of_their_twins() {
    let mut tests = Tests::new();
    compare("Gaussian", &gaussian(1, 20, 5, 1.0, 0.9), 1500, &mut tests);
    compare("Gaussian pool", &Setup { regime: Regime::accumulate(), ..gaussian(1, 20, 5, 1.0, 0.9) }, 1500, &mut tests);
    compare("least squares", &regression(1.0), 1500, &mut tests);
    compare("categories", &words(1.0, Sampling::Unbiased), 1500, &mut tests);
    compare("cool categories", &words(1.0, Sampling::Temperature { temperature: 0.8 }), 1500, &mut tests);
    judge(&tests);
}

#[test]
fn cooled_categories_keep_more_of_what_is_rare() {
    let cool = || Sampling::Temperature { temperature: 0.8 };
    let entropy = |weight| Setup { metrics: vec![Metric::Entropy], ..words(weight, cool()) };
    let ((with, e), (without, f)) =
        (mean_at_end(&entropy(1.0), Method::Statistics, 2000), mean_at_end(&entropy(0.0), Method::Statistics, 2000));
    assert!(with - without > 5.0 * e.hypot(f), "{with} {without}");
}

#[test]
fn a_negative_variance_ends_the_run() {
    // With three points the second fit often has more than twice the variance of the first.
    let setup = gaussian(1, 3, 6, 10.0, 1.0);
    let simulator = Simulator::prepare(&setup).expect("fits");
    let table = simulator.runs(|replicate| Streams::of_run(Seed(5), "extrapolation", "", "", replicate), 0..64);
    let column = table.column(Metric::VarianceRatio, 6).expect("recorded");
    assert!(column.iter().flatten().count() < 64, "no run ended");
    assert!(column.iter().flatten().all(|value| value > 0.0));
}

#[test]
fn what_cannot_be_added_is_refused() {
    let codes = |setup: &Setup| check(setup).err().unwrap_or_default().iter().map(|refusal| refusal.code).collect::<Vec<_>>();
    let fine = gaussian(1, 20, 3, 1.0, 1.0);
    assert!(codes(&fine).is_empty());
    assert_eq!(codes(&Setup { curation: beyond(-0.5), ..fine.clone() }), ["bad-weight"]);
    assert_eq!(codes(&Setup { curation: beyond(f64::NAN), ..fine.clone() }), ["bad-weight"]);
    let kernel = Setup { model: Model::Kde { bandwidth: Bandwidth::Fixed { value: 0.3 } }, sampling: Sampling::Unbiased, ..fine.clone() };
    assert_eq!(codes(&kernel), ["extrapolation-mismatch"]);
    let two = [beyond(1.0), vec![Curation::Displace { distance: 1.0, from: Origin::Fit }]].concat();
    assert_eq!(codes(&Setup { curation: two, ..fine }), ["extrapolation-not-alone"]);
}
