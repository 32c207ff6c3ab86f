use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn bound(pairs: &[(&str, f64)]) -> Bindings {
    let values: BTreeMap<_, _> = pairs.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
    Bindings { values, probabilities: Vec::new() }
}

fn at(source: &str, pairs: &[(&str, f64)], t: u32) -> f64 {
    Expression::parse(source).and_then(|expression| expression.value(&bound(pairs), t)).unwrap_or_else(|error| panic!("{source}: {error}"))
}

fn of_law(source: &str, weights: &[f64], pairs: &[(&str, f64)], t: u32) -> f64 {
    let sum: f64 = weights.iter().sum();
    let bindings = Bindings { probabilities: weights.iter().map(|weight| weight / sum).collect(), ..bound(pairs) };
    Expression::parse(source).and_then(|expression| expression.value(&bindings, t)).unwrap_or_else(|error| panic!("{source}: {error}"))
}

#[track_caller]
fn near(value: f64, expected: f64, tolerance: f64) {
    assert!((value - expected).abs() <= tolerance, "{value} is not within {tolerance} of {expected}");
}

fn refused(source: &str) -> ExpressionError {
    Expression::parse(source).and_then(|expression| expression.value(&bound(&[("samples", 10.0)]), 3)).expect_err(source)
}

#[test]
fn operators_bind_as_in_print() {
    for (source, expected) in [
        ("-2^2", -4.0),
        ("2^3^2", 512.0),
        ("2^-1", 0.5),
        ("1 - 2 - 3", -4.0),
        ("8 / 4 / 2", 1.0),
        ("2 * -3", -6.0),
        ("1 + 2 * 3 < 8", 1.0),
        ("(2 > 3) + 1", 1.0),
        ("3 >= 3", 1.0),
        ("1.5e2 + .5 + 1E-1 + 2.", 152.6),
        ("min(3, 1, 2) + max(1, 2)", 3.0),
        ("sum(k, 1, 4, k^2)", 30.0),
        ("sum(k, 1, 0, k)", 0.0),
        ("product(k, 1, 5, k)", 120.0),
        ("sum(j, 1, 3, product(k, 1, j, k))", 9.0),
        ("iterate(x, 2, 3, x * x)", 256.0),
        ("t", 3.0),
    ] {
        near(at(source, &[], 3), expected, 1e-9);
    }
}

#[test]
fn special_functions_agree_with_tables() {
    near(at("gamma(5)", &[], 1), 24.0, 1e-10);
    near(at("gamma(0.5)", &[], 1), std::f64::consts::PI.sqrt(), 1e-12);
    near(at("ln_gamma(100)", &[], 1), 359.134_205_369_575_4, 1e-9);
    near(at("digamma(1)", &[], 1), -0.577_215_664_901_532_9, 1e-13);
    near(at("digamma(0.5)", &[], 1), -1.963_510_026_021_423_5, 1e-13);
    near(at("digamma(100)", &[], 1), 4.600_161_852_738_087, 1e-12);
    near(at("zeta(2)", &[], 1), std::f64::consts::PI.powi(2) / 6.0, 1e-14);
    near(at("zeta(3)", &[], 1), 1.202_056_903_159_594_2, 1e-14);
    near(at("zeta(1.5)", &[], 1), 2.612_375_348_685_488, 1e-13);
    near(at("zeta(1.01)", &[], 1), 100.577_943_338_497_83, 1e-10);
    // The error function of statrs is good to about 1e-11.
    near(at("normal_cdf(1.959963984540054)", &[], 1), 0.975, 1e-11);
    near(at("expm1(1e-12)", &[], 1), 1e-12, 1e-24);
    near(at("4 * arctan(1) - pi", &[], 1), 0.0, 1e-14);
    near(at("sin(pi / 6)", &[], 1), 0.5, 1e-14);
}

#[test]
fn an_unknown_name_is_answered_with_names_and_values() {
    let error = refused("2 * sampels");
    assert_eq!(error.span, 4..11);
    assert!(error.message.contains("did you mean `samples`") && error.message.contains("samples = 10"), "{}", error.message);
}

#[test]
fn errors_point_at_their_cause() {
    for (source, span) in [
        ("1 +", 3..3),
        ("1 / (2 - 2)", 0..11),
        ("3 $ 4", 2..3),
        ("sqroot(3)", 0..6),
        ("1 + ln(0)", 4..9),
        ("gamma(400)", 0..10),
        ("zeta(1)", 0..7),
        ("1 < 2 < 3", 6..7),
        ("2 ** 3", 2..4),
        ("sum(t, 1, 2, t)", 4..5),
        ("sum(k, 1, 2.5, k)", 10..13),
        ("probability(1)", 0..14),
        ("ln(2, 3)", 0..7),
    ] {
        assert_eq!(refused(source).span, span, "{source}: {}", refused(source).message);
    }
}

