//! Lower triangles in full row-major storage (d x d): products, squares, a rank-tolerant Cholesky factor, eigenvalues.
//!
//! Plain loops over rows, four rows of the right factor at a time, so that the compiler vectorises them for the baseline
//! of the target; no kernel is chosen at run time, so results are the same bytes on one target.

/// out = left * right, all lower triangular; only the first `rank` columns of `right` may be non-zero.
pub fn product(left: &[f64], right: &[f64], d: usize, out: &mut [f64]) {
    for i in 0..d {
        let row = &left[i * d..=i * d + i];
        let target = &mut out[i * d..(i + 1) * d];
        target.fill(0.0);
        let target = &mut target[..=i];
        let mut k = 0;
        // Rows k .. k + 4 of `right` are zero beyond column k + 3, so one sweep to there serves all four.
        while k + 4 <= i + 1 {
            let width = k + 4;
            let (a, b, c, e) = (row[k], row[k + 1], row[k + 2], row[k + 3]);
            let r0 = &right[k * d..k * d + width];
            let r1 = &right[(k + 1) * d..(k + 1) * d + width];
            let r2 = &right[(k + 2) * d..(k + 2) * d + width];
            let r3 = &right[(k + 3) * d..(k + 3) * d + width];
            for ((((t, p), q), u), v) in target[..width].iter_mut().zip(r0).zip(r1).zip(r2).zip(r3) {
                *t += (a * p + b * q) + (c * u + e * v);
            }
            k += 4;
        }
        for k in k..=i {
            let scale = row[k];
            for (t, r) in target[..=k].iter_mut().zip(&right[k * d..=k * d + k]) {
                *t += scale * r;
            }
        }
    }
}

/// Inner product in four lanes, in a fixed order.
#[must_use]
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; 4];
    let (left, right) = (a.chunks_exact(4), b.chunks_exact(4));
    let rest: f64 = left.remainder().iter().zip(right.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in left.zip(right) {
        for lane in 0..4 {
            lanes[lane] += x[lane] * y[lane];
        }
    }
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]) + rest
}

/// Inner products of `a` with four vectors at least as long, each in two lanes.
fn dots(a: &[f64], others: [&[f64]; 4]) -> [f64; 4] {
    let mut lanes = [[0.0; 2]; 4];
    let [b, c, e, f] = others.map(|other| &other[..a.len()]);
    let pairs = a.chunks_exact(2).zip(b.chunks_exact(2)).zip(c.chunks_exact(2)).zip(e.chunks_exact(2)).zip(f.chunks_exact(2));
    for ((((x, b), c), e), f) in pairs {
        for lane in 0..2 {
            lanes[0][lane] += x[lane] * b[lane];
            lanes[1][lane] += x[lane] * c[lane];
            lanes[2][lane] += x[lane] * e[lane];
            lanes[3][lane] += x[lane] * f[lane];
        }
    }
    let mut sums = lanes.map(|[low, high]| low + high);
    if let (1, Some(last)) = (a.len() % 2, a.len().checked_sub(1)) {
        sums.iter_mut().zip([b, c, e, f]).for_each(|(sum, other)| *sum += a[last] * other[last]);
    }
    sums
}

/// Adds `scale` F F' (F lower triangular, zero beyond its first `rank` columns) to the lower half of the symmetric `out`.
pub fn add_square(factor: &[f64], d: usize, rank: usize, scale: f64, out: &mut [f64]) {
    for i in 0..d {
        let (mut j, row) = (0, &factor[i * d..(i + 1) * d]);
        // Rows j .. j + 4 are zero beyond column j + 3.
        while j + 4 <= i + 1 {
            let shared = (j + 4).min(rank);
            let sums = dots(&row[..shared], std::array::from_fn(|k| &factor[(j + k) * d..(j + k + 1) * d]));
            out[i * d + j..i * d + j + 4].iter_mut().zip(sums).for_each(|(o, sum)| *o += scale * sum);
            j += 4;
        }
        for j in j..=i {
            let shared = (j + 1).min(rank);
            out[i * d + j] += scale * dot(&row[..shared], &factor[j * d..j * d + shared]);
        }
    }
}

/// Adds `scale` v v' to the lower half of the symmetric `out`.
pub fn add_outer(v: &[f64], scale: f64, out: &mut [f64]) {
    let d = v.len();
    for i in 0..d {
        let row = scale * v[i];
        for (o, x) in out[i * d..=i * d + i].iter_mut().zip(v) {
            *o += row * x;
        }
    }
}

