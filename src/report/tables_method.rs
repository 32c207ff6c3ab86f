//! The tables of the report's second half: coverage, agreement between coders, sensitivity of the realism score,
//! thresholds and the worlds. Each is built once from the audit.

use super::facts;
use super::number;
use super::table::{Cell, Table};
use super::tables::study_cell;
use super::text;
use crate::audit::{AS_PUBLISHED, Audit, StudyReport};
use crate::taxonomy::{Definition, Word};
use crate::verdict::calibrate::{CalibrationRow, Plant, TestRow};
use std::collections::BTreeSet;

/// Claims of each definition by how they were put to a test, and the mechanisms behind either side.
#[must_use]
pub fn coverage(audit: &Audit) -> Table {
    let mut table = Table::new(
        "How far each definition is covered: studies that use it (either coder), claims by fidelity of their test, mechanisms that decide it",
        &[
            "Definition",
            "Studies that use it",
            "Tested: exact",
            "Scaled",
            "Analogue",
            "Untested",
            "Of these abstract only",
            "Checks we added",
            "Mechanisms: occurs / absent",
            "Thin",
        ],
        "Nothing is covered.",
    );
    for report in &audit.definitions {
        let used = audit.studies.iter().filter(|study| {
            facts::CODERS.iter().any(|coder| study.definitions.get(*coder).is_some_and(|cells| cells.contains_key(&report.id)))
        });
        let claims = report.coverage;
        let standing = facts::standing(report, AS_PUBLISHED);
        let mut row = vec![facts::label(report), Cell::text(used.count().to_string())];
        let counts = [claims.exact, claims.scaled, claims.analogue, claims.untested, claims.stubs, claims.added];
        row.extend(counts.map(|count| Cell::text(count.to_string())));
        row.push(Cell::text(format!("{} / {}", standing.mechanisms_occurs, standing.mechanisms_absent)));
        row.push(Cell::text(facts::thin_words(standing)));
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

/// Most studies named in one cell.
const NAMED: usize = 8;

/// Per definition, what the two coders of the audit table mark in the studies both coded, and where they differ.
#[must_use]
pub fn differing(audit: &Audit) -> Table {
    let [first, second] = facts::CODERS;
    let only = |coder: &str| format!("Marked only by {coder}");
    let columns = ["Definition", "Marked by both", "Of these with the same basis"].map(str::to_owned);
    let mut table = Table {
        caption: "Where the two coders differ, over the studies both coded".to_owned(),
        columns: columns.into_iter().chain([only(first), only(second)]).collect(),
        rows: Vec::new(),
        empty: "No study is coded by both.".to_owned(),
    };
    let common: Vec<&StudyReport> =
        audit.studies.iter().filter(|study| facts::CODERS.iter().all(|coder| study.definitions.contains_key(*coder))).collect();
    if common.is_empty() {
        return table;
    }
    for definition in Definition::all() {
        let basis = |study: &StudyReport, coder: &str| study.definitions.get(coder).and_then(|cells| cells.get(definition)).copied();
        let marks: Vec<_> = common.iter().map(|study| (*study, basis(study, first), basis(study, second))).collect();
        let both = marks.iter().filter(|(_, a, b)| a.is_some() && b.is_some()).count();
        let same = marks.iter().filter(|(_, a, b)| a.is_some() && a == b).count();
        let named = |chosen: Vec<&StudyReport>| names(&chosen);
        table.rows.push(vec![
            Cell::Code(definition.to_string()),
            Cell::text(both.to_string()),
            Cell::text(same.to_string()),
            named(marks.iter().filter(|(_, a, b)| a.is_some() && b.is_none()).map(|(study, _, _)| *study).collect()),
            named(marks.iter().filter(|(_, a, b)| a.is_none() && b.is_some()).map(|(study, _, _)| *study).collect()),
        ]);
    }
    table
}

fn names(studies: &[&StudyReport]) -> Cell {
    if studies.is_empty() {
        return Cell::text("0");
    }
    let mut cells: Vec<Cell> = studies.iter().take(NAMED).map(|study| study_cell(study)).collect();
    if studies.len() > NAMED {
        cells.push(Cell::text(format!("and {} more", studies.len() - NAMED)));
    }
    Cell::Several { lead: format!("{}:", studies.len()), cells }
}

/// In words, the definitions that the first coder of the audit table marks in one study at most although the second marks
/// more: there the printed row says little of who uses the definition.
#[must_use]
pub fn sparse(audit: &Audit) -> Vec<String> {
    let [first, second] = facts::CODERS;
    let marked = |coder: &str, definition: Definition| -> Vec<&StudyReport> {
        audit.studies.iter().filter(|study| study.definitions.get(coder).is_some_and(|cells| cells.contains_key(&definition))).collect()
    };
    let sentence = |definition: &Definition| {
        let (few, more) = (marked(first, *definition), marked(second, *definition));
        if few.len() > 1 || more.len() <= few.len() {
            return None;
        }
        let by_first = few.first().map_or_else(|| "in no study of this report".to_owned(), |study| format!("in `{}` alone", study.id));
        let refused: Vec<_> = more.iter().filter(|study| study.definitions.contains_key(first) && !few.contains(study)).collect();
        let list = more.iter().take(NAMED).map(|study| format!("`{}`", study.id)).collect::<Vec<_>>().join(", ");
        let rest = if more.len() > NAMED { format!(" and {} more", more.len() - NAMED) } else { String::new() };
        Some(format!(
            "`{definition}` is marked by {first} {by_first}; {second} marks it in {} ({list}{rest}), {} of them coded by {first} without that mark.",
            more.len(),
            refused.len()
        ))
    };
    Definition::all().iter().filter_map(sentence).collect()
}

/// Studies whose score the weights move most.
const MOVED: usize = 10;

/// How the realism score moves with weights, for the studies that move most.
#[must_use]
pub fn sensitivity(audit: &Audit) -> Table {
    let mut studies: Vec<(&StudyReport, f64)> = audit.studies.iter().filter_map(|study| Some((study, reach(audit, study)?))).collect();
    studies.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.id.cmp(&b.0.id)));
    let chosen: Vec<&StudyReport> = studies.into_iter().take(MOVED).map(|(study, _)| study).collect();
    sensitivity_of(audit, &chosen)
}

