//! What a replicate without a model is worth to a metric: the one place that says it, for means, medians, shares and detectors.
//!
//! A failed fit is data. For a risk it is the worst there is; where the fit degenerated, no spread, diversity or coverage is left; for everything
//! else, and for spread where a run ended for want of examples, it says nothing.

use crate::sim::Ending;
use crate::taxonomy::Metric;

/// What a failed fit is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Worth {
    /// As bad as can be: the risk's ceiling, else more than every number.
    Worst,
    /// This value, however the run ended.
    Value(f64),
    /// This value where the fit degenerated; else nothing.
    Spread(f64),
    /// Nothing.
    Undefined,
}

impl Worth {
    /// What it comes to for a run that ended so; infinite where only ranks can hold it.
    pub fn of(self, ending: &Ending, ceiling: Option<f64>) -> Option<f64> {
        match (self, ending) {
            (_, Ending::Completed) | (Self::Undefined, _) => None,
            (Self::Worst, _) => Some(ceiling.unwrap_or(f64::INFINITY)),
            (Self::Value(value), _) | (Self::Spread(value), Ending::Degenerate { .. }) => Some(value),
            (Self::Spread(_), Ending::TooFewSamples { .. } | Ending::NothingAccepted { .. }) => None,
        }
    }
}

/// What a failed fit is worth to `metric`; `is_discrete` tells an entropy of categories, which ends at 0, from that of a density, which does not.
pub const fn worth(metric: Metric, is_discrete: bool) -> Worth {
    match metric {
        Metric::MeanSquaredError
        | Metric::WassersteinSquared
        | Metric::Wasserstein
        | Metric::KolmogorovSmirnov
        | Metric::Hellinger
        | Metric::ExcessRisk
        | Metric::SquaredError
        | Metric::AbsoluteError
        | Metric::KlDivergence
        | Metric::NegativeLogLikelihood
        | Metric::IntegratedSquaredError
        | Metric::MissingMass
        | Metric::DownstreamExcessRisk
        | Metric::EqualisedOdds
        | Metric::ParityGap
        | Metric::CalibrationError
        | Metric::DownstreamCalibrationError
        | Metric::FisherError
        | Metric::FrechetDistance
        | Metric::EnergyDistance
        | Metric::MeanDiscrepancy => Worth::Worst,
        // Larger is better: the worst is nothing right. A fit that failed has kept no mode, and has no mass between them.
        Metric::Accuracy
        | Metric::GroupAccuracy
        | Metric::RareAccuracy
        | Metric::DownstreamAccuracy
        | Metric::DownstreamRareAccuracy
        | Metric::ModesKept
        | Metric::MassBetweenModes => Worth::Value(0.0),
        Metric::VarianceRatio
        | Metric::SpreadRatio
        | Metric::Heterozygosity
        | Metric::TailCoverage
        | Metric::TailCoverageWide
        | Metric::TailAlive
        | Metric::Precision
        | Metric::Recall => Worth::Spread(0.0),
        Metric::LogVariance | Metric::LogDeterminant => Worth::Spread(f64::NEG_INFINITY),
        Metric::Entropy => Worth::Spread(if is_discrete { 0.0 } else { f64::NEG_INFINITY }),
        // One point is left.
        Metric::SupportSize => Worth::Spread(1.0),
        Metric::TopShare
        | Metric::FirstShare
        | Metric::LastShare
        | Metric::Parameter
        | Metric::MassOutside
        | Metric::Displacement
        | Metric::HittingTime
        | Metric::Hit
        | Metric::RealShare
        | Metric::TrainingSize
        | Metric::MinorityShare
        | Metric::DistinctShare
        | Metric::PositiveShare => Worth::Undefined,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::taxonomy::Word;

    #[test]
    fn a_failed_fit_is_worst_for_a_risk_and_nothing_for_spread() {
        let (degenerate, starved) = (Ending::Degenerate { generation: 3 }, Ending::TooFewSamples { generation: 3 });
        let of = |metric: Metric, ending: &Ending| worth(metric, false).of(ending, None);
        assert_eq!(of(Metric::ExcessRisk, &degenerate), Some(f64::INFINITY));
        assert_eq!(worth(Metric::ExcessRisk, false).of(&starved, Some(2.0)), Some(2.0));
        assert_eq!([of(Metric::Accuracy, &degenerate), of(Metric::Accuracy, &starved)], [Some(0.0); 2]);
        assert_eq!([of(Metric::VarianceRatio, &degenerate), of(Metric::VarianceRatio, &starved)], [Some(0.0), None]);
        assert_eq!(of(Metric::LogVariance, &degenerate), Some(f64::NEG_INFINITY));
        assert_eq!(of(Metric::Parameter, &degenerate), None);
        assert!(Metric::all().iter().all(|metric| of(*metric, &Ending::Completed).is_none()));
    }
}
