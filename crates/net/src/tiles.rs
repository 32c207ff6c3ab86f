//! Tiles of a matrix product: the sums of a few rows with a few columns, each one chain over k in order, without fused multiply-add.

use pulp::Simd;
use pulp::bytemuck::{cast_slice, cast_slice_mut};
use std::ops::{AddAssign, Mul};

/// Rows of a tile.
pub(crate) const TALL: usize = 6;
/// Columns of a tile: one to four vectors.
pub(crate) const WIDE: usize = 16;

/// A tile's sums, left to the compiler's vectors.
#[inline(always)]
pub(crate) fn plain_tile<T: Copy + Default + Mul<Output = T> + AddAssign, const W: usize>(
    left: &[[T; TALL]],
    right: &[[T; W]],
) -> [[T; W]; TALL] {
    let mut sums = [[T::default(); W]; TALL];
    for (x, y) in left.iter().zip(right) {
        for i in 0..TALL {
            for j in 0..W {
                sums[i][j] += x[i] * y[j];
            }
        }
    }
    sums
}

/// A tile's sums in vectors, `V` of them in a row of the tile.
#[inline(always)]
fn vector_tile<S: Simd, const V: usize>(simd: S, left: &[[f32; TALL]], right: &[[f32; WIDE]]) -> [[f32; WIDE]; TALL] {
    let rows: &[S::f32s] = cast_slice(right.as_flattened());
    let mut sums = [[simd.splat_f32s(0.0); V]; TALL];
    for (x, row) in left.iter().zip(rows.as_chunks::<V>().0) {
        for i in 0..TALL {
            let x = simd.splat_f32s(x[i]);
            for j in 0..V {
                sums[i][j] = simd.add_f32s(sums[i][j], simd.mul_f32s(x, row[j]));
            }
        }
    }
    let mut numbers = [[0.0; WIDE]; TALL];
    for (numbers, sums) in numbers.iter_mut().zip(&sums) {
        cast_slice_mut::<f32, S::f32s>(numbers).copy_from_slice(sums);
    }
    numbers
}

/// A tile's sums with the vectors of `simd`.
#[inline(always)]
pub(crate) fn single_tile<S: Simd>(simd: S, left: &[[f32; TALL]], right: &[[f32; WIDE]]) -> [[f32; WIDE]; TALL] {
    match S::F32_LANES {
        16 => vector_tile::<S, 1>(simd, left, right),
        8 => vector_tile::<S, 2>(simd, left, right),
        4 => vector_tile::<S, 4>(simd, left, right),
        _ => plain_tile(left, right),
    }
}
