use super::kde;
use super::kernel_sums::KernelSums;
use super::trial::{assert_mean, assert_one_law, last_of_chain, run, setup, streams, value};
use crate::sim::chain::Chain;
use crate::sim::{Angles, Bandwidth, Model, Regime, Sampling, Setup, Spectrum, Truth};
use crate::taxonomy::Metric;

fn standard() -> Truth {
    Truth::Gaussian { dimension: 1, mean: 0.0, spectrum: Spectrum::Isotropic { variance: 1.0 } }
}

fn smoothed(truth: Truth, bandwidth: Bandwidth, regime: Regime, n: u64, generations: u32, metrics: &[Metric]) -> Setup {
    Setup { metrics: metrics.to_vec(), ..setup(truth, Model::Kde { bandwidth }, regime, n, generations) }
}

const METRICS: [Metric; 5] =
    [Metric::NegativeLogLikelihood, Metric::VarianceRatio, Metric::TailCoverage, Metric::MassOutside, Metric::MeanSquaredError];

#[test]
fn kernel_sums_have_the_law_of_their_samples() {
    for regime in [Regime::replace(), Regime::accumulate()] {
        let metrics = [Metric::VarianceRatio, Metric::MeanSquaredError];
        let mut setup =
            smoothed(Truth::Moons { noise: 0.05, angles: Angles::Drawn }, Bandwidth::Fixed { value: 0.5 }, regime, 12, 4, &metrics);
        setup.sampling = Sampling::VarianceScale { scale: 0.9 };
        for metric in metrics {
            let a = last_of_chain(&KernelSums::<2>::of(&setup).unwrap(), &setup, metric, 0..20_000);
            let b = last_of_chain(&kde::twin::<2>(&setup).unwrap(), &setup, metric, 20_000..40_000);
            assert_one_law("kde", &a, &b);
        }
    }
}

#[test]
fn losses_of_kernel_sums_have_the_law_of_their_samples() {
    for regime in [Regime::replace(), Regime::accumulate()] {
        let setup = smoothed(standard(), Bandwidth::Fixed { value: 0.4 }, regime, 10, 3, &METRICS);
        for metric in METRICS {
            let a = last_of_chain(&KernelSums::<1>::of(&setup).unwrap(), &setup, metric, 0..1500);
            let b = last_of_chain(&kde::twin::<1>(&setup).unwrap(), &setup, metric, 1500..3000);
            assert_one_law("kde", &a, &b);
        }
    }
}

