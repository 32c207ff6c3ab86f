//! The definition matrix: which definition each study uses by coders side by side, cells on which they differ framed, whether any is stated
//! explicitly, and totals. One of all studies, one of those that the position paper coded.

use super::Figure;
use super::canvas::{Blocks, Canvas, GREY, Hold, INK, PAGE, Paint, QUIET, RULE, SMALL, Shape, VERMILLION, width_of};
use super::labels::{Labels, by_date};
use crate::audit::{Audit, StudyReport};
use crate::report::facts::CODERS;
use crate::report::{tables, text};
use crate::taxonomy::{Basis, Definition, Word};

const LEFT: f64 = 14.0;
/// Room on the right for the last head, which rises.
const RISE: f64 = 74.0;
const ROW: f64 = 22.0;
const TOP: f64 = 178.0;
/// Room for the heads, which rise.
const HEADS: f64 = 112.0;

/// Both matrices; none without studies.
#[must_use]
pub fn draw(audit: &Audit) -> Vec<Figure> {
    let all = by_date(audit);
    let coded: Vec<&StudyReport> = all.iter().copied().filter(|study| study.definitions.contains_key(CODERS[0])).collect();
    let of_paper = format!("The {} that the position paper coded", text::counted(coded.len(), "study", "studies"));
    [("definitions", "Which definition of collapse each study uses", all), ("definitions-position-paper", &of_paper, coded)]
        .into_iter()
        .filter_map(|(name, title, studies)| figure(audit, name, title, &studies))
        .collect()
}

/// A coder as the figure names it.
fn coder_words(coder: &str) -> String {
    match coder {
        "registry" => "this registry".to_owned(),
        "position-paper" => "the position paper".to_owned(),
        other => other.replace('-', " "),
    }
}

/// The coding of a study: `None` where the coder did not look at it.
fn cell(study: &StudyReport, coder: &str, definition: Definition) -> Option<Option<Basis>> {
    Some(study.definitions.get(coder)?.get(&definition).copied())
}

/// The columns' places.
struct Grid {
    left: f64,
    column: f64,
    blocks: Blocks,
}

impl Grid {
    /// Columns: the eight definitions, and whether any is explicit.
    const COLUMNS: usize = 9;

    fn x(&self, column: usize) -> f64 {
        self.left + self.column * column as f64
    }

    /// Where a coder's mark stands in a cell.
    fn at(&self, column: usize, coder: usize) -> f64 {
        self.x(column) + self.column / 2.0 + 20.0 * (coder as f64 - (CODERS.len() as f64 - 1.0) / 2.0)
    }
}

fn figure(audit: &Audit, name: &str, title: &str, studies: &[&StudyReport]) -> Option<Figure> {
    if studies.is_empty() {
        return None;
    }
    let labels = Labels::of(audit);
    let left = LEFT + labels.width() + 10.0;
    let grid = Grid {
        left,
        column: (PAGE - RISE - left) / Grid::COLUMNS as f64,
        blocks: Blocks { top: TOP, row: ROW, rows: studies.len(), heads: HEADS },
    };
    let bottom = grid.blocks.bottom();
    let mut sheet = Canvas::new(PAGE, bottom + 34.0 * CODERS.len() as f64 + 44.0);
    sheet.bold(LEFT, 26.0, title, 16, Hold::Start);
    legend(&mut sheet);
    heads(&mut sheet, &grid);
    for (row, study) in studies.iter().enumerate() {
        sheet.words(left - 10.0, grid.blocks.y(row) + 15.5, labels.get(&study.id), SMALL, Hold::End, INK);
    }
    marks(&mut sheet, &grid, studies);
    totals(&mut sheet, &grid, studies, bottom);
    let description = format!(
        "{}, a row each, by date; a column per definition of model collapse, and one that says whether the study states any definition explicitly. In \
         each cell the first mark is the position paper's, the second this registry's: a filled square for explicit, an empty one for implicit, a dash \
         for not used; blank where the coder did not look at the study. A frame marks cells on which the two differ. Totals below count studies. \
         The same facts stand in tables/codings.csv.",
        crate::audit::capitalised(&text::counted(studies.len(), "study", "studies"))
    );
    let svg = sheet.finish(title, &description);
    Some(Figure { name: name.to_owned(), title: title.to_owned(), svg })
}

fn heads(sheet: &mut Canvas, grid: &Grid) {
    for (top, end) in grid.blocks.each() {
        let named = Definition::all().iter().map(|definition| format!("{} {}", definition.number(), tables::short(*definition)));
        for (column, words) in named.chain(["any explicit".to_owned()]).enumerate() {
            sheet.rising(grid.x(column) + grid.column / 2.0 - 8.0, top - 8.0, &words, SMALL);
        }
        let rows = (0..=((end - top) / ROW).round() as usize).map(|row| top + ROW * row as f64);
        let mut rules: Vec<_> = rows.map(|y| ((LEFT, y), (grid.x(Grid::COLUMNS), y))).collect();
        rules.extend((0..=Grid::COLUMNS).map(|column| ((grid.x(column), top), (grid.x(column), end))));
        sheet.rules(&rules, RULE, 0.8);
    }
}

