//! One HTML page: the report, its references and every study, from the same blocks as the Markdown pages; figures by link.

use super::figures::Figure;
use super::{block, sections, study, text};
use crate::audit::Audit;

/// The whole page.
#[must_use]
pub fn page(audit: &Audit, figures: &[Figure]) -> String {
    let mut body = block::html(&sections::report(audit), figures, "");
    body += &part("references", &sections::references(audit), figures);
    for report in &audit.studies {
        body += &part(&report.id, &study::page(audit, report), figures);
    }
    include_str!("templates/page.html").replace("{{ body }}", &body)
}

fn part(id: &str, blocks: &[block::Block], figures: &[Figure]) -> String {
    let id = text::xml(id);
    format!("<section id=\"{id}\">\n{}</section>\n", block::html(blocks, figures, &id))
}
