//! What the shipped descriptors say of time-scales and null risks, against what the laboratory makes of the same setups.

use crate::registry::{Cell, Registry, Sources, load};
use crate::sim;

/// Time-scales that a descriptor gives otherwise than the loop's own by more than a factor 2, each with its reason.
const OTHERWISE: &[(&str, &str)] = &[];

fn shipped() -> Registry {
    let loaded = load(&Sources::embedded());
    loaded.registry.unwrap_or_else(|| panic!("the shipped registry has problems: {:?}", loaded.problems))
}

fn cells(registry: &Registry) -> impl Iterator<Item = (String, &Cell)> {
    let of = |study: &crate::registry::Study, name: &str| format!("{}/{name}", study.id);
    registry.studies.values().flat_map(move |study| {
        study.simulations.iter().flat_map(move |simulation| simulation.cells.iter().map(move |cell| (of(study, &simulation.name), cell)))
    })
}

#[test]
fn declared_time_scales_are_within_a_factor_of_two_of_the_loops_own_or_say_why() {
    // Four generations and fewer are alike: every run is judged at 16 at least.
    let asked = |scale: f64| scale.max(4.0);
    let registry = shipped();
    let mut off: Vec<String> = Vec::new();
    let mut excused = Vec::new();
    for (id, cell) in cells(&registry) {
        let (declared, own) = (cell.frame.time_scale, sim::time_scale(&cell.setup));
        if (asked(declared) / asked(own)).ln().abs() <= 2.0_f64.ln() + 1e-9 {
            continue;
        }
        match OTHERWISE.iter().find(|(name, _)| *name == id) {
            Some((name, _)) => excused.push(*name),
            None => off.push(format!("{id} {}: declared {declared}, own {own:.1}", cell.name)),
        }
    }
    assert!(off.is_empty(), "{off:#?}");
    for (name, reason) in OTHERWISE {
        assert!(excused.contains(name) && !reason.is_empty(), "{name} needs no excuse any more");
    }
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
