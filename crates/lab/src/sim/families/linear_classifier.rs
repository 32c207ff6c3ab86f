//! The mean classifier of two classes.

use crate::sim::cost::Sizes;
use crate::sim::downstream::Reader;
use crate::sim::family::{Biases, Family, Ready, Why, by_dimension, exact, run};
use crate::sim::kind::Kind;
use crate::sim::models::classes::count;
use crate::sim::models::labelled::LabelledPoints;
use crate::sim::models::labels::LabelLaw;
use crate::sim::models::linear_classifier::{self, LinearClassifier, LinearGauge, SignedSums};
use crate::sim::models::tabular::{RowGauge, Rows};
use crate::sim::refusal::refuse;
use crate::sim::world::Classified;
use crate::sim::{Model, Refusal, Setup, Truth};
use crate::taxonomy::Metric;

/// One small example.
pub const EXAMPLES: [(&str, Model); 1] = [("linear-classifier", Model::LinearClassifier)];

/// The mean of y x.
pub struct MeanOfClasses;

impl Family for MeanOfClasses {
    fn eats(&self) -> &'static [Kind] {
        &[Kind::Labels]
    }

    fn labels(&self) -> bool {
        true
    }

    fn metrics(&self, truth: &Truth) -> Vec<Metric> {
        linear_classifier::defined(truth)
    }

    fn biases(&self) -> Biases {
        Biases::Labels
    }

    fn refusals(&self, setup: &Setup, out: &mut Vec<Refusal>) {
        match &setup.truth {
            Truth::LabelledMixture { classes, .. } if count(classes) != Some(2) => {
                let found = "a mean classifier of other than two classes";
                out.push(refuse("two-classes", "model.kind", found, "use logistic, or two classes"));
            }
            Truth::Tabular { .. } => {
                let found = "a mean classifier, which needs Gaussian components";
                out.push(refuse("kind-mismatch", "model.kind", found, "use logistic, or a labelled-mixture"));
            }
            _ => {}
        }
    }

    fn fewest(&self, _: &Truth) -> u64 {
        2
    }

    fn drift(&self, setup: &Setup, n: f64) -> f64 {
        setup.truth.dimension() as f64 / n
    }

    /// Sums of y x: a normal for every coordinate.
    fn by_statistics(&self, _: &Setup, sizes: &Sizes) -> f64 {
        250.0 + 8.0 * sizes.d
    }

    fn by_samples(&self, _: &Setup, sizes: &Sizes) -> f64 {
        sizes.new * sizes.draws * (60.0 + 8.0 * sizes.d) + sizes.set * (5.0 + sizes.d)
    }

    fn twin(&self, setup: &Setup) -> Result<Ready, Why> {
        by_dimension!(setup, |D| run(setup, linear_classifier::twin::<D>))
    }

    fn shortcut(&self, setup: &Setup) -> Result<(Ready, &'static str), Why> {
        let none = linear_classifier::shortcut(setup).map_or_else(Why::Against, |()| Why::NoForm);
        exact(setup, SignedSums::of, none, "Gaussian sums of y x given how many of each component are labelled how")
    }

    fn aside(&self, setup: &Setup) -> Option<Reader> {
        if let Some(rows) = Rows::of(setup) {
            let learner = LinearClassifier::new(rows.dimension(), 1.0, LabelLaw::plain());
            return Some(Reader::new(rows, learner, RowGauge));
        }
        by_dimension!(setup, |D| {
            let world = LabelledPoints::<D>::of(setup)?;
            let learner = LinearClassifier::new(world.dimension(), world.law.deviation, LabelLaw::plain());
            Some(Reader::new(world, learner, LinearGauge::beside(setup)?))
        })
    }
}
