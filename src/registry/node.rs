//! TOML text as an owned tree in which every key and value knows its place.
//!
//! All syntax errors of a file come at once; what could be read is kept. Grid points and controls are written into
//! a copy of the tree with places of their own, so that a complaint about them points at them.

use super::problem::{Log, Place, SYNTAX};
use toml::de::{DeTable, DeValue};

/// The most keys of a dotted path that is followed: more than any simulation has, and far from what a stack holds.
pub const DEEPEST: usize = 16;

/// A value with its place.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub place: Place,
    pub value: Value,
}

/// A TOML value. Tables keep the order of the file.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Text(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    /// A date, or a number no `i64` or `f64` holds.
    Other(&'static str),
    Array(Vec<Node>),
    Table(Vec<Entry>),
}

/// A key with its value.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub key: String,
    pub place: Place,
    pub node: Node,
}

impl Node {
    /// Reads a whole file; its syntax errors go to the log.
    pub fn parse(file: usize, text: &str, log: &Log) -> Self {
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let place = error.span().map_or(Place::file(file), |span| Place::new(file, &span));
            let message = error.message().trim().replace('\n', ", ");
            log.problem(place, SYNTAX, message, "write TOML 1.0; `explain syntax` shows the usual slips");
        }
        let span = table.span();
        Self { place: Place::new(file, &span), value: Value::Table(entries(file, text, table.get_ref(), log)) }
    }

    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Table(entries) => entries,
            _ => &[],
        }
    }

    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::Array(items) => items,
            _ => &[],
        }
    }

    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    pub fn child(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.node)
    }

    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn number(&self) -> Option<f64> {
        match self.value {
            Value::Integer(number) => Some(number as f64),
            Value::Float(number) => Some(number),
            _ => None,
        }
    }

    /// A whole number that is not negative, also when written `10.0` or `1e6`.
    pub fn count(&self) -> Option<u64> {
        match self.value {
            Value::Integer(number) => u64::try_from(number).ok(),
            Value::Float(number) if (0.0..=9.0e15).contains(&number) && number.fract().abs() < f64::MIN_POSITIVE => Some(number as u64),
            _ => None,
        }
    }

    /// What it is, for messages.
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::Text(_) => "a string",
            Value::Integer(_) => "a whole number",
            Value::Float(_) => "a number",
            Value::Boolean(_) => "a truth value",
            Value::Other(what) => what,
            Value::Array(_) => "a list",
            Value::Table(_) => "a table",
        }
    }

    /// How many values it is made of.
    pub fn size(&self) -> usize {
        match &self.value {
            Value::Text(_) | Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Other(_) => 1,
            Value::Array(items) => 1 + items.iter().map(Self::size).sum::<usize>(),
            Value::Table(entries) => 1 + entries.iter().map(|entry| entry.node.size()).sum::<usize>(),
        }
    }

    /// The place of the deepest part of a dotted path that exists.
    pub fn place_of(&self, path: &str) -> Place {
        let mut node = self;
        for part in path.split('.') {
            let next = match &node.value {
                Value::Table(_) => node.child(part),
                Value::Array(items) => part.parse::<usize>().ok().and_then(|index| items.get(index)),
                _ => None,
            };
            match next {
                Some(next) => node = next,
                None => break,
            }
        }
        node.place
    }

    /// Writes `value` at a dotted path. A bare word on the way becomes `{ kind = word }`; a number put at `samples`
    /// replaces n_1 whatever the schedule's shape. A path deeper than [`DEEPEST`] writes nothing.
    pub fn set(&mut self, path: &str, key_place: Place, value: &Self) {
        if path.split('.').count() > DEEPEST {
            return;
        }
        if path == "samples" && value.number().is_some() && self.set_first_size(value) {
            return;
        }
        let (head, rest) = path.split_once('.').map_or((path, None), |(head, rest)| (head, Some(rest)));
        if let (Value::Array(items), Ok(index)) = (&mut self.value, head.parse::<usize>())
            && let Some(item) = items.get_mut(index)
        {
            match rest {
                None => *item = value.clone(),
                Some(rest) => item.set(rest, key_place, value),
            }
            return;
        }
        let Value::Table(entries) = self.open(key_place) else { return };
        let index = entries.iter().position(|entry| entry.key == head).unwrap_or_else(|| {
            let node = Self { place: value.place, value: Value::Table(Vec::new()) };
            entries.push(Entry { key: head.to_owned(), place: key_place, node });
            entries.len() - 1
        });
        match rest {
            None => entries[index] = Entry { key: head.to_owned(), place: key_place, node: value.clone() },
            Some(rest) => entries[index].node.set(rest, key_place, value),
        }
    }

    /// The value as a table that can take another key.
    fn open(&mut self, key_place: Place) -> &mut Value {
        let key = match &self.value {
            Value::Table(_) => None,
            Value::Text(_) => Some("kind"),
            Value::Integer(_) | Value::Float(_) => Some("start"),
            Value::Boolean(_) | Value::Other(_) | Value::Array(_) => Some(""),
        };
        if let Some(key) = key {
            let place = self.place;
            let node = std::mem::replace(self, Self { place, value: Value::Table(Vec::new()) });
            if let (Value::Table(entries), false) = (&mut self.value, key.is_empty()) {
                entries.push(Entry { key: key.to_owned(), place: key_place, node });
            }
        }
        &mut self.value
    }

    fn set_first_size(&mut self, value: &Self) -> bool {
        let Value::Table(entries) = &mut self.value else { return false };
        let Some(samples) = entries.iter_mut().find(|entry| entry.key == "samples") else { return false };
        let Value::Table(schedule) = &mut samples.node.value else { return false };
        for entry in schedule {
            match (&mut entry.node.value, entry.key.as_str()) {
                (_, "start") => entry.node = value.clone(),
                (Value::Array(sizes), "sizes") if !sizes.is_empty() => sizes[0] = value.clone(),
                _ => continue,
            }
            return true;
        }
        false
    }

    /// The value as TOML words on one line.
    pub fn words(&self) -> String {
        match &self.value {
            Value::Text(text) => format!("{text:?}"),
            Value::Integer(number) => number.to_string(),
            Value::Float(number) => format!("{number:?}"),
            Value::Boolean(flag) => flag.to_string(),
            Value::Other(what) => (*what).to_owned(),
            Value::Array(items) => format!("[{}]", items.iter().map(Self::words).collect::<Vec<_>>().join(", ")),
            Value::Table(entries) => {
                let inner: Vec<_> = entries.iter().map(|entry| format!("{} = {}", entry.key, entry.node.words())).collect();
                format!("{{ {} }}", inner.join(", "))
            }
        }
    }
}

