//! Trajectories that were made elsewhere: `studies/imported/<study>.<simulation>.<arm>.<digest>.jsonl`, one line of heading with its provenance and
//! one line per replicate.
//!
//! They stand beside what is trained here and never for it: no key of a setup finds them, so that no claim is decided by them. A file is checked
//! line by line when it comes in and, by its checksum, whenever the registry is opened.

use super::SimulationPlan;
use super::lines::{Line, Value};
use super::recorded::{Damaged, checksum};
use crate::numeric;
use crate::registry::IMPORTED;
use crate::sim::Ending;
use crate::taxonomy::{Metric, Word};
use serde::{Deserialize, Serialize};

/// Most generations, metrics and replicates of one file.
const MOST: [(&str, usize); 3] = [("generations", 10_000), ("metrics", 100), ("replicates", 10_000)];

/// Where numbers come from that were not made here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// Who made them.
    pub by: String,
    /// With what: program with version, machine.
    pub with: String,
    /// Where the code or the numbers can be found.
    pub source: String,
    /// How the experiment differs from the simulation under whose name it stands.
    pub differs: String,
}

/// What stands above the replicates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Heading {
    /// Version of this layout.
    imported: u32,
    study: String,
    simulation: String,
    arm: String,
    #[serde(default)]
    cell: String,
    provenance: Provenance,
    replicates: usize,
    generations: Vec<u32>,
    metrics: Vec<String>,
    /// Of the lines below and of the provenance; written by the import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    checksum: Option<String>,
}

/// One import, read and found whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// Whose simulation it stands beside.
    pub study: String,
    /// Its simulation.
    pub simulation: String,
    /// Its arm.
    pub arm: String,
    /// Its cell.
    pub cell: String,
    /// Where it comes from.
    pub provenance: Provenance,
    /// Its generations.
    pub generations: Vec<u32>,
    /// Its metrics.
    pub metrics: Vec<Metric>,
    /// Values by replicate, generation and metric.
    pub values: Vec<Vec<Vec<Option<f64>>>>,
    heading: Heading,
    rows: Vec<String>,
}

/// What is wrong with a line, counted from 1.
type Wrong = (usize, String);

/// Whether a file of a registry is an import, by its name.
#[must_use]
pub fn is_import(name: &str) -> bool {
    name.strip_prefix(IMPORTED).is_some_and(|rest| rest.ends_with(".jsonl"))
}

/// Every import of a registry, in the order of their names.
///
/// # Errors
/// [`Damaged`], the first one.
pub fn read_all<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Vec<Imported>, Damaged> {
    let one = |(file, text): (&str, &str)| {
        let imported = Imported::read(text).and_then(Imported::held);
        imported.map_err(|(line, message)| Damaged { file: file.to_owned(), line, message })
    };
    files.into_iter().filter(|(name, _)| is_import(name)).map(one).collect()
}

impl Imported {
    /// An import from its text.
    ///
    /// # Errors
    /// Which line is wrong, and why.
    pub fn read(text: &str) -> Result<Self, Wrong> {
        let mut lines = text.lines();
        let first = lines.next().ok_or((1, "the file is empty; its first line is the heading".to_owned()))?;
        let heading: Heading = serde_json::from_str(first).map_err(|error| (1, format!("no heading of an import: {error}")))?;
        let metrics = heading.metrics().map_err(|message| (1, message))?;
        let rows: Vec<String> = lines.map(str::to_owned).collect();
        if rows.len() != heading.replicates {
            let (announced, found) = (heading.replicates, rows.len());
            return Err((1, format!("{announced} replicates are announced and {found} lines follow; write one line for each")));
        }
        let row = |(place, row): (usize, &String)| values(row, &heading.generations, &metrics).map_err(|message| (place + 2, message));
        let values = rows.iter().enumerate().map(row).collect::<Result<_, _>>()?;
        let Heading { study, simulation, arm, cell, provenance, generations, .. } = heading.clone();
        Ok(Self { study, simulation, arm, cell, provenance, generations, metrics, values, heading, rows })
    }

    /// The same, if it is as it was when it came in.
    fn held(self) -> Result<Self, Wrong> {
        let (found, recorded) = (self.sum(), self.heading.checksum.as_deref().unwrap_or("none"));
        if found == recorded {
            return Ok(self);
        }
        Err((1, format!("provenance and lines have the checksum {found}, and {recorded} was written; import the file anew")))
    }

