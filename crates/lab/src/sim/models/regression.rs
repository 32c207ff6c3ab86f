//! Linear regression, sample by sample: the truth, least squares and ridge, and labels for given inputs.
//!
//! Takes inputs x ~ N(0, diag(eigenvalues)) with labels y = x'w + noise and gives fitted coefficients. Only labels are
//! synthetic. The exact chains are in `design`; this is their readable twin.

use std::sync::Arc;

use rand_distr::{Distribution, StandardNormal};

use super::features::Features;
pub use super::system::System;
use super::triangle;
use crate::random::{Purpose, Rng, Streams};
use crate::sim::chain::{Reading, RealDraw, Start, Steps, Unfit};
use crate::sim::learner::{Displaced, Learner, Surrogates, Weighted};
use crate::sim::samples::{Gauge, Twin};
use crate::sim::world::{Responds, World};
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

    fn begin_truth(&mut self, streams: &Streams) {
        if let Some(deviations) = &self.deviations {
            self.truth.draw(deviations, &mut streams.at(0, Purpose::Truth));
        }
    }
}

/// One input with its label.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The input.
    pub x: Input,
    /// The label.
    pub y: f64,
}

/// An input.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// One of the first inputs, by its place: cheap to copy and to count.
    First(usize),
    /// Its coordinates; relabelled inputs share their memory.
    Own(Arc<[f64]>),
}

/// How rows name the first inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Naming {
    /// By place, which only the world itself understands.
    Place,
    /// By coordinates, for a learner beside the chain, which has a world of its own.
    Coordinates,
}

/// The world of inputs with responses.
#[derive(Debug, Clone)]
pub struct Responses {
    task: Task,
    naming: Naming,
    first: Vec<Arc<[f64]>>,
}

/// Least squares or ridge, with or without random features.
#[derive(Debug, Clone)]
pub struct LeastSquares {
    solver: Solver,
    /// Standard deviation of the noise in synthetic labels.
    deviation: f64,
    /// Per first input: the weight of its examples and their weighted sum of labels.
    counted: Vec<(f64, f64)>,
    gram: Vec<f64>,
    moment: Vec<f64>,
    triangle: Vec<f64>,
}

/// Reads fitted coefficients.
#[derive(Debug, Clone, Copy)]
pub struct CoefficientGauge;

/// Least squares on the inputs and responses of one truth.
pub type Regression = Twin<Responses, LeastSquares, CoefficientGauge>;

/// The twin of a setup; `None` if its truth, model, synthesis or sampling is no regression.
#[must_use]
pub fn twin(setup: &Setup) -> Option<Regression> {
    Task::of(setup).map(|task| Twin::new(Responses::new(task.clone()), LeastSquares::new(task), CoefficientGauge))
}

/// The same whose rows name the first inputs by their place, which nobody can read beside it.
#[must_use]
pub fn twin_by_place(setup: &Setup) -> Option<Regression> {
    Task::of(setup).map(|task| Twin::new(Responses::by_place(task.clone()), LeastSquares::new(task), CoefficientGauge))
}

impl Responses {
    /// The world of a task; its rows can be read in another world of the same task.
    #[must_use]
    pub const fn new(task: Task) -> Self {
        Self { task, naming: Naming::Coordinates, first: Vec::new() }
    }

    /// The world of a task; only itself can read its rows, which name the first inputs by their place.
    #[must_use]
    pub const fn by_place(task: Task) -> Self {
        Self { task, naming: Naming::Place, first: Vec::new() }
    }

    /// A row's name of the first input at `place`.
    fn name(&self, place: usize) -> Input {
        match self.naming {
            Naming::Place => Input::First(place),
            Naming::Coordinates => Input::Own(Arc::clone(&self.first[place])),
        }
    }

    fn input(&self, rng: &mut Rng) -> Arc<[f64]> {
        let draw = |value: &f64| value.sqrt() * Distribution::<f64>::sample(&StandardNormal, rng);
        self.task.truth.eigenvalues.iter().map(draw).collect()
    }

    /// The synthetic row at `place` of its batch, with a label for its input, which is one of the first or a new one.
    fn labelled(&self, place: usize, rng: &mut Rng, label: impl FnOnce(&[f64], &mut Rng) -> f64) -> Row {
        let reused = match self.task.inputs {
            Inputs::Reused => self.first.get(place),
            Inputs::Fresh => None,
        };
        if let Some(x) = reused {
            return Row { y: label(x, rng), x: self.name(place) };
        }
        let x = self.input(rng);
        Row { y: label(&x, rng), x: Input::Own(x) }
    }
}

impl LeastSquares {
    /// The learner of a task.
    #[must_use]
    pub fn new(task: Task) -> Self {
        let d = task.dimension();
        let (gram, moment) = (vec![0.0; triangle::packed(d)], vec![0.0; d]);
        Self { solver: task.solver, deviation: task.label_deviation, counted: Vec::new(), gram, moment, triangle: Vec::new() }
    }

