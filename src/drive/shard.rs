//! What a shard leaves behind, and how shards become one run again.
//!
//! A shard's folder holds `results.json` and `manifest.json`, which the caller writes. Merging refuses shards of different registries, seeds,
//! engines, rules, scopes or weights, one that is missing, and one that is there twice.

use crate::error::{Error, Result};
use crate::plan::Shard;
use crate::random::Seed;
use crate::registry::Weights;
use crate::verdict::Decided;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};

/// Version of the manifest's shape.
const SCHEMA: u32 = 2;

const RESULTS: &str = "results.json";
const MANIFEST: &str = "manifest.json";

/// What a shard was made from; all but `shard` and `results` must be equal among shards that are merged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this shape.
    pub schema: u32,
    /// Which shard, from 1.
    pub shard: u32,
    /// Of how many.
    pub shards: u32,
    /// Digest of the registry.
    pub registry: String,
    /// Digest of the engine's sources.
    pub engine: String,
    /// Digest of the decision rules' sources.
    pub rules: String,
    /// Root seed.
    #[serde(with = "seed")]
    pub seed: Seed,
    /// `full`, `quick` or `partial: <filter>`.
    pub scope: String,
    /// Weights of the realism conditions that the run was asked with: a merge that names none takes these.
    pub weights: Weights,
    /// Digest of `results.json`.
    pub results: String,
}

impl Manifest {
    /// The manifest of a shard; its results' digest is filled in by [`shard_files`].
    #[must_use]
    pub fn new(shard: Shard, registry: &str, seed: Seed, scope: &str, weights: Weights) -> Self {
        Self {
            schema: SCHEMA,
            shard: shard.index(),
            shards: shard.count(),
            registry: registry.to_owned(),
            engine: crate::fingerprint::engine().to_owned(),
            rules: crate::fingerprint::rules().to_owned(),
            seed,
            scope: scope.to_owned(),
            weights,
            results: String::new(),
        }
    }

    /// What must be equal among shards of one run.
    fn run(&self) -> Self {
        Self { shard: 0, results: String::new(), ..self.clone() }
    }
}

/// What a shard leaves behind, by name: its results, and the manifest that tells of them.
#[must_use]
pub fn shard_files(manifest: &Manifest, decided: &[Decided]) -> [(&'static str, Vec<u8>); 2] {
    let results = in_json(&decided);
    let manifest = Manifest { results: blake3::hash(&results).to_hex().to_string(), ..manifest.clone() };
    [(RESULTS, results), (MANIFEST, in_json(&manifest))]
}

/// The results of all shards, sorted as a run without shards gives them, and what they were made from.
///
/// # Errors
/// [`Error::Io`], [`Error::Content`] where a file is damaged, [`Error::Usage`] where the shards are not those of one run.
pub fn merge(folders: &[PathBuf]) -> Result<(Manifest, Vec<Decided>)> {
    let mut shards: Vec<(Manifest, &PathBuf)> = Vec::new();
    for folder in folders {
        shards.push((read(&folder.join(MANIFEST))?, folder));
    }
    shards.sort_by_key(|(manifest, _)| manifest.shard);
    let Some((first, _)) = shards.first() else { return Err(Error::Usage("expected at least one shard to merge".to_owned())) };
    let run = first.run();
    if let Some((_, folder)) = shards.iter().find(|(manifest, _)| manifest.run() != run) {
        let message = "this shard has another registry, seed, scope, weights or version than the first; run all shards from one state";
        return Err(Error::Content { path: folder.join(MANIFEST), message: message.to_owned() });
    }
    let found: Vec<u32> = shards.iter().map(|(manifest, _)| manifest.shard).collect();
    if !found.iter().copied().eq(1..=run.shards) {
        let message = format!("expected each of the {} shards once, found {found:?}", run.shards);
        return Err(Error::Usage(message));
    }
    let mut decided: Vec<Decided> = Vec::new();
    for (manifest, folder) in &shards {
        decided.extend(results(&folder.join(RESULTS), &manifest.results)?);
    }
    decided.sort_by(|a, b| (&a.study, &a.simulation).cmp(&(&b.study, &b.simulation)));
    Ok((run, decided))
}

fn results(path: &Path, digest: &str) -> Result<Vec<Decided>> {
    let bytes = fs::read(path).map_err(|source| Error::io("read", path, source))?;
    if blake3::hash(&bytes).to_hex().as_str() != digest {
        let message = "does not have the digest in its manifest; run this shard again".to_owned();
        return Err(Error::Content { path: path.to_owned(), message });
    }
    parse(path, &bytes)
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let bytes = fs::read(path).map_err(|source| Error::io("read", path, source))?;
    parse(path, &bytes)
}

fn parse<T: DeserializeOwned>(path: &Path, bytes: &[u8]) -> Result<T> {
    let message = |trouble| format!("is not what a shard writes ({trouble}); run this shard again");
    serde_json::from_slice(bytes).map_err(|trouble| Error::Content { path: path.to_owned(), message: message(trouble) })
}

/// A seed as JSON holds it.
mod seed {
    use crate::random::Seed;
    use crate::whole::Whole;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(seed: &Seed, to: S) -> Result<S::Ok, S::Error> {
        Whole(seed.0).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Seed, D::Error> {
        Ok(Seed(Whole::deserialize(from)?.0))
    }
}

fn in_json(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).expect("results are plain data");
    bytes.push(b'\n');
    bytes
}
