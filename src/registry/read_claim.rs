//! From a claims file, checked for shape, to [`Claim`]s bound to the cells of their simulation.

use super::node::{Entry, Node};
use super::problem::Log;
use super::read_study::{allowed_path, cell, cell_tables, is_name, text, text_if, texts, unknown_simulation};
use super::read_test::test;
use super::shape::quoted;
use super::{Asserts, Branch, Claim, ClaimId, Proof, Study, Variant};
use crate::taxonomy::{Author, Fidelity, Functional, Knowledge, Word};
use std::collections::BTreeSet;

/// What the claims of one study are read against.
pub(super) struct Context<'r> {
    pub study: &'r Study,
    /// The study's file.
    pub root: &'r Node,
    pub log: &'r Log<'r>,
}

/// The claims of one study, in file order.
pub(super) fn claims(file: &Node, context: &Context) -> Vec<Claim> {
    let items = file.child("claim").map(Node::items).unwrap_or_default();
    let mut seen = BTreeSet::new();
    let mut claims = Vec::new();
    for item in items {
        let id = text(item, "id");
        if !id.is_empty() && !is_name(&id) {
            let message = format!("`{id}` is no name for a claim");
            context.log.problem(item.place_of("id"), "name", message, "use lower-case letters, digits and hyphens");
        }
        if !id.is_empty() && !seen.insert(id.clone()) {
            context.log.problem(item.place_of("id"), "duplicate", format!("claim `{id}` is written twice"), "give one another id");
        }
        claims.extend(claim(item, id, context));
    }
    claims
}

fn claim(item: &Node, name: String, context: &Context) -> Option<Claim> {
    let log = context.log;
    let word_of = |key| item.child(key).and_then(Node::text);
    let by = word_of("by").and_then(|text| Author::parse(text).ok());
    let known = word_of("known").and_then(|text| Knowledge::parse(text).ok());
    let definition = word_of("definition").and_then(|text| crate::taxonomy::Definition::parse(text).ok());
    let asserts = word_of("asserts").and_then(|text| Asserts::parse(text).ok());
    if known == Some(Knowledge::Derived) && by == Some(Author::Study) {
        let remedy = "write `by = \"registry\"`, or `read`, `second-hand` or `memory`";
        log.problem(item.place_of("known"), "derived-by-study", "`known = \"derived\"` is for checks we added", remedy);
    }
    let functional = functional(item, definition, log);
    let proof = proof(item, asserts, functional, context);
    let simulation = text_if(item, "simulation");
    let fidelity = fidelity(item, simulation.as_deref(), context);
    Some(Claim {
        id: ClaimId { study: context.study.id.clone(), name },
        statement: text(item, "statement"),
        by: by?,
        known: known?,
        locator: text(item, "locator"),
        definition: definition?,
        asserts: asserts?,
        functional,
        simulation,
        fidelity: fidelity?,
        proof: proof?,
        part_of: text_if(item, "part_of"),
        conflicts: texts(item, "conflicts"),
        because: text_if(item, "because"),
        digest: String::new(),
    })
}

/// A tested claim of a risk definition must say which functional it means; for the others it is the mean.
fn functional(item: &Node, definition: Option<crate::taxonomy::Definition>, log: &Log) -> Functional {
    let stated = item.child("functional").and_then(Node::text).and_then(|text| Functional::parse(text).ok());
    let needed = item.child("untested").is_none() && definition.is_some_and(crate::taxonomy::Definition::has_functionals);
    if item.child("functional").is_none() && needed {
        let remedy = "write `functional = \"mean\"` (expected over training sets) or `\"typical\"`: they often disagree";
        log.unfilled(item.place, "missing-key", "a claim about risk lacks `functional`", remedy);
    }
    stated.unwrap_or(Functional::Mean)
}

/// The level of the pair (claim, simulation): the simulation's, or a lower one.
fn fidelity(item: &Node, simulation: Option<&str>, context: &Context) -> Option<Fidelity> {
    let stated = match item.child("fidelity").and_then(Node::text) {
        None => None,
        Some(text) => Some(Fidelity::parse(text).ok()?),
    };
    if item.child("untested").is_some() {
        return Some(Fidelity::None);
    }
    let of_simulation = context.study.simulation(simulation?)?.fidelity;
    if let Some(stated) = stated
        && (stated < of_simulation || stated == Fidelity::None)
    {
        let message = format!("the claim says `{stated}`, its simulation `{of_simulation}`");
        let remedy = format!("a claim can only lower the level: remove it or write one below `{of_simulation}`");
        context.log.problem(item.place_of("fidelity"), "fidelity-raised", message, remedy);
        return None;
    }
    Some(stated.unwrap_or(of_simulation))
}

