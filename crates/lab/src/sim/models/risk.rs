//! The exact expectation of a regression's excess risk over training sets, where it is known in closed form.
//!
//! Takes a setup and a generation; gives `None` where only simulation can tell (ridge, fresh inputs under
//! accumulation, n within one of d, where the expectation is infinite).

use super::design::FixedDesign;
use super::regression::Task;
use crate::sim::moments::Law;
use crate::sim::{Budget, Inputs, Real, Record, Setup, Synthetic, recursion};
use crate::taxonomy::Metric;

/// Expected excess risk of `setup` at `generation`; `None` where it is not known exactly.
///
/// # Source
/// n > d + 1: E tr (X'X)^-1 = d / (n - d - 1) (inverse Wishart mean); sums over generations as in Dohmatob, Feng and
/// Kempe (2024a), Theorem 4.1, and Gerstgrasser et al. (2024), Theorem 2. n < d - 1 (isotropic): Theorems 4.8 and 4.9
/// of the former, with label noise added here: n / (d - n - 1) per set of labels.
#[must_use]
pub fn excess_risk_expectation(setup: &Setup, generation: u32) -> Option<f64> {
    // What is fitted beside the chain does not move it.
    let setup = &Setup { downstream: None, ..setup.clone() };
    let task = Task::of(setup)?;
    if task.solver.penalty > 0.0 || task.solver.features.is_some() || generation == 0 || !setup.curation.is_empty() {
        return None;
    }
    match fixed_design(setup) {
        Some(design) => fixed(setup, &design?, generation),
        None => replaced(setup, &task, generation),
    }
}

/// Noise risk per unit of label variance, and the share of the signal that one fit keeps.
fn step(task: &Task, n: u64) -> Option<(f64, f64)> {
    let (d, n) = (task.dimension() as f64, n as f64);
    let values = &task.truth.eigenvalues;
    let isotropic = values.iter().all(|value| (value - values[0]).abs() <= 1e-12 * values[0]);
    if n > d + 1.5 {
        Some((d / (n - d - 1.0), 1.0))
    } else if n + 1.5 < d && isotropic && n > 0.5 {
        Some((n / (d - n - 1.0), n / d))
    } else {
        None
    }
}

fn signal(task: &Task) -> f64 {
    task.truth.excess_risk(&vec![0.0; task.dimension()])
}

/// Least squares on one design, in the terms of its recursion.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Design {
    /// Risk without label noise: the part of the signal that the inputs do not span.
    pub bias: f64,
    /// Risk per unit of label variance.
    pub noise: f64,
    /// Variance of real labels.
    pub real: f64,
    /// Variance of synthetic labels around their fit.
    pub synthetic: f64,
}

/// Whether the setup is least squares on one design, and then its terms, where they are finite and known.
#[must_use]
pub fn fixed_design(setup: &Setup) -> Option<Option<Design>> {
    // What is fitted beside the chain does not move it.
    let setup = &Setup { downstream: None, ..setup.clone() };
    let task = Task::of(setup).filter(|task| task.solver.penalty <= 0.0)?;
    FixedDesign::of(setup)?;
    let design = step(&task, setup.samples.at(1, setup.generations)).map(|(noise, kept)| {
        let (real, synthetic) = (task.truth.noise_variance, task.label_deviation.powi(2));
        Design { bias: signal(&task) * (1.0 - kept), noise, real, synthetic }
    });
    Some(design)
}

/// One design: the bias plus the noise of all batches as they enter the fit.
fn fixed(setup: &Setup, design: &Design, generation: u32) -> Option<f64> {
    let law = Law::Labels { real: design.real, synthetic: design.synthetic };
    let moments = recursion::run(setup, law, Record::At(vec![generation]))?;
    Some(design.bias + design.noise * moments.value(Metric::MeanSquaredError, generation)?)
}

/// Newest labels only: the signal shrinks and the noise adds, fit by fit.
fn replaced(setup: &Setup, task: &Task, generation: u32) -> Option<f64> {
    let newest = setup.regime.real == Real::First && setup.regime.synthetic == Synthetic::Newest;
    if !newest || setup.regime.budget != Budget::Whole {
        return None;
    }
    let (mut kept, mut risk) = (1.0, 0.0);
    for t in 1..=generation {
        let (noise, share) = step(task, setup.samples.at(t, setup.generations))?;
        // Reused inputs with fewer rows than coefficients share a projection: not a product of independent ones.
        if share < 1.0 && task.inputs == Inputs::Reused && t > 1 {
            return None;
        }
        let variance = if t == 1 { task.truth.noise_variance } else { task.label_deviation.powi(2) };
        kept *= share;
        risk = share * risk + noise * variance;
    }
    Some(signal(task) * (1.0 - kept) + risk)
}
