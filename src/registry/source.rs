//! A registry as named texts: from a folder on disk, or from memory, as the binary hands in the one it ships.
//!
//! A file that cannot be read as text is kept with the reason, so that it becomes a problem beside all others.

use crate::{Error, Result};
use std::collections::BTreeMap;
use std::path::Path;

/// The largest file read, in bytes: far above any honest descriptor.
const LARGEST: usize = 4_000_000;

/// Where replicates lie that were trained beforehand; a registry without such studies has no such folder.
pub const RECORDED: &str = "studies/recorded";

/// The folders of a registry.
const FOLDERS: [&str; 3] = ["studies", "claims", RECORDED];

/// The texts of a registry by name (`studies/x.toml`, `claims/x.toml`), in name order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    files: BTreeMap<String, Contents>,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Contents {
    Text(String),
    Unreadable(String),
}

impl Sources {
    /// The registry in a folder that holds `studies/` and `claims/`.
    ///
    /// # Errors
    /// When there is no such folder, or it cannot be listed. A single bad file is not an error but a problem.
    pub fn folder(root: &Path) -> Result<Self> {
        let mut sources = Self::default();
        for folder in FOLDERS {
            let path = root.join(folder);
            if folder == RECORDED && !path.exists() {
                continue;
            }
            let listing = std::fs::read_dir(&path).map_err(|source| Error::io("read", &path, source))?;
            for entry in listing {
                let entry = entry.map_err(|source| Error::io("read", &path, source))?;
                let name = entry.file_name().to_string_lossy().into_owned();
                if !is_registry_file(folder, &name) {
                    continue;
                }
                match std::fs::metadata(entry.path()).and_then(|meta| {
                    if meta.is_file() { std::fs::read(entry.path()) } else { Err(std::io::Error::other("it is not a regular file")) }
                }) {
                    Ok(bytes) => sources.insert_bytes(folder, &name, bytes),
                    Err(error) => sources.insert(format!("{folder}/{name}"), Contents::Unreadable(error.to_string())),
                }
            }
        }
        Ok(sources)
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

/// Whether a file is kept: of recordings JSON lines; of the two folders TOML files that are not hidden, and the lock.
fn is_registry_file(folder: &str, name: &str) -> bool {
    if folder == RECORDED {
        return name.ends_with(".jsonl") && !name.starts_with('.');
    }
    (name.ends_with(".toml") && !name.starts_with('.')) || name == "verdicts.lock"
}
