//! The mean classifier, label noise and fairness against formulas, counting and twins.

use super::fairness::{self, Scored};
use super::labels::LabelLaw;
use super::trial::{assert_mean, assert_one_law, mean_and_error, seeded, setup};
use crate::random::{Seed, Streams};
use crate::sim::special::normal_cdf;
use crate::sim::{
    Curation, Inputs, LabelChoice, Labeller, Method, Model, Record, Reference, Regime, Sampling, Schedule, Setup, Simulator, Synthesis,
    TailView, Truth, check,
};
use crate::taxonomy::Metric;

/// Two classes at +- mu on the first axis.
fn opposite(d: usize, mu: f64) -> Truth {
    let mean = |x: f64| std::iter::once(x).chain(std::iter::repeat_n(0.0, d - 1)).collect();
    Truth::LabelledMixture {
        means: vec![mean(-mu), mean(mu)],
        weights: vec![0.5, 0.5],
        deviation: 1.0,
        classes: vec![0, 1],
        groups: vec![0, 0],
    }
}

/// Labels of real inputs flipped with probability `share`, those that are right kept with probability phi, the others with psi.
fn noisy(truth: Truth, share: f64, (phi, psi): (f64, f64), n: u64) -> Setup {
    let synthesis = Synthesis::Labels { inputs: Inputs::Fresh, choice: LabelChoice::Argmax };
    let verifier = Curation::Verifier { true_accept: phi, false_accept: psi, tail: TailView::Judged, reference: Reference::Own };
    Setup {
        synthesis,
        sampling: Sampling::Flip { share, of: Labeller::Own },
        curation: vec![verifier],
        metrics: vec![Metric::Accuracy, Metric::SquaredError],
        ..setup(truth, Model::LinearClassifier, Regime::replace(), n, 2)
    }
}

fn values(setup: &Setup, metric: Metric, replicates: u32) -> Vec<f64> {
    let setup = Setup { record: Record::At(vec![setup.generations]), ..setup.clone() };
    let simulator = Simulator::prepare(&setup).expect("fits");
    let table = simulator.runs(|replicate| Streams::of_run(Seed(9), "labels", "", "", replicate), 0..replicates);
    table.column(metric, setup.generations).expect("recorded").iter().flatten().collect()
}

#[test]
fn noise_beyond_the_keep_rates_turns_the_classifier_over() {
    // Feng et al. (2024), Theorem 4.2, at finite n: accuracy is Phi(mu a / sqrt(a^2 + d / m)) with a = (1 - 2 p_e) mu and p_e the
    // share of wrong labels among the m kept ones; here m = n, since drawing goes on until n are kept. The four accuracies a separate
    // program gave for (phi, psi) = (1, .5), where the point of change is p = 2/3 and m = n (1 - p + p / 2).
    let separate: [(f64, f64); 4] = [(0.667 - 0.10, 0.9762), (0.667 - 0.03, 0.9654), (0.667 + 0.03, 0.0353), (0.667 + 0.10, 0.0236)];
    for (p, found) in separate {
        let (phi, psi) = (1.0, 0.5);
        let kept = p * psi + (1.0 - p) * phi;
        let m = (20_000.0 * kept).round();
        let a = (1.0 - 2.0 * p * psi / kept) * 2.0;
        let formula = normal_cdf(2.0 * a / (a * a + 50.0 / m).sqrt());
        let setup = noisy(opposite(50, 2.0), p, (phi, psi), m as u64);
        assert_eq!(check(&setup).map(|choice| choice.method), Ok(Method::Statistics));
        let (mean, error) = mean_and_error(&values(&setup, Metric::Accuracy, 400));
        assert!((mean - formula).abs() < 4.5 * error + 0.002, "{p}: {mean} against {formula}");
        assert!((mean - found).abs() < 0.004, "{p}: {mean} against {found}");
    }
}

#[test]
fn sums_have_the_law_of_inputs_drawn_one_by_one() {
    let truth = Truth::LabelledMixture {
        means: vec![vec![-1.0, 0.3], vec![1.2, 0.0], vec![0.4, -0.5]],
        weights: vec![0.4, 0.35, 0.25],
        deviation: 0.8,
        classes: vec![0, 1, 1],
        groups: vec![0, 1, 0],
    };
    let base = noisy(truth, 0.3, (0.9, 0.4), 13);
    let keeps = Regime { real_weight: 2.0, ..Regime::augment() };
    for (place, regime) in [Regime::replace(), Regime::accumulate(), keeps].into_iter().enumerate() {
        let curation = if place == 1 { vec![Curation::Correct { strength: 0.5 }] } else { base.curation.clone() };
        for metric in [Metric::Accuracy, Metric::SquaredError, Metric::GroupAccuracy, Metric::ParityGap] {
            let by = |method, seed: u64| {
                let samples = Schedule::Linear { start: 13, step: 2 };
                let setup = Setup {
                    method,
                    regime: regime.clone(),
                    curation: curation.clone(),
                    generations: 3,
                    samples,
                    metrics: vec![metric],
                    ..base.clone()
                };
                let simulator = Simulator::prepare(&setup).expect("fits");
                assert_eq!(simulator.method().method, method);
                let table = simulator.runs(|replicate| Streams::of_run(Seed(seed), "law", "", "", replicate), 0..3000);
                table.column(metric, 3).expect("recorded").iter().flatten().collect::<Vec<f64>>()
            };
            assert_one_law(&format!("{regime:?} {metric}"), &by(Method::Statistics, 1), &by(Method::Samples, 2));
        }
    }
}

