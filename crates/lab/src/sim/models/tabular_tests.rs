//! Real tables: provenance, the fit, its limit laws, and the shortcut against its twin.

use super::trial::{assert_one_law, mean_and_error, setup};
use crate::random::{Seed, Streams};
use crate::sim::{
    Curation, DataSet, Inputs, LabelChoice, Method, Model, Record, Reference, Regime, Sampling, Setup, Simulator, Synthesis, TailView,
    Truth, check,
};
use crate::taxonomy::Metric;

fn table(data: DataSet, columns: usize, regime: Regime, generations: u32) -> Setup {
    let synthesis = Synthesis::Labels { inputs: Inputs::Reused, choice: LabelChoice::Sampled };
    let truth = Truth::Tabular { data, columns, penalty: 0.01 };
    let model = Model::Logistic { penalty: 0.0, iterations: 25 };
    let metrics = vec![Metric::FisherError, Metric::KlDivergence, Metric::SquaredError, Metric::NegativeLogLikelihood, Metric::Accuracy];
    Setup { synthesis, metrics, ..setup(truth, model, regime, data.rows() as u64, generations) }
}

fn values(setup: &Setup, metric: Metric, generation: u32, replicates: u32, seed: u64) -> Vec<f64> {
    let setup = Setup { record: Record::At(vec![generation]), ..setup.clone() };
    let simulator = Simulator::prepare(&setup).expect("fits");
    let table = simulator.runs(|replicate| Streams::of_run(Seed(seed), "tabular", "", "", replicate), 0..replicates);
    table.column(metric, generation).expect("recorded").iter().flatten().collect()
}

fn mean(values: &[f64]) -> f64 {
    mean_and_error(values).0
}

#[test]
fn tables_have_the_rows_and_classes_of_their_provenance() {
    for (data, text, ones) in [
        (DataSet::BreastCancer, include_str!("../data/breast-cancer.csv"), 357),
        (DataSet::Wine, include_str!("../data/wine.csv"), 71),
        (DataSet::Digits, include_str!("../data/digits.csv"), 906),
    ] {
        assert_eq!(text.lines().count(), data.rows());
        assert_eq!(text.lines().filter(|line| line.starts_with("1,")).count(), ones);
        // Principal components of unit variance: centred and uncorrelated.
        let rows: Vec<Vec<f64>> =
            text.lines().map(|line| line.split(',').skip(1).map(|x| x.parse().expect("a number")).collect()).collect();
        let moment = |a: usize, b: usize| rows.iter().map(|row| row[a] * row[b]).sum::<f64>() / rows.len() as f64;
        for a in 0..8 {
            assert!((rows.iter().map(|row| row[a]).sum::<f64>() / rows.len() as f64).abs() < 1e-4);
            assert!((0..8).all(|b| (moment(a, b) - f64::from(u8::from(a == b))).abs() < 1e-3));
        }
    }
}

#[test]
fn the_truth_predicts_real_labels() {
    // With so many labels that the fit is the truth.
    for (data, columns, least) in [(DataSet::BreastCancer, 4, 0.93), (DataSet::Wine, 4, 0.93), (DataSet::Digits, 8, 0.75)] {
        let base = table(data, columns, Regime::replace(), 1);
        let samples = crate::sim::Schedule::Constant { start: 100_000 * data.rows() as u64 };
        let base = Setup { samples, ..base };
        assert!(mean(&values(&base, Metric::FisherError, 1, 2, 1)) < 1e-5);
        let accuracy = mean(&values(&base, Metric::Accuracy, 1, 2, 1));
        assert!(accuracy > least, "{data:?}: {accuracy}");
    }
}

#[test]
fn discarding_grows_in_proportion_and_augmenting_stays_below_its_bound() {
    // Dey and Donoho (2024): relative to generation 1 the error is G when data are discarded and the sum of 1/k^2 when they are kept, to
    // first order in 1/n; here in the metric of the information, where generation 1 has (columns + 1) / n.
    for (data, columns) in [(DataSet::Digits, 4), (DataSet::BreastCancer, 2)] {
        let n = data.rows() as f64;
        let unit = (columns + 1) as f64 / n;
        let many = Setup {
            samples: crate::sim::Schedule::Constant { start: 8 * data.rows() as u64 },
            ..table(data, columns, Regime::replace(), 10)
        };
        let first = means(&Setup { generations: 1, ..many.clone() }, 2000)[0];
        assert!((8.0 * first / unit - 1.0).abs() < 0.12, "{data:?} {}", 8.0 * first / unit);
        let tenth = means(&many, 800)[0];
        assert!((tenth / first - 10.0).abs() < 1.5, "{data:?} {}", tenth / first);
        let [tenth, divergence] = means(&Setup { regime: Regime::accumulate(), ..many }, 800);
        assert!((tenth / first - 1.5498).abs() < 0.15, "{data:?} {}", tenth / first);
        // Twice the divergence is that error, to the same order.
        assert!((2.0 * divergence / tenth - 1.0).abs() < 0.05, "{data:?} {}", 2.0 * divergence / tenth);
    }
}

