//! In which order examples come.

use rand::{Rng, RngExt};

/// Batches of equal size from a stream of permutations: each epoch is a fresh one, in which every example comes once. A batch may span
/// the end of an epoch.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    permutation: Vec<u32>,
    used: usize,
    batch: Vec<u32>,
}

impl Order {
    /// Batches of `batch` of so many examples.
    ///
    /// # Panics
    /// If there are 2^32 examples or more.
    pub(crate) fn new(examples: usize, batch: usize) -> Self {
        let examples = u32::try_from(examples).expect("fewer than 2^32 examples");
        Self { permutation: (0..examples).collect(), used: examples as usize, batch: vec![0; batch] }
    }

    /// The next batch.
    pub(crate) fn next_batch(&mut self, rng: &mut dyn Rng) -> &[u32] {
        for place in &mut self.batch {
            if self.used == self.permutation.len() {
                shuffle(&mut self.permutation, rng);
                self.used = 0;
            }
            *place = self.permutation[self.used];
            self.used += 1;
        }
        &self.batch
    }
}

/// A uniform permutation: Durstenfeld (1964).
fn shuffle(items: &mut [u32], rng: &mut dyn Rng) {
    for last in (1..items.len()).rev() {
        items.swap(last, rng.random_range(0..=last as u32) as usize);
    }
}

/// Copies the rows of `from` that a batch names one below the other.
pub(crate) fn copy_rows<T: Copy>(batch: &[u32], from: &[T], to: &mut [T]) {
    let width = to.len() / batch.len();
    for (place, row) in to.chunks_exact_mut(width).zip(batch) {
        place.copy_from_slice(&from[*row as usize * width..][..width]);
    }
}
