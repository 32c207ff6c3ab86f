//! LaTeX tables to paste into a survey, whose citations are keys of the bibliography, and that bibliography as BibTeX.

use super::{tables, tables_claims, text};
use crate::audit::Audit;

/// The audit table, the definitions as published and in every world, and the claims.
#[must_use]
pub fn tables(audit: &Audit) -> String {
    let scope = super::facts::scope_line(audit).map(|line| format!("% {}\n", text::one_line(&line))).unwrap_or_default();
    let heads = "% Needs \\usepackage[T1]{fontenc} and \\usepackage{array,booktabs,longtable,pdflscape,natbib,doi}; citations are keys of references.bib.\n";
    let parts = [
        tables::usage(audit).latex("audit-definitions"),
        tables::studies(audit).latex("audit-studies"),
        tables::definitions(audit).latex("audit-worlds"),
        tables_claims::listed(audit).latex("audit-claims"),
    ];
    format!("{scope}{heads}{}", parts.join("\n"))
}

/// Every source cited, as BibTeX.
#[must_use]
pub fn bibtex(audit: &Audit) -> String {
    let entries: Vec<_> = audit.bibliography.iter().map(|entry| format!("{}\n", entry.bibtex.trim_end())).collect();
    entries.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;
    use std::process::{Command, Stdio};

    fn is_there(program: &str) -> bool {
        Command::new(program).arg("-v").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
    }

    #[test]
    fn every_citation_is_a_key_of_the_bibliography_and_every_claim_has_a_row() {
        let audit = fixture::awkward();
        let (page, keys) = (tables(&audit), bibtex(&audit));
        let cited: Vec<&str> = page.split("\\citet{").skip(1).filter_map(|rest| rest.split('}').next()).collect();
        assert!(cited.len() >= audit.claims.len());
        assert!(cited.iter().all(|key| audit.studies.iter().any(|study| study.id == *key)));
        assert!(cited.iter().all(|key| keys.contains(&format!("{{{key},"))), "{keys}");
    }

    /// Where an engine is there: the tables compile, nothing is wider than the page, and every claim's row is on it.
    #[test]
    #[allow(clippy::print_stderr, reason = "a test that skips says so")]
    fn the_tables_compile_and_fit_where_an_engine_is_there() {
        if !is_there("pdflatex") || !is_there("pdftotext") {
            eprintln!("no LaTeX engine here: skipped");
            return;
        }
        let audit = fixture::awkward();
        let text = compiled("", &tables(&audit));
        let cited = text.matches("?").count();
        assert!(cited >= audit.claims.len(), "a row for every claim, each with a citation that nobody resolved here: {cited}");
        // And those of the committed report, with a name as long as any where a citation stands.
        let committed = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("report/audit.json");
        let committed: Audit = serde_json::from_str(&std::fs::read_to_string(committed).expect("report/ is committed")).expect("an audit");
        let text = compiled("\\renewcommand{\\citet}[1]{Xylogiannopoulos et~al. (2026)}", &tables(&committed));
        let dated = text.matches("(2026)").count();
        assert!(dated >= committed.claims.len(), "a row for every claim: {dated}");
    }

    /// The text of the pages that LaTeX makes of a body, in which nothing is wider or taller than its place.
    fn compiled(setting: &str, body: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let head = "\\documentclass{article}\n\\usepackage[T1]{fontenc}\n\\usepackage[utf8]{inputenc}\n\\usepackage{array,booktabs,longtable,pdflscape,natbib,textcomp}\n";
        let page = format!("{head}{setting}\n\\begin{{document}}\n{body}\n\\end{{document}}\n");
        std::fs::write(folder.path().join("t.tex"), page).unwrap();
        let run = |program: &str, words: &[&str]| Command::new(program).args(words).current_dir(folder.path()).output().unwrap();
        // The second time longtables know their columns.
        let compile = || run("pdflatex", &["-interaction=nonstopmode", "-halt-on-error", "t.tex"]);
        compile();
        let ended = compile();
        let log = String::from_utf8_lossy(&ended.stdout).into_owned();
        assert!(ended.status.success(), "{log}");
        let beyond = |line: &&str| {
            let points = ["Overfull \\hbox (", "Overfull \\vbox ("]
                .iter()
                .find_map(|head| line.strip_prefix(head)?.split("pt").next()?.parse().ok());
            points.is_some_and(|points: f64| points > 1.0)
        };
        assert_eq!(log.lines().find(beyond), None);
        String::from_utf8_lossy(&run("pdftotext", &["-raw", "t.pdf", "-"]).stdout).into_owned()
    }
}
