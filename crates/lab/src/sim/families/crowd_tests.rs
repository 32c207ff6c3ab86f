//! Crowds against what is known of them: one model alone, models that never meet, closed forms of means, refusals.

use crate::random::{Seed, Streams};
use crate::sim::models::trial::{assert_mean, assert_one_law, setup};
use crate::sim::{
    Bandwidth, Categories, Curation, Estimate, Exchange, Method, Model, Reference, Regime, Sampling, Schedule, Setup, Simulator, Spectrum,
    TailView, Truth, check,
};
use crate::taxonomy::Metric;

fn crowd(members: usize, shared: f64, exchange: Exchange, member: Model) -> Model {
    Model::Crowd { members, shared, exchange, member: Box::new(member) }
}

fn line() -> Truth {
    Truth::Gaussian { dimension: 1, mean: 0.0, spectrum: Spectrum::Isotropic { variance: 1.0 } }
}

fn last(setup: &Setup, metric: Metric, cell: &str, replicates: u32) -> Vec<f64> {
    let setup = Setup { metrics: vec![metric], ..setup.clone() };
    let simulator = Simulator::prepare(&setup).expect("runs");
    let one = |k| simulator.run(&Streams::of_run(Seed(11), "crowd", "trial", cell, k)).value(metric, setup.generations);
    (0..replicates).map(|k| one(k).expect("a value")).collect()
}

const EXCHANGES: [Exchange; 4] = [Exchange::Own, Exchange::Others, Exchange::Shared, Exchange::Dealt];

#[test]
fn a_crowd_of_one_has_the_law_of_its_model() {
    let zipf = Truth::Categorical { law: Categories::Zipf { categories: 12, exponent: 1.0, shift: 0.0 } };
    let members = [
        (line(), Model::Gaussian { estimate: Estimate::Both }, Metric::VarianceRatio),
        (line(), Model::Kde { bandwidth: Bandwidth::Fixed { value: 0.4 } }, Metric::WassersteinSquared),
        (line(), Model::Histogram { bins: 8, low: -4.0, high: 4.0 }, Metric::EnergyDistance),
        (line(), Model::Mixture { components: 2, iterations: 15 }, Metric::MeanDiscrepancy),
        (zipf, Model::Categorical { smoothing: 0.1 }, Metric::KlDivergence),
    ];
    for (truth, member, metric) in members {
        for (regime, exchange) in
            [(Regime::replace(), Exchange::Dealt), (Regime::augment(), Exchange::Own), (Regime::accumulate(), Exchange::Shared)]
        {
            let alone = setup(truth.clone(), member.clone(), regime, 20, 4);
            let one = Setup { model: crowd(1, 0.3, exchange, member.clone()), ..alone.clone() };
            assert_one_law(&format!("{member:?} {exchange:?}"), &last(&alone, metric, "a", 400), &last(&one, metric, "b", 400));
        }
    }
}

#[test]
fn models_that_never_meet_are_chains_of_their_own_parts() {
    let member = Model::Gaussian { estimate: Estimate::Both };
    let alone = setup(line(), member.clone(), Regime::replace(), 10, 6);
    let apart = Setup { model: crowd(3, 0.0, Exchange::Own, member), samples: Schedule::Constant { start: 30 }, ..alone.clone() };
    // The mean of three independent runs.
    let runs = last(&alone, Metric::VarianceRatio, "a", 3000);
    let triples: Vec<f64> = runs.chunks(3).map(|three| three.iter().sum::<f64>() / 3.0).collect();
    assert_one_law("three apart", &triples, &last(&apart, Metric::VarianceRatio, "b", 1000));
    // And models that do meet lose their spread as slowly as all examples together allow.
    let dealt = Setup { model: crowd(3, 0.0, Exchange::Dealt, Model::Gaussian { estimate: Estimate::Mean }), ..apart };
    assert!(Simulator::prepare(&dealt).is_ok());
}

/// Equal designs of m private and m common labels, n made by all and seen by all: n V = m times the squared error of one coefficient.
fn squared_error(members: f64, weight: f64, m: f64, n: f64, t: i32) -> f64 {
    let initial = 0.25 + 0.25 * ((1.0 - weight).powi(2) + 2.0 * weight * (1.0 - weight) / members + weight * weight / members);
    initial / m + (1..t).map(|j| weight.powi(2 * j)).sum::<f64>() / n
}

