use super::boundary::accuracy;
use super::classes::{Classes, Labelled};
use super::logistic::twin;
use super::trial::{fit, mean_and_error, run, seeded, setup, streams, value};
use crate::sim::chain::{Chain as _, RealDraw, Start, Unfit};
use crate::sim::learner::{Learner as _, Weighted};
use crate::sim::special::normal_cdf;
use crate::sim::world::{Judged as _, World as _};
use crate::sim::{Inputs, LabelChoice, Method, Model, Regime, Sampling, Setup, Simulator, Synthesis, Trajectory, Truth};
use crate::taxonomy::Metric;
use nalgebra::{DMatrix, DVector};

fn classes(means: Vec<Vec<f64>>, weights: Vec<f64>) -> Truth {
    let count = means.len();
    Truth::LabelledMixture { means, weights, deviation: 1.0, classes: (0..count).collect(), groups: vec![0; count] }
}

fn two() -> Truth {
    classes(vec![vec![-1.0, 0.0, 0.5], vec![1.0, 0.5, 0.0]], vec![0.4, 0.6])
}

fn three() -> Truth {
    classes(vec![vec![0.0, 1.5], vec![-1.5, -1.0], vec![1.5, -1.0]], vec![0.3, 0.3, 0.4])
}

fn logistic(truth: Truth, n: u64, generations: u32, choice: LabelChoice) -> Setup {
    let model = Model::Logistic { penalty: 1e-6, iterations: 40 };
    let synthesis = Synthesis::Labels { inputs: Inputs::Fresh, choice };
    Setup { synthesis, metrics: vec![Metric::NegativeLogLikelihood], ..setup(truth, model, Regime::replace(), n, generations) }
}

#[test]
fn large_samples_find_the_true_coefficients() {
    for truth in [two(), three()] {
        let setup = logistic(truth, 60_000, 1, LabelChoice::Sampled);
        let mut model = twin::<3>(&setup).unwrap();
        let fitted = run(&mut model, &setup, &streams(0), |_, f| f.clone()).unwrap().remove(0);
        let expected = Classes::<3>::of(&setup.truth).unwrap().coefficients().unwrap();
        fitted.iter().zip(&expected).for_each(|(a, b)| assert!((a - b).abs() < 0.12, "{fitted:?} {expected:?}"));
    }
}

#[test]
fn the_fit_is_a_stationary_point() {
    let setup = logistic(three(), 90, 1, LabelChoice::Sampled);
    let mut model = twin::<2>(&setup).unwrap();
    let (mut rng, mut rows, mut out) = (seeded(3), Vec::new(), model.blank());
    model.world.real(RealDraw::First, 90, &mut rng, &mut rows);
    fit(&mut model, &rows, 0, &mut out).unwrap();
    // Doubling every weight changes nothing: the loss is a mean.
    let mut again = model.blank();
    let twice = Weighted { examples: &rows, weights: Some(&[2.0; 90]) };
    model.learner.fit(&model.world, twice, 1.0, Start::Anew, &mut rng, &mut again).unwrap();
    out.iter().zip(&again).for_each(|(a, b)| assert!((a - b).abs() < 1e-7));
    let loss = |b: &[f64]| -> f64 {
        rows.iter()
            .map(|e| {
                let z: Vec<f64> = [0.0, b[0] + b[1] * e.x[0] + b[2] * e.x[1], b[3] + b[4] * e.x[0] + b[5] * e.x[1]].to_vec();
                z.iter().map(|z| z.exp()).sum::<f64>().ln() - z[e.class]
            })
            .sum::<f64>()
            / 90.0
            + 1e-6 * b.iter().map(|b| b * b).sum::<f64>()
    };
    for j in 0..6 {
        let at = |h: f64| {
            let mut b = out.clone();
            b[j] += h;
            loss(&b)
        };
        assert!(((at(1e-5) - at(-1e-5)) / 2e-5).abs() < 1e-7);
        assert!(at(0.01) > at(0.0) && at(-0.01) > at(0.0));
    }
}

/// The coefficients of the least penalised mean loss of two classes by another solver: steps against a fixed bound of the curvature, a quarter
/// of the inputs' second moments (Böhning and Lindsay 1988), with nalgebra's matrices and the library's exponential.
fn by_a_bound(rows: &[Labelled<3>], penalty: f64) -> Vec<f64> {
    let n = rows.len() as f64;
    let inputs = DMatrix::from_fn(rows.len(), 4, |i, j| if j == 0 { 1.0 } else { rows[i].x[j - 1] });
    let labels = DVector::from_iterator(rows.len(), rows.iter().map(|row| row.class as f64));
    let bound = (inputs.transpose() * &inputs) / (4.0 * n) + DMatrix::identity(4, 4) * (2.0 * penalty);
    let bound = bound.cholesky().unwrap();
    let mut b = DVector::zeros(4);
    for _ in 0..4000 {
        let chances = (&inputs * &b).map(|z: f64| 1.0 / (1.0 + (-z).exp()));
        let gradient = inputs.transpose() * (chances - &labels) / n + &b * (2.0 * penalty);
        b -= bound.solve(&gradient);
    }
    b.as_slice().to_vec()
}

