//! A page as a tree of blocks. Sections give blocks, writers turn them into formats: here Markdown and HTML, and a table by itself into
//! LaTeX and CSV. Nobody reads a written page back.

use super::figures::Figure;
use super::links::target;
use super::table::Table;
use super::text;
use super::words::{Span, bare, read};

/// One block of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading of a level, 1 the page's own.
    Heading(usize, Vec<Span>),
    /// A paragraph.
    Paragraph(Vec<Span>),
    /// Points in no order.
    Points(Vec<Vec<Span>>),
    /// Points that are counted.
    Numbered(Vec<Vec<Span>>),
    /// A table of one page.
    Table(Table),
    /// A table of the report: its name, under which `tables/shown` keeps it as CSV and as JSON.
    Shown(&'static str, Table),
    /// A figure by name; nothing where it was not drawn.
    Figure(String),
    /// A command or other code.
    Code(String),
    /// A line across the page.
    Rule,
}

/// A heading, in the authors' notation.
#[must_use]
pub fn heading(level: usize, words: &str) -> Block {
    Block::Heading(level, read(words))
}

/// A paragraph, in the authors' notation.
#[must_use]
pub fn paragraph(words: &str) -> Block {
    Block::Paragraph(read(words))
}

/// Points, in the authors' notation.
#[must_use]
pub fn points(words: impl IntoIterator<Item = impl AsRef<str>>) -> Block {
    Block::Points(words.into_iter().map(|words| read(words.as_ref())).collect())
}

/// Counted points, in the authors' notation.
#[must_use]
pub fn numbered(words: impl IntoIterator<Item = impl AsRef<str>>) -> Block {
    Block::Numbered(words.into_iter().map(|words| read(words.as_ref())).collect())
}

/// A figure.
#[must_use]
pub fn figure(name: impl Into<String>) -> Block {
    Block::Figure(name.into())
}

/// Blocks as Markdown, on a page `up` folders below the report's.
#[must_use]
pub fn markdown(blocks: &[Block], figures: &[Figure], up: &str) -> String {
    let written: Vec<String> = blocks.iter().map(|block| block_markdown(block, figures, up)).filter(|block| !block.is_empty()).collect();
    written.join("\n\n") + "\n"
}

fn block_markdown(block: &Block, figures: &[Figure], up: &str) -> String {
    let list = |items: &[Vec<Span>], mark: &dyn Fn(usize) -> String| -> String {
        let lines: Vec<_> =
            items.iter().enumerate().map(|(at, item)| format!("{} {}", mark(at), spans_markdown(item).trim_end())).collect();
        lines.join("\n")
    };
    match block {
        Block::Heading(level, words) => format!("{} {}", "#".repeat(*level), spans_markdown(words)),
        Block::Paragraph(words) => spans_markdown(words).trim_end().to_owned(),
        Block::Points(items) => list(items, &|_| "-".to_owned()),
        Block::Numbered(items) => list(items, &|at| format!("{}.", at + 1)),
        Block::Table(table) | Block::Shown(_, table) => table.markdown().trim_end().to_owned(),
        Block::Figure(name) => {
            drawn(figures, name).map_or_else(String::new, |figure| format!("![{}]({up}figures/{name}.svg)", text::markdown(&figure.title)))
        }
        Block::Code(code) => format!("```\n{code}\n```"),
        Block::Rule => "---".to_owned(),
    }
}

fn drawn<'a>(figures: &'a [Figure], name: &str) -> Option<&'a Figure> {
    figures.iter().find(|figure| figure.name == name)
}

fn spans_markdown(spans: &[Span]) -> String {
    let one = |span: &Span| match span {
        Span::Text(words) => text::markdown_inside(words),
        Span::Code(id) => text::markdown_code(id),
        Span::Emphasis(inner) => format!("*{}*", spans_markdown(inner)),
        Span::Strong(inner) => format!("**{}**", spans_markdown(inner)),
        Span::Link { words, to } => format!("[{}]({to})", spans_markdown(words)),
    };
    spans.iter().map(one).collect()
}

