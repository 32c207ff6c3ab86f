//! What `check` found, claim by claim: as rows for every format, and as words for people.

use super::registry;
use super::session::{LOCK, Session};
use crate::audit::drift::{Drift, DriftKind};
use crate::audit::lock::Entry;
use crate::audit::{Verdict, number_of, plain_number};
use crate::registry::diagnostics::Colour;
use crate::registry::{Claim, ClaimId, WorldId, claim_lines};
use crate::report::{CheckReport, CheckRow};
use crate::taxonomy::Word as _;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// One row per claim that was checked or is missed.
#[must_use]
pub fn rows(session: &Session, now: &BTreeMap<String, Entry>, drifts: &[Drift]) -> Vec<CheckRow> {
    let places = Places::of(session);
    let ids: BTreeSet<&String> = now.keys().chain(drifts.iter().map(|drift| &drift.claim)).collect();
    let row = |id: &String| {
        let drift = drifts.iter().find(|drift| drift.claim == *id && drift.kind != DriftKind::Moved);
        let accepted = session.lock.claims.get(id);
        let skipped = accepted.filter(|entry| matches!(entry.verdict, Verdict::Undecided | Verdict::Untested));
        let (file, line) = places.of_claim(id);
        CheckRow {
            id: id.clone(),
            file,
            line,
            accepted: accepted.map_or_else(|| "nothing".to_owned(), |entry| words(session, entry)),
            found: now.get(id).map_or_else(|| missing(drift), |entry| words(session, entry)),
            skipped: skipped.map(|entry| entry.reason.clone().unwrap_or_else(|| entry.verdict.to_string())),
            drift: drift.map(|drift| drift.kind.to_string()),
            cause: drift.map(Drift::because),
            details: drift.map_or_else(Vec::new, |drift| drift.what.iter().chain(&drift.edits).cloned().collect()),
            accept: drift.map(|drift| format!("collapse-audit accept {} --reason \"…\"", drift.claim)),
        }
    };
    ids.into_iter().map(row).collect()
}

/// What is said in the place of an entry that is not there.
fn missing(drift: Option<&Drift>) -> String {
    match drift.map(|drift| drift.kind) {
        Some(DriftKind::Gone) => "gone".to_owned(),
        Some(DriftKind::Changed | DriftKind::Lost | DriftKind::New | DriftKind::Moved) | None => "not run".to_owned(),
    }
}

/// Files and lines of claims, as the repository has them.
struct Places<'s> {
    session: &'s Session,
    prefix: String,
    /// Study -> claim -> line.
    lines: BTreeMap<String, BTreeMap<String, u32>>,
    lock: String,
}

impl<'s> Places<'s> {
    fn of(session: &'s Session) -> Self {
        let read =
            |name: &str| session.folder.as_ref().and_then(|folder| std::fs::read_to_string(folder.join(name)).ok()).unwrap_or_default();
        let studies = session.registry.studies.keys();
        let lines = studies.map(|study| (study.clone(), claim_lines(&read(&format!("claims/{study}.toml"))))).collect();
        Self { session, prefix: registry::prefix(session.folder.as_deref()), lines, lock: read(LOCK) }
    }

    /// In the claims file where the claim is written there, else in the lock.
    fn of_claim(&self, id: &str) -> (String, Option<u32>) {
        if let Some(Claim { id: ClaimId { study, name }, .. }) = self.session.registry.claim(id) {
            return (format!("{}claims/{study}.toml", self.prefix), self.lines.get(study).and_then(|lines| lines.get(name)).copied());
        }
        let head = format!("[claim.{}]", toml::Value::from(id));
        let line = self.lock.lines().position(|line| line.trim() == head).and_then(|at| u32::try_from(at + 1).ok());
        (format!("{}{LOCK}", self.prefix), line)
    }
}

/// An entry in words, world by world in the order of the registry, then those that it no longer has.
fn words(session: &Session, entry: &Entry) -> String {
    let ours: Vec<&str> = session.registry.worlds().map(WorldId::id).collect();
    let gone = entry.worlds.keys().map(String::as_str).filter(|id| !ours.contains(id));
    let outcome = |id: &str| entry.worlds.get(id).and_then(|held| held.outcome).map_or_else(|| "none".to_owned(), |one| one.to_string());
    let worlds: String = ours.iter().copied().chain(gone).map(|id| format!(", {id} {}", outcome(id))).collect();
    format!("{} ({}){}{worlds}", entry.verdict, entry.fidelity, interval(entry))
}

/// The estimate with its interval; nothing where there is none.
fn interval(entry: &Entry) -> String {
    let limit = |value: Option<f64>, open: &str| value.map_or_else(|| open.to_owned(), plain_number);
    match (entry.estimate, entry.low, entry.high) {
        (None, None, None) => String::new(),
        (estimate, low, high) => {
            let estimate = estimate.map_or_else(String::new, |estimate| format!(" {}", plain_number(estimate)));
            format!(",{estimate} [{}, {}]", limit(low, "-inf"), limit(high, "inf"))
        }
    }
}

/// The whole report for people.
#[must_use]
pub fn human(report: &CheckReport, drifts: &[Drift]) -> String {
    let mut text = String::new();
    for row in &report.claims {
        let (Some(drift), Some(cause)) = (&row.drift, &row.cause) else { continue };
        let line = row.line.map_or_else(String::new, |line| format!(":{line}"));
        let _ =
            writeln!(text, "{drift}: {} ({}{line})\n  accepted: {}\n  now:      {}\n  {cause}", row.id, row.file, row.accepted, row.found);
        row.details.iter().for_each(|detail| text += &format!("    {detail}\n"));
        row.accept.iter().for_each(|command| text += &format!("  if this is meant: {command}\n"));
    }
    let moved = drifts.iter().filter(|drift| drift.kind == DriftKind::Moved).count();
    let drifted = drifts.len() - moved;
    let moved = if moved > 0 { format!(", numbers of {moved} moved without changing a verdict") } else { String::new() };
    let _ = writeln!(text, "{} checked, {drifted} drifted{moved}", number_of(report.claims.len(), "claim"));
    report.notes.iter().for_each(|note| text += &format!("{note}\n"));
    text
}

/// What [`human`] wrote, with the kind of every drift in red where colours are wanted.
pub fn coloured(text: &str, colour: Colour) -> String {
    let is_kind = |word: &str| DriftKind::all().iter().any(|kind| kind.id() == word);
    let painted = |line: &str| match line.split_once(": ").filter(|(word, _)| is_kind(word)) {
        Some((kind, rest)) => format!("\u{1b}[1;31m{kind}\u{1b}[0m: {rest}\n"),
        None => format!("{line}\n"),
    };
    match colour {
        Colour::Plain => text.to_owned(),
        Colour::Ansi => text.lines().map(painted).collect(),
    }
}
