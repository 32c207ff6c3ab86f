//! Runs with known trajectories, made without a simulator: for planted truths and for tests of every room above `sim`.

use super::{Arm, ArmPlan, ArmRuns, CellPlan, CellRuns, Runs};
#[cfg(test)]
use crate::registry::Criteria;
use crate::registry::{Bindings, RiskFrame};
use crate::sim::{
    Capacity, Ending, Estimate, Method, MethodChoice, Model, Record, Regime, Sampling, Schedule, Setup, Spectrum, Synthesis, Table, Truth,
};
use crate::taxonomy::Metric;
use std::collections::{BTreeMap, BTreeSet};

/// One planted cell.
#[derive(Debug, Clone, PartialEq)]
pub struct PlantedCell {
    /// Canonical name.
    pub name: String,
    /// Generations as asked.
    pub horizon: u32,
    /// What risk means.
    pub frame: RiskFrame,
    /// One value per replicate for each metric and generation; NaN where undefined, as in [`Table::from_raw`]. What is not given is
    /// undefined.
    pub columns: Vec<(Metric, u32, Vec<f64>)>,
    /// Replicates that ended early.
    pub endings: BTreeMap<usize, Ending>,
    /// Exact expectations.
    pub expectations: BTreeMap<(Metric, u32), f64>,
}

impl PlantedCell {
    /// A cell with an unbounded risk, no null risk and time-scale 1.
    #[must_use]
    pub fn new(name: &str, horizon: u32, risk: Option<Metric>, columns: Vec<(Metric, u32, Vec<f64>)>) -> Self {
        let frame = RiskFrame { risk, ceiling: None, null_risk: None, time_scale: 1.0 };
        Self { name: name.to_owned(), horizon, frame, columns, endings: BTreeMap::new(), expectations: BTreeMap::new() }
    }

    fn table(&self) -> Table {
        let generations: Vec<u32> = self.columns.iter().map(|(_, t, _)| *t).collect::<BTreeSet<_>>().into_iter().collect();
        let metrics: Vec<Metric> = self.columns.iter().map(|(metric, _, _)| *metric).collect::<BTreeSet<_>>().into_iter().collect();
        let replicates = self.columns.first().map_or(0, |(_, _, values)| values.len());
        let mut columns = vec![vec![f64::NAN; replicates]; generations.len() * metrics.len()];
        for (metric, t, values) in &self.columns {
            let place = generations.iter().position(|g| g == t).zip(metrics.iter().position(|m| m == metric));
            let (row, column) = place.expect("both lists were made from these columns");
            columns[row * metrics.len() + column].clone_from(values);
        }
        let endings = (0..replicates).map(|k| self.endings.get(&k).copied().unwrap_or(Ending::Completed)).collect();
        Table::from_raw(generations, metrics, columns, endings).expect("planted columns are equally long")
    }
}

/// Runs of one simulation: arms with their cells. Every arm that is not a twin has `real-only` as its twin.
#[must_use]
pub fn runs(arms: Vec<(Arm, Vec<PlantedCell>)>) -> Runs {
    let twin = Arm::RealOnly(Box::new(Arm::AsPublished));
    let of = |(arm, cells): (Arm, Vec<PlantedCell>)| {
        let twin = (!matches!(arm, Arm::RealOnly(_))).then(|| twin.clone());
        let plans = cells.iter().map(plan).collect();
        let tables = cells.iter().map(|cell| CellRuns { expectations: cell.expectations.clone(), ..CellRuns::of(cell.table()) }).collect();
        (arm, ArmRuns { plan: ArmPlan { conditions: BTreeMap::new(), twin, budget: 32_768, cells: plans }, cells: tables })
    };
    Runs { arms: arms.into_iter().map(of).collect() }
}

