//! The critic: a dense network with leaky rectifiers, its losses, and the gradient of its gradient penalty.
//!
//! With rectifiers that gradient needs no second derivatives. Let g be the gradient of the critic f at x, and v that of the penalty with
//! respect to g, held constant. The gradient of v . g with respect to the weights is that of the derivative of f along v, and this is a
//! network too: v runs through the same matrices without biases, times the slopes that the rectifiers have at x.

use super::Game;
use crate::graph::{Graph, Id, Start};
use crate::ops::activation::Activation;
use crate::real::Real;
use rand::Rng;

/// Below this a gradient counts as zero and its direction as none.
const FLAT: f64 = 1e-12;

#[derive(Debug, Clone)]
pub(super) struct Critic<T> {
    game: Game,
    graph: Graph<T>,
    x: Id,
    verdict: Id,
    loss: Id,
    /// The derivative along a direction, where there is a penalty.
    tangent: Option<Tangent>,
    /// The gradient of the penalty with respect to the critic's.
    direction: Vec<T>,
}

#[derive(Debug, Clone, Copy)]
struct Tangent {
    direction: Id,
    loss: Id,
}

/// The classes of rows.
const MADE: u16 = 0;
const REAL: u16 = 1;

impl<T: Real> Critic<T> {
    pub(super) fn new(inputs: usize, hidden: &[usize], game: Game, rng: &mut dyn Rng) -> Self {
        let mut graph = Graph::new();
        let x = graph.probe(inputs);
        let (mut top, mut layers) = (x, Vec::with_capacity(hidden.len()));
        for width in hidden {
            let layer = graph.dense(top, *width, Start::Scaled(Activation::LeakyRelu.gain()), rng);
            top = graph.activate(layer, Activation::LeakyRelu);
            layers.push(layer);
        }
        let verdict = graph.dense(top, 1, Start::Scaled(1.0), rng);
        let loss = match game {
            Game::NonSaturating => graph.logistic(verdict),
            Game::Wasserstein { .. } => graph.total(verdict),
        };
        let tangent = (penalty_of(game) > 0.0).then(|| {
            let direction = graph.input(inputs);
            let along = layers.iter().fold(direction, |along, layer| {
                let along = graph.again_without_bias(along, *layer);
                graph.gate(along, *layer)
            });
            let along = graph.again_without_bias(along, verdict);
            Tangent { direction, loss: graph.total(along) }
        });
        Self { game, graph, x, verdict, loss, tangent, direction: Vec::new() }
    }

    pub(super) fn graph(&self) -> &Graph<T> {
        &self.graph
    }

    pub(super) fn graph_mut(&mut self) -> &mut Graph<T> {
        &mut self.graph
    }

    /// Fills the weights' gradients of the critic's loss on as many real as made points, and gives back the loss: softplus(-f) of real
    /// and softplus(f) of made points, or -f and f with the penalty; each averaged. Point i of the penalty is `mixes[i]` real and else
    /// made.
    pub(super) fn learn(&mut self, real: &[T], made: &[T], mixes: &[T]) -> f64 {
        self.graph.clear();
        let penalty = self.tangent.map_or(0.0, |tangent| self.penalise(tangent, real, made, mixes));
        self.compare(real, made);
        self.graph.clear_rows();
        self.graph.pull(self.x..=self.loss);
        self.graph.loss() + penalty
    }

    /// The critic's loss without a penalty.
    pub(super) fn loss(&mut self, real: &[T], made: &[T]) -> f64 {
        self.compare(real, made);
        self.graph.loss()
    }

    fn compare(&mut self, real: &[T], made: &[T]) {
        let rows = real.len() / self.graph.columns(self.x);
        self.graph.resize(2 * rows);
        let (first, second) = self.graph.value_mut(self.x).split_at_mut(real.len());
        first.copy_from_slice(real);
        second.copy_from_slice(made);
        let (first, second) = self.graph.batch.targets.split_at_mut(rows);
        first.fill(REAL);
        second.fill(MADE);
        self.graph.batch.shares.fill(T::of(1.0 / rows as f64));
        self.graph.forward_between(self.x..=self.loss);
    }

    /// The generator's loss at made points, and its gradient with respect to them.
    pub(super) fn teach(&mut self, made: &[T]) -> (f64, &[T]) {
        self.graph.resize(made.len() / self.graph.columns(self.x));
        self.graph.value_mut(self.x).copy_from_slice(made);
        self.graph.batch.targets.fill(REAL);
        self.graph.forward_between(self.x..=self.loss);
        self.graph.clear();
        self.graph.pull(self.x..=self.loss);
        (self.graph.loss(), self.graph.gradient(self.x))
    }

    /// Adds the weights' gradients of `penalty (|g| - 1)^2`, averaged over points between real and made ones, and gives it back:
    /// Gulrajani et al. (2017), equation 3.
    fn penalise(&mut self, tangent: Tangent, real: &[T], made: &[T], mixes: &[T]) -> f64 {
        let d = self.graph.columns(self.x);
        self.graph.resize(mixes.len());
        let points = self.graph.value_mut(self.x).chunks_exact_mut(d).zip(real.chunks_exact(d)).zip(made.chunks_exact(d)).zip(mixes);
        for (((point, real), made), mix) in points {
            point.iter_mut().zip(real.iter().zip(made)).for_each(|(x, (real, made))| *x = *made + *mix * (*real - *made));
        }
        self.graph.forward_between(self.x..=self.verdict);
        self.graph.seed(self.verdict, T::ONE);
        self.graph.pull(self.x..=self.verdict);
        let total = self.point_uphill(d, mixes.len());
        self.graph.clear();
        self.graph.value_mut(tangent.direction).copy_from_slice(&self.direction);
        self.graph.batch.targets.fill(MADE);
        self.graph.batch.shares.fill(T::ONE);
        self.graph.forward_between(tangent.direction..=tangent.loss);
        self.graph.pull(tangent.direction..=tangent.loss);
        total
    }

    /// The mean penalty, and in `direction` its gradient with respect to the critic's gradients.
    fn point_uphill(&mut self, d: usize, rows: usize) -> f64 {
        let share = penalty_of(self.game) / rows as f64;
        self.direction.resize(rows * d, T::ZERO);
        let mut total = 0.0;
        for (g, v) in self.graph.gradient(self.x).chunks_exact(d).zip(self.direction.chunks_exact_mut(d)) {
            let length = g.iter().map(|g| g.wide() * g.wide()).sum::<f64>().sqrt();
            total += share * (length - 1.0) * (length - 1.0);
            let slope = if length > FLAT { T::of(2.0 * share * (length - 1.0) / length) } else { T::ZERO };
            v.iter_mut().zip(g).for_each(|(v, g)| *v = slope * *g);
        }
        total
    }

    /// What the critic says of points.
    pub(super) fn judge(&mut self, points: &[T]) -> Vec<T> {
        self.graph.evaluate(self.x, points, self.verdict)
    }
}

fn penalty_of(game: Game) -> f64 {
    match game {
        Game::NonSaturating => 0.0,
        Game::Wasserstein { penalty, .. } => penalty,
    }
}
