//! Where the registry comes from: `--registry`, the checkout you are in, or the one compiled in.

use super::args::Common;
use super::output::MANIFEST;
use super::say;
use crate::registry::diagnostics::{self, Colour};
use crate::registry::{CORPORA, Filter, Loaded, Problem, Registry, Severity, Sources, study_of};
use crate::{Error, Result};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The folder in use: the one named, or the nearest one upwards that is a registry; `None` means the one that ships with the binary.
#[must_use]
pub fn folder(common: &Common) -> Option<PathBuf> {
    if let Some(folder) = &common.registry {
        return Some(folder.clone());
    }
    let here = std::env::current_dir().ok()?;
    here.ancestors().find(|folder| Sources::is_registry(folder) && !is_report(folder)).map(Path::to_path_buf)
}

/// The folder in use, for a command that writes into it.
///
/// # Errors
/// [`Error::Usage`] where it is the registry that ships with the binary.
pub fn writable(folder: Option<PathBuf>) -> Result<PathBuf> {
    folder
        .ok_or_else(|| Error::Usage("the registry compiled in cannot be changed; run this in a checkout or with --registry DIR".to_owned()))
}

/// What leads from the repository to the registry in `folder`, as annotations name files: empty where the registry is its root, and for
/// the one compiled in. Where there is no repository the current folder takes its place.
#[must_use]
pub fn prefix(folder: Option<&Path>) -> String {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    let Some(folder) = folder.and_then(real) else { return String::new() };
    let root = folder.ancestors().find(|above| above.join(".git").exists()).map(Path::to_path_buf);
    let Some(root) = root.or_else(|| std::env::current_dir().ok().as_deref().and_then(real)) else { return String::new() };
    let inside = folder.strip_prefix(&root).unwrap_or(Path::new(""));
    inside.components().map(|part| format!("{}/", part.as_os_str().to_string_lossy())).collect()
}

/// Whether a file of the registry is a text of one's own.
#[must_use]
pub fn is_text(name: &str) -> bool {
    name.strip_prefix(CORPORA).is_some_and(|rest| rest.starts_with('/'))
}

/// A report has a folder of studies too.
fn is_report(folder: &Path) -> bool {
    folder.join(MANIFEST).is_file() || folder.join("audit.json").is_file()
}

/// The registry's texts: of the folder in use, else those `shipped`. Says on standard error which it is.
///
/// # Errors
/// A folder that has neither `studies/` nor `claims/`, or that cannot be read.
pub fn sources(common: &Common, shipped: &Sources) -> Result<Sources> {
    let Some(folder) = folder(common) else {
        say::err(concat!("registry: the one compiled in (", env!("CARGO_PKG_VERSION"), ")\n"));
        return Ok(shipped.clone());
    };
    if !Sources::is_registry(&folder) {
        let message = "expected a folder that holds studies/ and claims/; name it with --registry DIR".to_owned();
        return Err(Error::Content { path: folder, message });
    }
    let sources = Sources::folder(&folder)?;
    say::err(&format!("registry: {}\n", folder.display()));
    Ok(sources)
}

/// Everything `lint` says.
///
/// # Errors
/// As [`sources`].
pub fn read(common: &Common, shipped: &Sources) -> Result<(Sources, Loaded)> {
    let sources = sources(common, shipped)?;
    let loaded = crate::registry::load(&sources);
    Ok((sources, loaded))
}

/// A registry without problems.
pub struct Checked {
    /// Its texts.
    pub sources: Sources,
    /// What they say.
    pub registry: Registry,
    /// What is told of it all the same.
    pub notes: Vec<Problem>,
}

/// The checked registry.
///
/// # Errors
/// As [`load_chosen`].
pub fn load(common: &Common, shipped: &Sources) -> Result<Registry> {
    load_chosen(common, shipped, None).map(|checked| checked.registry)
}

