//! Labelled Gaussian components: inputs with the label they came with, most likely labels, true coefficients.

use super::labels::{choose, largest};
use super::shapes::{Point, distance_squared};
use crate::random::Rng;
use crate::sim::Truth;
use rand_distr::{Distribution, StandardNormal};

/// An input and its class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Labelled<const D: usize> {
    /// The input.
    pub x: Point<D>,
    /// The class it is given, from 0.
    pub class: usize,
    /// The class it came with: that of its component.
    pub own: usize,
}

/// Gaussian components of one common deviation.
#[derive(Debug, Clone, PartialEq)]
pub struct Classes<const D: usize> {
    /// Number of coordinates in use.
    pub dimension: usize,
    /// Component means.
    pub means: Vec<Point<D>>,
    /// Component weights.
    pub weights: Vec<f64>,
    /// Standard deviation within every component.
    pub deviation: f64,
    /// The class of each component.
    pub classes: Vec<usize>,
    /// The group of each component.
    pub groups: Vec<usize>,
    /// Number of classes.
    pub count: usize,
}

/// Coefficients of the classes 1, 2, … against class 0: intercept, then slopes.
pub type Coefficients = Vec<f64>;

/// The number of classes, if every one from 0 to the largest has a component and there are two at least.
#[must_use]
pub fn count(classes: &[usize]) -> Option<usize> {
    let count = classes.iter().max()? + 1;
    (count >= 2 && (0..count).all(|class| classes.contains(&class))).then_some(count)
}

impl<const D: usize> Classes<D> {
    /// The classes of a truth; `None` for another truth, fewer than two classes, or more than D coordinates.
    #[must_use]
    pub fn of(truth: &Truth) -> Option<Self> {
        let Truth::LabelledMixture { means, weights, deviation, classes, groups } = truth else { return None };
        let dimension = means.first()?.len();
        let place = |mean: &Vec<f64>| {
            let mut point = [0.0; D];
            point.get_mut(..mean.len())?.copy_from_slice(mean);
            (mean.len() == dimension).then_some(point)
        };
        let means = means.iter().map(place).collect::<Option<Vec<_>>>()?;
        let count = count(classes)?;
        let sound = [weights.len(), classes.len(), groups.len()] == [means.len(); 3] && *deviation > 0.0;
        let (classes, groups) = (classes.clone(), groups.clone());
        sound.then(|| Self { dimension, means, weights: weights.clone(), deviation: *deviation, classes, groups, count })
    }

    /// An input with its own label.
    pub fn draw(&self, rng: &mut Rng) -> Labelled<D> {
        let component = choose(self.weights.iter().copied(), rng);
        let mut x = self.means[component];
        x[..self.dimension].iter_mut().for_each(|x| *x += self.deviation * Distribution::<f64>::sample(&StandardNormal, rng));
        Labelled { x, class: self.classes[component], own: self.classes[component] }
    }

    /// The most likely class of an input.
    #[must_use]
    pub fn best(&self, x: &Point<D>) -> usize {
        let score = |k: usize| self.weights[k].ln() - 0.5 * distance_squared(x, &self.means[k]) / (self.deviation * self.deviation);
        if self.count == self.means.len() {
            return self.classes[largest((0..self.count).map(score))];
        }
        let of = |class: usize| {
            let components = (0..self.means.len()).filter(move |k| self.classes[*k] == class);
            crate::sim::special::log_sum_exp(components.map(score))
        };
        largest((0..self.count).map(of))
    }

    /// The true coefficients: slopes (m_k - m_0) / s^2, intercepts ln(w_k / w_0) - (|m_k|^2 - |m_0|^2) / (2 s^2). `None` where a class has
    /// several components: its log odds are no line.
    #[must_use]
    pub fn coefficients(&self) -> Option<Coefficients> {
        if self.count != self.means.len() {
            return None;
        }
        let variance = self.deviation * self.deviation;
        let component = |class: usize| self.classes.iter().position(|own| *own == class).unwrap_or(0);
        let zero = component(0);
        let norm = |k: usize| self.means[k].iter().map(|m| m * m).sum::<f64>();
        let vector = |class: usize| {
            let k = component(class);
            let intercept = (self.weights[k] / self.weights[zero]).ln() - 0.5 * (norm(k) - norm(zero)) / variance;
            let slopes = (0..self.dimension).map(move |j| (self.means[k][j] - self.means[zero][j]) / variance);
            std::iter::once(intercept).chain(slopes).collect::<Vec<f64>>()
        };
        Some((1..self.count).flat_map(vector).collect())
    }
}
