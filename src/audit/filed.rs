//! Files of the registry that a command writes and later ones read: the first line says what they are, `schema` in which shape.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Reads one, of which `schema` gives the version.
pub(super) fn read<T: DeserializeOwned>(text: &str, known: u32, schema: impl Fn(&T) -> u32) -> Result<T, String> {
    let held: T = toml::from_str(text).map_err(|error| error.to_string())?;
    match schema(&held) {
        found if found == known => Ok(held),
        found => Err(format!("schema {found} is not known here; expected {known}")),
    }
}

/// The text of one below its first line.
pub(super) fn text(head: &str, held: &impl Serialize) -> Result<String, String> {
    toml::to_string(held).map(|body| format!("{head}{body}")).map_err(|error| error.to_string())
}
