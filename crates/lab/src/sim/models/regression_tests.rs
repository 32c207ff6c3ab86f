use super::design::{FixedDesign, WishartDesign};
use super::least_squares::{Regression, twin_by_place};
use super::regression::Task;
use super::risk::excess_risk_expectation;
use super::trial::{assert_mean, assert_one_law, last_of_chain, linear, mean_and_error, regression, streams};
use crate::sim::{Coefficients, Inputs, LabelChoice, Model, Regime, Schedule, Setup, Spectrum, Synthesis, Truth};
use crate::taxonomy::Metric::{ExcessRisk, SquaredError};

fn ols(d: usize, n: u64, noise: f64, regime: Regime, generations: u32, inputs: Inputs) -> Setup {
    regression(linear(d, noise), Model::Ols, regime, n, generations, inputs)
}

fn twin(setup: &Setup) -> Regression {
    super::least_squares::twin(setup).unwrap()
}

#[test]
fn the_signal_is_the_risk_of_predicting_zero() {
    let spectrum = Spectrum::Power { decay: 1.5 };
    let truth = Truth::LinearRegression {
        dimension: 12,
        noise_variance: 1.0,
        signal: 3.0,
        spectrum,
        source: 0.4,
        coefficients: Coefficients::Fixed,
    };
    let task = Task::of(&regression(truth, Model::Ols, Regime::replace(), 20, 2, Inputs::Fresh)).unwrap();
    assert!((task.truth.excess_risk(&[0.0; 12]) - 3.0).abs() < 1e-12);
    let ratio = (task.truth.coefficients[3] / task.truth.coefficients[0]).powi(2);
    assert!((ratio - 4.0_f64.powf(-1.5 * 2.0 * 0.4)).abs() < 1e-12);
}

#[test]
fn without_noise_enough_points_leave_a_risk_of_exactly_zero() {
    let setup = ols(6, 20, 0.0, Regime::accumulate(), 4, Inputs::Fresh);
    for risks in [
        last_of_chain(&WishartDesign::of(&setup).unwrap(), &setup, ExcessRisk, 0..100),
        last_of_chain(&twin(&setup), &setup, SquaredError, 0..100),
    ] {
        assert!(risks.iter().all(|risk| risk.to_bits() == 0), "{risks:?}");
    }
    let faint = ols(6, 20, 1e-12, Regime::accumulate(), 4, Inputs::Fresh);
    assert!(last_of_chain(&twin(&faint), &faint, ExcessRisk, 0..100).iter().all(|risk| *risk > 0.0), "little noise is no rounding");
}

#[test]
fn the_fixed_design_has_the_law_of_its_samples() {
    for (d, n, regime) in
        [(3, 10, Regime::replace()), (3, 10, Regime::accumulate()), (9, 5, Regime::replace()), (9, 5, Regime::accumulate())]
    {
        let setup = ols(d, n, 0.7, regime, 4, Inputs::Reused);
        let exact = FixedDesign::of(&setup).unwrap();
        for metric in [ExcessRisk, SquaredError] {
            let a = last_of_chain(&exact, &setup, metric, 0..20_000);
            let b = last_of_chain(&twin(&setup), &setup, metric, 20_000..40_000);
            assert_one_law(&format!("d={d} n={n}"), &a, &b);
        }
    }
}

#[test]
fn rows_that_name_first_inputs_by_place_give_the_same_fit() {
    for (d, n) in [(3, 10), (5, 4)] {
        for regime in [Regime::replace(), Regime::accumulate()] {
            let setup = ols(d, n, 0.7, regime, 5, Inputs::Reused);
            let by_place = twin_by_place(&setup).unwrap();
            let a = last_of_chain(&by_place, &setup, ExcessRisk, 0..50);
            let b = last_of_chain(&twin(&setup), &setup, ExcessRisk, 0..50);
            a.iter().zip(&b).for_each(|(a, b)| assert!((a - b).abs() < 1e-9 * (1.0 + b), "{a} {b}"));
        }
    }
}

