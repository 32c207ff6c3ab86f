//! Matrix products C = A B and C += A B. Every element is one chain over k, from k = 0 upwards, without fused multiply-add; tiles and
//! vectors only decide which elements are computed side by side.
//!
//! Operands are views with a step per row and per column, so that transposes and the heads of attention need no copy of their own.

use crate::lanes::Runner;
use crate::real::Real;
use crate::tiles::{NARROW, Numbers, TALL, Tile, Vectors, WIDEST};
use pulp::{Simd, WithSimd};

pub(crate) use crate::tiles::Write;

/// Rows and columns of a block that is transposed at once.
const BLOCK: usize = 4;

/// A matrix to read: element (i, j) stands at `values[i * row + j * column]`, where one of the steps is 1.
#[derive(Clone, Copy)]
pub(crate) struct View<'a, T> {
    values: &'a [T],
    row: usize,
    column: usize,
}

impl<'a, T> View<'a, T> {
    /// Row-major with rows `stride` apart.
    pub(crate) fn rows(values: &'a [T], stride: usize) -> Self {
        Self { values, row: stride, column: 1 }
    }

    /// The transpose of a row-major matrix with rows `stride` apart.
    pub(crate) fn transposed(values: &'a [T], stride: usize) -> Self {
        Self { values, row: 1, column: stride }
    }
}

/// The matrix to write: row-major, rows `stride` apart.
pub(crate) struct Output<'a, T> {
    pub(crate) values: &'a mut [T],
    pub(crate) stride: usize,
    pub(crate) write: Write<'a, T>,
}

/// The extents of a product: A is `m x k`, B is `k x n`, C is `m x n`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extents {
    pub(crate) m: usize,
    pub(crate) k: usize,
    pub(crate) n: usize,
}

/// Room for the parts of operands that tiles cannot read where they stand; grows once, is kept between products.
#[derive(Debug, Clone)]
pub(crate) struct Product<T> {
    left: Vec<T>,
    right: Vec<T>,
}

impl<T: Real> Product<T> {
    /// Room for nothing yet.
    pub(crate) fn new() -> Self {
        Self { left: Vec::new(), right: Vec::new() }
    }

    /// Writes or adds the product of `a` and `b` to `c`.
    pub(crate) fn run(&mut self, runner: Runner, extents: Extents, a: View<T>, b: View<T>, c: Output<T>) {
        runner.dispatch(Tiles { room: self, extents, a, b, c });
    }
}

/// A product to run with some width of vectors.
struct Tiles<'a, T> {
    room: &'a mut Product<T>,
    extents: Extents,
    a: View<'a, T>,
    b: View<'a, T>,
    c: Output<'a, T>,
}

impl<T: Real> WithSimd for Tiles<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let lanes = T::lanes::<S>();
        if self.a.row == 1 {
            pack_last_rows(&mut self.room.left, self.extents, self.a);
        }
        let mut from = 0;
        while from < self.extents.n {
            let left = self.extents.n - from;
            from += if left <= NARROW {
                self.strip(Numbers, from)
            } else if left <= lanes {
                self.strip(Vectors::<S, 1>(simd), from)
            } else {
                self.strip(Vectors::<S, 2>(simd), from)
            };
        }
    }
}

impl<T: Real> Tiles<'_, T> {
    /// The columns from here on that one tile covers; gives back how many.
    #[inline(always)]
    fn strip(&mut self, tile: impl Tile<T>, from: usize) -> usize {
        let Self { room, extents: Extents { m, k, n }, a, b, c } = self;
        let (m, k, width) = (*m, *k, tile.width());
        let columns = width.min(*n - from);
        room.right.resize(width * k, T::ZERO);
        pack_columns(&mut room.right, (width, columns), View { values: &b.values[from * b.column..], ..*b });
        let right = &room.right[..];
        for first in (0..m).step_by(TALL) {
            let sums = if a.column == 1 {
                let rows: [&[T]; TALL] = std::array::from_fn(|i| &a.values[(first + i).min(m - 1) * a.row..][..k]);
                tile.sums((0..k).map(|p| rows.map(|row| row[p])), right)
            } else {
                let (left, apart) = if first + TALL <= m { (&a.values[first..], a.column) } else { (&room.left[..], TALL) };
                tile.sums(left.windows(TALL).step_by(apart).take(k).map(|column| column.as_chunks().0[0]), right)
            };
            for (i, sums) in sums.iter().enumerate().take(m - first) {
                let places = &mut c.values[(first + i) * c.stride + from..][..columns];
                let write = match c.write {
                    Write::Onto(row) => Write::Onto(&row[from..from + columns]),
                    other => other,
                };
                if columns == width {
                    tile.write(sums, places, write);
                } else {
                    write_part(tile, sums, places, write);
                }
            }
        }
        columns
    }
}

/// Writes the front of a row of sums.
#[inline(always)]
fn write_part<T: Real, M: Tile<T>>(tile: M, sums: &M::Row, places: &mut [T], write: Write<T>) {
    let mut whole = [T::ZERO; WIDEST];
    let (front, write) = match write {
        Write::Onto(row) => (row, Write::Add),
        other => (&*places, other),
    };
    whole[..front.len()].copy_from_slice(front);
    tile.write(sums, &mut whole[..tile.width()], write);
    places.copy_from_slice(&whole[..places.len()]);
}

