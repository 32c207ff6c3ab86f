//! The range that a metric cannot leave in a given setup, whatever the draws.

use crate::sim::{Setup, probabilities};
use crate::taxonomy::Metric;

/// The metric's own range, or the one that the setup gives it: numbers of categories and entropies end where the categories do.
pub fn range(setup: &Setup, metric: Metric) -> Option<(f64, f64)> {
    let categories = || probabilities(&setup.truth).map(|law| law.len() as f64);
    let by_categories = |metric: Metric, most: f64| {
        let known = [(Metric::SupportSize, (1.0, most)), (Metric::Entropy, (0.0, most.ln())), (Metric::SquaredError, (0.0, 2.0))];
        known.into_iter().find(|(of, _)| *of == metric).map(|(_, range)| range)
    };
    metric.bounds().or_else(|| by_categories(metric, categories()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::planted;
    use crate::sim::{Categories, Truth};

    #[test]
    fn categories_bound_their_number_and_their_entropy() {
        let law = Categories::Zipf { categories: 100, exponent: 1.0, shift: 0.0 };
        let zipf = Setup { truth: Truth::Categorical { law }, ..planted::setup(2) };
        assert_eq!(range(&zipf, Metric::SupportSize), Some((1.0, 100.0)));
        assert!(range(&zipf, Metric::Entropy).is_some_and(|(low, high)| low <= 0.0 && (high - 4.605_170).abs() < 1e-6));
        assert_eq!(range(&zipf, Metric::TailCoverage), Some((0.0, 1.0)));
        // A differential entropy and a variance have none.
        assert_eq!(range(&planted::setup(2), Metric::Entropy), None);
        assert_eq!(range(&planted::setup(2), Metric::VarianceRatio), None);
    }
}
