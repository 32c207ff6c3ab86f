//! Truths with labels, from their tables.

use super::node::Node;
use super::problem::Log;
use super::read_values::{number, number_or, points, same_length, size, weights};
use crate::sim::{DataSet, Truth};

/// Gaussian components with the class and the group of each.
pub(super) fn labelled_mixture(node: &Node, log: &Log) -> Option<Truth> {
    let means = means(node, log)?;
    let count = means.len();
    let weights = match node.child("weights") {
        None => vec![1.0 / count as f64; count],
        Some(_) => weights(node, count, log)?,
    };
    let classes = places(node, "classes", (0..count).collect(), log)?;
    let groups = places(node, "groups", vec![0; count], log)?;
    counted(node, &classes, log)?;
    Some(Truth::LabelledMixture { means, weights, deviation: number_or(node, "deviation", 1.0)?, classes, groups })
}

/// Images of digits with a class each, some labels flipped, and a colour that follows the label.
pub(super) fn labelled_digits(node: &Node, log: &Log) -> Option<Truth> {
    let weights = match node.child("weights") {
        Some(_) => weights(node, 10, log)?,
        None => Vec::new(),
    };
    let classes = places(node, "classes", (0..10).collect(), log)?;
    let last = counted(node, &classes, log)?;
    let colour: Vec<f64> = match node.child("colour") {
        Some(list) => {
            same_length(node, "colour", list.items().len(), last + 1, log)?;
            list.items().iter().map(Node::number).collect::<Option<_>>()?
        }
        None => Vec::new(),
    };
    Some(Truth::LabelledDigits { weights, classes, flipped: number_or(node, "flipped", 0.0)?, colour })
}

/// The last class, where there are two at least and none is left out.
fn counted(node: &Node, classes: &[usize], log: &Log) -> Option<usize> {
    let last = classes.iter().copied().max().unwrap_or(0);
    if last == 0 || (0..last).any(|class| !classes.contains(&class)) {
        let message = "`classes` are fewer than two, or leave one out";
        log.problem(node.place_of("classes"), "out-of-range", message, "number them from 0 on, at least two, none without a component");
        return None;
    }
    Some(last)
}

/// A shipped table.
pub(super) fn tabular(node: &Node) -> Option<Truth> {
    let data = match node.child("data").and_then(Node::text)? {
        "breast-cancer" => DataSet::BreastCancer,
        "wine" => DataSet::Wine,
        "digits" => DataSet::Digits,
        _ => return None,
    };
    let columns = if node.child("columns").is_some() { size(node, "columns")? } else { 4 };
    Some(Truth::Tabular { data, columns, penalty: number_or(node, "penalty", 0.01)? })
}

/// Means as listed, or two on the first axis.
fn means(node: &Node, log: &Log) -> Option<Vec<Vec<f64>>> {
    let shorthand = ["dimension", "separation"].into_iter().filter(|key| node.child(key).is_some()).collect::<Vec<_>>();
    if node.child("means").is_some() {
        if let [key, ..] = shorthand[..] {
            let message = format!("`means` and `{key}` are given together");
            log.problem(node.place_of(key), "contradiction", message, "keep `means`, or `dimension` with `separation`");
            return None;
        }
        return points(node, log);
    }
    if shorthand.len() < 2 {
        let remedy = "write `means = …`, a list of points, or `dimension = …` and `separation = …`";
        log.unfilled(node.place, "missing-key", "`truth` lacks `means`", remedy);
        return None;
    }
    let half = 0.5 * number(node, "separation")?;
    let mean = |x: f64| {
        let mut mean = vec![0.0; size(node, "dimension")?];
        *mean.first_mut()? = x;
        Some(mean)
    };
    Some(vec![mean(-half)?, mean(half)?])
}

/// One whole number for every component.
fn places(node: &Node, key: &str, default: Vec<usize>, log: &Log) -> Option<Vec<usize>> {
    let Some(list) = node.child(key) else { return Some(default) };
    same_length(node, key, list.items().len(), default.len(), log)?;
    list.items().iter().map(|item| item.count().and_then(|place| usize::try_from(place).ok())).collect()
}
