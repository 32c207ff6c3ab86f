//! `claims/verdicts.lock`: what was accepted of every claim, one TOML table each, sorted by claim.
//!
//! It takes claim rows and the registry and gives a [`Lock`], and turns locks into text and back: reading what was
//! written gives the same lock, and writing it again the same bytes. Files belong to the caller.

use super::filed::{self, Misread};
use super::{ClaimReport, Open, Verdict, WorldReport, digest};
use crate::fingerprint;
use crate::registry::{Overlay, Registry, StudyId};
use crate::taxonomy::Fidelity;
use crate::verdict::Outcome;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Version of the lock's shape.
const SCHEMA: u32 = 2;
/// First lines of the file.
const HEADER: &str = "# What was accepted of every claim. Written by `collapse-audit accept`, read by `collapse-audit check`.\n";

/// The keys of a claim's table, in the order written; they are the fields of [`Entry`].
const KEYS: [&str; 13] =
    ["verdict", "reason", "fidelity", "worlds", "open", "estimate", "low", "high", "seed", "accepted", "replicates", "digest", "under"];

/// What decides beside a claim's own text, by name: thresholds, worlds, and every part of the program whose sources decide.
pub type Ground = BTreeMap<String, String>;

/// Everything that was accepted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// Version of this shape.
    pub schema: u32,
    /// What claims were accepted under, by a short digest of it.
    #[serde(default, rename = "under")]
    pub grounds: BTreeMap<String, Ground>,
    /// What claims, thresholds and worlds said, by the digests that entries and grounds name.
    #[serde(default, rename = "text", skip_serializing_if = "BTreeMap::is_empty")]
    pub texts: BTreeMap<String, String>,
    /// By full claim id.
    #[serde(default, rename = "claim")]
    pub claims: BTreeMap<String, Entry>,
}

/// What was accepted of one claim.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The verdict.
    pub verdict: Verdict,
    /// Why undecided or untested.
    pub reason: Option<String>,
    /// The fidelity.
    pub fidelity: Fidelity,
    /// World -> what was accepted of its definition there; every world of the registry then, simulated or not.
    #[serde(default)]
    pub worlds: BTreeMap<String, HeldWorld>,
    /// Questions of its own that were accepted as undecided: a check asks them as far as they were asked, and all others until they
    /// are decided again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<Open>,
    /// Estimate at freeze.
    pub estimate: Option<f64>,
    /// Lower limit at freeze.
    pub low: Option<f64>,
    /// Upper limit at freeze.
    pub high: Option<f64>,
    /// The root seed these numbers came from.
    pub seed: SeedNumber,
    /// Why it was accepted.
    pub accepted: String,
    /// Replicates at which each question froze.
    pub replicates: Frozen,
    /// Digest of the study's descriptor and of the claim, half each.
    pub digest: String,
    /// Under what it was accepted: a key of [`Lock::grounds`].
    pub under: String,
}

/// A seed: TOML's integers end at 2^63 - 1, larger ones are written as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "SeedText", into = "SeedText")]
pub struct SeedNumber(pub u64);

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum SeedText {
    Number(i64),
    Text(String),
}

impl From<SeedNumber> for SeedText {
    fn from(seed: SeedNumber) -> Self {
        i64::try_from(seed.0).map_or_else(|_| Self::Text(seed.0.to_string()), Self::Number)
    }
}

impl TryFrom<SeedText> for SeedNumber {
    type Error = String;

    fn try_from(text: SeedText) -> Result<Self, String> {
        let seed = match &text {
            SeedText::Number(number) => u64::try_from(*number).ok(),
            SeedText::Text(text) => text.parse().ok(),
        };
        seed.map(Self).ok_or_else(|| "a seed is a whole number from 0 to 2^64 - 1".to_owned())
    }
}

/// A claim's definition in a world, as accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeldWorld {
    /// The outcome; null where the world was not simulated.
    pub outcome: Option<Outcome>,
    /// Replicates at freeze.
    pub replicates: u32,
}

/// Replicates at freeze of a claim's own questions; null where it was not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frozen {
    /// The claim's own test.
    pub test: u32,
    /// Its control.
    pub control: Option<u32>,
}

impl Entry {
    /// Whether both say the same of the same text, whatever they were accepted under.
    #[must_use]
    pub fn says_as(&self, other: &Self) -> bool {
        let bare = |entry: &Self| Self { accepted: String::new(), under: String::new(), ..entry.clone() };
        bare(self) == bare(other)
    }
}

impl Lock {
    /// A lock without claims.
    #[must_use]
    pub const fn empty() -> Self {
        Self { schema: SCHEMA, grounds: BTreeMap::new(), texts: BTreeMap::new(), claims: BTreeMap::new() }
    }

    /// Reads a lock.
    ///
    /// # Errors
    /// What is wrong, with its line.
    pub fn parse(text: &str) -> Result<Self, Misread> {
        filed::read(text, SCHEMA, |lock: &Self| lock.schema)
    }

