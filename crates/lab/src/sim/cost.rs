//! What a run costs, by a fixed formula: no clock, so that a plan is the same on every machine.
//!
//! Nanoseconds of one core, fitted to runs of 166 setups (families, methods, regimes; n from 20 to 10,000, up to 1,000
//! generations and 1,000 categories) and to the arms of the shipped registry, on one machine. Most lie within a factor of
//! two, which is all that a work ceiling and a progress bar need.

use super::held::keeps_its_set;
use super::recorder::recorded;
use super::{
    Budget, Capacity, Curation, Estimate, Inputs, Method, Model, Sampling, Schedule, Setup, Synthesis, Synthetic, TextSource, TextUnit,
    Truth,
};
use crate::taxonomy::Metric;

/// Nanoseconds of one replicate.
pub fn nanoseconds(setup: &Setup, method: Method) -> f64 {
    let sizes = Sizes::of(setup);
    let generation = match method {
        Method::Statistics => by_statistics(setup, &sizes),
        Method::Samples | Method::Auto => by_samples(setup, &sizes),
    };
    let is_fitted_once = keeps_its_set(setup) && !matches!(setup.model, Model::Mixture { .. });
    let generation = GENERATION + generation;
    let fits = if is_fitted_once { generation + sizes.generations * RESTING } else { sizes.generations * generation };
    RUN + fits + recorded(setup).len() as f64 * measuring(setup, method, &sizes)
}

/// About how many bytes the examples of one run take where each is drawn and held.
pub fn bytes(setup: &Setup) -> f64 {
    let sizes = Sizes::of(setup);
    let largest = sizes.largest.max(2.0 * sizes.pool);
    let each = match setup.truth {
        Truth::Gaussian { .. } | Truth::LinearRegression { .. } | Truth::GaussianMixture { .. } | Truth::LabelledMixture { .. } => sizes.d,
        _ => 1.0,
    };
    largest * (24.0 + 8.0 * each)
}

/// A run's streams and memory.
const RUN: f64 = 500.0;
/// Streams and bookkeeping of a generation.
const GENERATION: f64 = 50.0;
/// A generation that repeats the one before.
const RESTING: f64 = 5.0;

