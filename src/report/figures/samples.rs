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
/// Pixels between images, in pixels of theirs.
const SEAM: usize = 1;
/// How large a pixel of an image is drawn at most.
const SCALE: f64 = 2.5;
const LABELS: f64 = 104.0;
const TOP: f64 = 76.0;
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

/// How wide a generation may be, so that all fit the page.
fn room(rows: &[Row<'_>]) -> f64 {
    (PAGE - 8.0 - LABELS) / generations(rows).max(1) as f64 - GAP
}

fn heads(sheet: &mut Canvas, rows: &[Row<'_>], title: &str, width: f64) {
    for (line, words) in wrapped(title, 15, (PAGE - 16.0) * 0.95).iter().enumerate() {
        sheet.bold(8.0, 22.0 + 18.0 * line as f64, words, 15, Hold::Start);
    }
    for t in 0..generations(rows) {
        sheet.words(LABELS + t as f64 * (width + GAP) + width / 2.0, TOP - 10.0, &format!("{}", t + 1), SMALL, Hold::Middle, QUIET);
    }
    sheet.words(8.0, TOP - 10.0, "Generation", SMALL, Hold::Start, QUIET);
}

/// The name of an arm beside its row, in lines.
fn row_head(sheet: &mut Canvas, middle: f64, words: &str) {
    let lines = wrapped(words, SMALL, LABELS - 12.0);
    for (line, words) in lines.iter().enumerate() {
        sheet.words(8.0, middle + 5.0 + 16.0 * (line as f64 - (lines.len() as f64 - 1.0) / 2.0), words, SMALL, Hold::Start, INK);
    }
}

fn size(rows: &[Row<'_>], (width, height): (f64, f64)) -> Canvas {
    let wide = LABELS + generations(rows) as f64 * (width + GAP);
    Canvas::new(wide.max(PAGE), TOP + rows.len() as f64 * (height + GAP) + 4.0)
}

fn images(rows: &[Row<'_>], title: &str) -> Canvas {
    let columns = IMAGES / 2;
    let (wide, high) = (columns * (EDGE + SEAM) - SEAM, 2 * (EDGE + SEAM) - SEAM);
    let scale = SCALE.min(room(rows) / wide as f64);
    let (width, height) = (wide as f64 * scale, high as f64 * scale);
    let mut sheet = size(rows, (width, height));
    heads(&mut sheet, rows, title, width);
    for (row, (head, shown)) in rows.iter().enumerate() {
        let y = TOP + row as f64 * (height + GAP);
        row_head(&mut sheet, y + height / 2.0, head);
        for (t, images) in shown.iter().enumerate() {
            let mut pixels = vec![255; wide * high];
            for (place, image) in images.iter().take(IMAGES).enumerate() {
                let (left, top) = ((place % columns) * (EDGE + SEAM), (place / columns) * (EDGE + SEAM));
                for (at, letter) in image.bytes().take(EDGE * EDGE).enumerate() {
                    let ink = (letter.saturating_sub(b'a').min(16) as u16 * 255 / 16) as u8;
                    pixels[(top + at / EDGE) * wide + left + at % EDGE] = 255 - ink;
                }
            }
            sheet.picture(LABELS + t as f64 * (width + GAP), y, (width, height), &png::address(wide, &pixels));
        }
    }
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
    let panel = PANEL.min(room(rows));
    let mut sheet = size(rows, (panel, panel));
    heads(&mut sheet, rows, title, panel);
    for (row, ((head, _), panels)) in rows.iter().zip(&all).enumerate() {
        let y = TOP + row as f64 * (panel + GAP);
        row_head(&mut sheet, y + panel / 2.0, head);
        for (t, spots) in panels.iter().enumerate() {
            let x = LABELS + t as f64 * (panel + GAP);
            sheet.outlined(x, y, panel, panel, "none", "#bbb");
            let inside = spots.iter().filter(|(a, b)| a.abs() < reach && b.abs() < reach);
            let placed: Vec<(f64, f64)> =
                inside.map(|(a, b)| (x + panel * (0.5 + a / reach / 2.0), y + panel * (0.5 - b / reach / 2.0))).collect();
            sheet.dots(&placed, 1.6, INK);
        }
    }
    sheet
}
