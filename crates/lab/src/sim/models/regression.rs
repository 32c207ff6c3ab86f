//! Linear regression: the truth and what a chain takes from its setup.
//!
//! Inputs are x ~ N(0, diag(eigenvalues)) with labels y = x'w + noise. Only labels are synthetic. The exact chains are in `design`; their
//! readable twin is in `least_squares`.

use rand_distr::{Distribution, StandardNormal};

use super::features::Features;
pub use super::system::System;
use crate::random::{Purpose, Rng, Streams};
use crate::sim::chain::Unfit;
use crate::sim::{Coefficients, Inputs, LabelChoice, Setup, Spectrum, Synthesis, Truth};
use crate::taxonomy::Metric;

/// The true regression.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearTruth {
    /// Eigenvalues of the input covariance, one per coordinate.
    pub eigenvalues: Vec<f64>,
    /// True coefficients w; the eigenvalue-weighted sum of their squares is the signal.
    pub coefficients: Vec<f64>,
    /// Variance of the label noise.
    pub noise_variance: f64,
}

/// A squared error below this share of the truth's own square is rounding: without noise, enough points give back the truth
/// to about ten digits or more, and statistics of what is left would compare rounding errors.
const ROUNDING: f64 = 1e-20;

/// Eigenvalues of a spectrum in `dimension` coordinates.
#[must_use]
pub fn eigenvalues(spectrum: &Spectrum, dimension: usize) -> Vec<f64> {
    match spectrum {
        Spectrum::Isotropic { variance } => vec![*variance; dimension],
        Spectrum::Power { decay } => (1..=dimension).map(|i| (i as f64).powf(-decay)).collect(),
        Spectrum::Given { values } => values.clone(),
    }
}

impl LinearTruth {
    /// The regression a truth describes; `None` if it is another kind, or its spectrum does not fit its dimension.
    #[must_use]
    pub fn of(truth: &Truth) -> Option<Self> {
        let Truth::LinearRegression { dimension, noise_variance, signal, spectrum, source, coefficients: _ } = truth else { return None };
        let eigenvalues = eigenvalues(spectrum, *dimension);
        if eigenvalues.is_empty() || eigenvalues.len() != *dimension {
            return None;
        }
        // i^-(decay 2 r) is eigenvalue^(2 r); written so it also serves a given spectrum.
        let squares: Vec<f64> = eigenvalues.iter().map(|value| value.powf(2.0 * source)).collect();
        let scale = signal / eigenvalues.iter().zip(&squares).map(|(value, square)| value * square).sum::<f64>();
        let coefficients = squares.iter().map(|square| (scale * square).sqrt()).collect();
        Some(Self { eigenvalues, coefficients, noise_variance: *noise_variance })
    }

    /// Draws the coefficients: normal with these deviations, then scaled to the signal that the deviations have together.
    fn draw(&mut self, deviations: &[f64], rng: &mut Rng) {
        let signal = |coefficients: &[f64]| -> f64 { coefficients.iter().zip(&self.eigenvalues).map(|(c, value)| value * c * c).sum() };
        let drawn: Vec<f64> = deviations.iter().map(|s| s * Distribution::<f64>::sample(&StandardNormal, rng)).collect();
        let (wanted, found) = (signal(deviations), signal(&drawn));
        let scale = if found > 0.0 { (wanted / found).sqrt() } else { 0.0 };
        self.coefficients = drawn.iter().map(|c| scale * c).collect();
    }

    /// Excess risk of `coefficients`: squared error in the metric of the input covariance.
    #[must_use]
    pub fn excess_risk(&self, coefficients: &[f64]) -> f64 {
        self.error_of(coefficients, self.eigenvalues.iter().copied())
    }

    /// Weighted squared error; zero where it is nothing but rounding.
    fn error_of(&self, coefficients: &[f64], weights: impl Iterator<Item = f64>) -> f64 {
        let (mut error, mut size) = (0.0, 0.0);
        for ((found, truth), weight) in coefficients.iter().zip(&self.coefficients).zip(weights) {
            error += weight * (found - truth) * (found - truth);
            size += weight * truth * truth;
        }
        if error <= ROUNDING * size { 0.0 } else { error }
    }

    /// The metric of fitted coefficients, where regression defines it.
    #[must_use]
    pub fn measure(&self, coefficients: &[f64], metric: Metric) -> Option<f64> {
        if metric == Metric::ExcessRisk {
            Some(self.excess_risk(coefficients))
        } else if metric == Metric::SquaredError {
            Some(self.error_of(coefficients, std::iter::repeat(1.0)))
        } else {
            None
        }
    }

    /// Coefficients whose excess risk relative to `from` is `distance` squared: the first one is moved.
    pub fn displace(&self, from: &[f64], distance: f64, out: &mut [f64]) {
        out.copy_from_slice(from);
        out[0] += distance / self.eigenvalues[0].sqrt();
    }

