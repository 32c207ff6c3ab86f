//! One law, two computations: every shortcut against its sample-by-sample twin.
//!
//! Values of the last generation of independent runs are compared by Kolmogorov and Smirnov's distance, by z-tests of
//! the mean and the mean logarithm, and by the share of each beyond outer quantiles of both. All tests of a set share
//! one level (Bonferroni). The short sets run always; the long ones, 20,000 draws each (2,000 where a draw is slow),
//! on demand (`--ignored`).

use super::models::trial;
use super::special::normal_cdf;
use super::*;
use crate::random::Seed;

/// Probability that a whole set fails although every pair has one law.
const LEVEL: f64 = 1e-3;

/// One comparison: a name, a p-value.
pub(super) type Tests = Vec<(String, f64)>;

fn values(setup: &Setup, method: Method, salt: &str, draws: u32) -> Vec<Vec<f64>> {
    let setup = Setup { method, record: Record::At(vec![setup.generations]), ..setup.clone() };
    let simulator = Simulator::prepare(&setup).unwrap_or_else(|refusals| panic!("{salt}: {refusals:?}"));
    assert_eq!(simulator.method().method, method);
    let table = simulator.runs(|k| Streams::of_run(Seed(17), "law", salt, "", k), 0..draws);
    let column = |metric: &Metric| table.column(*metric, setup.generations).expect("recorded").iter().flatten().map(tidy).collect();
    setup.metrics.iter().map(column).collect()
}

/// Rounded to ten digits: both computations round, in orders of their own, and point masses must stay points.
fn tidy(x: f64) -> f64 {
    if x.is_finite() { format!("{x:.10e}").parse().expect("a number") } else { x }
}

/// Compares both methods of a setup.
pub(super) fn compare(name: &str, setup: &Setup, draws: u32, out: &mut Tests) {
    let fast = values(setup, Method::Statistics, &format!("{name} statistics"), draws);
    let slow = values(setup, Method::Samples, &format!("{name} samples"), draws);
    for ((metric, a), b) in setup.metrics.iter().zip(&fast).zip(&slow) {
        let before = out.len();
        let mut note = |test: &str, p: Option<f64>| out.extend(p.map(|p| (format!("{name} {metric:?}: {test}"), p)));
        note("defined", share_p(a.len(), b.len(), draws as usize));
        note("distance", (!a.is_empty() && !b.is_empty()).then(|| distance_p(a, b)));
        note("mean", mean_p(a, b));
        let log = |v: &[f64]| v.iter().filter(|x| **x > 0.0).map(|x| x.ln()).collect::<Vec<_>>();
        note("mean log", mean_p(&log(a), &log(b)));
        let mut both = [a.as_slice(), b.as_slice()].concat();
        both.sort_by(f64::total_cmp);
        for share in [0.02, 0.98] {
            let Some(level) = both.get((share * both.len() as f64) as usize) else { continue };
            let beyond = |v: &[f64]| v.iter().filter(|x| *x > level).count();
            note("tail", share_p(beyond(a), beyond(b), draws as usize));
        }
        assert!(out.len() > before, "{name} {metric:?}: nothing could be compared");
    }
}

/// Two-sided p of two counts out of `n` each; none where both are nothing or all, which compares nothing.
fn share_p(a: usize, b: usize, n: usize) -> Option<f64> {
    let (a, b, n) = (a as f64, b as f64, n as f64);
    let pooled = (a + b) / (2.0 * n);
    let error = (pooled * (1.0 - pooled) * 2.0 / n).sqrt();
    (error > 0.0).then(|| two_sided((a - b) / n / error))
}

/// None where either has fewer than 50 finite values.
fn mean_p(a: &[f64], b: &[f64]) -> Option<f64> {
    let finite = |v: &[f64]| v.iter().copied().filter(|x| x.is_finite()).collect::<Vec<_>>();
    let (a, b) = (finite(a), finite(b));
    if a.len() < 50 || b.len() < 50 {
        return None;
    }
    let ((ma, ea), (mb, eb)) = (trial::mean_and_error(&a), trial::mean_and_error(&b));
    let error = ea.hypot(eb);
    // Equal up to rounding: a quantity that cannot vary.
    Some(if (ma - mb).abs() <= 1e-12 * ma.abs().max(1e-300) { 1.0 } else { two_sided((ma - mb) / error) })
}

