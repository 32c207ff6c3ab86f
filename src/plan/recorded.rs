//! Replicates trained beforehand: `studies/recorded/<study>.<simulation>.<arm>.jsonl`, one line of heading per cell and one per replicate.
//!
//! A recording is found by the digest of everything its numbers depend on (the setup, the seed, what the run is called, the code that trains), so
//! that one of another setup, of older code or of an older layout is never used: it is as good as none, and whoever asks is told how to renew it. A
//! damaged file is a problem with its line.

use super::CellRuns;
use super::cache::Identity;
use super::lines::{Line, Packed, Value};
use crate::random::Seed;
use crate::registry::RECORDED;
use crate::sim::{Setup, Simulator, Table, Trajectory};
use crate::taxonomy::{Metric, Word};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Range;

/// The root seed of every recording, whatever is asked of everything else: another one would mean training everything again.
pub const SEED: Seed = Seed(20_250_318);

/// What stands above the replicates of one cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Heading {
    /// Version of this layout.
    recorded: u32,
    study: String,
    simulation: String,
    arm: String,
    cell: String,
    key: String,
    replicates: u32,
    generations: Vec<u32>,
    metrics: Vec<String>,
    /// Examples of every generation of the first replicate.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    shown: Vec<Vec<String>>,
    /// Of the lines below and of all that stands here but the key; in layout 1 of the lines and of what is shown.
    checksum: String,
}

impl Heading {
    /// The checksum that belongs here. A change of code that moves no number moves the key alone.
    fn sum(&self, rows: &[&str]) -> String {
        if self.recorded == 1 {
            return checksum(rows, &self.shown);
        }
        let bare = Self { key: String::new(), checksum: String::new(), ..self.clone() };
        checksum(rows, &[vec![serde_json::to_string(&bare).expect("a heading is plain data")]])
    }
}

/// Version of the layout: in the first one the values stood as decimals.
const LAYOUT: u32 = 2;

/// All recordings of a registry.
#[derive(Debug, Clone, Default)]
pub struct Recordings {
    /// By key, with the checksum of the lines.
    held: BTreeMap<String, (String, CellRuns)>,
}

/// A recording that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct Damaged {
    /// The file's name inside the registry.
    pub file: String,
    /// Which line.
    pub line: usize,
    /// What was expected and what was found.
    pub message: String,
}

impl Recordings {
    /// Those in these files, by name inside the registry.
    ///
    /// # Errors
    /// [`Damaged`], the first one.
    pub fn read<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Damaged> {
        let mut recordings = Self::default();
        for (file, text) in files.into_iter().filter(|(name, _)| is_recording(name)) {
            recordings.add(file, text)?;
        }
        Ok(recordings)
    }

    /// The replicates of a cell, if they are recorded under its identity.
    #[must_use]
    pub fn get(&self, identity: &Identity<'_>, replicates: &Range<u32>) -> Option<&CellRuns> {
        self.held.get(identity.recording_key(replicates).text()).map(|(_, runs)| runs)
    }

    /// The checksum of the replicates that [`get`](Self::get) gives.
    #[must_use]
    pub fn checksum(&self, identity: &Identity<'_>, replicates: &Range<u32>) -> Option<&str> {
        self.held.get(identity.recording_key(replicates).text()).map(|(checksum, _)| checksum.as_str())
    }

    fn add(&mut self, file: &str, text: &str) -> Result<(), Damaged> {
        let damaged = |(line, message): (usize, String)| Damaged { file: file.to_owned(), line: line + 1, message };
        for part in parts(text).map_err(damaged)?.into_iter().filter(|part| part.heading.recorded == LAYOUT) {
            let table = table(&part.heading, &part.rows).map_err(|(row, message)| damaged((part.line + 1 + row, message)))?;
            let runs = CellRuns { shown: part.heading.shown, ..CellRuns::of(table) };
            self.held.insert(part.heading.key, (part.heading.checksum, runs));
        }
        Ok(())
    }
}

/// One cell of a file.
struct Part<'t> {
    /// Where its heading stands, counted from 0.
    line: usize,
    heading: Heading,
    rows: Vec<&'t str>,
}

