//! `ro-crate-metadata.json`: what the folder of a report holds, who made it from what, and when it was published, as RO-Crate 1.1
//! (<https://w3id.org/ro/crate/1.1>), so that archives and registries of data can read it. The date is that of the release or one that was named: no clock is asked.

use super::{Page, json};
use crate::audit::{Audit, BibliographyEntry};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// The file's name, which the standard fixes.
pub const NAME: &str = "ro-crate-metadata.json";
/// The id of the action that made the report: all that differs between two runs of one registry stands in it.
pub const RUN: &str = "#run";

/// Licences of the program and of what it writes.
const LICENCES: [(&str, &str); 2] =
    [("https://spdx.org/licenses/MIT", "MIT License"), ("https://spdx.org/licenses/Apache-2.0", "Apache License 2.0")];
const HOME: &str = "https://github.com/collapse-audit/collapse-audit";

/// Folders whose files are told together.
const FOLDERS: [(&str, &str); 3] = [
    ("studies/", "A page for each study: its definitions, realism, simulations and claims, with the command that repeats each."),
    ("figures/", "The figures of the report as SVG."),
    ("tables/shown/", "Every table of the report by itself, as it is shown."),
];

/// What the files say, those that are not told by their folder.
const FILES: [(&str, &str); 8] = [
    ("REPORT.md", "The report."),
    ("index.html", "The report as a page to sort, filter and weigh."),
    ("audit.json", "The audit itself; `collapse-audit schema audit` prints its JSON Schema."),
    ("GLOSSARY.md", "Every word of the report."),
    ("REFERENCES.md", "The studies."),
    ("references.bib", "The studies as BibTeX."),
    ("tables/audit.tex", "The tables as LaTeX."),
    ("tables/shown.json.gz", "Every table of the report as JSON."),
];

