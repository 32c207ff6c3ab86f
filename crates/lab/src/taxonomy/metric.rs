//! What can be measured of a fitted model.
//!
//! A metric is computed by `sim` exactly wherever the truth has a closed form; which (truth, model) pairs define
//! it is told by `sim::defined`. `numeric` quantities are nats, probabilities or squared units of the data.

use super::word::words;

/// A quantity measured of a model at one generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Metric {
    /// Squared distance of the fitted mean (or mean parameter) from the true one.
    MeanSquaredError,
    /// Trace of the fitted covariance over the trace of the true one.
    VarianceRatio,
    /// Natural log of `variance-ratio` (minus infinity is an `Ending`).
    LogVariance,
    /// Log determinant of the fitted covariance minus that of the true one, per dimension; of images in the principal components of real ones. Twice the
    /// difference of entropy of Gaussians with these covariances, per dimension.
    LogDeterminant,
    /// Square root of `variance-ratio`: for one dimension the fitted over the true standard deviation.
    SpreadRatio,
    /// Squared Wasserstein-2 distance between fitted and true law.
    WassersteinSquared,
    /// Excess risk of a regression: squared coefficient error weighted by the input covariance.
    ExcessRisk,
    /// Squared Euclidean distance between fitted and true probabilities, or parameters.
    SquaredError,
    /// Sum of absolute differences between fitted and true probabilities.
    AbsoluteError,
    /// Kullback-Leibler divergence of the model from the truth, KL(truth || model), in nats.
    KlDivergence,
    /// Cross-entropy of the model on held-out truth, in nats; of a linear score on two Gaussian classes its expectation over the truth.
    NegativeLogLikelihood,
    /// Integrated squared difference between the fitted and the true density.
    IntegratedSquaredError,
    /// Shannon entropy of the fitted law, in nats.
    Entropy,
    /// One minus the sum of squared probabilities.
    Heterozygosity,
    /// Number of categories with positive fitted probability.
    SupportSize,
    /// Largest fitted probability.
    TopShare,
    /// Fitted probability of the truth's most likely category.
    FirstShare,
    /// Fitted probability of the truth's least likely category.
    LastShare,
    /// The fitted scalar parameter (rate, mean or probability).
    Parameter,
    /// Share of the truth's least likely 1 % that the model still covers, cell by cell, in [0, 1].
    TailCoverage,
    /// The same for the least likely 5 %.
    TailCoverageWide,
    /// Share of the truth's tail categories with positive fitted probability.
    TailAlive,
    /// Truth mass of the categories to which the model gives no probability: the test error of a memoriser of unlimited
    /// capacity whose labels are a function of its inputs (Hutter 2021, "Learning Curve Theory").
    MissingMass,
    /// Share of the truth's modes the model keeps (at least half their mass in their 99 % region).
    ModesKept,
    /// Model mass outside every mode's 99 % region.
    MassBetweenModes,
    /// Model mass where the truth's density is below the level that holds 0.1 % of its mass, or outside its support.
    MassOutside,
    /// Share of correctly predicted labels on the truth, exact.
    Accuracy,
    /// Squared distance between the fitted location now and at half this generation.
    Displacement,
    /// First generation at which the simulation's `hitting` condition held; undefined until then.
    HittingTime,
    /// 1 once the `hitting` condition has held, else 0.
    Hit,
    /// Share of real data in the training set.
    RealShare,
    /// Number of examples in the training set.
    TrainingSize,
    /// Excess risk of the downstream learner.
    DownstreamExcessRisk,
    /// Accuracy of the downstream learner.
    DownstreamAccuracy,
    /// Fitted probability of all categories to which the truth gives less than an even share, 1/K.
    MinorityShare,
    /// Accuracy in the group where it is lowest.
    GroupAccuracy,
    /// Largest difference between groups in the rate of true or of false positives.
    EqualisedOdds,
    /// Largest difference between groups in the share predicted to be of class 1.
    ParityGap,
    /// Share of inputs that the model labels 1, as the setup's synthesis labels.
    PositiveShare,
    /// Squared distance of fitted from true coefficients in the metric of the truth's information per example.
    FisherError,
    /// Squared Frechet distance of generated from real examples in fixed features, read from examples.
    FrechetDistance,
    /// Energy distance of the model from the truth, read from examples where no formula is known; on a line twice the integrated squared
    /// difference of distribution functions.
    EnergyDistance,
    /// Share of the five-character stretches of generated text that are different from each other.
    DistinctShare,
    /// Share of made examples that lie where real ones do, by nearest neighbours.
    Precision,
    /// Share of real examples that lie where made ones do, by nearest neighbours.
    Recall,
    /// Squared maximum mean discrepancy of made from real examples, under a Gaussian kernel as wide as the truth.
    MeanDiscrepancy,
    /// Share of correctly predicted labels among inputs of classes with less than an even share.
    RareAccuracy,
    /// Expected calibration error: by how much the confidence of predicted labels is off their accuracy.
    CalibrationError,
    /// Accuracy of the downstream learner on classes with less than an even share.
    DownstreamRareAccuracy,
    /// Expected calibration error of the downstream learner.
    DownstreamCalibrationError,
    /// Wasserstein-1 distance between fitted and true law on a line: the integrated absolute difference of distribution functions.
    Wasserstein,
    /// Largest absolute difference of fitted and true distribution function on a line.
    KolmogorovSmirnov,
    /// Hellinger distance between fitted and true law on a line: the root of one minus the integral of the root of both densities.
    Hellinger,
}

