//! How a kernel density estimate chooses its bandwidth: numbers, and the rules of two libraries under names that say whose they are.
//!
//! Scott's and Silverman's factors are the same everywhere; what differs is whether they are multiplied by the spread of the data.
//! `scipy.stats.gaussian_kde` does, `sklearn.neighbors.KernelDensity` does not.

use serde::Serialize;

/// How a kernel density estimate chooses its bandwidth h (a standard deviation). Rules count examples, whatever those weigh.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Bandwidth {
    /// Always the same.
    Fixed {
        /// h.
        value: f64,
    },
    /// Scott's factor times the standard deviation of each coordinate, divided by n - 1.
    ScottScipy,
    /// Silverman's factor times the standard deviation of each coordinate, divided by n - 1.
    SilvermanScipy,
    /// Scott's factor, whatever the spread.
    ScottScikitLearn,
    /// Silverman's factor, whatever the spread.
    SilvermanScikitLearn,
    /// `constant` times n^(-`exponent`), n the training-set size.
    Power {
        /// Factor.
        constant: f64,
        /// Exponent.
        exponent: f64,
    },
}

/// A bandwidth before the spread of the data is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Width {
    /// The bandwidth itself, in every coordinate.
    Whole(f64),
    /// This times the standard deviation of each coordinate.
    OfSpread(f64),
}

impl Bandwidth {
    /// The bandwidth for n points in d coordinates.
    ///
    /// # Source
    /// Scott (1992), Multivariate Density Estimation, Section 6.3: n^(-1/(d+4)) times each coordinate's standard deviation. Silverman
    /// (1986), Density Estimation for Statistics and Data Analysis, Section 4.3.2: (n (d+2)/4)^(-1/(d+4)), for data of spread 1; the
    /// two factors are one where d = 2. `scipy.stats.gaussian_kde` (`bw_method`), `sklearn.neighbors.KernelDensity` (`bandwidth`).
    ///
    /// Departs from source: with d >= 2 scipy takes the whole sample covariance times the squared factor, this its diagonal (as Scott
    /// does), so the two agree for one coordinate and for uncorrelated ones; with weights scipy counts effective examples.
    #[must_use]
    pub fn width(&self, n: f64, d: f64) -> Width {
        let scott = n.powf(-1.0 / (d + 4.0));
        let silverman = (n * (d + 2.0) / 4.0).powf(-1.0 / (d + 4.0));
        match self {
            Self::Fixed { value } => Width::Whole(*value),
            Self::ScottScipy => Width::OfSpread(scott),
            Self::SilvermanScipy => Width::OfSpread(silverman),
            Self::ScottScikitLearn => Width::Whole(scott),
            Self::SilvermanScikitLearn => Width::Whole(silverman),
            Self::Power { constant, exponent } => Width::Whole(constant * n.powf(-exponent)),
        }
    }
}
