//! The one screen that ends a run: verdicts, the worlds, what changed since the lock, what stays undecided.

use super::args::TableFormat;
use super::drafts;
use super::session::Session;
use super::table::Table;
use crate::audit::drift::{self, DriftKind, Now};
use crate::audit::lock;
use crate::audit::{AS_PUBLISHED, Audit, ClaimReport, Verdict, WorldReport, number_word, said};
use crate::report;
use crate::taxonomy::{Author, Knowledge, Word};
use std::fmt::Write;

/// At most so many lines of one kind; the rest is counted.
const LINES: usize = 12;

/// What stands where a world was not run.
const NOT_ASKED: &str = "not asked";
/// What marks an outcome under the change with which a conditional claim holds.
const HELD: &str = "*";
/// What the mark means, under the table.
const HELD_MEANS: &str = "* with the change under which the claim holds; `explain` tells the study's own setting beside it\n";

/// The final screen of a run.
#[must_use]
pub fn of(session: &Session, audit: &Audit) -> String {
    let mut text = String::new();
    if audit.provenance.scope != "full" {
        let _ = writeln!(text, "This run is {}.\n", audit.provenance.scope);
    }
    let open = drafts::open(session, audit.studies.iter().map(|study| &study.id));
    text += &if open.is_empty() { open } else { open + "\n" };
    text += &tables(audit);
    if audit.provenance.scope.starts_with("partial") && audit.claims.len() <= LINES {
        for study in &audit.studies {
            let _ = write!(text, "\n{}\n{}", claims_of(audit, &study.id), claims(audit, &study.id).render(TableFormat::Table));
            let is_marked = audit.claims.iter().any(|claim| claim.study == study.id && claim.held.is_some());
            text += if is_marked { HELD_MEANS } else { "" };
        }
    }
    text += &undecided(audit);
    text += &changes(session, audit);
    text
}

/// Verdicts and worlds.
fn tables(audit: &Audit) -> String {
    let mut text = "Claims by verdict and fidelity, checks of ours and recalled ones among them\n".to_owned();
    text += &verdicts(audit).render(TableFormat::Table);
    text += "\nWhat the exact and scaled main simulations of each definition show: studies, each once, in which it\n\
             occurs / is told both ways / is absent / is undecided, and how certain that summary is\n";
    text += &worlds(audit).render(TableFormat::Table);
    text
}

fn verdicts(audit: &Audit) -> Table {
    let mut table = Table::new(&["verdict", "exact", "scaled", "analogue", "none"]);
    for verdict in Verdict::all() {
        let counts = report::by_fidelity(audit, *verdict).map(|count| count.to_string());
        table.row(std::iter::once(verdict.to_string()).chain(counts));
    }
    table
}

fn worlds(audit: &Audit) -> Table {
    let places = places(audit);
    let mut table = Table::new(&[&["definition"], places.as_slice()].concat());
    for definition in &audit.definitions {
        let world = |name: &str| format!("{}: {}", report::studies_in(definition, name), report::certainty(definition, name));
        table.row([definition.id.to_string()].into_iter().chain(places.iter().map(|place| world(place))));
    }
    table
}

/// As published and every world, by the key of maps by world.
fn places(audit: &Audit) -> Vec<&str> {
    std::iter::once(AS_PUBLISHED).chain(audit.worlds.iter().map(|world| world.id.as_str())).collect()
}

fn claims_of(audit: &Audit, study: &str) -> String {
    format!("Claims of {study}, and their definition in the {} worlds", number_word(places(audit).len()))
}

