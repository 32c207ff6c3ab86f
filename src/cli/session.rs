//! What every command that simulates shares: registry, seed, cache, threads, interruption, progress, weights.

use super::args::{CacheArgs, Common};
use super::progress::{Bar, interrupt_flag};
use super::registry::Checked;
use super::{registry, released};
use crate::audit::lock::Lock;
use crate::audit::{self, ClaimReport, CountedErrors, Depth, Frame, FreshSeeds, Misread};
use crate::drive;
use crate::plan::imported::{self, Imported};
use crate::plan::recorded::Damaged;
use crate::plan::{Cache, Executor, Recordings};
use crate::random::Seed;
use crate::registry::{Claim, ClaimId, Filter, Problem, Registry, Sources, Study, Weights, conflict, lines_in_words};
use crate::verdict::calibrate::Calibration;
use crate::{Error, Result, fingerprint};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Name of the lock inside the registry.
pub const LOCK: &str = "claims/verdicts.lock";

/// Name of the calibration inside the registry.
pub const CALIBRATION: &str = "claims/calibration.toml";

/// Name of the verdicts under fresh seeds inside the registry.
pub const FRESH_SEEDS: &str = "claims/fresh-seeds.toml";
/// Name of the error rates under fresh root seeds inside the registry.
pub const ERROR_RATE: &str = "claims/error-rate.toml";

/// What to do about a recording that is not as it was written.
pub const MEND_RECORDING: &str = "restore the file, or remove it and train again with `record`";
/// What to do about such an import.
pub const MEND_IMPORT: &str = "restore the file, or remove it and import it again with `record --import`";

/// A loaded registry with everything a run needs.
pub struct Session {
    /// The registry.
    pub registry: Registry,
    /// What is told of it, though nothing stands in the way.
    pub notes: Vec<Problem>,
    /// What was accepted.
    pub lock: Lock,
    calibration: Option<Calibration>,
    fresh: Option<FreshSeeds>,
    errors: Option<CountedErrors>,
    /// The registry's folder; `None` for the one compiled in.
    pub folder: Option<PathBuf>,
    /// Names of its files.
    pub files: Vec<String>,
    cache: Cache,
    /// Replicates trained beforehand.
    pub recordings: Recordings,
    /// Trajectories made elsewhere.
    pub imported: Vec<Imported>,
    interrupt: Arc<AtomicBool>,
    bar: Bar,
}

/// Files of the registry that a command writes.
struct Held<'a> {
    sources: &'a Sources,
    folder: PathBuf,
}

impl Held<'_> {
    /// What a file holds, where it is there; a complaint names the command that writes it anew.
    fn read<T>(&self, name: &str, command: &str, parse: impl Fn(&str) -> std::result::Result<T, Misread>) -> Result<Option<T>> {
        let wrong = |Misread { line, message }| {
            damaged(&self.folder.join(name), line, &message, &format!("restore the file, or remove it and write it anew with `{command}`"))
        };
        self.sources.text(name).map(|text| parse(text).map_err(wrong)).transpose()
    }
}

impl Session {
    /// Loads the registry, opens the cache and sets the number of threads.
    ///
    /// # Errors
    /// A registry with problems, a lock that cannot be read, or a thread pool that cannot be made.
    pub fn open(common: &Common, shipped: &Sources, cache: &CacheArgs) -> Result<Self> {
        Self::open_chosen(common, shipped, cache, None)
    }

