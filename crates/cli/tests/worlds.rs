//! Worlds are entries: a table more in `studies/overlays.toml` is a world more wherever worlds are told, and no Rust knows its id.

mod place;

use place::{Place, audit, files};
use std::fs;
use std::path::Path;

/// A mitigation: nothing of the loop is changed but that a verifier looks at what it makes.
const MITIGATION: &str = r#"
[only-verified.about]
title = "Only verified"
with = "a verifier and nothing else changed"
reason = "Whether a verifier alone is enough."

[only-verified.quality]
change = "verify"
true_accept = 0.9
false_accept = 0.1
tail_blind = false
reason = "A better verifier than those in use."
locator = "made up for the test"

[only-verified.horizon]
change = "horizon"
generations = 12
reason = "Long enough."
locator = "made up for the test"
"#;

fn three_worlds() -> Place {
    let place = Place::tiny();
    place.edit("studies/overlays.toml", |text| text + MITIGATION);
    place
}

#[test]
fn a_third_world_is_told_in_every_page_and_table() {
    let place = three_worlds();
    assert!(place.ok(&["lint"]).contains("0 problems"));
    assert!(place.ok(&["list", "overlays", "--format", "csv"]).contains("only-verified,quality,"));
    let screen = place.ok(&["run", "--quick", "--no-cache", "--out", "report"]);
    assert!(screen.contains("only-verified"), "{screen}");
    let pages: std::collections::BTreeMap<_, _> =
        files(&place.path("report")).into_iter().map(|(path, bytes)| (path, String::from_utf8_lossy(&bytes).into_owned())).collect();
    let page = |name: &str| pages[Path::new(name)].as_str();
    let told = [
        ("REPORT.md", "| Definition | As published | Realistic | Contested | Only verified |"),
        ("REPORT.md", "What the realistic, the contested and the only verified world change"),
        ("REPORT.md", "The eight definitions in four worlds"),
        ("REPORT.md", "only verified world for "),
        ("REPORT.md", "**Only verified.** Whether a verifier alone is enough."),
        ("index.html", "Only verified"),
        ("studies/tiny-2024-gaussian.md", "as published · realistic · contested · only verified"),
        ("studies/tiny-2024-gaussian.md", "Four worlds"),
        ("tables/definitions.csv", "diverging-risk,,only-verified,"),
        ("tables/definitions.csv", ",only-verified,"),
        ("tables/audit.tex", "Only verified"),
        ("figures/worlds.svg", "only verified"),
        ("figures/worlds.svg", "Each definition of collapse in four worlds"),
    ];
    for (name, words) in told {
        assert!(page(name).contains(words), "{name} does not say `{words}`");
    }
    let audit = audit(&place.path("report"));
    let ids: Vec<_> = audit["worlds"].as_array().unwrap().iter().map(|world| world["id"].as_str().unwrap()).collect();
    assert_eq!((audit["schema"].as_u64(), ids), (Some(4), vec!["realistic", "contested", "only-verified"]));
    assert!(audit["head"]["worlds"]["only-verified"]["decided"].is_u64());
    let there: Vec<_> = audit["claims"].as_array().unwrap().iter().map(|claim| claim["worlds"].get("only-verified").unwrap()).collect();
    assert!(there.iter().any(|world| world["outcome"].is_string()), "{there:?}");
    for definition in audit["definitions"].as_array().unwrap() {
        let takeaway = definition["takeaway"].as_str().unwrap();
        let told = takeaway.contains("under only verified ones, with a verifier and nothing else changed, in ");
        assert!(definition["standing"]["only-verified"].is_object());
        assert!(told || takeaway.starts_with("Nothing was decided"), "{takeaway}");
    }
}

#[test]
fn another_world_leaves_the_draws_of_the_others_alone_and_can_be_simulated_by_its_id() {
    let (two, three) = (Place::tiny(), three_worlds());
    let words = |arm| ["simulate", "tiny-2024-gaussian/chain", "--arm", arm, "--cell", "samples=20", "--replicates", "2"];
    for arm in ["as-published", "realistic", "contested", "sampling", "without-quality"] {
        let (before, after) = (two.run(&words(arm)), three.run(&words(arm)));
        assert_eq!((before.code, before.out), (after.code, after.out), "{arm}");
    }
    assert!(three.ok(&words("only-verified")).contains("only-verified,samples=20,1,12,"));
    assert!(two.complaint(2, &words("only-verified")).contains("there is no arm `only-verified`"));
}

#[test]
fn a_world_is_accepted_and_its_drift_is_told() {
    let place = three_worlds();
    let check = ["check", "--only", "study:tiny-2024-gaussian"];
    place.ok(&["accept", "tiny-2024-gaussian", "--reason", "first run"]);
    let lock = fs::read_to_string(place.path("claims/verdicts.lock")).unwrap();
    assert!(lock.contains("only-verified = { outcome = "), "{lock}");
    assert_eq!(place.ok(&check), "2 claims checked, 0 drifted\n");
    // Another outcome than accepted.
    let held = |outcome: &str| format!("only-verified = {{ outcome = \"{outcome}\"");
    let (found, other) = if lock.contains(&held("occurs")) { ("occurs", "absent") } else { ("absent", "occurs") };
    assert!(lock.contains(&held(found)), "one claim is decided there: {lock}");
    place.write("claims/verdicts.lock", &lock.replace(&held(found), &held(other)));
    let sentence = format!("only-verified world {found}, accepted {other}");
    let drifted = place.run(&check);
    assert!(drifted.code == Some(1) && drifted.out.contains(&sentence), "{sentence}\n{}", drifted.out);
    // A world that the registry no longer has.
    place.write("claims/verdicts.lock", &lock);
    place.edit("studies/overlays.toml", |text| text.replace(MITIGATION, ""));
    let gone = place.run(&check);
    assert!(gone.code == Some(1) && gone.out.contains("only-verified world is gone: accepted"), "{}", gone.out);
    assert!(gone.out.contains("changed since: overlays"), "{}", gone.out);
    // And one that the lock does not know yet.
    place.ok(&["accept", "tiny-2024-gaussian", "--reason", "two worlds"]);
    assert_eq!(place.ok(&check), "2 claims checked, 0 drifted\n");
    place.edit("studies/overlays.toml", |text| text + MITIGATION);
    let new = place.run(&check);
    assert!(new.code == Some(1) && new.out.contains("only-verified world is new:"), "{}", new.out);
}

#[test]
fn a_diff_tells_a_world_that_came_in_one_line() {
    let (two, three) = (Place::tiny(), three_worlds());
    for place in [&two, &three] {
        place.ok(&["run", "--quick", "--only", "study:tiny-2024-gaussian", "--out", "out"]);
    }
    let old = two.path("out/audit.json");
    let ended = three.run(&["diff", &old.to_string_lossy(), "out/audit.json"]);
    assert_eq!(ended.code, Some(1), "{}", ended.err);
    let text = ended.out;
    assert_eq!(text.lines().filter(|line| line.contains("world added")).count(), 1, "{text}");
    assert!(text.contains("only-verified: world added"), "{text}");
    three.edit("out/audit.json", |text| text.replacen("\"schema\":4", "\"schema\":1", 1));
    let complaint = three.complaint(5, &["diff", &old.to_string_lossy(), "out/audit.json"]);
    assert!(complaint.contains("schema 1") && complaint.contains("reads schema 4"), "{complaint}");
}
