//! Linear algebra of the sample-by-sample twins, on `nalgebra` and by another way than the shortcuts: these know Gram matrices only and work on
//! packed triangles.
//!
//! Products of matrices are written as sums of rank one: those of `nalgebra` choose a kernel by the processor, which would choose the last bits.

use crate::sim::vectors::widest;
use nalgebra::{Cholesky, DMatrix, DVector, DVectorView, SymmetricEigen};

/// All examples of one input.
#[derive(Debug, Clone, Copy)]
pub struct Group<'a> {
    /// The input.
    pub x: &'a [f64],
    /// Total weight of the examples; more than 0.
    pub weight: f64,
    /// Weighted sum of their labels.
    pub labels: f64,
}

/// What of a pivot or an eigenvalue may be rounding, as a share of what it comes from.
const NOTHING: f64 = 1e-11;

/// Minimises sum w (y - z'b)^2 + ridge b'b, where `inputs` are what the fit sees of the groups; of least norm where many b do. `None` where numbers
/// are not finite.
///
/// With fewer inputs than coefficients and no ridge the fit passes through the mean label of every input: b = Z'a with Z Z'a = y.
#[must_use]
pub fn least_squares(inputs: &[&[f64]], groups: &[Group<'_>], ridge: f64) -> Option<DVector<f64>> {
    let d = inputs.first()?.len();
    if inputs.len() < d && ridge == 0.0 {
        let view = |i: usize| DVectorView::from_slice(inputs[i], d);
        let between = DMatrix::from_fn(inputs.len(), inputs.len(), |i, j| view(i).dot(&view(j)));
        let means = DVector::from_iterator(groups.len(), groups.iter().map(|group| group.labels / group.weight));
        if let Some(found) = solved(between, &means) {
            return Some(combined(inputs, found.as_slice(), d));
        }
    }
    let mut gram = DMatrix::zeros(d, d);
    widest(
        #[inline(always)]
        || add_products(inputs, groups, gram.as_mut_slice()),
    );
    gram.fill_upper_triangle_with_lower_triangle();
    (0..d).for_each(|i| gram[(i, i)] += ridge);
    let labels: Vec<f64> = groups.iter().map(|group| group.labels).collect();
    let moment = combined(inputs, &labels, d);
    solved(gram.clone(), &moment).or_else(|| least_norm(gram, &moment))
}

/// Adds w z z' of every group to the lower triangle of a matrix that lies column by column.
#[inline(always)]
fn add_products(inputs: &[&[f64]], groups: &[Group<'_>], matrix: &mut [f64]) {
    for (z, group) in inputs.iter().zip(groups) {
        for (j, column) in matrix.chunks_exact_mut(z.len()).enumerate() {
            let scaled = group.weight * z[j];
            for (entry, x) in column[j..].iter_mut().zip(&z[j..]) {
                *entry += scaled * x;
            }
        }
    }
}

/// The sum of the vectors, each times its weight.
fn combined(vectors: &[&[f64]], weights: &[f64], d: usize) -> DVector<f64> {
    let mut out = DVector::zeros(d);
    for (vector, weight) in vectors.iter().zip(weights) {
        out.as_mut_slice().iter_mut().zip(*vector).for_each(|(sum, x)| *sum += weight * x);
    }
    out
}

/// Solves a symmetric system of full rank; `None` where it has not.
fn solved(matrix: DMatrix<f64>, right: &DVector<f64>) -> Option<DVector<f64>> {
    let diagonal = matrix.diagonal();
    let factor = Cholesky::new(matrix)?;
    let is_full = diagonal.iter().zip(factor.l_dirty().diagonal().iter()).all(|(whole, pivot)| pivot * pivot > NOTHING * whole);
    is_full.then(|| factor.solve(right))
}

/// The solution of least norm of a singular positive semidefinite system, by its eigenvectors.
fn least_norm(matrix: DMatrix<f64>, right: &DVector<f64>) -> Option<DVector<f64>> {
    if !matrix.iter().chain(right.iter()).all(|entry| entry.is_finite()) {
        return None;
    }
    let SymmetricEigen { eigenvectors, eigenvalues } = SymmetricEigen::new(matrix);
    let floor = NOTHING * eigenvalues.max();
    let mut out = DVector::zeros(right.len());
    for (value, vector) in eigenvalues.iter().zip(eigenvectors.column_iter()).filter(|(value, _)| **value > floor) {
        out.axpy(vector.dot(right) / value, &vector, 1.0);
    }
    Some(out)
}

/// A lower triangle L (row by row) with L L' the covariance whose lower half is given (row by row), by elimination: a coordinate that the ones
/// before it determine has a column of zeros.
pub fn triangle_of(covariance: &[f64], d: usize, out: &mut [f64]) {
    let mut left = DMatrix::from_fn(d, d, |i, j| covariance[i.max(j) * d + i.min(j)]);
    out.fill(0.0);
    for j in 0..d {
        let pivot = left[(j, j)];
        if !(pivot > DETERMINED * covariance[j * d + j]) {
            continue;
        }
        let column = left.column(j) / pivot.sqrt();
        (j..d).for_each(|i| out[i * d + j] = column[i]);
        left.syger(-1.0, &column, &column, 1.0);
    }
}

/// The lower half (row by row) of the covariance L L' of a lower triangle L.
pub fn square_of(factor: &[f64], d: usize, out: &mut [f64]) {
    let factor = DMatrix::from_row_slice(d, d, factor);
    let square = &factor * factor.transpose();
    (0..d).for_each(|i| (0..=i).for_each(|j| out[i * d + j] = square[(i, j)]));
}

/// Whether a covariance whose lower half is given (row by row) has a positive variance in every direction.
#[must_use]
pub fn is_positive(covariance: &[f64], d: usize) -> bool {
    DMatrix::from_fn(d, d, |i, j| covariance[i.max(j) * d + i.min(j)]).cholesky().is_some()
}

/// What is left of a variance below this share of it is rounding.
const DETERMINED: f64 = 1e-13;

#[cfg(test)]
mod tests {
    use super::super::{system::System, triangle, triangular};
    use super::*;
    use crate::random::Rng;
    use rand::{RngExt, SeedableRng};

    fn drawn(n: usize, d: usize, rng: &mut Rng) -> Vec<Vec<f64>> {
        (0..n).map(|_| (0..d).map(|_| rng.random::<f64>() - 0.5).collect()).collect()
    }

    /// By the normal equations of the shortcuts.
    fn by_triangles(groups: &[Group<'_>], ridge: f64, d: usize) -> Vec<f64> {
        let (mut gram, mut moment, mut out) = (vec![0.0; triangle::packed(d)], vec![0.0; d], vec![0.0; d]);
        for group in groups {
            triangle::add_outer(group.x, group.weight, &mut gram);
            moment.iter_mut().zip(group.x).for_each(|(m, x)| *m += group.labels * x);
        }
        let system = System { weight: 1.0, gram: &gram, moment: &moment, growth: 1.0 };
        system.solve(ridge, &mut Vec::new(), &mut out).expect("finite");
        out
    }

    #[test]
    fn both_ways_to_a_fit_agree_where_there_are_many_few_or_repeated_inputs() {
        let mut rng = Rng::seed_from_u64(5);
        for (n, d, ridge, repeated) in [(40, 6, 0.0, 0), (40, 6, 2.0, 0), (4, 9, 0.0, 0), (4, 9, 0.5, 0), (3, 9, 0.0, 2), (12, 9, 0.0, 9)] {
            let mut rows = drawn(n, d, &mut rng);
            (0..repeated).for_each(|i| rows.push(rows[i].clone()));
            if repeated == 9 {
                // A coordinate that another one determines.
                rows.iter_mut().for_each(|row| row[8] = 2.0 * row[0]);
            }
            let groups: Vec<Group<'_>> = rows.iter().map(|x| Group { x, weight: 1.0 + x[0], labels: x[1] }).collect();
            let inputs: Vec<&[f64]> = rows.iter().map(Vec::as_slice).collect();
            let dense = least_squares(&inputs, &groups, ridge).expect("finite");
            for (dense, other) in dense.iter().zip(by_triangles(&groups, ridge, d)) {
                assert!((dense - other).abs() < 1e-7 * (1.0 + other.abs()), "{n} x {d}, ridge {ridge}: {dense} and {other}");
            }
        }
        let infinite = [f64::INFINITY; 2];
        let group = Group { x: &infinite, weight: 1.0, labels: 1.0 };
        assert_eq!(least_squares(&[&infinite], &[group], 0.0), None);
    }

    #[test]
    fn both_triangles_of_a_covariance_agree_whatever_its_rank() {
        let mut rng = Rng::seed_from_u64(6);
        for (n, d) in [(1, 1), (20, 4), (3, 5), (9, 9)] {
            let mut covariance = vec![0.0; d * d];
            drawn(n, d, &mut rng).iter().for_each(|row| triangular::add_outer(row, 1.0, &mut covariance));
            let (mut here, mut there) = (vec![0.0; d * d], vec![0.0; d * d]);
            triangle_of(&covariance, d, &mut here);
            triangular::cholesky(&covariance, d, &mut there);
            for (here, there) in here.iter().zip(&there) {
                assert!((here - there).abs() < 1e-7, "{n} x {d}: {here} and {there}");
            }
        }
    }
}
