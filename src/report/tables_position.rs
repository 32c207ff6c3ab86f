//! What the position paper concludes, beside what we find: a row per definition, and the sixteen cells of its Table 1.

use super::facts;
use super::number;
use super::table::{Cell, Table};
use super::{text, worlds};
use crate::audit::{Audit, PositionCellReport, PositionRow, Verdict};
use crate::registry::{Asserts, PaperVerdict};
use crate::taxonomy::Word;

/// Per definition the paper's verdict, our finding as published and in every world, whether both say the same, and why.
#[must_use]
pub fn position(audit: &Audit) -> Table {
    let mut table = Table {
        caption: "What the position paper concludes, beside what we find: studies in which it occurs, of those decided".to_owned(),
        columns: worlds::columns(audit, &["Definition", "The position paper"], &["Same", "Why"]),
        rows: Vec::new(),
        empty: "The position paper's conclusions are not recorded in this registry.".to_owned(),
    };
    for row in audit.position.iter().flat_map(|position| &position.rows) {
        let mut cells = vec![facts::meaning(row.definition, row.against), Cell::text(paper(row))];
        cells.extend(worlds::places(audit).iter().map(|place| Cell::text(found(row, &place.id))));
        cells.push(Cell::text(same(row)));
        cells.push(Cell::text(row.why.clone()));
        table.rows.push(cells);
    }
    table
}

fn paper(row: &PositionRow) -> String {
    let verdict = match row.paper {
        PaperVerdict::WillOccur => "will occur",
        PaperVerdict::MayOccur => "may occur",
        PaperVerdict::Avoidable => "will not occur while data accumulate, grow and get better",
        PaperVerdict::NoThreat => "practically no present threat",
        PaperVerdict::NotDiscussed => "no verdict",
    };
    format!("{verdict} ({})", row.locator)
}

fn found(row: &PositionRow, world: &str) -> String {
    let prevalence = row.found.get(world).map_or("not decided", |prevalence| prevalence.id());
    let counts = row.counts.get(world).map_or(String::new(), |counts| format!(" ({counts})"));
    format!("{prevalence}{counts}")
}

const fn same(row: &PositionRow) -> &'static str {
    match row.same {
        Some(true) => "yes",
        Some(false) => "no",
        None => "cannot be said",
    }
}

/// The cells of the paper's Table 1, each with the claims that test it and their verdicts, or why none does.
#[must_use]
pub fn cells(audit: &Audit) -> Table {
    let mut table = Table::new(
        "The sixteen cells of the position paper's Table 1 (one linear regression), and what tests them",
        &["Definition", "Regime", "It prints", "What tests it"],
        "The position paper's Table 1 is not recorded in this registry.",
    );
    for cell in audit.position.iter().flat_map(|position| &position.cells) {
        table.rows.push(vec![
            Cell::Code(cell.definition.to_string()),
            Cell::text(cell.regime.id()),
            Cell::text(printed(cell.says)),
            tested(audit, cell),
        ]);
    }
    table
}

const fn printed(says: Asserts) -> &'static str {
    match says {
        Asserts::Occurs => "yes",
        Asserts::Absent => "no",
        Asserts::Conditional => "in part",
    }
}

fn tested(audit: &Audit, cell: &PositionCellReport) -> Cell {
    let links = cell.claims.iter().flat_map(|(id, verdict)| {
        let claim = audit.claims.iter().find(|claim| claim.id == *id);
        let link = claim.map_or_else(|| Cell::Code(id.clone()), |claim| Cell::Link { id: id.clone(), to: facts::claim_link(claim) });
        let word = claim.map_or_else(|| verdict.id(), facts::verdict_word);
        [link, Cell::text(word)]
    });
    let cells: Vec<Cell> = links.collect();
    if cells.is_empty() {
        let reason = cell.reason.as_ref().map_or_else(|| number::NONE.to_owned(), |reason| text::one_line(reason));
        return Cell::text(reason);
    }
    Cell::Several { lead: String::new(), cells }
}

/// How many of the paper's cells have a test, and how many of its verdicts are the same as what we find, in words.
#[must_use]
pub fn summary(audit: &Audit) -> String {
    let Some(position) = audit.position.as_ref() else { return String::new() };
    let same = |wanted| position.rows.iter().filter(|row| row.same == wanted).count();
    let tested = position.cells.iter().filter(|cell| cell.claims.values().any(|verdict| *verdict != Verdict::Untested)).count();
    format!(
        "Its verdicts on the eight definitions, one of them in two readings, against what our {} world shows: the same {}, another {}, and {} of which nothing can be \
         said, because the paper gives none that could differ or our runs decide nothing. {tested} of the {} cells of its Table 1 have a test here.",
        worlds::leading(audit),
        same(Some(true)),
        same(Some(false)),
        same(None),
        position.cells.len()
    )
}
