//! What trained networks make, generation by generation: images as images, points as points; the first replicate, from the same noise at
//! every generation, as published and in every world.

use super::canvas::{Canvas, Hold, INK, PAGE, QUIET, SMALL, wrapped};
use super::labels::Labels;
use super::{Figure, png};
use crate::audit::{Audit, SimulationReport, StudyReport};
use crate::report::worlds;

/// Images of a generation that are drawn, side by side in two rows.
const IMAGES: usize = 8;
/// Pixels of an image's edge.
const EDGE: usize = 8;
/// Between images of one generation, in pixels of theirs.
const SEAM: usize = 1;
/// How large a pixel of an image is drawn at most.
const SCALE: f64 = 2.5;
const LABELS: f64 = 104.0;
const TOP: f64 = 76.0;
/// Between generations of images at least.
const APART: f64 = 6.0;
/// Between panels of points.
const GAP: f64 = 7.0;
/// Edge of a panel of points at most.
const PANEL: f64 = 84.0;

/// One figure for every simulation of networks that make images or points.
#[must_use]
pub fn draw(audit: &Audit) -> Vec<Figure> {
    let studies = audit.studies.iter();
    let labels = Labels::of(audit);
    studies
        .flat_map(|study| study.simulations.iter().filter_map(|(name, one)| figure(audit, (study, labels.get(&study.id)), name, one)))
        .collect()
}

/// An arm's examples with its words.
type Row<'a> = (String, &'a [Vec<String>]);

fn figure(audit: &Audit, (study, label): (&StudyReport, &str), name: &str, simulation: &SimulationReport) -> Option<Figure> {
    let places = worlds::places(audit);
    let rows: Vec<Row<'_>> = places
        .into_iter()
        .filter_map(|place| {
            let arm =
                simulation.arms.get(&place.id).or_else(|| simulation.arms.get("as-published").filter(|_| place.id == "as-published"))?;
            (!arm.shown.is_empty()).then_some((place.head, arm.shown.as_slice()))
        })
        .collect();
    let first = rows.iter().find_map(|(_, shown)| shown.iter().flatten().next())?;
    let id = format!("samples-{}-{name}", study.id);
    let title = format!("What the networks of {} make, generation by generation ({name})", label);
    let description = "Examples of the first replicate, made of the same noise at every generation; one row for each arm.";
    let sheet = if first.len() == EDGE * EDGE && first.bytes().all(|letter| letter.is_ascii_lowercase()) {
        images(&rows, &title)
    } else if first.split(' ').count() == 2 && first.split(' ').all(|part| part.parse::<f64>().is_ok()) {
        points(&rows, &title)
    } else {
        return None;
    };
    Some(Figure { svg: sheet.finish(&title, description), name: id, title })
}

