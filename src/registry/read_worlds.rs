//! The worlds of `overlays.toml`: any number of them, each with what it changes and what is told of it.

use super::format_others::OVERLAY_FILE;
use super::node::{Entry, Node, Value};
use super::problem::Log;
use super::read_study::{is_name, text};
use super::read_values::{count, number};
use super::shape::{check, join, quoted};
use super::{About, Overlay, OverlayChange, OverlayStep, WorldId};
use crate::taxonomy::{Condition, Word};

/// Ids of arms that are no worlds.
const ARMS: [&str; 2] = ["as-published", "real-only"];
/// How the id of a leave-one-out arm begins.
const LEAVE_ONE_OUT: &str = "without-";

/// The worlds in the order of the file.
pub(super) fn overlays(root: &Node, log: &Log) -> Vec<Overlay> {
    check(root, &OVERLAY_FILE, "", log);
    let worlds: Vec<&Entry> = root.entries().iter().filter(|entry| entry.key != "schema").collect();
    if worlds.is_empty() {
        let remedy = "write `[<id>.<condition>]` with `change`, `reason` and `locator`; the first world of the file leads";
        log.problem(root.place, "world", "the file holds no world", remedy);
    }
    worlds.into_iter().zip(0..).map(|(entry, place)| overlay(entry, place, log)).collect()
}

fn overlay(entry: &Entry, place: u16, log: &Log) -> Overlay {
    let Entry { key: id, node, .. } = entry;
    if let Some((wrong, remedy)) = unfit(id) {
        log.problem(entry.place, "world", format!("`{id}` is no id for a world: {wrong}"), remedy);
    }
    let steps: Vec<OverlayStep> = Condition::all()
        .iter()
        .filter_map(|condition| step(*condition, node.child(condition.id())?, &join(id, condition.id()), log))
        .collect();
    if !Condition::all().iter().any(|condition| node.child(condition.id()).is_some()) {
        let remedy = format!("write `[{id}.<condition>]` for at least one condition, or remove it");
        log.problem(entry.place, "world", format!("the world `{id}` changes no condition"), remedy);
    }
    let told = |key: &str| node.child("about").map(|about| text(about, key)).filter(|text| !text.is_empty());
    Overlay { id: WorldId::new(place, id), about: About { title: told("title"), with: told("with"), reason: told("reason") }, steps }
}

/// What is wrong with a world's id, and what to write instead.
fn unfit(id: &str) -> Option<(String, String)> {
    let another = |wrong: String| Some((wrong, "give the world an id of its own".to_owned()));
    if !is_name(id) {
        return Some((
            "expected lower-case letters, digits and inner hyphens".to_owned(),
            "rename it, for example `only-verified`".to_owned(),
        ));
    }
    if ARMS.contains(&id) {
        return another(format!("{} are arms of every simulation", quoted(&ARMS)));
    }
    if Condition::parse(id).is_ok() {
        return another("a condition bears it, and so does the arm in which that condition alone is changed".to_owned());
    }
    if id.starts_with(LEAVE_ONE_OUT) {
        return another(format!("`{LEAVE_ONE_OUT}<condition>` are arms in which one condition of the first world is left out"));
    }
    None
}

fn step(condition: Condition, node: &Node, path: &str, log: &Log) -> Option<OverlayStep> {
    let flag = |key: &str| match node.child(key).map(|node| &node.value) {
        Some(Value::Boolean(flag)) => Some(*flag),
        Some(_) | None => None,
    };
    let name = node.child("change").and_then(Node::text)?;
    let change = match name {
        "accumulate" => OverlayChange::Accumulate,
        "grow" => OverlayChange::Grow { factor: number(node, "factor")?, limit: number(node, "limit")? },
        "verify" => OverlayChange::Verify {
            true_accept: number(node, "true_accept")?,
            false_accept: number(node, "false_accept")?,
            tail_blind: flag("tail_blind")?,
        },
        "enlarge" => OverlayChange::Enlarge { exponent: number(node, "exponent")? },
        "decline" => OverlayChange::Decline,
        "horizon" => OverlayChange::Horizon { generations: u32::try_from(count(node, "generations")?).ok()? },
        "unbias" => OverlayChange::Unbias,
        "bias" => OverlayChange::Bias {
            variance_scale: number(node, "variance_scale")?,
            temperature: number(node, "temperature")?,
            top_p: number(node, "top_p")?,
        },
        _ => return None,
    };
    let expected: &[&str] = match condition {
        Condition::Accumulate => &["accumulate"],
        Condition::Growth => &["grow"],
        Condition::Quality => &["verify"],
        Condition::Compute => &["enlarge"],
        Condition::RealShare => &["decline"],
        Condition::Pretraining => &[],
        Condition::Horizon => &["horizon"],
        Condition::Sampling => &["unbias", "bias"],
    };
    if !expected.contains(&name) {
        let remedy =
            if expected.is_empty() { "no change is defined for it: remove it".to_owned() } else { format!("write {}", quoted(expected)) };
        log.problem(
            node.place_of("change"),
            "overlay",
            format!("`{path}` makes the change `{name}`, which belongs to another condition"),
            remedy,
        );
    }
    Some(OverlayStep { condition, change, reason: text(node, "reason"), locator: text(node, "locator") })
}
