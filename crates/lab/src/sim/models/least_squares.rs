//! Linear regression, sample by sample: inputs with labels, and least squares or ridge on them.
//!
//! The readable twin of the exact chains in `design`. It shares no line of linear algebra with them: systems are solved by `dense`, and random
//! features are drawn entry by entry.

use std::sync::Arc;

use nalgebra::{DMatrix, DVector, DVectorView};
use rand_distr::{Distribution, StandardNormal};

use super::dense::{self, Group};
use super::features::Features;
use super::regression::Task;
use crate::random::{Purpose, Rng, Streams};
use crate::sim::chain::{Reading, RealDraw, Start, Steps, Unfit};
use crate::sim::learner::{Displaced, Extrapolates, Learner, Surrogates, Weighted, beyond};
use crate::sim::samples::{Gauge, Twin};
use crate::sim::world::{Responds, World};
use crate::sim::{Inputs, Setup};
use crate::taxonomy::Metric;

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
    dimension: usize,
    penalty: f64,
    /// How many random features stand between inputs and fit, and these: width x dimension.
    width: Option<usize>,
    features: Option<DMatrix<f64>>,
    /// Standard deviation of the noise in synthetic labels.
    deviation: f64,
    /// Per first input: the weight of its examples and their weighted sum of labels.
    counted: Vec<(f64, f64)>,
}

/// Reads fitted coefficients.
#[derive(Debug, Clone, Copy)]
pub struct CoefficientGauge;

/// Least squares on the inputs and responses of one truth.
pub type Regression = Twin<Responses, LeastSquares, CoefficientGauge>;

/// The twin of a setup; `None` if its truth, model, synthesis or sampling is no regression.
#[must_use]
pub fn twin(setup: &Setup) -> Option<Regression> {
    Task::of(setup).map(|task| Twin::new(Responses::new(task.clone()), LeastSquares::new(&task), CoefficientGauge))
}

/// The same whose rows name the first inputs by their place, which nobody can read beside it.
#[must_use]
pub fn twin_by_place(setup: &Setup) -> Option<Regression> {
    Task::of(setup).map(|task| Twin::new(Responses::by_place(task.clone()), LeastSquares::new(&task), CoefficientGauge))
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
    pub fn new(task: &Task) -> Self {
        let (penalty, width) = (task.solver.penalty, task.solver.features.as_ref().map(Features::width));
        Self { dimension: task.dimension(), penalty, width, features: None, deviation: task.label_deviation, counted: Vec::new() }
    }

    /// Inputs with the weight and the weighted sum of labels of their examples: one place for all examples of a first input.
    fn grouped<'a>(&mut self, first: &'a [Arc<[f64]>], training: &Weighted<'a, Row>) -> Vec<Group<'a>> {
        self.counted.clear();
        self.counted.resize(first.len(), (0.0, 0.0));
        let mut groups = Vec::new();
        for (i, row) in training.examples.iter().enumerate() {
            let weight = training.weight(i);
            match &row.x {
                Input::First(place) => {
                    let (times, labels) = &mut self.counted[*place];
                    *times += weight;
                    *labels += weight * row.y;
                }
                Input::Own(x) => groups.push(Group { x, weight, labels: weight * row.y }),
            }
        }
        let counted = first.iter().zip(&self.counted).map(|(x, (weight, labels))| Group { x, weight: *weight, labels: *labels });
        groups.extend(counted);
        groups.retain(|group| group.weight > 0.0);
        groups
    }

    /// The coefficients that fit best, of least norm where many do.
    fn coefficients(&self, groups: &[Group<'_>], ridge: f64) -> Option<DVector<f64>> {
        let inputs: Vec<&[f64]> = groups.iter().map(|group| group.x).collect();
        let Some(features) = &self.features else { return dense::least_squares(&inputs, groups, ridge) };
        let seen: Vec<DVector<f64>> = inputs.iter().map(|x| features * DVectorView::from_slice(x, x.len())).collect();
        let seen: Vec<&[f64]> = seen.iter().map(|z| z.as_slice()).collect();
        Some(features.tr_mul(&dense::least_squares(&seen, groups, ridge)?))
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
        let Some(width) = self.width else { return };
        let (mut rng, scale) = (streams.at(0, Purpose::Fit), (width as f64).sqrt().recip());
        let drawn = DMatrix::from_fn(width, self.dimension, |_, _| scale * Distribution::<f64>::sample(&StandardNormal, &mut rng));
        self.features = Some(drawn);
    }

    fn blank(&self) -> Vec<f64> {
        vec![0.0; self.dimension]
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
        let groups = self.grouped(&world.first, &training);
        let total: f64 = groups.iter().map(|group| group.weight).sum();
        if total <= 0.0 {
            return Err(Unfit::TooFewSamples);
        }
        let found = self.coefficients(&groups, self.penalty * total / growth).ok_or(Unfit::Degenerate)?;
        out.copy_from_slice(found.as_slice());
        if out.iter().all(|b| b.is_finite()) { Ok(()) } else { Err(Unfit::Degenerate) }
    }

    fn synthetic(&mut self, world: &mut Responses, from: &Vec<f64>, n: u64, rng: &mut Rng, out: &mut Vec<Row>) {
        out.extend((0..n as usize).map(|place| world.labelled(place, rng, |x, rng| label(x, from, self.deviation, rng))));
    }
}

impl Gauge<Responses, LeastSquares> for CoefficientGauge {
    const STEPS: Steps<Regression> = Steps::of_examples().displaced().extrapolated().responding();

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

impl Extrapolates<Responses> for LeastSquares {
    fn extrapolate(&mut self, from: &Vec<f64>, weight: f64, fit: &mut Vec<f64>) -> Result<(), Unfit> {
        beyond(from, weight, fit);
        Ok(())
    }
}

impl Surrogates<Responses> for LeastSquares {
    fn surrogate(&self, world: &Responses, distance: f64, out: &mut Vec<f64>) {
        world.task.truth.surrogate(distance, out);
    }
}
