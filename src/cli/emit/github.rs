//! A matrix of jobs for a GitHub workflow.

use super::{Job, SHARDS};
use serde_json::json;

/// The most jobs that a matrix may have.
const MOST: u32 = 256;

/// The matrix on one line, as `$GITHUB_OUTPUT` takes it. Whoever merges there has the shards alone, so that they carry the weights too.
///
/// # Errors
/// More shards than a matrix takes.
pub fn matrix(job: &Job) -> Result<String, String> {
    let Job { run, weights, threads, shards, .. } = job;
    if *shards > MOST {
        return Err(format!("--shards {shards}: a matrix takes {MOST} jobs at most; lower --shards"));
    }
    let one = |index: u32| {
        let folder = format!("{SHARDS}/{index}");
        let command = format!("{run}{weights} --threads {threads} --shard {index}/{shards} --out {folder}");
        json!({ "shard": index, "folder": folder, "command": command })
    };
    Ok(format!("{}\n", json!({ "include": (1..=*shards).map(one).collect::<Vec<_>>() })))
}

#[cfg(test)]
mod tests {
    use super::super::tests::job;
    use super::*;

    #[test]
    fn a_matrix_is_one_line_of_json_and_has_no_more_jobs_than_github_takes() {
        insta::assert_snapshot!(matrix(&job()).unwrap());
        assert!(matrix(&Job { shards: 257, ..job() }).unwrap_err().contains("256 jobs at most"));
    }
}
