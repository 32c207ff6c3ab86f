//! Learners beside chains of their kind, each against a fit made here by other means.

use super::chain::{Chain, RealDraw, Start};
use super::learner::{Learner, Weighted};
use super::models::boundary;
use super::models::class_mixture;
use super::models::classes::{Classes, Labelled};
use super::models::logistic;
use super::models::trial::{setup, streams};
use super::world::World;
use super::*;
use crate::random::Purpose;

fn two() -> Truth {
    Truth::LabelledMixture {
        means: vec![vec![-1.0, 0.3], vec![1.0, -0.2]],
        weights: vec![0.4, 0.6],
        deviation: 1.0,
        classes: vec![0, 1],
        groups: vec![0, 0],
    }
}

fn of_logistic(learner: Model, metrics: &[Metric]) -> Setup {
    let synthesis = Synthesis::Labels { inputs: Inputs::Fresh, choice: LabelChoice::Sampled };
    let model = Model::Logistic { penalty: 1e-3, iterations: 40 };
    Setup { synthesis, downstream: Some(learner), metrics: metrics.to_vec(), ..setup(two(), model, Regime::replace(), 150, 2) }
}

fn of_mixture(learner: Model, metrics: &[Metric]) -> Setup {
    let model = Model::Mixture { components: 1, iterations: 20 };
    Setup { downstream: Some(learner), metrics: metrics.to_vec(), ..setup(two(), model, Regime::replace(), 150, 2) }
}

/// The training sets of generations 1 and 2 of a twin, drawn as the loop draws them.
fn sets<C, W, L>(twin: &mut C, parts: fn(&mut C) -> (&mut W, &mut L), n: u64) -> [Vec<W::Example>; 2]
where
    C: Chain,
    W: World,
    L: Learner<W>,
{
    let streams = streams(3);
    twin.begin(&streams);
    let (world, learner) = parts(twin);
    let (mut first, mut second, mut fitted) = (Vec::new(), Vec::new(), learner.blank());
    world.real(RealDraw::First, n, &mut streams.at(1, Purpose::Real), &mut first);
    let training = Weighted { examples: &first, weights: None };
    learner.fit(world, training, 1.0, Start::Anew, &mut streams.at(1, Purpose::Fit), &mut fitted).expect("fits");
    learner.synthetic(world, &fitted, n, &mut streams.at(2, Purpose::Synthetic), &mut second);
    [first, second]
}

/// Means of x of each class times its sign, added up by class and then joined.
fn mean_classifier(rows: &[Labelled<2>]) -> [f64; 2] {
    let of = |class: usize, j: usize| rows.iter().filter(|row| row.class == class).map(|row| row.x[j]).sum::<f64>();
    [0, 1].map(|j| (of(1, j) - of(0, j)) / rows.len() as f64)
}

/// Logistic coefficients by many small steps down the gradient.
fn descent(rows: &[Labelled<2>], penalty: f64) -> Vec<f64> {
    let mut b = vec![0.0; 3];
    for _ in 0..40_000 {
        let mut gradient: Vec<f64> = b.iter().map(|b| 2.0 * penalty * b).collect();
        for row in rows {
            let x = [1.0, row.x[0], row.x[1]];
            let z: f64 = x.iter().zip(&b).map(|(x, b)| x * b).sum();
            let residual = (1.0 / (1.0 + (-z).exp()) - row.class as f64) / rows.len() as f64;
            gradient.iter_mut().zip(&x).for_each(|(g, x)| *g += residual * x);
        }
        b.iter_mut().zip(&gradient).for_each(|(b, g)| *b -= g);
    }
    b
}

fn accuracies(setup: &Setup) -> [f64; 2] {
    let run = Simulator::prepare(setup).unwrap_or_else(|refusals| panic!("{refusals:?}")).run(&streams(3));
    [1, 2].map(|t| run.value(Metric::DownstreamAccuracy, t).expect("measured"))
}

#[test]
fn a_mean_classifier_beside_a_logistic_regression_is_the_mean_of_its_labelled_inputs() {
    let setup = of_logistic(Model::LinearClassifier, &[Metric::Accuracy, Metric::DownstreamAccuracy]);
    let law = Classes::<2>::of(&setup.truth).expect("classes");
    let sets = sets(&mut logistic::twin::<2>(&setup).expect("fits"), |twin| (&mut twin.world, &mut twin.learner), 150);
    for (rows, found) in sets.iter().zip(accuracies(&setup)) {
        let w = mean_classifier(rows);
        let expected = boundary::accuracy(&law, &[0.0, w[0], w[1]]).expect("two classes");
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }
}

#[test]
fn a_logistic_regression_beside_a_mixture_of_labelled_points_fits_the_points_it_makes() {
    let setup = of_mixture(Model::Logistic { penalty: 1e-2, iterations: 40 }, &[Metric::Accuracy, Metric::DownstreamAccuracy]);
    let law = Classes::<2>::of(&setup.truth).expect("classes");
    let sets = sets(&mut class_mixture::twin::<2>(&setup).expect("fits"), |twin| (&mut twin.world, &mut twin.learner), 150);
    for (rows, found) in sets.iter().zip(accuracies(&setup)) {
        let expected = boundary::accuracy(&law, &descent(rows, 1e-2)).expect("two classes");
        assert!((found - expected).abs() < 1e-7, "{found} {expected}");
    }
}

