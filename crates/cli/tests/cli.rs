//! The command line as a user meets it: words, exit codes, files. Everything runs the built binary on a copy of the
//! tiny registry in a folder of its own; outputs that are words stand in `tests/cli/` (`SNAPSHOTS=overwrite` rewrites them).

mod place;

use place::{Place, audit, files};
use snapbox::{Data, assert_data_eq};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

fn kept(name: &str, found: String) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli").join(name);
    assert_data_eq!(found, Data::read_from(&file, None).raw());
}

const STUDY: &str = r#"schema = 1
draft = true

[study]
title = "A Gaussian example"
authors = ["Jane Doe"]
families = ["gaussian"]
year = 2027

[[definition]]
id = "variance-collapse"
basis = "explicit"
coder = "registry"
locator = "Section 2"
reason = "It follows the variance."

[[realism]]
condition = "accumulate"
level = "unmet"
coder = "registry"
locator = "Section 2"
reason = "Earlier data are dropped."

[[realism]]
condition = "growth"
level = "unclear"
coder = "registry"
locator = "nowhere"
reason = "It does not say."

[[realism]]
condition = "quality"
level = "unclear"
coder = "registry"
locator = "nowhere"
reason = "It does not say."

[[realism]]
condition = "compute"
level = "unclear"
coder = "registry"
locator = "nowhere"
reason = "It does not say."

[[realism]]
condition = "real-share"
level = "unclear"
coder = "registry"
locator = "nowhere"
reason = "It does not say."

[[realism]]
condition = "pretraining"
level = "unclear"
coder = "registry"
locator = "nowhere"
reason = "It does not say."

[[realism]]
condition = "horizon"
level = "unclear"
coder = "registry"
locator = "nowhere"
reason = "It does not say."

[[realism]]
condition = "sampling"
level = "unclear"
coder = "registry"
locator = "nowhere"
reason = "It does not say."

[simulation.main]
role = "main"
fidelity = "exact"
size = "own"
truth = { kind = "gaussian", dimension = 1 }
model = { kind = "gaussian" }
regime = "replace"
samples = 20
generations = 10
metrics = ["variance-ratio"]
"#;

const CLAIM: &str = r#"schema = 1

[[claim]]
id = "variance-falls"
statement = "The expected variance falls by the same factor in every generation."
by = "study"
known = "read"
locator = "Theorem 1"
definition = "variance-collapse"
asserts = "occurs"
for = "in-expectation"
functional = "mean"
simulation = "main"
test = { kind = "equals", metric = "variance-ratio", at = [1, 5], expect = "(1 - 1/samples)^t", margin = 0.05 }
control = { regime = "accumulate" }
"#;

#[test]
fn every_command_explains_itself() {
    let place = Place::tiny();
    let commands = [
        "run",
        "check",
        "lint",
        "new",
        "list",
        "show",
        "explain",
        "diff",
        "accept",
        "simulate",
        "plan",
        "merge",
        "schema",
        "cite",
        "calibrate",
        "cache",
        "completions",
    ];
    let mut text = place.ok(&["--help"]);
    for command in commands {
        text += &format!("\n$ collapse-audit {command} --help\n{}", place.ok(&[command, "--help"]));
    }
    kept("help.txt", text);
}

#[test]
fn words_for_people_stay_as_they_are() {
    let place = Place::tiny();
    let commands: [&[&str]; 27] = [
        &["lint"],
        &["list"],
        &["list", "studies"],
        &["list", "studies", "--coverage"],
        &["list", "definitions", "--coverage"],
        &["list", "claims"],
        &["list", "claims", "--format", "csv"],
        &["list", "studies", "--format", "json"],
        &["list", "definitions"],
        &["list", "conditions"],
        &["show", "tiny-2024-gaussian"],
        &["show", "tiny-2025-regression/real-data-help"],
        &["explain", "tiny-2024-gaussian:horizon"],
        &["explain", "out-of-range"],
        &["explain", "undecided"],
        &["explain", "realistic"],
        &["explain", "accumulate+quality"],
        &["explain", "quality", "+", "accumulate"],
        &["explain", "tiny-2024-gaussian/chain"],
        &["explain", "tiny-2025-regression/linear"],
        &["list", "models", "gaussian"],
        &["simulate", "tiny-2025-regression/linear", "--claim", "real-data-help", "--summary"],
        &["simulate", "tiny-2024-gaussian/chain", "--cell", "samples=10", "--metrics", "variance-ratio", "--summary"],
        &["cite"],
        &["cite", "--format", "bibtex"],
        &["cite", "tiny-2025-regression"],
        &["simulate", "tiny-2024-gaussian/chain", "--cell", "samples=10", "--replicate", "3", "--metrics", "variance-ratio"],
    ];
    let shown = |words: &&[&str]| format!("$ collapse-audit {}\n{}\n", words.join(" "), place.ok(words));
    kept("words.txt", commands.iter().map(shown).collect());
}

