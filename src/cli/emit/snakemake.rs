//! A Snakefile: one rule of shards, a shard per study with the files that its decisions rest on, and the merge.

use super::{Job, REPORT, SHARDS};
use crate::fingerprint;

/// An image of that name holds the program where Snakemake is told to use images; else the path does.
const IMAGE: &str = "collapse-audit.sif";

/// The Snakefile. An edit of a study reruns that study and the merge; one of the criteria or of the worlds reruns everything, and one of any
/// other file the merge alone. Another build of the program has another code, which is a parameter of the rule.
pub fn snakefile(job: &Job) -> String {
    let Job { run, merge, threads, .. } = job;
    let studies: String = job.studies.iter().map(|(id, files)| format!("    {}: {},\n", text(id), list(files, 8))).collect();
    let (shared, report) = (list(&job.shared, 4), list(&job.report, 4));
    let code = format!("{} {}", fingerprint::engine(), fingerprint::rules());
    let (run, merge) = (in_braces(run), in_braces(merge));
    let shard = text(&format!("{run} --threads {{threads}} --shard {{wildcards.study}} --out {SHARDS}/{{wildcards.study}} > {{log}} 2>&1"));
    let merge = text(&format!("{merge} {{params.shards}} --out {REPORT} > {{log}} 2>&1"));
    format!(
        r#"# collapse-audit {version}, a shard per study. Run with: snakemake --cores all --snakefile THIS-FILE

# Read only with `--sdm apptainer`; else the program is the one of the path.
container: "{IMAGE}"


# Each study with the files that are its own.
STUDIES = {{
{studies}}}
# What every decision rests on.
SHARED = {shared}
# What the report alone rests on.
REPORT = {report}


rule all:
    input:
        "{REPORT}/audit.json",


rule shard:
    input:
        SHARED,
        lambda wildcards: STUDIES[wildcards.study],
    output:
        "{SHARDS}/{{study}}/manifest.json",
        "{SHARDS}/{{study}}/results.json",
    log:
        "logs/{{study}}.log",
    params:
        code="{code}",
    threads: {threads}
    retries: 1
    shell:
        {shard}


rule merge:
    input:
        SHARED,
        REPORT,
        list(STUDIES.values()),
        expand("{SHARDS}/{{study}}/{{file}}", study=STUDIES, file=["manifest.json", "results.json"]),
    output:
        "{REPORT}/audit.json",
    log:
        "logs/merge.log",
    params:
        shards=expand("{SHARDS}/{{study}}", study=STUDIES),
    shell:
        {merge}
"#,
        version = env!("CARGO_PKG_VERSION"),
    )
}

/// A Python text.
fn text(plain: &str) -> String {
    format!("\"{}\"", plain.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A Python list, an item per line behind so many spaces.
fn list(items: &[String], indent: usize) -> String {
    if items.is_empty() {
        return "[]".to_owned();
    }
    let (inner, outer) = (" ".repeat(indent), " ".repeat(indent - 4));
    let lines: String = items.iter().map(|item| format!("{inner}{},\n", text(item))).collect();
    format!("[\n{lines}{outer}]")
}

/// A command in which Snakemake fills in nothing.
fn in_braces(command: &str) -> String {
    command.replace('{', "{{").replace('}', "}}")
}

#[cfg(test)]
mod tests {
    use super::super::tests::job;
    use super::*;

    #[test]
    fn a_snakefile() {
        let code = format!("{} {}", fingerprint::engine(), fingerprint::rules());
        insta::assert_snapshot!(snakefile(&job()).replace(&code, "CODE"));
    }

    #[test]
    fn what_python_or_snakemake_would_read_is_quoted() {
        assert_eq!(text(&in_braces(r#"'{a}' "\""#)), r#""'{{a}}' \"\\\"""#);
        assert_eq!((list(&[], 4), list(&["a".to_owned()], 8)), ("[]".to_owned(), "[\n        \"a\",\n    ]".to_owned()));
    }
}
