//! The worlds: per definition one bar for as published and one for each world, in counts of studies;
//! faithful simulations and analogues in panels of their own.

use super::Figure;
use super::canvas::{Canvas, GREY, Hold, INK, PAGE, QUIET, RULE, SKY, SMALL, VERMILLION, width_of};
use crate::audit::{Audit, DefinitionReport, Together};
use crate::report::facts;
use crate::report::tables;
use crate::report::worlds::{self, Place};
use crate::taxonomy::{Against, Definition, Fidelity, Word};

const LEFT: f64 = 14.0;
const LABELS: f64 = 286.0;
const GAP: f64 = 20.0;
/// Width of a panel.
const PANEL: f64 = (PAGE - LEFT - LABELS - GAP) / 2.0;
const BAR: f64 = 19.0;
const TOP: f64 = 84.0;

/// Which simulations a panel counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Panel {
    /// Exact and scaled ones together, a study once.
    Faithful,
    /// Analogues.
    Analogues,
}

impl Panel {
    const ALL: [Self; 2] = [Self::Faithful, Self::Analogues];

    const fn head(self) -> &'static str {
        match self {
            Self::Faithful => "Exact and scaled simulations",
            Self::Analogues => "Analogues",
        }
    }

    /// Studies by what their main simulations say together, in the order of [`Together`].
    fn counts(self, report: &DefinitionReport, world: &str) -> [u32; 5] {
        match self {
            Self::Faithful => {
                let s = facts::standing(report, world);
                [s.occurs, s.both, s.absent, s.undecided, s.not_applicable]
            }
            Self::Analogues => {
                let counts = report.worlds.get(world).and_then(|levels| levels.get(&Fidelity::Analogue));
                counts.map_or([0; 5], |c| [c.occurs, c.both, c.absent, c.undecided, c.not_applicable])
            }
        }
    }
}

/// The height that a definition takes with so many bars.
fn block(places: &[Place]) -> f64 {
    places.len() as f64 * BAR + 16.0
}

/// The bars; none where nothing was profiled.
#[must_use]
pub fn draw(audit: &Audit) -> Option<Figure> {
    let places = worlds::places(audit);
    let of_panel = |d, panel: Panel| places.iter().map(|place| panel.counts(d, &place.id).iter().sum::<u32>()).collect::<Vec<_>>();
    let of_definition = |d| Panel::ALL.into_iter().flat_map(move |panel| of_panel(d, panel));
    let most = audit.definitions.iter().flat_map(of_definition).max().filter(|most| *most > 0)?;
    let bottom = TOP + block(&places) * audit.definitions.len() as f64;
    let mut sheet = Canvas::new(PAGE, bottom + 62.0);
    let title = format!("Each definition of collapse in {} worlds", worlds::count(audit));
    sheet.bold(LEFT, 26.0, &title, 16, Hold::Start);
    for (place, panel) in Panel::ALL.into_iter().enumerate() {
        let left = LABELS + (PANEL + GAP) * place as f64;
        sheet.bold(left, TOP - 18.0, panel.head(), SMALL, Hold::Start);
        for (row, report) in audit.definitions.iter().enumerate() {
            let y = TOP + block(&places) * row as f64;
            for (bar, place) in places.iter().enumerate() {
                bars(&mut sheet, (left, y + BAR * bar as f64), PANEL / f64::from(most), panel.counts(report, &place.id));
            }
        }
    }
    labels(&mut sheet, audit, &places, PAGE - LEFT);
    legend(&mut sheet, bottom + 30.0);
    let names: Vec<&str> = places.iter().map(|place| place.words.as_str()).collect();
    let description = format!(
        "For each of the eight definitions {} bars: {}. Each bar counts the studies in which the \
        definition occurs, is told both ways, is absent, is undecided or does not apply, told by their main simulations; exact and scaled \
        simulations on the left, analogues on the right. The same counts stand in tables/definitions.csv.",
        worlds::count(audit),
        names.join(", ")
    );
    let svg = sheet.finish(&title, &description);
    Some(Figure { name: "worlds".to_owned(), title, svg })
}