    /// The same for what the filter `only` chooses: drafts that it does not name and that cannot be read stand in nobody's way.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_chosen(common: &Common, shipped: &Sources, cache: &CacheArgs, only: Option<&str>) -> Result<Self> {
        threads(common)?;
        let Checked { sources, mut registry, notes } = registry::load_chosen(common, shipped, only)?;
        let folder = registry::folder(common);
        // The registry compiled in has no folder in which a program could lie.
        if let (true, Some(folder)) = (common.allow_external, &folder) {
            registry.admit_programs(folder);
        }
        registry.set_programs_aside();
        let lock = match sources.text(LOCK) {
            None => Lock::empty(),
            Some(text) => read_lock(text, &folder.clone().unwrap_or_default().join(LOCK))?,
        };
        let held = Held { sources: &sources, folder: folder.clone().unwrap_or_default() };
        let calibration =
            held.read(CALIBRATION, "calibrate --write", |text| toml::from_str(text).map_err(|error| Misread::of(&error, text)))?;
        let fresh = held.read(FRESH_SEEDS, "reseed --write", FreshSeeds::parse)?;
        let errors = held.read(ERROR_RATE, "reseed --quick --write", CountedErrors::parse)?;
        let lines = |remedy: &'static str| {
            let folder = &held.folder;
            move |Damaged { file, line, message }: Damaged| damaged(&folder.join(file), line, &message, remedy)
        };
        let recordings = Recordings::read(sources.files()).map_err(lines(MEND_RECORDING))?;
        let imported = imported::read_all(sources.files()).map_err(lines(MEND_IMPORT))?;
        let cache = open_cache(cache);
        cache.prune(CACHE_LIMIT);
        Ok(Self {
            registry,
            notes,
            lock,
            calibration,
            fresh,
            errors,
            folder,
            files: sources.files().map(|(name, _)| name.to_owned()).collect(),
            cache,
            recordings,
            imported,
            interrupt: interrupt_flag(),
            bar: Bar::waiting(),
        })
    }

    /// The executor of this session.
    #[must_use]
    pub fn executor(&self, seed: Seed) -> Executor<'_> {
        Executor {
            seed,
            first_look: self.registry.criteria.first_look as u32,
            cache: &self.cache,
            recordings: &self.recordings,
            interrupt: &self.interrupt,
            progress: &self.bar,
        }
    }

    /// The weights asked for, else the registry's default.
    ///
    /// # Errors
    /// A preset that does not exist, or a file that is not one of weights.
    pub fn weights(&self, preset: Option<&str>, file: Option<&Path>) -> Result<Weights> {
        if let Some(path) = file {
            let text = std::fs::read_to_string(path).map_err(|source| Error::io("read", path, source))?;
            let named = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
            return crate::registry::read_weights(&named, &text).map_err(|message| Error::Content { path: path.to_owned(), message });
        }
        let name = preset.unwrap_or(&self.registry.default_preset);
        self.registry.presets.get(name).cloned().ok_or_else(|| {
            let known: Vec<_> = self.registry.presets.keys().map(String::as_str).collect();
            Error::Usage(format!("unknown preset `{name}`; expected one of {}", known.join(", ")))
        })
    }

    /// What the audit is made with, beside the registry.
    #[must_use]
    pub fn frame(&self, scope: audit::Scope, seed: Seed, weights: Weights) -> Frame {
        Frame {
            scope,
            seed,
            weights,
            engine: fingerprint::engine().to_owned(),
            rules: fingerprint::rules().to_owned(),
            published: released::day().to_owned(),
            calibration: self.calibration.clone(),
            fresh: self.fresh.clone(),
            errors: self.errors.clone(),
        }
    }

    /// The rows of these claims, asked as `scope` says; `what` names them where a report would.
    ///
    /// # Errors
    /// An interruption.
    pub fn rows(&self, claims: &BTreeSet<ClaimId>, scope: &drive::Scope, seed: Seed, what: &str) -> Result<Vec<ClaimReport>> {
        let named = crate::plan::Selection::Named(drive::simulations_of(&self.registry, claims));
        let decided = drive::decide(&self.registry, &named, scope, self.executor(seed))?;
        let studies = claims.iter().map(|id| id.study.clone()).collect();
        let frame = self.frame_of(audit::Selection { filter: what.to_owned(), studies, claims: claims.clone() }, seed)?;
        Ok(audit::claim_reports(&self.registry, &decided, &frame))
    }

    /// The frame of a part of the registry at full depth, under the registry's own weights.
    ///
    /// # Errors
    /// Never with a registry that was read: its default preset exists.
    pub fn frame_of(&self, selection: audit::Selection, seed: Seed) -> Result<Frame> {
        Ok(self.frame(audit::Scope { depth: Depth::Full, selection: Some(selection) }, seed, self.weights(None, None)?))
    }

    /// A filter in which claims that the lock holds may be named too.
    ///
    /// # Errors
    /// A filter that is not understood.
    pub fn filter(&self, filter: &str) -> Result<Filter> {
        let held: Vec<&str> = self.lock.claims.keys().map(String::as_str).collect();
        Filter::parse(filter, &self.registry, &held).map_err(|error| Error::Usage(format!("--only {filter}: {error}")))
    }

    /// What a filter chooses; drafts only where it names them. May be nothing.
    #[must_use]
    pub fn chosen(&self, filter: &Filter) -> audit::Selection {
        let verdicts: BTreeMap<_, _> = self.lock.claims.iter().map(|(id, entry)| (id.clone(), entry.verdict.to_string())).collect();
        let is_open = |study: &str| self.registry.studies.get(study).is_some_and(|s| !s.draft || filter.names(study));
        let chooses = |claim: &&Claim| is_open(&claim.id.study) && filter.chooses_claim(&self.registry, claim, &verdicts);
        let claims = self.registry.claims.values().filter(chooses).map(|claim| claim.id.clone()).collect();
        let chooses = |study: &&Study| is_open(&study.id) && filter.chooses_study(&self.registry, study, &verdicts);
        let studies = self.registry.studies.values().filter(chooses).map(|study| study.id.clone()).collect();
        audit::Selection { filter: filter.source().to_owned(), studies, claims }
    }

    /// What a filter chooses; drafts only where it names them.
    ///
    /// # Errors
    /// A filter that is not understood, or that chooses nothing.
    pub fn select(&self, filter: &str) -> Result<audit::Selection> {
        let selection = self.chosen(&self.filter(filter)?);
        if selection.studies.is_empty() { Err(chooses_nothing(filter)) } else { Ok(selection) }
    }

    /// The simulations to plan for a scope.
    #[must_use]
    pub fn planned(&self, selection: Option<&audit::Selection>) -> crate::plan::Selection {
        match selection {
            None => crate::plan::Selection::Published,
            Some(selection) => crate::plan::Selection::Named(drive::simulations_of(&self.registry, &selection.claims)),
        }
    }
}

