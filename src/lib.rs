//! `collapse-audit`: an executable audit of the model-collapse literature.
//!
//! The program reads as its pipeline; each room may use only what stands to its left:
//! `taxonomy, random, numeric` <- `sim` <- `registry` <- `plan` <- `verdict` <- `drive` <- `audit` <- `report` <- `cli`.
//! `taxonomy`, `random` and `sim` are the laboratory, a package of its own (`crates/lab`); `numeric` is another (`crates/numeric`); so is the
//! binary (`crates/cli`), which holds the registry that ships with it.
//!
//! # Glossary
//!
//! - *study*: a paper in the registry, with its definitions, the realism of its assumptions and its simulations. *Claim*: one statement with one test.
//! - *quantifier*: for what a claim's statement speaks (`for`): every run, every size, a mean, the sizes that were observed, one run.
//! - *simulation*: a reduced run of a study's setting, in one or more *cells* (a grid). *Setup*: everything that fixes one run.
//! - *arm*: a way of running a simulation: as published, a world, one condition alone or two together, a control, a side of an order, a twin.
//! - *world*: a table of `studies/overlays.toml`, by which every claim is asked again; the first one leads.
//! - *twin*: an arm's real data, generation by generation, without synthetic data.
//! - *replicate*: one run. *Look*: a number of replicates at which questions are asked. *Budget*: the replicates that an arm may take.
//! - *finding*: what a detector says of a definition in an arm: `occurs`, `absent`, `undecided`, `not-applicable`. *Profile*: an arm's findings.
//! - *verdict*: of a claim: `reproduced`, `contradicted`, `undecided`, `untested`. *Fidelity*: how near our run is to the study's. *Realism*: how near the
//!   study is to practice; the two are never combined.
//! - *lock*: what was accepted of every claim. *Drift*: an outcome other than accepted. *Ground*: what decided beside a claim's own text.
//!
//! # Design
//!
//! [`audit()`] is the pipeline in two lines: `plan::expand` makes arms of what `registry::load` read, `drive::Driver::decide` extends them look by look
//! and asks `verdict`, `audit::audit` counts; `report::render` writes. Randomness comes from what a run is called and never from order, so any number of threads or shards gives the same bytes;
//! `docs/architecture.md` follows one setup from its file to a cell of a table.

pub mod audit;
pub mod cli;
pub mod drive;
mod error;
pub mod fingerprint;
pub mod plan;
pub mod registry;
pub mod report;
pub mod verdict;
mod whole;

pub use error::{Error, Result};
pub use lab::{random, sim, taxonomy};
pub use numeric;
pub use whole::Whole;

/// What is asked of the pipeline.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Which simulations are planned.
    pub simulations: plan::Selection,
    /// What is asked of them, and how far.
    pub scope: drive::Scope,
    /// What the audit is told beside the numbers: its scope, weights, calibration.
    pub frame: audit::Frame,
}

/// The pipeline: plans the simulations of a registry, draws replicates from `source` look by look until every question is decided or its budget
/// is spent, and counts. [`report::render`] writes what it gives.
///
/// # Errors
/// [`Error::Interrupted`]; what was drawn before is in the cache of `source`.
pub fn audit(registry: &registry::Registry, asked: &Asked, source: plan::Executor<'_>) -> Result<audit::Audit> {
    let mut decided = drive::decide(registry, &asked.simulations, &asked.scope, source)?;
    decided.sort_by(|a, b| (&a.study, &a.simulation).cmp(&(&b.study, &b.simulation)));
    Ok(audit::audit(registry, &decided, &asked.frame))
}
