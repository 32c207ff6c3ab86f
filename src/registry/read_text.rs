//! Truths whose keys go by one more word: laws of categories, sources of texts; and texts of the user's own.

use super::format_families::SOURCES;
use super::node::Node;
use super::problem::Log;
use super::read_values::{list, number_or, size};
use super::shape::{Case, Key, Need, quoted};
use super::source::CORPORA;
use crate::sim::{OwnText, TextSource, TextUnit};
use crate::taxonomy::nearest;

/// The word under `tag`, where the table has the keys that go with it and none of another word's.
pub(super) fn chosen<'n>(node: &'n Node, tag: &str, cases: &[Case], log: &Log) -> Option<&'n str> {
    let name = node.child(tag).and_then(Node::text)?;
    let case = cases.iter().find(|case| case.name == name)?;
    let mut complete = true;
    for entry in node.entries().iter().filter(|entry| entry.key != "kind" && entry.key != tag) {
        let known = case.keys.iter().any(|key| key.name == entry.key);
        let elsewhere = cases.iter().flat_map(|case| case.keys).any(|key| key.name == entry.key);
        if !known && elsewhere {
            let remedy = format!("remove it, or choose another {tag}; `{name}` takes {}", list_keys(case.keys));
            log.problem(entry.place, "unknown-key", format!("`truth.{}` says nothing for {tag} `{name}`", entry.key), remedy);
            complete = false;
        }
    }
    for key in case.keys.iter().filter(|key| key.need == Need::Required && node.child(key.name).is_none()) {
        let remedy = format!("write `{} = …`, {}: {}", key.name, key.shape.expected(), key.means);
        log.unfilled(node.place, "missing-key", format!("`truth` lacks `{}`, which {tag} `{name}` needs", key.name), remedy);
        complete = false;
    }
    complete.then_some(name)
}

/// Where the law of a text comes from.
pub(super) fn source(node: &Node, log: &Log) -> Option<TextSource> {
    Some(match chosen(node, "source", SOURCES, log)? {
        "corpus" => TextSource::Corpus { unit: unit(node)?, vocabulary: size(node, "vocabulary")?, order: size(node, "order")? },
        "own" => TextSource::Own {
            corpus: own(node, log)?,
            unit: unit(node)?,
            vocabulary: size(node, "vocabulary")?,
            order: size(node, "order")?,
        },
        "grammar" => TextSource::Grammar {
            words: size(node, "words")?,
            exponent: number_or(node, "exponent", 1.0)?,
            adjectives: number_or(node, "adjectives", 0.5)?,
        },
        "chain" => TextSource::Chain { rows: node.child("rows")?.items().iter().map(list).collect::<Option<_>>()? },
        _ => return None,
    })
}

fn unit(node: &Node) -> Option<TextUnit> {
    match node.child("unit").map(Node::text) {
        None | Some(Some("words")) => Some(TextUnit::Words),
        Some(Some("characters")) => Some(TextUnit::Characters),
        Some(_) => None,
    }
}

/// A text among the registry's files. What keeps it from being read has been told at the file itself.
fn own(node: &Node, log: &Log) -> Option<OwnText> {
    let name = node.child("corpus")?.text()?;
    let file = format!("{CORPORA}/{name}");
    let Some(text) = log.text_of(&file) else {
        let there = log.names_in(CORPORA);
        let near = nearest(name, there.iter().copied()).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        let known = if there.is_empty() { "none is there".to_owned() } else { format!("there are {}", quoted(&there)) };
        let remedy = format!("{near}put a text that ends in `.txt` into `{CORPORA}` and write its name; {known}");
        log.problem(node.place_of("corpus"), "missing-corpus", format!("the registry lacks `{file}`"), remedy);
        return None;
    };
    (!log.is_told(&file)).then(|| OwnText::new(text))
}

fn list_keys(keys: &[Key]) -> String {
    let names: Vec<_> = keys.iter().map(|key| key.name).collect();
    quoted(&names)
}
