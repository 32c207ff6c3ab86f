//! What "realistic" and "contested" mean in numbers: `studies/overlays.toml`.

use crate::taxonomy::Condition;
use serde::Serialize;

/// A world in which claims are asked again.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Overlay {
    /// `realistic` or `contested`.
    pub id: OverlayId,
    /// One step per condition that it changes, in the order of the condition list.
    pub steps: Vec<OverlayStep>,
}

/// The two worlds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OverlayId {
    /// The position paper's world.
    Realistic,
    /// The same with the disputed conditions in their unfavourable form.
    Contested,
}

crate::taxonomy::words!(OverlayId, "overlay", { Realistic => "realistic", Contested => "contested" });

/// What one condition changes, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OverlayStep {
    /// The condition.
    pub condition: Condition,
    /// The change.
    pub change: OverlayChange,
    /// Why this value.
    pub reason: String,
    /// Where the value comes from.
    pub locator: String,
}

/// A change to a setup.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum OverlayChange {
    /// Keep real data and all synthetic data.
    Accumulate,
    /// n_t times `factor` per generation, up to `limit` times n_1.
    Grow {
        /// Growth factor.
        factor: f64,
        /// Largest multiple of n_1.
        limit: f64,
    },
    /// A noisy verifier, where the truth can say what is correct.
    Verify {
        /// Probability that a correct example is accepted.
        true_accept: f64,
        /// Probability that an incorrect one is.
        false_accept: f64,
        /// Whether the truth's tail is ever accepted.
        tail_blind: bool,
    },
    /// Capacity growing as n^exponent, where the model has one.
    Enlarge {
        /// The exponent.
        exponent: f64,
    },
    /// n_t / t rounded up of the n_t new points are fresh real ones; old ones stay.
    Decline,
    /// So many generations.
    Horizon {
        /// T.
        generations: u32,
    },
    /// Sampling as fitted.
    Unbias,
    /// Biased sampling, by what the model offers: variance scale, else temperature, else top-p.
    Bias {
        /// For densities and regressions.
        variance_scale: f64,
        /// For categories and labels.
        temperature: f64,
        /// The mass kept as well, for categories.
        top_p: f64,
    },
}