    fn sum(&self) -> String {
        let provenance = serde_json::to_string(&self.provenance).expect("provenance is plain data");
        checksum(&self.rows.iter().map(String::as_str).collect::<Vec<_>>(), &[vec![provenance]])
    }

    /// Whether a simulation has the arm and the cell under whose names this stands.
    ///
    /// # Errors
    /// What it has instead.
    pub fn fits(&self, plan: &SimulationPlan) -> Result<(), Wrong> {
        let arms: Vec<String> = plan.arms.keys().map(ToString::to_string).collect();
        let Some((_, arm)) = plan.arms.iter().find(|(arm, _)| arm.to_string() == self.arm) else {
            return Err((1, format!("{}/{} has no arm `{}`; it has {}", self.study, self.simulation, self.arm, arms.join(", "))));
        };
        let cells: Vec<&str> = arm.cells.iter().map(|cell| cell.name.as_str()).collect();
        if cells.contains(&self.cell.as_str()) {
            return Ok(());
        }
        Err((1, format!("the arm has no cell `{}`; it has `{}`", self.cell, cells.join("`, `"))))
    }

    /// The name of its file inside the registry: what it holds is part of the name, so that no import takes the place of another.
    #[must_use]
    pub fn file_name(&self) -> String {
        let arm = self.arm.replace(':', ".");
        format!("{IMPORTED}/{}.{}.{arm}.{}.jsonl", self.study, self.simulation, &self.sum()[..8])
    }

    /// Its text with the checksum.
    #[must_use]
    pub fn text(&self) -> String {
        let heading = Heading { checksum: Some(self.sum()), ..self.heading.clone() };
        let heading = serde_json::to_string(&heading).expect("a heading is plain data");
        std::iter::once(&heading).chain(&self.rows).fold(String::new(), |text, line| text + line + "\n")
    }

    /// The median of a metric at a generation over the replicates that have a value.
    #[must_use]
    pub fn median(&self, metric: usize, generation: usize) -> Option<f64> {
        median(&self.values.iter().filter_map(|rows| rows[generation][metric]).collect::<Vec<_>>())
    }
}

/// The median, where there are values.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| numeric::median(values))
}

impl Heading {
    /// The metrics by their words, after a look at everything else.
    fn metrics(&self) -> Result<Vec<Metric>, String> {
        if self.imported != 1 {
            return Err(format!("`imported` is {}; this program reads version 1", self.imported));
        }
        let Provenance { by, with, source, differs } = &self.provenance;
        for (key, text) in [("by", by), ("with", with), ("source", source), ("differs", differs)] {
            if text.trim().is_empty() {
                return Err(format!(
                    "`provenance.{key}` is empty; say who made the numbers, with what, where they are, and how the experiment differs"
                ));
            }
        }
        for ((what, most), found) in MOST.into_iter().zip([self.generations.len(), self.metrics.len(), self.replicates]) {
            if !(1..=most).contains(&found) {
                return Err(format!("{found} {what}; write 1 to {most}"));
            }
        }
        if self.generations[0] == 0 || !self.generations.is_sorted_by(|a, b| a < b) {
            return Err("`generations` are not rising numbers from 1 on".to_owned());
        }
        let metrics =
            self.metrics.iter().map(|id| Metric::parse(id)).collect::<Result<Vec<_>, _>>().map_err(|unknown| unknown.to_string())?;
        match metrics.iter().enumerate().find(|(place, metric)| metrics[..*place].contains(metric)) {
            Some((_, twice)) => Err(format!("`{}` is named twice", twice.id())),
            None => Ok(metrics),
        }
    }
}

