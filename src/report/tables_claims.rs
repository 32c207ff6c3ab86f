//! The tables of claims: what was contradicted, what flips, what stays open. The main report lists claims one by one
//! only where they are few; every claim has its row on its study's page and in `tables/claims.csv.gz`.

use super::facts::{self, Group};
use super::figures::Accepts;
use super::number;
use super::table::{Cell, Table};
use super::tables::study_cell;
use super::{text, worlds};
use crate::audit::{Audit, ClaimReport, StudyReport, Verdict};
use crate::registry::Asserts;
use crate::taxonomy::{Condition, Definition, Word};
use crate::verdict::Outcome;
use std::collections::BTreeMap;

/// Most claims of a kind that are listed one by one; more are counted by reason.
const LISTED: usize = 12;

/// Most reasons with a row of their own, and most studies named in a row.
const NAMED: usize = 10;

fn claim_cell(claim: &ClaimReport) -> Cell {
    Cell::Link { id: claim.id.clone(), to: facts::claim_link(claim) }
}

/// One row per claim of a study: what was found, how near the simulation is, and what becomes of it elsewhere. Each
/// leads to its heading on `page`, or on the same page where that is empty.
#[must_use]
pub fn of_study(audit: &Audit, study: &str, page: &str) -> Table {
    let caption = format!(
        "Claims: estimate [interval], expected value, verdict, control, and outcome {} · conditions simulated",
        worlds::in_one_cell(audit)
    );
    let places = worlds::head(audit);
    let mut table = Table::new(
        &caption,
        &["Claim", "Verdict", "Fidelity", "Estimate [interval]", "Expected", "Control", &places, "Flips under"],
        "No claim of this study is registered.",
    );
    for claim in audit.claims.iter().filter(|claim| claim.study == study) {
        let name = facts::local(&claim.id).to_owned();
        table.rows.push(vec![
            Cell::Link { to: format!("{page}#{name}"), id: name },
            // Why a claim is untested stands where this leads.
            Cell::text(if claim.verdict == Verdict::Untested { facts::verdict_word(claim).to_owned() } else { facts::verdict_text(claim) }),
            Cell::text(claim.fidelity.id()),
            Cell::text(number::with_interval(claim.estimate, claim.low, claim.high)),
            Cell::text(expected(claim)),
            Cell::text(control_word(claim)),
            Cell::text(facts::in_worlds(audit, claim)),
            Cell::text(facts::flips_text(claim.flips_under.as_ref())),
        ]);
    }
    table
}

/// Every claim of every study in one table, for a survey: its study as a citation.
#[must_use]
pub fn listed(audit: &Audit) -> Table {
    let places = worlds::head(audit);
    let columns = ["Study", "Claim", "Verdict", "Fidelity", "Estimate [interval]", &places, "Flips under"];
    let mut table = Table::new("Claims: what was found, and what becomes of it in every world", &columns, "No claim is in this report.");
    for study in &audit.studies {
        for claim in audit.claims.iter().filter(|claim| claim.study == study.id) {
            table.rows.push(vec![
                study_cell(study),
                Cell::text(facts::local(&claim.id)),
                Cell::text(facts::verdict_text(claim)),
                Cell::text(claim.fidelity.id()),
                Cell::text(number::with_interval(claim.estimate, claim.low, claim.high)),
                Cell::text(facts::in_worlds(audit, claim)),
                Cell::text(facts::flips_text(claim.flips_under.as_ref())),
            ]);
        }
    }
    table
}

/// What a claim's test counts as agreement, in short: a value as the estimate is written, a region that has none in its middle, or the limit of a
/// bound with its side.
#[must_use]
pub fn expected(claim: &ClaimReport) -> String {
    let Some(value) = claim.expected else { return number::NONE.to_owned() };
    match Accepts::of(claim) {
        Accepts::Within(low, high) if low < value && value < high => number::rounded(claim.expected, claim.low, claim.high),
        Accepts::Unsaid => number::rounded(claim.expected, claim.low, claim.high),
        other => other.words(claim),
    }
}

/// What the test does in its control, and whether it must: fail in a negative one, hold in a positive one.
fn control_word(claim: &ClaimReport) -> &'static str {
    let Some(control) = &claim.control else { return number::NONE };
    match (control.verdict, control.stands()) {
        (Verdict::Contradicted, true) => "fails, as it must",
        (Verdict::Contradicted, false) => "fails, and must hold",
        (Verdict::Reproduced, true) => "holds, as it must",
        (Verdict::Reproduced, false) => "holds, and must fail",
        (Verdict::Undecided | Verdict::Untested, _) => "undecided",
    }
}

/// Contradicted claims of the studies, with the fair wording their file gives.
#[must_use]
pub fn contradicted(audit: &Audit) -> Table {
    contradicted_in(audit, Group::Counted, "No claim came out contradicted.")
}

/// Checks of ours that came out contradicted.
#[must_use]
pub fn contradicted_checks(audit: &Audit) -> Table {
    contradicted_in(audit, Group::Added, "No check of ours came out contradicted.")
}

