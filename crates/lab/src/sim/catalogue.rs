//! What goes with what: every model family with every truth it fits, by one small example of each.

use super::families::{self, examples};
use super::{Angles, Categories, Coefficients, Spectrum, TextSource, Truth, defined};
use crate::taxonomy::Metric;

/// A truth and a model that fit each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// Kind of the model.
    pub model: &'static str,
    /// Kind of the truth.
    pub truth: &'static str,
    /// `examples` or `labels`.
    pub synthesis: &'static str,
    /// Metrics defined for the pair.
    pub metrics: Vec<Metric>,
}

/// Every pair that fits, models in the order of their list.
#[must_use]
pub fn catalogue() -> Vec<Pair> {
    let truths = truths();
    let pairs = examples().into_iter().flat_map(|(model, fitted)| {
        let pair = move |(truth, law): &(&'static str, Truth)| {
            let metrics = defined(law, &fitted);
            let synthesis = if fitted.family().labels() { "labels" } else { "examples" };
            (!metrics.is_empty()).then_some(Pair { model, truth, synthesis, metrics })
        };
        truths.iter().filter_map(pair).collect::<Vec<_>>()
    });
    pairs.collect()
}

pub(super) fn truths() -> Vec<(&'static str, Truth)> {
    [of_many_families(), families::truths()].concat()
}

fn of_many_families() -> Vec<(&'static str, Truth)> {
    let spectrum = Spectrum::Isotropic { variance: 1.0 };
    let means = vec![vec![-2.0], vec![2.0]];
    let weights = vec![0.5, 0.5];
    vec![
        ("gaussian", Truth::Gaussian { dimension: 1, mean: 0.0, spectrum: spectrum.clone() }),
        ("gaussian-mixture", Truth::GaussianMixture { weights: weights.clone(), means: means.clone(), deviations: vec![0.5, 0.5] }),
        ("blobs", Truth::Blobs { centers: 3, deviation: 1.0 }),
        ("moons", Truth::Moons { noise: 0.05, angles: Angles::Drawn }),
        ("circles", Truth::Circles { noise: 0.05, factor: 0.5, angles: Angles::Drawn }),
        ("swiss-roll", Truth::SwissRoll { noise: 0.05, dimension: 2 }),
        ("rosenbrock", Truth::Rosenbrock { mean: 0.0, deviation: 1.0, noise: 0.5 }),
        ("categorical", Truth::Categorical { law: Categories::Uniform { categories: 10 } }),
        ("poisson", Truth::Poisson { rate: 2.0 }),
        ("exponential", Truth::Exponential { mean: 1.0 }),
        ("bernoulli", Truth::Bernoulli { probability: 0.3 }),
        (
            "linear-regression",
            Truth::LinearRegression {
                dimension: 3,
                noise_variance: 1.0,
                signal: 1.0,
                spectrum,
                source: 0.0,
                coefficients: Coefficients::Fixed,
            },
        ),
        ("labelled-mixture", Truth::LabelledMixture { means, weights, deviation: 1.0, classes: vec![0, 1], groups: vec![0, 1] }),
        ("text", Truth::Text { source: TextSource::Grammar { words: 2, exponent: 1.0, adjectives: 0.5 } }),
        ("tabular", Truth::Tabular { data: super::DataSet::Wine, columns: 3, penalty: 0.01 }),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_has_a_truth_and_every_truth_a_model() {
        let pairs = catalogue();
        assert!(examples().iter().all(|(model, _)| pairs.iter().any(|pair| pair.model == *model)));
        assert!(truths().iter().all(|(truth, _)| pairs.iter().any(|pair| pair.truth == *truth)));
    }
}
