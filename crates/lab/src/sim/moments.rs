//! Exact second moments of a chain, carried through the very loop that runs it.
//!
//! A batch is the covariance of its mean with every other batch's mean and its expected scatter. Drawing, adding,
//! subsampling and fitting are linear in these for a Gaussian, for every family whose variance is quadratic in its
//! mean, and for least squares on one design; so [`Moments`] is a [`Chain`], and every regime that `compose` knows has
//! its recursion for nothing. Everything is in units of the truth's variance.
//!
//! # Source
//! The recursion is elementary. Families: Morris (1982), "Natural exponential families with quadratic variance
//! functions", Annals of Statistics 10. Subsamples: Cochran (1977), "Sampling Techniques", Theorems 2.1, 2.2 and 2.4.

use super::chain::{Chain, Reading, RealDraw, Replacement, Start, Steps, Unfit};
use super::models::gaussian::{Family, Shape};
use super::{Estimate, Setup};
use crate::random::{Rng, Streams};
use crate::taxonomy::Metric;
use statrs::function::gamma::{digamma, ln_gamma};

/// How the variance of a draw follows from the fit it is drawn from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Law {
    /// A Gaussian in `dimension` coordinates: the variance is fitted.
    Gaussian {
        /// What is fitted and how.
        family: Family,
        /// d.
        dimension: usize,
    },
    /// V(m) quadratic in the mean m with E V(m) = V(m0) (1 + curvature E (m - m0)^2 / V(m0)).
    Quadratic {
        /// -1 of zeros and ones and of categories, 0 of Poisson counts, 1 of exponential times.
        curvature: f64,
    },
    /// Least squares on one design: each set of labels brings this variance.
    Labels {
        /// Of real labels.
        real: f64,
        /// Of synthetic labels.
        synthetic: f64,
    },
}

/// What is known of a scatter that is a product of independent chi-squares.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Product {
    /// Expected square root (one dimension).
    root: f64,
    /// Expected log determinant per dimension.
    log: f64,
}

/// A batch: where its row of covariances is, its weight, its expected scatter per coordinate.
#[derive(Debug, Clone, Copy, Default)]
pub struct Batch {
    row: Option<usize>,
    weight: f64,
    scatter: f64,
    /// Present while the batch is one draw from one fit, or that weighted.
    product: Option<Product>,
}

/// A fit: its row of covariances, its expected variance.
#[derive(Debug, Clone, Copy, Default)]
pub struct Fitted {
    row: Option<usize>,
    variance: f64,
    product: Option<Product>,
}

/// The chain.
#[derive(Debug, Clone)]
pub struct Moments {
    law: Law,
    /// E (m_i - m0)(m_j - m0) of batches and fits i, j.
    covariance: Vec<Vec<f64>>,
    drawn: Batch,
    /// The last chi-square product: degrees of freedom and its moments.
    last: Option<(u64, Product)>,
}

impl Moments {
    /// The chain of a law.
    #[must_use]
    pub const fn new(law: Law) -> Self {
        Self { law, covariance: Vec::new(), drawn: Batch { row: None, weight: 0.0, scatter: 0.0, product: None }, last: None }
    }

    /// A row, made if there is none.
    fn row(&mut self, row: &mut Option<usize>) -> usize {
        *row.get_or_insert_with(|| {
            let place = self.covariance.len();
            self.covariance.iter_mut().for_each(|row| row.push(0.0));
            self.covariance.push(vec![0.0; place + 1]);
            place
        })
    }

    /// Moves mean `a` by `share` of the way to mean `b`, plus independent noise of this variance.
    fn blend(&mut self, a: usize, b: usize, share: f64, noise: f64) {
        if a == b {
            self.covariance[a][a] += noise;
            return;
        }
        let (aa, ab, bb) = (self.covariance[a][a], self.covariance[a][b], self.covariance[b][b]);
        let stays = 1.0 - share;
        for k in 0..self.covariance.len() {
            let moved = stays * self.covariance[a][k] + share * self.covariance[b][k];
            self.covariance[a][k] = moved;
            self.covariance[k][a] = moved;
        }
        self.covariance[a][a] = stays * stays * aa + 2.0 * stays * share * ab + share * share * bb + noise;
    }

    /// Forgets where mean `a` is: it is the truth's.
    fn centre(&mut self, a: usize) {
        for k in 0..self.covariance.len() {
            self.covariance[a][k] = 0.0;
            self.covariance[k][a] = 0.0;
        }
    }

    const fn estimate(&self) -> Estimate {
        match self.law {
            Law::Gaussian { family, .. } => family.estimate,
            Law::Quadratic { .. } | Law::Labels { .. } => Estimate::Mean,
        }
    }

