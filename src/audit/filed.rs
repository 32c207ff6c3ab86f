//! Files of the registry that a command writes and later ones read: the first line says what they are, `schema` in which shape.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Why one cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misread {
    /// The line, from 1.
    pub line: usize,
    /// What was expected, what was found.
    pub message: String,
}

impl Misread {
    /// What TOML says of a text.
    #[must_use]
    pub fn of(error: &toml::de::Error, text: &str) -> Self {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        Self { line: before.matches('\n').count() + 1, message: error.to_string().trim_end().to_owned() }
    }
}

/// Reads one, of which `schema` gives the version.
pub(super) fn read<T: DeserializeOwned>(text: &str, known: u32, schema: impl Fn(&T) -> u32) -> Result<T, Misread> {
    let held: T = toml::from_str(text).map_err(|error| Misread::of(&error, text))?;
    match schema(&held) {
        found if found == known => Ok(held),
        found => {
            let line = (1..).zip(text.lines()).find(|(_, text)| text.starts_with("schema")).map_or(1, |(line, _)| line);
            Err(Misread { line, message: format!("schema {found} is not known here; expected {known}") })
        }
    }
}

/// The text of one below its first line.
pub(super) fn text(head: &str, held: &impl Serialize) -> Result<String, String> {
    toml::to_string(held).map(|body| format!("{head}{body}")).map_err(|error| error.to_string())
}
