//! The tables a reader sees in the main report, each built once from the audit. Every table that shows the realistic
//! world shows the contested one in the same row; claims speak in verdicts and simulations in outcomes.

use super::facts::{self, CODERS, Group, WORLDS};
use super::number;
use super::table::{Cell, Table};
use super::text;
use crate::audit::{Audit, ClaimReport, FidelityCounts, StudyReport, Verdict};
use crate::taxonomy::{Basis, Condition, Definition, Fidelity, RealismLevel, Word};

/// Definitions in the three worlds: counts by fidelity.
#[must_use]
pub fn definitions(audit: &Audit) -> Table {
    let mut table = Table::new(
        "Studies in which each definition occurs / is absent / is undecided / is not applicable, in the three worlds",
        &["Definition", "Fidelity", "As published", "Realistic", "Contested", "Conditions simulated"],
        "No definition was profiled.",
    );
    for report in &audit.definitions {
        for fidelity in Fidelity::all() {
            let counts = WORLDS.map(|world| report.worlds.get(world).and_then(|levels| levels.get(fidelity)).copied().unwrap_or_default());
            if counts.iter().all(|c| *c == FidelityCounts::default()) {
                continue;
            }
            let mut row = vec![Cell::Code(report.id.to_string()), Cell::text(fidelity.id())];
            row.extend(counts.map(|c| Cell::text(format!("{} / {} / {} / {}", c.occurs, c.absent, c.undecided, c.not_applicable))));
            row.push(Cell::text(facts::simulated_range(audit, report.id)));
            table.rows.push(row);
        }
    }
    table
}

/// What a reader may take away of each definition, with certainty and the shares behind it.
#[must_use]
pub fn takeaways(audit: &Audit) -> Table {
    let mut table = Table::new(
        "What to take away of each definition, and how certain it is",
        &["Definition", "Certainty", "Why not higher", "Takeaway"],
        "No definition was profiled.",
    );
    for report in &audit.definitions {
        let reasons = if report.certainty_reasons.is_empty() { number::NONE.to_owned() } else { report.certainty_reasons.join("; ") };
        table.rows.push(vec![
            Cell::Code(report.id.to_string()),
            Cell::text(report.certainty.clone()),
            Cell::text(reasons),
            Cell::text(report.takeaway.clone()),
        ]);
    }
    table
}

/// Share of decided studies in which each definition occurs, unweighted and weighted by realism.
#[must_use]
pub fn shares(audit: &Audit) -> Table {
    let mut table = Table::new(
        "Share of decided studies (exact and scaled) in which each definition occurs; in brackets weighted by realism",
        &["Definition", "As published", "Realistic", "Contested", "Works, mechanisms (as published)"],
        "No definition was profiled.",
    );
    for report in &audit.definitions {
        let mut row = vec![Cell::Code(report.id.to_string())];
        for world in WORLDS {
            let share = report.share.get(world).copied().flatten();
            let weighted = report.share_weighted.get(world).copied().flatten();
            row.push(Cell::text(match share {
                None => "not decided".to_owned(),
                Some(_) => format!("{} ({})", number::percent(share), number::percent(weighted)),
            }));
        }
        let levels = report.worlds.get(WORLDS[0]);
        let spread: Vec<_> = Fidelity::all()
            .iter()
            .filter_map(|fidelity| levels?.get(fidelity).map(|c| format!("{fidelity} {}, {}", c.works, c.mechanisms)))
            .collect();
        row.push(Cell::text(if spread.is_empty() { number::NONE.to_owned() } else { spread.join("; ") }));
        table.rows.push(row);
    }
    table
}

/// Study against definition: explicit or implicit, by coder.
#[must_use]
pub fn usage(audit: &Audit) -> Table {
    let mut columns = vec!["Study".to_owned()];
    columns.extend(Definition::all().iter().map(|definition| format!("{} {}", definition.number(), short(*definition))));
    let mut table = Table {
        caption: "Definitions each study uses (E explicit, i implicit, – not used or not coded): position paper / this registry".to_owned(),
        columns,
        rows: Vec::new(),
        empty: "No study is in this report.".to_owned(),
    };
    for study in &audit.studies {
        let mut row = vec![study_cell(study)];
        row.extend(Definition::all().iter().map(|definition| Cell::text(CODERS.map(|coder| mark(study, coder, *definition)).join(" / "))));
        table.rows.push(row);
    }
    table
}

