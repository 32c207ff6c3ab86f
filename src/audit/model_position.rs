//! The position paper's conclusions beside ours, as data.

use super::{Prevalence, Verdict};
use crate::registry::{Asserts, PaperVerdict, TableColumn};
use crate::taxonomy::{Against, Definition};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The paper's conclusions beside ours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PositionReport {
    /// The paper's study id.
    pub study: String,
    /// Per definition.
    pub rows: Vec<PositionRow>,
    /// The cells of its Table 1.
    pub cells: Vec<PositionCellReport>,
}

/// One definition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PositionRow {
    /// The definition.
    pub definition: Definition,
    /// What a risk is held against, for the definition that has two readings: a row for each.
    pub against: Option<Against>,
    /// What the paper says will become of it under conditions that it calls realistic.
    pub paper: PaperVerdict,
    /// Where.
    pub locator: String,
    /// The same in a sentence.
    pub sentence: String,
    /// World -> in how many of the studies we find it.
    pub found: BTreeMap<String, Prevalence>,
    /// World -> `a of b`: studies in which it occurs, of those decided.
    pub counts: BTreeMap<String, String>,
    /// Whether both say the same of the leading world; null where the paper gives no verdict that could differ, or nothing is decided.
    pub same: Option<bool>,
    /// Why, in a sentence.
    pub why: String,
}

/// One cell of Table 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PositionCellReport {
    /// Row.
    pub definition: Definition,
    /// Column.
    pub regime: TableColumn,
    /// What is printed.
    pub says: Asserts,
    /// Claims that test it, with their verdicts.
    pub claims: BTreeMap<String, Verdict>,
    /// Why none does.
    pub reason: Option<String>,
}
