//! What only the whole registry shows: references between files, capacity, coders nobody uses.

use super::files::{Files, RESERVED};
use super::node::Node;
use super::problem::{Log, Place};
use super::shape::quoted;
use super::{Claim, ClaimId, Coder, Criteria, Study, StudyId};
use crate::taxonomy::{Author, Fidelity, Knowledge, nearest};
use std::collections::{BTreeMap, BTreeSet};

/// Claims files without a study, and files that bear a reserved name.
pub(super) fn orphans(files: &Files, studies: &BTreeMap<String, Study>, log: &Log) {
    for (index, name) in files.names.iter().enumerate() {
        let Some((folder, file)) = name.split_once('/') else { continue };
        let Some(id) = file.strip_suffix(".toml") else { continue };
        let expected = [
            "studies/coders",
            "studies/overlays",
            "studies/realism",
            "studies/screening",
            "studies/position-paper",
            "studies/mitigations",
            "studies/causes",
            "studies/signs",
            "studies/rivals",
            "claims/criteria",
            "claims/calibration",
            "claims/fresh-seeds",
            "claims/error-rate",
        ];
        if RESERVED.contains(&id) {
            let known = expected.iter().any(|stem| *name == format!("{stem}.toml"));
            if !known {
                log.problem(Place::file(index), "reserved-name", format!("`{id}` is a reserved name"), "give the study another name");
            }
            continue;
        }
        if folder == "claims" && !studies.contains_key(id) && files.index(&format!("studies/{id}.toml")).is_none() {
            let near = nearest(id, studies.keys().map(String::as_str)).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
            let remedy = format!("{near}write `studies/{id}.toml`, or remove this file");
            log.problem(Place::file(index), "unknown-study", format!("claims of `{id}`, which is no study"), remedy);
        }
    }
}

/// Coders, `part_of`, `conflicts`, capacity.
pub(super) fn references(
    files: &Files,
    studies: &BTreeMap<String, Study>,
    coders: &BTreeMap<String, Coder>,
    criteria: Option<&Criteria>,
    log: &Log,
) {
    let mut used = BTreeSet::new();
    // Every claim with the claims that it names as in conflict with it.
    let mut written: Written = BTreeMap::new();
    for id in studies.keys() {
        if let Some(root) = files.tree(&format!("studies/{id}.toml")) {
            used.extend(study_coders(root, coders, log));
        }
        for item in claim_items(files, id) {
            let names = item.child("conflicts").map(Node::items).unwrap_or_default().iter().filter_map(Node::text);
            written.extend(item.child("id").and_then(Node::text).map(|name| (format!("{id}/{name}"), names.map(str::to_owned).collect())));
        }
    }
    let mut number = 0_usize;
    for id in studies.keys() {
        for item in claim_items(files, id) {
            claim_references(item, id, &written, log);
            number += 1;
            if let Some(criteria) = criteria
                && number as f64 > criteria.capacity
            {
                let message = format!("this is claim {number} of a registry for {}", criteria.capacity);
                let remedy = "remove a claim, or raise `capacity` in claims/criteria.toml (a change of rules)";
                log.problem(item.place_of("id"), "capacity", message, remedy);
            }
        }
    }
    if let Some(root) = files.tree("studies/coders.toml") {
        for entry in root.child("coder").map(Node::entries).unwrap_or_default() {
            if !used.contains(&entry.key) && coders.contains_key(&entry.key) {
                let message = format!("no study uses coder `{}`", entry.key);
                log.note(entry.place, "unused-coder", message, "remove it, or code a study");
            }
            for item in entry.node.child("unmarked").map(Node::items).unwrap_or_default() {
                unmarked(item, &entry.key, studies, log);
            }
        }
    }
}

/// A study in which a coder marked nothing is there, and bears no mark of that coder.
fn unmarked(item: &Node, coder: &str, studies: &BTreeMap<StudyId, Study>, log: &Log) {
    let Some(named) = item.text() else { return };
    match studies.get(named) {
        None => {
            let near =
                nearest(named, studies.keys().map(String::as_str)).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
            log.problem(item.place, "unknown-study", format!("there is no study `{named}`"), format!("{near}name a file of studies/"));
        }
        Some(study) if study.codings.iter().any(|coding| coding.coder == coder) => {
            let message = format!("`{coder}` marks a definition in `{named}`, so it is not unmarked");
            log.problem(item.place, "out-of-range", message, "remove it here, or its [[definition]] there");
        }
        Some(_) => {}
    }
}

