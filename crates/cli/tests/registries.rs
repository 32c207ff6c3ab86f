//! Registries and files as a user meets them: what is refused, what is never destroyed, what `check` says of a drift.

mod place;

use place::{Place, audit};
use std::fs;
use std::process::Stdio;

const REASON: [&str; 2] = ["--reason", "for the test"];

fn accept(place: &Place, claims: &[&str]) -> String {
    place.ok(&["accept"].into_iter().chain(claims.iter().copied()).chain(REASON).collect::<Vec<_>>())
}

#[test]
fn a_folder_that_lacks_something_is_a_registry_with_a_problem_and_never_another_one() {
    let place = Place::tiny();
    assert_eq!(place.run(&["lint"]).err, "registry: HERE\n");
    fs::rename(place.path("claims"), place.path("Claims")).unwrap();
    for command in [&["lint"][..], &["check"], &["list", "claims"]] {
        let ended = place.run(command);
        assert_eq!(ended.code, Some(3), "{command:?}: {}", ended.out);
        assert!((ended.out + &ended.err).contains("the registry's folder `claims` is spelt `Claims`"), "{command:?}");
    }
    fs::rename(place.path("Claims"), place.path("claims")).unwrap();
    fs::remove_file(place.path("claims/criteria.toml")).unwrap();
    assert!(place.complaint(3, &["check"]).contains("lacks `claims/criteria.toml`"));
    for (format, empty) in [("sarif", "\"results\": []"), ("junit", "<testsuites"), ("json", "\"claims\": []"), ("github", "")] {
        let ended = place.run(&["check", "--format", format]);
        assert_eq!(ended.code, Some(3));
        assert!(ended.out.contains(empty), "{format}: {}", ended.out);
    }
}

#[test]
fn what_is_not_read_is_a_note_and_an_unfinished_merge_is_named() {
    let place = Place::tiny();
    fs::create_dir(place.path("studies/old")).unwrap();
    place.write("studies/X.TOML", "");
    fs::create_dir(place.path("studies/corpora")).unwrap();
    place.write("studies/corpora/A.TXT", "a text");
    place.write("studies/old/y.toml", "");
    let shown = place.ok(&["lint"]);
    assert!(shown.contains("`studies/corpora/A.TXT` is not read") && shown.contains("end in `.txt`, in small letters"), "{shown}");
    assert!(shown.contains("`studies/X.TOML` is not read") && shown.contains("`studies/old/y.toml` is not read"), "{shown}");
    place.edit("claims/tiny-2024-gaussian.toml", |text| format!("{text}\n<<<<<<< ours\na = 1\n=======\na = 2\n>>>>>>> theirs\n"));
    let ended = place.run(&["lint"]);
    assert_eq!(ended.code, Some(3));
    assert!(ended.out.contains("marks of an unfinished merge at line"), "{}", ended.out);
}

#[test]
fn what_is_wrong_with_one_study_stands_in_the_way_of_no_other() {
    let place = Place::tiny();
    place.edit("studies/tiny-2025-regression.toml", |text| text.replace("model = ", "modle = "));
    for words in [&["show", "tiny-2024-gaussian"][..], &["simulate", "tiny-2024-gaussian/chain", "--summary", "--replicates", "20"]] {
        let ended = place.run(words);
        assert_eq!(ended.code, Some(0), "{words:?}: {}", ended.err);
        assert!(ended.err.contains("studies/tiny-2025-regression.toml"), "{}", ended.err);
    }
    assert!(place.complaint(3, &["show", "tiny-2025-regression"]).contains("modle"));
    assert!(place.complaint(3, &["simulate", "tiny-2025-regression/linear"]).contains("modle"));
    assert_eq!(place.run(&["check"]).code, Some(3), "a check of everything needs everything");
}

