//! Truths: where real data come from, with everything about them that is known exactly.

use super::kind::Kind;
use super::text::OwnText;
use super::trained::PIXELS;
use serde::Serialize;

/// A law of real data.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Truth {
    /// Gaussian with mean `mean` in every coordinate.
    Gaussian {
        /// d.
        dimension: usize,
        /// Mean of every coordinate.
        mean: f64,
        /// Eigenvalues of the covariance.
        spectrum: Spectrum,
    },
    /// Mixture of isotropic Gaussians.
    GaussianMixture {
        /// Component weights; they sum to 1.
        weights: Vec<f64>,
        /// Component means, components x d.
        means: Vec<Vec<f64>>,
        /// Component standard deviations.
        deviations: Vec<f64>,
    },
    /// `centers` isotropic Gaussian blobs with centres uniform in [-10, 10]^2, fixed within a replicate.
    Blobs {
        /// Number of centres.
        centers: usize,
        /// Standard deviation of each blob.
        deviation: f64,
    },
    /// Two interleaving half circles of radius 1 with Gaussian noise.
    Moons {
        /// Standard deviation of the noise.
        noise: f64,
        /// How the angles are chosen.
        angles: Angles,
    },
    /// A circle of radius 1 and one of radius `factor`, with Gaussian noise.
    Circles {
        /// Standard deviation of the noise.
        noise: f64,
        /// Radius of the inner circle, in (0, 1).
        factor: f64,
        /// How the angles are chosen.
        angles: Angles,
    },
    /// The swiss roll, a rolled-up sheet, with Gaussian noise; its first and third coordinate alone are a spiral.
    SwissRoll {
        /// Standard deviation of the noise.
        noise: f64,
        /// 3, or 2 without the height.
        dimension: usize,
    },
    /// Points of the plane about a parabola: x1 ~ N(mean, deviation^2), and x2 given x1 ~ N(x1^2, noise^2). All in the unit of x1.
    ///
    /// # Source
    /// Pagani, Wiegand and Nadarajah (2022), section 2, with a = 1 / (2 deviation^2) and b = 1 / (2 noise^2).
    Rosenbrock {
        /// Mean of the first coordinate.
        mean: f64,
        /// Standard deviation of the first coordinate.
        deviation: f64,
        /// Standard deviation of the second coordinate about the square of the first.
        noise: f64,
    },
    /// Student's t in one coordinate.
    StudentT {
        /// Degrees of freedom.
        degrees: f64,
        /// Centre.
        location: f64,
        /// Unit of distances: not the standard deviation.
        scale: f64,
    },
    /// Categories, most likely first where the law is a formula.
    Categorical {
        /// The law.
        law: Categories,
    },
    /// Poisson counts.
    Poisson {
        /// Mean.
        rate: f64,
    },
    /// Exponential waiting times.
    Exponential {
        /// Mean (not the rate).
        mean: f64,
    },
    /// Zeros and ones.
    Bernoulli {
        /// Probability of a one.
        probability: f64,
    },
    /// Linear regression y = x'w + noise, x Gaussian.
    LinearRegression {
        /// d.
        dimension: usize,
        /// Variance of the label noise.
        noise_variance: f64,
        /// Squared norm of w in the metric of the input covariance: the risk of predicting zero.
        signal: f64,
        /// Eigenvalues of the input covariance.
        spectrum: Spectrum,
        /// Direction of w: `source` r puts w_i^2 proportional to i^-(decay * 2 r) along the spectrum; 0 is even.
        source: f64,
        /// Whether all runs have one w.
        coefficients: Coefficients,
    },
    /// Gaussian components with labels, for classifiers.
    LabelledMixture {
        /// Component means, components x d.
        means: Vec<Vec<f64>>,
        /// Component weights; they sum to 1.
        weights: Vec<f64>,
        /// Standard deviation within every component.
        deviation: f64,
        /// The class of each component, from 0: its inputs' own label.
        classes: Vec<usize>,
        /// The group of each component, for measures of fairness.
        groups: Vec<usize>,
    },
    /// A text of tokens in sentences, with an exact n-gram law.
    Text {
        /// Where the law comes from.
        source: TextSource,
    },
    /// Images of handwritten digits, 8 x 8 pixels: the shipped pool, class by class.
    Digits {
        /// Weights of the ten classes, normalised; empty for even ones.
        weights: Vec<f64>,
    },
    /// The same images with labels, in one colour or two.
    LabelledDigits {
        /// Weights of the ten digits, normalised; empty for even ones.
        weights: Vec<f64>,
        /// The class of each of the ten digits, from 0.
        classes: Vec<usize>,
        /// Share of real labels that are another class than what the image shows.
        flipped: f64,
        /// Probability of the second colour for each label; empty for one colour.
        colour: Vec<f64>,
    },
    /// Passages of 64 characters of the shipped book.
    Book,
    /// Passages of 64 characters of the shipped program text.
    Program,
    /// Counts, or yes and no, whose law follows standard normal inputs x through a + b . x.
    GeneralisedLinear {
        /// What a response is.
        link: Link,
        /// Coordinates of an input.
        dimension: usize,
        /// a. Counts whose linear predictor passes 30 cannot be drawn: there a run ends without a model.
        intercept: f64,
        /// Squared norm of b, all of whose entries are alike: the variance of b . x.
        signal: f64,
    },
    /// A real table shipped with the laboratory. Its rows are the inputs; labels follow a logistic law fitted to the real labels.
    Tabular {
        /// The table.
        data: DataSet,
        /// How many of its columns are used: the first principal components.
        columns: usize,
        /// The ridge of that fit, per example: with it the law exists even where the classes can be separated.
        penalty: f64,
    },
}

