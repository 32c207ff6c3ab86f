//! Numbers, words, lists and weights of a descriptor's tables.

use super::node::Node;
use super::problem::Log;
use crate::taxonomy::Word;

/// The kind of a tagged table, or the bare word itself.
pub(super) fn kind<'n>(node: &'n Node, tag: &str) -> Option<&'n str> {
    node.text().or_else(|| node.child(tag).and_then(Node::text))
}

pub(super) fn number(node: &Node, key: &str) -> Option<f64> {
    node.child(key).and_then(Node::number)
}

pub(super) fn number_or(node: &Node, key: &str, default: f64) -> Option<f64> {
    node.child(key).map_or(Some(default), Node::number)
}

pub(super) fn count(node: &Node, key: &str) -> Option<u64> {
    node.child(key).and_then(Node::count)
}

pub(super) fn size(node: &Node, key: &str) -> Option<usize> {
    count(node, key).and_then(|count| usize::try_from(count).ok())
}

pub(super) fn small(node: &Node, key: &str, default: u32) -> Option<u32> {
    node.child(key).map_or(Some(default), |node| node.count().and_then(|count| u32::try_from(count).ok()))
}

pub(super) fn numbers(node: &Node, key: &str) -> Option<Vec<f64>> {
    list(node.child(key)?)
}

pub(super) fn list(node: &Node) -> Option<Vec<f64>> {
    node.items().iter().map(Node::number).collect()
}

pub(super) fn word<W: Word>(node: &Node, key: &str) -> Option<W> {
    node.child(key).and_then(Node::text).and_then(|text| W::parse(text).ok())
}

pub(super) fn same_length(node: &Node, key: &str, found: usize, expected: usize, log: &Log) -> Option<()> {
    if found == expected {
        return Some(());
    }
    log.problem(node.place_of(key), "length", format!("`{key}` has {found} entries"), format!("write {expected}"));
    None
}

pub(super) fn points(node: &Node, log: &Log) -> Option<Vec<Vec<f64>>> {
    let means: Vec<Vec<f64>> = node.child("means")?.items().iter().map(list).collect::<Option<_>>()?;
    let dimension = means.first()?.len();
    if let Some(odd) = means.iter().position(|mean| mean.len() != dimension) {
        let place = node.place_of(&format!("means.{odd}"));
        log.problem(
            place,
            "length",
            format!("this mean has {} coordinates", means[odd].len()),
            format!("write {dimension}, as in the first"),
        );
        return None;
    }
    Some(means)
}

/// Weights that sum to 1.
pub(super) fn weights(node: &Node, expected: usize, log: &Log) -> Option<Vec<f64>> {
    let weights = numbers(node, "weights")?;
    same_length(node, "weights", weights.len(), expected, log)?;
    let sum = positive_sum(node, &weights, log)?;
    Some(weights.iter().map(|weight| weight / sum).collect())
}

pub(super) fn positive_sum(node: &Node, weights: &[f64], log: &Log) -> Option<f64> {
    let sum: f64 = weights.iter().sum();
    if sum > 0.0 {
        return Some(sum);
    }
    log.problem(node.place_of("weights"), "out-of-range", "`weights` are all zero", "write at least one weight above 0");
    None
}
