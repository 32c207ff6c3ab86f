//! Where papers disagree: every pair of claims of two studies that name each other, both verdicts, and the settings that turn either of them, as
//! the runs have found them and nobody's opinion.

use crate::audit::{Audit, ClaimReport, Flips, StudyReport, capitalised};
use crate::plan::Pair;
use crate::report::block::{Block, heading, paragraph};
use crate::report::table::{Cell, Table};
use crate::report::{facts, number, text, worlds};
use crate::taxonomy::{Condition, Word};
use std::collections::{BTreeMap, BTreeSet};

/// The section; nothing where no two studies disagree.
#[must_use]
pub fn section(audit: &Audit) -> Vec<Block> {
    let pairs = pairs(audit);
    if pairs.is_empty() {
        return Vec::new();
    }
    let found = pairs.iter().filter(|(first, second)| [first, second].iter().any(|claim| !turned_by(claim).is_empty())).count();
    let sides: BTreeMap<&str, &ClaimReport> =
        pairs.iter().flat_map(|(first, second)| [(first.id.as_str(), *first), (&second.id, second)]).collect();
    let searched: usize = sides.values().map(|claim| tried(audit, claim)).sum();
    let searched_in_pairs: usize = sides.values().map(|claim| tried_in_pairs(claim)).sum();
    let in_pairs = sides.values().filter(|claim| !turned_in_pairs(claim).is_empty()).count();
    let left_open = sides.values().filter(|claim| turned_in_pairs(claim).is_empty() && !open_pairs(claim).is_empty()).count();
    let comparing = sides.values().filter(|claim| claim.compares()).count();
    let alike = pairs.iter().filter(|(first, second)| first.definition == second.definition && first.asserts == second.asserts).count();
    vec![
        heading(2, "Where papers disagree"),
        paragraph(&format!(
            "{} of claims of two studies cannot both be said without naming the setting. What decides between them was searched for by running: each \
             claim's definition{} was asked again in its own simulation with one {} condition at a time ({} in {} are such questions), and where it \
             changed in that world only jointly, with each condition left out. Where it is decided as published and no condition alone is found to turn it, it was asked with every two that the world changes there ({}, exploratory as the single ones): \
             {} so while either condition alone is decided and leaves it, {} under two of which one alone is undecided or was not run, so that it alone may do it (*open* in the table). \
             In {} at least one side turns under one condition, under two or jointly. {} assert the same of the same definition and differ in when or by how much. A dash says that nothing that was run turns that side, not that nothing does: \
             of a claim that is undecided as published nothing can be said to turn it, and three conditions at a time were not run.",
            text::counted(pairs.len(), "pair", "pairs"),
            match comparing {
                0 => String::new(),
                some => format!(" (of {some} that compare two runs of one setup, the comparison)"),
            },
            worlds::leading(audit),
            searched,
            text::counted(sides.len(), "claim", "claims"),
            text::counted(searched_in_pairs, "such question", "such questions"),
            text::counted(in_pairs, "claim turns", "claims turn"),
            text::counted(left_open, "claim", "claims"),
            text::counted(found, "pair", "pairs"),
            capitalised(&text::counted(alike, "pair", "pairs"))
        )),
        Block::Shown("disagree", table(audit, &pairs)),
    ]
}

type Sides<'a> = (&'a ClaimReport, &'a ClaimReport);

/// Pairs of claims of different studies that name each other, each once.
fn pairs(audit: &Audit) -> Vec<Sides<'_>> {
    let claim = |id: &str| audit.claims.iter().find(|claim| claim.id == id);
    let mut seen = BTreeSet::new();
    let mut pairs = Vec::new();
    for first in &audit.claims {
        let is_other = |second: &&ClaimReport| second.study != first.study && second.conflicts.contains(&first.id);
        for second in first.conflicts.iter().filter_map(|id| claim(id)).filter(is_other) {
            let key = (first.id.as_str().min(&second.id), first.id.as_str().max(&second.id));
            if seen.insert(key) {
                pairs.push((first, second));
            }
        }
    }
    pairs
}

fn table(audit: &Audit, pairs: &[Sides]) -> Table {
    let worlds = worlds::in_one_cell(audit);
    let [first_there, second_there] = ["first", "second"].map(|side| format!("The {side}, {worlds}"));
    let mut table = Table::new(
        "Pairs of claims that disagree, both verdicts, the conditions that turn either, and what becomes of either in the worlds",
        &[
            "One says",
            "The other says",
            "Verdicts",
            "The first turns under",
            "The second turns under",
            "Conditions run alone",
            "Two at a time",
            &first_there,
            &second_there,
        ],
        "No two studies disagree.",
    );
    for (first, second) in pairs {
        table.rows.push(vec![
            says(first),
            says(second),
            Cell::text(format!("{}; {}", facts::verdict_word(first), facts::verdict_word(second))),
            turned(first),
            turned(second),
            Cell::text(format!("{}; {}", tried(audit, first), tried(audit, second))),
            Cell::text(format!("{}; {}", tried_in_pairs(first), tried_in_pairs(second))),
            Cell::text(facts::in_worlds(audit, first)),
            Cell::text(facts::in_worlds(audit, second)),
        ]);
    }
    table
}

