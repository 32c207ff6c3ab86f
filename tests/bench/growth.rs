//! How cost grows: the exponent of processor time in one size at a time, a straight line through logarithms.

use collapse_audit::sim::{Bandwidth, Categories, Inputs, Model, Regime, Schedule, Setup, Simulator, Synthesis, Truth};
use collapse_audit::taxonomy::Metric;

use crate::setups::{self, long, prepared};
use crate::{clock, densities, gaussian, logistic, regression};

/// A family at a dimension.
struct Family {
    name: &'static str,
    of: fn(usize) -> Setup,
    /// Dimensions; one where the family has no other.
    dimensions: &'static [usize],
}

const SAMPLES: [u64; 4] = [100, 200, 400, 800];
const GENERATIONS: [u32; 4] = [50, 100, 200, 400];
const REPLICATES: [u32; 3] = [64, 256, 1024];
const WIDE: [usize; 4] = [4, 8, 16, 32];

/// At 100 samples, under accumulation; the dearest last.
const FAMILIES: [Family; 9] = [
    Family { name: "gaussian", of: |d| gaussian::setup(d, 100, Regime::accumulate()), dimensions: &WIDE },
    Family { name: "ols, reused inputs", of: |d| regression::setup(d, 100, Regime::accumulate()), dimensions: &WIDE },
    Family { name: "kde, fixed width", of: |d| kernel(d, Bandwidth::Fixed { value: 0.5 }), dimensions: &WIDE },
    Family { name: "categorical", of: categorical, dimensions: &[10, 40, 160, 640] },
    Family { name: "histogram", of: |_| densities::histogram(100, Regime::accumulate()), dimensions: &[1] },
    Family { name: "mixture", of: |_| densities::mixture(100, Regime::accumulate()), dimensions: &[1] },
    Family { name: "logistic, reused inputs", of: |d| logistic::setup(d, 100, Regime::accumulate(), Inputs::Reused), dimensions: &WIDE },
    Family { name: "logistic, fresh inputs", of: |d| logistic::setup(d, 100, Regime::accumulate(), Inputs::Fresh), dimensions: &WIDE },
    Family { name: "kde, Scott's rule", of: |d| kernel(d, Bandwidth::ScottScipy), dimensions: &WIDE },
];

fn kernel(d: usize, bandwidth: Bandwidth) -> Setup {
    let Setup { truth, .. } = gaussian::setup(d, 100, Regime::accumulate());
    setups::setup(truth, Model::Kde { bandwidth }, Synthesis::Examples, Regime::accumulate(), 100, &[Metric::NegativeLogLikelihood])
}

fn categorical(categories: usize) -> Setup {
    let truth = Truth::Categorical { law: Categories::Zipf { categories, exponent: 1.0, shift: 0.0 } };
    setups::setup(truth, Model::Categorical { smoothing: 0.0 }, Synthesis::Examples, Regime::accumulate(), 100, &[Metric::SquaredError])
}

/// Slope of the least-squares line through (ln x, ln y).
fn slope(points: &[(f64, f64)]) -> f64 {
    let n = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(|point| of(point).ln()).sum::<f64>() / n;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let covariance: f64 = points.iter().map(|point| (point.0.ln() - x) * (point.1.ln() - y)).sum();
    covariance / points.iter().map(|point| (point.0.ln() - x).powi(2)).sum::<f64>()
}

/// A table of exponents of processor time, of the wall clock for threads.
pub fn exponents(line: impl Fn(&str)) {
    let (one, two) = (clock::pool(1), clock::pool(2));
    line("| | replicates | generations | dimension | samples | threads (wall) |");
    line("|---|---|---|---|---|---|");
    for family in &FAMILIES {
        let dimension = family.dimensions[0];
        let base = Setup { generations: 50, ..(family.of)(dimension) };
        let cost = |setup: &Setup| clock::per_run(&two, &prepared(setup)).processor;
        let simulator: Simulator = prepared(&base);
        let replicates: Vec<_> = REPLICATES.iter().map(|r| (f64::from(*r), clock::whole(&two, &simulator, *r).processor)).collect();
        let generations: Vec<_> = GENERATIONS.iter().map(|t| (f64::from(*t), cost(&long(&base, *t)))).collect();
        let samples = |n: &u64| (*n as f64, cost(&Setup { samples: Schedule::Constant { start: *n }, ..base.clone() }));
        let samples: Vec<_> = SAMPLES.iter().map(samples).collect();
        let dimensions = |d: &usize| (*d as f64, cost(&Setup { generations: 50, ..(family.of)(*d) }));
        let wide = match family.dimensions {
            [_] => "–".to_owned(),
            many => format!("{:.2}", slope(&many.iter().map(dimensions).collect::<Vec<_>>())),
        };
        let threads = [(1.0, clock::per_run(&one, &simulator).wall), (2.0, clock::per_run(&two, &simulator).wall)];
        let [replicates, generations, samples, threads] = [&replicates[..], &generations, &samples, &threads].map(slope);
        line(&format!("| {} | {replicates:.2} | {generations:.2} | {wide} | {samples:.2} | {threads:.2} |", family.name));
    }
}