#[test]
fn one_component_of_a_class_is_its_share_its_mean_and_its_variance() {
    let setup = of_mixture(Model::LinearClassifier, &[]);
    let mut twin = class_mixture::twin::<2>(&setup).expect("fits");
    let [rows, _] = sets(&mut twin, |twin| (&mut twin.world, &mut twin.learner), 150);
    let mut fitted = twin.blank();
    let training = Weighted { examples: &rows, weights: None };
    twin.learner.fit(&twin.world, training, 1.0, Start::Anew, &mut streams(0).at(1, Purpose::Fit), &mut fitted).expect("fits");
    for (class, (share, components)) in fitted.iter().enumerate() {
        let own: Vec<&Labelled<2>> = rows.iter().filter(|row| row.class == class).collect();
        let n = own.len() as f64;
        let mean = [0, 1].map(|j| own.iter().map(|row| row.x[j]).sum::<f64>() / n);
        let variance = own.iter().map(|row| (row.x[0] - mean[0]).powi(2) + (row.x[1] - mean[1]).powi(2)).sum::<f64>() / (2.0 * n);
        assert!((share - n / 150.0).abs() < 1e-12 && components.len() == 1);
        assert!(mean.iter().zip(&components[0].mean).all(|(a, b)| (a - b).abs() < 1e-10));
        assert!((components[0].variance / variance - 1.0).abs() < 1e-10);
    }
}

/// Of large samples a mixture of one component a class classifies as the truth does.
#[test]
fn a_mixture_beside_a_logistic_regression_tells_its_classes_apart() {
    let mut setup = of_logistic(Model::Mixture { components: 1, iterations: 20 }, &[Metric::DownstreamAccuracy]);
    setup.samples = Schedule::Constant { start: 5000 };
    let law = Classes::<2>::of(&setup.truth).expect("classes");
    let best = boundary::accuracy(&law, &law.coefficients().expect("one component a class")).expect("two classes");
    // 500 held-out examples: four standard errors are 0.065.
    assert!((accuracies(&setup)[0] - best).abs() < 0.065);
}

#[test]
fn a_mixture_of_labelled_points_runs_under_a_verifier_and_keeps_its_metrics() {
    let verifier = Curation::Verifier { true_accept: 0.9, false_accept: 0.1, tail: TailView::Judged, reference: Reference::MostLikely };
    for curation in [Vec::new(), vec![verifier]] {
        let model = Model::Mixture { components: 2, iterations: 20 };
        let metrics: Vec<Metric> =
            defined(&two(), &model).into_iter().filter(|m| !matches!(m, Metric::Hit | Metric::HittingTime)).collect();
        let setup = Setup { curation, metrics: metrics.clone(), ..setup(two(), model, Regime::replace(), 200, 4) };
        let run = Simulator::prepare(&setup).unwrap_or_else(|refusals| panic!("{refusals:?}")).run(&streams(1));
        assert!(metrics.iter().all(|metric| run.value(*metric, 4).is_some()), "{:?}", run.ending());
        assert!(run.value(Metric::Accuracy, 4).is_some_and(|accuracy| accuracy > 0.6));
    }
}

#[test]
fn the_rows_of_a_table_are_read_by_a_mean_classifier_and_not_by_a_mixture() {
    let synthesis = Synthesis::Labels { inputs: Inputs::Fresh, choice: LabelChoice::Sampled };
    let truth = Truth::Tabular { data: DataSet::BreastCancer, columns: 3, penalty: 0.01 };
    let model = Model::Logistic { penalty: 1e-3, iterations: 25 };
    let base = Setup { synthesis, metrics: vec![Metric::DownstreamAccuracy], ..setup(truth, model, Regime::replace(), 300, 2) };
    let beside = |learner| Setup { downstream: Some(learner), ..base.clone() };
    let [first, _] = accuracies(&beside(Model::LinearClassifier));
    assert!(first > 0.8 && first < 1.0, "{first}");
    let codes = |setup: &Setup| check(setup).unwrap_err().iter().map(|refusal| refusal.code).collect::<Vec<_>>();
    assert_eq!(codes(&beside(Model::Mixture { components: 1, iterations: 5 })), ["downstream-mismatch"]);
    assert_eq!(codes(&beside(Model::Ols)), ["downstream-mismatch"]);
    let three = Truth::LabelledMixture {
        means: vec![vec![0.0], vec![2.0], vec![4.0]],
        weights: vec![0.3, 0.3, 0.4],
        deviation: 1.0,
        classes: vec![0, 1, 2],
        groups: vec![0; 3],
    };
    let setup = Setup { truth: three, ..beside(Model::LinearClassifier) };
    assert_eq!(codes(&setup), ["downstream-mismatch"], "a mean classifier tells two classes apart");
}
