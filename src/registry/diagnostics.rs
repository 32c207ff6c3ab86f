//! Problems as words: for people (with the line and a mark), for programs (JSON) and for GitHub (annotations).
//! Pure functions; nothing is printed here.

use super::{Problem, Severity, Sources};
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet, renderer::DecorStyle};
use std::borrow::Cow;
use std::fmt::Write;
use std::ops::Range;

/// The longest line that is shown, in bytes.
const LONGEST: usize = 20_000;

/// Whether terminal colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// No escape codes.
    Plain,
    /// ANSI colours.
    Ansi,
}

/// All problems for people: message with its code, file, line and column, the line itself with a mark, and the remedy.
#[must_use]
pub fn human(problems: &[Problem], sources: &Sources, colour: Colour) -> String {
    let renderer = match colour {
        Colour::Plain => Renderer::plain(),
        Colour::Ansi => Renderer::styled(),
    }
    .decor_style(DecorStyle::Ascii);
    let mut out = String::new();
    for problem in problems {
        out.push_str(&one(problem, sources, &renderer));
        out.push_str("\n\n");
    }
    out
}

fn one(problem: &Problem, sources: &Sources, renderer: &Renderer) -> String {
    let level = match problem.severity {
        Severity::Problem | Severity::Gap => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.primary_title(visible(&problem.message)).id(problem.code);
    let text = sources.text(&problem.file).unwrap_or_default();
    let help = Level::HELP.message(visible(&problem.remedy));
    let in_words = |place: String| renderer.render(&[title.clone().element(Level::NOTE.message(place)).element(help.clone())]);
    if text.is_empty() || problem.span.end > text.len() {
        return in_words(if problem.file.is_empty() { "in the registry".to_owned() } else { format!("in {}", problem.file) });
    }
    // The line of the problem alone: what a whole file costs would be paid once per problem.
    let line = line_of(text, problem.span.start);
    if line.len() > LONGEST {
        return in_words(format!("in {}:{}:{}, a line of {} bytes", problem.file, problem.line, problem.column, line.len()));
    }
    let (text, path) = (seen(&text[line.clone()]), visible(&problem.file));
    let span = problem.span.start - line.start..problem.span.end.min(line.end) - line.start;
    let snippet = Snippet::source(text.as_ref()).line_start(problem.line).path(path.as_str());
    let snippet = snippet.annotation(AnnotationKind::Primary.span(span));
    renderer.render(&[title.element(snippet).element(help)])
}

/// The line that holds a byte; of a longer span only its part there is marked: a mark under a whole table says nothing.
fn line_of(text: &str, at: usize) -> Range<usize> {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
    start..end
}

/// Control characters of a file never reach a terminal.
fn visible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// The same of a line, which keeps its length in bytes: only a damaged file has such characters, of one byte each or of two.
fn seen(text: &str) -> Cow<'_, str> {
    let steers = |c: char| c.is_control() && c != '\n' && c != '\t' && c != '\r';
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| if steers(c) { "?".repeat(c.len_utf8()) } else { c.to_string() }).collect())
}

/// One line: how many problems, warnings and notes.
#[must_use]
pub fn summary(problems: &[Problem]) -> String {
    let count = |severities: &[Severity]| problems.iter().filter(|problem| severities.contains(&problem.severity)).count();
    let words = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    let warnings = match count(&[Severity::Warning]) {
        0 => String::new(),
        warnings => format!("{}, ", words(warnings, "warning")),
    };
    let problems = count(&[Severity::Problem, Severity::Gap]);
    format!("{}, {warnings}{}", words(problems, "problem"), words(count(&[Severity::Note]), "note"))
}

/// All problems as a JSON array, each with its file, line, column, byte span, code, message, remedy and severity.
#[must_use]
pub fn json(problems: &[Problem]) -> String {
    // Strings and numbers only, so this always serialises.
    serde_json::to_string_pretty(problems).unwrap_or_default()
}

/// All problems as GitHub workflow commands, one per line; `prefix` leads from the repository to the registry's folder.
#[must_use]
pub fn github(problems: &[Problem], prefix: &str) -> String {
    let mut out = String::new();
    for problem in problems {
        let command = match problem.severity {
            Severity::Problem | Severity::Gap => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let file =
            if problem.file.is_empty() { String::new() } else { format!("file={},", property(&format!("{prefix}{}", problem.file))) };
        let text = data(&format!("{}; {}", problem.message, problem.remedy));
        let (line, column, title) = (problem.line, problem.column, property(problem.code));
        // Writing to a string cannot fail.
        let _ = writeln!(out, "::{command} {file}line={line},col={column},title={title}::{text}");
    }
    out
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