words!(Metric, "metric", {
    MeanSquaredError => "mean-squared-error",
    VarianceRatio => "variance-ratio",
    LogVariance => "log-variance",
    LogDeterminant => "log-determinant",
    SpreadRatio => "spread-ratio",
    WassersteinSquared => "wasserstein-squared",
    ExcessRisk => "excess-risk",
    SquaredError => "squared-error",
    AbsoluteError => "absolute-error",
    KlDivergence => "kl-divergence",
    NegativeLogLikelihood => "negative-log-likelihood",
    IntegratedSquaredError => "integrated-squared-error",
    Entropy => "entropy",
    Heterozygosity => "heterozygosity",
    SupportSize => "support-size",
    TopShare => "top-share",
    FirstShare => "first-share",
    LastShare => "last-share",
    Parameter => "parameter",
    TailCoverage => "tail-coverage",
    TailCoverageWide => "tail-coverage-wide",
    TailAlive => "tail-alive",
    MissingMass => "missing-mass",
    ModesKept => "modes-kept",
    MassBetweenModes => "mass-between-modes",
    MassOutside => "mass-outside",
    Accuracy => "accuracy",
    Displacement => "displacement",
    HittingTime => "hitting-time",
    Hit => "hit",
    RealShare => "real-share",
    TrainingSize => "training-size",
    DownstreamExcessRisk => "downstream-excess-risk",
    DownstreamAccuracy => "downstream-accuracy",
    MinorityShare => "minority-share",
    GroupAccuracy => "group-accuracy",
    EqualisedOdds => "equalised-odds",
    ParityGap => "parity-gap",
    PositiveShare => "positive-share",
    FisherError => "fisher-error",
    FrechetDistance => "frechet-distance",
    EnergyDistance => "energy-distance",
    DistinctShare => "distinct-share",
    Precision => "precision",
    Recall => "recall",
    MeanDiscrepancy => "mean-discrepancy",
    RareAccuracy => "rare-accuracy",
    CalibrationError => "calibration-error",
    DownstreamRareAccuracy => "downstream-rare-accuracy",
    DownstreamCalibrationError => "downstream-calibration-error",
    Wasserstein => "wasserstein",
    KolmogorovSmirnov => "kolmogorov-smirnov",
    Hellinger => "hellinger",
});

impl Metric {
    /// The interval the metric cannot leave, where it has one: inference on it may use empirical Bernstein bounds.
    #[must_use]
    pub const fn bounds(self) -> Option<(f64, f64)> {
        match self {
            Self::Heterozygosity
            | Self::TopShare
            | Self::FirstShare
            | Self::LastShare
            | Self::TailCoverage
            | Self::TailCoverageWide
            | Self::TailAlive
            | Self::MissingMass
            | Self::ModesKept
            | Self::MassBetweenModes
            | Self::MassOutside
            | Self::Accuracy
            | Self::Hit
            | Self::RealShare
            | Self::DownstreamAccuracy
            | Self::MinorityShare
            | Self::GroupAccuracy
            | Self::EqualisedOdds
            | Self::ParityGap
            | Self::DistinctShare
            | Self::RareAccuracy
            | Self::Precision
            | Self::Recall
            | Self::CalibrationError
            | Self::DownstreamRareAccuracy
            | Self::DownstreamCalibrationError
            | Self::KolmogorovSmirnov
            | Self::Hellinger
            | Self::PositiveShare => Some((0.0, 1.0)),
            Self::AbsoluteError => Some((0.0, 2.0)),
            Self::MeanSquaredError
            | Self::VarianceRatio
            | Self::LogVariance
            | Self::LogDeterminant
            | Self::SpreadRatio
            | Self::WassersteinSquared
            | Self::Wasserstein
            | Self::ExcessRisk
            | Self::SquaredError
            | Self::FisherError
            | Self::FrechetDistance
            | Self::EnergyDistance
            | Self::MeanDiscrepancy
            | Self::KlDivergence
            | Self::NegativeLogLikelihood
            | Self::IntegratedSquaredError
            | Self::Entropy
            | Self::SupportSize
            | Self::Parameter
            | Self::Displacement
            | Self::HittingTime
            | Self::TrainingSize
            | Self::DownstreamExcessRisk => None,
        }
    }