/// Width between the 5 % and the 95 % point over random weights.
fn reach(audit: &Audit, study: &StudyReport) -> Option<f64> {
    audit.sensitivity.dirichlet.get(&study.id).copied().flatten().map(|(low, _, high)| high - low)
}

/// How the realism scores of some studies move with weights.
#[must_use]
pub fn sensitivity_of(audit: &Audit, studies: &[&StudyReport]) -> Table {
    let sensitivity = &audit.sensitivity;
    let mut columns = vec!["Study".to_owned()];
    columns.extend(sensitivity.presets.keys().map(|preset| format!("Preset {preset}")));
    columns.extend(["5 % – 50 % – 95 % over random weights", "One condition left out", "Partly as 0.25 – 0.75"].map(str::to_owned));
    let caption = "Middle realism score under other weights".to_owned();
    let mut table = Table { caption, columns, rows: Vec::new(), empty: "No study has a realism score.".to_owned() };
    for study in studies {
        let mut row = vec![study_cell(study)];
        row.extend(sensitivity.presets.values().map(|scores| Cell::text(number::score(scores.get(&study.id).copied().flatten()))));
        let spread = sensitivity.dirichlet.get(&study.id).copied().flatten();
        row.push(Cell::text(spread.map_or_else(dash, |(low, mid, high)| scores(&[low, mid, high]))));
        row.push(Cell::text(left_out(audit, study).map_or_else(dash, |(low, high)| scores(&[low, high]))));
        let partly = sensitivity.partly.get(&study.id).copied().flatten();
        row.push(Cell::text(partly.map_or_else(dash, |(low, high)| scores(&[low, high]))));
        table.rows.push(row);
    }
    table
}

/// Lowest and highest score of a study with one condition left out.
#[must_use]
pub fn left_out(audit: &Audit, study: &StudyReport) -> Option<(f64, f64)> {
    let scores = audit.sensitivity.leave_one_out.values().filter_map(|scores| scores.get(&study.id).copied().flatten());
    scores.fold(None, |held, score| held.map_or(Some((score, score)), |(low, high): (f64, f64)| Some((low.min(score), high.max(score)))))
}

fn dash() -> String {
    number::NONE.to_owned()
}

/// Scores from the lowest to the highest; one where all print alike.
fn scores(values: &[f64]) -> String {
    let mut words: Vec<String> = values.iter().map(|value| number::score(Some(*value))).collect();
    if words.iter().all(|word| *word == words[0]) {
        words.truncate(1);
    }
    words.join(" – ")
}

/// The detectors' error rates on planted truth, the worst of each; `tables/calibration.csv.gz` has every row.
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

/// The error rates of the kinds of test on planted truth: per kind and level the row with most errors for what it may have;
/// `tables/calibration-tests.csv.gz` has every row.
#[must_use]
pub fn calibration_tests(audit: &Audit) -> Table {
    let columns = ["Test", "Nominal error", "Laws", "Most errors, and of which law", "Rows that fail"];
    let mut table = Table::new("Error rates of the kinds of test on planted truth", &columns, "Nobody has counted them for these tests.");
    let Some(report) = audit.calibration.as_ref() else { return table };
    let mut kinds: Vec<(&str, f64)> = Vec::new();
    for row in report.table.tests.iter().filter(|row| row.plant != Plant::Alternative) {
        let key = (row.kind.as_str(), row.nominal);
        if !kinds.iter().any(|held| held.0 == key.0 && held.1.total_cmp(&key.1).is_eq()) {
            kinds.push(key);
        }
    }
    for (kind, nominal) in kinds {
        let of = |row: &&TestRow| row.plant != Plant::Alternative && row.kind == kind && row.nominal.total_cmp(&nominal).is_eq();
        let rows: Vec<&TestRow> = report.table.tests.iter().filter(of).collect();
        let laws: BTreeSet<&str> = rows.iter().map(|row| row.law.as_str()).collect();
        let share = |row: &TestRow| f64::from(row.count) / f64::from(row.trials);
        let worst = rows.iter().max_by(|a, b| share(a).total_cmp(&share(b)));
        let words = |row: &&TestRow| format!("{} of {} (limit {}), {}", row.count, row.trials, row.limit, row.law);
        table.rows.push(vec![
            Cell::text(kind.to_owned()),
            Cell::text(number::plain(Some(nominal))),
            Cell::text(laws.len().to_string()),
            Cell::text(worst.map_or_else(dash, words)),
            Cell::text(rows.iter().filter(|row| !row.passes).count().to_string()),
        ]);
    }
    table
}

