//! The forest plot: each claim's estimate with its interval over what it expects; a bound shades its half-plane. Claims that expect zero,
//! or no number, stand on a strip of their own, those without a number below. Shape is fidelity, colour is the verdict, words say both.

use super::Figure;
use super::accepts::Accepts;
use super::canvas::{BLUE, Canvas, GREY, Hold, INK, PAGE, Paint, QUIET, RULE, SMALL, Shape, VERMILLION, width_of, wrapped};
use super::labels::Labels;
use crate::audit::{Audit, ClaimReport, Verdict};
use crate::registry::Asserts;
use crate::report::facts::{self, Group};
use crate::report::{number, text};
use crate::taxonomy::{Definition, Fidelity, Word};

const LEFT: f64 = 14.0;
/// Where the plot begins and ends, and where the numbers begin.
const PLOT: (f64, f64) = (286.0, 556.0);
const NUMBERS: f64 = 572.0;
const LINE: f64 = 17.0;
const SHADE: &str = "#dfe9d8";

/// Most claims that one plot shows whole.
const WHOLE: usize = 40;

/// The main plot, and one per study that has numbers for it.
#[must_use]
pub fn draw(audit: &Audit) -> Vec<Figure> {
    let labels = Labels::of(audit);
    let all: Vec<&ClaimReport> = audit.claims.iter().filter(|claim| claim.estimate.is_some()).collect();
    let main = if all.len() > WHOLE { chosen(&all) } else { all };
    let mut figures: Vec<Figure> = plot("forest", "Estimates against what the claims expect", &main, Some(&labels)).into_iter().collect();
    for study in &audit.studies {
        let own: Vec<&ClaimReport> = audit.claims.iter().filter(|claim| claim.study == study.id).collect();
        let title = format!("Estimates of {}", labels.get(&study.id));
        figures.extend(plot(&format!("forest-{}", study.id), &title, &own, None));
    }
    figures
}

/// Which claims the main plot shows, in words.
#[must_use]
pub fn shows(audit: &Audit) -> &'static str {
    if audit.claims.iter().filter(|claim| claim.estimate.is_some()).count() > WHOLE {
        "every contradicted claim and check, and of each definition the reproduced claim nearest to the edge of agreement; all others stand on their studies' pages"
    } else {
        "every claim with a number"
    }
}

/// Of many claims all contradicted ones and, per definition, the reproduced one that came nearest to failing.
fn chosen<'a>(all: &[&'a ClaimReport]) -> Vec<&'a ClaimReport> {
    let mut kept: Vec<&ClaimReport> = all.iter().copied().filter(|claim| claim.verdict == Verdict::Contradicted).collect();
    for definition in Definition::all() {
        let of = all.iter().copied().filter(|claim| {
            facts::group(claim) == Group::Counted && claim.definition == *definition && claim.verdict == Verdict::Reproduced
        });
        kept.extend(of.min_by(|a, b| room(a).total_cmp(&room(b))));
    }
    kept.sort_by(|a, b| a.id.cmp(&b.id));
    kept
}

/// How far the interval's nearer end lies from the edge of agreement, in widths of the interval; none known is farthest.
fn room(claim: &ClaimReport) -> f64 {
    let (Some((low, high)), Some(from), Some(to)) = (Accepts::of(claim).ends(), claim.low, claim.high) else { return f64::INFINITY };
    let distance = (from - low).min(high - to) / (to - from).max(f64::MIN_POSITIVE);
    if distance.is_nan() { f64::INFINITY } else { distance }
}

/// On which strip a claim stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Strip {
    /// Over what it expects.
    Ratio,
    /// On a scale of its own.
    Own,
    /// It has no number.
    Words,
}

impl Strip {
    fn of(claim: &ClaimReport) -> Self {
        // Of a region round zero no end is a measure of the others.
        let around_zero = matches!(Accepts::of(claim), Accepts::Within(low, high) if low <= 0.0 && high >= 0.0);
        match (claim.estimate, claim.expected) {
            (None, _) => Self::Words,
            (Some(_), Some(expected)) if expected.abs() > f64::MIN_POSITIVE && !around_zero => Self::Ratio,
            (Some(_), _) => Self::Own,
        }
    }

