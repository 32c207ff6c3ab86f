//! Every word that a report prints is explained, by the glossary that its page holds too.

mod place;

use place::{Place, audit};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;

/// Keys of `audit.json` whose texts are fixed words.
const WORDS: [&str; 18] = [
    "definition",
    "condition",
    "conditions",
    "outcome",
    "verdict",
    "fidelity",
    "size",
    "level",
    "functional",
    "against",
    "asserts",
    "by",
    "known",
    "kind",
    "certainty",
    "paper",
    "voice",
    "inference",
];

/// Every fixed word of an audit: texts under [`WORDS`], and reasons that are one word.
fn words(value: &Value, key: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| words(value, key, found)),
        Value::Array(items) => items.iter().for_each(|item| words(item, key, found)),
        Value::String(text) if text.is_empty() => {}
        Value::String(text) if WORDS.contains(&key) || (key == "reason" && !text.contains(' ') && text.contains('-')) => {
            found.insert(text.clone());
        }
        _ => {}
    }
}

#[test]
fn explain_knows_every_word_of_an_audit_and_every_rule_of_an_annotation() {
    let place = Place::tiny();
    place.ok(&["run", "--quick", "--out", "report"]);
    let mut found = BTreeSet::new();
    words(&audit(&place.path("report")), "", &mut found);
    let committed = fs::read_to_string(place::root().join("report/audit.json")).unwrap();
    words(&serde_json::from_str(&committed).unwrap(), "", &mut found);
    let sarif: Value = serde_json::from_str(&place.run(&["check", "--format", "sarif"]).out).unwrap();
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    found.extend(rules.iter().map(|rule| rule["id"].as_str().unwrap().to_owned()));
    assert!(found.len() > 60 && found.contains("drift-lost") && found.contains("too-wide"), "{found:?}");
    let known: BTreeSet<String> = collapse_audit::audit::glossary().map(|sense| sense.word.to_owned()).collect();
    // An outcome's statistic is told in words where a test's inference stands.
    let open: Vec<_> = found.iter().filter(|word| !known.contains(*word) && !word.contains(' ')).collect();
    assert!(open.is_empty(), "nobody explains {open:?}");
    for word in ["undecided", "drift-lost", "realistic", "alpha_total", "replace", "without-growth", "out-of-range", "very low", "too-wide"]
    {
        assert!(place.ok(&["explain", word]).contains(word), "{word}");
    }
    assert!(place.complaint(2, &["explain", "too-wid"]).contains("did you mean `too-wide`?"));
}

#[test]
fn the_page_and_the_report_hold_the_glossary() {
    let place = Place::tiny();
    place.ok(&["run", "--quick", "--out", "report"]);
    let read = |name: &str| fs::read_to_string(place.path("report").join(name)).unwrap();
    let (page, glossary) = (read("index.html"), read("GLOSSARY.md"));
    assert!(
        read("REPORT.md").contains("(GLOSSARY.md)") && page.contains("<section id=\"glossary\">") && page.contains("href=\"#glossary\"")
    );
    for sense in collapse_audit::audit::glossary() {
        assert!(page.contains(&format!("<code>{}</code>", sense.word)) && glossary.contains(sense.word), "{sense:?}");
    }
    assert!(page.len() < 3_000_000 && glossary.contains("alpha_total"));
}
