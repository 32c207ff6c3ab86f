//! Escaping for every format the report is written in. Takes plain text and gives text that reads the same in
//! Markdown, HTML, XML, LaTeX, CSV or a GitHub annotation, whatever pipes, brackets or quotes it holds.

/// Text on one line: line breaks, tabs and control characters become single spaces.
#[must_use]
pub fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Text inside Markdown prose or a table cell.
#[must_use]
pub fn markdown(text: &str) -> String {
    markdown_inside(&one_line(text))
}

/// The same of a piece of prose, whose spaces at either end count.
#[must_use]
pub fn markdown_inside(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '$' => {
                escaped.push('\\');
                escaped.push(c);
            }
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Text as a Markdown code span; pipes stay escaped because tables split at them even there.
#[must_use]
pub fn markdown_code(text: &str) -> String {
    let text = one_line(text);
    if text.is_empty() {
        return String::new();
    }
    let fence = if text.contains('`') { "``" } else { "`" };
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{}{pad}{fence}", text.replace('|', "\\|"))
}

/// Text inside HTML or XML, attributes included; characters that XML forbids are dropped.
#[must_use]
pub fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            other => escaped.push(other),
        }
    }
    escaped
}

/// Text inside LaTeX.
#[must_use]
pub fn latex(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in one_line(text).chars() {
        match c {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => {
                escaped.push('\\');
                escaped.push(c);
            }
            '\\' => escaped.push_str("\\textbackslash{}"),
            '~' => escaped.push_str("\\textasciitilde{}"),
            '^' => escaped.push_str("\\textasciicircum{}"),
            '<' => escaped.push_str("\\textless{}"),
            '>' => escaped.push_str("\\textgreater{}"),
            '|' => escaped.push_str("\\textbar{}"),
            '"' => escaped.push_str("\\textquotedbl{}"),
            '[' => escaped.push_str("{[}"),
            ']' => escaped.push_str("{]}"),
            '–' => escaped.push_str("--"),
            '·' => escaped.push_str("\\textperiodcentered{}"),
            '●' => escaped.push_str("$\\bullet$"),
            '○' => escaped.push_str("$\\circ$"),
            '→' => escaped.push_str("$\\rightarrow$"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A CSV field (RFC 4180): quoted where it holds a comma, a quote or a line break; other control characters become a mark.
#[must_use]
pub fn csv(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace(|c: char| c.is_control() && c != '\n' && c != '\t', "\u{fffd}");
    if text.contains(['"', ',', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// A kebab-case reason in plain words, behind a colon too (`where it must fail: too-wide`); a reason that is already a sentence stays as it is.
#[must_use]
pub fn words(reason: &str) -> String {
    let is_word = |part: &str| !part.contains(char::is_whitespace);
    match reason.rsplit_once(": ") {
        _ if is_word(reason) => reason.replace('-', " "),
        Some((before, word)) if is_word(word) => format!("{}: {}", one_line(before), word.replace('-', " ")),
        Some(_) | None => one_line(reason),
    }
}

/// A count with its noun: `1 claim`, `2 claims`, `2 studies`.
#[must_use]
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", super::number::count(count as u64), if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_keeps_pipes_brackets_and_line_breaks_from_breaking_a_table() {
        assert_eq!(markdown("a|b [c](d)\n*e* <f> & g_h"), "a\\|b \\[c\\](d) \\*e\\* &lt;f&gt; &amp; g\\_h");
        assert_eq!(markdown_code("p|q"), "`p\\|q`");
        assert_eq!(markdown_code("a`b"), "``a`b``");
        assert_eq!(markdown_code(""), "");
    }

    #[test]
    fn xml_drops_what_xml_forbids() {
        assert_eq!(xml("a<b>\u{0}&\"'\u{1b}"), "a&lt;b&gt;&amp;&quot;&#39;");
    }

    #[test]
    fn latex_escapes_every_special_character() {
        assert_eq!(latex("50 % of $x_1$ & [y] \\z"), "50 \\% of \\$x\\_1\\$ \\& {[}y{]} \\textbackslash{}z");
    }

    #[test]
    fn csv_quotes_only_where_it_must() {
        assert_eq!((csv("a"), csv("a,b"), csv("a\"b")), ("a".into(), "\"a,b\"".into(), "\"a\"\"b\"".into()));
    }

    #[test]
    fn reasons_read_as_words() {
        assert_eq!(words("too-few-replicates"), "too few replicates");
        assert_eq!(words("no-go: see the note"), "no-go: see the note");
    }
}
