//! JUnit: one suite per study, one case per claim; drift is a failure, an accepted `undecided` or `untested` is skipped.
//! No timestamps and no durations, so that the same findings give the same bytes.

use super::{CheckReport, CheckRow};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

/// The report as JUnit XML.
#[must_use]
pub fn junit(report: &CheckReport) -> String {
    let mut rows: Vec<&CheckRow> = report.claims.iter().collect();
    rows.sort_by(|a, b| a.id.cmp(&b.id));
    let mut page = Report::new("collapse-audit");
    for claims in rows.chunk_by(|a, b| a.study() == b.study()) {
        let mut suite = TestSuite::new(claims[0].study());
        suite.add_test_cases(claims.iter().map(|row| case(row)));
        page.add_test_suite(suite);
    }
    let text = page.to_string().expect("XML strings are cleaned by their type, so they serialise");
    if text.ends_with('\n') { text } else { text + "\n" }
}

fn case(row: &CheckRow) -> TestCase {
    let status = match (row.sentence(), &row.skipped) {
        (Some(sentence), _) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type(row.drift.clone().unwrap_or_default());
            status.set_message(sentence);
            status
        }
        (None, Some(reason)) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(format!("{}: {reason}", row.found));
            status
        }
        (None, None) => TestCaseStatus::success(),
    };
    let name = row.id.split_once('/').map_or(row.id.as_str(), |(_, name)| name);
    let mut case = TestCase::new(name, status);
    case.set_classname(row.study().to_owned());
    case
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn a_suite_per_study_and_a_case_per_claim() {
        let page = junit(&fixture::check());
        insta::assert_snapshot!(page);
        assert!(!page.contains("timestamp"));
    }

    #[test]
    fn an_empty_check_is_still_a_report() {
        assert!(junit(&CheckReport::default()).contains("<testsuites"));
    }
}
