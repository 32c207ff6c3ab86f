//! `tables/effects.csv.gz`: a row per tested claim with its statistic, the sample's standard error and the replicates behind it, for programs that pool
//! effects: in R `metafor::rma(yi, sei = sei, data = subset(read.csv("effects.csv.gz"), metric == "…"))`.
//!
//! Rows are comparable where metric, statistic, form and `relative_to` are the same; the table pools nothing.

use super::csv::{Sheet, optional};
use super::number::to_digits;
use crate::audit::{Audit, ClaimReport};
use crate::taxonomy::Word;

/// Significant digits: more than any pooling can use.
const DIGITS: usize = 9;

/// The table as text.
#[must_use]
pub fn effects(audit: &Audit) -> String {
    let mut sheet = Sheet::new(&[
        "study",
        "claim",
        "definition",
        "metric",
        "yi",
        "sei",
        "ni",
        "low",
        "high",
        "level",
        "inference",
        "statistic",
        "form",
        "relative_to",
        "generation",
        "cell",
        "model",
        "fidelity",
        "verdict",
        "why_no_sei",
    ]);
    for claim in audit.claims.iter().filter(|claim| claim.estimate.is_some()) {
        let Some(measure) = &claim.measure else { continue };
        let error = claim.error.filter(|error| *error > 0.0);
        let mut row = vec![claim.study.clone(), claim.id.clone(), claim.definition.id().to_owned(), measure.metric_id().to_owned()];
        row.extend([claim.estimate, error].map(|value| to_digits(value, DIGITS)));
        row.push(claim.replicates.to_string());
        row.extend([claim.low, claim.high, claim.level].map(|value| to_digits(value, DIGITS)));
        // Of a finding the inference tells what was measured, and is no word of a list.
        row.push(claim.inference.clone().filter(|_| measure.form != "finding").unwrap_or_default());
        row.extend([measure.statistic.to_owned(), measure.form.to_owned(), optional(measure.relative_to)]);
        row.extend([optional(claim.generation), optional(claim.cell.as_ref()), model(audit, claim).to_owned()]);
        row.extend([claim.fidelity.id().to_owned(), claim.verdict.id().to_owned()]);
        row.push(if error.is_some() { String::new() } else { why_none(claim).to_owned() });
        sheet.row(&row);
    }
    sheet.0
}

/// The kind of the model that was run.
fn model<'a>(audit: &'a Audit, claim: &ClaimReport) -> &'a str {
    let study = audit.studies.iter().find(|study| study.id == claim.study);
    let simulation = study.zip(claim.simulation.as_ref()).and_then(|(study, name)| study.simulations.get(name));
    simulation.and_then(|one| one.mechanism.split(' ').nth(1)).unwrap_or_default()
}

/// Why the sample has no standard error of a number.
fn why_none(claim: &ClaimReport) -> &'static str {
    match claim.inference.as_deref() {
        Some("exact-moments") => "exact: nothing was sampled",
        Some("order-statistics" | "order-statistics-atom") => "a quantile: its interval is one of ranks",
        Some("clopper-pearson") => "a count of runs: its interval is binomial, from yi and ni",
        Some("equal-draws") => "all draws were equal",
        _ if claim.replicates == 0 => "exact: nothing was sampled",
        _ => "made of parts that are not the mean of one column",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn every_tested_claim_has_a_row_with_its_error_or_why_there_is_none() {
        let audit = fixture::awkward();
        let text = effects(&audit);
        let rows: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(rows.len(), audit.claims.iter().filter(|claim| claim.estimate.is_some() && claim.measure.is_some()).count());
        assert!(text.starts_with("study,claim,definition,metric,yi,sei,ni,"), "the columns that metafor asks for come first");
        let (with, without): (Vec<&&str>, Vec<&&str>) = rows.iter().partition(|row| row.contains(",0.0054,"));
        assert!(with.iter().all(|row| row.ends_with(',')) && without.iter().all(|row| !row.ends_with(',')), "{text}");
        assert!(!with.is_empty() && !without.is_empty());
    }

    #[test]
    fn what_has_no_standard_error_says_why() {
        let claim = fixture::awkward().claims[0].clone();
        let why = |inference: &str, replicates| why_none(&ClaimReport { inference: Some(inference.into()), replicates, ..claim.clone() });
        assert!(why("exact-moments", 256).starts_with("exact") && why("hall-t", 0).starts_with("exact"));
        assert!(why("order-statistics", 24).starts_with("a quantile") && why("clopper-pearson", 512).starts_with("a count"));
    }
}
