//! One complete experiment as plain values: nothing to default, nothing that names a study.
//!
//! A `Setup` comes from the registry (TOML), from the command line, or from Rust. Serialised, it is the canonical
//! form that cache keys digest; its field names are the TOML keys. [`crate::sim::check`] tells whether the parts fit.

use super::bandwidth::Bandwidth;
use super::curation::{Curation, Labeller, Reward};
use super::record::Record;
use super::schedule::Schedule;
use super::spacing::Spacing;
use super::synthesis::{Inputs, Synthesis};
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

/// Which data make the next training set. Every named regime is one value of this struct, so that overlays,
/// which change one field, compose.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Regime {
    /// Real data.
    pub real: Real,
    /// Synthetic data.
    pub synthetic: Synthetic,
    /// Cut of the pool to the generation's sample size.
    pub budget: Budget,
    /// Weight of each real example in the fit (synthetic examples weigh 1).
    pub real_weight: f64,
    /// Where the inputs of real data that arrive later come from: their labels are new in either case.
    #[serde(skip_serializing_if = "Inputs::is_fresh")]
    pub real_inputs: Inputs,
}

/// Which real data the training set of generation t >= 2 holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Real {
    /// None after the first generation.
    First,
    /// The first set, always.
    Kept,
    /// New real data at every generation.
    Fresh {
        /// How much is new.
        amount: Amount,
        /// Whether earlier real data (the first set included) stay.
        earlier: Earlier,
    },
}

/// Whether earlier real data stay beside fresh ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Earlier {
    /// They stay.
    Kept,
    /// The first set stays; fresh ones go when the synthetic examples that they came with go.
    First,
    /// They are dropped.
    Dropped,
}

/// How much real data is new at generation t >= 2.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Amount {
    /// So many, beside the n_t synthetic examples.
    Count {
        /// The number.
        count: u64,
    },
    /// This share of the n_t new examples times t^-`exponent`, at most all of them, rounded to the nearest; the rest is
    /// synthetic.
    Share {
        /// The share, in [0, 1] unless it falls.
        share: f64,
        /// How fast the share falls; 0 for a constant one.
        #[serde(skip_serializing_if = "is_zero")]
        exponent: f64,
    },
    /// n_t / t rounded up, of the n_t new examples; the rest is synthetic.
    Decline,
    /// As [`Amount::Decline`] of n_t + `count` new examples: what a regime with so many real ones beside its synthetic ones becomes.
    DeclineBeside {
        /// The number.
        count: u64,
    },
    /// So many at generations 2, 3, …, beside the n_t synthetic examples; the last one holds on. What a real-only twin has.
    Listed {
        /// The numbers.
        counts: Vec<u64>,
    },
}

impl Amount {
    /// New real and new synthetic examples of generation `t`, whose n_t is `samples`; a count comes beside them.
    #[must_use]
    pub fn split(&self, samples: u64, t: u32) -> (u64, u64) {
        let among = |new: u64, real: u64| (real.min(new), new - real.min(new));
        match self {
            Self::Count { count } => (*count, samples),
            Self::Share { share, exponent } => among(samples, (share * f64::from(t).powf(-exponent) * samples as f64).round() as u64),
            Self::Decline => among(samples, samples.div_ceil(u64::from(t))),
            Self::DeclineBeside { count } => among(samples + count, (samples + count).div_ceil(u64::from(t))),
            Self::Listed { counts } => (counts.get(t.saturating_sub(2) as usize).or(counts.last()).copied().unwrap_or(0), samples),
        }
    }

    /// Whether they come beside the new examples, and are not some of them.
    #[must_use]
    pub const fn is_beside(&self) -> bool {
        match self {
            Self::Count { .. } | Self::Listed { .. } => true,
            Self::Share { .. } | Self::Decline | Self::DeclineBeside { .. } => false,
        }
    }
}

/// Written so that a constant share has the canonical form it always had.
fn is_zero(exponent: &f64) -> bool {
    exponent.abs() <= 0.0
}

/// Which synthetic data the training set holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Synthetic {
    /// None: the real-only twin.
    None,
    /// The newest model's.
    Newest,
    /// Those of the last `size` models.
    Window {
        /// Number of generations kept.
        size: u32,
    },
    /// n_t drawn anew from the last `size` models, in equal parts.
    Models {
        /// Number of models.
        size: u32,
    },
    /// Those of all earlier models.
    All,
    /// A data set of constant size in which this share, drawn at random, is replaced by the newest model's
    /// (Briesch's incremental cycle). Starts from the first real set.
    Overwrite {
        /// The share replaced, in (0, 1].
        share: f64,
    },
}

/// Cut of the pool before a fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Budget {
    /// Everything is used.
    Whole,
    /// n_t examples drawn without replacement, anew each generation, where the pool is larger.
    WithoutReplacement,
    /// n_t examples drawn with replacement.
    WithReplacement,
    /// n_t examples, an equal part of every batch (Briesch's balanced cycle), each without replacement.
    EqualParts,
    /// n_t examples that lie far from each other, where the pool is larger.
    Spaced(Spacing),
}

impl Regime {
    const fn of(real: Real, synthetic: Synthetic) -> Self {
        Self { real, synthetic, budget: Budget::Whole, real_weight: 1.0, real_inputs: Inputs::Fresh }
    }

    /// Only the newest synthetic data.
    #[must_use]
    pub const fn replace() -> Self {
        Self::of(Real::First, Synthetic::Newest)
    }

    /// Only synthetic data, drawn anew from the last `size` models.
    #[must_use]
    pub const fn memory(size: u32) -> Self {
        Self::of(Real::First, Synthetic::Models { size })
    }

    /// Real data and all synthetic data.
    #[must_use]
    pub const fn accumulate() -> Self {
        Self::of(Real::Kept, Synthetic::All)
    }

    /// Everything pooled, n_t drawn from the pool without replacement.
    #[must_use]
    pub const fn accumulate_subsample() -> Self {
        Self {
            real: Real::Kept,
            synthetic: Synthetic::All,
            budget: Budget::WithoutReplacement,
            real_weight: 1.0,
            real_inputs: Inputs::Fresh,
        }
    }

    /// Whether no generation holds a synthetic example: then the run is what its real data alone give.
    #[must_use]
    pub fn is_all_real(&self) -> bool {
        let share_is_whole = match &self.real {
            Real::Fresh { amount: Amount::Share { share, exponent }, .. } => *share >= 1.0 && *exponent <= 0.0,
            Real::Fresh {
                amount: Amount::Count { .. } | Amount::Decline | Amount::DeclineBeside { .. } | Amount::Listed { .. }, ..
            }
            | Real::First
            | Real::Kept => false,
        };
        self.synthetic == Synthetic::None || share_is_whole
    }

    /// The first real set and the newest synthetic data.
    #[must_use]
    pub const fn augment() -> Self {
        Self::of(Real::Kept, Synthetic::Newest)
    }

    /// Real data and the synthetic data of the last `size` generations.
    #[must_use]
    pub const fn window(size: u32) -> Self {
        Self::of(Real::Kept, Synthetic::Window { size })
    }
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
