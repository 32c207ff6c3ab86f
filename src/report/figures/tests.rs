//! What holds for every figure: letters large enough, nothing beyond its edges, words for those who cannot see it, few bytes.

use super::canvas::{PAGE, SMALL, width_of};
use super::svg::unfolded;
use super::{Figure, draw};
use crate::report::fixture;

/// Bytes of a figure at most.
const MOST: usize = 150_000;

fn figures() -> Vec<Figure> {
    let committed = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("report/audit.json");
    let committed = std::fs::read_to_string(committed).expect("report/ is committed");
    let committed = serde_json::from_str(&committed).expect("audit.json is an audit");
    let audits = [fixture::one_study(), fixture::awkward(), fixture::large(), committed];
    audits.iter().flat_map(draw).map(|figure| Figure { svg: unfolded(&figure.svg), ..figure }).collect()
}

/// The value of an attribute of an element.
fn attribute<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    element.split_once(&format!(" {name}=\""))?.1.split('"').next()
}

/// The looks of a drawing by class.
fn look<'a>(svg: &'a str, class: &str) -> &'a str {
    let style = svg.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>")).map_or("", |(style, _)| style);
    style.split('}').find_map(|rule| rule.strip_prefix(&format!(".{class}{{"))).unwrap_or("")
}

/// The look of a text: that of its class, behind what the whole drawing says.
fn look_of(svg: &str, text: &str) -> String {
    let class = attribute(text.split('>').next().unwrap(), "class");
    format!("{};font-size:{}", class.map_or("", |class| look(svg, class)), attribute(svg, "font-size").unwrap_or("0px"))
}

/// Letter size of a text in pixels, of 0 where none is set.
fn size(look: &str) -> u32 {
    let size = look.split(';').find_map(|one| one.strip_prefix("font-size:")).unwrap_or("0px");
    size.trim_end_matches("px").parse().unwrap_or(0)
}

#[test]
fn letters_can_be_read_at_the_width_a_page_shows() {
    for figure in figures() {
        assert!(figure.svg.contains(&format!("viewBox=\"0 0 {PAGE} ")), "{} is not as wide as a page", figure.name);
        for text in figure.svg.split("<text").skip(1) {
            assert!(size(&look_of(&figure.svg, text)) >= SMALL, "{}: {}", figure.name, text.split('<').next().unwrap());
        }
    }
}

#[test]
fn no_words_leave_the_sheet() {
    for figure in figures() {
        let height: f64 = attribute(&figure.svg, "height").unwrap().parse().unwrap();
        for text in figure.svg.split("<text").skip(1) {
            let look = look_of(&figure.svg, text);
            let (head, words) = text.split('<').next().unwrap().split_once('>').unwrap();
            let words = words.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&#39;", "'");
            let weight = if look.contains("bold") { 1.08 } else { 1.0 };
            // Rising words go up and to the right at forty degrees.
            let along = if head.contains("rotate") { 0.77 } else { 1.0 };
            let width = width_of(&words, size(&look)) * weight * along;
            let (x, y): (f64, f64) = (attribute(head, "x").unwrap().parse().unwrap(), attribute(head, "y").unwrap().parse().unwrap());
            let from = match &look {
                look if look.contains("text-anchor:end") => x - width,
                look if look.contains("text-anchor:middle") => x - width / 2.0,
                _ => x,
            };
            assert!(from >= 0.0 && from + width <= PAGE, "{}: {words:?} from {from} to {}", figure.name, from + width);
            assert!(y >= 12.0 && y <= height, "{}: {words:?} at {y} of {height}", figure.name);
        }
    }
}

#[test]
fn every_figure_says_what_it_counts_and_is_small() {
    for figure in figures() {
        let description = figure.svg.split_once("<desc>").map_or("", |(_, rest)| rest.split('<').next().unwrap_or(""));
        assert!(description.len() > 60 && !figure.title.is_empty(), "{}: {description}", figure.name);
        assert!(figure.svg.len() < MOST, "{} has {} bytes", figure.name, figure.svg.len());
        assert!(
            figure.svg.contains("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>"),
            "{} stands on no ground of its own",
            figure.name
        );
    }
}

#[test]
fn every_figure_can_be_reached_from_a_page() {
    let audit = fixture::large();
    let pages = crate::report::render(&audit);
    let text = |page: &crate::report::Page| String::from_utf8_lossy(&page.bytes).into_owned();
    // The page is made of the same blocks.
    let all: String = pages.iter().filter(|page| page.path.extension().is_some_and(|end| end == "md")).map(text).collect();
    for figure in draw(&audit) {
        let path = format!("figures/{}.svg", figure.name);
        assert!(all.contains(&path), "nothing leads to {path}");
    }
}
