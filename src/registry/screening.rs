//! How the studies were found: `studies/screening.toml`. Only searches and what was left out are written down; what is
//! included is the registry itself, so that a new study needs no edit here.

use super::Study;
use super::format::SCHEMA;
use super::node::Node;
use super::problem::Log;
use super::read_others::is_date;
use super::read_study::{is_name, text, text_if, texts};
use super::shape::{Key, Shape, check, optional, required};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What stands where nobody wrote a number or a date down.
pub const NOT_RECORDED: &str = "not recorded";

/// How the studies of a registry were found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Screening {
    /// What was asked of a record before it was included.
    pub questions: Vec<String>,
    /// Searches, in the order written.
    pub searches: Vec<Search>,
    /// What was read and left out, in the order written.
    pub excluded: Vec<Excluded>,
}

/// One search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Search {
    /// Where was searched, and for what.
    pub source: String,
    /// When, `YYYY-MM` or `YYYY-MM-DD`; `None` where it was not recorded.
    pub date: Option<String>,
    /// Records it gave; `None` where nobody counted them.
    pub identified: Option<u64>,
    /// Of these, records that another search had given.
    pub duplicates: Option<u64>,
    /// Of the rest, records whose abstract was read.
    pub screened: Option<u64>,
}

/// A record that was read and left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Excluded {
    /// The name it would bear as a study.
    pub id: Option<String>,
    /// What it is.
    pub citation: String,
    /// `abstract` or `full-text`: what was read of it.
    pub read: String,
    /// Why it was left out.
    pub reason: String,
}

fn unknown() -> Vec<&'static str> {
    vec![NOT_RECORDED]
}

fn depths() -> Vec<&'static str> {
    vec!["abstract", "full-text"]
}

const COUNTED: Shape = Shape::Either(&[Shape::Count(0, 1_000_000_000), Shape::Words(unknown)]);

const SEARCH: &[Key] = &[
    required("source", Shape::Text, "where was searched, and for what"),
    required("date", Shape::Text, "when, YYYY-MM or YYYY-MM-DD, or \"not recorded\""),
    required("identified", COUNTED, "records it gave, or \"not recorded\""),
    required("duplicates", COUNTED, "of these, records that another search had given, or \"not recorded\""),
    required("screened", COUNTED, "of the rest, records whose abstract was read, or \"not recorded\""),
];

const EXCLUDED: &[Key] = &[
    optional("id", Shape::Text, "the name it would bear as a study"),
    required("citation", Shape::Text, "what it is"),
    required("read", Shape::Words(depths), "what was read of it"),
    required("reason", Shape::Text, "why it was left out"),
];

/// A whole `screening.toml`.
static SCREENING_FILE: Shape = Shape::Table(&[
    SCHEMA,
    required("questions", Shape::List(&Shape::Text, 1), "what was asked of a record before it was included"),
    required("search", Shape::List(&Shape::Table(SEARCH), 1), "the searches"),
    optional("excluded", Shape::List(&Shape::Table(EXCLUDED), 0), "what was read and left out"),
]);

/// The screening in its file, checked against the studies there are.
pub(super) fn screening(root: &Node, studies: &BTreeMap<String, Study>, log: &Log) -> Screening {
    check(root, &SCREENING_FILE, "", log);
    let items = |key: &str| root.child(key).map(Node::items).unwrap_or_default();
    let searches = items("search").iter().map(|node| search(node, log)).collect();
    let mut seen = BTreeSet::new();
    for node in items("excluded") {
        check_excluded(node, studies, &mut seen, log);
    }
    Screening { questions: texts(root, "questions"), searches, excluded: items("excluded").iter().map(excluded).collect() }
}

fn search(node: &Node, log: &Log) -> Search {
    let count = |key: &str| node.child(key).and_then(Node::count);
    let date = text(node, "date");
    if !date.is_empty() && date != NOT_RECORDED && !is_date(&date) {
        let remedy = format!("write `YYYY-MM`, `YYYY-MM-DD` or `{NOT_RECORDED}`");
        log.problem(node.place_of("date"), "wrong-type", format!("`{date}` is no date"), remedy);
    }
    let (identified, duplicates, screened) = (count("identified"), count("duplicates"), count("screened"));
    let parts =
        [("duplicates", duplicates, identified), ("screened", screened, identified.map(|all| all - duplicates.unwrap_or(0).min(all)))];
    for (key, part, whole) in parts {
        if let (Some(part), Some(whole)) = (part, whole)
            && part > whole
        {
            let message = format!("`{key}` is {part}, more than the {whole} records it is a part of");
            log.problem(node.place_of(key), "out-of-range", message, format!("write at most {whole}, or `{NOT_RECORDED}`"));
        }
    }
    Search { source: text(node, "source"), date: Some(date).filter(|date| date != NOT_RECORDED), identified, duplicates, screened }
}

fn excluded(node: &Node) -> Excluded {
    Excluded { id: text_if(node, "id"), citation: text(node, "citation"), read: text(node, "read"), reason: text(node, "reason") }
}

/// A record is left out once, under a name that could be a study's and is none.
fn check_excluded(node: &Node, studies: &BTreeMap<String, Study>, seen: &mut BTreeSet<String>, log: &Log) {
    let key = text_if(node, "id").unwrap_or_else(|| text(node, "citation"));
    if !key.is_empty() && !seen.insert(key.clone()) {
        log.problem(node.place, "duplicate", format!("`{key}` is left out twice"), "remove one of the two entries");
    }
    let Some(id) = text_if(node, "id").filter(|id| !id.is_empty()) else { return };
    if !is_name(&id) {
        let remedy = "write lower-case letters, digits and inner hyphens, as a study's file would be called";
        log.problem(node.place_of("id"), "name", format!("`{id}` is no name for a study"), remedy);
    }
    if studies.contains_key(&id) {
        let message = format!("`{id}` is left out here and stands in the registry");
        log.problem(node.place_of("id"), "contradiction", message, format!("remove this entry, or `studies/{id}.toml`"));
    }
}
