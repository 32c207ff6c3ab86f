//! For what claims speak, and how often a statement reaches further than what was run.

use crate::audit::{Audit, ClaimReport, Verdict};
use crate::registry::Quantifier;
use crate::report::block::{Block, heading, paragraph};
use crate::report::table::{Cell, Table};
use crate::report::text;
use crate::taxonomy::Word;

/// The section; nothing where no claim says for what it speaks.
#[must_use]
pub fn section(audit: &Audit) -> Vec<Block> {
    if audit.claims.iter().all(|claim| claim.quantifier.is_none()) {
        return Vec::new();
    }
    let tested = audit.claims.iter().filter(|claim| claim.verdict != Verdict::Untested).count();
    let further = audit.claims.iter().filter(|claim| claim.reaches_further()).count();
    vec![
        heading(2, "For what the claims speak"),
        paragraph(&format!(
            "Of {}, {further} reach further than what was run: a simulation shows a finite number of runs at some sizes. That is so of every statement about \
             every size (`every-n`) or almost every run (`almost-surely`), of one about an expected value (`in-expectation`) where medians or signs were \
             asked, and of one about the sizes that were observed (`these-sizes`, `one-run`) where ours are smaller or the model is another.",
            text::counted(tested, "tested claim", "tested claims")
        )),
        Block::Shown("quantifiers", table(audit)),
    ]
}

fn table(audit: &Audit) -> Table {
    let mut table = Table::new(
        "Claims by what they speak for",
        &["For", "Claims", "Tested", "Reach further than what was run", "Of these reproduced"],
        "No claim says for what it speaks.",
    );
    for word in Quantifier::all() {
        let own: Vec<&ClaimReport> = audit.claims.iter().filter(|claim| claim.quantifier == Some(*word)).collect();
        let count = |holds: &dyn Fn(&ClaimReport) -> bool| Cell::text(own.iter().filter(|claim| holds(claim)).count().to_string());
        table.rows.push(vec![
            Cell::Code(word.to_string()),
            Cell::text(own.len().to_string()),
            count(&|claim| claim.verdict != Verdict::Untested),
            count(&ClaimReport::reaches_further),
            count(&|claim| claim.reaches_further() && claim.verdict == Verdict::Reproduced),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;
    use crate::taxonomy::{Functional, Size};

    #[test]
    fn what_reaches_further_follows_from_what_was_run() {
        let mut audit = fixture::awkward();
        let claim = audit.claims[0].clone();
        let reaches = |quantifier, functional, size| {
            ClaimReport { quantifier: Some(quantifier), functional, size, verdict: Verdict::Reproduced, ..claim.clone() }.reaches_further()
        };
        assert!(reaches(Quantifier::EveryN, Functional::Mean, Some(Size::Within)));
        assert!(
            !reaches(Quantifier::InExpectation, Functional::Mean, None) && reaches(Quantifier::InExpectation, Functional::Typical, None)
        );
        assert!(!reaches(Quantifier::TheseSizes, Functional::Mean, Some(Size::Own)));
        assert!(reaches(Quantifier::OneRun, Functional::Mean, Some(Size::Reduced)) && reaches(Quantifier::OneRun, Functional::Mean, None));
        audit.claims.iter_mut().for_each(|claim| claim.verdict = Verdict::Untested);
        assert!(audit.claims.iter().all(|claim| !claim.reaches_further()), "what was not run is no reach");
    }

    #[test]
    fn every_claim_that_says_so_is_in_one_row() {
        let audit = fixture::awkward();
        let claims: usize = table(&audit).rows.iter().map(|row| row[1].markdown().parse::<usize>().expect("a count")).sum();
        assert_eq!(claims, audit.claims.iter().filter(|claim| claim.quantifier.is_some()).count());
    }
}