/// A claim by its link, and what it says of its definition.
fn says(claim: &ClaimReport) -> Cell {
    let link = Cell::Link { id: claim.id.clone(), to: facts::claim_link(claim) };
    let by = if claim.compares() { ", by a comparison of two runs" } else { "" };
    let said = format!("{} {}{by}", claim.definition.id(), claim.asserts);
    Cell::Several { lead: String::new(), cells: vec![link, Cell::text(said)] }
}

fn turned(claim: &ClaimReport) -> Cell {
    match turned_by(claim) {
        found if found.is_empty() => Cell::text(number::NONE),
        found if claim.compares() => Cell::text(format!("its comparison: {}", found.join(", "))),
        found => Cell::text(found.join(", ")),
    }
}

/// The single conditions that turn a claim's outcome, or two that do together, or those without which a joint turn does not happen.
fn turned_by(claim: &ClaimReport) -> Vec<String> {
    let Some(Flips { kind, conditions, .. }) = &claim.flips_under else { return Vec::new() };
    let together = turned_in_pairs(claim).iter().map(|pair| facts::pairs_text(&[*pair]));
    let open = open_pairs(claim).iter().map(|pair| format!("{} (open)", facts::pairs_text(&[*pair])));
    let in_pairs: Vec<String> = together.chain(open).collect();
    if !in_pairs.is_empty() {
        return in_pairs;
    }
    let ids = conditions.iter().map(|condition| condition.id());
    match kind.as_str() {
        "single" => ids.map(str::to_owned).collect(),
        "only-jointly" => std::iter::once("only jointly".to_owned()).chain(ids.map(|id| format!("not without {id}"))).collect(),
        _ => Vec::new(),
    }
}

/// Two conditions that turn a claim's outcome together.
fn turned_in_pairs(claim: &ClaimReport) -> &[Pair] {
    claim.flips_under.as_ref().map_or(&[], |flips| &flips.pairs)
}

/// Two under which it turns while one of them alone is left open.
fn open_pairs(claim: &ClaimReport) -> &[Pair] {
    claim.flips_under.as_ref().map_or(&[], |flips| &flips.pairs_open)
}

/// How many conditions were run alone in a claim's simulation.
fn tried(audit: &Audit, claim: &ClaimReport) -> usize {
    let study = |study: &&StudyReport| study.id == claim.study;
    let arms = audit.studies.iter().find(study).zip(claim.simulation.as_ref()).and_then(|(study, name)| study.simulations.get(name));
    arms.map_or(0, |simulation| Condition::all().iter().filter(|condition| simulation.arms.contains_key(condition.id())).count())
}

/// How often it was asked under two conditions at once.
fn tried_in_pairs(claim: &ClaimReport) -> usize {
    claim.flips_under.as_ref().map_or(0, |flips| flips.pairs_asked as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    fn flips(kind: &str) -> Flips {
        Flips { kind: kind.to_owned(), ..Flips::default() }
    }

    #[test]
    fn a_pair_stands_once_with_what_turns_either_side() {
        let mut audit = fixture::awkward();
        assert!(section(&audit).is_empty(), "nobody disagrees yet");
        let other = audit.claims.iter().position(|claim| claim.study != audit.claims[0].study).expect("two studies");
        let ids = [audit.claims[0].id.clone(), audit.claims[other].id.clone()];
        audit.claims[0].conflicts = vec![ids[1].clone()];
        audit.claims[other].conflicts = vec![ids[0].clone()];
        audit.claims[0].flips_under = Some(Flips { kind: "single".into(), conditions: vec![Condition::Accumulate], ..flips("single") });
        audit.claims[other].flips_under = Some(flips("none"));
        let found = pairs(&audit);
        let shown = table(&audit, &found);
        assert_eq!(shown.rows.len(), 1);
        assert_eq!([shown.rows[0][3].markdown(), shown.rows[0][4].markdown()], ["accumulate", number::NONE]);
        let (first, _) = found[0];
        assert_eq!(shown.rows[0][7].markdown(), Cell::text(facts::in_worlds(&audit, first)).markdown());
        assert!(shown.columns[7].starts_with("The first, as published · realistic"), "{}", shown.columns[7]);
        // Where no condition alone turns a side, what two do together is shown, and how many were asked.
        let pair = Pair::of(Condition::Quality, Condition::Accumulate).expect("two conditions");
        audit.claims[other].flips_under = Some(Flips { pairs: vec![pair], pairs_asked: 6, ..flips("none") });
        let shown = table(&audit, &self::pairs(&audit));
        assert!(audit.claims[other].compares() && shown.rows[0][1].markdown().ends_with(", by a comparison of two runs"));
        assert_eq!([shown.rows[0][4].markdown(), shown.rows[0][6].markdown()], ["its comparison: accumulate + quality", "0; 6"]);
        audit.claims[other].published = None;
        let shown = table(&audit, &self::pairs(&audit));
        assert_eq!(shown.rows[0][4].markdown(), "accumulate + quality");
        // A conflict within a study is a study's own affair.
        let within = audit.claims.iter().position(|claim| claim.study == audit.claims[0].study && claim.id != ids[0]);
        if let Some(within) = within {
            let id = audit.claims[within].id.clone();
            audit.claims[0].conflicts.push(id);
            assert_eq!(pairs(&audit).len(), 1);
        }
    }
}