/// What the tables rest on, in sentences, and what no sample can exclude.
#[must_use]
pub fn calibration_state(audit: &Audit) -> String {
    let Some(report) = audit.calibration.as_ref() else { return String::new() };
    let (rows, failures) =
        (report.table.rows.len() + report.table.tests.len(), report.table.failures().count() + report.table.failed_tests().count());
    let state = if report.is_current {
        "with the detectors and thresholds of this report"
    } else {
        "with EARLIER detectors or thresholds than this report"
    };
    let verdict = if failures == 0 { "every row passes".to_owned() } else { format!("{failures} of {rows} rows fail") };
    format!(
        "Counted over {} planted ensembles a row of a detector, and up to twenty times as many of a test at the level that a claim or a world spends, {state}: {verdict}. An error row passes when its count does not exceed the 99.9 % binomial quantile, a power row when at least nine in ten are found. Every row: [tables/calibration.csv.gz](tables/calibration.csv.gz), [tables/calibration-tests.csv.gz](tables/calibration-tests.csv.gz).\n\n{}{}",
        report.table.trials,
        "The family-wise error holds for every law where a verdict rests on a median, a share or a mean of a quantity in a known range; where it rests on a mean of anything else, for laws like those planted: from the normal to lognormal(2), Pareto and squared t without a variance, in one arm or both, whose tail shows in the sample or is as thin as the sample.",
        rare_jump(audit),
    )
}

/// How often the suite itself decides wrongly under fresh root seeds, in sentences; `None` where nobody counted it.
#[must_use]
pub fn error_rate(audit: &Audit) -> Option<String> {
    let report = audit.error_rate.as_ref()?;
    let rate = &report.rate;
    let state = if report.is_current { "this engine and these rules" } else { "an EARLIER state of the laboratory or of the rules" };
    let limit = |share: Option<f64>| {
        share.map_or_else(String::new, |_| format!(" (a share of at most {}, one-sided at 95 %)", number::to_digits(share, 3)))
    };
    Some(format!(
        "**The suite's own error rate.** With {state}, {} were asked again under {} fresh root seeds, of at most {} replicates each: {} decisions, of which **{}** went against those of most other seeds{}; seeds with such a decision: {}{}. The test of {} is decided under some seeds and undecided under others. A test that errs alike under every seed is not seen by this; the planted truths above see that.",
        text::counted(rate.claims, "claim whose test can be decided", "claims whose test can be decided"),
        rate.seeds,
        report.replicates,
        number::count(rate.decisions as u64),
        rate.against,
        limit(report.per_decision),
        rate.seeds_against,
        limit(report.per_seed),
        text::counted(rate.come_and_go, "claim", "claims"),
    ))
}

/// How rare a jump must be for a first look to miss it more often than its error probability.
fn rare_jump(audit: &Audit) -> String {
    let value = |key: &str| audit.criteria.iter().find(|criterion| criterion.key == key).map(|criterion| criterion.value);
    let size = || {
        // The first look spends half of a test's share.
        let alpha = value("alpha_total")? / value("capacity")? * value("test_share")? / 2.0;
        let first = value("first_look")?;
        Some((first, (2.0 / alpha).ln() / first))
    };
    size().map_or_else(String::new, |(first, jump)| {
        format!(
            " A jump that no replicate has shown cannot be excluded, whatever the rule: at {first:.0} replicates one in a share of runs below {} (ln(2/alpha)/n at n replicates) stays unseen more often than the error allows, and a mean without a known range may lie anywhere beyond it.",
            number::percent(Some(jump))
        )
    })
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
        &format!("What {}", super::worlds::that_change(audit)),
        &["World", "Condition", "Change", "Reason", "Source"],
        "No overlays were recorded.",
    );
    for step in &audit.overlays {
        table.rows.push(vec![
            Cell::text(step.world.clone()),
            Cell::Code(step.condition.to_string()),
            Cell::text(step.change.clone()),
            Cell::text(step.reason.clone()),
            Cell::text(step.locator.clone()),
        ]);
    }
    table
}
