//! A simulation that a program runs, as a user meets it: never started unasked, audited like any other, and its failures are findings.
#![cfg(unix)]

mod place;

use place::{Place, audit, root};
use std::fs;

const STUDY: &str = "refit-2026-logistic";
const CLAIM: &str = "refit-2026-logistic/accuracy-falls";

/// Falls from .8 to .5 where nothing but new labels is learned from, and stays elsewhere. Leaves a mark where it was started.
const PROGRAM: &str = r#"
request=$(cat)
echo >> started
generations=$(echo "$request" | sed 's/.*"generations":\[\([0-9,]*\)\].*/\1/' | tr , ' ')
case "$request" in *'"synthetic":{"kind":"newest"}'*) later=5 ;; *) later=8 ;; esac
case "$request" in *'"grow":"geometric"'*) echo '{"refused":"one size"}'; exit ;; esac
for k in $(echo "$request" | grep -o '"replicate":[0-9]*' | cut -d: -f2); do
    for t in $generations; do
        if [ "$t" = 1 ]; then v=8; else v=$later; fi
        echo "{\"replicate\":$k,\"generation\":$t,\"values\":{\"accuracy\":0.$v$k}}"
    done
done
"#;

/// The tiny registry with the example's study, run by a shell script.
fn place() -> Place {
    let place = Place::tiny();
    for folder in ["studies", "claims"] {
        let file = format!("{folder}/{STUDY}.toml");
        fs::copy(root().join("examples/external").join(&file), place.path(&file)).unwrap();
    }
    place.edit(&format!("studies/{STUDY}.toml"), |text| text.replace("[\"python3\", \"refit.py\"]", "[\"sh\", \"refit.sh\"]"));
    place.write("refit.sh", PROGRAM);
    place
}

/// The claim's row of a run with these flags beside.
fn row(place: &Place, flags: &[&str]) -> serde_json::Value {
    place.ok(&[&["run", "--only", &format!("study:{STUDY}"), "--out", "out", "--force"], flags].concat());
    audit(&place.path("out"))["claims"][0].clone()
}

#[test]
fn nothing_is_started_unasked() {
    let place = place();
    place.ok(&["lint"]);
    let untested = row(&place, &[]);
    assert_eq!(untested["verdict"], "untested");
    assert!(
        untested["reason"].as_str().unwrap().contains("`sh refit.sh`), which was not started: that takes --allow-external"),
        "{untested}"
    );
    place.ok(&["plan"]);
    assert!(place.complaint(2, &["simulate", &format!("{STUDY}/scikit-learn")]).contains("is run by a program (`sh refit.sh`)"));
    assert!(!place.path("started").exists());
    let slurm = place.ok(&["plan", "--emit", "slurm", "--allow-external"]);
    assert_eq!(slurm.matches(" --allow-external").count(), 2, "{slurm}");
}

#[test]
fn what_a_program_says_is_audited_accepted_and_checked() {
    let place = place();
    let found = row(&place, &["--allow-external"]);
    assert_eq!((&found["verdict"], &found["control"]["verdict"]), (&"reproduced".into(), &"contradicted".into()), "{found}");
    assert_eq!(found["method"], "external: run by `sh refit.sh`");
    assert_eq!(found["worlds"].as_object().map(serde_json::Map::len), Some(2));
    assert!(fs::read_to_string(place.path("out/audit.json")).unwrap().contains("program-refused"));
    assert!(found["repeat"].as_str().unwrap().ends_with("--allow-external"), "{found}");
    let repeat: Vec<&str> = found["repeat"].as_str().unwrap().split(' ').skip(1).collect();
    assert!(place.ok(&repeat).contains("statistic   0.6"), "{}", place.ok(&repeat));
    place.ok(&["accept", CLAIM, "--reason", "for the test", "--allow-external"]);
    assert_eq!(place.ok(&["check", "--only", &format!("study:{STUDY}"), "--allow-external"]), "1 claim checked, 0 drifted\n");
    let starts = fs::read_to_string(place.path("started")).unwrap().lines().count();
    let without = place.ok(&["check", "--only", &format!("study:{STUDY}")]);
    assert!(without.contains("0 claims checked, 0 drifted") && without.contains(&format!("takes --allow-external: {CLAIM}")), "{without}");
    assert_eq!(fs::read_to_string(place.path("started")).unwrap().lines().count(), starts);
}

#[test]
fn an_edit_of_the_script_runs_it_anew_and_its_failures_have_names() {
    let place = place();
    row(&place, &["--allow-external"]);
    let cached = fs::read_to_string(place.path("started")).unwrap().lines().count();
    row(&place, &["--allow-external"]);
    let refused = 2;
    let again = fs::read_to_string(place.path("started")).unwrap().lines().count();
    assert!(again - cached <= refused * 2, "only what was refused is asked again: {cached} starts, then {again}");
    for (script, reason) in [
        ("exit 1", "program-crashed"),
        ("echo hello", "program-garbled"),
        ("echo '{\"replicate\":0,\"generation\":1,\"values\":{\"accuracy\":NaN}}'", "program-not-a-number"),
        ("sleep 600", "program-timed-out"),
    ] {
        place.write("refit.sh", script);
        place.edit(&format!("studies/{STUDY}.toml"), |text| text.replace("seconds = 120", "seconds = 1"));
        let found = row(&place, &["--allow-external"]);
        assert_eq!((&found["verdict"], &found["reason"]), (&"undecided".into(), &reason.into()), "{script}");
        assert!(found["method"].as_str().unwrap().ends_with(reason), "{found}");
        assert!(!fs::read_to_string(place.path("out/audit.json")).unwrap().contains("NaN"));
    }
}
