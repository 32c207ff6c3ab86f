//! Exact expectations where the moments of a chain follow a recursion.
//!
//! Takes a setup, runs [`Moments`] through its regime once, and translates second moments into the metrics of the
//! truth. What only simulation can tell (biased categories, curation, ridge, densities) has none.

use super::models::categorical_measure::Gauge;
use super::models::gaussian::{Family, GaussianTruth, Shape};
use super::models::risk;
use super::models::scalar::{Law as ScalarLaw, Scalar};
use super::models::{categorical, gaussian_measure};
use super::moments::{Law, covers};
use super::recursion::run;
use super::{Estimate, Model, Record, Sampling, Setup, Trajectory};
use crate::taxonomy::Metric;

/// The expectations of one setup, at the generations of one record.
pub struct Expectations {
    reading: Option<Reading>,
    moments: Trajectory,
    /// The mass outside, where every fit has the same.
    outside: Option<f64>,
}

/// What one unit of variance is in the metrics of a truth.
enum Reading {
    Gaussian {
        truth: GaussianTruth,
        family: Family,
    },
    Scalar {
        family: Scalar,
    },
    Categorical {
        truth: Vec<f64>,
    },
    /// Least squares on one design: risk without label noise, and risk per unit of label variance.
    Design {
        bias: f64,
        noise: f64,
    },
    /// Least squares on fresh rows under replace.
    Rows(Box<Setup>),
}

impl Expectations {
    /// The expectations of a checked setup at these generations.
    pub fn of(setup: &Setup, record: Record) -> Self {
        let outside = outside(setup);
        let known = reading(setup).and_then(|(reading, law)| match law {
            Some(law) => run(setup, law, record).map(|moments| (reading, moments)),
            None => Some((reading, Trajectory::empty(Vec::new(), Vec::new()))),
        });
        let (reading, moments) =
            known.map_or_else(|| (None, Trajectory::empty(Vec::new(), Vec::new())), |(reading, moments)| (Some(reading), moments));
        Self { reading, moments, outside }
    }

    /// The expectation of a metric, where it is known at every generation of the run.
    pub fn get(&self, metric: Metric, generation: u32) -> Option<f64> {
        if let (Metric::MassOutside, Some(outside)) = (metric, self.outside) {
            return Some(outside);
        }
        let unit = |metric| self.moments.value(metric, generation);
        match (self.reading.as_ref()?, metric) {
            (Reading::Gaussian { truth, family }, _) => gaussian(truth, family, unit, metric),
            (Reading::Scalar { family }, _) => scalar(family, unit, metric),
            (Reading::Categorical { truth }, _) => categories(truth, unit, metric),
            (Reading::Design { bias, noise }, Metric::ExcessRisk) => Some(bias + noise * unit(Metric::MeanSquaredError)?),
            (Reading::Rows(setup), Metric::ExcessRisk) => risk::excess_risk_expectation(setup, generation),
            (Reading::Design { .. } | Reading::Rows(_), _) => None,
        }
    }
}

/// The mass outside of any probabilities of categories that all belong there in equal part, whatever the loop does with them.
fn outside(setup: &Setup) -> Option<f64> {
    let truth = categorical::probabilities(&setup.truth).filter(|_| matches!(setup.model, Model::Categorical { .. }))?;
    Gauge::new(&truth).even_share_outside()
}

