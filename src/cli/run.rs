//! `run` and `merge`: the audit, its final screen, and the report.

use super::args::{MergeArgs, RunArgs};
use super::output::Foreign;
use super::session::{Session, depth};
use super::site::Site;
use super::{drafts, output, say, screen};
use crate::audit::{self, Audit, Depth};
use crate::drive::{self, Driver, Manifest, Run, Shards};
use crate::plan::{self, Selection, Shard};
use crate::random::Seed;
use crate::registry::Sources;
use crate::report::Page;
use crate::{Asked, Error, Result, report};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Runs the audit. Ends as expected whatever the verdicts.
///
/// # Errors
/// A registry with problems, wrong usage, files that cannot be written, an interruption.
pub fn run(args: &RunArgs, shipped: &Sources) -> Result<()> {
    let started = Instant::now();
    let session = Session::open_chosen(&args.common, shipped, &args.cache, args.only.as_deref())?;
    let selection = args.only.as_deref().map(|filter| session.select(filter)).transpose()?;
    if let Some(open) = selection.as_ref().filter(|chosen| chosen.claims.is_empty()).map(|chosen| drafts::open(&session, &chosen.studies))
        && !open.is_empty()
    {
        return say::out(&(open + "nothing was run: no claim is written out yet\n"));
    }
    let is_whole = selection.is_none() && !args.quick;
    let out = args.out.clone().or_else(|| is_whole.then(|| default_out(&args.common.registry, &session)));
    // What takes minutes is not run for a place that cannot be written, or that another run writes.
    let _site = out.as_deref().map(|out| Site::take(out, session.folder.as_deref())).transpose()?;
    let (depth, scope) = depth(args.quick);
    let simulations = session.planned(selection.as_ref());
    let (seed, audited) = (Seed(args.seed), audit::Scope { depth, selection });
    let weights = session.weights(args.preset.as_deref(), args.weights.as_deref())?;
    if let (Some(shard), Some(out)) = (&args.shard, &args.out) {
        let shard: Shard = shard.parse().map_err(|message| Error::Usage(format!("--shard: {message}")))?;
        let driver = Driver { registry: &session.registry, executor: session.executor(seed), scope: &scope };
        let run = Run { seed, scope: audited.label(), preset: args.preset.clone(), weights: args.weights.as_ref().map(|_| weights) };
        return run_shard(&driver, &simulations, shard, run, (out, args.force.foreign()));
    }
    let asked = Asked { simulations, scope, frame: published(session.frame(audited, seed, weights), args.published.as_ref()) };
    let audit = crate::audit(&session.registry, &asked, session.executor(seed))?;
    finish(&session, &audit, out.as_deref().map(|out| (out, args.force.foreign())), started)
}

/// Runs a shard, unless its folder holds it already.
fn run_shard(driver: &Driver<'_>, simulations: &Selection, shard: Shard, run: Run, (out, foreign): (&Path, Foreign)) -> Result<()> {
    let mine = plan::chosen(driver.registry, simulations, Some(&shard));
    if let (Shard::Study(study), true) = (&shard, mine.is_empty()) {
        let message =
            format!("--shard {study}: nothing of this run is called so; expected k/n, or a study or design of it that has simulations");
        return Err(Error::Usage(message));
    }
    let manifest = Manifest::new(shard.clone(), run, &driver.ground(&mine));
    if manifest.is_done(out) {
        return say::out(&format!("shard {shard}: {} already holds it\n", out.display()));
    }
    let decided = driver.decide_chosen(&mine)?;
    let page = |(name, bytes): (&str, Vec<u8>)| Page { path: name.into(), bytes };
    output::write_report(out, &drive::shard_files(&manifest, &decided).map(page), foreign)?;
    say::out(&format!("shard {shard}: {} simulations written to {}\n", decided.len(), out.display()))
}

/// Merges shards into a report: the same bytes as a run without shards.
///
/// # Errors
/// Shards that are not those of one run of this registry, or files that cannot be read or written.
pub fn merge(args: &MergeArgs, shipped: &Sources) -> Result<()> {
    let started = Instant::now();
    let no_cache = super::args::CacheArgs { cache: None, no_cache: true };
    let session = Session::open(&args.common, shipped, &no_cache)?;
    let _site = Site::take(&args.out, session.folder.as_deref())?;
    let shards = Shards::read(&args.shards)?;
    let Run { seed, scope: label, preset, weights } = shards.run();
    let audited = scope_of(&session, label)?;
    let (_, scope) = depth(audited.depth == Depth::Quick);
    let driver = Driver { registry: &session.registry, executor: session.executor(*seed), scope: &scope };
    let decided = shards.decided(&driver.ground(&plan::chosen(&session.registry, &session.planned(audited.selection.as_ref()), None)))?;
    let weights = match (&args.preset, &args.weights, weights) {
        (None, None, Some(own)) => own.clone(),
        (None, None, None) => session.weights(preset.as_deref(), None)?,
        (preset, file, _) => session.weights(preset.as_deref(), file.as_deref())?,
    };
    let frame = published(session.frame(audited, *seed, weights), args.published.as_ref());
    let audit = audit::audit(&session.registry, &decided, &frame);
    finish(&session, &audit, Some((&args.out, args.force.foreign())), started)
}

/// The frame with the day of publication that was named.
fn published(frame: audit::Frame, day: Option<&String>) -> audit::Frame {
    audit::Frame { published: day.cloned().unwrap_or(frame.published), ..frame }
}

/// The scope that a label names.
fn scope_of(session: &Session, label: &str) -> Result<audit::Scope> {
    let (kind, filter) = label.split_once(": ").map_or((label, None), |(kind, filter)| (kind, Some(filter)));
    let (depth, _) = depth(kind.contains("quick"));
    let selection = filter.map(|filter| session.select(filter)).transpose()?;
    Ok(audit::Scope { depth, selection })
}

/// `report/` beside the registry of a checkout, else in the current folder.
fn default_out(named: &Option<PathBuf>, session: &Session) -> PathBuf {
    match (named, &session.folder) {
        (None, Some(root)) => root.join("report"),
        (Some(_), _) | (None, None) => PathBuf::from("report"),
    }
}

fn finish(session: &Session, audit: &Audit, out: Option<(&Path, Foreign)>, started: Instant) -> Result<()> {
    let mut text = screen::of(session, audit);
    match out {
        Some((out, foreign)) => {
            let written = output::write_report(out, &report::render(audit), foreign)?;
            text += &format!("\nwritten: {} and {} more files\n", out.join("REPORT.md").display(), written.len().saturating_sub(1));
        }
        None => text += "\nnothing was written: this run is partial or quick; name a folder with --out to keep its report\n",
    }
    text += &format!("{:.1} seconds\n", started.elapsed().as_secs_f64());
    say::out(&text)
}
