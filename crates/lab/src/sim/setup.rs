//! One complete experiment as plain values: nothing to default, nothing that names a study.
//!
//! A `Setup` comes from the registry (TOML), from the command line, or from Rust. Serialised, it is the canonical
//! form that cache keys digest; its field names are the TOML keys. [`crate::sim::check`] tells whether the parts fit.

use super::bandwidth::Bandwidth;
use super::curation::{Curation, Labeller, Reward};
use super::record::Record;
use super::regime::Regime;
use super::schedule::Schedule;
use super::synthesis::Synthesis;
use super::trained::Network;
use super::truth::Truth;
use crate::taxonomy::Metric;
use serde::Serialize;

/// One experiment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Setup {
    /// Generation 0: where real data come from.
    pub truth: Truth,
    /// What is fitted at every generation.
    pub model: Model,
    /// What a fitted model contributes to the next training set.
    pub synthesis: Synthesis,
    /// Which real and synthetic data make the next training set.
    pub regime: Regime,
    /// What happens to synthetic examples before they join, in order.
    pub curation: Vec<Curation>,
    /// How the fitted model is sampled.
    pub sampling: Sampling,
    /// Examples per generation.
    pub samples: Schedule,
    /// Last generation T; generation 1 is the fit to real data only.
    pub generations: u32,
    /// How model capacity moves over generations, where the model has one.
    pub capacity: Capacity,
    /// Which generations are kept.
    pub record: Record,
    /// What is measured, in this order.
    pub metrics: Vec<Metric>,
    /// The event whose first generation is `hitting-time`.
    pub hitting: Option<Hitting>,
    /// Another model fitted on each recorded training set.
    pub downstream: Option<Model>,
    /// Exact shortcut or sample by sample.
    pub method: Method,
}

impl Setup {
    /// Whether some curation looks at each example, so that no law of a sum is known.
    #[must_use]
    pub fn is_judged(&self) -> bool {
        self.curation.iter().any(Curation::judges)
    }

    /// The preference among the curations, if there is one.
    #[must_use]
    pub fn preference(&self) -> Option<(u32, &Reward)> {
        self.curation.iter().find_map(|rule| match rule {
            Curation::BestOf { candidates, reward } => Some((*candidates, reward)),
            _ => None,
        })
    }
}

/// A model family with its parameters. Capacity, where a family has one, is the marked field.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Model {
    /// Gaussian by maximum likelihood (covariance divided by n).
    Gaussian {
        /// Which parameters are fitted; the others are the truth's.
        estimate: Estimate,
    },
    /// Gaussian with the unbiased covariance (divided by n - 1).
    GaussianUnbiased {
        /// Which parameters are fitted; the others are the truth's.
        estimate: Estimate,
    },
    /// Gaussian with independent coordinates, maximum likelihood.
    GaussianDiagonal {
        /// Which parameters are fitted; the others are the truth's.
        estimate: Estimate,
    },
    /// Isotropic Gaussian mixture by EM from k-means++ starts.
    Mixture {
        /// Number of components (capacity).
        components: usize,
        /// EM iterations.
        iterations: u32,
    },
    /// Student's t with known degrees of freedom in one coordinate, location and scale by maximum likelihood.
    StudentT {
        /// Degrees of freedom, at least 1.
        degrees: f64,
    },
    /// Agents who buy samples of the truth, whole or cut at its sides, and the kernel estimate of what was bought.
    Market {
        /// Agents.
        agents: usize,
        /// Cut samples lie at most so far from the truth's location, in its scales.
        cut: f64,
        /// Price of a cut sample as a share of that of a whole one.
        price: f64,
        /// Share of what a round shows in what agents hold a kind to be worth.
        rate: f64,
        /// Rounds after which a new generation takes the public spread for the world's; 0: never.
        turnover: u32,
    },
    /// Gaussian kernel density estimate.
    Kde {
        /// How the bandwidth is chosen.
        bandwidth: Bandwidth,
    },
    /// Histogram of equal bins over a fixed range (one dimension).
    Histogram {
        /// Number of bins (capacity).
        bins: usize,
        /// Left edge.
        low: f64,
        /// Right edge.
        high: f64,
    },
    /// Frequencies of categories, plus `smoothing` pseudo-counts for each.
    Categorical {
        /// Pseudo-count added to every category.
        smoothing: f64,
    },
    /// Poisson rate by maximum likelihood.
    Poisson,
    /// Exponential mean by maximum likelihood.
    Exponential,
    /// Bernoulli probability by maximum likelihood.
    Bernoulli,
    /// Ordinary least squares; minimum norm when there are fewer examples than coefficients.
    Ols,
    /// Ridge regression: minimises mean squared error plus `penalty` times the squared norm.
    Ridge {
        /// The penalty.
        penalty: f64,
    },
    /// Ridge regression on random features of the inputs, `width` independent Gaussian projections drawn once per run; least
    /// squares of least norm without a penalty.
    RandomFeatures {
        /// Number of features (as given; it does not grow).
        width: usize,
        /// The penalty.
        penalty: f64,
    },
    /// The mean classifier of two classes, through the origin: w = the mean of y x with y = -1 or 1.
    LinearClassifier,
    /// Logistic regression with a small ridge for existence, by Newton's method.
    Logistic {
        /// The penalty on the squared norm, per example.
        penalty: f64,
        /// Newton iterations at most.
        iterations: u32,
    },
    /// Frequencies of tokens after the `order` - 1 before them, plus `smoothing` pseudo-counts for each token in each context.
    NGram {
        /// n.
        order: usize,
        /// Pseudo-count added to every token in every context.
        smoothing: f64,
    },
    /// Regression of counts or of yes and no on Gaussian inputs, as its truth has them, by maximum likelihood.
    GeneralisedLinear {
        /// Newton steps at most.
        iterations: u32,
    },
    /// Several models of one family that learn side by side and from each other's outputs.
    Crowd {
        /// How many.
        members: usize,
        /// Share of the real examples that every model learns from; the others are dealt to them in turn.
        shared: f64,
        /// Who learns from what a model makes.
        exchange: Exchange,
        /// One of them.
        member: Box<Model>,
    },
    /// A network, trained by gradients.
    Network(Network),
}

