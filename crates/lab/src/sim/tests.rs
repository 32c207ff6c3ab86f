//! Shortcut against samples, and both against the moment recursion.

use super::*;
use crate::random::Seed;

fn setup(dimension: usize, model: Model, regime: Regime, method: Method) -> Setup {
    Setup {
        truth: Truth::Gaussian { dimension, mean: 1.0, spectrum: Spectrum::Power { decay: 0.5 } },
        model,
        synthesis: Synthesis::Examples,
        regime,
        curation: Vec::new(),
        sampling: Sampling::Unbiased,
        samples: Schedule::Constant { start: 20 },
        generations: 4,
        capacity: Capacity::Fixed,
        record: Record::At(vec![4]),
        metrics: vec![Metric::MeanSquaredError, Metric::VarianceRatio, Metric::TailCoverage, Metric::RealShare],
        hitting: None,
        downstream: None,
        method,
    }
}

fn mean_and_error(setup: &Setup, metric: Metric, salt: &str) -> (f64, f64) {
    let simulator = Simulator::prepare(setup).expect("a setup that fits");
    let table = simulator.runs(|replicate| Streams::of_run(Seed(3), "laws", salt, "", replicate), 0..4000);
    let values: Vec<f64> = table.column(metric, 4).expect("recorded").iter().flatten().collect();
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

#[test]
fn both_methods_have_the_mean_of_the_recursion_and_of_each_other() {
    for dimension in [1, 3] {
        for regime in [Regime::replace(), Regime::accumulate(), Regime::augment(), Regime::window(2)] {
            for model in [Model::Gaussian { estimate: Estimate::Both }, Model::GaussianUnbiased { estimate: Estimate::Both }] {
                let fast = setup(dimension, model.clone(), regime.clone(), Method::Statistics);
                let slow = setup(dimension, model, regime.clone(), Method::Samples);
                for metric in [Metric::MeanSquaredError, Metric::VarianceRatio, Metric::TailCoverage] {
                    let (a, ea) = mean_and_error(&fast, metric, "fast");
                    let (b, eb) = mean_and_error(&slow, metric, "slow");
                    assert!((a - b).abs() < 4.5 * ea.hypot(eb), "{dimension} {regime:?} {metric:?}: {a} against {b}");
                    if let Some(expected) = of(&fast, metric) {
                        assert!((a - expected).abs() < 4.5 * ea, "{dimension} {regime:?} {metric:?}: {a} against {expected}");
                    }
                }
            }
        }
    }
}

fn of(setup: &Setup, metric: Metric) -> Option<f64> {
    Simulator::prepare(setup).ok()?.expectation(metric, 4)
}

#[test]
fn thread_count_does_not_change_a_byte() {
    let verifier = Curation::Verifier { true_accept: 0.9, false_accept: 0.2, tail: TailView::Judged, reference: Reference::MostLikely };
    for (curation, method) in [(Vec::new(), Method::Auto), (vec![verifier], Method::Auto), (Vec::new(), Method::Samples)] {
        let setup = Setup { curation, ..setup(3, Model::Gaussian { estimate: Estimate::Both }, Regime::accumulate(), method) };
        let simulator = Simulator::prepare(&setup).expect("fits");
        let runs = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
            pool.install(|| simulator.runs(|replicate| Streams::of_run(Seed(5), "threads", "", "", replicate), 0..100))
        };
        let bits = |table: &Table| table.raw().iter().flatten().map(|value| value.to_bits()).collect::<Vec<_>>();
        let one = runs(1);
        for threads in [2, 8] {
            assert_eq!(bits(&one), bits(&runs(threads)), "{threads} threads");
        }
        // A replicate alone is the replicate among many.
        let alone = simulator.run(&Streams::of_run(Seed(5), "threads", "", "", 57));
        let among = one.column(Metric::VarianceRatio, 4).and_then(|column| column.get(57));
        assert_eq!(alone.value(Metric::VarianceRatio, 4).map(f64::to_bits), among.map(f64::to_bits));
    }
}

fn ending(setup: &Setup) -> Ending {
    Simulator::prepare(setup).expect("fits").run(&Streams::of_run(Seed(1), "edges", "", "", 0)).ending()
}

#[test]
fn fewer_points_than_coordinates_are_a_model_of_lower_rank() {
    for method in [Method::Statistics, Method::Samples] {
        let base = setup(6, Model::Gaussian { estimate: Estimate::Both }, Regime::accumulate(), method);
        let few = Setup { samples: Schedule::Constant { start: 3 }, metrics: vec![Metric::VarianceRatio, Metric::KlDivergence], ..base };
        let run = Simulator::prepare(&few).expect("fits").run(&Streams::of_run(Seed(1), "edges", "", "", 0));
        assert_eq!(run.ending(), Ending::Completed);
        let ratio = run.value(Metric::VarianceRatio, 4).expect("defined");
        assert!(ratio > 0.0 && ratio < 4.0, "{ratio}");
        // Six directions, but no set that the loop makes has left the two of the first one.
        assert_eq!(run.value(Metric::KlDivergence, 4), Some(f64::INFINITY), "{method:?}");
    }
}

