//! Embedding of tokens: the row of a table, plus the row of the token's position in its window.

use crate::real::Real;

/// Writes table[token] + places[position]; windows of `span` tokens follow each other.
pub(crate) fn forward<T: Real>((tokens, span): (&[u16], usize), (table, places): (&[T], &[T]), width: usize, y: &mut [T]) {
    for (at, (row, token)) in y.chunks_exact_mut(width).zip(tokens).enumerate() {
        let word = &table[usize::from(*token) * width..][..width];
        let place = &places[at % span * width..][..width];
        for j in 0..width {
            row[j] = word[j] + place[j];
        }
    }
}

/// Adds every row's gradient to the rows of which it was the sum.
pub(crate) fn backward<T: Real>(
    (tokens, span): (&[u16], usize),
    width: usize,
    gradient: &[T],
    (of_table, of_places): (&mut [T], &mut [T]),
) {
    for (at, (row, token)) in gradient.chunks_exact(width).zip(tokens).enumerate() {
        let word = &mut of_table[usize::from(*token) * width..][..width];
        word.iter_mut().zip(row).for_each(|(sum, value)| *sum += *value);
        let place = &mut of_places[at % span * width..][..width];
        place.iter_mut().zip(row).for_each(|(sum, value)| *sum += *value);
    }
}
