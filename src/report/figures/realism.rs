//! Traffic lights of realism: study against condition, one symbol and colour per level, readable in grey, with each study's score as a bar
//! and, below, how many studies stand at each level of each condition.

use super::Figure;
use super::canvas::{BLUE, Blocks, Canvas, GREY, Hold, INK, ORANGE, PAGE, Paint, QUIET, RULE, SKY, SMALL, Shape, VERMILLION, width_of};
use super::labels::{Labels, by_date};
use crate::audit::{Audit, RealismReport, StudyReport};
use crate::report::number;
use crate::taxonomy::{Condition, RealismLevel, Word};

const LEFT: f64 = 14.0;
const COLUMN: f64 = 42.0;
const ROW: f64 = 23.0;
const TOP: f64 = 168.0;
/// Outline of what is met in part.
const DARK: &str = "#8a5f00";
/// Width of a score's bar, from 0 to 1.
const SCORE: f64 = 90.0;

/// The plot; none without studies.
#[must_use]
pub fn draw(audit: &Audit) -> Option<Figure> {
    if audit.studies.is_empty() {
        return None;
    }
    let (studies, labels) = (by_date(audit), Labels::of(audit));
    let left = LEFT + labels.width() + 8.0;
    let blocks = Blocks { top: TOP, row: ROW, rows: studies.len(), heads: 96.0 };
    let bottom = blocks.bottom();
    let mut sheet = Canvas::new(PAGE, bottom + 58.0 + ROW * (RealismLevel::all().len() + 1) as f64);
    let title = "How realistic each study's setting is, condition by condition";
    sheet.bold(LEFT, 26.0, title, 16, Hold::Start);
    legend(&mut sheet);
    for (top, end) in blocks.each() {
        heads(&mut sheet, left, top, end);
    }
    for (row, study) in studies.iter().enumerate() {
        let y = blocks.y(row);
        sheet.words(left - 8.0, y + 16.0, labels.get(&study.id), SMALL, Hold::End, INK);
        score(&mut sheet, left + COLUMN * 8.0 + 12.0, y, &study.realism);
    }
    for level in RealismLevel::all() {
        let of =
            |condition: &Condition, study: &StudyReport| study.realism.conditions.get(condition).map(|judged| judged.level) == Some(*level);
        let centres = studies.iter().enumerate().flat_map(|(row, study)| {
            let y = blocks.y(row) + ROW / 2.0;
            let columns = Condition::all().iter().enumerate().filter(move |(_, condition)| of(condition, study));
            columns.map(move |(column, _)| (left + COLUMN * (column as f64 + 0.5), y))
        });
        lights(&mut sheet, &centres.collect::<Vec<_>>(), *level);
    }
    summary(&mut sheet, &studies, left, bottom + 36.0);
    let description = format!(
        "One row per study ({}), by date, one column per condition of realistic training: a disc with a plus for met, half a disc for partly, a square with a cross for unmet, a question \
         mark for unclear, a dash for not applicable, empty where not judged. The bar and number on the right are the score from 0 to 1 with its interval, \
         in brackets the conditions judged. Below, how many studies stand at each level. Reasons stand in tables/realism.csv.gz.",
        studies.len()
    );
    let svg = sheet.finish(title, &description);
    Some(Figure { name: "realism".to_owned(), title: title.to_owned(), svg })
}

fn heads(sheet: &mut Canvas, left: f64, top: f64, end: f64) {
    for (column, condition) in Condition::all().iter().enumerate() {
        sheet.rising(left + COLUMN * (column as f64 + 0.5) - 6.0, top - 8.0, condition.id(), SMALL);
    }
    let bar = left + COLUMN * 8.0 + 12.0;
    sheet.words(bar, top - 8.0, "0", SMALL, Hold::Middle, QUIET);
    sheet.words(bar + SCORE, top - 8.0, "1", SMALL, Hold::Middle, QUIET);
    let rows = (0..=((end - top) / ROW).round() as usize).map(|row| top + ROW * row as f64);
    let mut rules: Vec<_> = rows.map(|y| ((LEFT, y), (PAGE - LEFT, y))).collect();
    rules.extend([bar, bar + SCORE / 2.0, bar + SCORE].map(|x| ((x, top - 4.0), (x, end))));
    sheet.rules(&rules, RULE, 0.8);
}