#[test]
fn one_point_is_too_few_for_a_mean_and_a_variance() {
    for method in [Method::Statistics, Method::Samples] {
        for (estimate, expected) in [
            (Estimate::Both, Ending::TooFewSamples { generation: 1 }),
            (Estimate::Mean, Ending::Completed),
            (Estimate::Covariance, Ending::Completed),
        ] {
            let base = setup(1, Model::Gaussian { estimate }, Regime::replace(), method);
            assert_eq!(ending(&Setup { samples: Schedule::Constant { start: 1 }, ..base }), expected, "{estimate:?} {method:?}");
        }
    }
}

#[test]
fn a_vanishing_spread_is_an_ending_and_never_a_number() {
    let base = setup(1, Model::Gaussian { estimate: Estimate::Both }, Regime::replace(), Method::Auto);
    let small = Setup { samples: Schedule::Constant { start: 2 }, generations: 5000, record: Record::All, ..base };
    let run = Simulator::prepare(&small).expect("fits").run(&Streams::of_run(Seed(1), "edges", "", "", 0));
    let Ending::Degenerate { generation } = run.ending() else { panic!("{:?}", run.ending()) };
    assert!(run.value(Metric::VarianceRatio, generation - 1).is_some_and(|v| v > 0.0));
    assert_eq!(run.value(Metric::VarianceRatio, generation), None);
}

#[test]
fn a_category_that_dies_out_stays_dead_under_replace() {
    let truth = Truth::Categorical { law: Categories::Zipf { categories: 20, exponent: 1.0, shift: 0.0 } };
    for method in [Method::Statistics, Method::Samples] {
        let base = setup(1, Model::Categorical { smoothing: 0.0 }, Regime::replace(), method);
        let metrics = vec![Metric::SupportSize, Metric::KlDivergence, Metric::Heterozygosity];
        let base = Setup {
            truth: truth.clone(),
            metrics,
            generations: 2000,
            record: Record::All,
            samples: Schedule::Constant { start: 10 },
            ..base
        };
        let run = Simulator::prepare(&base).expect("fits").run(&Streams::of_run(Seed(1), "edges", "", "", 0));
        let support: Vec<f64> = (1..=2000).filter_map(|t| run.value(Metric::SupportSize, t)).collect();
        assert!(support.windows(2).all(|pair| pair[1] <= pair[0]));
        assert_eq!((support.len(), support.last().map(|s| s.round() as u32)), (2000, Some(1)));
        assert_eq!(run.value(Metric::KlDivergence, 2000), Some(f64::INFINITY));
        assert_eq!(run.value(Metric::Heterozygosity, 2000).map(f64::to_bits), Some(0));
    }
}

#[test]
fn nothing_accepted_is_an_ending() {
    let nothing =
        vec![Curation::Verifier { true_accept: 0.0, false_accept: 0.0, tail: TailView::Judged, reference: Reference::MostLikely }];
    for (d, method) in [(1, Method::Statistics), (3, Method::Statistics), (3, Method::Samples)] {
        let base = setup(d, Model::Gaussian { estimate: Estimate::Both }, Regime::accumulate(), method);
        assert_eq!(ending(&Setup { curation: nothing.clone(), ..base }), Ending::NothingAccepted { generation: 2 });
    }
}

#[test]
fn a_million_generations_accumulate_in_constant_time_each() {
    let base = setup(1, Model::GaussianUnbiased { estimate: Estimate::Both }, Regime::accumulate(), Method::Auto);
    let long = Setup { generations: 1_000_000, record: Record::At(vec![1_000_000]), ..base };
    let run = Simulator::prepare(&long).expect("fits").run(&Streams::of_run(Seed(1), "edges", "", "", 0));
    assert_eq!(run.ending(), Ending::Completed);
    assert!(run.value(Metric::VarianceRatio, 1_000_000).is_some_and(|v| v > 0.1 && v < 10.0));
    let share = run.value(Metric::RealShare, 1_000_000).expect("told");
    assert!((share - 1e-6).abs() < 1e-15, "{share}");
}

