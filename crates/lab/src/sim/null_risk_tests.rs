//! Null risks against the metric itself, read of a model that is the answer described.

use super::{
    Capacity, Categories, Coefficients, Estimate, Inputs, LabelChoice, Method, Model, Record, Regime, Sampling, Schedule, Setup, Simulator,
    Spectrum, Synthesis, Truth, null_risk,
};
use crate::random::{Seed, Streams};
use crate::taxonomy::Metric;

fn setup(truth: Truth, model: Model, metric: Metric) -> Setup {
    Setup {
        truth,
        model,
        synthesis: Synthesis::Examples,
        regime: Regime::replace(),
        curation: Vec::new(),
        sampling: Sampling::Unbiased,
        samples: Schedule::Constant { start: 1 },
        generations: 1,
        capacity: Capacity::Fixed,
        record: Record::All,
        metrics: vec![metric],
        hitting: None,
        downstream: None,
        method: Method::Auto,
    }
}

/// Mean of the metric over many fits of one generation.
fn measured(setup: &Setup) -> f64 {
    let simulator = Simulator::prepare(setup).expect("a setup that runs");
    let table = simulator.runs(|replicate| Streams::of_run(Seed(4), "null", "", "", replicate), 0..20_000);
    let column = table.column(setup.metrics[0], 1).expect("recorded");
    column.iter().flatten().sum::<f64>() / column.iter().flatten().count() as f64
}

fn near(a: f64, b: f64, room: f64) {
    assert!((a - b).abs() <= room * b.abs(), "{a} is not near {b}");
}

fn weights() -> Truth {
    Truth::Categorical { law: Categories::Given { weights: vec![0.5, 0.3, 0.2] } }
}

#[test]
fn an_even_law_has_the_null_risk_of_categories() {
    for metric in [Metric::SquaredError, Metric::AbsoluteError, Metric::KlDivergence, Metric::NegativeLogLikelihood] {
        // So many pseudo-counts leave nothing of the one example.
        let even = setup(weights(), Model::Categorical { smoothing: 1e9 }, metric);
        near(measured(&even), null_risk(&even, metric).expect("declared"), 1e-6);
    }
}

#[test]
fn where_the_even_law_is_the_truth_one_category_always_is_the_null_answer() {
    let truth = Truth::Categorical { law: Categories::Uniform { categories: 4 } };
    for metric in [Metric::SquaredError, Metric::AbsoluteError] {
        let one = setup(truth.clone(), Model::Categorical { smoothing: 0.0 }, metric);
        near(measured(&one), null_risk(&one, metric).expect("declared"), 1e-9);
    }
    let kl = setup(truth, Model::Categorical { smoothing: 0.0 }, Metric::KlDivergence);
    assert_eq!(null_risk(&kl, Metric::KlDivergence), None);
}

#[test]
fn one_example_has_the_null_risk_of_a_mean() {
    let gaussian = Truth::Gaussian { dimension: 3, mean: 5.0, spectrum: Spectrum::Given { values: vec![1.0, 2.0, 4.0] } };
    let truths = [
        (gaussian, Model::GaussianDiagonal { estimate: Estimate::Mean }),
        (Truth::Poisson { rate: 3.0 }, Model::Poisson),
        (Truth::Exponential { mean: 2.0 }, Model::Exponential),
    ];
    for (truth, model) in truths {
        let one = setup(truth, model, Metric::MeanSquaredError);
        // The exponential has a kurtosis of 9: 20,000 squared errors have a standard error of 2 per cent.
        near(measured(&one), null_risk(&one, Metric::MeanSquaredError).expect("declared"), 0.1);
    }
}

#[test]
fn zero_for_every_input_has_the_null_risk_of_a_regression() {
    let spectrum = Spectrum::Isotropic { variance: 1.0 };
    let truth = Truth::LinearRegression {
        dimension: 4,
        noise_variance: 1.0,
        signal: 2.5,
        spectrum,
        source: 0.0,
        coefficients: Coefficients::Fixed,
    };
    let labels = Synthesis::Labels { inputs: Inputs::Fresh, choice: LabelChoice::Sampled };
    let zero = Setup { synthesis: labels, ..setup(truth, Model::Ridge { penalty: 1e12 }, Metric::ExcessRisk) };
    near(measured(&zero), null_risk(&zero, Metric::ExcessRisk).expect("declared"), 1e-6);
}

#[test]
fn no_mass_anywhere_has_the_null_risk_of_a_density() {
    // A kernel as wide as this leaves a density of nearly zero.
    let truth = Truth::GaussianMixture { weights: vec![0.25, 0.75], means: vec![vec![0.0], vec![3.0]], deviations: vec![1.0, 0.5] };
    let here = setup(truth, Model::Gaussian { estimate: Estimate::Both }, Metric::IntegratedSquaredError);
    let density = |x: f64| {
        let part = |w: f64, m: f64, s: f64| w * (-(x - m) * (x - m) / (2.0 * s * s)).exp() / (s * (2.0 * std::f64::consts::PI).sqrt());
        part(0.25, 0.0, 1.0) + part(0.75, 3.0, 0.5)
    };
    let sum: f64 = (-20_000..30_000).map(|i| density(f64::from(i) * 1e-3).powi(2) * 1e-3).sum();
    near(null_risk(&here, Metric::IntegratedSquaredError).expect("declared"), sum, 1e-9);
    assert_eq!(null_risk(&here, Metric::NegativeLogLikelihood), None, "a flatter law is always worse, without an end");
}

#[test]
fn one_point_at_the_median_has_the_null_risk_of_distances_on_a_line() {
    let truth = Truth::Gaussian { dimension: 1, mean: 1.0, spectrum: Spectrum::Isotropic { variance: 4.0 } };
    for metric in [Metric::WassersteinSquared, Metric::Wasserstein, Metric::KolmogorovSmirnov] {
        let here = setup(truth.clone(), Model::Gaussian { estimate: Estimate::Both }, metric);
        let gauge = crate::sim::models::gaussian_measure::Gauge::new(
            &crate::sim::models::gaussian::GaussianTruth::of(&here.truth).expect("a Gaussian"),
        );
        let point = crate::sim::models::gaussian_measure::View { mean: &[1.0], variances: &[0.0], factor: None };
        near(gauge.measure(point, metric).expect("defined"), null_risk(&here, metric).expect("declared"), 1e-12);
    }
}
