//! New text, a token at a time.

use super::cache::Cache;
use super::choice::{Choice, Chooser, likeliest};
use super::{Transformer, windows};
use rand::Rng;

/// Sequences that are written side by side; it changes which random numbers a sequence gets.
const SIDE_BY_SIDE: usize = 64;

impl Transformer {
    /// Continues each prompt by `length` tokens, which it gives back without the prompt. Where the context is full, the newer half of it
    /// is read again as if a text began there, so that new tokens always see at least half a context of text.
    ///
    /// # Panics
    /// If a prompt has no token or one that is not of the vocabulary, or a number of the choice is outside its range.
    pub fn sample(&self, prompts: &[Vec<u16>], length: usize, choice: Choice, rng: &mut dyn Rng) -> Vec<Vec<u16>> {
        choice.check();
        assert!(prompts.iter().all(|prompt| !prompt.is_empty()), "a prompt has at least one token");
        prompts.iter().for_each(|prompt| windows::check(prompt, &self.config));
        let mut chooser = Chooser::default();
        match choice {
            Choice::Beam { width } => prompts.iter().map(|prompt| self.beam(prompt, length, width)).collect(),
            Choice::Greedy => self.write(prompts, length, |logits| likeliest(logits) as u16),
            Choice::Drawn { temperature, top_k, top_p } => {
                self.write(prompts, length, |logits| chooser.draw(logits, (temperature, top_k, top_p), rng))
            }
        }
    }

    fn write(&self, prompts: &[Vec<u16>], length: usize, mut choose: impl FnMut(&[f32]) -> u16) -> Vec<Vec<u16>> {
        let mut found = Vec::with_capacity(prompts.len());
        for prompts in prompts.chunks(SIDE_BY_SIDE) {
            let mut texts = prompts.to_vec();
            let mut cache = Cache::new(&self.config, texts.len());
            let end = |prompt: &[u16]| prompt.len() + length;
            let longest = prompts.iter().map(|prompt| end(prompt)).max().unwrap_or(0);
            for at in 0..longest.saturating_sub(1) {
                let logits = self.read(&mut cache, &texts, at);
                for ((text, prompt), logits) in texts.iter_mut().zip(prompts).zip(logits.chunks_exact(self.config.vocabulary)) {
                    if text.len() == at + 1 && text.len() < end(prompt) {
                        text.push(choose(logits));
                    }
                }
            }
            found.extend(texts.iter().zip(prompts).map(|(text, prompt)| text[prompt.len()..].to_vec()));
        }
        found
    }

    /// Reads the token at `at` of every text (zero where a text has ended), after all before it.
    pub(super) fn read<'a>(&self, cache: &'a mut Cache, texts: &[Vec<u16>], at: usize) -> &'a [f32] {
        let column = |at: usize| texts.iter().map(|text| text.get(at).copied().unwrap_or(0)).collect::<Vec<u16>>();
        if cache.is_full() {
            cache.clear();
            for earlier in at - self.config.context / 2..at {
                cache.read(self, &column(earlier));
            }
        }
        cache.read(self, &column(at))
    }
}