    /// Whether it is dear to read of examples or seldom asked for, so that a recording holds it only where its simulation asks for it.
    #[must_use]
    pub const fn is_dear(self) -> bool {
        matches!(self, Self::Precision | Self::Recall | Self::MeanDiscrepancy | Self::LogDeterminant)
    }

    /// Whether it is read of the learner beside a chain.
    #[must_use]
    pub const fn is_downstream(self) -> bool {
        matches!(
            self,
            Self::DownstreamExcessRisk | Self::DownstreamAccuracy | Self::DownstreamRareAccuracy | Self::DownstreamCalibrationError
        )
    }

    /// The metric in one sentence, with its unit.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::MeanSquaredError => "squared distance of the fitted mean from the true mean (squared units)",
            Self::VarianceRatio => "trace of the fitted covariance over the trace of the true one",
            Self::LogVariance => "natural log of variance-ratio (nats)",
            Self::LogDeterminant => {
                "log determinant of fitted over true covariance, per dimension (nats); of images in principal components"
            }
            Self::SpreadRatio => "square root of variance-ratio",
            Self::WassersteinSquared => "squared Wasserstein-2 distance to the truth (squared units)",
            Self::ExcessRisk => "excess squared prediction error over the noise",
            Self::SquaredError => "squared Euclidean distance to the true probabilities or parameters",
            Self::AbsoluteError => "summed absolute difference to the true probabilities",
            Self::KlDivergence => "KL(truth || model) (nats; infinite once support is lost)",
            Self::NegativeLogLikelihood => "cross-entropy of the model on held-out truth (nats)",
            Self::IntegratedSquaredError => "integrated squared difference of densities",
            Self::Entropy => "Shannon entropy of the fitted law (nats)",
            Self::Heterozygosity => "one minus the sum of squared probabilities",
            Self::SupportSize => "categories with positive probability",
            Self::TopShare => "largest fitted probability",
            Self::FirstShare => "fitted probability of the truth's most likely category",
            Self::LastShare => "fitted probability of the truth's least likely category",
            Self::Parameter => "fitted scalar parameter",
            Self::TailCoverage => "share of the truth's least likely 1 % still covered",
            Self::TailCoverageWide => "share of the truth's least likely 5 % still covered",
            Self::TailAlive => "share of the truth's tail categories still alive",
            Self::MissingMass => "truth mass of categories without fitted probability",
            Self::ModesKept => "share of the truth's modes kept",
            Self::MassBetweenModes => "model mass outside every mode",
            Self::MassOutside => "model mass where the truth has practically none",
            Self::Accuracy => "share of correct labels on the truth",
            Self::Displacement => "squared distance moved since half this generation (squared units)",
            Self::HittingTime => "first generation at which the hitting condition held",
            Self::Hit => "1 once the hitting condition has held",
            Self::RealShare => "share of real data in the training set",
            Self::TrainingSize => "examples in the training set",
            Self::DownstreamExcessRisk => "excess risk of the downstream learner",
            Self::DownstreamAccuracy => "accuracy of the downstream learner",
            Self::MinorityShare => "fitted probability of the categories below an even share of the truth",
            Self::GroupAccuracy => "accuracy in the worst group",
            Self::EqualisedOdds => "largest gap between groups in the rate of true or false positives",
            Self::ParityGap => "largest gap between groups in the share predicted positive",
            Self::PositiveShare => "share of inputs that the model labels 1, as synthesis labels them",
            Self::FisherError => "squared distance to the true coefficients in the metric of the information per example",
            Self::FrechetDistance => "squared Frechet distance of generated from real examples in fixed features",
            Self::EnergyDistance => {
                "energy distance of the model from the truth; on a line twice the integrated squared difference of distribution functions"
            }
            Self::DistinctShare => "share of five-character stretches of generated text that differ from each other",
            Self::Precision => "share of made examples that lie where real ones do, by fifth nearest neighbours",
            Self::Recall => "share of real examples that lie where made ones do, by fifth nearest neighbours",
            Self::MeanDiscrepancy => "squared maximum mean discrepancy under a Gaussian kernel as wide as the truth",
            Self::RareAccuracy => "share of correct labels on classes below an even share of the truth",
            Self::CalibrationError => "expected calibration error: how far confidence is off accuracy",
            Self::DownstreamRareAccuracy => "accuracy of the downstream learner on classes below an even share of the truth",
            Self::DownstreamCalibrationError => "expected calibration error of the downstream learner",
            Self::Wasserstein => "Wasserstein-1 distance to the truth, on a line (units)",
            Self::KolmogorovSmirnov => "Kolmogorov-Smirnov distance: largest difference of distribution functions, on a line",
            Self::Hellinger => "Hellinger distance to the truth, on a line (0 to 1)",
        }
    }
}
