//! `plan`: what would be run, and the same for engines that run it elsewhere.

use super::args::{CacheArgs, Emit, PlanArgs, TableFormat};
use super::emit::{self, Engine};
use super::session::Session;
use super::table::Table;
use super::{drafts, say};
use crate::plan::{self, ArmPlan, SimulationPlan};
use crate::registry::Sources;
use crate::{Error, Result};

/// Prints the plan.
///
/// # Errors
/// A registry with problems, a filter that is not understood, or weights that are not there.
pub fn plan(args: &PlanArgs, shipped: &Sources) -> Result<()> {
    let no_cache = CacheArgs { cache: None, no_cache: true };
    let session = Session::open_chosen(&args.common, shipped, &no_cache, args.only.as_deref())?;
    let selection = args.only.as_deref().map(|filter| session.select(filter)).transpose()?;
    let planned = session.planned(selection.as_ref());
    let plans = || plan::expand(&session.registry, &planned);
    let text = match args.emit {
        Some(Emit::Json) => {
            let json = serde_json::to_string_pretty(&plans()).map_err(|error| Error::Usage(error.to_string()))?;
            format!("{json}\n")
        }
        Some(Emit::Slurm) => emit::written(Engine::Slurm, args, &session, &planned)?,
        Some(Emit::Snakemake) => emit::written(Engine::Snakemake, args, &session, &planned)?,
        Some(Emit::GithubMatrix) => emit::written(Engine::GithubMatrix, args, &session, &planned)?,
        None => drafts::open(&session, selection.iter().flat_map(|chosen| &chosen.studies)) + &table(&plans()),
    };
    say::out(&text)
}

fn table(plans: &[SimulationPlan]) -> String {
    let mut table = Table::new(&["simulation", "arm", "cells", "generations", "replicates at most", "us each", "method"]);
    for simulation in plans {
        for (arm, planned) in &simulation.arms {
            table.row([
                format!("{}/{}", simulation.study, simulation.simulation),
                arm.to_string(),
                planned.cells.len().to_string(),
                planned.cells.iter().map(|cell| cell.setup.generations).max().unwrap_or(0).to_string(),
                planned.budget.to_string(),
                format!("{:.1}", planned.cells.iter().map(|cell| cell.cost).sum::<f64>() / 1e3),
                method(planned),
            ]);
        }
        for (arm, reason) in &simulation.left_out {
            let name = format!("{}/{}", simulation.study, simulation.simulation);
            table.row([
                name,
                arm.to_string(),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
                format!("not simulated: {reason}"),
            ]);
        }
    }
    let arms: usize = plans.iter().map(|plan| plan.arms.len()).sum();
    format!("{}{} simulations, {arms} arms\n", table.render(TableFormat::Table), plans.len())
}

fn method(arm: &ArmPlan) -> String {
    arm.cells.first().map_or_else(String::new, |cell| {
        let method = match cell.method.method {
            crate::sim::Method::Auto => "auto",
            crate::sim::Method::Statistics => "statistics",
            crate::sim::Method::Samples => "samples",
        };
        format!("{method}: {}", cell.method.reason)
    })
}
