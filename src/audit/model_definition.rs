//! The shape of `audit.json`, continued: what is said of one definition, and how claims were put to a test.

use super::together::Together;
use crate::taxonomy::{Against, Definition, Fidelity};
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

/// What the exact and scaled main simulations of all studies show of one definition in one world. A study counts once.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Standing {
    /// Studies in which it occurs in every decided main simulation.
    pub occurs: u32,
    /// Studies in which it occurs in some and is absent from others.
    pub both: u32,
    /// Studies from all of whose main simulations it is absent, none undecided.
    pub absent: u32,
    /// Studies without a word, because a main simulation is undecided and none shows it.
    pub undecided: u32,
    /// Studies to whose main simulations it does not apply.
    pub not_applicable: u32,
    /// Studies whose main simulations take synthetic data from another source than the model: counted apart, in a world.
    pub foreign: u32,
    /// Distinct works among the decided studies.
    pub works: u32,
    /// Distinct mechanisms (truth, model and regime as published) among the decided simulations.
    pub mechanisms: u32,
    /// Those on which it occurs.
    pub mechanisms_occurs: u32,
    /// Those from which it is absent; one that decides both ways counts on both sides.
    pub mechanisms_absent: u32,
    /// Distinct setups of this world, by kind and whatever their sizes, among the decided simulations.
    pub setups: u32,
    /// Those on which it occurs.
    pub setups_occurs: u32,
    /// Those from which it is absent.
    pub setups_absent: u32,
    /// Simulations counted.
    pub simulations: SimulationCounts,
    /// Of the decided ones, those in which real data alone are best by construction: the model contains the truth and its estimator is
    /// consistent and efficient, so that an increase above real data alone is a theorem and no finding.
    pub simulations_well_specified: u32,
    /// Simulations with a source of synthetic data other than the model, counted apart in a world.
    pub simulations_foreign: SimulationCounts,
    /// Simulations of which this world was not run, for its cost or because a run was quick: in no count.
    pub simulations_not_run: u32,
    /// Fewest realism conditions simulated; null as published.
    pub conditions_least: Option<u32>,
    /// Most realism conditions simulated.
    pub conditions_most: Option<u32>,
    /// Certainty of this world's summary: high, moderate, low, very low or not rated.
    pub certainty: String,
    /// Why certainty was stepped down.
    pub certainty_reasons: Vec<String>,
    /// Sides (`occurs`, `absent`) on which fewer than three mechanisms stand.
    pub thin: Vec<Outcome>,
}

/// Simulations by outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct SimulationCounts {
    /// In which it occurs.
    pub occurs: u32,
    /// From which it is absent.
    pub absent: u32,
    /// Undecided.
    pub undecided: u32,
    /// To which it does not apply.
    pub not_applicable: u32,
}

/// One definition as published and in every world.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DefinitionReport {
    /// Definition.
    pub id: Definition,
    /// What a risk is held against, for the definition that has two readings: a row for each.
    #[serde(default)]
    pub against: Option<Against>,
    /// One plain sentence.
    pub sentence: String,
    /// World (`as-published` among them) -> fidelity -> studies by what their main simulations of that
    /// fidelity say.
    pub worlds: BTreeMap<String, BTreeMap<Fidelity, FidelityCounts>>,
    /// World -> what the exact and scaled main simulations say, a study once.
    #[serde(default)]
    pub standing: BTreeMap<String, Standing>,
    /// World -> study -> what its exact and scaled main simulations say together; without those that cannot show it.
    #[serde(default)]
    pub studies: BTreeMap<String, BTreeMap<String, Together>>,
    /// World -> share of decided studies (`exact` and `scaled`) in which it occurs in every decided main simulation, unweighted.
    pub share: BTreeMap<String, Option<f64>>,
    /// World -> share of decided studies in which it occurs in some main simulations and is absent from others.
    #[serde(default)]
    pub share_both: BTreeMap<String, Option<f64>>,
    /// World -> the first share weighted by realism.
    pub share_weighted: BTreeMap<String, Option<f64>>,
    /// World -> how the weighted share moves with the weights of the conditions; null where there is no share.
    pub share_sensitivity: BTreeMap<String, Option<ShareSensitivity>>,
    /// Studies using it explicitly, by coder.
    pub explicit: BTreeMap<String, u32>,
    /// Studies using it implicitly, by coder.
    pub implicit: BTreeMap<String, u32>,
    /// What a reader may take away, generated from the numbers.
    pub takeaway: String,
    /// Claims about it by how they were put to a test.
    #[serde(default)]
    pub coverage: Coverage,
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

/// Outcomes of one definition in one world over the main simulations of one fidelity: by study, by work and by mechanism.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct FidelityCounts {
    /// Studies in which it occurs in every decided one.
    pub occurs: u32,
    /// Studies in which it occurs in some and is absent from others.
    pub both: u32,
    /// Studies in which it is absent from all, none undecided.
    pub absent: u32,
    /// Studies without a word.
    pub undecided: u32,
    /// Studies to which it does not apply.
    pub not_applicable: u32,
    /// Distinct works among those decided.
    pub works: u32,
    /// Distinct mechanisms (truth x model x regime) among those decided.
    pub mechanisms: u32,
}
