//! One panel of a small multiple: a claim's run over generations with what it is held against. Two generations are bars; where a value
//! does not exist the line has a gap.

use super::canvas::{BLUE, Canvas, GREEN, Hold, INK, PURPLE, Paint, QUIET, RULE, SKY, SMALL, Shape, VERMILLION, wrapped};
use super::labels::Labels;
use crate::audit::{ClaimReport, Curve, CurvePoint};
use crate::report::{facts, number};

/// Height of the plot itself.
const PLOT: f64 = 104.0;
const LINE: f64 = 16.0;
/// Room for the numbers beside the plot.
const NUMBERS: f64 = 66.0;

/// Height of a panel under so many lines of words.
#[must_use]
pub fn height(lines: usize) -> f64 {
    LINE * lines as f64 + PLOT + 52.0
}

/// What a line is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The claim's own run: as published, or where a conditional claim is to hold.
    Own,
    /// Its twin on real data alone.
    RealOnly,
    /// A world, by its place.
    World(usize),
}

impl Role {
    fn look(self) -> (&'static str, Shape, Paint) {
        match self {
            Self::Own => (BLUE, Shape::Disc, Paint::Solid),
            Self::RealOnly => (QUIET, Shape::Square, Paint::Hollow),
            Self::World(0) => (GREEN, Shape::Disc, Paint::Solid),
            Self::World(1) => (PURPLE, Shape::Triangle, Paint::Solid),
            Self::World(place) => (INK, if place % 2 == 0 { Shape::Disc } else { Shape::Triangle }, Paint::Hollow),
        }
    }

    /// The line as a legend shows it.
    pub fn key(self, sheet: &mut Canvas, x: f64, y: f64) {
        let (colour, shape, paint) = self.look();
        sheet.line((x, y), (x + 26.0, y), colour, 1.4);
        sheet.mark(x + 26.0, y, 3.5, shape, paint, colour);
    }
}

/// One line: what is drawn, generation by generation, and the points it comes from.
#[derive(Debug, Clone)]
pub struct Line<'a> {
    role: Role,
    points: Vec<&'a CurvePoint>,
    /// Whether its statistic is a geometric mean.
    geometric: bool,
}

impl<'a> Line<'a> {
    /// The line of a curve; none without a finite point.
    #[must_use]
    pub fn of(role: Role, claim: &ClaimReport, curve: &'a Curve) -> Option<Self> {
        let is_finite = |point: &&CurvePoint| [point.low, point.middle, point.high, point.statistic].iter().all(|value| value.is_finite());
        let points: Vec<_> = curve.points.iter().filter(is_finite).collect();
        (!points.is_empty()).then(|| Self { role, points, geometric: is_geometric(claim) })
    }

    /// The statistic where it exists: the geometric mean of replicates of which one is zero is none.
    fn statistic(&self, point: &CurvePoint) -> Option<f64> {
        (!self.geometric || point.statistic > 0.0).then_some(point.statistic)
    }

    fn values(&self) -> impl Iterator<Item = f64> {
        self.points
            .iter()
            .flat_map(move |point| match self.role {
                Role::Own => [Some(point.low), Some(point.high), self.statistic(point), point.expected.filter(|e| e.is_finite())],
                Role::RealOnly | Role::World(_) => [self.statistic(point), None, None, None],
            })
            .flatten()
    }
}

/// Whether what a claim's test speaks of is the mean of logarithms, of which curves show the exponential.
fn is_geometric(claim: &ClaimReport) -> bool {
    claim.test.as_deref().is_some_and(|test| test.contains("mean log "))
        || claim.functional == crate::taxonomy::Functional::Typical
            && claim.test.as_deref().is_none_or(|test| test.starts_with("the definition"))
}

/// A claim with its lines, its own first.
#[derive(Debug, Clone)]
pub struct Panel<'a> {
    /// The claim.
    pub claim: &'a ClaimReport,
    /// Its own curve.
    pub curve: &'a Curve,
    /// What is drawn.
    pub lines: Vec<Line<'a>>,
}

/// The words over a panel.
#[derive(Debug, Clone)]
pub struct Head {
    title: Vec<String>,
    notes: Vec<String>,
}

impl Head {
    /// How many lines it takes.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.title.len() + self.notes.len()
    }
}

