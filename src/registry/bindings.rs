//! The names an expression may use, taken from a setup's numeric leaves.

use super::Bindings;
use crate::sim::{Setup, Truth, probabilities};
use serde_json::Value;
use std::collections::BTreeMap;

/// Names and values: every numeric leaf by its own name, or with its parent's before it (`truth_dimension`) where the
/// name occurs twice; `samples` is n_1; `probability(k)` of a categorical truth;
/// `dimension` and `separation` (distance of the first and the last mean) of a labelled mixture; `rows` of a
/// table.
pub(super) fn of(setup: &Setup) -> Bindings {
    let mut leaves = Vec::new();
    if let Ok(value) = serde_json::to_value(setup) {
        collect(&value, &mut Vec::new(), &mut leaves);
    }
    let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
    for (path, _) in &leaves {
        *uses.entry(path[path.len() - 1].as_str()).or_default() += 1;
    }
    let mut values: BTreeMap<String, f64> = leaves
        .iter()
        .map(|(path, value)| {
            let own = &path[path.len() - 1];
            let name = match path.len() {
                2.. if uses[own.as_str()] > 1 => format!("{}_{own}", path[path.len() - 2]),
                _ => own.clone(),
            };
            (name, *value)
        })
        .collect();
    values.insert("samples".to_owned(), setup.samples.at(1, setup.generations) as f64);
    values.insert("generations".to_owned(), f64::from(setup.generations));
    let probabilities = probabilities(&setup.truth).unwrap_or_default();
    if let Truth::Tabular { data, .. } = &setup.truth {
        values.insert("rows".to_owned(), data.rows() as f64);
    }
    if let Truth::LabelledMixture { means, .. } = &setup.truth
        && let [first, .., last] = &means[..]
    {
        values.insert("dimension".to_owned(), first.len() as f64);
        let squared: f64 = first.iter().zip(last).map(|(a, b)| (a - b) * (a - b)).sum();
        values.insert("separation".to_owned(), squared.sqrt());
    }
    if !probabilities.is_empty() {
        values.insert("categories".to_owned(), probabilities.len() as f64);
    }
    Bindings { values, probabilities }
}

/// Numbers that stand under a key; lists have no names.
fn collect(value: &Value, path: &mut Vec<String>, leaves: &mut Vec<(Vec<String>, f64)>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                path.push(key.clone());
                collect(value, path, leaves);
                path.pop();
            }
        }
        Value::Number(number) => {
            if let (Some(number), false) = (number.as_f64(), path.is_empty()) {
                leaves.push((path.clone(), number));
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) => {}
    }
}
