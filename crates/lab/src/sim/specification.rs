//! Where an increase of risk above real data alone is a theorem and not a finding.
//!
//! Given the fit to real data, synthetic data are independent of the truth: whatever is computed from both is a function of the real
//! data and of noise. So where the model contains the truth and its estimator, on real data alone, is consistent and to first order in
//! 1/n the best there is, no training set with synthetic data can end below it, and with fewer real data or more noise it ends above.
//! What a judge adds (a verifier, a preference, an edit that knows the truth) is information of its own: there nothing follows.
//!
//! # Source
//! Le Cam's convolution theorem and the data-processing argument; van der Vaart (1998), Asymptotic Statistics, Theorem 8.8.

use super::setup::Setup;

/// Whether real data alone are best by construction: the model contains the truth, its estimator is consistent and efficient, and no
/// curation brings knowledge from elsewhere. Where it is true, definition 2 against real data alone says nothing about a regime but by
/// how much it exceeds the margin.
#[must_use]
pub fn is_well_specified(setup: &Setup) -> bool {
    setup.curation.is_empty() && setup.model.family().contains_truth(setup)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::{
        Capacity, Coefficients, Curation, Estimate, Method, Model, Record, Regime, Reward, Sampling, Schedule, Spectrum, Synthesis, Truth,
    };

    fn setup(start: u64) -> Setup {
        Setup {
            truth: Truth::Gaussian { dimension: 1, mean: 0.0, spectrum: Spectrum::Isotropic { variance: 1.0 } },
            model: Model::Gaussian { estimate: Estimate::Both },
            synthesis: Synthesis::Examples,
            regime: Regime::replace(),
            curation: Vec::new(),
            sampling: Sampling::Unbiased,
            samples: Schedule::Constant { start },
            generations: 10,
            capacity: Capacity::Fixed,
            record: Record::All,
            metrics: Vec::new(),
            hitting: None,
            downstream: None,
            method: Method::Auto,
        }
    }

    #[test]
    fn a_gaussian_of_a_gaussian_is_well_specified_and_a_short_regression_or_a_judged_chain_is_not() {
        assert!(is_well_specified(&setup(10)));
        let spectrum = Spectrum::Isotropic { variance: 1.0 };
        let truth = Truth::LinearRegression {
            dimension: 10,
            noise_variance: 1.0,
            signal: 1.0,
            spectrum,
            source: 0.0,
            coefficients: Coefficients::Fixed,
        };
        let regression = |model, start| {
            let samples = crate::sim::Schedule::Constant { start };
            is_well_specified(&Setup { truth: truth.clone(), model, samples, ..setup(10) })
        };
        assert!(regression(Model::Ols, 100) && !regression(Model::Ols, 8) && !regression(Model::Ridge { penalty: 0.1 }, 100));
        let preferred = Curation::BestOf { candidates: 2, reward: Reward::Linear { slope: 1.0 } };
        assert!(!is_well_specified(&Setup { curation: vec![preferred], ..setup(10) }));
    }
}
