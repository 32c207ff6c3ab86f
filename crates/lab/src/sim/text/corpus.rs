//! The text shipped with the tool, or one of the user's own, cut into sentences of words or of characters.
//!
//! Provenance and licence stand in `data/README.md`.

use super::{END, Gram, Language, OwnText, after, context};
use crate::sim::TextUnit;
use std::collections::BTreeMap;
use std::sync::OnceLock;

const TEXT: &str = include_str!("data/alice.txt");
const PROGRAM: &str = include_str!("data/btree.txt");

/// The text as ranks: 0 ends a sentence, 1 is the most common token.
struct Ranked {
    ranks: Vec<u32>,
    distinct: usize,
}

/// The text as it is shipped.
pub fn text() -> &'static str {
    TEXT
}

/// A second text of another kind: source code without its comments.
pub fn program() -> &'static str {
    PROGRAM
}

/// The law of n-grams in a text, the shipped one where there is no other: the `vocabulary` most common tokens, all others as one unknown token.
pub(super) fn language(own: Option<&OwnText>, unit: TextUnit, vocabulary: usize, order: usize) -> Language {
    match own {
        None => law(ranked(unit), vocabulary, order),
        Some(own) => law(&rank(&cut(own.text(), unit)), vocabulary, order),
    }
}

fn law(ranked: &Ranked, vocabulary: usize, order: usize) -> Language {
    let kept = vocabulary.min(ranked.distinct);
    let unknown = kept as u16 + 1;
    let mut window = 0;
    let grams = ranked.ranks.iter().map(|rank| {
        let token = (*rank).min(u32::from(unknown)) as u16;
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
        TextUnit::Words => WORDS.get_or_init(|| rank(&cut(TEXT, unit))),
        TextUnit::Characters => CHARACTERS.get_or_init(|| rank(&cut(TEXT, unit))),
    }
}

/// The tokens of a text; `None` ends a sentence.
fn cut(text: &str, unit: TextUnit) -> Vec<Option<String>> {
    match unit {
        TextUnit::Words => words(text),
        TextUnit::Characters => characters(text),
    }
}

/// Ranks by falling frequency, ties by the alphabet.
fn rank(tokens: &[Option<String>]) -> Ranked {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    tokens.iter().flatten().for_each(|token| *counts.entry(token).or_default() += 1);
    let mut order: Vec<(&str, u32)> = counts.into_iter().collect();
    order.sort_by_key(|(token, count)| (std::cmp::Reverse(*count), *token));
    let places: BTreeMap<&str, u32> = (1..).zip(&order).map(|(place, (token, _))| (*token, place)).collect();
    let ranks = tokens.iter().map(|token| token.as_deref().map_or(u32::from(END), |token| places[token])).collect();
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
        let found = sentence.split(|c: char| !c.is_alphabetic() && c != '\'').map(|word| word.trim_matches('\''));
        let before = out.len();
        out.extend(found.filter(|word| !word.is_empty()).map(|word| Some(word.to_lowercase())));
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
        let words = sentence.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
        let line = words.collect::<Vec<_>>().join(" ").to_lowercase();
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
        assert_eq!((TEXT.len(), PROGRAM.len()), (148_480, 148_469));
        let ranked = ranked(TextUnit::Words);
        assert!(ranked.ranks.len() > 27_000 && ranked.distinct > 2500, "{} {}", ranked.ranks.len(), ranked.distinct);
        let the = ranked.ranks.iter().filter(|rank| **rank == 1).count();
        assert_eq!(the, 1642, "\"the\" is the most common word");
    }

    #[test]
    fn rare_tokens_are_one_unknown_token() {
        let two = language(None, TextUnit::Words, 2, 1);
        assert_eq!((two.tokens, two.grams.len()), (4, 4));
        let all = language(None, TextUnit::Characters, 100, 1);
        assert_eq!((all.tokens, all.grams.len()), (28, 28), "26 letters, the blank, the end, nothing unknown");
    }

    #[test]
    fn a_text_of_ones_own_is_cut_alike_in_any_alphabet() {
        let own = |text: &str| language(Some(&OwnText::new(text)), TextUnit::Words, 9, 2);
        let law = own("Über Äpfel.\r\n\r\nÜber Äpfel! Über");
        // Twice "über äpfel" and its end, once "über" and its end, of eight tokens.
        let masses: Vec<f64> = law.grams.iter().map(|(_, p)| 8.0 * p).collect();
        assert_eq!((law.tokens, masses), (3, vec![3.0, 1.0, 2.0, 2.0]));
        assert!(own("one. two") != own("one. one") && own("a b\r\n\r\nc") == own("a b\n\nc"));
        assert!(own("... 1865 !").grams.is_empty(), "no word, no law");
        // More different words than 16 bits can number.
        let letters = |i: u32| (0..4).map(|k| char::from(b'a' + (i / 17_u32.pow(k) % 17) as u8)).collect::<String>();
        let many = (0..70_000).map(letters).collect::<Vec<_>>().join(" ");
        assert_eq!(own(&many).tokens, 11);
    }
}
