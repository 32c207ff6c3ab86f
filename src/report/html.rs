//! One HTML page: the report, its references and its glossary, from the same blocks as the Markdown pages, and packed beside them the page of every study and what
//! the page's scripts read of the audit to sort, filter, weigh and open them; figures by link.

use super::figures::Figure;
use super::{Told, block, csv_runs, letters, text};
use crate::audit::ConditionReport;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The whole page.
#[must_use]
pub(super) fn page(told: &Told, figures: &[Figure]) -> String {
    let body = block::html(&told.report, figures, "")
        + &part("references", &told.references, figures)
        + &part("glossary", &told.glossary, figures);
    let (first, rest) = body.split_once('\n').unwrap_or((&body, ""));
    let parts = [
        ("style", include_str!("page/page.css").to_owned()),
        ("first", format!("{first}\n")),
        ("packed", packed("studies", &studies(told, figures)) + &packed("audit", &read_by_scripts(&told.audit))),
        ("script", [include_str!("page/page.js"), include_str!("page/explore.js")].concat()),
        ("body", rest.to_owned()),
    ];
    let fill = |page: String, (name, text): &(&str, String)| page.replace(&format!("{{{{ {name} }}}}"), text);
    parts.iter().fold(include_str!("page/page.html").to_owned(), fill)
}

/// The page of every study, by id, as JSON.
fn studies(told: &Told, figures: &[Figure]) -> String {
    let pages: BTreeMap<_, _> = told.studies.iter().map(|(id, blocks)| (id, part(id, blocks, figures))).collect();
    serde_json::to_string(&pages).expect("texts by text are JSON")
}

/// What the scripts read of the audit, of each list of entries the keys: the types at the head of `page/page.js`. The
/// rest stands in `audit.json` beside the page, and of a claim on its study's page too, from where scripts take it.
const READ: [&str; 6] = ["definitions", "presets", "provenance", "studies", "claims", "worlds"];
const READ_OF: [(&str, &[&str]); 3] = [
    ("studies", &["id", "title", "year", "families", "realism"]),
    ("definitions", &["id", "against", "studies", "share_weighted"]),
    ("claims", &["id", "study", "definition", "statement", "verdict", "fidelity", "published", "worlds", "held", "flips_under"]),
];

/// The level of a judgement with both its readings, said or not.
fn readings(condition: Value) -> Value {
    let told: ConditionReport = serde_json::from_value(condition).expect("the audit was written as JSON");
    json!({ "level": told.level, "low": told.low, "high": told.high })
}

fn read_by_scripts(audit: &str) -> String {
    let mut audit: Value = serde_json::from_str(audit).expect("the audit was written as JSON");
    keep(&mut audit, &READ);
    for (list, keys) in READ_OF {
        audit[list].as_array_mut().into_iter().flatten().for_each(|entry| keep(entry, keys));
    }
    for study in audit["studies"].as_array_mut().into_iter().flatten() {
        let conditions = study["realism"]["conditions"].as_object_mut();
        conditions.into_iter().flat_map(|map| map.values_mut()).for_each(|condition| *condition = readings(condition.clone()));
    }
    for claim in audit["claims"].as_array_mut().into_iter().flatten() {
        keep(&mut claim["held"], &["published", "worlds"]);
        keep(&mut claim["flips_under"], &["conditions", "pairs"]);
        for place in ["", "/held"] {
            let worlds = claim.pointer_mut(&format!("{place}/worlds")).and_then(Value::as_object_mut);
            worlds.into_iter().flat_map(|map| map.values_mut()).for_each(|world| keep(world, &WORDS_OF_WORLD));
            claim.pointer_mut(&format!("{place}/published")).into_iter().for_each(|world| keep(world, &WORDS_OF_WORLD));
        }
    }
    audit.to_string()
}

/// What scripts read of what became of a claim in a world.
const WORDS_OF_WORLD: [&str; 2] = ["outcome", "comparison"];

fn keep(entry: &mut Value, keys: &[&str]) {
    if let Some(map) = entry.as_object_mut() {
        map.retain(|key, _| keys.contains(&key.as_str()));
    }
}

const OPENS: &str = "<script type=\"text/plain\" id=\"packed-";
const CLOSES: &str = "</script>";

