//! What the shipped descriptors say of time-scales and null risks, against what the laboratory makes of the same setups.

use crate::registry::{Cell, Registry, Sources, load};
use crate::sim;
use std::path::Path;

/// Simulations whose descriptor gives more than twice the loop's own time-scale, each with its reason. It stands: a run as published
/// is then judged later than it need be, and never sooner.
const LONGER: &[(&str, &str)] = &[
    ("alemohammad-2023-mad/biased-loop", "covers the slowest cell of the study's biases"),
    ("alemohammad-2023-mad/fresh-scalar", "sets grow by a constant step, so that the share of fresh data falls for ever"),
    ("alemohammad-2023-mad/synthetic-loop", "covers the cell without a bias"),
    ("briesch-2023-self-consuming-loop/cycle", "covers the cell that keeps most of a set"),
    ("briesch-2023-self-consuming-loop/expanding", "covers the cell that adds least"),
    ("ferbach-2024-curated-data/classes", "the preferred class starts small and has to win first"),
    ("ferbach-2024-curated-data/levels", "the preferred class starts small and has to win first"),
    ("ferbach-2024-curated-data/with-reference", "as without real data"),
    ("shumailov-2023-curse-of-recursion/schedule", "a sum that converges as t^(-1/2)"),
    ("shumailov-2024-nature/gaussian-vector", "as in one dimension"),
    ("xing-2024-ai-eats-itself/picking", "as without the picking"),
    ("xu-2025-probabilistic-perspective/mean-chain", "a sum that converges as t^(-1/2)"),
];

fn shipped() -> Registry {
    let loaded = load(&Sources::folder(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("the shipped registry is there"));
    loaded.registry.unwrap_or_else(|| panic!("the shipped registry has problems: {:?}", loaded.problems))
}

fn cells(registry: &Registry) -> impl Iterator<Item = (String, &Cell)> {
    let of = |study: &crate::registry::Study, name: &str| format!("{}/{name}", study.id);
    registry.studies.values().flat_map(move |study| {
        study.simulations.iter().flat_map(move |simulation| simulation.cells.iter().map(move |cell| (of(study, &simulation.name), cell)))
    })
}

#[test]
fn declared_time_scales_are_at_most_twice_the_loops_own_or_say_why() {
    // Four generations and fewer are alike: every run is judged at 16 at least. What is declared too short is not used.
    let asked = |scale: f64| scale.max(4.0);
    let registry = shipped();
    let mut longer = std::collections::BTreeMap::new();
    for (id, cell) in cells(&registry) {
        let (declared, own) = (cell.frame.time_scale, sim::time_scale(&cell.setup));
        if asked(declared) > 2.0 * asked(own) + 1e-9 {
            longer.insert(id, format!("declared {declared}, own {own:.1}"));
        }
    }
    let listed: Vec<&str> = LONGER.iter().filter(|(_, reason)| !reason.is_empty()).map(|(name, _)| *name).collect();
    assert_eq!(longer.keys().map(String::as_str).collect::<Vec<_>>(), listed, "{longer:#?}");
}

#[test]
fn declared_null_risks_are_those_of_the_truth() {
    for (id, cell) in cells(&shipped()) {
        let Some(risk) = cell.frame.risk else { continue };
        if let (Some(declared), Some(own)) = (cell.frame.null_risk, sim::null_risk(&cell.setup, risk)) {
            assert!((declared / own).ln().abs() < 1e-9, "{id} {}: declared {declared}, own {own}", cell.name);
        }
    }
}