/// out = L v.
pub fn apply(factor: &[f64], v: &[f64], out: &mut [f64]) {
    let d = v.len();
    for i in 0..d {
        out[i] = dot(&factor[i * d..=i * d + i], &v[..=i]);
    }
}

/// A pivot below this share of its diagonal entry is rounding: the column is dependent and its factor zero.
const DEPENDENT: f64 = 1e-13;

/// Cholesky factor of a positive semidefinite matrix (lower half read): a dependent column becomes zero.
pub fn cholesky(matrix: &[f64], d: usize, out: &mut [f64]) {
    out.fill(0.0);
    for i in 0..d {
        for j in 0..i {
            let (above, row) = out.split_at_mut(i * d);
            let pivot = above[j * d + j];
            row[j] = if pivot > 0.0 { (matrix[i * d + j] - dot(&row[..j], &above[j * d..j * d + j])) / pivot } else { 0.0 };
        }
        let row = &out[i * d..i * d + i];
        let pivot = matrix[i * d + i] - dot(row, row);
        out[i * d + i] = if pivot > DEPENDENT * matrix[i * d + i] { pivot.sqrt() } else { 0.0 };
    }
}

/// Eigenvalues of the symmetric matrix whose lower half is given (destroyed), and its eigenvectors as rows of
/// `vectors` if wanted, by cyclic Jacobi rotations.
///
/// # Source
/// Golub and Van Loan (2013), "Matrix Computations", 4th ed., Algorithm 8.5.3.
pub fn eigen(matrix: &mut [f64], d: usize, mut vectors: Option<&mut [f64]>) -> Vec<f64> {
    for i in 0..d {
        for j in 0..i {
            matrix[j * d + i] = matrix[i * d + j];
        }
    }
    if let Some(v) = vectors.as_deref_mut() {
        v.fill(0.0);
        (0..d).for_each(|i| v[i * d + i] = 1.0);
    }
    let size: f64 = matrix.iter().map(|x| x * x).sum();
    for _ in 0..60 {
        let off: f64 = (0..d).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| matrix[i * d + j].powi(2)).sum();
        if !(off > 1e-30 * size) {
            break;
        }
        for p in 0..d {
            for q in p + 1..d {
                rotate(matrix, d, p, q, vectors.as_deref_mut());
            }
        }
    }
    (0..d).map(|i| matrix[i * d + i]).collect()
}

fn rotate(matrix: &mut [f64], d: usize, p: usize, q: usize, vectors: Option<&mut [f64]>) {
    let apq = matrix[p * d + q];
    if !(apq.abs() > f64::MIN_POSITIVE) {
        return;
    }
    let tau = (matrix[q * d + q] - matrix[p * d + p]) / (2.0 * apq);
    let t = tau.signum() / (tau.abs() + (1.0 + tau * tau).sqrt());
    let c = 1.0 / (1.0 + t * t).sqrt();
    let s = t * c;
    let turn = |rows: &mut [f64], p: usize, q: usize| {
        for k in 0..d {
            let (x, y) = (rows[p * d + k], rows[q * d + k]);
            rows[p * d + k] = c * x - s * y;
            rows[q * d + k] = s * x + c * y;
        }
    };
    for k in 0..d {
        let (x, y) = (matrix[k * d + p], matrix[k * d + q]);
        matrix[k * d + p] = c * x - s * y;
        matrix[k * d + q] = s * x + c * y;
    }
    turn(matrix, p, q);
    if let Some(v) = vectors {
        turn(v, p, q);
    }
}

#[cfg(test)]
mod tests {
    use super::add_square;

    #[test]
    fn squares_of_any_rank_are_sums_of_products() {
        for (d, rank) in [(1, 1), (6, 6), (11, 11), (11, 3), (9, 0)] {
            let entry = |i: usize, j: usize| if j <= i && j < rank { ((3 * i + 7 * j) % 5) as f64 - 1.5 } else { 0.0 };
            let factor: Vec<f64> = (0..d * d).map(|k| entry(k / d, k % d)).collect();
            let mut found = vec![1.0; d * d];
            add_square(&factor, d, rank, 2.0, &mut found);
            for i in 0..d {
                for j in 0..=i {
                    let expected: f64 = 1.0 + 2.0 * (0..d).map(|k| entry(i, k) * entry(j, k)).sum::<f64>();
                    assert!((found[i * d + j] - expected).abs() < 1e-12, "{d} {rank} {i} {j}");
                }
            }
        }
    }
}