fn proof(item: &Node, asserts: Option<Asserts>, functional: Functional, context: &Context) -> Option<Proof> {
    let log = context.log;
    let given: Vec<_> = ["untested", "test", "holds_when", "fails_when"].into_iter().filter(|key| item.child(key).is_some()).collect();
    let pair = given == ["holds_when", "fails_when"];
    let remedy = "write `test` with `control`, or `holds_when` with `fails_when` (asserts conditional), or `untested` with the reason";
    if given.is_empty() {
        log.unfilled(item.place, "no-proof", "the claim has neither a test nor a reason why it is untested", remedy);
        return None;
    }
    if given.len() > 1 && !pair {
        let message = format!("{} stand together", quoted(&given));
        log.problem(item.place_of(given[1]), "contradiction", message, remedy);
        return None;
    }
    if item.child("untested").is_some() {
        return Some(Proof::Untested { reason: text(item, "untested") });
    }
    if let Some(asserts) = asserts
        && (asserts == Asserts::Conditional) != pair
    {
        let (message, remedy) = if pair {
            (
                format!("branches stand beside `asserts = \"{asserts}\"`"),
                "write `asserts = \"conditional\"`, or one `test` with its `control`",
            )
        } else if given == ["test"] {
            ("a conditional claim has one `test`".to_owned(), "write `holds_when` and `fails_when`, each with `change` and `test`")
        } else {
            ("a conditional claim lacks a branch".to_owned(), "write both `holds_when` and `fails_when`")
        };
        log.problem(item.place_of("asserts"), "conditional", message, remedy);
        return None;
    }
    let (name, table) = simulation(item, context)?;
    if pair {
        let holds_when = branch(item.child("holds_when")?, name, table, functional, context);
        let fails_when = branch(item.child("fails_when")?, name, table, functional, context);
        return Some(Proof::Conditional { holds_when: holds_when?, fails_when: fails_when? });
    }
    let control = match item.child("control") {
        None => {
            let remedy = "write `control = { … }`: one knob changed, there the test must come out contradicted";
            log.unfilled(item.place, "missing-key", "the claim has a test without a `control`", remedy);
            None
        }
        Some(control) if control.entries().is_empty() => {
            log.problem(control.place, "empty-control", "the control changes nothing", "change one knob");
            None
        }
        Some(control) => variant(Some(control), name, table, log),
    };
    let test =
        context.study.simulation(name).and_then(|simulation| test(item.child("test")?, simulation, &simulation.cells, functional, log));
    let control = control?;
    if let (Some(test), Some(node)) = (&test, item.child("test")) {
        super::read_test::evaluates(test, node, &control.cells, log);
    }
    Some(Proof::Single { test: test?, control })
}

/// The simulation a claim names, with its table.
fn simulation<'r>(item: &'r Node, context: &Context<'r>) -> Option<(&'r str, &'r Node)> {
    let Some(name) = item.child("simulation").and_then(Node::text).filter(|name| !name.is_empty()) else {
        context.log.unfilled(item.place, "missing-key", "a tested claim lacks `simulation`", "name one of the study's simulations");
        return None;
    };
    match context.root.child("simulation").and_then(|node| node.child(name)) {
        Some(table) => Some((name, table)),
        None => {
            unknown_simulation(item.place_of("simulation"), name, context.root, context.log);
            None
        }
    }
}

fn branch(node: &Node, name: &str, table: &Node, functional: Functional, context: &Context) -> Option<Branch> {
    let variant = variant(node.child("change"), name, table, context.log);
    let simulation = context.study.simulation(name)?;
    let cells = variant.as_ref().map_or(&simulation.cells, |variant| &variant.cells);
    let test = test(node.child("test")?, simulation, cells, functional, context.log);
    Some(Branch { variant: variant?, test: test? })
}

/// The simulation with the change written over every cell; cells keep their names.
fn variant(change: Option<&Node>, simulation: &str, table: &Node, log: &Log) -> Option<Variant> {
    let path = format!("simulation.{simulation}");
    let entries: &[Entry] = change.map(Node::entries).unwrap_or_default();
    entries.iter().for_each(|entry| allowed_path(entry, log));
    let words = entries.iter().map(|entry| format!("{} = {}", entry.key, entry.node.words())).collect::<Vec<_>>().join(", ");
    let tables = cell_tables(table);
    let cells: Vec<_> = tables
        .iter()
        .filter_map(|(name, table)| {
            let mut changed = table.clone();
            entries.iter().for_each(|entry| changed.set(&entry.key, entry.place, &entry.node));
            cell(&changed, &path, name.clone(), log)
        })
        .collect();
    (cells.len() == tables.len()).then_some(Variant { change: words, cells })
}