impl Truth {
    /// What its examples look like.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Gaussian { .. }
            | Self::GaussianMixture { .. }
            | Self::Blobs { .. }
            | Self::Moons { .. }
            | Self::Circles { .. }
            | Self::SwissRoll { .. }
            | Self::Rosenbrock { .. }
            | Self::StudentT { .. } => Kind::Points,
            Self::Categorical { .. } => Kind::Categories,
            Self::Poisson { .. } => Kind::Counts,
            Self::Exponential { .. } => Kind::Times,
            Self::Bernoulli { .. } => Kind::Bits,
            Self::LinearRegression { .. } => Kind::Responses,
            Self::LabelledMixture { .. } | Self::Tabular { .. } | Self::LabelledDigits { .. } => Kind::Labels,
            Self::GeneralisedLinear { .. } => Kind::Replies,
            Self::Text { .. } => Kind::Tokens,
            Self::Digits { .. } => Kind::Images,
            Self::Book | Self::Program => Kind::Passages,
        }
    }

    /// Coordinates of its points or inputs; 1 where it makes none.
    #[must_use]
    pub fn dimension(&self) -> usize {
        match self {
            Self::Gaussian { dimension, .. } | Self::LinearRegression { dimension, .. } | Self::SwissRoll { dimension, .. } => *dimension,
            Self::GeneralisedLinear { dimension, .. } => *dimension,
            Self::GaussianMixture { means, .. } | Self::LabelledMixture { means, .. } => means.first().map_or(1, Vec::len),
            Self::Tabular { columns, .. } => *columns,
            Self::Blobs { .. } | Self::Moons { .. } | Self::Circles { .. } | Self::Rosenbrock { .. } => 2,
            Self::Digits { .. } => PIXELS,
            Self::LabelledDigits { colour, .. } => PIXELS * if colour.is_empty() { 1 } else { 2 },
            Self::Categorical { .. }
            | Self::Poisson { .. }
            | Self::Exponential { .. }
            | Self::Bernoulli { .. }
            | Self::Text { .. }
            | Self::Book
            | Self::Program
            | Self::StudentT { .. } => 1,
        }
    }
}