/// The values of a line by generation and metric; none after the run has ended.
fn values(row: &str, generations: &[u32], metrics: &[Metric]) -> Result<Vec<Vec<Option<f64>>>, String> {
    let line: Line = serde_json::from_str(row).map_err(|error| format!("no replicate: {error}"))?;
    if line.values.len() != generations.len() || line.values.iter().any(|values| values.len() != metrics.len()) {
        return Err(format!("expected {} generations of {} values", generations.len(), metrics.len()));
    }
    let values: Vec<Vec<Option<f64>>> = line.values.iter().map(|row| row.iter().map(Value::get).collect()).collect();
    for (generation, row) in generations.iter().zip(&values) {
        for (metric, value) in metrics.iter().zip(row) {
            let is_within = |value: f64| metric.bounds().is_none_or(|(low, high)| (low..=high).contains(&value));
            if value.is_some_and(|value| !is_within(value)) {
                let (low, high) = metric.bounds().expect("what lies outside has bounds");
                let found = value.expect("it was compared");
                return Err(format!("`{}` is {found} at generation {generation}; it lies from {low} to {high}", metric.id()));
            }
        }
        let is_over = match line.ending {
            Ending::Completed => false,
            Ending::Degenerate { generation: end }
            | Ending::TooFewSamples { generation: end }
            | Ending::NothingAccepted { generation: end } => *generation >= end,
        };
        if is_over && row.iter().any(Option::is_some) {
            return Err(format!("the run ended before generation {generation} and has values there; write null"));
        }
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROVENANCE: &str =
        r#"{"by":"someone","with":"a program 1.0 on one machine","source":"https://example.org/runs","differs":"larger"}"#;

    fn heading(rest: &str) -> String {
        format!(r#"{{"imported":1,"study":"s","simulation":"loop","arm":"as-published","provenance":{PROVENANCE},{rest}}}"#)
    }

    fn two() -> String {
        let heading = heading(r#""replicates":2,"generations":[1,5],"metrics":["accuracy","negative-log-likelihood"]"#);
        format!(
            "{heading}\n{{\"values\":[[0.9,0.3],[0.7,\"inf\"]]}}\n{{\"ending\":{{\"kind\":\"degenerate\",\"generation\":3}},\"values\":[[0.8,0.5],[null,null]]}}\n"
        )
    }

    #[test]
    fn what_comes_in_is_read_back_and_marked() {
        let imported = Imported::read(&two()).expect("whole");
        assert!(imported.median(0, 0).is_some_and(|median| (median - 0.85).abs() < 1e-12), "of .9 and .8");
        assert_eq!(imported.median(1, 1), Some(f64::INFINITY));
        let (name, text) = (imported.file_name(), imported.text());
        assert!(name.starts_with("studies/imported/s.loop.as-published.") && is_import(&name), "{name}");
        assert!(text.starts_with("{\"imported\":1,"));
        let held = read_all([(name.as_str(), text.as_str())]).expect("held");
        assert_eq!(held[0].values, imported.values);
        assert!(crate::plan::Recordings::read([(name.as_str(), text.as_str())]).is_ok(), "it is no recording, and none reads it");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let trouble = |text: &str| Imported::read(text).expect_err("refused");
        let with = |from: &str, to: &str| trouble(&two().replacen(from, to, 1));
        assert_eq!(trouble("").0, 1);
        for (from, to, line, says) in [
            ("[0.9,0.3]", "[1.9,0.3]", 2, "lies from 0 to 1"),
            ("[null,null]", "[0.1,null]", 3, "ended before generation 5"),
            ("[0.8,0.5]", "[0.8]", 3, "expected 2 generations of 2 values"),
            ("[1,5]", "[5,1]", 1, "rising"),
            ("accuracy", "acuracy", 1, "acuracy"),
            ("\"replicates\":2", "\"replicates\":3", 1, "3 replicates are announced and 2 lines follow"),
            ("\"someone\"", "\" \"", 1, "`provenance.by` is empty"),
            ("\"imported\":1", "\"imported\":2", 1, "version 1"),
            ("\"imported\":1", "\"recorded\":1", 1, "no heading of an import"),
        ] {
            let (found, message) = with(from, to);
            assert!(found == line && message.contains(says), "{from}: line {found}, {message}");
        }
    }

    #[test]
    fn a_file_that_was_changed_since_is_damaged() {
        let imported = Imported::read(&two()).expect("whole");
        let name = imported.file_name();
        for (from, to) in [("0.9", "0.95"), ("larger", "equal")] {
            let changed = imported.text().replacen(from, to, 1);
            let damaged = read_all([(name.as_str(), changed.as_str())]).expect_err("changed");
            assert!(damaged.line == 1 && damaged.message.contains("checksum"), "{damaged}");
        }
        assert!(read_all([(name.as_str(), two().as_str())]).is_err(), "one without a checksum never came in");
    }
}