#[test]
fn wrong_usage_is_answered_with_what_to_write() {
    let place = Place::tiny();
    place.write("weights.toml", "reason = \"none\"\n");
    let simulate = ["simulate", "--truth", "gaussian", "--model", "gaussian"];
    let mut wrong: Vec<(i32, Vec<&str>)> = [
        (2, "show tiny-2024-gausian"),
        (2, "explain tiny-2024-gaussian/chian"),
        (2, "explain tiny-2024-gaussian:horizn"),
        (2, "explain draft-fild"),
        (2, "plan --only study:tiny-2024-gausian"),
        (2, "plan --only nonsense"),
        (2, "list claims --coverage"),
        (2, "run --preset nope"),
        (5, "run --weights weights.toml"),
        (5, "run --weights nowhere.toml"),
        (2, "run --shard 3/2 --out s"),
        (2, "run --shard 1/2"),
        (2, "run --threads 0"),
        (2, "accept --reason because"),
        (2, "accept tiny-2024-gaussian/nope --reason because"),
        (2, "new study ../escape"),
        (2, "new study tiny-2024-gaussian"),
        (2, "new claim criteria"),
        (2, "new claim tiny-2024-gausian"),
        (5, "diff weights.toml weights.toml"),
        (5, "diff nowhere.json nowhere.json"),
        (5, "merge studies --out m"),
        (5, "list studies --registry nowhere"),
        (2, "simulate tiny-2024-gaussian/chian"),
        (2, "simulate tiny-2024-gaussian/chain --arm nope"),
        (2, "simulate tiny-2024-gaussian/chain --arm realistc"),
        (2, "simulate tiny-2024-gaussian/chain --arm growth"),
        (2, "simulate tiny-2024-gaussian/chain --arm quality+accumulate"),
        (2, "simulate tiny-2024-gaussian/chain --arm compute+sampling"),
        (2, "list --coverage"),
        (2, "simulate tiny-2024-gaussian/chain --cell nope"),
        (2, "simulate tiny-2024-gaussian/chain --samples 5"),
        (2, "simulate tiny-2024-gaussian/chain --set regime=acumulate"),
        (2, "simulate tiny-2024-gaussian/chain --replicate 4294967295"),
        (2, "simulate tiny-2024-gaussian/chain --replicates 0"),
        (2, "simulate --truth zipf --set truth.categories=9 --model categorical"),
        (2, "simulate tiny-2024-gaussian/chain --claim nope --summary"),
        (2, "simulate tiny-2024-gaussian/chain --claim real-data-help"),
        (2, "simulate tiny-2025-regression/linear --claim real-data-help --summary --arm realistic"),
        (2, "list models gausian"),
        (2, "list claims gaussian"),
        (2, "new study --bib nowhere.bib --arxiv nonsense"),
        (5, "new study --bib nowhere.bib"),
        (2, "simulate tiny-2024-gaussian/chain --replicates 100000000 --summary"),
        (2, "simulate tiny-2024-gaussian/chain --seed -1"),
        (2, "simulate tiny-2024-gaussian/chain --set samples="),
        (2, "simulate tiny-2024-gaussian/chain --set samples=10,20"),
        (2, "simulate tiny-2024-gaussian/chain --set regime.kind=x"),
        (2, "simulate tiny-2024-gaussian/chain --summary --plot a.svg --out a.svg"),
        (2, "simulate --truth gaussian --model gaussian --samples x=1"),
        (2, "cache --limit -1"),
        (5, "cache --cache weights.toml"),
        (2, "new study a-2024-b --arxiv 2413.00001"),
        (5, "diff claims/nowhere claims"),
    ]
    .map(|(code, words)| (code, words.split(' ').collect()))
    .into();
    let flags = [
        "--samples 1e30 --generations 3 --dimension 1 --metrics variance-ratio",
        "--samples -5 --generations 3 --dimension 1 --metrics variance-ratio",
        "--samples 9 --generations many --dimension 1 --metrics variance-ratio",
        "--samples 9 --generations 3 --metrics variance-ratio --set truth.spread=1",
        "--samples 9 --generations 3 --dimension 1 --metrics variance-ratio --set truth.variance=-1",
        "--samples 9 --generations 3 --dimension 1 --metrics accuracy",
    ];
    // A value with a line break would set another key beside it.
    wrong.push((2, vec!["simulate", "tiny-2024-gaussian/chain", "--set", "samples=9\nregime = \"accumulate\""]));
    wrong.extend(flags.map(|flags| (2, simulate.into_iter().chain(flags.split_whitespace()).collect())));
    let shown =
        |(code, words): &(i32, Vec<&str>)| format!("$ collapse-audit {}\n{}[{code}]\n\n", words.join(" "), place.complaint(*code, words));
    kept("wrong.txt", wrong.iter().map(shown).collect());
}

