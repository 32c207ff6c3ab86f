//! Numbers kept between runs: one file per (cell's setup, stretch of replicates), named by a digest of everything that
//! the numbers depend on.
//!
//! A file that cannot be read, whose checksum does not fit, or that was kept under another key, is as good as none and is written anew. A folder that
//! cannot be written is said once and then left alone: the cache saves time and is never needed.

use super::CellRuns;
use crate::fingerprint;
use crate::random::Seed;
use crate::sim::{Ending, Setup, Table};
use crate::taxonomy::{Metric, Word};
use std::fs;
use std::io::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

/// First bytes of every file; the number is the version of this layout.
const MAGIC: &[u8; 8] = b"CAudRun2";
const CHECKSUM: usize = 32;
/// How names of files end, by what is in them.
const RUNS: &str = "run";
const DECISIONS: &str = "decided";
/// How names start of what is being written; of a run that was killed they stay, and go with the oldest.
const BESIDE: &str = ".beside-";

/// What the numbers of one stretch of replicates depend on.
#[derive(Debug, Clone, Copy)]
pub struct Identity<'a> {
    /// Root seed.
    pub seed: Seed,
    /// Study id.
    pub study: &'a str,
    /// Simulation name.
    pub simulation: &'a str,
    /// Canonical cell name.
    pub cell: &'a str,
    /// What is run.
    pub setup: &'a Setup,
    /// Digest of the program that runs it, if one does.
    pub program: Option<&'a str>,
}

/// A digest under which a stretch of replicates is kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(String);

impl Identity<'_> {
    /// The digest of these numbers; equal for arms that run the same thing.
    #[must_use]
    pub fn key(&self, replicates: &Range<u32>) -> Key {
        self.digest(replicates, fingerprint::engine())
    }

    /// The digest under which they are recorded: of the code only what trains a network and measures it. What the loop itself does is held
    /// by the spot checks, which train again.
    #[must_use]
    pub fn recording_key(&self, replicates: &Range<u32>) -> Key {
        self.digest(replicates, fingerprint::TRAINING)
    }

    fn digest(&self, replicates: &Range<u32>, code: &str) -> Key {
        let setup = serde_json::to_vec(self.setup).expect("a setup is plain data");
        let seed = self.seed.0.to_le_bytes();
        let range = [replicates.start.to_le_bytes(), replicates.end.to_le_bytes()].concat();
        let texts = [self.study.as_bytes(), self.simulation.as_bytes(), self.cell.as_bytes(), &setup, code.as_bytes()];
        Key::of(texts.into_iter().chain([&seed[..], &range]).chain(self.program.map(str::as_bytes)))
    }
}

impl Key {
    /// The digest of these parts, in this order.
    pub fn of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        Self(hasher.finalize().to_hex().to_string())
    }

    /// Its hexadecimal digits.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// A folder of numbers, or none.
#[derive(Debug)]
pub struct Cache {
    folder: Option<PathBuf>,
    is_broken: AtomicBool,
}

/// How much is kept, or was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kept {
    /// Files.
    pub files: u64,
    /// Bytes of these.
    pub bytes: u64,
}

struct KeptFile {
    path: PathBuf,
    bytes: u64,
    modified: Option<SystemTime>,
}

/// Why a stretch could not be kept; said once per run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unwritable(pub String);

