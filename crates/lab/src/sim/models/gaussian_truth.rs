//! A Gaussian truth in its principal axes.

use crate::sim::{Spectrum, Truth};

/// The truth in its principal axes.
#[derive(Debug, Clone, PartialEq)]
pub struct GaussianTruth {
    /// Mean of every coordinate.
    pub mean: f64,
    /// Eigenvalues of the covariance.
    pub variances: Vec<f64>,
}

impl GaussianTruth {
    /// The Gaussian in a truth.
    #[must_use]
    pub fn of(truth: &Truth) -> Option<Self> {
        let Truth::Gaussian { dimension, mean, spectrum } = truth else { return None };
        let variances = match spectrum {
            Spectrum::Isotropic { variance } => vec![*variance; *dimension],
            Spectrum::Power { decay } => (1..=*dimension).map(|i| (i as f64).powf(-decay)).collect(),
            Spectrum::Given { values } => values.clone(),
        };
        Some(Self { mean: *mean, variances })
    }

    /// d.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.variances.len()
    }

    /// Trace of the covariance.
    #[must_use]
    pub fn trace(&self) -> f64 {
        self.variances.iter().sum()
    }
}
