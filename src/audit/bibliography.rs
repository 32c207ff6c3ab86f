//! References: each study as BibTeX and as one formatted line.
//!
//! The BibTeX entry is built, written and read back by `biblatex`; the line is formatted from what was read back, so
//! that both say the same.

use super::BibliographyEntry;
use crate::registry::Study;
use biblatex::{Bibliography, Chunk, ChunksExt, Entry, EntryType, Spanned};

/// Words of a venue that make it a conference.
const CONFERENCES: [&str; 5] = ["conference", "proceedings", "workshop", "symposium", "advances in"];

/// The reference of one study.
#[must_use]
pub fn entry(study: &Study) -> BibliographyEntry {
    let bibtex = bibtex(study);
    let text = Bibliography::parse(&bibtex)
        .ok()
        .and_then(|read| read.iter().next().map(formatted))
        .unwrap_or_else(|| format!("{} ({}). {}.", study.authors.join(", "), study.year, study.title));
    BibliographyEntry { id: study.id.clone(), text, bibtex }
}

fn bibtex(study: &Study) -> String {
    let mut entry = Entry::new(study.id.clone(), kind(study));
    let mut set = |key: &str, chunk: Chunk| entry.set(key, vec![Spanned::detached(chunk)]);
    let words = |text: &str| Chunk::Normal(text.to_owned());
    set("author", words(&study.authors.join(" and ")));
    // Verbatim: braces keep the capitals of a title as printed.
    set("title", Chunk::Verbatim(study.title.clone()));
    set("year", words(&study.year.to_string()));
    if let Some(month) = study.month {
        set("month", words(&month.to_string()));
    }
    if let Some(venue) = &study.venue {
        set(if kind(study) == EntryType::InProceedings { "booktitle" } else { "journal" }, words(venue));
    }
    if let Some(doi) = &study.doi {
        set("doi", words(doi));
    }
    if let Some(arxiv) = &study.arxiv {
        set("eprint", words(arxiv));
        set("archiveprefix", words("arXiv"));
    }
    entry.to_bibtex_string().unwrap_or_default()
}

fn kind(study: &Study) -> EntryType {
    let Some(venue) = &study.venue else { return EntryType::Misc };
    let venue = venue.to_lowercase();
    if CONFERENCES.iter().any(|word| venue.contains(word)) { EntryType::InProceedings } else { EntryType::Article }
}

fn formatted(entry: &Entry) -> String {
    let field = |key: &str| entry.get(key).map(ChunksExt::format_verbatim).filter(|text| !text.is_empty());
    let authors: Vec<String> = entry.author().unwrap_or_default().iter().map(person).collect();
    let mut text = format!("{} ({}). {}.", listed(&authors), field("year").unwrap_or_default(), field("title").unwrap_or_default());
    if let Some(venue) = field("journal").or_else(|| field("journaltitle")).or_else(|| field("booktitle")) {
        text.push_str(&format!(" {venue}."));
    }
    if let Some(doi) = field("doi") {
        text.push_str(&format!(" doi:{doi}."));
    }
    if let Some(arxiv) = field("eprint") {
        text.push_str(&format!(" arXiv:{arxiv}."));
    }
    text
}

fn person(person: &biblatex::Person) -> String {
    let parts = [&person.given_name, &person.prefix, &person.name, &person.suffix];
    parts.into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn listed(authors: &[String]) -> String {
    match authors {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