impl Cache {
    /// A cache in this folder, which is made when first written to.
    #[must_use]
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self { folder: Some(folder.into()), is_broken: AtomicBool::new(false) }
    }

    /// No cache: everything is computed, nothing is kept.
    #[must_use]
    pub const fn none() -> Self {
        Self { folder: None, is_broken: AtomicBool::new(false) }
    }

    /// The stretch kept under `key`, if it is there, whole, and of this setup.
    #[must_use]
    pub fn read(&self, key: &Key, setup: &Setup, replicates: &Range<u32>) -> Option<CellRuns> {
        let bytes = fs::read(self.file(key, RUNS)?).ok()?;
        let runs = decode(key, &bytes)?;
        let fits = runs.table.replicates() == replicates.len() && runs.table.metrics() == setup.metrics;
        fits.then_some(runs)
    }

    /// Keeps a stretch, written beside and renamed.
    ///
    /// # Errors
    /// [`Unwritable`] the first time that writing fails; later failures are silent.
    pub fn write(&self, key: &Key, runs: &CellRuns) -> Result<(), Unwritable> {
        self.keep(key, RUNS, || encode(key, runs))
    }

    /// What was decided under `key`, if it is there and whole.
    #[must_use]
    pub fn decision(&self, key: &Key) -> Option<Vec<u8>> {
        let mut bytes = fs::read(self.file(key, DECISIONS)?).ok()?;
        let (body, checksum) = bytes.split_last_chunk::<CHECKSUM>()?;
        let (body, is_whole) = (body.len(), decision_checksum(key, body).as_bytes() == checksum);
        bytes.truncate(body);
        is_whole.then_some(bytes)
    }

    /// Keeps what was decided, written beside and renamed.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn keep_decision(&self, key: &Key, mut body: Vec<u8>) -> Result<(), Unwritable> {
        self.keep(key, DECISIONS, || {
            let checksum = decision_checksum(key, &body);
            body.extend(checksum.as_bytes());
            body
        })
    }

    fn keep(&self, key: &Key, kind: &str, bytes: impl FnOnce() -> Vec<u8>) -> Result<(), Unwritable> {
        let Some(file) = self.file(key, kind) else { return Ok(()) };
        if self.is_broken.load(Ordering::Relaxed) {
            return Ok(());
        }
        match write_beside(&file, &bytes()) {
            Err(trouble) if !self.is_broken.swap(true, Ordering::Relaxed) => {
                let folder = self.folder.as_deref().unwrap_or(&file).display();
                Err(Unwritable(format!("cannot keep results in the cache {folder}: {trouble}; going on without it")))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// What is kept: files and bytes. What cannot be listed counts as nothing.
    #[must_use]
    pub fn size(&self) -> Kept {
        self.kept().iter().fold(Kept::default(), |sum, file| Kept { files: sum.files + 1, bytes: sum.bytes + file.bytes })
    }

    /// Removes the oldest files until at most `limit` bytes are left, and gives what was removed. Only what this program keeps there is touched.
    pub fn prune(&self, limit: u64) -> Kept {
        let mut kept = self.kept();
        kept.sort_by(|a, b| (a.modified, &a.path).cmp(&(b.modified, &b.path)));
        let mut left: u64 = kept.iter().map(|file| file.bytes).sum();
        let mut removed = Kept::default();
        for file in kept {
            if left <= limit {
                break;
            }
            if fs::remove_file(&file.path).is_ok() {
                left -= file.bytes;
                removed = Kept { files: removed.files + 1, bytes: removed.bytes + file.bytes };
            }
        }
        removed
    }

    /// The folder, where there is one.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// Every file that this program wrote.
    fn kept(&self) -> Vec<KeptFile> {
        let listed = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten();
        let is_hex = |name: &str, length: usize| name.len() == length && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        let folders = self.folder.iter().flat_map(|folder| listed(folder)).filter(|entry| is_hex(&entry.file_name().to_string_lossy(), 2));
        let files = folders.flat_map(|entry| listed(&entry.path()));
        let kept = |entry: fs::DirEntry| {
            let found = entry.metadata().ok()?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_whole = name.split_once('.').is_some_and(|(name, kind)| is_hex(name, 62) && [RUNS, DECISIONS].contains(&kind));
            let is_ours = is_whole || name.starts_with(BESIDE);
            (is_ours && found.is_file()).then(|| KeptFile { modified: found.modified().ok(), bytes: found.len(), path: entry.path() })
        };
        files.filter_map(kept).collect()
    }

    fn file(&self, key: &Key, kind: &str) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(&key.0[..2]).join(format!("{}.{kind}", &key.0[2..])))
    }
}

/// A decision's checksum is bound to its key: a file under another name is none.
fn decision_checksum(key: &Key, body: &[u8]) -> blake3::Hash {
    blake3::Hasher::new().update(key.0.as_bytes()).update(body).finalize()
}

fn write_beside(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(file);
    fs::create_dir_all(folder)?;
    let mut beside = tempfile::Builder::new().prefix(BESIDE).tempfile_in(folder)?;
    beside.write_all(bytes)?;
    beside.persist(file)?;
    Ok(())
}

/// Bytes that leave room for what a file holds beside numbers: key, generations, metrics and checksum.
const HEADING: usize = 4096;

/// The file of a stretch. Its key stands in the body, so that a file under another name is none.
fn encode(key: &Key, runs: &CellRuns) -> Vec<u8> {
    let table = &runs.table;
    let numbers: usize = table.raw().iter().map(Vec::len).sum();
    // At most: the numbers, two words for each ending, and a heading.
    let mut out = Vec::with_capacity(8 * (numbers + table.endings().len()) + 16 * runs.expectations.len() + HEADING);
    out.extend(MAGIC);
    out.extend(key.0.as_bytes());
    let mut word = |value: u32| out.extend(value.to_le_bytes());
    word(table.generations().len() as u32);
    table.generations().iter().for_each(|t| word(*t));
    word(table.metrics().len() as u32);
    table.metrics().iter().for_each(|metric| word(*metric as u32));
    word(table.endings().len() as u32);
    table.endings().iter().map(|ending| words_of(*ending)).for_each(|(tag, generation)| {
        word(tag);
        word(generation);
    });
    word(runs.expectations.len() as u32);
    for ((metric, generation), value) in &runs.expectations {
        for part in [(*metric as u32).to_le_bytes(), generation.to_le_bytes()] {
            out.extend(part);
        }
        out.extend(value.to_le_bytes());
    }
    for column in table.raw() {
        out.extend(column.iter().flat_map(|value| value.to_le_bytes()));
    }
    let checksum = blake3::hash(&out);
    out.extend(checksum.as_bytes());
    out
}