    const fn head(self) -> &'static str {
        match self {
            Self::Ratio => {
                "Estimate divided by what is expected, log scale: 1 is exact agreement with a value, the limit of a bound, or an end of a range"
            }
            Self::Own => "No number to divide by: each row on a scale of its own, the dashed line is zero",
            Self::Words => "Without a number",
        }
    }
}

fn plot(name: &str, title: &str, claims: &[&ClaimReport], labels: Option<&Labels>) -> Option<Figure> {
    if claims.iter().all(|claim| claim.estimate.is_none()) {
        return None;
    }
    let rows = laid(claims, labels);
    let bottom = rows.last().map_or(0.0, |row| row.y + row.height());
    let axis = Axis::around(claims);
    let mut sheet = Canvas::new(PAGE, bottom + 74.0);
    sheet.bold(LEFT, 26.0, title, 16, Hold::Start);
    for strip in rows.chunk_by(|a, b| a.strip == b.strip) {
        let (top, end) = (strip[0].y, strip[strip.len() - 1].y + strip[strip.len() - 1].height());
        let is_turned = strip[0].strip == Strip::Ratio && strip.iter().any(|row| row.claim.expected.is_some_and(|value| value < 0.0));
        let turned = if is_turned { "; of a negative one, greater lies to the left" } else { "" };
        for (line, words) in wrapped(&format!("{}{turned}", strip[0].strip.head()), SMALL, PAGE - 2.0 * LEFT).iter().enumerate() {
            let heads = if strip[0].strip == Strip::Ratio { 40.0 } else { 22.0 };
            sheet.words(LEFT, top - heads - strip[0].above() + LINE * line as f64, words, SMALL, Hold::Start, QUIET);
        }
        match strip[0].strip {
            Strip::Ratio => axis.draw(&mut sheet, top, end),
            Strip::Own => sheet.dashed((middle(), top), (middle(), end), QUIET, 1.0),
            Strip::Words => {}
        }
        let rules: Vec<_> = strip.iter().map(|row| ((LEFT, row.y), (PAGE - LEFT, row.y))).collect();
        sheet.rules(&rules, RULE, 0.7);
        for row in strip {
            row.draw(&mut sheet, &axis);
        }
    }
    legend(&mut sheet, bottom + 28.0, claims);
    let description = format!(
        "{}: estimates with intervals over what is expected, or each on a scale of its own; the shaded region counts as agreement. How it is read: GLOSSARY.md, \
         Estimates. All numbers: tables/claims.csv.gz.",
        text::counted(claims.len(), "claim", "claims")
    );
    let svg = sheet.finish(title, &description);
    Some(Figure { name: name.to_owned(), title: title.to_owned(), svg })
}

/// A claim with its words and its place.
struct Row<'a> {
    claim: &'a ClaimReport,
    strip: Strip,
    /// Over the row, where its group begins.
    group: Option<&'static str>,
    y: f64,
    left: Vec<String>,
    right: Vec<String>,
    /// Why the verdict is open, or its control is.
    why: Vec<String>,
}

/// The rows in their order, strip by strip and group by group, with room for their heads.
fn laid<'a>(claims: &[&'a ClaimReport], labels: Option<&Labels>) -> Vec<Row<'a>> {
    let mut rows: Vec<Row> = claims.iter().map(|claim| Row::of(claim, labels)).collect();
    rows.sort_by_key(|row| (row.strip, facts::group(row.claim) as u8));
    let mut y = 34.0;
    let mut before = None;
    for row in &mut rows {
        let place = (row.strip, facts::group(row.claim));
        if before.map(|(strip, _)| strip) != Some(row.strip) {
            y += if row.strip == Strip::Ratio { 60.0 } else { 46.0 };
        }
        if before != Some(place) {
            row.group = Some(heading(place.1, labels.is_some()));
            y += row.above();
        }
        (row.y, before) = (y, Some(place));
        y += row.height();
    }
    rows
}