#[test]
fn a_registry_with_problems_ends_in_three_and_never_in_a_fault() {
    let damages: [(&str, &[u8]); 5] = [
        ("studies/bad-2024-x.toml", b"x = ["),
        ("studies/bad-2024-x.toml", b"\xff\xfe\x00\x01"),
        ("studies/tiny-2024-gaussian.toml", b""),
        ("claims/criteria.toml", b"alpha_total = 7"),
        ("studies/overlays.toml", b"[[[["),
    ];
    for (name, bytes) in damages {
        let place = Place::tiny();
        fs::write(place.path(name), bytes).unwrap();
        let ended = place.run(&["lint"]);
        assert_eq!(ended.code, Some(3), "{name}: {}", ended.out);
        assert!(ended.out.contains(name), "{name}: {}", ended.out);
        for command in [["run", "--quick"], ["list", "claims"], ["show", "x"]] {
            assert!(place.complaint(3, &command).contains(name));
        }
    }
}

#[test]
fn schemas_are_json_and_completions_name_every_command() {
    let place = Place::tiny();
    for what in ["studies", "claims", "audit"] {
        let schema: serde_json::Value = serde_json::from_str(&place.ok(&["schema", what])).unwrap();
        assert!(schema.get("properties").is_some(), "{what}");
    }
    assert!(place.ok(&["completions", "bash"]).contains("simulate"));
    let plan: serde_json::Value = serde_json::from_str(&place.ok(&["plan", "--emit", "json"])).unwrap();
    assert_eq!(plan.as_array().map(Vec::len), Some(2));
    assert!(place.ok(&["plan", "--emit", "slurm", "--shards", "3"]).contains("--array=1-3"));
    assert!(place.ok(&["plan", "--emit", "snakemake"]).contains("rule merge"));
}

#[test]
fn a_setup_from_flags_gives_long_csv_with_the_known_averages() {
    let place = Place::tiny();
    let words = "simulate --truth gaussian --dimension 1 --model gaussian --regime accumulate --samples 100 --generations 100 \
                 --replicates 500 --seed 1 --metrics mean-squared-error,variance-ratio";
    let csv = place.ok(&words.split_whitespace().collect::<Vec<_>>());
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("arm,cell,replicate,generation,metric,value"));
    let last = |metric: &str| -> Vec<f64> {
        let rows = csv.lines().map(|line| line.split(',').collect::<Vec<_>>());
        rows.filter(|row| row[3] == "100" && row[4] == metric).map(|row| row[5].parse().unwrap()).collect()
    };
    // Kazdan et al. 2024: the mean's error sums 1/(n t^2); with the maximum-likelihood variance each step keeps 1 - 1/(n t^2).
    let error: f64 = (1..=100).map(|t| 0.01 / f64::from(t * t)).sum();
    let kept: f64 = (1..=100).map(|t| 1.0 - 0.01 / f64::from(t * t)).product();
    for (metric, expected) in [("mean-squared-error", error), ("variance-ratio", kept)] {
        let values = last(metric);
        assert_eq!(values.len(), 500);
        let mean = values.iter().sum::<f64>() / 500.0;
        let spread = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 499.0 / 500.0).sqrt();
        assert!((mean - expected).abs() < 4.0 * spread, "{metric}: {mean} is not {expected} within 4 times {spread}");
    }
}

#[test]
fn setting_a_key_overrules_the_grid_over_it() {
    let place = Place::tiny();
    let words = ["simulate", "tiny-2024-gaussian/chain", "--metrics", "training-size", "--set", "samples=50"];
    let csv = place.ok(&words);
    assert!(csv.lines().skip(1).all(|line| line.starts_with("custom,,0,") && line.ends_with("training-size,50")), "{csv}");
}

