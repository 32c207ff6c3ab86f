//! What a study must say beside what its own files show: a judgement of every realism condition; and what it had better say: a risk.

use super::node::{Node, Value};
use super::problem::{Log, Stage};
use super::{Cell, Simulation, Study};
use crate::sim;
use crate::taxonomy::{Condition, Metric, Word};

/// Metrics that can be a risk on real data, the likelier ones first.
const RISKS: [Metric; 10] = [
    Metric::ExcessRisk,
    Metric::MeanSquaredError,
    Metric::KlDivergence,
    Metric::NegativeLogLikelihood,
    Metric::IntegratedSquaredError,
    Metric::WassersteinSquared,
    Metric::Wasserstein,
    Metric::KolmogorovSmirnov,
    Metric::SquaredError,
    Metric::FrechetDistance,
];

/// Reports conditions that nobody judged, of a draft also simulations without a risk.
pub(super) fn check(root: &Node, study: &Study, log: &Log) {
    let items = root.child("realism").map(Node::items).unwrap_or_default();
    for condition in Condition::all() {
        let of = |place: Option<&str>| {
            items.iter().any(|item| said(item, "condition") == Some(condition.id()) && said(item, "simulation") == place)
        };
        let is_of_each = !study.simulations.is_empty() && study.simulations.iter().all(|one| of(Some(&one.name)));
        if !of(None) && !is_of_each {
            let remedy = format!(
                "add `[[realism]]` with `condition = \"{condition}\"` ({}); where the study does not say, its level is `unclear`",
                condition.sentence()
            );
            log.gap(root.place_of("realism"), "missing-condition", format!("nobody judges `{condition}`"), remedy);
        }
    }
    if log.stage() == Stage::Draft {
        study.simulations.iter().for_each(|simulation| risk(root, simulation, log));
    }
}

fn said<'n>(item: &'n Node, key: &str) -> Option<&'n str> {
    item.child(key).and_then(Node::text)
}

/// A simulation without a risk shows nothing of the definitions about risk, which is seldom meant.
fn risk(root: &Node, simulation: &Simulation, log: &Log) {
    let Some(table) = root.child("simulation").and_then(|all| all.child(&simulation.name)) else { return };
    let Some(risk) = simulation.cells.first().and_then(likely) else { return };
    if matches!(table.value, Value::Table(_)) && table.child("risk").is_none() {
        let message = format!("simulation `{}` declares no `risk`: the four definitions about risk do not apply to it", simulation.name);
        let remedy = format!("add `risk = \"{risk}\"` to its table, or leave it so where no metric of it is an error on real data");
        log.warning(table.place, "missing-risk", message, remedy);
    }
}

/// The measured metric that is most likely its risk.
fn likely(cell: &Cell) -> Option<Metric> {
    let measured = |metric: &&Metric| cell.setup.metrics.contains(metric);
    let known = RISKS.iter().filter(measured).find(|metric| sim::null_risk(&cell.setup, **metric).is_some());
    known.or_else(|| RISKS.iter().find(measured)).copied()
}
