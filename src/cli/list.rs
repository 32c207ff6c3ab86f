//! `list`: studies, claims and the fixed words.

use super::args::{ListArgs, ListWhat};
use super::table::Table;
use super::{registry, say};
use crate::Result;
use crate::audit::overlays_in_words;
use crate::registry::{Proof, Registry};
use crate::taxonomy::{Condition, Definition, Metric, Word};

/// Prints the list asked for.
///
/// # Errors
/// A registry that cannot be read, or standard output that cannot be written.
pub fn list(args: &ListArgs) -> Result<()> {
    let table = match args.what {
        ListWhat::Studies => studies(&registry::load(&args.common)?),
        ListWhat::Claims => claims(&registry::load(&args.common)?),
        ListWhat::Definitions => definitions(),
        ListWhat::Conditions => conditions(),
        ListWhat::Overlays => overlays(&registry::load(&args.common)?),
        ListWhat::Models => models(),
        ListWhat::Regimes => regimes(),
        ListWhat::Metrics => metrics(),
    };
    say::out(&table.render(args.format))
}

fn studies(registry: &Registry) -> Table {
    let mut table = Table::new(&["id", "year", "arxiv", "simulations", "claims", "tested", "draft"]);
    for study in registry.studies.values() {
        let claims: Vec<_> = registry.claims_of(&study.id).collect();
        let tested = claims.iter().filter(|claim| !matches!(claim.proof, Proof::Untested { .. })).count();
        table.row([
            study.id.clone(),
            study.year.to_string(),
            study.arxiv.clone().unwrap_or_default(),
            study.simulations.len().to_string(),
            claims.len().to_string(),
            tested.to_string(),
            if study.draft { "draft".to_owned() } else { String::new() },
        ]);
    }
    table
}

fn claims(registry: &Registry) -> Table {
    let mut table = Table::new(&["id", "definition", "asserts", "functional", "by", "known", "fidelity", "simulation", "statement"]);
    for claim in registry.claims.values() {
        table.row([
            claim.id.to_string(),
            claim.definition.to_string(),
            claim.asserts.to_string(),
            claim.functional.to_string(),
            claim.by.to_string(),
            claim.known.to_string(),
            claim.fidelity.to_string(),
            claim.simulation.clone().unwrap_or_else(|| "untested".to_owned()),
            claim.statement.clone(),
        ]);
    }
    table
}

fn definitions() -> Table {
    let mut table = Table::new(&["id", "number", "family", "sentence", "needs"]);
    for definition in Definition::all() {
        table.row([
            definition.to_string(),
            definition.number().to_string(),
            definition.family().to_string(),
            definition.sentence().to_owned(),
            definition.needs().to_owned(),
        ]);
    }
    table
}

fn conditions() -> Table {
    let mut table = Table::new(&["id", "sentence", "origin"]);
    for condition in Condition::all() {
        table.row([condition.to_string(), condition.sentence().to_owned(), condition.origin().to_owned()]);
    }
    table
}

fn overlays(registry: &Registry) -> Table {
    let mut table = Table::new(&["world", "condition", "change", "reason", "locator"]);
    for step in overlays_in_words(&registry.overlays) {
        table.row([step.world.to_string(), step.condition.to_string(), step.change, step.reason, step.locator]);
    }
    table
}

fn metrics() -> Table {
    let mut table = Table::new(&["id", "sentence", "bounds"]);
    for metric in Metric::all() {
        let bounds = metric.bounds().map_or_else(String::new, |(low, high)| format!("[{low}, {high}]"));
        table.row([metric.to_string(), metric.sentence().to_owned(), bounds]);
    }
    table
}

fn models() -> Table {
    let mut table = Table::new(&["model", "truth", "synthesis", "metrics"]);
    for pair in crate::sim::catalogue() {
        let metrics: Vec<_> = pair.metrics.iter().map(|metric| metric.id()).collect();
        table.row([pair.model.to_owned(), pair.truth.to_owned(), pair.synthesis.to_owned(), metrics.join(" ")]);
    }
    table
}

fn regimes() -> Table {
    let mut table = Table::new(&["id", "training_set"]);
    for (id, sentence) in crate::registry::schema::regimes() {
        table.row([id.to_owned(), sentence.to_owned()]);
    }
    table
}
