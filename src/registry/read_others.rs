//! Files beside the studies: thresholds, weights, coders. The worlds are in `read_worlds`.

use super::format_others::{CODER_FILE, CRITERION, WEIGHTS_FILE, criteria_keys};
use super::node::{Entry, Node};
use super::problem::Log;
use super::read_study::{text, texts};
use super::read_values::number;
use super::shape::{check, quoted};
use super::{Coder, Criteria, Weights, criteria};
use crate::taxonomy::{Condition, Word, nearest};
use std::collections::BTreeMap;

/// Coders by id, with the place of each.
pub(super) fn coders(root: &Node, log: &Log) -> BTreeMap<String, Coder> {
    check(root, &CODER_FILE, "", log);
    root.child("coder")
        .map(Node::entries)
        .unwrap_or_default()
        .iter()
        .map(|Entry { key, node, .. }| {
            let coder = Coder {
                id: key.clone(),
                who: text(node, "who"),
                when: text(node, "when"),
                material: text(node, "material"),
                seen: text(node, "seen"),
                unmarked: texts(node, "unmarked"),
            };
            if !is_date(&coder.when) && !coder.when.is_empty() {
                let message = format!("`{}` is no date", coder.when);
                log.problem(node.place_of("when"), "wrong-type", message, "write `YYYY-MM` or `YYYY-MM-DD`");
            }
            (key.clone(), coder)
        })
        .collect()
}

/// Whether a text is `YYYY-MM` or `YYYY-MM-DD`.
#[must_use]
pub fn is_date(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let digits = |part: &str, length: usize| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    let between = |part: &str, high: u8| digits(part, 2) && part.parse::<u8>().is_ok_and(|number| (1..=high).contains(&number));
    match parts[..] {
        [year, month] => digits(year, 4) && between(month, 12),
        [year, month, day] => digits(year, 4) && between(month, 12) && between(day, 31),
        _ => false,
    }
}

/// Presets by name, and the name of the default one.
pub(super) fn weights(root: &Node, log: &Log) -> Option<(BTreeMap<String, Weights>, String)> {
    check(root, &WEIGHTS_FILE, "", log);
    let mut presets = BTreeMap::new();
    for Entry { key, node, .. } in root.child("preset").map(Node::entries).unwrap_or_default() {
        presets.insert(key.clone(), preset(key, node, log));
    }
    let default = root.child("default")?.text()?.to_owned();
    if !presets.contains_key(&default) {
        let names: Vec<_> = presets.keys().map(String::as_str).collect();
        let message = format!("the default preset `{default}` is not written");
        log.problem(root.place_of("default"), "unknown-word", message, format!("write one of {}", quoted(&names)));
    }
    Some((presets, default))
}

fn preset(name: &str, node: &Node, log: &Log) -> Weights {
    let mut weights = [0.0; 8];
    for (weight, condition) in weights.iter_mut().zip(Condition::all()) {
        *weight = number(node, condition.id()).unwrap_or(0.0);
    }
    if weights.iter().sum::<f64>() <= 0.0 {
        log.problem(node.place, "out-of-range", format!("preset `{name}` has no weight above 0"), "give one condition a weight");
    }
    Weights { name: name.to_owned(), reason: text(node, "reason"), weights }
}

/// The thresholds; `None` while one is missing.
pub(super) fn criteria(root: &Node, log: &Log) -> Option<Criteria> {
    let known: Vec<_> = criteria_keys().collect();
    let mut values = BTreeMap::new();
    let mut reasons = BTreeMap::new();
    match root.child("schema").map(Node::count) {
        Some(Some(1)) => {}
        Some(_) | None => {
            log.problem(root.place_of("schema"), "missing-key", "the file does not say `schema = 1`", "write `schema = 1` on top")
        }
    }
    for Entry { key, place, node } in root.entries().iter().filter(|entry| entry.key != "schema") {
        if !known.contains(&key.as_str()) {
            let near = nearest(key, known.iter().copied()).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
            let message = format!("`{key}` is no threshold");
            log.problem(*place, "unknown-key", message, format!("{near}the thresholds are {}", quoted(&known)));
            continue;
        }
        check(node, &CRITERION, key, log);
        if let Some(value) = number(node, "value") {
            values.insert(key.as_str(), value);
            reasons.insert(key.clone(), text(node, "reason"));
        }
    }
    for key in criteria::KEYS.iter().filter(|key| root.child(key).is_none()) {
        let remedy = format!("write `[{key}]` with `value` and `reason`");
        log.problem(root.place, "missing-key", format!("the threshold `{key}` is missing"), remedy);
    }
    impossible_criteria(root, &values, log);
    criteria::from_values(&values, reasons)
}

/// Thresholds that contradict each other or probability itself.
fn impossible_criteria(root: &Node, values: &BTreeMap<&str, f64>, log: &Log) {
    let below_one = [
        "alpha_total",
        "test_share",
        "alpha_profile",
        "doubling_cut",
        "collapsed_level",
        "spared_level",
        "plateau_ratio",
        "plateau_real",
        "tail_lost",
        "tail_kept",
        "hallucinated_mass",
        "tail_share",
        "ended_share",
        "modes_lost",
        "between_modes",
    ];
    for key in below_one {
        if values.get(key).is_some_and(|value| *value >= 1.0) {
            let place = root.place_of(&format!("{key}.value"));
            log.problem(place, "out-of-range", format!("`{key}` is {}", values[key]), "write a number below 1");
        }
    }
    let whole = [
        "capacity",
        "first_look",
        "quick_replicates",
        "budget_claim",
        "budget_world",
        "world_floor",
        "budget_other",
        "recorded_replicates",
        "extension_limit",
        "catastrophic_horizon",
    ];
    for key in whole {
        if values.get(key).is_some_and(|value| value.fract().abs() > 0.0) {
            let place = root.place_of(&format!("{key}.value"));
            log.problem(place, "out-of-range", format!("`{key}` is {}", values[key]), "write a whole number");
        }
    }
    let ordered = [
        ("collapsed_level", "spared_level"),
        ("tail_lost", "tail_kept"),
        ("plateau_real", "plateau_ratio"),
        ("first_look", "budget_claim"),
        ("first_look", "quick_replicates"),
    ];
    for (low, high) in ordered {
        if let (Some(a), Some(b)) = (values.get(low), values.get(high))
            && a > b
        {
            let place = root.place_of(&format!("{low}.value"));
            log.problem(place, "out-of-range", format!("`{low}` ({a}) is above `{high}` ({b})"), format!("write it at or below `{high}`"));
        }
    }
}
