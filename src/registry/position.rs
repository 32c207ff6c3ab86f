//! What the position paper concludes, as data: `studies/position-paper.toml`. Its verdict on each definition, and the cells of its
//! Table 1, each with the claims that test it or the reason why none does.

use super::format::SCHEMA;
use super::node::Node;
use super::problem::Log;
use super::read_study::{text, texts};
use super::shape::{Key, Shape, check, optional, required};
use super::{Asserts, Claim, ClaimId, Study, StudyId, format::ids};
use crate::taxonomy::{Definition, Word, nearest};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The position paper's conclusions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Position {
    /// The paper, a study of the registry.
    pub study: StudyId,
    /// Its verdict on each definition, in taxonomy order.
    pub verdicts: Vec<PositionVerdict>,
    /// The cells of its Table 1, by definition and then regime.
    pub cells: Vec<PositionCell>,
}

/// What the paper concludes of one definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PositionVerdict {
    /// The definition.
    pub definition: Definition,
    /// Its verdict, for conditions that it calls realistic.
    pub verdict: PaperVerdict,
    /// Where.
    pub locator: String,
    /// The verdict in one sentence, our own words.
    pub sentence: String,
}

/// What the paper says will become of a definition under conditions that it calls realistic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PaperVerdict {
    /// It will happen.
    WillOccur,
    /// It may happen; how is left open.
    MayOccur,
    /// It will not happen while data accumulate, grow and get better.
    Avoidable,
    /// Practically no present threat.
    NoThreat,
    /// The paper gives no verdict.
    NotDiscussed,
}

crate::taxonomy::words!(PaperVerdict, "verdict of the position paper", {
    WillOccur => "will-occur",
    MayOccur => "may-occur",
    Avoidable => "avoidable",
    NoThreat => "no-present-threat",
    NotDiscussed => "not-discussed",
});

impl PaperVerdict {
    /// What a finding in the leading world must be to be the same as the verdict; `None` where any finding is compatible with it.
    #[must_use]
    pub const fn expects(self) -> Option<Asserts> {
        match self {
            Self::WillOccur => Some(Asserts::Occurs),
            Self::Avoidable | Self::NoThreat => Some(Asserts::Absent),
            Self::MayOccur | Self::NotDiscussed => None,
        }
    }
}

/// The two columns of Table 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TableColumn {
    /// Data accumulate.
    Accumulate,
    /// Data are replaced.
    Replace,
}

crate::taxonomy::words!(TableColumn, "column of Table 1", { Accumulate => "accumulate", Replace => "replace" });

/// One cell of Table 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PositionCell {
    /// The row.
    pub definition: Definition,
    /// The column.
    pub regime: TableColumn,
    /// What is printed: `occurs` for yes, `absent` for no.
    pub says: Asserts,
    /// Full ids of the claims that test it; empty where none does.
    pub claims: Vec<String>,
    /// Why no claim tests it, where none does.
    pub reason: Option<String>,
}

fn said() -> Vec<&'static str> {
    vec![Asserts::Occurs.id(), Asserts::Absent.id()]
}

const VERDICT: &[Key] = &[
    required("definition", Shape::Words(ids::<Definition>), "the definition"),
    required("verdict", Shape::Words(ids::<PaperVerdict>), "what becomes of it under conditions that the paper calls realistic"),
    required("locator", Shape::Text, "where"),
    required("sentence", Shape::Text, "the verdict in one sentence, our own words"),
];

const CELL: &[Key] = &[
    required("definition", Shape::Words(ids::<Definition>), "the row"),
    required("regime", Shape::Words(ids::<TableColumn>), "the column"),
    required("says", Shape::Words(said), "what is printed: occurs (yes) or absent (no)"),
    optional("claims", Shape::List(&Shape::Text, 1), "full ids of the claims that test it"),
    optional("reason", Shape::Text, "why no claim tests it, instead of `claims`"),
];