/// How the setup's metrics read moments, and the law whose moments they are; nothing where no recursion is known.
fn reading(setup: &Setup) -> Option<(Reading, Option<Law>)> {
    if !covers(setup) {
        return None;
    }
    if let Some(family) = Family::of(setup) {
        let truth = GaussianTruth::of(&setup.truth)?;
        let law = Law::Gaussian { family, dimension: truth.dimension() };
        return Some((Reading::Gaussian { truth, family }, Some(law)));
    }
    if let Some(family) = Scalar::of(setup) {
        let curvature = match family.law() {
            ScalarLaw::Poisson => 0.0,
            ScalarLaw::Exponential => 1.0,
            ScalarLaw::Bernoulli => -1.0,
        };
        return Some((Reading::Scalar { family }, Some(Law::Quadratic { curvature })));
    }
    if let (Model::Categorical { smoothing }, Sampling::Unbiased) = (&setup.model, &setup.sampling) {
        let truth = categorical::probabilities(&setup.truth).filter(|_| !(smoothing.abs() > 0.0))?;
        return Some((Reading::Categorical { truth }, Some(Law::Quadratic { curvature: -1.0 })));
    }
    if let Some(design) = risk::fixed_design(setup) {
        let risk::Design { bias, noise, real, synthetic } = design?;
        return Some((Reading::Design { bias, noise }, Some(Law::Labels { real, synthetic })));
    }
    Some((Reading::Rows(Box::new(setup.clone())), None))
}

fn gaussian(truth: &GaussianTruth, family: &Family, unit: impl Fn(Metric) -> Option<f64>, metric: Metric) -> Option<f64> {
    let one = truth.dimension() == 1;
    let log = || unit(Metric::LogDeterminant);
    match metric {
        Metric::MeanSquaredError => Some(truth.trace() * unit(metric)?),
        Metric::VarianceRatio => unit(metric),
        Metric::SpreadRatio | Metric::WassersteinSquared | Metric::LogVariance if family.estimate == Estimate::Mean => match metric {
            Metric::WassersteinSquared => Some(truth.trace() * unit(Metric::MeanSquaredError)?),
            Metric::SpreadRatio => Some(1.0),
            _ => Some(0.0),
        },
        Metric::SpreadRatio if one => unit(metric),
        Metric::LogVariance if one => log(),
        // Coordinates of a full covariance are dependent; a diagonal one has a distance of its own per coordinate.
        Metric::WassersteinSquared if one || family.shape == Shape::Diagonal => {
            let spread = unit(Metric::VarianceRatio)? + 1.0 - 2.0 * unit(Metric::SpreadRatio)?;
            Some(truth.trace() * (unit(Metric::MeanSquaredError)? + spread))
        }
        Metric::LogDeterminant => log(),
        Metric::Entropy => {
            let own = truth.variances.iter().map(|v| v.ln()).sum::<f64>();
            Some(gaussian_measure::entropy(own + truth.dimension() as f64 * log()?, truth.dimension()))
        }
        _ => None,
    }
}

fn scalar(family: &Scalar, unit: impl Fn(Metric) -> Option<f64>, metric: Metric) -> Option<f64> {
    let variance = family.law().variance(family.mean());
    match metric {
        Metric::MeanSquaredError | Metric::SquaredError => Some(variance * unit(Metric::MeanSquaredError)?),
        Metric::VarianceRatio => unit(metric),
        Metric::Heterozygosity if family.law() == ScalarLaw::Bernoulli => Some(2.0 * variance * unit(Metric::VarianceRatio)?),
        Metric::Parameter => unit(Metric::MeanSquaredError).map(|_| family.mean()),
        _ => None,
    }
}

fn categories(truth: &[f64], unit: impl Fn(Metric) -> Option<f64>, metric: Metric) -> Option<f64> {
    let heterozygosity = 1.0 - truth.iter().map(|p| p * p).sum::<f64>();
    let share = |of: fn(f64, f64) -> f64, start: f64| unit(Metric::MeanSquaredError).map(|_| truth.iter().copied().fold(start, of));
    match metric {
        Metric::MeanSquaredError | Metric::SquaredError => Some(heterozygosity * unit(Metric::MeanSquaredError)?),
        Metric::Heterozygosity => Some(heterozygosity * unit(Metric::VarianceRatio)?),
        Metric::VarianceRatio if heterozygosity > 0.0 => unit(metric),
        // Fitted probabilities are right on average, and so is every sum of them.
        Metric::MassOutside | Metric::MinorityShare => {
            unit(Metric::MeanSquaredError).and_then(|_| Gauge::new(truth).measure(truth, metric))
        }
        Metric::FirstShare => share(f64::max, 0.0),
        Metric::LastShare => share(f64::min, 1.0),
        _ => None,
    }
}
