//! `check`: do accepted verdicts still stand? Runs what the lock holds and nothing else.

use super::args::{CheckArgs, CheckFormat};
use super::exit::Exit;
use super::session::Session;
use super::{say, spot};
use crate::Result;
use crate::audit::drift::{self, Drift, DriftKind, Now};
use crate::audit::lock::{self, Entry, Lock};
use crate::audit::{Open, Verdict};
use crate::drive::{self, Held, Settled};
use crate::random::Seed;
use crate::registry::{Claim, ClaimId, Sources, WorldId};
use crate::report::{self, CheckReport, CheckRow};
use crate::verdict::Outcome;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Checks the lock.
///
/// # Errors
/// A registry with problems, wrong usage, files that cannot be read, an interruption.
pub fn check(args: &CheckArgs, shipped: &Sources) -> Result<Exit> {
    let session = Session::open(&args.common, shipped, &args.cache)?;
    let chosen = chosen(&session, args.only.as_deref())?;
    let now = stand(&session, &chosen, args.seed)?;
    let worlds: Vec<_> = session.registry.worlds().cloned().collect();
    let ground = lock::ground(&session.registry);
    let stands = Now { entries: &now, ground: &ground, worlds: &worlds };
    let mut drifts = drift::compare(&session.lock, stands, |claim| args.only.is_none() || chosen.iter().any(|id| id.to_string() == claim));
    drifts.extend(never_accepted(&session.lock, &chosen));
    drifts.sort_by(|a, b| a.claim.cmp(&b.claim));
    let rows = rows(&session, &now, &drifts);
    let report = CheckReport { claims: rows };
    let text = match args.format {
        CheckFormat::Human => human(&report, &drifts) + &unmoved(&drift::unmoved_by(&session.lock, stands, &drifts)),
        CheckFormat::Github => report::github(&report),
        CheckFormat::Junit => report::junit(&report),
        CheckFormat::Sarif => report::sarif(&report),
        CheckFormat::Json => format!("{}\n", serde_json::to_string_pretty(&report).unwrap_or_default()),
    };
    say::out(&text)?;
    if args.only.is_none() {
        let spot = spot::spot(&session, args.spot)?;
        say::err(&spot.text());
        if !spot.differing.is_empty() {
            return Ok(Exit::Drifted);
        }
    }
    Ok(match drift::exit_code(&drifts) {
        0 => Exit::AsExpected,
        4 => Exit::Undecided,
        _ => Exit::Drifted,
    })
}

/// The claims to check: of every study that is no draft, or those the filter chooses.
fn chosen(session: &Session, only: Option<&str>) -> Result<BTreeSet<ClaimId>> {
    if let Some(filter) = only {
        return Ok(session.select(filter)?.claims);
    }
    let is_open = |claim: &&Claim| session.registry.studies.get(&claim.id.study).is_some_and(|study| !study.draft);
    Ok(session.registry.claims.values().filter(is_open).map(|claim| claim.id.clone()).collect())
}

/// What stands now of every chosen claim that the lock holds, drawn with the seed it was accepted with.
fn stand(session: &Session, chosen: &BTreeSet<ClaimId>, seed: Option<u64>) -> Result<BTreeMap<String, Entry>> {
    let mut by_seed: BTreeMap<u64, BTreeSet<ClaimId>> = BTreeMap::new();
    for id in chosen {
        if let Some(entry) = session.lock.claims.get(&id.to_string()) {
            by_seed.entry(seed.unwrap_or(entry.seed.0)).or_default().insert(id.clone());
        }
    }
    let mut now = BTreeMap::new();
    for (seed, claims) in by_seed {
        now.extend(entries(session, &claims, Seed(seed))?);
    }
    Ok(now)
}

fn entries(session: &Session, claims: &BTreeSet<ClaimId>, seed: Seed) -> Result<BTreeMap<String, Entry>> {
    let held =
        claims.iter().filter_map(|id| Some((id.clone(), questions(session.lock.claims.get(&id.to_string())?, session.registry.worlds()))));
    let scope = drive::Scope::Accepted(held.collect());
    let rows = session.rows(claims, &scope, seed, "what the lock holds")?;
    Ok(lock::entries(&session.registry, &rows, seed.0, ""))
}

/// The questions whose answers the lock holds, and how each stood: with another seed a decided one may need more replicates than it
/// did, so only what was accepted as undecided is held to its look. A world that the lock does not know is asked until it is decided.
fn questions<'a>(entry: &Entry, worlds: impl Iterator<Item = &'a WorldId>) -> BTreeMap<Held, Settled> {
    let world = |id: &WorldId| match entry.worlds.get(id.id()) {
        None => Some(Settled::Decided),
        Some(held) => match held.outcome? {
            Outcome::Undecided => Some(Settled::Undecided { replicates: held.replicates }),
            Outcome::Occurs | Outcome::Absent | Outcome::NotApplicable => Some(Settled::Decided),
        },
    };
    let own = |question: Open, replicates: u32| match entry.open.contains(&question) {
        true => Settled::Undecided { replicates },
        false => Settled::Decided,
    };
    let test = (entry.verdict != Verdict::Untested).then(|| own(Open::Test, entry.replicates.test));
    let control = entry.replicates.control.map(|replicates| own(Open::Control, replicates));
    let own = [(Held::Test, test), (Held::Control, control)];
    own.into_iter()
        .chain(worlds.map(|id| (Held::World(id.clone()), world(id))))
        .filter_map(|(question, settled)| Some((question, settled?)))
        .collect()
}

