//! One HTML page from the same templates as the Markdown report: tables as HTML, figures by link to the files beside it.
//!
//! The reader of Markdown below knows only what our own templates and escapes write: headings, paragraphs, lists,
//! fenced code, code spans, bold, emphasis and links. Raw blocks pass through between marks.

use super::figures::Figure;
use super::markdown::{Form, fill, report_context, tidy};
use super::marks::{CLOSE, OPEN, target};
use super::{study, text};
use crate::audit::Audit;

/// The whole page.
#[must_use]
pub fn page(audit: &Audit, figures: &[Figure]) -> String {
    let report = fill("report", include_str!("templates/report.md.j2"), report_context(audit, figures, Form::Html));
    let mut body = blocks(&tidy(&report), "");
    body += &format!("<section id=\"references\">\n{}</section>\n", blocks(&super::markdown::references(audit), "references"));
    for report in &audit.studies {
        let page = tidy(&study::render(audit, report, figures, Form::Html));
        body += &format!("<section id=\"{}\">\n{}</section>\n", text::xml(&report.id), blocks(&page, &report.id));
    }
    include_str!("templates/page.html").replace("{{ body }}", &body)
}

/// Markdown blocks as HTML; heading ids start with `prefix`.
fn blocks(page: &str, prefix: &str) -> String {
    let mut html = String::new();
    let mut lines = page.lines().peekable();
    while let Some(line) = lines.next() {
        if line == OPEN {
            for raw in lines.by_ref().take_while(|line| *line != CLOSE) {
                html += raw;
                html.push('\n');
            }
        } else if line == "```" {
            let code: Vec<_> = lines.by_ref().take_while(|line| *line != "```").map(text::xml).collect();
            html += &format!("<pre><code>{}</code></pre>\n", code.join("\n"));
        } else if line.starts_with("- ") || starts_numbered(line) {
            html += &list(line, &mut lines);
        } else if line == "---" {
            html += "<hr>\n";
        } else if line.starts_with('#') {
            html += &heading(line, prefix);
        } else if !line.is_empty() {
            let mut words = line.to_owned();
            while let Some(more) = lines.next_if(|next| !next.is_empty() && *next != OPEN && !next.starts_with("- ")) {
                words = format!("{words} {more}");
            }
            html += &format!("<p>{}</p>\n", inline(&words));
        }
    }
    html
}

fn starts_numbered(line: &str) -> bool {
    line.split_once(". ").is_some_and(|(number, _)| !number.is_empty() && number.chars().all(|c| c.is_ascii_digit()))
}

fn list<'a>(first: &str, lines: &mut std::iter::Peekable<impl Iterator<Item = &'a str>>) -> String {
    let tag = if first.starts_with("- ") { "ul" } else { "ol" };
    let item = |line: &str| format!("<li>{}</li>\n", inline(line.split_once(' ').map_or(line, |(_, words)| words)));
    let mut html = format!("<{tag}>\n{}", item(first));
    while let Some(line) = lines.next_if(|line| line.starts_with("- ") || starts_numbered(line)) {
        html += &item(line);
    }
    html + &format!("</{tag}>\n")
}

fn heading(line: &str, prefix: &str) -> String {
    let level = line.chars().take_while(|c| *c == '#').count();
    let words = line[level..].trim();
    let slug: String =
        words.to_lowercase().chars().map(|c| if c == ' ' { '-' } else { c }).filter(|c| c.is_alphanumeric() || *c == '-').collect();
    let (id, level) = if prefix.is_empty() { (slug, level) } else { (format!("{prefix}--{slug}"), level + 1) };
    format!("<h{level} id=\"{id}\">{}</h{level}>\n", inline(words))
}

/// Inline Markdown as HTML. Entities that our own escape wrote pass through as they are.
fn inline(words: &str) -> String {
    let mut html = String::new();
    let mut rest = words;
    let mut bold = false;
    let mut emphasis = false;
    while let Some(c) = rest.chars().next() {
        let width = c.len_utf8();
        match c {
            '\\' => {
                let escaped = rest[width..].chars().next().unwrap_or('\\');
                html += &text::xml(&escaped.to_string());
                rest = rest.get(width + escaped.len_utf8()..).unwrap_or_default();
                continue;
            }
            '`' => {
                let (code, after) = code_span(rest);
                html += &format!("<code>{}</code>", text::xml(&code));
                rest = after;
                continue;
            }
            '[' => {
                if let Some((link, after)) = link(rest) {
                    html += &link;
                    rest = after;
                    continue;
                }
                html.push('[');
            }
            '*' if rest.starts_with("**") => {
                bold = !bold;
                html += if bold { "<strong>" } else { "</strong>" };
                rest = &rest[2..];
                continue;
            }
            '*' => {
                emphasis = !emphasis;
                html += if emphasis { "<em>" } else { "</em>" };
            }
            '"' => html += "&quot;",
            other => html.push(other),
        }
        rest = &rest[width..];
    }
    html
}

fn code_span(rest: &str) -> (String, &str) {
    let fence: String = rest.chars().take_while(|c| *c == '`').collect();
    let inside = &rest[fence.len()..];
    match inside.split_once(fence.as_str()) {
        Some((code, after)) => (code.trim().replace("\\|", "|"), after),
        None => (inside.to_owned(), ""),
    }
}

fn link(rest: &str) -> Option<(String, &str)> {
    let (words, after) = rest[1..].split_once("](")?;
    let (to, after) = after.split_once(')')?;
    Some((format!("<a href=\"{}\">{}</a>", text::xml(&target(to)), inline(words)), after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::marks::raw;

    #[test]
    fn inline_markdown_of_our_own_templates_is_understood() {
        assert_eq!(
            inline("a **b** *c* `d|e` [f](studies/x.md#y)"),
            "a <strong>b</strong> <em>c</em> <code>d|e</code> <a href=\"#x--y\">f</a>"
        );
    }

    #[test]
    fn whatever_a_registry_says_comes_out_as_it_was_written() {
        let nasty = "a|b [c](d) <script> & \\ `x` **y** _z_ \"q\"";
        let html = inline(&text::markdown(nasty));
        assert_eq!(html, text::xml(nasty).replace("&#39;", "'"));
    }

    #[test]
    fn raw_blocks_and_code_blocks_are_left_alone() {
        let page = tidy(&format!("x\n{}y\n\n```\na < b\n```\n", raw("<b>|</b>")));
        assert_eq!(blocks(&page, ""), "<p>x</p>\n<b>|</b>\n<p>y</p>\n<pre><code>a &lt; b</code></pre>\n");
    }
}
