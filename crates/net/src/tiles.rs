//! Tiles of a matrix product: the sums of a few rows with a few columns, each one chain over k in order, without fused multiply-add.

use crate::real::Real;
use pulp::Simd;

/// Rows of a tile.
pub(crate) const TALL: usize = 6;
/// Columns of a tile of single numbers.
pub(crate) const NARROW: usize = 4;
/// Columns of the widest tile: two vectors of 512 bits.
pub(crate) const WIDEST: usize = 32;

/// What happens to what stood in the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Write<'a, T> {
    /// It is replaced.
    Set,
    /// The product is added to it.
    Add,
    /// It is replaced by the product plus this row.
    Onto(&'a [T]),
}

/// A width of tiles.
pub(crate) trait Tile<T: Real>: Copy {
    /// The sums of one row.
    type Row;

    /// Columns.
    fn width(self) -> usize;

    /// The sums, from the rows' numbers and from `width` columns' for each k.
    fn sums(self, left: impl Iterator<Item = [T; TALL]>, right: &[T]) -> [Self::Row; TALL];

    /// Writes a row of sums where `width` numbers stand.
    fn write(self, sums: &Self::Row, places: &mut [T], write: Write<T>);
}

/// `V` vectors side by side.
#[derive(Clone, Copy)]
pub(crate) struct Vectors<S, const V: usize>(pub(crate) S);

impl<S: Simd, T: Real, const V: usize> Tile<T> for Vectors<S, V> {
    type Row = [T::Vector<S>; V];

    #[inline(always)]
    fn width(self) -> usize {
        V * T::lanes::<S>()
    }

    #[inline(always)]
    fn sums(self, left: impl Iterator<Item = [T; TALL]>, right: &[T]) -> [Self::Row; TALL] {
        let mut sums = [[T::splat(self.0, T::ZERO); V]; TALL];
        for (row, x) in T::vectors::<S>(right).as_chunks::<V>().0.iter().zip(left) {
            for i in 0..TALL {
                let x = T::splat(self.0, x[i]);
                for j in 0..V {
                    sums[i][j] = T::plus(self.0, sums[i][j], T::times(self.0, x, row[j]));
                }
            }
        }
        copied(&sums)
    }

    #[inline(always)]
    fn write(self, sums: &Self::Row, places: &mut [T], write: Write<T>) {
        let places = T::vectors_mut::<S>(places);
        match write {
            Write::Set => places.copy_from_slice(sums),
            Write::Add => places.iter_mut().zip(sums).for_each(|(place, sum)| *place = T::plus(self.0, *place, *sum)),
            Write::Onto(row) => {
                let each = places.iter_mut().zip(sums.iter().zip(T::vectors::<S>(row)));
                each.for_each(|(place, (sum, value))| *place = T::plus(self.0, *value, *sum));
            }
        }
    }
}

/// Sums that may be asked for by place: those themselves stay in registers, which have no places.
#[inline(always)]
fn copied<V: Copy, const W: usize>(sums: &[[V; W]; TALL]) -> [[V; W]; TALL] {
    let mut copy = [[sums[0][0]; W]; TALL];
    for i in 0..TALL {
        for j in 0..W {
            copy[i][j] = sums[i][j];
        }
    }
    copy
}

/// Single numbers, left to the compiler's vectors.
#[derive(Clone, Copy)]
pub(crate) struct Numbers;

impl<T: Real> Tile<T> for Numbers {
    type Row = [T; NARROW];

    #[inline(always)]
    fn width(self) -> usize {
        NARROW
    }

    #[inline(always)]
    fn sums(self, left: impl Iterator<Item = [T; TALL]>, right: &[T]) -> [Self::Row; TALL] {
        let mut sums = [[T::ZERO; NARROW]; TALL];
        for (row, x) in right.as_chunks::<NARROW>().0.iter().zip(left) {
            for i in 0..TALL {
                for j in 0..NARROW {
                    sums[i][j] += x[i] * row[j];
                }
            }
        }
        copied(&sums)
    }

    #[inline(always)]
    fn write(self, sums: &Self::Row, places: &mut [T], write: Write<T>) {
        match write {
            Write::Set => places.copy_from_slice(sums),
            Write::Add => places.iter_mut().zip(sums).for_each(|(place, sum)| *place += *sum),
            Write::Onto(row) => places.iter_mut().zip(sums.iter().zip(row)).for_each(|(place, (sum, value))| *place = *value + *sum),
        }
    }
}