#[test]
fn a_mean_classifier_of_real_data_has_its_moments() {
    // E |w - mu|^2 = d / n: with the component drawn, y x is mu plus noise of unit variance.
    let setup = Setup { generations: 1, curation: Vec::new(), ..noisy(opposite(7, 1.5), 0.0, (1.0, 1.0), 30) };
    for method in [Method::Statistics, Method::Samples] {
        assert_mean("w", &values(&Setup { method, ..setup.clone() }, Metric::SquaredError, 3000), 7.0 / 30.0);
    }
}

#[test]
fn shortcuts_stand_back_where_labels_depend_on_inputs() {
    let base = noisy(opposite(3, 1.0), 0.2, (1.0, 0.5), 20);
    let method = |setup: &Setup| check(setup).map(|choice| choice.method);
    assert_eq!(method(&base), Ok(Method::Statistics));
    let flips_of_model = Sampling::Flip { share: 0.2, of: Labeller::Model };
    assert_eq!(method(&Setup { sampling: flips_of_model, ..base.clone() }), Ok(Method::Samples));
    let reused = Synthesis::Labels { inputs: Inputs::Reused, choice: LabelChoice::Argmax };
    assert_eq!(method(&Setup { synthesis: reused, ..base.clone() }), Ok(Method::Samples));
    let likely = Curation::Verifier { true_accept: 1.0, false_accept: 0.5, tail: TailView::Judged, reference: Reference::MostLikely };
    assert_eq!(method(&Setup { curation: vec![likely.clone()], ..base.clone() }), Ok(Method::Samples));
    let codes = |setup: &Setup| check(setup).unwrap_err().iter().map(|refusal| refusal.code).collect::<Vec<_>>();
    let both = [base.curation.clone(), vec![likely]].concat();
    assert_eq!(codes(&Setup { curation: both, ..base.clone() }), ["reference-mismatch"]);
    assert_eq!(codes(&Setup { sampling: Sampling::Flip { share: 1.5, of: Labeller::Own }, ..base.clone() }), ["bad-share"]);
    let Truth::LabelledMixture { means, weights, deviation, groups, .. } = base.truth.clone() else { unreachable!("written above") };
    let four = Truth::LabelledMixture {
        means: [means.clone(), means].concat(),
        weights: [weights.clone(), weights].concat().iter().map(|w| 0.5 * w).collect(),
        deviation,
        classes: vec![0, 1, 2, 1],
        groups: [groups.clone(), groups].concat(),
    };
    assert_eq!(codes(&Setup { truth: four, ..base }), ["two-classes"]);
}

/// A minority group of a fifth with a boundary of its own.
fn two_groups() -> Truth {
    Truth::LabelledMixture {
        means: vec![vec![-1.0, 0.0], vec![1.0, 0.0], vec![0.5, -1.0], vec![1.5, 1.0]],
        weights: vec![0.4, 0.4, 0.12, 0.08],
        deviation: 1.0,
        classes: vec![0, 1, 0, 1],
        groups: vec![0, 0, 1, 1],
    }
}

