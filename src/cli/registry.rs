//! Where the registry comes from: `--registry`, the checkout you are in, or the one compiled in.

use super::args::Common;
use super::output::MANIFEST;
use super::say;
use crate::registry::diagnostics::{self, Colour};
use crate::registry::{CORPORA, Loaded, Problem, Registry, Severity, Sources};
use crate::{Error, Result};
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

/// The checked registry.
///
/// # Errors
/// As [`load_with_sources`].
pub fn load(common: &Common, shipped: &Sources) -> Result<Registry> {
    load_with_sources(common, shipped).map(|(_, registry)| registry)
}

/// The checked registry and its texts. Problems are shown on standard error.
///
/// # Errors
/// [`Error::Registry`] where there are problems, else as [`sources`].
pub fn load_with_sources(common: &Common, shipped: &Sources) -> Result<(Sources, Registry)> {
    let (sources, loaded) = read(common, shipped)?;
    match loaded.registry {
        Some(registry) => Ok((sources, registry)),
        None => {
            let problems: Vec<_> = loaded.problems.into_iter().filter(|p| p.severity == Severity::Problem).collect();
            Err(refused(&problems, &sources))
        }
    }
}

/// The registry for a command that reads one study: what is wrong with files of other studies stands in nobody's way, and is told on standard error.
///
/// # Errors
/// As [`load_with_sources`], for the study's own files and those that all studies share.
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
