//! Where the registry comes from: `--registry`, the checkout you are in, or the one compiled in.

use super::args::Common;
use crate::registry::diagnostics::{self, Colour};
use crate::registry::{Loaded, Registry, Severity, Sources};
use crate::{Error, Result};
use std::path::{Path, PathBuf};

/// The folder in use: the one named, or the nearest one upwards that holds a registry; `None` means the one that ships with the binary.
#[must_use]
pub fn folder(common: &Common) -> Option<PathBuf> {
    if let Some(folder) = &common.registry {
        return Some(folder.clone());
    }
    let here = std::env::current_dir().ok()?;
    here.ancestors().find(|folder| is_registry(folder)).map(Path::to_path_buf)
}

fn is_registry(folder: &Path) -> bool {
    folder.join("studies").is_dir() && folder.join("claims").join("criteria.toml").is_file()
}

/// The registry's texts: of the folder in use, else those `shipped`.
///
/// # Errors
/// A folder without `studies/` and `claims/`, or that cannot be read.
pub fn sources(common: &Common, shipped: &Sources) -> Result<Sources> {
    let Some(folder) = folder(common) else { return Ok(shipped.clone()) };
    if !folder.join("studies").is_dir() || !folder.join("claims").is_dir() {
        let message = "expected a folder that holds studies/ and claims/; name it with --registry DIR".to_owned();
        return Err(Error::Content { path: folder, message });
    }
    Sources::folder(&folder)
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
            let shown = diagnostics::human(&problems, &sources, Colour::Plain);
            Err(Error::Registry(format!("the registry has problems\n{shown}{}", diagnostics::summary(&problems))))
        }
    }
}
