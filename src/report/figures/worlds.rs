//! The worlds: per definition one bar for as published and one for each world, in counts of studies;
//! faithful simulations and analogues in panels of their own.

use super::Figure;
use super::canvas::{Canvas, GREY, Hold, INK, QUIET, RULE, SKY, VERMILLION, width_of};
use crate::audit::{Audit, DefinitionReport, Together};
use crate::report::facts;
use crate::report::worlds::{self, Place};
use crate::taxonomy::{Against, Definition, Fidelity, Word};

const LABELS: f64 = 300.0;
/// Width of a panel, and pixels a study needs at least so that a count of one can be read.
const PANEL: f64 = 330.0;
const STUDY: f64 = 8.0;
const GAP: f64 = 40.0;
const BAR: f64 = 17.0;
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
    let width = PANEL.max(STUDY * f64::from(most));
    let mut sheet = Canvas::new(LABELS + 2.0 * width + GAP + 30.0, bottom + 56.0);
    let title = format!("Each definition of collapse in {} worlds", worlds::count(audit));
    sheet.bold(16.0, 26.0, &title, 16, Hold::Start);
    for (place, panel) in Panel::ALL.into_iter().enumerate() {
        let left = LABELS + (width + GAP) * place as f64;
        sheet.bold(left, TOP - 18.0, panel.head(), 13, Hold::Start);
        for (row, report) in audit.definitions.iter().enumerate() {
            let y = TOP + block(&places) * row as f64;
            for (bar, place) in places.iter().enumerate() {
                bars(&mut sheet, (left, y + BAR * bar as f64), width / f64::from(most), panel.counts(report, &place.id));
            }
        }
    }
    labels(&mut sheet, audit, &places, LABELS + 2.0 * width + GAP);
    legend(&mut sheet, bottom + 30.0);
    let names: Vec<&str> = places.iter().map(|place| place.words.as_str()).collect();
    let description = format!(
        "For each of the eight definitions {} bars: {}. Each bar counts the studies in which the \
        definition occurs, is told both ways, is absent, is undecided or does not apply, told by their main simulations; exact and scaled \
        simulations on the left, analogues on the right. The same counts stand in tables/definitions.csv.",
        worlds::count(audit),
        names.join(", ")
    );
    let svg = sheet.finish("worlds", &title, &description);
    Some(Figure { name: "worlds".to_owned(), title, svg })
}

fn labels(sheet: &mut Canvas, audit: &Audit, places: &[Place], right: f64) {
    let middle = places.len() as f64 / 2.0;
    for (row, report) in audit.definitions.iter().enumerate() {
        let y = TOP + block(places) * row as f64;
        sheet.line((16.0, y - 8.0), (right, y - 8.0), RULE, 1.0);
        sheet.bold(16.0, y + BAR * middle + 5.0, &format!("{} {}", Definition::number(report.id), report.id), 12, Hold::Start);
        if let Some(against) = report.against {
            sheet.words(16.0, y + BAR * (middle + 1.0) + 5.0, reading(against), 11, Hold::Start, QUIET);
        }
        for (bar, place) in places.iter().enumerate() {
            sheet.words(LABELS - 10.0, y + BAR * bar as f64 + 12.5, &place.words, 11, Hold::End, QUIET);
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
        Together::Occurs => (VERMILLION, VERMILLION, "#ffffff"),
        Together::Both => ("#f3c3a0", VERMILLION, INK),
        Together::Absent => (SKY, "#3b8fc2", INK),
        Together::Undecided => ("#e3e3e3", GREY, INK),
        Together::NotApplicable => ("#ffffff", RULE, QUIET),
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
    for (outcome, count) in Together::all().iter().zip(counts).filter(|(_, count)| *count > 0) {
        let width = unit * f64::from(count);
        let (fill, stroke, ink) = look(*outcome);
        sheet.outlined(x + 0.5, y + 1.0, width - 1.0, BAR - 3.0, fill, stroke);
        let words = format!("{} {count}", symbol(*outcome));
        let words = if width_of(&words, 10) + 6.0 < width { words } else { count.to_string() };
        sheet.words(x + width / 2.0, y + 11.5, &words, 10, Hold::Middle, ink);
        x += width;
    }
    if counts.iter().all(|count| *count == 0) {
        sheet.words(left + 2.0, y + 11.5, "none simulated", 10, Hold::Start, QUIET);
    }
}

fn legend(sheet: &mut Canvas, y: f64) {
    let mut x = 16.0;
    for outcome in Together::all() {
        let (fill, stroke, ink) = look(*outcome);
        sheet.outlined(x, y - 12.0, 22.0, BAR - 3.0, fill, stroke);
        sheet.words(x + 11.0, y - 1.5, symbol(*outcome), 10, Hold::Middle, ink);
        let words = facts::together_plain(*outcome);
        sheet.words(x + 30.0, y, words, 12, Hold::Start, INK);
        x += 60.0 + width_of(words, 12);
    }
    sheet.words(x, y, "numbers are studies, each once in a panel", 12, Hold::Start, QUIET);
}
