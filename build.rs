//! Fingerprints of the engine and of the decision rules, from the bytes of their sources: a version kept by hand goes
//! stale and serves wrong numbers.

use std::fs;
use std::path::{Path, PathBuf};

/// What the numbers of a run depend on.
const ENGINE: [&str; 4] = ["crates/lab/src/random.rs", "crates/lab/src/sim", "crates/lab/src/taxonomy", "src/numeric"];
/// What decisions depend on beside the numbers.
const RULES: [&str; 2] = ["src/verdict", "src/audit"];
/// What the calibration of the detectors depends on.
const DETECTORS: [&str; 12] = [
    "crates/lab/src/random.rs",
    "src/numeric",
    "src/plan/planted.rs",
    "src/plan/reading.rs",
    "src/verdict/calibrate.rs",
    "src/verdict/calibrate",
    "src/verdict/cells.rs",
    "src/verdict/detect",
    "src/verdict/ensemble.rs",
    "src/verdict/infer.rs",
    "src/verdict/looks.rs",
    "src/verdict/reason.rs",
];
/// Locked crates whose version moves numbers, by the start of their name.
const CRATES: [&str; 3] = ["rand", "nalgebra", "statrs"];

fn main() {
    let mut engine = digest_of(&ENGINE);
    println!("cargo::rerun-if-changed=Cargo.lock");
    engine.update(locked_versions(&fs::read_to_string("Cargo.lock").unwrap_or_default()).as_bytes());
    println!("cargo::rustc-env=COLLAPSE_AUDIT_ENGINE={}", engine.finalize().to_hex());
    println!("cargo::rustc-env=COLLAPSE_AUDIT_DETECTORS={}", digest_of(&DETECTORS).finalize().to_hex());
    println!("cargo::rustc-env=COLLAPSE_AUDIT_RULES={}", digest_of(&RULES).finalize().to_hex());
}

/// Digests names and contents of all files under `roots`, in sorted order; a root that does not exist holds nothing.
fn digest_of(roots: &[&str]) -> blake3::Hasher {
    let mut hasher = blake3::Hasher::new();
    for root in roots {
        println!("cargo::rerun-if-changed={root}");
        let mut files = Vec::new();
        collect(Path::new(root), &mut files);
        files.sort();
        for file in files {
            let bytes = fs::read(&file).unwrap_or_default();
            let name = file.to_string_lossy().replace('\\', "/");
            for part in [name.as_bytes(), &bytes] {
                hasher.update(&(part.len() as u64).to_le_bytes());
                hasher.update(part);
            }
        }
    }
    hasher
}

fn collect(place: &Path, files: &mut Vec<PathBuf>) {
    if place.is_file() {
        files.push(place.to_owned());
    }
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        collect(&entry.path(), files);
    }
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
