//! The world of passages: stretches of 64 characters of the shipped book, begun anywhere.
//!
//! Characters are lower-case; every run of white space is one space; characters seen fewer than 50 times are left out. The text is cut into
//! blocks of 20 passages, of which every tenth is held out.

use crate::random::{Rng, Streams};
use crate::sim::chain::{Assessment, RealDraw};
use crate::sim::text::corpus;
use crate::sim::world::{Judged, World};
use crate::sim::{Setup, Truth};
use rand::RngExt;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Characters of a passage.
pub const LENGTH: usize = 64;
/// Different characters; the token after the last one begins a passage.
pub const VOCABULARY: usize = 40;
/// Characters of a stretch that is looked up in the book.
pub const GRAM: usize = 5;
const FEWEST: usize = 50;
const BLOCK: usize = 20 * LENGTH;
const HELD_OUT_EVERY: usize = 10;

/// A passage: characters by rank, 0 the most common one.
pub type Passage = [u8; LENGTH];

/// The book in tokens, with what is counted of it once.
#[derive(Debug)]
pub struct Book {
    /// What each token is.
    pub letters: Vec<char>,
    /// Blocks that real passages are drawn from.
    blocks: Vec<Vec<u8>>,
    /// Passages that no model is trained on, one after the other.
    pub held_out: Vec<Passage>,
    /// Shares of the characters in the blocks.
    pub law: Vec<f64>,
    /// Every stretch of five characters of the whole book.
    grams: BTreeSet<[u8; GRAM]>,
    /// The most stretches of a held-out passage that the blocks do not have.
    strangest: usize,
}

static BOOK: LazyLock<Book> = LazyLock::new(|| Book::read(corpus::text()));

/// The shipped book.
pub fn book() -> &'static Book {
    &BOOK
}

impl Book {
    fn read(text: &str) -> Self {
        let plain = text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
        let mut counts: BTreeMap<char, usize> = BTreeMap::new();
        plain.chars().for_each(|letter| *counts.entry(letter).or_default() += 1);
        let mut order: Vec<(char, usize)> = counts.into_iter().filter(|(_, count)| *count >= FEWEST).collect();
        order.sort_by_key(|(letter, count)| (std::cmp::Reverse(*count), *letter));
        let letters: Vec<char> = order.into_iter().map(|(letter, _)| letter).collect();
        let tokens: Vec<u8> =
            plain.chars().filter_map(|letter| letters.iter().position(|known| *known == letter)).map(|rank| rank as u8).collect();
        let cut: Vec<&[u8]> = tokens.chunks_exact(BLOCK).collect();
        let part = |is_held_out: bool| cut.iter().enumerate().filter(move |(place, _)| (place % HELD_OUT_EVERY == 0) == is_held_out);
        let blocks: Vec<Vec<u8>> = part(false).map(|(_, block)| block.to_vec()).collect();
        let held_out: Vec<Passage> = part(true).flat_map(|(_, block)| block.as_chunks().0.to_vec()).collect();
        let mut law = vec![0.0; letters.len()];
        let total = (blocks.len() * BLOCK) as f64;
        blocks.iter().flatten().for_each(|rank| law[usize::from(*rank)] += 1.0 / total);
        let grams = tokens.windows(GRAM).map(gram).collect();
        let seen: BTreeSet<[u8; GRAM]> = blocks.iter().flat_map(|block| block.windows(GRAM)).map(gram).collect();
        let strangest = held_out.iter().map(|passage| passage.windows(GRAM).filter(|window| !seen.contains(&gram(window))).count()).max();
        Self { letters, blocks, held_out, law, grams, strangest: strangest.unwrap_or(0) }
    }

    /// Whether the book has this stretch of five characters anywhere.
    pub fn has(&self, window: &[u8]) -> bool {
        self.grams.contains(&gram(window))
    }

    /// A passage as text.
    pub fn written(&self, passage: &Passage) -> String {
        passage.iter().map(|rank| self.letters.get(usize::from(*rank)).copied().unwrap_or('?')).collect()
    }
}

fn gram(window: &[u8]) -> [u8; GRAM] {
    std::array::from_fn(|place| window[place])
}

/// Stretches of five characters of a passage.
pub fn grams(passage: &Passage) -> impl Iterator<Item = &[u8]> {
    passage.windows(GRAM)
}

/// The rarest characters of a law that together have at most this mass, and at least one of them.
pub fn rarest(law: &[f64], mass: f64) -> BTreeSet<usize> {
    let mut order: Vec<usize> = (0..law.len()).collect();
    order.sort_by(|a, b| law[*a].total_cmp(&law[*b]));
    let mut held = 0.0;
    let within = |place: &usize| {
        held += law[*place];
        held <= mass
    };
    let mut tail: BTreeSet<usize> = order.iter().copied().take_while(within).collect();
    tail.insert(order[0]);
    tail
}

/// Passages of the book.
#[derive(Debug, Clone, Copy)]
pub struct Passages;

impl Passages {
    /// The world of a setup; `None` for another truth.
    #[must_use]
    pub fn of(setup: &Setup) -> Option<Self> {
        matches!(setup.truth, Truth::Book).then_some(Self)
    }
}

impl World for Passages {
    type Example = Passage;

    fn begin(&mut self, _: &Streams) {}

    fn real(&mut self, _: RealDraw, n: u64, rng: &mut Rng, out: &mut Vec<Passage>) {
        for _ in 0..n {
            let block = &book().blocks[rng.random_range(0..book().blocks.len())];
            let start = rng.random_range(0..=block.len() - LENGTH);
            out.push(std::array::from_fn(|place| block[start + place]));
        }
    }
}

impl Judged for Passages {
    /// Correct is a passage with no more stretches unknown to the book than a held-out passage has; the tail holds one of the rarest characters.
    fn assess(&self, passage: &Passage) -> Assessment {
        let strange = grams(passage).filter(|window| !book().has(window)).count();
        let tail = rarest(&book().law, 0.01);
        Assessment { correct: strange <= book().strangest, tail: passage.iter().any(|rank| tail.contains(&usize::from(*rank))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_book_is_cut_as_stated() {
        let book = book();
        assert_eq!(book.letters.len(), VOCABULARY);
        assert_eq!(book.letters[..4], [' ', 'e', 't', 'a']);
        assert_eq!((book.blocks.len(), book.held_out.len()), (99, 240));
        assert!((book.law.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        assert!(book.held_out.iter().flat_map(grams).all(|window| book.has(window)), "the whole book holds every stretch of it");
    }
}
