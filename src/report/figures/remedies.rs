//! Risk against price: every remedy of the loop in which most pairs change places, one panel per sampling.

use super::Figure;
use super::canvas::{BLUE, Canvas, Hold, INK, ORANGE, PAGE, Paint, QUIET, RULE, SMALL, Shape, VERMILLION};
use crate::audit::remedies::most_turned;
use crate::audit::{Audit, DesignReport, LoopReport, PointReport};
use crate::registry::DesignId;
use crate::report::number;

const LEFT: f64 = 52.0;
const TOP: f64 = 102.0;
const HEIGHT: f64 = 300.0;
const GAP: f64 = 46.0;
/// Height of a line of the key, and its columns.
const LINE: f64 = 18.0;
const COLUMNS: usize = 3;

/// Sizes no further apart than this factor share a column.
const ALIKE: f64 = 1.15;
/// How near two marks of a column may lie, upwards.
const APART: f64 = 13.0;

/// A remedy in one panel.
struct Spot {
    number: usize,
    risk: f64,
    size: f64,
    real: f64,
}

/// The figure; none where no remedy was run.
#[must_use]
pub fn draw(audit: &Audit) -> Option<Figure> {
    let design = audit.design(DesignId::Remedies)?;
    let one = most_turned(design)?;
    let setting = design.crossed().next()?;
    let names = names(design, one);
    let panels = [spots(&names, one, &[]), spots(&names, one, &[&setting.id])];
    let all = || panels.iter().flatten();
    let (least, most) = all().fold((f64::INFINITY, 0.0_f64), |(low, high), spot| (low.min(spot.risk), high.max(spot.risk)));
    if all().next().is_none() || least <= 0.0 {
        return None;
    }
    let key = TOP + HEIGHT + 62.0;
    let mut sheet = Canvas::new(PAGE, key + LINE * names.len().div_ceil(COLUMNS) as f64 + 14.0);
    let title = format!("Risk against price, remedy by remedy: {}", one.title.to_lowercase());
    sheet.bold(14.0, 26.0, &title, 16, Hold::Start);
    legend(&mut sheet);
    let (least, most) = (least.log10().floor(), most.log10().ceil().max(least.log10().floor() + 1.0));
    let mut scale = Scale { least, most, columns: columns(all().map(|spot| spot.size)) };
    scale.make_room(&panels);
    for (place, (spots, words)) in panels.iter().zip(["unbiased sampling", setting.title.as_str()]).enumerate() {
        panel(&mut sheet, &scale, place, spots, words);
    }
    for (place, (id, name)) in names.iter().enumerate() {
        let column = place / names.len().div_ceil(COLUMNS);
        let row = place % names.len().div_ceil(COLUMNS);
        let words = format!("{} {name}", place + 1);
        sheet.words(
            14.0 + column as f64 * 272.0,
            key + LINE * row as f64,
            &words,
            SMALL,
            Hold::Start,
            if id.is_some() { INK } else { QUIET },
        );
    }
    let description = format!(
        "Two panels, unbiased and biased sampling, for the loop {}. Columns are sizes of the last training set over the loop's first one; within a column nothing is meant by left and right. Upwards stands the mean \
         risk at the last generation in units of one real sample as large as the loop's first set, on a log scale; one number per remedy, disc without new real data, square with some, triangle with as much as synthetic data. The numbers stand in the report's table of remedies.",
        one.title
    );
    let svg = sheet.finish(&title, &description);
    Some(Figure { name: "remedies".to_owned(), title, svg })
}

/// Remedies that the loop runs, in the order of the file, the loop without one first.
fn names(design: &DesignReport, one: &LoopReport) -> Vec<(Option<String>, String)> {
    let is_run = |id: Option<&str>| one.point(id, &[]).is_some_and(|point| point.risk.is_some());
    let remedies = design.options().filter(|factor| is_run(Some(&factor.id)));
    let none = is_run(None).then(|| (None, "none".to_owned()));
    none.into_iter().chain(remedies.map(|factor| (Some(factor.id.clone()), factor.title.clone()))).collect()
}

