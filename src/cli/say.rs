//! Standard output and standard error. A reader that closes the pipe early is no failure.

use crate::{Error, Result};
use std::io::{self, Write};

/// Writes text to standard output.
///
/// # Errors
/// [`Error::Io`] unless the reader has gone.
pub fn out(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    printed(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()))
}

/// What became of writing to standard output.
///
/// # Errors
/// As [`out`].
pub fn printed(result: io::Result<()>) -> Result<()> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::io("write", "<standard output>", error)),
        _ => Ok(()),
    }
}

/// Writes text to standard error; where even that fails there is nobody left to tell.
pub fn err(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
