//! The realism of one study on its page: each condition once, and below it only what its simulations do otherwise.

use super::block::{Block, heading, paragraph};
use super::table::{Cell, Table};
use super::words::code;
use super::{tables, tables_method, text};
use crate::audit::{Audit, ConditionReport, RealismReport, StudyReport};
use crate::taxonomy::{Condition, Word};

/// The section as blocks.
#[must_use]
pub fn section(audit: &Audit, study: &StudyReport) -> Vec<Block> {
    let coder = only_coder(study).map(|coder| format!(" Coded by {}.", code(coder))).unwrap_or_default();
    let mut blocks =
        vec![heading(2, "Realism"), paragraph(&format!("{}{coder}", sentence(&study.realism))), Block::Table(conditions(study))];
    if !study.realism_by_simulation.is_empty() {
        blocks.push(paragraph("What its simulations do otherwise than each other, with the score of each:"));
        blocks.extend([Block::Table(differences(study)), Block::Table(scores(study))]);
    }
    if study.realism.mid.is_some() {
        blocks.extend([paragraph("The score under other weights:"), Block::Table(sensitivity(audit, study))]);
    }
    blocks
}

fn sentence(report: &RealismReport) -> String {
    match report.mid {
        None => format!("The score is withheld: {} of 8 conditions could be judged, and fewer than four tell too little.", report.judged),
        Some(_) if report.low == report.high => format!("Score {}, {} of 8 conditions judged.", score(report), report.judged),
        Some(_) => format!("Score {} (low – middle – high), {} of 8 conditions judged.", score(report), report.judged),
    }
}

/// Who judged, where it is one coder; then no row needs to say it.
fn only_coder(study: &StudyReport) -> Option<&str> {
    let mut coders = study.realism.conditions.values().map(|judgement| judgement.coder.as_str());
    let first = coders.next()?;
    coders.all(|coder| coder == first).then_some(first)
}

fn score(report: &RealismReport) -> String {
    tables::realism_text(report.low, report.mid, report.high)
}

/// Whether any simulation is judged in other words on a condition than the study as a whole.
fn differs(study: &StudyReport, condition: Condition) -> bool {
    let words = |report: &RealismReport| report.conditions.get(&condition).map(|one| (one.level, one.reason.clone()));
    study.realism_by_simulation.values().any(|report| words(report) != words(&study.realism))
}

fn conditions(study: &StudyReport) -> Table {
    let (columns, is_one) = (["Condition", "Level", "Reason", "Where", "Coder"], only_coder(study).is_some());
    let columns = &columns[..columns.len() - usize::from(is_one)];
    let mut table = Table::new("Realism, condition by condition", columns, "No condition was judged.");
    for condition in Condition::all() {
        let Some(judgement) = study.realism.conditions.get(condition) else { continue };
        let mut row = vec![Cell::Code(condition.to_string())];
        row.extend(judged(judgement));
        if differs(study, *condition) {
            row[2] = Cell::text("its simulations differ, see below");
            row[3] = Cell::text("");
        }
        row.extend((!is_one).then(|| Cell::text(judgement.coder.clone())));
        table.rows.push(row);
    }
    table
}

fn judged(judgement: &ConditionReport) -> [Cell; 3] {
    [text::words(judgement.level.id()), judgement.reason.clone(), judgement.locator.clone()].map(Cell::text)
}

/// A row per judgement that some simulations share and others do not.
fn differences(study: &StudyReport) -> Table {
    let columns = ["Condition", "Simulations", "Level", "Reason", "Where"];
    let mut table = Table::new("Realism, where simulations differ", &columns, "They do not differ.");
    for condition in Condition::all().iter().filter(|condition| differs(study, **condition)) {
        let mut groups: Vec<(&ConditionReport, Vec<Cell>)> = Vec::new();
        for (name, report) in &study.realism_by_simulation {
            let Some(judgement) = report.conditions.get(condition) else { continue };
            let name = Cell::Code(name.clone());
            match groups.iter_mut().find(|(other, _)| other.level == judgement.level && other.reason == judgement.reason) {
                Some((_, names)) => names.push(name),
                None => groups.push((judgement, vec![name])),
            }
        }
        for (judgement, cells) in groups {
            let mut row = vec![Cell::Code(condition.to_string()), Cell::Several { lead: String::new(), cells }];
            row.extend(judged(judgement));
            table.rows.push(row);
        }
    }
    table
}

fn scores(study: &StudyReport) -> Table {
    let columns = ["Simulation", "Score (low – middle – high)", "Conditions judged"];
    let mut table = Table::new("Realism score by simulation", &columns, "No simulation is coded on its own.");
    for (name, report) in &study.realism_by_simulation {
        table.rows.push(vec![Cell::Code(name.clone()), Cell::text(score(report)), Cell::text(format!("{} of 8", report.judged))]);
    }
    table
}

/// How the study's score moves with weights; on its own page it needs no name.
fn sensitivity(audit: &Audit, study: &StudyReport) -> Table {
    let mut table = tables_method::sensitivity_of(audit, &[study]);
    table.columns.remove(0);
    table.rows.iter_mut().for_each(|row| drop(row.remove(0)));
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;
    use crate::taxonomy::RealismLevel;

    #[test]
    fn a_condition_is_told_once_and_only_what_differs_again() {
        let mut study = fixture::one_study().studies.remove(0);
        let of_study = study.realism.clone();
        let mut other = of_study.clone();
        let (condition, judgement) = other.conditions.iter_mut().next().expect("one is judged");
        let condition = *condition;
        judgement.level = RealismLevel::Unclear;
        judgement.reason = "not told".to_owned();
        study.realism_by_simulation = [("same", of_study.clone()), ("second", other), ("third", of_study)]
            .map(|(name, report)| (name.to_owned(), report))
            .into_iter()
            .collect();
        let rows = differences(&study).rows;
        assert_eq!(rows.len(), 2, "one row for the two that agree, one for the other");
        assert!(rows.iter().all(|row| row[0] == Cell::Code(condition.to_string())));
        assert_eq!(scores(&study).rows.len(), 3);
        assert_eq!(conditions(&study).rows.iter().filter(|row| row[2] == Cell::text("its simulations differ, see below")).count(), 1);
    }
}
