//! The shape of `audit.json`, continued: where its studies come from, who coded them, and who else judged them.

use crate::registry::Theirs;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the studies were found. What is included is the list of studies itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ScreeningReport {
    /// What was asked of a record before it was included.
    pub questions: Vec<String>,
    /// Searches.
    pub searches: Vec<SearchReport>,
    /// What was read and left out.
    pub excluded: Vec<ExcludedReport>,
}

/// One search; null is a number or date that nobody recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SearchReport {
    /// Where was searched, and for what.
    pub source: String,
    /// When.
    pub date: Option<String>,
    /// Records it gave.
    pub identified: Option<u64>,
    /// Of these, records that another search had given.
    pub duplicates: Option<u64>,
    /// Of the rest, records whose abstract was read.
    pub screened: Option<u64>,
}

/// A record that was read and left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExcludedReport {
    /// The name it would bear as a study.
    pub id: Option<String>,
    /// What it is.
    pub citation: String,
    /// `abstract` or `full-text`: what was read of it.
    pub read: String,
    /// Why it was left out.
    pub reason: String,
}

/// Who coded, and how blind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CoderReport {
    /// Id.
    pub id: String,
    /// Who it is.
    pub who: String,
    /// When.
    pub when: String,
    /// From which material.
    pub material: String,
    /// What the coder had seen of other codings.
    pub seen: String,
    /// Studies whose definitions this coder marked.
    pub definitions: u32,
    /// Studies whose realism this coder judged.
    pub realism: u32,
}

/// A verdict of another reproduction beside ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RivalReport {
    /// Whose it is.
    pub rival: String,
    /// From which material it is known.
    pub material: String,
    /// The arXiv number of the work.
    pub arxiv: String,
    /// Its study here; null where it is none.
    pub study: Option<String>,
    /// Where they have the claim.
    pub place: String,
    /// The claim in our own words.
    pub statement: String,
    /// What they say.
    pub theirs: Theirs,
    /// What one should know of it.
    pub note: Option<String>,
    /// Our claim that says the same; null where there is none.
    pub claim: Option<String>,
}
