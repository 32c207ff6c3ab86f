//! `accept`: decides claims anew and writes their verdicts into the lock.

use super::args::AcceptArgs;
use super::session::{LOCK, Session, depth};
use super::{DEFAULT_SEED, output, say, show};
use crate::audit::lock;
use crate::random::Seed;
use crate::registry::{ClaimId, Sources};
use crate::{Error, Result};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Accepts claims as they stand.
///
/// # Errors
/// An unknown claim, a draft, a registry that is compiled in, files that cannot be written.
pub fn accept(args: &AcceptArgs, shipped: &Sources) -> Result<()> {
    if args.reason.trim().is_empty() {
        return Err(Error::Usage("--reason is empty; say why these verdicts are accepted".to_owned()));
    }
    let session = Session::open(&args.common, shipped, &args.cache)?;
    let Some(folder) = session.folder.clone() else {
        return Err(Error::Usage("the registry compiled in cannot be changed; run this in a checkout or with --registry DIR".to_owned()));
    };
    let chosen = chosen(&session, args)?;
    let (_, scope) = depth(false);
    let seed = Seed(DEFAULT_SEED);
    let rows = session.rows(&chosen, &scope, seed, "accepted claims")?;
    let entries = lock::entries(&session.registry, &rows, seed.0, &args.reason);
    let mut lock = session.lock.clone();
    if args.all {
        lock.claims.retain(|id, _| entries.contains_key(id));
    }
    let mut text = String::new();
    for (id, entry) in &entries {
        let before = session.lock.claims.get(id).map_or_else(|| "nothing".to_owned(), |old| old.verdict.to_string());
        if before != entry.verdict.to_string() {
            let _ = writeln!(text, "{id}: {} (was {before})", entry.verdict);
        }
    }
    lock.accept(entries, lock::ground(&session.registry));
    let path = folder.join(LOCK);
    let body = lock.text().map_err(|message| Error::Content { path: path.clone(), message })?;
    output::write_file(&path, body.as_bytes())?;
    let _ = writeln!(text, "{} claims in {}", lock.claims.len(), path.display());
    say::out(&text)
}

fn chosen(session: &Session, args: &AcceptArgs) -> Result<BTreeSet<ClaimId>> {
    let registry = &session.registry;
    let is_draft = |id: &ClaimId| registry.studies.get(&id.study).is_some_and(|study| study.draft);
    if args.all {
        return Ok(registry.claims.keys().filter(|id| !is_draft(id)).cloned().collect());
    }
    let mut chosen = BTreeSet::new();
    for wanted in &args.claims {
        let named: Vec<_> = registry.claims.keys().filter(|id| id.study == *wanted || id.to_string() == *wanted).collect();
        if named.is_empty() {
            return Err(show::unknown(registry, wanted));
        }
        if let Some(id) = named.iter().find(|id| is_draft(id)) {
            let message = format!("{wanted} belongs to a draft; delete the `draft = true` line of studies/{}.toml first", id.study);
            return Err(Error::Usage(message));
        }
        chosen.extend(named.into_iter().cloned());
    }
    Ok(chosen)
}
