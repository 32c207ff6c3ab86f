//! Normal equations of least squares and ridge.

use super::triangle::{self, Rank};
use crate::sim::chain::Unfit;

/// Normal equations.
#[derive(Debug, Clone, Copy)]
pub struct System<'a> {
    /// Total weight of the examples.
    pub weight: f64,
    /// Weighted sum of x x', packed.
    pub gram: &'a [f64],
    /// Weighted sum of x y.
    pub moment: &'a [f64],
    /// n_t / n_1 to the capacity exponent; divides the penalty.
    pub growth: f64,
}

impl System<'_> {
    /// Solves (G + n penalty / growth I) b = m into `out`; minimum norm where that is singular. `scratch` is a packed
    /// triangle.
    ///
    /// # Errors
    /// [`Unfit`] without examples or where numbers are not finite.
    pub fn solve(&self, penalty: f64, scratch: &mut Vec<f64>, out: &mut [f64]) -> Result<(), Unfit> {
        let d = self.moment.len();
        if self.weight <= 0.0 {
            return Err(Unfit::TooFewSamples);
        }
        scratch.clear();
        scratch.extend_from_slice(self.gram);
        let ridge = penalty * self.weight / self.growth;
        (0..d).for_each(|i| scratch[triangle::packed(i + 1) - 1] += ridge);
        out.copy_from_slice(self.moment);
        if triangle::factor(scratch, d) == Rank::Full {
            triangle::solve(scratch, d, out);
        } else {
            triangle::minimum_norm(self.gram, d, self.moment, out).ok_or(Unfit::Degenerate)?;
        }
        if out.iter().all(|b| b.is_finite()) { Ok(()) } else { Err(Unfit::Degenerate) }
    }
}