fn contradicted_in(audit: &Audit, group: Group, empty: &str) -> Table {
    let mut table = Table::new("Contradicted claims", &["Claim", "It says", "We find", "Read it like this"], empty);
    for claim in facts::claims_in(audit, group).filter(|claim| claim.verdict == Verdict::Contradicted) {
        let found = number::with_interval(claim.estimate, claim.low, claim.high);
        let expected = expected(claim);
        table.rows.push(vec![
            claim_cell(claim),
            Cell::text(claim.statement.clone()),
            Cell::text(format!("{found}, expected {expected} ({}{})", claim.fidelity, facts::fragile_mark(claim))),
            Cell::text(claim.because.clone().unwrap_or_else(|| "no wording given yet".to_owned())),
        ]);
    }
    table
}

/// Claims of studies that came out reproduced although the definition they speak of came out otherwise, and why both can be true.
#[must_use]
pub fn both_true(audit: &Audit) -> Table {
    let mut table = Table::new(
        "Reproduced claims whose definition came out otherwise than they assert",
        &["Claim", "It asserts", "We find, as published", "Why both can be true"],
        "No reproduced claim has a definition that came out otherwise.",
    );
    for claim in facts::claims_in(audit, Group::Counted).filter(|claim| is_told_otherwise(claim)) {
        table.rows.push(vec![
            claim_cell(claim),
            Cell::text(format!("{} {}", claim.definition, claim.asserts)),
            Cell::text(found_instead(claim)),
            Cell::text(claim.both_true.clone().unwrap_or_else(|| "no wording given yet".to_owned())),
        ]);
    }
    table
}

/// Whether a claim is reproduced although the definition it speaks of came out otherwise than it asserts.
#[must_use]
pub fn is_told_otherwise(claim: &ClaimReport) -> bool {
    claim.verdict == Verdict::Reproduced && claim.definition_agrees == Some(false)
}

/// What the definition came out as where it is not what the claim asserts; of a comparison of two runs its row tells another thing.
const fn found_instead(claim: &ClaimReport) -> &'static str {
    match claim.asserts {
        Asserts::Occurs => "absent",
        Asserts::Absent => "occurs",
        Asserts::Conditional => "neither",
    }
}

/// Claims by definition and verdict; claims that enter no count in columns of their own.
#[must_use]
pub fn counts(audit: &Audit) -> Table {
    let mut table = Table::new(
        "Claims by definition and verdict",
        &["Definition", "Reproduced", "Contradicted", "Undecided", "Untested", "Checks we added", "Recalled"],
        "No claim is in this report.",
    );
    for definition in Definition::all() {
        let of = |group: Group| facts::claims_in(audit, group).filter(|claim| claim.definition == *definition);
        let mut row = vec![Cell::Code(definition.to_string())];
        row.extend(VERDICTS.map(|verdict| Cell::text(of(Group::Counted).filter(|claim| claim.verdict == verdict).count().to_string())));
        row.extend([Group::Added, Group::Recalled].map(|group| Cell::text(of(group).count().to_string())));
        table.rows.push(row);
    }
    table
}

const VERDICTS: [Verdict; 4] = [Verdict::Reproduced, Verdict::Contradicted, Verdict::Undecided, Verdict::Untested];

