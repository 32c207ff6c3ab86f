//! A script for Slurm that submits itself: a job array of shards, and the merge when all have ended well.

use super::{Job, REPORT, SHARDS};

/// The script. A shard that is done already says so and ends, so that submitting again runs what a killed worker left.
pub fn script(job: &Job) -> String {
    let Job { run, merge, threads, shards, .. } = job;
    format!(
        r#"#!/bin/bash
# collapse-audit {version} in {shards} shards. Submit with: bash THIS-SCRIPT
# Submitting again runs only what is not done: after a killed worker, or after an edit of the registry.
#SBATCH --job-name=collapse-audit
#SBATCH --cpus-per-task={threads}
#SBATCH --mem=1G
#SBATCH --requeue
#SBATCH --open-mode=append
set -euo pipefail

case "${{1:-submit}}" in
submit)
    array="$(sbatch --parsable --array=1-{shards} "$0" shard)"
    sbatch --dependency="afterok:${{array%%;*}}" --kill-on-invalid-dep=yes "$0" merge
    ;;
shard)
    {run} --threads "$SLURM_CPUS_PER_TASK" --shard "$SLURM_ARRAY_TASK_ID/{shards}" --out "{SHARDS}/$SLURM_ARRAY_TASK_ID"
    ;;
merge)
    {merge} {SHARDS}/{{1..{shards}}} --out {REPORT}
    ;;
esac
"#,
        version = env!("CARGO_PKG_VERSION"),
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::job;

    #[test]
    fn a_script_for_slurm() {
        insta::assert_snapshot!(super::script(&job()));
    }
}