fn two_sided(z: f64) -> f64 {
    2.0 * normal_cdf(-z.abs())
}

/// P of the two-sample Kolmogorov-Smirnov distance: its limit law, conservative where values repeat.
fn distance_p(a: &[f64], b: &[f64]) -> f64 {
    let sorted = |v: &[f64]| {
        let mut sorted = v.to_vec();
        sorted.sort_by(f64::total_cmp);
        sorted
    };
    let (a, b) = (sorted(a), sorted(b));
    let (mut i, mut j, mut distance) = (0, 0, 0.0_f64);
    while i < a.len() && j < b.len() {
        let here = a[i].min(b[j]);
        i += a[i..].iter().take_while(|x| **x <= here).count();
        j += b[j..].iter().take_while(|x| **x <= here).count();
        distance = distance.max((i as f64 / a.len() as f64 - j as f64 / b.len() as f64).abs());
    }
    let size = (a.len() * b.len()) as f64 / (a.len() + b.len()) as f64;
    let x = size.sqrt() * distance;
    (2.0 * (-2.0 * x * x).exp()).min(1.0)
}

/// Every p-value of a set must pass its share of the level; a set that compared nothing fails, and one says how much it compared.
#[expect(clippy::print_stdout, reason = "whoever runs the tests reads how much they compared")]
pub(super) fn judge(tests: &Tests) {
    assert!(!tests.is_empty(), "no comparison was made");
    println!("{} comparisons", tests.len());
    let bound = LEVEL / tests.len() as f64;
    let failed: Vec<_> = tests.iter().filter(|(_, p)| !(*p >= bound)).collect();
    assert!(failed.is_empty(), "{} of {} tests below {bound:e}: {failed:#?}", failed.len(), tests.len());
}

pub(super) fn sums() -> Vec<(&'static str, Regime)> {
    let falling = || Amount::Share { share: 1.0, exponent: 0.7 };
    let fresh = |amount, earlier, synthetic| Regime { real: Real::Fresh { amount, earlier }, synthetic, ..Regime::accumulate() };
    vec![
        ("replace", Regime::replace()),
        ("accumulate", Regime::accumulate()),
        ("augment", Regime::augment()),
        ("window", Regime::window(2)),
        ("weighted", Regime { real_weight: 2.5, ..Regime::augment() }),
        ("weighted pool", Regime { real_weight: 0.5, ..Regime::accumulate() }),
        ("fresh", fresh(Amount::Count { count: 5 }, Earlier::Dropped, Synthetic::Newest)),
        ("fraction", fresh(Amount::Share { share: 0.4, exponent: 0.0 }, Earlier::Dropped, Synthetic::Newest)),
        ("falling fraction", Regime { real_weight: 0.5, ..fresh(falling(), Earlier::Dropped, Synthetic::Newest) }),
        ("declining", fresh(Amount::Decline, Earlier::Kept, Synthetic::All)),
        ("real only", Regime { synthetic: Synthetic::None, ..Regime::augment() }),
    ]
}

fn cuts() -> Vec<(&'static str, Regime)> {
    let cut = |budget| Regime { budget, ..Regime::accumulate() };
    vec![
        ("subsample", Regime::accumulate_subsample()),
        ("with replacement", cut(Budget::WithReplacement)),
        ("balanced", cut(Budget::EqualParts)),
        ("incremental", Regime { synthetic: Synthetic::Overwrite { share: 0.4 }, ..Regime::replace() }),
    ]
}

pub(super) fn correction() -> Vec<Curation> {
    vec![Curation::Correct { strength: 0.5 }]
}

fn displacement() -> Vec<Curation> {
    vec![Curation::Displace { distance: 0.8, from: Origin::Fit }]
}

fn preference() -> Vec<Curation> {
    vec![Curation::BestOf { candidates: 3, reward: Reward::Levels { values: vec![0.0, 1.5, 0.0, 1.5] } }]
}

