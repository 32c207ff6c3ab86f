//! The reader of designs: loops as simulations are written, and changes over them.

use super::Cell;
use super::claim::{Claim, ClaimId};
use super::design::{Baseline, Design, DesignArm, DesignId, Factor, InWorlds};
use super::files::Files;
use super::format_design::shape;
use super::node::{Entry, Node, Value};
use super::problem::Log;
use super::read_study::{allowed_path, is_name, text, text_if, texts, tried};
use super::read_values::{count, number};
use super::shape::{check, quoted};
use crate::taxonomy::{Word, nearest};
use std::collections::{BTreeMap, BTreeSet};

/// Changes in every combination at most: two to this power arms for every change made alone.
const CROSSED: usize = 6;

/// The designs that the registry has, in the order of their questions.
pub(super) fn designs(files: &Files, claims: &BTreeMap<ClaimId, Claim>, log: &Log) -> Vec<Design> {
    let known: BTreeSet<String> = claims.keys().map(ToString::to_string).collect();
    let one = |id: &DesignId| Some(design(*id, files.tree(&format!("studies/{id}.toml"))?, &known, log)).flatten();
    DesignId::all().iter().filter_map(one).collect()
}

/// A change as written: for every loop, or for those that are named.
struct Written<'n> {
    factor: Factor,
    everywhere: Option<&'n Node>,
    within: Option<&'n Node>,
}

impl<'n> Written<'n> {
    /// What it changes in a loop; `None` where it says nothing of it.
    fn of(&self, baseline: &str) -> Option<&'n Node> {
        self.within.and_then(|within| within.child(baseline)).or(self.everywhere)
    }
}

fn design(id: DesignId, root: &Node, known: &BTreeSet<String>, log: &Log) -> Option<Design> {
    let before = log.count();
    check(root, shape(id), "", log);
    if log.count() > before {
        return None;
    }
    let about = root.child("about")?;
    let loops = root.child("loop").map(Node::entries).unwrap_or_default();
    let names: Vec<&str> = loops.iter().map(|entry| entry.key.as_str()).collect();
    let written = |key: &str| -> Vec<Written<'_>> {
        root.child(key).map(Node::entries).unwrap_or_default().iter().map(|entry| factor(entry, key, &names, log)).collect()
    };
    let (options, crossed) = (id.option().map(written).unwrap_or_default(), written(id.crossed()));
    if crossed.len() > CROSSED {
        let message = format!("{} changes in every combination", crossed.len());
        log.problem(root.place, "too-many-cells", message, format!("at most {CROSSED}"));
        return None;
    }
    let loops = loops.iter().map(|entry| baseline(entry, &options, &crossed, log)).collect();
    let factors = |written: Vec<Written<'_>>| written.into_iter().map(|one| one.factor).collect();
    Some(Design {
        id,
        reason: text(about, "reason"),
        replicates: u32::try_from(count(about, "replicates")?).ok()?,
        work: number(about, "work")?,
        beside: beside(about, known, log),
        worlds: about.child("worlds").and_then(in_worlds),
        crossed: factors(crossed),
        options: factors(options),
        loops,
    })
}

/// The claims that stand beside the design; one that is not there is told.
fn beside(about: &Node, known: &BTreeSet<String>, log: &Log) -> Vec<String> {
    for node in about.child("beside").map(Node::items).unwrap_or_default() {
        if let Some(claim) = node.text().filter(|claim| !known.contains(*claim)) {
            let near = nearest(claim, known.iter().map(String::as_str)).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
            let remedy = format!("{near}write the full id of a claim, `<study>/<id>`");
            log.problem(node.place, "unknown-claim", format!("there is no claim `{claim}`"), remedy);
        }
    }
    texts(about, "beside")
}

fn in_worlds(node: &Node) -> Option<InWorlds> {
    let replicates = u32::try_from(count(node, "replicates")?).ok()?;
    Some(InWorlds { reason: text(node, "reason"), replicates, work: number(node, "work")? })
}

