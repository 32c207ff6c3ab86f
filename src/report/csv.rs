//! The machine-readable tables: long, one fact per row, numbers in full. They are the text twins of the figures.
//! An undefined number is an empty field. What is long is in `csv_runs.rs`.

use super::facts::{self, Group};
use super::number::{exact, to_digits};
use super::{text, worlds};
use crate::audit::{AS_PUBLISHED, Audit, ClaimReport, Coverage, DefinitionReport, RealismReport, StudyReport, WorldReport};
use crate::registry::NOT_RECORDED;
use crate::taxonomy::Word;

/// Name and text of every CSV table that is kept as text.
#[must_use]
pub fn tables(audit: &Audit) -> Vec<(&'static str, String)> {
    vec![
        ("studies", studies(audit)),
        ("definitions", definitions(audit)),
        ("codings", codings(audit)),
        ("agreement", agreement(audit)),
        ("coverage", coverage(audit)),
        ("screening", screening(audit)),
    ]
}

/// Those that say much twice and are kept as gzip, which R, pandas and `DuckDB` read as they stand: a twentieth of the bytes, of claims a fifth.
#[must_use]
pub fn repetitive(audit: &Audit) -> Vec<(&'static str, String)> {
    vec![
        ("claims", claims(audit)),
        ("realism", realism(audit)),
        ("sensitivity", sensitivity(audit)),
        ("calibration", calibration(audit)),
        ("calibration-tests", calibration_tests(audit)),
    ]
}

/// Rows of fields under a head.
pub struct Sheet(pub String);

impl Sheet {
    /// No rows yet.
    #[must_use]
    pub fn new(head: &[&str]) -> Self {
        Self(head.join(",") + "\n")
    }

    /// One more row.
    pub fn row(&mut self, fields: &[String]) {
        let fields: Vec<_> = fields.iter().map(|field| text::csv(field)).collect();
        self.0 += &fields.join(",");
        self.0.push('\n');
    }
}

/// A field that may be empty.
#[must_use]
pub fn optional<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// Columns of `claims.csv.gz` before those of the worlds.
const CLAIM_COLUMNS: [&str; 31] = [
    "claim",
    "study",
    "simulation",
    "definition",
    "asserts",
    "functional",
    "by",
    "known",
    "counted",
    "fidelity",
    "verdict",
    "fragile",
    "reason",
    "estimate",
    "low",
    "high",
    "expected",
    "accepted_low",
    "accepted_high",
    "generation",
    "cell",
    "replicates",
    "replicates_all",
    "needs",
    "alpha",
    "method",
    "inference",
    "control_change",
    "control_verdict",
    "control_fails",
    "as_published",
];

/// Columns of `claims.csv.gz` after those of the worlds.
const LAST_CLAIM_COLUMNS: [&str; 4] = ["conditions_simulated", "flips", "flips_under", "statement"];

fn claims(audit: &Audit) -> String {
    let worlds: Vec<String> = audit.worlds.iter().map(|world| world_column(&world.id)).collect();
    let held = ["as_published".to_owned()].into_iter().chain(worlds.iter().cloned()).map(|place| format!("held_{place}"));
    let held: Vec<String> = std::iter::once("held_change".to_owned()).chain(held).collect();
    let in_worlds: Vec<&str> = worlds.iter().chain(&held).map(String::as_str).collect();
    let mut sheet = Sheet::new(&[&CLAIM_COLUMNS[..], &in_worlds, &LAST_CLAIM_COLUMNS].concat());
    for claim in &audit.claims {
        let mut row = claim_identity(claim);
        row.extend(claim_numbers(claim));
        row.extend(claim_worlds(audit, claim));
        sheet.row(&row);
    }
    sheet.0
}

/// The column of a world: its id with underscores; of one whose id is another column's too, with `world_` before it.
fn world_column(id: &str) -> String {
    let column = id.replace('-', "_");
    if CLAIM_COLUMNS.iter().chain(&LAST_CLAIM_COLUMNS).any(|taken| *taken == column) { format!("world_{column}") } else { column }
}