fn plan(cell: &PlantedCell) -> CellPlan {
    let leaf = |part: &str| part.split_once('=').and_then(|(path, value)| Some((path.rsplit('.').next()?.to_owned(), value.parse().ok()?)));
    CellPlan {
        name: cell.name.clone(),
        horizon: cell.horizon,
        setup: setup(cell.horizon),
        bindings: Bindings { values: cell.name.split(';').filter_map(leaf).collect(), probabilities: Vec::new() },
        frame: cell.frame,
        method: MethodChoice { method: Method::Samples, reason: "planted".to_owned() },
        cost: 1.0,
    }
}

/// A one-dimensional Gaussian under replacement: stands in where only the type needs a setup.
#[must_use]
pub fn setup(generations: u32) -> Setup {
    Setup {
        truth: Truth::Gaussian { dimension: 1, mean: 0.0, spectrum: Spectrum::Isotropic { variance: 1.0 } },
        model: Model::Gaussian { estimate: Estimate::Both },
        synthesis: Synthesis::Examples,
        regime: Regime::replace(),
        curation: Vec::new(),
        sampling: Sampling::Unbiased,
        samples: Schedule::Constant { start: 100 },
        generations,
        capacity: Capacity::Fixed,
        record: Record::All,
        metrics: Vec::new(),
        hitting: None,
        downstream: None,
        method: Method::Auto,
    }
}

/// The shipped thresholds, read from `claims/criteria.toml`: not compiled in, so that a change of the registry compiles no test anew.
///
/// # Panics
/// When the shipped file lacks a threshold.
#[cfg(test)]
#[must_use]
pub fn criteria() -> Criteria {
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/claims/criteria.toml")).expect("the shipped criteria are there");
    let table: toml::Table = text.parse().expect("the shipped criteria are TOML");
    let entry = |key: &str| table.get(key).unwrap_or_else(|| panic!("the shipped criteria have `{key}`"));
    let number = |value: &toml::Value| value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64));
    let value = |key: &str| entry(key).get("value").and_then(number).unwrap_or_else(|| panic!("`{key}` has a value"));
    Criteria {
        alpha_total: value("alpha_total"),
        capacity: value("capacity"),
        test_share: value("test_share"),
        alpha_profile: value("alpha_profile"),
        first_look: value("first_look"),
        quick_replicates: value("quick_replicates"),
        quick_ceiling: value("quick_ceiling"),
        quick_aside: value("quick_aside"),
        world_ceiling: value("world_ceiling"),
        budget_claim: value("budget_claim"),
        budget_world: value("budget_world"),
        world_floor: value("world_floor"),
        floor_cost: value("floor_cost"),
        budget_other: value("budget_other"),
        recorded_replicates: value("recorded_replicates"),
        recorded_ceiling: value("recorded_ceiling"),
        work_ceiling: value("work_ceiling"),
        cost_ceiling: value("cost_ceiling"),
        catastrophic_horizon: value("catastrophic_horizon"),
        catastrophic_ratio: value("catastrophic_ratio"),
        catastrophic_null_share: value("catastrophic_null_share"),
        increase_ratio: value("increase_ratio"),
        doubling_cut: value("doubling_cut"),
        doubling_margin: value("doubling_margin"),
        doubling_margin_log: value("doubling_margin_log"),
        time_scales: value("time_scales"),
        extension_limit: value("extension_limit"),
        collapsed_level: value("collapsed_level"),
        spared_level: value("spared_level"),
        vanished_share: value("vanished_share"),
        slope_change: value("slope_change"),
        plateau_ratio: value("plateau_ratio"),
        plateau_real: value("plateau_real"),
        modes_lost: value("modes_lost"),
        between_modes: value("between_modes"),
        tail_lost: value("tail_lost"),
        tail_kept: value("tail_kept"),
        hallucinated_mass: value("hallucinated_mass"),
        tail_share: value("tail_share"),
        skew_factor: value("skew_factor"),
        skew_growth: value("skew_growth"),
        ended_share: value("ended_share"),
        rests: crate::registry::Rests::OnMeans,
        reasons: BTreeMap::new(),
    }
}