/// Mean error in the metric of the information, and mean divergence, at the last generation.
fn means(setup: &Setup, replicates: u32) -> [f64; 2] {
    let setup = Setup { record: Record::At(vec![setup.generations]), ..setup.clone() };
    let simulator = Simulator::prepare(&setup).expect("fits");
    let table = simulator.runs(|replicate| Streams::of_run(Seed(1), "tabular", "", "", replicate), 0..replicates);
    [Metric::FisherError, Metric::KlDivergence]
        .map(|metric| mean(&table.column(metric, setup.generations).expect("recorded").iter().flatten().collect::<Vec<_>>()))
}

#[test]
fn labels_counted_by_row_have_the_law_of_labels_drawn() {
    for (place, regime) in
        [Regime::replace(), Regime::accumulate(), Regime { real_weight: 2.0, ..Regime::augment() }].into_iter().enumerate()
    {
        let inputs = if place == 1 { Inputs::Fresh } else { Inputs::Reused };
        let synthesis = Synthesis::Labels { inputs, choice: LabelChoice::Sampled };
        let samples = crate::sim::Schedule::Linear { start: 170, step: 100 };
        let sampling = if place == 2 { Sampling::Temperature { temperature: 0.8 } } else { Sampling::Unbiased };
        let model = Model::Logistic { penalty: 1e-3, iterations: 25 };
        let base = Setup { synthesis, samples, sampling, model, ..table(DataSet::Wine, 3, regime, 3) };
        for metric in [Metric::FisherError, Metric::Accuracy, Metric::NegativeLogLikelihood] {
            let by = |method, seed| values(&Setup { method, ..base.clone() }, metric, 3, 2000, seed);
            assert_one_law(&format!("{place} {metric}"), &by(Method::Statistics, 1), &by(Method::Samples, 2));
        }
    }
}

#[test]
fn the_fit_agrees_with_that_of_logistic_regression_on_points() {
    // The same labelled rows through the fit of labelled mixtures.
    use super::classes::Labelled;
    use super::trial::{fit, seeded};
    use crate::sim::chain::{Chain as _, RealDraw};
    use crate::sim::world::World as _;
    let model = Model::Logistic { penalty: 1e-3, iterations: 60 };
    let base = Setup { model: model.clone(), ..table(DataSet::Wine, 3, Regime::replace(), 1) };
    let mut of_table = super::tabular::twin(&base).expect("fits");
    let (mut entries, mut fitted) = (Vec::new(), of_table.blank());
    of_table.world.real(RealDraw::First, 178, &mut seeded(3), &mut entries);
    fit(&mut of_table, &entries, 0, &mut fitted).expect("fits");
    let means = vec![vec![0.0; 3], vec![1.0; 3]];
    let mixture = Truth::LabelledMixture { means, weights: vec![0.5, 0.5], deviation: 1.0, classes: vec![0, 1], groups: vec![0, 0] };
    let mut of_points = super::logistic::twin::<3>(&Setup { truth: mixture, model, metrics: Vec::new(), ..base }).expect("fits");
    let rows: Vec<Labelled<3>> = include_str!("../data/wine.csv")
        .lines()
        .zip(&entries)
        .map(|(line, entry)| {
            let columns: Vec<f64> = line.split(',').skip(1).map(|x| x.parse().expect("a number")).collect();
            let class = usize::from(format!("{entry:?}").ends_with("class: 1 }"));
            Labelled { x: [columns[0], columns[1], columns[2]], class, own: class }
        })
        .collect();
    let mut expected = of_points.blank();
    fit(&mut of_points, &rows, 0, &mut expected).expect("fits");
    fitted.iter().zip(&expected).for_each(|(a, b)| assert!((a - b).abs() < 1e-7, "{fitted:?} {expected:?}"));
}

#[test]
fn a_table_has_no_tail_and_no_mean_classifier() {
    let base = table(DataSet::Wine, 3, Regime::replace(), 2);
    let codes = |setup: &Setup| check(setup).unwrap_err().iter().map(|refusal| refusal.code).collect::<Vec<_>>();
    let verifier = |tail, reference| Curation::Verifier { true_accept: 0.9, false_accept: 0.1, tail, reference };
    assert_eq!(codes(&Setup { curation: vec![verifier(TailView::Blind, Reference::Own)], ..base.clone() }), ["no-tail"]);
    assert!(check(&Setup { curation: vec![verifier(TailView::Judged, Reference::Own)], ..base.clone() }).is_ok());
    assert_eq!(codes(&Setup { model: Model::LinearClassifier, ..base }), ["kind-mismatch"]);
}
