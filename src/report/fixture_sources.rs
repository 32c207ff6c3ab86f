//! Hand-made sources and coders for the tests of this room: recorded and unrecorded numbers, words that need escaping.

use crate::audit::{CoderReport, ExcludedReport, ScreeningReport, SearchReport};

/// Two searches, one of which nobody counted, and a record left out.
pub fn screening() -> ScreeningReport {
    let counted = SearchReport {
        source: "A table | in print".into(),
        date: Some("2026-11".into()),
        identified: Some(28),
        duplicates: Some(0),
        screened: Some(28),
    };
    let unknown = SearchReport { source: "Abstracts".into(), date: None, identified: None, duplicates: None, screened: None };
    let left_out = ExcludedReport {
        id: Some("nobody-2024-one-round".into()),
        citation: "Nobody & Others (2024)".into(),
        read: "full-text".into(),
        reason: "one round | no loop".into(),
    };
    ScreeningReport { questions: vec!["Is there a loop?".into()], searches: vec![counted, unknown], excluded: vec![left_out] }
}

/// The printed coding and ours; only ours judged realism.
pub fn coders() -> Vec<CoderReport> {
    let coder = |id: &str, seen: &str, realism| CoderReport {
        id: id.into(),
        who: "somebody".into(),
        when: "2026-11".into(),
        material: "the text".into(),
        seen: seen.into(),
        definitions: 2,
        realism,
    };
    vec![coder("position-paper", "not stated", 0), coder("registry", "not fully blind", 3)]
}