/// The checked registry, for what the filter `only` chooses of it. Where all that is wrong is wrong with drafts that it does not name, these are left
/// out as if they were not there, and told on standard error.
///
/// # Errors
/// [`Error::Registry`] with the problems where there are others, else as [`sources`].
pub fn load_chosen(common: &Common, shipped: &Sources, only: Option<&str>) -> Result<Checked> {
    let (sources, loaded) = read(common, shipped)?;
    if let Some(registry) = loaded.registry {
        return Ok(Checked { sources, registry, notes: loaded.problems });
    }
    let problems: Vec<_> = loaded.problems.into_iter().filter(|p| p.severity == Severity::Problem).collect();
    only.and_then(|only| without_drafts(&problems, &sources, only)).ok_or_else(|| refused(&problems, &sources))
}

/// The registry without the drafts that these problems are of; nothing where one is of something else, where the filter names such a draft, or where
/// what is left has problems of its own, as where it names a claim of the draft.
fn without_drafts(problems: &[Problem], sources: &Sources, only: &str) -> Option<Checked> {
    let broken = problems.iter().map(|problem| study_of(&problem.file)).collect::<Option<BTreeSet<&str>>>()?;
    if !broken.iter().all(|id| is_draft(sources, id)) {
        return None;
    }
    let stays = |name: &str| study_of(name).is_none_or(|id| !broken.contains(id));
    let left = Sources::of(sources.files().filter(|(name, _)| stays(name)).map(|(name, text)| (name, text.as_bytes().to_vec())));
    let loaded = crate::registry::load(&left);
    let registry = loaded.registry?;
    // A filter that names a study which is not there is not understood.
    Filter::parse(only, &registry, &[]).ok()?;
    let named: Vec<&str> = broken.into_iter().collect();
    say::err(&format!(
        "left out as if not there, since something is wrong with them: the drafts {} ({}); `lint` tells what\n",
        named.join(", "),
        diagnostics::summary(problems)
    ));
    Some(Checked { sources: left, registry, notes: loaded.problems })
}

/// Whether the head of a study's file says that it is a draft: of a file that is no TOML nothing else is known.
fn is_draft(sources: &Sources, id: &str) -> bool {
    let text = sources.text(&format!("studies/{id}.toml")).unwrap_or_default();
    let mut head = text.lines().map(str::trim_start).take_while(|line| !line.starts_with('['));
    head.any(|line| line.split('#').next().unwrap_or_default().replace(' ', "") == "draft=true")
}

/// The registry for a command that reads one study: what is wrong with files of other studies stands in nobody's way, and is told on standard error.
///
/// # Errors
/// As [`load_chosen`], for the study's own files and those that all studies share.
pub fn load_for(common: &Common, shipped: &Sources, study: &str) -> Result<(Sources, Registry)> {
    let (sources, loaded) = read(common, shipped)?;
    let (found, of_others) = loaded.for_study(study);
    if let Some(first) = of_others.first() {
        say::err(&format!(
            "{} of the registry: {} and others are left out; `lint` tells more\n",
            diagnostics::summary(&of_others).trim_end(),
            first.file
        ));
    }
    match found {
        // What is not found may be what could not be read.
        Ok(registry) if !registry.studies.contains_key(study) && !of_others.is_empty() => Err(refused(&of_others, &sources)),
        Ok(registry) => Ok((sources, registry)),
        Err(problems) => Err(refused(&problems, &sources)),
    }
}

fn refused(problems: &[Problem], sources: &Sources) -> Error {
    let shown = diagnostics::human(problems, sources, Colour::Plain);
    Error::Registry(format!("the registry has problems\n{shown}{}", diagnostics::summary(problems)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotations_name_files_from_the_repository_on() {
        let place = tempfile::tempdir().unwrap();
        let registry = place.path().join("audit/deep");
        std::fs::create_dir_all(&registry).unwrap();
        std::fs::create_dir(place.path().join(".git")).unwrap();
        assert_eq!(prefix(Some(&registry)), "audit/deep/");
        assert_eq!(prefix(Some(place.path())), "");
        assert_eq!(prefix(None), "");
    }
}
