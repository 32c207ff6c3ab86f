//! Beside another reproduction: claim by claim, what others said of studies that stand here too, and what we say.

use crate::audit::{Audit, ClaimReport, RivalReport, Verdict};
use crate::registry::Theirs;
use crate::report::block::{Block, heading, paragraph};
use crate::report::table::{Cell, Table};
use crate::report::{facts, number, text};
use crate::taxonomy::{Fidelity, Word};

/// The section; nothing where no other reproduction is written down.
#[must_use]
pub fn section(audit: &Audit) -> Vec<Block> {
    if audit.rivals.is_empty() {
        return Vec::new();
    }
    let tested: Vec<&ClaimReport> = audit.claims.iter().filter(|claim| claim.verdict != Verdict::Untested).collect();
    let toys = tested.iter().filter(|claim| in_their_words(claim) == Theirs::Toy).count();
    vec![
        heading(2, "Beside another reproduction"),
        paragraph(&format!(
            "Others have judged claims of these studies one by one. Their rule calls a smaller or simpler model a *toy* and does not count it; what stands for \
             that here is an analogue. By that rule {toys} of our {} would be toys.",
            text::counted(tested.len(), "tested claim", "tested claims")
        )),
        Block::Shown("rivals", table(audit)),
    ]
}

/// What their rule would call a verdict of ours.
fn in_their_words(claim: &ClaimReport) -> Theirs {
    match (claim.verdict, claim.fidelity) {
        (Verdict::Untested, _) | (_, Fidelity::None) => Theirs::Blocked,
        (_, Fidelity::Analogue) => Theirs::Toy,
        (Verdict::Reproduced, _) => Theirs::Verified,
        (Verdict::Contradicted, _) => Theirs::Falsified,
        (Verdict::Undecided, _) => Theirs::Inconclusive,
    }
}

fn table(audit: &Audit) -> Table {
    let mut table = Table::new(
        "Claims that others judged too: theirs beside ours",
        &["Work", "Claim", "Whose verdict", "Theirs", "Ours", "Ours in their words"],
        "No other reproduction is written down.",
    );
    for rival in &audit.rivals {
        let own = rival.claim.as_ref().and_then(|id| audit.claims.iter().find(|claim| claim.id == *id));
        let (ours, words) =
            own.map_or_else(|| (Cell::text("no claim here says this"), number::NONE), |claim| (said(claim), in_their_words(claim).id()));
        table.rows.push(vec![
            work(rival),
            Cell::text(format!("{}: {}", rival.place, rival.statement)),
            Cell::text(format!("{}; known from {}", rival.rival, rival.material)),
            Cell::text(facts::with_reason(&text::words(rival.theirs.id()), rival.note.as_deref())),
            ours,
            Cell::text(words),
        ]);
    }
    table
}

fn work(rival: &RivalReport) -> Cell {
    match &rival.study {
        Some(id) => Cell::Link { id: id.clone(), to: format!("studies/{id}.md") },
        None => Cell::text(format!("arXiv:{}, no study here", rival.arxiv)),
    }
}

fn said(claim: &ClaimReport) -> Cell {
    let link = Cell::Link { id: claim.id.clone(), to: facts::claim_link(claim) };
    Cell::Several { lead: String::new(), cells: vec![link, Cell::text(facts::verdict_word(claim)), Cell::text(claim.fidelity.id())] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn an_analogue_is_what_they_call_a_toy_whatever_its_verdict() {
        let claim = fixture::awkward().claims[0].clone();
        let words = |verdict, fidelity| in_their_words(&ClaimReport { verdict, fidelity, ..claim.clone() });
        assert_eq!(words(Verdict::Reproduced, Fidelity::Analogue), Theirs::Toy);
        assert_eq!(words(Verdict::Contradicted, Fidelity::Exact), Theirs::Falsified);
        assert_eq!(words(Verdict::Undecided, Fidelity::Scaled), Theirs::Inconclusive);
        assert_eq!(words(Verdict::Untested, Fidelity::None), Theirs::Blocked);
    }

    #[test]
    fn a_verdict_without_a_claim_of_ours_keeps_its_row() {
        let mut audit = fixture::awkward();
        assert!(section(&audit).is_empty());
        let rival = |claim: Option<String>| RivalReport {
            rival: "Another".into(),
            material: "its page".into(),
            arxiv: "2401.00001".into(),
            study: None,
            place: "C1".into(),
            statement: "It holds.".into(),
            theirs: Theirs::Toy,
            note: None,
            claim,
        };
        audit.rivals = vec![rival(None), rival(Some(audit.claims[0].id.clone()))];
        let shown = table(&audit);
        assert_eq!(shown.rows[0][4].markdown(), "no claim here says this");
        assert!(shown.rows[1][4].markdown().contains(&audit.claims[0].id) && shown.rows[1][0].markdown().contains("no study here"));
    }
}
