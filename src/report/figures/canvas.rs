//! A drawing sheet: marks, words and lines by position, and an SVG with title and description.
//! Takes positions in pixels and gives text; the same calls give the same bytes.

use super::svg::{Grain, OUTLINE, Svg, number, path};
pub use super::svg::{INK, SMALL};
use crate::report::text;

/// Quiet ink of notes and grids.
pub const QUIET: &str = "#595959";
/// Hairlines.
pub const RULE: &str = "#d0d0d0";
/// Okabe and Ito (2008): vermillion, dark in grey.
pub const VERMILLION: &str = "#c44e00";
/// Okabe and Ito: blue.
pub const BLUE: &str = "#0072b2";
/// Okabe and Ito: sky blue, light in grey.
pub const SKY: &str = "#8ccbf0";
/// Okabe and Ito: orange.
pub const ORANGE: &str = "#e69f00";
/// A middle grey.
pub const GREY: &str = "#9a9a9a";

/// Green, Okabe and Ito: bluish green.
pub const GREEN: &str = "#00785a";
/// Okabe and Ito: reddish purple, darkened.
pub const PURPLE: &str = "#8f4a78";
/// How wide every figure is: what a page of GitHub shows without making it smaller.
pub const PAGE: f64 = 830.0;

/// The shape of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// A disc.
    Disc,
    /// A square.
    Square,
    /// A triangle standing on its base.
    Triangle,
    /// A short horizontal stroke.
    Dash,
    /// Two strokes, upright.
    Plus,
    /// Two strokes, aslant.
    Cross,
    /// The right half of a disc.
    Half,
}

/// How a mark is painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Paint {
    /// Filled.
    Solid,
    /// Outlined on white.
    Hollow,
}

/// Where words are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// At their start.
    Start,
    /// In their middle.
    Middle,
    /// At their end.
    End,
}

/// Rows of a tall figure in blocks, each with room for its own column heads, so that no row is far from them.
#[derive(Debug, Clone, Copy)]
pub struct Blocks {
    /// Top of the first row, below the first heads.
    pub top: f64,
    /// Height of a row.
    pub row: f64,
    /// Number of rows.
    pub rows: usize,
    /// Room for the heads of a later block.
    pub heads: f64,
}

impl Blocks {
    /// Most rows under one line of heads.
    const MOST: usize = 28;

    /// Rows of a block: about as many in each.
    fn most(&self) -> usize {
        self.rows.div_ceil(self.rows.div_ceil(Self::MOST).max(1)).max(1)
    }

    /// Top of a row.
    #[must_use]
    pub fn y(&self, row: usize) -> f64 {
        self.top + self.row * row as f64 + self.heads * (row / self.most()) as f64
    }

    /// Top and bottom of every block.
    pub fn each(self) -> impl Iterator<Item = (f64, f64)> {
        (0..self.rows).step_by(self.most()).map(move |first| {
            let last = (first + self.most()).min(self.rows) - 1;
            (self.y(first), self.y(last) + self.row)
        })
    }

    /// Bottom of the last block.
    #[must_use]
    pub fn bottom(&self) -> f64 {
        self.each().last().map_or(self.top, |(_, bottom)| bottom)
    }
}

/// A point, across and down.
pub type Point = (f64, f64);
/// A straight line from point to point.
pub type Stroke = (Point, Point);

/// A sheet being drawn.
pub struct Canvas {
    size: (f64, f64),
    svg: Svg,
}

impl Canvas {
    /// An empty white sheet.
    #[must_use]
    pub fn new(width: f64, height: f64) -> Self {
        Self { size: (width.ceil(), height.ceil()), svg: Svg::default() }
    }

    /// Words with their baseline at `y`.
    pub fn words(&mut self, x: f64, y: f64, words: &str, size: u32, hold: Hold, colour: &str) {
        self.write((x, y), words, Type { size, hold, colour, weight: Weight::Plain, rotate: None });
    }

    /// Words in bold.
    pub fn bold(&mut self, x: f64, y: f64, words: &str, size: u32, hold: Hold) {
        self.write((x, y), words, Type { size, hold, colour: INK, weight: Weight::Bold, rotate: None });
    }

