//! The shape of `audit.json`, continued: what is said of one definition, and how claims were put to a test.

use crate::taxonomy::{Definition, Fidelity};
use crate::verdict::Outcome;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Claims that studies make, read or recalled, by how they were put to a test; and the checks we added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Coverage {
    /// Tested in the study's own setting at its own size.
    pub exact: u32,
    /// Tested in the same model, smaller.
    pub scaled: u32,
    /// Tested in another model with the same mechanism.
    pub analogue: u32,
    /// Not tested, stubs among them.
    pub untested: u32,
    /// Of the untested, those known from an abstract only.
    pub stubs: u32,
    /// Checks we added, whatever came of them.
    pub added: u32,
}

/// Distinct mechanisms (truth x model x regime) of the exact and scaled simulations that decide a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Mechanisms {
    /// In which it occurs.
    pub occurs: u32,
    /// From which it is absent.
    pub absent: u32,
}

/// One definition in the three worlds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DefinitionReport {
    /// Definition.
    pub id: Definition,
    /// One plain sentence.
    pub sentence: String,
    /// World (`as-published`, `realistic`, `contested`) -> fidelity -> counts of profiled simulations.
    pub worlds: BTreeMap<String, BTreeMap<Fidelity, FidelityCounts>>,
    /// World -> share of decided studies in which it occurs (`exact` and `scaled`), unweighted.
    pub share: BTreeMap<String, Option<f64>>,
    /// World -> the same weighted by realism.
    pub share_weighted: BTreeMap<String, Option<f64>>,
    /// World -> how the weighted share moves with the weights of the conditions; null where there is no share.
    pub share_sensitivity: BTreeMap<String, Option<ShareSensitivity>>,
    /// Studies using it explicitly, by coder.
    pub explicit: BTreeMap<String, u32>,
    /// Studies using it implicitly, by coder.
    pub implicit: BTreeMap<String, u32>,
    /// Certainty: high, moderate, low or very low.
    pub certainty: String,
    /// Why certainty was stepped down.
    pub certainty_reasons: Vec<String>,
    /// What a reader may take away, generated from the numbers.
    pub takeaway: String,
    /// Claims about it by how they were put to a test.
    #[serde(default)]
    pub coverage: Coverage,
    /// World -> mechanisms on either side.
    #[serde(default)]
    pub mechanisms: BTreeMap<String, Mechanisms>,
    /// Sides (`occurs`, `absent`) on which fewer than three mechanisms stand as published; empty where neither is thin.
    #[serde(default)]
    pub thin: Vec<Outcome>,
}

/// How a weighted share moves when the weights of the realism conditions are drawn from Dirichlet(1,…,1).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShareSensitivity {
    /// 5 % point of the weighted share.
    pub low: f64,
    /// Median.
    pub middle: f64,
    /// 95 % point.
    pub high: f64,
    /// Share of draws in which the weighted share lies on the same side of one half as under the preset in use.
    pub holds: f64,
    /// Monte-Carlo standard error of `holds`.
    pub error: f64,
}

/// Outcomes of one definition in one world at one fidelity: by study, by work and by mechanism.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct FidelityCounts {
    /// Studies in which it occurs in some simulation.
    pub occurs: u32,
    /// Studies in which it is absent from every decided simulation.
    pub absent: u32,
    /// Studies without a decision.
    pub undecided: u32,
    /// Studies to which it does not apply.
    pub not_applicable: u32,
    /// Distinct works among those decided.
    pub works: u32,
    /// Distinct mechanisms (truth x model x regime) among those decided.
    pub mechanisms: u32,
}
