//! The realism plot: study against condition, one symbol and colour per level, readable in grey, `not-applicable` shown.

use super::Figure;
use super::canvas::{BLUE, Blocks, Canvas, GREY, Hold, INK, ORANGE, Paint, QUIET, RULE, Shape, VERMILLION, fitted, width_of};
use crate::audit::{Audit, RealismReport};
use crate::report::tables;
use crate::taxonomy::{Condition, RealismLevel, Word};

const LABELS: f64 = 300.0;
const COLUMN: f64 = 66.0;
const ROW: f64 = 28.0;
const TOP: f64 = 140.0;

/// The plot; none without studies.
#[must_use]
pub fn draw(audit: &Audit) -> Option<Figure> {
    if audit.studies.is_empty() {
        return None;
    }
    let blocks = Blocks { top: TOP, row: ROW, rows: audit.studies.len() };
    let bottom = blocks.bottom();
    let right = LABELS + COLUMN * 8.0;
    let mut sheet = Canvas::new(right + 200.0, bottom + 80.0);
    let title = "How realistic each study's setting is, condition by condition";
    sheet.bold(16.0, 26.0, title, 16, Hold::Start);
    for (top, end) in blocks.each() {
        for (column, condition) in Condition::all().iter().enumerate() {
            sheet.rising(LABELS + COLUMN * column as f64 + COLUMN / 2.0 - 6.0, top - 12.0, condition.id(), 13);
        }
        sheet.words(right + 20.0, top - 12.0, "score (judged)", 13, Hold::Start, INK);
        sheet.line((16.0, end), (right + 184.0, end), RULE, 1.0);
    }
    for (row, study) in audit.studies.iter().enumerate() {
        let y = blocks.y(row);
        sheet.line((16.0, y), (right + 184.0, y), RULE, 1.0);
        sheet.words(LABELS - 10.0, y + 19.0, &fitted(&study.id, 12, LABELS - 26.0), 12, Hold::End, INK);
        for (column, condition) in Condition::all().iter().enumerate() {
            let level = study.realism.conditions.get(condition).map(|judgement| judgement.level);
            light(&mut sheet, LABELS + COLUMN * (column as f64 + 0.5), y + ROW / 2.0, level);
        }
        sheet.words(right + 20.0, y + 19.0, &score(&study.realism), 12, Hold::Start, INK);
    }
    legend(&mut sheet, bottom + 32.0);
    let description = "One row per study, one column per condition of realistic training: a plus for met, a half for partly, a cross for unmet, a \
        question mark for unclear, a dash for not applicable, empty where not judged. The score runs from 0 to 1. Reasons stand in tables/realism.csv.gz.";
    let svg = sheet.finish("realism", title, description);
    Some(Figure { name: "realism".to_owned(), title: title.to_owned(), svg })
}

fn score(realism: &RealismReport) -> String {
    format!("{} ({})", tables::realism_text(realism.low, realism.mid, realism.high).replace(" – ", "–"), realism.judged)
}

fn light(sheet: &mut Canvas, x: f64, y: f64, level: Option<RealismLevel>) {
    let (colour, symbol, ink) = match level {
        None => return,
        Some(RealismLevel::Met) => (BLUE, "+", "#ffffff"),
        Some(RealismLevel::Partly) => (ORANGE, "½", INK),
        Some(RealismLevel::Unmet) => (VERMILLION, "×", "#ffffff"),
        Some(RealismLevel::Unclear) => ("#ffffff", "?", INK),
        Some(RealismLevel::NotApplicable) => return sheet.mark(x, y, 6.0, Shape::Dash, Paint::Solid, GREY),
    };
    let shape = if level == Some(RealismLevel::Unmet) { Shape::Square } else { Shape::Disc };
    if level == Some(RealismLevel::Unclear) {
        sheet.mark(x, y, 9.5, shape, Paint::Hollow, QUIET);
    } else {
        sheet.mark(x, y, 9.5, shape, Paint::Solid, colour);
    }
    sheet.words(x, y + 5.0, symbol, 14, Hold::Middle, ink);
}

fn legend(sheet: &mut Canvas, y: f64) {
    let mut x = 30.0;
    for level in RealismLevel::all() {
        light(sheet, x, y - 4.0, Some(*level));
        let words = level.id().replace('-', " ");
        sheet.words(x + 16.0, y, &words, 12, Hold::Start, INK);
        x += 56.0 + width_of(&words, 12);
    }
    sheet.words(x, y, "(empty: not judged)", 12, Hold::Start, QUIET);
}