#[test]
fn a_new_study_goes_from_template_to_accepted_verdict() {
    let place = Place::tiny();
    assert!(place.ok(&["new", "study", "doe-2027-example"]).contains("`lint` says which field is next"));
    let shown = place.ok(&["lint"]);
    assert!(shown.contains("next: `study.title` is empty") && shown.contains(", and 31 more fields of `realism` are open"), "{shown}");
    assert!(shown.matches("note[").count() < 9 && shown.contains("0 problems, 53 notes"), "{shown}");
    let all: serde_json::Value = serde_json::from_str(&place.ok(&["lint", "--format", "json"])).unwrap();
    assert_eq!(all.as_array().map(Vec::len), Some(53));
    assert!(place.complaint(2, &["accept", "doe-2027-example", "--reason", "first run"]).contains("has no claim that is written out"));
    place.write("studies/doe-2027-example.toml", STUDY);
    place.write("claims/doe-2027-example.toml", CLAIM);
    place.edit("claims/doe-2027-example.toml", |text| text.replace("margin = 0.05", "margin = -1"));
    assert!(place.run(&["lint"]).out.contains("next: every field is filled, and 1 problem of this draft to mend"));
    place.write("claims/doe-2027-example.toml", CLAIM);
    assert!(place.ok(&["lint"]).contains("next: every field is filled\n"));
    let csv = place.ok(&["simulate", "doe-2027-example/main", "--replicates", "3", "--metrics", "variance-ratio"]);
    assert_eq!(csv.lines().filter(|line| line.contains(",10,variance-ratio,")).count(), 3, "{csv}");
    let screen = place.ok(&["run", "--only", "study:doe-2027-example"]);
    assert!(screen.contains("doe-2027-example/variance-falls (new): verdict reproduced"), "{screen}");
    assert!(!place.path("report").exists());
    assert!(place.complaint(2, &["accept", "doe-2027-example", "--reason", "first run"]).contains("draft = true"));
    place.edit("studies/doe-2027-example.toml", |text| text.replace("draft = true\n", ""));
    assert!(place.ok(&["accept", "doe-2027-example", "--reason", "first run"]).contains("variance-falls: reproduced (was nothing)"));
    assert_eq!(place.ok(&["check", "--only", "study:doe-2027-example"]), "1 claim checked, 0 drifted\n");
    place.edit("claims/verdicts.lock", |text| text.replace("verdict = \"reproduced\"", "verdict = \"contradicted\""));
    assert_eq!(place.run(&["check", "--only", "study:doe-2027-example"]).code, Some(1));
    place.ok(&["new", "claim", "doe-2027-example"]);
    assert!(place.run(&["lint"]).out.contains("`claim.1.id` is empty"));
}

#[test]
fn threads_and_shards_change_no_byte() {
    let place = Place::tiny();
    let run = |out: &str, more: &[&str]| {
        let words = ["run", "--quick", "--no-cache", "--out", out];
        place.ok(&words.into_iter().chain(more.iter().copied()).collect::<Vec<_>>());
        files(&place.path(out))
    };
    let one = run("one", &["--threads", "1"]);
    assert!(one.contains_key(Path::new("audit.json")) && one.contains_key(Path::new("REPORT.md")));
    assert!(one == run("two", &["--threads", "2"]), "two threads");
    assert!(one == run("eight", &["--threads", "8"]), "eight threads");
    run("s1", &["--shard", "1/2"]);
    assert!(place.complaint(2, &["merge", "s1", "--out", "merged"]).contains("missing: --shard 2/2, with "));
    run("s2", &["--shard", "2/2"]);
    place.ok(&["merge", "s2", "s1", "--out", "merged"]);
    assert!(one == files(&place.path("merged")), "merged shards");
}