#[test]
fn the_wishart_design_has_the_law_of_its_samples() {
    let mut cases = Vec::new();
    for model in [Model::Ols, Model::Ridge { penalty: 0.2 }] {
        for (d, n) in [(3, 9), (8, 5)] {
            for regime in [Regime::replace(), Regime::accumulate()] {
                cases.push(regression(linear(d, 0.5), model.clone(), regime, n, 3, Inputs::Fresh));
            }
        }
    }
    let spectrum = Spectrum::Power { decay: 1.0 };
    let power = Truth::LinearRegression {
        dimension: 5,
        noise_variance: 0.3,
        signal: 1.0,
        spectrum,
        source: 1.0,
        coefficients: Coefficients::Fixed,
    };
    let growing = Schedule::Linear { start: 8, step: 4 };
    cases.push(Setup { samples: growing, ..regression(power, Model::Ridge { penalty: 0.1 }, Regime::accumulate(), 8, 3, Inputs::Reused) });
    // Sizes below the first: only a part of the first inputs is labelled again.
    for d in [3, 7] {
        let shrinking = Schedule::Listed { sizes: vec![10, 5, 8] };
        cases.push(Setup { samples: shrinking, ..ols(d, 10, 0.5, Regime::accumulate(), 3, Inputs::Reused) });
    }
    for (k, setup) in cases.iter().enumerate() {
        let exact = WishartDesign::of(setup).unwrap();
        let a = last_of_chain(&exact, setup, ExcessRisk, 0..20_000);
        let b = last_of_chain(&twin(setup), setup, ExcessRisk, 20_000..40_000);
        assert_one_law(&format!("case {k}"), &a, &b);
    }
}

#[test]
fn the_two_chains_agree_where_both_are_exact() {
    let setup = ols(4, 12, 1.0, Regime::accumulate(), 5, Inputs::Reused);
    let a = last_of_chain(&FixedDesign::of(&setup).unwrap(), &setup, ExcessRisk, 0..20_000);
    let b = last_of_chain(&WishartDesign::of(&setup).unwrap(), &setup, ExcessRisk, 20_000..40_000);
    assert_one_law("fixed and Wishart", &a, &b);
}

/// Gerstgrasser et al. (2024), Eq. 4, Theorem 2, Eq. 11, at T = 100, d = 10: base 10 / 89.
#[test]
fn expected_risk_grows_by_one_by_squares_or_by_harmonics() {
    let base = 10.0 / 89.0;
    for t in [1_u32, 2, 5, 10] {
        let replace = ols(10, 100, 1.0, Regime::replace(), t, Inputs::Reused);
        let accumulate = ols(10, 100, 1.0, Regime::accumulate(), t, Inputs::Reused);
        let growing = Setup { samples: Schedule::Linear { start: 100, step: 100 }, ..replace.clone() };
        let squares: f64 = (1..=t).map(|i| f64::from(i).powi(-2)).sum();
        let sizes: f64 = (1..=t).map(|i| 10.0 / (100.0 * f64::from(i) - 11.0)).sum();
        for (setup, expected) in [(&replace, base * f64::from(t)), (&accumulate, base * squares), (&growing, sizes)] {
            let known = excess_risk_expectation(setup, t).unwrap();
            assert!((known - expected).abs() < 1e-12, "{known} {expected}");
            let values = match FixedDesign::of(setup) {
                Some(chain) => last_of_chain(&chain, setup, ExcessRisk, 0..4000),
                None => last_of_chain(&WishartDesign::of(setup).unwrap(), setup, ExcessRisk, 0..4000),
            };
            assert_mean("risk", &values, expected);
        }
    }
}

