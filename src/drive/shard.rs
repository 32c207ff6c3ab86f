//! What a shard leaves behind, and how shards become one run again.
//!
//! A shard's folder holds `results.json` and `manifest.json`, which the caller writes. The manifest says of every simulation what its decision
//! rests on (its plan, its claims, the criteria, the seed, the code), so that merging refuses what another registry, version or seed decided, and
//! takes what an edit did not touch; it refuses a simulation that is missing or there twice.

use crate::error::{Error, Result};
use crate::fingerprint;
use crate::plan::{Key, Shard};
use crate::random::Seed;
use crate::registry::Weights;
use crate::verdict::Decided;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Version of the manifest's shape.
const SCHEMA: u32 = 3;

const RESULTS: &str = "results.json";
const MANIFEST: &str = "manifest.json";

/// So many simulations or shards are named in a complaint.
const NAMED: usize = 5;

/// What a run was asked for; equal among shards that are merged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Root seed.
    #[serde(with = "seed")]
    pub seed: Seed,
    /// `full`, `quick` or `partial: <filter>`.
    pub scope: String,
    /// The preset of weights that was named, if one was.
    pub preset: Option<String>,
    /// The weights of a file that was named, if one was.
    pub weights: Option<Weights>,
}

/// What a shard was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this shape.
    schema: u32,
    /// Version of this program.
    version: String,
    /// Digest of the engine's sources.
    engine: String,
    /// Digest of the decision rules' sources.
    rules: String,
    /// Which shard.
    shard: Shard,
    /// What was asked for.
    run: Run,
    /// What the decision of every simulation rests on, by `study/simulation`.
    simulations: BTreeMap<String, String>,
    /// Digest of `results.json`.
    results: String,
}

/// What the decisions of simulations rest on, by `study/simulation`.
pub type Ground = BTreeMap<String, Key>;

impl Manifest {
    /// The manifest of a shard; its results' digest is filled in by [`shard_files`].
    #[must_use]
    pub fn new(shard: Shard, run: Run, ground: &Ground) -> Self {
        Self {
            schema: SCHEMA,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            engine: fingerprint::engine().to_owned(),
            rules: fingerprint::rules().to_owned(),
            shard,
            run,
            simulations: ground.iter().map(|(name, key)| (name.clone(), key.text().to_owned())).collect(),
            results: String::new(),
        }
    }

    /// Whether a folder holds this very shard, whole: nothing is left to run.
    #[must_use]
    pub fn is_done(&self, folder: &Path) -> bool {
        let Ok(held) = read::<Self>(&folder.join(MANIFEST)) else { return false };
        results(&folder.join(RESULTS), &held.results).is_ok() && Self { results: String::new(), ..held } == *self
    }

    /// What this program cannot merge, and why.
    fn is_of_this_program(&self) -> std::result::Result<(), String> {
        let own =
            [SCHEMA.to_string(), env!("CARGO_PKG_VERSION").to_owned(), fingerprint::engine().to_owned(), fingerprint::rules().to_owned()];
        let found = [&self.schema.to_string(), &self.version, &self.engine, &self.rules];
        let of = ["a manifest of another version", "another version of collapse-audit", "another engine", "other rules of decision"];
        match of.iter().zip(&own).zip(found).find(|((_, own), found)| own != found) {
            None => Ok(()),
            Some(((what, own), found)) => {
                Err(format!("this shard has {what}: {found}, and this program has {own}; run all shards, and merge them, with one program"))
            }
        }
    }

    /// In what it differs from the run of another shard.
    fn differs_from(&self, first: &Self) -> Option<String> {
        let shown = |run: &Run| {
            let weights = match (&run.weights, &run.preset) {
                (Some(own), _) => format!("of the file `{}`", own.name),
                (None, preset) => preset.as_ref().map_or_else(|| "the registry's own".to_owned(), |preset| format!("`{preset}`")),
            };
            [("seed", run.seed.0.to_string()), ("scope", format!("`{}`", run.scope)), ("weights", weights)]
        };
        let (own, other) = (shown(&self.run), shown(&first.run));
        let pair = own.iter().zip(&other).find(|(own, other)| own != other).or_else(|| {
            // Weights of two files of one name.
            (self.run != first.run).then_some((&own[2], &other[2]))
        })?;
        let ((what, own), (_, other)) = pair;
        Some(format!("this shard has the {what} {own}, and shard {} has {other}; run all shards with the same flags", first.shard))
    }
}

