//! `plan`: what would be run, and the same for clusters.

use super::args::{CacheArgs, Common, Emit, PlanArgs, TableFormat};
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
    let plans = plans(args, shipped)?;
    let text = match args.emit {
        Some(Emit::Slurm) => slurm(args),
        Some(Emit::Snakemake) => snakemake(args),
        Some(Emit::Json) => {
            let json = serde_json::to_string_pretty(&plans).map_err(|error| Error::Usage(error.to_string()))?;
            format!("{json}\n")
        }
        None => table(&plans),
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

/// The flags of `plan` that every emitted command needs too, as a shell reads them; each starts with a space.
fn flags(args: &PlanArgs) -> String {
    let registry = args.common.registry.as_ref().map(|folder| format!(" --registry {}", quoted(&folder.to_string_lossy())));
    let threads = args.common.threads.map(|threads| format!(" --threads {threads}"));
    registry.into_iter().chain(threads).collect()
}

/// The filter, for `run` alone: a merge takes it from the shards.
fn only(args: &PlanArgs) -> String {
    args.only.as_ref().map_or_else(String::new, |filter| format!(" --only {}", quoted(filter)))
}

/// A word as a POSIX shell reads it.
fn quoted(word: &str) -> String {
    let is_plain = !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "/._-:=,+@".contains(c));
    if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

/// A shell command as a Python text in which Snakemake fills in what stands between braces.
fn in_python(command: &str) -> String {
    command.replace('\\', "\\\\").replace('"', "\\\"").replace('{', "{{").replace('}', "}}")
}

fn slurm(args: &PlanArgs) -> String {
    let (shards, flags, only) = (args.shards, flags(args), only(args));
    format!(
        "#!/bin/bash\n#SBATCH --job-name=collapse-audit\n#SBATCH --array=1-{shards}\n#SBATCH --cpus-per-task=2\n#SBATCH --mem=1G\n\
         set -euo pipefail\ncollapse-audit run{flags}{only} --shard \"$SLURM_ARRAY_TASK_ID/{shards}\" --out \"shards/$SLURM_ARRAY_TASK_ID\"\n\
         # when all are done: collapse-audit merge{flags} shards/* --out report\n"
    )
}

fn snakemake(args: &PlanArgs) -> String {
    let (shards, only) = (args.shards, in_python(&only(args)));
    // Snakemake says how many threads a job has.
    let unthreaded = PlanArgs { common: Common { threads: None, ..args.common.clone() }, ..args.clone() };
    let flags = in_python(&flags(&unthreaded));
    format!(
        "SHARDS = range(1, {shards} + 1)\n\nrule all:\n    input: \"report/audit.json\"\n\nrule shard:\n    output: directory(\"shards/{{k}}\")\n\
         \x20   threads: {}\n    shell: \"collapse-audit run{flags}{only} --shard {{wildcards.k}}/{shards} --out {{output}} --threads {{threads}}\"\n\n\
         rule merge:\n    input: expand(\"shards/{{k}}\", k=SHARDS)\n    output: \"report/audit.json\"\n    shell: \"collapse-audit merge{flags} {{input}} --out report\"\n",
        args.common.threads.unwrap_or(2)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_or_python_would_read_is_quoted() {
        assert_eq!(
            (quoted("study:a-2024-b"), quoted("a b"), quoted("it's")),
            ("study:a-2024-b".into(), "'a b'".into(), "'it'\\''s'".into())
        );
        assert_eq!(in_python(r#"'{a}' "\""#), r#"'{{a}}' \"\\\""#);
    }
}
