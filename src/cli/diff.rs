//! `diff`: what changed between two audits, or between two report folders.

use super::args::{DiffArgs, DiffFormat};
use super::exit::Exit;
use super::output::read_report;
use super::say;
use crate::audit::diff::{self, Change, ChangeWeight};
use crate::audit::{Audit, SCHEMA, SCHEMAS, number_of};
use crate::report::{compare, markdown};
use crate::{Error, Result};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Prints the changes from the older audit to the newer, and what they were made from where that differs too. Two report folders are then
/// compared page by page: words, ids and verdicts exactly, numbers to one part in a billion, provenance left out.
///
/// # Errors
/// A file that cannot be read or is no `audit.json`.
pub fn diff(args: &DiffArgs) -> Result<Exit> {
    let (old, new) = (side(&args.old), side(&args.new));
    let both_are_folders = args.old.is_dir() && args.new.is_dir();
    // Two folders may be pages of something else; a file is always an audit.
    let told = if both_are_folders && !(old.is_file() && new.is_file()) {
        Told::default()
    } else {
        let (old, new) = (read(&old)?, read(&new)?);
        Told { changes: diff::diff(&old, &new), causes: diff::causes(&old, &new), pages: Vec::new() }
    };
    let pages = if both_are_folders {
        let (old, new) = (read_report(&args.old)?, read_report(&args.new)?);
        if old.is_empty() && new.is_empty() {
            let message = "neither folder holds a page; expected reports written by `run`".to_owned();
            return Err(Error::Content { path: args.old.clone(), message });
        }
        compare(&old, &new)
    } else {
        Vec::new()
    };
    let told = Told { pages: pages.iter().map(ToString::to_string).collect(), ..told };
    say::out(&match args.format {
        DiffFormat::Human => told.human(both_are_folders),
        DiffFormat::Markdown => told.markdown(),
    })?;
    Ok(if told.changes.is_empty() && told.pages.is_empty() { Exit::AsExpected } else { Exit::Drifted })
}

/// The audit of one side: of a report folder the one in it.
fn side(path: &Path) -> PathBuf {
    if path.is_dir() { path.join("audit.json") } else { path.to_owned() }
}

/// What differs.
#[derive(Default)]
struct Told {
    changes: Vec<Change>,
    causes: Vec<String>,
    pages: Vec<String>,
}

/// At most so many rows of a table in Markdown: a summary of a job may not grow without bound.
const ROWS: usize = 200;

impl Told {
    fn human(&self, both_are_folders: bool) -> String {
        let mut text = String::new();
        self.causes.iter().for_each(|cause| text += &format!("cause: {cause}\n"));
        for change in &self.changes {
            // A reason may hold line breaks; a change is a line.
            let _ = writeln!(text, "{}: {}", change.subject, change.text.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        let _ = writeln!(text, "{}", number_of(self.changes.len(), "change"));
        if both_are_folders {
            self.pages.iter().for_each(|page| text += &format!("{page}\n"));
            let _ = writeln!(text, "{} pages differ", self.pages.len());
        }
        text
    }

    fn markdown(&self) -> String {
        if self.changes.is_empty() && self.pages.is_empty() {
            return "## The audit is unchanged\n".to_owned();
        }
        let is_word = |change: &&Change| change.weight == ChangeWeight::Word;
        let words: Vec<&Change> = self.changes.iter().filter(is_word).collect();
        let numbers = self.changes.len() - words.len();
        let mut text = format!("## What changes in the audit: {} in words, {numbers} in numbers alone\n\n", words.len());
        match self.causes.is_empty() {
            true => text += "Both were made from the same registry, program, seed and weights.\n",
            false => self.causes.iter().for_each(|cause| text += &format!("- cause: {}\n", markdown(cause))),
        }
        if !words.is_empty() {
            text += "\n| what | change |\n|---|---|\n";
            words.iter().take(ROWS).for_each(|change| text += &format!("| {} | {} |\n", markdown(&change.subject), markdown(&change.text)));
        }
        if words.len() > ROWS {
            let _ = writeln!(text, "\n… and {} more", words.len() - ROWS);
        }
        if !self.pages.is_empty() {
            let _ = writeln!(text, "\n{} pages of the report differ.", self.pages.len());
        }
        text
    }
}

/// An audit from its JSON.
///
/// # Errors
/// As [`diff`].
pub fn read(path: &Path) -> Result<Audit> {
    let text = std::fs::read_to_string(path).map_err(|source| Error::io("read", path, source))?;
    let wrong = |message: String| Error::Content { path: path.to_owned(), message };
    let no_audit = |error: serde_json::Error| wrong(format!("expected an audit.json written by `run`: {error}"));
    let value: serde_json::Value = serde_json::from_str(&text).map_err(no_audit)?;
    match value.get("schema").and_then(serde_json::Value::as_u64) {
        Some(schema) if !u32::try_from(schema).is_ok_and(|schema| SCHEMAS.contains(&schema)) => {
            Err(wrong(format!("has schema {schema} and this program reads schema {SCHEMA}: write it again with `run`")))
        }
        Some(_) | None => serde_json::from_value(value).map_err(no_audit),
    }
}
