//! What the Markdown pages hold for the single HTML page: marks around raw blocks, and where links lead there.

/// Opens a raw block.
pub const OPEN: &str = "\u{1}";
/// Closes it.
pub const CLOSE: &str = "\u{2}";

/// HTML that passes through unread.
#[must_use]
pub fn raw(html: &str) -> String {
    format!("\n{OPEN}\n{}\n{CLOSE}\n", html.trim_end())
}

/// Where a link of the Markdown pages leads within the single page.
#[must_use]
pub fn target(to: &str) -> String {
    if to.trim_start_matches("../") == "REPORT.md" {
        return "#top".to_owned();
    }
    if to == "REFERENCES.md" {
        return "#references".to_owned();
    }
    let Some(page) = to.strip_prefix("studies/") else { return to.to_owned() };
    match page.split_once(".md#") {
        Some((study, place)) => format!("#{study}--{place}"),
        None => format!("#{}", page.trim_end_matches(".md")),
    }
}