/// The cells of a file, whole by their checksums; else which line is wrong and why.
fn parts(text: &str) -> Result<Vec<Part<'_>>, (usize, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let (mut line, mut parts) = (0, Vec::new());
    while line < lines.len() {
        let heading: Heading = serde_json::from_str(lines[line]).map_err(|error| (line, format!("no heading of a recording: {error}")))?;
        let Some(rows) = lines.get(line + 1..line + 1 + heading.replicates as usize) else {
            let follow = lines.len() - line - 1;
            return Err((line, format!("{} replicates are announced and {follow} follow", heading.replicates)));
        };
        let found = heading.sum(rows);
        if found != heading.checksum {
            return Err((
                line,
                format!("this heading and the lines below have the checksum {found}, and {} was recorded", heading.checksum),
            ));
        }
        parts.push(Part { line, heading, rows: rows.to_vec() });
        line += 1 + rows.len();
    }
    Ok(parts)
}

/// Nanoseconds that a recorded replicate takes: it is read.
pub(super) const READING: f64 = 1e3;

/// What a replicate of a checked setup costs a run, in nanoseconds.
#[must_use]
pub fn cost(simulator: &Simulator, setup: &Setup) -> f64 {
    if setup.is_trained() { READING } else { simulator.cost() }
}

/// Core-seconds of one replicate, by the fixed formula; infinite where the laboratory refuses the setup.
#[must_use]
pub fn seconds(setup: &Setup) -> f64 {
    Simulator::prepare(setup).map_or(f64::INFINITY, |simulator| simulator.cost() * 1e-9)
}

/// A file with the keys that its cells have now and in the layout of now, where `is_same` says so of a cell and one of its lines; a cell that has its key
/// already is not asked about. `None` where some cell is not among these, or not the same.
///
/// # Errors
/// Those of `is_same`.
pub fn rekeyed(
    text: &str,
    keys: &BTreeMap<String, String>,
    is_same: impl Fn(&str, u32, &str) -> crate::Result<bool>,
) -> crate::Result<Option<String>> {
    let Ok(parts) = parts(text) else { return Ok(None) };
    let mut out = String::new();
    for Part { mut heading, rows, .. } in parts {
        let Some(rows) = rows.iter().map(|row| repacked(&heading, row)).collect::<Option<Vec<String>>>() else { return Ok(None) };
        // One replicate, told by the checksum: nobody chose it.
        let lot = u32::from_str_radix(&heading.checksum[..6], 16).expect("a checksum is hexadecimal");
        let one = lot % heading.replicates.max(1);
        let (Some(key), Some(row)) = (keys.get(&heading.cell), rows.get(one as usize)) else { return Ok(None) };
        if heading.key != *key && !is_same(&heading.cell, one, row)? {
            return Ok(None);
        }
        let borrowed: Vec<&str> = rows.iter().map(String::as_str).collect();
        heading = Heading { recorded: LAYOUT, key: key.clone(), ..heading };
        heading.checksum = heading.sum(&borrowed);
        out += &(serde_json::to_string(&heading).expect("a heading is plain data") + "\n");
        rows.iter().for_each(|row| out += &format!("{row}\n"));
    }
    Ok(Some(out))
}

/// A replicate's line in the layout of now; `None` where it is none of its own layout.
fn repacked(heading: &Heading, row: &str) -> Option<String> {
    match heading.recorded {
        LAYOUT => Some(row.to_owned()),
        1 => {
            let line: Line = serde_json::from_str(row).ok()?;
            serde_json::to_string(&Packed::of(line.ending, line.values.iter().flatten())).ok()
        }
        _ => None,
    }
}

/// Whether a file of a registry is a recording, by its name.
#[must_use]
pub fn is_recording(name: &str) -> bool {
    name.strip_prefix(RECORDED).is_some_and(|rest| rest.ends_with(".jsonl"))
}

/// The name of an arm's file inside the registry.
#[must_use]
pub fn file_name(study: &str, simulation: &str, arm: &str) -> String {
    format!("{RECORDED}/{study}.{simulation}.{}.jsonl", arm.replace(':', "."))
}

