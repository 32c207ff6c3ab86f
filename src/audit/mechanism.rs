//! What many simulations share: the same truth, model and regime, or the same setup of a world, by kind.
//!
//! It takes a setup and gives words to count by. Sizes are left out on purpose: a hundred chains of one Gaussian that
//! differ in n are one piece of evidence, not a hundred.

use crate::registry::Simulation;
use crate::sim::{Setup, Source};
use serde::Serialize;

/// Truth, model and regime of a simulation as published, by kind.
#[must_use]
pub fn of(simulation: &Simulation) -> String {
    simulation.cells.first().map(|cell| of_setup(&cell.setup)).unwrap_or_default()
}

/// Truth, model and regime of a setup, by kind.
#[must_use]
pub fn of_setup(setup: &Setup) -> String {
    let regime = &setup.regime;
    let parts = [kind(&setup.truth), kind(&setup.model), kind(&regime.real), kind(&regime.synthetic), kind(&regime.budget)];
    parts.join(" ")
}

/// Everything of a setup that a world can change, by kind: truth, model, regime, labels, schedule, capacity, curation and
/// sampling. Two simulations with the same words differ in sizes alone.
#[must_use]
pub fn setup(setup: &Setup) -> String {
    let curation = setup.curation.iter().map(kind).collect::<Vec<_>>().join("+");
    let others = [kind(&setup.synthesis), kind(&setup.samples), kind(&setup.capacity), curation, kind(&setup.sampling)];
    format!("{} | {}", of_setup(setup), others.join(" "))
}

/// Whether the published source of synthetic data is not the model itself but a fixed law beside it.
#[must_use]
pub fn is_foreign(simulation: &Simulation) -> bool {
    simulation.cells.iter().any(|cell| cell.setup.source() == Source::Foreign)
}

/// The tag of a tagged value (`kind`, of a schedule `grow`, of a network `architecture`), or the bare word.
fn kind(part: &impl Serialize) -> String {
    let value = serde_json::to_value(part).unwrap_or_default();
    let only_key = || value.as_object().filter(|map| map.len() == 1).and_then(|map| map.keys().next()).cloned();
    let tag = ["architecture", "kind", "grow"].iter().find_map(|tag| value.get(tag)).or(Some(&value)).and_then(serde_json::Value::as_str);
    tag.map(str::to_owned).or_else(only_key).unwrap_or_default()
}
