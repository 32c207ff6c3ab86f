//! `check`: do accepted verdicts still stand? Runs what the lock holds and nothing else.

use super::args::{CheckArgs, CheckFormat};
use super::exit::Exit;
use super::session::{Session, chooses_nothing};
use super::{check_rows, drafts, say, spot};
use crate::Result;
use crate::audit::drift::{self, Drift, DriftKind, Now};
use crate::audit::lock::{self, Entry, Lock};
use crate::audit::{Open, Verdict, number_of, said};
use crate::drive::{self, Held, Settled};
use crate::random::Seed;
use crate::registry::{Claim, ClaimId, Filter, Gone, Sources, WorldId};
use crate::report::{self, CheckReport};
use crate::verdict::Outcome;
use std::collections::{BTreeMap, BTreeSet};

/// Checks the lock. A format for programs is a valid document also where the registry has problems: an empty one.
///
/// # Errors
/// A registry with problems, wrong usage, files that cannot be read, an interruption.
pub fn check(args: &CheckArgs, shipped: &Sources) -> Result<Exit> {
    let session = match Session::open(&args.common, shipped, &args.cache) {
        Ok(session) => session,
        Err(trouble) => {
            if args.format != CheckFormat::Human {
                say::out(&written(args.format, &CheckReport::default()))?;
            }
            return Err(trouble);
        }
    };
    let asked = Asked::of(&session, args.only.as_deref())?;
    let now = stand(&session, &asked.claims, args.seed)?;
    let worlds: Vec<_> = session.registry.worlds().cloned().collect();
    let (ground, texts) = (lock::ground(&session.registry), said::texts(&session.registry));
    let stands = Now { entries: &now, ground: &ground, worlds: &worlds, texts: &texts };
    let mut drifts = drift::compare(&session.lock, stands, |claim| asked.covers(&session, claim));
    drifts.extend(never_accepted(&session.lock, &asked.claims));
    drifts.sort_by(|a, b| a.claim.cmp(&b.claim));
    let mut notes = unmoved(&drift::unmoved_by(&session.lock, stands, &drifts), &drift::edited_under(&session.lock, stands));
    notes.extend(in_drafts(&session));
    notes.extend(set_aside(&session));
    let report = CheckReport { claims: check_rows::rows(&session, &now, &drifts), notes };
    match args.format {
        CheckFormat::Human => say::styled(&check_rows::coloured(&say::harmless(&check_rows::human(&report, &drifts)), say::colour()))?,
        format => say::out(&written(format, &report))?,
    }
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

/// A report as a document for programs.
fn written(format: CheckFormat, report: &CheckReport) -> String {
    match format {
        CheckFormat::Github => report::github(report),
        CheckFormat::Junit => report::junit(report),
        CheckFormat::Sarif => report::sarif(report),
        CheckFormat::Json | CheckFormat::Human => format!("{}\n", serde_json::to_string_pretty(report).unwrap_or_default()),
    }
}

/// What is to be checked.
struct Asked {
    /// Claims of the registry.
    claims: BTreeSet<ClaimId>,
    /// The filter by which they were chosen.
    filter: Option<Filter>,
}

impl Asked {
    /// Of every study that is no draft, or what the filter chooses, claims that are gone among it.
    fn of(session: &Session, only: Option<&str>) -> Result<Self> {
        if let Some(only) = only {
            let filter = session.filter(only)?;
            let mut claims = session.chosen(&filter).claims;
            let is_nothing = claims.is_empty();
            claims.retain(|id| !is_set_aside(session, &id.to_string()));
            let asked = Self { claims, filter: Some(filter) };
            let is_asked = |claim: &String| asked.covers(session, claim);
            if !is_nothing || session.lock.claims.keys().any(is_asked) {
                return Ok(asked);
            }
            let named = asked.filter.iter().flat_map(|filter| session.chosen(filter).studies).next();
            return Err(named.and_then(|study| drafts::without_claims(session, &study)).unwrap_or_else(|| chooses_nothing(only)));
        }
        let is_open = |claim: &&Claim| {
            session.registry.studies.get(&claim.id.study).is_some_and(|study| !study.draft) && !is_set_aside(session, &claim.id.to_string())
        };
        Ok(Self { claims: session.registry.claims.values().filter(is_open).map(|claim| claim.id.clone()).collect(), filter: None })
    }

    /// Whether a claim of the lock that does not stand now is missed.
    fn covers(&self, session: &Session, claim: &str) -> bool {
        if is_draft(session, claim) || is_set_aside(session, claim) {
            return false;
        }
        let Some(filter) = &self.filter else { return true };
        if let Some(known) = session.registry.claim(claim) {
            return self.claims.contains(&known.id);
        }
        session.lock.claims.get(claim).is_some_and(|entry| {
            let (verdict, fidelity) = (entry.verdict.to_string(), entry.fidelity.to_string());
            filter.may_choose(&session.registry, &Gone { id: claim, verdict: &verdict, fidelity: &fidelity })
        })
    }
}

/// Whether the claim's study has been put back to a draft.
fn is_draft(session: &Session, claim: &str) -> bool {
    claim.split_once('/').and_then(|(study, _)| session.registry.studies.get(study)).is_some_and(|study| study.draft)
}

/// Claims that the lock holds and whose study is a draft: neither gone nor checked.
fn in_drafts(session: &Session) -> Option<String> {
    let held: Vec<&str> = session.lock.claims.keys().map(String::as_str).filter(|claim| is_draft(session, claim)).collect();
    (!held.is_empty()).then(|| format!("accepted, and not checked because the study is a draft now: {}", held.join(", ")))
}

/// Whether the claim's simulation is run by a program that may not be started.
fn is_set_aside(session: &Session, claim: &str) -> bool {
    let simulation = |claim: &Claim| session.registry.studies.get(&claim.id.study)?.simulation(claim.simulation.as_deref()?);
    session.registry.claim(claim).and_then(simulation).is_some_and(|simulation| !simulation.is_open())
}

/// Claims that the lock holds and that only a program could show again.
fn set_aside(session: &Session) -> Option<String> {
    let held: Vec<&str> = session.lock.claims.keys().map(String::as_str).filter(|claim| is_set_aside(session, claim)).collect();
    (!held.is_empty()).then(|| {
        format!("accepted, and not checked because a program runs their simulation, which takes --allow-external: {}", held.join(", "))
    })
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
        edits: Vec::new(),
    };
    chosen.iter().filter(is_new).map(drift).collect()
}

/// What changed underneath claims that stand all the same, and what it said and says.
fn unmoved(parts: &BTreeMap<String, usize>, edited: &BTreeSet<String>) -> Vec<String> {
    let told: Vec<String> = parts.iter().map(|(part, claims)| format!("{part} (under {})", number_of(*claims, "claim"))).collect();
    let first = (!told.is_empty()).then(|| {
        format!(
            "nothing to do: these parts are not as they were when claims were accepted, and the claims came out as accepted all the same: {}. An entry keeps \
             what it was accepted under until `accept` writes it anew, which only a claim that drifts asks for",
            told.join(", ")
        )
    });
    let what = edited.iter().map(|edit| format!("among it, in words: {edit}"));
    first.into_iter().chain(what).collect()
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
