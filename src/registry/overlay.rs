//! The worlds in which claims are asked again: the entries of `studies/overlays.toml`.

use crate::taxonomy::Condition;
use serde::{Serialize, Serializer};
use std::fmt;

/// A world in which claims are asked again.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Overlay {
    /// Which one.
    pub id: WorldId,
    /// What a reader is told of it; nothing is decided by it.
    #[serde(skip_serializing_if = "About::is_empty")]
    pub about: About,
    /// One step per condition that it changes, in the order of the condition list.
    pub steps: Vec<OverlayStep>,
}

impl Overlay {
    /// The same without what is only told: what a verdict can rest on.
    #[must_use]
    pub fn without_words(&self) -> Self {
        Self { about: About::default(), ..self.clone() }
    }
}

/// What a reader is told of a world, each optional.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct About {
    /// Its name in the head of a table; else its id in words.
    pub title: Option<String>,
    /// What sets it apart, so that it can follow `with`.
    pub with: Option<String>,
    /// Why claims are asked there.
    pub reason: Option<String>,
}

impl About {
    const fn is_empty(&self) -> bool {
        self.title.is_none() && self.with.is_none() && self.reason.is_none()
    }
}

/// A world's id with its place in the file, by which worlds are ordered wherever they stand. The first one leads: single conditions and
/// leave-one-out arms are taken from it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WorldId {
    place: u16,
    id: String,
}

impl WorldId {
    /// The id of the world at a place of the file, from 0.
    #[must_use]
    pub fn new(place: u16, id: impl Into<String>) -> Self {
        Self { place, id: id.into() }
    }

    /// The id as written.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The place in the file, from 0.
    #[must_use]
    pub const fn place(&self) -> u16 {
        self.place
    }

    /// Whether it is the first of its file.
    #[must_use]
    pub const fn is_leading(&self) -> bool {
        self.place == 0
    }
}

impl fmt::Display for WorldId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)
    }
}

impl Serialize for WorldId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

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