/// A cell's replicates as its part of a file.
#[must_use]
pub fn text(identity: &Identity<'_>, arm: &str, runs: &CellRuns) -> String {
    let table = &runs.table;
    let replicates = table.replicates() as u32;
    let rows: Vec<String> = (0..table.replicates()).map(|replicate| row(table, replicate)).collect();
    let mut heading = Heading {
        recorded: LAYOUT,
        study: identity.study.to_owned(),
        simulation: identity.simulation.to_owned(),
        arm: arm.to_owned(),
        cell: identity.cell.to_owned(),
        key: identity.recording_key(&(0..replicates)).text().to_owned(),
        replicates,
        generations: table.generations().to_vec(),
        metrics: table.metrics().iter().map(|metric| metric.id().to_owned()).collect(),
        checksum: String::new(),
        shown: runs.shown.clone(),
    };
    heading.checksum = heading.sum(&rows.iter().map(String::as_str).collect::<Vec<_>>());
    let heading = serde_json::to_string(&heading).expect("a heading is plain data");
    std::iter::once(&heading).chain(&rows).fold(String::new(), |text, line| text + line + "\n")
}

/// A replicate of a table as a line.
#[must_use]
pub fn row(table: &Table, replicate: usize) -> String {
    let value = |metric: &Metric, t: &u32| Value::of(table.column(*metric, *t).and_then(|column| column.get(replicate)));
    let values: Vec<Value> = table.generations().iter().flat_map(|t| table.metrics().iter().map(move |metric| value(metric, t))).collect();
    serde_json::to_string(&Packed::of(table.endings()[replicate], &values)).expect("a line is plain data")
}

/// Of some lines and of what is shown.
pub(super) fn checksum(rows: &[&str], shown: &[Vec<String>]) -> String {
    let mut hasher = blake3::Hasher::new();
    rows.iter().copied().chain(shown.iter().flatten().map(String::as_str)).for_each(|row| {
        hasher.update(row.as_bytes());
        hasher.update(b"\n");
    });
    hasher.finalize().to_hex()[..32].to_owned()
}