    /// The text of the lock, one table per claim: floats in their shortest form that reads back the same.
    ///
    /// # Errors
    /// When TOML cannot hold a value; no lock made here has one.
    pub fn text(&self) -> Result<String, String> {
        let mut text = format!("{HEADER}schema = {}\n", self.schema);
        for (key, ground) in &self.grounds {
            text.push_str(&format!("\n[under.{}]\n", bare(key)));
            ground.iter().for_each(|(part, digest)| text.push_str(&format!("{} = \"{digest}\"\n", bare(part))));
        }
        if !self.texts.is_empty() {
            text.push_str("\n[text]\n");
            self.texts
                .iter()
                .for_each(|(digest, said)| text.push_str(&format!("{} = {}\n", bare(digest), toml::Value::from(said.as_str()))));
        }
        for (id, entry) in &self.claims {
            let table = toml::Table::try_from(entry).map_err(|error| error.to_string())?;
            text.push_str(&format!("\n[claim.{}]\n", toml::Value::from(id.as_str())));
            // Values print on one line, inner tables included.
            for key in KEYS {
                if let Some(value) = table.get(key) {
                    text.push_str(&format!("{key} = {value}\n"));
                }
            }
        }
        Ok(text)
    }

    /// Takes over what is accepted now under `ground`. An entry that says the same of the same text stays as it was accepted, so that only claims
    /// that moved are touched; grounds that no claim stands on go.
    pub fn accept(&mut self, now: BTreeMap<String, Entry>, ground: Ground) {
        for (id, entry) in now {
            if !self.claims.get(&id).is_some_and(|old| old.says_as(&entry)) {
                self.claims.insert(id, entry);
            }
        }
        self.grounds.insert(key(&ground), ground);
        let used: BTreeSet<&String> = self.claims.values().map(|entry| &entry.under).collect();
        self.grounds.retain(|key, _| used.contains(key));
    }

    /// The claims of one study that are held.
    pub fn of_study<'a>(&'a self, study: &'a StudyId) -> impl Iterator<Item = (&'a String, &'a Entry)> {
        self.claims.iter().filter(move |(id, _)| id.split_once('/').is_some_and(|(of, _)| of == study))
    }
}

/// The digests whose texts a lock can name.
pub(super) fn texts_used(lock: &Lock) -> BTreeSet<String> {
    let claims = lock.claims.values().filter_map(|entry| Some(halves(entry)?.1.to_owned()));
    let grounds = lock.grounds.values().flat_map(|ground| WORDED.iter().filter_map(|part| ground.get(*part).cloned()));
    claims.chain(grounds).collect()
}

/// The digests of a study's descriptor and of the claim; nothing where a hand has changed them.
pub(super) fn halves(entry: &Entry) -> Option<(&str, &str)> {
    entry.digest.split_at_checked(entry.digest.len() / 2)
}

/// A key as TOML writes it: quoted only where it must be.
fn bare(key: &str) -> String {
    let is_bare = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if is_bare { key.to_owned() } else { toml::Value::from(key).to_string() }
}

/// What decides now beside the claims' own texts.
#[must_use]
pub fn ground(registry: &Registry) -> Ground {
    let worlds: Vec<_> = registry.overlays.iter().map(Overlay::without_words).collect();
    let files = [("criteria", digest::digest(&registry.criteria)), ("overlays", digest::digest(&worlds))];
    let sources = fingerprint::parts().map(|(part, digest)| (part.to_owned(), digest.to_owned()));
    files.into_iter().map(|(part, digest)| (part.to_owned(), digest[..HALF].to_owned())).chain(sources).collect()
}

/// The short digest that stands for a ground.
#[must_use]
pub fn key(ground: &Ground) -> String {
    digest::digest(ground)[..HALF].to_owned()
}

/// Digits of a digest that tell two texts of one registry apart.
pub(super) const HALF: usize = 16;
/// The parts of a ground whose words are kept.
pub(super) const WORDED: [&str; 2] = ["criteria", "overlays"];

/// What would be accepted of `claims` as they stand, by full id; `accepted` is the reason given, empty where nothing is accepted.
#[must_use]
pub fn entries(registry: &Registry, claims: &[ClaimReport], seed: u64, accepted: &str) -> BTreeMap<String, Entry> {
    let under = key(&ground(registry));
    let digest = |row: &ClaimReport| {
        let descriptor = registry.studies.get(&row.study).map(|study| study.digest.clone()).unwrap_or_default();
        [descriptor, claim_digest(registry, &row.id)].map(|digest| digest.chars().take(HALF).collect::<String>()).concat()
    };
    let entry = |row: &ClaimReport| Entry {
        verdict: row.verdict,
        reason: row.reason.clone(),
        fidelity: row.fidelity,
        worlds: row.worlds.iter().map(|(id, world)| (id.clone(), held(world.as_ref()))).collect(),
        open: row.open.clone(),
        estimate: row.estimate,
        low: row.low,
        high: row.high,
        seed: SeedNumber(seed),
        accepted: accepted.to_owned(),
        replicates: Frozen { test: row.replicates, control: row.control.as_ref().map(|control| control.replicates) },
        digest: digest(row),
        under: under.clone(),
    };
    claims.iter().map(|row| (row.id.clone(), entry(row))).collect()
}

