//! Digests of the sources that numbers and decisions depend on, made by `build.rs`.

/// Digest of everything the numbers of a run depend on: `random`, `numeric`, `sim`, `taxonomy` and their locked crates.
pub const ENGINE: &str = env!("COLLAPSE_AUDIT_ENGINE");

/// Digest of the decision rules: `verdict` and `audit`.
pub const RULES: &str = env!("COLLAPSE_AUDIT_RULES");

/// Digest of the detectors and of the laws they are calibrated on.
pub const DETECTORS: &str = env!("COLLAPSE_AUDIT_DETECTORS");

#[cfg(test)]
mod tests {
    #[test]
    fn fingerprints_are_digests_and_differ() {
        assert_eq!([super::ENGINE.len(), super::RULES.len(), super::DETECTORS.len()], [64; 3]);
        assert_ne!(super::ENGINE, super::RULES);
    }
}
