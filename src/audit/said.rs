//! What a digest stood for: the lock keeps the words of every claim, of the thresholds and of the worlds under their digest, so that a
//! check can say what changed in them and not only that something did.

use super::digest::digest;
use super::lock::{self, HALF, Lock, texts_used};
use crate::registry::{Overlay, Registry};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Texts by digest.
pub type Texts = BTreeMap<String, String>;

/// Left out of a claim's words: what follows from the simulation that it names.
const DERIVED: [&str; 2] = ["cells", "digest"];

/// So many changes of one text are listed.
const LISTED: usize = 8;

/// What everything that the lock can name says now.
#[must_use]
pub fn texts(registry: &Registry) -> Texts {
    let worlds: Vec<Overlay> = registry.overlays.iter().map(Overlay::without_words).collect();
    let claims = registry.claims.values().map(|claim| (claim.digest.chars().take(HALF).collect(), words(claim)));
    let ground = [(digest(&registry.criteria), words(&registry.criteria)), (digest(&worlds), words(&by_id(&worlds)))];
    claims.chain(ground.map(|(digest, text)| (digest[..HALF].to_owned(), text))).collect()
}

/// Worlds by their names, so that a change is told of a world and not of a place in a list.
fn by_id(worlds: &[Overlay]) -> BTreeMap<&str, &Overlay> {
    worlds.iter().map(|world| (world.id.id(), world)).collect()
}

fn words(part: &impl serde::Serialize) -> String {
    let mut value = serde_json::to_value(part).unwrap_or_default();
    strip(&mut value);
    value.to_string()
}

/// Drops what is derived and what says nothing.
fn strip(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, inner| !DERIVED.contains(&key.as_str()) && !inner.is_null());
            map.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What changed from one text to another, one phrase each: `test.margin: 0.05 -> 0.1`. The digests are those in the lock and now.
#[must_use]
pub fn changes(lock: &Lock, now: &Texts, before: &str, after: &str) -> Vec<String> {
    let Some(old) = lock.texts.get(before) else {
        return vec!["what it said when it was accepted is not in the lock".to_owned()];
    };
    let flat = |text: &str| {
        let mut found = BTreeMap::new();
        flatten("", &serde_json::from_str(text).unwrap_or_default(), &mut found);
        found
    };
    let (old, new) = (flat(old), now.get(after).map(|text| flat(text)).unwrap_or_default());
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).filter(|path| old.get(*path) != new.get(*path)).collect();
    let said = |side: &BTreeMap<String, String>, path: &String| side.get(path).cloned().unwrap_or_else(|| "nothing".to_owned());
    let phrases: BTreeSet<String> =
        paths.into_iter().map(|path| format!("{}: {} -> {}", as_written(path), said(&old, path), said(&new, path))).collect();
    // A control is asked the claim's own test.
    let is_repeated = |phrase: &String| phrase.strip_prefix("control.").is_some_and(|own| phrases.contains(own));
    let mut told: Vec<String> = phrases.iter().filter(|phrase| !is_repeated(phrase)).cloned().collect();
    if told.len() > LISTED {
        let more = told.len() - LISTED;
        told.truncate(LISTED);
        told.push(format!("and {more} more"));
    }
    told
}

/// A path in the words of the file, without the names of what a claim is read into: `proof.Single.test.kind.Equals.margin` is `test.margin`.
fn as_written(path: &str) -> String {
    let path = path.replace("Untested.reason", "untested");
    let parts: Vec<&str> = path.split('.').collect();
    let is_name = |part: &str| part.starts_with(|letter: char| letter.is_ascii_uppercase());
    let is_written = |(place, part): &(usize, &&str)| {
        let names_a_kind = **part == "kind" && parts.get(place + 1).is_some_and(|next| is_name(next));
        !is_name(part) && !names_a_kind && !["proof", "branch", "variant"].contains(part)
    };
    parts.iter().enumerate().filter(is_written).map(|(_, part)| *part).collect::<Vec<_>>().join(".")
}

