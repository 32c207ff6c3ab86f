//! The risk of an answer that saw no data: what a model must beat to be worth anything.
//!
//! Fixed by the form of the problem and never by a run. Which answer that is differs by family, since "nothing is known" is said in
//! other words of a label, of a category and of a place on a line; each choice has its reason at [`null_risk`].

use super::models::categorical::probabilities;
use super::models::classes::count;
use super::models::gaussian::GaussianTruth;
use super::text::Language;
use super::{Setup, Truth};
use crate::taxonomy::Metric;
use std::f64::consts::PI;

/// The risk, in a metric, of the answer that ignores the data; `None` where no answer is free of a choice of units, or where the
/// metric is no risk.
///
/// | truth | answer | risk |
/// |---|---|---|
/// | regression | 0 for every input: coefficients have no other centre | its signal |
/// | labels | all classes alike | ln of their number (log loss) |
/// | categories, zeros and ones | all alike: the law of most entropy | sum of (p - 1/K)^2, sum of abs(p - 1/K), ln K - H, ln K (log loss) |
/// | the same where all are alike in truth | one of them always: there the law of most entropy knows the answer | 1 - 1/K, 2 - 2/K |
/// | tokens | all alike | ln of their number |
/// | categories, `missing-mass` | none ever seen | 1 |
/// | Gaussian, counts, times: squared error of the mean | one example, whatever it is: a place has no centre but the law's own | the variance |
/// | Gaussian: squared Wasserstein distance | one point always, at the best place | the variance |
/// | Gaussian on a line: Wasserstein-1 distance | the same | its mean absolute deviation |
/// | Gaussians on a line: Kolmogorov-Smirnov distance | one point always, at the median | 1/2 |
/// | densities: integrated squared error | no mass anywhere, the limit of ever flatter laws | integral of the squared density |
///
/// The one example of the third line from below is a convention: no constant answer is worst or best, and an estimate that is no nearer
/// than a single example says nothing that one glance would not. Log loss and Kullback-Leibler divergence of densities on a line have
/// no such answer: the flatter the law the larger the loss, without an end.
#[must_use]
pub fn null_risk(setup: &Setup, metric: Metric) -> Option<f64> {
    let risk = match &setup.truth {
        Truth::LinearRegression { signal, .. } => match metric {
            Metric::ExcessRisk | Metric::DownstreamExcessRisk => Some(*signal),
            _ => None,
        },
        Truth::LabelledMixture { classes, .. } if metric == Metric::NegativeLogLikelihood => {
            count(classes).map(|classes| (classes as f64).ln())
        }
        Truth::Tabular { .. } if metric == Metric::NegativeLogLikelihood => Some(2.0_f64.ln()),
        Truth::LabelledMixture { .. } | Truth::Tabular { .. } => None,
        Truth::Categorical { .. } => categories(&probabilities(&setup.truth)?, metric),
        Truth::Bernoulli { probability } => match metric {
            // One number stands for two probabilities, each as far from its half.
            Metric::SquaredError | Metric::MeanSquaredError => {
                categories(&[*probability, 1.0 - probability], Metric::SquaredError).map(|both| both / 2.0)
            }
            _ => categories(&[*probability, 1.0 - probability], metric),
        },
        Truth::Text { .. } if metric == Metric::NegativeLogLikelihood => Some((Language::of(&setup.truth)?.tokens as f64).ln()),
        Truth::Text { .. } => None,
        Truth::Poisson { rate } => location(metric, *rate),
        Truth::Exponential { mean } => location(metric, mean * mean),
        Truth::Gaussian { .. } => gaussian(&GaussianTruth::of(&setup.truth)?, metric),
        Truth::GaussianMixture { weights, means, deviations } => match metric {
            Metric::IntegratedSquaredError => Some(squared_mass(weights, means, deviations)),
            Metric::KolmogorovSmirnov => Some(0.5),
            _ => None,
        },
        // Of other truths only their own family can tell.
        _ => setup.model.family().null_risk(&setup.truth, metric),
    };
    risk.filter(|risk| *risk > 0.0 && risk.is_finite())
}

fn location(metric: Metric, variance: f64) -> Option<f64> {
    matches!(metric, Metric::MeanSquaredError | Metric::SquaredError).then_some(variance)
}

fn gaussian(truth: &GaussianTruth, metric: Metric) -> Option<f64> {
    match metric {
        Metric::MeanSquaredError | Metric::WassersteinSquared => Some(truth.trace()),
        Metric::Wasserstein if truth.dimension() == 1 => Some((2.0 * truth.trace() / PI).sqrt()),
        Metric::KolmogorovSmirnov if truth.dimension() == 1 => Some(0.5),
        Metric::IntegratedSquaredError => Some(truth.variances.iter().map(|variance| (4.0 * PI * variance).sqrt().recip()).product()),
        _ => None,
    }
}

fn categories(law: &[f64], metric: Metric) -> Option<f64> {
    let k = law.len() as f64;
    let off = |distance: fn(f64) -> f64| law.iter().map(|p| distance(p - 1.0 / k)).sum::<f64>();
    // Rounding apart, an even law is even.
    let is_even = off(f64::abs) < 1e-12 * k;
    match metric {
        Metric::MissingMass => Some(1.0),
        Metric::SquaredError | Metric::MeanSquaredError if is_even => Some(1.0 - 1.0 / k),
        Metric::SquaredError | Metric::MeanSquaredError => Some(off(|x| x * x)),
        Metric::AbsoluteError if is_even => Some(2.0 - 2.0 / k),
        Metric::AbsoluteError => Some(off(f64::abs)),
        Metric::NegativeLogLikelihood => Some(k.ln()),
        Metric::KlDivergence if is_even => None,
        Metric::KlDivergence => Some(k.ln() + law.iter().filter(|p| **p > 0.0).map(|p| p * p.ln()).sum::<f64>()),
        _ => None,
    }
}

/// Integral of the squared density of isotropic Gaussians: sum over pairs of w_i w_j times the density of N(0, (s_i^2 + s_j^2) I) at
/// the difference of their means.
fn squared_mass(weights: &[f64], means: &[Vec<f64>], deviations: &[f64]) -> f64 {
    let pair = |i: usize, j: usize| {
        let variance = deviations[i].powi(2) + deviations[j].powi(2);
        let distance = means[i].iter().zip(&means[j]).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
        weights[i] * weights[j] * (2.0 * PI * variance).powf(-(means[i].len() as f64) / 2.0) * (-distance / (2.0 * variance)).exp()
    };
    (0..weights.len()).flat_map(|i| (0..weights.len()).map(move |j| pair(i, j))).sum()
}