impl Panel<'_> {
    /// Whether a closed form stands beside the run.
    #[must_use]
    pub fn has_form(&self) -> bool {
        self.curve.points.iter().any(|point| point.expected.is_some_and(f64::is_finite))
    }

    /// The closed form at a bar; one that is the same at every generation is stated of the last alone where the test asks no other.
    fn form(&self, point: &CurvePoint) -> Option<f64> {
        let forms = || self.curve.points.iter().filter_map(|point| point.expected);
        let is_constant = forms().all(|form| Some(form) == forms().next());
        let is_of_the_last = self.claim.test.as_deref().is_some_and(|test| test.contains("at the last generation"));
        let last = self.curve.points.iter().map(|point| point.generation).max();
        point.expected.filter(|form| form.is_finite() && !(is_constant && is_of_the_last && Some(point.generation) != last))
    }

    /// Its words: the claim, its study where the figure is of several, the metric.
    #[must_use]
    pub fn head(&self, width: f64, labels: Option<&Labels>) -> Head {
        let room = width - 18.0;
        let log = if self.scale().is_logarithmic() { ", log scale" } else { "" };
        let cell = if self.curve.cell.is_empty() { String::new() } else { format!(", {}", self.curve.cell) };
        let holds = if self.curve.arm.starts_with("holds:") { " where it is to hold" } else { "" };
        let mut notes: Vec<String> = labels.into_iter().flat_map(|labels| wrapped(labels.get(&self.claim.study), SMALL, room)).collect();
        notes.extend(wrapped(&format!("{}{holds}{log}{cell}", self.curve.metric), SMALL, room));
        // Bold letters are wider.
        Head { title: wrapped(facts::local(&self.claim.id), SMALL, room * 0.9), notes }
    }

    fn scale(&self) -> Scale {
        let mut values: Vec<f64> = self.lines.iter().flat_map(Line::values).collect();
        if self.is_bars() {
            values.extend(self.lines.iter().flat_map(|line| line.points.iter().flat_map(|point| [point.low, point.high])));
        }
        Scale::over(&values, if self.is_bars() { Base::Zero } else { Base::Free })
    }

    /// Whether the run has no more than two generations.
    fn is_bars(&self) -> bool {
        self.lines[0].points.len() <= 2
    }

    /// Draws it with its upper left corner at a place, the plot below so many lines of words.
    pub fn draw(&self, sheet: &mut Canvas, (left, top): (f64, f64), width: f64, head: &Head, lines: usize) {
        for (row, words) in head.title.iter().enumerate() {
            sheet.bold(left, top + LINE * (row + 1) as f64, words, SMALL, Hold::Start);
        }
        for (row, words) in head.notes.iter().enumerate() {
            sheet.words(left, top + LINE * (head.title.len() + row + 1) as f64, words, SMALL, Hold::Start, QUIET);
        }
        let top = top + LINE * lines as f64 + 15.0;
        let frame = Frame { x0: left + NUMBERS, x1: left + width - 22.0, y0: top + PLOT, y1: top, scale: self.scale() };
        frame.draw(sheet);
        if self.is_bars() { self.bars(sheet, &frame) } else { self.through(sheet, &frame) }
    }

    fn through(&self, sheet: &mut Canvas, frame: &Frame) {
        let generations = || self.lines.iter().flat_map(|line| line.points.iter().map(|point| point.generation));
        let (first, last) = (generations().min().unwrap_or(1), generations().max().unwrap_or(1));
        let x = |point: &CurvePoint| frame.across(f64::from(point.generation - first) / f64::from((last - first).max(1)));
        let own = &self.lines[0];
        let mut band: Vec<(f64, f64)> = own.points.iter().map(|point| (x(point), frame.y(point.low))).collect();
        band.extend(own.points.iter().rev().map(|point| (x(point), frame.y(point.high))));
        sheet.region(&band, SKY);
        for line in self.lines.iter().rev() {
            let (colour, shape, paint) = line.role.look();
            let placed = line.points.iter().map(|point| line.statistic(point).map(|value| (x(point), frame.y(value))));
            let pieces = pieces(placed);
            sheet.pieces(&pieces, colour, if line.role == Role::Own { 2.4 } else { 1.4 }, None);
            if line.role != Role::Own
                && let Some((x, y)) = pieces.last().and_then(|piece| piece.last())
            {
                sheet.mark(*x, *y, 3.5, shape, paint, colour);
            }
            for (x, y) in pieces.iter().filter(|piece| piece.len() == 1).flatten() {
                sheet.mark(*x, *y, 2.0, Shape::Disc, Paint::Solid, colour);
            }
        }
        let form = own.points.iter().map(|point| point.expected.filter(|e| e.is_finite()).map(|value| (x(point), frame.y(value))));
        sheet.pieces(&pieces(form), VERMILLION, 2.0, Some("5,3"));
        frame.generation(sheet, frame.x0, first, Hold::Start);
        frame.generation(sheet, frame.x1, last, Hold::End);
    }

    /// A group of bars for each generation of the run; of the worlds at their last generation.
    fn bars(&self, sheet: &mut Canvas, frame: &Frame) {
        let groups = self.lines[0].points.len();
        let room = (frame.x1 - frame.x0) / groups as f64;
        let step = (room - 16.0) / self.lines.len() as f64;
        for (place, own) in self.lines[0].points.iter().enumerate() {
            for (at, line) in self.lines.iter().enumerate() {
                let last = place + 1 == groups && matches!(line.role, Role::World(_));
                let same = line.points.iter().find(|point| point.generation == own.generation);
                let Some(point) = (if last { line.points.last() } else { same }) else { continue };
                let Some(value) = line.statistic(point) else { continue };
                let x = frame.x0 + room * place as f64 + 8.0 + step * (at as f64 + 0.5);
                let (colour, shape, paint) = line.role.look();
                let (high, low) = (frame.y(value).min(frame.base()), frame.y(value).max(frame.base()));
                sheet.outlined(
                    x - step * 0.35,
                    high,
                    step * 0.7,
                    (low - high).max(0.5),
                    if line.role == Role::Own { SKY } else { "#ffffff" },
                    colour,
                );
                sheet.line((x, frame.y(point.low)), (x, frame.y(point.high)), colour, 1.0);
                if line.role != Role::Own {
                    sheet.mark(x, frame.y(value), 3.5, shape, paint, colour);
                }
                if let Some(form) = self.form(point).filter(|_| line.role == Role::Own) {
                    sheet.line((x - step * 0.5, frame.y(form)), (x + step * 0.5, frame.y(form)), VERMILLION, 2.0);
                }
            }
            frame.generation(sheet, frame.x0 + room * (place as f64 + 0.5), own.generation, Hold::Middle);
        }
    }
}

