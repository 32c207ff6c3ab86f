//! Curation: what happens to synthetic examples before they join the training set.
//!
//! Plain data. What the loop asks of it stands in `judging`, and what a setup's list of it comes to in `of_setup`. It draws no example
//! itself.

mod judging;
mod of_setup;
mod quota_refusals;
mod refusals;

pub(in crate::sim) use judging::{acceptance, choose, corrected, lift};
pub(in crate::sim) use refusals::refusals;

use serde::{Deserialize, Serialize};

/// Candidates of a preference at most: each is drawn.
pub const MOST_CANDIDATES: u32 = 1000;

/// What a curation does to synthetic examples. Each variant says what the truth must offer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Curation {
    /// Each example is accepted with a probability that depends on whether the truth calls it correct; drawing goes
    /// on until n are accepted, at most 100 n draws, else an `Ending`.
    Verifier {
        /// Probability that a correct example is accepted.
        true_accept: f64,
        /// Probability that an incorrect one is.
        false_accept: f64,
        /// Whether the truth's tail is ever accepted.
        tail: TailView,
        /// Which label of an input is the correct one.
        reference: Reference,
    },
    /// Each example is replaced by a draw of the truth with probability strength / (1 + strength): what an ideal corrector
    /// does (Gillman et al. 2024, Definition 4.1). Corrected examples count as synthetic, and no verifier judges them.
    Correct {
        /// gamma.
        strength: f64,
    },
    /// Of so many draws of the model one is kept, with probability proportional to e^reward: choice by Bradley and Terry (1952),
    /// and Luce (1959), as in Ferbach et al. (2024), Equation 6.
    BestOf {
        /// K.
        candidates: u32,
        /// What is preferred.
        reward: Reward,
    },
    /// Synthetic examples come from one fixed law that lies this far from the first fit, at every generation: surrogate data of
    /// another source (Jain, Montanari and Sasoglu 2024; Dohmatob et al. 2024, "Strong Model Collapse", Definition 1). A
    /// Gaussian's mean is moved along the first axis, a regression's first coefficient so that the excess risk of the move is
    /// the distance squared.
    Displace {
        /// The distance, in units of the data, or root of the excess risk.
        distance: f64,
        /// From where it is measured.
        #[serde(skip_serializing_if = "Origin::is_fit")]
        from: Origin,
    },
    /// The synthetic examples of a generation are an earlier text of which `share` of the places are the model's and the others
    /// stand as they were: editing of tokens or labels (Zhu et al. 2024, "How to Synthesize Text Data without Model Collapse?",
    /// Equations 2 and 3, without their choice of places by confidence). With labels on reused inputs a place is an input;
    /// tokens are drawn anew in the contexts that the text has. The first text is the first real set; where a batch is longer
    /// than the text, what is beyond is the model's. An edited text counts as synthetic.
    Edit {
        /// The share of places edited.
        share: f64,
        /// Which places of which text.
        mask: Mask,
    },
    /// A detector of synthetic examples flags those of the training set, and n_t of the set are drawn with replacement, a flagged
    /// one `weight` times as likely as another: Drayson, Yilmaz and Lampos (2025), Section 6.2, with two scores in place of
    /// a scale. What it flags does not depend on what an example says.
    DetectorWeighted {
        /// Probability that a synthetic example is flagged.
        hits: f64,
        /// Probability that a real one is.
        false_alarms: f64,
        /// Of flagged examples, the others weighing 1.
        weight: f64,
    },
    /// Groups of categories have equal quotas: n / G each, the first groups one more where n does not divide. Within a group
    /// examples follow the model. The quota of a group to which the model gives no mass falls to the others, in equal parts.
    Quota {
        /// Categories by place; each stands in one group.
        groups: Vec<Vec<usize>>,
        /// Absent: drawing goes on until every quota is full. Else quotas are filled from n (1 + `extra`) draws only, and what
        /// they leave open is drawn from the model as it is (STAR of Wyllie et al. 2024, with `extra` its budget over n).
        extra: Option<f64>,
    },
    /// Each generated image is replaced by the nearest of so many centroids of each class of real images (Gillman et al. 2024, section 6).
    Snap {
        /// K, of each class.
        centroids: u32,
    },
    /// Synthetic examples come from the newest fit moved away from what it makes of itself: as many of its own samples as are wanted are fitted, and
    /// its parameters (mean and covariance, probabilities, coefficients) move by `weight` times what lies between, theta + weight (theta -
    /// theta'). Alemohammad, Wang and Baraniuk (2025), "Neon", who move a network's weights once; here every model of a loop that others
    /// learn from. What is measured is the fit as it was.
    Extrapolate {
        /// w.
        weight: f64,
    },
    /// Of n / `keep` generated images those n are kept, the same share of what shows each class, that a discriminator likes best which was fitted once
    /// to the first real set against images of the first model (Yi et al. 2025, section 5.2).
    Screen {
        /// The share kept.
        keep: f64,
    },
}