fn claim_identity(claim: &ClaimReport) -> Vec<String> {
    let counted = if facts::group(claim) == Group::Counted { "yes" } else { "no" };
    vec![
        claim.id.clone(),
        claim.study.clone(),
        optional(claim.simulation.as_ref()),
        claim.definition.to_string(),
        claim.asserts.to_string(),
        claim.functional.to_string(),
        claim.by.to_string(),
        claim.known.to_string(),
        counted.to_owned(),
        claim.fidelity.to_string(),
        claim.verdict.to_string(),
        optional(claim.fragile),
        optional(claim.reason.as_ref()),
    ]
}

fn claim_numbers(claim: &ClaimReport) -> Vec<String> {
    vec![
        exact(claim.estimate),
        exact(claim.low),
        exact(claim.high),
        exact(claim.expected),
        exact(claim.accepted.map(|region| region.0)),
        exact(claim.accepted.map(|region| region.1)),
        optional(claim.generation),
        optional(claim.cell.as_ref()),
        claim.replicates.to_string(),
        claim.replicates_all.to_string(),
        optional(claim.needs),
        exact(Some(claim.alpha)),
        optional(claim.method.as_ref()),
        optional(claim.inference.as_ref()),
    ]
}

fn claim_worlds(audit: &Audit, claim: &ClaimReport) -> Vec<String> {
    let flips = claim.flips_under.as_ref();
    let mut row = vec![
        optional(claim.control.as_ref().map(|control| control.change.clone())),
        optional(claim.control.as_ref().map(|control| control.verdict)),
        optional(claim.control.as_ref().map(|control| control.fails)),
    ];
    row.extend(worlds::places(audit).iter().map(|place| optional(claim.at(&place.id).map(WorldReport::words))));
    let held = claim.held.as_ref();
    row.push(optional(held.map(|held| &held.change)));
    row.extend(worlds::places(audit).iter().map(|place| optional(held.and_then(|held| held.at(&place.id)).map(WorldReport::words))));
    row.extend([
        optional(claim.conditions_simulated),
        optional(flips.map(|flips| flips.kind.clone())),
        flips.map(|flips| flips.conditions.iter().map(|condition| condition.id()).collect::<Vec<_>>().join(" ")).unwrap_or_default(),
        claim.statement.clone(),
    ]);
    row
}

fn studies(audit: &Audit) -> String {
    let mut sheet = Sheet::new(&[
        "study",
        "title",
        "year",
        "arxiv",
        "doi",
        "work",
        "families",
        "realism_low",
        "realism_mid",
        "realism_high",
        "judged",
        "reproduced",
        "contradicted",
        "undecided",
        "untested",
        "uncounted",
    ]);
    for study in &audit.studies {
        let counts = study.claims;
        let mut row = vec![study.id.clone(), study.title.clone(), study.year.to_string(), optional(study.arxiv.as_ref())];
        row.extend([optional(study.doi.as_ref()), study.work.clone(), study.families.join(" ")]);
        row.extend([exact(study.realism.low), exact(study.realism.mid), exact(study.realism.high), study.realism.judged.to_string()]);
        let counts = [counts.reproduced, counts.contradicted, counts.undecided, counts.untested, counts.uncounted];
        row.extend(counts.map(|count| count.to_string()));
        sheet.row(&row);
    }
    sheet.0
}

fn realism(audit: &Audit) -> String {
    let mut sheet = Sheet::new(&["study", "simulation", "condition", "level", "coder", "reason", "locator"]);
    for study in &audit.studies {
        realism_rows(&mut sheet, study, "", &study.realism);
        for (simulation, realism) in &study.realism_by_simulation {
            realism_rows(&mut sheet, study, simulation, realism);
        }
    }
    sheet.0
}

fn realism_rows(sheet: &mut Sheet, study: &StudyReport, simulation: &str, realism: &RealismReport) {
    for (condition, judgement) in &realism.conditions {
        sheet.row(&[
            study.id.clone(),
            simulation.to_owned(),
            condition.to_string(),
            judgement.level.to_string(),
            judgement.coder.clone(),
            judgement.reason.clone(),
            judgement.locator.clone(),
        ]);
    }
}

