//! Designs are entries: a table more in their files is a remedy, a cause or a variant more in the report, and no Rust knows its id.

mod place;

use place::{Place, audit};
use std::fs;

const LOOP: &str = r#"
schema = 1

[about]
reason = "Made up for the test."
replicates = 256
work = 1.0

[loop.small]
title = "Small loop"
reason = "Cheap."
[loop.small.simulation]
truth = { kind = "gaussian", dimension = 1 }
model = "gaussian"
regime = "replace"
samples = 20
generations = 10
metrics = ["wasserstein-squared", "variance-ratio"]
risk = "wasserstein-squared"
"#;

/// A change in all loops, with what makes it up.
fn change(table: &str, title: &str, change: &str) -> String {
    format!("\n[{table}]\ntitle = \"{title}\"\nreason = \"Made up.\"\nlocator = \"the test\"\n{change}\n")
}

fn place(file: &str, changes: &[String]) -> Place {
    let place = Place::tiny();
    fs::write(place.path(&format!("studies/{file}.toml")), LOOP.to_owned() + &changes.concat()).unwrap();
    place
}

fn report(place: &Place) -> String {
    place.ok(&["run", "--no-cache", "--out", "report"]);
    fs::read_to_string(place.path("report/REPORT.md")).unwrap()
}

#[test]
fn a_remedy_more_is_a_row_more_and_is_measured_in_both_settings() {
    let biased = change("setting.cool", "cooler", "change = { sampling = { kind = \"variance-scale\", scale = 0.5 } }");
    let kept = change("remedy.keep", "Keep what there is", "change = { regime = \"accumulate\" }");
    let lacking = change("remedy.wish", "A wish", "missing = \"a lamp\"");
    let place = place("mitigations", &[biased, kept, lacking]);
    let page = report(&place);
    for words in ["## What helps, and at what price", "| Keep what there is |", "A wish (a lamp)"] {
        assert!(page.contains(words), "REPORT.md does not say `{words}`");
    }
    let found = audit(&place.path("report"));
    let points = found["designs"][0]["loops"][0]["points"].as_array().unwrap().clone();
    let risk = |option: Option<&str>, crossed: &[&str]| {
        let is_it = |point: &&serde_json::Value| point["option"].as_str() == option && point["crossed"] == serde_json::json!(crossed);
        points.iter().find(is_it).expect("the point is there")["risk"]["estimate"].as_f64().unwrap()
    };
    let (none, kept, cool) = (risk(None, &[]), risk(Some("keep"), &[]), risk(None, &["cool"]));
    assert_eq!(points.len(), 4, "the loop as it is and one remedy, with and without the setting");
    assert!(kept < none, "keeping real data helps: {kept} {none}");
    assert!(cool > 1.2 * none, "half the variance harms: {cool} {none}");
    // What is wished for changes nothing anywhere, so it is no point of its own.
    assert!(points.iter().all(|point| point["option"] != "wish"));
}

#[test]
fn a_cause_and_a_variant_more_are_told_too() {
    let causes = [
        change("cause.few", "Few points", "change = { samples = 10 }"),
        change("cause.cool", "Cool sampling", "change = { sampling = { kind = \"variance-scale\", scale = 0.5 } }"),
    ];
    let page = report(&place("causes", &causes));
    for words in ["## What causes it", "Few points", "Cool sampling"] {
        assert!(page.contains(words), "REPORT.md does not say `{words}`");
    }
    let page = report(&place("signs", &[change("variant.keep", "Kept", "change = { regime = \"accumulate\" }")]));
    for words in ["## What shows first", "variance ratio", "| Kept |"] {
        assert!(page.contains(words), "REPORT.md does not say `{words}`");
    }
}

#[test]
fn wrong_designs_are_located_with_a_remedy() {
    let astray = change("remedy.keep", "Keep", "in = { smal = { regime = \"accumulate\" } }");
    let idle = change("remedy.idle", "Idle", "");
    let wrong = place("mitigations", &[astray, idle]);
    let told = wrong.run(&["lint"]).out;
    for words in ["unknown-loop", "did you mean `small`?", "no-change", "studies/mitigations.toml:"] {
        assert!(told.contains(words), "lint does not say `{words}`:\n{told}");
    }
    let broken = place("causes", &[change("cause.few", "Few", "change = { smples = 10 }")]);
    let told = broken.run(&["lint"]).out;
    assert!(told.contains("smples") && told.contains("samples"), "{told}");
}
