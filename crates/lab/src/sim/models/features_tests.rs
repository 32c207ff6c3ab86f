//! Random features against least squares, ridge and closed forms.

use super::trial::{assert_mean, linear, mean_and_error, regression, seeded};
use super::{features::Features, regression::System, triangle};
use crate::random::{Seed, Streams};
use crate::sim::{Amount, Curation, Earlier, Inputs, Method, Model, Origin, Real, Record, Regime, Setup, Simulator};
use crate::taxonomy::Metric;

/// Excess risks at one generation.
fn risks(setup: &Setup, generation: u32, replicates: u32) -> Vec<f64> {
    let setup = Setup { record: Record::At(vec![generation]), metrics: vec![Metric::ExcessRisk], ..setup.clone() };
    let simulator = Simulator::prepare(&setup).expect("fits");
    let table = simulator.runs(|replicate| Streams::of_run(Seed(3), "features", "", "", replicate), 0..replicates);
    table.column(Metric::ExcessRisk, generation).expect("recorded").iter().flatten().collect()
}

fn one_fit(width: usize, penalty: f64, d: usize, n: u64, method: Method) -> Setup {
    let model = Model::RandomFeatures { width, penalty };
    Setup { method, ..regression(linear(d, 0.5), model, Regime::replace(), n, 1, Inputs::Fresh) }
}

fn featured_of(width: usize, penalty: f64) -> Setup {
    Setup { metrics: vec![Metric::ExcessRisk], ..one_fit(width, penalty, 7, 30, Method::Auto) }
}

#[test]
fn enough_features_are_least_squares_and_many_are_ridge() {
    for (width, penalty, twin, nearness) in
        [(7, 0.0, Model::Ols, 1e-9), (12, 0.0, Model::Ols, 1e-9), (1_000_000, 0.3, Model::Ridge { penalty: 0.3 }, 0.01)]
    {
        let featured = featured_of(width, penalty);
        let (found, expected) = (risks(&featured, 1, 20), risks(&Setup { model: twin, ..featured }, 1, 20));
        let simulator = Simulator::prepare(&featured_of(width, penalty)).expect("fits");
        assert_eq!(simulator.expectation(Metric::ExcessRisk, 1), None, "no recursion knows features");
        found.iter().zip(&expected).for_each(|(a, b)| assert!((a / b - 1.0).abs() < nearness, "{width}: {a} against {b}"));
    }
}

#[test]
fn a_wide_map_has_the_fit_of_its_own_rows() {
    // Of least norm in 9 features over 4 inputs of which 2 are seen: the pseudo-inverse through F'F, written out.
    let mut features = Features::new(9, 4);
    features.draw(&mut seeded(5));
    let (rows, d) = ([[1.0, 2.0, 0.0, -1.0], [0.5, 0.0, 1.0, 1.0]], 4);
    let labels = [1.0, -2.0];
    let mut gram = vec![0.0; triangle::packed(d)];
    rows.iter().for_each(|x| triangle::add_outer(x, 1.0, &mut gram));
    let moment: Vec<f64> = (0..d).map(|j| rows[0][j] * labels[0] + rows[1][j] * labels[1]).collect();
    let mut w = vec![0.0; d];
    features.solve(System { weight: 2.0, gram: &gram, moment: &moment, growth: 1.0 }, 0.0, &mut Vec::new(), &mut w).expect("fits");
    for (x, y) in rows.iter().zip(labels) {
        let fitted: f64 = x.iter().zip(&w).map(|(x, w)| x * w).sum();
        assert!((fitted - y).abs() < 1e-9, "fewer examples than features are fitted exactly: {fitted} against {y}");
    }
}

/// Excess risk of m < n random features of d isotropic inputs: the part of the truth that they miss is noise of its own.
fn expected(m: f64, d: f64, n: f64, noise: f64) -> f64 {
    let missed = 1.0 - m / d;
    missed + (noise + missed) * m / (n - m - 1.0)
}

#[test]
fn few_features_have_the_risk_of_a_noisier_regression() {
    for (width, method) in [(4, Method::Statistics), (4, Method::Samples), (10, Method::Statistics)] {
        let values = risks(&one_fit(width, 0.0, 20, 40, method), 1, 2000);
        assert_mean(&format!("{width} features"), &values, expected(width as f64, 20.0, 40.0, 0.5));
    }
}

#[test]
fn a_mixture_with_surrogate_labels_has_its_risk() {
    // Our derivation for m < n and m <= d, whose one asymptotic term is the variance of a matrix beta law; a source at right
    // angles to the truth stands for one in a random direction.
    let (d, n, p, squared, noise) = (40.0, 200.0, 0.5, 4.0, 0.5);
    for m in [5.0, 20.0, 40.0] {
        let real = Real::Fresh { amount: Amount::Share { share: 1.0 - p, exponent: 0.0 }, earlier: Earlier::Dropped };
        let model = Model::RandomFeatures { width: m as usize, penalty: 0.0 };
        let base = regression(linear(d as usize, noise), model, Regime { real, ..Regime::replace() }, n as u64, 2, Inputs::Fresh);
        let setup = Setup { curation: vec![Curation::Displace { distance: f64::sqrt(squared), from: Origin::Truth }], ..base };
        let missed = 1.0 - m / d;
        let risk =
            missed + (noise + missed + p * squared * missed) * m / (n - m - 1.0) + squared * m / d * (p * p + p * (1.0 - p) * m / (n - m));
        let (mean, error) = mean_and_error(&risks(&setup, 2, 1500));
        assert!((mean - risk).abs() < 4.5 * error + 0.005 * risk, "{m} features: {mean} +- {error} against {risk}");
    }
}