/// A whole `position-paper.toml`.
static POSITION_FILE: Shape = Shape::Table(&[
    SCHEMA,
    required("study", Shape::Text, "the id of the paper among the studies"),
    required("verdict", Shape::List(&Shape::Table(VERDICT), 1), "its verdict on each definition"),
    required("cell", Shape::List(&Shape::Table(CELL), 1), "the cells of its Table 1"),
]);

/// The position in its file, checked against the studies and claims there are; `None` where a cell cannot be read.
pub(super) fn position(root: &Node, studies: &BTreeMap<String, Study>, claims: &BTreeMap<ClaimId, Claim>, log: &Log) -> Option<Position> {
    check(root, &POSITION_FILE, "", log);
    let items = |key: &str| root.child(key).map(Node::items).unwrap_or_default();
    let study = text(root, "study");
    if !study.is_empty() && !studies.contains_key(&study) {
        let near = nearest(&study, studies.keys().map(String::as_str)).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        log.problem(root.place_of("study"), "unknown-study", format!("there is no study `{study}`"), format!("{near}name a study"));
    }
    let ids: BTreeSet<String> = claims.keys().map(ToString::to_string).collect();
    let mut verdicts: Vec<_> = items("verdict").iter().filter_map(verdict).collect();
    let mut cells: Vec<_> = items("cell").iter().filter_map(|node| cell(node, &ids, log)).collect();
    complete(root, &verdicts, &cells, log);
    verdicts.sort_by_key(|verdict| verdict.definition);
    cells.sort_by_key(|cell| (cell.definition, cell.regime));
    Some(Position { study, verdicts, cells })
}

fn verdict(node: &Node) -> Option<PositionVerdict> {
    let word = |key: &str| node.child(key).and_then(Node::text);
    Some(PositionVerdict {
        definition: Definition::parse(word("definition")?).ok()?,
        verdict: PaperVerdict::parse(word("verdict")?).ok()?,
        locator: text(node, "locator"),
        sentence: text(node, "sentence"),
    })
}

fn cell(node: &Node, ids: &BTreeSet<String>, log: &Log) -> Option<PositionCell> {
    let word = |key: &str| node.child(key).and_then(Node::text);
    let claims = texts(node, "claims");
    let reason = word("reason").map(str::to_owned);
    if claims.is_empty() == reason.is_none() {
        let (code, message) = if claims.is_empty() {
            ("missing-key", "the cell names no claim and no reason")
        } else {
            ("contradiction", "`claims` and `reason` stand together")
        };
        log.problem(node.place, code, message, "write `claims = […]`, or `reason = …` where no claim tests it");
    }
    for item in node.child("claims").map(Node::items).unwrap_or_default() {
        let full = item.text().unwrap_or_default();
        if !ids.contains(full) {
            let near = nearest(full, ids.iter().map(String::as_str)).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
            let remedy = format!("{near}write the full id of a claim, `<study>/<id>`");
            log.problem(item.place, "unknown-claim", format!("there is no claim `{full}`"), remedy);
        }
    }
    Some(PositionCell {
        definition: Definition::parse(word("definition")?).ok()?,
        regime: TableColumn::parse(word("regime")?).ok()?,
        says: Asserts::parse(word("says")?).ok()?,
        claims,
        reason,
    })
}

/// Every definition has one verdict, and every cell of the table is there once.
fn complete(root: &Node, verdicts: &[PositionVerdict], cells: &[PositionCell], log: &Log) {
    let count = |place, what: String, found: usize| {
        if found != 1 {
            let code = if found == 0 { "missing-key" } else { "duplicate" };
            log.problem(place, code, format!("{what} is written {found} times"), "write it once");
        }
    };
    for definition in Definition::all() {
        let found = verdicts.iter().filter(|verdict| verdict.definition == *definition).count();
        count(root.place_of("verdict"), format!("the verdict on `{definition}`"), found);
        for column in TableColumn::all() {
            let found = cells.iter().filter(|cell| (cell.definition, cell.regime) == (*definition, *column)).count();
            count(root.place_of("cell"), format!("the cell `{definition}`, `{column}`"), found);
        }
    }
}
