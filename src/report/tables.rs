//! The tables a reader sees in the main report, each built once from the audit. Every table that shows a world shows all of them in
//! the same row; claims speak in verdicts and simulations in outcomes.

use super::facts::{self, CODERS};
use super::links;
use super::number;
use super::table::{Cell, Table};
use super::worlds::{self as shown, Place};
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

/// Definitions as published and in every world, each with the certainty of its own summary; a study counts once.
#[must_use]
pub fn worlds(audit: &Audit) -> Table {
    let caption = "Studies in which each definition occurs / is told both ways / is absent / is undecided, and how certain that is";
    let (mut table, places) = by_world(audit, caption, &["Definition"], &[]);
    for report in &audit.definitions {
        let mut row = vec![facts::label(report)];
        let cell = |place: &Place| format!("{}: {}", facts::studies_in(report, &place.id), certainty(report, &place.id));
        row.extend(places.iter().map(|place| Cell::text(cell(place))));
        table.rows.push(row);
    }
    table
}

/// A table of definitions with a column per place between others, still without rows, and the places.
fn by_world(audit: &Audit, caption: &str, before: &[&str], after: &[&str]) -> (Table, Vec<Place>) {
    let columns = shown::columns(audit, before, after);
    let table = Table { caption: caption.to_owned(), columns, rows: Vec::new(), empty: "No definition was profiled.".to_owned() };
    (table, shown::places(audit))
}

/// The certainty of a definition's summary in one world, with the marks of a side behind which few mechanisms stand and of a summary of
/// one setup.
#[must_use]
pub fn certainty(report: &DefinitionReport, world: &str) -> String {
    let standing = facts::standing(report, world);
    let thin = if standing.decided() == 0 || standing.thin.is_empty() { "" } else { ", thin" };
    format!("{}{thin}{}", standing.certainty, if standing.is_of_one_setup() { ", one setup" } else { "" })
}

/// Definitions as published and in every world: counts by fidelity.
#[must_use]
pub fn definitions(audit: &Audit) -> Table {
    let caption = format!(
        "Studies in which each definition occurs / is told both ways / is absent / is undecided / is not applicable, a study once per fidelity of its main simulations, {}",
        shown::in_one_cell(audit)
    );
    let (mut table, places) = by_world(audit, &caption, &["Definition", "Fidelity"], &["Conditions simulated"]);
    for report in &audit.definitions {
        let of = |world: &str, fidelity| report.worlds.get(world).and_then(|levels| levels.get(&fidelity)).copied().unwrap_or_default();
        let is_told = |f: &Fidelity| places.iter().any(|place| of(&place.id, *f) != FidelityCounts::default());
        let told: Vec<Fidelity> = LEVELS.into_iter().filter(is_told).collect();
        if told.is_empty() {
            continue;
        }
        let counts = |place: &Place| {
            let level = |fidelity: &Fidelity| {
                let c = of(&place.id, *fidelity);
                format!("{} / {} / {} / {} / {}", c.occurs, c.both, c.absent, c.undecided, c.not_applicable)
            };
            Cell::text(told.iter().map(level).collect::<Vec<_>>().join(" · "))
        };
        let names = told.iter().map(|fidelity| fidelity.id()).collect::<Vec<_>>().join(" · ");
        let mut row = vec![facts::label(report), Cell::text(names)];
        row.extend(places.iter().map(counts));
        row.push(Cell::text(facts::simulated_range(audit, report.id)));
        table.rows.push(row);
    }
    table
}

/// How certain each definition's summary is in each world, why not more, and what stands behind it. Studies, works, mechanisms,
/// simulations and setups have columns of their own.
#[must_use]
pub fn certainties(audit: &Audit) -> Table {
    let columns = [
        "Definition",
        "World",
        "Certainty",
        "Studies decided",
        "Works",
        "Mechanisms: occurs / absent",
        "Simulations: occurs / absent / undecided / not run",
        "Setups: occurs / absent",
        "Source not the model: occurs / absent / undecided",
        "Why not more certain",
    ];
    let caption = "How certain the summary of each definition is, world by world, and what stands behind it";
    let mut table = Table::new(caption, &columns, "No definition was profiled.");
    for report in &audit.definitions {
        for place in shown::places(audit) {
            let standing = facts::standing(report, &place.id);
            let (told, apart) = (standing.simulations, standing.simulations_foreign);
            let reasons = standing.certainty_reasons.join("; ");
            table.rows.push(vec![
                facts::label(report),
                Cell::text(place.words),
                Cell::text(certainty(report, &place.id)),
                Cell::text(standing.decided().to_string()),
                Cell::text(standing.works.to_string()),
                Cell::text(format!("{} / {}", standing.mechanisms_occurs, standing.mechanisms_absent)),
                Cell::text(format!("{} / {} / {} / {}", told.occurs, told.absent, told.undecided, standing.simulations_not_run)),
                Cell::text(format!("{} / {}", standing.setups_occurs, standing.setups_absent)),
                Cell::text(format!("{} / {} / {}", apart.occurs, apart.absent, apart.undecided)),
                Cell::text(if reasons.is_empty() { number::NONE.to_owned() } else { reasons }),
            ]);
        }
    }
    table
}

/// Share of decided studies in which each definition occurs, and is told both ways, unweighted; the first weighted by realism.
#[must_use]
pub fn shares(audit: &Audit) -> Table {
    let caption = "Share of decided studies (exact and scaled) in which each definition occurs; in brackets weighted by realism; after + the share told both ways";
    let (mut table, places) = by_world(audit, caption, &["Definition"], &[]);
    for report in &audit.definitions {
        let mut row = vec![facts::label(report)];
        for place in &places {
            let of = |shares: &std::collections::BTreeMap<String, Option<f64>>| shares.get(&place.id).copied().flatten();
            let (share, both) = (of(&report.share), of(&report.share_both));
            let both = both.filter(|both| *both > 0.0).map_or_else(String::new, |both| format!(" + {}", number::percent(Some(both))));
            row.push(Cell::text(match share {
                None => "not decided".to_owned(),
                Some(_) => format!("{} ({}){both}", number::percent(share), number::percent(of(&report.share_weighted))),
            }));
        }
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
        caption: "Definitions each study uses (E explicit, i implicit, – not used, blank not coded): position paper / this registry"
            .to_owned(),
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

/// The mark of a coder for one cell; empty where the coder did not look at the study.
#[must_use]
pub fn mark(study: &StudyReport, coder: &str, definition: Definition) -> &'static str {
    let Some(cells) = study.definitions.get(coder) else { return "" };
    match cells.get(&definition) {
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

/// A realism score with its interval; one number where the three are one.
#[must_use]
pub fn realism_text(low: Option<f64>, mid: Option<f64>, high: Option<f64>) -> String {
    if mid.is_none() {
        return "withheld".to_owned();
    }
    let [low, mid, high] = [low, mid, high].map(number::score);
    if low == mid && mid == high { mid } else { format!("{low} – {mid} – {high}") }
}

/// A study that leads to its page.
#[must_use]
pub fn study_cell(study: &StudyReport) -> Cell {
    Cell::Link { id: study.id.clone(), to: links::study(&study.id) }
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
