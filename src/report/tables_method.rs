//! The tables of the report's second half: coverage, agreement between coders, sensitivity of the realism score,
//! thresholds and the two worlds. Each is built once from the audit.

use super::facts::{self, Group};
use super::number;
use super::table::{Cell, Table};
use crate::audit::{Audit, StudyReport, Verdict};
use crate::taxonomy::{Definition, Word};
use crate::verdict::calibrate::{CalibrationRow, Plant};

/// Which definitions are used, claimed, tested and decided.
#[must_use]
pub fn coverage(audit: &Audit) -> Table {
    let mut table = Table::new(
        "How far each definition is covered: studies that use it (either coder), claims, tests and decided claims",
        &["Definition", "Studies that use it", "Claims", "Tested", "Decided", "Reproduced at fidelity exact"],
        "Nothing is covered.",
    );
    for definition in Definition::all() {
        let used = audit.studies.iter().filter(|study| {
            facts::CODERS.iter().any(|coder| study.definitions.get(*coder).is_some_and(|cells| cells.contains_key(definition)))
        });
        let claims: Vec<_> = facts::claims_in(audit, Group::Counted).filter(|claim| claim.definition == *definition).collect();
        let tested = claims.iter().filter(|claim| claim.verdict != Verdict::Untested).count();
        let decided = claims.iter().filter(|claim| matches!(claim.verdict, Verdict::Reproduced | Verdict::Contradicted)).count();
        let exact = claims.iter().filter(|c| c.verdict == Verdict::Reproduced && c.fidelity == crate::taxonomy::Fidelity::Exact).count();
        let mut row = vec![Cell::Code(definition.to_string())];
        row.extend([used.count(), claims.len(), tested, decided, exact].map(|count| Cell::text(count.to_string())));
        table.rows.push(row);
    }
    table
}

/// Agreement between coders over all definitions together; `tables/agreement.csv` has it per definition.
#[must_use]
pub fn agreement(audit: &Audit) -> Table {
    let mut table = Table::new(
        "Agreement between coders",
        &["Coders", "Studies", "Cells agreeing", "Raw", "Positive", "Negative", "Weighted kappa"],
        "No two coders coded the same study.",
    );
    for pair in audit.agreement.iter().filter(|pair| pair.definition.is_none()) {
        let kappa = match (pair.kappa, &pair.reason) {
            (None, Some(reason)) => format!("{} ({})", number::NONE, super::text::words(reason)),
            (kappa, _) => number::with_interval(kappa, pair.kappa_low, pair.kappa_high),
        };
        table.rows.push(vec![
            Cell::text(format!("{} – {}", pair.first, pair.second)),
            Cell::text(pair.studies.to_string()),
            Cell::text(pair.agreeing.to_string()),
            Cell::text(number::percent(pair.raw)),
            Cell::text(number::percent(pair.positive)),
            Cell::text(number::percent(pair.negative)),
            Cell::text(kappa),
        ]);
    }
    table
}

/// The cells on which coders differ, a row per study: who says what.
#[must_use]
pub fn differing(audit: &Audit) -> Table {
    let mut table = Table::new("Cells coded differently", &["Study", "Cells"], "The coders differ nowhere.");
    for study in &audit.studies {
        let cells: Vec<String> = Definition::all().iter().filter_map(|definition| disagreement(study, *definition)).collect();
        if !cells.is_empty() {
            let link = Cell::Link { id: study.id.clone(), to: format!("studies/{}.md", study.id) };
            table.rows.push(vec![link, Cell::text(cells.join("; "))]);
        }
    }
    table
}

/// Who says what of one cell, if not all coders of the study say the same. A cell left out is a definition not used.
fn disagreement(study: &StudyReport, definition: Definition) -> Option<String> {
    let mut said: Vec<(&str, Vec<&str>)> = Vec::new();
    for (coder, cells) in &study.definitions {
        let basis = cells.get(&definition).map_or("not used", |basis| basis.id());
        match said.iter_mut().find(|(word, _)| *word == basis) {
            Some((_, coders)) => coders.push(coder),
            None => said.push((basis, vec![coder])),
        }
    }
    let words: Vec<_> = said.iter().map(|(basis, coders)| format!("{basis} ({})", coders.join(", "))).collect();
    (said.len() > 1).then(|| format!("{definition}: {}", words.join(", ")))
}

