//! Decoder-only transformers over tokens. Takes a stream of tokens or passages; gives nats per token, logits and new text.
//!
//! Blocks have their norms before attention and before the two dense layers with a bend between; positions are learned; the last layer
//! is the embedding again (tied) or has weights of its own.
//!
//! # Source
//! Vaswani et al. (2017); norms as in Radford et al. (2019), section 2.3; tied embeddings: Press and Wolf (2017).

mod assemble;
mod beam;
mod cache;
mod choice;
mod generate;
#[cfg(test)]
mod tests;
mod windows;

pub use choice::Choice;
pub use windows::Text;

use crate::graph::Graph;
use crate::training::{Diverged, Recipe, train};
use assemble::{Nodes, assemble};
use rand::Rng;
use windows::Windows;

/// Windows that are evaluated at once; it changes no result.
const BLOCK: usize = 16;

/// Whose weights the last layer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Head {
    /// The embedding's, without a bias.
    Tied,
    /// Its own, with a bias.
    Own,
}

/// The shape of a transformer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// How many tokens there are: they are 0 to `vocabulary - 1`.
    pub vocabulary: usize,
    /// The longest window, in tokens.
    pub context: usize,
    /// Numbers of a token's state.
    pub width: usize,
    /// Blocks.
    pub blocks: usize,
    /// Heads of attention; they divide the width.
    pub heads: usize,
    /// Width between the two dense layers of a block, usually four times the state's.
    pub hidden: usize,
    /// The last layer.
    pub head: Head,
}

/// A transformer. Evaluation uses the model's own buffers, hence `&mut self`; it changes no later result.
#[derive(Debug, Clone)]
pub struct Transformer {
    config: Config,
    graph: Graph<f32>,
    nodes: Nodes,
}

impl Transformer {
    /// A transformer with drawn weights: embeddings and positions normal with deviation 0.02; matrices with variance 1 / inputs, of those
    /// that end in the state over twice the blocks besides (Radford et al. 2019, section 2.3); biases zero.
    ///
    /// # Panics
    /// If a number of the shape is zero, the heads do not divide the width, or there are more than 65,536 tokens.
    pub fn new(config: &Config, rng: &mut dyn Rng) -> Self {
        let (graph, nodes) = assemble(config, rng);
        Self { config: *config, graph, nodes }
    }

    /// Trains on windows of a stream or on passages, from the weights it has. A batch counts windows; an epoch of a stream is its length
    /// over the context. The loss of a batch is the mean over its predicted tokens.
    ///
    /// # Errors
    /// When training diverges.
    ///
    /// # Panics
    /// If a token is not of the vocabulary, there are fewer than two tokens (in a stream or in some passage), or a passage is longer than
    /// the context and one token.
    pub fn fit(&mut self, text: Text, recipe: &Recipe, rng: &mut dyn Rng) -> Result<(), Diverged> {
        let windows = Windows::new(text, &self.config);
        let count = windows.count();
        self.graph.batch.span = windows.span();
        self.graph.resize(recipe.batch.min(count) * windows.span());
        train(&mut self.graph, recipe, count, rng, |graph, batch, rng| {
            let rows = graph.batch.tokens.chunks_exact_mut(windows.span()).zip(graph.batch.targets.chunks_exact_mut(windows.span()));
            let mut lengths = 0;
            for ((window, (tokens, targets)), shares) in batch.iter().zip(rows).zip(graph.batch.shares.chunks_exact_mut(windows.span())) {
                lengths += windows.write(*window as usize, windows.shift(rng), (tokens, targets), shares);
            }
            let share = 1.0 / lengths as f32;
            graph.batch.shares.iter_mut().for_each(|live| *live *= share);
        })
    }

    /// Nats per predicted token: of a stream cut into windows of the context, or of passages. Every token but the first of a stream or of
    /// a passage is predicted once, from those before it in its window.
    ///
    /// # Panics
    /// As `fit`.
    pub fn loss(&mut self, text: Text) -> f64 {
        let windows = Windows::new(text, &self.config);
        let (total, tokens) =
            self.scores(&windows).into_iter().fold((0.0, 0), |(total, tokens), (nats, length)| (total + nats, tokens + length));
        total / tokens as f64
    }

    /// Nats per predicted token of each passage.
    ///
    /// # Panics
    /// As `fit`.
    pub fn losses(&mut self, passages: &[Vec<u16>]) -> Vec<f64> {
        let windows = Windows::new(Text::Passages(passages), &self.config);
        self.scores(&windows).into_iter().map(|(nats, length)| nats / length as f64).collect()
    }

    /// Nats and predicted tokens of each window.
    fn scores(&mut self, windows: &Windows) -> Vec<(f64, usize)> {
        let span = windows.span();
        self.graph.batch.span = span;
        let mut found = Vec::with_capacity(windows.count());
        for first in (0..windows.count()).step_by(BLOCK) {
            let block = first..windows.count().min(first + BLOCK);
            self.graph.resize(block.len() * span);
            let batch = &mut self.graph.batch;
            let rows =
                batch.tokens.chunks_exact_mut(span).zip(batch.targets.chunks_exact_mut(span)).zip(batch.shares.chunks_exact_mut(span));
            let lengths: Vec<usize> = block.zip(rows).map(|(window, (rows, shares))| windows.write(window, None, rows, shares)).collect();
            self.graph.forward();
            for (losses, length) in self.graph.losses().chunks_exact(span).zip(lengths) {
                found.push((losses[..length].iter().sum(), length));
            }
        }
        found
    }

    /// The logits of the token after each of one to `context` tokens: `tokens x vocabulary`, row-major.
    ///
    /// # Panics
    /// If there is no token, there are more than the context, or one is not of the vocabulary.
    pub fn logits(&mut self, tokens: &[u16]) -> Vec<f32> {
        assert!((1..=self.config.context).contains(&tokens.len()), "one token to the context's length");
        windows::check(tokens, &self.config);
        self.graph.batch.span = tokens.len();
        self.graph.resize(tokens.len());
        self.graph.batch.tokens.copy_from_slice(tokens);
        self.graph.forward_to(self.nodes.logits);
        self.graph.value(self.nodes.logits).to_vec()
    }

    /// All weights in one list: embedding, positions; of each block the first norm, attention in and out, the second norm, the two dense
    /// layers; the last norm; the last layer where it has its own.
    #[must_use]
    pub fn weights(&self) -> Vec<f32> {
        self.graph.weights()
    }

    /// Writes all weights, in the order of `weights`.
    ///
    /// # Panics
    /// If there are more or fewer than the network has.
    pub fn set_weights(&mut self, weights: &[f32]) {
        self.graph.load(weights);
    }
}
