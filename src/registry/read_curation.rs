//! From one entry of `curation`, checked for shape, to a [`Curation`].

use super::node::Node;
use super::read_values::{count, kind, number, number_or, numbers};
use crate::sim::{Curation, Mask, Origin, Reference, Reward, TailView};

/// A curation; `None` where the shape check has complained.
pub(super) fn curation(node: &Node) -> Option<Curation> {
    Some(match kind(node, "kind")? {
        "verifier" => {
            let tail = match node.child("tail").map(Node::text) {
                None | Some(Some("judged")) => TailView::Judged,
                Some(Some("blind")) => TailView::Blind,
                Some(_) => return None,
            };
            let reference = match node.child("reference").map(Node::text) {
                None | Some(Some("most-likely")) => Reference::MostLikely,
                Some(Some("own")) => Reference::Own,
                Some(_) => return None,
            };
            Curation::Verifier { true_accept: number(node, "true_accept")?, false_accept: number(node, "false_accept")?, tail, reference }
        }
        "displace" => {
            let from = match node.child("from").map(Node::text) {
                None | Some(Some("fit")) => Origin::Fit,
                Some(Some("truth")) => Origin::Truth,
                Some(_) => return None,
            };
            Curation::Displace { distance: number(node, "distance")?, from }
        }
        "edit" => Curation::Edit { share: number(node, "share")?, mask: mask(node.child("mask")?.text()?)? },
        "detector-weighted" => Curation::DetectorWeighted {
            hits: number(node, "hits")?,
            false_alarms: number(node, "false_alarms")?,
            weight: number_or(node, "weight", 0.0)?,
        },
        "correct" => Curation::Correct { strength: number(node, "strength")? },
        "best-of" => Curation::BestOf { candidates: count(node, "candidates")? as u32, reward: reward(node.child("reward")?)? },
        "snap" => Curation::Snap { centroids: count(node, "centroids")? as u32 },
        "extrapolate" => Curation::Extrapolate { weight: number(node, "weight")? },
        "screen" => Curation::Screen { keep: number(node, "keep")? },
        "quota" => {
            let group = |node: &Node| node.items().iter().map(|item| item.count().and_then(|place| usize::try_from(place).ok())).collect();
            let groups = node.child("groups")?.items().iter().map(group).collect::<Option<_>>()?;
            let extra = match node.child("extra") {
                None => None,
                Some(extra) => Some(extra.number()?),
            };
            Curation::Quota { groups, extra }
        }
        _ => return None,
    })
}

fn reward(node: &Node) -> Option<Reward> {
    Some(match kind(node, "kind")? {
        "linear" => Reward::Linear { slope: number(node, "slope")? },
        "quadratic" => Reward::Quadratic { centre: number(node, "centre")?, width: number(node, "width")? },
        "levels" => Reward::Levels { values: numbers(node, "values")? },
        _ => return None,
    })
}

fn mask(word: &str) -> Option<Mask> {
    Some(match word {
        "fresh" => Mask::Fresh,
        "same" => Mask::Same,
        "original" => Mask::Original,
        "disjoint" => Mask::Disjoint,
        _ => return None,
    })
}