/// The runs of points that exist.
fn pieces(points: impl Iterator<Item = Option<(f64, f64)>>) -> Vec<Vec<(f64, f64)>> {
    let mut pieces = vec![Vec::new()];
    for point in points {
        match (point, pieces.last_mut()) {
            (Some(point), Some(piece)) => piece.push(point),
            (None, Some(piece)) if piece.is_empty() => {}
            (None | Some(_), _) => pieces.push(Vec::new()),
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// Where a plot stands, with its vertical scale.
struct Frame {
    x0: f64,
    x1: f64,
    y0: f64,
    y1: f64,
    scale: Scale,
}

impl Frame {
    fn y(&self, value: f64) -> f64 {
        self.y0 + (self.y1 - self.y0) * self.scale.share(value)
    }

    fn across(&self, share: f64) -> f64 {
        self.x0 + (self.x1 - self.x0) * share
    }

    /// Where bars stand: at zero, or at the foot of a logarithmic scale.
    fn base(&self) -> f64 {
        if self.scale.is_logarithmic() { self.y0 } else { self.y(0.0) }
    }

    fn draw(&self, sheet: &mut Canvas) {
        sheet.rules(&[((self.x0, self.y0), (self.x1, self.y0)), ((self.x0, self.y0), (self.x0, self.y1))], RULE, 1.0);
        for value in self.scale.ends() {
            sheet.words(self.x0 - 5.0, self.y(value) + 4.0, &number::plain(Some(value)), SMALL, Hold::End, INK);
        }
    }

    fn generation(&self, sheet: &mut Canvas, x: f64, generation: u32, hold: Hold) {
        sheet.words(x, self.y0 + 16.0, &generation.to_string(), SMALL, hold, INK);
    }
}

/// A vertical scale, logarithmic where its values are wide apart.
struct Scale {
    low: f64,
    high: f64,
    kind: ScaleKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ScaleKind {
    Linear,
    Logarithmic,
}

/// Whether a linear scale must hold zero, as bars need.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Base {
    Zero,
    Free,
}

impl Scale {
    fn over(values: &[f64], base: Base) -> Self {
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if number::is_wide(low, high) {
            return Self { low: low.ln(), high: high.ln(), kind: ScaleKind::Logarithmic };
        }
        let low = if low > 0.0 && (low < 0.5 * high || base == Base::Zero) { 0.0 } else { low };
        let high = if base == Base::Zero { high.max(0.0) } else { high };
        let room = if high > low { 0.0 } else { high.abs().max(1.0) * 0.1 };
        Self { low: low - room, high: high + room, kind: ScaleKind::Linear }
    }

    fn is_logarithmic(&self) -> bool {
        self.kind == ScaleKind::Logarithmic
    }

    fn share(&self, value: f64) -> f64 {
        let value = if self.is_logarithmic() { value.max(f64::MIN_POSITIVE).ln() } else { value };
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    fn ends(&self) -> [f64; 2] {
        match self.kind {
            ScaleKind::Linear => [self.low, self.high],
            ScaleKind::Logarithmic => [self.low.exp(), self.high.exp()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_exist_leaves_a_gap() {
        let points = [Some((1.0, 0.6)), None, Some((3.0, 0.56)), Some((4.0, 0.5)), None];
        assert_eq!(pieces(points.into_iter()), [vec![(1.0, 0.6)], vec![(3.0, 0.56), (4.0, 0.5)]]);
    }

    #[test]
    fn bars_stand_on_zero_and_lines_need_not() {
        assert!(Scale::over(&[0.9, 1.0], Base::Zero).low.abs() < 1e-12);
        assert!((Scale::over(&[0.9, 1.0], Base::Free).low - 0.9).abs() < 1e-12);
        assert!(Scale::over(&[0.01, 1.0], Base::Free).is_logarithmic());
    }
}
