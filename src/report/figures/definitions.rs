//! The definition matrix: which definition each study uses, by two coders, and what our simulation of it found as published.

use super::Figure;
use super::canvas::{self, BLUE, Blocks, Canvas, GREY, Hold, INK, Paint, QUIET, RULE, Shape, VERMILLION, fitted};
use crate::audit::{AS_PUBLISHED, Audit, Together};
use crate::report::facts::{self, CODERS, Nearness, Shown};
use crate::report::tables;
use crate::taxonomy::{Against, Basis, Definition, Word};

const LABELS: f64 = 300.0;
const COLUMN: f64 = 82.0;
const ROW: f64 = 26.0;
const TOP: f64 = 150.0;

/// The matrix; none without studies.
#[must_use]
pub fn draw(audit: &Audit) -> Option<Figure> {
    if audit.studies.is_empty() {
        return None;
    }
    let blocks = Blocks { top: TOP, row: ROW, rows: audit.studies.len() };
    let right = LABELS + COLUMN * 8.0;
    let bottom = blocks.bottom();
    let mut sheet = Canvas::new(right + 60.0, bottom + 100.0);
    let title = "Definitions each study uses, and what our simulation found";
    sheet.bold(16.0, 26.0, title, 16, Hold::Start);
    for (top, end) in blocks.each() {
        for (column, definition) in Definition::all().iter().enumerate() {
            let x = LABELS + COLUMN * column as f64;
            sheet.rising(x + COLUMN / 2.0 - 12.0, top - 12.0, &format!("{} {}", definition.number(), tables::short(*definition)), 13);
            sheet.line((x, top), (x, end), RULE, 1.0);
        }
        sheet.line((16.0, end), (right, end), RULE, 1.0);
        sheet.line((right, top), (right, end), RULE, 1.0);
    }
    for (row, study) in audit.studies.iter().enumerate() {
        let y = blocks.y(row);
        sheet.line((16.0, y), (right, y), RULE, 1.0);
        sheet.words(LABELS - 10.0, y + 18.0, &fitted(&study.id, 12, LABELS - 26.0), 12, Hold::End, INK);
        for (column, definition) in Definition::all().iter().enumerate() {
            let x = LABELS + COLUMN * column as f64;
            for (place, coder) in CODERS.iter().enumerate() {
                // A coder that did not look at the study leaves the cell blank.
                let Some(cells) = study.definitions.get(*coder) else { continue };
                used(&mut sheet, x + 14.0 + 18.0 * place as f64, y + ROW / 2.0, cells.get(definition).copied());
            }
            let readings: &[Against] = if definition.has_readings() { Against::all() } else { &[Against::RealOnly] };
            for (place, against) in readings.iter().enumerate() {
                let x = x + 60.0 - 8.0 * (readings.len() - 1) as f64 + 20.0 * place as f64;
                found(&mut sheet, x, y + ROW / 2.0, facts::shown(study, *definition, *against, AS_PUBLISHED));
            }
        }
    }
    legend(&mut sheet, bottom + 26.0);
    let description = "One row per study, one column per definition of model collapse. In each cell the first two marks say whether the position \
        paper and this registry find the definition used explicitly or implicitly; the third says what our simulation of the study found under its \
        own conditions. The same facts stand in tables/codings.csv and tables/profiles.csv.gz.";
    let svg = sheet.finish("definitions", title, description);
    Some(Figure { name: "definitions".to_owned(), title: title.to_owned(), svg })
}

fn used(sheet: &mut Canvas, x: f64, y: f64, basis: Option<Basis>) {
    match basis {
        Some(Basis::Explicit) => sheet.mark(x, y, 5.5, Shape::Square, Paint::Solid, INK),
        Some(Basis::Implicit) => sheet.mark(x, y, 5.5, Shape::Square, Paint::Hollow, INK),
        None => sheet.mark(x, y, 3.0, Shape::Dash, Paint::Solid, GREY),
    }
}

fn found(sheet: &mut Canvas, x: f64, y: f64, shown: Option<Shown>) {
    let Some(shown) = shown else { return };
    match shown.word {
        Together::Occurs => sheet.mark(x, y, 6.0, Shape::Triangle, Paint::Solid, VERMILLION),
        Together::Both => {
            sheet.mark(x, y, 6.0, Shape::Disc, Paint::Hollow, BLUE);
            sheet.mark(x, y, 4.0, Shape::Triangle, Paint::Solid, VERMILLION);
        }
        Together::Absent => sheet.mark(x, y, 5.5, Shape::Disc, Paint::Hollow, BLUE),
        Together::Undecided => sheet.words(x, y + 5.0, "?", 14, Hold::Middle, QUIET),
        Together::NotApplicable => sheet.mark(x, y, 5.0, Shape::Dash, Paint::Solid, GREY),
    }
    if shown.nearness == Nearness::Analogue && shown.word.is_decided() {
        sheet.words(x + 9.0, y - 3.0, "a", 10, Hold::Start, QUIET);
    }
}

fn legend(sheet: &mut Canvas, y: f64) {
    sheet.words(16.0, y, "Used (position paper, this registry):", 12, Hold::Start, INK);
    let mut x = 16.0 + canvas::width_of("Used (position paper, this registry):", 12) + 24.0;
    for (basis, words) in [(Some(Basis::Explicit), "explicit"), (Some(Basis::Implicit), "implicit"), (None, "not used; blank: not coded")] {
        used(sheet, x, y - 4.0, basis);
        sheet.words(x + 12.0, y, words, 12, Hold::Start, INK);
        x += 40.0 + canvas::width_of(words, 12);
    }
    let y = y + 24.0;
    sheet.words(16.0, y, "Found by our main simulations, as published:", 12, Hold::Start, INK);
    let mut x = 16.0 + canvas::width_of("Found by our main simulations, as published:", 12) + 24.0;
    for word in Together::all() {
        found(sheet, x, y - 4.0, Some(Shown { word: *word, nearness: Nearness::Faithful }));
        sheet.words(x + 12.0, y, facts::together_plain(*word), 12, Hold::Start, INK);
        x += 40.0 + canvas::width_of(facts::together_plain(*word), 12);
    }
    sheet.words(
        16.0,
        y + 24.0,
        "a: told by an analogue only (another model, same mechanism). No third mark: not simulated. Under 2 two marks: against real data alone, then against the first model.",
        12,
        Hold::Start,
        INK,
    );
}
