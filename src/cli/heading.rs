//! What a recording says of itself: its name is chosen by whoever moves it, and a key written under a wrong one would make it another arm's.

use crate::plan::recording::Take;
use serde::Deserialize;
use std::collections::BTreeSet;

/// What a recording is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Heading {
    study: String,
    simulation: String,
    arm: String,
    cell: String,
    replicates: u32,
}

/// Why the text of a file cannot be what is recorded under its name; nothing where it can.
#[must_use]
pub fn misnamed(text: &str, take: &Take<'_>) -> Option<String> {
    let heading = |cell: &str| Heading {
        study: take.plan.study.clone(),
        simulation: take.plan.simulation.clone(),
        arm: take.arm.to_string(),
        cell: cell.to_owned(),
        replicates: take.replicates(),
    };
    differs(&headings(text), &take.cells.iter().map(|cell| heading(&cell.name)).collect())
}

/// The lines of a recording that are headings, without those of its replicates.
fn headings(text: &str) -> BTreeSet<Heading> {
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

fn differs(found: &BTreeSet<Heading>, expected: &BTreeSet<Heading>) -> Option<String> {
    let strange = found.difference(expected).next();
    let lacking = expected.difference(found).next();
    let cell = |heading: &Heading| if heading.cell.is_empty() { String::new() } else { format!(", cell {}", heading.cell) };
    match (strange, lacking) {
        (None, None) => None,
        (None, Some(lacking)) => Some(format!("it lacks arm {}{}", lacking.arm, cell(lacking))),
        (Some(Heading { study, simulation, arm, replicates, .. }), _) => {
            let cell = strange.map(cell).unwrap_or_default();
            Some(format!("it holds {replicates} replicates of {study}/{simulation}, arm {arm}{cell}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(arm: &str, cells: &[&str], replicates: u32) -> String {
        let one = |cell: &&str| {
            format!(
                "{{\"recorded\":1,\"study\":\"a-2024-b\",\"simulation\":\"net\",\"arm\":\"{arm}\",\"cell\":\"{cell}\",\"key\":\"0\",\"replicates\":{replicates},\
                 \"generations\":[1],\"metrics\":[],\"checksum\":\"0\"}}\n{{\"ending\":\"completed\",\"values\":[[1.0]]}}\n"
            )
        };
        cells.iter().map(one).collect()
    }

    #[test]
    fn a_recording_under_the_name_of_another_is_told_from_what_it_holds() {
        let expected = headings(&text("realistic", &["n=1", "n=2"], 24));
        assert_eq!(expected.len(), 2);
        let told = |text: &str| differs(&headings(text), &expected).unwrap_or_default();
        assert_eq!(told(&text("realistic", &["n=2", "n=1"], 24)), "");
        assert_eq!(told(&text("contested", &["n=1", "n=2"], 24)), "it holds 24 replicates of a-2024-b/net, arm contested, cell n=1");
        assert_eq!(told(&text("realistic", &["n=1", "n=2"], 8)), "it holds 8 replicates of a-2024-b/net, arm realistic, cell n=1");
        assert_eq!(told(&text("realistic", &["n=1"], 24)), "it lacks arm realistic, cell n=2");
        assert!(told(&text("realistic", &["n=1", "n=2", "n=3"], 24)).ends_with("cell n=3"));
        assert_eq!(told(""), "it lacks arm realistic, cell n=1");
    }
}
