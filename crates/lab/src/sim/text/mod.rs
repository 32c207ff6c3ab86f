//! Texts as exact n-gram laws: a token depends on those before it in its sentence, and on nothing else.
//!
//! Takes a truth and gives a [`Language`]: every n-gram with its probability in an endless text. Tokens are numbers; 0 ends
//! a sentence, and what stood before an end is forgotten, so that sentences are independent and the law of contexts is
//! stationary exactly. It samples nothing (`models::ngram` does).

mod chain;
pub(super) mod corpus;
mod grammar;
mod own;
mod refusals;

use super::kept::Kept;
use super::{TextSource, Truth};
use std::sync::Arc;

pub use chain::splits;
pub use own::OwnText;
pub use refusals::refusals;

/// The token that ends a sentence.
pub const END: u16 = 0;
/// Longest n-grams: a token with the four before it, which a window holds.
pub const MOST_ORDER: usize = 5;
/// Most common tokens kept, at most.
pub const MOST_VOCABULARY: usize = 2000;
/// Words of each class of the grammar, at most: its n-grams grow with the cube.
pub const MOST_WORDS: usize = 20;
/// Tokens of a chain written out, at most.
pub const MOST_ROWS: usize = 100;

/// A token after the (at most four) tokens before it in its sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gram {
    /// The tokens before, each in 16 bits and the nearest in the lowest; 0 where the sentence has none.
    pub window: u64,
    /// The token.
    pub token: u16,
}

/// The window after a token.
#[must_use]
pub const fn after(window: u64, token: u16) -> u64 {
    if token == END { 0 } else { window << 16 | token as u64 }
}

/// What an n-gram law of this order sees of a window.
#[must_use]
pub const fn context(window: u64, order: usize) -> u64 {
    if order < MOST_ORDER { window & ((1 << (16 * order.saturating_sub(1))) - 1) } else { window }
}

/// An n-gram law with the probability of every n-gram in an endless text.
#[derive(Debug, Clone, PartialEq)]
pub struct Language {
    /// n: a token depends on the n - 1 before it.
    pub order: usize,
    /// Number of tokens, the end of a sentence among them.
    pub tokens: usize,
    /// The n-grams that occur, sorted, with probabilities that add up to 1.
    pub grams: Vec<(Gram, f64)>,
}

/// Laws of texts, by their source.
static LAWS: Kept<TextSource, Option<Arc<Language>>> = Kept::new();

impl Language {
    /// The law of a text; `None` for other truths and for parameters that `check` refuses.
    #[must_use]
    pub fn of(truth: &Truth) -> Option<Arc<Self>> {
        let Truth::Text { source } = truth else { return None };
        LAWS.get(source, || Self::of_source(source).map(Arc::new))
    }

    fn of_source(source: &TextSource) -> Option<Self> {
        match source {
            TextSource::Corpus { unit, vocabulary, order } | TextSource::Own { unit, vocabulary, order, .. } => {
                let own = if let TextSource::Own { corpus, .. } = source { Some(corpus) } else { None };
                let fits = (1..=MOST_VOCABULARY).contains(vocabulary) && (1..=MOST_ORDER).contains(order);
                fits.then(|| corpus::language(own, *unit, *vocabulary, *order))
            }
            TextSource::Grammar { words, exponent, adjectives } => {
                let fits = (1..=MOST_WORDS).contains(words) && exponent.is_finite() && (0.0..=1.0).contains(adjectives);
                fits.then(|| grammar::language(*words, *exponent, *adjectives))
            }
            TextSource::Chain { rows } => chain::language(rows),
        }
    }

    /// The same text seen by a shorter memory: its n-grams of a smaller order.
    #[must_use]
    pub fn seen_by(&self, order: usize) -> Self {
        let seen = self.grams.iter().map(|(gram, p)| (Gram { window: context(gram.window, order), ..*gram }, *p));
        Self::collected(order, self.tokens, seen.collect())
    }

    /// Adds up equal n-grams and makes the sum 1.
    fn collected(order: usize, tokens: usize, mut grams: Vec<(Gram, f64)>) -> Self {
        grams.sort_by_key(|(gram, _)| *gram);
        grams.dedup_by(|next, kept| {
            let is_same = next.0 == kept.0;
            kept.1 += if is_same { next.1 } else { 0.0 };
            is_same
        });
        grams.retain(|(_, weight)| *weight > 0.0);
        let total: f64 = grams.iter().map(|(_, weight)| weight).sum();
        grams.iter_mut().for_each(|(_, weight)| *weight /= total);
        Self { order, tokens, grams }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::TextUnit;

    fn every() -> Vec<Arc<Language>> {
        let corpus = |unit, order| TextSource::Corpus { unit, vocabulary: 100, order };
        let rows = vec![vec![0.2, 0.5, 0.3], vec![0.0, 0.1, 0.9], vec![1.0, 0.0, 0.0]];
        let sources = [
            corpus(TextUnit::Words, 1),
            corpus(TextUnit::Words, 2),
            corpus(TextUnit::Words, 3),
            corpus(TextUnit::Characters, 3),
            corpus(TextUnit::Words, 4),
            corpus(TextUnit::Characters, 5),
            TextSource::Grammar { words: 3, exponent: 1.0, adjectives: 0.4 },
            TextSource::Chain { rows },
        ];
        sources.into_iter().map(|source| Language::of(&Truth::Text { source }).expect("fits")).collect()
    }

    #[test]
    fn contexts_are_stationary() {
        // What flows into a context is what flows out of it.
        for language in every() {
            let mut flow = std::collections::BTreeMap::<u64, f64>::new();
            for (gram, p) in &language.grams {
                *flow.entry(gram.window).or_default() += p;
                *flow.entry(context(after(gram.window, gram.token), language.order)).or_default() -= p;
            }
            assert!(flow.values().all(|left| left.abs() < 1e-12), "order {}", language.order);
            let total: f64 = language.grams.iter().map(|(_, p)| p).sum();
            assert!((total - 1.0).abs() < 1e-12);
            assert!(language.grams.iter().all(|(gram, _)| usize::from(gram.token) < language.tokens));
        }
    }

    #[test]
    fn a_shorter_memory_sees_the_same_text() {
        let corpus = |order| Language::of(&Truth::Text { source: TextSource::Corpus { unit: TextUnit::Words, vocabulary: 50, order } });
        for (long, short) in [(3, 2), (4, 3), (5, 4), (5, 1)] {
            let seen = corpus(long).expect("fits").seen_by(short);
            let own = corpus(short).expect("fits");
            assert_eq!(seen.grams.len(), own.grams.len());
            assert!(seen.grams.iter().zip(&own.grams).all(|(a, b)| a.0 == b.0 && (a.1 - b.1).abs() < 1e-12));
        }
    }
}
