//! A simulation that a program in another language runs: what a study file says of it, and where it may be started.
//!
//! Nothing is started here.

use serde::Serialize;
use std::fmt;
use std::path::{Path, PathBuf};

/// A program that runs a simulation in place of the laboratory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct External {
    /// The program and its arguments.
    pub program: Vec<String>,
    /// Seconds for all runs of one cell of an arm.
    pub seconds: u32,
    /// Megabytes of address space.
    pub megabytes: u32,
    /// Where it may be started; `None` where it may not.
    #[serde(skip)]
    pub admitted: Option<Admitted>,
}

/// A program that may be started.
#[derive(Clone, PartialEq, Eq)]
pub struct Admitted {
    /// The registry's folder.
    pub folder: PathBuf,
    /// Of the program's words and of every file of the registry that is one of them.
    pub digest: String,
}

/// The folder is left out: what rests on a program does not rest on where it lies.
impl fmt::Debug for Admitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.digest)
    }
}

impl External {
    /// What it was called with, in one line.
    #[must_use]
    pub fn words(&self) -> String {
        self.program.join(" ")
    }

    /// The program as it lies in this folder.
    pub(super) fn admitted_in(&self, folder: &Path) -> Admitted {
        let mut hasher = blake3::Hasher::new();
        for word in &self.program {
            // What is no file of the registry, an interpreter for example, is known by its name alone.
            let file = std::fs::read(folder.join(word)).unwrap_or_default();
            for part in [word.as_bytes(), &file] {
                hasher.update(&(part.len() as u64).to_le_bytes());
                hasher.update(part);
            }
        }
        Admitted { folder: folder.to_owned(), digest: hasher.finalize().to_hex()[..32].to_owned() }
    }
}
