//! Replicates from a program in another language, which takes the place of the laboratory in one simulation.
//!
//! It takes a cell and a stretch of replicates, starts the program once, writes what is asked as one JSON object to its standard input
//! ([`Request`]), reads JSON lines from its standard output ([`Line`]), and gives the same table as the laboratory. A program that crashes, hangs or
//! writes what cannot be read ends with a [`ProgramEnding`]: data, never an error. Then no replicate of the arm is read, since which of them are
//! missing may depend on how they came out.

mod output;
#[cfg(unix)]
mod process;
#[cfg(all(test, unix))]
mod tests;

use super::stopped::{ProgramEnding, Stopped};
use super::{CellPlan, CellRuns};
use crate::error::Result as Outcome;
use crate::random::{Purpose, Seed, Streams};
use crate::registry::{Admitted, External};
use crate::sim::{Setup, Table, Trajectory};
use crate::taxonomy::Word;
use rand::RngExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::AtomicBool;

/// Version of what is written to a program and read from it.
pub const SCHEMA: u32 = 1;

/// What a program reads: one JSON object.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Request {
    /// Version of this shape.
    pub schema: u32,
    /// The study's id.
    pub study: String,
    /// The simulation's name.
    pub simulation: String,
    /// The cell, `samples=100;truth.dimension=10`; empty without a grid.
    pub cell: String,
    /// The experiment, with the keys of a study file: truth, model, synthesis, regime, curation, sampling, samples, generations and what else fixes it.
    pub setup: Value,
    /// The generations to report, rising from 1 on at the earliest.
    pub generations: Vec<u32>,
    /// The metrics to report.
    pub metrics: Vec<String>,
    /// The runs to make.
    pub runs: Vec<RequestedRun>,
}

/// One run that a program is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RequestedRun {
    /// Its number.
    pub replicate: u32,
    /// What its randomness must come from and from nothing else: a number below 2^53. Replicates of equal number share it among arms.
    pub seed: u64,
}

/// What a program writes: one JSON object per line, in any order. `replicate` with `generation` and `values`; or `replicate` with `ending`; or
/// `refused` alone.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Whose line it is.
    pub replicate: Option<u32>,
    /// Of which generation.
    pub generation: Option<u32>,
    /// Every metric that was asked for: a number, "inf", "-inf", or null where it is undefined.
    pub values: Option<BTreeMap<String, Option<Reported>>>,
    /// Why the run stopped early, which is a finding and no failure of the program: no values are reported from its generation on.
    pub ending: Option<ReportedEnding>,
    /// Why the program cannot run this setup at all.
    pub refused: Option<String>,
}

/// A value in a line.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Reported {
    /// A number.
    Number(f64),
    /// No number holds it.
    Infinite(Infinite),
}

/// Infinity in words, which JSON has no number for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum Infinite {
    /// Above every number.
    #[serde(rename = "inf")]
    Above,
    /// Below every number.
    #[serde(rename = "-inf")]
    Below,
}

/// Why a run stopped early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum ReportedEnding {
    /// The fit of this generation has no solution.
    Degenerate {
        /// The first generation without a model.
        generation: u32,
    },
    /// Too few examples for a fit.
    TooFewSamples {
        /// The first generation without a model.
        generation: u32,
    },
    /// Curation accepted too few.
    NothingAccepted {
        /// The first generation without a model.
        generation: u32,
    },
}

/// Both shapes as JSON Schemas.
#[must_use]
pub fn schema() -> Value {
    json!({ "input": schemars::schema_for!(Request), "line of output": schemars::schema_for!(Line) })
}

/// What is asked, and whose.
pub(super) struct Wanted<'a> {
    pub study: &'a str,
    pub simulation: &'a str,
    pub cell: &'a CellPlan,
    pub seed: Seed,
    pub replicates: Range<u32>,
}

impl Wanted<'_> {
    fn request(&self) -> Request {
        let setup = &self.cell.setup;
        let run = |replicate| {
            let streams = Streams::of_run(self.seed, self.study, self.simulation, &self.cell.name, replicate);
            // What every JSON reader holds exactly.
            RequestedRun { replicate, seed: streams.at(0, Purpose::Real).random::<u64>() >> 11 }
        };
        Request {
            schema: SCHEMA,
            study: self.study.to_owned(),
            simulation: self.simulation.to_owned(),
            cell: self.cell.name.clone(),
            setup: serde_json::to_value(setup).expect("a setup is plain data"),
            generations: generations(setup),
            metrics: setup.metrics.iter().map(|metric| metric.id().to_owned()).collect(),
            runs: self.replicates.clone().map(run).collect(),
        }
    }

    /// Replicates that stand for nothing.
    fn stopped(&self, stopped: Stopped) -> CellRuns {
        let setup = &self.cell.setup;
        let mut table = Table::empty(generations(setup), setup.metrics.clone());
        let nothing = Trajectory::empty(generations(setup), setup.metrics.clone());
        self.replicates.clone().for_each(|_| table.push(&nothing));
        CellRuns { stopped: Some(stopped), ..CellRuns::of(table) }
    }
}

/// The generations that a setup records.
fn generations(setup: &Setup) -> Vec<u32> {
    setup.record.listed().unwrap_or_else(|| (1..=setup.generations).collect())
}

/// The replicates, or why they stand for nothing.
///
/// # Errors
/// [`Error::Interrupted`](crate::Error::Interrupted).
pub(super) fn runs(external: &External, wanted: &Wanted<'_>, interrupt: &AtomicBool) -> Outcome<CellRuns> {
    let Some(admitted) = &external.admitted else {
        return Ok(wanted.stopped(Stopped::new(ProgramEnding::NotStarted, "it was not allowed; that takes --allow-external")));
    };
    let request = serde_json::to_vec(&wanted.request()).expect("a request is plain data");
    let table = match started(external, admitted, request, output::most_bytes(wanted), interrupt)? {
        Ok(text) => output::table(&text, wanted),
        Err(stopped) => Err(stopped),
    };
    Ok(match table {
        Ok(table) => CellRuns::of(table),
        Err(stopped) => wanted.stopped(stopped),
    })
}

/// What the program wrote.
#[cfg(unix)]
fn started(external: &External, at: &Admitted, request: Vec<u8>, most: u64, interrupt: &AtomicBool) -> Outcome<Result<String, Stopped>> {
    process::output(external, &at.folder, request, most, interrupt)
}

/// No limit of memory is known for other systems.
#[cfg(not(unix))]
fn started(_: &External, _: &Admitted, _: Vec<u8>, _: u64, _: &AtomicBool) -> Outcome<Result<String, Stopped>> {
    Ok(Err(Stopped::new(ProgramEnding::NotStarted, "programs are started on Unix alone")))
}
