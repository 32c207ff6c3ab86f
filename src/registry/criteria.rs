//! Every threshold with its reason: `claims/criteria.toml`. Written before the runs, printed in the report.

use serde::Serialize;
use std::collections::BTreeMap;

/// One threshold as written.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Criterion {
    /// Its value.
    pub value: f64,
    /// Why this value.
    pub reason: String,
}

/// All thresholds. Field names are the keys of `claims/criteria.toml`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Criteria {
    /// Probability that any of `capacity` claims is decided wrongly.
    pub alpha_total: f64,
    /// Claims among which `alpha_total` is shared.
    pub capacity: f64,
    /// Share of a claim's budget that its own test spends; control and worlds share the rest equally.
    pub test_share: f64,
    /// Error probability of an exploratory finding.
    pub alpha_profile: f64,
    /// Replicates of the first look.
    pub first_look: f64,
    /// Replicates after which `--quick` stops.
    pub quick_replicates: f64,
    /// Core-seconds, by the fixed cost formula, that so many replicates of an arm of a claim's own test or control may cost in a
    /// `--quick` run; any other arm with its twin may cost a tenth of it.
    pub quick_ceiling: f64,
    /// Core-seconds in a quick run for any other arm with its twin.
    pub quick_aside: f64,
    /// Core-seconds for the first look of a world.
    pub world_ceiling: f64,
    /// Replicates at most for an arm-cell that a claim's test or control reads.
    pub budget_claim: f64,
    /// The same for the worlds and their twins.
    pub budget_world: f64,
    /// Replicates below which the work ceiling lowers no world and no loop as published, while it is not too dear.
    pub world_floor: f64,
    /// Microseconds per replicate, over all cells, above which it is.
    pub floor_cost: f64,
    /// The same for every other arm.
    pub budget_other: f64,
    /// Replicates of every arm of a simulation whose networks are trained beforehand and recorded.
    pub recorded_replicates: f64,
    /// Core-seconds that training all replicates of a world may take.
    pub recorded_ceiling: f64,
    /// Work ceiling per simulation in core-seconds of the fixed cost formula.
    pub work_ceiling: f64,
    /// Microseconds per replicate above which single and leave-one-out arms are `not-simulated(cost)`.
    pub cost_ceiling: f64,
    /// Definition 1: generations within which a rise is catastrophic.
    pub catastrophic_horizon: f64,
    /// Definition 1: ratio to the first model's risk.
    pub catastrophic_ratio: f64,
    /// Definition 1: share of the null risk that a multiplied risk must exceed, too.
    pub catastrophic_null_share: f64,
    /// Definition 2: ratio to the reference's risk.
    pub increase_ratio: f64,
    /// Definitions 3 and 4: cut r0 between growing and settling.
    pub doubling_cut: f64,
    /// Definition 3: smallest relevant growth per doubling, as a share of the level.
    pub doubling_margin: f64,
    /// Definition 4: smallest relevant fall of the log per doubling, in nats.
    pub doubling_margin_log: f64,
    /// Definitions 3 and 4: time-scales a run must cover.
    pub time_scales: f64,
    /// Definitions 3 and 4: longest extension in generations.
    pub extension_limit: f64,
    /// Definition 4: level below which a run is collapsed.
    pub collapsed_level: f64,
    /// Definition 4: level above which the median counts as spared.
    pub spared_level: f64,
    /// Definition 4: share of runs without any spread from which on spread is not spared.
    pub vanished_share: f64,
    /// Definition 5: smallest relevant change of exponent.
    pub slope_change: f64,
    /// Definition 5: ratio over the last decade above which risk has reached a plateau.
    pub plateau_ratio: f64,
    /// Definition 5: the same ratio real data must stay under.
    pub plateau_real: f64,
    /// Definition 6: loss of modes against the twin.
    pub modes_lost: f64,
    /// Definition 6: mass between modes against the twin.
    pub between_modes: f64,
    /// Definition 7: coverage of the twin's below which the tail is lost.
    pub tail_lost: f64,
    /// Definition 7: coverage of the twin's above which it is kept.
    pub tail_kept: f64,
    /// Definition 8: mass outside the truth.
    pub hallucinated_mass: f64,
    /// Heavy-tail guard: largest share of the sum the top 1 % of replicates may carry.
    pub tail_share: f64,
    /// Heavy-tail guard: replicates per squared skewness.
    pub skew_factor: f64,
    /// Heavy-tail guard: replicates per squared skewness and fourth power of the level's normal quantile.
    pub skew_growth: f64,
    /// Share of replicates that may end early before only `typical` is decided.
    pub ended_share: f64,
    /// What decisions rest on; no threshold, and not in the file.
    #[serde(skip)]
    pub rests: Rests,
    /// Reasons by key.
    pub reasons: BTreeMap<String, String>,
}