#[test]
fn the_fit_of_two_classes_is_that_of_another_solver() {
    let mut setup = logistic(two(), 150, 1, LabelChoice::Sampled);
    setup.model = Model::Logistic { penalty: 1e-3, iterations: 40 };
    let mut model = twin::<3>(&setup).unwrap();
    let (mut rng, mut rows, mut out) = (seeded(7), Vec::new(), model.blank());
    model.world.real(RealDraw::First, 150, &mut rng, &mut rows);
    fit(&mut model, &rows, 0, &mut out).unwrap();
    let other = by_a_bound(&rows, 1e-3);
    assert!(other.iter().any(|b| b.abs() > 0.5));
    out.iter().zip(&other).for_each(|(a, b)| assert!((a - b).abs() < 1e-8, "{out:?} {other:?}"));
    // One label less moves it: the comparison can fail.
    let other = by_a_bound(&rows[..149], 1e-3);
    assert!(out.iter().zip(&other).any(|(a, b)| (a - b).abs() > 1e-4), "{out:?} {other:?}");
}

#[test]
fn accuracy_equals_counting() {
    let one = classes(vec![vec![-1.0], vec![0.5], vec![2.0]], vec![0.2, 0.5, 0.3]);
    for (truth, noise) in [(two(), 0.3), (three(), 0.4), (one, 0.1)] {
        let law = Classes::<3>::of(&truth).unwrap();
        let b: Vec<f64> = law.coefficients().unwrap().iter().enumerate().map(|(i, b)| b + noise * (i as f64 - 1.0)).collect();
        let exact = accuracy(&law, &b).unwrap();
        let mut model = twin::<3>(&logistic(truth, 10, 1, LabelChoice::Argmax)).unwrap();
        let (mut rows, mut rng) = (Vec::new(), seeded(9));
        model.world.real(RealDraw::First, 200_000, &mut rng, &mut rows);
        let width = law.dimension + 1;
        let right = rows
            .iter()
            .filter(|e| {
                let z = |k: usize| {
                    if k == 0 {
                        0.0
                    } else {
                        let b = &b[(k - 1) * width..k * width];
                        b[0] + (1..width).map(|j| b[j] * e.x[j - 1]).sum::<f64>()
                    }
                };
                (0..law.means.len()).max_by(|a, b| z(*a).total_cmp(&z(*b))) == Some(e.class)
            })
            .count();
        assert!((exact - right as f64 / 200_000.0).abs() < 0.005, "{exact} {right}");
    }
}

#[test]
fn the_true_boundary_of_two_equal_classes_has_the_textbook_accuracy() {
    let law = Classes::<1>::of(&classes(vec![vec![-1.0], vec![1.0]], vec![0.5, 0.5])).unwrap();
    assert!((accuracy(&law, &law.coefficients().unwrap()).unwrap() - normal_cdf(1.0)).abs() < 1e-14);
    assert!((accuracy(&law, &[0.0, 0.0]).unwrap() - 0.5).abs() < 1e-14);
}

#[test]
fn label_sampling_follows_temperature_top_p_and_argmax() {
    let base = logistic(classes(vec![vec![0.0], vec![1.0], vec![2.0]], vec![0.2, 0.3, 0.5]), 10, 1, LabelChoice::Sampled);
    // Logits 0, ln 2, ln 4 at every input: probabilities 1/7, 2/7, 4/7.
    let fitted = vec![2.0_f64.ln(), 0.0, 4.0_f64.ln(), 0.0];
    let shares = |sampling: Sampling| {
        let mut model = twin::<1>(&Setup { sampling, ..base.clone() }).unwrap();
        let (mut rows, mut rng) = (Vec::new(), seeded(2));
        model.learner.synthetic(&mut model.world, &fitted, 40_000, &mut rng, &mut rows);
        [0, 1, 2].map(|k| rows.iter().filter(|e: &&Labelled<1>| e.class == k).count() as f64 / 40_000.0)
    };
    let cases = [
        (Sampling::Unbiased, [1.0 / 7.0, 2.0 / 7.0, 4.0 / 7.0]),
        (Sampling::Temperature { temperature: 0.5 }, [1.0 / 21.0, 4.0 / 21.0, 16.0 / 21.0]),
        (Sampling::TopP { mass: 0.6 }, [0.0, 1.0 / 3.0, 2.0 / 3.0]),
        (Sampling::TopK { count: 1 }, [0.0, 0.0, 1.0]),
        (Sampling::Argmax, [0.0, 0.0, 1.0]),
    ];
    for (sampling, expected) in cases {
        shares(sampling).iter().zip(&expected).for_each(|(a, b)| assert!((a - b).abs() < 0.012));
    }
}