fn verifier(tail: TailView) -> Vec<Curation> {
    vec![Curation::Verifier { true_accept: 0.9, false_accept: 0.1, tail, reference: Reference::MostLikely }]
}

/// A wide truth beside which a fit often leaves the trusted region, so that a verifier has something to do.
pub(super) fn gaussian(d: usize) -> Truth {
    Truth::Gaussian { dimension: d, mean: 1.0, spectrum: Spectrum::Power { decay: 0.5 } }
}

fn gaussian_models() -> Vec<Model> {
    let each = [Estimate::Both, Estimate::Mean, Estimate::Covariance];
    let families: [fn(Estimate) -> Model; 3] = [
        |estimate| Model::Gaussian { estimate },
        |estimate| Model::GaussianUnbiased { estimate },
        |estimate| Model::GaussianDiagonal { estimate },
    ];
    families.iter().flat_map(|family| each.map(family)).collect()
}

/// Gaussians: dimensions, sizes (n <= d among them), families, regimes, biased sampling and curations.
fn gaussians(draws: u32, dimensions: &[usize], sizes: &[u64], out: &mut Tests) {
    for ((d, n), model) in
        dimensions.iter().flat_map(|d| sizes.iter().map(move |n| (*d, *n))).flat_map(|c| gaussian_models().into_iter().map(move |m| (c, m)))
    {
        for (place, (name, regime)) in sums().into_iter().enumerate() {
            let base = Setup {
                metrics: vec![Metric::MeanSquaredError, Metric::VarianceRatio, Metric::TailCoverage],
                ..trial::setup(gaussian(d), model.clone(), regime, n, 3)
            };
            let curation = match place % 4 {
                0 => Vec::new(),
                1 => verifier(TailView::Judged),
                2 => verifier(TailView::Blind),
                _ => correction(),
            };
            let sampling = if place % 2 == 0 { Sampling::Unbiased } else { Sampling::VarianceScale { scale: 1.5 } };
            compare(&format!("{name} {model:?} d={d} n={n}"), &base, draws, out);
            let changed = Setup { curation, sampling, samples: Schedule::Linear { start: n, step: 3 }, ..base };
            compare(&format!("{name} {model:?} d={d} n={n} changed"), &changed, draws, out);
            let displaced = Setup { curation: [changed.curation.clone(), displacement()].concat(), method: Method::Statistics, ..changed };
            if place % 3 == 0 && check(&displaced).is_ok() {
                compare(&format!("{name} {model:?} d={d} n={n} displaced"), &displaced, draws, out);
            }
        }
    }
}

fn categoricals(draws: u32, sizes: &[u64], out: &mut Tests) {
    let samplings =
        [Sampling::Unbiased, Sampling::Temperature { temperature: 0.7 }, Sampling::TopP { mass: 0.9 }, Sampling::TopK { count: 3 }];
    for n in sizes {
        for (place, (name, regime)) in sums().into_iter().chain(cuts()).enumerate() {
            let law = Categories::Zipf { categories: 8, exponent: 1.5, shift: 0.0 };
            let base = Setup {
                metrics: vec![Metric::SquaredError, Metric::Heterozygosity, Metric::TailCoverageWide, Metric::SupportSize],
                curation: match place % 4 {
                    0 => Vec::new(),
                    1 => verifier(TailView::Blind),
                    2 => [verifier(TailView::Judged), correction()].concat(),
                    _ if place < sums().len() => [preference(), correction()].concat(),
                    _ => Vec::new(),
                },
                sampling: samplings[place % samplings.len()].clone(),
                ..trial::setup(Truth::Categorical { law }, Model::Categorical { smoothing: 0.1 * (place % 3) as f64 }, regime, *n, 4)
            };
            if base.regime.budget != Budget::Whole && (base.regime.real_weight - 1.0).abs() > 0.0 {
                continue;
            }
            compare(&format!("{name} categories n={n}"), &base, draws, out);
        }
    }
}

