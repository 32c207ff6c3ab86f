//! Whether two reports say the same: words, ids and verdicts exactly, numbers to 1e-9 relative, provenance left out.
//! Takes the pages of two reports and gives the first difference of each file; it reads no files itself. What a page packs is compared as the JSON
//! that it is.

use super::{Page, crate_metadata, html};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// Numbers nearer than this, relative to the larger, are the same: compilers and processors move last digits.
const TOLERANCE: f64 = 1e-9;

/// Where two reports differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The file, relative to the report's folder.
    pub path: PathBuf,
    /// Where in the file: a line, or a path in JSON; empty where the whole file is missing.
    pub place: String,
    /// What the first report says there; null where it says nothing.
    pub first: Option<String>,
    /// What the second report says there.
    pub second: Option<String>,
}

/// So many letters of a side are printed, and so many of them before the first that differs.
const PRINTED: usize = 160;
const LED: usize = 40;

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let common = self.first.iter().flat_map(|first| first.chars()).zip(self.second.iter().flat_map(|second| second.chars()));
        let start = common.take_while(|(a, b)| a == b).count();
        let said = |what: &Option<String>| what.as_ref().map_or_else(|| "nothing".to_owned(), |what| format!("`{}`", cut(what, start)));
        let place = if self.place.is_empty() { String::new() } else { format!(" at {}", self.place) };
        write!(f, "{}{place}: the first report has {}, the second {}", self.path.display(), said(&self.first), said(&self.second))
    }
}

/// A text as it is, or where it is long the letters around the first that differs.
fn cut(text: &str, differs: usize) -> String {
    let length = text.chars().count();
    if length <= PRINTED {
        return text.to_owned();
    }
    let start = differs.saturating_sub(LED).min(length - PRINTED);
    let shown: String = text.chars().skip(start).take(PRINTED).collect();
    let side = |is_cut: bool| if is_cut { "…" } else { "" };
    format!("{}{shown}{}", side(start > 0), side(start + PRINTED < length))
}

/// The first difference of every file, in path order; empty where both reports say the same.
#[must_use]
pub fn compare(first: &[Page], second: &[Page]) -> Vec<Difference> {
    let by_path = |pages: &'_ [Page]| -> BTreeMap<PathBuf, Page> { pages.iter().map(|page| (page.path.clone(), page.clone())).collect() };
    let (first, second) = (by_path(first), by_path(second));
    let mut paths: Vec<&PathBuf> = first.keys().chain(second.keys()).collect();
    paths.sort();
    paths.dedup();
    paths.into_iter().filter_map(|path| compare_file(path, first.get(path), second.get(path))).collect()
}

fn compare_file(path: &Path, first: Option<&Page>, second: Option<&Page>) -> Option<Difference> {
    let (Some(a), Some(b)) = (first, second) else {
        let there = |page: Option<&Page>| page.map(|page| format!("a file of {} bytes", page.bytes.len()));
        return Some(Difference { path: path.to_owned(), place: String::new(), first: there(first), second: there(second) });
    };
    if a.bytes == b.bytes {
        return None;
    }
    let (a, b) = (a.text(), b.text());
    let found = match path.extension().and_then(std::ffi::OsStr::to_str) {
        Some("json") => compare_json_text(&a, &b),
        Some("html") => compare_page(&a, &b),
        Some(_) | None => compare_text(&a, &b),
    };
    found.map(|(place, first, second)| Difference { path: path.to_owned(), place, first, second })
}

type Found = (String, Option<String>, Option<String>);

fn compare_json_text(a: &str, b: &str) -> Option<Found> {
    match (serde_json::from_str(a), serde_json::from_str(b)) {
        (Ok(a), Ok(b)) => compare_json("", &a, &b),
        (Err(_), _) | (_, Err(_)) => compare_text(a, b),
    }
}

/// A page: its text without what is packed in it, then each packed part by what it holds.
fn compare_page(a: &str, b: &str) -> Option<Found> {
    let (a, b) = (html::taken_apart(a), html::taken_apart(b));
    let packed = |(id, a): (&String, &String)| {
        let found =
            b.packed.get(id).map_or_else(|| Some((String::new(), Some("a packed part".to_owned()), None)), |b| compare_json_text(a, b));
        found.map(|(place, first, second)| (format!("packed {id}{}{place}", if place.is_empty() { "" } else { ", " }), first, second))
    };
    compare_text(&a.text, &b.text).or_else(|| a.packed.iter().find_map(packed))
}