/// Who learns from what one of several models makes; each makes an even part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exchange {
    /// Itself alone.
    Own,
    /// The others, in turn, and not itself.
    Others,
    /// All: every example is seen by every model.
    Shared,
    /// All: what is made is pooled, shuffled and dealt out, an even part to each.
    Dealt,
}

/// Which parameters of a Gaussian are fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Estimate {
    /// Mean and covariance.
    Both,
    /// Mean only; the covariance is the truth's.
    Mean,
    /// Covariance only, about the truth's mean.
    Covariance,
}

/// How a fitted model is sampled. Real data are never touched.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Sampling {
    /// As fitted.
    Unbiased,
    /// Covariance times `scale`; noise of regression labels times its square root.
    VarianceScale {
        /// lambda.
        scale: f64,
    },
    /// Probabilities proportional to p^(1/temperature).
    Temperature {
        /// The temperature.
        temperature: f64,
    },
    /// The smallest set of most likely outcomes that holds this mass.
    TopP {
        /// The mass.
        mass: f64,
    },
    /// The `count` most likely outcomes.
    TopK {
        /// How many.
        count: usize,
    },
    /// Always the most likely outcome.
    Argmax,
    /// Of an autoencoder the means of its pixels given the latent, which no draw of them disturbs.
    DecoderMean,
    /// Of a diffusion with classes, pushed towards the class that it is asked for.
    Guidance {
        /// w of Ho and Salimans (2022): (1 + w) times what the network says with the class, less w times what it says without.
        weight: f64,
    },
    /// A label, chosen as without it, becomes another one with a probability that does not depend on the input.
    Flip {
        /// The probability.
        share: f64,
        /// Which label is turned.
        of: Labeller,
    },
}

/// How capacity grows with the size of the training set.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Capacity {
    /// As stated in the model.
    Fixed,
    /// The stated capacity times (n_t / n_1)^`exponent`, rounded; of a ridge model the penalty is divided by it.
    Growing {
        /// The exponent.
        exponent: f64,
    },
}

/// An event: the metric falls to or below a level.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Hitting {
    /// The metric watched at every generation.
    pub metric: Metric,
    /// The level.
    pub below: f64,
}

/// How a trajectory is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// `Statistics` where it is exact, else `Samples`; the choice is reported.
    Auto,
    /// Sufficient statistics drawn from their exact law.
    Statistics,
    /// Every example drawn: the readable twin.
    Samples,
}
