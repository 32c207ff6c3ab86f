//! `accept`: decides claims anew and writes their verdicts into the lock.

use super::args::AcceptArgs;
use super::held::HeldLock;
use super::session::{LOCK, Session, depth, read_lock};
use super::{DEFAULT_SEED, drafts, output, registry, say, show};
use crate::audit::lock::{self, Entry, Lock};
use crate::audit::{number_of, said};
use crate::random::Seed;
use crate::registry::{ClaimId, Sources};
use crate::{Error, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

/// Accepts claims as they stand; a claim that the registry no longer has is dropped. The lock is read again just before it is written, and
/// held meanwhile, so that several at once lose nothing of each other.
///
/// # Errors
/// An unknown claim, a draft, a registry that is compiled in, files that cannot be written.
pub fn accept(args: &AcceptArgs, shipped: &Sources) -> Result<()> {
    if args.reason.trim().is_empty() {
        return Err(Error::Usage("--reason is empty; say why these verdicts are accepted".to_owned()));
    }
    let session = Session::open(&args.common, shipped, &args.cache)?;
    let folder = registry::writable(session.folder.clone())?;
    let chosen = chosen(&session, args)?;
    let (_, scope) = depth(false);
    let seed = Seed(DEFAULT_SEED);
    let rows = session.rows(&chosen.claims, &scope, seed, "accepted claims")?;
    let entries = lock::entries(&session.registry, &rows, seed.0, &args.reason);
    let path = folder.join(LOCK);
    let _held = HeldLock::of(&path)?;
    let mut lock = read(&path)?;
    let text = told(&lock, &entries, &chosen.gone);
    let stays = |id: &String| !args.all || entries.contains_key(id) || session.registry.claim(id).is_some();
    lock.claims.retain(|id, _| !chosen.gone.contains(id) && stays(id));
    lock.accept(entries, lock::ground(&session.registry));
    lock.keep_texts(&said::texts(&session.registry));
    let body = lock.text().map_err(|message| Error::Content { path: path.clone(), message })?;
    output::write_file(&path, body.as_bytes())?;
    say::out(&format!("{text}{} in {}\n", number_of(lock.claims.len(), "claim"), path.display()))
}

/// The lock as it stands on disk now.
fn read(path: &Path) -> Result<Lock> {
    match std::fs::read_to_string(path) {
        Ok(text) => read_lock(&text, path),
        Err(trouble) if trouble.kind() == std::io::ErrorKind::NotFound => Ok(Lock::empty()),
        Err(source) => Err(Error::io("read", path, source)),
    }
}

/// What is not as it was.
fn told(lock: &Lock, entries: &BTreeMap<String, Entry>, gone: &BTreeSet<String>) -> String {
    let mut text = String::new();
    for (id, entry) in entries {
        let before = lock.claims.get(id).map_or_else(|| "nothing".to_owned(), |old| old.verdict.to_string());
        if before != entry.verdict.to_string() {
            let _ = writeln!(text, "{id}: {} (was {before})", entry.verdict);
        }
    }
    gone.iter().for_each(|id| text += &format!("{id}: dropped, the registry no longer has it\n"));
    text
}

/// What is to be accepted.
struct Chosen {
    claims: BTreeSet<ClaimId>,
    /// Claims that only the lock has.
    gone: BTreeSet<String>,
}

fn chosen(session: &Session, args: &AcceptArgs) -> Result<Chosen> {
    let registry = &session.registry;
    let is_draft = |id: &ClaimId| registry.studies.get(&id.study).is_some_and(|study| study.draft);
    if args.all {
        let claims = registry.claims.keys().filter(|id| !is_draft(id)).cloned().collect();
        return Ok(Chosen { claims, gone: BTreeSet::new() });
    }
    let mut chosen = Chosen { claims: BTreeSet::new(), gone: BTreeSet::new() };
    for wanted in &args.claims {
        let named: Vec<_> = registry.claims.keys().filter(|id| id.study == *wanted || id.to_string() == *wanted).collect();
        let is_gone = |id: &&String| **id == *wanted || id.split_once('/').is_some_and(|(study, _)| study == wanted);
        let gone: Vec<&String> = session.lock.claims.keys().filter(is_gone).filter(|id| registry.claim(id).is_none()).collect();
        if named.is_empty() && gone.is_empty() {
            return Err(drafts::without_claims(session, wanted).unwrap_or_else(|| show::unknown(registry, wanted)));
        }
        if let Some(id) = named.iter().find(|id| is_draft(id)) {
            let message = format!("{wanted} belongs to a draft; delete the `draft = true` line of studies/{}.toml first", id.study);
            return Err(Error::Usage(message));
        }
        chosen.claims.extend(named.into_iter().cloned());
        chosen.gone.extend(gone.into_iter().cloned());
    }
    Ok(chosen)
}
