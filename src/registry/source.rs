//! A registry as named texts: from a folder on disk, or from memory, as the binary hands in the one it ships.
//!
//! A file that cannot be read as text is kept with the reason, so that it becomes a problem beside all others; so is whatever
//! else lies in a registry's folder and will not be read.

use crate::{Error, Result};
use std::collections::BTreeMap;
use std::path::Path;

/// The largest file read, in bytes: far above any honest descriptor.
const LARGEST: usize = 4_000_000;

/// Where replicates lie that were trained beforehand; a registry without such studies has no such folder.
pub const RECORDED: &str = "studies/recorded";

/// Where trajectories lie that were made elsewhere, if there are some.
pub const IMPORTED: &str = "studies/imported";

/// Where texts of the user's own lie, if there are some.
pub const CORPORA: &str = "studies/corpora";

/// The folders that every registry has.
const FOLDERS: [&str; 2] = ["studies", "claims"];

/// The texts of a registry by name (`studies/x.toml`, `claims/x.toml`), in name order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    files: BTreeMap<String, Contents>,
    astray: Vec<Astray>,
}

/// Something in a registry's folder that is not read although it was probably meant to be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Astray {
    /// A folder that the registry lacks, with the name under which another one stands in its place.
    Folder {
        /// `studies` or `claims`.
        name: &'static str,
        /// For example `Studies`.
        found: Option<String>,
    },
    /// A file whose ending is not written in small letters, and how it should be.
    Ending(String, &'static str),
    /// A file in a folder below `studies/` or `claims/`.
    Below(String),
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Contents {
    Text(String),
    Unreadable(String),
}

impl Sources {
    /// The registry in a folder that holds `studies/` and `claims/`. A folder that is not there is a problem among the others.
    ///
    /// # Errors
    /// When a folder that is there cannot be listed. A single bad file is not an error but a problem.
    pub fn folder(root: &Path) -> Result<Self> {
        let mut sources = Self::default();
        for folder in FOLDERS {
            match spelt(root, folder)? {
                Some(found) if found == folder => sources.read_folder(root, folder)?,
                found => sources.astray.push(Astray::Folder { name: folder, found }),
            }
        }
        for folder in [RECORDED, IMPORTED, CORPORA] {
            if root.join(folder).exists() {
                sources.read_folder(root, folder)?;
            }
        }
        sources.astray.sort();
        Ok(sources)
    }

    /// Whether a folder is a registry, whole or not: it has one of the two folders, however it is spelt. What cannot be listed is none.
    #[must_use]
    pub fn is_registry(root: &Path) -> bool {
        FOLDERS.iter().any(|folder| spelt(root, folder).is_ok_and(|found| found.is_some()))
    }

    fn read_folder(&mut self, root: &Path, folder: &str) -> Result<()> {
        let path = root.join(folder);
        for entry in listed(&path)? {
            let name = entry.file_name().to_string_lossy().into_owned();
            if !is_registry_file(folder, &name) {
                self.astray.extend(astray(folder, &name, &entry.path()));
                continue;
            }
            match std::fs::metadata(entry.path()).and_then(|meta| {
                if meta.is_file() { std::fs::read(entry.path()) } else { Err(std::io::Error::other("it is not a regular file")) }
            }) {
                Ok(bytes) => self.insert_bytes(folder, &name, bytes),
                Err(error) => self.insert(format!("{folder}/{name}"), Contents::Unreadable(error.to_string())),
            }
        }
        Ok(())
    }

    /// A registry from memory: pairs of name (`studies/x.toml`) and bytes.
    pub fn of<'a>(files: impl IntoIterator<Item = (&'a str, Vec<u8>)>) -> Self {
        let mut sources = Self::default();
        for (path, bytes) in files {
            if let Some((folder, name)) = path.rsplit_once('/') {
                sources.insert_bytes(folder, name, bytes);
            }
        }
        sources
    }

    /// The text of a file, if it is one.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.files.get(name)? {
            Contents::Text(text) => Some(text),
            Contents::Unreadable(_) => None,
        }
    }

    /// Names and texts in name order; an unreadable file has an empty text.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(name, contents)| match contents {
            Contents::Text(text) => (name.as_str(), text.as_str()),
            Contents::Unreadable(_) => (name.as_str(), ""),
        })
    }

    /// Files that could not be read as text, with the reason.
    pub(super) fn unreadable(&self) -> impl Iterator<Item = (usize, &str)> {
        self.files.values().enumerate().filter_map(|(index, contents)| match contents {
            Contents::Text(_) => None,
            Contents::Unreadable(reason) => Some((index, reason.as_str())),
        })
    }

    /// What lies in the folder and is not read.
    pub(super) fn astray(&self) -> &[Astray] {
        &self.astray
    }

    fn insert_bytes(&mut self, folder: &str, name: &str, bytes: Vec<u8>) {
        if !is_registry_file(folder, name) {
            return;
        }
        let contents = if bytes.len() > LARGEST {
            Contents::Unreadable(format!("it has {} bytes; at most {LARGEST} are read", bytes.len()))
        } else if bytes.contains(&0) {
            Contents::Unreadable("it holds zero bytes, so it is no text".to_owned())
        } else {
            match String::from_utf8(bytes) {
                Ok(text) => Contents::Text(text),
                Err(error) => {
                    let at = error.utf8_error().valid_up_to();
                    let line = error.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
                    Contents::Unreadable(format!("it is not UTF-8 (line {line}, byte {at})"))
                }
            }
        };
        self.insert(format!("{folder}/{name}"), contents);
    }

    fn insert(&mut self, name: String, contents: Contents) {
        self.files.insert(name, contents);
    }
}

