//! The tables a reader sees in the main report, each built once from the audit. Every table that shows the realistic
//! world shows the contested one in the same row; claims speak in verdicts and simulations in outcomes.

use super::facts::{self, CODERS, WORLDS};
use super::number;
use super::table::{Cell, Table};
use crate::audit::{Audit, DefinitionReport, FidelityCounts, RealismReport, StudyReport, Verdict};
use crate::taxonomy::{Basis, Condition, Definition, Fidelity, RealismLevel, Word};

/// The fidelities a simulation can have.
const LEVELS: [Fidelity; 3] = [Fidelity::Exact, Fidelity::Scaled, Fidelity::Analogue];

/// All claims by verdict and fidelity, checks of ours and recalled ones among them.
#[must_use]
pub fn verdicts(audit: &Audit) -> Table {
    let mut columns = vec!["Verdict"];
    columns.extend(Fidelity::all().iter().map(|fidelity| fidelity.id()));
    let mut table =
        Table::new("Claims by verdict and fidelity, checks of ours and recalled ones among them", &columns, "No claim is in this report.");
    for verdict in Verdict::all() {
        let mut row = vec![Cell::text(verdict.id())];
        row.extend(facts::by_fidelity(audit, *verdict).map(|count| Cell::text(count.to_string())));
        table.rows.push(row);
    }
    table
}

/// Definitions in the three worlds, all fidelities together, with certainty.
#[must_use]
pub fn worlds(audit: &Audit) -> Table {
    let mut table = Table::new(
        "Studies in which each definition occurs / is absent / is undecided, a study once per fidelity of its simulations",
        &["Definition", "As published", "Realistic", "Contested", "Certainty"],
        "No definition was profiled.",
    );
    for report in &audit.definitions {
        let mut row = vec![Cell::Code(report.id.to_string())];
        row.extend(WORLDS.map(|world| {
            let [occurs, absent, undecided] = facts::studies_in(report, world);
            Cell::text(format!("{occurs} / {absent} / {undecided}"))
        }));
        row.push(Cell::text(certainty(report)));
        table.rows.push(row);
    }
    table
}

/// The certainty of a definition with the mark of one behind which few mechanisms stand.
#[must_use]
pub fn certainty(report: &DefinitionReport) -> String {
    if report.thin.is_empty() { report.certainty.clone() } else { format!("{}, thin", report.certainty) }
}

/// Definitions in the three worlds: counts by fidelity.
#[must_use]
pub fn definitions(audit: &Audit) -> Table {
    let mut table = Table::new(
        "Studies in which each definition occurs / is absent / is undecided / is not applicable, by fidelity, as published · realistic · contested",
        &["Definition", "Fidelity", "As published", "Realistic", "Contested", "Conditions simulated"],
        "No definition was profiled.",
    );
    for report in &audit.definitions {
        let of = |world: &str, fidelity| report.worlds.get(world).and_then(|levels| levels.get(&fidelity)).copied().unwrap_or_default();
        let told: Vec<Fidelity> = LEVELS.into_iter().filter(|f| WORLDS.iter().any(|w| of(w, *f) != FidelityCounts::default())).collect();
        if told.is_empty() {
            continue;
        }
        let counts = |world: &str| {
            let level = |fidelity: &Fidelity| {
                let c = of(world, *fidelity);
                format!("{} / {} / {} / {}", c.occurs, c.absent, c.undecided, c.not_applicable)
            };
            Cell::text(told.iter().map(level).collect::<Vec<_>>().join(" · "))
        };
        let names = told.iter().map(|fidelity| fidelity.id()).collect::<Vec<_>>().join(" · ");
        let mut row = vec![Cell::Code(report.id.to_string()), Cell::text(names)];
        row.extend(WORLDS.map(counts));
        row.push(Cell::text(facts::simulated_range(audit, report.id)));
        table.rows.push(row);
    }
    table
}

