//! What the laboratory refuses, in words.

use crate::sim;

/// Refusals in one line.
pub(super) fn in_words(refusals: &[sim::Refusal]) -> String {
    if refusals.is_empty() {
        return "refused by the laboratory".to_owned();
    }
    refusals.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