/// What a shard leaves behind, by name: its results, and the manifest that tells of them.
#[must_use]
pub fn shard_files(manifest: &Manifest, decided: &[Decided]) -> [(&'static str, Vec<u8>); 2] {
    let results = in_json(&decided);
    let manifest = Manifest { results: blake3::hash(&results).to_hex().to_string(), ..manifest.clone() };
    [(RESULTS, results), (MANIFEST, in_json(&manifest))]
}

/// Shards of one run, read and found to be made by this program; which simulations they hold is told by [`decided`](Self::decided).
#[derive(Debug)]
pub struct Shards {
    shards: Vec<(Manifest, PathBuf)>,
    run: Run,
}

impl Shards {
    /// Reads the manifests.
    ///
    /// # Errors
    /// [`Error::Io`], and [`Error::Content`] where a file is damaged, of another version, engine or rules, or of another run than the first.
    pub fn read(folders: &[PathBuf]) -> Result<Self> {
        let mut shards: Vec<(Manifest, PathBuf)> = Vec::new();
        for folder in folders {
            let path = folder.join(MANIFEST);
            let refused = |message| Error::Content { path: path.clone(), message };
            let manifest: Manifest = read(&path)?;
            manifest.is_of_this_program().map_err(refused)?;
            if let Some(message) = shards.first().and_then(|(first, _)| manifest.differs_from(first)) {
                return Err(refused(message));
            }
            shards.push((manifest, folder.clone()));
        }
        let Some(run) = shards.first().map(|(first, _)| first.run.clone()) else {
            return Err(Error::Usage("expected at least one shard to merge".to_owned()));
        };
        Ok(Self { shards, run })
    }

    /// What was asked for.
    #[must_use]
    pub const fn run(&self) -> &Run {
        &self.run
    }

    /// The results of all shards, sorted as a run without shards gives them. `ground` is what a run of the registry at hand would rest on.
    ///
    /// # Errors
    /// [`Error::Usage`] where a simulation is missing or there twice, [`Error::Content`] where one was decided from another registry, or where a
    /// file is damaged.
    pub fn decided(&self, ground: &Ground) -> Result<Vec<Decided>> {
        for (manifest, folder) in &self.shards {
            let is_other = |(name, rests): &(&String, &String)| ground.get(*name).is_none_or(|key| key.text() != *rests);
            let others: Vec<&str> = manifest.simulations.iter().filter(is_other).map(|(name, _)| name.as_str()).collect();
            if !others.is_empty() {
                let message = format!(
                    "decided from another registry: {}; the study, its claims, the worlds or the criteria are others now, or it is not part of this run. Run shard {} again, or name its registry with --registry",
                    some_of(&others),
                    manifest.shard
                );
                return Err(Error::Content { path: folder.join(MANIFEST), message });
            }
        }
        self.each_once(ground)?;
        let mut decided: Vec<Decided> = Vec::new();
        for (manifest, folder) in &self.shards {
            let path = folder.join(RESULTS);
            let found = results(&path, &manifest.results)?;
            if found.len() != manifest.simulations.len() || found.iter().any(|one| !manifest.simulations.contains_key(&name(one))) {
                let message = "does not hold the simulations that its manifest names; run this shard again".to_owned();
                return Err(Error::Content { path, message });
            }
            decided.extend(found);
        }
        decided.sort_by(|a, b| (&a.study, &a.simulation).cmp(&(&b.study, &b.simulation)));
        Ok(decided)
    }

    /// Refuses what is there twice or nowhere.
    fn each_once(&self, ground: &Ground) -> Result<()> {
        let mut shards: BTreeMap<&Shard, &PathBuf> = BTreeMap::new();
        let mut held: BTreeMap<&String, &PathBuf> = BTreeMap::new();
        for (manifest, folder) in &self.shards {
            let twice = |one: &PathBuf, what: String| {
                Err(Error::Usage(format!("{} and {} both hold {what}; name every shard once", one.display(), folder.display())))
            };
            if let Some(one) = shards.insert(&manifest.shard, folder) {
                return twice(one, format!("shard {}", manifest.shard));
            }
            if let Some(name) = manifest.simulations.keys().find(|name| held.contains_key(name)) {
                return twice(held[name], name.clone());
            }
            held.extend(manifest.simulations.keys().map(|name| (name, folder)));
        }
        let missing: Vec<&str> = ground.keys().filter(|name| !held.contains_key(name)).map(String::as_str).collect();
        let wanted: Vec<String> = self.missing_shards(&shards, &missing).iter().map(|shard| format!("--shard {shard}")).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let holds = if missing.is_empty() { "nothing of this registry".to_owned() } else { some_of(&missing) };
        Err(Error::Usage(format!(
            "missing: {}, with {holds}; run and name them too, again where they are older than the registry",
            some_of(&wanted.iter().map(String::as_str).collect::<Vec<_>>())
        )))
    }

    /// The shards that hold these simulations, named as the others are; of parts every one that is not there.
    fn missing_shards(&self, there: &BTreeMap<&Shard, &PathBuf>, missing: &[&str]) -> BTreeSet<Shard> {
        let counts: BTreeSet<Option<u32>> = there.keys().map(|shard| shard.count()).collect();
        if let [Some(count)] = counts.iter().copied().collect::<Vec<_>>()[..] {
            let parts = (1..=count).filter_map(|index| Shard::part(index, count));
            // A part that ran before a simulation was added is there and lacks it.
            let lacks = |part: &Shard| missing.iter().filter_map(|name| name.split_once('/')).any(|(study, name)| part.has(study, name));
            return parts.filter(|part| !there.contains_key(part) || lacks(part)).collect();
        }
        missing.iter().filter_map(|name| name.split_once('/')).map(|(study, _)| Shard::Study(study.to_owned())).collect()
    }
}

fn name(decided: &Decided) -> String {
    format!("{}/{}", decided.study, decided.simulation)
}

/// The first few of some names, and how many more there are.
fn some_of(names: &[&str]) -> String {
    let more = names.len().saturating_sub(NAMED);
    let shown = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{shown} and {more} more") } else { shown }
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
