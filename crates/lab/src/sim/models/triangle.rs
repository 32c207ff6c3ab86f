//! Lower triangles, packed row by row (entry (i, j), j <= i, at i (i + 1) / 2 + j): factor, solve, and the
//! minimum-norm solution of a singular system.
//!
//! They take Gram matrices of a few dozen columns and allocate only in the rank-deficient route. They know nothing of
//! regression.

use rand_distr::{ChiSquared, Distribution, StandardNormal};

use super::triangular::dot;
use crate::random::Rng;

/// Length of a packed triangle of `d` rows.
#[must_use]
pub const fn packed(d: usize) -> usize {
    d * (d + 1) / 2
}

/// Where row `i` starts.
const fn row(i: usize) -> usize {
    i * (i + 1) / 2
}

/// A pivot below this share of its diagonal entry counts as zero: rounding leaves about d * 1e-16.
const PIVOT_FLOOR: f64 = 1e-11;

/// Whether the triangle could be factored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rank {
    /// Positive definite to working precision; the triangle now holds its Cholesky factor.
    Full,
    /// Singular to working precision; the triangle holds nothing of use.
    Deficient,
}

/// Overwrites the packed symmetric matrix with its Cholesky factor.
pub fn factor(matrix: &mut [f64], d: usize) -> Rank {
    for i in 0..d {
        let (above, current) = matrix.split_at_mut(row(i));
        let current = &mut current[..=i];
        for j in 0..i {
            let earlier = &above[row(j)..=row(j) + j];
            current[j] = (current[j] - dot(&current[..j], &earlier[..j])) / earlier[j];
        }
        let diagonal = current[i];
        let pivot = diagonal - dot(&current[..i], &current[..i]);
        if pivot > PIVOT_FLOOR * diagonal && pivot.is_finite() {
            current[i] = pivot.sqrt();
        } else {
            return Rank::Deficient;
        }
    }
    Rank::Full
}

/// Solves L L' x = b in place.
pub fn solve(l: &[f64], d: usize, b: &mut [f64]) {
    for i in 0..d {
        let line = &l[row(i)..=row(i) + i];
        b[i] = (b[i] - dot(&line[..i], &b[..i])) / line[i];
    }
    backward(l, d, b);
}

/// Solves L' x = b in place.
pub fn backward(l: &[f64], d: usize, b: &mut [f64]) {
    for i in (0..d).rev() {
        let line = &l[row(i)..=row(i) + i];
        let x = b[i] / line[i];
        b[i] = x;
        for (entry, l) in b[..i].iter_mut().zip(line) {
            *entry -= x * l;
        }
    }
}

/// Writes the minimum-norm solution of G x = m, where m lies in the range of the positive semidefinite `gram`.
///
/// Cholesky with diagonal pivots finds G = K K' with K d x r of full column rank; m = K c gives c by forward
/// substitution, and x = K (K'K)^-1 c. Returns the rank r; `None` when something is not finite.
pub fn minimum_norm(gram: &[f64], d: usize, moment: &[f64], out: &mut [f64]) -> Option<usize> {
    let (columns, order) = pivoted(gram, d)?;
    let rank = columns.len();
    let mut c = vec![0.0; rank];
    for k in 0..rank {
        let known: f64 = (0..k).map(|j| columns[j][order[k]] * c[j]).sum();
        c[k] = (moment[order[k]] - known) / columns[k][order[k]];
    }
    let mut inner = vec![0.0; packed(rank)];
    for i in 0..rank {
        for j in 0..=i {
            inner[row(i) + j] = dot(&columns[i], &columns[j]);
        }
    }
    if factor(&mut inner, rank) == Rank::Deficient {
        return None;
    }
    solve(&inner, rank, &mut c);
    out.fill(0.0);
    for (column, weight) in columns.iter().zip(&c) {
        for (x, k) in out.iter_mut().zip(column) {
            *x += weight * k;
        }
    }
    out.iter().all(|x| x.is_finite()).then_some(rank)
}