fn factor<'n>(entry: &'n Entry, key: &str, loops: &[&str], log: &Log) -> Written<'n> {
    let Entry { key: id, node, .. } = entry;
    if !is_name(id) || id == "none" {
        log.problem(
            entry.place,
            "name",
            format!("`{id}` is no name for a {key}"),
            "use lower-case letters, digits and hyphens; `none` is taken",
        );
    }
    let within = node.child("in");
    for named in within.map(Node::entries).unwrap_or_default() {
        if !loops.contains(&named.key.as_str()) {
            let near = nearest(&named.key, loops.iter().copied()).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
            log.problem(
                named.place,
                "unknown-loop",
                format!("no loop is called `{}`", named.key),
                format!("{near}write one of {}", quoted(loops)),
            );
        }
    }
    let everywhere = node.child("change");
    let missing = text_if(node, "missing");
    if missing.is_some() == (everywhere.is_some() || within.is_some()) {
        let remedy = "write `change` for every loop, `in.<loop>` for some, or `missing` with what the laboratory lacks";
        log.problem(entry.place, "no-change", format!("`{key}.{id}` must change something, or say why it cannot"), remedy);
    }
    for change in everywhere.into_iter().chain(within.map(Node::entries).unwrap_or_default().iter().map(|entry| &entry.node)) {
        change.entries().iter().for_each(|path| allowed_path(path, log));
    }
    let factor = Factor {
        id: id.clone(),
        title: text(node, "title"),
        reason: text(node, "reason"),
        locator: text(node, "locator"),
        price: text_if(node, "price"),
        missing,
    };
    Written { factor, everywhere, within }
}

fn baseline(entry: &Entry, options: &[Written<'_>], crossed: &[Written<'_>], log: &Log) -> Baseline {
    let Entry { key: id, node, .. } = entry;
    if !is_name(id) {
        log.problem(entry.place, "name", format!("`{id}` is no name for a loop"), "use lower-case letters, digits and hyphens");
    }
    let mut arms = Vec::new();
    for option in std::iter::once(None).chain(options.iter().map(Some)) {
        for set in 0..1_usize << crossed.len() {
            let chosen: Vec<&Written<'_>> =
                crossed.iter().enumerate().filter(|(place, _)| set >> place & 1 == 1).map(|(_, one)| one).collect();
            arms.extend(arm(entry, option, &chosen, log));
        }
    }
    Baseline { id: id.clone(), title: text(node, "title"), reason: text(node, "reason"), arms }
}

/// One point; `None` where a change says nothing of this loop, or the file is wrong. What is crossed is written first: a remedy is
/// tried in a setting, and has the last word.
fn arm(entry: &Entry, option: Option<&Written<'_>>, crossed: &[&Written<'_>], log: &Log) -> Option<DesignArm> {
    let mut table = as_simulation(entry.node.child("simulation")?);
    for written in crossed.iter().copied().chain(option) {
        for change in written.of(&entry.key)?.entries() {
            table.set(&change.key, change.place, &change.node);
        }
    }
    let path = format!("loop.{}.simulation", entry.key);
    let cell: Result<Cell, String> = match tried(&table, &path, String::new(), log)? {
        Ok(cell) => Ok(cell),
        Err(refusals) => Err(refusals.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")),
    };
    let name = |written: &Written<'_>| written.factor.id.clone();
    let arm = DesignArm { option: option.map(name), crossed: crossed.iter().map(|one| name(one)).collect(), cell };
    // The loop itself must run: there is nothing to compare with otherwise.
    if let (Err(refused), "none") = (&arm.cell, arm.label().as_str()) {
        log.problem(entry.place, "loop-refused", format!("the loop `{}` cannot be run: {refused}", entry.key), "change its simulation");
    }
    Some(arm)
}

/// The table of a loop with the keys that only a study's simulation needs.
fn as_simulation(table: &Node) -> Node {
    let mut table = table.clone();
    let word = |text: &str| Node { place: table.place, value: Value::Text(text.to_owned()) };
    let own = [("role", word("main")), ("fidelity", word("exact")), ("size", word("own"))];
    let place = table.place;
    for (key, value) in &own {
        table.set(key, place, value);
    }
    table
}