/// A score as a bar with its interval, and in numbers; one number where the interval is one.
fn score(sheet: &mut Canvas, x: f64, y: f64, realism: &RealismReport) {
    let words = match (realism.low, realism.mid, realism.high) {
        (Some(low), Some(mid), Some(high)) => {
            sheet.rect(x, y + 7.0, SCORE * mid, ROW - 14.0, SKY);
            if high > low {
                sheet.line((x + SCORE * low, y + ROW / 2.0), (x + SCORE * high, y + ROW / 2.0), INK, 1.4);
            }
            span(low, high)
        }
        _ => "withheld".to_owned(),
    };
    sheet.words(x + SCORE + 8.0, y + 16.0, &format!("{words} ({})", realism.judged), SMALL, Hold::Start, INK);
}

/// `0.28–0.56`, or `0.50` where both ends are that.
fn span(low: f64, high: f64) -> String {
    let (low, high) = (number::score(Some(low)), number::score(Some(high)));
    if low == high { low } else { format!("{low}–{high}") }
}

fn lights(sheet: &mut Canvas, centres: &[(f64, f64)], level: RealismLevel) {
    match level {
        RealismLevel::Met => {
            sheet.marks(centres, 8.5, Shape::Disc, Paint::Solid, BLUE);
            sheet.marks(centres, 4.0, Shape::Plus, Paint::Solid, "#fff");
        }
        RealismLevel::Partly => {
            sheet.marks(centres, 8.5, Shape::Disc, Paint::Hollow, DARK);
            sheet.marks(centres, 8.5, Shape::Half, Paint::Solid, ORANGE);
        }
        RealismLevel::Unmet => {
            sheet.marks(centres, 7.5, Shape::Square, Paint::Solid, VERMILLION);
            sheet.marks(centres, 3.5, Shape::Cross, Paint::Solid, "#fff");
        }
        RealismLevel::Unclear => {
            sheet.marks(centres, 8.5, Shape::Disc, Paint::Hollow, QUIET);
            centres.iter().for_each(|(x, y)| sheet.words(*x, y + 4.5, "?", SMALL, Hold::Middle, INK));
        }
        RealismLevel::NotApplicable => sheet.marks(centres, 6.0, Shape::Dash, Paint::Solid, GREY),
    }
}

/// How many studies stand at each level of each condition, as bars.
fn summary(sheet: &mut Canvas, studies: &[&StudyReport], left: f64, top: f64) {
    sheet.bold(LEFT, top - 8.0, "Studies at each level", SMALL, Hold::Start);
    let levels = RealismLevel::all().iter().map(|level| Some(*level)).chain([None]);
    for (row, level) in levels.enumerate() {
        let y = top + ROW * row as f64;
        let words = level.map_or_else(|| "not judged".to_owned(), |level| level.id().replace('-', " "));
        sheet.words(left - 8.0, y + 16.0, &words, SMALL, Hold::End, INK);
        for (column, condition) in Condition::all().iter().enumerate() {
            let count = studies.iter().filter(|study| study.realism.conditions.get(condition).map(|judged| judged.level) == level).count();
            let x = left + COLUMN * column as f64;
            let height = (ROW - 3.0) * count as f64 / studies.len() as f64;
            sheet.rect(x + 4.0, y + ROW - 1.0 - height, 10.0, height, GREY);
            sheet.words(x + 17.0, y + 16.0, &count.to_string(), SMALL, Hold::Start, INK);
        }
        sheet.rules(&[((LEFT, y + ROW), (left + COLUMN * 8.0, y + ROW))], RULE, 0.8);
    }
}

fn legend(sheet: &mut Canvas) {
    let mut x = LEFT + 10.0;
    for level in RealismLevel::all() {
        lights(sheet, &[(x, 50.0)], *level);
        let words = level.id().replace('-', " ");
        sheet.words(x + 14.0, 54.5, &words, SMALL, Hold::Start, INK);
        x += 46.0 + width_of(&words, SMALL);
    }
    sheet.words(x - 8.0, 54.5, "empty: not judged", SMALL, Hold::Start, QUIET);
    sheet.words(PAGE - LEFT, 76.0, "bar: score, line: its interval; in brackets conditions judged", SMALL, Hold::End, QUIET);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figures::svg;
    use crate::report::fixture;

    #[test]
    fn a_score_without_an_interval_is_one_number() {
        assert_eq!((span(0.5, 0.5), span(0.281, 0.562)), ("0.50".into(), "0.28–0.56".into()));
    }

    #[test]
    fn every_judgement_is_a_light_and_is_counted_below() {
        let audit = fixture::large();
        let svg = svg::unfolded(&draw(&audit).unwrap().svg);
        let unmet = |study: &StudyReport| study.realism.conditions.values().filter(|judged| judged.level == RealismLevel::Unmet).count();
        let expected: usize = audit.studies.iter().map(unmet).sum();
        assert_eq!(svg.matches("h15v15h-15z").count(), expected + 1, "and one in the legend");
    }
}
