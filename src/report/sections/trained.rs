//! What small real networks show: their definitions beside those of closed-form families, and what they make.

use crate::audit::{Audit, FindingReport, StudyReport, Verdict};
use crate::report::block::{Block, figure, heading, paragraph};
use crate::report::table::{Cell, Table};
use crate::report::words::plain;
use crate::report::{facts, number, worlds};
use crate::taxonomy::{Against, Definition, Word};
use crate::verdict::Outcome;
use std::collections::{BTreeMap, BTreeSet};

/// Columns of the table: a word for people, and the model kinds that count there.
const FAMILIES: [(&str, &[&str]); 8] = [
    ("Gaussians", &["gaussian", "gaussian-unbiased", "gaussian-diagonal"]),
    ("Categories and n-grams", &["categorical", "n-gram"]),
    ("Autoencoders", &["vae"]),
    ("Transformers", &["transformer"]),
    ("Diffusions", &["diffusion"]),
    ("Flow matching", &["flow-matching"]),
    ("Normalising flows", &["flow"]),
    ("Classifiers", &["mlp"]),
];

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
             the median run and means stay undecided. They are small (some 20,000 weights), and nobody knows the time-scale of their loops: whether a loss grows for ever is left open.",
        ),
        Block::Shown("families", families(audit)),
        paragraph(
            "*In each cell: simulations in which the definition occurs · is absent · is undecided, as published and after the arrow in the leading world; a dash where none of the family was asked.*",
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

/// Definitions by family of model.
fn families(audit: &Audit) -> Table {
    let mut columns = vec!["Definition".to_owned()];
    columns.extend(FAMILIES.iter().map(|(words, _)| (*words).to_owned()));
    let caption = format!("Definitions by family of model, as published → {}", worlds::leading(audit));
    let mut table = Table { caption, columns, rows: Vec::new(), empty: "No simulation was run.".to_owned() };
    for definition in Definition::all() {
        let mut row = vec![Cell::Code(definition.to_string())];
        row.extend(FAMILIES.iter().map(|(_, kinds)| Cell::text(cell(audit, *definition, kinds))));
        table.rows.push(row);
    }
    table
}

fn cell(audit: &Audit, definition: Definition, kinds: &[&str]) -> String {
    let leading = audit.worlds.first().map(|world| world.id.clone()).unwrap_or_default();
    let [published, world] = ["as-published", leading.as_str()].map(|arm| {
        let found =
            audit.studies.iter().flat_map(|study| of_family(study, kinds).filter_map(move |name| finding(study, name, arm, definition)));
        found.fold([0_usize; 3], |mut counts, finding| {
            match finding.outcome {
                Outcome::Occurs => counts[0] += 1,
                Outcome::Absent => counts[1] += 1,
                Outcome::Undecided => counts[2] += 1,
                Outcome::NotApplicable => {}
            }
            counts
        })
    });
    let words = |counts: [usize; 3]| match counts.iter().sum::<usize>() {
        0 => number::NONE.to_owned(),
        _ => counts.map(|count| count.to_string()).join(" · "),
    };
    format!("{} → {}", words(published), words(world))
}

/// Simulations whose model is of one of these kinds.
fn of_family<'a>(study: &'a StudyReport, kinds: &'a [&str]) -> impl Iterator<Item = &'a String> {
    let is_one = |mechanism: &str| mechanism.split(' ').nth(1).is_some_and(|model| kinds.contains(&model));
    study.simulations.iter().filter(move |(_, one)| is_one(&one.mechanism)).map(|(name, _)| name)
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
    let is_text = study.simulations.get(name).is_some_and(|one| one.mechanism.starts_with("book"));
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
