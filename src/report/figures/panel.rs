//! One panel of a small multiple: the run of one or more claims over generations with what it is held against. Two generations are bars, or
//! points where bars would have no foot; where a value does not exist the line has a gap.

use super::canvas::{BLUE, Canvas, GREEN, Hold, INK, PURPLE, Paint, QUIET, SKY, SMALL, Shape, VERMILLION, width_of, wrapped};
use super::frame::{Base, Frame, Scale, fits_bars};
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
#[derive(Debug, Clone, PartialEq)]
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

    /// What it is of.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// The statistic where it exists: the geometric mean of replicates of which one is zero is none, that of all zero is zero.
    fn statistic(&self, point: &CurvePoint) -> Option<f64> {
        (!self.geometric || point.statistic > 0.0 || point.high <= 0.0).then_some(point.statistic)
    }

    /// The point at a generation.
    fn at(&self, generation: u32) -> Option<&'a CurvePoint> {
        self.points.iter().find(|point| point.generation == generation).copied()
    }

    /// Whether every run holds zero or one at every generation, of which quantiles say nothing.
    fn is_two_valued(&self) -> bool {
        let is_one_of = |value: f64| value.abs() < 1e-12 || (value - 1.0).abs() < 1e-12;
        self.points.iter().all(|point| [point.low, point.middle, point.high].into_iter().all(is_one_of))
    }

    /// Whether it shows what another does, closed forms aside of which one has none.
    fn shows_the_same(&self, other: &Self) -> bool {
        let alike = |(a, b): (&&CurvePoint, &&CurvePoint)| {
            let forms = a.expected.is_none() || b.expected.is_none() || a.expected == b.expected;
            forms && CurvePoint { expected: None, ..**a } == CurvePoint { expected: None, ..**b }
        };
        (self.role, self.geometric, self.points.len()) == (other.role, other.geometric, other.points.len())
            && self.points.iter().zip(&other.points).all(alike)
    }

    fn values(&self) -> impl Iterator<Item = f64> {
        self.points
            .iter()
            .flat_map(move |point| match self.role {
                Role::Own if self.is_two_valued() => [self.statistic(point), None, None, point.expected.filter(|e| e.is_finite())],
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
    /// Other claims of which this is the picture too.
    pub also: Vec<&'a ClaimReport>,
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

    /// Whether another claim's panel would be the same picture.
    #[must_use]
    pub fn shows_the_same(&self, other: &Self) -> bool {
        let named = |panel: &Self| (panel.curve.metric, panel.curve.cell.clone(), panel.is_held());
        named(self) == named(other)
            && self.claim.study == other.claim.study
            && self.lines.len() == other.lines.len()
            && self.lines.iter().zip(&other.lines).all(|(a, b)| a.shows_the_same(b))
    }

    /// Every claim that it is of.
    pub fn claims(&self) -> impl Iterator<Item = &ClaimReport> {
        std::iter::once(self.claim).chain(self.also.iter().copied())
    }

    /// Whether the run is that in which a conditional claim is to hold.
    fn is_held(&self) -> bool {
        self.curve.arm.starts_with("holds:")
    }

    /// The closed form at a generation; one that is the same at every generation is stated of the last alone where a test asks no other.
    fn form(&self, point: &CurvePoint) -> Option<f64> {
        let forms = || self.curve.points.iter().filter_map(|point| point.expected);
        let is_constant = forms().all(|form| Some(form) == forms().next());
        let is_of_the_last = self.claims().any(|claim| claim.test.as_deref().is_some_and(|test| test.contains("at the last generation")));
        let last = self.curve.points.iter().map(|point| point.generation).max();
        point.expected.filter(|form| form.is_finite() && !(is_constant && is_of_the_last && Some(point.generation) != last))
    }

    /// Its words: the claims, their study where the figure is of several, the metric.
    #[must_use]
    pub fn head(&self, width: f64, labels: Option<&Labels>) -> Head {
        let room = width - 18.0;
        let mut notes: Vec<String> = labels.into_iter().flat_map(|labels| wrapped(labels.get(&self.claim.study), SMALL, room)).collect();
        let mut words = self.curve.metric.to_string();
        words.push_str(if self.is_held() { " where it is to hold" } else { "" });
        words.push_str(if self.scale().is_logarithmic() { ", log scale" } else { "" });
        let cell = cell_words(&self.curve.cell);
        let both = format!("{words}, {cell}");
        match (cell.as_str(), width_of(&both, SMALL) <= room) {
            ("", _) => notes.extend(wrapped(&words, SMALL, room)),
            (_, true) => notes.push(both),
            (_, false) => {
                notes.extend(wrapped(&words, SMALL, room));
                notes.extend(broken(&cell, room));
            }
        }
        // Bold letters are wider.
        Head { title: self.claims().flat_map(|claim| wrapped(facts::local(&claim.id), SMALL, room * 0.9)).collect(), notes }
    }

    /// Every value that the groups of a short run reach.
    fn ends(&self) -> Vec<f64> {
        let whiskers = self.lines.iter().flat_map(|line| line.points.iter().flat_map(|point| [point.low, point.high]));
        self.lines.iter().flat_map(Line::values).chain(whiskers).collect()
    }

    fn scale(&self) -> Scale {
        match self.look() {
            Look::Through => Scale::over(&self.lines.iter().flat_map(Line::values).collect::<Vec<_>>(), Base::Free),
            Look::Bars => Scale::over(&self.ends(), Base::Zero),
            Look::Points => Scale::over(&self.ends(), Base::Free),
        }
    }

    fn look(&self) -> Look {
        match self.lines[0].points.len() {
            3.. => Look::Through,
            _ if fits_bars(&self.ends()) => Look::Bars,
            _ => Look::Points,
        }
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
        match self.look() {
            Look::Through => self.through(sheet, &frame),
            Look::Bars => self.groups(sheet, &frame, Some(frame.y(0.0))),
            Look::Points => self.groups(sheet, &frame, None),
        }
    }

    fn through(&self, sheet: &mut Canvas, frame: &Frame) {
        let generations = || self.lines.iter().flat_map(|line| line.points.iter().map(|point| point.generation));
        let (first, last) = (generations().min().unwrap_or(1), generations().max().unwrap_or(1));
        let x = |point: &CurvePoint| frame.across(f64::from(point.generation - first) / f64::from((last - first).max(1)));
        let own = &self.lines[0];
        let mut band: Vec<(f64, f64)> = own.points.iter().map(|point| (x(point), frame.y(point.low))).collect();
        band.extend(own.points.iter().rev().map(|point| (x(point), frame.y(point.high))));
        if !own.is_two_valued() {
            sheet.region(&band, SKY);
        }
        let ends = |line: &Line| line.points.iter().rev().find_map(|point| Some((x(point), frame.y(line.statistic(point)?))));
        for (place, line) in self.lines.iter().enumerate().rev() {
            let (colour, shape, paint) = line.role.look();
            let placed = line.points.iter().map(|point| line.statistic(point).map(|value| (x(point), frame.y(value))));
            let pieces = pieces(placed);
            sheet.pieces(&pieces, colour, if line.role == Role::Own { 2.4 } else { 1.4 }, None);
            if line.role != Role::Own
                && let Some((x, y)) = ends(line)
            {
                // Under others' marks it is drawn larger, so that all are seen.
                let over = self.lines[1..place].iter().filter_map(ends).filter(|(a, b)| (a - x).abs() + (b - y).abs() < 4.0).count();
                sheet.mark(x, y, 3.5 + 2.5 * over as f64, shape, paint, colour);
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

    /// The generations of a short run, and behind them the last one of the worlds where these go on.
    fn stations(&self) -> Vec<u32> {
        let mut stations: Vec<u32> = self.lines[0].points.iter().map(|point| point.generation).collect();
        let worlds = self.lines.iter().filter(|line| matches!(line.role, Role::World(_)));
        let last = worlds.flat_map(|line| line.points.iter().map(|point| point.generation)).max();
        stations.extend(last.filter(|last| stations.iter().all(|one| one < last)));
        stations
    }

    /// A group of marks for each generation of a short run, each from a foot where there is one.
    fn groups(&self, sheet: &mut Canvas, frame: &Frame, foot: Option<f64>) {
        let stations = self.stations();
        let room = (frame.x1 - frame.x0) / stations.len() as f64;
        let step = (room - 12.0) / self.lines.len() as f64;
        for (place, generation) in stations.into_iter().enumerate() {
            for (at, line) in self.lines.iter().enumerate() {
                let Some(point) = line.at(generation) else { continue };
                let Some(value) = line.statistic(point) else { continue };
                let x = frame.x0 + room * place as f64 + 6.0 + step * (at as f64 + 0.5);
                let (colour, shape, paint) = line.role.look();
                let y = frame.y(value);
                if let Some(foot) = foot {
                    let fill = if line.role == Role::Own { SKY } else { "#fff" };
                    sheet.outlined(x - step * 0.35, y.min(foot), step * 0.7, (y - foot).abs().max(0.5), fill, colour);
                }
                sheet.line((x, frame.y(point.low)), (x, frame.y(point.high)), colour, 1.0);
                if line.role != Role::Own || foot.is_none() {
                    sheet.mark(x, y, 3.5, shape, paint, colour);
                }
                if let Some(form) = self.form(point).filter(|_| line.role == Role::Own) {
                    sheet.line((x - step * 0.5, frame.y(form)), (x + step * 0.5, frame.y(form)), VERMILLION, 2.0);
                }
            }
            frame.generation(sheet, frame.x0 + room * (place as f64 + 0.5), generation, Hold::Middle);
        }
    }
}

/// How a run is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    /// A line through its generations.
    Through,
    /// One or two generations as bars from zero.
    Bars,
    /// One or two generations as points, where bars would have no foot or would all be alike.
    Points,
}

/// A cell with its numbers to three digits.
fn cell_words(cell: &str) -> String {
    let part = |part: &str| match part.split_once('=').and_then(|(key, value)| Some((key, value.trim().parse::<f64>().ok()?))) {
        Some((key, value)) => format!("{key}={}", number::alone(value)),
        None => part.to_owned(),
    };
    cell.split("; ").map(part).collect::<Vec<_>>().join("; ")
}

/// A cell in lines, broken between its parts; a part alone on its line breaks where it may.
fn broken(cell: &str, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in cell.split_inclusive("; ") {
        match lines.last_mut() {
            Some(line) if width_of(&format!("{line}{}", part.trim_end()), SMALL) <= room => line.push_str(part),
            Some(_) | None => lines.push(part.to_owned()),
        }
    }
    lines.iter().flat_map(|line| wrapped(line, SMALL, room)).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_exist_leaves_a_gap() {
        let points = [Some((1.0, 0.6)), None, Some((3.0, 0.56)), Some((4.0, 0.5)), None];
        assert_eq!(pieces(points.into_iter()), [vec![(1.0, 0.6)], vec![(3.0, 0.56), (4.0, 0.5)]]);
    }

    fn line(role: Role, points: &[CurvePoint]) -> Line<'_> {
        Line { role, points: points.iter().collect(), geometric: false }
    }

    fn point(generation: u32, value: f64) -> CurvePoint {
        CurvePoint { generation, low: 0.5 * value, middle: value, high: 1.5 * value, statistic: value, expected: None }
    }

    #[test]
    fn worlds_that_go_on_stand_under_their_own_generation() {
        let audit = crate::report::fixture::one_study();
        let own = [point(1, 1.0), point(2, 2.0)];
        let world: Vec<CurvePoint> = (1..=10).map(|generation| point(generation, 1.0)).collect();
        let of = |world: &'_ [CurvePoint]| {
            let lines = vec![line(Role::Own, &own), line(Role::World(0), world)];
            Panel { claim: &audit.claims[0], also: Vec::new(), curve: &audit.curves[0], lines }.stations()
        };
        assert_eq!(of(&world), [1, 2, 10]);
        assert_eq!(of(&world[..2]), [1, 2]);
    }

    #[test]
    fn a_geometric_mean_over_some_zeros_is_none_and_over_zeros_alone_zero() {
        let zeros = [CurvePoint { low: 0.0, ..point(1, 0.0) }, CurvePoint { high: 1.0, ..point(2, 0.0) }];
        let geometric = Line { geometric: true, ..line(Role::Own, &zeros) };
        assert_eq!((geometric.statistic(&zeros[0]), geometric.statistic(&zeros[1])), (Some(0.0), None));
    }

    #[test]
    fn of_a_value_that_is_zero_or_one_no_band_is_drawn() {
        let hits = [
            CurvePoint { low: 0.0, middle: 0.0, high: 1.0, ..point(1, 0.3) },
            CurvePoint { low: 1.0, middle: 1.0, high: 1.0, ..point(2, 1.0) },
        ];
        assert!(line(Role::Own, &hits).is_two_valued() && !line(Role::Own, &[point(1, 0.4)]).is_two_valued());
    }

    #[test]
    fn a_cell_has_three_digits_and_breaks_between_its_parts() {
        assert_eq!(cell_words("regime.real_weight=1.618033988749895"), "regime.real_weight=1.62");
        assert_eq!(cell_words("truth=zipf; samples=100"), "truth=zipf; samples=100");
        assert_eq!(broken("truth.exponent=1; sampling.temperature=1", 240.0), ["truth.exponent=1;", "sampling.temperature=1"]);
    }
}
