//! When a report is published: the day of this release, or one that was named. No clock is asked, so that the same run gives the same bytes.

use crate::registry::is_date;

/// The citation file of this release.
const CITATION: &str = include_str!("../../CITATION.cff");

/// The day of this release, `YYYY-MM-DD`.
///
/// # Panics
/// Never: a test reads the file.
#[must_use]
pub fn day() -> &'static str {
    let line = CITATION.lines().find_map(|line| line.strip_prefix("date-released:"));
    line.expect("CITATION.cff has the day of the release").trim().trim_matches('"')
}

/// A day as `YYYY-MM-DD`.
///
/// # Errors
/// What it should look like.
pub fn parse(text: &str) -> Result<String, String> {
    if is_day(text) { Ok(text.to_owned()) } else { Err("expected a day as YYYY-MM-DD, for example 2026-01-31".to_owned()) }
}

/// A date down to its day.
fn is_day(text: &str) -> bool {
    text.len() == "YYYY-MM-DD".len() && is_date(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_release_has_a_day_and_only_days_are_taken() {
        assert!(is_day(day()), "{}", day());
        assert!(parse("2026-02-28").is_ok());
        for wrong in ["", "2026", "2026-13-01", "2026-1-1", "28.02.2026", "2026-02-28T00:00"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
