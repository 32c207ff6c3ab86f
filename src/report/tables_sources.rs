//! Where the studies come from and who coded them: the flow from search to registry, what was left out, the coders.

use super::table::{Cell, Table};
use super::text;
use crate::audit::{Audit, CoderReport, ScreeningReport, SearchReport, is_stub};
use crate::registry::NOT_RECORDED;
use crate::taxonomy::Author;

/// From search to registry, a row a step. A number that nobody wrote down is said to be unrecorded, never made up.
#[must_use]
pub fn flow(audit: &Audit) -> Table {
    let mut table = Table::new(
        "How the studies were found: from search to registry",
        &["Step", "Records"],
        "How the studies were found is not recorded in this registry.",
    );
    let Some(screening) = audit.screening.as_ref() else { return table };
    let mut row = |step: &str, records: String| table.rows.push(vec![Cell::text(step), Cell::text(records)]);
    for search in &screening.searches {
        let when = search.date.as_ref().map_or_else(|| format!("date {NOT_RECORDED}"), Clone::clone);
        row(&format!("Identified: {} ({when})", search.source), recorded(search.identified));
    }
    row("Identified in all", total(screening, |search| search.identified));
    row("Duplicates among them", total(screening, |search| search.duplicates));
    row("Screened by abstract", total(screening, |search| search.screened));
    row("Read and decided (left out or included)", (screening.excluded.len() + audit.studies.len()).to_string());
    for (depth, words) in [("abstract", "Left out after reading the abstract"), ("full-text", "Left out after reading the full text")] {
        row(words, screening.excluded.iter().filter(|record| record.read == depth).count().to_string());
    }
    row("Included: the studies of this report", audit.studies.len().to_string());
    let simulated = audit.studies.iter().filter(|study| !study.fidelity.is_empty()).count();
    row("Of these with a simulation", simulated.to_string());
    row("Of these known from an abstract only", abstracts(audit).to_string());
    table
}

/// Studies all of whose own claims are stubs.
fn abstracts(audit: &Audit) -> usize {
    let own = |id: &str| audit.claims.iter().filter(move |claim| claim.study == id && claim.by == Author::Study).collect::<Vec<_>>();
    audit
        .studies
        .iter()
        .map(|study| own(&study.id))
        .filter(|claims| !claims.is_empty() && claims.iter().all(|claim| is_stub(claim)))
        .count()
}

fn recorded(count: Option<u64>) -> String {
    count.map_or_else(|| NOT_RECORDED.to_owned(), super::number::count)
}

/// The sum over searches, with how many recorded nothing.
fn total(screening: &ScreeningReport, of: fn(&SearchReport) -> Option<u64>) -> String {
    let counts: Vec<Option<u64>> = screening.searches.iter().map(of).collect();
    let missing = counts.iter().filter(|count| count.is_none()).count();
    let known = super::number::count(counts.iter().flatten().sum());
    match missing {
        0 => known,
        all if all == counts.len() => NOT_RECORDED.to_owned(),
        some => format!("{known} and an unknown number: {NOT_RECORDED} for {some} of {} searches", counts.len()),
    }
}

/// What was read and left out, with the reason.
#[must_use]
pub fn excluded(audit: &Audit) -> Table {
    let mut table = Table::new("Read and left out", &["Record", "Read", "Why it was left out"], "Nothing that was read was left out.");
    for record in audit.screening.iter().flat_map(|screening| &screening.excluded) {
        table.rows.push(vec![
            Cell::text(record.citation.clone()),
            Cell::text(text::words(&record.read)),
            Cell::text(record.reason.clone()),
        ]);
    }
    table
}

/// Who coded what, from which material, having seen what.
#[must_use]
pub fn coders(audit: &Audit) -> Table {
    let mut table = Table::new(
        "Coders",
        &["Coder", "Who", "When", "From", "Having seen", "Studies: definitions", "Studies: realism"],
        "Nobody is recorded as coder.",
    );
    for coder in &audit.coders {
        let words = [&coder.who, &coder.when, &coder.material, &coder.seen].map(|words| Cell::text(words.clone()));
        let counts = [coder.definitions, coder.realism].map(|count| Cell::text(count.to_string()));
        table.rows.push([Cell::Code(coder.id.clone())].into_iter().chain(words).chain(counts).collect());
    }
    table
}

/// What stands where the agreement on realism would: who judged it, and that nothing is computed.
#[must_use]
pub fn realism_agreement(audit: &Audit) -> String {
    let judges: Vec<&CoderReport> = audit.coders.iter().filter(|coder| coder.realism > 0).collect();
    match judges[..] {
        [] => "Agreement on realism levels: nobody is recorded as having judged them.".to_owned(),
        [one] => format!("Agreement on realism levels: one coder (`{}`), so none is computed.", one.id),
        _ => format!("Agreement on realism levels: {} coders; it is not computed in this release.", judges.len()),
    }
}
