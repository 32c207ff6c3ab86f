//! Which metrics the families of this folder define on a truth.
//!
//! Takes a truth; gives the metrics, without those every run has (sizes,
//! shares of real data, hitting times). A pair that does not fit gives none.

use super::boundary;
use super::classes::Classes;
use super::fairness;
use super::gauge;
use super::histogram::BIN_METRICS;
use super::regression::LinearTruth;
use super::shapes::Source;
use crate::sim::Truth;
use crate::taxonomy::Metric;

/// Most coordinates of points these families take.
pub const DIMENSION_LIMIT: usize = 32;

/// The metrics of regression.
#[must_use]
pub fn regression(truth: &Truth) -> Vec<Metric> {
    LinearTruth::of(truth).map_or_else(Vec::new, |_| vec![Metric::ExcessRisk, Metric::SquaredError, Metric::Displacement])
}

/// The metrics of mixtures of points.
#[must_use]
pub fn mixture(truth: &Truth) -> Vec<Metric> {
    let mut metrics = gauge::defined(truth);
    let is_new = !metrics.contains(&Metric::IntegratedSquaredError);
    if is_new && Source::<DIMENSION_LIMIT>::of(truth).is_some_and(|source| source.is_mixture()) {
        metrics.push(Metric::IntegratedSquaredError);
    }
    metrics
}

/// The metrics of histograms.
#[must_use]
pub fn histogram(truth: &Truth) -> Vec<Metric> {
    if Source::<1>::of(truth).is_none() {
        return Vec::new();
    }
    gauge::defined(truth).into_iter().chain(BIN_METRICS).collect()
}

/// The metrics of logistic regression on labelled points.
#[must_use]
pub fn logistic(truth: &Truth) -> Vec<Metric> {
    let Some(classes) = Classes::<DIMENSION_LIMIT>::of(truth) else { return Vec::new() };
    let mut metrics = vec![Metric::NegativeLogLikelihood, Metric::Displacement];
    if classes.count == 2 && classes.coefficients().is_some() {
        metrics.push(Metric::SquaredError);
    }
    if boundary::accuracy(&classes, &vec![0.0; (classes.count - 1) * (classes.dimension + 1)]).is_some() {
        metrics.push(Metric::Accuracy);
    }
    metrics.extend(fairness::defined(truth));
    metrics
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::models::trial::linear;
    use crate::sim::{Angles, Bandwidth, Categories, Model, defined};

    #[test]
    fn metrics_follow_the_truth() {
        let kde = Model::Kde { bandwidth: Bandwidth::ScottScipy };
        assert!(defined(&Truth::Moons { noise: 0.1, angles: Angles::Drawn }, &kde).contains(&Metric::TailCoverage));
        assert!(!defined(&Truth::Moons { noise: 0.1, angles: Angles::Drawn }, &kde).contains(&Metric::ModesKept));
        assert!(defined(&Truth::Blobs { centers: 3, deviation: 1.0 }, &kde).contains(&Metric::ModesKept));
        assert!(defined(&linear(3, 1.0), &kde).is_empty());
        assert!(defined(&Truth::Categorical { law: Categories::Uniform { categories: 3 } }, &kde).is_empty());
        assert_eq!(regression(&linear(3, 1.0)).len(), 3);
    }

    #[test]
    fn accuracy_is_left_out_where_no_formula_exists() {
        let logistic = Model::Logistic { penalty: 0.1, iterations: 5 };
        let truth = |k: usize, d: usize| Truth::LabelledMixture {
            means: vec![vec![0.0; d]; k],
            weights: vec![1.0 / k as f64; k],
            deviation: 1.0,
            classes: (0..k).collect(),
            groups: vec![0; k],
        };
        assert!(defined(&truth(2, 9), &logistic).contains(&Metric::Accuracy));
        assert!(defined(&truth(3, 2), &logistic).contains(&Metric::Accuracy));
        assert!(!defined(&truth(3, 3), &logistic).contains(&Metric::Accuracy));
    }
}