/// Columns of K and the pivots in the order they were taken, down to `PIVOT_FLOOR` of the largest diagonal entry.
fn pivoted(gram: &[f64], d: usize) -> Option<(Vec<Vec<f64>>, Vec<usize>)> {
    let at = |i: usize, j: usize| gram[row(i.max(j)) + i.min(j)];
    let mut remaining: Vec<f64> = (0..d).map(|i| at(i, i)).collect();
    let floor = PIVOT_FLOOR * 0.1 * remaining.iter().copied().fold(0.0, f64::max);
    let (mut columns, mut order): (Vec<Vec<f64>>, Vec<usize>) = (Vec::new(), Vec::new());
    while order.len() < d {
        let pivot = (0..d).max_by(|a, b| remaining[*a].total_cmp(&remaining[*b]))?;
        if !remaining[pivot].is_finite() {
            return None;
        }
        if remaining[pivot] <= floor {
            break;
        }
        let root = remaining[pivot].sqrt();
        let mut column: Vec<f64> = (0..d).map(|i| at(i, pivot)).collect();
        for earlier in &columns {
            let weight = earlier[pivot];
            column.iter_mut().zip(earlier).for_each(|(entry, k)| *entry -= weight * k);
        }
        for (entry, left) in column.iter_mut().zip(&mut remaining) {
            // Rows taken before are zero from here on.
            *entry = if *left == f64::NEG_INFINITY { 0.0 } else { *entry / root };
            *left -= *entry * *entry;
        }
        column[pivot] = root;
        remaining[pivot] = f64::NEG_INFINITY;
        order.push(pivot);
        columns.push(column);
    }
    Some((columns, order))
}

/// Draws the lower trapezoid L, d rows of min(i + 1, n) entries, with L L' distributed as X'X for `n` standard
/// normal rows X; the part beyond column n is zero.
///
/// # Source
/// Bartlett (1933); with n < d the QR decomposition of X gives the same entries.
pub fn bartlett(d: usize, n: u64, rng: &mut Rng, out: &mut [f64]) {
    for i in 0..d {
        let line = &mut out[row(i)..=row(i) + i];
        for (j, entry) in line.iter_mut().enumerate() {
            *entry = match (n.saturating_sub(j as u64), i == j) {
                (0, _) => 0.0,
                (_, false) => StandardNormal.sample(rng),
                (freedom, true) => ChiSquared::new(freedom as f64).map_or(0.0, |law| law.sample(rng).sqrt()),
            };
        }
    }
}

/// Adds L L' to the packed `gram`, reading only the first `rank` columns.
pub fn add_square(l: &[f64], d: usize, rank: usize, gram: &mut [f64]) {
    for i in 0..d {
        for j in 0..=i {
            let shared = (j + 1).min(rank);
            gram[row(i) + j] += dot(&l[row(i)..row(i) + shared], &l[row(j)..row(j) + shared]);
        }
    }
}

/// Adds `scale` times G x to `out` for a packed symmetric G.
pub fn add_product(gram: &[f64], d: usize, x: &[f64], scale: f64, out: &mut [f64]) {
    for i in 0..d {
        let line = &gram[row(i)..=row(i) + i];
        let mut sum = line[i] * x[i];
        for j in 0..i {
            sum += line[j] * x[j];
            out[j] += scale * line[j] * x[i];
        }
        out[i] += scale * sum;
    }
}

/// Adds the outer product of `x` with itself, times `weight`, to the packed `gram`.
pub fn add_outer(x: &[f64], weight: f64, gram: &mut [f64]) {
    let mut start = 0;
    for (i, xi) in x.iter().enumerate() {
        let scaled = weight * xi;
        for (entry, xj) in gram[start..=start + i].iter_mut().zip(x) {
            *entry += scaled * xj;
        }
        start += i + 1;
    }
}

