//! A text of the user's own: what it says, and the digest by which runs of it are known.

use serde::{Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

/// A text from outside. Two are equal where their digests are, and a digest is all that a setup says of one.
#[derive(Clone)]
pub struct OwnText {
    text: Arc<str>,
    digest: Arc<str>,
}

impl OwnText {
    /// A text, with line ends made LF.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let text: Arc<str> = text.replace("\r\n", "\n").into();
        let digest = blake3::hash(text.as_bytes()).to_hex()[..32].into();
        Self { text, digest }
    }

    /// What it says.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// 32 hexadecimal digits that move with what it says.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

impl PartialEq for OwnText {
    fn eq(&self, other: &Self) -> bool {
        self.digest == other.digest
    }
}

impl Serialize for OwnText {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.digest)
    }
}

impl fmt::Debug for OwnText {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "OwnText({})", self.digest)
    }
}