const fn heading(group: Group, of_several: bool) -> &'static str {
    match group {
        Group::Counted if of_several => "Claims of the studies",
        Group::Counted => "Claims of the study",
        Group::Added => "Checks we added",
        Group::Recalled => "Recalled, not yet confirmed",
    }
}

impl<'a> Row<'a> {
    fn of(claim: &'a ClaimReport, labels: Option<&Labels>) -> Self {
        let mut left = wrapped(facts::local(&claim.id), SMALL, PLOT.0 - LEFT - 16.0);
        left.extend(labels.into_iter().flat_map(|labels| wrapped(labels.get(&claim.study), SMALL, PLOT.0 - LEFT - 16.0)));
        let room = PAGE - NUMBERS - LEFT;
        let strip = Strip::of(claim);
        let verdict = facts::verdict_word(claim);
        let mut right = Vec::new();
        if strip == Strip::Words {
            right.push(verdict.to_owned());
        } else {
            right.extend(wrapped(&estimate(claim), SMALL, room));
            let expects = match (claim.expected, claim.asserts) {
                (Some(_), _) => format!("expects {}", Accepts::of(claim).words(claim)),
                (None, Asserts::Occurs) => "says it occurs".to_owned(),
                (None, Asserts::Absent) => "says it is absent".to_owned(),
                (None, Asserts::Conditional) => "says it occurs there".to_owned(),
            };
            let both = format!("{expects} · {verdict}");
            if width_of(&both, SMALL) > room { right.extend([expects, verdict.to_owned()]) } else { right.push(both) }
        }
        let reason = claim.reason.as_ref().filter(|_| claim.verdict != Verdict::Untested);
        let why = reason.map(|reason| wrapped(&format!("({})", text::words(reason)), SMALL, room)).unwrap_or_default();
        Self { claim, strip, group: None, y: 0.0, left, right, why }
    }

    fn height(&self) -> f64 {
        LINE * self.left.len().max(self.right.len() + self.why.len()) as f64 + 7.0
    }

    /// Room over the row for the head of its group.
    fn above(&self) -> f64 {
        if self.group.is_some() { 24.0 } else { 0.0 }
    }

    fn draw(&self, sheet: &mut Canvas, axis: &Axis) {
        if let Some(group) = self.group {
            sheet.bold(LEFT, self.y - 8.0, group, SMALL, Hold::Start);
        }
        for (line, words) in self.left.iter().enumerate() {
            let named = line == 0 || words.chars().next().is_some_and(char::is_lowercase);
            sheet.words(LEFT, self.y + 14.0 + LINE * line as f64, words, SMALL, Hold::Start, if named { INK } else { QUIET });
        }
        let told = self.right.iter().map(|words| (words, INK)).chain(self.why.iter().map(|words| (words, QUIET)));
        for (line, (words, ink)) in told.enumerate() {
            sheet.words(NUMBERS, self.y + 14.0 + LINE * line as f64, words, SMALL, Hold::Start, ink);
        }
        let Some(estimate) = self.claim.estimate else { return };
        let place: Box<dyn Fn(f64) -> f64> = match self.strip {
            Strip::Ratio => Box::new(|value: f64| axis.x(value / self.claim.expected.unwrap_or(1.0))),
            Strip::Own | Strip::Words => {
                let region = Accepts::of(self.claim).ends().map_or([0.0; 2], |(low, high)| [low, high]);
                let ends = [self.claim.low, self.claim.high, Some(estimate), Some(region[0]), Some(region[1])].into_iter().flatten();
                let unit = ends.filter(|end| end.is_finite()).map(f64::abs).fold(f64::MIN_POSITIVE, f64::max) * 1.15;
                Box::new(move |value: f64| middle() + (PLOT.1 - PLOT.0) / 2.0 * (value / unit).clamp(-1.5, 1.5))
            }
        };
        self.mark(sheet, estimate, &*place);
    }

