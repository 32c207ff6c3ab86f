//! Every family, one file each: its answers ([`Family`]) beside small examples of it.
//!
//! [`Model::family`] is the only match on models, and [`examples`] the list that the catalogue and messages are made from.

mod categorical;
mod crowd;
mod gaussian;
mod generalised;
mod linear_classifier;
mod logistic;
mod market;
mod ngram;
mod points;
mod regression;
mod scalar;
mod student_t;

use super::family::Family;
use super::kind::Kind;
use super::models::gaussian::Shape;
use super::models::scalar::Law;
use super::{Model, Truth, trained};

pub use crowd::MOST_MEMBERS;
pub use market::MOST_AGENTS;
pub use student_t::MOST_DEGREES;

impl Model {
    /// The family with these parameters.
    #[must_use]
    pub fn family(&self) -> Box<dyn Family> {
        match *self {
            Self::Gaussian { estimate } | Self::GaussianUnbiased { estimate } => {
                Box::new(gaussian::Gaussians { estimate, shape: Shape::Full })
            }
            Self::GaussianDiagonal { estimate } => Box::new(gaussian::Gaussians { estimate, shape: Shape::Diagonal }),
            Self::Mixture { components, iterations } => Box::new(points::Mixtures { components, iterations }),
            Self::StudentT { degrees } => Box::new(student_t::HeavyTailed { degrees }),
            Self::Market { .. } => Box::new(market::Trade),
            Self::Kde { ref bandwidth } => Box::new(points::Kernels { bandwidth: bandwidth.clone() }),
            Self::Histogram { bins, .. } => Box::new(points::Histograms { bins }),
            Self::Categorical { smoothing } => Box::new(categorical::Frequencies { smoothing }),
            Self::Poisson => Box::new(scalar::Means(Law::Poisson)),
            Self::Exponential => Box::new(scalar::Means(Law::Exponential)),
            Self::Bernoulli => Box::new(scalar::Means(Law::Bernoulli)),
            Self::Ols => Box::new(regression::Coefficients::Least),
            Self::Ridge { penalty } => Box::new(regression::Coefficients::Ridge(penalty)),
            Self::RandomFeatures { width, penalty } => Box::new(regression::Coefficients::Features(width, penalty)),
            Self::LinearClassifier => Box::new(linear_classifier::MeanOfClasses),
            Self::Logistic { penalty, iterations } => Box::new(logistic::LogOdds { penalty, iterations }),
            Self::NGram { order, .. } => Box::new(ngram::Grams { order }),
            Self::GeneralisedLinear { .. } => Box::new(generalised::Predictors),
            Self::Crowd { members, shared, exchange, ref member } => {
                Box::new(crowd::Crowd { members, shared, exchange, member: (**member).clone() })
            }
            Self::Network(ref network) => Box::new(network.clone()),
        }
    }
}

/// One small example of every model, with its word.
pub fn examples() -> Vec<(&'static str, Model)> {
    let simple = [
        &gaussian::EXAMPLES[..],
        &points::EXAMPLES,
        &categorical::EXAMPLES,
        &scalar::EXAMPLES,
        &regression::EXAMPLES,
        &logistic::EXAMPLES,
        &ngram::EXAMPLES,
        &linear_classifier::EXAMPLES,
        &student_t::EXAMPLES,
        &market::EXAMPLES,
        &generalised::EXAMPLES,
    ]
    .concat();
    simple.into_iter().chain(crowd::examples()).chain(trained::examples()).collect()
}

/// One small example of every truth that one family alone knows.
pub fn truths() -> Vec<(&'static str, Truth)> {
    student_t::TRUTHS.into_iter().chain(generalised::TRUTHS).chain(trained::truths()).collect()
}

/// The models that learn from examples of a kind, in words.
pub fn learners(kind: Kind) -> String {
    either(kind, |_| true)
}

/// The same of models of which several can be a crowd.
pub fn members(kind: Kind) -> String {
    either(kind, crowd::can_be_several)
}

fn either(kind: Kind, chosen: impl Fn(&Model) -> bool) -> String {
    let fits = |model: &Model| model.family().eats().contains(&kind) && chosen(model);
    let words: Vec<&str> = examples().iter().filter(|(_, model)| fits(model)).map(|(word, _)| *word).collect();
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}