/// What a response to inputs is, with its canonical link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Link {
    /// A count: Poisson with mean e^eta.
    Poisson,
    /// A zero or a one: a one with chance 1 / (1 + e^-eta).
    Logistic,
}

/// Which coefficients the runs of a regression have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Coefficients {
    /// The same in every run, all positive, of the sizes that the truth's `source` gives.
    Fixed,
    /// Drawn in every run: normal with those sizes as deviations, then scaled to the signal. With even sizes and inputs, uniform on
    /// the sphere of the signal.
    Drawn,
}

/// How the angles of moons and circles are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Angles {
    /// A batch of n points is n / 2 on the first curve (rounded down) and the others on the second, at equal steps along each, in
    /// random order: scikit-learn's. Points of one batch are not independent.
    Even,
    /// Each point is on either curve with probability 1/2, at a uniform angle, whatever the others are.
    Drawn,
}

/// Where the n-gram law of a text comes from.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "source", rename_all = "kebab-case")]
pub enum TextSource {
    /// The frequencies of a real text shipped with the tool (Lewis Carroll, "Alice's Adventures in Wonderland").
    Corpus {
        /// What a token is.
        unit: TextUnit,
        /// The most common tokens, so many of them; all others are one unknown token.
        vocabulary: usize,
        /// n: a token depends on the n - 1 before it in its sentence.
        order: usize,
    },
    /// The frequencies of a text of the user's own.
    Own {
        /// The text.
        corpus: OwnText,
        /// What a token is.
        unit: TextUnit,
        /// The most common tokens, so many of them; all others are one unknown token.
        vocabulary: usize,
        /// n: a token depends on the n - 1 before it in its sentence.
        order: usize,
    },
    /// A small grammar with agreement in number, of order 3: determiner, adjective, subject, verb, adjective, object.
    Grammar {
        /// Words in each open class.
        words: usize,
        /// Within a class, word i has probability proportional to i^-exponent.
        exponent: f64,
        /// Probability of each of the two adjectives.
        adjectives: f64,
    },
    /// A chain written out, of order 2: row i holds the weights of the tokens after token i; token 0 ends a sentence.
    Chain {
        /// The rows, tokens x tokens.
        rows: Vec<Vec<f64>>,
    },
}

/// What a token of a real text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextUnit {
    /// A lower-case word.
    Words,
    /// A lower-case letter, or the blank between words.
    Characters,
}

/// A shipped table (`crates/lab/src/sim/data/PROVENANCE.md`); two classes each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DataSet {
    /// Wisconsin diagnostic breast cancer: benign (1) or malignant.
    BreastCancer,
    /// Wines: the second cultivar (1) against the other two.
    Wine,
    /// Handwritten digits: odd (1) or even.
    Digits,
}

impl DataSet {
    /// Number of rows.
    #[must_use]
    pub const fn rows(self) -> usize {
        match self {
            Self::BreastCancer => 569,
            Self::Wine => 178,
            Self::Digits => 1797,
        }
    }
}

/// Eigenvalues of a covariance.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Spectrum {
    /// All equal to `variance`.
    Isotropic {
        /// The common eigenvalue.
        variance: f64,
    },
    /// i^(-decay).
    Power {
        /// The decay.
        decay: f64,
    },
    /// As listed.
    Given {
        /// The eigenvalues.
        values: Vec<f64>,
    },
}

/// A law over categories.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "law", rename_all = "kebab-case")]
pub enum Categories {
    /// All equally likely.
    Uniform {
        /// K.
        categories: usize,
    },
    /// p_i proportional to (i + shift)^(-exponent), i from 1.
    Zipf {
        /// K.
        categories: usize,
        /// s.
        exponent: f64,
        /// Shift.
        shift: f64,
    },
    /// Proportional to the listed weights.
    Given {
        /// Weights, not all zero.
        weights: Vec<f64>,
    },
}
