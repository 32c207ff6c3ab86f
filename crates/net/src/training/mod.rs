//! Training: how long, by which rule, at which rate, and in which order the examples come. The loop knows no model: it asks for a batch,
//! runs the graph forwards and backwards, and moves the weights.

mod optimiser;
mod order;
mod recipe;

pub use recipe::{Optimiser, Recipe, Schedule, Shape, Steps};

pub(crate) use optimiser::Mover;
pub(crate) use order::{Order, copy_rows};

use crate::graph::Graph;
use crate::real::Real;
use rand::Rng;

/// Training met a loss or a weight that is not finite. The weights that are left are not to be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("training diverged at step {step}: lower the rate")]
pub struct Diverged {
    /// Steps that were taken before, from zero.
    pub step: u32,
}

/// Trains a graph on `examples` examples. At every step `write` puts the examples it is given into the graph, whose rows are resized
/// before the first; it may draw noise from the same generator.
///
/// # Errors
/// When a loss or a weight is not finite.
pub(crate) fn train<T: Real>(
    graph: &mut Graph<T>,
    recipe: &Recipe,
    examples: usize,
    rng: &mut dyn Rng,
    mut write: impl FnMut(&mut Graph<T>, &[u32], &mut dyn Rng),
) -> Result<(), Diverged> {
    let (batch, steps) = recipe.checked(examples);
    let mut order = Order::new(examples, batch);
    let mut mover = Mover::new(recipe.optimiser);
    for step in 0..steps {
        write(graph, order.next_batch(rng), rng);
        graph.forward();
        if !graph.loss().is_finite() {
            return Err(Diverged { step });
        }
        graph.backward();
        mover.step(graph, recipe.schedule.factor(step, steps));
    }
    if graph.is_finite() { Ok(()) } else { Err(Diverged { step: steps }) }
}

#[cfg(test)]
mod tests;
