//! Every recursion against the closed forms of the field and against simulation.

use super::models::trial;
use super::*;
use crate::random::Seed;
use statrs::function::gamma::{digamma, ln_gamma};

const BOTH: Estimate = Estimate::Both;

fn gaussian(dimension: usize) -> Truth {
    Truth::Gaussian { dimension, mean: 1.0, spectrum: Spectrum::Power { decay: 0.5 } }
}

fn fresh(amount: Amount, earlier: Earlier, synthetic: Synthetic) -> Regime {
    Regime { real: Real::Fresh { amount, earlier }, synthetic, ..Regime::replace() }
}

/// Every kind of regime that a recursion covers.
fn regimes() -> Vec<(&'static str, Regime)> {
    let all = Regime::accumulate;
    vec![
        ("replace", Regime::replace()),
        ("accumulate", all()),
        ("augment", Regime::augment()),
        ("window", Regime::window(2)),
        ("memory", Regime::memory(3)),
        ("memory beside fresh", fresh(Amount::Count { count: 10 }, Earlier::Dropped, Synthetic::Models { size: 3 })),
        ("weighted", Regime { real_weight: 3.0, ..Regime::augment() }),
        ("real only", Regime { synthetic: Synthetic::None, ..Regime::augment() }),
        ("fresh-real", fresh(Amount::Count { count: 10 }, Earlier::Dropped, Synthetic::Newest)),
        ("fixed-real-fraction", fresh(Amount::Share { share: 0.3, exponent: 0.0 }, Earlier::Dropped, Synthetic::Newest)),
        ("accumulate-fresh", fresh(Amount::Share { share: 0.3, exponent: 0.0 }, Earlier::Kept, Synthetic::All)),
        ("falling fraction", fresh(Amount::Share { share: 1.0, exponent: 0.5 }, Earlier::Dropped, Synthetic::Newest)),
        ("declining", fresh(Amount::Decline, Earlier::Kept, Synthetic::All)),
        ("accumulate-subsample", Regime::accumulate_subsample()),
        ("with replacement", Regime { budget: Budget::WithReplacement, ..all() }),
        ("balanced", Regime { budget: Budget::EqualParts, ..all() }),
        ("incremental", Regime { synthetic: Synthetic::Overwrite { share: 0.4 }, ..Regime::replace() }),
    ]
}

fn setup(truth: Truth, model: Model, regime: Regime, n: u64, generations: u32) -> Setup {
    Setup { record: Record::At(vec![1, 2, generations]), ..trial::setup(truth, model, regime, n, generations) }
}

fn known(setup: &Setup, metric: Metric, t: u32) -> Option<f64> {
    Simulator::prepare(setup).expect("a setup that fits").expectation(metric, t)
}

fn is(setup: &Setup, metric: Metric, t: u32, expected: f64) {
    let value = known(setup, metric, t).unwrap_or_else(|| panic!("{metric:?} at {t} is known"));
    assert!((value - expected).abs() <= 1e-11 * expected.abs().max(1e-3), "{metric:?} at {t}: {value}, closed form {expected}");
}

fn c4(n: f64) -> f64 {
    (2.0 / (n - 1.0)).sqrt() * (ln_gamma(n / 2.0) - ln_gamma((n - 1.0) / 2.0)).exp()
}

/// Runs a setup and compares the mean of every metric with its expectation, at five standard errors.
fn agrees(name: &str, setup: &Setup, replicates: u32) {
    let simulator = Simulator::prepare(setup).expect("a setup that fits");
    let table = simulator.runs(|k| Streams::of_run(Seed(11), "expectation", name, "", k), 0..replicates);
    for metric in &setup.metrics {
        for t in [2, setup.generations] {
            let expected = simulator.expectation(*metric, t).unwrap_or_else(|| panic!("{name}: {metric:?} is known"));
            let values: Vec<f64> = table.column(*metric, t).expect("recorded").iter().flatten().collect();
            assert_eq!(values.len(), replicates as usize, "{name}: every run completes");
            let (mean, error) = trial::mean_and_error(&values);
            assert!((mean - expected).abs() < 5.0 * error + 1e-12, "{name} {metric:?} at {t}: {mean} +- {error}, expected {expected}");
        }
    }
}