    /// Adds the first inputs to the normal equations, each once with the weight that was counted for it.
    fn add_counted(&mut self, first: &[Arc<[f64]>]) {
        let empty: &[f64] = &[];
        let (mut rows, mut weights, mut held) = ([empty; 4], [0.0; 4], 0);
        for (x, (weight, labels)) in first.iter().zip(&self.counted) {
            if *weight > 0.0 {
                self.moment.iter_mut().zip(x.iter()).for_each(|(m, x)| *m += labels * x);
                (rows[held], weights[held]) = (x, *weight);
                held += 1;
            }
            if held == 4 {
                triangle::add_outers(rows, weights, &mut self.gram);
                held = 0;
            }
        }
        rows.iter().zip(weights).take(held).for_each(|(x, weight)| triangle::add_outer(x, weight, &mut self.gram));
    }
}

fn label(x: &[f64], coefficients: &[f64], deviation: f64, rng: &mut Rng) -> f64 {
    let mean: f64 = x.iter().zip(coefficients).map(|(x, c)| x * c).sum();
    if deviation > 0.0 { mean + deviation * Distribution::<f64>::sample(&StandardNormal, rng) } else { mean }
}

impl World for Responses {
    type Example = Row;

    fn begin(&mut self, streams: &Streams) {
        self.task.begin_truth(streams);
        self.first.clear();
    }

    fn real(&mut self, draw: RealDraw, n: u64, rng: &mut Rng, out: &mut Vec<Row>) {
        for _ in 0..n {
            let x = self.input(rng);
            let y = label(&x, &self.task.truth.coefficients, self.task.real_deviation, rng);
            if draw == RealDraw::First {
                self.first.push(x);
                out.push(Row { x: self.name(self.first.len() - 1), y });
            } else {
                out.push(Row { x: Input::Own(x), y });
            }
        }
    }
}

impl Responds for Responses {
    fn again(&mut self, n: u64, rng: &mut Rng, out: &mut Vec<Row>) {
        for i in 0..n as usize {
            let place = i % self.first.len();
            let y = label(&self.first[place], &self.task.truth.coefficients, self.task.real_deviation, rng);
            out.push(Row { x: self.name(place), y });
        }
    }
}

impl Learner<Responses> for LeastSquares {
    type Fitted = Vec<f64>;

    fn begin(&mut self, streams: &Streams) {
        self.solver.begin(streams);
    }

    fn blank(&self) -> Vec<f64> {
        vec![0.0; self.moment.len()]
    }

    fn fit(
        &mut self,
        world: &Responses,
        training: Weighted<'_, Row>,
        growth: f64,
        _: Start<'_, Vec<f64>>,
        _: &mut Rng,
        out: &mut Vec<f64>,
    ) -> Result<(), Unfit> {
        self.gram.fill(0.0);
        self.moment.fill(0.0);
        self.counted.clear();
        self.counted.resize(world.first.len(), (0.0, 0.0));
        let mut total = 0.0;
        for (i, row) in training.examples.iter().enumerate() {
            let weight = training.weight(i);
            total += weight;
            match &row.x {
                Input::First(place) => {
                    let (times, labels) = &mut self.counted[*place];
                    *times += weight;
                    *labels += weight * row.y;
                }
                Input::Own(x) => {
                    triangle::add_outer(x, weight, &mut self.gram);
                    self.moment.iter_mut().zip(x.iter()).for_each(|(m, x)| *m += weight * x * row.y);
                }
            }
        }
        self.add_counted(&world.first);
        let system = System { weight: total, gram: &self.gram, moment: &self.moment, growth };
        self.solver.solve(system, &mut self.triangle, out)
    }

    fn synthetic(&mut self, world: &mut Responses, from: &Vec<f64>, n: u64, rng: &mut Rng, out: &mut Vec<Row>) {
        out.extend((0..n as usize).map(|place| world.labelled(place, rng, |x, rng| label(x, from, self.deviation, rng))));
    }
}

impl Gauge<Responses, LeastSquares> for CoefficientGauge {
    const STEPS: Steps<Regression> = Steps::of_examples().displaced().responding();

    fn read(&mut self, world: &mut Responses, _: &mut LeastSquares, fitted: &Vec<f64>, metric: Metric, _: &mut Rng) -> Reading {
        world.task.truth.measure(fitted, metric).into()
    }

    fn location(&self, world: &Responses, _: &LeastSquares, fitted: &Vec<f64>, out: &mut Vec<f64>) {
        world.task.truth.location(fitted, out);
    }
}

impl Displaced<Responses> for LeastSquares {
    fn displace(&self, world: &Responses, from: &Vec<f64>, distance: f64, out: &mut Vec<f64>) {
        world.task.truth.displace(from, distance, out);
    }
}

impl Surrogates<Responses> for LeastSquares {
    fn surrogate(&self, world: &Responses, distance: f64, out: &mut Vec<f64>) {
        world.task.truth.surrogate(distance, out);
    }
}