/// Marks of all cells, those of a kind together, and frames round those on which the coders differ.
fn marks(sheet: &mut Canvas, grid: &Grid, studies: &[&StudyReport]) {
    let (mut explicit, mut implicit, mut unused, mut framed) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (row, study) in studies.iter().enumerate() {
        let y = grid.blocks.y(row) + ROW / 2.0;
        for (column, definition) in Definition::all().iter().enumerate() {
            let codings = CODERS.map(|coder| cell(study, coder, *definition));
            for (coder, coding) in codings.iter().enumerate() {
                let at = (grid.at(column, coder), y);
                match coding {
                    Some(Some(Basis::Explicit)) => explicit.push(at),
                    Some(Some(Basis::Implicit)) => implicit.push(at),
                    Some(None) => unused.push(at),
                    None => {}
                }
            }
            if codings[0].is_some() && codings[1].is_some() && codings[0] != codings[1] {
                framed.push((grid.x(column) + grid.column / 2.0, y));
            }
        }
        for (coder, id) in CODERS.iter().enumerate() {
            let at = (grid.at(8, coder), y);
            match study.definitions.get(*id).map(|cells| cells.values().any(|basis| *basis == Basis::Explicit)) {
                Some(true) => explicit.push(at),
                Some(false) => unused.push(at),
                None => {}
            }
        }
    }
    for (x, y) in framed {
        sheet.outlined(x - grid.column / 2.0 + 3.5, y - ROW / 2.0 + 2.5, grid.column - 7.0, ROW - 5.0, "none", VERMILLION);
    }
    sheet.marks(&unused, 3.0, Shape::Dash, Paint::Solid, GREY);
    sheet.marks(&implicit, 5.0, Shape::Square, Paint::Hollow, INK);
    sheet.marks(&explicit, 5.0, Shape::Square, Paint::Solid, INK);
}

/// Per coder how many studies use each definition, explicitly and implicitly.
fn totals(sheet: &mut Canvas, grid: &Grid, studies: &[&StudyReport], bottom: f64) {
    sheet.bold(LEFT, bottom + 24.0, "Totals: explicit + implicit", SMALL, Hold::Start);
    for (place, coder) in CODERS.iter().enumerate() {
        let y = bottom + 50.0 + 34.0 * place as f64;
        let coded = studies.iter().filter(|study| study.definitions.contains_key(*coder)).count();
        sheet.words(LEFT, y, &format!("{}, {coded} coded", crate::audit::capitalised(&coder_words(coder))), SMALL, Hold::Start, INK);
        for (column, definition) in Definition::all().iter().enumerate() {
            let of = |basis| studies.iter().filter(|study| cell(study, coder, *definition) == Some(Some(basis))).count();
            let words = format!("{}+{}", of(Basis::Explicit), of(Basis::Implicit));
            sheet.words(grid.x(column) + grid.column / 2.0, y, &words, SMALL, Hold::Middle, INK);
        }
        let stated = |study: &&&StudyReport| {
            study.definitions.get(*coder).is_some_and(|cells| cells.values().any(|basis| *basis == Basis::Explicit))
        };
        let stated = studies.iter().filter(stated).count().to_string();
        sheet.words(grid.x(8) + grid.column / 2.0, y, &stated, SMALL, Hold::Middle, INK);
        sheet.rules(&[((LEFT, y + 12.0), (grid.x(Grid::COLUMNS), y + 12.0))], RULE, 0.8);
    }
}

fn legend(sheet: &mut Canvas) {
    let words = format!("In each cell first the mark of {}, then that of {}:", coder_words(CODERS[0]), coder_words(CODERS[1]));
    sheet.words(LEFT, 50.0, &words, SMALL, Hold::Start, QUIET);
    let mut x = LEFT + 6.0;
    for (shape, paint, colour, words) in [
        (Shape::Square, Paint::Solid, INK, "explicit"),
        (Shape::Square, Paint::Hollow, INK, "implicit"),
        (Shape::Dash, Paint::Solid, GREY, "not used (blank: not coded)"),
    ] {
        sheet.mark(x, 67.5, if shape == Shape::Dash { 3.0 } else { 5.0 }, shape, paint, colour);
        sheet.words(x + 13.0, 72.0, words, SMALL, Hold::Start, INK);
        x += 42.0 + width_of(words, SMALL);
    }
    sheet.outlined(x - 4.0, 59.0, 44.0, ROW - 5.0, "none", VERMILLION);
    sheet.words(x + 48.0, 72.0, "they differ", SMALL, Hold::Start, INK);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figures::svg;
    use crate::report::fixture;

    #[test]
    fn every_coding_is_a_mark_and_every_difference_a_frame() {
        let audit = fixture::large();
        let figures = draw(&audit);
        assert_eq!(figures.len(), 2);
        let coded = |basis| {
            audit.studies.iter().flat_map(|s| CODERS.map(|c| s.definitions[c].values().filter(|b| **b == basis).count())).sum::<usize>()
        };
        let stated = audit
            .studies
            .iter()
            .flat_map(|s| CODERS.map(|c| s.definitions[c].values().any(|b| *b == Basis::Explicit)))
            .filter(|any| *any)
            .count();
        let svg = svg::unfolded(&figures[0].svg);
        let squares = svg.matches("h10v10h-10z").count();
        assert_eq!(squares, coded(Basis::Explicit) + coded(Basis::Implicit) + stated + 2, "and two in the legend");
        let differing = |s: &StudyReport| Definition::all().iter().filter(|d| cell(s, CODERS[0], **d) != cell(s, CODERS[1], **d)).count();
        let frames = audit.studies.iter().map(differing).sum::<usize>();
        assert_eq!(svg.matches("height=\"17\"").count(), frames + 1, "and one in the legend");
    }

    #[test]
    fn a_study_that_a_coder_did_not_look_at_is_blank_and_not_in_the_view_of_that_coder() {
        let mut audit = fixture::one_study();
        audit.studies[0].definitions.remove(CODERS[0]);
        let figures = draw(&audit);
        assert_eq!(figures.len(), 1);
        assert!(figures[0].svg.contains("The position paper, 0 coded"), "{}", figures[0].svg);
    }
}