#[test]
fn an_empty_draft_is_named_as_such_whatever_is_asked_of_it() {
    let place = Place::tiny();
    place.ok(&["new", "study", "doe-2027-example"]);
    let only = ["--only", "study:doe-2027-example"];
    let open = "doe-2027-example is a draft in which 51 fields are open; next: `study.title` is empty (studies/doe-2027-example.toml:7)";
    let screen = place.ok(&[&["run", "--out", "report"][..], &only].concat());
    assert!(screen.starts_with(open) && screen.ends_with("nothing was run: no claim is written out yet\n"), "{screen}");
    assert!(!place.path("report").exists());
    assert!(place.ok(&[&["plan"][..], &only].concat()).starts_with(open));
    for words in [&["check", "--only", "study:doe-2027-example"][..], &["accept", "doe-2027-example", "--reason", "x"]] {
        let complaint = place.complaint(2, words);
        assert!(complaint.contains("doe-2027-example has no claim that is written out; ") && complaint.contains(open), "{complaint}");
    }
    assert!(place.complaint(2, &["simulate", "doe-2027-example/main"]).contains("has none yet: write `[simulation.main]`"));
    assert!(place.ok(&["show", "doe-2027-example"]).starts_with("doe-2027-example: a draft, `lint` says what to fill\n\ndefinitions\n"));
    let row = place.ok(&["list", "studies", "--format", "csv"]);
    assert!(row.contains("doe-2027-example,,,0,0,0,draft"), "{row}");
}

#[test]
fn a_broken_draft_stands_in_the_way_of_no_run_that_does_not_name_it() {
    let place = Place::tiny();
    place.ok(&["new", "study", "doe-2027-example"]);
    let run = |only: &str| place.run(&["run", "--quick", "--only", only]);
    let draft = fs::read_to_string(place.path("studies/doe-2027-example.toml")).unwrap();
    for harm in [draft.replacen("id = \"\"", "id = \"nonsense\"", 1), draft.replacen("title = ", "title = [", 1)] {
        place.write("studies/doe-2027-example.toml", &harm);
        let ended = run("study:tiny-2024-gaussian");
        assert_eq!(ended.code, Some(0), "{}", ended.err);
        assert!(ended.err.contains("left out as if not there") && ended.err.contains("doe-2027-example"), "{}", ended.err);
        assert!(ended.out.contains("error-grows"), "{}", ended.out);
        for only in ["study:doe-2027-example", "not study:doe-2027-example", "claim:doe-2027-example/x"] {
            assert_eq!(run(only).code, Some(3), "{only}");
        }
        assert_eq!(place.run(&["run", "--quick"]).code, Some(3), "a run of everything needs everything");
    }
    place.write("studies/doe-2027-example.toml", &draft.replace("draft = true", "draft = false"));
    assert_eq!(run("study:tiny-2024-gaussian").code, Some(3), "it is no draft");
}

#[test]
fn a_simulation_that_cannot_be_read_says_that_its_claims_are_checked_later() {
    let place = Place::tiny();
    place.edit("studies/tiny-2024-gaussian.toml", |text| text.replace("regime = \"replace\"", "regime = \"repalce\""));
    place.edit("claims/tiny-2024-gaussian.toml", |text| text.replace("expect = \"t / samples\"", "expect = \"t / sampels\""));
    let first = place.run(&["lint"]).out;
    assert!(first.contains("checked-later") && !first.contains("sampels`"), "{first}");
    place.edit("studies/tiny-2024-gaussian.toml", |text| text.replace("repalce", "replace"));
    let second = place.run(&["lint"]).out;
    assert!(!second.contains("checked-later") && second.contains("unknown name `sampels`"), "{second}");
}

#[cfg(unix)]
#[test]
fn a_place_that_cannot_be_written_is_told_before_anything_is_run() {
    let place = Place::tiny();
    place.write("taken", "a file");
    let ended = place.run(&["run", "--out", "taken/report"]);
    assert!(ended.code == Some(5) && ended.out.is_empty() && ended.err.contains("taken/report"), "{:?}: {}", ended.code, ended.err);
    assert!(!place.path("fresh").exists());
    assert!(place.complaint(2, &["run", "--quick", "--out", "."]).contains("--out .: the registry is here"));
    place.complaint(2, &["run", "--out", "fresh/report", "--shard", "9/1"]);
    assert!(!place.path("fresh").exists(), "an attempt leaves no folder");
}

#[test]
fn a_new_study_is_written_whole_or_not_at_all() {
    let place = Place::tiny();
    let new = ["new", "study", "doe-2027-example"];
    fs::rename(place.path("claims"), place.path("elsewhere")).unwrap();
    let complaint = place.complaint(3, &new);
    assert!(complaint.contains("HERE/claims: the registry lacks this folder") && complaint.contains("--registry DIR"), "{complaint}");
    assert!(!place.path("studies/doe-2027-example.toml").exists());
    fs::rename(place.path("elsewhere"), place.path("claims")).unwrap();
    #[cfg(unix)]
    {
        // A link that leads nowhere is in the way of the second file alone.
        std::os::unix::fs::symlink("nowhere", place.path("claims/doe-2027-example.toml")).unwrap();
        assert!(place.complaint(5, &new).contains("claims/doe-2027-example.toml"));
        assert!(!place.path("studies/doe-2027-example.toml").exists());
        fs::remove_file(place.path("claims/doe-2027-example.toml")).unwrap();
    }
    place.ok(&new);
}