/// Studies of which no claim was read and that have an `exact` simulation all the same: nobody knows their setting.
pub(super) fn unread(files: &Files, studies: &BTreeMap<String, Study>, claims: &BTreeMap<ClaimId, Claim>, log: &Log) {
    for (id, study) in studies.iter().filter(|(_, study)| !study.draft) {
        let mut theirs = claims.values().filter(|claim| claim.id.study == *id && claim.by == Author::Study).peekable();
        if theirs.peek().is_none() || theirs.any(|claim| claim.known == Knowledge::Read) {
            continue;
        }
        let Some(root) = files.tree(&format!("studies/{id}.toml")) else { continue };
        for simulation in study.simulations.iter().filter(|simulation| simulation.fidelity == Fidelity::Exact) {
            let place = root.place_of(&format!("simulation.{}.fidelity", simulation.name));
            let remedy = "write `analogue`: of a study whose body was not read nobody knows the setting";
            log.problem(place, "unread-exact", "an `exact` simulation of a study of which no claim was read", remedy);
        }
    }
}

fn claim_items<'f>(files: &'f Files, study: &str) -> &'f [Node] {
    files.tree(&format!("claims/{study}.toml")).and_then(|root| root.child("claim")).map(Node::items).unwrap_or_default()
}

fn study_coders(root: &Node, coders: &BTreeMap<String, Coder>, log: &Log) -> Vec<String> {
    let mut used = Vec::new();
    for list in ["definition", "realism"] {
        for item in root.child(list).map(Node::items).unwrap_or_default() {
            let Some(coder) = item.child("coder").and_then(Node::text).filter(|coder| !coder.is_empty()) else { continue };
            if coders.contains_key(coder) {
                used.push(coder.to_owned());
            } else {
                let names: Vec<_> = coders.keys().map(String::as_str).collect();
                let near = nearest(coder, names.iter().copied()).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
                let remedy = format!("{near}write one of {}, or describe the coder in studies/coders.toml", quoted(&names));
                log.problem(item.place_of("coder"), "unknown-coder", format!("nobody knows coder `{coder}`"), remedy);
            }
        }
    }
    used
}

/// Claims by full id, each with those that it names as in conflict with it.
type Written = BTreeMap<String, BTreeSet<String>>;

fn claim_references(item: &Node, study: &str, written: &Written, log: &Log) {
    let own = item.child("id").and_then(Node::text).map(|name| format!("{study}/{name}"));
    let complain = |node: &Node, full: &str, form: &str| {
        let near = nearest(full, written.keys().map(String::as_str)).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        log.problem(node.place, "unknown-claim", format!("there is no claim `{full}`"), format!("{near}write {form}"));
    };
    if let Some(node) = item.child("part_of")
        && let Some(part_of) = node.text()
    {
        let full = format!("{study}/{part_of}");
        if Some(&full) == own.as_ref() {
            log.problem(node.place, "unknown-claim", "a claim cannot be part of itself", "name the claim of which it is a part");
        } else if !written.contains_key(&full) {
            complain(node, &full, "the id of a claim of this study");
        }
    }
    for node in item.child("conflicts").map(Node::items).unwrap_or_default() {
        let Some(full) = node.text() else { continue };
        if Some(full) == own.as_deref() {
            log.problem(node.place, "unknown-claim", "a claim cannot conflict with itself", "remove it");
        } else {
            match (written.get(full), own.as_deref()) {
                (None, _) => complain(node, full, "the full id of a claim, `<study>/<id>`"),
                (Some(back), Some(own)) if !back.contains(own) => {
                    let remedy =
                        format!("add `\"{own}\"` to the `conflicts` of `{full}`: two claims disagree with each other, or neither does");
                    log.problem(node.place, "one-sided-conflict", format!("`{full}` does not name this claim back"), remedy);
                }
                (Some(_), _) => {}
            }
        }
    }
}
