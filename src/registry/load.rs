//! From named texts to a [`Registry`], or every problem at once.

use super::conflict::{Conflict, conflict, lines_in_words};
use super::files::{Files, RESERVED};
use super::format::STUDY_FILE;
use super::format_others::CLAIM_FILE;
use super::node::{Node, Value};
use super::problem::{Log, Place, Problem, Severity, Stage};
use super::read_claim::claims;
use super::read_context::Context;
use super::read_study::{is_name, study};
use super::source::Astray;
use super::{
    Registry, Sources, Study, completeness, digest, position, read_design, read_others, read_worlds, realism_rule, rivals, screening,
    shape, validate,
};
use std::collections::{BTreeMap, BTreeSet};

/// What came of loading.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The registry, when no problem (notes aside) remains.
    pub registry: Option<Registry>,
    /// What could be read of it, whatever else is wrong.
    readable: Option<Registry>,
    /// Problems and notes, by file and place.
    pub problems: Vec<Problem>,
}

/// Reads everything. Never panics and never stops at the first problem.
#[must_use]
pub fn load(sources: &Sources) -> Loaded {
    let texts: Vec<_> = sources.files().collect();
    let log = Log::new(texts.clone());
    let unreadable: BTreeMap<usize, &str> = sources.unreadable().collect();
    for (index, reason) in &unreadable {
        log.problem(
            Place::file(*index),
            "unreadable-file",
            format!("the file cannot be read: {reason}"),
            "save it as UTF-8 text, or remove it",
        );
    }
    tell_astray(sources, &log);
    let trees = texts
        .iter()
        .enumerate()
        .map(|(index, (name, text))| {
            // The lock is read by whoever checks it.
            let ours = name.ends_with(".toml") && !unreadable.contains_key(&index) && !is_conflicted(index, text, &log);
            ours.then(|| Node::parse(index, text, &log))
        })
        .collect();
    let files = Files { names: texts.iter().map(|(name, _)| *name).collect(), trees };
    let registry = registry(&files, &log);
    let problems = log.finish();
    let usable = problems.iter().all(|problem| problem.severity != Severity::Problem);
    let (registry, readable) = if usable { (registry, None) } else { (None, registry) };
    Loaded { registry, readable, problems }
}

impl Loaded {
    /// The registry for a reader of one study, without the studies that have problems, and the problems of those; or the problems that stand in
    /// its way: of its own files, and of what all studies share.
    ///
    /// # Errors
    /// These problems.
    pub fn for_study(self, study: &str) -> (Result<Registry, Vec<Problem>>, Vec<Problem>) {
        let problems: Vec<Problem> = self.problems.into_iter().filter(|problem| problem.severity == Severity::Problem).collect();
        let of_another = |problem: &Problem| study_of(&problem.file).is_some_and(|id| id != study && !RESERVED.contains(&id));
        let (others, own): (Vec<Problem>, Vec<Problem>) = problems.into_iter().partition(of_another);
        match (self.registry, self.readable) {
            (Some(registry), _) => (Ok(registry), Vec::new()),
            (None, Some(mut registry)) if own.is_empty() => {
                let broken: BTreeSet<&str> = others.iter().filter_map(|problem| study_of(&problem.file)).collect();
                registry.studies.retain(|id, _| !broken.contains(id.as_str()));
                registry.claims.retain(|id, _| !broken.contains(id.study.as_str()));
                (Ok(registry), others)
            }
            (None, _) => (Err(own.into_iter().chain(others).collect()), Vec::new()),
        }
    }
}

/// The study to which a file of the registry belongs by its name.
#[must_use]
pub fn study_of(file: &str) -> Option<&str> {
    let (folder, name) = file.split_once('/')?;
    ["studies", "claims"].contains(&folder).then(|| name.strip_suffix(".toml")).flatten()
}

/// What lies beside the registry's files and is not read.
fn tell_astray(sources: &Sources, log: &Log) {
    let nowhere = Place::file(usize::MAX);
    for one in sources.astray() {
        match one {
            Astray::Folder { name, found: Some(found) } => {
                log.problem(
                    nowhere,
                    "missing-folder",
                    format!("the registry's folder `{name}` is spelt `{found}`"),
                    format!("rename it to `{name}`"),
                );
            }
            Astray::Folder { name, found: None } => {
                let remedy = format!("make it, or name the folder that holds `{name}` with --registry DIR");
                log.problem(nowhere, "missing-folder", format!("the registry lacks the folder `{name}`"), remedy);
            }
            Astray::Ending(file, ending) => {
                log.note(
                    nowhere,
                    "file-not-read",
                    format!("`{file}` is not read"),
                    format!("the files of this folder end in `{ending}`, in small letters"),
                );
            }
            Astray::Below(file) => {
                log.note(
                    nowhere,
                    "file-not-read",
                    format!("`{file}` is not read"),
                    "move it up: folders below `studies` and `claims` are not read",
                );
            }
        }
    }
}