#[test]
fn means_of_models_that_share_what_they_make_have_the_closed_form() {
    // Half of a model's real weight is its own; what all made together weighs `weight`.
    for (members, weight, t) in [(2_usize, 0.5, 2_u32), (4, 0.2, 6), (5, 0.5, 9)] {
        let (m, n) = (5_u64, 5 * members as u64);
        let real_weight = n as f64 * (1.0 - weight) / (weight * 2.0 * m as f64);
        let model = crowd(members, 1.0 / (members as f64 + 1.0), Exchange::Shared, Model::Gaussian { estimate: Estimate::Mean });
        let regime = Regime { real_weight, ..Regime::augment() };
        let samples = Schedule::Listed { sizes: vec![m * (members as u64 + 1), n] };
        let setup = Setup { samples, ..setup(line(), model, regime, 10, t) };
        let expected = squared_error(members as f64, weight, m as f64, n as f64, t as i32);
        assert_mean(&format!("{members} models, {weight}, t = {t}"), &last(&setup, Metric::MeanSquaredError, "", 4000), expected);
    }
}

#[test]
fn categories_that_are_pooled_and_dealt_out_drift_as_one_pool() {
    // A pool of N drawn from M models of N / M each: two of its examples come of one model with probability (N / M - 1) / (N - 1), and are
    // then the same one of its N / M with probability M / N; of two models they are two different examples of the last pool. So
    // of the variety of pairs of the pool a share 1 - ((N / M - 1) / (N - 1)) M / N stays.
    let (n, members, generations) = (24.0, 3.0, 5);
    let truth = Truth::Categorical { law: Categories::Uniform { categories: 6 } };
    let model = crowd(3, 0.0, Exchange::Dealt, Model::Categorical { smoothing: 0.0 });
    let setup = setup(truth, model, Regime::replace(), 24, generations);
    let kept: f64 = 1.0 - (n / members - 1.0) / (n - 1.0) * members / n;
    // Of a model with N / M of the pool's examples the variety is that of pairs, times 1 - M / N.
    let expected = 5.0 / 6.0 * kept.powi(generations as i32 - 1) * (1.0 - members / n);
    assert_mean("dealt", &last(&setup, Metric::Heterozygosity, "", 6000), expected);
}

#[test]
fn every_exchange_runs_under_every_regime_and_with_a_judge() {
    for exchange in EXCHANGES {
        for regime in [Regime::replace(), Regime::accumulate(), Regime::accumulate_subsample(), Regime::window(2)] {
            let model = crowd(3, 0.2, exchange, Model::Gaussian { estimate: Estimate::Both });
            let verifier =
                Curation::Verifier { true_accept: 0.9, false_accept: 0.1, tail: TailView::Judged, reference: Reference::MostLikely };
            let setup = Setup { curation: vec![verifier], ..setup(line(), model, regime, 30, 4) };
            assert!(last(&setup, Metric::VarianceRatio, "", 20).iter().all(|ratio| *ratio > 0.0));
        }
    }
}

#[test]
fn what_no_crowd_can_be_is_refused_in_words() {
    let code = |setup: &Setup| check(setup).map_err(|refusals| refusals.iter().map(|r| r.code).collect::<Vec<_>>()).err();
    let of = |model| setup(line(), model, Regime::replace(), 30, 3);
    assert_eq!(code(&of(crowd(0, 0.0, Exchange::Own, Model::Gaussian { estimate: Estimate::Both }))), Some(vec!["bad-crowd"]));
    let alone = |exchange| of(crowd(1, 0.0, exchange, Model::Gaussian { estimate: Estimate::Both }));
    assert_eq!(code(&alone(Exchange::Others)), Some(vec!["bad-crowd"]), "it would learn from nobody");
    assert_eq!(code(&alone(Exchange::Dealt)), None);
    let told = check(&of(crowd(2, 0.0, Exchange::Own, Model::Categorical { smoothing: 0.0 }))).unwrap_err();
    assert_eq!((told[0].field.as_str(), told[0].code), ("model.member", "kind-mismatch"));
    assert!(
        told[0].remedy.contains("kde") && ["student-t", "gan", "flow"].iter().all(|word| !told[0].remedy.contains(word)),
        "{}",
        told[0].remedy
    );
    assert_eq!(code(&of(crowd(65, 0.0, Exchange::Own, Model::Gaussian { estimate: Estimate::Both }))), Some(vec!["bad-crowd"]));
    assert_eq!(code(&of(crowd(2, 1.5, Exchange::Own, Model::Gaussian { estimate: Estimate::Both }))), Some(vec!["bad-share"]));
    let counts = setup(Truth::Poisson { rate: 2.0 }, crowd(2, 0.0, Exchange::Own, Model::Poisson), Regime::replace(), 30, 3);
    assert_eq!(code(&counts), Some(vec!["bad-crowd"]));
    let sharpened =
        Setup { sampling: Sampling::TopK { count: 2 }, ..of(crowd(2, 0.0, Exchange::Own, Model::Gaussian { estimate: Estimate::Both })) };
    assert_eq!(code(&sharpened), Some(vec!["sampling-mismatch"]));
    let by_sums = Setup { method: Method::Statistics, ..of(crowd(2, 0.0, Exchange::Own, Model::Gaussian { estimate: Estimate::Both })) };
    assert_eq!(code(&by_sums), Some(vec!["no-shortcut"]));
}
