//! What examples look like: which models can learn from which truths.

use super::setup::Model;
use super::truth::Truth;

/// What examples look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Points,
    Categories,
    Counts,
    Times,
    Bits,
    Responses,
    Labels,
    Tokens,
}

impl Kind {
    /// In words.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Points => "points",
            Self::Categories => "categories",
            Self::Counts => "counts",
            Self::Times => "waiting times",
            Self::Bits => "zeros and ones",
            Self::Responses => "inputs with responses",
            Self::Labels => "inputs with labels",
            Self::Tokens => "tokens in their contexts",
        }
    }

    /// The models that learn from them.
    pub(super) const fn models(self) -> &'static str {
        match self {
            Self::Points => "gaussian, gaussian-unbiased, gaussian-diagonal, mixture, kde or histogram",
            Self::Categories => "categorical",
            Self::Counts => "poisson",
            Self::Times => "exponential",
            Self::Bits => "bernoulli",
            Self::Responses => "ols, ridge or random-features",
            Self::Labels => "logistic or linear-classifier",
            Self::Tokens => "n-gram",
        }
    }

    /// Of a truth.
    pub(super) const fn made_by(truth: &Truth) -> Self {
        match truth {
            Truth::Gaussian { .. }
            | Truth::GaussianMixture { .. }
            | Truth::Blobs { .. }
            | Truth::Moons { .. }
            | Truth::Circles { .. }
            | Truth::SwissRoll { .. } => Self::Points,
            Truth::Categorical { .. } => Self::Categories,
            Truth::Poisson { .. } => Self::Counts,
            Truth::Exponential { .. } => Self::Times,
            Truth::Bernoulli { .. } => Self::Bits,
            Truth::LinearRegression { .. } => Self::Responses,
            Truth::LabelledMixture { .. } | Truth::Tabular { .. } => Self::Labels,
            Truth::Text { .. } => Self::Tokens,
        }
    }

    /// That a model learns from.
    pub(super) const fn eaten_by(model: &Model) -> Self {
        match model {
            Model::Gaussian { .. }
            | Model::GaussianUnbiased { .. }
            | Model::GaussianDiagonal { .. }
            | Model::Mixture { .. }
            | Model::Kde { .. }
            | Model::Histogram { .. } => Self::Points,
            Model::Categorical { .. } => Self::Categories,
            Model::Poisson => Self::Counts,
            Model::Exponential => Self::Times,
            Model::Bernoulli => Self::Bits,
            Model::Ols | Model::Ridge { .. } | Model::RandomFeatures { .. } => Self::Responses,
            Model::Logistic { .. } | Model::LinearClassifier => Self::Labels,
            Model::NGram { .. } => Self::Tokens,
        }
    }
}
