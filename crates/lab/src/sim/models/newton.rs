//! Newton's method for a convex loss: full steps, halved while they raise it.

use super::triangle::{self, Rank};
use super::triangular::dot;
use crate::sim::chain::Unfit;

/// The last step is one that promises to lower the loss by less than this: what is then left to gain is of the order of its square. A
/// mean loss of n labels varies by about the number of coefficients over 2 n, whatever the units of the inputs.
const PROMISE: f64 = 1e-12;
/// Rounding may raise a loss that is as low as it gets, by this share of it.
const ROUNDING: f64 = 1e-13;
/// A step shorter than this share of the full one is given up.
const SHORTEST: f64 = 1e-3;

/// Memory of a fit.
#[derive(Debug, Clone, Default)]
pub struct Newton {
    gradient: Vec<f64>,
    hessian: Vec<f64>,
    step: Vec<f64>,
    next: Vec<f64>,
}

impl Newton {
    /// Lowers `loss`, a mean over labels, from what `b` holds, in at most so many steps. `loss` gives its value at its first argument and adds its
    /// gradient and packed Hessian to the others, which come zeroed.
    ///
    /// # Errors
    /// [`Unfit::Degenerate`] where the Hessian is singular or numbers are not finite.
    pub fn minimise(
        &mut self,
        iterations: u32,
        b: &mut [f64],
        mut loss: impl FnMut(&[f64], &mut [f64], &mut [f64]) -> f64,
    ) -> Result<(), Unfit> {
        let mut lowest = self.evaluate(b, &mut loss);
        for _ in 0..iterations {
            self.step.clone_from(&self.gradient);
            if triangle::factor(&mut self.hessian, b.len()) == Rank::Deficient {
                return Err(Unfit::Degenerate);
            }
            triangle::solve(&self.hessian, b.len(), &mut self.step);
            if 0.5 * dot(&self.step, &self.gradient) < PROMISE {
                b.iter_mut().zip(&self.step).for_each(|(b, step)| *b -= step);
                break;
            }
            let after = self.search(lowest, b, &mut loss);
            if !(after <= allowed(lowest)) {
                break;
            }
            b.copy_from_slice(&self.next);
            lowest = after;
        }
        if b.iter().all(|b| b.is_finite()) { Ok(()) } else { Err(Unfit::Degenerate) }
    }

    /// Writes `next` along the step, which is halved until the loss does not rise; gives back its loss.
    fn search(&mut self, lowest: f64, b: &[f64], loss: &mut impl FnMut(&[f64], &mut [f64], &mut [f64]) -> f64) -> f64 {
        let mut length = 1.0;
        loop {
            let mut next = std::mem::take(&mut self.next);
            next.clear();
            next.extend(b.iter().zip(&self.step).map(|(b, step)| b - length * step));
            let after = self.evaluate(&next, loss);
            self.next = next;
            if after <= allowed(lowest) || length < SHORTEST {
                return after;
            }
            length *= 0.5;
        }
    }

    fn evaluate(&mut self, b: &[f64], loss: &mut impl FnMut(&[f64], &mut [f64], &mut [f64]) -> f64) -> f64 {
        self.gradient.clear();
        self.gradient.resize(b.len(), 0.0);
        self.hessian.clear();
        self.hessian.resize(triangle::packed(b.len()), 0.0);
        loss(b, &mut self.gradient, &mut self.hessian)
    }
}

/// The most that counts as not higher than `loss`.
fn allowed(loss: f64) -> f64 {
    loss + ROUNDING * loss.abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ln(cosh x) is convex, but full Newton steps from |x| > 1.09 diverge.
    #[test]
    fn steps_that_overshoot_are_halved() {
        let mut b = [3.0, 0.5];
        let well = |b: &[f64], gradient: &mut [f64], hessian: &mut [f64]| {
            gradient[0] += b[0].tanh();
            gradient[1] += 4.0 * (b[1] - 2.0);
            hessian[0] += b[0].cosh().powi(-2);
            hessian[2] += 4.0;
            b[0].cosh().ln() + 2.0 * (b[1] - 2.0).powi(2)
        };
        assert_eq!(Newton::default().minimise(50, &mut b, well), Ok(()));
        assert!(b[0].abs() < 1e-9 && (b[1] - 2.0).abs() < 1e-9, "{b:?}");
    }

    #[test]
    fn a_flat_loss_has_no_fit() {
        let flat = |_: &[f64], _: &mut [f64], _: &mut [f64]| 0.0;
        assert_eq!(Newton::default().minimise(5, &mut [1.0], flat), Err(Unfit::Degenerate));
    }
}
