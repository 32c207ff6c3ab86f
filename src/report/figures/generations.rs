//! A summary over generations as small panels: the band between two quantiles, the median and the mean. What `simulate --plot` draws; a
//! report has its own trajectories, of claims.

use super::canvas::{BLUE, Canvas, Hold, INK, QUIET, RULE, SKY, wrapped};
use crate::report::number;

const WIDTH: f64 = 340.0;
const HEIGHT: f64 = 240.0;
const ACROSS: usize = 3;
const TOP: f64 = 74.0;

/// One panel.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// What is measured.
    pub title: String,
    /// Of which cell; empty where there is one.
    pub note: String,
    /// By generation, in order; numbers are finite.
    pub points: Vec<PanelPoint>,
}

/// One generation of a panel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PanelPoint {
    /// Generation.
    pub generation: u32,
    /// Lower end of the band.
    pub low: f64,
    /// Median.
    pub middle: f64,
    /// Upper end of the band.
    pub high: f64,
    /// Mean.
    pub mean: f64,
}

/// The panels as SVG; panels without points are left out.
#[must_use]
pub fn plot(title: &str, band: &str, panels: &[Panel]) -> String {
    let panels: Vec<&Panel> = panels.iter().filter(|panel| !panel.points.is_empty()).collect();
    let across = panels.len().clamp(2, ACROSS);
    let width = WIDTH * across as f64 + 32.0;
    let mut sheet = Canvas::new(width, TOP + HEIGHT * panels.len().div_ceil(ACROSS).max(1) as f64 + 16.0);
    sheet.bold(16.0, 28.0, &fitting(title, 16, width - 32.0), 16, Hold::Start);
    sheet.rect(16.0, 41.0, 26.0, 14.0, SKY);
    sheet.words(48.0, 54.0, band, 13, Hold::Start, INK);
    sheet.line((236.0, 49.0), (262.0, 49.0), QUIET, 1.4);
    sheet.words(268.0, 54.0, "median", 13, Hold::Start, INK);
    sheet.line((350.0, 49.0), (376.0, 49.0), BLUE, 2.4);
    sheet.words(382.0, 54.0, "mean", 13, Hold::Start, INK);
    for (place, panel) in panels.iter().enumerate() {
        draw(&mut sheet, (16.0 + WIDTH * (place % ACROSS) as f64, TOP + HEIGHT * (place / ACROSS) as f64), panel);
    }
    let description =
        format!("Small panels, one per metric and cell: over generations the band ({band} of replicates), the median and the mean.");
    sheet.finish(title, &description)
}

fn draw(sheet: &mut Canvas, (left, top): (f64, f64), panel: &Panel) {
    let (x0, x1, y0, y1) = (left + 66.0, left + WIDTH - 20.0, top + HEIGHT - 38.0, top + 52.0);
    let points = &panel.points;
    let values = points.iter().flat_map(|point| [point.low, point.middle, point.high, point.mean]);
    let (lowest, highest) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    let is_log = number::is_wide(lowest, highest);
    let on_scale = |value: f64| if is_log { value.ln() } else { value };
    let (first, last) = (f64::from(points[0].generation), f64::from(points[points.len() - 1].generation));
    let along = |value: f64, low: f64, high: f64| if high > low { (value - low) / (high - low) } else { 0.5 };
    let x = |generation: u32| x0 + (x1 - x0) * along(f64::from(generation), first, last);
    let y = |value: f64| y0 + (y1 - y0) * along(on_scale(value), on_scale(lowest), on_scale(highest));
    sheet.bold(left + 4.0, top + 18.0, &fitting(&panel.title, 14, WIDTH - 24.0), 14, Hold::Start);
    let note =
        [if is_log { "log scale" } else { "" }, panel.note.as_str()].iter().copied().filter(|part| !part.is_empty()).collect::<Vec<_>>();
    sheet.words(left + 4.0, top + 36.0, &fitting(&note.join(", "), 13, WIDTH - 24.0), 13, Hold::Start, QUIET);
    let path = |value: fn(&PanelPoint) -> f64| points.iter().map(|point| (x(point.generation), y(value(point)))).collect::<Vec<_>>();
    let mut band = path(|point| point.low);
    band.extend(path(|point| point.high).into_iter().rev());
    sheet.polygon(&band, SKY, None);
    sheet.pieces(&[path(|point| point.middle)], QUIET, 1.4, None);
    sheet.pieces(&[path(|point| point.mean)], BLUE, 2.4, None);
    sheet.line((x0, y0), (x1, y0), INK, 1.0);
    sheet.line((x0, y0), (x0, y1), RULE, 1.0);
    let ends = if highest > lowest { vec![lowest, highest] } else { vec![lowest] };
    for value in ends {
        let words = if is_log { number::positive(value) } else { number::alone(value) };
        sheet.words(x0 - 6.0, y(value) + 5.0, &words, 13, Hold::End, INK);
    }
    sheet.words(x(points[0].generation), y0 + 18.0, &points[0].generation.to_string(), 13, Hold::Middle, INK);
    if last > first {
        sheet.words(x1, y0 + 18.0, &points[points.len() - 1].generation.to_string(), 13, Hold::Middle, INK);
    }
    sheet.words((x0 + x1) / 2.0, y0 + 18.0, "generation", 13, Hold::Middle, QUIET);
}

/// As many words as there is room for on one line.
fn fitting(words: &str, size: u32, room: f64) -> String {
    wrapped(words, size, room).into_iter().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel(values: &[f64]) -> Panel {
        let point = |(place, value): (usize, &f64)| PanelPoint {
            generation: place as u32 + 1,
            low: value / 2.0,
            middle: *value,
            high: 2.0 * value,
            mean: *value,
        };
        Panel { title: "variance-ratio".to_owned(), note: "samples=10".to_owned(), points: values.iter().enumerate().map(point).collect() }
    }

    #[test]
    fn a_wide_range_has_a_log_scale_and_an_empty_panel_is_left_out() {
        let svg = plot("a <title>", "10 % to 90 % of runs", &[panel(&[1.0, 1e-3]), panel(&[1.0, 0.9]), panel(&[])]);
        assert_eq!((svg.matches("log scale").count(), svg.matches(">variance-ratio<").count()), (1, 2));
        assert!(plot("", "", &[panel(&[1.0, 1e-31])]).contains(">5.00e-32<"), "the foot of a log scale is no zero");
        assert!(svg.contains("a &lt;title&gt;") && !svg.contains("NaN"), "{svg}");
        assert!(plot("nothing", "", &[]).contains("<title"), "nothing to draw is a sheet with its title");
    }
}
