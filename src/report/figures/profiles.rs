//! Collapse profiles: study against definition, a heat map for the run as published and for each world.

use super::Figure;
use super::canvas::{Blocks, Canvas, GREY, Hold, INK, PAGE, Paint, QUIET, RULE, SKY, SMALL, Shape, VERMILLION, width_of, wrapped};
use super::labels::{Labels, by_date};
use crate::audit::{Audit, StudyReport, Together};
use crate::report::facts::{self, Nearness, Shown};
use crate::report::tables;
use crate::report::worlds::{self, Place};
use crate::taxonomy::{Against, Definition, Word};

const LEFT: f64 = 14.0;
const GAP: f64 = 12.0;
const ROW: f64 = 20.0;
/// Maps that stand side by side; more go to a further file.
const BESIDE: usize = 3;

/// What stands in the row of a study of which only checks of ours, or what it argues against, were run.
const SILENT: &str = "no main simulation: checks of ours alone, or what it argues against";

/// A column: a definition, read in one way.
type Column = (Definition, Against);

/// The maps, so many to a file as stand side by side; none where nothing was profiled.
#[must_use]
pub fn draw(audit: &Audit) -> Vec<Figure> {
    let studies: Vec<&StudyReport> = by_date(audit).into_iter().filter(|study| !study.profiles.is_empty()).collect();
    if studies.is_empty() {
        return Vec::new();
    }
    let places = worlds::places(audit);
    places.chunks(BESIDE).enumerate().map(|(place, places)| figure(audit, &studies, place, places)).collect()
}

/// The names of the files.
#[must_use]
pub fn shown(audit: &Audit) -> Vec<String> {
    draw(audit).into_iter().map(|figure| figure.name).collect()
}

fn figure(audit: &Audit, studies: &[&StudyReport], file: usize, places: &[Place]) -> Figure {
    let columns = columns();
    let labels = Labels::of(audit);
    let first = LEFT + labels.width() + 8.0;
    let cell = (PAGE - LEFT - first - GAP * (BESIDE as f64 - 1.0)) / (BESIDE * columns.len()) as f64;
    let legend = Legend::of(&columns);
    let blocks = Blocks { top: legend.bottom + 62.0, row: ROW, rows: studies.len(), heads: 62.0 };
    let mut sheet = Canvas::new(PAGE, blocks.bottom() + 12.0);
    let title = "What our simulation of each study shows of each definition, world by world";
    sheet.bold(LEFT, 26.0, title, 16, Hold::Start);
    legend.draw(&mut sheet);
    for (row, study) in studies.iter().enumerate() {
        sheet.words(first - 8.0, blocks.y(row) + 14.5, labels.get(&study.id), SMALL, Hold::End, INK);
        let says =
            |world: &Place| columns.iter().any(|(definition, against)| facts::shown(study, *definition, *against, &world.id).is_some());
        if !places.iter().any(says) {
            sheet.words(first + 4.0, blocks.y(row) + 14.5, SILENT, SMALL, Hold::Start, QUIET);
        }
    }
    for (place, world) in places.iter().enumerate() {
        let left = first + (cell * columns.len() as f64 + GAP) * place as f64;
        for (top, bottom) in blocks.each() {
            sheet.bold(left, top - 26.0, &world.head, SMALL, Hold::Start);
            for (at, column) in columns.iter().enumerate() {
                sheet.words(left + cell * (at as f64 + 0.5), top - 7.0, &short(*column), SMALL, Hold::Middle, QUIET);
            }
            sheet.rules(&[((left, bottom), (left + cell * columns.len() as f64, bottom))], RULE, 1.0);
        }
        let shown = |study: &StudyReport, (definition, against): Column| facts::shown(study, definition, against, &world.id);
        let cells = studies.iter().enumerate().flat_map(|(row, study)| {
            let y = blocks.y(row);
            columns.iter().enumerate().filter_map(move |(at, column)| Some((left + cell * at as f64, y, shown(study, *column)?)))
        });
        paint(&mut sheet, &cells.collect::<Vec<_>>(), cell);
    }
    let name = if file == 0 { "profiles".to_owned() } else { format!("profiles-{}", file + 1) };
    let description = format!(
        "One row per study with a simulation, by date, and one column per definition in each of {}. A cell says what the study's main simulations show \
         together: occurs in all decided, both ways, absent from all, undecided, or not applicable; exact and scaled ones tell where they decide, analogues \
         otherwise. A cell is empty where nothing was run. The same outcomes stand in tables/profiles.csv.gz.",
        places.iter().map(|place| place.words.as_str()).collect::<Vec<_>>().join(", ")
    );
    let svg = sheet.finish(title, &description);
    Figure { name, title: title.to_owned(), svg }
}

