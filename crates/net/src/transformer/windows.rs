//! Text as windows: which tokens a row reads and which it predicts.

use super::Config;
use rand::{Rng, RngExt};

/// What a transformer reads.
#[derive(Debug, Clone, Copy)]
pub enum Text<'a> {
    /// One long row of tokens, read through windows of the context's length. In training each window begins at a place drawn anew within
    /// its own stretch of the stream.
    Stream(&'a [u16]),
    /// Passages that are read from their first token, each for itself.
    Passages(&'a [Vec<u16>]),
}

/// A text cut into windows.
pub(super) struct Windows<'a> {
    text: Text<'a>,
    span: usize,
}

/// # Panics
/// If a token is not of the vocabulary.
pub(super) fn check(tokens: &[u16], config: &Config) {
    assert!(tokens.iter().all(|token| usize::from(*token) < config.vocabulary), "every token is of the vocabulary");
}

impl<'a> Windows<'a> {
    /// # Panics
    /// If a token is not of the vocabulary, there are fewer than two tokens, or a passage is longer than the context and one token.
    pub(super) fn new(text: Text<'a>, config: &Config) -> Self {
        let span = match text {
            Text::Stream(tokens) => {
                assert!(tokens.len() > 1, "a stream has at least two tokens");
                check(tokens, config);
                config.context.min(tokens.len() - 1)
            }
            Text::Passages(passages) => {
                let fit = |passage: &Vec<u16>| (2..=config.context + 1).contains(&passage.len());
                assert!(passages.iter().all(fit), "a passage has from two tokens to one more than the context");
                passages.iter().for_each(|passage| check(passage, config));
                passages.iter().map(|passage| passage.len() - 1).max().expect("at least one passage")
            }
        };
        Self { text, span }
    }

    /// Rows of a window.
    pub(super) fn span(&self) -> usize {
        self.span
    }

    /// How many windows there are.
    pub(super) fn count(&self) -> usize {
        match self.text {
            Text::Stream(tokens) => (tokens.len() - 1).div_ceil(self.span),
            Text::Passages(passages) => passages.len(),
        }
    }

    /// By how much a window of a training batch is shifted: drawn for a stream, none for passages.
    pub(super) fn shift(&self, rng: &mut dyn Rng) -> Option<usize> {
        match self.text {
            Text::Stream(_) => Some(rng.random_range(0..self.span as u32) as usize),
            Text::Passages(_) => None,
        }
    }

    /// Writes a window's tokens, what they predict, and ones in `shares` where something is predicted (zeros elsewhere). Gives back how
    /// many tokens are predicted. With a shift the window is full and begins that much later, from the front where the stream ends.
    pub(super) fn write(
        &self,
        window: usize,
        shift: Option<usize>,
        (read, predicted): (&mut [u16], &mut [u16]),
        shares: &mut [f32],
    ) -> usize {
        let tokens = match (self.text, shift) {
            (Text::Stream(tokens), None) => &tokens[window * self.span..tokens.len().min((window + 1) * self.span + 1)],
            (Text::Stream(tokens), Some(shift)) => {
                let start = (window * self.span + shift) % (tokens.len() - self.span);
                &tokens[start..=start + self.span]
            }
            (Text::Passages(passages), _) => &passages[window][..],
        };
        let length = tokens.len() - 1;
        read[..length].copy_from_slice(&tokens[..length]);
        predicted[..length].copy_from_slice(&tokens[1..]);
        shares[..length].fill(1.0);
        // Causal attention never looks at what follows, so any token serves.
        read[length..].fill(0);
        predicted[length..].fill(0);
        shares[length..].fill(0.0);
        length
    }
}
