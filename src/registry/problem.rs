//! What is wrong with a registry: file, place, stable code, what was found and what to write instead.
//!
//! Readers push problems into a [`Log`] and go on, so that one run shows everything. The table of codes with their
//! long explanations stands in `codes.rs`; words on a screen are made in `diagnostics.rs`.

use serde::Serialize;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::ops::Range;

/// Whether a registry with this can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// It cannot: exit code 3.
    Problem,
    /// It can, and something that every study must say is not said: `lint` ends with exit code 3.
    Gap,
    /// It can, and the author may have meant it otherwise.
    Warning,
    /// It can: an empty field of a draft, an unused coder.
    Note,
}

/// One thing to mend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Stable kebab-case code; `explain CODE` says more.
    pub code: &'static str,
    /// Name of the file within the registry, `studies/x.toml`.
    pub file: String,
    /// Byte range in that file; empty at 0 when the whole file is meant.
    pub span: Range<usize>,
    /// Line of the start, from 1.
    pub line: usize,
    /// Column of the start in characters, from 1.
    pub column: usize,
    /// What was found, lower-case, without a full stop.
    pub message: String,
    /// What to write instead.
    pub remedy: String,
    /// How bad it is.
    pub severity: Severity,
}

/// A byte range in one of the registry's files, by index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub file: usize,
    pub start: usize,
    pub end: usize,
}

impl Place {
    pub const fn new(file: usize, span: &Range<usize>) -> Self {
        Self { file, start: span.start, end: span.end }
    }

    /// The start of a file.
    pub const fn file(file: usize) -> Self {
        Self { file, start: 0, end: 0 }
    }
}

/// Whether missing and empty fields are problems or, in a draft, notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Complete.
    Final,
    /// Being written.
    Draft,
}

struct Entry {
    place: Place,
    code: &'static str,
    message: String,
    remedy: String,
    severity: Severity,
    /// Whether it only says that something is not there.
    absence: Absence,
}

/// Why a field has no content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Absence {
    /// It has, or this is no matter of content.
    No,
    /// It stands there empty.
    Empty,
    /// Its key is not written.
    Missing,
}

/// Collects problems while a registry is read. It reads nothing itself and never stops a reader.
pub(super) struct Log<'s> {
    files: Vec<(&'s str, &'s str)>,
    entries: RefCell<Vec<Entry>>,
    stage: Cell<Stage>,
}

impl<'s> Log<'s> {
    pub fn new(files: Vec<(&'s str, &'s str)>) -> Self {
        Self { files, entries: RefCell::default(), stage: Cell::new(Stage::Final) }
    }

    /// From now on missing fields count as `stage` says.
    pub fn set_stage(&self, stage: Stage) {
        self.stage.set(stage);
    }

    pub fn stage(&self) -> Stage {
        self.stage.get()
    }

    pub fn problem(&self, place: Place, code: &'static str, message: impl Into<String>, remedy: impl Into<String>) {
        self.push(place, code, message.into(), remedy.into(), Severity::Problem);
    }

    pub fn note(&self, place: Place, code: &'static str, message: impl Into<String>, remedy: impl Into<String>) {
        self.push(place, code, message.into(), remedy.into(), Severity::Note);
    }

    /// Something that does no harm and may not be meant.
    pub fn warning(&self, place: Place, code: &'static str, message: impl Into<String>, remedy: impl Into<String>) {
        self.push(place, code, message.into(), remedy.into(), Severity::Warning);
    }

    /// Something that every study must say and without which the registry can still be used: a gap, or in a draft a note.
    pub fn gap(&self, place: Place, code: &'static str, message: impl Into<String>, remedy: impl Into<String>) {
        match self.stage.get() {
            Stage::Final => self.push(place, code, message.into(), remedy.into(), Severity::Gap),
            Stage::Draft => self.unfilled(place, code, message, remedy),
        }
    }

    /// A field without content: a problem, or in a draft a note.
    pub fn unfilled(&self, place: Place, code: &'static str, message: impl Into<String>, remedy: impl Into<String>) {
        let absence = if matches!(code, "empty-field" | "too-few") { Absence::Empty } else { Absence::Missing };
        let (code, severity) = match self.stage.get() {
            Stage::Final => (code, Severity::Problem),
            Stage::Draft => ("draft-field", Severity::Note),
        };
        self.entries.borrow_mut().push(Entry { place, code, message: message.into(), remedy: remedy.into(), severity, absence });
    }

    fn push(&self, place: Place, code: &'static str, message: String, remedy: String, severity: Severity) {
        self.entries.borrow_mut().push(Entry { place, code, message, remedy, severity, absence: Absence::No });
    }

    /// How many problems (not notes) there are so far.
    pub fn count(&self) -> usize {
        self.entries.borrow().iter().filter(|entry| entry.severity == Severity::Problem).count()
    }

    /// The next thing to write in these files: the first field that stands empty, else the first that is missing.
    pub fn first_unfilled(&self, files: &[usize]) -> Option<(Place, String, String)> {
        let entries = self.entries.borrow();
        entries
            .iter()
            .filter(|entry| entry.code == "draft-field" && files.contains(&entry.place.file))
            .min_by_key(|entry| (files.iter().position(|file| *file == entry.place.file), entry.absence, entry.place))
            .map(|entry| (entry.place, entry.message.clone(), entry.remedy.clone()))
    }

    /// Everything found: each thing once, by file and place, `draft-next` last of all.
    pub fn finish(self) -> Vec<Problem> {
        let mut entries = self.entries.into_inner();
        // After a slip of syntax what is missing or of the wrong type is mostly what the slip swallowed.
        let broken: BTreeSet<_> = entries.iter().filter(|entry| entry.code == "syntax").map(|entry| entry.place.file).collect();
        entries.retain(|entry| !broken.contains(&entry.place.file) || (entry.code != "wrong-type" && entry.absence != Absence::Missing));
        entries.sort_by(|a, b| {
            let key = |e: &Entry| (e.code == "draft-next", e.place.file, e.place.start, e.place.end, e.severity);
            key(a).cmp(&key(b)).then_with(|| (a.code, &a.message).cmp(&(b.code, &b.message)))
        });
        let mut seen = BTreeSet::new();
        let mut problems = Vec::new();
        for entry in entries {
            if !seen.insert((entry.place, entry.code, entry.message.clone())) {
                continue;
            }
            let (file, text) = self.files.get(entry.place.file).copied().unwrap_or(("", ""));
            let span = clamp(text, entry.place.start..entry.place.end);
            let (line, column) = position(text, span.start);
            let Entry { code, message, remedy, severity, .. } = entry;
            problems.push(Problem { code, file: file.to_owned(), span, line, column, message, remedy, severity });
        }
        problems
    }
}

/// The range moved to character boundaries inside the text.
fn clamp(text: &str, span: Range<usize>) -> Range<usize> {
    let floor = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = floor(span.start);
    start..floor(span.end).max(start)
}

/// Line and column (in characters) of a byte offset, from 1.
fn position(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (line, column)
}
