//! Trouble with the world: files that cannot be read or written, wrong usage, an interruption. Problems of a
//! descriptor are `registry::Problem`s and findings of a simulation are data; neither is an `Error`.

use std::path::PathBuf;

/// What went wrong outside the registry and the laboratory. Each kind has its exit code.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Wrong usage (exit code 2).
    #[error("{0}")]
    Usage(String),
    /// The registry has problems, shown as `lint` shows them (exit code 3).
    #[error("{0}")]
    Registry(String),
    /// Reading or writing failed (exit code 5).
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// `read`, `write`, `create`, `rename`.
        action: &'static str,
        /// The path.
        path: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// A file has the wrong content (exit code 5).
    #[error("{}: {message}", path.display())]
    Content {
        /// The path.
        path: PathBuf,
        /// What was expected, what was found, what to do.
        message: String,
    },
    /// Interrupted by the user (exit code 130).
    #[error("interrupted; earlier results and the cache are intact")]
    Interrupted,
}

/// The result of anything that touches the world.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An input or output error with its path.
    #[must_use]
    pub fn io(action: &'static str, path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Self::Io { action, path: path.into(), source }
    }
}