/// Dohmatob, Feng and Kempe (2024), Theorems 4.8 and 4.9 at d = 60, T0 = 40, with and without label noise.
#[test]
fn too_few_points_lose_the_signal_once_or_geometrically() {
    let eta: f64 = 2.0 / 3.0;
    for noise in [0.0, 0.09] {
        let base = noise * 40.0 / 19.0;
        for t in [1_u32, 2, 4, 8] {
            let power = eta.powi(t as i32);
            let fresh = ols(60, 40, noise, Regime::replace(), t, Inputs::Fresh);
            let reused = ols(60, 40, noise, Regime::replace(), t, Inputs::Reused);
            let expected = [1.0 - power + base * (1.0 - power) / (1.0 - eta), 1.0 - eta + base * f64::from(t)];
            let values = [
                last_of_chain(&WishartDesign::of(&fresh).unwrap(), &fresh, ExcessRisk, 0..300),
                last_of_chain(&FixedDesign::of(&reused).unwrap(), &reused, ExcessRisk, 0..2000),
            ];
            for ((setup, expected), values) in [&fresh, &reused].into_iter().zip(expected).zip(values) {
                assert!((excess_risk_expectation(setup, t).unwrap() - expected).abs() < 1e-12);
                assert_mean("over-parametrised", &values, expected);
            }
        }
    }
}

#[test]
fn other_regimes_of_a_fixed_design_follow_the_recursion_of_their_shares() {
    let mut setup = ols(4, 20, 1.0, Regime::augment(), 3, Inputs::Reused);
    let base = 4.0 / 15.0;
    // Batches: r; f1 = r; f2 = (r + r + z2) / 2; f3 = (r + f2 + z3) / 2 = r + z2 / 4 + z3 / 2.
    let expected = base * (1.0 + 1.0 / 16.0 + 1.0 / 4.0);
    assert!((excess_risk_expectation(&setup, 3).unwrap() - expected).abs() < 1e-12);
    setup.regime = Regime::window(1);
    assert!((excess_risk_expectation(&setup, 3).unwrap() - expected).abs() < 1e-12);
    setup.synthesis = Synthesis::Labels { inputs: Inputs::Reused, choice: LabelChoice::Mean };
    assert!((excess_risk_expectation(&setup, 3).unwrap() - base).abs() < 1e-12);
    setup.model = Model::Ridge { penalty: 1.0 };
    assert_eq!(excess_risk_expectation(&setup, 3), None);
}

/// Deterministic equivalent of ridge risk on clean labels: kappa = penalty + kappa df1 / T, u = df2 / T,
/// bias kappa^2 sum w^2 l / (l + kappa)^2 / (1 - u), variance s u / (1 - u).
#[test]
fn ridge_risk_is_near_its_asymptotic_form() {
    let spectrum = Spectrum::Power { decay: 1.5 };
    let truth = Truth::LinearRegression {
        dimension: 50,
        noise_variance: 0.25,
        signal: 0.6,
        spectrum,
        source: 0.0,
        coefficients: Coefficients::Fixed,
    };
    let setup = regression(truth, Model::Ridge { penalty: 0.01 }, Regime::replace(), 200, 1, Inputs::Fresh);
    let task = Task::of(&setup).unwrap();
    let values = &task.truth.eigenvalues;
    let mut kappa = 0.01;
    for _ in 0..500 {
        kappa = 0.01 + kappa * values.iter().map(|l| l / (l + kappa)).sum::<f64>() / 200.0;
    }
    let u = values.iter().map(|l| (l / (l + kappa)).powi(2)).sum::<f64>() / 200.0;
    let bias: f64 = values.iter().zip(&task.truth.coefficients).map(|(l, w)| w * w * l * (kappa / (l + kappa)).powi(2)).sum();
    let expected = (bias + 0.25 * u) / (1.0 - u);
    let (mean, _) = mean_and_error(&last_of_chain(&WishartDesign::of(&setup).unwrap(), &setup, ExcessRisk, 0..800));
    assert!((mean / expected - 1.0).abs() < 0.04, "{mean} {expected}");
}

fn drawn(truth: Truth) -> Truth {
    match truth {
        Truth::LinearRegression { dimension, noise_variance, signal, spectrum, source, .. } => {
            Truth::LinearRegression { dimension, noise_variance, signal, spectrum, source, coefficients: Coefficients::Drawn }
        }
        other => other,
    }
}

