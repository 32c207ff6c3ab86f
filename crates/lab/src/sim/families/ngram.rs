//! Frequencies of n-grams over a text.

use crate::sim::cost::Sizes;
use crate::sim::family::{Biases, Family, Ready, Why, exact, run};
use crate::sim::kind::Kind;
use crate::sim::models::ngram;
use crate::sim::models::ngram_counts::GramCounts;
use crate::sim::{Model, Setup, TextSource, Truth};
use crate::taxonomy::Metric;

/// One small example.
pub const EXAMPLES: [(&str, Model); 1] = [("n-gram", Model::NGram { order: 2, smoothing: 0.0 })];

/// Tokens after the ones before them.
pub struct Grams {
    /// n.
    pub order: usize,
}

const fn order_of(source: &TextSource) -> usize {
    match source {
        TextSource::Corpus { order, .. } | TextSource::Own { order, .. } => *order,
        TextSource::Grammar { .. } => 3,
        TextSource::Chain { .. } => 2,
    }
}

impl Family for Grams {
    fn eats(&self) -> &'static [Kind] {
        &[Kind::Tokens]
    }

    fn metrics(&self, _: &Truth) -> Vec<Metric> {
        ngram::METRICS.to_vec()
    }

    fn biases(&self) -> Biases {
        Biases::Categories
    }

    fn contains_truth(&self, setup: &Setup) -> bool {
        matches!(&setup.truth, Truth::Text { source } if self.order >= order_of(source))
    }

    fn drift(&self, _: &Setup, n: f64) -> f64 {
        n.recip()
    }

    /// Each token drawn and counted, a table for each row alive, sweeps over all n-grams.
    fn by_statistics(&self, setup: &Setup, sizes: &Sizes) -> f64 {
        let drawn = sizes.new * sizes.draws;
        let alive = sizes.d * drawn / (sizes.d + drawn);
        let cut = if setup.cuts() { 300.0 } else { 0.0 };
        let judged = if setup.curation.is_empty() { 0.0 } else { 60.0 };
        drawn * (18.0 + judged) + alive * (25.0 + cut) + 2.0 * sizes.d
    }

    fn by_samples(&self, _: &Setup, sizes: &Sizes) -> f64 {
        100.0 * sizes.new * sizes.draws + 50.0 * sizes.set
    }

    fn twin(&self, setup: &Setup) -> Result<Ready, Why> {
        run(setup, ngram::twin)
    }

    fn shortcut(&self, setup: &Setup) -> Result<(Ready, &'static str), Why> {
        exact(setup, GramCounts::of, Why::NoForm, "counts of n-grams alone are kept of every text")
    }
}
