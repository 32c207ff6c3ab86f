//! What several models make together has one law, whether from statistics or from examples drawn one by one.

use super::law_tests::{Tests, compare, gaussian, judge};
use super::models::trial;
use super::*;

/// Beside no real data, and beside fresh ones.
fn regimes() -> [(&'static str, Regime); 2] {
    let real = Real::Fresh { amount: Amount::Count { count: 5 }, earlier: Earlier::Dropped };
    [("memory", Regime::memory(3)), ("memory beside fresh", Regime { real, ..Regime::memory(2) })]
}

fn compare_all(name: &str, truth: &Truth, model: &Model, metrics: &[Metric], out: &mut Tests) {
    for (regime, sums) in regimes() {
        // As many generations as fill the memory and let a fit leave it; a size that three does not divide.
        let setup = Setup { metrics: metrics.to_vec(), ..trial::setup(truth.clone(), model.clone(), sums, 20, 6) };
        compare(&format!("{regime} {name}"), &setup, 2_000, out);
    }
}

#[test]
fn draws_of_several_models_have_the_law_of_their_examples() {
    let mut tests = Vec::new();
    let spread = [Metric::MeanSquaredError, Metric::VarianceRatio, Metric::WassersteinSquared];
    for d in [1, 3] {
        for model in [Model::Gaussian { estimate: Estimate::Both }, Model::GaussianDiagonal { estimate: Estimate::Both }] {
            compare_all(&format!("{model:?} d={d}"), &gaussian(d), &model, &spread, &mut tests);
        }
    }
    let law = Categories::Zipf { categories: 12, exponent: 1.0, shift: 0.0 };
    let counts = [Metric::Heterozygosity, Metric::SupportSize, Metric::SquaredError];
    compare_all("categories", &Truth::Categorical { law }, &Model::Categorical { smoothing: 0.0 }, &counts, &mut tests);
    judge(&tests);
}
