//! From a claims file, checked for shape, to [`Claim`]s bound to the cells of their simulation.

use super::node::Node;
use super::problem::Log;
use super::read_context::Context;
use super::read_proof::proof;
use super::read_study::{is_name, text, text_if, texts};
use super::{Asserts, Claim, ClaimId, Quantifier};
use crate::taxonomy::{Against, Author, Definition, Fidelity, Functional, Knowledge, Word};
use std::collections::BTreeSet;

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
    let definition = word_of("definition").and_then(|text| Definition::parse(text).ok());
    let asserts = word_of("asserts").and_then(|text| Asserts::parse(text).ok());
    if known == Some(Knowledge::Derived) && by == Some(Author::Study) {
        let remedy = "write `by = \"registry\"`, or `read`, `second-hand` or `memory`";
        log.problem(item.place_of("known"), "derived-by-study", "`known = \"derived\"` is for checks we added", remedy);
    }
    stands_alone(item, log);
    let quantifier = quantifier(item, log);
    let functional = functional(item, definition, log);
    let against = against(item, definition, log);
    let proof = proof(item, asserts, functional, context);
    let simulation = text_if(item, "simulation");
    let fidelity = fidelity(item, simulation.as_deref(), context);
    if fidelity == Some(Fidelity::Exact) && known == Some(Knowledge::Abstract) {
        let remedy = "write `fidelity = \"analogue\"` on the claim, or lower its simulation's level: what was not read cannot be matched";
        log.problem(item.place_of("known"), "unread-exact", "a claim known from an abstract is called `exact`", remedy);
    }
    Some(Claim {
        id: ClaimId { study: context.study.id.clone(), name },
        statement: text(item, "statement"),
        by: by?,
        known: known?,
        locator: text(item, "locator"),
        definition: definition?,
        asserts: asserts?,
        quantifier,
        functional,
        against: against?,
        simulation,
        fidelity: fidelity?,
        proof: proof?,
        part_of: text_if(item, "part_of"),
        conflicts: texts(item, "conflicts"),
        because: text_if(item, "because"),
        both_true: text_if(item, "both_true"),
        digest: String::new(),
    })
}

/// Tables, figures and `explain` quote one claim at a time: a statement that leans on the one before it means nothing there.
fn stands_alone(item: &Node, log: &Log) {
    const LEANING: [&str; 14] =
        ["it", "its", "they", "their", "that", "those", "these", "this", "such", "and", "but", "yet", "hence", "meanwhile"];
    let statement = text(item, "statement");
    let first = statement.split(' ').next().unwrap_or_default();
    if LEANING.contains(&first.to_lowercase().as_str()) || statement.starts_with("The same ") {
        let message = format!("the statement begins with `{first}` and means nothing where the claim is quoted alone");
        log.note(item.place_of("statement"), "leaning", message, "say what it speaks of");
    }
}

/// Without it nobody can say whether what was run reaches as far as what is said.
fn quantifier(item: &Node, log: &Log) -> Option<Quantifier> {
    let Some(stated) = item.child("for") else {
        let remedy = "add `for = \"every-n\"` (whatever the size), `\"almost-surely\"`, `\"in-expectation\"`, `\"these-sizes\"` (as observed) or `\"one-run\"`";
        log.gap(item.place, "missing-quantifier", "the claim does not say for what it speaks", remedy);
        return None;
    };
    stated.text().and_then(|text| Quantifier::parse(text).ok())
}

/// What a risk must exceed: only definition 2 is read in two ways.
fn against(item: &Node, definition: Option<Definition>, log: &Log) -> Option<Against> {
    let Some(stated) = item.child("against") else { return Some(Against::RealOnly) };
    if definition.is_some_and(|definition| definition != Definition::AnyRiskIncrease) {
        let remedy = "remove it: only `any-risk-increase` is read against real data alone or against the first model";
        log.problem(stated.place, "contradiction", "`against` stands beside another definition than `any-risk-increase`", remedy);
    }
    stated.text().and_then(|text| Against::parse(text).ok())
}

/// A tested claim of a risk definition must say which functional it means; for the others it is the mean.
fn functional(item: &Node, definition: Option<Definition>, log: &Log) -> Functional {
    let stated = item.child("functional").and_then(Node::text).and_then(|text| Functional::parse(text).ok());
    let needed = item.child("untested").is_none() && definition.is_some_and(Definition::has_functionals);
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
