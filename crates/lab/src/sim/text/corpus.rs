//! The text shipped with the tool, cut into sentences of words or of characters.
//!
//! Provenance and licence stand in `data/README.md`.

use super::{END, Gram, Language, after, context};
use crate::sim::TextUnit;
use std::collections::BTreeMap;
use std::sync::OnceLock;

const TEXT: &str = include_str!("data/alice.txt");

/// The text as ranks: 0 ends a sentence, 1 is the most common token.
struct Ranked {
    ranks: Vec<u16>,
    distinct: usize,
}

/// The text as it is shipped.
pub fn text() -> &'static str {
    TEXT
}

/// The law of n-grams in the text: the `vocabulary` most common tokens, all others as one unknown token.
pub(super) fn language(unit: TextUnit, vocabulary: usize, order: usize) -> Language {
    let ranked = ranked(unit);
    let kept = vocabulary.min(ranked.distinct);
    let unknown = kept as u16 + 1;
    let mut window = 0;
    let grams = ranked.ranks.iter().map(|rank| {
        let token = (*rank).min(unknown);
        let gram = Gram { window: context(window, order), token };
        window = after(window, token);
        (gram, 1.0)
    });
    Language::collected(order, 1 + kept + usize::from(kept < ranked.distinct), grams.collect())
}

fn ranked(unit: TextUnit) -> &'static Ranked {
    static WORDS: OnceLock<Ranked> = OnceLock::new();
    static CHARACTERS: OnceLock<Ranked> = OnceLock::new();
    match unit {
        TextUnit::Words => WORDS.get_or_init(|| rank(&words(TEXT))),
        TextUnit::Characters => CHARACTERS.get_or_init(|| rank(&characters(TEXT))),
    }
}

/// Ranks by falling frequency, ties by the alphabet; `None` ends a sentence.
fn rank(tokens: &[Option<String>]) -> Ranked {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    tokens.iter().flatten().for_each(|token| *counts.entry(token).or_default() += 1);
    let mut order: Vec<(&str, u32)> = counts.into_iter().collect();
    order.sort_by_key(|(token, count)| (std::cmp::Reverse(*count), *token));
    let places: BTreeMap<&str, u16> = (1..).zip(&order).map(|(place, (token, _))| (*token, place)).collect();
    let ranks = tokens.iter().map(|token| token.as_deref().map_or(END, |token| places[token])).collect();
    Ranked { ranks, distinct: order.len() }
}

/// Sentences: they end at a full stop, question or exclamation mark, or at an empty line.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n\n").flat_map(|paragraph| paragraph.split(['.', '!', '?']))
}

/// Lower-case words: letters, with apostrophes between letters.
fn words(text: &str) -> Vec<Option<String>> {
    let mut out = Vec::new();
    for sentence in sentences(text) {
        let found = sentence.split(|c: char| !c.is_ascii_alphabetic() && c != '\'').map(|word| word.trim_matches('\''));
        let before = out.len();
        out.extend(found.filter(|word| !word.is_empty()).map(|word| Some(word.to_ascii_lowercase())));
        if out.len() > before {
            out.push(None);
        }
    }
    out
}

/// Lower-case letters, and one blank for whatever stands between words.
fn characters(text: &str) -> Vec<Option<String>> {
    let mut out = Vec::new();
    for sentence in sentences(text) {
        let words = sentence.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty());
        let line = words.collect::<Vec<_>>().join(" ").to_ascii_lowercase();
        if !line.is_empty() {
            out.extend(line.chars().map(|c| Some(c.to_string())));
            out.push(None);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_as_written_here() {
        let text = "`Oh dear!  Don't,' said\nAlice's cat.\n\nTHE END\n\n* * *\n";
        let cut = |tokens: Vec<Option<String>>| tokens.into_iter().map(|t| t.unwrap_or("|".into())).collect::<Vec<_>>();
        assert_eq!(cut(words(text)).join(" "), "oh dear | don't said alice's cat | the end |");
        assert_eq!(cut(characters(text)).concat(), "oh dear|don t said alice s cat|the end|");
    }

    #[test]
    fn the_shipped_text_is_the_one_its_provenance_names() {
        assert_eq!(TEXT.len(), 148_480);
        let ranked = ranked(TextUnit::Words);
        assert!(ranked.ranks.len() > 27_000 && ranked.distinct > 2500, "{} {}", ranked.ranks.len(), ranked.distinct);
        let the = ranked.ranks.iter().filter(|rank| **rank == 1).count();
        assert_eq!(the, 1642, "\"the\" is the most common word");
    }

    #[test]
    fn rare_tokens_are_one_unknown_token() {
        let two = language(TextUnit::Words, 2, 1);
        assert_eq!((two.tokens, two.grams.len()), (4, 4));
        let all = language(TextUnit::Characters, 100, 1);
        assert_eq!((all.tokens, all.grams.len()), (28, 28), "26 letters, the blank, the end, nothing unknown");
    }
}
