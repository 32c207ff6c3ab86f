use super::kde::Kde;
use super::kernel_sums::KernelSums;
use super::trial::{assert_mean, assert_one_law, last_of_chain, last_of_model, run, run_samples, setup, streams};
use crate::sim::chain::Chain;
use crate::sim::{Bandwidth, Model, Regime, Sampling, Setup, Spectrum, Truth};
use crate::taxonomy::Metric;

fn standard() -> Truth {
    Truth::Gaussian { dimension: 1, mean: 0.0, spectrum: Spectrum::Isotropic { variance: 1.0 } }
}

fn kde(truth: Truth, bandwidth: Bandwidth, regime: Regime, n: u64, generations: u32, metrics: &[Metric]) -> Setup {
    Setup { metrics: metrics.to_vec(), ..setup(truth, Model::Kde { bandwidth }, regime, n, generations) }
}

const METRICS: [Metric; 5] =
    [Metric::NegativeLogLikelihood, Metric::VarianceRatio, Metric::TailCoverage, Metric::MassOutside, Metric::MeanSquaredError];

#[test]
fn kernel_sums_have_the_law_of_their_samples() {
    for regime in [Regime::replace(), Regime::accumulate()] {
        let metrics = [Metric::VarianceRatio, Metric::MeanSquaredError];
        let mut setup = kde(Truth::Moons { noise: 0.05 }, Bandwidth::Fixed { value: 0.5 }, regime, 12, 4, &metrics);
        setup.sampling = Sampling::VarianceScale { scale: 0.9 };
        for metric in metrics {
            let a = last_of_chain(&KernelSums::<2>::of(&setup).unwrap(), &setup, metric, 0..20_000);
            let b = last_of_model(&Kde::<2>::of(&setup).unwrap(), &setup, metric, 20_000..40_000);
            assert_one_law("kde", &a, &b);
        }
    }
}

#[test]
fn losses_of_kernel_sums_have_the_law_of_their_samples() {
    for regime in [Regime::replace(), Regime::accumulate()] {
        let setup = kde(standard(), Bandwidth::Fixed { value: 0.4 }, regime, 10, 3, &METRICS);
        for metric in METRICS {
            let a = last_of_chain(&KernelSums::<1>::of(&setup).unwrap(), &setup, metric, 0..1500);
            let b = last_of_model(&Kde::<1>::of(&setup).unwrap(), &setup, metric, 1500..3000);
            assert_one_law("kde", &a, &b);
        }
    }
}

/// The running sums against sums over all points, on one and the same set of points.
#[test]
fn running_sums_equal_the_sums_over_every_point() {
    let truth = Truth::Blobs { centers: 3, deviation: 1.0 };
    let metrics = [Metric::NegativeLogLikelihood, Metric::TailCoverage, Metric::ModesKept, Metric::MassBetweenModes, Metric::MassOutside];
    let setup = kde(truth, Bandwidth::Fixed { value: 0.7 }, Regime::accumulate(), 40, 6, &metrics);
    let mut chain = KernelSums::<2>::of(&setup).unwrap();
    let running = run(&mut chain, &setup, &streams(3), |c, f| metrics.map(|m| c.measure(f, m).unwrap())).unwrap();
    let afresh = run(&mut chain, &setup, &streams(3), |_, f| {
        let mut other = KernelSums::<2>::of(&setup).unwrap();
        other.begin(&streams(3));
        metrics.map(|m| other.measure(f, m).unwrap())
    });
    for (a, b) in running.iter().zip(&afresh.unwrap()) {
        a.iter().zip(b).for_each(|(a, b)| assert!((a - b).abs() < 1e-9, "{a} {b}"));
    }
    let near = [Metric::ModesKept, Metric::MassBetweenModes].map(|m| metrics.iter().position(|x| *x == m).unwrap());
    assert!(running[0][near[0]] > 0.99 && running[0][near[1]] < 0.2, "{running:?}");
}

/// Kazdan et al. (2024), Theorems 5 to 7, as a recursion of expected variances: n = 100, h = 0.5, truth N(0, 1).
#[test]
fn variances_follow_the_recursion() {
    let (n, h2, t) = (100.0, 0.25, 30_u32);
    let (mut pooled, mut newest) = (1.0 - 1.0 / n, 1.0 - 1.0 / n);
    for k in 2..=t {
        let (k, nt) = (f64::from(k), n * f64::from(k) * f64::from(k));
        pooled = pooled * (1.0 - 1.0 / nt) + h2 * (1.0 / k - 1.0 / nt);
        newest = (newest + h2) * (1.0 - 1.0 / n);
    }
    for (regime, expected) in [(Regime::accumulate(), pooled + h2), (Regime::replace(), newest + h2)] {
        let setup = kde(standard(), Bandwidth::Fixed { value: 0.5 }, regime, 100, t, &[Metric::VarianceRatio]);
        let values = last_of_chain(&KernelSums::<1>::of(&setup).unwrap(), &setup, Metric::VarianceRatio, 0..1500);
        assert_mean("variance", &values, expected);
    }
}

/// h = n^-0.2 with n the size of the pool: 1.148, 1.258 at t = 1, 10.
#[test]
fn a_shrinking_bandwidth_levels_off() {
    for (t, expected) in [(1, 1.148), (10, 1.258)] {
        let rule = Bandwidth::Power { constant: 1.0, exponent: 0.2 };
        let setup = kde(standard(), rule, Regime::accumulate(), 100, t, &[Metric::VarianceRatio]);
        let values = last_of_model(&Kde::<1>::of(&setup).unwrap(), &setup, Metric::VarianceRatio, 0..1500);
        assert!((values.iter().sum::<f64>() / 1500.0 - expected).abs() < 0.03);
    }
}

#[test]
fn the_loss_is_the_mean_negative_log_density_even_where_kernels_underflow() {
    let setup = kde(standard(), Bandwidth::Fixed { value: 0.01 }, Regime::replace(), 3, 1, &[Metric::NegativeLogLikelihood]);
    let mut model = Kde::<1>::of(&setup).unwrap();
    let found = run_samples(&mut model, &setup, &streams(1), |m, f| m.naive_and_measured(f)).unwrap();
    let (naive, measured) = found[0];
    assert!((naive / measured - 1.0).abs() < 1e-12 && measured > 400.0, "{naive} {measured}");
}

#[test]
fn chains_refuse_what_they_cannot_sum() {
    let scott = kde(standard(), Bandwidth::Scott, Regime::replace(), 10, 3, &[]);
    assert!(KernelSums::<1>::of(&scott).is_none() && Kde::<1>::of(&scott).is_some());
    let budget = kde(standard(), Bandwidth::Fixed { value: 1.0 }, Regime::accumulate_subsample(), 10, 3, &[]);
    assert!(KernelSums::<1>::of(&budget).is_none());
}
