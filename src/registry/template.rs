//! The files that `new study` and `new claim` write: every key once with its meaning, made from the tables that check the files, so that a
//! key which is added there is in the next template.

use super::files::RESERVED;
use super::format::{CODING, JUDGEMENT, SIMULATION_KEYS, STUDY};
use super::format_others::CLAIM;
use super::read_study::is_name;
use super::shape::{Key, Need, Shape};
use crate::taxonomy::{Condition, Word};
use std::collections::BTreeMap;

/// Column at which meanings stand.
const MEANING: usize = 34;

/// Longest list of words that is told beside a key; others have a command.
const FEW: usize = 6;

/// Values by key of the table `[study]`, as TOML.
pub type Citation = BTreeMap<&'static str, toml::Value>;

/// A new study: both files, a draft, with what is known of its citation.
///
/// # Errors
/// A sentence, where `id` cannot be a study's name.
pub fn new_study(id: &str, citation: &Citation) -> Result<[(String, String); 2], String> {
    if RESERVED.contains(&id) {
        return Err(format!("`{id}` is a reserved name; choose another, `author-year-slug`"));
    }
    if !is_name(id) {
        return Err(format!("`{id}` is no name for a study; use lower-case letters, digits and hyphens, `author-year-slug`"));
    }
    Ok([
        (format!("studies/{id}.toml"), study(id, citation)),
        (format!("claims/{id}.toml"), format!("# The claims of {id}. Field by field: claims/README.md\nschema = 1\n{}", new_claim())),
    ])
}

/// A new claim, to be appended to `claims/<study>.toml`.
#[must_use]
pub fn new_claim() -> String {
    let mut text = String::from("\n[[claim]]\n");
    text.extend(CLAIM.iter().map(|key| line("claim", key, None)));
    text
}

fn study(id: &str, citation: &Citation) -> String {
    let mut text = format!(
        "# Field by field: studies/README.md. Run `collapse-audit lint`: its last note names the next field to fill.\n\
         # What stands behind `#` is optional, or an example to take the mark from.\n\
         schema = 1\ndraft = true  # delete this line when every field is filled and `run --only study:{id}` looks right\n\n[study]\n"
    );
    text.extend(STUDY.iter().map(|key| line("study", key, citation.get(key.name))));
    text += "\n# One per definition that the study uses.\n[[definition]]\n";
    text.extend(CODING.iter().map(|key| line("definition", key, None)));
    text += "\n# One per condition; where the study does not say, the level is \"unclear\".\n";
    for (place, condition) in Condition::all().iter().enumerate() {
        text += &format!("[[realism]]  # {condition}: {}\n", condition.sentence());
        let own = toml::Value::String(condition.id().to_owned());
        let lines = JUDGEMENT.iter().map(|key| line("realism", key, (key.name == "condition").then_some(&own)));
        // Meanings are told once.
        let is_told = |key: &&Key| place == 0 || key.need == Need::Required;
        let bare = |(line, _): (String, &Key)| {
            if place == 0 { line } else { format!("{}\n", line.split("  #").next().unwrap_or_default().trim_end()) }
        };
        text.extend(lines.zip(JUDGEMENT).filter(|(_, key)| is_told(key)).map(bare));
        text.push('\n');
    }
    text += "# A reduced run; take the first mark from every line, and the second from what it needs.\n# [simulation.main]\n";
    text.extend(SIMULATION_KEYS.iter().map(|key| commented(&line("simulation", key, None))));
    text
}

fn commented(line: &str) -> String {
    if line.starts_with('#') { format!("#{line}") } else { format!("# {line}") }
}

/// A key with a value and its meaning: filled where something is known, empty where it must be filled, an example behind a mark else.
fn line(table: &str, key: &Key, known: Option<&toml::Value>) -> String {
    let example = EXAMPLES.iter().find(|(name, _)| name.split_once('.') == Some((table, key.name))).map(|(_, example)| *example);
    let (mark, value) = match (known, key.need, &key.shape, example) {
        (Some(value), ..) => ("", value.to_string()),
        (None, Need::Required, _, Some(example)) if table == "simulation" => ("", example.to_owned()),
        (None, Need::Required, Shape::List(..), _) => ("", "[]".to_owned()),
        (None, Need::Required, Shape::Text | Shape::Words(_), _) => ("", "\"\"".to_owned()),
        (None, _, _, example) => ("# ", example.unwrap_or("\"\"").to_owned()),
    };
    let means = match &key.shape {
        Shape::Words(words) if words().len() <= FEW => format!("{}: {}", key.means, words().join(", ")),
        Shape::Words(_) => format!("{}; see `list {}s`", key.means, list_of(key.name)),
        _ => key.means.to_owned(),
    };
    format!("{:<MEANING$}# {means}\n", format!("{mark}{} = {value}  ", key.name))
}