impl Curation {
    /// Whether it looks at each example.
    #[must_use]
    pub const fn judges(&self) -> bool {
        match self {
            Self::Verifier { .. } | Self::BestOf { .. } | Self::Quota { .. } | Self::Screen { .. } => true,
            Self::Correct { .. }
            | Self::Displace { .. }
            | Self::Edit { .. }
            | Self::DetectorWeighted { .. }
            | Self::Snap { .. }
            | Self::Extrapolate { .. } => false,
        }
    }
}

/// Where a displaced source is measured from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The first fit.
    Fit,
    /// The truth itself.
    Truth,
}

impl Origin {
    /// Written so that a source beside the first fit has the canonical form it always had.
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
    const fn is_fit(&self) -> bool {
        matches!(self, Self::Fit)
    }
}

/// Which places of which text are edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mask {
    /// Places at random, of the text as edited so far.
    Fresh,
    /// The same places at every generation.
    Same,
    /// Places at random, of the original text.
    Original,
    /// Of the text as edited so far, the places after those edited last, from the start again after the last.
    Disjoint,
}

impl Mask {
    /// Whether an edit follows places from generation to generation, which counts of examples do not know.
    #[must_use]
    pub const fn follows_places(self) -> bool {
        matches!(self, Self::Same | Self::Disjoint)
    }

    /// Whether the next edit starts from this one's result.
    #[must_use]
    pub const fn goes_on(self) -> bool {
        matches!(self, Self::Fresh | Self::Disjoint)
    }
}

/// Whose law synthetic examples follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The newest model's.
    Model,
    /// An earlier text, of which some places are the model's.
    Edited,
    /// One fixed law beside the model, at every generation: whatever was fitted does not come back.
    Foreign,
}

/// A detector of synthetic examples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Detector {
    /// Probability that a synthetic example is flagged.
    pub hits: f64,
    /// Probability that a real one is.
    pub false_alarms: f64,
    /// Of flagged examples, the others weighing 1.
    pub weight: f64,
}

/// Whether a verifier sees the truth's tail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TailView {
    /// Judged like the rest.
    Judged,
    /// Never accepted.
    Blind,
}

/// Which label of an input a verifier calls correct. Points and categories have no labels: for them it is `MostLikely`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reference {
    /// The truth's most likely label there.
    MostLikely,
    /// The label the input came with: the class of its component, or the label in a real table. The truth's own noise
    /// makes it differ from the most likely one.
    Own,
}

/// Whose label it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Labeller {
    /// The fitted model's.
    Model,
    /// The one the input came with: a generator whose errors are pure noise, whatever was fitted.
    Own,
}

/// What a preference rewards. It sees a category or label, or the first coordinate of a point.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Reward {
    /// slope x.
    Linear {
        /// The slope.
        slope: f64,
    },
    /// -(x - centre)^2 / (2 width).
    Quadratic {
        /// The best point.
        centre: f64,
        /// T, in squared units of x.
        width: f64,
    },
    /// One value per category or label; those beyond the list have 0.
    Levels {
        /// The values.
        values: Vec<f64>,
    },
}
