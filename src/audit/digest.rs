//! Digests of what the registry says.

/// Digest of a serialisable part of the registry.
pub(super) fn digest(part: &impl serde::Serialize) -> String {
    blake3::hash(&serde_json::to_vec(part).unwrap_or_default()).to_hex().to_string()
}
