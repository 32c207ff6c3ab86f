//! `plan`: what would be run, and the same for clusters.

use super::args::{CacheArgs, Emit, PlanArgs, TableFormat};
use super::say;
use super::session::Session;
use super::table::Table;
use crate::plan::{self, ArmPlan, SimulationPlan};
use crate::registry::Sources;
use crate::{Error, Result};

/// Prints the plan.
///
/// # Errors
/// A registry with problems, or a filter that is not understood.
pub fn plan(args: &PlanArgs, shipped: &Sources) -> Result<()> {
    let text = match args.emit {
        Some(Emit::Slurm) => slurm(args.shards),
        Some(Emit::Snakemake) => snakemake(args.shards),
        Some(Emit::Json) => {
            let plans = plans(args, shipped)?;
            let json = serde_json::to_string_pretty(&plans).map_err(|error| Error::Usage(error.to_string()))?;
            format!("{json}\n")
        }
        None => table(&plans(args, shipped)?),
    };
    say::out(&text)
}

fn plans(args: &PlanArgs, shipped: &Sources) -> Result<Vec<SimulationPlan>> {
    let session = Session::open(&args.common, shipped, &CacheArgs { cache: None, no_cache: true })?;
    let selection = args.only.as_deref().map(|filter| session.select(filter)).transpose()?;
    Ok(plan::expand(&session.registry, &session.planned(selection.as_ref())))
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

fn slurm(shards: u32) -> String {
    format!(
        "#!/bin/bash\n#SBATCH --job-name=collapse-audit\n#SBATCH --array=1-{shards}\n#SBATCH --cpus-per-task=2\n#SBATCH --mem=1G\n\
         set -euo pipefail\ncollapse-audit run --shard \"$SLURM_ARRAY_TASK_ID/{shards}\" --out \"shards/$SLURM_ARRAY_TASK_ID\"\n\
         # when all are done: collapse-audit merge shards/* --out report\n"
    )
}

fn snakemake(shards: u32) -> String {
    format!(
        "SHARDS = range(1, {shards} + 1)\n\nrule all:\n    input: \"report/audit.json\"\n\nrule shard:\n    output: directory(\"shards/{{k}}\")\n\
         \x20   threads: 2\n    shell: \"collapse-audit run --shard {{wildcards.k}}/{shards} --out {{output}} --threads {{threads}}\"\n\n\
         rule merge:\n    input: expand(\"shards/{{k}}\", k=SHARDS)\n    output: \"report/audit.json\"\n    shell: \"collapse-audit merge {{input}} --out report\"\n"
    )
}
