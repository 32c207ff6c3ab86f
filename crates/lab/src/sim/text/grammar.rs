//! A small grammar with agreement, whose sentences are right or wrong.
//!
//! A sentence is: determiner, perhaps an adjective, subject, verb, perhaps an adjective, object. Determiner, subject and
//! verb agree in number; adjectives and objects have one form. Two words back decide what may follow, so the language is an
//! exact trigram law, and a sentence is grammatical exactly if all its trigrams are. One word back does not: a bigram
//! model joins what only stood beside the same adjective ("these small dog barks").

use super::{END, Gram, Language, after, context};
use std::collections::BTreeMap;

/// The order of the language.
const ORDER: usize = 3;

/// Where the words of each class stand among the tokens: the end, two determiners, then the classes.
struct Lexicon {
    words: u16,
    /// Probability of each word of a class: i^-exponent, normalised.
    shares: Vec<f64>,
    adjectives: f64,
}

/// Classes of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Determiner,
    Adjective,
    /// Singular, plural.
    Subject(u16),
    Verb(u16),
    Object,
}

impl Lexicon {
    fn first(&self, class: Class) -> u16 {
        match class {
            Class::Determiner => 1,
            Class::Adjective => 3,
            Class::Subject(number) => 3 + self.words * (1 + number),
            Class::Verb(number) => 3 + self.words * (3 + number),
            Class::Object => 3 + self.words * 5,
        }
    }

    fn class(&self, token: u16) -> Class {
        if token < 3 {
            return Class::Determiner;
        }
        match (token - 3) / self.words {
            0 => Class::Adjective,
            place @ 1..=2 => Class::Subject(place - 1),
            place @ 3..=4 => Class::Verb(place - 3),
            _ => Class::Object,
        }
    }

    /// The words of a class with their probabilities times `weight`.
    fn words(&self, class: Class, weight: f64) -> impl Iterator<Item = (u16, f64)> {
        (self.first(class)..).zip(&self.shares).map(move |(token, share)| (token, weight * share))
    }

    /// What may follow a window.
    fn next(&self, window: u64) -> Vec<(u16, f64)> {
        let (before, last) = ((window >> 16) as u16, (window & 0xffff) as u16);
        if last == END {
            return vec![(1, 0.5), (2, 0.5)];
        }
        let either = |class| self.words(Class::Adjective, self.adjectives).chain(self.words(class, 1.0 - self.adjectives)).collect();
        match self.class(last) {
            Class::Determiner => either(Class::Subject(last - 1)),
            Class::Adjective if before < 3 => self.words(Class::Subject(before - 1), 1.0).collect(),
            Class::Adjective => self.words(Class::Object, 1.0).collect(),
            Class::Subject(number) => self.words(Class::Verb(number), 1.0).collect(),
            Class::Verb(_) => either(Class::Object),
            Class::Object => vec![(END, 1.0)],
        }
    }
}

/// The language with so many words in each open class.
pub(super) fn language(words: usize, exponent: f64, adjectives: f64) -> Language {
    let weights: Vec<f64> = (1..=words).map(|i| (i as f64).powf(-exponent)).collect();
    let total: f64 = weights.iter().sum();
    let shares = weights.iter().map(|w| w / total).collect();
    let lexicon = Lexicon { words: words as u16, shares, adjectives };
    let mut grams = Vec::new();
    // How often a sentence stands at each window after so many words; every sentence ends.
    let mut front = BTreeMap::from([(0, 1.0)]);
    while !front.is_empty() {
        let mut next = BTreeMap::new();
        for (window, mass) in front {
            for (token, p) in lexicon.next(window).into_iter().filter(|(_, p)| *p > 0.0) {
                grams.push((Gram { window, token }, mass * p));
                if token != END {
                    *next.entry(context(after(window, token), 3)).or_default() += mass * p;
                }
            }
        }
        front = next;
    }
    Language::collected(ORDER, 3 + 6 * words, grams)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_of_one_word_per_class_is_counted_by_hand() {
        let language = language(1, 1.0, 0.25);
        // Determiner, subject, verb, object and end in every sentence, each adjective in a quarter: 5.5 tokens.
        let p = |window: u64, token: u16| language.grams.iter().find(|(g, _)| *g == Gram { window, token }).map_or(0.0, |(_, p)| *p);
        let close = |a: f64, b: f64| assert!((a * 5.5 - b).abs() < 1e-12, "{} {b}", a * 5.5);
        let (this, small, dog, dogs, barks, bone) = (1_u64, 3, 4, 5, 6_u16, 8);
        close(p(0, 1), 0.5);
        close(p(1, small), 0.125);
        close(p(this << 16 | u64::from(small), dog), 0.125);
        close(p(this << 16 | u64::from(small), dogs), 0.0);
        close(p(u64::from(dog) << 16 | u64::from(barks), bone), 0.375);
        close(p(u64::from(small) << 16 | u64::from(bone), END), 0.25);
    }

    #[test]
    fn a_shorter_memory_forgets_agreement() {
        let bigrams = language(2, 1.0, 0.5).seen_by(2);
        let after_adjective = bigrams.grams.iter().filter(|(gram, _)| gram.window == 3).count();
        assert_eq!(after_adjective, 6, "two singular, two plural subjects, two objects");
    }
}