/// What decisions over replicates rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rests {
    /// Means with their guards, and ranks where these are asked for: hundreds of replicates and more.
    OnMeans,
    /// Signs and ranks alone, which are exact for every law at any number of replicates: dear ones.
    OnRanks,
}

impl Criteria {
    /// The rules for a simulation of trained networks: one look, at the number of replicates that are recorded of every arm, and nothing but
    /// ranks, since no correction of a mean is trusted at that size.
    #[must_use]
    pub fn for_recorded(&self) -> Self {
        let replicates = self.recorded_replicates;
        Self {
            first_look: replicates,
            quick_replicates: replicates,
            budget_claim: replicates,
            budget_world: replicates,
            budget_other: replicates,
            world_floor: replicates,
            rests: Rests::OnRanks,
            ..self.clone()
        }
    }

    /// The rules for a loop of a design: no claim rests on it, so its arms share so many core-seconds and none has more replicates than
    /// these. An arm whose cost leaves it fewer says so.
    #[must_use]
    pub fn for_design(&self, replicates: u32, work: f64) -> Self {
        let replicates = f64::from(replicates);
        Self {
            budget_world: replicates,
            budget_other: replicates,
            world_floor: replicates,
            floor_cost: 0.0,
            work_ceiling: work,
            ..self.clone()
        }
    }
}

/// The keys of `claims/criteria.toml` beside `schema`, in the order above.
pub(super) const KEYS: &[&str] = &[
    "alpha_total",
    "capacity",
    "test_share",
    "alpha_profile",
    "first_look",
    "quick_replicates",
    "quick_ceiling",
    "quick_aside",
    "world_ceiling",
    "budget_claim",
    "budget_world",
    "world_floor",
    "floor_cost",
    "budget_other",
    "work_ceiling",
    "cost_ceiling",
    "catastrophic_horizon",
    "catastrophic_ratio",
    "catastrophic_null_share",
    "increase_ratio",
    "doubling_cut",
    "doubling_margin",
    "doubling_margin_log",
    "time_scales",
    "extension_limit",
    "collapsed_level",
    "spared_level",
    "vanished_share",
    "slope_change",
    "plateau_ratio",
    "plateau_real",
    "modes_lost",
    "between_modes",
    "tail_lost",
    "tail_kept",
    "hallucinated_mass",
    "tail_share",
    "skew_factor",
    "skew_growth",
    "ended_share",
];

/// What a registry without trained networks need not say, with what holds then.
pub(super) const OPTIONAL: [(&str, f64); 2] = [("recorded_replicates", 24.0), ("recorded_ceiling", 240.0)];

/// Criteria from values by key; `None` while one is missing.
pub(super) fn from_values(values: &BTreeMap<&str, f64>, reasons: BTreeMap<String, String>) -> Option<Criteria> {
    let default = |key: &str| OPTIONAL.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
    let value = |key: &str| values.get(key).copied().or_else(|| default(key));
    Some(Criteria {
        alpha_total: value("alpha_total")?,
        capacity: value("capacity")?,
        test_share: value("test_share")?,
        alpha_profile: value("alpha_profile")?,
        first_look: value("first_look")?,
        quick_replicates: value("quick_replicates")?,
        quick_ceiling: value("quick_ceiling")?,
        quick_aside: value("quick_aside")?,
        world_ceiling: value("world_ceiling")?,
        budget_claim: value("budget_claim")?,
        budget_world: value("budget_world")?,
        world_floor: value("world_floor")?,
        floor_cost: value("floor_cost")?,
        budget_other: value("budget_other")?,
        recorded_replicates: value("recorded_replicates")?,
        recorded_ceiling: value("recorded_ceiling")?,
        work_ceiling: value("work_ceiling")?,
        cost_ceiling: value("cost_ceiling")?,
        catastrophic_horizon: value("catastrophic_horizon")?,
        catastrophic_ratio: value("catastrophic_ratio")?,
        catastrophic_null_share: value("catastrophic_null_share")?,
        increase_ratio: value("increase_ratio")?,
        doubling_cut: value("doubling_cut")?,
        doubling_margin: value("doubling_margin")?,
        doubling_margin_log: value("doubling_margin_log")?,
        time_scales: value("time_scales")?,
        extension_limit: value("extension_limit")?,
        collapsed_level: value("collapsed_level")?,
        spared_level: value("spared_level")?,
        vanished_share: value("vanished_share")?,
        slope_change: value("slope_change")?,
        plateau_ratio: value("plateau_ratio")?,
        plateau_real: value("plateau_real")?,
        modes_lost: value("modes_lost")?,
        between_modes: value("between_modes")?,
        tail_lost: value("tail_lost")?,
        tail_kept: value("tail_kept")?,
        hallucinated_mass: value("hallucinated_mass")?,
        tail_share: value("tail_share")?,
        skew_factor: value("skew_factor")?,
        skew_growth: value("skew_growth")?,
        ended_share: value("ended_share")?,
        rests: Rests::OnMeans,
        reasons,
    })
}
