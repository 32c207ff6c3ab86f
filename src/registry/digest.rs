//! Digests of meaning: they move with what a file says, never with its comments, order of keys or layout.

use super::Registry;
use serde::Serialize;

/// The digest of a checked value, 32 hexadecimal digits.
pub(super) fn of<T: Serialize>(value: &T) -> String {
    // Checked values hold finite numbers and string keys only, so they always serialise.
    let text = serde_json::to_string(value).unwrap_or_default();
    blake3::hash(text.as_bytes()).to_hex()[..32].to_owned()
}

/// Writes the digest of every study, every claim and the whole.
pub(super) fn stamp(mut registry: Registry) -> Registry {
    for study in registry.studies.values_mut() {
        study.digest = of(study);
    }
    for claim in registry.claims.values_mut() {
        claim.digest = of(claim);
    }
    let studies: Vec<_> = registry.studies.values().collect();
    let claims: Vec<_> = registry.claims.values().collect();
    let coders: Vec<_> = registry.coders.values().collect();
    let presets: Vec<_> = registry.presets.values().collect();
    let Registry { overlays, default_preset, criteria, screening, position, designs, rivals, .. } = &registry;
    registry.digest = of(&(studies, claims, coders, overlays, presets, default_preset, criteria, screening, position, designs, rivals));
    registry
}
