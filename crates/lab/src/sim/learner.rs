//! A downstream learner: another model fitted to the examples of recorded training sets.

use super::chain::Unfit;
use super::engine::Downstream;
use super::samples::{Examples, Model};
use crate::random::{Rng, Streams};
use crate::taxonomy::Metric;

/// Another model over the same examples, fitted beside the main one.
#[derive(Clone)]
pub struct Learner<M: Model> {
    model: M,
    fitted: M::Fitted,
    is_fit: Result<(), Unfit>,
}

impl<M: Model> Learner<M> {
    /// A learner without a fit.
    pub fn new(model: M) -> Self {
        let fitted = model.blank();
        Self { model, fitted, is_fit: Err(Unfit::TooFewSamples) }
    }
}

impl<M: Model> Downstream<Examples<M::Example>> for Learner<M> {
    fn begin(&mut self, streams: &Streams) {
        self.model.begin(streams);
        self.is_fit = Err(Unfit::TooFewSamples);
    }

    fn fit(&mut self, training: &Examples<M::Example>, rng: &mut Rng) {
        self.is_fit = self.model.fit(training.all(), training.weights(), 1.0, rng, &mut self.fitted);
    }

    fn measure(&mut self, metric: Metric) -> Option<f64> {
        self.is_fit.ok()?;
        match metric {
            Metric::DownstreamExcessRisk => self.model.measure(&self.fitted, Metric::ExcessRisk),
            Metric::DownstreamAccuracy => self.model.measure(&self.fitted, Metric::Accuracy),
            _ => None,
        }
    }
}