/// How a study's realism score moves with weights.
#[must_use]
pub fn sensitivity(audit: &Audit) -> Table {
    let sensitivity = &audit.sensitivity;
    let mut columns = vec!["Study".to_owned()];
    columns.extend(sensitivity.presets.keys().map(|preset| format!("Preset {preset}")));
    columns.extend(["5 % – 50 % – 95 % over random weights", "One condition left out", "Partly as 0.25 – 0.75"].map(str::to_owned));
    let caption = "Middle realism score under other weights".to_owned();
    let mut table = Table { caption, columns, rows: Vec::new(), empty: "No study is in this report.".to_owned() };
    for study in &audit.studies {
        let mut row = vec![Cell::Link { id: study.id.clone(), to: format!("studies/{}.md", study.id) }];
        row.extend(sensitivity.presets.values().map(|scores| Cell::text(number::score(scores.get(&study.id).copied().flatten()))));
        let spread = sensitivity.dirichlet.get(&study.id).copied().flatten();
        row.push(Cell::text(spread.map_or_else(dash, |(low, mid, high)| scores(&[low, mid, high]))));
        let mut left: Vec<f64> = sensitivity.leave_one_out.values().filter_map(|scores| scores.get(&study.id).copied().flatten()).collect();
        left.sort_by(f64::total_cmp);
        row.push(Cell::text(left.first().zip(left.last()).map_or_else(dash, |(low, high)| scores(&[*low, *high]))));
        let partly = sensitivity.partly.get(&study.id).copied().flatten();
        row.push(Cell::text(partly.map_or_else(dash, |(low, high)| scores(&[low, high]))));
        table.rows.push(row);
    }
    table
}

fn dash() -> String {
    number::NONE.to_owned()
}

fn scores(values: &[f64]) -> String {
    values.iter().map(|value| number::score(Some(*value))).collect::<Vec<_>>().join(" – ")
}

/// The detectors' error rates on planted truth, the worst of each; `tables/calibration.csv` has every row.
#[must_use]
pub fn calibration(audit: &Audit) -> Table {
    let columns =
        ["Definition", "Rows", "Most errors at 5 %", "Most errors at 1 %", "Heavy tails: most errors", "Least power", "Rows that fail"];
    let mut table = Table::new("Error rates of the detectors on planted truth", &columns, "Nobody has counted them for these detectors.");
    let Some(report) = audit.calibration.as_ref() else { return table };
    for (definition, functional) in report.table.detectors() {
        let rows: Vec<_> = report.table.rows.iter().filter(|row| (row.definition, row.functional) == (definition, functional)).collect();
        let of = |plant: Plant, nominal: f64| rows.iter().filter(move |row| row.plant == plant && row.nominal.total_cmp(&nominal).is_eq());
        let most = |plant, nominal| counted(of(plant, nominal).max_by_key(|row| row.count));
        let power = rows.iter().filter(|row| row.plant == Plant::Alternative).min_by_key(|row| row.count);
        let functional = functional.map_or_else(String::new, |functional| format!(", {functional}"));
        table.rows.push(vec![
            Cell::text(format!("{definition}{functional}")),
            Cell::text(rows.len().to_string()),
            Cell::text(most(Plant::Boundary, 0.05)),
            Cell::text(most(Plant::Boundary, 0.01)),
            Cell::text(format!("{} at 5 %; {} at 1 %", most(Plant::Heavy, 0.05), most(Plant::Heavy, 0.01))),
            Cell::text(counted(power)),
            Cell::text(rows.iter().filter(|row| !row.passes).count().to_string()),
        ]);
    }
    table
}

/// A count with its limit.
fn counted(row: Option<&&CalibrationRow>) -> String {
    row.map_or_else(dash, |row| format!("{} of {} (limit {})", row.count, row.trials, row.limit))
}

/// What the table rests on, in a sentence.
#[must_use]
pub fn calibration_state(audit: &Audit) -> String {
    let Some(report) = audit.calibration.as_ref() else { return String::new() };
    let failures = report.table.failures().count();
    let state = if report.is_current {
        "with the detectors and thresholds of this report"
    } else {
        "with EARLIER detectors or thresholds than this report"
    };
    let verdict =
        if failures == 0 { "every row passes".to_owned() } else { format!("{failures} of {} rows fail", report.table.rows.len()) };
    format!(
        "Counted over {} planted ensembles a row {state}: {verdict}. An error row passes when its count does not exceed the 99.9 % binomial quantile, a power row when at least nine in ten are found; with a tail too heavy for any mean, nineteen in twenty undecided pass too. Every row: [tables/calibration.csv](tables/calibration.csv).",
        report.table.trials
    )
}

/// Every threshold with its reason.
#[must_use]
pub fn thresholds(audit: &Audit) -> Table {
    let mut table = Table::new("Every threshold, with its reason", &["Threshold", "Value", "Reason"], "No thresholds were recorded.");
    for criterion in &audit.criteria {
        let value = Cell::text(number::plain(Some(criterion.value)));
        table.rows.push(vec![Cell::Code(criterion.key.clone()), value, Cell::text(criterion.reason.clone())]);
    }
    table
}

/// What each world changes, with its reason.
#[must_use]
pub fn overlays(audit: &Audit) -> Table {
    let mut table = Table::new(
        "What the realistic and the contested world change",
        &["World", "Condition", "Change", "Reason", "Source"],
        "No overlays were recorded.",
    );
    for step in &audit.overlays {
        table.rows.push(vec![
            Cell::text(step.world.id()),
            Cell::Code(step.condition.to_string()),
            Cell::text(step.change.clone()),
            Cell::text(step.reason.clone()),
            Cell::text(step.locator.clone()),
        ]);
    }
    table
}
