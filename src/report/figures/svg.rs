//! SVG as text: elements by position, their looks as classes, so that what a hundred labels share is written once.
//! Positions are kept to a tenth of a pixel, those of a line across a plot to a whole one; points that no eye could miss are left out.

use crate::report::text;
use std::fmt::Write;

/// How far a point may lie from the line that takes its place, in tenths of a pixel.
const SLACK: f64 = 3.0;

/// A drawing being written.
#[derive(Debug, Clone, Default)]
pub struct Svg {
    elements: String,
    looks: Vec<String>,
}

impl Svg {
    /// One more element: its name, where it stands, how it looks, and its words.
    pub fn add(&mut self, name: &str, place: &[(&str, String)], look: &[(&str, &str)], words: &str) {
        let class = self.class(look);
        let _ = write!(self.elements, "<{name}");
        for (key, value) in place {
            let _ = write!(self.elements, " {key}=\"{value}\"");
        }
        let _ = write!(self.elements, " class=\"{class}\"");
        let _ = if words.is_empty() { writeln!(self.elements, "/>") } else { writeln!(self.elements, ">{}</{name}>", text::xml(words)) };
    }

    /// The class of a look.
    fn class(&mut self, look: &[(&str, &str)]) -> String {
        let look: String = look.iter().map(|(key, value)| format!("{key}:{value};")).collect();
        let place = self.looks.iter().position(|known| *known == look).unwrap_or_else(|| {
            self.looks.push(look);
            self.looks.len() - 1
        });
        class_name(place)
    }

    /// The finished text, with a title and a description for those who cannot see it.
    #[must_use]
    pub fn finish(self, (width, height): (f64, f64), title: &str, description: &str) -> String {
        let class = |(place, look): (usize, &String)| format!(".{}{{{}}}", class_name(place), look.trim_end_matches(';'));
        let style: String = self.looks.iter().enumerate().map(class).collect();
        let (title, description) = (text::xml(&text::one_line(title)), text::xml(&text::one_line(description)));
        format!(
            "<svg viewBox=\"0 0 {width} {height}\" role=\"img\" \
             xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             font-family=\"DejaVu Sans, Verdana, Arial, sans-serif\">\n<title>{title}</title>\n\
             <desc>{description}</desc>\n<style>{style}</style>\n\
             <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{}</svg>\n",
            self.elements
        )
    }
}

/// A letter, from the second alphabet on with a number.
fn class_name(place: usize) -> String {
    let letter = char::from(b'a' + (place % 26) as u8);
    if place < 26 { letter.to_string() } else { format!("{letter}{}", place / 26) }
}

/// A position to a tenth of a pixel.
#[must_use]
pub fn number(value: f64) -> String {
    tenths_text(tenths(value))
}

/// To what the points of a line are rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grain {
    /// A tenth of a pixel, for shapes of a few pixels.
    Tenth,
    /// A whole pixel, for lines across a plot.
    Whole,
}

/// A line through points as path data: from the first on by steps, which are short.
#[must_use]
pub fn path(points: &[(f64, f64)], grain: Grain) -> String {
    let rounded = |value: f64| match grain {
        Grain::Tenth => tenths(value),
        Grain::Whole => 10 * value.round() as i64,
    };
    let points: Vec<_> = points.iter().map(|(x, y)| (rounded(*x), rounded(*y))).collect();
    let mut data = "m".to_owned();
    let mut before = (0, 0);
    for (x, y) in thinned(&points) {
        for step in [x - before.0, y - before.1] {
            if step >= 0 && data.len() > 1 {
                data.push(' ');
            }
            data += &tenths_text(step);
        }
        before = (x, y);
    }
    data
}

/// The points without those that the line between their neighbours passes within [`SLACK`].
fn thinned(points: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let mut kept: Vec<_> = points.first().copied().into_iter().collect();
    let mut from = 0;
    while from + 1 < points.len() {
        let mut to = from + 1;
        while to + 1 < points.len() && (from + 1..=to).all(|at| is_passed(points[at], points[from], points[to + 1])) {
            to += 1;
        }
        kept.push(points[to]);
        from = to;
    }
    kept
}

fn is_passed(point: (i64, i64), from: (i64, i64), to: (i64, i64)) -> bool {
    let by = |a: (i64, i64), b: (i64, i64)| ((b.0 - a.0) as f64, (b.1 - a.1) as f64);
    let ((x, y), (u, v)) = (by(from, point), by(from, to));
    let (length, along) = (u.hypot(v), x * u + y * v);
    along >= 0.0 && along <= length * length && (x * v - y * u).abs() <= SLACK * length
}

fn tenths(value: f64) -> i64 {
    (10.0 * value).round() as i64
}

fn tenths_text(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    match (value.abs() / 10, value.abs() % 10) {
        (whole, 0) => format!("{sign}{whole}"),
        (0, part) => format!("{sign}.{part}"),
        (whole, part) => format!("{sign}{whole}.{part}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_goes_by_steps_and_leaves_out_what_lies_on_the_way() {
        assert_eq!(
            path(&[(68.0, 155.33), (78.27, 142.1), (85.1, 142.1), (92.0, 142.14), (99.0, 142.1)], Grain::Tenth),
            "m68 155.3 10.3-13.2 20.7 0"
        );
        assert_eq!(path(&[(68.0, 155.33), (78.27, 142.1), (85.1, 150.7)], Grain::Whole), "m68 155 10-13 7 9");
        assert_eq!(path(&[(0.0, 0.0), (10.0, 0.0), (5.0, 0.0)], Grain::Tenth), "m0 0 10 0-5 0", "a turn is no point on the way");
        assert_eq!((number(-0.04), number(0.25), number(503.280_000_000_000_03)), ("0".into(), ".3".into(), "503.3".into()));
    }

    #[test]
    fn what_elements_share_is_written_once() {
        let mut svg = Svg::default();
        svg.add("line", &[("x1", number(1.0))], &[("stroke", "red")], "");
        svg.add("text", &[], &[("fill", "red")], "a<b");
        svg.add("line", &[], &[("stroke", "red")], "");
        let text = svg.finish((10.0, 20.0), "t", "d");
        assert!(text.contains("<style>.a{stroke:red}.b{fill:red}</style>"), "{text}");
        assert!(text.ends_with("<line x1=\"1\" class=\"a\"/>\n<text class=\"b\">a&lt;b</text>\n<line class=\"a\"/>\n</svg>\n"), "{text}");
    }
}