    /// Words rising to the right, held at their start.
    pub fn rising(&mut self, x: f64, y: f64, words: &str, size: u32) {
        self.write((x, y), words, Type { size, hold: Hold::Start, colour: INK, weight: Weight::Plain, rotate: Some(-40.0) });
    }

    fn write(&mut self, (x, y): (f64, f64), words: &str, style: Type) {
        let size = format!("{}px", style.size);
        let mut look = vec![("font-size", size.as_str()), ("fill", style.colour)];
        look.extend(match style.hold {
            Hold::Start => None,
            Hold::Middle => Some(("text-anchor", "middle")),
            Hold::End => Some(("text-anchor", "end")),
        });
        look.extend((style.weight == Weight::Bold).then_some(("font-weight", "bold")));
        let mut place = vec![("x", number(x)), ("y", number(y))];
        place.extend(style.rotate.map(|angle| ("transform", format!("rotate({angle},{},{})", number(x), number(y)))));
        self.svg.add("text", &place, &look, &text::one_line(words));
    }

    /// A straight line.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), colour: &str, width: f64) {
        self.stroke(from, to, colour, width, None);
    }

    /// A dashed line.
    pub fn dashed(&mut self, from: (f64, f64), to: (f64, f64), colour: &str, width: f64) {
        self.stroke(from, to, colour, width, Some("5,3"));
    }

    fn stroke(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), colour: &str, width: f64, dash: Option<&str>) {
        let end = match (number(x1) == number(x2), number(y1) == number(y2)) {
            (true, _) => format!("V{}", number(y2)),
            (false, true) => format!("H{}", number(x2)),
            (false, false) => format!("L{} {}", number(x2), number(y2)),
        };
        let width = width.to_string();
        let mut look = vec![("fill", "none"), ("stroke", colour), ("stroke-width", width.as_str())];
        look.extend(dash.map(|dash| ("stroke-dasharray", dash)));
        self.svg.add("path", &[("d", format!("M{} {}{end}", number(x1), number(y1)))], &look, "");
    }

    /// A filled rectangle without outline.
    pub fn rect(&mut self, x: f64, y: f64, width: f64, height: f64, fill: &str) {
        let data = format!("M{} {}h{}v{}h{}z", number(x), number(y), number(width), number(height), number(-width));
        self.svg.add("path", &[("d", data)], &[("fill", fill)], "");
    }

    /// An outlined rectangle.
    pub fn outlined(&mut self, x: f64, y: f64, width: f64, height: f64, fill: &str, stroke: &str) {
        self.svg.add("rect", &sides(x, y, width, height), &[("fill", fill), ("stroke", stroke)], "");
    }

    /// A mark centred at a point; `r` is half its width.
    pub fn mark(&mut self, x: f64, y: f64, r: f64, shape: Shape, paint: Paint, colour: &str) {
        if shape == Shape::Disc {
            let fill = if paint == Paint::Solid { colour } else { "#fff" };
            let place = [("cx", x), ("cy", y), ("r", r)].map(|(key, value)| (key, number(value)));
            return self.svg.add("circle", &place, &[("fill", fill), ("stroke", colour), ("stroke-width", OUTLINE)], "");
        }
        self.marks(&[(x, y)], r, shape, paint, colour);
    }

    /// Many marks of one kind.
    pub fn marks(&mut self, centres: &[(f64, f64)], r: f64, shape: Shape, paint: Paint, colour: &str) {
        if centres.is_empty() {
            return;
        }
        let fill = if paint == Paint::Solid { colour } else { "#fff" };
        let look = [("fill", fill), ("stroke", colour), ("stroke-width", OUTLINE)];
        self.svg.stamp(|x, y| outline(x, y, r, shape), centres, &look);
    }

    /// Many boxes of one fill; half their width and height.
    pub fn boxes(&mut self, centres: &[(f64, f64)], (width, height): (f64, f64), fill: &str) {
        let one = |x: f64, y: f64| {
            let (across, down) = (number(2.0 * width), number(2.0 * height));
            format!("M{} {}h{across}v{down}h{}z", number(x - width), number(y - height), number(-2.0 * width))
        };
        if !centres.is_empty() {
            self.svg.stamp(one, centres, &[("fill", fill)]);
        }
    }

    /// A line of several pieces, each from point to point.
    pub fn pieces(&mut self, pieces: &[Vec<(f64, f64)>], colour: &str, width: f64, dash: Option<&str>) {
        let drawn = pieces.iter().filter(|piece| piece.len() > 1);
        // A piece behind the first starts where it starts, not from where the one before it ended.
        let data: String = drawn
            .enumerate()
            .map(|(place, piece)| if place == 0 { path(piece, Grain::Whole) } else { "M0 0".to_owned() + &path(piece, Grain::Whole) })
            .collect();
        if !data.is_empty() {
            let width = width.to_string();
            let mut look = vec![("fill", "none"), ("stroke", colour), ("stroke-width", width.as_str())];
            look.extend(dash.map(|dash| ("stroke-dasharray", dash)));
            self.svg.add("path", &[("d", data)], &look, "");
        }
    }

    /// Many straight lines of one kind as one path.
    pub fn rules(&mut self, lines: &[Stroke], colour: &str, width: f64) {
        let one = |((x, y), (to, down)): &Stroke| {
            let (x, y, to, down) = (x.round(), y.round(), to.round(), down.round());
            let across = if (to - x).abs() > 0.0 { "h" } else { "v" };
            match (to - x).abs() > 0.0 && (down - y).abs() > 0.0 {
                true => format!("M{} {}L{} {}", number(x), number(y), number(to), number(down)),
                false => format!("M{} {}{across}{}", number(x), number(y), number((to - x) + (down - y))),
            }
        };
        if !lines.is_empty() {
            let width = width.to_string();
            let look = [("fill", "none"), ("stroke", colour), ("stroke-width", width.as_str())];
            self.svg.add("path", &[("d", lines.iter().map(one).collect())], &look, "");
        }
    }

    /// A filled region between lines across a plot.
    pub fn region(&mut self, points: &[(f64, f64)], fill: &str) {
        self.svg.add("path", &[("d", path(points, Grain::Whole) + "z")], &[("fill", fill)], "");
    }

    /// A closed shape.
    pub fn polygon(&mut self, points: &[(f64, f64)], fill: &str, stroke: Option<&str>) {
        let mut look = vec![("fill", fill)];
        look.extend(stroke.into_iter().flat_map(|colour| [("stroke", colour), ("stroke-width", OUTLINE)]));
        self.svg.add("path", &[("d", path(points, Grain::Tenth) + "z")], &look, "");
    }

    /// A picture by its address, its pixels kept apart when it is enlarged.
    pub fn picture(&mut self, x: f64, y: f64, (width, height): (f64, f64), address: &str) {
        let mut place = sides(x, y, width, height).to_vec();
        place.push(("href", address.to_owned()));
        place.push(("preserveAspectRatio", "none".to_owned()));
        self.svg.add("image", &place, &[("image-rendering", "pixelated")], "");
    }

    /// Many dots of one size.
    pub fn dots(&mut self, centres: &[(f64, f64)], width: f64, colour: &str) {
        let look = [("stroke", colour), ("stroke-width", &*number(width)), ("stroke-linecap", "round"), ("fill", "none")];
        self.svg.stamp(|x, y| format!("M{} {}h0", number(x), number(y)), centres, &look);
    }

    /// The sheet as SVG with a title and a description for those who cannot see it.
    #[must_use]
    pub fn finish(self, title: &str, description: &str) -> String {
        self.svg.finish(self.size, title, description)
    }
}