/// As [`add_outer`] for four vectors in one sweep.
pub fn add_outers(rows: [&[f64]; 4], weights: [f64; 4], gram: &mut [f64]) {
    let [a, b, c, e] = rows;
    let mut start = 0;
    for i in 0..a.len() {
        let (p, q, r, s) = (weights[0] * a[i], weights[1] * b[i], weights[2] * c[i], weights[3] * e[i]);
        for ((((entry, a), b), c), e) in gram[start..=start + i].iter_mut().zip(a).zip(b).zip(c).zip(e) {
            *entry += (p * a + q * b) + (r * c + s * e);
        }
        start += i + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    fn random_rows(n: usize, d: usize, rng: &mut Rng) -> Vec<Vec<f64>> {
        (0..n).map(|_| (0..d).map(|_| StandardNormal.sample(rng)).collect()).collect()
    }

    fn gram_of(rows: &[Vec<f64>], d: usize) -> Vec<f64> {
        let mut gram = vec![0.0; packed(d)];
        rows.iter().for_each(|x| add_outer(x, 1.0, &mut gram));
        gram
    }

    #[test]
    fn four_outer_products_at_once_are_four_in_turn() {
        let rows = random_rows(4, 7, &mut Rng::seed_from_u64(4));
        let (mut once, mut turns, weights) = (vec![0.5; packed(7)], vec![0.5; packed(7)], [1.0, 0.0, 2.5, 3.0]);
        add_outers([&rows[0], &rows[1], &rows[2], &rows[3]], weights, &mut once);
        rows.iter().zip(weights).for_each(|(x, weight)| add_outer(x, weight, &mut turns));
        once.iter().zip(&turns).for_each(|(a, b)| assert!((a - b).abs() < 1e-12));
    }

    #[test]
    fn a_factored_system_is_solved() {
        let mut rng = Rng::seed_from_u64(1);
        let gram = gram_of(&random_rows(20, 7, &mut rng), 7);
        let truth: Vec<f64> = (0..7).map(f64::from).collect();
        let mut b = vec![0.0; 7];
        add_product(&gram, 7, &truth, 1.0, &mut b);
        let mut l = gram;
        assert_eq!(factor(&mut l, 7), Rank::Full);
        solve(&l, 7, &mut b);
        b.iter().zip(&truth).for_each(|(a, b)| assert!((a - b).abs() < 1e-9));
    }

    #[test]
    fn a_singular_system_gets_the_solution_of_least_norm() {
        let mut rng = Rng::seed_from_u64(2);
        let rows = random_rows(4, 9, &mut rng);
        let gram = gram_of(&rows, 9);
        assert_eq!(factor(&mut gram.clone(), 9), Rank::Deficient);
        // A vector in the row space is its own minimum-norm solution.
        let inside: Vec<f64> = (0..9).map(|j| rows.iter().zip([1.0, -2.0, 0.5, 3.0]).map(|(x, a)| a * x[j]).sum()).collect();
        let mut moment = vec![0.0; 9];
        add_product(&gram, 9, &inside, 1.0, &mut moment);
        let mut found = vec![0.0; 9];
        assert_eq!(minimum_norm(&gram, 9, &moment, &mut found), Some(4));
        found.iter().zip(&inside).for_each(|(a, b)| assert!((a - b).abs() < 1e-8, "{a} {b}"));
    }

    #[test]
    fn a_bartlett_square_has_the_mean_of_a_wishart_matrix() {
        let mut rng = Rng::seed_from_u64(3);
        for n in [3, 12] {
            let mut sum = vec![0.0; packed(5)];
            let mut l = vec![0.0; packed(5)];
            for _ in 0..4000 {
                bartlett(5, n, &mut rng, &mut l);
                add_square(&l, 5, (n as usize).min(5), &mut sum);
            }
            for i in 0..5 {
                for j in 0..=i {
                    let expected = if i == j { n as f64 } else { 0.0 };
                    // Standard error at most sqrt(2 n / 4000) = 0.08; 5 of them.
                    assert!((sum[row(i) + j] / 4000.0 - expected).abs() < 0.4);
                }
            }
        }
    }
}
