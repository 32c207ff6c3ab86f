//! Fingerprints of what decides, from the tokens of the sources: a version kept by hand goes stale and serves wrong numbers, and a digest
//! of bytes cries wolf at every comment.

#[path = "build/digest.rs"]
mod digest;

use digest::{digest_of, short};
use std::fs;

/// What the numbers of a run depend on; a cache serves them while nothing here changes.
const ENGINE: [(&str, &[&str]); 3] =
    [("random", &["crates/lab/src/random.rs"]), ("taxonomy", &["crates/lab/src/taxonomy"]), ("laboratory", &["crates/lab/src/sim"])];
/// What decides beside the numbers, part by part, so that a check can say which of them changed.
const RULES: [(&str, &[&str]); 6] = [
    ("numeric", &["crates/numeric/src"]),
    ("reading of descriptors", &["src/registry"]),
    ("plan", &["src/plan"]),
    ("verdict", &["src/verdict"]),
    ("drive", &["src/drive"]),
    ("judging", &["src/audit/judge.rs", "src/audit/claims.rs", "src/audit/verdict.rs", "src/audit/counterfactual.rs"]),
];
/// What the calibration of detectors and tests depends on.
const CALIBRATED: [&str; 5] =
    ["crates/lab/src/random.rs", "crates/numeric/src", "src/plan/planted.rs", "src/plan/reading.rs", "src/verdict"];
/// What recordings of trained networks depend on.
const TRAINING: [&str; 5] = [
    "crates/net/src",
    "crates/lab/src/random.rs",
    "crates/lab/src/sim/trained",
    "crates/lab/src/sim/data/digit-pixels.txt",
    "crates/lab/src/sim/text/data",
];
/// Locked crates whose version moves numbers, by the start of their name.
const CRATES: [&str; 3] = ["rand", "nalgebra", "statrs"];

fn main() {
    println!("cargo::rerun-if-changed=Cargo.lock");
    let versions = locked_versions(&fs::read_to_string("Cargo.lock").unwrap_or_default());
    let mut engine = digests(&ENGINE);
    engine.push(("locked crates".to_owned(), short(blake3::Hasher::new().update(versions.as_bytes()))));
    emit("ENGINE", &engine);
    emit("RULES", &digests(&RULES));
    println!("cargo::rustc-env=COLLAPSE_AUDIT_TRAINING={}", short(&digested(&TRAINING)));
    println!("cargo::rustc-env=COLLAPSE_AUDIT_CALIBRATED={}", short(&digested(&CALIBRATED)));
}

/// `name=digest` of each part, separated by semicolons.
fn emit(variable: &str, parts: &[(String, String)]) {
    let text: Vec<String> = parts.iter().map(|(name, digest)| format!("{name}={digest}")).collect();
    println!("cargo::rustc-env=COLLAPSE_AUDIT_{variable}={}", text.join(";"));
}

fn digests(parts: &[(&str, &[&str])]) -> Vec<(String, String)> {
    parts.iter().map(|(name, roots)| ((*name).to_owned(), short(&digested(roots)))).collect()
}

/// The digest of some roots, made again where they change.
fn digested(roots: &[&str]) -> blake3::Hasher {
    roots.iter().for_each(|root| println!("cargo::rerun-if-changed={root}"));
    digest_of(roots)
}

/// `name version` lines of the crates that move numbers, in the lock file's own sorted order.
fn locked_versions(lock: &str) -> String {
    let value = |line: &str, key: &str| line.strip_prefix(key).map(|rest| rest.trim_matches('"').to_owned());
    let mut found = String::new();
    let mut name = None;
    for line in lock.lines() {
        if let Some(next) = value(line, "name = ") {
            name = Some(next);
        } else if let (Some(version), Some(name)) = (value(line, "version = "), name.take())
            && CRATES.iter().any(|start| name.starts_with(start))
        {
            found.push_str(&format!("{name} {version}\n"));
        }
    }
    found
}
