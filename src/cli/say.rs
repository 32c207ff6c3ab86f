//! Standard output and standard error. A reader that closes the pipe early is no failure. What a registry holds is text and no command to a
//! terminal: characters that steer one are shown as a mark instead.

use crate::registry::diagnostics::Colour;
use crate::{Error, Result};
use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};

/// Writes text to standard output.
///
/// # Errors
/// [`Error::Io`] unless the reader has gone.
pub fn out(text: &str) -> Result<()> {
    styled(&harmless(text))
}

/// Writes text that holds colours of our own to standard output.
///
/// # Errors
/// As [`out`].
pub fn styled(text: &str) -> Result<()> {
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
    let _ = io::stderr().lock().write_all(harmless(text).as_bytes());
}

/// Whether standard output takes colours: a terminal that is not a dumb one, and nobody who asked for none (no-color.org).
#[must_use]
pub fn colour() -> Colour {
    if io::stdout().is_terminal() && wants_colour() { Colour::Ansi } else { Colour::Plain }
}

/// Whether a terminal may be drawn on: not a dumb one.
#[must_use]
pub fn is_drawable() -> bool {
    std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

fn wants_colour() -> bool {
    is_drawable() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// The text with a mark for every character that would steer a terminal: controls but line feeds and tabs, and what turns the direction
/// of writing.
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
    if text.contains(steers) { Cow::Owned(text.replace(steers, "\u{fffd}")) } else { Cow::Borrowed(text) }
}

fn steers(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    (c.is_control() && c != '\n' && c != '\t') || turns || matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_becomes_a_mark_and_other_text_stays() {
        assert_eq!(
            harmless("a\u{1b}[31mb\u{0}\u{7}\u{9b}c\u{202e}d\r\n\te"),
            "a\u{fffd}[31mb\u{fffd}\u{fffd}\u{fffd}c\u{fffd}d\u{fffd}\n\te"
        );
        assert!(matches!(harmless("漢字 ≥ β 🎉\n"), Cow::Borrowed(_)));
    }
}
