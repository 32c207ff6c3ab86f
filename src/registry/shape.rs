//! The shape of a TOML value: one description from which files are checked and JSON Schemas are written.
//!
//! [`check`] reports every unknown key, missing key, wrong type, unknown word and value out of range below a node.
//! What it lets pass the readers can take without asking again.

use super::node::{Node, Value};
use super::problem::{Log, Place};
use crate::sim::MOST_DEGREES;
use crate::taxonomy::nearest;

/// What a value must look like.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    /// A string with something in it.
    Text,
    /// An expression.
    Expression,
    /// One of some words.
    Words(fn() -> Vec<&'static str>),
    /// `true` or `false`.
    Flag,
    /// A number in an interval.
    Number(Range),
    /// A whole number between two.
    Count(u64, u64),
    /// A list of at least so many.
    List(&'static Shape, usize),
    /// A table with known keys.
    Table(&'static [Key]),
    /// A table whose kind stands under `tag`; a kind that needs no key may be a bare word.
    Kinds(&'static str, &'static [Case]),
    /// A table of freely named entries.
    Each(&'static Shape),
    /// A table of freely named entries beside some known keys.
    Named(&'static [Key], &'static Shape),
    /// A table of dotted paths with any values: a change, or a grid.
    Paths,
    /// The first of these whose type fits.
    Either(&'static [Shape]),
}

/// An interval of numbers.
#[derive(Clone, Copy)]
pub(super) enum Range {
    /// Any finite number.
    Any,
    /// Above zero.
    Positive,
    /// Zero or above.
    NotNegative,
    /// From 0 to 1.
    Probability,
    /// Above 0, up to 1.
    Share,
    /// Degrees of freedom of a t.
    Degrees,
}

/// Whether a key must be there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    Required,
    Optional,
}

/// One key of a table.
pub(super) struct Key {
    pub name: &'static str,
    pub need: Need,
    pub shape: Shape,
    pub means: &'static str,
}

/// One kind of a tagged table.
pub(super) struct Case {
    pub name: &'static str,
    pub keys: &'static [Key],
    pub means: &'static str,
}

pub(super) const fn required(name: &'static str, shape: Shape, means: &'static str) -> Key {
    Key { name, need: Need::Required, shape, means }
}

pub(super) const fn optional(name: &'static str, shape: Shape, means: &'static str) -> Key {
    Key { name, need: Need::Optional, shape, means }
}

impl Case {
    /// Whether a bare word is enough.
    pub fn is_bare(&self) -> bool {
        self.keys.iter().all(|key| key.need == Need::Optional)
    }
}

impl Range {
    fn holds(self, number: f64) -> bool {
        number.is_finite()
            && number.abs() <= 1e12
            && match self {
                Self::Any => true,
                Self::Positive => number > 0.0,
                Self::NotNegative => number >= 0.0,
                Self::Probability => (0.0..=1.0).contains(&number),
                Self::Share => number > 0.0 && number <= 1.0,
                Self::Degrees => (1.0..=MOST_DEGREES).contains(&number),
            }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Any => "a number (at most 1e12 in size)",
            Self::Positive => "a number above 0 (at most 1e12)",
            Self::NotNegative => "a number of 0 or more (at most 1e12)",
            Self::Probability => "a number from 0 to 1",
            Self::Share => "a number above 0, at most 1",
            Self::Degrees => "a number from 1 to 1,000,000; beyond, a t is a Gaussian to six digits",
        }
    }
}

impl Shape {
    fn fits_type(&self, node: &Node) -> bool {
        match self {
            Self::Text | Self::Expression | Self::Words(_) => matches!(node.value, Value::Text(_)),
            Self::Flag => matches!(node.value, Value::Boolean(_)),
            Self::Number(_) | Self::Count(..) => matches!(node.value, Value::Integer(_) | Value::Float(_)),
            Self::List(..) => matches!(node.value, Value::Array(_)),
            Self::Table(_) | Self::Each(_) | Self::Named(..) | Self::Paths => matches!(node.value, Value::Table(_)),
            Self::Kinds(..) => matches!(node.value, Value::Table(_) | Value::Text(_)),
            Self::Either(shapes) => shapes.iter().any(|shape| shape.fits_type(node)),
        }
    }

    /// What is expected, for messages.
    pub fn expected(&self) -> String {
        match self {
            Self::Text => "a string".to_owned(),
            Self::Expression => "an expression in quotes".to_owned(),
            Self::Words(words) => format!("one of {}", quoted(&words())),
            Self::Flag => "true or false".to_owned(),
            Self::Number(range) => range.words().to_owned(),
            Self::Count(low, high) => format!("a whole number from {low} to {high}"),
            Self::List(item, _) => format!("a list, each item {}", item.expected()),
            Self::Table(keys) => {
                let keys: Vec<_> = keys.iter().filter(|key| key.need == Need::Required).map(|key| key.name).collect();
                if keys.is_empty() { "a table".to_owned() } else { format!("a table with {}", keys.join(", ")) }
            }
            Self::Kinds(tag, cases) => {
                let names: Vec<_> = cases.iter().map(|case| case.name).collect();
                format!("a table whose `{tag}` is one of {}", quoted(&names))
            }
            Self::Each(_) | Self::Named(..) | Self::Paths => "a table".to_owned(),
            Self::Either(shapes) => shapes.iter().map(Self::expected).collect::<Vec<_>>().join(", or "),
        }
    }
}

pub(super) fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// Reports everything in `node` that does not fit `shape`; `path` is the dotted path to it.
pub(super) fn check(node: &Node, shape: &Shape, path: &str, log: &Log) {
    if !shape.fits_type(node) {
        let message = format!("`{path}` is {}", node.kind());
        return log.problem(node.place, "wrong-type", message, format!("write {}", shape.expected()));
    }
    match shape {
        Shape::Text => check_text(node, path, log),
        Shape::Expression => check_expression(node, path, log),
        Shape::Words(words) => check_word(node, &words(), path, log),
        Shape::Flag | Shape::Paths => {}
        Shape::Number(range) => {
            if !node.number().is_some_and(|number| range.holds(number)) {
                out_of_range(node, path, range.words(), log);
            }
        }
        Shape::Count(low, high) => {
            if !node.count().is_some_and(|number| (*low..=*high).contains(&number)) {
                out_of_range(node, path, &shape.expected(), log);
            }
        }
        Shape::List(item, least) => {
            if node.items().len() < *least {
                let remedy = format!("write at least {least}");
                log.unfilled(node.place, "too-few", format!("`{path}` has {} items", node.items().len()), remedy);
            }
            for (index, child) in node.items().iter().enumerate() {
                check(child, item, &format!("{path}.{index}"), log);
            }
        }
        Shape::Table(keys) => check_table(node, keys, None, path, log),
        Shape::Kinds(tag, cases) => check_kinds(node, tag, cases, path, log),
        Shape::Each(inner) => {
            for entry in node.entries() {
                check(&entry.node, inner, &join(path, &entry.key), log);
            }
        }
        Shape::Named(keys, inner) => check_named(node, keys, inner, path, log),
        Shape::Either(shapes) => {
            if let Some(shape) = shapes.iter().find(|shape| shape.fits_type(node)) {
                check(node, shape, path, log);
            }
        }
    }
}

pub(super) fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn check_text(node: &Node, path: &str, log: &Log) {
    if node.text().is_none_or(|text| text.trim().is_empty()) {
        log.unfilled(node.place, "empty-field", format!("`{path}` is empty"), format!("fill in `{path}`"));
    }
}

fn check_expression(node: &Node, path: &str, log: &Log) {
    let text = node.text().unwrap_or_default();
    if text.trim().is_empty() {
        return check_text(node, path, log);
    }
    if let Err(error) = super::Expression::parse(text) {
        let place = within(node.place, text, &error.span);
        log.problem(place, "expression", format!("`{path}`: {}", error.message), "see the expressions in claims/README.md");
    }
}

/// The place of a byte range inside a quoted string, if the string has no escapes.
pub(super) fn within(place: Place, text: &str, span: &std::ops::Range<usize>) -> Place {
    if place.end.saturating_sub(place.start) == text.len() + 2 {
        let start = place.start + 1 + span.start.min(text.len());
        Place { file: place.file, start, end: start + span.len().max(1).min(text.len() + 1 - span.start.min(text.len())) }
    } else {
        place
    }
}

fn check_word(node: &Node, words: &[&str], path: &str, log: &Log) {
    let found = node.text().unwrap_or_default();
    if found.is_empty() {
        let remedy = format!("write one of {}", quoted(words));
        return log.unfilled(node.place, "empty-field", format!("`{path}` is empty"), remedy);
    }
    if !words.contains(&found) {
        let remedy = format!("{}write one of {}", suggestion(found, words), quoted(words));
        log.problem(node.place, "unknown-word", format!("`{path}` is `{found}`, which is not a word it knows"), remedy);
    }
}

/// The longer words that begin with `found`, where there is a choice among them; else the nearest one.
fn suggestion(found: &str, words: &[&str]) -> String {
    let longer: Vec<_> = words.iter().copied().filter(|word| word.strip_prefix(found).is_some_and(|rest| rest.starts_with('-'))).collect();
    match longer[..] {
        [_, _, ..] => format!("`{found}` has more than one meaning: say which, {}; ", quoted(&longer)),
        _ => nearest(found, words.iter().copied()).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default(),
    }
}

fn out_of_range(node: &Node, path: &str, expected: &str, log: &Log) {
    log.problem(node.place, "out-of-range", format!("`{path}` is {}", node.words()), format!("write {expected}"));
}

fn check_table(node: &Node, keys: &[Key], tag: Option<&str>, path: &str, log: &Log) {
    for entry in node.entries() {
        if tag == Some(entry.key.as_str()) {
            continue;
        }
        match keys.iter().find(|key| key.name == entry.key) {
            Some(key) => check(&entry.node, &key.shape, &join(path, key.name), log),
            None => unknown_key(entry.place, &entry.key, keys.iter().map(|key| key.name), path, log),
        }
    }
    check_required(node, keys, path, log);
}

fn check_named(node: &Node, keys: &[Key], inner: &Shape, path: &str, log: &Log) {
    for entry in node.entries() {
        let shape = keys.iter().find(|key| key.name == entry.key).map_or(inner, |key| &key.shape);
        check(&entry.node, shape, &join(path, &entry.key), log);
    }
    check_required(node, keys, path, log);
}

fn check_required(node: &Node, keys: &[Key], path: &str, log: &Log) {
    for key in keys.iter().filter(|key| key.need == Need::Required) {
        if node.entry(key.name).is_none() {
            let at = if path.is_empty() { "the file".to_owned() } else { format!("`{path}`") };
            let remedy = format!("write `{} = …`, {}: {}", key.name, key.shape.expected(), key.means);
            log.unfilled(node.place, "missing-key", format!("{at} lacks `{}`", key.name), remedy);
        }
    }
}

fn unknown_key(place: Place, found: &str, known: impl Iterator<Item = &'static str>, path: &str, log: &Log) {
    let known: Vec<_> = known.collect();
    let near = nearest(found, known.iter().copied()).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
    let accepted = if known.is_empty() { "nothing is accepted here".to_owned() } else { format!("accepted: {}", quoted(&known)) };
    log.problem(place, "unknown-key", format!("`{}` is not a key of this format", join(path, found)), format!("{near}{accepted}"));
}

fn check_kinds(node: &Node, tag: &str, cases: &[Case], path: &str, log: &Log) {
    let names: Vec<_> = cases.iter().map(|case| case.name).collect();
    let Some(kind) = (match &node.value {
        Value::Text(_) => Some(node),
        _ => node.child(tag),
    }) else {
        let remedy = format!("write `{tag} = …`, one of {}", quoted(&names));
        return log.unfilled(node.place, "missing-key", format!("`{path}` lacks `{tag}`"), remedy);
    };
    let kind_path = if node.text().is_some() { path.to_owned() } else { join(path, tag) };
    if !matches!(kind.value, Value::Text(_)) {
        let message = format!("`{kind_path}` is {}", kind.kind());
        return log.problem(kind.place, "wrong-type", message, format!("write one of {}", quoted(&names)));
    }
    check_word(kind, &names, &kind_path, log);
    let Some(case) = cases.iter().find(|case| Some(case.name) == kind.text()) else { return };
    if node.text().is_some() {
        if !case.is_bare() {
            let keys: Vec<_> = case.keys.iter().filter(|key| key.need == Need::Required).map(|key| format!("{} = …", key.name)).collect();
            let remedy = format!("write `{{ {tag} = \"{}\", {} }}`", case.name, keys.join(", "));
            log.problem(node.place, "missing-key", format!("`{path}`: `{}` needs more than its name", case.name), remedy);
        }
    } else {
        check_table(node, case.keys, Some(tag), path, log);
    }
}