    /// Region, interval and mark, what leaves the plot as arrows at its edge.
    fn mark(&self, sheet: &mut Canvas, estimate: f64, place: &dyn Fn(f64) -> f64) {
        let (claim, y) = (self.claim, self.y + self.height() / 2.0);
        let inside = |x: f64| x.clamp(PLOT.0, PLOT.1);
        if let Some((low, high)) = Accepts::of(claim).ends() {
            let (a, b) = (inside(place(low)), inside(place(high)));
            if (a - b).abs() > 0.0 {
                sheet.rect(a.min(b), self.y + 3.0, (a - b).abs(), self.height() - 6.0, SHADE);
            }
        }
        let (colour, x) = (colour(claim), place(estimate));
        let ends = [claim.low, claim.high].map(|end| end.map_or(x, place));
        let (from, to) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
        if to > from {
            sheet.line((inside(from), y), (inside(to), y), colour, 1.8);
        }
        for (out, edge, step) in [(from < PLOT.0, PLOT.0, -8.0), (to > PLOT.1, PLOT.1, 8.0)] {
            if out {
                sheet.polygon(&[(edge + step, y), (edge, y - 4.5), (edge, y + 4.5)], colour, None);
            }
        }
        if (x - inside(x)).abs() < 0.5 {
            sheet.mark(x, y, 4.5, shape(claim.fidelity), paint(claim), colour);
        }
    }
}

/// The estimate with its interval; where a recursion gives it exactly, up to what a recursion over many generations rounds, alone.
fn estimate(claim: &ClaimReport) -> String {
    let is_point = |low: f64, high: f64| (high - low).abs() <= 1e-6 * low.abs();
    match (claim.low, claim.high) {
        // Runs that all say the same leave no width either, and are no recursion.
        (Some(low), Some(high)) if is_point(low, high) && claim.replicates == 0 => format!("{} (exact)", number::plain(claim.estimate)),
        _ => number::with_interval(claim.estimate, claim.low, claim.high),
    }
}

fn middle() -> f64 {
    (PLOT.0 + PLOT.1) / 2.0
}

/// A logarithmic axis around one.
struct Axis {
    reach: f64,
}

impl Axis {
    /// Wide enough for nine in ten of the claims' intervals.
    fn around(claims: &[&ClaimReport]) -> Self {
        let far = |claim: &&&ClaimReport| {
            let expected = claim.expected?;
            let ends = [claim.low, claim.high, claim.estimate].into_iter().flatten().map(|value| value / expected);
            ends.filter(|ratio| *ratio > 0.0).map(|ratio| ratio.ln().abs()).reduce(f64::max)
        };
        let mut reach: Vec<f64> = claims.iter().filter(|claim| Strip::of(claim) == Strip::Ratio).filter_map(|claim| far(&claim)).collect();
        reach.sort_by(f64::total_cmp);
        let wanted = reach.get(reach.len() * 9 / 10).copied().unwrap_or(0.1) * 1.1;
        let half = [1.1, 1.25, 1.5, 2.0, 4.0, 10.0, 25.0, 100.0].into_iter().find(|half: &f64| half.ln() >= wanted).unwrap_or(100.0);
        Self { reach: half.ln() }
    }

    /// Where a ratio stands; what is not positive, and what lies far beyond an end, beyond that end.
    fn x(&self, ratio: f64) -> f64 {
        let share = if ratio > 0.0 { (ratio.ln() / self.reach).clamp(-1.5, 1.5) } else { -1.5 };
        middle() + (PLOT.1 - PLOT.0) / 2.0 * share
    }

