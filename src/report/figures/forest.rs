//! The forest plot: each claim's estimate over its expected value, with interval; pass region shaded, shape for fidelity,
//! colour for verdict, numbers at the edge.

use super::Figure;
use super::canvas::{BLUE, Canvas, GREY, Hold, INK, Paint, QUIET, Shape, VERMILLION, fitted, width_of};
use crate::audit::{Audit, ClaimReport, Verdict};
use crate::report::facts::{self, Group};
use crate::report::{number, text};
use crate::taxonomy::{Definition, Fidelity, Word};

const LABELS: f64 = 430.0;
const PLOT: f64 = 420.0;
const ROW: f64 = 21.0;
const TOP: f64 = 96.0;
const SHADE: &str = "#dfe9d8";

/// A claim as ratios to its expected value.
#[derive(Clone)]
struct Ratio<'a> {
    claim: &'a ClaimReport,
    middle: f64,
    low: f64,
    high: f64,
    pass: Option<(f64, f64)>,
}

fn ratio(claim: &ClaimReport) -> Option<Ratio<'_>> {
    let expected = claim.expected.filter(|e| e.is_finite() && e.abs() > f64::MIN_POSITIVE)?;
    let middle = claim.estimate.filter(|e| e.is_finite())? / expected;
    let ordered = |a: f64, b: f64| if a <= b { (a, b) } else { (b, a) };
    let end = |value: Option<f64>| value.filter(|v| v.is_finite()).map_or(middle, |v| v / expected);
    let (low, high) = ordered(end(claim.low), end(claim.high));
    let pass =
        claim.accepted.map(|(low, high)| ordered(low / expected, high / expected)).filter(|(low, high)| !low.is_nan() && !high.is_nan());
    middle.is_finite().then_some(Ratio { claim, middle, low, high, pass })
}

/// The axis: a linear range around one, wide enough for nine in ten of the claims.
struct Axis {
    low: f64,
    high: f64,
}

impl Axis {
    fn around(rows: &[(Group, Ratio)]) -> Self {
        let mut reach: Vec<f64> = rows.iter().map(|(_, row)| (row.low - 1.0).abs().max((row.high - 1.0).abs())).collect();
        reach.sort_by(f64::total_cmp);
        let wanted = reach.get(reach.len() * 9 / 10).copied().unwrap_or(0.1) * 1.15;
        let half = [0.1, 0.2, 0.5, 1.0, 2.0].into_iter().find(|half| *half >= wanted).unwrap_or(2.0);
        Self { low: 1.0 - half, high: 1.0 + half }
    }

    fn x(&self, value: f64) -> f64 {
        LABELS + PLOT * ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    fn is_outside(&self, value: f64) -> bool {
        value < self.low || value > self.high
    }
}

/// Most claims that one plot shows whole.
const WHOLE: usize = 40;

/// The main plot, and one per study that has rows for it.
#[must_use]
pub fn draw(audit: &Audit) -> Vec<Figure> {
    let all = rows(audit, |_| true);
    let title = "Estimates against what the claims expect";
    let main = if all.len() > WHOLE { chosen(&all) } else { all };
    let mut figures: Vec<Figure> = plot("forest", title, audit.claims.len(), &main).into_iter().collect();
    for study in &audit.studies {
        let own = rows(audit, |claim| claim.study == study.id);
        let claims = audit.claims.iter().filter(|claim| claim.study == study.id).count();
        figures.extend(plot(&format!("forest-{}", study.id), &format!("Estimates of {}", study.id), claims, &own));
    }
    figures
}

/// Which claims the main plot shows, in words.
#[must_use]
pub fn shows(audit: &Audit) -> &'static str {
    if rows(audit, |_| true).len() > WHOLE {
        "the contradicted claims, and of each definition the reproduced claim nearest to the edge of agreement; all others stand on their studies' pages"
    } else {
        "every claim with a number on both sides"
    }
}

fn rows(audit: &Audit, wanted: impl Fn(&ClaimReport) -> bool) -> Vec<(Group, Ratio<'_>)> {
    let mut rows = Vec::new();
    for group in [Group::Counted, Group::Added, Group::Recalled] {
        rows.extend(facts::claims_in(audit, group).filter(|claim| wanted(claim)).filter_map(|claim| Some((group, ratio(claim)?))));
    }
    rows
}