#[test]
fn claims_that_are_added_at_once_are_all_there() {
    let place = Place::tiny();
    let added = || place.command(&["new", "claim", "tiny-2024-gaussian"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    for mut child in [added(), added(), added(), added()] {
        assert!(child.wait().unwrap().success());
    }
    let text = fs::read_to_string(place.path("claims/tiny-2024-gaussian.toml")).unwrap();
    assert_eq!(text.matches("[[claim]]").count(), 2 + 4, "{text}");
}

#[test]
fn names_of_devices_and_paths_without_end_are_refused() {
    let place = Place::tiny();
    assert!(place.complaint(2, &["new", "study", "nul"]).contains("is no name for a study"));
    let deep = format!("{}=1", vec!["a"; 20_000].join("."));
    assert!(place.complaint(2, &["simulate", "tiny-2024-gaussian/chain", "--set", &deep]).contains("a path of 20000 keys"));
    let path = format!("\"{}\" = [1]", vec!["a"; 20_000].join("."));
    place.edit("studies/tiny-2024-gaussian.toml", |text| text.replace("grid = {", &format!("grid = {{ {path},")));
    let ended = place.run(&["lint"]);
    assert_eq!(ended.code, Some(3), "{}", ended.err);
    assert!(ended.out.contains("a path of 20000 keys"), "{}", ended.out.chars().take(500).collect::<String>());
}

#[test]
fn a_run_never_destroys_what_it_did_not_write() {
    let place = Place::tiny();
    fs::create_dir(place.path("out")).unwrap();
    place.write("out/REPORT.md", "my own report");
    let run = ["run", "--quick", "--out", "out"];
    let complaint = place.complaint(5, &run);
    assert!(complaint.contains("REPORT.md") && complaint.contains("--force"), "{complaint}");
    assert_eq!(fs::read_to_string(place.path("out/REPORT.md")).unwrap(), "my own report");
    place.ok(&[&run[..], &["--force"]].concat());
    place.ok(&run);
    fs::create_dir(place.path("shard")).unwrap();
    place.write("shard/results.json", "mine");
    assert!(place.complaint(5, &["run", "--quick", "--shard", "1/1", "--out", "shard"]).contains("results.json"));
}

#[test]
fn shards_keep_their_weights_and_large_seeds_are_text() {
    let place = Place::tiny();
    let seed = u64::MAX.to_string();
    assert!(place.complaint(2, &["run", "--quick", "--shard", "1/1", "--out", "s", "--preset", "nope"]).contains("unknown preset `nope`"));
    let run =
        |out: &str, more: &[&str]| place.ok(&[&["run", "--quick", "--seed", &seed, "--preset", "sceptic", "--out", out], more].concat());
    run("whole", &[]);
    run("s", &["--shard", "1/1"]);
    place.ok(&["merge", "s", "--out", "merged"]);
    assert_eq!(audit(&place.path("whole"))["provenance"], audit(&place.path("merged"))["provenance"]);
    assert_eq!(audit(&place.path("merged"))["provenance"]["seed"], serde_json::json!(seed));
    place.write("mine.toml", "reason = \"mine\"\naccumulate = 1\n");
    place.ok(&["merge", "s", "--out", "merged", "--weights", "mine.toml"]);
    assert_eq!(audit(&place.path("merged"))["provenance"]["preset"], serde_json::json!("mine"));
}

#[test]
fn an_emitted_plan_honours_every_flag() {
    let place = Place::tiny();
    let plan = |emit| {
        place.ok(&[
            "plan",
            "--emit",
            emit,
            "--only",
            "study:tiny-2024-gaussian and not verdict:untested",
            "--registry",
            ".",
            "--threads",
            "3",
            "--seed",
            "7",
            "--preset",
            "sceptic",
        ])
    };
    let run = "collapse-audit run --registry . --only 'study:tiny-2024-gaussian and not verdict:untested' --seed 7 --threads ";
    let slurm = plan("slurm");
    assert!(slurm.contains(&format!("{run}\"$SLURM_CPUS_PER_TASK\" --shard ")) && slurm.contains("--cpus-per-task=3"), "{slurm}");
    assert!(slurm.contains("merge --registry . --preset sceptic shards/{1..8}"), "{slurm}");
    let snakemake = plan("snakemake");
    assert!(snakemake.contains("threads: 3") && snakemake.contains(&format!("{run}{{threads}} --shard ")), "{snakemake}");
    assert!(snakemake.contains("\"claims/tiny-2024-gaussian.toml\"") && !snakemake.contains("\"tiny-2025-regression\""), "{snakemake}");
    let github = plan("github-matrix");
    assert!(
        github.contains(&format!("{run}3 --shard 8/8 --out shards/8\"").replace("--threads", "--preset sceptic --threads")),
        "{github}"
    );
    for engine in ["slurm", "snakemake", "github-matrix"] {
        assert!(place.complaint(2, &["plan", "--emit", engine, "--preset", "nope"]).contains("unknown preset `nope`"));
    }
    assert!(place.complaint(2, &["plan", "--seed", "7"]).contains("--emit"), "a plan by itself has no seed");
    assert!(place.complaint(2, &["plan", "--emit", "slurm", "--only", "study:nope"]).contains("nope"));
}

#[test]
fn a_damaged_file_that_a_command_wrote_is_a_problem_of_the_registry_with_its_line() {
    let place = Place::tiny();
    accept(&place, &["--all"]);
    let lock = fs::read_to_string(place.path("claims/verdicts.lock")).unwrap();
    let line = |of: &str| lock.lines().position(|line| line.starts_with(of)).unwrap() + 1;
    fs::create_dir(place.path("studies/recorded")).unwrap();
    fs::create_dir(place.path("studies/imported")).unwrap();
    let damages = [
        ("claims/verdicts.lock", lock.replacen("verdict = \"reproduced\"", "verdict = \"yes\"", 1), line("verdict = \"reproduced\"")),
        ("claims/verdicts.lock", lock.replacen("schema = 2", "schema = 99", 1), line("schema")),
        ("claims/verdicts.lock", format!("{lock}\n<<<<<<< a\n=======\n>>>>>>> b\n"), lock.lines().count() + 2),
        ("claims/calibration.toml", "x = 1".to_owned(), 1),
        ("claims/fresh-seeds.toml", "x = 1".to_owned(), 1),
        ("claims/error-rate.toml", "x = 1".to_owned(), 1),
        ("studies/recorded/x.jsonl", "{}".to_owned(), 1),
        ("studies/imported/x.jsonl", "{}".to_owned(), 1),
    ];
    for (name, text, line) in damages {
        place.write(name, &text);
        for words in [&["check"][..], &["run", "--quick"], &["accept", "--all", "--reason", "x"]] {
            let complaint = place.complaint(3, words);
            assert!(complaint.contains(&format!("error: HERE/{name}:{line}: ")), "{complaint}");
        }
        if name.ends_with(".jsonl") {
            let ended = place.run(&["lint"]);
            let told = ended.out.contains(&format!("--> {name}:{line}")) && ended.out.contains("restore the file");
            assert!(told && ended.code == Some(3), "{}", ended.out);
        }
        fs::remove_file(place.path(name)).unwrap();
    }
}

#[test]
fn three_at_once_keep_three_entries() {
    let place = Place::tiny();
    let claims = ["tiny-2024-gaussian/error-grows", "tiny-2024-gaussian/variance-falls", "tiny-2025-regression"];
    let children: Vec<_> = claims.iter().map(|claim| place.command(&["accept", claim, "--reason", "at once"]).spawn().unwrap()).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let lock = fs::read_to_string(place.path("claims/verdicts.lock")).unwrap();
    assert_eq!(lock.matches("\n[claim.").count(), 4, "{lock}");
    let left: Vec<_> = fs::read_dir(place.path("claims")).unwrap().map(|one| one.unwrap().file_name()).collect();
    assert_eq!(left.len(), 4, "{left:?}");
}

#[test]
fn a_drift_says_what_was_what_is_what_changed_and_what_to_do() {
    let place = Place::tiny();
    accept(&place, &["--all"]);
    assert_eq!(place.ok(&["check"]), "4 claims checked, 0 drifted\n");
    place.edit("claims/verdicts.lock", |text| text.replacen("verdict = \"reproduced\"", "verdict = \"contradicted\"", 2));
    place.edit("claims/tiny-2024-gaussian.toml", |text| text.replacen("margin = 0.05", "margin = 0.2", 1));
    let ended = place.run(&["check"]);
    assert_eq!(ended.code, Some(1));
    for expected in [
        "changed: tiny-2024-gaussian/variance-falls (claims/tiny-2024-gaussian.toml:",
        "  accepted: contradicted (exact), -0.48",
        "margin: 0.05 -> 0.2",
        "  if this is meant: collapse-audit accept tiny-2024-gaussian/variance-falls --reason",
    ] {
        assert!(ended.out.contains(expected), "{expected} in {}", ended.out);
    }
    accept(&place, &["tiny-2024-gaussian"]);
    place.edit("claims/criteria.toml", |text| text.replacen("value = 0.001", "value = 0.002", 1));
    let shown = place.ok(&["check"]);
    assert!(
        shown.contains("nothing to do: ") && shown.contains("all the same: criteria (under 4 claims)") && shown.contains("0.001 -> 0.002"),
        "{shown}"
    );
}

#[test]
fn a_claim_that_is_gone_is_missed_under_a_filter_too_and_a_draft_is_not_gone() {
    let place = Place::tiny();
    accept(&place, &["--all"]);
    place.edit("claims/tiny-2024-gaussian.toml", |text| text.replace("id = \"error-grows\"", "id = 'renamed' # once error-grows"));
    place.edit("claims/tiny-2025-regression.toml", |text| text.replace("/error-grows", "/renamed"));
    let ended = place.run(&["check", "--only", "claim:tiny-2024-gaussian/error-grows", "--format", "github"]);
    assert_eq!(ended.code, Some(1), "{}", ended.err);
    assert!(ended.out.starts_with("::error file=claims/verdicts.lock,line="), "{}", ended.out);
    let ended = place.run(&["check", "--only", "study:tiny-2024-gaussian"]);
    assert!(
        ended.out.contains("gone: tiny-2024-gaussian/error-grows") && ended.out.contains("new: tiny-2024-gaussian/renamed"),
        "{}",
        ended.out
    );
    assert!(accept(&place, &["tiny-2024-gaussian/error-grows"]).contains("error-grows: dropped"));
    place.edit("studies/tiny-2024-gaussian.toml", |text| format!("draft = true\n{text}"));
    let shown = place.ok(&["check"]);
    assert!(shown.contains("not checked because the study is a draft now: tiny-2024-gaussian/variance-falls"), "{shown}");
}

#[cfg(unix)]
#[test]
fn a_termination_is_an_interruption() {
    use std::process::Command;
    let place = Place::tiny();
    let run = ["run", "--seed", "7", "--threads", "1", "--no-cache", "--out", "late"];
    let mut child = place.command(&run).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    // The line on the registry comes first, the handler right after it.
    std::thread::sleep(std::time::Duration::from_millis(200));
    if child.try_wait().unwrap().is_none() {
        assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(130), "{}", String::from_utf8_lossy(&ended.stderr));
        assert!(!place.path("late/audit.json").exists());
    }
}

#[test]
fn the_cache_is_shown_and_cleared() {
    let place = Place::tiny();
    place.ok(&["run", "--quick", "--only", "study:tiny-2024-gaussian", "--cache", "kept"]);
    let shown = place.ok(&["cache", "--cache", "kept"]);
    assert!(shown.starts_with("kept: ") && !shown.starts_with("kept: 0 runs"), "{shown}");
    let cleared = place.ok(&["cache", "--cache", "kept", "--clear"]);
    assert!(cleared.starts_with("removed: ") && cleared.contains("\nkept: 0 runs, 0.0 MB"), "{cleared}");
}

#[test]
fn the_oldest_runs_of_a_cache_go_whoever_named_it() {
    let place = Place::tiny();
    let run = ["run", "--quick", "--only", "study:tiny-2024-gaussian", "--cache", "kept"];
    place.ok(&run);
    let kept = |name: &str| place.path(&format!("kept/ab/{name}"));
    let (large, foreign) = (kept(&format!("{}.run", "0".repeat(62))), kept("mine.run"));
    fs::create_dir_all(place.path("kept/ab")).unwrap();
    for path in [&large, &foreign] {
        // A file without contents, longer than what may be kept.
        let file = fs::File::create(path).unwrap();
        file.set_len(17 << 30).unwrap();
        file.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    }
    place.ok(&run);
    assert!(!large.exists() && foreign.exists(), "what is not ours stays");
    assert!(!place.ok(&["cache", "--cache", "kept"]).starts_with("kept: 0 runs"));
}