#[test]
fn limits_hold() {
    assert!(Expression::parse(&"1+".repeat(300)).is_err());
    assert!(Expression::parse(&format!("{}1{}", "(".repeat(40), ")".repeat(40))).is_err());
    assert!(Expression::parse(&format!("{}1", "-".repeat(400))).is_err());
    assert!(refused("sum(k, 1, 1e9, k)").message.contains("terms"));
    assert!(refused("sum(j, 1, 2000, sum(k, 1, 2000, 1))").message.contains("terms"));
    assert!(refused("iterate(x, 1, 1e12, x)").message.contains("terms"));
    assert!(Expression::parse(&format!("1{}", "+1".repeat(249))).is_ok());
}

/// The closed forms K1 to K13 of the fact sheets with the numbers printed there.
#[test]
fn every_closed_form_of_the_early_studies_can_be_written() {
    let hundred = [("samples", 100.0)];
    let c4 = "(exp(ln_gamma(samples/2) - ln_gamma((samples-1)/2)) * sqrt(2/(samples-1)))";
    near(at(&format!("{c4}^t"), &hundred, 200), 0.6035, 5e-5);
    near(at("t * (digamma((samples-1)/2) - ln((samples-1)/2))", &[("samples", 50.0)], 1), -0.02055, 5e-6);
    near(at("t * (digamma((samples-1)/2) - ln((samples-1)/2))", &hundred, 200), -2.027, 5e-4);
    near(at(&format!("t/samples + 2 - 2*{c4}^t"), &hundred, 10), 0.150, 1e-3);
    near(at("1 / (samples * (1 - scale))", &[("samples", 50.0), ("scale", 0.9)], 1), 0.2, 1e-9);
    // K4: the mean under accumulation, E[s^2] a running product.
    let k4 = "product(j, 1, t - 1, 1 - 1/((j+1)*((j+1)*samples-1)))";
    near(at(k4, &hundred, 500), 0.99354 + 0.00006, 1e-4);
    near(at("1/samples * sum(i, 1, t, product(j, 1, i-2, 1 - 1/((j+1)*((j+1)*samples-1))) / i^2)", &hundred, 500), 0.01643, 5e-5);
    near(at("exp(ln_gamma(t+scale) - ln_gamma(t+1) - ln_gamma(1+scale))", &[("scale", 0.8)], 100), 0.427, 5e-4);
    let sets = [("real", 100.0), ("new", 900.0)];
    near(at("(1 + 2*new/(real+new)) / (1 + new/(real+new))", &sets, 1), 1.474, 5e-4);
    near(at("iterate(v, 1/real, 5000, (real/(real+new))^2/real + (new/(real+new))^2*(v + 1/new))", &sets, 1) * 1000.0, 5.263, 1e-3);
    // K9: regression under the three regimes.
    let base = "noise_variance * dimension / (samples - dimension - 1)";
    let linear = [("samples", 100.0), ("dimension", 10.0), ("noise_variance", 1.0)];
    near(at(&format!("{base} * t"), &linear, 10), 1.1236, 5e-5);
    near(at(&format!("{base} * sum(i, 1, t, 1/i^2)"), &linear, 10), 0.1741, 5e-5);
    near(at(&format!("{base} * sum(i, 1, t, 1/i)"), &linear, 10), 0.3291, 5e-5);
    // K10: Taori's bound.
    let taori = "1 + sum(i, 1, t, k/(n0+i*(m+k)) * product(j, i+1, t, (n0+j*(m+k)-m)/(n0+j*(m+k))))";
    let sizes = [("n0", 50_000.0), ("m", 1000.0), ("k", 4000.0)];
    near(at(taori, &sizes, 1), 1.0727, 5e-5);
    near(at(taori, &sizes, 10), 1.5041, 5e-5);
    near(at(taori, &sizes, 90), 2.4581, 5e-5);
    // K11: v(G), accumulation with a subsample.
    let v = "1 + sum(j, 1, t - 1, (2 - 1/j) / (j+1)^2) + (1 - 1/t)";
    for (t, expected) in [(1, 1.0), (2, 1.75), (5, 2.391), (10, 2.649), (30, 2.836)] {
        near(at(v, &[], t), expected, 5e-4);
    }
    near(at("pi^2/2 - 2", &[], 1), 2.9348, 5e-5);
    near(at("sum(i, 1, t, 1/(100 * 2^(i-1)))", &[], 10), 0.01998, 5e-6);
}

