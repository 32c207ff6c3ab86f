//! A run handed to another engine: the same commands, in its own dialect. One file per engine.
//!
//! Takes what `plan` was asked and a session, gives text. What an engine runs is `run --shard` and `merge`, which alone say what a shard is and
//! whether shards belong together.

mod github;
mod shell;
mod slurm;
mod snakemake;

use super::args::PlanArgs;
use super::registry::is_text;
use super::session::Session;
use crate::plan::{self, Selection};
use crate::{Error, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

/// Who runs the shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Slurm.
    Slurm,
    /// Snakemake.
    Snakemake,
    /// A matrix of GitHub jobs.
    GithubMatrix,
}

/// Files that the decisions of every simulation rest on.
const SHARED: [&str; 2] = ["claims/criteria.toml", "studies/overlays.toml"];

/// Where shards and report go.
const SHARDS: &str = "shards";
const REPORT: &str = "report";

/// What every engine needs to know.
#[derive(Debug, Clone, PartialEq)]
struct Job {
    /// `collapse-audit run` with all that numbers depend on, as a shell reads it.
    run: String,
    /// `collapse-audit merge` with all that the report depends on beside.
    merge: String,
    /// The weights of the realism conditions as flags: they matter to the report alone.
    weights: String,
    /// Threads of a shard.
    threads: u16,
    /// Parts, where the engine has no better name for a shard.
    shards: u32,
    /// The files that only one study's decisions rest on, by its id.
    studies: BTreeMap<String, Vec<String>>,
    /// Files that every decision rests on.
    shared: Vec<String>,
    /// Every other file, which the report alone rests on.
    report: Vec<String>,
}

/// The text for an engine.
///
/// # Errors
/// Weights that are not there, or more shards than the engine takes.
pub fn written(engine: Engine, args: &PlanArgs, session: &Session, selection: &Selection) -> Result<String> {
    let job = Job::of(args, session, selection)?;
    match engine {
        Engine::Slurm => Ok(slurm::script(&job)),
        Engine::Snakemake => Ok(snakemake::snakefile(&job)),
        Engine::GithubMatrix => github::matrix(&job).map_err(Error::Usage),
    }
}

impl Job {
    fn of(args: &PlanArgs, session: &Session, selection: &Selection) -> Result<Self> {
        session.weights(args.preset.as_deref(), args.weights.as_deref())?;
        let folder = session.folder.as_deref().map(from_here);
        let registry = folder.as_deref().map_or_else(String::new, |folder| flag("registry", folder));
        let external = if args.common.allow_external { " --allow-external" } else { "" };
        let only = args.only.as_deref().map_or_else(String::new, |filter| flag("only", filter));
        let file = args.weights.as_deref().map(Path::to_string_lossy);
        let weights = [args.preset.as_deref().map(|name| flag("preset", name)), file.as_deref().map(|file| flag("weights", file))];
        let weights: String = weights.into_iter().flatten().collect();
        let studies = studies(session, selection);
        let inside = |name: &String| folder.as_deref().map(|folder| below(folder, name));
        let is_of_a_study = |name: &String| studies.values().flatten().any(|own| own == name);
        let is_shared = |name: &&String| SHARED.contains(&name.as_str()) || is_text(name);
        let (shared, rest): (Vec<_>, Vec<_>) = session.files.iter().filter(|name| !is_of_a_study(name)).partition(is_shared);
        let report = rest.into_iter().filter_map(inside).chain(file.as_deref().map(str::to_owned)).collect();
        Ok(Self {
            run: format!("collapse-audit run{registry}{external}{only} --seed {}", args.seed),
            merge: format!("collapse-audit merge{registry}{external}{weights}"),
            weights,
            threads: args.common.threads.unwrap_or(2),
            shards: args.shards,
            shared: shared.into_iter().filter_map(inside).collect(),
            report,
            studies: studies.into_iter().map(|(id, files)| (id, files.iter().filter_map(inside).collect())).collect(),
        })
    }
}

/// The studies and designs that have something to run, each with its own files.
fn studies(session: &Session, selection: &Selection) -> BTreeMap<String, Vec<String>> {
    let planned: BTreeSet<String> = plan::chosen(&session.registry, selection, None).iter().map(|one| one.study().to_owned()).collect();
    let is_own = |id: &str, name: &str| {
        let recorded = name.strip_prefix(crate::registry::RECORDED).and_then(|rest| rest.strip_prefix('/'));
        name == format!("studies/{id}.toml")
            || name == format!("claims/{id}.toml")
            || recorded.and_then(|rest| rest.strip_prefix(id)).is_some_and(|rest| rest.starts_with('.'))
    };
    let own = |id: String| {
        let files = session.files.iter().filter(|name| is_own(&id, name)).cloned().collect();
        (id, files)
    };
    planned.into_iter().map(own).collect()
}

/// A flag with its value, as a shell reads it; it starts with a space.
fn flag(name: &str, value: &str) -> String {
    format!(" --{name} {}", shell::quoted(value))
}

/// The way to a folder from the current one: as given where it is relative, upwards where it lies above.
fn from_here(folder: &Path) -> String {
    let here = std::env::current_dir().ok();
    let up = here.as_deref().filter(|_| folder.is_absolute()).and_then(|here| here.strip_prefix(folder).ok()).map(|rest| {
        let steps: PathBuf = rest.components().map(|_| Component::ParentDir).collect();
        if steps.as_os_str().is_empty() { PathBuf::from(".") } else { steps }
    });
    up.unwrap_or_else(|| folder.to_owned()).to_string_lossy().replace('\\', "/")
}

/// A file of the registry in `folder`.
fn below(folder: &str, name: &str) -> String {
    if folder == "." { name.to_owned() } else { format!("{}/{name}", folder.trim_end_matches('/')) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A job with everything that a shell or Python could misread.
    pub(super) fn job() -> Job {
        Job {
            run: "collapse-audit run --registry audit --only 'study:a and not \"b\" {c}' --seed 7".to_owned(),
            merge: "collapse-audit merge --registry audit --preset sceptic".to_owned(),
            weights: " --preset sceptic".to_owned(),
            threads: 3,
            shards: 2,
            studies: BTreeMap::from([
                ("a-2024-x".to_owned(), vec!["audit/studies/a-2024-x.toml".to_owned(), "audit/claims/a-2024-x.toml".to_owned()]),
                ("causes".to_owned(), vec!["audit/studies/causes.toml".to_owned()]),
            ]),
            shared: SHARED.map(|name| format!("audit/{name}")).to_vec(),
            report: vec!["audit/claims/verdicts.lock".to_owned()],
        }
    }

    #[test]
    fn the_way_to_a_registry_is_told_from_here() {
        let here = std::env::current_dir().unwrap();
        assert_eq!((from_here(&here), from_here(Path::new("audit/"))), (".".to_owned(), "audit/".to_owned()));
        assert_eq!(from_here(here.parent().unwrap()), "..");
        assert_eq!((below(".", "a/b"), below("audit/", "a/b"), below("..", "a/b")), ("a/b".into(), "audit/a/b".into(), "../a/b".into()));
    }
}