/// Per definition and world: a row per fidelity (a study once per fidelity of its main simulations), and one for the exact and
/// scaled together (a study once).
fn definitions(audit: &Audit) -> String {
    let mut sheet = Sheet::new(&[
        "definition",
        "against",
        "world",
        "fidelity",
        "occurs",
        "both",
        "absent",
        "undecided",
        "not_applicable",
        "works",
        "mechanisms",
        "mechanisms_occurs",
        "mechanisms_absent",
        "setups",
        "setups_occurs",
        "setups_absent",
        "simulations_occurs",
        "simulations_absent",
        "simulations_undecided",
        "foreign_occurs",
        "foreign_absent",
        "foreign_undecided",
        "share",
        "share_both",
        "share_weighted",
        "certainty",
        "thin",
    ]);
    for report in &audit.definitions {
        for place in worlds::places(audit) {
            let world = place.id.as_str();
            for (fidelity, c) in report.worlds.get(world).into_iter().flatten() {
                let mut row = vec![report.id.to_string(), optional(report.against), world.to_owned(), fidelity.to_string()];
                let counts = [c.occurs, c.both, c.absent, c.undecided, c.not_applicable, c.works, c.mechanisms];
                row.extend(counts.map(|count| count.to_string()));
                row.extend([const { String::new() }; 16]);
                sheet.row(&row);
            }
            sheet.row(&together(report, world));
        }
    }
    sheet.0
}

fn together(report: &DefinitionReport, world: &str) -> Vec<String> {
    let s = facts::standing(report, world);
    let mut row = vec![report.id.to_string(), optional(report.against), world.to_owned(), "exact and scaled".to_owned()];
    row.extend([s.occurs, s.both, s.absent, s.undecided, s.not_applicable, s.works, s.mechanisms].map(|count| count.to_string()));
    row.extend([s.mechanisms_occurs, s.mechanisms_absent, s.setups, s.setups_occurs, s.setups_absent].map(|count| count.to_string()));
    for counts in [s.simulations, s.simulations_foreign] {
        row.extend([counts.occurs, counts.absent, counts.undecided].map(|count| count.to_string()));
    }
    let shares = [&report.share, &report.share_both, &report.share_weighted];
    row.extend(shares.map(|share| exact(share.get(world).copied().flatten())));
    row.push(s.certainty.clone());
    row.push(s.thin.iter().map(|side| side.id()).collect::<Vec<_>>().join(" "));
    row
}

fn codings(audit: &Audit) -> String {
    let mut sheet = Sheet::new(&["study", "coder", "definition", "basis"]);
    for study in &audit.studies {
        for (coder, cells) in &study.definitions {
            for (definition, basis) in cells {
                sheet.row(&[study.id.clone(), coder.clone(), definition.to_string(), basis.to_string()]);
            }
        }
    }
    sheet.0
}

fn agreement(audit: &Audit) -> String {
    let mut sheet = Sheet::new(&[
        "first",
        "second",
        "definition",
        "studies",
        "cells",
        "agreeing",
        "both",
        "neither",
        "raw",
        "positive",
        "negative",
        "kappa",
        "kappa_low",
        "kappa_high",
        "reason",
    ]);
    for pair in &audit.agreement {
        let mut row = vec![pair.first.clone(), pair.second.clone(), optional(pair.definition)];
        row.extend([pair.studies, pair.cells, pair.agreeing, pair.both, pair.neither].map(|count| count.to_string()));
        row.extend([pair.raw, pair.positive, pair.negative, pair.kappa, pair.kappa_low, pair.kappa_high].map(exact));
        row.push(optional(pair.reason.as_ref()));
        sheet.row(&row);
    }
    sheet.0
}

/// Claims by how they were put to a test, per study and per definition.
fn coverage(audit: &Audit) -> String {
    let mut sheet = Sheet::new(&[
        "of",
        "id",
        "exact",
        "scaled",
        "analogue",
        "untested",
        "abstract_only",
        "added",
        "mechanisms_occurs",
        "mechanisms_absent",
        "thin",
    ]);
    let counts = |c: Coverage| [c.exact, c.scaled, c.analogue, c.untested, c.stubs, c.added].map(|count| count.to_string());
    for study in &audit.studies {
        let mut row = vec!["study".to_owned(), study.id.clone()];
        row.extend(counts(study.coverage));
        row.extend([const { String::new() }; 3]);
        sheet.row(&row);
    }
    for report in &audit.definitions {
        let standing = facts::standing(report, AS_PUBLISHED);
        let mut row = vec!["definition".to_owned(), report.id.to_string()];
        row.extend(counts(report.coverage));
        row.extend([standing.mechanisms_occurs.to_string(), standing.mechanisms_absent.to_string()]);
        row.push(standing.thin.iter().map(|side| side.id()).collect::<Vec<_>>().join(" "));
        sheet.row(&row);
    }
    sheet.0
}

