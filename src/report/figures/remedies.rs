//! Risk against price: every remedy of the loop in which most pairs change places, one panel per sampling.

use super::Figure;
use super::canvas::{BLUE, Canvas, Hold, INK, ORANGE, PAGE, Paint, QUIET, RULE, SMALL, Shape, VERMILLION};
use crate::audit::remedies::reorderings;
use crate::audit::{Audit, DesignReport, LoopReport, PointReport};
use crate::registry::DesignId;
use crate::report::number;

const LEFT: f64 = 52.0;
const TOP: f64 = 84.0;
const HEIGHT: f64 = 300.0;
const GAP: f64 = 46.0;
/// Height of a line of the key, and its columns.
const LINE: f64 = 18.0;
const COLUMNS: usize = 3;

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
    let orders = reorderings(design);
    let turned = |one: &&LoopReport| orders.iter().filter(|order| order.baseline == one.id).map(|order| order.flipped).sum::<usize>();
    let one = design.loops.iter().max_by_key(turned)?;
    let setting = design.crossed().next()?;
    let names = names(design, one);
    let panels = [spots(&names, one, &[]), spots(&names, one, &[&setting.id])];
    let all = || panels.iter().flatten();
    let (least, most) = all().fold((f64::INFINITY, 0.0_f64), |(low, high), spot| (low.min(spot.risk), high.max(spot.risk)));
    let widest = all().map(|spot| spot.size).fold(1.0, f64::max);
    if all().next().is_none() || least <= 0.0 {
        return None;
    }
    let key = TOP + HEIGHT + 62.0;
    let mut sheet = Canvas::new(PAGE, key + LINE * names.len().div_ceil(COLUMNS) as f64 + 14.0);
    let title = format!("Risk against price, remedy by remedy: {}", one.title.to_lowercase());
    sheet.bold(14.0, 26.0, &title, 16, Hold::Start);
    legend(&mut sheet);
    let scale =
        Scale { least: least.log10().floor(), most: most.log10().ceil().max(least.log10().floor() + 1.0), widest: widest.log10().max(0.1) };
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
        "Two panels, unbiased and biased sampling, for the loop {}. Across stands the size of the last training set over the loop's first one, upwards the mean risk at the last generation in units of one \
         real sample, both on log scales; one number per remedy, disc without new real data, square with some, triangle with as much as synthetic data. The numbers stand in the report's table of remedies.",
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

/// Decimal logs.
struct Scale {
    least: f64,
    most: f64,
    widest: f64,
}

fn panel(sheet: &mut Canvas, scale: &Scale, place: usize, spots: &[Spot], words: &str) {
    let width = (PAGE - LEFT - 14.0 - GAP) / 2.0;
    let left = LEFT + place as f64 * (width + GAP);
    let x = |size: f64| left + 12.0 + (width - 40.0) * size.max(1e-9).log10() / scale.widest;
    let y = |risk: f64| TOP + HEIGHT * (scale.most - risk.log10()) / (scale.most - scale.least);
    sheet.bold(left, TOP - 8.0, words, SMALL, Hold::Start);
    let mut rules = vec![((left, TOP), (left, TOP + HEIGHT)), ((left, TOP + HEIGHT), (left + width, TOP + HEIGHT))];
    let mut decade = scale.least;
    while decade <= scale.most + 1e-9 {
        let at = y(10.0_f64.powf(decade));
        rules.push(((left, at), (left + width, at)));
        sheet.words(left - 5.0, at + 4.5, &number::alone(10.0_f64.powf(decade)), SMALL, Hold::End, INK);
        decade += 1.0;
    }
    sheet.rules(&rules, RULE, 0.8);
    for size in [1.0, 2.0, 4.0, 10.0].into_iter().filter(|size: &f64| size.log10() <= scale.widest + 1e-9) {
        sheet.words(x(size), TOP + HEIGHT + 17.0, &number::alone(size), SMALL, Hold::Middle, INK);
    }
    sheet.words(left + width / 2.0, TOP + HEIGHT + 36.0, "size of the last training set; overlaps step aside", SMALL, Hold::Middle, QUIET);
    for spot in spread(spots, &x, &y, left + width - 16.0) {
        let (shape, colour) = mark(spot.1.real);
        sheet.mark(spot.0.0, spot.0.1, 4.0, shape, Paint::Solid, colour);
        sheet.words(spot.0.0 + 6.0, spot.0.1 + 4.5, &spot.1.number.to_string(), SMALL, Hold::Start, INK);
    }
}

/// Places of the spots: those that would lie on one another step aside to the right, from the edge of the panel back to the left.
fn spread<'a>(spots: &'a [Spot], x: &dyn Fn(f64) -> f64, y: &dyn Fn(f64) -> f64, edge: f64) -> Vec<((f64, f64), &'a Spot)> {
    let mut placed: Vec<((f64, f64), &Spot)> = Vec::new();
    let mut sorted: Vec<&Spot> = spots.iter().collect();
    sorted.sort_by(|a, b| b.risk.total_cmp(&a.risk).then(a.number.cmp(&b.number)));
    for spot in sorted {
        let (own, up) = (x(spot.size), y(spot.risk));
        let is_taken = |across: f64| placed.iter().any(|((px, py), _)| (px - across).abs() < 26.0 && (py - up).abs() < 13.0);
        let right = std::iter::successors(Some(own), |at| Some(at + 28.0)).take_while(|at| *at <= edge);
        let left = std::iter::successors(Some(own - 28.0), |at| Some(at - 28.0)).take(8);
        let across = right.chain(left).find(|at| !is_taken(*at)).unwrap_or(own);
        placed.push(((across, up), spot));
    }
    placed
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
}
