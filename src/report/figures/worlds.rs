//! The three worlds: per definition one bar each for as published, realistic and contested, in counts of studies;
//! faithful simulations and analogues in panels of their own.

use super::Figure;
use super::canvas::{Canvas, GREY, Hold, INK, QUIET, RULE, SKY, VERMILLION, width_of};
use crate::audit::{Audit, DefinitionReport, FidelityCounts};
use crate::report::facts::{self, WORLDS};
use crate::taxonomy::{Definition, Fidelity, Word};
use crate::verdict::Outcome;

const LABELS: f64 = 300.0;
/// Width of a panel, and pixels a study needs at least so that a count of one can be read.
const PANEL: f64 = 330.0;
const STUDY: f64 = 8.0;
const GAP: f64 = 40.0;
const BAR: f64 = 17.0;
const BLOCK: f64 = 3.0 * BAR + 16.0;
const TOP: f64 = 84.0;

/// The bars; none where nothing was profiled.
#[must_use]
pub fn draw(audit: &Audit) -> Option<Figure> {
    let panels: [(&str, &[Fidelity]); 2] =
        [("Exact and scaled simulations", &[Fidelity::Exact, Fidelity::Scaled]), ("Analogues", &[Fidelity::Analogue])];
    let counts = |report: &DefinitionReport, world: &str, levels: &[Fidelity]| -> [u32; 4] {
        let levels = levels.iter().filter_map(|level| report.worlds.get(world)?.get(level));
        levels.fold([0; 4], |sum: [u32; 4], c| std::array::from_fn(|i| sum[i] + parts(c)[i]))
    };
    let all = audit
        .definitions
        .iter()
        .flat_map(|d| WORLDS.iter().flat_map(move |w| panels.map(|(_, levels)| counts(d, w, levels).iter().sum::<u32>())));
    let most = all.max().filter(|most| *most > 0)?;
    let bottom = TOP + BLOCK * audit.definitions.len() as f64;
    let panel = PANEL.max(STUDY * f64::from(most));
    let mut sheet = Canvas::new(LABELS + 2.0 * panel + GAP + 30.0, bottom + 56.0);
    let title = "Each definition of collapse in three worlds";
    sheet.bold(16.0, 26.0, title, 16, Hold::Start);
    for (place, (head, levels)) in panels.iter().enumerate() {
        let left = LABELS + (panel + GAP) * place as f64;
        sheet.bold(left, TOP - 18.0, head, 13, Hold::Start);
        for (row, report) in audit.definitions.iter().enumerate() {
            let y = TOP + BLOCK * row as f64;
            for (bar, world) in WORLDS.iter().enumerate() {
                bars(&mut sheet, (left, y + BAR * bar as f64), panel / f64::from(most), counts(report, world, levels));
            }
        }
    }
    labels(&mut sheet, audit, LABELS + 2.0 * panel + GAP);
    legend(&mut sheet, bottom + 30.0);
    let description = "For each of the eight definitions three bars: as published, realistic, contested. Each bar counts the studies in which the \
        definition occurs, is absent, is undecided or does not apply; exact and scaled simulations on the left, analogues on the right. The same \
        counts stand in tables/definitions.csv.";
    let svg = sheet.finish("worlds", title, description);
    Some(Figure { name: "worlds".to_owned(), title: title.to_owned(), svg })
}

fn parts(counts: &FidelityCounts) -> [u32; 4] {
    [counts.occurs, counts.absent, counts.undecided, counts.not_applicable]
}

fn labels(sheet: &mut Canvas, audit: &Audit, right: f64) {
    for (row, report) in audit.definitions.iter().enumerate() {
        let y = TOP + BLOCK * row as f64;
        sheet.line((16.0, y - 8.0), (right, y - 8.0), RULE, 1.0);
        sheet.bold(16.0, y + BAR * 1.5 + 5.0, &format!("{} {}", Definition::number(report.id), report.id), 12, Hold::Start);
        for (bar, world) in ["as published", "realistic", "contested"].iter().enumerate() {
            sheet.words(LABELS - 10.0, y + BAR * bar as f64 + 12.5, world, 11, Hold::End, QUIET);
        }
    }
}

/// Fill, outline and ink of an outcome's segment.
fn look(outcome: Outcome) -> (&'static str, &'static str, &'static str) {
    match outcome {
        Outcome::Occurs => (VERMILLION, VERMILLION, "#ffffff"),
        Outcome::Absent => (SKY, "#3b8fc2", INK),
        Outcome::Undecided => ("#e3e3e3", GREY, INK),
        Outcome::NotApplicable => ("#ffffff", RULE, QUIET),
    }
}

/// The symbol that says without colour what a segment is.
fn symbol(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Occurs => "▲",
        Outcome::Absent => "○",
        Outcome::Undecided => "?",
        Outcome::NotApplicable => "–",
    }
}

fn bars(sheet: &mut Canvas, (left, y): (f64, f64), unit: f64, counts: [u32; 4]) {
    let mut x = left;
    for (outcome, count) in Outcome::all().iter().zip(counts).filter(|(_, count)| *count > 0) {
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
    for outcome in Outcome::all() {
        let (fill, stroke, ink) = look(*outcome);
        sheet.outlined(x, y - 12.0, 22.0, BAR - 3.0, fill, stroke);
        sheet.words(x + 11.0, y - 1.5, symbol(*outcome), 10, Hold::Middle, ink);
        let words = facts::outcome_plain(*outcome);
        sheet.words(x + 30.0, y, words, 12, Hold::Start, INK);
        x += 60.0 + width_of(words, 12);
    }
    sheet.words(x, y, "numbers are studies; one with simulations of two fidelities counts in each", 12, Hold::Start, QUIET);
}
