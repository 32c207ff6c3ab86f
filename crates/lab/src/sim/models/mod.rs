//! Model families over their truths: one file per family, sample by sample, and exact chains beside them.

pub mod binomial;
pub mod boundary;
pub mod categorical;
pub mod categorical_measure;
pub mod class_mixture;
pub mod classes;
pub mod crowd;
pub mod defined;
mod dense;
pub mod design;
pub mod distances;
mod expected_loss;
pub mod fairness;
mod features;
pub mod gauge;
pub mod gaussian;
pub mod gaussian_factored;
pub mod gaussian_independent;
pub(super) mod gaussian_measure;
mod gaussian_sifted;
mod gaussian_truth;
pub mod histogram;
pub mod histogram_counts;
pub mod kde;
pub mod kernel_sums;
pub mod labelled;
pub mod labels;
pub mod least_squares;
pub mod linear_classifier;
mod log_loss;
pub mod logistic;
pub mod logistic_counts;
pub mod mixture;
mod newton;
pub mod ngram;
pub mod ngram_counts;
mod ngram_gauge;
mod ngram_rows;
pub mod points;
mod quadratic;
pub mod regression;
pub mod replies;
mod rise;
pub mod risk;
pub mod rosenbrock;
pub mod scalar;
pub mod shapes;
mod system;
pub mod tabular;
pub mod triangle;
mod triangular;
pub mod urn;

#[cfg(test)]
mod features_tests;
#[cfg(test)]
mod kde_tests;
#[cfg(test)]
mod linear_classifier_tests;
#[cfg(test)]
mod logistic_tests;
#[cfg(test)]
mod measure_tests;
#[cfg(test)]
mod mixture_tests;
#[cfg(test)]
mod ngram_tests;
#[cfg(test)]
mod regression_tests;
#[cfg(test)]
mod tabular_tests;
#[cfg(test)]
pub(super) mod trial;

/// The factor that a sampling puts on the variance of a density's samples; `None` for a sampling no density has.
#[must_use]
pub const fn variance_scale(sampling: &crate::sim::Sampling) -> Option<f64> {
    use crate::sim::Sampling::{Argmax, DecoderMean, Flip, Guidance, Temperature, TopK, TopP, Unbiased, VarianceScale};
    match sampling {
        Unbiased => Some(1.0),
        VarianceScale { scale } => Some(*scale),
        Temperature { .. } | TopP { .. } | TopK { .. } | Argmax | DecoderMean | Guidance { .. } | Flip { .. } => None,
    }
}

/// A draw moved about the fitted mean so that the law's covariance is `scale` times the fitted one; untouched at 1.
#[must_use]
pub fn stretched(x: f64, mean: f64, scale: f64) -> f64 {
    if (scale - 1.0).abs() > 0.0 { mean + scale.sqrt() * (x - mean) } else { x }
}