/// Significant digits of scores under other weights.
const SCORED: usize = 6;

/// How each study's middle realism score moves with weights, long.
fn sensitivity(audit: &Audit) -> String {
    let mut sheet = Sheet::new(&["study", "under", "score"]);
    let known = &audit.sensitivity;
    for study in &audit.studies {
        let mut row = |under: String, score: Option<f64>| sheet.row(&[study.id.clone(), under, to_digits(score, SCORED)]);
        for (preset, scores) in &known.presets {
            row(format!("preset {preset}"), scores.get(&study.id).copied().flatten());
        }
        let spread = known.dirichlet.get(&study.id).copied().flatten();
        row("random weights 5 %".to_owned(), spread.map(|s| s.0));
        row("random weights 50 %".to_owned(), spread.map(|s| s.1));
        row("random weights 95 %".to_owned(), spread.map(|s| s.2));
        for (preset, points) in known.around.iter().filter(|(_, points)| **points != known.dirichlet) {
            let spread = points.get(&study.id).copied().flatten();
            row(format!("random weights around {preset} 5 %"), spread.map(|s| s.0));
            row(format!("random weights around {preset} 50 %"), spread.map(|s| s.1));
            row(format!("random weights around {preset} 95 %"), spread.map(|s| s.2));
        }
        for (condition, scores) in &known.leave_one_out {
            row(format!("without {condition}"), scores.get(&study.id).copied().flatten());
        }
        let partly = known.partly.get(&study.id).copied().flatten();
        row("partly as 0.25".to_owned(), partly.map(|p| p.0));
        row("partly as 0.75".to_owned(), partly.map(|p| p.1));
    }
    sheet.0
}

/// Searches and what was left out; what is included stands in the table of studies.
fn screening(audit: &Audit) -> String {
    let mut sheet = Sheet::new(&["kind", "what", "date", "identified", "duplicates", "screened", "id", "read", "reason"]);
    for search in audit.screening.iter().flat_map(|screening| &screening.searches) {
        let recorded = |text: Option<String>| text.unwrap_or_else(|| NOT_RECORDED.to_owned());
        let mut row = vec!["search".to_owned(), search.source.clone(), recorded(search.date.clone())];
        row.extend([search.identified, search.duplicates, search.screened].map(|count| recorded(count.map(|count| count.to_string()))));
        row.extend([const { String::new() }; 3]);
        sheet.row(&row);
    }
    for record in audit.screening.iter().flat_map(|screening| &screening.excluded) {
        let mut row = vec!["excluded".to_owned(), record.citation.clone()];
        row.extend([const { String::new() }; 4]);
        row.extend([optional(record.id.as_ref()), record.read.clone(), record.reason.clone()]);
        sheet.row(&row);
    }
    sheet.0
}

fn calibration_tests(audit: &Audit) -> String {
    let mut sheet =
        Sheet::new(&["test", "law", "plant", "counted", "nominal", "replicates", "trials", "count", "undecided", "limit", "passes"]);
    for row in audit.calibration.iter().flat_map(|report| &report.table.tests) {
        let mut fields = vec![row.kind.clone(), row.law.clone(), row.plant.to_string()];
        fields.extend([row.counted.to_string(), exact(Some(row.nominal))]);
        fields.extend([row.replicates, row.trials, row.count, row.undecided, row.limit].map(|count| count.to_string()));
        fields.push(row.passes.to_string());
        sheet.row(&fields);
    }
    sheet.0
}

fn calibration(audit: &Audit) -> String {
    let mut sheet = Sheet::new(&[
        "definition",
        "functional",
        "law",
        "plant",
        "counted",
        "nominal",
        "replicates",
        "trials",
        "count",
        "undecided",
        "limit",
        "passes",
    ]);
    for row in audit.calibration.iter().flat_map(|report| &report.table.rows) {
        let mut fields = vec![row.definition.to_string(), optional(row.functional), row.law.clone(), row.plant.to_string()];
        fields.extend([row.counted.to_string(), exact(Some(row.nominal))]);
        fields.extend([row.replicates, row.trials, row.count, row.undecided, row.limit].map(|count| count.to_string()));
        fields.push(row.passes.to_string());
        sheet.row(&fields);
    }
    sheet.0
}