const fn words_of(ending: Ending) -> (u32, u32) {
    match ending {
        Ending::Completed => (0, 0),
        Ending::Degenerate { generation } => (1, generation),
        Ending::TooFewSamples { generation } => (2, generation),
        Ending::NothingAccepted { generation } => (3, generation),
    }
}

/// The stretch kept under `key` in `bytes`; `None` where anything about them is wrong.
fn decode(key: &Key, bytes: &[u8]) -> Option<CellRuns> {
    let (body, checksum) = bytes.split_last_chunk::<CHECKSUM>()?;
    if blake3::hash(body).as_bytes() != checksum {
        return None;
    }
    let mut rest = Reader(body.strip_prefix(MAGIC)?.strip_prefix(key.0.as_bytes())?);
    let generations = rest.list(Reader::word)?;
    let metrics = rest.list(Reader::metric)?;
    let endings = rest.list(Reader::ending)?;
    if endings.is_empty() {
        // Any number of columns without a value would fit into no bytes at all.
        return None;
    }
    let expectations = rest.list(|rest| Some(((rest.metric()?, rest.word()?), rest.number()?)))?.into_iter().collect();
    let columns = (0..generations.len() * metrics.len()).map(|_| rest.numbers(endings.len())).collect::<Option<Vec<_>>>()?;
    let table = Table::from_raw(generations, metrics, columns, endings)?;
    rest.0.is_empty().then_some(CellRuns { expectations, ..CellRuns::of(table) })
}