/// How certain each definition's summary is, why not more, and how many mechanisms stand behind either side.
#[must_use]
pub fn certainties(audit: &Audit) -> Table {
    let mut table = Table::new(
        "How certain the summary of each definition is, as published",
        &["Definition", "Certainty", "Mechanisms in which it occurs", "Mechanisms from which it is absent", "Thin", "Why not more certain"],
        "No definition was profiled.",
    );
    for report in &audit.definitions {
        let reasons = if report.certainty_reasons.is_empty() { number::NONE.to_owned() } else { report.certainty_reasons.join("; ") };
        let sides = report.mechanisms.get(WORLDS[0]).copied().unwrap_or_default();
        table.rows.push(vec![
            Cell::Code(report.id.to_string()),
            Cell::text(report.certainty.clone()),
            Cell::text(sides.occurs.to_string()),
            Cell::text(sides.absent.to_string()),
            Cell::text(facts::thin_words(report)),
            Cell::text(reasons),
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

/// One line per study: the definitions it uses by two coders, its realism, how near its claims could be tested, and what
/// came of them. Columns stand side by side and are never multiplied.
#[must_use]
pub fn audited(audit: &Audit) -> Table {
    let (used, studied) = (usage(audit), studies(audit));
    let mut columns: Vec<String> = studied.columns[..2].to_vec();
    columns.extend(Definition::all().iter().map(|definition| definition.number().to_string()));
    columns.extend_from_slice(&studied.columns[2..]);
    let rows = used.rows.into_iter().zip(studied.rows).map(|(used, studied)| {
        let mut row = studied[..2].to_vec();
        row.extend_from_slice(&used[1..]);
        row.extend_from_slice(&studied[2..]);
        row
    });
    Table { caption: "The audit table: a line per study".to_owned(), columns, rows: rows.collect(), empty: used.empty }
}

/// Realism beside claims by fidelity and by verdict.
#[must_use]
pub fn studies(audit: &Audit) -> Table {
    let mut table = Table::new(
        "Realism (low – high, conditions judged), claims tested by fidelity and claims by verdict",
        &[
            "Study",
            "Year",
            "Realism",
            "Judged",
            "Exact / scaled / analogue / untested",
            "Reproduced",
            "Contradicted",
            "Undecided",
            "Untested",
            "Not counted",
        ],
        "No study is in this report.",
    );
    for study in &audit.studies {
        let (counts, covered) = (study.claims, study.coverage);
        let mut row = vec![study_cell(study), Cell::text(study.year.to_string()), Cell::text(realism_range(&study.realism))];
        row.push(Cell::text(format!("{} of 8", study.realism.judged)));
        row.push(Cell::text(format!("{} / {} / {} / {}", covered.exact, covered.scaled, covered.analogue, covered.untested)));
        let counts = [counts.reproduced, counts.contradicted, counts.undecided, counts.untested, counts.uncounted];
        row.extend(counts.map(|count| Cell::text(count.to_string())));
        table.rows.push(row);
    }
    table
}

/// A realism score as its interval, one number where both ends print alike.
#[must_use]
pub fn realism_range(realism: &RealismReport) -> String {
    if realism.mid.is_none() {
        return "withheld".to_owned();
    }
    let (low, high) = (number::score(realism.low), number::score(realism.high));
    if low == high { low } else { format!("{low} – {high}") }
}

/// A realism score with its interval.
#[must_use]
pub fn realism_text(low: Option<f64>, mid: Option<f64>, high: Option<f64>) -> String {
    if mid.is_none() {
        return "withheld".to_owned();
    }
    format!("{} – {} – {}", number::score(low), number::score(mid), number::score(high))
}

/// A study that leads to its page.
#[must_use]
pub fn study_cell(study: &StudyReport) -> Cell {
    Cell::Link { id: study.id.clone(), to: format!("studies/{}.md", study.id) }
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
