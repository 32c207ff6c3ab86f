//! Logistic regression on labelled points and on the rows of a table.

use crate::sim::cost::Sizes;
use crate::sim::downstream::Reader;
use crate::sim::family::{Biases, Family, NO_STATISTICS, Ready, Why, by_dimension, exact, run};
use crate::sim::kind::Kind;
use crate::sim::models::defined;
use crate::sim::models::labelled::LabelledPoints;
use crate::sim::models::labels::LabelLaw;
use crate::sim::models::logistic::{self, Logistic, LogisticGauge};
use crate::sim::models::logistic_counts;
use crate::sim::models::tabular::{self, Relabelled, RowGauge, Rows, Tabular};
use crate::sim::{Model, Real, Setup, Truth};
use crate::taxonomy::Metric;

/// One small example.
pub const EXAMPLES: [(&str, Model); 1] = [("logistic", Model::Logistic { penalty: 1e-4, iterations: 25 })];

/// With a small ridge, by Newton's method.
pub struct LogOdds {
    /// The penalty on the squared norm, per example.
    pub penalty: f64,
    /// Newton steps at most.
    pub iterations: u32,
}

/// Nanoseconds of about six passes over the rows of a table, each with its chance, its derivatives and its label.
fn table_fit(truth: &Truth) -> f64 {
    let Truth::Tabular { data, columns, .. } = truth else { return 0.0 };
    let width = (*columns + 1) as f64;
    data.rows() as f64 * 6.0 * (25.0 + 2.0 * width + 0.6 * width * width)
}

/// Nanoseconds per example of about four passes, each with its chance and its derivatives.
fn fit(d: f64) -> f64 {
    4.0 * (8.0 + 1.5 * d + 0.5 * d * d)
}

impl Family for LogOdds {
    fn eats(&self) -> &'static [Kind] {
        &[Kind::Labels]
    }

    fn labels(&self) -> bool {
        true
    }

    fn extrapolates(&self) -> bool {
        true
    }

    fn metrics(&self, truth: &Truth) -> Vec<Metric> {
        [defined::logistic(truth), tabular::defined(truth)].concat()
    }

    fn biases(&self) -> Biases {
        Biases::Labels
    }

    fn fewest(&self, _: &Truth) -> u64 {
        2
    }

    /// The norm of a maximum-likelihood fit to sampled labels is too large by a share of about d / n.
    fn drift(&self, setup: &Setup, n: f64) -> f64 {
        setup.truth.dimension() as f64 / n
    }

    fn by_statistics(&self, setup: &Setup, sizes: &Sizes) -> f64 {
        let of_table = table_fit(&setup.truth);
        if of_table > 0.0 {
            return 30.0 * sizes.new + of_table;
        }
        // Inputs beyond the first are kept, as in samples.
        let first = setup.samples.at(1, setup.generations) as f64;
        let later = if sizes.largest > first || matches!(setup.regime.real, Real::Fresh { .. }) { sizes.set } else { 0.0 };
        15.0 * sizes.new + (first + later) * fit(sizes.d)
    }

    fn by_samples(&self, setup: &Setup, sizes: &Sizes) -> f64 {
        let (drawn, of_table) = (sizes.new * sizes.draws, table_fit(&setup.truth));
        if of_table > 0.0 {
            return drawn * 20.0 + sizes.set * 4.0 + of_table;
        }
        drawn * (30.0 + 8.0 * sizes.d) + sizes.set * fit(sizes.d)
    }

    fn twin(&self, setup: &Setup) -> Result<Ready, Why> {
        if matches!(setup.truth, Truth::Tabular { .. }) {
            return run(setup, tabular::twin);
        }
        by_dimension!(setup, |D| run(setup, logistic::twin::<D>))
    }

    fn shortcut(&self, setup: &Setup) -> Result<(Ready, &'static str), Why> {
        let none = || Why::Against(NO_STATISTICS);
        if matches!(setup.truth, Truth::Tabular { .. }) {
            return exact(setup, Relabelled::of, none(), "labels of a table, counted row by row");
        }
        by_dimension!(setup, |D| exact(
            setup,
            logistic_counts::Relabelled::<D>::of,
            none(),
            "labels of reused inputs, counted input by input"
        ))
    }

    fn aside(&self, setup: &Setup) -> Option<Reader> {
        let model = Model::Logistic { penalty: self.penalty, iterations: self.iterations };
        if let Some(rows) = Rows::of(setup) {
            let learner = Tabular::of(&model, &rows, LabelLaw::plain())?;
            return Some(Reader::new(rows, learner, RowGauge));
        }
        by_dimension!(setup, |D| {
            let world = LabelledPoints::<D>::of(setup)?;
            let learner = Logistic::of(&model, &world, LabelLaw::plain())?;
            Some(Reader::new(world, learner, LogisticGauge::of(setup, LabelLaw::plain())))
        })
    }
}