fn compare_json(place: &str, a: &Value, b: &Value) -> Option<Found> {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) if is_provenance(a) && is_provenance(b) => None,
        (Value::Object(a), Value::Object(b)) => {
            let mut keys: Vec<&String> = a.keys().chain(b.keys()).collect();
            keys.sort();
            keys.dedup();
            let is_compared = |key: &&String| !(place.is_empty() && *key == "provenance" || PUBLISHED.contains(&key.as_str()));
            keys.into_iter().filter(is_compared).find_map(|key| {
                let inner = if place.is_empty() { key.clone() } else { format!("{place}.{key}") };
                compare_there(&inner, a.get(key), b.get(key))
            })
        }
        (Value::Array(a), Value::Array(b)) => {
            (0..a.len().max(b.len())).find_map(|i| compare_there(&format!("{place}[{}]", name(a, b, i)), a.get(i), b.get(i)))
        }
        (Value::Number(x), Value::Number(y)) if x.as_f64().zip(y.as_f64()).is_some_and(|(x, y)| is_near(x, y)) => None,
        (a, b) if a == b => None,
        (a, b) => Some((place.to_owned(), Some(a.to_string()), Some(b.to_string()))),
    }
}

/// Keys of the crate's metadata that say when and by which version a report was made.
const PUBLISHED: [&str; 2] = ["datePublished", "softwareVersion"];

/// Whether an entity of the crate's metadata says from what a report was made.
fn is_provenance(entity: &serde_json::Map<String, Value>) -> bool {
    entity.get("@id").is_some_and(|id| id == crate_metadata::RUN)
}

fn compare_there(place: &str, a: Option<&Value>, b: Option<&Value>) -> Option<Found> {
    match (a, b) {
        (Some(a), Some(b)) => compare_json(place, a, b),
        (a, b) => Some((place.to_owned(), a.map(Value::to_string), b.map(Value::to_string))),
    }
}

/// An entry's id where it has one, else its index.
fn name(a: &[Value], b: &[Value], index: usize) -> String {
    let id = |list: &[Value]| list.get(index).and_then(|entry| entry.get("id")).and_then(Value::as_str).map(str::to_owned);
    id(a).or_else(|| id(b)).unwrap_or_else(|| index.to_string())
}

fn compare_text(a: &str, b: &str) -> Option<Found> {
    let (mut first, mut second) = (a.lines().filter(is_compared), b.lines().filter(is_compared));
    let mut line = 0;
    loop {
        line += 1;
        match (first.next(), second.next()) {
            (None, None) => return None,
            (Some(a), Some(b)) if is_same_line(a, b) => {}
            (a, b) => return Some((format!("line {line}"), a.map(str::to_owned), b.map(str::to_owned))),
        }
    }
}

/// The provenance line of pages is left out.
fn is_compared(line: &&str) -> bool {
    !line.trim_start_matches("<p>").starts_with("Version ") || !line.contains(" · seed ")
}

/// Whether two lines differ in nothing but last digits of numbers.
fn is_same_line(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let (a, b) = (pieces(a), pieces(b));
    a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| a == b || a.parse().ok().zip(b.parse().ok()).is_some_and(|(a, b)| is_near(a, b)))
}

/// A line cut into numbers and the words between them. A number is digits with one optional point and exponent that
/// no letter touches in front, so ids with digits in them stay words.
fn pieces(line: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = line;
    let mut before = ' ';
    while let Some(c) = rest.chars().next() {
        let starts = c.is_ascii_digit() && !before.is_alphanumeric() && before != '_';
        let end = if starts { number_end(rest) } else { c.len_utf8() };
        pieces.push(&rest[..end]);
        before = rest[..end].chars().next_back().unwrap_or(' ');
        rest = &rest[end..];
    }
    pieces
}

fn number_end(text: &str) -> usize {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut end = digits(text);
    if let Some(fraction) = text[end..].strip_prefix('.') {
        end += match digits(fraction) {
            0 => 0,
            count => count + 1,
        };
    }
    if let Some(exponent) = text[end..].strip_prefix('e') {
        let sign = usize::from(exponent.starts_with(['-', '+']));
        end += match digits(&exponent[sign..]) {
            0 => 0,
            count => 1 + sign + count,
        };
    }
    end
}

