//! The report: Markdown, figures, HTML, LaTeX, CSV and JSON as a pure function of the [`Audit`], and the formats of `check`.
//!
//! Takes an [`Audit`] (or a [`CheckReport`]) and gives pages of bytes; nothing here reads, writes, prints, simulates or decides.
//! The same audit gives the same bytes, on any thread. What a table shows is built once and written in every format;
//! `compare` tells whether two finished reports say the same.

mod block;
mod check;
mod compare;
mod crate_metadata;
mod csv;
mod csv_effects;
mod csv_runs;
mod facts;
mod figures;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod fixture_definitions;
#[cfg(test)]
mod fixture_sources;
mod html;
mod json;
mod latex;
mod links;
mod number;
mod sections;
mod study;
mod study_realism;
mod table;
mod tables;
mod tables_claims;
mod tables_method;
mod tables_position;
mod tables_sources;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_size;
mod text;
mod words;
mod worlds;

pub use check::{CheckReport, CheckRow, github, junit, sarif};
pub use compare::{Difference, compare};
pub use facts::{by_fidelity, studies_in};
pub use figures::{Panel, PanelPoint, plot};
pub use number::{alone, is_wide};
pub use tables::certainty;
pub use text::markdown;

use crate::audit::Audit;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// One file of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Where it stands, relative to the report's folder, for example `studies/<id>.md`.
    pub path: PathBuf,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl Page {
    fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        Self { path: path.into(), bytes: text.into().into_bytes() }
    }

    /// A text kept as gzip.
    fn packed(path: impl Into<PathBuf>, text: &str) -> Self {
        Self { path: path.into(), bytes: csv_runs::packed(text) }
    }

    /// What it says: its text, of a gzip what it holds; what is no text is told as near as can be.
    fn text(&self) -> String {
        let is_packed = self.path.extension().is_some_and(|ending| ending == "gz");
        let held = if is_packed { csv_runs::unpacked(&self.bytes) } else { None };
        held.unwrap_or_else(|| String::from_utf8_lossy(&self.bytes).into_owned())
    }
}

/// What the pages say, before it is written in any format.
struct Told {
    report: Vec<block::Block>,
    references: Vec<block::Block>,
    glossary: Vec<block::Block>,
    /// By id.
    studies: BTreeMap<String, Vec<block::Block>>,
    /// The text of `audit.json`.
    audit: String,
}

/// Every page of the report, sorted by path, `audit.json` last.
#[must_use]
pub fn render(audit: &Audit) -> Vec<Page> {
    let figures = figures::draw(audit);
    let told = Told {
        report: sections::report(audit),
        references: sections::references(audit),
        glossary: sections::glossary(audit),
        studies: audit.studies.iter().map(|study| (study.id.clone(), study::page(audit, study))).collect(),
        audit: json::audit(audit),
    };
    let mut pages =
        vec![Page::new("REPORT.md", block::markdown(&told.report, &figures, "")), Page::new("index.html", html::page(&told, &figures))];
    let study =
        |(id, blocks): (&String, &Vec<block::Block>)| Page::new(format!("studies/{id}.md"), block::markdown(blocks, &figures, "../"));
    pages.extend(told.studies.iter().map(study));
    pages.extend(figures.iter().map(|figure| Page::new(format!("figures/{}.svg", figure.name), figure.svg.clone())));
    pages.extend(csv::tables(audit).into_iter().map(|(name, text)| Page::new(format!("tables/{name}.csv"), text)));
    pages.push(Page::new("tables/effects.csv", csv_effects::effects(audit)));
    pages.extend(csv_runs::tables(audit).into_iter().map(|(name, text)| Page::packed(format!("tables/{name}.csv.gz"), &text)));
    pages.extend(block::shown(&told.report).map(|(name, table)| Page::new(format!("tables/shown/{name}.csv"), table.csv())));
    pages.push(Page::new("tables/shown.json", json::shown(&told.report)));
    pages.push(Page::new("tables/audit.tex", latex::tables(audit)));
    pages.push(Page::new("REFERENCES.md", block::markdown(&told.references, &figures, "")));
    pages.push(Page::new("GLOSSARY.md", block::markdown(&told.glossary, &figures, "")));
    pages.push(Page::new("references.bib", latex::bibtex(audit)));
    let audit_itself = Page::new("audit.json", told.audit);
    pages.push(audit_itself.clone());
    pages.push(crate_metadata::metadata(audit, &pages));
    pages.retain(|page| *page != audit_itself);
    pages.sort_by(|a, b| a.path.cmp(&b.path));
    pages.push(audit_itself);
    pages
}