/// Quotas, filled without end and from limited draws.
fn quotas(draws: u32, n: u64, out: &mut Tests) {
    for (name, regime) in sums().into_iter().chain(cuts()) {
        for extra in [None, Some(0.5)] {
            let quota = Curation::Quota { groups: vec![vec![0, 4], vec![1], vec![2, 3, 5]], extra };
            let law = Categories::Zipf { categories: 6, exponent: 1.0, shift: 0.0 };
            let base = Setup {
                metrics: vec![Metric::SquaredError, Metric::MinorityShare, Metric::SupportSize],
                curation: [vec![quota], correction()].concat(),
                ..trial::setup(Truth::Categorical { law }, Model::Categorical { smoothing: 0.0 }, regime.clone(), n, 3)
            };
            if base.regime.budget == Budget::Whole || (base.regime.real_weight - 1.0).abs() <= 0.0 {
                compare(&format!("{name} quotas {extra:?} n={n}"), &base, draws, out);
            }
        }
    }
}

fn scalars(draws: u32, sizes: &[u64], out: &mut Tests) {
    let families = [
        (Truth::Poisson { rate: 0.7 }, Model::Poisson),
        (Truth::Exponential { mean: 2.0 }, Model::Exponential),
        (Truth::Bernoulli { probability: 0.3 }, Model::Bernoulli),
    ];
    for ((truth, model), n) in families.iter().flat_map(|family| sizes.iter().map(move |n| (family, *n))) {
        for (place, (name, regime)) in sums().into_iter().enumerate() {
            let base = Setup {
                curation: if place % 2 == 0 { Vec::new() } else { correction() },
                metrics: vec![Metric::SquaredError, Metric::Parameter],
                ..trial::setup(truth.clone(), model.clone(), regime, n, 4)
            };
            compare(&format!("{name} {model:?} n={n}"), &base, draws, out);
        }
    }
}

/// Texts with agreement, by models that remember as much and less; invented n-grams, cuts, judged tokens.
fn texts(draws: u32, sizes: &[u64], out: &mut Tests) {
    let samplings =
        [Sampling::Unbiased, Sampling::Temperature { temperature: 0.7 }, Sampling::TopP { mass: 0.9 }, Sampling::TopK { count: 2 }];
    for (n, order) in sizes.iter().flat_map(|n| [1, 2, 3].map(|order| (*n, order))) {
        for (place, (name, regime)) in sums().into_iter().chain(cuts()).enumerate() {
            let truth = Truth::Text { source: TextSource::Grammar { words: 2, exponent: 1.0, adjectives: 0.3 } };
            let base = Setup {
                metrics: vec![Metric::Heterozygosity, Metric::MassOutside, Metric::TailCoverageWide, Metric::SupportSize],
                curation: match place % 3 {
                    0 => Vec::new(),
                    1 => verifier(TailView::Blind),
                    _ => [verifier(TailView::Judged), correction()].concat(),
                },
                sampling: samplings[(place + order) % samplings.len()].clone(),
                ..trial::setup(truth, Model::NGram { order, smoothing: 0.05 * ((place + order) % 2) as f64 }, regime, n, 3)
            };
            compare(&format!("{name} n-grams of order {order} n={n}"), &base, draws, out);
        }
    }
}

/// Edits of places at random and resampling by a detector, over counts of categories and of n-grams.
fn picks(draws: u32, n: u64, out: &mut Tests) {
    let edit = |mask| Curation::Edit { share: 0.4, mask };
    let detector = |weight| Curation::DetectorWeighted { hits: 0.8, false_alarms: 0.3, weight };
    let rules = [
        ("fresh edits", vec![edit(Mask::Fresh)]),
        ("edits of the original", vec![edit(Mask::Original)]),
        ("judged edits", [verifier(TailView::Judged), vec![edit(Mask::Original)]].concat()),
        ("detector", vec![detector(0.0)]),
        ("edits and a lenient detector", vec![edit(Mask::Fresh), detector(0.4)]),
        ("corrections and a detector", [vec![detector(0.4)], correction()].concat()),
    ];
    let categories = Truth::Categorical { law: Categories::Zipf { categories: 6, exponent: 1.0, shift: 0.0 } };
    let text = Truth::Text { source: TextSource::Grammar { words: 2, exponent: 1.0, adjectives: 0.3 } };
    let families = [(categories, Model::Categorical { smoothing: 0.0 }), (text, Model::NGram { order: 2, smoothing: 0.0 })];
    for ((truth, model), (name, regime)) in families.iter().flat_map(|family| sums().into_iter().map(move |regime| (family, regime))) {
        for (word, curation) in &rules {
            let base = Setup {
                metrics: vec![Metric::Heterozygosity, Metric::TailCoverageWide, Metric::SupportSize, Metric::RealShare],
                curation: curation.clone(),
                samples: Schedule::Listed { sizes: if matches!(truth, Truth::Text { .. }) { vec![n] } else { vec![n, n + 4, n - 3] } },
                method: Method::Statistics,
                ..trial::setup(truth.clone(), model.clone(), regime.clone(), n, 3)
            };
            if (base.regime.real_weight - 1.0).abs() <= 0.0 && check(&base).is_ok() {
                compare(&format!("{name} {word} {model:?}"), &base, draws, out);
            }
        }
    }
}