    fn draw(&self, sheet: &mut Canvas, top: f64, bottom: f64) {
        sheet.dashed((middle(), top), (middle(), bottom), QUIET, 1.0);
        for share in [-1.0, 0.0, 1.0] {
            let ratio = (share * self.reach).exp();
            let x = middle() + (PLOT.1 - PLOT.0) / 2.0 * share;
            sheet.rules(&[((x, top - 5.0), (x, top))], INK, 1.0);
            sheet.words(x, top - 9.0, &number::plain(Some((ratio * 100.0).round() / 100.0)), SMALL, Hold::Middle, INK);
        }
    }
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

/// What the plot holds, and nothing that no row of it does.
fn legend(sheet: &mut Canvas, y: f64, claims: &[&ClaimReport]) {
    let shown = || claims.iter().filter(|claim| claim.estimate.is_some());
    let mut x = LEFT + 8.0;
    let fidelities = [Fidelity::Exact, Fidelity::Scaled, Fidelity::Analogue];
    for fidelity in fidelities.into_iter().filter(|fidelity| shown().any(|claim| claim.fidelity == *fidelity)) {
        sheet.mark(x, y - 4.5, 5.0, shape(fidelity), Paint::Solid, INK);
        sheet.words(x + 12.0, y, fidelity.id(), SMALL, Hold::Start, INK);
        x += 40.0 + width_of(fidelity.id(), SMALL);
    }
    sheet.rect(x + 10.0, y - 12.0, 24.0, 15.0, SHADE);
    sheet.words(x + 42.0, y, "counts as agreement", SMALL, Hold::Start, INK);
    x = LEFT + 8.0;
    let verdicts = [
        ("reproduced", BLUE, Paint::Solid),
        ("contradicted", VERMILLION, Paint::Solid),
        ("undecided or not confirmed", GREY, Paint::Hollow),
    ];
    for (words, own, paint) in verdicts.into_iter().filter(|(_, own, _)| shown().any(|claim| colour(claim) == *own)) {
        sheet.line((x - 8.0, y + 18.5), (x + 12.0, y + 18.5), own, 1.8);
        sheet.mark(x + 2.0, y + 18.5, 4.5, Shape::Disc, paint, own);
        sheet.words(x + 20.0, y + 23.0, words, SMALL, Hold::Start, INK);
        x += 54.0 + width_of(words, SMALL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    fn own(audit: &Audit) -> String {
        draw(audit).into_iter().find(|figure| figure.name != "forest").expect("a figure of the study").svg
    }

    #[test]
    fn an_open_verdict_says_why_and_an_outcome_what_was_said() {
        let mut audit = fixture::one_study();
        let claim = &mut audit.claims[0];
        (claim.verdict, claim.reason) = (Verdict::Undecided, Some("where it must fail: too-wide".to_owned()));
        (claim.expected, claim.accepted, claim.asserts) = (None, None, Asserts::Absent);
        let told = own(&audit);
        assert!(told.contains(">(where it must fail: too wide)<") && told.contains(">says it is absent · undecided<"), "{told}");
        assert!(told.contains(">Claims of the study<"), "{told}");
    }

    #[test]
    fn only_what_needs_no_runs_is_called_exact() {
        let mut audit = fixture::one_study();
        let claim = &mut audit.claims[0];
        (claim.estimate, claim.low, claim.high, claim.replicates) = (Some(0.1), Some(0.1), Some(0.1), 0);
        assert!(own(&audit).contains(">0.1 (exact)<"), "{}", own(&audit));
        audit.claims[0].replicates = 24;
        assert!(own(&audit).contains(">0.1<") && !own(&audit).contains("(exact)"), "{}", own(&audit));
    }

    #[test]
    fn the_legend_names_what_is_drawn_and_a_negative_scale_says_that_it_is_turned() {
        let mut audit = fixture::one_study();
        let told = own(&audit);
        assert!(told.contains(">reproduced<") && !told.contains(">contradicted<") && !told.contains("lies to the left"), "{told}");
        audit.claims[0].verdict = Verdict::Contradicted;
        audit.claims[0].expected = Some(-1.0);
        let told = own(&audit);
        assert!(told.contains(">contradicted<") && told.contains("lies to the left"), "{told}");
    }
}
