//! Prose as spans: plain words, ids, stress and links. Authors write it in a notation of four marks, `` `id` ``, `*stress*`, `**lead**`
//! and `[words](place)`; what a registry says goes in through [`plain`] or [`code`] and is never read as notation.

use super::text;

/// A piece of prose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// Words as they are.
    Text(String),
    /// An id, a file or a command.
    Code(String),
    /// Stressed.
    Emphasis(Vec<Self>),
    /// In bold.
    Strong(Vec<Self>),
    /// Words that lead somewhere.
    Link {
        /// What is shown.
        words: Vec<Self>,
        /// The place, relative to the page.
        to: String,
    },
}

/// Opens words that are no notation.
const PLAIN: char = '\u{1}';
/// Opens an id that is no notation.
const CODE: char = '\u{2}';
/// Closes either.
const END: char = '\u{3}';

/// Text for the inside of prose, whatever marks it holds.
#[must_use]
pub fn plain(text: &str) -> String {
    format!("{PLAIN}{}{END}", text::one_line(text))
}

/// An id for the inside of prose, whatever marks it holds.
#[must_use]
pub fn code(id: &str) -> String {
    format!("{CODE}{}{END}", text::one_line(id))
}

/// Prose in the authors' notation as spans.
#[must_use]
pub fn read(prose: &str) -> Vec<Span> {
    let mut rest = prose;
    spans(&mut rest, "")
}

/// Spans up to `stop`, which is taken away, or to the end.
fn spans(rest: &mut &str, stop: &str) -> Vec<Span> {
    let mut found = Vec::new();
    while let Some(c) = rest.chars().next() {
        if !stop.is_empty() && rest.starts_with(stop) {
            *rest = &rest[stop.len()..];
            break;
        }
        *rest = &rest[c.len_utf8()..];
        match c {
            PLAIN => push(&mut found, until(rest, END)),
            CODE => found.push(Span::Code(until(rest, END).to_owned())),
            '`' => found.push(Span::Code(until(rest, '`').to_owned())),
            '*' if rest.starts_with('*') => {
                *rest = &rest[1..];
                found.push(Span::Strong(spans(rest, "**")));
            }
            '*' => found.push(Span::Emphasis(spans(rest, "*"))),
            '[' => {
                let words = spans(rest, "](");
                found.push(Span::Link { words, to: until(rest, ')').trim_matches([PLAIN, END]).to_owned() });
            }
            other => push(&mut found, other.encode_utf8(&mut [0; 4])),
        }
    }
    found
}

/// What stands before a mark; it and the mark are taken away.
fn until<'a>(rest: &mut &'a str, mark: char) -> &'a str {
    let (before, after) = rest.split_once(mark).unwrap_or((rest, ""));
    *rest = after;
    before
}

fn push(spans: &mut Vec<Span>, words: &str) {
    match spans.last_mut() {
        Some(Span::Text(text)) => text.push_str(words),
        Some(Span::Code(_) | Span::Emphasis(_) | Span::Strong(_) | Span::Link { .. }) | None => spans.push(Span::Text(words.to_owned())),
    }
}

/// The words alone.
#[must_use]
pub fn bare(spans: &[Span]) -> String {
    let one = |span: &Span| match span {
        Span::Text(text) | Span::Code(text) => text.clone(),
        Span::Emphasis(inner) | Span::Strong(inner) | Span::Link { words: inner, .. } => bare(inner),
    };
    spans.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_marks_are_read_and_what_a_registry_says_is_not() {
        let text = |words: &str| Span::Text(words.to_owned());
        assert_eq!(
            read("a **b *c*.** `d|e` [f](g.md#h)"),
            [
                text("a "),
                Span::Strong(vec![text("b "), Span::Emphasis(vec![text("c")]), text(".")]),
                text(" "),
                Span::Code("d|e".into()),
                text(" "),
                Span::Link { words: vec![text("f")], to: "g.md#h".into() }
            ]
        );
        let nasty = "a*b* [c](d) `e` **f";
        assert_eq!(read(&format!("x {} {}", plain(nasty), code(nasty))), [text(&format!("x {nasty} ")), Span::Code(nasty.into())]);
        assert_eq!(bare(&read(&format!("**a** {} [b](c)", code("*")))), "a * b");
    }
}
