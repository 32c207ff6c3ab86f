//! SVG as text: elements by position, their looks as classes, so that what a hundred labels share is written once; a shape that stands at many
//! points is a marker, and its points are a line that is not drawn.
//! Positions are kept to a tenth of a pixel, those of a line across a plot to a whole one; points that no eye could miss are left out.

use crate::report::text;
use std::fmt::Write;

/// How far a point may lie from the line that takes its place, in tenths of a pixel.
const SLACK: f64 = 3.0;

/// Ink of words and axes.
pub const INK: &str = "#1a1a1a";
/// The smallest letters of a figure, in pixels.
pub const SMALL: u32 = 13;
/// How wide the outline of a mark is.
pub const OUTLINE: &str = "1.6";

/// Whether a look says no more than the whole drawing does: ink, small letters, outlines of marks.
fn is_usual(key: &str, value: &str) -> bool {
    match key {
        "fill" => value == INK,
        "font-size" => value.strip_suffix("px").is_some_and(|size| size == SMALL.to_string()),
        "stroke-width" => value == OUTLINE,
        _ => false,
    }
}

/// A drawing being written.
#[derive(Debug, Clone, Default)]
pub struct Svg {
    elements: Vec<Element>,
    looks: Vec<String>,
    markers: Vec<String>,
}

/// An element: its class stands between head and tail, or around several.
#[derive(Debug, Clone)]
struct Element {
    class: String,
    head: String,
    tail: String,
}

/// So many points make a marker worth its definition.
const MARKED: usize = 4;

impl Svg {
    /// One more element: its name, where it stands, how it looks, and its words.
    pub fn add(&mut self, name: &str, place: &[(&str, String)], look: &[(&str, &str)], words: &str) {
        let class = self.class(look);
        let mut head = format!("<{name}");
        for (key, value) in place {
            let _ = write!(head, " {key}=\"{value}\"");
        }
        let tail = if words.is_empty() { "/>".to_owned() } else { format!(">{}</{name}>", text::xml(words)) };
        self.elements.push(Element { class, head, tail });
    }

    /// One shape at many points; the shape as path data around a point.
    pub fn stamp(&mut self, shape: impl Fn(f64, f64) -> String, centres: &[(f64, f64)], look: &[(&str, &str)]) {
        if centres.len() < MARKED {
            let data: String = centres.iter().map(|(x, y)| shape(*x, *y)).collect();
            return self.add("path", &[("d", data)], look, "");
        }
        let marked = format!("<path d=\"{}\"{}/>", shape(0.0, 0.0), class_attribute(&self.class(look)));
        let place = self.markers.iter().position(|known| *known == marked).unwrap_or_else(|| {
            self.markers.push(marked);
            self.markers.len() - 1
        });
        let points = steps(centres.iter().map(|(x, y)| (tenths(*x), tenths(*y))));
        self.add("path", &[("d", points)], &[("fill", "none"), ("marker", &format!("url(#m{place})"))], "");
    }

    /// The class of a look; none where it says no more than the whole drawing does.
    fn class(&mut self, look: &[(&str, &str)]) -> String {
        let has = |key: &str| look.iter().any(|(own, _)| *own == key);
        let told = look.iter().filter(|(key, value)| !is_usual(key, value)).map(|(key, value)| format!("{key}:{value};"));
        let width = (has("stroke") && !has("stroke-width")).then(|| "stroke-width:1;".to_owned());
        let look: String = told.chain(width).collect();
        if look.is_empty() {
            return look;
        }
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
        let mut elements = String::new();
        for run in self.elements.chunk_by(|a, b| a.class == b.class) {
            let class = &run[0].class;
            let _ = match run {
                [Element { head, tail, .. }] => writeln!(elements, "{head}{}{tail}", class_attribute(class)),
                usual if class.is_empty() => usual.iter().try_for_each(|one| writeln!(elements, "{}{}", one.head, one.tail)),
                several => {
                    let inner: String = several.iter().map(|one| format!("{}{}\n", one.head, one.tail)).collect();
                    writeln!(elements, "<g class=\"{class}\">\n{inner}</g>")
                }
            };
        }
        let marker = |(place, marked): (usize, &String)| {
            format!("<marker id=\"m{place}\" markerUnits=\"userSpaceOnUse\" overflow=\"visible\">{marked}</marker>\n")
        };
        let markers: String = self.markers.iter().enumerate().map(marker).collect();
        let defined = if markers.is_empty() { markers } else { format!("<defs>\n{markers}</defs>\n") };
        let (title, description) = (text::xml(&text::one_line(title)), text::xml(&text::one_line(description)));
        format!(
            "<svg viewBox=\"0 0 {width} {height}\" role=\"img\" \
             xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             font-family=\"DejaVu Sans, Verdana, Arial, sans-serif\" font-size=\"{SMALL}px\" fill=\"{INK}\" stroke-width=\"{OUTLINE}\">\n\
             <title>{title}</title>\n\
             <desc>{description}</desc>\n<style>{style}</style>\n\
             {defined}<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{elements}</svg>\n"
        )
    }
}

/// A class as an attribute, where there is one.
fn class_attribute(class: &str) -> String {
    if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") }
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
    steps(thinned(&points).into_iter())
}