fn regression_models() -> [Model; 4] {
    let features = |width, penalty| Model::RandomFeatures { width, penalty };
    [Model::Ols, Model::Ridge { penalty: 0.1 }, features(2, 0.0), features(9, 0.1)]
}

/// Least squares, ridge and random features: one design and fresh ones, more rows than coefficients and fewer.
fn regressions(draws: u32, out: &mut Tests) {
    for (n, inputs) in [(12, Inputs::Reused), (12, Inputs::Fresh), (3, Inputs::Reused), (3, Inputs::Fresh)] {
        let relabelled = |synthetic, earlier| {
            let real = Real::Fresh { amount: Amount::Count { count: n }, earlier };
            Regime { real, synthetic, real_weight: 1.5, real_inputs: Inputs::Reused, ..Regime::replace() }
        };
        let again =
            [("again", relabelled(Synthetic::Newest, Earlier::Dropped)), ("again, kept", relabelled(Synthetic::All, Earlier::Kept))];
        for (name, regime) in sums().into_iter().chain(again) {
            for model in regression_models() {
                let base = trial::regression(trial::linear(5, 0.5), model.clone(), regime.clone(), n, 3, inputs);
                let base = Setup { metrics: vec![Metric::ExcessRisk, Metric::SquaredError], ..base };
                let beside = vec![Curation::Displace { distance: 0.8, from: Origin::Truth }];
                for (word, curation) in [("as fitted", Vec::new()), ("displaced", displacement()), ("surrogate", beside)] {
                    let statistics = Setup { method: Method::Statistics, curation, ..base.clone() };
                    if check(&statistics).is_ok() {
                        compare(&format!("{name} {model:?} {inputs:?} n={n} {word}"), &statistics, draws, out);
                    }
                }
            }
        }
    }
}

fn kernels(draws: u32, out: &mut Tests) {
    for (name, regime) in sums() {
        let model = Model::Kde { bandwidth: Bandwidth::Fixed { value: 0.5 } };
        let base =
            Setup { metrics: vec![Metric::NegativeLogLikelihood, Metric::TailCoverage], ..trial::setup(gaussian(1), model, regime, 10, 3) };
        let statistics = Setup { method: Method::Statistics, metrics: vec![Metric::NegativeLogLikelihood], ..base.clone() };
        let curated = Setup { curation: verifier(TailView::Blind), ..base.clone() };
        for base in [statistics, base, curated] {
            if check(&Setup { method: Method::Statistics, ..base.clone() }).is_ok() {
                compare(&format!("{name} kde {} {}", base.metrics.len(), base.curation.len()), &base, draws, out);
            }
        }
    }
}

#[test]
fn a_gaussian_shortcut_has_its_twins_law() {
    let mut tests = Vec::new();
    gaussians(400, &[1, 3], &[3, 12], &mut tests);
    judge(&tests);
}

#[test]
fn counts_have_the_law_of_categories_drawn_one_by_one() {
    let mut tests = Vec::new();
    categoricals(2000, &[2, 30], &mut tests);
    judge(&tests);
}

