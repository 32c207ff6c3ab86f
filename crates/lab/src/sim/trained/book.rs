//! The world of passages: stretches of 64 characters of a shipped text, the book or the program, begun anywhere.
//!
//! Both texts are treated alike. Characters are lower-case; every run of white space is one space; characters seen fewer than 50 times are left out. The text is cut into
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
/// Characters of a stretch that is looked up in the text.
pub const GRAM: usize = 5;
const FEWEST: usize = 50;
const BLOCK: usize = 20 * LENGTH;
const HELD_OUT_EVERY: usize = 10;

/// A passage: characters by rank, 0 the most common one.
pub type Passage = [u8; LENGTH];

/// A text in tokens, with what is counted of it once.
#[derive(Debug)]
pub struct Book {
    /// What each token is; the token after the last one begins a passage.
    pub letters: Vec<char>,
    /// Blocks that real passages are drawn from.
    blocks: Vec<Vec<u8>>,
    /// Passages that no model is trained on, one after the other.
    pub held_out: Vec<Passage>,
    /// Shares of the characters in the blocks.
    pub law: Vec<f64>,
    /// Every stretch of five characters of the whole text.
    grams: BTreeSet<[u8; GRAM]>,
    /// The most stretches of a held-out passage that the blocks do not have.
    strangest: usize,
}

static BOOK: LazyLock<Book> = LazyLock::new(|| Book::read(corpus::text()));
static PROGRAM: LazyLock<Book> = LazyLock::new(|| Book::read(corpus::program()));

/// How many different characters the text of a truth has, without reading it; `None` where there is no text.
pub const fn characters_of(truth: &Truth) -> Option<usize> {
    match truth {
        Truth::Book => Some(40),
        Truth::Program => Some(60),
        _ => None,
    }
}

/// The shipped text of a truth; `None` where there is none.
pub fn text_of(truth: &Truth) -> Option<&'static Book> {
    match truth {
        Truth::Book => Some(&BOOK),
        Truth::Program => Some(&PROGRAM),
        _ => None,
    }
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

    /// Whether the text has this stretch of five characters anywhere.
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

/// Passages of a text.
#[derive(Debug, Clone, Copy)]
pub struct Passages {
    /// The text.
    pub text: &'static Book,
}

impl Passages {
    /// The world of a setup; `None` for another truth.
    #[must_use]
    pub fn of(setup: &Setup) -> Option<Self> {
        Some(Self { text: text_of(&setup.truth)? })
    }
}

impl World for Passages {
    type Example = Passage;

    fn begin(&mut self, _: &Streams) {}

    fn real(&mut self, _: RealDraw, n: u64, rng: &mut Rng, out: &mut Vec<Passage>) {
        for _ in 0..n {
            let block = &self.text.blocks[rng.random_range(0..self.text.blocks.len())];
            let start = rng.random_range(0..=block.len() - LENGTH);
            out.push(std::array::from_fn(|place| block[start + place]));
        }
    }
}

impl Judged for Passages {
    /// Correct is a passage with no more stretches unknown to the text than a held-out passage has; the tail holds one of the rarest characters.
    fn assess(&self, passage: &Passage) -> Assessment {
        let strange = grams(passage).filter(|window| !self.text.has(window)).count();
        let tail = rarest(&self.text.law, 0.01);
        Assessment { correct: strange <= self.text.strangest, tail: passage.iter().any(|rank| tail.contains(&usize::from(*rank))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_book_is_cut_as_stated() {
        for (truth, commonest, blocks, passages) in [(Truth::Book, " eta", 99, 240), (Truth::Program, " ept", 103, 240)] {
            let text = text_of(&truth).expect("it is shipped");
            assert_eq!(Some(text.letters.len()), characters_of(&truth));
            assert_eq!(text.letters[..4].iter().collect::<String>(), commonest);
            assert_eq!((text.blocks.len(), text.held_out.len()), (blocks, passages));
            assert!((text.law.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            assert!(text.held_out.iter().flat_map(grams).all(|window| text.has(window)), "the whole text holds every stretch of it");
        }
    }

    #[test]
    fn one_text_knows_few_stretches_of_the_other() {
        let [book, program] = [Truth::Book, Truth::Program].map(|truth| Passages { text: text_of(&truth).expect("it is shipped") });
        let own = |world: Passages| world.text.held_out.iter().all(|passage| world.assess(passage).correct);
        assert!(own(book) && own(program));
        let known = |from: Passages, to: Passages| {
            let rank = |letter: char| to.text.letters.iter().position(|known| *known == letter).map_or(u8::MAX, |rank| rank as u8);
            let read = |passage: &Passage| from.text.written(passage).chars().map(rank).collect::<Vec<u8>>();
            let stretches: Vec<bool> = from
                .text
                .held_out
                .iter()
                .map(read)
                .flat_map(|ranks| ranks.windows(GRAM).map(|window| to.text.has(window)).collect::<Vec<_>>())
                .collect();
            stretches.iter().filter(|is_known| **is_known).count() as f64 / stretches.len() as f64
        };
        assert!((known(book, book) - 1.0).abs() < 1e-12);
        assert!(known(book, program) < 0.1 && known(program, book) < 0.1);
    }
}
