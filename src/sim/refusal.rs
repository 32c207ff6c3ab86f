//! Why a setup cannot run: field, what was found, the nearest accepted value.

/// A part of a setup that does not fit the rest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {found}; {remedy}")]
pub struct Refusal {
    /// Stable kebab-case code, explained by `explain CODE`.
    pub code: &'static str,
    /// Dotted path of the field in the simulation table, for example `model.kind` or `metrics.1`.
    pub field: String,
    /// What was found.
    pub found: String,
    /// What to write instead.
    pub remedy: String,
}

/// How a setup will be computed, and why.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct MethodChoice {
    /// `statistics` or `samples`, never `auto`.
    pub method: super::Method,
    /// The reason in words, for example `exact: Bartlett factors of the scatter matrix`.
    pub reason: String,
}