#[test]
fn rates_of_groups_equal_counting() {
    use super::classes::Classes;
    let law = Classes::<2>::of(&two_groups()).expect("sound");
    let b = [0.2, 1.1, -0.4];
    let spread = (1.1_f64 * 1.1 + 0.4 * 0.4).sqrt();
    let part = |k: usize| Scored {
        weight: law.weights[k],
        class: law.classes[k],
        group: law.groups[k],
        mean: b[0] + b[1] * law.means[k][0] + b[2] * law.means[k][1],
        spread,
    };
    let parts: Vec<Scored> = (0..4).map(part).collect();
    // Counts by group, own class and prediction.
    let mut counts = [[[0.0_f64; 2]; 2]; 2];
    let mut rng = seeded(4);
    for _ in 0..400_000 {
        let component = super::labels::choose(law.weights.iter().copied(), &mut rng);
        let x = [0, 1].map(|j| law.means[component][j] + rand_distr::Distribution::<f64>::sample(&rand_distr::StandardNormal, &mut rng));
        let predicted = usize::from(b[0] + b[1] * x[0] + b[2] * x[1] > 0.0);
        counts[law.groups[component]][law.classes[component]][predicted] += 1.0;
    }
    let rate = |group: usize, class: usize| counts[group][class][1] / counts[group][class].iter().sum::<f64>();
    let total = |group: usize| counts[group].iter().flatten().sum::<f64>();
    let right = |group: usize| (counts[group][0][0] + counts[group][1][1]) / total(group);
    let positive = |group: usize| (counts[group][0][1] + counts[group][1][1]) / total(group);
    let odds = (rate(0, 0) - rate(1, 0)).abs().max((rate(0, 1) - rate(1, 1)).abs());
    let all = (counts[0][0][1] + counts[0][1][1] + counts[1][0][1] + counts[1][1][1]) / 400_000.0;
    let argmax = LabelLaw::of(&noisy(two_groups(), 0.0, (1.0, 1.0), 10))
        .map(|_| ())
        .and_then(|()| LabelLaw::of(&Setup { sampling: Sampling::Unbiased, ..noisy(two_groups(), 0.0, (1.0, 1.0), 10) }));
    let argmax = argmax.expect("a law");
    let of = |metric| fairness::measure(&parts, &argmax, metric).expect("defined");
    for (metric, counted) in [
        (Metric::GroupAccuracy, right(0).min(right(1))),
        (Metric::ParityGap, (positive(0) - positive(1)).abs()),
        (Metric::EqualisedOdds, odds),
        (Metric::PositiveShare, all),
    ] {
        assert!((of(metric) - counted).abs() < 0.008, "{metric}: {} against {counted}", of(metric));
    }
    let whole = (counts[0][0][0] + counts[0][1][1] + counts[1][0][0] + counts[1][1][1]) / 400_000.0;
    assert!((fairness::accuracy(&parts) - whole).abs() < 0.004);
    assert!((super::boundary::accuracy(&law, &b).expect("two classes") - fairness::accuracy(&parts)).abs() < 1e-12);
}

#[test]
fn the_share_of_labels_is_that_of_labels_drawn() {
    let base = noisy(opposite(1, 1.0), 0.0, (1.0, 1.0), 10);
    let sampled = Synthesis::Labels { inputs: Inputs::Fresh, choice: LabelChoice::Sampled };
    let samplings = [
        Sampling::Unbiased,
        Sampling::Temperature { temperature: 0.4 },
        Sampling::TopP { mass: 0.8 },
        Sampling::TopP { mass: 0.3 },
        Sampling::TopK { count: 1 },
        Sampling::Argmax,
        Sampling::Flip { share: 0.2, of: Labeller::Model },
        Sampling::Flip { share: 0.2, of: Labeller::Own },
    ];
    for sampling in samplings {
        let law = LabelLaw::of(&Setup { sampling: sampling.clone(), synthesis: sampled, ..base.clone() }).expect("a law");
        for (mean, spread) in [(0.5, 1.5), (-1.0, 0.01), (3.0, 20.0), (0.7, 0.0)] {
            let mut rng = seeded(2);
            let draws: f64 = (0..100_000)
                .map(|_| {
                    let z = mean + spread * rand_distr::Distribution::<f64>::sample(&rand_distr::StandardNormal, &mut rng);
                    law.draw(&[0.0, z], 1, &mut rng) as f64
                })
                .sum();
            let exact = law.share(mean, spread, 1);
            assert!((draws / 100_000.0 - exact).abs() < 0.008, "{sampling:?} {mean} {spread}: {} against {exact}", draws / 100_000.0);
        }
    }
}

#[test]
fn logistic_regression_takes_groups_and_several_components_of_a_class() {
    let base = Setup {
        model: Model::Logistic { penalty: 1e-4, iterations: 25 },
        metrics: vec![Metric::Accuracy, Metric::GroupAccuracy, Metric::EqualisedOdds, Metric::ParityGap, Metric::PositiveShare],
        curation: Vec::new(),
        sampling: Sampling::Unbiased,
        generations: 3,
        ..noisy(two_groups(), 0.0, (1.0, 1.0), 200)
    };
    let simulator = Simulator::prepare(&base).expect("fits");
    let run = simulator.run(&Streams::of_run(Seed(2), "groups", "", "", 0));
    let of = |metric| run.value(metric, 3).expect("defined");
    assert!(of(Metric::GroupAccuracy) <= of(Metric::Accuracy) && of(Metric::Accuracy) > 0.7);
    assert!((0.2..0.8).contains(&of(Metric::PositiveShare)));
    // The log odds of two components of a class are no line: no true coefficients.
    let metrics = vec![Metric::SquaredError];
    assert_eq!(check(&Setup { metrics, ..base }).unwrap_err()[0].code, "undefined-metric");
}