fn columns() -> Vec<Column> {
    let readings = |definition: &Definition| if definition.has_readings() { Against::all() } else { &[Against::RealOnly] };
    Definition::all().iter().flat_map(|definition| readings(definition).iter().map(|against| (*definition, *against))).collect()
}

/// `1`, `2a` against real data alone, `2b` against the first model.
fn short((definition, against): Column) -> String {
    let reading = match (definition.has_readings(), against) {
        (false, _) => "",
        (true, Against::RealOnly) => "a",
        (true, Against::First) => "b",
    };
    format!("{}{reading}", definition.number())
}

/// Fill and outline of a cell, and the mark on it.
fn look(word: Together) -> (&'static str, Option<(Shape, Paint, &'static str)>) {
    match word {
        Together::Occurs => (VERMILLION, Some((Shape::Triangle, Paint::Solid, "#fff"))),
        Together::Both => ("#f3c3a0", Some((Shape::Triangle, Paint::Hollow, INK))),
        Together::Absent => (SKY, Some((Shape::Disc, Paint::Hollow, INK))),
        Together::Undecided => ("#e3e3e3", None),
        Together::NotApplicable => ("#fff", Some((Shape::Dash, Paint::Solid, GREY))),
    }
}

/// The cells of a map, those of a look together.
fn paint(sheet: &mut Canvas, cells: &[(f64, f64, Shown)], width: f64) {
    for word in Together::all() {
        let (fill, mark) = look(*word);
        let of = |nearness: Nearness| cells.iter().filter(move |(_, _, shown)| shown.word == *word && shown.nearness == nearness);
        let middle = |(x, y, _): &(f64, f64, Shown)| (x + width / 2.0, y + ROW / 2.0);
        for (nearness, half) in [(Nearness::Faithful, width / 2.0 - 1.0), (Nearness::Analogue, width / 2.0 - 4.5)] {
            let centres: Vec<_> = of(nearness).map(middle).collect();
            if *word != Together::NotApplicable {
                sheet.boxes(&centres, (half, ROW / 2.0 - 1.5), fill);
            }
            if let Some((shape, paint, colour)) = mark {
                sheet.marks(&centres, if nearness == Nearness::Faithful { 3.6 } else { 2.8 }, shape, paint, colour);
            } else {
                centres.iter().for_each(|(x, y)| sheet.words(*x, y + 4.5, "?", SMALL, Hold::Middle, INK));
            }
        }
    }
}

/// What columns and cells mean, in lines.
struct Legend {
    columns: Vec<String>,
    bottom: f64,
}

impl Legend {
    fn of(columns: &[Column]) -> Self {
        let named = columns.iter().map(|column| {
            let reading = match (column.0.has_readings(), column.1) {
                (false, _) => "",
                (true, Against::RealOnly) => " against real data alone",
                (true, Against::First) => " against the first model",
            };
            format!("{}\u{a0}{}{reading}", short(*column), tables::short(column.0))
        });
        let columns = wrapped(&named.collect::<Vec<_>>().join(", "), SMALL, PAGE - 2.0 * LEFT);
        Self { bottom: 74.0 + 17.0 * columns.len() as f64, columns }
    }

    fn draw(&self, sheet: &mut Canvas) {
        let mut x = LEFT;
        for word in Together::all() {
            paint(sheet, &[(x, 38.0, Shown { word: *word, nearness: Nearness::Faithful })], 20.0);
            let words = facts::together_plain(*word);
            sheet.words(x + 26.0, 52.5, words, SMALL, Hold::Start, INK);
            x += 46.0 + width_of(words, SMALL);
        }
        sheet.words(x, 52.5, "narrow: told by an analogue", SMALL, Hold::Start, INK);
        for (line, words) in self.columns.iter().enumerate() {
            sheet.words(LEFT, 76.0 + 17.0 * line as f64, words, SMALL, Hold::Start, QUIET);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn every_study_that_was_run_has_its_row_and_every_world_its_map() {
        let mut audit = fixture::large();
        let figures = draw(&audit);
        let rows = audit.studies.iter().filter(|study| !study.profiles.is_empty()).count();
        let labels = Labels::of(&audit);
        assert_eq!(
            audit.studies.iter().filter(|study| figures[0].svg.contains(&crate::report::text::xml(labels.get(&study.id)))).count(),
            rows
        );
        let mut fourth = audit.worlds[0].clone();
        (fourth.id, fourth.title) = ("other".into(), "Another one".into());
        audit.worlds.extend([fourth]);
        let figures = draw(&audit);
        assert!(figures.len() == 2 && figures[1].svg.contains("Another one"), "what does not fit goes to a further file");
    }
}