#[test]
fn labels_of_one_class_and_separable_labels_have_a_finite_fit() {
    let mut model = twin::<3>(&logistic(two(), 10, 1, LabelChoice::Sampled)).unwrap();
    let mut out = model.blank();
    let row = |x: f64, class| Labelled { x: [x, 0.0, 0.0], class, own: class };
    assert_eq!(fit(&mut model, &[row(1.0, 1), row(2.0, 1)], 0, &mut out), Ok(()));
    assert_eq!(fit(&mut model, &[row(-1.0, 0), row(2.0, 1)], 0, &mut out), Ok(()));
    assert!(out.iter().all(|b| b.is_finite()));
    assert_eq!(fit(&mut model, &[], 0, &mut out), Err(Unfit::TooFewSamples));
}

#[test]
fn the_verifier_is_told_the_most_likely_label_and_the_tail() {
    let verifier = crate::sim::Curation::Verifier {
        true_accept: 0.95,
        false_accept: 0.2,
        tail: crate::sim::TailView::Blind,
        reference: crate::sim::Reference::MostLikely,
    };
    let setup = Setup { curation: vec![verifier], ..logistic(three(), 10, 1, LabelChoice::Sampled) };
    let model = twin::<2>(&setup).unwrap();
    let at = |x, class| model.world.assess(&Labelled { x, class, own: class });
    assert!(at([0.0, 1.5], 0).correct && !at([0.0, 1.5], 1).correct && !at([0.0, 1.5], 0).tail);
    assert!(at([0.0, 7.0], 0).tail);
}

#[test]
fn a_learner_beside_a_classifier_is_fitted_to_the_same_labels() {
    let of = |penalty| Model::Logistic { penalty, iterations: 40 };
    let base = logistic(two(), 200, 3, LabelChoice::Sampled);
    let metrics = vec![Metric::Accuracy, Metric::DownstreamAccuracy];
    let run = |learner| {
        let setup = Setup { downstream: Some(learner), metrics: metrics.clone(), ..base.clone() };
        Simulator::prepare(&setup).expect("fits").run(&streams(0))
    };
    let (same, stiff) = (run(of(1e-6)), run(of(1.0)));
    let value = |run: &Trajectory, metric| run.value(metric, 3).expect("measured").to_bits();
    assert_eq!(value(&same, Metric::Accuracy), value(&same, Metric::DownstreamAccuracy));
    assert_eq!(value(&same, Metric::Accuracy), value(&stiff, Metric::Accuracy), "a learner does not move the chain");
    assert_ne!(value(&stiff, Metric::Accuracy), value(&stiff, Metric::DownstreamAccuracy));
}

#[test]
fn counted_labels_are_the_twins_own() {
    for regime in [Regime::replace(), Regime::accumulate(), Regime::window(2), Regime { real_weight: 2.5, ..Regime::augment() }] {
        let base = Setup {
            synthesis: Synthesis::Labels { inputs: Inputs::Reused, choice: LabelChoice::Sampled },
            metrics: vec![Metric::SquaredError, Metric::Accuracy],
            regime,
            ..logistic(two(), 150, 6, LabelChoice::Sampled)
        };
        let run = |method| Simulator::prepare(&Setup { method, ..base.clone() }).expect("fits").run(&streams(4));
        let (counted, one_by_one) = (run(Method::Statistics), run(Method::Samples));
        for (metric, generation) in [1, 2, 6].iter().flat_map(|t| base.metrics.iter().map(move |metric| (*metric, *t))) {
            let (a, b) = (counted.value(metric, generation).unwrap(), one_by_one.value(metric, generation).unwrap());
            assert!((a - b).abs() < 1e-8 * (1.0 + b.abs()), "{metric} {generation}: {a} {b}");
        }
    }
}

#[test]
fn the_log_loss_is_that_of_a_large_sample() {
    let groups = Truth::LabelledMixture {
        means: vec![vec![-1.0, 0.0], vec![1.0, 0.0], vec![0.0, -1.0], vec![0.0, 1.0]],
        weights: vec![0.45, 0.45, 0.05, 0.05],
        deviation: 0.7,
        classes: vec![0, 1, 0, 1],
        groups: vec![0, 0, 1, 1],
    };
    for (truth, b) in [(two(), vec![0.4, 2.0, -0.3, 0.1]), (two(), vec![-9.0, 40.0, 20.0, 3.0]), (groups, vec![0.1, 1.5, 0.2])] {
        let mut model = twin::<3>(&logistic(truth, 10, 1, LabelChoice::Sampled)).unwrap();
        let exact = value(&mut model, &b, Metric::NegativeLogLikelihood).unwrap();
        let (mut rows, mut rng) = (Vec::new(), seeded(3));
        model.world.real(RealDraw::First, 400_000, &mut rng, &mut rows);
        let loss = |e: &Labelled<3>| {
            let z = b[0] + b[1..].iter().zip(&e.x).map(|(b, x)| b * x).sum::<f64>();
            z.max(0.0) + (-z.abs()).exp().ln_1p() - e.class as f64 * z
        };
        let losses: Vec<f64> = rows.iter().map(loss).collect();
        let (mean, error) = mean_and_error(&losses);
        assert!((mean - exact).abs() < 4.0 * error, "{exact} {mean} {error}");
    }
}
