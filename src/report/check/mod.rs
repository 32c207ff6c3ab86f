//! The formats of `check`: what each accepted claim was found to be, for people's review tools. Takes a [`CheckReport`]
//! and gives JUnit, SARIF or GitHub annotations; the words for drift are `audit`'s, and nothing here decides.

mod github;
mod junit;
mod sarif;

pub use github::github;
pub use junit::junit;
pub use sarif::sarif;

use serde::Serialize;

/// What `check` found, claim by claim, sorted by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct CheckReport {
    /// One row per claim of the lock or of the registry.
    pub claims: Vec<CheckRow>,
    /// What changed without moving any claim, and what was not checked.
    pub notes: Vec<String>,
}

/// One claim as accepted and as found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckRow {
    /// Full id, `<study>/<claim>`.
    pub id: String,
    /// The file that tells of the claim, as the repository has it: `claims/<study>.toml`, or the lock where the claim is gone.
    pub file: String,
    /// The line at which it stands there, where known.
    pub line: Option<u32>,
    /// What the lock holds, in words, for example `reproduced (exact), 1.02 [0.98, 1.06], realistic absent, contested occurs`.
    pub accepted: String,
    /// What was found now, in the same words.
    pub found: String,
    /// Why it is undecided or untested, where that is what was accepted; such a claim is skipped, not passed.
    pub skipped: Option<String>,
    /// The kind of drift: `changed`, `lost` (decided before, undecided now), `new` or `gone`; null where there is none, and
    /// where numbers alone moved.
    pub drift: Option<String>,
    /// What changed since it was accepted, where there is drift.
    pub cause: Option<String>,
    /// What differs, and what the texts among the causes said and say.
    pub details: Vec<String>,
    /// The command that accepts it as found; none where nothing drifted.
    pub accept: Option<String>,
}

impl CheckRow {
    /// The study the claim belongs to.
    #[must_use]
    pub fn study(&self) -> &str {
        self.id.split_once('/').map_or(self.id.as_str(), |(study, _)| study)
    }

    /// One sentence on a drift; none where the claim is as accepted.
    #[must_use]
    pub fn sentence(&self) -> Option<String> {
        let drift = self.drift.as_ref()?;
        let cause = self.cause.as_deref().map(|cause| format!(" Cause: {cause}.")).unwrap_or_default();
        let details = if self.details.is_empty() { String::new() } else { format!(" {}.", self.details.join("; ")) };
        let accept = self.accept.as_deref().map(|command| format!(" If this is meant: {command}")).unwrap_or_default();
        Some(format!("{}: {drift}: accepted {}, found {}.{cause}{details}{accept}", self.id, self.accepted, self.found))
    }
}
