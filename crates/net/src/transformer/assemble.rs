//! The graph of a transformer.

use super::{Config, Head};
use crate::graph::{Graph, Id, Start};
use crate::ops::activation::Activation;
use crate::ops::dense::{Layer, Storage};
use crate::real::Real;
use rand::Rng;

/// The nodes of one block whose weights sampling reads.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block {
    pub(super) before_attention: Id,
    /// Rows [q | k | v].
    pub(super) attend: Id,
    pub(super) attended: Id,
    pub(super) before_dense: Id,
    pub(super) widened: Id,
    pub(super) narrowed: Id,
}

/// The nodes of a transformer.
#[derive(Debug, Clone)]
pub(super) struct Nodes {
    pub(super) table: Id,
    pub(super) places: Id,
    pub(super) blocks: Vec<Block>,
    pub(super) last_norm: Id,
    pub(super) logits: Id,
}

pub(super) fn assemble<T: Real>(config: &Config, rng: &mut dyn Rng) -> (Graph<T>, Nodes) {
    let Config { vocabulary, context, width, blocks, heads, hidden, head } = *config;
    assert!([vocabulary, context, width, blocks, heads, hidden].iter().all(|number| *number > 0), "no number of the shape is zero");
    assert!(width % heads == 0, "the heads divide the width");
    assert!(vocabulary <= 1 << 16, "a token is a u16");
    let mut graph = Graph::new();
    let table = graph.drawn_weight(vocabulary * width, 0.02, rng);
    let places = graph.drawn_weight(context * width, 0.02, rng);
    let mut state = graph.embed(table, places, width);
    let to_state = Start::Scaled(0.5 / blocks as f64);
    let mut built = Vec::with_capacity(blocks);
    for _ in 0..blocks {
        let before_attention = graph.norm(state);
        let attend = graph.dense(before_attention, 3 * width, Start::Scaled(1.0), rng);
        let seen = graph.attention(attend, heads);
        let attended = graph.dense(seen, width, to_state, rng);
        state = graph.add(state, attended);
        let before_dense = graph.norm(state);
        let widened = graph.dense(before_dense, hidden, Start::Scaled(1.0), rng);
        let bent = graph.activate(widened, Activation::Gelu);
        let narrowed = graph.dense(bent, width, to_state, rng);
        state = graph.add(state, narrowed);
        built.push(Block { before_attention, attend, attended, before_dense, widened, narrowed });
    }
    let last_norm = graph.norm(state);
    let logits = match head {
        Head::Tied => graph.layer(last_norm, table, None, Layer { inputs: width, outputs: vocabulary, storage: Storage::ByOutput }),
        Head::Own => graph.dense(last_norm, vocabulary, Start::Scaled(1.0), rng),
    };
    graph.softmax(logits);
    (graph, Nodes { table, places, blocks: built, last_norm, logits })
}
