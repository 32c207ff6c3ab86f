//! What a program wrote, line by line: checked like everything that comes from outside, then a table.

use super::{Infinite, Line, Reported, ReportedEnding, Wanted, generations};
use crate::plan::stopped::{ProgramEnding, Stopped};
use crate::sim::{Ending, Table, Trajectory};
use crate::taxonomy::{Metric, Word};
use std::collections::BTreeMap;

/// Bytes that honest lines take at most: many more than a number needs.
pub fn most_bytes(wanted: &Wanted<'_>) -> u64 {
    let setup = &wanted.cell.setup;
    let lines = wanted.replicates.len() as u64 * (generations(setup).len() as u64 + 1);
    4096 + lines * (128 + 96 * setup.metrics.len() as u64)
}

/// The table that the lines make.
///
/// # Errors
/// The first line that is wrong, or what is missing.
pub fn table(text: &str, wanted: &Wanted<'_>) -> Result<Table, Stopped> {
    let metrics = &wanted.cell.setup.metrics;
    let generations = generations(&wanted.cell.setup);
    let empty = || Run { run: Trajectory::empty(generations.clone(), metrics.clone()), seen: vec![false; generations.len()], ending: None };
    let mut runs: Vec<Run> = wanted.replicates.clone().map(|_| empty()).collect();
    for (place, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let read = one(line, wanted, &generations, &mut runs);
        read.map_err(|Stopped { ending, told }| Stopped::new(ending, format!("line {}: {told}", place + 1)))?;
    }
    let mut table = Table::empty(generations.clone(), metrics.clone());
    for (replicate, run) in wanted.replicates.clone().zip(runs) {
        table.push(&run.whole(replicate, &generations)?);
    }
    Ok(table)
}

fn garbled(told: impl Into<String>) -> Stopped {
    Stopped::new(ProgramEnding::Garbled, told)
}

/// A run as far as it was read.
struct Run {
    run: Trajectory,
    seen: Vec<bool>,
    ending: Option<Ending>,
}

impl Run {
    /// The run, if every generation before its ending was reported and none after.
    fn whole(mut self, replicate: u32, generations: &[u32]) -> Result<Trajectory, Stopped> {
        let ending = self.ending.unwrap_or(Ending::Completed);
        let is_over = |generation: u32| ending.generation().is_some_and(|end| end <= generation);
        for (generation, seen) in generations.iter().zip(&self.seen) {
            if *seen == is_over(*generation) {
                let what = if *seen { "has values after its ending" } else { "is missing" };
                return Err(garbled(format!("generation {generation} of replicate {replicate} {what}")));
            }
        }
        self.run.end(ending);
        Ok(self.run)
    }
}

/// Reads a line into its run.
fn one(line: &str, wanted: &Wanted<'_>, generations: &[u32], runs: &mut [Run]) -> Result<(), Stopped> {
    let read: Line = serde_json::from_str(line).map_err(|error| unreadable(line, &error))?;
    if let Some(why) = read.refused {
        return Err(Stopped::new(ProgramEnding::Refused, why));
    }
    let replicate = read.replicate.ok_or_else(|| garbled("expected `replicate` or `refused`"))?;
    let run = replicate.checked_sub(wanted.replicates.start).and_then(|place| runs.get_mut(place as usize));
    let run = run.ok_or_else(|| garbled(format!("replicate {replicate} was not asked for")))?;
    match (read.generation, read.values, read.ending) {
        (Some(generation), Some(values), None) => {
            let place =
                generations.binary_search(&generation).map_err(|_| garbled(format!("generation {generation} was not asked for")))?;
            if std::mem::replace(&mut run.seen[place], true) {
                return Err(garbled(format!("generation {generation} of replicate {replicate} is there twice")));
            }
            take(&mut run.run, place, &values, &wanted.cell.setup.metrics)
        }
        (None, None, Some(ending)) => {
            if run.ending.replace(known(ending)).is_some() {
                return Err(garbled(format!("replicate {replicate} ends twice")));
            }
            if known(ending).generation() == Some(0) {
                return Err(garbled("an ending at generation 0; the first generation is 1"));
            }
            Ok(())
        }
        _ => Err(garbled("expected `generation` with `values`, or `ending`, beside `replicate`")),
    }
}

/// JSON has no NaN, and many writers write it all the same.
fn unreadable(line: &str, error: &serde_json::Error) -> Stopped {
    let is_nan = line.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word.eq_ignore_ascii_case("nan"));
    let shown: String = line.chars().take(80).collect();
    match is_nan {
        true => Stopped::new(ProgramEnding::NotANumber, format!("`{shown}` holds NaN; write null where a value is undefined")),
        false => garbled(format!("`{shown}` is no line of output ({error})")),
    }
}

fn take(run: &mut Trajectory, place: usize, values: &BTreeMap<String, Option<Reported>>, metrics: &[Metric]) -> Result<(), Stopped> {
    let is_asked = |name: &str| metrics.iter().any(|metric| metric.id() == name);
    if let Some(name) = values.keys().find(|name| !is_asked(name)) {
        return Err(garbled(format!("`{name}` was not asked for")));
    }
    for (column, metric) in metrics.iter().enumerate() {
        let value = values.get(metric.id()).ok_or_else(|| garbled(format!("`{}` is missing", metric.id())))?;
        let value = value.map(|value| match value {
            Reported::Number(value) => value,
            Reported::Infinite(Infinite::Above) => f64::INFINITY,
            Reported::Infinite(Infinite::Below) => f64::NEG_INFINITY,
        });
        if let (Some(value), Some((low, high))) = (value, metric.bounds())
            && !(low..=high).contains(&value)
        {
            return Err(garbled(format!("`{}` is {value}; it lies from {low} to {high}", metric.id())));
        }
        run.set(place, column, value);
    }
    Ok(())
}

const fn known(ending: ReportedEnding) -> Ending {
    match ending {
        ReportedEnding::Degenerate { generation } => Ending::Degenerate { generation },
        ReportedEnding::TooFewSamples { generation } => Ending::TooFewSamples { generation },
        ReportedEnding::NothingAccepted { generation } => Ending::NothingAccepted { generation },
    }
}