#[test]
fn another_study_changes_no_row_and_a_filter_keeps_to_what_was_asked() {
    let place = Place::tiny();
    place.ok(&["run", "--quick", "--out", "before"]);
    place.write("studies/doe-2027-example.toml", &STUDY.replace("draft = true\n", ""));
    place.write("claims/doe-2027-example.toml", CLAIM);
    place.ok(&["run", "--quick", "--out", "after"]);
    let (before, after) = (audit(&place.path("before")), audit(&place.path("after")));
    for list in ["claims", "studies"] {
        let rows = after[list].as_array().unwrap();
        for row in before[list].as_array().unwrap() {
            assert!(rows.contains(row), "{} changed", row["id"]);
        }
        assert_eq!(rows.len(), before[list].as_array().unwrap().len() + 1);
    }
    let differs = |words: &[&str]| {
        let ended = place.run(words);
        assert_eq!(ended.code, Some(1), "{words:?}: {}", ended.err);
        ended.out
    };
    for (old, new) in [("before/audit.json", "after/audit.json"), ("before", "after"), ("before", "after/audit.json")] {
        let text = differs(&["diff", old, new]);
        assert!(text.contains("cause: the registry: ") && text.contains("doe-2027-example: study added"), "{text}");
    }
    let page = differs(&["diff", "before", "after", "--format", "markdown"]);
    assert!(page.starts_with("## What changes in the audit: ") && page.contains("| doe-2027-example | study added |"), "{page}");
    assert_eq!(place.ok(&["diff", "after/audit.json", "after"]), "0 changes\n");
    assert_eq!(place.ok(&["diff", "after", "after", "--format", "markdown"]), "## The audit is unchanged\n");

    let asked = "tiny-2024-gaussian/error-grows";
    place.ok(&["run", "--quick", "--only", &format!("claim:{asked}"), "--out", "only"]);
    let only = audit(&place.path("only"));
    let ids = |list: &str| only[list].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!((ids("claims"), ids("studies")), (vec![asked.to_owned()], vec!["tiny-2024-gaussian".to_owned()]));
    let report = fs::read_to_string(place.path("only/REPORT.md")).unwrap();
    assert!(report.lines().next().unwrap().contains("not of the whole registry"));
    for name in ["REPORT.md", "tables/audit.tex", "tables/studies.csv"] {
        let text = fs::read_to_string(place.path("only").join(name)).unwrap();
        assert!(!text.contains("variance-falls") && !text.contains("tiny-2025"), "{name} tells of claims nobody asked for");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_five_with_the_path() {
    let place = Place::tiny();
    let simulate = ["simulate", "tiny-2024-gaussian/chain", "--metrics", "variance-ratio", "--out"];
    let out = |path| place.complaint(5, &simulate.into_iter().chain([path]).collect::<Vec<_>>());
    assert!(out("/dev/full").contains("cannot write /dev/full"));
    assert_eq!(out("nowhere/x.csv"), "registry: HERE\nerror: cannot write nowhere/x.csv: its folder is not there\n");
    place.write("file", "mine");
    assert!(place.complaint(5, &["run", "--only", "study:tiny-2024-gaussian", "--quick", "--out", "file/report"]).contains("file/report"));
    let full = || Stdio::from(fs::OpenOptions::new().write(true).open("/dev/full").unwrap());
    for words in [&["schema", "studies"][..], &["--help"]] {
        assert_eq!(place.command(words).stdout(full()).stderr(Stdio::null()).status().unwrap().code(), Some(5), "{words:?}");
    }
    let ended = place.run(&["run", "--only", "study:tiny-2024-gaussian", "--quick", "--cache", "/proc/nowhere"]);
    assert_eq!(ended.code, Some(0));
    assert!(ended.err.contains("going on without it"), "{}", ended.err);
}

#[cfg(unix)]
#[test]
fn a_reader_that_leaves_early_is_no_fault() {
    let place = Place::tiny();
    for words in [&["schema", "audit"][..], &["simulate", "tiny-2024-gaussian/chain", "--replicates", "2000"]] {
        let mut child = place.command(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(0), "{words:?}: {}", String::from_utf8_lossy(&ended.stderr));
    }
}

#[cfg(unix)]
#[test]
fn an_interruption_is_130_and_leaves_the_earlier_report() {
    let place = Place::tiny();
    place.ok(&["run", "--quick", "--out", "report"]);
    let before = files(&place.path("report"));
    let mut child = place.command(&["run", "--out", "report", "--seed", "7", "--threads", "1"]).stderr(Stdio::piped()).spawn().unwrap();
    // The first kept result says that the run is under way.
    let kept = |place: &Place| fs::read_dir(place.path("cache/collapse-audit")).map_or(0, Iterator::count);
    let earlier = kept(&place);
    while kept(&place) == earlier && child.try_wait().unwrap().is_none() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(130), "{}", String::from_utf8_lossy(&ended.stderr));
    assert!(String::from_utf8_lossy(&ended.stderr).contains("earlier results and the cache are intact"));
    assert!(before == files(&place.path("report")));
}
