//! Definitions used together: for each coder a row per set of definitions, with how many studies use exactly that set, and how many use each.

use super::Figure;
use super::canvas::{BLUE, Canvas, Hold, INK, PAGE, Paint, QUIET, RULE, SMALL, Shape};
use crate::audit::Audit;
use crate::report::facts::CODERS;
use crate::report::tables;
use crate::taxonomy::{Definition, Word};
use std::collections::BTreeMap;

const LEFT: f64 = 14.0;
const COLUMN: f64 = 26.0;
const ROW: f64 = 20.0;
const TOP: f64 = 190.0;
const GAP: f64 = 40.0;

/// The sets of a coder with the number of studies that use exactly them, most first.
type Sets = Vec<(Vec<Definition>, usize)>;

fn sets(audit: &Audit, coder: &str) -> Sets {
    let mut counts: BTreeMap<Vec<Definition>, usize> = BTreeMap::new();
    for cells in audit.studies.iter().filter_map(|study| study.definitions.get(coder)) {
        *counts.entry(cells.keys().copied().collect()).or_default() += 1;
    }
    let mut sets: Sets = counts.into_iter().collect();
    sets.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.len().cmp(&b.0.len())).then(a.0.cmp(&b.0)));
    sets
}

/// Both coders side by side; none where nobody coded.
#[must_use]
pub fn draw(audit: &Audit) -> Option<Figure> {
    let coded = CODERS.map(|coder| sets(audit, coder));
    let rows = coded.iter().map(Vec::len).max().filter(|most| *most > 0)?;
    let bottom = TOP + ROW * rows as f64;
    let mut sheet = Canvas::new(PAGE, bottom + 112.0);
    let title = "Definitions used together";
    sheet.bold(LEFT, 26.0, title, 16, Hold::Start);
    sheet.words(
        LEFT,
        48.0,
        "A row is a set of definitions; its bar counts the studies that use exactly these, explicitly or implicitly.",
        SMALL,
        Hold::Start,
        QUIET,
    );
    let width = (PAGE - 2.0 * LEFT - GAP) / 2.0;
    for (place, (coder, sets)) in CODERS.iter().zip(&coded).enumerate() {
        let studies: usize = sets.iter().map(|(_, count)| count).sum();
        let left = LEFT + (width + GAP) * place as f64;
        let words = if *coder == "registry" { "This registry" } else { "The position paper" };
        sheet.bold(left, 78.0, &format!("{words} ({studies} coded)"), SMALL, Hold::Start);
        panel(&mut sheet, (left, width), sets, bottom);
    }
    let description = "For the position paper and for this registry, a row per set of definitions that occurs among the studies coded, the most frequent \
        first: dots name its definitions, the bar counts the studies that use exactly that set, each study once. Bars below count the studies that use each \
        definition at all. The codings stand in tables/codings.csv.";
    let svg = sheet.finish(title, description);
    Some(Figure { name: "together".to_owned(), title: title.to_owned(), svg })
}

fn panel(sheet: &mut Canvas, (left, width): (f64, f64), sets: &Sets, bottom: f64) {
    let x = |definition: Definition| left + COLUMN * (definition.number() as f64 - 0.5);
    let bars = left + COLUMN * 8.0 + 14.0;
    let most = sets.iter().map(|(_, count)| *count).max().unwrap_or(1) as f64;
    for definition in Definition::all() {
        sheet.rising(x(*definition) - 4.0, TOP - 8.0, &format!("{} {}", definition.number(), tables::short(*definition)), SMALL);
    }
    let (mut used, mut free, mut joined) = (Vec::new(), Vec::new(), Vec::new());
    for (row, (set, count)) in sets.iter().enumerate() {
        let y = TOP + ROW * (row as f64 + 0.5);
        for definition in Definition::all() {
            if set.contains(definition) { used.push((x(*definition), y)) } else { free.push((x(*definition), y)) }
        }
        if let (Some(first), Some(last)) = (set.first(), set.last()) {
            joined.push(((x(*first), y), (x(*last), y)));
        }
        let length = (width - COLUMN * 8.0 - 50.0) * *count as f64 / most;
        sheet.rect(bars, y - 6.0, length, 12.0, BLUE);
        let words = if set.is_empty() { format!("{count} (none)") } else { count.to_string() };
        sheet.words(bars + length + 5.0, y + 4.5, &words, SMALL, Hold::Start, INK);
    }
    sheet.marks(&free, 1.6, Shape::Disc, Paint::Solid, RULE);
    sheet.rules(&joined, INK, 1.6);
    sheet.marks(&used, 5.0, Shape::Disc, Paint::Solid, INK);
    totals(sheet, left, sets, bottom + 88.0);
}

/// How many studies use each definition, as bars that stand on a line.
fn totals(sheet: &mut Canvas, left: f64, sets: &Sets, foot: f64) {
    let total = |definition: &Definition| sets.iter().filter(|(set, _)| set.contains(definition)).map(|(_, count)| count).sum::<usize>();
    let most = Definition::all().iter().map(total).max().unwrap_or(1).max(1) as f64;
    for definition in Definition::all() {
        let (x, count) = (left + COLUMN * (definition.number() as f64 - 0.5), total(definition));
        let height = 56.0 * count as f64 / most;
        sheet.rect(x - 8.0, foot - height, 16.0, height, BLUE);
        sheet.words(x, foot - height - 4.0, &count.to_string(), SMALL, Hold::Middle, INK);
    }
    sheet.line((left, foot), (left + COLUMN * 8.0, foot), INK, 1.0);
    sheet.words(left + COLUMN * 8.0 + 14.0, foot, "studies that use each", SMALL, Hold::Start, QUIET);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figures::svg;
    use crate::report::fixture;

    #[test]
    fn every_coded_study_is_in_one_row_and_every_use_is_a_dot() {
        let audit = fixture::large();
        let rows = CODERS.map(|coder| sets(&audit, coder));
        assert!(rows.iter().all(|sets| sets.iter().map(|(_, count)| count).sum::<usize>() == audit.studies.len()));
        let svg = svg::unfolded(&draw(&audit).unwrap().svg);
        let dots: usize = rows.iter().flatten().map(|(set, _)| set.len()).sum();
        assert_eq!(svg.matches("a5 5 0 1 0 10 0").count(), dots);
    }
}
