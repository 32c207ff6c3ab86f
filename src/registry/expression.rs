//! Closed forms as text: a small parser and evaluator with spans in every error.
//!
//! `^` is right-associative and binds tighter than the sign (`-2^2` is -4). An expression has at most 500 bytes, depth
//! 32, and a value at most 10^6 terms and 2 10^7 steps. A value is a finite number or an error, never NaN.

mod evaluate;
mod parse;
mod special;

use super::Bindings;
use parse::Tree;

/// A parsed expression with its source.
#[derive(Debug, Clone)]
pub struct Expression {
    source: String,
    tree: Tree,
}

/// Two expressions are equal when they are written alike.
impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl serde::Serialize for Expression {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.source)
    }
}

/// Why an expression cannot be parsed or evaluated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ExpressionError {
    /// Byte range within the expression.
    pub span: std::ops::Range<usize>,
    /// What was expected, what was found, what to do.
    pub message: String,
}

impl Expression {
    /// Parses `source`.
    ///
    /// # Errors
    /// The first thing that is not understood, with its place.
    pub fn parse(source: &str) -> Result<Self, ExpressionError> {
        Ok(Self { source: source.to_owned(), tree: parse::parse(source)? })
    }

    /// The text as written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether it names the generation `t`.
    #[must_use]
    pub fn uses_generation(&self) -> bool {
        self.tree.uses_generation()
    }

    /// Its value at generation `t`.
    ///
    /// # Errors
    /// An unknown name (answered with the list of names and their values), a value that is not a finite number,
    /// or too many terms.
    pub fn value(&self, bindings: &Bindings, t: u32) -> Result<f64, ExpressionError> {
        evaluate::value(&self.tree, bindings, t).0
    }

    /// The same, and how many steps of arithmetic it took.
    pub(super) fn value_in_steps(&self, bindings: &Bindings, t: u32) -> (Result<f64, ExpressionError>, u64) {
        evaluate::value(&self.tree, bindings, t)
    }
}

#[cfg(test)]
mod tests;