/// The metadata of a report that consists of these pages.
#[must_use]
pub fn metadata(audit: &Audit, pages: &[Page]) -> Page {
    let paths: Vec<String> = pages.iter().map(|page| named(&page.path)).collect();
    let apart: Vec<&String> = paths.iter().filter(|path| !FOLDERS.iter().any(|(folder, _)| path.starts_with(folder))).collect();
    let folders = FOLDERS.iter().filter(|(folder, _)| paths.iter().any(|path| path.starts_with(folder)));
    let reference = |id: &str| json!({ "@id": id });
    let parts: Vec<Value> = apart.iter().map(|path| reference(path)).chain(folders.clone().map(|(folder, _)| reference(folder))).collect();
    // Two studies may be versions of one work, with one address.
    let cited: BTreeMap<String, &BibliographyEntry> = audit.bibliography.iter().rev().map(|entry| (address(audit, entry), entry)).collect();
    let mut graph = vec![
        json!({ "@id": NAME, "@type": "CreativeWork", "conformsTo": reference("https://w3id.org/ro/crate/1.1"), "about": reference("./") }),
        json!({
            "@id": "./",
            "@type": "Dataset",
            "name": "collapse-audit: an executable audit of the model-collapse literature",
            "description": format!("Verdicts on {} claims of {} studies of model collapse, each by a test that was run, with tables and figures.", audit.head.claims, audit.head.studies),
            "datePublished": audit.provenance.published,
            "license": LICENCES.map(|(id, _)| reference(id)),
            "author": reference("#contributors"),
            "publisher": reference("#contributors"),
            "mentions": reference(RUN),
            "hasPart": parts,
            "citation": cited.keys().map(|id| reference(id)).collect::<Vec<_>>(),
        }),
        json!({ "@id": "#contributors", "@type": "Organization", "name": "The collapse-audit contributors", "url": HOME }),
        json!({
            "@id": RUN,
            "@type": "CreateAction",
            "name": "The run that made this report",
            "description": made_from(audit),
            "instrument": reference(HOME),
            "result": reference("./"),
        }),
        json!({ "@id": HOME, "@type": "SoftwareApplication", "name": "collapse-audit", "softwareVersion": audit.provenance.version, "url": HOME }),
    ];
    graph.extend(LICENCES.map(|(id, name)| json!({ "@id": id, "@type": "CreativeWork", "name": name, "url": id })));
    graph.extend(apart.into_iter().map(|path| file(path)));
    graph.extend(folders.map(|(id, says)| json!({ "@id": id, "@type": "Dataset", "name": id.trim_end_matches('/'), "description": says })));
    graph.extend(
        cited
            .iter()
            .map(|(id, entry)| json!({ "@id": id, "@type": "ScholarlyArticle", "name": title(audit, &entry.id), "identifier": entry.id })),
    );
    let crate_itself = json!({ "@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph });
    Page::new(NAME, json::written(&crate_itself, 2))
}

/// A path as the standard writes it, with forward slashes.
fn named(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn file(path: &str) -> Value {
    let says = FILES.iter().find(|(name, _)| *name == path).map_or("A table with its numbers in full.", |(_, says)| says);
    json!({ "@id": path, "@type": "File", "name": path, "description": says, "encodingFormat": format_of(path) })
}

fn format_of(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("md") => "text/markdown",
        Some("html") => "text/html",
        Some("json") => "application/json",
        Some("csv") => "text/csv",
        Some("gz") => "application/gzip",
        Some("tex" | "bib") => "application/x-tex",
        Some(_) | None => "text/plain",
    }
}

fn made_from(audit: &Audit) -> String {
    let made = &audit.provenance;
    format!(
        "Registry {}, thresholds {}, laboratory {}, rules {}, seed {}, weights {}, scope {}.",
        made.registry, made.criteria, made.engine, made.rules, made.seed.0, made.preset, made.scope
    )
}

/// Where a study can be found: its DOI, its arXiv page, or its entry here.
fn address(audit: &Audit, entry: &BibliographyEntry) -> String {
    let study = audit.studies.iter().find(|study| study.id == entry.id);
    let doi = study.and_then(|study| study.doi.as_ref()).map(|doi| format!("https://doi.org/{doi}"));
    let arxiv = || study.and_then(|study| study.arxiv.as_ref()).map(|number| format!("https://arxiv.org/abs/{number}"));
    doi.or_else(arxiv).unwrap_or_else(|| format!("#{}", entry.id))
}

fn title(audit: &Audit, id: &str) -> String {
    audit.studies.iter().find(|study| study.id == id).map_or_else(|| id.to_owned(), |study| study.title.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{fixture, render};
    use std::collections::BTreeSet;

    #[test]
    fn every_file_is_told_and_everything_named_is_there() {
        let audit = fixture::awkward();
        let pages = render(&audit);
        let page = pages.iter().find(|page| page.path.ends_with(NAME)).expect("it is written");
        let read: Value = serde_json::from_slice(&page.bytes).expect("JSON");
        let graph = read["@graph"].as_array().expect("a graph");
        let told: BTreeSet<&str> = graph.iter().filter_map(|entity| entity["@id"].as_str()).collect();
        assert_eq!(told.len(), graph.len(), "no id twice");
        for page in pages.iter().filter(|page| !page.path.ends_with(NAME)) {
            let path = named(&page.path);
            assert!(
                told.contains(path.as_str()) || FOLDERS.iter().any(|(folder, _)| path.starts_with(folder) && told.contains(folder)),
                "{path}"
            );
        }
        let root = &graph[1];
        for key in ["hasPart", "license", "citation"] {
            let named = root[key].as_array().expect("a list").iter().map(|one| one["@id"].as_str().expect("an id"));
            named.for_each(|id| assert!(told.contains(id), "{id}"));
        }
        assert_eq!(root["datePublished"], audit.provenance.published.as_str());
        assert!(FILES.iter().all(|(name, _)| told.contains(name)));
    }
}
