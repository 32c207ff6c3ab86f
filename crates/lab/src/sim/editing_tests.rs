//! Edits and detectors against their closed forms; that counts agree with examples is tested in `law_tests`.

use super::models::trial;
use super::*;
use crate::random::Seed;

/// The mean of a metric at one generation, and its standard error.
fn mean_at(setup: &Setup, metric: Metric, generation: u32, replicates: u32) -> (f64, f64) {
    let setup = Setup { record: Record::At(vec![generation]), metrics: vec![metric], ..setup.clone() };
    let simulator = Simulator::prepare(&setup).expect("fits");
    let table = simulator.runs(|replicate| Streams::of_run(Seed(3), "editing", "", "", replicate), 0..replicates);
    let values: Vec<f64> = table.column(metric, generation).expect("recorded").iter().flatten().collect();
    trial::mean_and_error(&values)
}

/// Labels of 400 inputs in 2 coordinates, edited.
fn labels(share: f64, mask: Mask, generations: u32) -> Setup {
    let base = trial::regression(trial::linear(2, 1.0), Model::Ols, Regime::replace(), 400, generations, Inputs::Reused);
    Setup { curation: vec![Curation::Edit { share, mask }], ..base }
}

/// B equal disjoint passes over a share f of the text: our derivation from Zhu et al. (2024), Equation 3.
fn disjoint(f: f64, passes: i32) -> f64 {
    let (s, grown) = (f / f64::from(passes), |k: i32| (1.0 + f / f64::from(passes)).powi(k));
    let each = |j: i32| (grown(passes) - grown(passes - j)).powi(2) + grown(2 * (passes - j));
    (1.0 - f) * grown(passes).powi(2) + s * (1..=passes).map(each).sum::<f64>()
}

#[test]
fn edited_labels_have_the_error_of_their_masks() {
    // In units of the error of one fit, d / (n - d - 1), to leading order in d / n.
    let one_fit = 2.0 / (400.0 - 2.0 - 1.0);
    let same = |rho: f64| (1.0 + 2.0 * rho) / (1.0 - rho * rho);
    let original = |rho: f64| 1.0 + rho * (2.0 - rho) / (1.0 - rho * rho);
    let once = |rho: f64| 1.0 + 2.0 * rho - rho * rho;
    for (name, setup, expected) in [
        ("one edit", labels(0.5, Mask::Fresh, 2), once(0.5)),
        ("fresh masks", labels(0.1, Mask::Fresh, 21), 1.0 + 20.0 * 0.1 * 1.9),
        ("same mask", labels(0.3, Mask::Same, 12), same(0.3)),
        ("original text", labels(0.3, Mask::Original, 12), original(0.3)),
        ("two halves", labels(0.5, Mask::Disjoint, 3), disjoint(1.0, 2)),
        ("ten passes over a quarter", labels(0.025, Mask::Disjoint, 11), disjoint(0.25, 10)),
        ("everything", labels(1.0, Mask::Fresh, 5), 5.0),
    ] {
        let (mean, error) = mean_at(&setup, Metric::ExcessRisk, setup.generations, 6000);
        let (mean, error) = (mean / one_fit, error / one_fit);
        assert!((mean - expected).abs() < 4.5 * error + 0.02 * expected, "{name}: {mean} +- {error} against {expected}");
    }
}

#[test]
fn an_edit_of_nothing_changes_nothing_and_one_of_everything_replaces() {
    let edit = |share, mask| Setup {
        curation: vec![Curation::Edit { share, mask }],
        ..trial::setup(
            Truth::Categorical { law: Categories::Uniform { categories: 9 } },
            Model::Categorical { smoothing: 0.0 },
            Regime::replace(),
            50,
            4,
        )
    };
    for mask in [Mask::Fresh, Mask::Same, Mask::Original, Mask::Disjoint] {
        let [first, last] = [1, 4].map(|generation| mean_at(&edit(0.0, mask), Metric::Heterozygosity, generation, 300));
        assert_eq!(first, last, "{mask:?}");
        // (1 - 1/n) per fit.
        let (mean, error) = mean_at(&edit(1.0, mask), Metric::Heterozygosity, 4, 4000);
        let expected = 8.0 / 9.0 * f64::powi(0.98, 4);
        assert!((mean - expected).abs() < 4.5 * error, "{mask:?}: {mean} against {expected}");
    }
}

