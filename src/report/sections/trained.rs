//! What small real networks show, and what they make.

use crate::audit::{Audit, FindingReport, StudyReport, Verdict};
use crate::report::block::{Block, figure, heading, paragraph};
use crate::report::table::{Cell, Table};
use crate::report::words::plain;
use crate::report::{facts, number};
use crate::taxonomy::{Against, Definition, Word};
use crate::verdict::Outcome;
use std::collections::{BTreeMap, BTreeSet};

/// The section; nothing where no network was trained.
#[must_use]
pub fn section(audit: &Audit) -> Vec<Block> {
    let trained: Vec<(&StudyReport, &String)> =
        audit.studies.iter().flat_map(|study| names(study).map(move |name| (study, name))).collect();
    if trained.is_empty() {
        return Vec::new();
    }
    vec![
        heading(2, "What small real networks show"),
        paragraph(&claims_sentence(audit, &trained)),
        paragraph(
            "Networks are trained beforehand and recorded: 24 replicates of every arm, decided at one look by signs and ranks, so that a finding speaks of \
             the median run and means stay undecided. They are small (some 20,000 weights), and nobody knows the time-scale of their loops: whether a loss grows for ever is left open. \
             `any-risk-increase` is told here against the same real data alone, trained on for as long: where these overfit too, it is absent although the loss rises.",
        ),
        Block::Shown("networks", networks(&trained)),
        figure(pick(&trained)),
    ]
}

/// Simulations of networks, by name.
fn names(study: &StudyReport) -> impl Iterator<Item = &String> {
    study.simulations.iter().filter(|(_, one)| one.arms.values().any(|arm| arm.is_trained)).map(|(name, _)| name)
}

fn claims_sentence(audit: &Audit, trained: &[(&StudyReport, &String)]) -> String {
    let of: BTreeSet<(&str, &str)> = trained.iter().map(|(study, name)| (study.id.as_str(), name.as_str())).collect();
    let claims = audit
        .claims
        .iter()
        .filter(|claim| claim.simulation.as_ref().is_some_and(|name| of.contains(&(claim.study.as_str(), name.as_str()))));
    let mut counts: BTreeMap<Verdict, usize> = BTreeMap::new();
    claims.for_each(|claim| *counts.entry(claim.verdict).or_default() += 1);
    let count = |verdict: Verdict| counts.get(&verdict).copied().unwrap_or(0);
    format!(
        "{} simulations train small real networks at every generation. Of the claims put to them {} are reproduced, {} contradicted and {} undecided.",
        trained.len(),
        count(Verdict::Reproduced),
        count(Verdict::Contradicted),
        count(Verdict::Undecided)
    )
}

fn finding<'a>(study: &'a StudyReport, name: &str, arm: &str, definition: Definition) -> Option<&'a FindingReport> {
    facts::headline(study.profiles.get(name)?.get(arm)?, definition, Against::RealOnly)
}

/// Every trained simulation with what it is and what its definitions say as published.
fn networks(trained: &[(&StudyReport, &String)]) -> Table {
    let mut table = Table::new(
        "Simulations of trained networks: what occurs as published",
        &["Study", "Simulation", "Fidelity", "Truth and network", "Occurs", "Absent", "Undecided"],
        "No network was trained.",
    );
    for (study, name) in trained {
        let listed = |outcome: Outcome| {
            let has =
                |definition: &&Definition| finding(study, name, "as-published", **definition).is_some_and(|found| found.outcome == outcome);
            let ids: Vec<&str> = Definition::all().iter().filter(has).map(|definition| definition.id()).collect();
            if ids.is_empty() { number::NONE.to_owned() } else { ids.join(", ") }
        };
        let mechanism: Vec<&str> = study.simulations.get(*name).map(|one| one.mechanism.split(' ').take(2).collect()).unwrap_or_default();
        table.rows.push(vec![
            Cell::Link { id: study.id.clone(), to: format!("studies/{}.md", study.id) },
            Cell::Code((*name).clone()),
            Cell::text(study.fidelity.get(*name).map_or("not recorded", |fidelity| fidelity.id())),
            Cell::text(mechanism.join(", ")),
            Cell::text(listed(Outcome::Occurs)),
            Cell::text(listed(Outcome::Absent)),
            Cell::text(listed(Outcome::Undecided)),
        ]);
    }
    table
}

/// The panel shown in the report itself: of the first simulation that makes images.
fn pick(trained: &[(&StudyReport, &String)]) -> String {
    let makes_images =
        |(study, name): &&(&StudyReport, &String)| study.simulations.get(*name).is_some_and(|one| one.mechanism.starts_with("digits"));
    let shown = trained
        .iter()
        .filter(makes_images)
        .find(|(study, _)| study.id.starts_with("shumailov"))
        .or_else(|| trained.iter().find(makes_images));
    shown.map_or_else(String::new, |(study, name)| format!("samples-{}-{name}", study.id))
}

/// What a trained simulation makes, on its study's page: a figure, or of texts a few lines of every generation.
#[must_use]
pub fn samples(study: &StudyReport, name: &str) -> Vec<Block> {
    let Some(arm) = study.simulations.get(name).and_then(|one| one.arms.get("as-published")).filter(|arm| !arm.shown.is_empty()) else {
        return Vec::new();
    };
    let is_text = study.simulations.get(name).is_some_and(|one| ["book", "program"].iter().any(|truth| one.mechanism.starts_with(truth)));
    if !is_text {
        return vec![figure(format!("samples-{}-{name}", study.id))];
    }
    let line = |(t, texts): (usize, &Vec<String>)| texts.first().map(|text| format!("{}: {text}", t + 1));
    let lines: Vec<String> = arm.shown.iter().enumerate().filter_map(line).collect();
    vec![
        paragraph(&plain("What it writes, generation by generation, as published (first replicate, the same noise):")),
        Block::Code(lines.join("\n")),
    ]
}