/// K8 and K13, and the exact absorption time of the second verification.
#[test]
fn every_closed_form_over_categories_can_be_written() {
    let law: Vec<f64> = (1..=10).map(|i| f64::from(11 - i)).collect();
    let fifty = [("samples", 50.0), ("categories", 10.0)];
    let h0 = "(1 - sum(i, 1, categories, probability(i)^2))";
    near(of_law(&format!("{h0} * (1 - 1/samples)^t"), &law, &fifty, 10), 0.7131, 5e-5);
    near(of_law("sum(i, 1, categories, 1 - (1 - probability(i))^samples)", &law, &fifty, 1), 9.347, 5e-4);
    near(of_law(&format!("{h0} * (1 - 1/samples) * product(s, 1, t - 1, 1 - 1/(samples*(s+1)^2))"), &law, &fifty, 200), 0.8444, 2e-4);
    near(of_law(&format!("{h0} * (1 - (1/samples)/(1 - .9^2 + .9/samples))"), &law, &fifty, 1), 0.7888, 5e-5);
    let even = |k: usize| vec![1.0; k];
    for (k, draws, ratio) in [(2, 10, 1.259), (5, 10, 1.642), (10, 100, 1.874), (30, 100, 1.944), (3, 1000, 1.619)] {
        let pairs = [("samples", f64::from(draws))];
        near(of_law("absorption_time(samples) / samples", &even(k), &pairs, 1), ratio, 6e-4);
    }
    near(of_law("absorption_time(10) / 10", &[0.1, 0.9], &[], 1), 0.575, 6e-4);
    near(of_law("-2 * sum(i, 1, 10, (1 - probability(i)) * ln(1 - probability(i)))", &even(10), &[], 1), 1.8965, 5e-4);
    // K13: one step of temperature on a two-category law.
    near(of_law("probability(1)^(1/.5) / sum(i, 1, 2, probability(i)^(1/.5))", &[2.0, 1.0], &[], 1), 0.8, 1e-12);
}

/// P(n, G), and the survival iteration of the Poisson chain with k g_k as printed.
#[test]
fn the_closed_forms_of_the_theory_sheet_can_be_written() {
    let p = "product(k, 1, t, 1 - 1/(samples*k^2))";
    near(at(&format!("samples * (1 - {p})"), &[("samples", 400.0)], 20), 1.594, 5e-4);
    near(at("sin(pi/sqrt(samples)) / (pi/sqrt(samples))", &[("samples", 400.0)], 1), at(p, &[("samples", 400.0)], 100_000), 1e-6);
    for (k, expected) in [(1, 1.0), (2, 1.264), (5, 1.560), (10, 1.7225), (50, 1.919), (100, 1.954), (500, 1.9886), (10_000, 1.99923)] {
        near(at("t * iterate(g, 1, t - 1, -expm1(-g))", &[], k), expected, 6e-4);
    }
}

/// A random expression as text together with its value by a second, naive route.
fn random() -> impl Strategy<Value = (String, f64)> {
    let leaf = prop_oneof![
        (1_u32..100).prop_map(|n| (n.to_string(), f64::from(n))),
        (1_u32..100).prop_map(|n| (format!("{n}.5e-1"), (f64::from(n) + 0.5) / 10.0)),
        Just(("a".to_owned(), 2.0)),
        Just(("t".to_owned(), 7.0)),
    ];
    leaf.prop_recursive(4, 24, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|((a, x), (b, y))| (format!("({a} + {b})"), x + y)),
            (inner.clone(), inner.clone()).prop_map(|((a, x), (b, y))| (format!("({a}) - ({b})"), x - y)),
            (inner.clone(), inner.clone()).prop_map(|((a, x), (b, y))| (format!("({a})*({b})"), x * y)),
            (inner.clone(), inner.clone()).prop_map(|((a, x), (b, y))| (format!("({a}) / ({b})"), x / y)),
            (inner.clone(), 0_i32..4).prop_map(|((a, x), n)| (format!("({a})^{n}"), x.powi(n))),
            inner.clone().prop_map(|(a, x)| (format!("-({a})"), -x)),
            (inner.clone(), inner).prop_map(|((a, x), (b, y))| (format!("(({a}) < ({b}))"), f64::from(u8::from(x < y)))),
        ]
    })
}

proptest! {
    #[test]
    fn values_agree_with_a_naive_second_route((text, expected) in random()) {
        let Ok(expression) = Expression::parse(&text) else { return Ok(()) };
        match expression.value(&bound(&[("a", 2.0)]), 7) {
            Ok(value) => prop_assert!((value - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{text}: {value} is not {expected}"),
            Err(error) => prop_assert!(!expected.is_finite() || text.contains('/') || text.contains('^'), "{text}: {error}"),
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "[-+*/^()<>=,. a-z0-9_é\"]{0,60}") {
        if let Ok(expression) = Expression::parse(&text)
            && let Ok(value) = expression.value(&bound(&[("a", 2.0)]), 3)
        {
            prop_assert!(value.is_finite());
        }
    }
}