/// Path data through points in tenths of a pixel, by steps.
fn steps(points: impl Iterator<Item = (i64, i64)>) -> String {
    let mut data = "m".to_owned();
    let mut before = (0, 0);
    for (x, y) in points {
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

/// A drawing for tests that count: groups taken apart, and a marker's shape once for each of its points, wherever they are.
#[cfg(test)]
pub fn unfolded(svg: &str) -> String {
    let style = between(svg, "<style>", "</style>").unwrap_or_default();
    let marker = |class: &str| between(style, &format!(".{class}{{fill:none;marker:url(#"), ")}");
    let shape = |id: &str| between(svg, &format!("<marker id=\"{id}\""), "/></marker>").and_then(|head| between(head, " d=\"", "\""));
    let (mut group, mut text) = (None, String::new());
    for line in svg.lines().filter(|line| !line.starts_with("<marker") && *line != "<defs>" && *line != "</defs>") {
        if let Some(class) = line.strip_prefix("<g class=\"") {
            group = Some(class.trim_end_matches("\">"));
            continue;
        }
        if line == "</g>" {
            group = None;
            continue;
        }
        let stamped = group.or_else(|| between(line, " class=\"", "\"")).and_then(marker).and_then(shape);
        text += &match (stamped, group, line.split_once('>')) {
            (Some(shape), ..) => {
                let numbers = between(line, " d=\"m", "\"").unwrap_or_default().replace('-', " ").split_whitespace().count();
                format!("<path d=\"{}\"/>", shape.repeat(numbers / 2))
            }
            (None, Some(class), Some((head, tail))) => {
                let (head, end) = head.strip_suffix('/').map_or((head, ""), |head| (head, "/"));
                format!("{head} class=\"{class}\"{end}>{tail}")
            }
            (None, ..) => line.to_owned(),
        };
        text.push('\n');
    }
    text
}

#[cfg(test)]
fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    text.split_once(start)?.1.split_once(end).map(|(inner, _)| inner)
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
    fn what_is_folded_can_be_told_apart_again() {
        let mut svg = Svg::default();
        let points: Vec<(f64, f64)> = (0..5).map(|at| (f64::from(at), 7.5)).collect();
        svg.stamp(|x, y| format!("M{} {}h2", number(x), number(y)), &points, &[("fill", "red")]);
        svg.add("text", &[("x", number(1.0))], &[("fill", "blue")], "a");
        svg.add("text", &[("x", number(2.0))], &[("fill", "blue")], "b");
        let (folded, apart) = (svg.clone().finish((9.0, 9.0), "t", "d"), unfolded(&svg.finish((9.0, 9.0), "t", "d")));
        assert!(
            folded.contains("<g class=\"c\">\n<text x=\"1\">a</text>\n<text x=\"2\">b</text>\n</g>") && folded.matches("h2").count() == 1,
            "{folded}"
        );
        assert!(apart.contains("<text x=\"2\" class=\"c\">b</text>") && apart.matches("h2").count() == 5, "{apart}");
    }

    #[test]
    fn what_elements_share_is_written_once() {
        let mut svg = Svg::default();
        svg.add("line", &[("x1", number(1.0))], &[("stroke", "red")], "");
        svg.add("text", &[], &[("fill", "red")], "a<b");
        svg.add("line", &[], &[("stroke", "red")], "");
        let text = svg.finish((10.0, 20.0), "t", "d");
        assert!(text.contains("<style>.a{stroke:red;stroke-width:1}.b{fill:red}</style>"), "{text}");
        assert!(text.ends_with("<line x1=\"1\" class=\"a\"/>\n<text class=\"b\">a&lt;b</text>\n<line class=\"a\"/>\n</svg>\n"), "{text}");
    }

    #[test]
    fn what_the_whole_drawing_says_no_element_says_again() {
        let mut svg = Svg::default();
        let usual = [("font-size", "13px"), ("fill", INK)];
        svg.add("text", &[("x", number(1.0))], &usual, "a");
        svg.add("text", &[("x", number(2.0))], &usual, "b");
        svg.add("text", &[("x", number(3.0))], &[usual[0], usual[1], ("font-weight", "bold")], "c");
        for centre in [0.0, 9.0] {
            svg.stamp(
                |x, y| format!("M{} {}h2", number(x), number(y)),
                &[(centre, centre); MARKED],
                &[("fill", INK), ("stroke", INK), ("stroke-width", OUTLINE)],
            );
        }
        let text = svg.finish((9.0, 9.0), "t", "d");
        assert!(text.contains(&format!("font-size=\"13px\" fill=\"{INK}\" stroke-width=\"1.6\">")), "{text}");
        assert!(text.contains("\n<text x=\"1\">a</text>\n<text x=\"2\">b</text>\n<text x=\"3\" class=\"a\">c</text>\n"), "{text}");
        assert!(text.contains(&format!(".a{{font-weight:bold}}.b{{stroke:{INK}}}.c{{fill:none;marker:url(#m0)}}")), "{text}");
        assert_eq!(text.matches("<marker ").count(), 1, "one shape of one look is one marker");
    }
}