fn claim_digest(registry: &Registry, id: &str) -> String {
    let (study, name) = id.split_once('/').unwrap_or_default();
    let claim = registry.claims_of(study).find(|claim| claim.id.name == name);
    claim.map(|claim| claim.digest.clone()).unwrap_or_default()
}

fn held(world: Option<&WorldReport>) -> HeldWorld {
    world.map_or_else(HeldWorld::default, |world| HeldWorld { outcome: Some(world.outcome), replicates: world.replicates })
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{claim, decided, frame, registry, study};
    use super::*;
    use crate::sim::Regime;
    use crate::verdict::TestOutcome;

    fn held() -> Lock {
        let registry = registry(
            vec![study("a-2024-x", Fidelity::Exact, Regime::replace(), &[])],
            vec![claim("a-2024-x", "linear"), claim("a-2024-x", "also")],
        );
        let decided = [decided("a-2024-x", "linear", TestOutcome::Holds, [Outcome::Occurs, Outcome::Absent, Outcome::Occurs])];
        let rows = super::super::claim_reports(&registry, &decided, &frame());
        let mut claims = entries(&registry, &rows, u64::MAX, "first \"look\"");
        claims.values_mut().for_each(|entry| entry.under = "0f".to_owned());
        let ground = BTreeMap::from([("criteria".to_owned(), "1a".to_owned()), ("locked crates".to_owned(), "2b".to_owned())]);
        Lock { claims, grounds: BTreeMap::from([("0f".to_owned(), ground)]), ..Lock::empty() }
    }

    #[test]
    fn a_lock_reads_back_the_same_and_writes_the_same_bytes() {
        let lock = held();
        let text = lock.text().unwrap();
        let read = Lock::parse(&text).unwrap();
        assert_eq!(read, lock);
        assert_eq!(read.text().unwrap(), text);
        assert!(text.contains("high = 0.30000000000000004"), "floats in their shortest exact form:\n{text}");
        insta::assert_snapshot!("lock", text);
    }

    #[test]
    fn tables_are_sorted_and_seeds_of_any_size_fit() {
        let lock = held();
        let ids: Vec<_> = lock.claims.keys().cloned().collect();
        assert_eq!(ids, ["a-2024-x/also", "a-2024-x/linear"]);
        for seed in [0, 1, i64::MAX as u64, i64::MAX as u64 + 1, u64::MAX] {
            let mut lock = lock.clone();
            lock.claims.values_mut().for_each(|entry| entry.seed = SeedNumber(seed));
            assert_eq!(Lock::parse(&lock.text().unwrap()).unwrap(), lock, "{seed}");
        }
    }

    #[test]
    fn accepting_touches_only_what_moved_and_drops_grounds_that_nothing_stands_on() {
        let mut lock = held();
        let ground = Ground::from([("criteria".to_owned(), "3c".to_owned())]);
        let now = |estimate| {
            let again =
                |(id, entry): (&String, &Entry)| (id.clone(), Entry { under: key(&ground), accepted: "again".to_owned(), ..entry.clone() });
            let mut now: BTreeMap<String, Entry> = held().claims.iter().map(again).collect();
            now.get_mut("a-2024-x/linear").expect("planted").estimate = estimate;
            now
        };
        let before = lock.claims["a-2024-x/linear"].estimate;
        lock.accept(now(before), ground.clone());
        assert_eq!(lock, held(), "nothing moved");
        lock.accept(now(Some(7.0)), ground.clone());
        let accepted = |id: &str| lock.claims[id].accepted.as_str();
        assert_eq!((accepted("a-2024-x/also"), accepted("a-2024-x/linear")), ("first \"look\"", "again"));
        assert_eq!(lock.grounds.keys().map(String::as_str).collect::<BTreeSet<_>>(), BTreeSet::from(["0f", key(&ground).as_str()]));
        lock.claims.remove("a-2024-x/also");
        lock.accept(BTreeMap::new(), ground.clone());
        assert_eq!(lock.grounds.len(), 1);
    }

    #[test]
    fn a_lock_with_unknown_keys_or_another_schema_is_refused() {
        assert!(Lock::parse("schema = 1").unwrap_err().message.contains("schema 1"));
        assert!(Lock::parse("schema = 2\nextra = 3").unwrap_err().message.contains("extra"));
        assert_eq!(Lock::parse("# a lock\nschema = 2\n\nextra = 3").unwrap_err().line, 4);
        assert_eq!(Lock::parse("# a lock\nschema = 1").unwrap_err().line, 2);
        assert_eq!(Lock::parse("schema = 2"), Ok(Lock::empty()));
    }
}