    /// Coefficients whose excess risk is `distance` squared: the truth's moved in the plane of the first two coordinates at
    /// right angles to itself, in the metric of the input covariance. Where inputs have no preferred direction that has the
    /// mean risk of a move in a random one.
    pub fn surrogate(&self, distance: f64, out: &mut [f64]) {
        let root = |i: usize| self.eigenvalues.get(i).map_or(0.0, |value| value.sqrt());
        let along = [0, 1].map(|i| root(i) * self.coefficients.get(i).copied().unwrap_or(0.0));
        let size = along[0].hypot(along[1]);
        out.copy_from_slice(&self.coefficients);
        let across = if size > 0.0 && self.coefficients.len() > 1 { [along[1] / size, -along[0] / size] } else { [1.0, 0.0] };
        (0..self.coefficients.len().min(2)).for_each(|i| out[i] += distance * across[i] / root(i));
    }

    /// Coefficients scaled so that squared distances are differences in risk: root of the eigenvalue times each.
    pub fn location(&self, coefficients: &[f64], out: &mut Vec<f64>) {
        out.clear();
        out.extend(coefficients.iter().zip(&self.eigenvalues).map(|(c, value)| c * value.sqrt()));
    }
}

/// Least squares or ridge, with or without random features.
#[derive(Debug, Clone, PartialEq)]
pub struct Solver {
    /// Ridge penalty; 0 for least squares.
    pub penalty: f64,
    /// Random features that stand between inputs and fit, if any.
    pub features: Option<Features>,
}

impl Solver {
    /// Starts a replicate: draws the random features.
    pub fn begin(&mut self, streams: &Streams) {
        if let Some(features) = &mut self.features {
            features.draw(&mut streams.at(0, Purpose::Fit));
        }
    }

    /// Fits to normal equations into `out`; `scratch` is a packed triangle.
    ///
    /// # Errors
    /// As [`System::solve`].
    pub fn solve(&mut self, system: System<'_>, scratch: &mut Vec<f64>, out: &mut [f64]) -> Result<(), Unfit> {
        match &mut self.features {
            Some(features) => features.solve(system, self.penalty, scratch, out),
            None => system.solve(self.penalty, scratch, out),
        }
    }
}

/// Everything a regression takes from its setup.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// The truth.
    pub truth: LinearTruth,
    /// How coefficients are found.
    pub solver: Solver,
    /// Where inputs of synthetic labels come from.
    pub inputs: Inputs,
    /// Standard deviation of the noise in real labels.
    pub real_deviation: f64,
    /// Standard deviation of the noise in synthetic labels: 0 when labels are means.
    pub label_deviation: f64,
    /// Deviations of the true coefficients, where every run draws its own.
    deviations: Option<Vec<f64>>,
}

impl Task {
    /// The task of a setup; `None` if its truth, model, synthesis or sampling is no regression.
    #[must_use]
    pub fn of(setup: &Setup) -> Option<Self> {
        Self::with_model(setup, &setup.model)
    }

    /// The same with another model: the downstream learner.
    #[must_use]
    pub fn with_model(setup: &Setup, model: &crate::sim::Model) -> Option<Self> {
        let truth = LinearTruth::of(&setup.truth)?;
        let (penalty, width) = match model {
            crate::sim::Model::Ols => (0.0, None),
            crate::sim::Model::Ridge { penalty } => (*penalty, None),
            crate::sim::Model::RandomFeatures { width, penalty } => (*penalty, Some(*width)),
            _ => return None,
        };
        let features = width.map(|width| Features::new(width, truth.eigenvalues.len()));
        let Synthesis::Labels { inputs, choice } = setup.synthesis else { return None };
        let scale = super::variance_scale(&setup.sampling)?;
        let real_deviation = truth.noise_variance.sqrt();
        let label_deviation = match choice {
            LabelChoice::Sampled => (truth.noise_variance * scale).sqrt(),
            LabelChoice::Mean | LabelChoice::Argmax => 0.0,
        };
        let is_drawn = matches!(setup.truth, Truth::LinearRegression { coefficients: Coefficients::Drawn, .. });
        let deviations = is_drawn.then(|| truth.coefficients.clone());
        let solver = Solver { penalty, features };
        Some(Self { truth, solver, inputs, real_deviation, label_deviation, deviations })
    }

    /// Number of coefficients.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.truth.eigenvalues.len()
    }

    /// Starts a replicate: draws the true coefficients, where they are its own, and the random features.
    pub fn begin(&mut self, streams: &Streams) {
        self.begin_truth(streams);
        self.solver.begin(streams);
    }

    /// Starts a replicate: draws the true coefficients, where they are its own.
    pub fn begin_truth(&mut self, streams: &Streams) {
        if let Some(deviations) = &self.deviations {
            self.truth.draw(deviations, &mut streams.at(0, Purpose::Truth));
        }
    }
}