/// The table of a heading and its rows, else which row is wrong and why.
fn table(heading: &Heading, rows: &[&str]) -> Result<Table, (usize, String)> {
    let metrics = heading.metrics.iter().map(|id| Metric::parse(id)).collect::<Result<Vec<_>, _>>();
    let metrics = metrics.map_err(|unknown| (0, unknown.to_string()))?;
    let mut table = Table::empty(heading.generations.clone(), metrics.clone());
    for (place, row) in rows.iter().enumerate() {
        let line: Packed = serde_json::from_str(row).map_err(|error| (place, format!("no replicate: {error}")))?;
        let values = line.values(heading.generations.len() * metrics.len()).map_err(|why| (place, why))?;
        let mut run = Trajectory::empty(heading.generations.clone(), metrics.clone());
        for (generation, values) in values.chunks(metrics.len().max(1)).enumerate() {
            values.iter().enumerate().for_each(|(metric, value)| run.set(generation, metric, value.get()));
        }
        run.end(line.ending);
        table.push(&run);
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::planted;
    use crate::sim::Ending;

    fn some_runs() -> CellRuns {
        let (generations, metrics) = (vec![1, 2], vec![Metric::NegativeLogLikelihood, Metric::VarianceRatio]);
        let mut table = Table::empty(generations.clone(), metrics.clone());
        for (replicate, loss) in [0.1, 1.1, 2.7].into_iter().enumerate() {
            let mut run = Trajectory::empty(generations.clone(), metrics.clone());
            run.set(0, 0, Some(loss));
            run.set(0, 1, Some(f64::INFINITY));
            run.set(1, 1, Some(f64::NEG_INFINITY));
            run.end(if replicate == 2 { Ending::Degenerate { generation: 2 } } else { Ending::Completed });
            table.push(&run);
        }
        CellRuns { shown: vec![vec!["abc".to_owned()], Vec::new()], ..CellRuns::of(table) }
    }

    fn identity(setup: &Setup) -> Identity<'_> {
        Identity { seed: Seed(1), study: "study", simulation: "loop", cell: "", setup, program: None }
    }

    #[test]
    fn what_is_recorded_is_read_back_under_its_own_identity_and_no_other() {
        let setup = planted::setup(5);
        let body = text(&identity(&setup), "as-published", &some_runs());
        let name = file_name("study", "loop", "real-only:realistic");
        assert_eq!(name, "studies/recorded/study.loop.real-only.realistic.jsonl");
        let held = Recordings::read([(name.as_str(), body.as_str())]).unwrap();
        let found = held.get(&identity(&setup), &(0..3)).unwrap();
        assert!(found.table.raw().iter().flatten().map(|x| x.to_bits()).eq(some_runs().table.raw().iter().flatten().map(|x| x.to_bits())));
        assert_eq!(found.table.endings(), some_runs().table.endings());
        let other = planted::setup(6);
        assert!(held.get(&identity(&other), &(0..3)).is_none() && held.get(&identity(&setup), &(0..2)).is_none());
        assert!(held.get(&Identity { seed: Seed(2), ..identity(&setup) }, &(0..3)).is_none());
    }

    #[test]
    fn a_damaged_recording_is_told_with_its_line() {
        let setup = planted::setup(5);
        let body = text(&identity(&setup), "as-published", &some_runs());
        let name = file_name("study", "loop", "as-published");
        let trouble = |text: &str| Recordings::read([(name.as_str(), text)]).unwrap_err();
        let changed = trouble(&body.replacen("AAA", "AAB", 1));
        assert!(changed.line == 1 && changed.message.contains("checksum"), "{changed}");
        let cut = trouble(&body.lines().take(2).fold(String::new(), |all, line| all + line + "\n"));
        assert!(cut.message.contains("3 replicates are announced and 1 follow"), "{cut}");
        let twice = format!("{body}nonsense\n");
        assert_eq!(trouble(&twice).line, 5);
        assert!(trouble("<<<<<<< ours\n").message.contains("no heading"));
        // What the heading says of the lines is whole with them: generations, metrics, what is shown.
        for (this, that) in
            [("[1,2]", "[2,1]"), ("\"negative-log-likelihood\",\"variance-ratio\"", "\"variance-ratio\",\"negative-log-likelihood\"")]
        {
            let swapped = body.replacen(this, that, 1);
            let found = trouble(&swapped);
            assert!(swapped != body && found.line == 1 && found.message.contains("checksum"), "{found}");
        }
    }

    /// The file of `body` as the first layout had it.
    fn decimal(body: &str) -> String {
        let mut out = String::new();
        for Part { heading, rows, .. } in parts(body).unwrap() {
            let line = |row: &&str| {
                let packed: Packed = serde_json::from_str(row).unwrap();
                let values = packed.values(heading.generations.len() * heading.metrics.len()).unwrap();
                let values = values.chunks(heading.metrics.len()).map(<[Value]>::to_vec).collect();
                serde_json::to_string(&Line { ending: packed.ending, values }).unwrap()
            };
            let rows: Vec<String> = rows.iter().map(line).collect();
            let borrowed: Vec<&str> = rows.iter().map(String::as_str).collect();
            let mut heading = Heading { recorded: 1, ..heading };
            heading.checksum = heading.sum(&borrowed);
            out += &(serde_json::to_string(&heading).unwrap() + "\n" + &rows.join("\n") + "\n");
        }
        out
    }

    #[test]
    fn an_older_layout_is_none_until_it_is_written_anew_with_the_same_numbers() {
        let setup = planted::setup(5);
        let body = text(&identity(&setup), "as-published", &some_runs());
        let name = file_name("study", "loop", "as-published");
        let old = decimal(&body);
        assert!(old.contains("1.1") && old.contains("\"-inf\""), "{old}");
        assert!(Recordings::read([(name.as_str(), old.as_str())]).unwrap().get(&identity(&setup), &(0..3)).is_none());
        let key = identity(&setup).recording_key(&(0..3)).text().to_owned();
        let keys = |key: &str| BTreeMap::from([(String::new(), key.to_owned())]);
        // Its key is that of now: nothing has to be trained.
        let never = |_: &str, _: u32, _: &str| -> crate::Result<bool> { panic!("asked in vain") };
        assert_eq!(rekeyed(&old, &keys(&key), never).unwrap(), Some(body.clone()));
        // Under another key one line is compared, in the layout of now.
        let asked = |_: &str, replicate: u32, row: &str| Ok(body.lines().nth(1 + replicate as usize) == Some(row));
        assert_eq!(rekeyed(&old, &keys("another"), asked).unwrap(), Some(body.replacen(&key, "another", 1)));
        assert_eq!(rekeyed(&old.replacen("1.1", "1.2", 1), &keys(&key), never).unwrap(), None, "damaged");
        assert_eq!(rekeyed(&body.replacen("\"recorded\":2", "\"recorded\":3", 1), &keys(&key), never).unwrap(), None, "of a later one");
    }
}
