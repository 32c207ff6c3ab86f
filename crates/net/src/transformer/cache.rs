//! Running a transformer one token at a time over several sequences, with the keys and values of earlier tokens kept.

use super::assemble::Block;
use super::{Config, Transformer};
use crate::graph::{Graph, Id};
use crate::lanes::Runner;
use crate::ops::activation::{self, Activation};
use crate::ops::product::Product;
use crate::ops::{dense, norm};
use crate::real::{Real, dot, sum};

/// Keys and values of some sequences up to a common position, and room for one step.
#[derive(Debug, Clone)]
pub(super) struct Cache {
    config: Config,
    position: usize,
    /// Per block: `sequences x context x width`.
    keys: Vec<Vec<f32>>,
    values: Vec<Vec<f32>>,
    room: Room,
}

/// Room for one step: a row per sequence.
#[derive(Debug, Clone)]
struct Room {
    product: Product<f32>,
    state: Vec<f32>,
    normed: Vec<f32>,
    attend: Vec<f32>,
    seen: Vec<f32>,
    wide: Vec<f32>,
    bent: Vec<f32>,
    kept: Vec<f32>,
    added: Vec<f32>,
    weights: Vec<f32>,
    logits: Vec<f32>,
}

impl Cache {
    /// An empty cache.
    pub(super) fn new(config: &Config, sequences: usize) -> Self {
        let rows = |width: usize| vec![0.0; sequences * width];
        let Config { width, hidden, vocabulary, context, blocks, .. } = *config;
        let room = Room {
            product: Product::new(),
            state: rows(width),
            normed: rows(width),
            attend: rows(3 * width),
            seen: rows(width),
            wide: rows(hidden),
            bent: rows(hidden),
            kept: rows(hidden),
            added: rows(width),
            weights: vec![0.0; context],
            logits: rows(vocabulary),
        };
        let store = vec![rows(context * width); blocks];
        Self { config: *config, position: 0, keys: store.clone(), values: store, room }
    }

    /// Whether there is no room for another token.
    pub(super) fn is_full(&self) -> bool {
        self.position == self.config.context
    }

    /// Forgets every token.
    pub(super) fn clear(&mut self) {
        self.position = 0;
    }

    /// Makes sequence i what sequence `from[i]` was.
    pub(super) fn reorder(&mut self, from: &[usize]) {
        let long = self.config.context * self.config.width;
        let filled = self.position * self.config.width;
        for store in self.keys.iter_mut().chain(&mut self.values) {
            let before = store.clone();
            for (sequence, from) in store.chunks_exact_mut(long).zip(from) {
                sequence[..filled].copy_from_slice(&before[from * long..][..filled]);
            }
        }
    }

    /// Reads one token per sequence and gives the logits of the next: `sequences x vocabulary`.
    ///
    /// # Panics
    /// If the cache is full.
    pub(super) fn read(&mut self, model: &Transformer, tokens: &[u16]) -> &[f32] {
        assert!(!self.is_full(), "room for another token");
        let (graph, nodes, width) = (&model.graph, &model.nodes, self.config.width);
        let place = &graph.value(nodes.places)[self.position * width..][..width];
        let table = graph.value(nodes.table);
        for (row, token) in self.room.state.chunks_exact_mut(width).zip(tokens) {
            let word = &table[usize::from(*token) * width..][..width];
            row.iter_mut().zip(word.iter().zip(place)).for_each(|(state, (word, place))| *state = word + place);
        }
        for (at, block) in nodes.blocks.iter().enumerate() {
            self.attend(graph, block, at);
            self.bend(graph, block);
        }
        let Room { product, state, normed, kept, logits, .. } = &mut self.room;
        let runner = graph.runner();
        norm::forward(runner, state, graph.norm_weights(nodes.last_norm), normed, kept);
        apply(graph, nodes.logits, product, normed, logits);
        self.position += 1;
        &self.room.logits
    }

    fn attend(&mut self, graph: &Graph<f32>, block: &Block, at: usize) {
        let Self { config, position, keys, values, room, .. } = self;
        let (width, runner) = (config.width, graph.runner());
        norm::forward(runner, &room.state, graph.norm_weights(block.before_attention), &mut room.normed, &mut room.kept);
        apply(graph, block.attend, &mut room.product, &room.normed, &mut room.attend);
        let rows = room.attend.chunks_exact(3 * width).zip(room.seen.chunks_exact_mut(width));
        let stores = keys[at].chunks_exact_mut(config.context * width).zip(values[at].chunks_exact_mut(config.context * width));
        for ((row, seen), (keys, values)) in rows.zip(stores) {
            keys[*position * width..][..width].copy_from_slice(&row[width..2 * width]);
            values[*position * width..][..width].copy_from_slice(&row[2 * width..]);
            let filled = (*position + 1) * width;
            look(runner, config.heads, &row[..width], (&keys[..filled], &values[..filled]), (seen, &mut room.weights));
        }
        apply(graph, block.attended, &mut room.product, &room.seen, &mut room.added);
        room.state.iter_mut().zip(&room.added).for_each(|(state, added)| *state += added);
    }

    fn bend(&mut self, graph: &Graph<f32>, block: &Block) {
        let (room, runner) = (&mut self.room, graph.runner());
        norm::forward(runner, &room.state, graph.norm_weights(block.before_dense), &mut room.normed, &mut room.kept);
        apply(graph, block.widened, &mut room.product, &room.normed, &mut room.wide);
        activation::forward(runner, Activation::Gelu, &room.wide, &mut room.bent, &mut room.kept);
        apply(graph, block.narrowed, &mut room.product, &room.bent, &mut room.added);
        room.state.iter_mut().zip(&room.added).for_each(|(state, added)| *state += added);
    }
}

/// A dense layer of the graph on other rows.
fn apply(graph: &Graph<f32>, layer: Id, product: &mut Product<f32>, x: &[f32], y: &mut [f32]) {
    let (layer, weight, bias) = graph.dense_weights(layer);
    dense::forward(graph.runner(), product, layer, x, (weight, bias), y);
}

/// Attention of one query over all tokens so far; `weights` is room.
fn look(runner: Runner, heads: usize, query: &[f32], (keys, values): (&[f32], &[f32]), (seen, weights): (&mut [f32], &mut [f32])) {
    let width = query.len();
    let depth = width / heads;
    let scale = (1.0 / (depth as f64).sqrt()) as f32;
    let weights = &mut weights[..keys.len() / width];
    runner.run(
        #[inline(always)]
        || {
            for head in (0..width).step_by(depth) {
                let query = &query[head..head + depth];
                for (weight, key) in weights.iter_mut().zip(keys.chunks_exact(width)) {
                    *weight = dot(query, &key[head..head + depth]);
                }
                let top = weights.iter().fold(weights[0], |top, weight| weight.larger(top));
                weights.iter_mut().for_each(|weight| *weight = Real::exp((*weight - top) * scale));
                let share = 1.0 / sum(weights, |weight| weight);
                let seen = &mut seen[head..head + depth];
                seen.fill(0.0);
                for (weight, value) in weights.iter().zip(values.chunks_exact(width)) {
                    let weight = weight * share;
                    seen.iter_mut().zip(&value[head..head + depth]).for_each(|(seen, value)| *seen += weight * value);
                }
            }
        },
    );
}
