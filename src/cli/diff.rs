//! `diff`: what changed between two audits, or between two report folders.

use super::args::DiffArgs;
use super::exit::Exit;
use super::output::read_report;
use super::say;
use crate::audit::{Audit, SCHEMA, diff};
use crate::report::compare;
use crate::{Error, Result};
use std::fmt::Write;
use std::path::Path;

/// Prints the changes from the older audit to the newer. Two report folders are compared page by page: words, ids and
/// verdicts exactly, numbers to one part in a billion, provenance left out; there a difference is a drift.
///
/// # Errors
/// A file that cannot be read or is no `audit.json`.
pub fn diff(args: &DiffArgs) -> Result<Exit> {
    if args.old.is_dir() && args.new.is_dir() {
        return folders(args);
    }
    let changes = diff::diff(&read(&args.old)?, &read(&args.new)?);
    let mut text = String::new();
    for change in &changes {
        let _ = writeln!(text, "{}: {}", change.subject, change.text);
    }
    let _ = writeln!(text, "{} changes", changes.len());
    say::out(&text)?;
    Ok(Exit::AsExpected)
}

fn folders(args: &DiffArgs) -> Result<Exit> {
    let differences = compare(&read_report(&args.old)?, &read_report(&args.new)?);
    let mut text: String = differences.iter().map(|difference| format!("{difference}\n")).collect();
    let _ = writeln!(text, "{} pages differ", differences.len());
    say::out(&text)?;
    Ok(if differences.is_empty() { Exit::AsExpected } else { Exit::Drifted })
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
        Some(schema) if schema != u64::from(SCHEMA) => {
            Err(wrong(format!("has schema {schema} and this program reads schema {SCHEMA}: write it again with `run`")))
        }
        Some(_) | None => serde_json::from_value(value).map_err(no_audit),
    }
}
