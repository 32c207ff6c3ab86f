//! What examples look like: which models can learn from which truths.

/// What examples look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Points.
    Points,
    /// Categories.
    Categories,
    /// Counts.
    Counts,
    /// Waiting times.
    Times,
    /// Zeros and ones.
    Bits,
    /// Inputs with responses.
    Responses,
    /// Inputs with labels.
    Labels,
    /// Inputs with counts, or with yes and no.
    Replies,
    /// Tokens in their contexts.
    Tokens,
    /// Images.
    Images,
    /// Passages of text.
    Passages,
}

impl Kind {
    /// In words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Points => "points",
            Self::Categories => "categories",
            Self::Counts => "counts",
            Self::Times => "waiting times",
            Self::Bits => "zeros and ones",
            Self::Responses => "inputs with responses",
            Self::Labels => "inputs with labels",
            Self::Replies => "inputs with counts or yes and no",
            Self::Tokens => "tokens in their contexts",
            Self::Images => "images",
            Self::Passages => "passages of text",
        }
    }
}
