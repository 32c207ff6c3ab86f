//! LaTeX tables to paste into a survey (package `booktabs`), and the bibliography as BibTeX.

use super::{tables, text};
use crate::audit::Audit;

/// The audit table and the definitions as published and in every world.
#[must_use]
pub fn tables(audit: &Audit) -> String {
    let scope = super::facts::scope_line(audit).map(|line| format!("% {}\n", text::one_line(&line))).unwrap_or_default();
    let heads = "% Needs \\usepackage[T1]{fontenc} and \\usepackage{booktabs}; wide tables fit in \\begin{landscape} or at \\small.\n";
    let parts = [
        tables::usage(audit).latex("audit-definitions"),
        tables::studies(audit).latex("audit-studies"),
        tables::definitions(audit).latex("audit-worlds"),
    ];
    format!("{scope}{heads}{}", parts.join("\n"))
}

/// Every source cited, as BibTeX.
#[must_use]
pub fn bibtex(audit: &Audit) -> String {
    let entries: Vec<_> = audit.bibliography.iter().map(|entry| format!("{}\n", entry.bibtex.trim_end())).collect();
    entries.join("\n")
}