/// The mark of a coder for one cell.
#[must_use]
pub fn mark(study: &StudyReport, coder: &str, definition: Definition) -> &'static str {
    match study.definitions.get(coder).and_then(|cells| cells.get(&definition)) {
        Some(Basis::Explicit) => "E",
        Some(Basis::Implicit) => "i",
        None => number::NONE,
    }
}

/// A definition in a column head.
#[must_use]
pub fn short(definition: Definition) -> &'static str {
    match definition {
        Definition::CatastrophicRisk => "catastrophic",
        Definition::AnyRiskIncrease => "any increase",
        Definition::DivergingRisk => "diverging",
        Definition::VarianceCollapse => "variance",
        Definition::ScalingLawChange => "scaling law",
        Definition::ModeEntanglement => "modes",
        Definition::TailLoss => "tails",
        Definition::Hallucination => "hallucination",
    }
}

/// Realism beside claims by verdict; two axes, side by side and never multiplied.
#[must_use]
pub fn studies(audit: &Audit) -> Table {
    let mut table = Table::new(
        "Realism (low – middle – high, conditions judged) and claims by verdict",
        &["Study", "Year", "Realism", "Judged", "Reproduced", "Contradicted", "Undecided", "Untested", "Not counted"],
        "No study is in this report.",
    );
    for study in &audit.studies {
        let realism = &study.realism;
        let counts = study.claims;
        let mut row =
            vec![study_cell(study), Cell::text(study.year.to_string()), Cell::text(realism_text(realism.low, realism.mid, realism.high))];
        row.push(Cell::text(format!("{} of 8", realism.judged)));
        let counts = [counts.reproduced, counts.contradicted, counts.undecided, counts.untested, counts.uncounted];
        row.extend(counts.map(|count| Cell::text(count.to_string())));
        table.rows.push(row);
    }
    table
}

/// A realism score with its interval.
#[must_use]
pub fn realism_text(low: Option<f64>, mid: Option<f64>, high: Option<f64>) -> String {
    if mid.is_none() {
        return "withheld".to_owned();
    }
    format!("{} – {} – {}", number::score(low), number::score(mid), number::score(high))
}

fn study_cell(study: &StudyReport) -> Cell {
    Cell::Link { id: study.id.clone(), to: format!("studies/{}.md", study.id) }
}

fn claim_cell(claim: &ClaimReport) -> Cell {
    Cell::Link { id: claim.id.clone(), to: facts::claim_link(claim) }
}

/// One row per claim of a group: what was found, how near the simulation is, and what becomes of it elsewhere.
#[must_use]
pub fn claims(audit: &Audit, group: Group) -> Table {
    let empty = match group {
        Group::Counted => "No claim of a study that we have read is in this report.",
        Group::Added => "None.",
        Group::Recalled => "None.",
    };
    let mut table = Table::new(
        "Claims: estimate [interval], expected value, verdict, control, and outcome as published · realistic · contested · conditions simulated",
        &["Claim", "Verdict", "Fidelity", "Estimate [interval]", "Expected", "Control fails", "Three worlds", "Flips under"],
        empty,
    );
    for claim in facts::claims_in(audit, group) {
        table.rows.push(vec![
            claim_cell(claim),
            Cell::text(facts::verdict_text(claim)),
            Cell::text(claim.fidelity.id()),
            Cell::text(number::with_interval(claim.estimate, claim.low, claim.high)),
            Cell::text(number::rounded(claim.expected, claim.low, claim.high)),
            Cell::text(control_word(claim)),
            Cell::text(facts::three_worlds(claim)),
            Cell::text(facts::flips_text(claim.flips_under.as_ref())),
        ]);
    }
    table
}

fn control_word(claim: &ClaimReport) -> &'static str {
    match &claim.control {
        Some(control) if control.fails => "yes",
        Some(_) => "no",
        None => number::NONE,
    }
}