/// Of many rows the counted contradicted ones and, per definition, the reproduced one that came nearest to failing.
fn chosen<'a>(all: &[(Group, Ratio<'a>)]) -> Vec<(Group, Ratio<'a>)> {
    let counted = || all.iter().filter(|(group, _)| *group == Group::Counted);
    let is = |row: &Ratio, verdict| row.claim.verdict == verdict;
    let mut kept: Vec<(Group, Ratio<'a>)> = counted().filter(|(_, row)| is(row, Verdict::Contradicted)).cloned().collect();
    for definition in Definition::all() {
        let of = counted().filter(|(_, row)| row.claim.definition == *definition && is(row, Verdict::Reproduced));
        kept.extend(of.min_by(|a, b| room(&a.1).total_cmp(&room(&b.1))).cloned());
    }
    kept.sort_by(|a, b| a.1.claim.id.cmp(&b.1.claim.id));
    kept
}

/// How far the interval's nearer end lies from the edge of agreement, in widths of the interval; none known is farthest.
fn room(row: &Ratio) -> f64 {
    let Some((low, high)) = row.pass else { return f64::INFINITY };
    let width = (row.high - row.low).max(f64::MIN_POSITIVE);
    let distance = (row.low - low).min(high - row.high) / width;
    if distance.is_nan() { f64::INFINITY } else { distance }
}

fn plot(name: &str, title: &str, claims: usize, rows: &[(Group, Ratio)]) -> Option<Figure> {
    if rows.is_empty() {
        return None;
    }
    let axis = Axis::around(rows);
    let groups = rows.chunk_by(|a, b| a.0 == b.0).count();
    let bottom = TOP + ROW * (rows.len() + groups) as f64;
    let mut sheet = Canvas::new(LABELS + PLOT + 330.0, bottom + 120.0);
    head(&mut sheet, title);
    let mut y = TOP;
    for chunk in rows.chunk_by(|a, b| a.0 == b.0) {
        sheet.bold(16.0, y + 15.0, heading(chunk[0].0), 12, Hold::Start);
        y += ROW;
        for (_, row) in chunk {
            draw_row(&mut sheet, &axis, row, y);
            y += ROW;
        }
    }
    draw_axis(&mut sheet, &axis, bottom);
    let left_out = claims - rows.len();
    legend(&mut sheet, bottom + 56.0, left_out);
    let description = format!(
        "{} with an estimate and an expected value. Shape says fidelity, colour the verdict, the shaded band counts as agreement, arrows point to values \
         beyond the axis. {} {} not drawn here. The numbers stand in tables/claims.csv.",
        text::counted(rows.len(), "claim", "claims"),
        text::counted(left_out, "other claim", "other claims"),
        if left_out == 1 { "is" } else { "are" }
    );
    let svg = sheet.finish(name, title, &description);
    Some(Figure { name: name.to_owned(), title: title.to_owned(), svg })
}

fn head(sheet: &mut Canvas, title: &str) {
    let room = LABELS + PLOT + 300.0;
    sheet.bold(16.0, 26.0, &fitted(title, 16, room), 16, Hold::Start);
    let words = "Estimate divided by the closed form or limit it is held against; 1 is exact agreement.";
    sheet.words(16.0, 46.0, words, 12, Hold::Start, QUIET);
    sheet.words(LABELS + PLOT + 20.0, TOP - 12.0, "estimate [interval] : expected · verdict", 11, Hold::Start, QUIET);
}

fn heading(group: Group) -> &'static str {
    match group {
        Group::Counted => "Claims of the studies",
        Group::Added => "Checks we added",
        Group::Recalled => "Recalled, not yet confirmed",
    }
}

