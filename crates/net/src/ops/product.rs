//! Matrix products C = A B and C += A B. Every element is one chain over k, from k = 0 upwards, without fused multiply-add; tiles and
//! vectors only decide which elements are computed side by side.
//!
//! Operands are views with a step per row and per column, so that transposes and the heads of attention need no copy of their own.

use crate::lanes::Runner;
use crate::real::Real;
use crate::tiles::{TALL, WIDE, plain_tile};
use pulp::{Simd, WithSimd};

/// Columns of a tile for what is left at the right edge.
const NARROW: usize = 4;

/// Columns of A that are packed before the next group of rows is.
const NEAR: usize = 32;

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
    pub(crate) write: Write,
}

/// What happens to what stood in the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Write {
    /// It is replaced.
    Set,
    /// The product is added to it.
    Add,
}

/// The extents of a product: A is `m x k`, B is `k x n`, C is `m x n`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extents {
    pub(crate) m: usize,
    pub(crate) k: usize,
    pub(crate) n: usize,
}

/// Room for operands in the order in which tiles read them; grows once, is kept between products.
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
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { room, extents: Extents { m, k, n }, a, b, c } = self;
        pack_left(&mut room.left, m, k, a);
        room.right.resize(WIDE * k, T::ZERO);
        let Output { values, stride, write } = c;
        let mut from = 0;
        while from < n {
            // A remainder of a few columns is not worth a wide tile.
            let columns = if n - from > NARROW { WIDE.min(n - from) } else { n - from };
            let out = Output { values: &mut values[from..], stride, write };
            let part = View { values: &b.values[from * b.column..], ..b };
            if columns > NARROW {
                let right = &mut room.right[..WIDE * k];
                pack_right::<T, WIDE>(right, columns, part);
                column_of_tiles::<T, WIDE>(&room.left, right, m, columns, out, |left, right| T::tile(simd, left, right));
            } else {
                let right = &mut room.right[..NARROW * k];
                pack_right::<T, NARROW>(right, columns, part);
                column_of_tiles::<T, NARROW>(&room.left, right, m, columns, out, plain_tile::<T, NARROW>);
            }
            from += columns;
        }
    }
}

/// A in groups of `TALL` rows, k slowest within a group; missing rows are zero.
#[inline(always)]
fn pack_left<T: Real>(packed: &mut Vec<T>, m: usize, k: usize, a: View<T>) {
    packed.resize(m.next_multiple_of(TALL) * k, T::ZERO);
    if a.row == 1 {
        return pack_left_transposed(packed, m, k, a);
    }
    for (group, panel) in packed.chunks_exact_mut(TALL * k).enumerate() {
        let first = group * TALL;
        for i in 0..TALL {
            let places = panel[i..].iter_mut().step_by(TALL);
            if first + i < m {
                places.zip(&a.values[(first + i) * a.row..][..k]).for_each(|(place, value)| *place = *value);
            } else {
                places.for_each(|place| *place = T::ZERO);
            }
        }
    }
}

/// `pack_left` for an A whose columns are contiguous: some columns at a time, so that what a group leaves in the cache the next one finds.
#[inline(always)]
fn pack_left_transposed<T: Real>(packed: &mut [T], m: usize, k: usize, a: View<T>) {
    for from in (0..k).step_by(NEAR) {
        let near = from..k.min(from + NEAR);
        for (group, panel) in packed.chunks_exact_mut(TALL * k).enumerate() {
            let first = group * TALL;
            for (p, places) in near.clone().zip(&mut panel.as_chunks_mut::<TALL>().0[near.clone()]) {
                let column = &a.values[p * a.column + first..];
                if first + TALL <= m {
                    places.copy_from_slice(&column[..TALL]);
                } else {
                    *places = [T::ZERO; TALL];
                    places[..m - first].copy_from_slice(&column[..m - first]);
                }
            }
        }
    }
}

/// `columns` columns of B side by side in rows of `W`, the rest zero.
#[inline(always)]
fn pack_right<T: Real, const W: usize>(packed: &mut [T], columns: usize, b: View<T>) {
    let (rows, _) = packed.as_chunks_mut::<W>();
    if b.column == 1 && columns == W {
        for (p, row) in rows.iter_mut().enumerate() {
            row.copy_from_slice(&b.values[p * b.row..][..W]);
        }
        return;
    }
    if columns < W {
        rows.iter_mut().for_each(|row| *row = [T::ZERO; W]);
    }
    for j in 0..columns {
        let values = b.values[j * b.column..].iter().step_by(b.row);
        rows.iter_mut().zip(values).for_each(|(row, value)| row[j] = *value);
    }
}

#[inline(always)]
fn column_of_tiles<T: Real, const W: usize>(
    left: &[T],
    right: &[T],
    m: usize,
    columns: usize,
    out: Output<T>,
    tile: impl Fn(&[[T; TALL]], &[[T; W]]) -> [[T; W]; TALL],
) {
    let k = right.len() / W;
    for first in (0..m).step_by(TALL) {
        let sums = tile(left[first * k..(first + TALL) * k].as_chunks().0, right.as_chunks().0);
        for (i, sums) in sums.iter().enumerate().take(m - first) {
            let row = &mut out.values[(first + i) * out.stride..][..columns];
            match out.write {
                Write::Set => row.iter_mut().zip(sums).for_each(|(place, sum)| *place = *sum),
                Write::Add => row.iter_mut().zip(sums).for_each(|(place, sum)| *place += *sum),
            }
        }
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
    fn every_shape_and_transpose_has_the_bits_of_the_definition() {
        for (m, k, n) in [(1, 1, 1), (3, 5, 2), (4, 8, 16), (7, 3, 17), (9, 64, 35), (16, 1, 20), (5, 33, 64), (13, 70, 70)] {
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
