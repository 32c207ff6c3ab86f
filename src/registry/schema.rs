//! JSON Schemas of the registry's files, made from the same tables that check them.

use super::format::{REGIMES, STUDY_FILE};
use super::format_families::{LAWS, MODELS, SOURCES, TRUTHS};
use super::format_others::CLAIM_FILE;
use super::shape::{Case, Key, Need, Range, Shape};
use crate::sim::MOST_DEGREES;
use serde_json::{Map, Value, json};

/// The schema of `studies/<study>.toml`.
#[must_use]
pub fn studies() -> Value {
    titled("A study of the collapse-audit registry", &STUDY_FILE)
}

/// The schema of `claims/<study>.toml`.
#[must_use]
pub fn claims() -> Value {
    titled("The claims of a study of the collapse-audit registry", &CLAIM_FILE)
}

/// The regimes by name, each with the training set it makes.
pub fn regimes() -> impl Iterator<Item = (&'static str, &'static str)> {
    REGIMES.iter().map(|case| (case.name, case.means))
}

/// A kind of truth or of model as the files know it.
#[derive(Clone, Copy)]
pub struct Kind(&'static Case);

/// A key of such a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindKey {
    /// Its name.
    pub name: &'static str,
    /// `required` or `optional`, or with what it must be given.
    pub need: String,
    /// What it takes, in words.
    pub takes: String,
    /// What it means, its default with it.
    pub means: &'static str,
}

impl Kind {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0.name
    }

    /// What it is.
    #[must_use]
    pub const fn means(self) -> &'static str {
        self.0.means
    }

    /// The least number that a key takes which it must have.
    #[must_use]
    pub fn least(self, key: &str) -> Option<u64> {
        let known = self.0.keys.iter().find(|known| known.name == key && known.need == Need::Required)?;
        match known.shape {
            Shape::Count(low, _) => Some(low),
            _ => None,
        }
    }

    /// The keys it must have, whatever else it says.
    pub fn required(self) -> impl Iterator<Item = &'static str> {
        self.0.keys.iter().filter(|key| key.need == Need::Required).map(|key| key.name)
    }

    /// Whether one of its laws or sources is called so.
    #[must_use]
    pub fn has_variant(self, name: &str) -> bool {
        self.variants().iter().any(|variant| variant.name == name)
    }

    const fn variants(self) -> &'static [Case] {
        match self.0.name.as_bytes() {
            b"categorical" => LAWS,
            b"text" => SOURCES,
            _ => &[],
        }
    }

    /// Its keys in the order of the file's description.
    pub fn keys(self) -> impl Iterator<Item = KindKey> {
        self.0.keys.iter().map(move |key| KindKey {
            name: key.name,
            need: self.need(key),
            takes: key.shape.expected().replace('`', ""),
            means: key.means,
        })
    }

    /// Whether a key must be there: some belong to one law or one source only.
    fn need(self, key: &Key) -> String {
        if key.need == Need::Required {
            return "required".to_owned();
        }
        let asks = |variant: &&Case| variant.keys.iter().any(|known| known.name == key.name && known.need == Need::Required);
        let with: Vec<_> = self.variants().iter().filter(asks).map(|variant| variant.name).collect();
        if with.is_empty() { "optional".to_owned() } else { format!("required by {}", with.join(", ")) }
    }
}

/// Every kind of truth.
pub fn truths() -> impl Iterator<Item = Kind> {
    TRUTHS.iter().map(Kind)
}

/// Every kind of model.
pub fn models() -> impl Iterator<Item = Kind> {
    MODELS.iter().map(Kind)
}

/// Truths that are one of several laws or sources, with the key that says which.
pub fn variants() -> impl Iterator<Item = (Kind, &'static str)> {
    truths().filter(|kind| !kind.variants().is_empty()).filter_map(|kind| Some((kind, kind.required().next()?)))
}

/// The truth of this kind.
#[must_use]
pub fn truth(name: &str) -> Option<Kind> {
    truths().find(|kind| kind.name() == name)
}

fn titled(title: &str, shape: &Shape) -> Value {
    let mut schema = of(shape);
    if let Value::Object(fields) = &mut schema {
        fields.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        fields.insert("title".to_owned(), json!(title));
    }
    schema
}

fn of(shape: &Shape) -> Value {
    match shape {
        Shape::Text => json!({ "type": "string", "minLength": 1 }),
        Shape::Expression => json!({ "type": "string", "minLength": 1, "maxLength": 500 }),
        Shape::Words(words) => json!({ "enum": words() }),
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Number(range) => number(*range),
        Shape::Count(low, high) => json!({ "type": "integer", "minimum": low, "maximum": high }),
        Shape::List(item, least) => json!({ "type": "array", "items": of(item), "minItems": least }),
        Shape::Table(keys) => table(keys, None),
        Shape::Kinds(tag, cases) => kinds(tag, cases),
        Shape::Each(inner) => json!({ "type": "object", "additionalProperties": of(inner) }),
        Shape::Named(keys, inner) => {
            let mut schema = table(keys, None);
            schema["additionalProperties"] = of(inner);
            schema
        }
        Shape::Paths => json!({ "type": "object" }),
        Shape::Either(shapes) => json!({ "anyOf": shapes.iter().map(of).collect::<Vec<_>>() }),
    }
}

fn number(range: Range) -> Value {
    match range {
        Range::Any => json!({ "type": "number", "minimum": -1e12, "maximum": 1e12 }),
        Range::Positive => json!({ "type": "number", "exclusiveMinimum": 0, "maximum": 1e12 }),
        Range::NotNegative => json!({ "type": "number", "minimum": 0, "maximum": 1e12 }),
        Range::Probability => json!({ "type": "number", "minimum": 0, "maximum": 1 }),
        Range::Share => json!({ "type": "number", "exclusiveMinimum": 0, "maximum": 1 }),
        Range::Degrees => json!({ "type": "number", "minimum": 1, "maximum": MOST_DEGREES }),
    }
}

/// An object with these keys and no others; `tag` is a key with its only value.
fn table(keys: &[Key], tag: Option<(&str, &Case)>) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    if let Some((tag, case)) = tag {
        properties.insert(tag.to_owned(), json!({ "const": case.name, "description": case.means }));
        required.push(tag.to_owned());
    }
    for key in keys {
        let mut schema = of(&key.shape);
        if let Value::Object(fields) = &mut schema {
            fields.insert("description".to_owned(), json!(key.means));
        }
        properties.insert(key.name.to_owned(), schema);
        if key.need == Need::Required {
            required.push(key.name.to_owned());
        }
    }
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

fn kinds(tag: &str, cases: &[Case]) -> Value {
    let bare: Vec<_> = cases.iter().filter(|case| case.is_bare()).map(|case| case.name).collect();
    let mut any: Vec<_> = cases.iter().map(|case| table(case.keys, Some((tag, case)))).collect();
    if !bare.is_empty() {
        any.push(json!({ "enum": bare }));
    }
    json!({ "anyOf": any })
}