#[test]
fn a_gaussian_in_any_regime_has_the_moments_of_the_recursion() {
    let models = [
        (1, Model::Gaussian { estimate: BOTH }),
        (1, Model::GaussianUnbiased { estimate: BOTH }),
        (3, Model::GaussianUnbiased { estimate: BOTH }),
        (2, Model::GaussianDiagonal { estimate: BOTH }),
        (2, Model::Gaussian { estimate: Estimate::Mean }),
        (2, Model::Gaussian { estimate: Estimate::Covariance }),
    ];
    for (place, (d, model)) in models.into_iter().enumerate() {
        for (name, regime) in regimes() {
            let metrics = vec![Metric::MeanSquaredError, Metric::VarianceRatio];
            let samples = Schedule::Linear { start: 20, step: if name == "incremental" { 0 } else { 5 } };
            let sampling = if place % 2 == 0 { Sampling::Unbiased } else { Sampling::VarianceScale { scale: 0.8 } };
            let setup = Setup { metrics, samples, sampling, ..setup(gaussian(d), model.clone(), regime, 20, 5) };
            agrees(&format!("{name} {place}"), &setup, if setup.regime.budget == Budget::Whole { 4000 } else { 1500 });
        }
    }
}

#[test]
fn families_with_a_quadratic_variance_have_the_moments_of_the_recursion() {
    let law = Categories::Zipf { categories: 6, exponent: 1.0, shift: 0.0 };
    let shares = vec![
        Metric::SquaredError,
        Metric::Heterozygosity,
        Metric::FirstShare,
        Metric::LastShare,
        Metric::MassOutside,
        Metric::MinorityShare,
    ];
    let families = [
        (Truth::Categorical { law }, Model::Categorical { smoothing: 0.0 }, shares),
        (Truth::Poisson { rate: 2.0 }, Model::Poisson, vec![Metric::SquaredError, Metric::Parameter]),
        (Truth::Exponential { mean: 2.0 }, Model::Exponential, vec![Metric::SquaredError, Metric::VarianceRatio]),
        (Truth::Bernoulli { probability: 0.3 }, Model::Bernoulli, vec![Metric::SquaredError, Metric::Heterozygosity]),
    ];
    for (truth, model, metrics) in families {
        for (name, regime) in regimes() {
            let setup = Setup { metrics: metrics.clone(), ..setup(truth.clone(), model.clone(), regime, 20, 5) };
            agrees(&format!("{name} {model:?}"), &setup, if setup.regime.budget == Budget::Whole { 4000 } else { 1500 });
        }
    }
}

#[test]
fn a_replaced_gaussian_has_the_closed_forms_of_its_chain() {
    let (n, t) = (100.0, 50_u32);
    let setup = setup(
        Truth::Gaussian { dimension: 1, mean: 0.0, spectrum: Spectrum::Isotropic { variance: 1.0 } },
        Model::GaussianUnbiased { estimate: BOTH },
        Regime::replace(),
        100,
        t,
    );
    let steps = f64::from(t);
    is(&setup, Metric::VarianceRatio, t, 1.0);
    is(&setup, Metric::MeanSquaredError, t, steps / n);
    is(&setup, Metric::SpreadRatio, t, c4(n).powf(steps));
    is(&setup, Metric::WassersteinSquared, t, steps / n + 2.0 - 2.0 * c4(n).powf(steps));
    is(&setup, Metric::LogVariance, t, steps * (digamma(49.5) - 49.5_f64.ln()));
    let biased = Setup { model: Model::Gaussian { estimate: BOTH }, ..setup.clone() };
    is(&biased, Metric::VarianceRatio, t, (1.0 - 1.0 / n).powf(steps));
    is(&biased, Metric::MeanSquaredError, t, 1.0 - (1.0 - 1.0 / n).powf(steps));
    let scaled = Setup { sampling: Sampling::VarianceScale { scale: 0.9 }, ..setup };
    is(&scaled, Metric::LogVariance, t, steps * (digamma(49.5) - 49.5_f64.ln()) + (steps - 1.0) * 0.9_f64.ln());
}

#[test]
fn accumulation_has_the_products_of_its_chain() {
    let (n, t) = (20.0, 30_u32);
    let unbiased = setup(gaussian(1), Model::GaussianUnbiased { estimate: BOTH }, Regime::accumulate(), 20, t);
    let (mut before, mut variance, mut error) = (1.0, 1.0, 0.0);
    for i in (1..=t).map(f64::from) {
        error += before / (n * i * i);
        before = variance;
        if i < f64::from(t) {
            variance *= 1.0 - 1.0 / ((i + 1.0) * ((i + 1.0) * n - 1.0));
        }
    }
    is(&unbiased, Metric::MeanSquaredError, t, error);
    is(&unbiased, Metric::VarianceRatio, t, variance);
    let categories = Truth::Categorical { law: Categories::Uniform { categories: 4 } };
    let counts = setup(categories, Model::Categorical { smoothing: 0.0 }, Regime::accumulate(), 20, t);
    let kept: f64 = (1..=t).map(|i| 1.0 - 1.0 / (n * f64::from(i).powi(2))).product();
    is(&counts, Metric::Heterozygosity, t, 0.75 * kept);
}