fn spots(names: &[(Option<String>, String)], one: &LoopReport, crossed: &[&str]) -> Vec<Spot> {
    let spot = |(place, (id, _)): (usize, &(Option<String>, String))| {
        let point: &PointReport = one.point(id.as_deref(), crossed)?;
        Some(Spot { number: place + 1, risk: point.risk?.estimate, size: point.size, real: point.real })
    };
    names.iter().enumerate().filter_map(spot).collect()
}

/// Decimal logs upwards, columns of sizes across.
struct Scale {
    least: f64,
    most: f64,
    columns: Vec<Column>,
}

/// Sizes so near to one another that they stand in one column.
struct Column {
    least: f64,
    most: f64,
    /// Marks side by side at most.
    lanes: usize,
}

/// The columns of some sizes, the smallest first.
fn columns(sizes: impl Iterator<Item = f64>) -> Vec<Column> {
    let mut sizes: Vec<f64> = sizes.collect();
    sizes.sort_by(f64::total_cmp);
    let mut columns: Vec<Column> = Vec::new();
    for size in sizes {
        match columns.last_mut() {
            Some(column) if size <= column.least * ALIKE => column.most = size,
            Some(_) | None => columns.push(Column { least: size, most: size, lanes: 1 }),
        }
    }
    columns
}

impl Column {
    fn holds(&self, size: f64) -> bool {
        (self.least..=self.most).contains(&size)
    }

    /// Its size, or its sizes where two of them differ in words.
    fn words(&self) -> String {
        let round = |size: f64| number::alone((size * 10.0).round() / 10.0);
        if round(self.least) == round(self.most) { round(self.least) } else { format!("{}–{}", round(self.least), round(self.most)) }
    }
}

impl Scale {
    fn y(&self, risk: f64) -> f64 {
        TOP + HEIGHT * (self.most - risk.log10()) / (self.most - self.least)
    }

    /// Lanes of every column, so many that no two marks of either panel lie on one another.
    fn make_room(&mut self, panels: &[Vec<Spot>]) {
        for place in 0..self.columns.len() {
            self.columns[place].lanes =
                panels.iter().map(|spots| 1 + self.lanes(place, spots).iter().map(|(_, lane)| *lane).max().unwrap_or(0)).max().unwrap_or(1);
        }
    }

    /// The marks of a column, each in the first lane in which it lies on no other.
    fn lanes<'a>(&self, place: usize, spots: &'a [Spot]) -> Vec<(&'a Spot, usize)> {
        let mut sorted: Vec<&Spot> = spots.iter().filter(|spot| self.columns[place].holds(spot.size)).collect();
        sorted.sort_by(|a, b| b.risk.total_cmp(&a.risk).then(a.number.cmp(&b.number)));
        let mut placed: Vec<(&Spot, usize)> = Vec::new();
        for spot in sorted {
            let is_taken =
                |lane: usize| placed.iter().any(|(other, own)| *own == lane && (self.y(other.risk) - self.y(spot.risk)).abs() < APART);
            let lane = (0..).find(|lane| !is_taken(*lane)).unwrap_or(0);
            placed.push((spot, lane));
        }
        placed
    }
}

