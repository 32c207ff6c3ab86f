//! What every fixed word can do: be listed, named, described and parsed, with a nearest word for a misspelt one.

/// A closed set of kebab-case words.
pub trait Word: Copy + Eq + Sized + 'static {
    /// What the set is called in messages, for example `definition`.
    const KIND: &'static str;

    /// Every member, in the order reports use.
    fn all() -> &'static [Self];

    /// The kebab-case id.
    fn id(self) -> &'static str;

    /// The member called `id`.
    ///
    /// # Errors
    /// [`UnknownWord`] with the nearest accepted word and the whole list.
    fn parse(id: &str) -> Result<Self, UnknownWord> {
        Self::all().iter().copied().find(|word| word.id() == id).ok_or_else(|| UnknownWord::among::<Self>(id))
    }
}

/// A word that is not in its set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown {kind} `{found}`{}; expected one of {}", .nearest.as_ref().map(|n| format!(", did you mean `{n}`?")).unwrap_or_default(), .accepted.join(", "))]
pub struct UnknownWord {
    /// The set's name.
    pub kind: &'static str,
    /// What was written.
    pub found: String,
    /// The nearest accepted word, if one is near.
    pub nearest: Option<String>,
    /// Every accepted word.
    pub accepted: Vec<&'static str>,
}

impl UnknownWord {
    /// The complaint that `found` is no `W`.
    #[must_use]
    pub fn among<W: Word>(found: &str) -> Self {
        let accepted: Vec<_> = W::all().iter().map(|word| word.id()).collect();
        let nearest = nearest(found, accepted.iter().copied()).map(str::to_owned);
        Self { kind: W::KIND, found: found.to_owned(), nearest, accepted }
    }
}

/// The candidate most like `found`, if any is like it at all (Jaro-Winkler similarity of at least 0.75).
pub fn nearest<'a>(found: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(found, candidate), candidate))
        .filter(|(likeness, _)| *likeness >= 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// Implements [`Word`], `Display`, `Serialize` and `Deserialize` for an enum from its list of ids.
#[macro_export]
macro_rules! words {
    ($type:ident, $kind:literal, { $($variant:ident => $id:literal),+ $(,)? }) => {
        impl $crate::taxonomy::Word for $type {
            const KIND: &'static str = $kind;
            fn all() -> &'static [Self] { &[$(Self::$variant),+] }
            fn id(self) -> &'static str { match self { $(Self::$variant => $id),+ } }
        }
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(<Self as $crate::taxonomy::Word>::id(*self))
            }
        }
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(<Self as $crate::taxonomy::Word>::id(*self))
            }
        }
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let id = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                <Self as $crate::taxonomy::Word>::parse(&id).map_err(serde::de::Error::custom)
            }
        }
        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> { stringify!($type).into() }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "enum": [$($id),+] })
            }
        }
    };
}
pub use words;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::taxonomy::Definition;

    #[test]
    fn a_misspelt_word_is_answered_with_the_nearest() {
        let complaint = Definition::parse("tail-los").unwrap_err();
        assert_eq!(complaint.nearest.as_deref(), Some("tail-loss"));
        assert!(Definition::parse("qqq").unwrap_err().nearest.is_none());
    }
}