/// The claims of one study: what was found, how near the run is, and whether the definition occurs elsewhere.
fn claims(audit: &Audit, study: &str) -> Table {
    let places = places(audit);
    let mut table = Table::new(&[&["claim", "verdict", "fidelity"], places.as_slice()].concat());
    for claim in audit.claims.iter().filter(|claim| claim.study == study) {
        let name = claim.id.split_once('/').map_or(claim.id.as_str(), |(_, name)| name);
        let world = |place: &&str| match &claim.held {
            None => claim.at(place).map_or_else(|| NOT_ASKED.to_owned(), WorldReport::words),
            Some(held) => held.at(place).map_or_else(|| NOT_ASKED.to_owned(), WorldReport::words) + HELD,
        };
        let row = [name.to_owned(), verdict(claim), claim.fidelity.to_string()];
        table.row(row.into_iter().chain(places.iter().map(world)));
    }
    table
}

/// A claim that we only recall is never called contradicted.
fn verdict(claim: &ClaimReport) -> String {
    let fragile = if claim.fragile == Some(true) { ", fragile" } else { "" };
    let recalled = claim.by == Author::Study && claim.known != Knowledge::Read;
    if recalled && claim.verdict == Verdict::Contradicted { "not confirmed".to_owned() } else { format!("{}{fragile}", claim.verdict) }
}

fn undecided(audit: &Audit) -> String {
    let open: Vec<&ClaimReport> = audit.claims.iter().filter(|claim| claim.verdict == Verdict::Undecided).collect();
    if open.is_empty() {
        return String::new();
    }
    let mut text = format!("\nUndecided: {}\n", open.len());
    for claim in open.iter().take(LINES) {
        let why = claim.reason.as_deref().unwrap_or("not decided within the budget");
        let needs = claim.needs.map_or_else(String::new, |needs| format!("; about {needs} replicates would decide it"));
        let _ = writeln!(text, "  {}: {why}{needs}", claim.id);
    }
    more(&mut text, open.len());
    text
}

fn changes(session: &Session, audit: &Audit) -> String {
    let is_quick = audit.provenance.scope.contains("quick");
    let mut now = lock::entries(&session.registry, &audit.claims, audit.provenance.seed.0, "");
    if is_quick {
        drift::leave_undecided_out(&session.lock, &mut now);
    }
    let worlds: Vec<_> = session.registry.worlds().cloned().collect();
    let is_whole = !audit.provenance.scope.starts_with("partial");
    let (ground, texts) = (lock::ground(&session.registry), said::texts(&session.registry));
    let stands = Now { entries: &now, ground: &ground, worlds: &worlds, texts: &texts };
    let is_draft =
        |claim: &str| claim.split_once('/').and_then(|(study, _)| session.registry.studies.get(study)).is_some_and(|one| one.draft);
    let mut drifts = drift::compare(&session.lock, stands, |claim| is_whole && !is_draft(claim));
    drifts.retain(|drift| drift.kind != DriftKind::Moved);
    if drifts.is_empty() && now.is_empty() {
        return "\nNothing to compare with the lock: no claim was run.\n".to_owned();
    }
    if drifts.is_empty() {
        let budget = if is_quick { " in what this smaller budget decides" } else { "" };
        return format!("\nNothing changed since the lock{budget}.\n");
    }
    let mut text = format!("\nChanged since the lock: {}\n", drifts.len());
    for drift in drifts.iter().take(LINES) {
        let _ = writeln!(text, "  {} ({}): {}; {}", drift.claim, drift.kind, drift.what.join("; "), drift.because());
    }
    more(&mut text, drifts.len());
    text
}

fn more(text: &mut String, all: usize) {
    if all > LINES {
        let _ = writeln!(text, "  … and {} more", all - LINES);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::diff::read;
    use std::path::Path;

    /// The study that the README shows: one study's claims, which no other study can change.
    const SHOWN: &str = "gerstgrasser-2024-inevitable";

    #[test]
    fn the_readme_shows_what_the_committed_report_says_of_one_study() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let audit = read(&root.join("report/audit.json")).expect("report/ is committed");
        let expected = claims(&audit, SHOWN).markdown();
        let readme = std::fs::read_to_string(root.join("README.md")).expect("there is a README");
        assert!(readme.contains(&format!("\n{expected}\n")), "README.md must show:\n{expected}");
    }
}
