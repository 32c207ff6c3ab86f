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
    let warmer = change("remedy.warm", "Warmer", "change = { sampling = { kind = \"variance-scale\", scale = 1.1 } }");
    let place = place("mitigations", &[biased, kept, lacking, warmer]);
    let page = report(&place);
    for words in ["## What helps, and at what price", "| Keep what there is |", "A wish (a lamp)"] {
        assert!(page.contains(words), "REPORT.md does not say `{words}`");
    }
    let found = audit(&place.path("report"));
    let points = found["designs"][0]["loops"][0]["points"].as_array().unwrap().clone();
    let risk = |option: Option<&str>, crossed: &[&str]| {
        let is_it = |point: &&serde_json::Value| {
            point["option"].as_str() == option && point.get("crossed").unwrap_or(&serde_json::json!([])) == &serde_json::json!(crossed)
        };
        points.iter().find(is_it).expect("the point is there")["risk"]["estimate"].as_f64().unwrap()
    };
    let (none, kept, cool) = (risk(None, &[]), risk(Some("keep"), &[]), risk(None, &["cool"]));
    assert_eq!(points.len(), 6, "the loop as it is and two remedies, with and without the setting");
    assert!(kept < none, "keeping real data helps: {kept} {none}");
    assert!(cool > 1.2 * none, "half the variance harms: {cool} {none}");
    // It says itself how is sampled, so that the setting makes no other loop of it.
    let twice = points.iter().find(|point| point["option"] == "warm" && !point["crossed"].is_null()).unwrap();
    assert!(twice["refused"].as_str().unwrap().starts_with("already so") && twice["risk"].is_null(), "{twice}");
    assert!(page.lines().any(|line| line.starts_with("| Warmer |") && line.contains("→ = |")), "{page}");
    assert!(page.contains("2 from "), "an onset is told beside the definition");
    // Of the loop as it is the real data alone are those of the first set: the two baselines are one.
    let own = |point: &serde_json::Value| point["against_own"]["estimate"].as_f64().unwrap();
    assert!((own(&points[0]) / none - 1.0).abs() < 0.2, "{} {none}", own(&points[0]));
    let told = place.ok(&["explain", "keep"]);
    assert!(told.starts_with("remedy: keep (Keep what there is)\n  Made up.\n  where: the test"), "{told}");
    assert_eq!(place.ok(&["explain", "Keep what there is"]), told);
    assert!(place.ok(&["explain", "wish"]).contains("not run, since there is no such thing here: a lamp"));
    assert!(place.ok(&["explain", "cool"]).starts_with("setting: cool (cooler)"));
    assert!(place.complaint(2, &["explain", "wishh"]).contains("did you mean `wish`?"));
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
    // A sign more is a metric more in a loop.
    let signs = place("signs", &[change("variant.keep", "Kept", "change = { regime = \"accumulate\" }")]);
    signs.edit("studies/signs.toml", |text| text.replace("\"variance-ratio\"]", "\"variance-ratio\", \"tail-coverage\"]"));
    assert!(!page.contains("| Small loop | tail coverage |") && report(&signs).contains("| Small loop | tail coverage |"));
}

#[test]
fn a_design_is_asked_in_every_world_where_its_file_says_so_and_its_loops_stay_as_they_are() {
    let worlds = "\n[about.worlds]\nreason = \"Made up.\"\nreplicates = 256\nwork = 1.0\n";
    let remedies = [
        change("remedy.keep", "Keep what there is", "change = { regime = \"accumulate\" }"),
        change("remedy.larger", "Larger sets", "change = { samples = 40 }"),
    ];
    let (here, there) = (place("mitigations", &remedies), place("mitigations", &[&[worlds.to_owned()], &remedies[..]].concat()));
    let (page, plain) = (report(&there), report(&here));
    assert!(page.contains("on top of each world") && !plain.contains("on top of each world"));
    let [here, there] = [here, there].map(|place| audit(&place.path("report"))["designs"][0].clone());
    assert_eq!(here["loops"], there["loops"], "a world changes no number of a loop as it is");
    let found = there["worlds"].as_array().unwrap();
    assert!(!found.is_empty() && here["worlds"].as_array().unwrap().is_empty());
    for world in found {
        let one = &world["loops"][0];
        assert_eq!(one["id"].as_str().unwrap(), format!("small@{}", world["world"].as_str().unwrap()));
        let refused = |option: &str| {
            let points = one["points"].as_array().unwrap();
            points.iter().find(|point| point["option"] == option).expect("the point is there")["refused"].clone()
        };
        assert!(refused("keep").as_str().is_some_and(|reason| reason.starts_with("already so")), "{}", refused("keep"));
        assert!(refused("larger").is_null());
    }
    let causes = [worlds.to_owned(), change("cause.few", "Few points", "change = { samples = 10 }")];
    assert!(report(&place("causes", &causes)).contains("The same causes where each world comes on top"));
    let signs = [worlds.to_owned(), change("variant.keep", "Keep", "change = { regime = \"accumulate\" }")];
    let page = report(&place("signs", &signs));
    assert!(
        page.contains("The same loops and variants where each world comes on top of them") && page.contains("*Contested.* In "),
        "{page}"
    );
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
    let beside = place("causes", &[change("cause.few", "Few", "change = { samples = 10 }")]);
    beside.edit("studies/causes.toml", |text| text.replace("work = 1.0\n", "work = 1.0\nbeside = [\"nobody/says\"]\n"));
    let told = beside.run(&["lint"]).out;
    assert!(told.contains("unknown-claim") && told.contains("nobody/says"), "{told}");
    let broken = place("causes", &[change("cause.few", "Few", "change = { smples = 10 }")]);
    let told = broken.run(&["lint"]).out;
    assert!(told.contains("smples") && told.contains("samples"), "{told}");
}