    /// n draws of this variance around `mean` (the truth's where absent), into `self.drawn`.
    fn draw(&mut self, n: u64, mean: Option<usize>, variance: f64, product: Option<Product>) {
        let mut drawn = self.drawn;
        let row = self.row(&mut drawn.row);
        drawn.weight = n as f64;
        let about_truth = self.estimate() == Estimate::Covariance;
        drawn.scatter = variance * if about_truth { drawn.weight } else { drawn.weight - 1.0 };
        drawn.product = self.spread(n, product);
        let noise = if about_truth { 0.0 } else { variance / drawn.weight };
        match mean {
            Some(mean) => self.blend(row, mean, 1.0, noise),
            None => {
                self.centre(row);
                self.covariance[row][row] = noise;
            }
        }
        self.drawn = drawn;
    }

    /// The scatter of n draws from a fit with this spread.
    fn spread(&mut self, n: u64, of: Option<Product>) -> Option<Product> {
        let Law::Gaussian { family, dimension } = self.law else { return None };
        let (of, freedom) = (of?, family.freedom(n));
        let own = match self.last {
            Some((last, own)) if last == freedom => own,
            _ => chi(freedom, if family.shape == Shape::Full { dimension } else { 1 })?,
        };
        self.last = Some((freedom, own));
        Some(Product { root: of.root * own.root, log: of.log + own.log })
    }
}

/// E sqrt(chi-square) and the expected log determinant, per dimension, of a Wishart matrix with unit scale.
///
/// # Source
/// Anderson (2003), "An Introduction to Multivariate Statistical Analysis", Theorem 7.5.3 (the determinant as a product
/// of chi-squares).
fn chi(freedom: u64, dimension: usize) -> Option<Product> {
    if freedom < dimension as u64 {
        return None;
    }
    let logs = (0..dimension).map(|i| digamma((freedom - i as u64) as f64 / 2.0) + std::f64::consts::LN_2);
    Some(Product { root: root_of_chi_square(freedom as f64), log: logs.sum::<f64>() / dimension as f64 })
}

/// E sqrt(chi-square) with v degrees of freedom: sqrt(2) Gamma((v + 1) / 2) / Gamma(v / 2), by its series where the
/// difference of logarithms would cost digits.
///
/// # Source
/// Tricomi and Erdelyi (1951), "The asymptotic expansion of a ratio of gamma functions", Pacific J. Math. 1.
fn root_of_chi_square(v: f64) -> f64 {
    if v < 300.0 {
        return std::f64::consts::SQRT_2 * (ln_gamma((v + 1.0) / 2.0) - ln_gamma(v / 2.0)).exp();
    }
    let x = v.recip();
    v.sqrt() * (1.0 + x * (-1.0 / 4.0 + x * (1.0 / 32.0 + x * (5.0 / 128.0 + x * (-21.0 / 2048.0 - x * 399.0 / 8192.0)))))
}

impl Chain for Moments {
    type Batch = Batch;
    type Fitted = Fitted;
    const STEPS: Steps<Self> = Steps { subsample: Some(Self::subsample), again: Some(Self::again), ..Steps::NONE };

    fn begin(&mut self, _: &Streams) {}

    fn empty(&self) -> Batch {
        Batch::default()
    }

    fn clear(&self, batch: &mut Batch) {
        *batch = Batch { row: batch.row, ..Batch::default() };
    }

    fn blank(&self) -> Fitted {
        Fitted::default()
    }

    fn real(&mut self, _: RealDraw, n: u64, _: &mut Rng, out: &mut Batch) {
        let variance = match self.law {
            Law::Labels { real, .. } => real * n as f64,
            Law::Gaussian { .. } | Law::Quadratic { .. } => 1.0,
        };
        self.draw(n, None, variance, Some(Product { root: 1.0, log: 0.0 }));
        self.add(&self.drawn.clone(), 1.0, out);
    }

    fn synthetic(&mut self, from: &Fitted, n: u64, _: &mut Rng, out: &mut Batch) {
        let (variance, scale) = match self.law {
            Law::Gaussian { family, .. } => (family.scale * from.variance, family.scale),
            Law::Quadratic { .. } => (from.variance, 1.0),
            Law::Labels { synthetic, .. } => (synthetic * n as f64, 1.0),
        };
        let product = from.product.map(|p| Product { root: scale.sqrt() * p.root, log: scale.ln() + p.log });
        self.draw(n, from.row, variance, product);
        self.add(&self.drawn.clone(), 1.0, out);
    }

