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
mod effects;
mod facts;
mod figures;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod fixture_definitions;
#[cfg(test)]
mod fixture_errors;
#[cfg(test)]
mod fixture_sources;
mod html;
mod json;
mod latex;
mod letters;
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
pub use facts::{by_fidelity, studies_in, without_path};
pub use figures::{Panel, PanelPoint, plot};
pub use number::{alone, is_wide};
pub use tables::certainty;
pub use text::markdown;

use crate::audit::{Audit, StudyReport};
use rayon::prelude::*;
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
    let (figures, told) = rayon::join(|| figures::draw(audit), || told(audit));
    let mut pages = written(audit, &told, &figures);
    pages.push(Page::new("audit.json", told.audit));
    let metadata = crate_metadata::metadata(audit, &pages);
    let audit_itself = pages.pop();
    pages.push(metadata);
    pages.sort_by(|a, b| a.path.cmp(&b.path));
    pages.extend(audit_itself);
    pages
}

fn told(audit: &Audit) -> Told {
    let ((audit_text, report), (studies, [references, glossary])) = rayon::join(
        || rayon::join(|| json::audit(audit), || sections::report(audit)),
        || {
            let effects = effects::Effects::of(audit);
            let page = |study: &StudyReport| (study.id.clone(), study::page(audit, study, &effects));
            let studies = audit.studies.par_iter().map(page).collect();
            (studies, [sections::references(audit), sections::glossary(audit, &effects)])
        },
    );
    Told { report, references, glossary, studies, audit: audit_text }
}

/// Every page but those that tell of all others. Each part is written by itself, in whatever order, and stands in this one.
fn written(audit: &Audit, told: &Told, figures: &[figures::Figure]) -> Vec<Page> {
    type Write<'a> = Box<dyn Fn() -> Vec<Page> + Sync + 'a>;
    let text = |blocks: &[block::Block], up: &str| block::markdown(blocks, figures, up);
    let study = |(id, blocks): (&String, &Vec<block::Block>)| Page::new(format!("studies/{id}.md"), text(blocks, "../"));
    let figure = |figure: &figures::Figure| Page::new(format!("figures/{}.svg", figure.name), figure.svg.clone());
    let table = |(name, text): (&str, String)| Page::new(format!("tables/{name}.csv"), text);
    let parts: [Write<'_>; 10] = [
        Box::new(|| vec![Page::new("REPORT.md", text(&told.report, ""))]),
        Box::new(|| vec![Page::new("index.html", html::page(told, figures))]),
        Box::new(|| told.studies.par_iter().map(study).collect()),
        Box::new(|| figures.iter().map(figure).collect()),
        Box::new(|| csv::tables(audit).into_iter().map(table).collect()),
        Box::new(|| vec![Page::packed("tables/effects.csv.gz", &csv_effects::effects(audit))]),
        Box::new(|| csv_runs::tables(audit).par_iter().map(|(name, text)| Page::packed(format!("tables/{name}.csv.gz"), text)).collect()),
        Box::new(|| block::shown(&told.report).map(|(name, table)| Page::new(format!("tables/shown/{name}.csv"), table.csv())).collect()),
        Box::new(|| {
            vec![
                Page::packed("tables/shown.json.gz".to_owned(), &json::shown(&told.report)),
                Page::new("tables/audit.tex", latex::tables(audit)),
            ]
        }),
        Box::new(|| {
            let (references, glossary) = (text(&told.references, ""), text(&told.glossary, ""));
            let bibliography = Page::new("references.bib", latex::bibtex(audit));
            vec![Page::new("REFERENCES.md", references), Page::new("GLOSSARY.md", glossary), bibliography]
        }),
    ];
    parts.par_iter().with_max_len(1).flat_map_iter(|write| write()).collect()
}