fn panel(sheet: &mut Canvas, scale: &Scale, place: usize, spots: &[Spot], words: &str) {
    let width = (PAGE - LEFT - 14.0 - GAP) / 2.0;
    let left = LEFT + place as f64 * (width + GAP);
    sheet.bold(left, TOP - 8.0, words, SMALL, Hold::Start);
    let mut rules = vec![((left, TOP), (left, TOP + HEIGHT)), ((left, TOP + HEIGHT), (left + width, TOP + HEIGHT))];
    let mut decade = scale.least;
    while decade <= scale.most + 1e-9 {
        let at = scale.y(10.0_f64.powf(decade));
        rules.push(((left, at), (left + width, at)));
        sheet.words(left - 5.0, at + 4.5, &number::alone(10.0_f64.powf(decade)), SMALL, Hold::End, INK);
        decade += 1.0;
    }
    let lane = width / scale.columns.iter().map(|column| column.lanes).sum::<usize>().max(1) as f64;
    let wide = |column: &Column| lane * column.lanes as f64;
    let mut x = left;
    for column in &scale.columns {
        x += wide(column);
        rules.push(((x, TOP), (x, TOP + HEIGHT)));
    }
    // Under the marks.
    sheet.rules(&rules, RULE, 0.8);
    x = left;
    for (place, column) in scale.columns.iter().enumerate() {
        for (spot, across) in scale.lanes(place, spots) {
            let (shape, colour) = mark(spot.real);
            let (x, y) = (x + lane * across as f64 + 9.0, scale.y(spot.risk));
            sheet.mark(x, y, 4.0, shape, Paint::Solid, colour);
            sheet.words(x + 6.0, y + 4.5, &spot.number.to_string(), SMALL, Hold::Start, INK);
        }
        sheet.words(x + wide(column) / 2.0, TOP + HEIGHT + 17.0, &column.words(), SMALL, Hold::Middle, INK);
        x += wide(column);
    }
    sheet.words(left + width / 2.0, TOP + HEIGHT + 36.0, "size of the last training set, the first one = 1", SMALL, Hold::Middle, QUIET);
}

fn mark(real: f64) -> (Shape, &'static str) {
    if real <= 0.0 {
        (Shape::Disc, BLUE)
    } else if real < 5.0 {
        (Shape::Square, ORANGE)
    } else {
        (Shape::Triangle, VERMILLION)
    }
}

fn legend(sheet: &mut Canvas) {
    for (x, real, words) in
        [(20.0, 0.0, "no new real data"), (190.0, 1.0, "some"), (260.0, 9.0, "as many real as synthetic points or more")]
    {
        let (shape, colour) = mark(real);
        sheet.mark(x, 45.5, 4.5, shape, Paint::Solid, colour);
        sheet.words(x + 10.0, 50.0, words, SMALL, Hold::Start, INK);
    }
    let upwards = "upwards: mean risk at the last generation, that of one real sample = 1, log scale";
    sheet.words(14.0, 70.0, upwards, SMALL, Hold::Start, QUIET);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(number: usize, size: f64, risk: f64) -> Spot {
        Spot { number, risk, size, real: 0.0 }
    }

    #[test]
    fn no_rule_is_drawn_over_a_mark() {
        let spots = [spot(1, 1.0, 10.0), spot(2, 2.0, 1.0)];
        let scale = Scale { least: -1.0, most: 2.0, columns: columns(spots.iter().map(|spot| spot.size)) };
        let mut sheet = Canvas::new(PAGE, 600.0);
        panel(&mut sheet, &scale, 0, &spots, "words");
        let svg = sheet.finish("title", "description");
        assert!(svg.rfind("<path").is_some_and(|rules| svg.find("<circle").is_some_and(|mark| rules < mark)), "{svg}");
    }

    #[test]
    fn marks_of_one_size_stand_side_by_side_within_its_column_and_in_no_other() {
        let spots =
            vec![spot(1, 1.0, 10.0), spot(2, 1.0, 10.1), spot(3, 2.0, 10.0), spot(4, 10.0, 9.9), spot(5, 10.6, 1.0), spot(6, 1.0, 0.2)];
        let mut scale = Scale { least: -1.0, most: 2.0, columns: columns(spots.iter().map(|spot| spot.size)) };
        let panels = [spots, Vec::new()];
        scale.make_room(&panels);
        let told: Vec<_> = scale.columns.iter().map(|column| (column.words(), column.lanes)).collect();
        assert_eq!(told, [("1".to_owned(), 2), ("2".to_owned(), 1), ("10–10.6".to_owned(), 1)]);
        let lanes: Vec<_> = scale.lanes(0, &panels[0]).into_iter().map(|(spot, lane)| (spot.number, lane)).collect();
        assert_eq!(lanes, [(2, 0), (1, 1), (6, 0)]);
    }
}