/// The rows below the last whole tile of an A whose columns are contiguous, `TALL` for each k; missing rows are zero.
#[inline(always)]
fn pack_last_rows<T: Real>(packed: &mut Vec<T>, Extents { m, k, .. }: Extents, a: View<T>) {
    let (first, count) = (m - m % TALL, m % TALL);
    packed.resize(if count > 0 { k * TALL } else { 0 }, T::ZERO);
    for (p, places) in packed.as_chunks_mut::<TALL>().0.iter_mut().enumerate() {
        *places = [T::ZERO; TALL];
        places[..count].copy_from_slice(&a.values[p * a.column + first..][..count]);
    }
}

/// `columns` columns of B side by side in rows of `width`, the rest zero.
#[inline(always)]
fn pack_columns<T: Real>(packed: &mut [T], (width, columns): (usize, usize), b: View<T>) {
    if columns < width {
        packed.fill(T::ZERO);
    }
    if b.column == 1 && columns == width {
        // A length that the compiler knows.
        for (p, places) in packed.chunks_exact_mut(width).enumerate() {
            places.copy_from_slice(&b.values[p * b.row..][..width]);
        }
        return;
    }
    if b.column == 1 {
        for (p, places) in packed.chunks_exact_mut(width).enumerate() {
            places[..columns].copy_from_slice(&b.values[p * b.row..][..columns]);
        }
        return;
    }
    let k = packed.len() / width;
    let whole = columns - columns % BLOCK;
    for j in (0..whole).step_by(BLOCK) {
        let of: [&[T]; BLOCK] = std::array::from_fn(|i| &b.values[(j + i) * b.column..][..k]);
        let blocks = of.map(|column| column.as_chunks::<BLOCK>().0);
        for (at, rows) in packed.chunks_mut(BLOCK * width).take(k / BLOCK).enumerate() {
            let block = blocks.map(|blocks| blocks[at]);
            for (p, places) in rows.chunks_exact_mut(width).enumerate() {
                places[j..j + BLOCK].copy_from_slice(&block.map(|column| column[p]));
            }
        }
        for p in k - k % BLOCK..k {
            packed[p * width + j..][..BLOCK].copy_from_slice(&of.map(|column| column[p]));
        }
    }
    for j in whole..columns {
        let places = packed[j..].iter_mut().step_by(width);
        places.zip(&b.values[j * b.column..][..k]).for_each(|(place, value)| *place = *value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::Lanes;

    fn numbers(count: usize, salt: usize) -> Vec<f32> {
        (0..count).map(|k| ((k * 7919 + salt * 104_729) % 2003) as f32 / 1001.5 - 1.0).collect()
    }

    /// The definition, element by element in the stated order.
    fn naive(Extents { m, k, n }: Extents, a: impl Fn(usize, usize) -> f32, b: impl Fn(usize, usize) -> f32, c: &mut [f32], add: bool) {
        for i in 0..m {
            for j in 0..n {
                let total = (0..k).fold(0.0, |sum, p| sum + a(i, p) * b(p, j));
                c[i * n + j] = if add { c[i * n + j] + total } else { total };
            }
        }
    }

    #[test]
    fn a_row_below_is_added_whole_and_in_part() {
        for n in [3, 16, 21, 32, 37, 64] {
            let extents = Extents { m: 7, k: 9, n };
            let (a, b, row) = (numbers(7 * 9, 1), numbers(9 * n, 2), numbers(n, 3));
            let mut expected: Vec<f32> = (0..7).flat_map(|_| row.clone()).collect();
            naive(extents, |i, p| a[i * 9 + p], |p, j| b[p * n + j], &mut expected, true);
            for lanes in [Lanes::Widest, Lanes::Middle, Lanes::Plain] {
                // What stood there is not read.
                let mut c = vec![f32::NAN; 7 * n];
                let out = Output { values: &mut c, stride: n, write: Write::Onto(&row) };
                Product::new().run(Runner::new(lanes), extents, View::rows(&a, 9), View::rows(&b, n), out);
                assert!(c.iter().zip(&expected).all(|(x, y)| x.to_bits() == y.to_bits()), "{n} {lanes:?}");
            }
        }
    }

    #[test]
    fn every_shape_and_transpose_has_the_bits_of_the_definition() {
        for (m, k, n) in [(1, 1, 1), (3, 5, 2), (4, 8, 16), (7, 3, 17), (9, 64, 35), (16, 1, 20), (5, 33, 64), (6, 7, 33), (13, 70, 70)] {
            let extents = Extents { m, k, n };
            let (a, b) = (numbers(m * k, 1), numbers(k * n, 2));
            for (flip_a, flip_b, write) in
                [(false, false, Write::Set), (true, false, Write::Add), (false, true, Write::Add), (true, true, Write::Set)]
            {
                let view_a = if flip_a { View::transposed(&a, m) } else { View::rows(&a, k) };
                let view_b = if flip_b { View::transposed(&b, k) } else { View::rows(&b, n) };
                let mut expected = numbers(m * n, 3);
                let read_a = |i: usize, p: usize| a[i * view_a.row + p * view_a.column];
                let read_b = |p: usize, j: usize| b[p * view_b.row + j * view_b.column];
                naive(extents, read_a, read_b, &mut expected, write == Write::Add);
                for lanes in [Lanes::Widest, Lanes::Middle, Lanes::Plain] {
                    let mut c = numbers(m * n, 3);
                    let out = Output { values: &mut c, stride: n, write };
                    Product::new().run(Runner::new(lanes), extents, view_a, view_b, out);
                    let bits = |v: &[f32]| v.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
                    assert_eq!(bits(&c), bits(&expected), "{m} {k} {n} {flip_a} {flip_b} {lanes:?}");
                }
            }
        }
    }
}