#[test]
fn edited_tokens_keep_their_contexts() {
    // Each context keeps its number of tokens n_c; within it variety is lost by 1 - 1 / n_c at every edit of everything.
    let rows = vec![vec![0.0, 0.5, 0.5], vec![1.0, 0.0, 0.0], vec![1.0, 0.0, 0.0]];
    for method in [Method::Statistics, Method::Samples] {
        let text = Truth::Text { source: TextSource::Chain { rows: rows.clone() } };
        let setup = Setup {
            curation: vec![Curation::Edit { share: 1.0, mask: Mask::Fresh }],
            method,
            ..trial::setup(text, Model::NGram { order: 2, smoothing: 0.0 }, Regime::replace(), 40, 5)
        };
        // Sentences have two tokens: 20 begin, and the ends that follow are certain. H = 1 - (1/4) sum p^2 - (1/4) sum p^2.
        let kept = f64::powi(1.0 - 1.0 / 20.0, 4);
        let within = |t: f64| 1.0 - 0.5 * (1.0 - 1.0 / 20.0) * t;
        let expected = 1.0 - 0.25 * within(kept) - 0.25 * (1.0 - 0.5 * (1.0 - 1.0 / 20.0));
        let (mean, error) = mean_at(&setup, Metric::Heterozygosity, 5, 4000);
        assert!((mean - expected).abs() < 4.5 * error, "{method:?}: {mean} +- {error} against {expected}");
    }
}

#[test]
fn a_detector_raises_the_share_of_real_examples() {
    // Beyond the cut of a truncated decoding what is left is the share of human text: hits and false alarms give it.
    let truth = Truth::Categorical { law: Categories::Zipf { categories: 30, exponent: 1.0, shift: 0.0 } };
    let real = Real::Fresh { amount: Amount::Share { share: 0.5, exponent: 0.0 }, earlier: Earlier::Dropped };
    for (hits, false_alarms, weight) in [(0.9, 0.05, 0.0), (0.9, 0.05, 0.5), (0.0, 0.0, 0.0), (1.0, 0.0, 0.0)] {
        let (human, synthetic) = (1.0 - false_alarms * (1.0 - weight), 1.0 - hits * (1.0 - weight));
        let share = human / (human + synthetic);
        // Coverage counts no more of a category than its own mass: it takes many examples to be the share itself.
        for (method, samples, metrics) in [
            (Method::Statistics, 200_000, [Metric::RealShare, Metric::TailCoverageWide].as_slice()),
            (Method::Samples, 500, &[Metric::RealShare]),
        ] {
            let setup = Setup {
                curation: vec![Curation::DetectorWeighted { hits, false_alarms, weight }],
                sampling: Sampling::TopK { count: 15 },
                method,
                ..trial::setup(
                    truth.clone(),
                    Model::Categorical { smoothing: 0.0 },
                    Regime { real: real.clone(), ..Regime::replace() },
                    samples,
                    5,
                )
            };
            for metric in metrics.iter().filter(|metric| **metric == Metric::RealShare || share < 0.95) {
                let (mean, error) = mean_at(&setup, *metric, 5, 1500);
                assert!((mean - share).abs() < 4.5 * error + 1e-3, "{metric:?}, {method:?}: {mean} +- {error} against {share}");
            }
        }
    }
}

#[test]
fn a_detector_that_leaves_nothing_ends_the_run() {
    let setup = Setup {
        curation: vec![Curation::DetectorWeighted { hits: 1.0, false_alarms: 1.0, weight: 0.0 }],
        ..trial::setup(
            Truth::Categorical { law: Categories::Uniform { categories: 3 } },
            Model::Categorical { smoothing: 0.0 },
            Regime::augment(),
            10,
            3,
        )
    };
    let run = Simulator::prepare(&setup).expect("fits").run(&Streams::of_run(Seed(1), "", "", "", 0));
    assert_eq!(run.ending(), Ending::NothingAccepted { generation: 2 });
}

