//! Verdicts that others have published on claims of studies that stand here too: `studies/rivals.toml`.

use super::citation::is_arxiv;
use super::format::{SCHEMA, ids};
use super::node::{Entry, Node};
use super::problem::Log;
use super::read_study::{text, text_if};
use super::shape::{Key, Shape, check, optional, required};
use super::{Claim, ClaimId};
use crate::taxonomy::{Word, nearest};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What another reproduction says of a claim, in the words of its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theirs {
    /// It holds.
    Verified,
    /// It does not.
    Falsified,
    /// A smaller or simpler model stood in.
    Toy,
    /// Neither.
    Inconclusive,
    /// It could not be run.
    Blocked,
    /// It was judged, and the verdict was not seen.
    NotKnown,
}

crate::taxonomy::words!(Theirs, "verdict of another reproduction", {
    Verified => "verified",
    Falsified => "falsified",
    Toy => "toy",
    Inconclusive => "inconclusive",
    Blocked => "blocked",
    NotKnown => "not-known",
});

/// Another reproduction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rival {
    /// What it is called.
    pub title: String,
    /// From which material its verdicts are known.
    pub material: String,
    /// Its verdicts, in file order.
    pub verdicts: Vec<RivalVerdict>,
}

/// One of its verdicts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RivalVerdict {
    /// The arXiv number of the work; its study need not stand in the registry.
    pub arxiv: String,
    /// Where it has the claim.
    pub place: String,
    /// The claim in our own words.
    pub statement: String,
    /// What it says.
    pub theirs: Theirs,
    /// What one should know of it.
    pub note: Option<String>,
    /// Our claim that says the same.
    pub claim: Option<String>,
}

const RIVAL: &[Key] = &[
    required("title", Shape::Text, "what the other reproduction is called"),
    required("material", Shape::Text, "from which material its verdicts are known"),
];

const VERDICT: &[Key] = &[
    required("rival", Shape::Text, "whose verdict, a name of `[rival.<name>]`"),
    required("arxiv", Shape::Text, "arXiv number of the work, without version"),
    required("place", Shape::Text, "where they have the claim"),
    required("statement", Shape::Text, "the claim in our own words"),
    required("theirs", Shape::Words(ids::<Theirs>), "what they say"),
    optional("note", Shape::Text, "what one should know of it"),
    optional("claim", Shape::Text, "full id of our claim that says the same"),
];

/// A whole `rivals.toml`.
static RIVALS_FILE: Shape = Shape::Table(&[
    SCHEMA,
    required("rival", Shape::Each(&Shape::Table(RIVAL)), "other reproductions by name"),
    required("verdict", Shape::List(&Shape::Table(VERDICT), 1), "their verdicts"),
]);

/// The other reproductions, checked against the claims there are.
pub(super) fn rivals(root: &Node, claims: &BTreeMap<ClaimId, Claim>, log: &Log) -> Vec<Rival> {
    check(root, &RIVALS_FILE, "", log);
    let entries = root.child("rival").map(Node::entries).unwrap_or_default();
    let written: BTreeSet<String> = claims.keys().map(ToString::to_string).collect();
    let items = root.child("verdict").map(Node::items).unwrap_or_default();
    for item in items {
        references(item, entries, &written, log);
    }
    let rival = |Entry { key, node, .. }: &Entry| Rival {
        title: text(node, "title"),
        material: text(node, "material"),
        verdicts: items.iter().filter(|item| text(item, "rival") == *key).filter_map(verdict).collect(),
    };
    entries.iter().map(rival).collect()
}

fn verdict(item: &Node) -> Option<RivalVerdict> {
    Some(RivalVerdict {
        arxiv: text(item, "arxiv"),
        place: text(item, "place"),
        statement: text(item, "statement"),
        theirs: Theirs::parse(&text(item, "theirs")).ok()?,
        note: text_if(item, "note"),
        claim: text_if(item, "claim"),
    })
}

fn references(item: &Node, rivals: &[Entry], written: &BTreeSet<String>, log: &Log) {
    let hint = |found: &str, known: &[&str]| {
        nearest(found, known.iter().copied()).map_or_else(String::new, |near| format!("did you mean `{near}`? "))
    };
    let (rival, arxiv) = (text(item, "rival"), text(item, "arxiv"));
    if !rival.is_empty() && !rivals.iter().any(|entry| entry.key == rival) {
        let known: Vec<&str> = rivals.iter().map(|entry| entry.key.as_str()).collect();
        let remedy = format!("{}write the name of a `[rival.<name>]` of this file", hint(&rival, &known));
        log.problem(item.place_of("rival"), "unknown-word", format!("there is no rival `{rival}`"), remedy);
    }
    if !arxiv.is_empty() && !is_arxiv(&arxiv) {
        let remedy = "write the number alone, as in `2401.01234`, without a version";
        log.problem(item.place_of("arxiv"), "citation", format!("`{arxiv}` is no arXiv number"), remedy);
    }
    if let Some(claim) = text_if(item, "claim").filter(|claim| !written.contains(claim)) {
        let known: Vec<&str> = written.iter().map(String::as_str).collect();
        let remedy = format!("{}write the full id of a claim, `<study>/<id>`, or leave `claim` out", hint(&claim, &known));
        log.problem(item.place_of("claim"), "unknown-claim", format!("there is no claim `{claim}`"), remedy);
    }
}