/// Bytes yet to be read.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn word(&mut self) -> Option<u32> {
        let (word, rest) = self.0.split_first_chunk::<4>()?;
        self.0 = rest;
        Some(u32::from_le_bytes(*word))
    }

    fn number(&mut self) -> Option<f64> {
        let (word, rest) = self.0.split_first_chunk::<8>()?;
        self.0 = rest;
        Some(f64::from_le_bytes(*word))
    }

    fn numbers(&mut self, count: usize) -> Option<Vec<f64>> {
        let (numbers, rest) = self.0.split_at_checked(count.checked_mul(8)?)?;
        self.0 = rest;
        Some(numbers.as_chunks().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect())
    }

    fn metric(&mut self) -> Option<Metric> {
        Metric::all().get(self.word()? as usize).copied()
    }

    fn ending(&mut self) -> Option<Ending> {
        let (tag, generation) = (self.word()?, self.word()?);
        match tag {
            0 => Some(Ending::Completed),
            1 => Some(Ending::Degenerate { generation }),
            2 => Some(Ending::TooFewSamples { generation }),
            3 => Some(Ending::NothingAccepted { generation }),
            _ => None,
        }
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        (0..self.word()?).map(|_| item(self)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::planted;
    use crate::sim::Trajectory;
    use std::collections::BTreeMap;

    fn some_runs() -> CellRuns {
        let (generations, metrics) = (vec![1, 10], vec![Metric::ExcessRisk, Metric::LogVariance]);
        let mut table = Table::empty(generations.clone(), metrics.clone());
        for replicate in 0..5 {
            let mut run = Trajectory::empty(generations.clone(), metrics.clone());
            run.set(0, 0, Some(f64::from(replicate) + 0.1));
            run.set(1, 1, Some(f64::INFINITY));
            run.end(if replicate == 3 { Ending::Degenerate { generation: 7 } } else { Ending::Completed });
            table.push(&run);
        }
        CellRuns { expectations: BTreeMap::from([((Metric::ExcessRisk, 10), 0.25)]), ..CellRuns::of(table) }
    }

    /// Tables hold NaN for undefined, so they are compared by their bytes.
    fn same(a: &CellRuns, b: &CellRuns) -> bool {
        encode(&some_key(), a) == encode(&some_key(), b)
    }

    fn some_key() -> Key {
        Key::of([b"some".as_slice()])
    }

    /// A body with a checksum that fits.
    fn sealed(mut body: Vec<u8>) -> Vec<u8> {
        let checksum = blake3::hash(&body);
        body.extend(checksum.as_bytes());
        body
    }

    #[test]
    fn what_is_written_is_read_back_to_the_bit() {
        let (key, runs) = (some_key(), some_runs());
        assert!(same(&decode(&key, &encode(&key, &runs)).unwrap(), &runs));
    }

    #[test]
    fn a_stretch_under_another_key_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(folder.path());
        let (setup, keys) = (
            Setup { metrics: some_runs().table.metrics().to_vec(), ..planted::setup(10) },
            ["a", "b"].map(|text| Key::of([text.as_bytes()])),
        );
        keys.iter().for_each(|key| cache.write(key, &some_runs()).unwrap());
        let [file, other] = keys.each_ref().map(|key| cache.file(key, RUNS).unwrap());
        assert!(cache.read(&keys[0], &setup, &(0..5)).is_some());
        fs::copy(other, file).unwrap();
        assert!(cache.read(&keys[0], &setup, &(0..5)).is_none(), "a whole file of the same length, of other runs");
    }

    #[test]
    fn any_changed_or_missing_byte_makes_the_file_as_good_as_none() {
        let key = some_key();
        let whole = encode(&key, &some_runs());
        for place in (0..whole.len()).step_by(7) {
            let mut wrong = whole.clone();
            wrong[place] ^= 1;
            assert!(decode(&key, &wrong).is_none(), "byte {place}");
            assert!(decode(&key, &whole[..place]).is_none(), "cut at {place}");
        }
        assert!(decode(&key, &[]).is_none());
    }

    #[test]
    fn a_file_with_a_right_checksum_and_a_wrong_body_is_none() {
        let key = some_key();
        let head = [MAGIC.as_slice(), key.0.as_bytes()].concat();
        let of = |words: &[u32]| sealed(head.iter().copied().chain(words.iter().flat_map(|word| word.to_le_bytes())).collect());
        assert!(decode(&key, &of(&[u32::MAX])).is_none(), "a list without an end");
        assert!(decode(&key, &of(&[1, 1, 1, 0, 0, 0])).is_none(), "columns without a replicate");
        assert!(decode(&key, &of(&[0, 0, 1, 0, 0, 0])).is_some(), "a replicate of which nothing is recorded");
    }

    #[test]
    fn a_decision_is_read_back_under_its_own_key_and_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(folder.path());
        let [key, other] = ["a", "b"].map(|text| Key::of([text.as_bytes()]));
        assert_eq!(cache.decision(&key), None);
        cache.keep_decision(&key, b"decided".to_vec()).unwrap();
        assert_eq!(cache.decision(&key).as_deref(), Some(&b"decided"[..]));
        let [file, elsewhere] = [&key, &other].map(|key| cache.file(key, DECISIONS).unwrap());
        let whole = fs::read(&file).unwrap();
        fs::create_dir_all(elsewhere.parent().unwrap()).unwrap();
        fs::write(&elsewhere, &whole).unwrap();
        assert_eq!(cache.decision(&other), None, "kept under another key");
        for place in 0..whole.len() {
            let mut wrong = whole.clone();
            wrong[place] ^= 1;
            fs::write(&file, wrong).unwrap();
            assert_eq!(cache.decision(&key), None, "byte {place}");
        }
        assert_eq!(cache.size().files, 2);
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_said_once() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let cache = Cache::at(file.path());
        let key = Key("ab".repeat(32));
        assert!(cache.write(&key, &some_runs()).is_err());
        assert!(cache.write(&key, &some_runs()).is_ok());
    }

    #[test]
    fn pruning_takes_the_oldest_runs_first_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(folder.path());
        let keys = ["a", "b", "c"].map(|letter| Key(letter.repeat(64)));
        for (age, key) in [30, 20, 10].into_iter().zip(&keys) {
            cache.write(key, &some_runs()).unwrap();
            let file = fs::File::options().write(true).open(cache.file(key, RUNS).unwrap()).unwrap();
            file.set_modified(SystemTime::now() - std::time::Duration::from_secs(age)).unwrap();
        }
        fs::write(folder.path().join("aa").join("notes.txt"), "mine").unwrap();
        let whole = cache.size();
        assert_eq!(whole.files, 3);
        let one = whole.bytes / 3;
        assert_eq!(cache.prune(2 * one), Kept { files: 1, bytes: one });
        assert!(!cache.file(&keys[0], RUNS).unwrap().exists() && cache.file(&keys[1], RUNS).unwrap().exists());
        fs::write(folder.path().join("aa").join(".beside-killed"), "half").unwrap();
        assert_eq!(cache.prune(0).files, 3, "what a killed run left goes too");
        assert!(folder.path().join("aa").join("notes.txt").exists());
    }
}