fn generations(rows: &[Row<'_>]) -> usize {
    rows.iter().map(|(_, shown)| shown.len()).max().unwrap_or(0)
}

/// The panels of a figure: how wide and high each is, and what is between them.
#[derive(Clone, Copy)]
struct Panels {
    width: f64,
    height: f64,
    gap: f64,
}

impl Panels {
    /// Top left corner of a row's generation.
    fn corner(&self, row: usize, generation: usize) -> (f64, f64) {
        (LABELS + generation as f64 * (self.width + self.gap), TOP + row as f64 * (self.height + self.gap))
    }
}

/// How wide all generations may be together, so that they fit the page.
const ROOM: f64 = PAGE - 8.0 - LABELS;

fn heads(sheet: &mut Canvas, rows: &[Row<'_>], title: &str, panels: Panels) {
    for (line, words) in wrapped(title, 15, (PAGE - 16.0) * 0.95).iter().enumerate() {
        sheet.bold(8.0, 22.0 + 18.0 * line as f64, words, 15, Hold::Start);
    }
    for t in 0..generations(rows) {
        sheet.words(panels.corner(0, t).0 + panels.width / 2.0, TOP - 10.0, &format!("{}", t + 1), SMALL, Hold::Middle, QUIET);
    }
    sheet.words(8.0, TOP - 10.0, "Generation", SMALL, Hold::Start, QUIET);
    for (row, (head, _)) in rows.iter().enumerate() {
        row_head(sheet, panels.corner(row, 0).1 + panels.height / 2.0, head);
    }
}

/// The name of an arm beside its row, in lines.
fn row_head(sheet: &mut Canvas, middle: f64, words: &str) {
    let lines = wrapped(words, SMALL, LABELS - 12.0);
    for (line, words) in lines.iter().enumerate() {
        sheet.words(8.0, middle + 5.0 + 16.0 * (line as f64 - (lines.len() as f64 - 1.0) / 2.0), words, SMALL, Hold::Start, INK);
    }
}

fn sheet(rows: &[Row<'_>], title: &str, panels: Panels) -> Canvas {
    let (wide, high) = panels.corner(rows.len(), generations(rows));
    let mut sheet = Canvas::new(wide.max(PAGE), high + 4.0);
    heads(&mut sheet, rows, title, panels);
    sheet
}

/// All images are one picture: a picture of its own for every generation would cost as many bytes again.
fn images(rows: &[Row<'_>], title: &str) -> Canvas {
    let columns = IMAGES / 2;
    let (wide, high) = (columns * (EDGE + SEAM) - SEAM, 2 * (EDGE + SEAM) - SEAM);
    let scale = |between: usize| SCALE.min(ROOM / (generations(rows) * (wide + between) - between) as f64);
    // Pixels between generations and between arms: as few as set them apart on the page.
    let between = (1..wide).find(|between| *between as f64 * scale(*between) >= APART).unwrap_or(wide);
    let across = |panels: usize, one: usize| panels * (one + between) - between;
    let (width, height) = (across(generations(rows), wide), across(rows.len(), high));
    let mut pixels = vec![255; width * height];
    for (row, (_, shown)) in rows.iter().enumerate() {
        for (t, images) in shown.iter().enumerate() {
            for (place, image) in images.iter().take(IMAGES).enumerate() {
                let left = t * (wide + between) + (place % columns) * (EDGE + SEAM);
                let top = row * (high + between) + (place / columns) * (EDGE + SEAM);
                for (at, letter) in image.bytes().take(EDGE * EDGE).enumerate() {
                    let ink = (letter.saturating_sub(b'a').min(16) as u16 * 255 / 16) as u8;
                    pixels[(top + at / EDGE) * width + left + at % EDGE] = 255 - ink;
                }
            }
        }
    }
    let scale = scale(between);
    let [panel, below, gap] = [wide, high, between].map(|count| count as f64 * scale);
    let mut sheet = sheet(rows, title, Panels { width: panel, height: below, gap });
    sheet.picture(LABELS, TOP, (width as f64 * scale, height as f64 * scale), &png::address(width, &pixels));
    sheet
}

fn points(rows: &[Row<'_>], title: &str) -> Canvas {
    let read = |text: &String| -> Option<(f64, f64)> {
        let (x, y) = text.split_once(' ')?;
        Some((x.parse().ok()?, y.parse().ok()?))
    };
    let all: Vec<Vec<Vec<(f64, f64)>>> =
        rows.iter().map(|(_, shown)| shown.iter().map(|points| points.iter().filter_map(read).collect()).collect()).collect();
    // The frame is that of the first model as published: what leaves it is cut, and that is the finding.
    let first = all.first().and_then(|row| row.first());
    let reach = first.into_iter().flatten().flat_map(|(x, y)| [x.abs(), y.abs()]).fold(0.0_f64, f64::max).max(f64::MIN_POSITIVE) * 1.15;
    let panel = PANEL.min(ROOM / generations(rows).max(1) as f64 - GAP);
    let panels = Panels { width: panel, height: panel, gap: GAP };
    let mut sheet = sheet(rows, title, panels);
    for (row, generations) in all.iter().enumerate() {
        for (t, spots) in generations.iter().enumerate() {
            let (x, y) = panels.corner(row, t);
            sheet.outlined(x, y, panel, panel, "none", "#bbb");
            let inside = spots.iter().filter(|(a, b)| a.abs() < reach && b.abs() < reach);
            let placed: Vec<(f64, f64)> =
                inside.map(|(a, b)| (x + panel * (0.5 + a / reach / 2.0), y + panel * (0.5 - b / reach / 2.0))).collect();
            sheet.dots(&placed, 1.6, INK);
        }
    }
    sheet
}