/// Contradicted claims, with the fair wording their file gives.
#[must_use]
pub fn contradicted(audit: &Audit) -> Table {
    let mut table =
        Table::new("Contradicted claims", &["Claim", "It says", "We find", "Read it like this"], "No claim came out contradicted.");
    for claim in facts::claims_in(audit, Group::Counted).filter(|claim| claim.verdict == Verdict::Contradicted) {
        let found = number::with_interval(claim.estimate, claim.low, claim.high);
        let expected = number::rounded(claim.expected, claim.low, claim.high);
        table.rows.push(vec![
            claim_cell(claim),
            Cell::text(claim.statement.clone()),
            Cell::text(format!("{found} against {expected} ({})", claim.fidelity)),
            Cell::text(claim.because.clone().unwrap_or_else(|| "no wording given yet".to_owned())),
        ]);
    }
    table
}

/// Undecided claims and the replicates they need; analogues that disagree stand in a table of their own.
#[must_use]
pub fn undecided(audit: &Audit) -> Table {
    let mut table = Table::new("Undecided claims", &["Claim", "Why", "Replicates drawn", "Replicates needed"], "No claim is undecided.");
    for claim in facts::claims_in(audit, Group::Counted).filter(|c| c.verdict == Verdict::Undecided && !facts::analogue_disagrees(c)) {
        table.rows.push(vec![
            claim_cell(claim),
            Cell::text(claim.reason.as_deref().map_or_else(|| "no reason given".to_owned(), text::words)),
            Cell::text(number::count(u64::from(claim.replicates_all))),
            Cell::text(claim.needs.map_or_else(|| "cannot be said".to_owned(), |needs| format!("about {}", number::count(needs)))),
        ]);
    }
    table
}

/// Claims with which only an analogue disagrees.
#[must_use]
pub fn analogues(audit: &Audit) -> Table {
    let mut table = Table::new(
        "Claims with which only an analogue disagrees",
        &["Claim", "Analogue finds", "Expected", "What our simulation does differently"],
        "No analogue disagrees with a claim.",
    );
    for claim in audit.claims.iter().filter(|claim| facts::analogue_disagrees(claim)) {
        let study = audit.studies.iter().find(|study| study.id == claim.study);
        let departures = claim.simulation.as_ref().and_then(|simulation| study?.departures.get(simulation));
        table.rows.push(vec![
            claim_cell(claim),
            Cell::text(number::with_interval(claim.estimate, claim.low, claim.high)),
            Cell::text(number::rounded(claim.expected, claim.low, claim.high)),
            Cell::text(departures.map_or_else(|| number::NONE.to_owned(), |departures| departures.join("; "))),
        ]);
    }
    table
}

/// Untested claims with the reason each keeps.
#[must_use]
pub fn untested(audit: &Audit) -> Table {
    let mut table = Table::new("Untested claims", &["Claim", "It says", "Why it is untested"], "Every claim is tested.");
    for claim in facts::claims_in(audit, Group::Counted).filter(|claim| claim.verdict == Verdict::Untested) {
        table.rows.push(vec![
            claim_cell(claim),
            Cell::text(claim.statement.clone()),
            Cell::text(claim.reason.as_deref().map_or_else(|| "no reason given".to_owned(), text::words)),
        ]);
    }
    table
}

/// How many studies meet each condition, with `not-applicable` shown.
#[must_use]
pub fn realism_distribution(audit: &Audit) -> Table {
    let mut table = Table::new(
        "Studies by realism condition and level",
        &["Condition", "What it asks", "Met", "Partly", "Unmet", "Unclear", "Not applicable", "Not judged"],
        "No study is in this report.",
    );
    for condition in Condition::all() {
        let levels = |level| audit.studies.iter().filter(|s| s.realism.conditions.get(condition).is_some_and(|c| c.level == level)).count();
        let unjudged = audit.studies.iter().filter(|study| !study.realism.conditions.contains_key(condition)).count();
        let mut row = vec![Cell::Code(condition.to_string()), Cell::text(format!("{} ({})", condition.sentence(), condition.origin()))];
        row.extend(RealismLevel::all().iter().map(|level| Cell::text(levels(*level).to_string())));
        row.push(Cell::text(unjudged.to_string()));
        table.rows.push(row);
    }
    table
}