/// A mark as a subpath.
fn outline(x: f64, y: f64, r: f64, shape: Shape) -> String {
    let at = |x: f64, y: f64| format!("M{} {}", number(x), number(y));
    let step = |x: f64, y: f64| format!("{} {}", number(x), number(y));
    match shape {
        Shape::Disc => {
            let (start, radius, across) = (at(x - r, y), number(r), number(2.0 * r));
            format!("{start}a{radius} {radius} 0 1 0 {across} 0a{radius} {radius} 0 1 0-{across} 0")
        }
        Shape::Square => format!("{}h{}v{}h{}z", at(x - r, y - r), number(2.0 * r), number(2.0 * r), number(-2.0 * r)),
        Shape::Triangle => format!("{}l{} {}z", at(x, y - 1.15 * r), step(1.1 * r, 2.0 * r), step(-2.2 * r, 0.0)),
        Shape::Dash => format!("{}h{}", at(x - r, y), number(2.0 * r)),
        Shape::Plus => format!("{}h{1}{2}v{1}", at(x - r, y), number(2.0 * r), at(x, y - r)),
        Shape::Cross => {
            format!(
                "{}l{} {}{}l{} {}",
                at(x - r, y - r),
                number(2.0 * r),
                number(2.0 * r),
                at(x + r, y - r),
                number(-2.0 * r),
                number(2.0 * r)
            )
        }
        Shape::Half => format!("{}a{1} {1} 0 0 1 0 {2}z", at(x, y - r), number(r), number(2.0 * r)),
    }
}