fn labels(sheet: &mut Canvas, audit: &Audit, places: &[Place], right: f64) {
    let middle = places.len() as f64 / 2.0;
    for (row, report) in audit.definitions.iter().enumerate() {
        let y = TOP + block(places) * row as f64;
        sheet.line((LEFT, y - 8.0), (right, y - 8.0), RULE, 1.0);
        sheet.bold(
            LEFT,
            y + BAR * middle - 2.0,
            &format!("{} {}", Definition::number(report.id), tables::short(report.id)),
            SMALL,
            Hold::Start,
        );
        if let Some(against) = report.against {
            sheet.words(LEFT, y + BAR * (middle + 1.0) - 2.0, reading(against), SMALL, Hold::Start, QUIET);
        }
        for (bar, place) in places.iter().enumerate() {
            sheet.words(LABELS - 10.0, y + BAR * bar as f64 + 13.5, &place.words, SMALL, Hold::End, QUIET);
        }
    }
}

const fn reading(against: Against) -> &'static str {
    match against {
        Against::RealOnly => "against real data alone",
        Against::First => "against the first model",
    }
}

/// Fill, outline and ink of an outcome's segment.
fn look(outcome: Together) -> (&'static str, &'static str, &'static str) {
    match outcome {
        Together::Occurs => (VERMILLION, VERMILLION, "#fff"),
        Together::Both => ("#f3c3a0", VERMILLION, INK),
        Together::Absent => (SKY, "#3b8fc2", INK),
        Together::Undecided => ("#e3e3e3", GREY, INK),
        Together::NotApplicable => ("#fff", RULE, QUIET),
    }
}

/// The symbol that says without colour what a segment is.
fn symbol(outcome: Together) -> &'static str {
    match outcome {
        Together::Occurs => "▲",
        Together::Both => "▲○",
        Together::Absent => "○",
        Together::Undecided => "?",
        Together::NotApplicable => "–",
    }
}

fn bars(sheet: &mut Canvas, (left, y): (f64, f64), unit: f64, counts: [u32; 5]) {
    let mut x = left;
    for (outcome, width, count) in widths(counts, unit) {
        let (fill, stroke, ink) = look(outcome);
        sheet.outlined(x + 0.5, y + 1.0, width - 1.0, BAR - 3.0, fill, stroke);
        let words = format!("{} {count}", symbol(outcome));
        let words = if width_of(&words, SMALL) + 4.0 < width { words } else { count.to_string() };
        sheet.words(x + width / 2.0, y + 13.5, &words, SMALL, Hold::Middle, ink);
        x += width;
    }
    if counts.iter().all(|count| *count == 0) {
        sheet.words(left + 2.0, y + 13.5, "none simulated", SMALL, Hold::Start, QUIET);
    }
}

/// The segments of a bar. One too narrow for its number is as wide as that, at the cost of the widest, so that every count can be read.
fn widths(counts: [u32; 5], unit: f64) -> Vec<(Together, f64, u32)> {
    let segments = Together::all().iter().zip(counts).filter(|(_, count)| *count > 0);
    let needs = |count: u32| width_of(&count.to_string(), SMALL) + 4.0;
    let mut segments: Vec<_> = segments.map(|(outcome, count)| (*outcome, (unit * f64::from(count)).max(needs(count)), count)).collect();
    let excess = segments.iter().map(|(_, width, _)| width).sum::<f64>() - unit * f64::from(counts.iter().sum::<u32>());
    if let Some(widest) = segments.iter_mut().max_by(|a, b| a.1.total_cmp(&b.1)) {
        widest.1 = (widest.1 - excess).max(needs(widest.2));
    }
    segments
}

fn legend(sheet: &mut Canvas, y: f64) {
    let mut x = LEFT;
    for outcome in Together::all() {
        let (fill, stroke, ink) = look(*outcome);
        sheet.outlined(x, y - 13.0, 30.0, BAR - 1.0, fill, stroke);
        sheet.words(x + 15.0, y, symbol(*outcome), SMALL, Hold::Middle, ink);
        let words = facts::together_plain(*outcome);
        sheet.words(x + 36.0, y, words, SMALL, Hold::Start, INK);
        x += 56.0 + width_of(words, SMALL);
    }
    sheet.words(LEFT, y + 22.0, "numbers are studies, each once in a panel, always in this order", SMALL, Hold::Start, QUIET);
}
