//! A downstream learner: fitted to the examples of recorded training sets, beside the model and without any influence on it.

use super::chain::{Reading, Start, Unfit};
use super::engine::Downstream;
use super::learner::Learner;
use super::samples::{Examples, Gauge};
use super::world::World;
use crate::random::{Rng, Streams};
use crate::taxonomy::Metric;
use std::any::Any;

/// A learner beside the chain of a world, with a world of its own that the same streams begin.
#[derive(Clone)]
pub struct Aside<W, L, G, F> {
    world: W,
    learner: L,
    gauge: G,
    fitted: F,
    is_fit: Result<(), Unfit>,
}

impl<L: Learner<W>, W: World, G: Gauge<W, L>> Aside<W, L, G, L::Fitted> {
    /// A learner without a fit.
    pub fn new(world: W, learner: L, gauge: G) -> Self {
        let fitted = learner.blank();
        Self { world, learner, gauge, fitted, is_fit: Err(Unfit::TooFewSamples) }
    }
}

impl<W, L, G> Downstream<Examples<W::Example>> for Aside<W, L, G, L::Fitted>
where
    W: World + 'static,
    L: Learner<W> + 'static,
    G: Gauge<W, L> + 'static,
    L::Fitted: 'static,
{
    fn twin(&self) -> Box<dyn Downstream<Examples<W::Example>>> {
        Box::new(self.clone())
    }

    fn begin(&mut self, streams: &Streams) {
        self.world.begin(streams);
        self.learner.begin(streams);
        self.gauge.begin(&self.world, streams);
        self.is_fit = Err(Unfit::TooFewSamples);
    }

    fn fit(&mut self, training: &Examples<W::Example>, rng: &mut Rng) {
        self.is_fit = self.learner.fit(&self.world, training.weighted(), 1.0, Start::Anew, rng, &mut self.fitted);
    }

    fn read(&mut self, metric: Metric, rng: &mut Rng) -> Reading {
        let asked = match (self.is_fit, metric) {
            (Ok(()), Metric::DownstreamExcessRisk) => Metric::ExcessRisk,
            (Ok(()), Metric::DownstreamAccuracy) => Metric::Accuracy,
            (Ok(()), Metric::DownstreamRareAccuracy) => Metric::RareAccuracy,
            (Ok(()), Metric::DownstreamCalibrationError) => Metric::CalibrationError,
            _ => return Reading::Undefined,
        };
        self.gauge.read(&mut self.world, &mut self.learner, &self.fitted, asked, rng)
    }
}

/// A learner that reads examples of some type: whether they are a chain's is told by [`reads`](Self::reads).
pub struct Reader(Box<dyn Any>);

impl Reader {
    /// A learner of a world's examples.
    pub fn new<W, L, G>(world: W, learner: L, gauge: G) -> Self
    where
        W: World + 'static,
        L: Learner<W> + 'static,
        G: Gauge<W, L> + 'static,
        W::Example: 'static,
        L::Fitted: 'static,
    {
        let aside: Box<dyn Downstream<Examples<W::Example>>> = Box::new(Aside::new(world, learner, gauge));
        Self(Box::new(aside))
    }

    /// The learner, if it reads examples of this type.
    pub fn reads<E: 'static>(self) -> Option<Box<dyn Downstream<Examples<E>>>> {
        self.0.downcast().ok().map(|aside| *aside)
    }
}