#[test]
fn quotas_of_counts_have_the_law_of_categories_drawn_one_by_one() {
    let mut tests = Vec::new();
    quotas(2000, 17, &mut tests);
    judge(&tests);
}

#[test]
fn picks_from_counts_have_the_law_of_picks_from_examples() {
    let mut tests = Vec::new();
    picks(1000, 12, &mut tests);
    assert!(tests.len() > 1300, "picks are compared, not left out: {}", tests.len());
    judge(&tests);
}

#[test]
fn counts_of_n_grams_have_the_law_of_texts() {
    let mut tests = Vec::new();
    texts(400, &[40], &mut tests);
    judge(&tests);
}

#[test]
fn a_sum_has_the_law_of_its_parts() {
    let mut tests = Vec::new();
    scalars(2000, &[1, 15], &mut tests);
    judge(&tests);
}

#[test]
fn a_regression_shortcut_has_its_twins_law() {
    let mut tests = Vec::new();
    regressions(2000, &mut tests);
    assert!(tests.len() > 200, "shortcuts are compared, not left out: {}", tests.len());
    judge(&tests);
}

#[test]
fn kernel_sums_have_the_law_of_their_points() {
    let mut tests = Vec::new();
    kernels(300, &mut tests);
    assert!(!tests.is_empty());
    judge(&tests);
}

#[test]
#[ignore = "a minute or two"]
fn a_gaussian_shortcut_has_its_twins_law_in_one_dimension_at_length() {
    let mut tests = Vec::new();
    gaussians(20_000, &[1], &[2, 20], &mut tests);
    judge(&tests);
}

#[test]
#[ignore = "a minute or two"]
fn a_gaussian_shortcut_has_its_twins_law_in_three_dimensions_at_length() {
    let mut tests = Vec::new();
    gaussians(20_000, &[3], &[3, 8], &mut tests);
    judge(&tests);
}

#[test]
#[ignore = "a minute or two"]
fn counts_have_the_law_of_categories_at_length() {
    let mut tests = Vec::new();
    categoricals(20_000, &[1, 5, 100], &mut tests);
    judge(&tests);
}

#[test]
#[ignore = "a minute or two"]
fn counts_of_n_grams_have_the_law_of_texts_at_length() {
    let mut tests = Vec::new();
    // Each draw of the twin is slow.
    texts(2000, &[7, 60], &mut tests);
    judge(&tests);
}

#[test]
#[ignore = "a minute or two"]
fn picks_from_counts_have_the_law_of_picks_from_examples_at_length() {
    let mut tests = Vec::new();
    picks(20_000, 12, &mut tests);
    judge(&tests);
}

#[test]
#[ignore = "a minute or two"]
fn a_sum_has_the_law_of_its_parts_at_length() {
    let mut tests = Vec::new();
    scalars(20_000, &[1, 5, 100], &mut tests);
    judge(&tests);
}

#[test]
#[ignore = "a minute or two"]
fn a_regression_shortcut_has_its_twins_law_at_length() {
    let mut tests = Vec::new();
    regressions(20_000, &mut tests);
    judge(&tests);
}

#[test]
#[ignore = "a minute or two"]
fn kernel_sums_have_the_law_of_their_points_at_length() {
    let mut tests = Vec::new();
    // Each draw is slow.
    kernels(2000, &mut tests);
    judge(&tests);
}

#[test]
fn the_tests_tell_laws_apart() {
    let mut tests = Vec::new();
    let base = Setup {
        metrics: vec![Metric::VarianceRatio],
        ..trial::setup(gaussian(1), Model::Gaussian { estimate: Estimate::Both }, Regime::replace(), 12, 3)
    };
    let other = Setup { model: Model::GaussianUnbiased { estimate: Estimate::Both }, ..base.clone() };
    let (a, b) = (values(&base, Method::Statistics, "a", 4000), values(&other, Method::Samples, "b", 4000));
    tests.push(("distance".to_owned(), distance_p(&a[0], &b[0])));
    tests.push(("mean".to_owned(), mean_p(&a[0], &b[0]).expect("values to compare")));
    assert!(tests.iter().all(|(_, p)| *p < 1e-6), "{tests:?}");
}