fn is_near(a: f64, b: f64) -> bool {
    (a - b).abs() <= TOLERANCE * a.abs().max(b.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(path: &str, text: &str) -> Vec<Page> {
        vec![Page::new(path, text)]
    }

    #[test]
    fn numbers_may_move_by_a_billionth_and_no_more() {
        let said = |x: &str| page("tables/claims.csv", &format!("a,{x},reproduced\n"));
        assert!(compare(&said("1.0000000000"), &said("1.0000000001")).is_empty());
        assert!(compare(&said("1.0"), &said("1.00000001")).len() == 1);
        assert!(compare(&said("1e-12"), &said("2e-12")).len() == 1);
    }

    #[test]
    fn words_and_ids_must_agree_exactly() {
        let found = compare(&page("REPORT.md", "x\nreproduced\n"), &page("REPORT.md", "x\ncontradicted\n"));
        assert_eq!(found[0].to_string(), "REPORT.md at line 2: the first report has `reproduced`, the second `contradicted`");
        assert_eq!(compare(&page("a.md", "study-2023-a"), &page("a.md", "study-2024-a")).len(), 1);
    }

    #[test]
    fn json_is_compared_by_meaning_with_provenance_left_out() {
        let said = |seed: u32, x: &str, verdict: &str| {
            let text = format!(
                "{{\"provenance\":{{\"seed\":{seed}}},\"claims\":[{{\"id\":\"s/c\",\"estimate\":{x},\"verdict\":\"{verdict}\"}}]}}"
            );
            page("audit.json", &text)
        };
        assert!(compare(&said(1, "1.0", "reproduced"), &said(2, "1.0000000000001", "reproduced")).is_empty());
        let found = compare(&said(1, "1.0", "reproduced"), &said(1, "1.0", "undecided"));
        assert_eq!((found[0].place.as_str(), found[0].first.as_deref()), ("claims[s/c].verdict", Some("\"reproduced\"")));
        let found = compare(&said(1, "null", "reproduced"), &said(1, "0.0", "reproduced"));
        assert_eq!(found[0].place, "claims[s/c].estimate");
    }

    #[test]
    fn a_packed_table_is_compared_by_what_it_holds() {
        let said = |x: &str| vec![Page::packed("tables/profiles.csv.gz", &format!("a,b\n{x},occurs\n"))];
        assert!(compare(&said("1.0000000000"), &said("1.0000000001")).is_empty());
        let found = compare(&said("1.0"), &said("1.1"));
        assert_eq!(found[0].to_string(), "tables/profiles.csv.gz at line 2: the first report has `1.0,occurs`, the second `1.1,occurs`");
        let broken = vec![Page::new("tables/profiles.csv.gz", "no gzip")];
        assert_eq!(compare(&said("1.0"), &broken).len(), 1);
    }

    #[test]
    fn what_a_page_packs_is_compared_as_json_with_provenance_left_out() {
        let said = |seed: u32, verdict: &str| {
            let audit = format!("{{\"provenance\":{{\"seed\":{seed}}},\"claims\":[{{\"id\":\"s/c\",\"verdict\":\"{verdict}\"}}]}}");
            page("index.html", &format!("<p>x</p>\n{}\n<p>y</p>\n", html::packed("audit", &audit)))
        };
        assert!(compare(&said(1, "reproduced"), &said(2, "reproduced")).is_empty());
        let found = compare(&said(1, "reproduced"), &said(2, "undecided"));
        assert_eq!(
            found[0].to_string(),
            "index.html at packed audit, claims[s/c].verdict: the first report has `\"reproduced\"`, the second `\"undecided\"`"
        );
    }

    #[test]
    fn when_and_from_what_a_report_was_made_is_no_difference_in_its_crate() {
        let said = |day: &str, run: &str, name: &str| {
            let graph = format!(r##"[{{"@id":"./","datePublished":"{day}","name":"{name}"}},{{"@id":"#run","description":"{run}"}}]"##);
            page(crate_metadata::NAME, &format!("{{\"@graph\":{graph}}}"))
        };
        assert!(compare(&said("2026-01-01", "seed 1", "a"), &said("2026-02-01", "seed 2", "a")).is_empty());
        assert_eq!(compare(&said("2026-01-01", "seed 1", "a"), &said("2026-01-01", "seed 1", "b"))[0].place, "@graph[0].name");
    }

    #[test]
    fn a_long_line_is_cut_around_what_differs() {
        let line = |middle: &str| page("a.md", &format!("{}{middle}{}\n", "x".repeat(5000), "z".repeat(5000)));
        let said = compare(&line("one"), &line("two"))[0].to_string();
        assert!(
            said.chars().count() < 2 * PRINTED + 100 && said.contains("…xxx") && said.contains("xonez") && said.contains("xtwoz"),
            "{said}"
        );
        let grown = compare(&page("a.md", &"x".repeat(5000)), &page("a.md", &"x".repeat(5001)))[0].to_string();
        assert!(grown.chars().count() < 2 * PRINTED + 100, "{grown}");
    }

    #[test]
    fn a_missing_file_and_a_shorter_one_are_differences() {
        assert_eq!(compare(&page("a", "x"), &[]).len(), 1);
        assert_eq!(compare(&page("a", "x\ny\n"), &page("a", "x\n")).len(), 1);
    }

    #[test]
    fn the_provenance_line_of_a_page_is_left_out() {
        let said = |seed: u32| page("REPORT.md", &format!("x\nVersion 0.1.0 · seed {seed} · registry\n"));
        assert!(compare(&said(1), &said(2)).is_empty());
    }
}