/// A lock from the text of the file at `path`.
///
/// # Errors
/// What is wrong with it; marks of an unfinished merge are named as such.
pub fn read_lock(text: &str, path: &Path) -> Result<Lock> {
    if let Some(found) = conflict(text) {
        let message = format!("marks of an unfinished merge at {}", lines_in_words(&found.lines));
        let remedy = "take either side, delete the marks, and `accept` again the claims that `check` then names";
        return Err(damaged(path, found.lines.first().copied().unwrap_or(1), &message, remedy));
    }
    let remedy = "restore the file, or remove it and write it anew with `accept --all --reason \"…\"`";
    Lock::parse(text).map_err(|Misread { line, message }| damaged(path, line, &message, remedy))
}

/// The complaint about a file of the registry that a command wrote and that no longer reads: a problem of the registry.
fn damaged(path: &Path, line: usize, message: &str, remedy: &str) -> Error {
    Error::Registry(format!("{}:{line}: {message}\n{remedy}", path.display()))
}

/// The complaint about a filter that chooses nothing.
#[must_use]
pub fn chooses_nothing(filter: &str) -> Error {
    Error::Usage(format!("--only {filter} chooses no study; see `list studies` and `list claims`"))
}

/// How deep a driver goes for an audit's depth.
#[must_use]
pub const fn depth(quick: bool) -> (Depth, drive::Scope) {
    if quick { (Depth::Quick, drive::Scope::Quick) } else { (Depth::Full, drive::Scope::Full) }
}

/// Sets the number of worker threads.
///
/// # Errors
/// When the pool cannot be made.
pub fn threads(common: &Common) -> Result<()> {
    let Some(threads) = common.threads else { return Ok(()) };
    rayon::ThreadPoolBuilder::new()
        .num_threads(usize::from(threads))
        .build_global()
        .map_err(|error| Error::Usage(format!("cannot use {threads} threads: {error}")))
}

/// So many bytes a cache may hold when a command that uses it starts, whoever named its folder: several whole runs. Only what this program
/// keeps there is removed, and whatever is missed is drawn anew.
pub const CACHE_LIMIT: u64 = 16 << 30;

/// The cache asked for: a folder, none, or the user's own.
#[must_use]
pub fn open_cache(args: &CacheArgs) -> Cache {
    if args.no_cache {
        return Cache::none();
    }
    args.cache.clone().or_else(user_cache).map_or_else(Cache::none, Cache::at)
}

/// The user's cache folder by the XDG base directory specification, which has relative paths ignored, or what Windows calls it.
fn user_cache() -> Option<PathBuf> {
    let named = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = named("XDG_CACHE_HOME").or_else(|| named("LOCALAPPDATA")).or_else(|| named("HOME").map(|home| home.join(".cache")))?;
    Some(base.join("collapse-audit"))
}
