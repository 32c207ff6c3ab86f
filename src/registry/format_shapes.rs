//! Limits and shapes that several tables of the format share.

use super::shape::{Case, Key, Range, Shape};
use crate::sim::text::MOST_ORDER;

/// Most generations of a run.
pub(super) const GENERATIONS: u64 = 10_000_000;
/// Most examples of a generation.
pub(super) const SAMPLES: u64 = 1_000_000_000;
/// Largest dimension.
pub(super) const DIMENSION: u64 = 1_000;
/// Most random features.
pub(super) const FEATURES: u64 = 1_000_000;
/// Most categories.
pub(super) const CATEGORIES: u64 = 1_000_000;

pub(super) const SIZE: Shape = Shape::Count(1, SAMPLES);
pub(super) const NUMBER: Shape = Shape::Number(Range::Any);
pub(super) const POSITIVE: Shape = Shape::Number(Range::Positive);
pub(super) const NOT_NEGATIVE: Shape = Shape::Number(Range::NotNegative);
pub(super) const PROBABILITY: Shape = Shape::Number(Range::Probability);
pub(super) const SHARE: Shape = Shape::Number(Range::Share);
pub(super) const DEGREES: Shape = Shape::Number(Range::Degrees);

/// Tokens of an n-gram.
pub(super) const ORDER: Shape = Shape::Count(1, MOST_ORDER as u64);

pub(super) const fn case(name: &'static str, keys: &'static [Key], means: &'static str) -> Case {
    Case { name, keys, means }
}