fn never_accepted(lock: &Lock, chosen: &BTreeSet<ClaimId>) -> Vec<Drift> {
    let is_new = |id: &&ClaimId| !lock.claims.contains_key(&id.to_string());
    let drift = |id: &ClaimId| Drift {
        claim: id.to_string(),
        kind: DriftKind::New,
        what: vec!["not in the lock; run it and `accept` it".to_owned()],
        causes: Vec::new(),
    };
    chosen.iter().filter(is_new).map(drift).collect()
}

/// An entry in words, world by world in the order of the registry, then those that it no longer has.
fn words(session: &Session, entry: &Entry) -> String {
    let ours: Vec<&str> = session.registry.worlds().map(WorldId::id).collect();
    let gone = entry.worlds.keys().map(String::as_str).filter(|id| !ours.contains(id));
    let outcome = |id: &str| entry.worlds.get(id).and_then(|held| held.outcome).map_or_else(|| "none".to_owned(), |one| one.to_string());
    let worlds: String = ours.iter().copied().chain(gone).map(|id| format!(", {id} {}", outcome(id))).collect();
    format!("{} ({}){worlds}", entry.verdict, entry.fidelity)
}

fn rows(session: &Session, now: &BTreeMap<String, Entry>, drifts: &[Drift]) -> Vec<CheckRow> {
    let of = |id: &str| drifts.iter().find(|drift| drift.claim == id && drift.kind != DriftKind::Moved);
    let ids: BTreeSet<&String> = now.keys().chain(drifts.iter().map(|drift| &drift.claim)).collect();
    let row = |id: &String| {
        let drift = of(id);
        let accepted = session.lock.claims.get(id);
        let study = id.split_once('/').map_or(id.as_str(), |(study, _)| study);
        let skipped = accepted.filter(|entry| matches!(entry.verdict, Verdict::Undecided | Verdict::Untested));
        CheckRow {
            id: id.clone(),
            file: format!("claims/{study}.toml"),
            line: line(session, id),
            accepted: accepted.map_or_else(|| "nothing".to_owned(), |entry| words(session, entry)),
            found: now.get(id).map_or_else(|| drift.map_or_else(String::new, |d| d.what.join("; ")), |entry| words(session, entry)),
            skipped: skipped.map(|entry| entry.reason.clone().unwrap_or_else(|| entry.verdict.to_string())),
            drift: drift.map(|drift| drift.kind.to_string()),
            cause: drift.map(Drift::because),
        }
    };
    ids.into_iter().map(row).collect()
}

/// The line of the claim's id in its file, where the file is at hand.
fn line(session: &Session, id: &str) -> Option<u32> {
    let (study, name) = id.split_once('/')?;
    let path = session.folder.as_ref()?.join("claims").join(format!("{study}.toml"));
    let text = std::fs::read_to_string(path).ok()?;
    let wanted = format!("id = \"{name}\"");
    let line = text.lines().position(|line| line.trim() == wanted)?;
    u32::try_from(line + 1).ok()
}

fn human(report: &CheckReport, drifts: &[Drift]) -> String {
    let mut text = String::new();
    for drift in drifts.iter().filter(|drift| drift.kind != DriftKind::Moved) {
        let _ = writeln!(text, "{}: {}\n  {}\n  {}", drift.kind, drift.claim, drift.what.join("\n  "), drift.because());
    }
    let moved = drifts.iter().filter(|drift| drift.kind == DriftKind::Moved).count();
    let drifted = drifts.len() - moved;
    let _ = writeln!(
        text,
        "{} claims checked, {drifted} drifted{}",
        report.claims.len(),
        if moved > 0 { format!(", numbers of {moved} moved without changing a verdict") } else { String::new() }
    );
    text
}

/// What changed underneath claims that stand all the same.
fn unmoved(parts: &BTreeMap<String, usize>) -> String {
    if parts.is_empty() {
        return String::new();
    }
    let told: Vec<String> = parts.iter().map(|(part, claims)| format!("{part} ({claims})")).collect();
    format!("changed since claims were accepted, and they stand all the same: {}\n", told.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(open: &str) -> Entry {
        let text = format!(
            "schema = 2\n[claim.\"a/x\"]\nverdict = \"reproduced\"\nfidelity = \"exact\"\n{open}seed = 1\naccepted = \"\"\n\
             worlds = {{ realistic = {{ outcome = \"absent\", replicates = 256 }}, contested = {{ outcome = \"undecided\", replicates = 2048 }}, \
             dear = {{ replicates = 0 }} }}\nreplicates = {{ test = 512, control = 256 }}\ndigest = \"\"\nunder = \"\"\n"
        );
        Lock::parse(&text).expect("a lock").claims["a/x"].clone()
    }

    #[test]
    fn a_question_is_held_to_its_look_only_where_it_was_accepted_as_undecided() {
        let worlds: Vec<WorldId> =
            (0..).zip(["realistic", "contested", "dear", "new"]).map(|(place, id)| WorldId::new(place, id)).collect();
        let held = |place: usize| Held::World(worlds[place].clone());
        let decided = questions(&entry(""), worlds.iter());
        assert_eq!(decided[&Held::Control], Settled::Decided, "another seed may need more replicates than this one did");
        assert_eq!((decided[&Held::Test], decided[&held(0)]), (Settled::Decided, Settled::Decided));
        assert_eq!(decided[&held(1)], Settled::Undecided { replicates: 2048 });
        assert_eq!(
            (decided.get(&held(2)), decided[&held(3)]),
            (None, Settled::Decided),
            "a new world is asked, one that could not be run is not"
        );
        let open = questions(&entry("open = [\"control\"]\n"), worlds.iter());
        assert_eq!((open[&Held::Test], open[&Held::Control]), (Settled::Decided, Settled::Undecided { replicates: 256 }));
    }
}
