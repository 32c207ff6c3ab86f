//! By what questions are decided, and how a method is called.

use crate::registry::Criteria;

/// By what questions are decided.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    /// The thresholds.
    pub criteria: &'a Criteria,
    /// Worlds of the registry, run here or not.
    pub worlds: usize,
}

/// A method in a word.
pub const fn method_word(method: crate::sim::Method) -> &'static str {
    match method {
        crate::sim::Method::Auto => "auto",
        crate::sim::Method::Statistics => "statistics",
        crate::sim::Method::Samples => "samples",
    }
}