/// Whether a file holds the marks of a merge that was not finished; it is then told of these and of nothing else.
fn is_conflicted(file: usize, text: &str, log: &Log) -> bool {
    let Some(Conflict { start, end, lines }) = conflict(text) else { return false };
    let message = format!("marks of an unfinished merge at {}", lines_in_words(&lines));
    log.problem(Place { file, start, end }, "merge-conflict", message, "keep one side of each, and delete the lines of `<`, `=` and `>`");
    true
}

fn registry(files: &Files, log: &Log) -> Option<Registry> {
    let coders = shared(files, "studies/coders.toml", log).map(|root| read_others::coders(root, log)).unwrap_or_default();
    let overlays = shared(files, "studies/overlays.toml", log).map(|root| read_worlds::overlays(root, log)).unwrap_or_default();
    let weights = shared(files, "studies/realism.toml", log).and_then(|root| read_others::weights(root, log));
    let criteria = shared(files, "claims/criteria.toml", log).and_then(|root| read_others::criteria(root, log));
    let mut studies = BTreeMap::new();
    let mut all_claims = BTreeMap::new();
    for (index, id) in files.of("studies") {
        let Some(root) = &files.trees[index] else { continue };
        let draft = matches!(root.child("draft").map(|node| &node.value), Some(Value::Boolean(true)));
        log.set_stage(if draft { Stage::Draft } else { Stage::Final });
        log.allowance.renew();
        let study = read_one(index, id, root, log);
        let claims_name = format!("claims/{id}.toml");
        match (files.index(&claims_name), files.tree(&claims_name)) {
            (Some(_), Some(file)) => {
                shape::check(file, &CLAIM_FILE, "", log);
                let context = Context { study: &study, root, log };
                for claim in claims(file, &context) {
                    all_claims.insert(claim.id.clone(), claim);
                }
            }
            (Some(_), None) => {}
            (None, _) => {
                let remedy = format!("write `{claims_name}`, or `draft = true` while you do");
                log.unfilled(Place::file(index), "no-claims-file", "the study has no claims file", remedy);
            }
        }
        if draft {
            next_field(&[Some(index), files.index(&claims_name)], log);
        }
        studies.insert(id.to_owned(), study);
    }
    log.set_stage(Stage::Final);
    log.allowance.renew();
    validate::orphans(files, &studies, log);
    validate::references(files, &studies, &coders, criteria.as_ref(), log);
    validate::unread(files, &studies, &all_claims, log);
    let screening = files.tree("studies/screening.toml").map(|root| screening::screening(root, &studies, log));
    let position = files.tree("studies/position-paper.toml").and_then(|root| position::position(root, &studies, &all_claims, log));
    let rivals = files.tree("studies/rivals.toml").map(|root| rivals::rivals(root, &all_claims, log)).unwrap_or_default();
    let designs = read_design::designs(files, &all_claims, log);
    let (presets, default_preset) = weights?;
    let (claims, criteria, digest) = (all_claims, criteria?, String::new());
    let registry =
        Registry { studies, claims, coders, overlays, presets, default_preset, criteria, screening, position, designs, rivals, digest };
    Some(digest::stamp(registry))
}

fn read_one(index: usize, id: &str, root: &Node, log: &Log) -> Study {
    if !is_name(id) {
        log.problem(
            Place::file(index),
            "name",
            format!("`{id}` is no name for a study"),
            "rename the file: lower-case letters, digits and hyphens",
        );
    }
    shape::check(root, &STUDY_FILE, "", log);
    let study = study(id, root, log);
    realism_rule::check(root, &study, log);
    completeness::check(root, &study, log);
    study
}

/// A file every registry has.
fn shared<'f>(files: &'f Files, name: &str, log: &Log) -> Option<&'f Node> {
    if files.index(name).is_none() {
        let remedy = "copy it from the shipped registry".to_owned();
        log.problem(Place::file(usize::MAX), "missing-file", format!("the registry lacks `{name}`"), remedy);
    }
    files.tree(name)
}

/// The last note of a draft: what to write next.
fn next_field(files: &[Option<usize>], log: &Log) {
    let files: Vec<_> = files.iter().copied().flatten().collect();
    match log.first_unfilled(&files) {
        Some((place, message, remedy)) => log.note(place, "draft-next", format!("next: {message}"), remedy),
        None => log.note(
            Place::file(files.first().copied().unwrap_or(0)),
            "draft-next",
            "next: every field is filled",
            "run `run --only study:<id>`, delete the `draft` line, then `accept`",
        ),
    }
}