#[test]
fn more_examples_than_memory_holds_are_refused() {
    let code = |setup: &Setup| check(setup).err().map(|refusals| refusals[0].code);
    let huge = |setup: Setup, start| Setup { samples: Schedule::Constant { start }, ..setup };
    let edited = labels(0.5, Mask::Same, 3);
    assert_eq!(code(&huge(edited.clone(), 1_000_000_000)), Some("too-many-examples"));
    assert_eq!(code(&huge(edited.clone(), 1_000_000)), None);
    assert_eq!(code(&huge(Setup { curation: Vec::new(), ..edited }, 1_000_000_000)), None, "a shortcut holds no examples");
}

#[test]
fn edits_and_detectors_are_refused_where_they_mean_nothing() {
    let code = |setup: &Setup| check(setup).unwrap_err().iter().map(|refusal| refusal.code).collect::<Vec<_>>();
    let base = labels(0.5, Mask::Fresh, 3);
    let with = |curation| Setup { curation, ..base.clone() };
    let edit = Curation::Edit { share: 0.5, mask: Mask::Fresh };
    assert_eq!(code(&with(vec![Curation::Edit { share: 1.5, mask: Mask::Fresh }])), ["bad-share"]);
    assert_eq!(code(&with(vec![edit.clone(), edit.clone()])), ["edit-not-alone", "edit-not-alone"]);
    let fresh = Synthesis::Labels { inputs: Inputs::Fresh, choice: LabelChoice::Sampled };
    let verifier = Curation::Verifier { true_accept: 0.9, false_accept: 0.1, tail: TailView::Judged, reference: Reference::MostLikely };
    let law = Categories::Uniform { categories: 3 };
    let words = trial::setup(Truth::Categorical { law }, Model::Categorical { smoothing: 0.0 }, Regime::replace(), 9, 2);
    let beside = |mask, rule: &Curation| Setup { curation: vec![Curation::Edit { share: 0.5, mask }, rule.clone()], ..words.clone() };
    assert!(check(&beside(Mask::Fresh, &verifier)).is_ok());
    assert_eq!(code(&beside(Mask::Same, &verifier)), ["edit-not-alone"]);
    assert_eq!(code(&beside(Mask::Fresh, &Curation::Correct { strength: 1.0 })), ["edit-not-alone"]);
    let overwrites = Regime { synthetic: Synthetic::Overwrite { share: 0.5 }, ..Regime::replace() };
    assert_eq!(code(&Setup { regime: overwrites.clone(), ..base.clone() }), ["inputs-mismatch", "edit-mismatch"]);
    assert_eq!(code(&Setup { regime: overwrites.clone(), synthesis: fresh, ..base.clone() }), ["edit-mismatch"]);
    let detector = |hits| Curation::DetectorWeighted { hits, false_alarms: 0.1, weight: 0.0 };
    assert_eq!(code(&with(vec![detector(2.0)])), ["bad-probability"]);
    assert_eq!(code(&with(vec![detector(0.9), detector(0.9)])), ["detector-not-alone", "detector-not-alone"]);
    assert_eq!(code(&Setup { regime: overwrites, synthesis: fresh, ..with(vec![detector(0.9)]) }), ["detector-mismatch"]);
    let beside = vec![Curation::Displace { distance: 1.0, from: Origin::Truth }];
    let gaussian = Truth::Gaussian { dimension: 1, mean: 0.0, spectrum: Spectrum::Isotropic { variance: 1.0 } };
    let points = trial::setup(gaussian, Model::Gaussian { estimate: Estimate::Mean }, Regime::replace(), 9, 2);
    assert_eq!(code(&Setup { curation: beside, ..points }), ["displacement-mismatch"]);
}