/// How the files of a folder end.
fn ending(folder: &str) -> &'static str {
    match folder {
        RECORDED | IMPORTED => ".jsonl",
        CORPORA => ".txt",
        _ => ".toml",
    }
}

/// Whether a file is kept: of runs JSON lines; of corpora texts; of the two folders TOML files; none that is hidden; and the lock.
fn is_registry_file(folder: &str, name: &str) -> bool {
    (name.ends_with(ending(folder)) && !name.starts_with('.')) || (FOLDERS.contains(&folder) && name == "verdicts.lock")
}

/// The name of the entry of `root` that is `folder` in small or capital letters, the right spelling first.
fn spelt(root: &Path, folder: &str) -> Result<Option<String>> {
    let names =
        listed(root)?.into_iter().filter(|entry| entry.path().is_dir()).map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.eq_ignore_ascii_case(folder)).collect();
    names.sort_by_key(|name| (name != folder, name.clone()));
    Ok(names.into_iter().next())
}

fn listed(path: &Path) -> Result<Vec<std::fs::DirEntry>> {
    let trouble = |source| Error::io("read", path, source);
    std::fs::read_dir(path).map_err(trouble)?.collect::<std::io::Result<Vec<_>>>().map_err(trouble)
}

/// What a neighbour of the registry's files was probably meant to be; nothing where it is hidden, or plainly something else.
fn astray(folder: &str, name: &str, path: &Path) -> Vec<Astray> {
    let ending = ending(folder);
    let is_meant = |name: &str| !name.starts_with('.') && name.to_ascii_lowercase().ends_with(ending);
    if !path.is_dir() {
        return if is_meant(name) { vec![Astray::Ending(format!("{folder}/{name}"), ending)] } else { Vec::new() };
    }
    if name.starts_with('.') || !FOLDERS.contains(&folder) {
        return Vec::new();
    }
    // A folder that cannot be listed hides nothing that could be read.
    let below = std::fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    below.filter(|file| is_meant(file)).map(|file| Astray::Below(format!("{folder}/{name}/{file}"))).collect()
}
