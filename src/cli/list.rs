//! `list`: studies, claims and the fixed words.

use super::args::{ListArgs, ListWhat, TableFormat};
use super::table::Table;
use super::{kinds, registry, say};
use crate::audit::{is_abstract_only, overlays_in_words};
use crate::registry::{Claim, Proof, Registry, Sources, schema};
use crate::sim::Pair;
use crate::taxonomy::{Author, Condition, Definition, Fidelity, Metric, Word};
use crate::{Error, Result};
use clap::ValueEnum;
use std::collections::BTreeSet;

/// Prints the list asked for.
///
/// # Errors
/// A registry that cannot be read, `--coverage` of what has none, or standard output that cannot be written.
pub fn list(args: &ListArgs, shipped: &Sources) -> Result<()> {
    let Some(what) = args.what else {
        let nothing = "--coverage belongs to `list studies` and `list definitions`; name one of these";
        return if args.coverage { Err(Error::Usage(nothing.to_owned())) } else { say::out(&lists().render(args.format)) };
    };
    if let Some(name) = &args.name {
        return say::out(&kinds::one(what, name, args.format)?);
    }
    let table = match what {
        ListWhat::Studies if args.coverage => study_coverage(&registry::load(&args.common, shipped)?),
        ListWhat::Definitions if args.coverage => definition_coverage(&registry::load(&args.common, shipped)?),
        _ if args.coverage => {
            let message = "--coverage belongs to `list studies` and `list definitions`; leave it out, or list one of these";
            return Err(Error::Usage(message.to_owned()));
        }
        ListWhat::Studies => studies(&registry::load(&args.common, shipped)?),
        ListWhat::Claims => claims(&registry::load(&args.common, shipped)?),
        ListWhat::Definitions => definitions(),
        ListWhat::Conditions => conditions(),
        ListWhat::Overlays => overlays(&registry::load(&args.common, shipped)?),
        ListWhat::Models | ListWhat::Truths if args.format != TableFormat::Table => every_pair(),
        ListWhat::Models => models(),
        ListWhat::Truths => truths(),
        ListWhat::Regimes => regimes(),
        ListWhat::Metrics => metrics(),
    };
    say::out(&table.render(args.format))
}

/// What can be listed.
fn lists() -> Table {
    let mut table = Table::new(&["list", "what"]);
    for value in ListWhat::value_variants().iter().filter_map(ValueEnum::to_possible_value) {
        let what = value.get_help().map_or_else(String::new, ToString::to_string);
        table.row([value.get_name().to_owned(), what]);
    }
    table
}

fn studies(registry: &Registry) -> Table {
    let mut table = Table::new(&["id", "year", "arxiv", "simulations", "claims", "tested", "draft"]);
    for study in registry.studies.values() {
        let claims: Vec<_> = registry.claims_of(&study.id).collect();
        let tested = claims.iter().filter(|claim| !matches!(claim.proof, Proof::Untested { .. })).count();
        table.row([
            study.id.clone(),
            // A draft may have none.
            if study.year == 0 { String::new() } else { study.year.to_string() },
            study.arxiv.clone().unwrap_or_default(),
            study.simulations.len().to_string(),
            claims.len().to_string(),
            tested.to_string(),
            if study.draft { "draft".to_owned() } else { String::new() },
        ]);
    }
    table
}

/// Claims by how they can be put to a test. What came of the tests, and which definitions are thin, only a run can say.
#[derive(Default)]
struct Covered {
    exact: usize,
    scaled: usize,
    analogue: usize,
    untested: usize,
    stubs: usize,
    added: usize,
}

impl Covered {
    fn of<'a>(claims: impl Iterator<Item = &'a Claim>) -> Self {
        let mut covered = Self::default();
        for claim in claims {
            let place = match (&claim.proof, claim.by, claim.fidelity) {
                (_, Author::Registry, _) => &mut covered.added,
                (Proof::Untested { reason }, Author::Study, _) => {
                    covered.stubs += usize::from(is_abstract_only(reason));
                    &mut covered.untested
                }
                (_, Author::Study, Fidelity::Exact) => &mut covered.exact,
                (_, Author::Study, Fidelity::Scaled) => &mut covered.scaled,
                (_, Author::Study, Fidelity::Analogue | Fidelity::None) => &mut covered.analogue,
            };
            *place += 1;
        }
        covered
    }

    fn cells(self) -> impl Iterator<Item = String> {
        [self.exact, self.scaled, self.analogue, self.untested, self.stubs, self.added].into_iter().map(|count| count.to_string())
    }
}

fn study_coverage(registry: &Registry) -> Table {
    let mut table = Table::new(&["study", "exact", "scaled", "analogue", "untested", "stubs", "added"]);
    for study in registry.studies.values().filter(|study| !study.draft) {
        table.row(std::iter::once(study.id.clone()).chain(Covered::of(registry.claims_of(&study.id)).cells()));
    }
    table
}

fn definition_coverage(registry: &Registry) -> Table {
    let mut table = Table::new(&["definition", "studies", "exact", "scaled", "analogue", "untested", "stubs", "added"]);
    for definition in Definition::all() {
        let is_draft = |claim: &Claim| registry.studies.get(&claim.id.study).is_none_or(|study| study.draft);
        let claims = registry.claims.values().filter(|claim| claim.definition == *definition && !is_draft(claim));
        let claims: Vec<&Claim> = claims.collect();
        let studies: BTreeSet<&str> = claims.iter().map(|claim| claim.id.study.as_str()).collect();
        let cells = Covered::of(claims.into_iter()).cells();
        table.row([definition.to_string(), studies.len().to_string()].into_iter().chain(cells));
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

/// What goes with what, one row per kind.
fn pairs(first: &str, second: &str, of: impl Fn(&Pair) -> (&'static str, &'static str), means: impl Fn(&str) -> &'static str) -> Table {
    let mut table = Table::new(&[first, "what", second]);
    let mut rows: Vec<(&str, Vec<&str>)> = Vec::new();
    for pair in crate::sim::catalogue() {
        let (name, other) = of(&pair);
        match rows.iter_mut().find(|(known, _)| *known == name) {
            Some((_, others)) => others.push(other),
            None => rows.push((name, vec![other])),
        }
    }
    for (name, others) in rows {
        table.row([name.to_owned(), means(name).to_owned(), others.join(" ")]);
    }
    table
}

/// Every pair with its metrics: too wide for people, who ask for one by name.
fn every_pair() -> Table {
    let mut table = Table::new(&["model", "truth", "synthesis", "metrics"]);
    for pair in crate::sim::catalogue() {
        let metrics: Vec<_> = pair.metrics.iter().map(|metric| metric.id()).collect();
        table.row([pair.model.to_owned(), pair.truth.to_owned(), pair.synthesis.to_owned(), metrics.join(" ")]);
    }
    table
}

fn models() -> Table {
    let means = |name: &str| schema::models().find(|kind| kind.name() == name).map_or("", |kind| kind.means());
    pairs("model", "truths", |pair| (pair.model, pair.truth), means)
}

fn truths() -> Table {
    let means = |name: &str| schema::truth(name).map_or("", |kind| kind.means());
    pairs("truth", "models", |pair| (pair.truth, pair.model), means)
}

fn regimes() -> Table {
    let mut table = Table::new(&["id", "training_set"]);
    for (id, sentence) in crate::registry::schema::regimes() {
        table.row([id.to_owned(), sentence.to_owned()]);
    }
    table
}