#[test]
fn drawn_coefficients_have_the_signal_their_own_direction_and_the_sizes_of_the_source() {
    let spectrum = Spectrum::Power { decay: 1.5 };
    let coefficients = Coefficients::Drawn;
    let truth = Truth::LinearRegression { dimension: 12, noise_variance: 1.0, signal: 3.0, spectrum, source: 0.4, coefficients };
    let mut task = Task::of(&regression(truth, Model::Ols, Regime::replace(), 20, 2, Inputs::Fresh)).unwrap();
    let (mut positive, mut ratios) = (0, Vec::new());
    for k in 0..2000 {
        task.begin(&streams(k));
        assert!((task.truth.excess_risk(&[0.0; 12]) - 3.0).abs() < 1e-12);
        positive += u32::from(task.truth.coefficients[5] > 0.0);
        ratios.push((task.truth.coefficients[3] / task.truth.coefficients[0]).abs());
    }
    assert!((850..1150).contains(&positive), "{positive}");
    // The median ratio of two independent normals is that of their deviations.
    ratios.sort_by(f64::total_cmp);
    let expected = 4.0_f64.powf(-1.5 * 0.4);
    assert!((ratios[1000] / expected - 1.0).abs() < 0.15, "{} {expected}", ratios[1000]);
}

/// Of isotropic inputs no direction is like another's better: ridge and wide least squares, which shrink the truth, cannot tell.
#[test]
fn drawn_coefficients_change_no_law_of_isotropic_inputs() {
    let cases = [(Model::Ridge { penalty: 0.5 }, 4, 8, Inputs::Fresh), (Model::Ols, 9, 5, Inputs::Reused)];
    for (model, d, n, inputs) in cases {
        let fixed = regression(linear(d, 0.7), model.clone(), Regime::accumulate(), n, 3, inputs);
        let own = Setup { truth: drawn(fixed.truth.clone()), ..fixed.clone() };
        let a = last_of_chain(&twin(&fixed), &fixed, ExcessRisk, 0..10_000);
        let b = last_of_chain(&twin(&own), &own, ExcessRisk, 10_000..20_000);
        assert_one_law(&format!("{model:?}"), &a, &b);
    }
}

/// Ridge on inputs of variances 4 and 1/4 shrinks the second coefficient more: what it costs depends on the direction.
#[test]
fn drawn_coefficients_spread_the_risk_where_inputs_have_directions() {
    let spectrum = Spectrum::Given { values: vec![4.0, 0.25] };
    let truth = Truth::LinearRegression {
        dimension: 2,
        noise_variance: 0.01,
        signal: 1.0,
        spectrum,
        source: 0.0,
        coefficients: Coefficients::Fixed,
    };
    let fixed = regression(truth, Model::Ridge { penalty: 0.5 }, Regime::replace(), 40, 1, Inputs::Fresh);
    let own = Setup { truth: drawn(fixed.truth.clone()), ..fixed.clone() };
    let spread = |setup: &Setup| {
        let (_, error) = mean_and_error(&last_of_chain(&twin(setup), setup, ExcessRisk, 0..2000));
        error
    };
    assert!(spread(&own) > 2.0 * spread(&fixed), "{} {}", spread(&own), spread(&fixed));
}

#[test]
fn shortcuts_draw_their_coefficients_as_their_samples_do() {
    let spectrum = Spectrum::Given { values: vec![4.0, 1.0, 0.25] };
    let truth = Truth::LinearRegression {
        dimension: 3,
        noise_variance: 0.1,
        signal: 1.0,
        spectrum,
        source: 0.0,
        coefficients: Coefficients::Drawn,
    };
    let ridge = regression(truth.clone(), Model::Ridge { penalty: 0.5 }, Regime::accumulate(), 10, 3, Inputs::Fresh);
    let a = last_of_chain(&WishartDesign::of(&ridge).unwrap(), &ridge, ExcessRisk, 0..10_000);
    assert_one_law("fresh", &a, &last_of_chain(&twin(&ridge), &ridge, ExcessRisk, 10_000..20_000));
    let wide = regression(truth, Model::Ols, Regime::accumulate(), 2, 3, Inputs::Reused);
    let a = last_of_chain(&FixedDesign::of(&wide).unwrap(), &wide, ExcessRisk, 0..10_000);
    assert_one_law("reused", &a, &last_of_chain(&twin(&wide), &wide, ExcessRisk, 10_000..20_000));
}