/// The rows that enter no count, by verdict. A recalled claim is never called contradicted.
#[must_use]
pub fn uncounted(audit: &Audit, group: Group) -> String {
    let claims: Vec<&ClaimReport> = facts::claims_in(audit, group).collect();
    if claims.is_empty() {
        return "None.".to_owned();
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for claim in &claims {
        *counts.entry(facts::verdict_word(claim)).or_default() += 1;
    }
    let words: Vec<_> = counts.iter().map(|(word, count)| format!("{count} {word}")).collect();
    format!("{}: {}.", text::counted(claims.len(), "row", "rows"), words.join(", "))
}

/// Per condition the counted claims whose definition it turns alone, in which direction, those whose own comparison of two runs it turns, and in
/// which studies.
#[must_use]
pub fn flips(audit: &Audit) -> Table {
    let mut table = Table::new(
        "Single conditions that turn a claim",
        &["Condition", "Definitions", "From occurs to absent", "From absent to occurs", "Comparisons", "Studies"],
        "No single condition flips the outcome of a claim.",
    );
    for (condition, _) in facts::flipping_conditions(audit) {
        let flipped: Vec<&ClaimReport> = facts::claims_in(audit, Group::Counted).filter(|claim| is_flipped(claim, condition)).collect();
        let (comparing, asking): (Vec<&ClaimReport>, Vec<&ClaimReport>) = flipped.iter().partition(|claim| claim.compares());
        let from = |outcome| asking.iter().filter(|claim| claim.published.as_ref().is_some_and(|w| w.outcome == outcome)).count();
        table.rows.push(vec![
            Cell::Code(condition.to_string()),
            Cell::text(asking.len().to_string()),
            Cell::text(from(Outcome::Occurs).to_string()),
            Cell::text(from(Outcome::Absent).to_string()),
            Cell::text(comparing.len().to_string()),
            studies_of(audit, &flipped),
        ]);
    }
    table
}

fn is_flipped(claim: &ClaimReport, condition: Condition) -> bool {
    claim.flips_under.as_ref().is_some_and(|flips| flips.kind == "single" && flips.conditions.contains(&condition))
}

/// The studies of some claims, the first of them as links.
fn studies_of(audit: &Audit, claims: &[&ClaimReport]) -> Cell {
    let studies: Vec<&StudyReport> = audit.studies.iter().filter(|study| claims.iter().any(|claim| claim.study == study.id)).collect();
    let mut cells: Vec<Cell> = studies.iter().take(NAMED).map(|study| study_cell(study)).collect();
    if studies.len() > NAMED {
        cells.push(Cell::text(format!("and {} more", studies.len() - NAMED)));
    }
    Cell::Several { lead: String::new(), cells }
}

/// Undecided claims: one by one with the replicates they need while they are few, else counted by reason.
#[must_use]
pub fn undecided(audit: &Audit) -> Table {
    let open: Vec<&ClaimReport> =
        facts::claims_in(audit, Group::Counted).filter(|c| c.verdict == Verdict::Undecided && !facts::analogue_disagrees(c)).collect();
    if open.len() > LISTED {
        return by_reason(audit, "Undecided claims by reason", &open);
    }
    let mut table = Table::new("Undecided claims", &["Claim", "Why", "Replicates drawn", "Replicates needed"], "No claim is undecided.");
    for claim in open {
        table.rows.push(vec![
            claim_cell(claim),
            Cell::text(reason(claim)),
            Cell::text(number::count(u64::from(claim.replicates_all))),
            Cell::text(claim.needs.map_or_else(|| "cannot be said".to_owned(), |needs| format!("about {}", number::count(needs)))),
        ]);
    }
    table
}

/// Untested claims with the reason each keeps while they are few, else counted by reason.
#[must_use]
pub fn untested(audit: &Audit) -> Table {
    let rows: Vec<&ClaimReport> = facts::claims_in(audit, Group::Counted).filter(|claim| claim.verdict == Verdict::Untested).collect();
    if rows.len() > LISTED {
        return by_reason(audit, "Untested claims by reason", &rows);
    }
    let mut table = Table::new("Untested claims", &["Claim", "It says", "Why it is untested"], "Every claim is tested.");
    for claim in rows {
        table.rows.push(vec![claim_cell(claim), Cell::text(claim.statement.clone()), Cell::text(reason(claim))]);
    }
    table
}

/// Claims with which only an analogue disagrees: one by one while they are few, else counted by study.
#[must_use]
pub fn analogues(audit: &Audit) -> Table {
    let rows: Vec<&ClaimReport> = audit.claims.iter().filter(|claim| facts::analogue_disagrees(claim)).collect();
    if rows.len() > LISTED {
        return by_reason(audit, "Claims with which only an analogue disagrees", &rows);
    }
    let mut table = Table::new(
        "Claims with which only an analogue disagrees",
        &["Claim", "Analogue finds", "Expected", "What our simulation does differently"],
        "No analogue disagrees with a claim.",
    );
    for claim in rows {
        let study = audit.studies.iter().find(|study| study.id == claim.study);
        let departures = claim.simulation.as_ref().and_then(|simulation| study?.departures.get(simulation));
        table.rows.push(vec![
            claim_cell(claim),
            Cell::text(number::with_interval(claim.estimate, claim.low, claim.high)),
            Cell::text(expected(claim)),
            Cell::text(departures.map_or_else(|| number::NONE.to_owned(), |departures| departures.join("; "))),
        ]);
    }
    table
}

fn reason(claim: &ClaimReport) -> String {
    claim.reason.as_deref().map_or_else(|| "no reason given".to_owned(), text::words)
}

/// Claims counted by reason, most first; the least frequent reasons share the last row.
fn by_reason(audit: &Audit, caption: &str, claims: &[&ClaimReport]) -> Table {
    let mut reasons: BTreeMap<String, Vec<&ClaimReport>> = BTreeMap::new();
    for claim in claims {
        reasons.entry(reason(claim)).or_default().push(claim);
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(&b.0)));
    let rest: Vec<&ClaimReport> = reasons.iter().skip(NAMED).flat_map(|(_, claims)| claims.iter().copied()).collect();
    let others = reasons.len().saturating_sub(NAMED);
    reasons.truncate(NAMED);
    if others > 0 {
        reasons.push((text::counted(others, "other reason", "other reasons"), rest));
    }
    let mut table = Table::new(caption, &["Why", "Claims", "Studies"], "None.");
    for (words, claims) in reasons {
        table.rows.push(vec![Cell::text(words), Cell::text(claims.len().to_string()), studies_of(audit, &claims)]);
    }
    table
}