/// The running sums against sums over all points, on one and the same set of points.
#[test]
fn running_sums_equal_the_sums_over_every_point() {
    let truth = Truth::Blobs { centers: 3, deviation: 1.0 };
    let metrics = [Metric::NegativeLogLikelihood, Metric::TailCoverage, Metric::ModesKept, Metric::MassBetweenModes, Metric::MassOutside];
    let setup = smoothed(truth, Bandwidth::Fixed { value: 0.7 }, Regime::accumulate(), 40, 6, &metrics);
    let mut chain = KernelSums::<2>::of(&setup).unwrap();
    let running = run(&mut chain, &setup, &streams(3), |c, f| metrics.map(|m| value(c, f, m).unwrap())).unwrap();
    let afresh = run(&mut chain, &setup, &streams(3), |_, f| {
        let mut other = KernelSums::<2>::of(&setup).unwrap();
        other.begin(&streams(3));
        metrics.map(|m| value(&mut other, f, m).unwrap())
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
        let setup = smoothed(standard(), Bandwidth::Fixed { value: 0.5 }, regime, 100, t, &[Metric::VarianceRatio]);
        let values = last_of_chain(&KernelSums::<1>::of(&setup).unwrap(), &setup, Metric::VarianceRatio, 0..1500);
        assert_mean("variance", &values, expected);
    }
}

/// h = n^-0.2 with n the size of the pool: 1.148, 1.258 at t = 1, 10.
#[test]
fn a_shrinking_bandwidth_levels_off() {
    for (t, expected) in [(1, 1.148), (10, 1.258)] {
        let rule = Bandwidth::Power { constant: 1.0, exponent: 0.2 };
        let setup = smoothed(standard(), rule, Regime::accumulate(), 100, t, &[Metric::VarianceRatio]);
        let values = last_of_chain(&kde::twin::<1>(&setup).unwrap(), &setup, Metric::VarianceRatio, 0..1500);
        assert!((values.iter().sum::<f64>() / 1500.0 - expected).abs() < 0.03);
    }
}

#[test]
fn the_loss_is_the_mean_negative_log_density_even_where_kernels_underflow() {
    let setup = smoothed(standard(), Bandwidth::Fixed { value: 0.01 }, Regime::replace(), 3, 1, &[Metric::NegativeLogLikelihood]);
    let mut model = kde::twin::<1>(&setup).unwrap();
    let found =
        run(&mut model, &setup, &streams(1), |m, f| (m.gauge.naive(f), value(m, f, Metric::NegativeLogLikelihood).unwrap())).unwrap();
    let (naive, measured) = found[0];
    assert!((naive / measured - 1.0).abs() < 1e-12 && measured > 400.0, "{naive} {measured}");
}

#[test]
fn chains_refuse_what_they_cannot_sum() {
    let scott = smoothed(standard(), Bandwidth::ScottScipy, Regime::replace(), 10, 3, &[]);
    assert!(KernelSums::<1>::of(&scott).is_none() && kde::twin::<1>(&scott).is_some());
    let budget = smoothed(standard(), Bandwidth::Fixed { value: 1.0 }, Regime::accumulate_subsample(), 10, 3, &[]);
    assert!(KernelSums::<1>::of(&budget).is_none());
}

/// One setup that a rule is tried on: points that are given, not drawn.
fn fitted<const D: usize>(truth: Truth, rule: Bandwidth, points: &[[f64; D]]) -> super::kde::Estimate<D> {
    let mut model = kde::twin::<D>(&smoothed(truth, rule, Regime::replace(), points.len() as u64, 1, &[])).unwrap();
    let mut out = model.blank();
    super::trial::fit(&mut model, points, 1, &mut out).unwrap();
    out
}

/// Bandwidth of each coordinate and densities, from scipy 1.17.1 (`gaussian_kde(x, bw_method=…)`, root of `covariance`) and scikit-learn
/// 1.9.1 (`KernelDensity(bandwidth=…)`, `bandwidth_` and exp of `score_samples`).
#[test]
fn every_rule_gives_the_bandwidth_and_the_densities_of_its_library() {
    let points = [[0.0], [1.0], [3.0], [4.5], [7.0]];
    let cases = [
        (Bandwidth::ScottScipy, 2.024_199_440_487_492_6, [0.065_675_946_394_778_88, 0.114_222_043_974_205_99, 0.080_338_841_908_353_78]),
        (Bandwidth::SilvermanScipy, 2.144_080_306_402_018, [0.065_415_316_441_653_2, 0.112_152_590_470_818_37, 0.079_690_892_513_010_87]),
        (
            Bandwidth::ScottScikitLearn,
            0.724_779_663_677_695_5,
            [0.044_942_068_423_873_1, 0.087_726_473_248_206_4, 0.055_449_577_298_671_43],
        ),
        (
            Bandwidth::SilvermanScikitLearn,
            0.767_703_899_274_755,
            [0.047_985_918_260_756_4, 0.092_997_882_224_699_6, 0.059_953_056_751_219_9],
        ),
    ];
    for (rule, h, densities) in cases {
        let estimate = fitted(standard(), rule.clone(), &points);
        assert!((estimate.bandwidths()[0] / h - 1.0).abs() < 1e-12, "{rule:?}: {:?}", estimate.bandwidths());
        for (at, density) in [-1.0, 2.0, 6.0].iter().zip(densities) {
            assert!((estimate.density(&[*at], 1) / density - 1.0).abs() < 1e-12, "{rule:?} at {at}");
        }
    }
}

/// Two coordinates: scikit-learn's bandwidth is one for both; of scipy's covariance this takes the diagonal (4.5615, 0.8333) and not
/// what stands beside it (-0.0292), by which densities differ in the third digit here and more where coordinates are correlated.
#[test]
fn in_two_coordinates_scipys_rule_keeps_its_diagonal() {
    let points = [[0.0, 1.0], [1.0, -1.0], [3.0, 0.5], [4.5, 2.0], [7.0, -0.5]];
    let plane = || Truth::Gaussian { dimension: 2, mean: 0.0, spectrum: Spectrum::Isotropic { variance: 1.0 } };
    let learned = fitted(plane(), Bandwidth::ScottScikitLearn, &points);
    assert!(learned.bandwidths().iter().all(|h| (h / 0.764_724_491_331_73 - 1.0).abs() < 1e-12));
    for (at, density) in [([1.0, 0.0], 0.034_431_344_248_395_66), ([3.0, 1.0], 0.047_419_433_793_184_16)] {
        assert!((learned.density(&at, 2) / density - 1.0).abs() < 1e-12);
    }
    let scaled = fitted(plane(), Bandwidth::ScottScipy, &points);
    for (h, variance) in scaled.bandwidths().iter().zip([4.561_467_671_612_072, 0.833_345_055_390_667]) {
        assert!((h * h / variance - 1.0).abs() < 1e-12);
    }
    for (at, density) in [([1.0, 0.0], 0.026_689_757_877_834_4), ([3.0, 1.0], 0.028_753_714_158_344_7)] {
        let ratio = scaled.density(&at, 2) / density;
        assert!((ratio - 1.0).abs() < 0.02 && (ratio - 1.0).abs() > 1e-6, "{ratio}");
    }
}

#[test]
fn only_scipys_rules_follow_the_spread() {
    let (narrow, wide) = ([[0.0], [1.0], [2.0]], [[0.0], [10.0], [20.0]]);
    let ratio =
        |rule: Bandwidth| fitted(standard(), rule.clone(), &wide).bandwidths()[0] / fitted(standard(), rule, &narrow).bandwidths()[0];
    for rule in [Bandwidth::ScottScipy, Bandwidth::SilvermanScipy] {
        assert!((ratio(rule) - 10.0).abs() < 1e-9);
    }
    for rule in [Bandwidth::ScottScikitLearn, Bandwidth::SilvermanScikitLearn] {
        assert!((ratio(rule) - 1.0).abs() < 1e-12);
    }
}