#[test]
fn the_first_generations_of_a_longer_run_can_be_all_that_is_recorded() {
    let each = setup(3, Model::Gaussian { estimate: Estimate::Both }, Regime::accumulate(), Method::Auto);
    let base = Setup { record: Record::All, ..each };
    let streams = Streams::of_run(Seed(5), "record", "", "", 0);
    let whole = Simulator::prepare(&base).expect("fits").run(&streams);
    let start = Simulator::prepare(&Setup { record: Record::At(vec![1, 2]), ..base }).expect("fits").run(&streams);
    let bits = |run: &Trajectory, t| run.value(Metric::VarianceRatio, t).map(f64::to_bits);
    assert!((1..=2).all(|t| bits(&start, t).is_some() && bits(&start, t) == bits(&whole, t)));
}

/// A set that never changes is fitted and read once, a point mass too; written as a list of equal sizes, they are fitted and read at every
/// generation.
#[test]
fn a_set_that_never_changes_gives_the_same_numbers_fitted_once_or_each_time() {
    let real_only = || Regime { synthetic: Synthetic::None, ..Regime::augment() };
    let gaussian = |method| setup(3, Model::Gaussian { estimate: Estimate::Both }, real_only(), method);
    let histogram = setup(1, Model::Histogram { bins: 9, low: -4.0, high: 6.0 }, real_only(), Method::Auto);
    let histogram = Setup { metrics: vec![Metric::NegativeLogLikelihood, Metric::TailCoverage], ..histogram };
    let law = Categories::Uniform { categories: 5 };
    let lost = setup(1, Model::Categorical { smoothing: 0.0 }, Regime::replace(), Method::Auto);
    let metrics = vec![Metric::TailCoverage, Metric::Entropy, Metric::Hit, Metric::HittingTime];
    let hitting = Some(Hitting { metric: Metric::SupportSize, below: 1.0 });
    let samples = Schedule::Constant { start: 2 };
    let lost = Setup { truth: Truth::Categorical { law }, generations: 30, metrics, hitting, samples, ..lost };
    for once in [gaussian(Method::Auto), gaussian(Method::Samples), histogram, lost] {
        let metrics = once.metrics.iter().copied().chain([Metric::Displacement]).collect();
        let once = Setup { record: Record::All, metrics, ..once };
        let n = once.samples.at(1, once.generations);
        let each = Setup { samples: Schedule::Listed { sizes: vec![n, n] }, ..once.clone() };
        for replicate in 0..8 {
            let streams = Streams::of_run(Seed(3), "rest", "", "", replicate);
            let run = |setup: &Setup| Simulator::prepare(setup).expect("fits").run(&streams);
            let (once_run, each_run) = (run(&once), run(&each));
            for (metric, t) in once.metrics.iter().flat_map(|metric| (1..=once.generations).map(move |t| (*metric, t))) {
                let bits = |run: &Trajectory| run.value(metric, t).map(f64::to_bits);
                assert_eq!(bits(&once_run), bits(&each_run), "{metric:?} at {t}");
            }
            assert!(once_run.value(once.metrics[0], once.generations).is_some());
        }
    }
}

#[test]
fn a_run_that_has_one_category_left_stops_with_the_bytes_of_the_run_that_goes_on() {
    let truth = Truth::Categorical { law: Categories::Zipf { categories: 6, exponent: 1.0, shift: 0.0 } };
    let metrics = vec![
        Metric::SupportSize,
        Metric::KlDivergence,
        Metric::Heterozygosity,
        Metric::TrainingSize,
        Metric::Displacement,
        Metric::TopShare,
    ];
    let alone = |samples| Setup {
        truth: truth.clone(),
        record: Record::All,
        metrics: metrics.clone(),
        samples,
        generations: 60,
        ..setup(1, Model::Categorical { smoothing: 0.0 }, Regime::replace(), Method::Statistics)
    };
    // The same sizes as a list: nothing is known of what they will be, and every generation is drawn and fitted.
    let [stops, goes_on] = [Schedule::Constant { start: 8 }, Schedule::Listed { sizes: vec![8] }].map(|samples| {
        let simulator = Simulator::prepare(&alone(samples)).expect("a setup that fits");
        simulator.runs(|replicate| Streams::of_run(Seed(9), "rest", "", "", replicate), 0..200)
    });
    let absorbed =
        |table: &Table| table.column(Metric::SupportSize, 30).expect("recorded").iter().flatten().filter(|left| *left < 1.5).count();
    assert!(absorbed(&stops) > 150, "most runs rest before half of their time");
    for metric in metrics.iter().copied() {
        for generation in 1..=60 {
            let [a, b] = [&stops, &goes_on].map(|table| {
                let column = table.column(metric, generation).expect("recorded");
                column.iter().map(|value| value.map(f64::to_bits)).collect::<Vec<_>>()
            });
            assert_eq!(a, b, "{metric:?} at {generation}");
        }
    }
}