fn draw_row(sheet: &mut Canvas, axis: &Axis, row: &Ratio, y: f64) {
    let middle = y + ROW / 2.0;
    if let Some((low, high)) = row.pass {
        let (left, right) = (axis.x(low), axis.x(high));
        // A region wholly beyond the axis is not drawn; the numbers at the edge still tell.
        if right > left {
            sheet.rect(left, y + 2.0, right - left, ROW - 4.0, SHADE);
        }
    }
    let colour = colour(row.claim);
    sheet.words(LABELS - 12.0, middle + 4.0, &fitted(&row.claim.id, 11, LABELS - 28.0), 11, Hold::End, INK);
    sheet.line((axis.x(row.low), middle), (axis.x(row.high), middle), colour, 1.8);
    for (end, step) in [(row.low, -1.0), (row.high, 1.0)] {
        if axis.is_outside(end) {
            let x = axis.x(end);
            sheet.polygon(&[(x + 7.0 * step, middle), (x, middle - 4.0), (x, middle + 4.0)], colour, None);
        }
    }
    if !axis.is_outside(row.middle) {
        sheet.mark(axis.x(row.middle), middle, 4.5, shape(row.claim.fidelity), paint(row.claim), colour);
    }
    let claim = row.claim;
    let numbers = number::with_interval(claim.estimate, claim.low, claim.high);
    let expected = number::rounded(claim.expected, claim.low, claim.high);
    let words = format!("{numbers} : {expected} · {}", facts::verdict_word(claim));
    sheet.words(LABELS + PLOT + 20.0, middle + 4.0, &fitted(&words, 11, 300.0), 11, Hold::Start, INK);
}

fn shape(fidelity: Fidelity) -> Shape {
    match fidelity {
        Fidelity::Exact => Shape::Disc,
        Fidelity::Scaled => Shape::Square,
        Fidelity::Analogue => Shape::Triangle,
        Fidelity::None => Shape::Dash,
    }
}

fn colour(claim: &ClaimReport) -> &'static str {
    match (facts::group(claim), claim.verdict) {
        (_, Verdict::Reproduced) => BLUE,
        (Group::Counted | Group::Added, Verdict::Contradicted) => VERMILLION,
        (Group::Recalled, Verdict::Contradicted) | (_, Verdict::Undecided | Verdict::Untested) => GREY,
    }
}

fn paint(claim: &ClaimReport) -> Paint {
    match (facts::group(claim), claim.verdict) {
        (Group::Recalled, Verdict::Contradicted) | (_, Verdict::Undecided | Verdict::Untested) => Paint::Hollow,
        (_, Verdict::Reproduced) | (Group::Counted | Group::Added, Verdict::Contradicted) => Paint::Solid,
    }
}

fn draw_axis(sheet: &mut Canvas, axis: &Axis, bottom: f64) {
    sheet.line((LABELS, bottom), (LABELS + PLOT, bottom), INK, 1.0);
    for step in 0..=4 {
        let value = axis.low + (axis.high - axis.low) * f64::from(step) / 4.0;
        let x = axis.x(value);
        if step == 2 {
            sheet.dashed((x, TOP), (x, bottom), QUIET, 1.0);
        }
        sheet.line((x, bottom), (x, bottom + 5.0), INK, 1.0);
        sheet.words(x, bottom + 19.0, &number::plain(Some(value)), 11, Hold::Middle, INK);
    }
}

fn legend(sheet: &mut Canvas, y: f64, left_out: usize) {
    let mut x = 24.0;
    for fidelity in [Fidelity::Exact, Fidelity::Scaled, Fidelity::Analogue] {
        sheet.mark(x, y - 4.0, 5.0, shape(fidelity), Paint::Solid, INK);
        sheet.words(x + 12.0, y, fidelity.id(), 12, Hold::Start, INK);
        x += 40.0 + width_of(fidelity.id(), 12);
    }
    x += 30.0;
    for (words, colour, paint) in [
        ("reproduced", BLUE, Paint::Solid),
        ("contradicted", VERMILLION, Paint::Solid),
        ("undecided or not confirmed", GREY, Paint::Hollow),
    ] {
        sheet.line((x - 8.0, y - 4.0), (x + 12.0, y - 4.0), colour, 1.8);
        sheet.mark(x + 2.0, y - 4.0, 4.5, Shape::Disc, paint, colour);
        sheet.words(x + 18.0, y, words, 12, Hold::Start, INK);
        x += 50.0 + width_of(words, 12);
    }
    sheet.rect(x, y - 12.0, 24.0, 14.0, SHADE);
    sheet.words(x + 30.0, y, "counts as agreement", 12, Hold::Start, INK);
    let verb = if left_out == 1 { "is" } else { "are" };
    let note = format!("{} {verb} not drawn here.", text::counted(left_out, "other claim", "other claims"));
    sheet.words(16.0, y + 28.0, &note, 12, Hold::Start, QUIET);
    sheet.words(
        16.0,
        y + 46.0,
        "A solid mark is decided, a hollow one is not; the verdict is also written at the edge.",
        12,
        Hold::Start,
        QUIET,
    );
}
