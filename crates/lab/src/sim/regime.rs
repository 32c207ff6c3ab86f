//! Regimes: which real and which synthetic data make the next training set, and how the pool is cut.

use super::spacing::Spacing;
use super::synthesis::Inputs;
use serde::Serialize;

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