fn entries(file: usize, text: &str, table: &DeTable, log: &Log) -> Vec<Entry> {
    let mut entries: Vec<_> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            place: Place::new(file, &key.span()),
            node: Node { place: Place::new(file, &value.span()), value: owned(file, text, value.get_ref(), value.span(), log) },
        })
        .collect();
    entries.sort_by_key(|entry| entry.place);
    entries
}

fn owned(file: usize, text: &str, value: &DeValue, span: std::ops::Range<usize>, log: &Log) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or(Value::Other("a number too large to hold"), Value::Integer)
        }
        DeValue::Float(number) => number.as_str().parse().map_or(Value::Other("a number too large to hold"), Value::Float),
        DeValue::Boolean(flag) => Value::Boolean(*flag),
        DeValue::Datetime(_) => Value::Other("a date"),
        DeValue::Array(items) => Value::Array(
            items
                .iter()
                .map(|item| Node { place: Place::new(file, &item.span()), value: owned(file, text, item.get_ref(), item.span(), log) })
                .collect(),
        ),
        DeValue::Table(table) => {
            let entries = entries(file, text, table, log);
            refuse_newer_syntax(file, text, &span, &entries, log);
            Value::Table(entries)
        }
    }
}

/// An inline table over several lines or with a last comma is TOML 1.1; older readers and editors refuse it.
fn refuse_newer_syntax(file: usize, text: &str, span: &std::ops::Range<usize>, entries: &[Entry], log: &Log) {
    if !text.get(span.clone()).is_some_and(|inline| inline.starts_with('{') && inline.ends_with('}')) {
        return;
    }
    let mut at = span.start;
    let mut newer = false;
    for entry in entries {
        newer |= text.get(at..entry.place.start).is_some_and(|gap| gap.contains('\n'));
        at = at.max(entry.node.place.end);
    }
    newer |= text.get(at..span.end).is_some_and(|gap| gap.contains(['\n', ',']));
    if newer {
        let remedy = "write the inline table on one line without a last comma, or as a [table] of its own";
        log.problem(Place::new(file, span), "newer-toml", "this inline table is TOML 1.1 (line breaks or a last comma)", remedy);
    }
}