fn flatten(path: &str, value: &Value, found: &mut BTreeMap<String, String>) {
    let inner = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Value::Object(map) if !map.is_empty() => map.iter().for_each(|(key, value)| flatten(&inner(key), value, found)),
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            items.iter().enumerate().for_each(|(place, value)| flatten(&inner(&place.to_string()), value, found));
        }
        other => {
            found.insert(path.to_owned(), other.to_string());
        }
    }
}

impl Lock {
    /// Keeps the texts of what its claims and grounds name, from those that it has and those of now; all others go.
    pub fn keep_texts(&mut self, now: &Texts) {
        let used = texts_used(self);
        for (digest, text) in now {
            self.texts.entry(digest.clone()).or_insert_with(|| text.clone());
        }
        self.texts.retain(|digest, _| used.contains(digest));
    }
}

/// What changed in a part of the ground, where the lock keeps its words.
#[must_use]
pub fn ground_changes(lock: &Lock, now: &Texts, part: &str, before: &lock::Ground, after: &lock::Ground) -> Vec<String> {
    match (lock::WORDED.contains(&part), before.get(part), after.get(part)) {
        (true, Some(before), Some(after)) => changes(lock, now, before, after),
        (true | false, _, _) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_by_its_path_with_both_sides() {
        let old = r#"{"test":{"margin":0.05,"at":[1,5]},"asserts":"occurs"}"#;
        let lock = Lock { texts: BTreeMap::from([("o".to_owned(), old.to_owned())]), ..Lock::empty() };
        let now = BTreeMap::from([("n".to_owned(), r#"{"test":{"margin":0.1,"at":[1,5]},"part_of":"x"}"#.to_owned())]);
        assert_eq!(
            changes(&lock, &now, "o", "n"),
            ["asserts: \"occurs\" -> nothing", "part_of: nothing -> \"x\"", "test.margin: 0.05 -> 0.1"]
        );
        assert_eq!(changes(&lock, &now, "gone", "n"), ["what it said when it was accepted is not in the lock"]);
    }

    #[test]
    fn a_change_is_told_in_the_words_of_the_file_and_once() {
        let text = |limit: &str, change: &str| {
            let test = format!(r#"{{"kind":{{"Bound":{{"limit":"{limit}"}}}},"metric":"m"}}"#);
            format!(
                r#"{{"proof":{{"Single":{{"control":{{"branch":{{"test":{test},"variant":{{"change":"{change}"}}}},"kind":"negative"}},"test":{test}}}}}}}"#
            )
        };
        let lock = Lock { texts: BTreeMap::from([("o".to_owned(), text("1", "a"))]), ..Lock::empty() };
        let now =
            BTreeMap::from([("n".to_owned(), text("2", "b")), ("u".to_owned(), r#"{"proof":{"Untested":{"reason":"why"}}}"#.to_owned())]);
        assert_eq!(changes(&lock, &now, "o", "n"), [r#"control.change: "a" -> "b""#, r#"test.limit: "1" -> "2""#]);
        let told = changes(&lock, &now, "o", "u");
        assert!(
            told.contains(&r#"untested: nothing -> "why""#.to_owned())
                && told.contains(&r#"control.kind: "negative" -> nothing"#.to_owned()),
            "{told:?}"
        );
    }

    #[test]
    fn texts_are_of_claims_thresholds_and_worlds_and_only_those_used_are_kept() {
        use super::super::fixture::{claim, registry, study};
        use crate::taxonomy::Fidelity;
        let registry = registry(vec![study("a", Fidelity::Exact, crate::sim::Regime::replace(), &[])], vec![claim("a", "x")]);
        let now = texts(&registry);
        let ground = lock::ground(&registry);
        assert!(lock::WORDED.iter().all(|part| now.contains_key(&ground[*part])));
        let mut lock = Lock { grounds: BTreeMap::from([("u".to_owned(), ground)]), ..Lock::empty() };
        lock.keep_texts(&now);
        assert_eq!(lock.texts.len(), 2, "no claim is held, so no claim's text is");
    }
}