/// Blocks as HTML. Where they are a part of a longer page, its id stands before the ids of headings, which are a level lower.
#[must_use]
pub fn html(blocks: &[Block], figures: &[Figure], part: &str) -> String {
    blocks.iter().map(|block| block_html(block, figures, part)).collect()
}

fn block_html(block: &Block, figures: &[Figure], part: &str) -> String {
    let list = |tag: &str, items: &[Vec<Span>]| {
        let items: String = items.iter().map(|item| format!("<li>{}\n", spans_html(item, part))).collect();
        if items.is_empty() { items } else { format!("<{tag}>\n{items}</{tag}>\n") }
    };
    match block {
        Block::Heading(level, words) => heading_html(*level, words, part),
        Block::Paragraph(words) if words.is_empty() => String::new(),
        Block::Paragraph(words) => format!("<p>{}</p>\n", spans_html(words, part).trim_end()),
        Block::Points(items) => list("ul", items),
        Block::Numbered(items) => list("ol", items),
        Block::Table(table) | Block::Shown(_, table) => table.html(part),
        Block::Figure(name) => drawn(figures, name).map_or_else(String::new, |figure| {
            format!("<p><img src=\"figures/{name}.svg\" alt=\"{}\" loading=\"lazy\"></p>\n", text::xml(&figure.title))
        }),
        Block::Code(code) => format!("<pre><code>{}</code></pre>\n", text::xml(code)),
        Block::Rule => "<hr>\n".to_owned(),
    }
}

/// Name and table of what the blocks show.
pub fn shown(blocks: &[Block]) -> impl Iterator<Item = (&'static str, &Table)> {
    blocks.iter().filter_map(|block| match block {
        Block::Shown(name, table) => Some((*name, table)),
        Block::Table(_) | Block::Heading(..) | Block::Paragraph(_) | Block::Points(_) | Block::Numbered(_) => None,
        Block::Figure(_) | Block::Code(_) | Block::Rule => None,
    })
}

fn heading_html(level: usize, words: &[Span], part: &str) -> String {
    let slug: String =
        bare(words).to_lowercase().chars().map(|c| if c == ' ' { '-' } else { c }).filter(|c| c.is_alphanumeric() || *c == '-').collect();
    let (id, level) = if part.is_empty() { (slug, level) } else { (format!("{part}--{slug}"), level + 1) };
    format!("<h{level} id=\"{id}\">{}</h{level}>\n", spans_html(words, part))
}

fn spans_html(spans: &[Span], part: &str) -> String {
    let one = |span: &Span| match span {
        Span::Text(words) => text::xml(words),
        Span::Code(id) => format!("<code>{}</code>", text::xml(id)),
        Span::Emphasis(inner) => format!("<em>{}</em>", spans_html(inner, part)),
        Span::Strong(inner) => format!("<strong>{}</strong>", spans_html(inner, part)),
        Span::Link { words, to } => format!("<a href=\"{}\">{}</a>", text::xml(&target(to, part)), spans_html(words, part)),
    };
    spans.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::words::{code, plain};

    #[test]
    fn one_tree_reads_the_same_in_both_formats() {
        let nasty = "a|b [c](d) <script> & \\ `x` **y** _z_ \"q\"";
        let blocks = [
            heading(2, "A *head*"),
            paragraph(&format!("**It** says {} in {}. [There](studies/s.md#c)", plain(nasty), code("p|q"))),
            points(["one", "two"]),
            paragraph(""),
            figure("nowhere"),
            Block::Code("a < b".into()),
        ];
        assert_eq!(
            markdown(&blocks, &[], ""),
            format!(
                "## A *head*\n\n**It** says {} in `p\\|q`. [There](studies/s.md#c)\n\n- one\n- two\n\n```\na < b\n```\n",
                text::markdown(nasty)
            )
        );
        assert_eq!(
            html(&blocks, &[], "s"),
            format!(
                "<h3 id=\"s--a-head\">A <em>head</em></h3>\n<p><strong>It</strong> says {} in <code>p|q</code>. <a href=\"#s--c\">There</a></p>\n\
                 <ul>\n<li>one\n<li>two\n</ul>\n<pre><code>a &lt; b</code></pre>\n",
                text::xml(nasty)
            )
        );
    }
}
