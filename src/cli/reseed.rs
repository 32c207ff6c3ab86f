//! `reseed`: every claim's own test and control under fresh root seeds, to tell which verdicts hang on the draw.

use super::args::ReseedArgs;
use super::session::{ERROR_RATE, FRESH_SEEDS, Session};
use super::{output, registry, say};
use crate::audit::{ClaimReport, CountedErrors, ErrorRate, FreshCode, FreshSeeds};
use crate::drive::{self, Held, Settled};
use crate::random::Seed;
use crate::registry::{Claim, ClaimId, Proof, Sources, Study};
use crate::{Error, Result, fingerprint};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Asks again under the seeds 1, 2, … and says which claims come and go, and which were decided both ways.
///
/// # Errors
/// A registry with problems, an interruption, a file that cannot be written, or a claim decided both ways.
pub fn reseed(args: &ReseedArgs, shipped: &Sources) -> Result<()> {
    let session = Session::open(&args.common, shipped, &args.cache)?;
    let claims = asked(&session, args)?;
    let mut rows = BTreeMap::new();
    for seed in 1..=u64::from(args.seeds) {
        say::err(&format!("seed {seed} of {}\n", args.seeds));
        rows.insert(seed, under(&session, &claims, args, Seed(seed))?);
    }
    let fresh = FreshSeeds::of(&session.registry, code(), &rows);
    let rate = ErrorRate::of(&rows);
    if args.write && args.quick {
        let counted = CountedErrors::of(&session.registry, code(), quick_replicates(&session), rate.clone());
        write(&session, ERROR_RATE, counted.text())?;
    } else if args.write {
        write(&session, FRESH_SEEDS, fresh.text())?;
    }
    say::out(&screen(&fresh, &rate))
}

/// Writes a file of the registry.
fn write(session: &Session, name: &str, text: std::result::Result<String, String>) -> Result<()> {
    let path = registry::writable(session.folder.clone())?.join(name);
    let text = text.map_err(|message| Error::Content { path: path.clone(), message })?;
    output::write_file(&path, text.as_bytes())
}

/// The most replicates that `--quick` asks of.
fn quick_replicates(session: &Session) -> u32 {
    session.registry.criteria.quick_replicates as u32
}

/// The code that these verdicts come from.
fn code() -> FreshCode<'static> {
    FreshCode { engine: fingerprint::engine(), rules: fingerprint::rules() }
}

/// The claims that have a test, of studies that are no drafts.
fn asked(session: &Session, args: &ReseedArgs) -> Result<BTreeSet<ClaimId>> {
    let chosen = args.only.as_deref().map(|filter| session.select(filter)).transpose()?;
    let registry = &session.registry;
    let is_asked = |id: &ClaimId| match &chosen {
        Some(selection) => selection.claims.contains(id),
        None => registry.studies.get(&id.study).is_some_and(|study| !study.draft),
    };
    // Recorded replicates have one seed, and what a program runs is dear; to make them again under others is not what is asked here.
    let is_recorded = |claim: &&Claim| {
        let simulation = |study: &Study| Some(study.simulation(claim.simulation.as_ref()?)?.has_one_look());
        registry.studies.get(&claim.id.study).and_then(simulation).unwrap_or(false)
    };
    let tested = registry.claims.values().filter(|claim| !matches!(claim.proof, Proof::Untested { .. }) && !is_recorded(claim));
    Ok(tested.map(|claim| claim.id.clone()).filter(is_asked).collect())
}

fn under(session: &Session, claims: &BTreeSet<ClaimId>, args: &ReseedArgs, seed: Seed) -> Result<Vec<ClaimReport>> {
    let settled = if args.quick { Settled::Undecided { replicates: quick_replicates(session) } } else { Settled::Decided };
    let questions = BTreeMap::from([(Held::Test, settled), (Held::Control, settled)]);
    let scope = drive::Scope::Accepted(claims.iter().map(|id| (id.clone(), questions.clone())).collect());
    session.rows(claims, &scope, seed, "every claim with a test")
}

fn screen(fresh: &FreshSeeds, rate: &ErrorRate) -> String {
    let mut text = format!("{} claims under {} fresh seeds\n", fresh.claims.len(), fresh.seeds.len());
    let come_and_go: Vec<_> = fresh.come_and_go().collect();
    let _ = writeln!(text, "decided under some seeds and undecided under others: {}", come_and_go.len());
    for (claim, decided) in come_and_go {
        let _ = writeln!(text, "  {claim}: decided in {decided} of {}", fresh.seeds.len());
    }
    let both: Vec<_> = fresh.both_ways().collect();
    let _ = writeln!(text, "decided both ways (there must be none): {}", both.len());
    for claim in both {
        let _ = writeln!(text, "  {claim}");
    }
    text + &errors(rate)
}

/// Tests that say one thing under one seed and the opposite under another, and how often that can be at most.
fn errors(rate: &ErrorRate) -> String {
    let limit = |share: Option<f64>| share.map_or_else(String::new, |share| format!(", at most {share:.5} (one-sided, 95 %)"));
    let mut text = format!(
        "tests decided of {} claims: {} times; against most other seeds: {}{}; seeds with one: {} of {}{}\n",
        rate.claims,
        rate.decisions,
        rate.against,
        limit(rate.per_decision()),
        rate.seeds_against,
        rate.seeds,
        limit(rate.per_seed())
    );
    for (claim, (holds, fails)) in &rate.both_ways {
        let _ = writeln!(text, "  {claim}: its test holds {holds} times and fails {fails} times");
    }
    text
}
