//! What a run costs, by a fixed formula: no clock, so that a plan is the same on every machine.
//!
//! Nanoseconds of one core, fitted to runs of 166 setups (families, methods, regimes; n from 20 to 10,000, up to 1,000
//! generations and 1,000 categories) and to the arms of the shipped registry, on one machine. Most lie within a factor of
//! two, which is all that a work ceiling and a progress bar need.

use super::held::keeps_its_set;
use super::recorder::recorded;
use super::text::Language;
use super::{Budget, Capacity, Curation, Method, Setup, Synthetic, TextSource, TextUnit, Truth};
use crate::taxonomy::Metric;

/// Nanoseconds of one replicate.
pub fn nanoseconds(setup: &Setup, method: Method) -> f64 {
    let sizes = Sizes::of(setup);
    let generation = match method {
        Method::Statistics => setup.model.family().by_statistics(setup, &sizes),
        Method::Samples | Method::Auto => by_samples(setup, &sizes),
    };
    let is_fitted_once = keeps_its_set(setup) && !setup.model.family().fits_again();
    let generation = GENERATION + generation;
    let fits = if is_fitted_once { generation + sizes.generations * RESTING } else { sizes.generations * generation };
    RUN + fits + recorded(setup).len() as f64 * measuring(setup, method, &sizes)
}

/// About how many bytes one run takes where each example is drawn and held.
pub fn bytes(setup: &Setup) -> f64 {
    let sizes = Sizes::of(setup);
    let largest = sizes.largest.max(2.0 * sizes.pool);
    let each = match setup.truth {
        Truth::Gaussian { .. } | Truth::LinearRegression { .. } | Truth::GaussianMixture { .. } | Truth::LabelledMixture { .. } => sizes.d,
        _ => 1.0,
    };
    largest * (24.0 + 8.0 * each) + tables(&setup.truth)
}

/// Bytes of the laws of a text, written out with every token for every context: the truth's, a fit's, and those that a text is drawn from.
fn tables(truth: &Truth) -> f64 {
    match truth {
        Truth::Text { source: TextSource::Corpus { vocabulary, .. } | TextSource::Own { vocabulary, .. } } => {
            24.0 * dimension(truth) * *vocabulary as f64
        }
        _ => 0.0,
    }
}

/// A run's streams and memory.
const RUN: f64 = 500.0;
/// Streams and bookkeeping of a generation.
const GENERATION: f64 = 50.0;
/// An image that a discriminator looks at, and whose digit is told: in seconds of a core that is not idle otherwise, as the costs of training are.
const SCREENED: f64 = 13_000.0;
/// A generation that repeats the one before.
const RESTING: f64 = 5.0;

/// Means over the generations of a run.
pub struct Sizes {
    /// Number of generations.
    pub generations: f64,
    /// Coordinates, or categories.
    pub d: f64,
    /// New examples.
    pub new: f64,
    /// Most new examples of a generation.
    pub largest: f64,
    /// Everything held before a budget.
    pub pool: f64,
    /// Examples fitted.
    pub set: f64,
    /// Draws per new example.
    pub draws: f64,
    /// By how much a growing capacity exceeds that of generation 1.
    pub growth: f64,
}

impl Sizes {
    /// Over at most 64 generations of the run.
    fn of(setup: &Setup) -> Self {
        let points = setup.generations.clamp(1, 64);
        let at = |k: u32| {
            let t = 1 + (u64::from(setup.generations.saturating_sub(1)) * u64::from(k) / u64::from(points)) as u32;
            setup.samples.at(t, setup.generations) as f64
        };
        let new = (0..points).map(at).sum::<f64>() / f64::from(points);
        let largest = (0..points).map(at).fold(0.0, f64::max);
        let generations = f64::from(setup.generations);
        let pool = match &setup.regime.synthetic {
            Synthetic::All => new * (1.0 + 0.5 * generations),
            Synthetic::Window { size } => new * f64::from(1 + (*size).min(setup.generations)),
            Synthetic::Newest | Synthetic::Models { .. } | Synthetic::None | Synthetic::Overwrite { .. } => new,
        };
        let set = if setup.regime.budget == Budget::Whole { pool } else { new };
        let draws: f64 = setup.curation.iter().map(Curation::draws).product();
        let growth = match setup.capacity {
            Capacity::Fixed => 1.0,
            Capacity::Growing { exponent } => (new / at(0)).powf(exponent),
        };
        Self { generations, d: dimension(&setup.truth), new, largest, pool, set, draws: draws.min(100.0), growth }
    }
}

/// Coordinates, categories or n-grams.
fn dimension(truth: &Truth) -> f64 {
    match truth {
        Truth::Categorical { law } => match law {
            super::Categories::Uniform { categories } | super::Categories::Zipf { categories, .. } => *categories as f64,
            super::Categories::Given { weights } => weights.len() as f64,
        },
        Truth::Text { source } => grams(truth, source),
        _ => truth.dimension() as f64,
    }
}

/// About how many n-grams a text has: counts of the shipped one, fitted to order 3; else counted.
fn grams(truth: &Truth, source: &TextSource) -> f64 {
    match source {
        TextSource::Corpus { order: 4.., .. } | TextSource::Own { .. } => {
            Language::of(truth).map_or(0.0, |language| language.grams.len() as f64)
        }
        TextSource::Corpus { vocabulary, order: 1, .. } => *vocabulary as f64,
        TextSource::Corpus { unit: TextUnit::Characters, order, .. } => {
            if *order == 2 {
                500.0
            } else {
                4_500.0
            }
        }
        TextSource::Corpus { unit: TextUnit::Words, vocabulary, order } => {
            let v = *vocabulary as f64;
            if *order == 2 { 28_000.0 * v / (v + 1_200.0) } else { 24_000.0 * v / (v + 200.0) }
        }
        TextSource::Grammar { words, .. } => 8.0 * (*words as f64).powi(3) + 10.0 * (*words as f64).powi(2),
        TextSource::Chain { rows } => (rows.len() * rows.len()) as f64,
    }
}

fn by_samples(setup: &Setup, sizes: &Sizes) -> f64 {
    let Sizes { new, pool, draws, .. } = *sizes;
    // A budget shuffles the places of the pool and copies what it takes.
    let cut = if setup.cuts() { 0.1 * pool + 20.0 * new } else { 0.0 };
    let judged = if setup.is_judged() { 60.0 * new * draws } else { 0.0 };
    let screened = if setup.screen().is_some() { SCREENED * new * draws } else { 0.0 };
    cut + judged + screened + setup.model.family().by_samples(setup, sizes)
}

/// Nanoseconds of reading one recorded generation.
fn measuring(setup: &Setup, method: Method, sizes: &Sizes) -> f64 {
    let d = sizes.d;
    let inverted = if d > 1.0 && setup.metrics.contains(&Metric::MassOutside) { 2_500.0 } else { 0.0 };
    setup.metrics.len() as f64 * (20.0 + 5.0 * d) + setup.model.family().reading(setup, method, sizes) + inverted
}