/// The word of the list that shows the words of a key.
fn list_of(key: &str) -> &str {
    match key {
        "id" | "definition" => "definition",
        "condition" => "condition",
        _ => "metric",
    }
}

/// Values that show what a key takes.
const EXAMPLES: &[(&str, &str)] = &[
    ("study.year", "2024"),
    ("study.month", "1"),
    ("study.arxiv", "\"2401.01234\""),
    ("study.doi", "\"10.1000/182\""),
    ("study.versions", "[]"),
    ("realism.simulation", "\"main\""),
    ("simulation.role", "\"main\""),
    ("simulation.fidelity", "\"exact\""),
    ("simulation.size", "\"own\""),
    ("simulation.departures", "[]"),
    ("simulation.truth", "{ kind = \"gaussian\", dimension = 1 }"),
    ("simulation.model", "{ kind = \"gaussian\" }"),
    ("simulation.synthesis", "\"examples\""),
    ("simulation.regime", "\"replace\""),
    ("simulation.curation", "[]"),
    ("simulation.sampling", "\"unbiased\""),
    ("simulation.samples", "100"),
    ("simulation.generations", "20"),
    ("simulation.capacity", "\"fixed\""),
    ("simulation.metrics", "[\"mean-squared-error\", \"variance-ratio\"]"),
    ("simulation.hitting", "{ metric = \"variance-ratio\", below = 0.1 }"),
    ("simulation.risk", "\"mean-squared-error\""),
    ("simulation.ceiling", "\"none\""),
    ("simulation.null_risk", "\"none\""),
    ("simulation.time_scale", "\"samples\""),
    ("simulation.downstream", "{ kind = \"gaussian\" }"),
    ("simulation.method", "\"auto\""),
    ("simulation.grid", "{ samples = [10, 100] }"),
    ("claim.for", "\"these-sizes\""),
    ("claim.functional", "\"mean\""),
    ("claim.against", "\"real-only\""),
    ("claim.simulation", "\"main\""),
    ("claim.fidelity", "\"scaled\""),
    ("claim.test", "{ kind = \"equals\", metric = \"variance-ratio\", at = \"every\", expect = \"(1 - 1/samples)^t\", margin = 0.05 }"),
    ("claim.control", "{ regime = \"accumulate\" }"),
    ("claim.positive_control", "{ samples = 10 }"),
    ("claim.holds_when", "{ change = {}, test = { kind = \"outcome\" } }"),
    ("claim.fails_when", "{ change = { regime = \"accumulate\" }, test = { kind = \"outcome\" } }"),
    ("claim.conflicts", "[]"),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// How often a line of the text, without its marks, gives this key a value and a meaning.
    fn told(text: &str, key: &Key) -> usize {
        let begins = |line: &&str| line.trim_start_matches(['#', ' ']).strip_prefix(key.name).is_some_and(|rest| rest.starts_with(" = "));
        text.lines().filter(|line| begins(line) && line.contains(&format!("# {}", key.means))).count()
    }

    #[test]
    fn every_key_is_there_once_with_its_meaning() {
        let [(_, study), (_, claims)] = new_study("doe-2027-example", &Citation::new()).unwrap();
        let part = |from: &str, to: &str| study.split(from).nth(1).and_then(|rest| rest.split(to).next()).unwrap().to_owned();
        let parts = [
            (part("[study]\n", "\n# One per"), STUDY),
            (part("[[definition]]\n", "\n# One per"), CODING),
            (part("level is \"unclear\".\n", "# A reduced run"), JUDGEMENT),
            (part("# [simulation.main]\n", "\0"), SIMULATION_KEYS),
            (claims, CLAIM),
        ];
        for (text, keys) in parts {
            for key in keys {
                assert_eq!(told(&text, key), 1, "{}\n{text}", key.name);
            }
        }
    }

    #[test]
    fn what_is_known_of_the_citation_is_filled_in_and_the_file_is_toml_also_with_its_examples() {
        let known = Citation::from([("title", toml::Value::from("A \"quoted\" title")), ("year", toml::Value::Integer(2027))]);
        let [(_, text), (_, claims)] = new_study("doe-2027-example", &known).unwrap();
        let file: toml::Table = toml::from_str(&text).unwrap();
        assert_eq!((file["study"]["title"].as_str(), file["study"]["year"].as_integer()), (Some("A \"quoted\" title"), Some(2027)));
        assert_eq!(file["realism"].as_array().map(Vec::len), Some(Condition::all().len()));
        let bare = |text: &str| {
            text.lines()
                .map(|line| line.strip_prefix("# ").filter(|rest| rest.contains(" = ")).unwrap_or(line))
                .collect::<Vec<_>>()
                .join("\n")
        };
        for text in [text.as_str(), claims.as_str()] {
            assert!(
                toml::from_str::<toml::Table>(&bare(text).replace("# [simulation.main]", "[simulation.main]")).is_ok(),
                "{}",
                bare(text)
            );
        }
    }
}