#[test]
fn subsampling_the_pool_tends_to_its_limit() {
    // 1 + sum (2 - 1/j) / (j + 1)^2 + (1 - 1/i), to first order in 1/n.
    let (n, t) = (100_000_u64, 30_u32);
    let setup = setup(gaussian(1), Model::Gaussian { estimate: Estimate::Mean }, Regime::accumulate_subsample(), n, t);
    let sum: f64 = (1..t).map(f64::from).map(|j| (2.0 - 1.0 / j) / (j + 1.0).powi(2)).sum();
    let value = n as f64 * known(&setup, Metric::MeanSquaredError, t).expect("known");
    assert!((value - (2.0 - 1.0 / f64::from(t) + sum)).abs() < 1e-3, "{value}");
}

#[test]
fn a_fresh_real_share_holds_heterozygosity_at_its_fixed_point() {
    let truth = Truth::Categorical { law: Categories::Given { weights: (1..=10).rev().map(f64::from).collect() } };
    let regime = fresh(Amount::Share { share: 0.1, exponent: 0.0 }, Earlier::Dropped, Synthetic::Newest);
    let setup = setup(truth, Model::Categorical { smoothing: 0.0 }, regime, 50, 2000);
    let (b, start) = (0.9_f64, 1.0 - 385.0 / 3025.0);
    is(&setup, Metric::Heterozygosity, 2000, start * (1.0 - 0.02 / (1.0 - b * b + b * 0.02)));
}

/// The mean of K models' means is an autoregression with equal weights b / K, b = r / (1 + r), r synthetic examples for each fresh real one: all
/// its first K covariances are one number, so that Yule and Walker's equations have the solution ((1 + r) K + r) / (K + r) for the
/// effective number of real examples in units of those that arrive.
#[test]
fn a_memory_of_models_with_fresh_real_data_tends_to_its_effective_sample_size() {
    let (arrive, r) = (300, 10.0);
    for (size, printed) in [(1, 1.909), (3, 3.308), (10, 6.0), (30, 8.5), (100, 10.09)] {
        let regime = fresh(Amount::Count { count: arrive }, Earlier::Dropped, Synthetic::Models { size });
        let setup = setup(gaussian(1), Model::Gaussian { estimate: Estimate::Mean }, regime, 3_000, 8_000);
        let k = f64::from(size);
        let effective = ((1.0 + r) * k + r) / (k + r);
        assert!((effective - printed).abs() < 1e-3);
        let found = 1.0 / (arrive as f64 * known(&setup, Metric::MeanSquaredError, 8_000).expect("known"));
        assert!((found - effective).abs() < 1e-6 * effective, "{size}: {found} and {effective}");
    }
}

#[test]
fn a_long_record_costs_one_pass() {
    let setup = Setup { record: Record::All, ..setup(gaussian(3), Model::Gaussian { estimate: BOTH }, Regime::accumulate(), 20, 100_000) };
    let simulator = Simulator::prepare(&setup).expect("fits");
    let values: Vec<f64> = (1..=100_000).filter_map(|t| simulator.expectation(Metric::VarianceRatio, t)).collect();
    assert_eq!(values.len(), 100_000);
    assert!(values.windows(2).all(|pair| pair[1] <= pair[0] && pair[1] > 0.5));
}

#[test]
fn what_only_simulation_can_tell_has_no_expectation() {
    let base = setup(gaussian(1), Model::Gaussian { estimate: BOTH }, Regime::accumulate(), 20, 5);
    // Known at generation 1, where the set is one batch, but not later: a reader could compare unlike things.
    assert_eq!(known(&base, Metric::WassersteinSquared, 1), None);
    assert_eq!(known(&base, Metric::KlDivergence, 1), None);
    let verified =
        vec![Curation::Verifier { true_accept: 0.9, false_accept: 0.2, tail: TailView::Judged, reference: Reference::MostLikely }];
    assert_eq!(known(&Setup { curation: verified, ..base }, Metric::MeanSquaredError, 2), None);
    let truth = Truth::Categorical { law: Categories::Uniform { categories: 4 } };
    let cold = Setup {
        sampling: Sampling::Temperature { temperature: 0.8 },
        ..setup(truth, Model::Categorical { smoothing: 0.0 }, Regime::replace(), 20, 5)
    };
    assert_eq!(known(&cold, Metric::Heterozygosity, 2), None);
    // Of categories that are all alike every fit has the same mass outside, but of others only an unbiased one has it on average.
    is(&cold, Metric::MassOutside, 2, 0.001);
    let law = Categories::Zipf { categories: 4, exponent: 1.0, shift: 0.0 };
    assert_eq!(known(&Setup { truth: Truth::Categorical { law }, ..cold }, Metric::MassOutside, 2), None);
}
