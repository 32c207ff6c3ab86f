//! The report, section by section. A section is a function from the audit to blocks; a new one is a file here and a line in [`SECTIONS`],
//! and stands in REPORT.md and on the page.

mod audited;
mod by_family;
mod cause_pairs;
mod causes;
mod causes_in_worlds;
mod claims;
mod definitions;
mod disagree;
mod glossary;
mod methods;
mod opening;
mod plain_words;
mod position;
mod quantifiers;
mod reading;
mod remedies;
mod remedies_in_worlds;
mod remedy_cell;
mod rivals;
mod signs;
mod sources;
mod summary;
pub mod trained;

pub use glossary::page as glossary;

use super::block::{Block, heading, paragraph, points};
use super::facts;
use super::words::plain;
use crate::audit::Audit;

/// What gives a section.
type Section = fn(&Audit) -> Vec<Block>;

/// Every section, in the order in which they are read.
const SECTIONS: [Section; 28] = [
    opening::section,
    position::section,
    summary::section,
    plain_words::section,
    plain_words::limits,
    definitions::section,
    position::cells,
    by_family::section,
    trained::section,
    causes::section,
    signs::section,
    remedies::section,
    audited::section,
    claims::contradicted,
    claims::both_true,
    claims::flips,
    claims::section,
    disagree::section,
    quantifiers::section,
    rivals::section,
    claims::apart,
    sources::coverage,
    sources::found,
    sources::agreement,
    methods::sensitivity,
    methods::section,
    methods::references,
    methods::provenance,
];

/// The main page.
#[must_use]
pub fn report(audit: &Audit) -> Vec<Block> {
    SECTIONS.iter().flat_map(|section| section(audit)).collect()
}

/// Every source cited.
#[must_use]
pub fn references(audit: &Audit) -> Vec<Block> {
    let mut blocks: Vec<Block> = facts::scope_line(audit).map(|line| paragraph(&plain(&line))).into_iter().collect();
    blocks.extend([
        heading(1, "References"),
        paragraph("Every study of this report; as BibTeX in [references.bib](references.bib). [Back to the report](REPORT.md)"),
        match audit.bibliography.is_empty() {
            true => paragraph("No source is cited."),
            false => points(audit.bibliography.iter().map(|entry| format!("`{}`: {}", entry.id, plain(&entry.text)))),
        },
    ]);
    blocks
}