fn sides(x: f64, y: f64, width: f64, height: f64) -> [(&'static str, String); 4] {
    [("x", x), ("y", y), ("width", width), ("height", height)].map(|(key, value)| (key, number(value)))
}

/// How words are set.
struct Type<'a> {
    size: u32,
    hold: Hold,
    colour: &'a str,
    weight: Weight,
    rotate: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    Plain,
    Bold,
}

/// About how wide words are in DejaVu Sans, in pixels.
#[must_use]
pub fn width_of(words: &str, size: u32) -> f64 {
    let em: f64 = words
        .chars()
        .map(|c| match c {
            'i' | 'l' | 'j' | '.' | ',' | ':' | ';' | '|' | '\'' | 't' | 'f' | 'r' | ' ' | '-' | '/' | '(' | ')' | '[' | ']' => 0.40,
            'm' | 'w' | 'M' | 'W' => 0.95,
            c if c.is_uppercase() => 0.72,
            _ => 0.64,
        })
        .sum();
    em * f64::from(size)
}

/// Words in lines no wider than `room` pixels, broken behind spaces, hyphens, dots, semicolons and strokes; no word is cut.
#[must_use]
pub fn wrapped(words: &str, size: u32, room: f64) -> Vec<String> {
    let words = text::one_line(words);
    let mut lines: Vec<String> = Vec::new();
    for part in words.split_inclusive([' ', '-', '/', ';', '.']) {
        match lines.last_mut() {
            Some(line) if width_of(&format!("{line}{}", part.trim_end()), size) <= room => line.push_str(part),
            Some(_) | None => lines.push(part.to_owned()),
        }
    }
    lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_break_where_they_may_and_lose_no_letter() {
        let lines = wrapped("regenerated-splits-lose-variance of samples.last=1000", SMALL, 160.0);
        assert!(lines.len() > 2 && lines.iter().all(|line| width_of(line, SMALL) <= 160.0), "{lines:?}");
        assert_eq!(lines.concat().replace(' ', ""), "regenerated-splits-lose-varianceofsamples.last=1000");
    }

    #[test]
    fn a_mark_at_many_points_is_drawn_once_and_stands_at_each() {
        let drawn = |centres: &[(f64, f64)]| {
            let mut sheet = Canvas::new(10.0, 10.0);
            sheet.marks(centres, 1.0, Shape::Square, Paint::Solid, INK);
            sheet.finish("t", "d")
        };
        let few = drawn(&[(1.0, 2.0), (3.0, 4.0)]);
        assert!(few.contains("<path d=\"M0 1h2v2h-2zM2 3h2v2h-2z\"") && !few.contains("marker"), "{few}");
        let many = drawn(&[(1.0, 2.0), (3.0, 4.0), (3.5, 1.0), (4.0, 2.0)]);
        assert!(many.contains("<path d=\"M-1 -1h2v2h-2z\" class=\"a\"/></marker>"), "{many}");
        assert!(many.contains("<path d=\"m1 2 2 2 .5-3 .5 1\" class=\"b\"/>") && many.contains(".b{fill:none;marker:url(#m0)}"), "{many}");
    }
}