    fn add(&mut self, batch: &Batch, weight: f64, into: &mut Batch) {
        let (theirs, Some(from)) = (weight * batch.weight, batch.row) else { return };
        if !(theirs > 0.0) {
            return;
        }
        let row = self.row(&mut into.row);
        let total = into.weight + theirs;
        if into.weight > 0.0 {
            let between = self.covariance[row][row] + self.covariance[from][from] - 2.0 * self.covariance[row][from];
            into.scatter += weight * batch.scatter + into.weight * theirs / total * between;
            into.product = None;
        } else {
            into.scatter = weight * batch.scatter;
            into.product = batch.product.map(|p| Product { root: weight.sqrt() * p.root, log: weight.ln() + p.log });
        }
        self.blend(row, from, theirs / total, 0.0);
        into.weight = total;
    }

    fn fit(&mut self, training: &Batch, _: f64, _: Start<'_, Self::Fitted>, _: &mut Rng, out: &mut Fitted) -> Result<(), Unfit> {
        let from = training.row.ok_or(Unfit::TooFewSamples)?;
        let row = self.row(&mut out.row);
        self.blend(row, from, 1.0, 0.0);
        match self.law {
            Law::Gaussian { family, .. } => {
                let divisor = family.divide_by(training.weight)?;
                let known = family.estimate == Estimate::Mean;
                out.variance = if known { 1.0 } else { training.scatter / divisor };
                out.product = match known {
                    true => Some(Product { root: 1.0, log: 0.0 }),
                    false => training.product.map(|p| Product { root: p.root / divisor.sqrt(), log: p.log - divisor.ln() }),
                };
            }
            Law::Quadratic { curvature } => out.variance = 1.0 + curvature * self.covariance[row][row],
            Law::Labels { .. } => out.variance = 1.0,
        }
        Ok(())
    }

    /// `mean-squared-error`, `variance-ratio`, `spread-ratio` and `log-determinant`, in units of the truth's variance.
    fn read(&mut self, fitted: &Fitted, metric: Metric, _: &mut Rng) -> Reading {
        self.exact(fitted, metric).into()
    }

    fn location(&self, _: &Fitted, out: &mut Vec<f64>) {
        out.clear();
    }
}

impl Moments {
    fn exact(&mut self, fitted: &Fitted, metric: Metric) -> Option<f64> {
        let row = fitted.row?;
        match metric {
            Metric::MeanSquaredError => Some(self.covariance[row][row]),
            Metric::VarianceRatio => Some(fitted.variance),
            Metric::SpreadRatio => fitted.product.map(|p| p.root),
            Metric::LogDeterminant => fitted.product.map(|p| p.log),
            _ => None,
        }
    }
}

impl Moments {
    fn subsample(&mut self, pool: &Batch, n: u64, replacement: Replacement, _: &mut Rng, out: &mut Batch) {
        let Some(from) = pool.row else { return };
        let (size, n) = (pool.weight, n as f64);
        let n = if replacement == Replacement::Without { n.min(size) } else { n };
        if !(n > 0.0) {
            return;
        }
        let mut drawn = self.drawn;
        let row = self.row(&mut drawn.row);
        (drawn.weight, drawn.product) = (n, None);
        // Variance of one draw, and how much of it a mean of n has.
        let (variance, left) = match replacement {
            Replacement::With => (pool.scatter / size, 1.0),
            Replacement::Without => (pool.scatter / (size - 1.0).max(1.0), 1.0 - n / size),
        };
        if self.estimate() == Estimate::Covariance {
            drawn.scatter = n * pool.scatter / size;
            self.blend(row, from, 1.0, 0.0);
        } else {
            drawn.scatter = (n - 1.0) * variance;
            self.blend(row, from, 1.0, left * variance / n);
        }
        self.drawn = drawn;
        self.add(&drawn, 1.0, out);
    }

    /// Real labels vary about the truth whichever draw they are.
    fn again(&mut self, n: u64, rng: &mut Rng, out: &mut Batch) {
        self.real(RealDraw::Fresh, n, rng, out);
    }
}

/// Most batches held side by side (equal parts, windows), and fits (memories): their covariances are a square.
const MOST_BATCHES: u32 = 256;

/// Whether the regime of a setup has a recursion, and a cheap one.
#[must_use]
pub fn covers(setup: &Setup) -> bool {
    use super::{Budget, Synthetic};
    let cuts = setup.cuts();
    let held = match (&setup.regime.synthetic, setup.regime.budget) {
        (_, Budget::EqualParts) => setup.generations,
        (Synthetic::Window { size } | Synthetic::Models { size }, _) => (*size).min(setup.generations),
        _ => 1,
    };
    let weighted = (setup.regime.real_weight - 1.0).abs() > 0.0;
    setup.curation.is_empty() && !(cuts && weighted) && held <= MOST_BATCHES
}
