//! A small loop over a model or a chain for tests: replace or accumulate, nothing else, and two-sample statistics.

use crate::random::{Purpose, Rng, Seed, Streams};
use crate::sim::chain::{Chain, RealDraw, Start, Unfit};
use crate::sim::learner::{Learner, Weighted};
use crate::sim::samples::Twin;
use crate::sim::world::World;
use crate::sim::{
    Capacity, Coefficients, Inputs, LabelChoice, Method, Model as Kind, Record, Regime, Sampling, Schedule, Setup, Spectrum, Synthesis,
    Truth,
};
use crate::taxonomy::Metric;

pub fn setup(truth: Truth, model: Kind, regime: Regime, n: u64, generations: u32) -> Setup {
    Setup {
        truth,
        model,
        synthesis: Synthesis::Examples,
        regime,
        curation: Vec::new(),
        sampling: Sampling::Unbiased,
        samples: Schedule::Constant { start: n },
        generations,
        capacity: Capacity::Fixed,
        record: Record::All,
        metrics: Vec::new(),
        hitting: None,
        downstream: None,
        method: Method::Auto,
    }
}

pub fn linear(d: usize, noise_variance: f64) -> Truth {
    let spectrum = Spectrum::Isotropic { variance: 1.0 };
    Truth::LinearRegression { dimension: d, noise_variance, signal: 1.0, spectrum, source: 0.0, coefficients: Coefficients::Fixed }
}

pub fn regression(truth: Truth, model: Kind, regime: Regime, n: u64, generations: u32, inputs: Inputs) -> Setup {
    let synthesis = Synthesis::Labels { inputs, choice: LabelChoice::Sampled };
    Setup { synthesis, ..setup(truth, model, regime, n, generations) }
}

pub fn streams(replicate: u32) -> Streams {
    Streams::of_run(Seed(7), "trial", "trial", "", replicate)
}

/// One run of a chain under replace or accumulate: the fit of every generation, measured.
pub fn run<C: Chain, T>(
    chain: &mut C,
    setup: &Setup,
    streams: &Streams,
    mut look: impl FnMut(&mut C, &C::Fitted) -> T,
) -> Result<Vec<T>, Unfit> {
    chain.begin(streams);
    let accumulate = setup.regime == Regime::accumulate();
    assert!(accumulate || setup.regime == Regime::replace(), "the trial loop knows two regimes");
    let size = |t| setup.samples.at(t, setup.generations);
    let (mut set, mut batch, mut fitted, mut previous) = (chain.empty(), chain.empty(), chain.blank(), chain.blank());
    chain.real(RealDraw::First, size(1), &mut streams.at(1, Purpose::Real), &mut set);
    let mut seen = Vec::new();
    for t in 1..=setup.generations {
        let start = if C::WARM && t > 1 { Start::From(&previous) } else { Start::Anew };
        chain.fit(&set, size(t) as f64 / size(1) as f64, start, &mut streams.at(t, Purpose::Fit), &mut fitted)?;
        previous.clone_from(&fitted);
        seen.push(look(chain, &fitted));
        chain.clear(&mut batch);
        if t < setup.generations {
            chain.synthetic(&fitted, size(t + 1), &mut streams.at(t + 1, Purpose::Synthetic), &mut batch);
        }
        if !accumulate {
            chain.clear(&mut set);
        }
        chain.add(&batch, 1.0, &mut set);
    }
    Ok(seen)
}

/// A metric of a fit, where it is defined.
pub fn value<C: Chain>(chain: &mut C, fitted: &C::Fitted, metric: Metric) -> Option<f64> {
    chain.read(fitted, metric, &mut seeded(0)).value()
}

/// A fit of a chain to a batch.
pub fn fit_batch<C: Chain>(chain: &mut C, batch: &C::Batch, out: &mut C::Fitted) -> Result<(), Unfit> {
    chain.fit(batch, 1.0, Start::Anew, &mut seeded(0), out)
}

/// A fit of a twin's learner to examples, each weighing 1.
pub fn fit<W: World, L: Learner<W>, G>(
    twin: &mut Twin<W, L, G>,
    examples: &[W::Example],
    seed: u64,
    out: &mut L::Fitted,
) -> Result<(), Unfit> {
    let training = Weighted { examples, weights: None };
    twin.learner.fit(&twin.world, training, 1.0, Start::Anew, &mut seeded(seed), out)
}

/// `metric` at the last generation of many replicates.
pub fn last_of_chain<C: Chain>(chain: &C, setup: &Setup, metric: Metric, replicates: std::ops::Range<u32>) -> Vec<f64> {
    let mut chain = chain.clone();
    let mut one = |k| run(&mut chain, setup, &streams(k), |c, f| value(c, f, metric)).ok().and_then(|v| v[v.len() - 1]);
    replicates.map(|k| one(k).expect("the run completes and the metric is defined")).collect()
}

pub fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

/// Asserts that two samples have one law: Kolmogorov-Smirnov distance and z of means, each at level 1e-5.
pub fn assert_one_law(name: &str, a: &[f64], b: &[f64]) {
    let (mut a, mut b) = (a.to_vec(), b.to_vec());
    a.sort_by(f64::total_cmp);
    b.sort_by(f64::total_cmp);
    let (mut i, mut j, mut distance) = (0, 0, 0.0_f64);
    // Equal values, in either sample, are passed together: the distance is taken between values only.
    while i < a.len() && j < b.len() {
        let here = a[i].min(b[j]);
        i += a[i..].iter().take_while(|x| **x <= here).count();
        j += b[j..].iter().take_while(|x| **x <= here).count();
        distance = distance.max((i as f64 / a.len() as f64 - j as f64 / b.len() as f64).abs());
    }
    let size = (a.len() * b.len()) as f64 / (a.len() + b.len()) as f64;
    // P(sqrt(size) D > x) is about 2 exp(-2 x^2); 2.47 gives 1e-5.
    assert!(size.sqrt() * distance < 2.47, "{name}: Kolmogorov-Smirnov {distance}");
    let ((ma, ea), (mb, eb)) = (mean_and_error(&a), mean_and_error(&b));
    let z = (ma - mb) / ea.hypot(eb);
    assert!(z.abs() < 4.42, "{name}: means {ma} and {mb}, z = {z}");
}

/// Asserts that a sample mean agrees with its expectation within 4.5 standard errors (two-sided 7e-6).
pub fn assert_mean(name: &str, values: &[f64], expected: f64) {
    let (mean, error) = mean_and_error(values);
    assert!((mean - expected).abs() < 4.5 * error, "{name}: mean {mean} +- {error}, expected {expected}");
}

pub fn seeded(seed: u64) -> Rng {
    use rand::SeedableRng;
    Rng::seed_from_u64(seed)
}
