//! GitHub workflow commands: one annotation per drift and one per note, escaped as the runner reads them.

use super::CheckReport;

/// One `::error` line per drift, one `::notice` line per note.
#[must_use]
pub fn github(report: &CheckReport) -> String {
    let mut lines = String::new();
    for row in &report.claims {
        let Some(sentence) = row.sentence() else { continue };
        let line = row.line.map(|line| format!(",line={line}")).unwrap_or_default();
        lines += &format!("::error file={}{line},title={}::{}\n", property(&row.file), property("verdict drifted"), data(&sentence));
    }
    report.notes.iter().for_each(|note| lines += &format!("::notice title={}::{}\n", property("not a drift"), data(note)));
    lines
}

/// A message: the runner ends it at a line break and reads `%` as an escape.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property ends at a comma or a colon as well.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn annotations_escape_what_the_runner_would_read() {
        insta::assert_snapshot!(github(&fixture::check()));
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
    }

    #[test]
    fn nothing_is_said_where_nothing_drifted() {
        assert_eq!(github(&CheckReport::default()), "");
    }
}