/// A text as gzip in the letters that may stand in a page, under a name by which scripts find it.
pub(super) fn packed(id: &str, text: &str) -> String {
    format!("{OPENS}{id}\">{}{CLOSES}\n", letters::of(&csv_runs::packed(text)))
}

/// A page without what is packed in it, and that unpacked, by name.
pub(super) struct Apart {
    /// The page around it.
    pub text: String,
    /// What was packed; what cannot be unpacked stays as it is.
    pub packed: BTreeMap<String, String>,
}

/// Takes a page apart.
#[must_use]
pub(super) fn taken_apart(page: &str) -> Apart {
    let mut parts = page.split(OPENS);
    let mut apart = Apart { text: parts.next().unwrap_or_default().to_owned(), packed: BTreeMap::new() };
    for part in parts {
        let (id, rest) = part.split_once("\">").unwrap_or(("", part));
        let (written, rest) = rest.split_once(CLOSES).unwrap_or((rest, ""));
        let text = letters::read(written).and_then(|bytes| csv_runs::unpacked(&bytes)).unwrap_or_else(|| written.to_owned());
        apart.packed.insert(id.to_owned(), text);
        apart.text += rest;
    }
    apart
}

fn part(id: &str, blocks: &[block::Block], figures: &[Figure]) -> String {
    let id = text::xml(id);
    format!("<section id=\"{id}\">\n{}</section>\n", block::html(blocks, figures, &id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{fixture, json, render};

    #[test]
    fn the_page_holds_what_scripts_read_of_the_audit_and_the_page_of_every_study() {
        let audit = fixture::awkward();
        let page = render(&audit).into_iter().find(|page| page.path.ends_with("index.html")).expect("there is a page").text();
        let packed = taken_apart(&page).packed;
        let (whole, read): (Value, Value) =
            (serde_json::from_str(&json::audit(&audit)).expect("JSON"), serde_json::from_str(&packed["audit"]).expect("JSON"));
        assert!(READ.iter().all(|key| whole.get(key).is_some()) && READ_OF.iter().all(|(list, _)| read[list].is_array()));
        for (list, keys) in READ_OF {
            let is_shortened = |key: &str| ["realism", "published", "worlds", "held", "flips_under"].contains(&key);
            assert!(keys.iter().all(|key| whole[list][0][key] == read[list][0][key] || is_shortened(key)), "{list}");
            assert!(keys.iter().all(|key| read[list][0].get(key).is_some()), "{list}: the scripts read what is not there");
        }
        let read_by_scripts = include_str!("page/page.js").lines().filter(|line| line.contains("@typedef") || line.starts_with(" *"));
        let typed: String = read_by_scripts.collect();
        assert!(READ_OF.iter().flat_map(|(_, keys)| *keys).all(|key| typed.contains(&format!("{key}: "))), "a key that no script reads");
        let worlds =
            |audit: &Value| audit["claims"].as_array().into_iter().flatten().map(|claim| claim["worlds"].clone()).collect::<Vec<_>>();
        assert!(
            worlds(&read).iter().zip(worlds(&whole)).all(|(read, whole)| read["realistic"]["outcome"] == whole["realistic"]["outcome"])
        );
        let studies: BTreeMap<String, String> = serde_json::from_str(&packed["studies"]).expect("JSON");
        for claim in &audit.claims {
            let place = format!("id=\"{}--{}\"", claim.study, claim.id.split('/').nth(1).expect("a name").to_lowercase());
            assert!(studies[&claim.study].contains(&place), "{place}: the scripts open what is not there");
        }
        assert!(studies.keys().eq(audit.studies.iter().map(|study| &study.id)) && !page.contains("{{ "), "nothing is left open");
        let links: Vec<_> = page.split("<a href=\"#").skip(1).map(|rest| rest.split('"').next().expect("an end")).collect();
        for link in &links {
            let study = link.split("--").next().expect("a beginning");
            let is_told = studies.get(study).is_some_and(|text| text.contains(&format!("id=\"{link}\"")));
            assert!(is_told || page.contains(&format!("id=\"{link}\"")), "#{link} leads nowhere");
        }
        assert!(links.len() > 5, "{links:?}");
    }
}