/// Means over the generations of a run.
struct Sizes {
    generations: f64,
    /// Coordinates, or categories.
    d: f64,
    /// New examples.
    new: f64,
    /// Most new examples of a generation.
    largest: f64,
    /// Everything held before a budget.
    pool: f64,
    /// Examples fitted.
    set: f64,
    /// Draws per new example.
    draws: f64,
    /// By how much a growing capacity exceeds that of generation 1.
    growth: f64,
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
            Synthetic::Newest | Synthetic::None | Synthetic::Overwrite { .. } => new,
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

fn dimension(truth: &Truth) -> f64 {
    match truth {
        Truth::Gaussian { dimension, .. } | Truth::LinearRegression { dimension, .. } => *dimension as f64,
        Truth::GaussianMixture { means, .. } | Truth::LabelledMixture { means, .. } => means.first().map_or(1.0, |m| m.len() as f64),
        Truth::Categorical { law } => match law {
            super::Categories::Uniform { categories } | super::Categories::Zipf { categories, .. } => *categories as f64,
            super::Categories::Given { weights } => weights.len() as f64,
        },
        Truth::Tabular { columns, .. } => *columns as f64,
        Truth::SwissRoll { dimension, .. } => *dimension as f64,
        Truth::Blobs { .. } | Truth::Moons { .. } | Truth::Circles { .. } => 2.0,
        Truth::Poisson { .. } | Truth::Exponential { .. } | Truth::Bernoulli { .. } => 1.0,
        Truth::Text { source } => grams(source),
    }
}

fn by_statistics(setup: &Setup, sizes: &Sizes) -> f64 {
    let d = sizes.d;
    match &setup.model {
        Model::Gaussian { estimate } | Model::GaussianUnbiased { estimate } | Model::GaussianDiagonal { estimate } => {
            let full = d > 1.0 && !matches!(setup.model, Model::GaussianDiagonal { .. }) && *estimate != Estimate::Mean;
            let moving = match setup.regime.synthetic {
                _ if !full => 15.0 + 20.0 * d,
                Synthetic::Newest if setup.regime == super::Regime::replace() => 30.0 + 45.0 * d + 4.0 * d * d,
                Synthetic::All => 30.0 + 45.0 * d + 4.0 * d * d + 0.4 * d.powi(3),
                _ => 30.0 + 60.0 * d + 4.0 * d * d + 0.5 * d.powi(3),
            };
            let each = 10.0 + 10.0 * d + if full { 0.3 * d * d } else { 0.0 };
            moving + if setup.is_judged() { sizes.new * sizes.draws * each } else { 0.0 }
        }
        Model::Ols if one_design(setup) => 50.0 + 12.0 * d + 0.5 * d * d,
        Model::Ols | Model::Ridge { .. } | Model::RandomFeatures { .. } => {
            70.0 + 50.0 * d + 5.0 * d * d + 0.2 * d.powi(3) + featured(&setup.model, d)
        }
        Model::Categorical { .. } => categories(setup, sizes),
        Model::Poisson | Model::Exponential | Model::Bernoulli => 30.0,
        // Running sums over kernels see each new point once.
        Model::Kde { .. } => sizes.new * (30.0 * sizes.draws + 650.0 * d),
        // Sums of y x: a normal for every coordinate.
        Model::LinearClassifier => 250.0 + 8.0 * d,
        Model::NGram { .. } => texts(setup, sizes),
        Model::Mixture { .. } | Model::Histogram { .. } | Model::Logistic { .. } => 30.0 * sizes.new + table_fit(&setup.truth),
    }
}

/// About six passes over the rows of a table, each with its chance, its derivatives and its label.
fn table_fit(truth: &Truth) -> f64 {
    match truth {
        Truth::Tabular { data, columns, .. } => {
            let width = (*columns + 1) as f64;
            data.rows() as f64 * 6.0 * (25.0 + 2.0 * width + 0.6 * width * width)
        }
        _ => 0.0,
    }
}

/// Normal equations carried into random features, and solved there.
fn featured(model: &Model, d: f64) -> f64 {
    match model {
        Model::RandomFeatures { width, .. } => {
            let r = d.min(*width as f64);
            // Four lanes at once.
            0.6 * r * d * d + 0.2 * r * r * d + 0.1 * r.powi(3)
        }
        _ => 0.0,
    }
}

fn one_design(setup: &Setup) -> bool {
    let reused = matches!(setup.synthesis, Synthesis::Labels { inputs: Inputs::Reused, .. });
    reused && matches!(setup.samples, Schedule::Constant { .. })
}

/// Binomials for the categories alive, a sweep over all. Under replace about 2 n / t categories are alive at
/// generation t (the number of ancestors; Kingman 1982, "The coalescent").
fn categories(setup: &Setup, sizes: &Sizes) -> f64 {
    let (k, n) = (sizes.d, sizes.new.max(1.0));
    let (ancestors, t) = (2.0 * n, sizes.generations);
    let alive = match setup.regime.synthetic {
        Synthetic::Newest if setup.regime == super::Regime::replace() && t * k > ancestors => {
            ancestors / t * (1.0 + (t * k / ancestors).ln())
        }
        _ => k * n / (k + n),
    };
    let cut = setup.cuts();
    let sharpened = match setup.sampling {
        Sampling::Unbiased | Sampling::VarianceScale { .. } | Sampling::Flip { .. } => 0.0,
        Sampling::Temperature { .. } | Sampling::TopP { .. } | Sampling::TopK { .. } | Sampling::Argmax => 5.0,
    };
    let quotas = setup.quotas().map_or(0.0, |quotas| quotas.groups.len() as f64 * (50.0 + 3.0 * k));
    let judged = if setup.is_judged() { 100.0 + 5.0 * k + quotas } else { 0.0 };
    let drawn = if setup.regime.synthetic == Synthetic::None { 0.0 } else { (60.0 * alive).min(6.0 * n + 3.0 * k) };
    drawn + judged + (2.0 + sharpened) * k + if cut { 300.0 * alive } else { 0.0 }
}

/// About how many n-grams a text has: counts of the shipped one, fitted.
fn grams(source: &TextSource) -> f64 {
    match source {
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

/// Each token drawn and counted, a table for each row alive, sweeps over all n-grams.
fn texts(setup: &Setup, sizes: &Sizes) -> f64 {
    let drawn = sizes.new * sizes.draws;
    let alive = sizes.d * drawn / (sizes.d + drawn);
    let cut = if setup.cuts() { 300.0 } else { 0.0 };
    let judged = if setup.curation.is_empty() { 0.0 } else { 60.0 };
    drawn * (18.0 + judged) + alive * (25.0 + cut) + 2.0 * sizes.d
}

fn by_samples(setup: &Setup, sizes: &Sizes) -> f64 {
    let Sizes { d, new, pool, set, draws, .. } = *sizes;
    let drawn = new * draws;
    // A budget shuffles the places of the pool and copies what it takes.
    let cut = if setup.cuts() { 0.1 * pool + 20.0 * new } else { 0.0 };
    let judged = if setup.is_judged() { 60.0 * drawn } else { 0.0 };
    cut + judged
        + match &setup.model {
            Model::Gaussian { .. } | Model::GaussianUnbiased { .. } | Model::GaussianDiagonal { .. } => {
                drawn * (20.0 + 13.0 * d + 0.5 * d * d) + set * (2.0 + d + d * d)
            }
            Model::Categorical { .. } => drawn * 7.0 + set + 4.0 * d,
            Model::Poisson => drawn * 35.0 + set,
            Model::Exponential => drawn * 8.0 + set,
            Model::Bernoulli => drawn * 38.0 + set,
            Model::Mixture { components, iterations } => {
                30.0 * drawn + set * sizes.growth * (*components as f64) * f64::from(*iterations) * (4.0 + 1.5 * d)
            }
            Model::Kde { .. } => 30.0 * drawn + 5.0 * set,
            Model::Histogram { bins, .. } => 20.0 * drawn + 5.0 * set + 5.0 * (*bins as f64),
            Model::Ols | Model::Ridge { .. } | Model::RandomFeatures { .. } => {
                // Labels of the first inputs, which rows name by place, need no memory of their own.
                let is_reused = matches!(setup.synthesis, Synthesis::Labels { inputs: Inputs::Reused, .. });
                drawn * (if is_reused { 20.0 + 2.0 * d } else { 110.0 + 4.0 * d })
                    + set * (3.0 + 1.2 * d + 0.17 * d * d)
                    + featured(&setup.model, d)
            }
            Model::LinearClassifier => drawn * (60.0 + 8.0 * d) + set * (5.0 + d),
            Model::Logistic { .. } if table_fit(&setup.truth) > 0.0 => drawn * 20.0 + set * 4.0 + table_fit(&setup.truth),
            Model::Logistic { iterations, .. } => 30.0 * drawn + set * f64::from(*iterations) * (60.0 + 8.0 * d * d),
            Model::NGram { .. } => 100.0 * drawn + 50.0 * set,
        }
}

/// Nanoseconds of measuring one recorded generation.
fn measuring(setup: &Setup, method: Method, sizes: &Sizes) -> f64 {
    let d = sizes.d;
    let full = d > 1.0 && matches!(setup.model, Model::Gaussian { .. } | Model::GaussianUnbiased { .. });
    let eigenvalues = setup.metrics.iter().filter(|m| matches!(m, Metric::WassersteinSquared | Metric::MassOutside)).count();
    let each = 20.0 + 5.0 * d;
    let decomposed = if full { eigenvalues as f64 * 15.0 * d.powi(3) } else { 0.0 };
    let kernels = match &setup.model {
        Model::Kde { .. } if method != Method::Statistics => 500.0 * d * sizes.set,
        _ => 0.0,
    };
    let inverted = if d > 1.0 && setup.metrics.contains(&Metric::MassOutside) { 2_500.0 } else { 0.0 };
    setup.metrics.len() as f64 * each + decomposed + inverted + kernels
}
