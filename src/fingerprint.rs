//! Digests of the sources that numbers and decisions depend on, made by `build.rs` from tokens: comments and tests move none.

use std::sync::LazyLock;

/// What the numbers of a run depend on, part by part: `random`, `taxonomy`, `laboratory`, locked crates.
const ENGINE: &str = env!("COLLAPSE_AUDIT_ENGINE");

/// What decides beside the numbers, part by part.
const RULES: &str = env!("COLLAPSE_AUDIT_RULES");

/// Digest of what trains networks and measures them: recordings rest on it.
pub const TRAINING: &str = env!("COLLAPSE_AUDIT_TRAINING");

/// Digest of the detectors and of the laws they are calibrated on.
pub const CALIBRATED: &str = env!("COLLAPSE_AUDIT_CALIBRATED");

/// One digest of everything the numbers of a run depend on.
#[must_use]
pub fn engine() -> &'static str {
    static WHOLE: LazyLock<String> = LazyLock::new(|| whole(ENGINE));
    &WHOLE
}

/// One digest of the rules by which numbers are decided.
#[must_use]
pub fn rules() -> &'static str {
    static WHOLE: LazyLock<String> = LazyLock::new(|| whole(RULES));
    &WHOLE
}

/// Every part with its digest: what can be named when it changed.
pub fn parts() -> impl Iterator<Item = (&'static str, &'static str)> {
    [ENGINE, RULES].into_iter().flat_map(|list| list.split(';')).filter_map(|part| part.split_once('='))
}

fn whole(parts: &str) -> String {
    blake3::hash(parts.as_bytes()).to_hex()[..32].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_are_digests_and_differ() {
        assert_eq!([engine().len(), rules().len(), CALIBRATED.len()], [32; 3]);
        assert_ne!(engine(), rules());
    }

    #[test]
    fn a_run_rests_on_nothing_that_only_decides_and_whatever_decides_is_named() {
        let names = |list: &'static str| list.split(';').filter_map(|part| part.split_once('=')).map(|(name, _)| name).collect::<Vec<_>>();
        // A statistic that is mended draws no run again.
        assert_eq!(names(ENGINE), ["random", "taxonomy", "laboratory", "locked crates"]);
        assert_eq!(names(RULES), ["numeric", "reading of descriptors", "plan", "verdict", "drive", "judging"]);
    }
}
