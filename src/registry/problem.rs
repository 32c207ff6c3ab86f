//! What is wrong with a registry: file, place, stable code, what was found and what to write instead.
//!
//! Readers push problems into a [`Log`] and go on, so that one run shows everything. The table of codes with their
//! long explanations stands in `codes.rs`; words on a screen are made in `diagnostics.rs`.

use super::allowance::Allowance;
use serde::Serialize;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Most entries that are kept of one file: a file with more is not mended one by one, and what is told of each grows with the file.
const MOST: usize = 1_000;

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
    /// Entries by file, those beyond [`MOST`] too.
    found: RefCell<BTreeMap<usize, Found>>,
    /// Problems so far, kept or not.
    problems: Cell<usize>,
    stage: Cell<Stage>,
    /// What the study that is read may still take.
    pub allowance: Allowance,
}

/// How much was found in a file.
#[derive(Clone, Copy)]
struct Found {
    entries: usize,
    worst: Severity,
}

impl<'s> Log<'s> {
    /// Problems so far, kept or not.
    pub const fn problems_so_far(&self) -> usize {
        self.problems.get()
    }

    pub fn new(files: Vec<(&'s str, &'s str)>) -> Self {
        Self {
            files,
            entries: RefCell::default(),
            found: RefCell::default(),
            problems: Cell::new(0),
            stage: Cell::new(Stage::Final),
            allowance: Allowance::default(),
        }
    }

    /// The text of a file of the registry.
    pub fn text_of(&self, name: &str) -> Option<&'s str> {
        self.files.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
    }

    /// Whether something was told of this file already.
    pub fn is_told(&self, name: &str) -> bool {
        let place = self.files.iter().position(|(known, _)| *known == name);
        place.is_some_and(|place| self.found.borrow().contains_key(&place))
    }

    fn name_of(&self, file: usize) -> Option<&'s str> {
        self.files.get(file).map(|(name, _)| *name)
    }

    /// The names of files in a folder.
    pub fn names_in(&self, folder: &str) -> Vec<&'s str> {
        self.files.iter().filter_map(|(name, _)| name.strip_prefix(folder)?.strip_prefix('/')).collect()
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
        self.add(Entry { place, code, message: message.into(), remedy: remedy.into(), severity, absence });
    }

    fn push(&self, place: Place, code: &'static str, message: String, remedy: String, severity: Severity) {
        self.add(Entry { place, code, message, remedy, severity, absence: Absence::No });
    }

    fn add(&self, entry: Entry) {
        self.problems.set(self.problems.get() + usize::from(entry.severity == Severity::Problem));
        let mut found = self.found.borrow_mut();
        let of_file = found.entry(entry.place.file).or_insert(Found { entries: 0, worst: entry.severity });
        of_file.entries += 1;
        of_file.worst = of_file.worst.min(entry.severity);
        // The hint of what to write next comes last of all and is one.
        if of_file.entries <= MOST || entry.code == "draft-next" {
            self.entries.borrow_mut().push(entry);
        }
    }

    /// How many problems (not notes) there are so far.
    pub fn count(&self) -> usize {
        self.problems.get()
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

    /// Everything found: each thing once, by file and place; first what keeps a file from being read, since what others ask of it is then
    /// missing too, and `draft-next` last of all.
    pub fn finish(self) -> Vec<Problem> {
        let mut entries = self.entries.take();
        entries.extend(self.found.take().into_iter().filter_map(|(file, found)| more(file, found)));
        // What else is told of a file that is no TOML, and of claims that speak of its tables, follows from the slip.
        let broken: BTreeSet<&str> =
            entries.iter().filter(|entry| entry.code == SYNTAX).filter_map(|entry| self.name_of(entry.place.file)).collect();
        let follows = |file: &str| {
            let study = file.strip_prefix("claims/").map(|name| format!("studies/{name}"));
            broken.contains(file) || study.is_some_and(|study| broken.contains(&*study))
        };
        entries.retain(|entry| entry.code == SYNTAX || !self.name_of(entry.place.file).is_some_and(follows));
        entries.sort_by(|a, b| {
            let key = |e: &Entry| (e.code == "draft-next", !is_cause(e.code), e.place.file, e.place.start, e.place.end, e.severity);
            key(a).cmp(&key(b)).then_with(|| (a.code, &a.message).cmp(&(b.code, &b.message)))
        });
        let mut seen = BTreeSet::new();
        let mut problems = Vec::new();
        let mut lines = BTreeMap::new();
        for entry in entries {
            if !seen.insert((entry.place, entry.code, entry.message.clone())) {
                continue;
            }
            let (file, text) = self.files.get(entry.place.file).copied().unwrap_or(("", ""));
            let span = clamp(text, entry.place.start..entry.place.end);
            let starts = lines.entry(entry.place.file).or_insert_with(|| line_starts(text));
            let (line, column) = position(text, starts, span.start);
            let Entry { code, message, remedy, severity, .. } = entry;
            problems.push(Problem { code, file: file.to_owned(), span, line, column, message, remedy, severity });
        }
        problems
    }
}

/// The code of text that is no TOML.
pub(super) const SYNTAX: &str = "syntax";

/// Whether a problem keeps a whole file, or what stands behind it there, from being read: complaints about what others ask of it follow.
fn is_cause(code: &str) -> bool {
    ["missing-folder", "missing-file", "unreadable-file", "merge-conflict", SYNTAX].contains(&code)
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

/// What is said of a file with more entries than are kept.
fn more(file: usize, Found { entries, worst }: Found) -> Option<Entry> {
    (entries > MOST).then(|| Entry {
        place: Place::file(file),
        code: "more-problems",
        message: format!("{entries} things are wrong with this file or worth a note; the first {MOST} that were found are told"),
        remedy: "mend these, then `lint` again".to_owned(),
        severity: worst,
        absence: Absence::No,
    })
}

/// Where the lines of a text start.
fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

/// Line and column (in characters) of a byte offset, from 1.
fn position(text: &str, starts: &[usize], at: usize) -> (usize, usize) {
    let line = starts.partition_point(|start| *start <= at);
    (line, text[starts[line - 1]..at].chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_file_that_is_no_toml_its_syntax_alone_is_told_and_nothing_of_the_claims_that_speak_of_it() {
        let names = ["studies/a.toml", "claims/a.toml", "claims/b.toml", "studies/b.toml", "claims/c.toml"];
        let log = Log::new(names.map(|name| (name, "")).to_vec());
        for (file, code) in [
            ("studies/a.toml", SYNTAX),
            ("studies/a.toml", "missing-key"),
            ("claims/a.toml", "unknown-simulation"),
            ("claims/b.toml", SYNTAX),
            ("studies/b.toml", "missing-key"),
            ("claims/c.toml", "unknown-simulation"),
        ] {
            log.problem(Place::file(names.iter().position(|name| *name == file).unwrap()), code, "", "");
        }
        let kept = log.finish();
        let mut kept: Vec<(&str, &str)> = kept.iter().map(|one| (one.file.as_str(), one.code)).collect();
        kept.sort_unstable();
        let mut expected = [
            ("studies/a.toml", SYNTAX),
            ("claims/b.toml", SYNTAX),
            ("studies/b.toml", "missing-key"),
            ("claims/c.toml", "unknown-simulation"),
        ];
        expected.sort_unstable();
        assert_eq!(kept, expected);
    }
}
