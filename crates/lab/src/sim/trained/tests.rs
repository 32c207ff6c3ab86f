//! Loops of networks: the same bytes for any number of threads, one fit for a set that never changes, endings instead of numbers that are none.

use super::{Architecture, Begin, Length, Network, Play, Recipe, truths};
use crate::random::{Seed, Streams};
use crate::sim::{
    Capacity, Curation, Ending, Inputs, LabelChoice, Labeller, Method, Model, Real, Record, Regime, Sampling, Schedule, Setup, Simulator,
    Synthesis, Synthetic, Truth, defined,
};
use crate::taxonomy::Metric;

pub(super) fn setup(truth: Truth, architecture: Architecture, rate: f64) -> Setup {
    let recipe = Recipe { length: Length::Steps(6), batch: 8, rate, start: Begin::Anew };
    let model = Model::Network(Network { architecture, recipe });
    let mut metrics = defined(&truth, &model);
    metrics.retain(|metric| !matches!(metric, Metric::Hit | Metric::HittingTime | Metric::Displacement));
    Setup {
        truth,
        model,
        synthesis: Synthesis::Examples,
        regime: Regime::replace(),
        curation: Vec::new(),
        sampling: Sampling::Unbiased,
        samples: Schedule::Constant { start: 20 },
        generations: 3,
        capacity: Capacity::Fixed,
        record: Record::All,
        metrics,
        hitting: None,
        downstream: None,
        method: Method::Auto,
    }
}

fn small() -> Vec<Setup> {
    let [(_, digits), (_, labelled), (_, book), (_, program)] = truths();
    let moons = Truth::Moons { noise: 0.1, angles: crate::sim::Angles::Drawn };
    let gan = |game: Play| Architecture::Gan { hidden: 8, latent: 2, game };
    vec![
        setup(digits.clone(), Architecture::Vae { hidden: 8, latent: 2 }, 1e-3),
        setup(digits.clone(), gan(Play::NonSaturating), 1e-3),
        setup(moons.clone(), gan(Play::Wasserstein), 1e-3),
        labelling(setup(labelled.clone(), Architecture::Mlp { hidden: 8 }, 1e-3), Sampling::Unbiased),
        setup(labelled, Architecture::LabelledVae { hidden: 8, latent: 2, classifier_hidden: 8, classifier_steps: 6 }, 1e-3),
        setup_of(digits.clone(), false),
        guided(digits, 6, 8, 1.0),
        setup(book, Architecture::Transformer { width: 8, blocks: 1, heads: 2 }, 1e-3),
        setup(program, Architecture::Transformer { width: 8, blocks: 1, heads: 2 }, 1e-3),
        setup(moons.clone(), Architecture::FlowMatching { hidden: 8, sampling_steps: 4 }, 1e-3),
        setup(moons, Architecture::Flow { couplings: 2, hidden: 8 }, 1e-3),
    ]
}

/// A diffusion that is told classes, of so many steps and units.
fn guided(digits: Truth, steps: u32, hidden: usize, weight: f64) -> Setup {
    let plain = setup(digits, Architecture::Diffusion { hidden, noise_steps: 20, sampling_steps: 10, classes: true }, 2e-3);
    let Model::Network(network) = &plain.model else { panic!("a network") };
    let recipe = Recipe { length: Length::Steps(steps), batch: 32, ..network.recipe.clone() };
    let model = Model::Network(Network { recipe, ..network.clone() });
    Setup { model, sampling: Sampling::Guidance { weight }, ..plain }
}

fn setup_of(digits: Truth, classes: bool) -> Setup {
    setup(digits, Architecture::Diffusion { hidden: 8, noise_steps: 8, sampling_steps: 4, classes }, 1e-3)
}

fn labelling(setup: Setup, sampling: Sampling) -> Setup {
    Setup { synthesis: Synthesis::Labels { inputs: Inputs::Fresh, choice: LabelChoice::Sampled }, sampling, ..setup }
}

/// A classifier that learns its digits well within a second.
fn classifier(truth: Truth, sampling: Sampling) -> Setup {
    let recipe = Recipe { length: Length::Steps(300), batch: 32, rate: 3e-3, start: Begin::Anew };
    let model = Model::Network(Network { architecture: Architecture::Mlp { hidden: 24 }, recipe });
    let plain = setup(truth.clone(), Architecture::Mlp { hidden: 24 }, 3e-3);
    let samples = Schedule::Constant { start: 600 };
    labelling(Setup { metrics: defined_of(&truth, &model), model, samples, generations: 2, ..plain }, sampling)
}

fn defined_of(truth: &Truth, model: &Model) -> Vec<Metric> {
    let mut metrics = defined(truth, model);
    metrics.retain(|metric| !matches!(metric, Metric::Hit | Metric::HittingTime | Metric::Displacement));
    metrics
}

fn value(setup: &Setup, metric: Metric, t: u32) -> f64 {
    Simulator::prepare(setup).expect("it runs").run(&streams(0)).value(metric, t).expect("measured")
}

/// Digits from zero to four against the others, the first four times as common.
fn uneven() -> Truth {
    let weights = vec![4.0, 4.0, 4.0, 4.0, 4.0, 1.0, 1.0, 1.0, 1.0, 1.0];
    let classes = (0..10).map(|digit| usize::from(digit >= 5)).collect();
    Truth::LabelledDigits { weights, classes, flipped: 0.0, colour: vec![0.5, 0.5] }
}

#[test]
fn a_classifier_learns_what_it_is_told_by_its_predecessor() {
    let honest = classifier(uneven(), Sampling::Argmax);
    let [first, second] = [1, 2].map(|t| value(&honest, Metric::Accuracy, t));
    assert!(first > 0.9 && second > 0.85, "{first} {second}");
    // Labels that are all turned teach the opposite, and the most likely ones say so.
    let turned = classifier(uneven(), Sampling::Flip { share: 1.0, of: Labeller::Model });
    assert!(value(&turned, Metric::Accuracy, 2) < 0.15);
    let rare = value(&honest, Metric::MinorityShare, 2);
    assert!(rare > 0.05 && rare < 0.21, "one image in five is of the rare class, and most likely labels favour the other: {rare}");
    assert!(
        (rare - value(&honest, Metric::PositiveShare, 2)).abs() < 1e-12
            && (rare + value(&honest, Metric::FirstShare, 2) - 1.0).abs() < 1e-9
    );
}

#[test]
fn a_generator_and_its_classifier_hand_on_images_with_their_labels() {
    let architecture = Architecture::LabelledVae { hidden: 64, latent: 8, classifier_hidden: 32, classifier_steps: 800 };
    let recipe = Recipe { length: Length::Steps(1000), batch: 32, rate: 3e-3, start: Begin::Anew };
    let model = Model::Network(Network { architecture, recipe });
    let classes = (0..10).map(|digit| usize::from(digit < 5)).collect();
    let truth = Truth::LabelledDigits { weights: Vec::new(), classes, flipped: 0.0, colour: vec![0.7, 0.3] };
    let metrics = defined_of(&truth, &model);
    let plain = classifier(uneven(), Sampling::Argmax);
    let means = Setup { truth, metrics, model, synthesis: Synthesis::Examples, sampling: Sampling::DecoderMean, ..plain };
    let drawn = Setup { sampling: Sampling::Unbiased, ..means.clone() };
    let [of_means, of_draws] = [&means, &drawn].map(|setup| Simulator::prepare(setup).expect("it runs").run(&streams(0)));
    let first = |metric: Metric| of_means.value(metric, 1).expect("measured");
    assert!(first(Metric::Accuracy) > 0.9);
    // Classes and colours come one in two each, and ten kinds of digit are not one.
    let second = first(Metric::PositiveShare);
    assert!((second - 0.5).abs() < 0.3 && (second.max(1.0 - second) - first(Metric::TopShare)).abs() < 1e-9);
    assert!((first(Metric::Parameter) - 0.5).abs() < 0.2 && (0.2..1.1).contains(&first(Metric::VarianceRatio)));
    // What is handed on changes what comes later and not how the first classifier is judged.
    let accuracies = |t: u32| [&of_means, &of_draws].map(|run| run.value(Metric::Accuracy, t));
    let ([a, b], [c, d]) = (accuracies(1), accuracies(2));
    assert!(a == b && c != d);
}

#[test]
fn quotas_of_labels_and_colours_even_out_what_a_classifier_is_taught() {
    let plain = classifier(uneven(), Sampling::Argmax);
    let quota = |extra| Curation::Quota { groups: (0..4).map(|cell| vec![cell]).collect(), extra };
    let filled = Setup { curation: vec![quota(Some(9.0))], ..plain.clone() };
    // As many of the rare class as of the other: it is said more often than it comes.
    assert!(value(&filled, Metric::MinorityShare, 2) > value(&plain, Metric::MinorityShare, 2));
    let endless = Setup { curation: vec![quota(None)], ..plain.clone() };
    assert!(Simulator::prepare(&endless).is_err_and(|refusals| refusals.iter().any(|refusal| refusal.code == "no-quotas")));
    let short = Setup { curation: vec![Curation::Quota { groups: vec![vec![0], vec![1]], extra: Some(1.0) }], ..plain };
    assert!(Simulator::prepare(&short).is_err_and(|refusals| refusals.iter().any(|refusal| refusal.code == "bad-groups")));
}

#[test]
fn a_classifier_beside_a_chain_of_images_reads_what_the_chain_learns_from() {
    let [(_, digits), ..] = truths();
    let learner = classifier(uneven(), Sampling::Unbiased).model;
    let metrics = vec![Metric::DownstreamAccuracy, Metric::DownstreamCalibrationError, Metric::VarianceRatio];
    let chain = Setup {
        downstream: Some(learner),
        metrics,
        samples: Schedule::Constant { start: 300 },
        sampling: Sampling::DecoderMean,
        ..setup(digits, Architecture::Vae { hidden: 8, latent: 2 }, 1e-3)
    };
    let [real, made] = [1, 2].map(|t| value(&chain, Metric::DownstreamAccuracy, t));
    // An autoencoder of six steps paints grey: real digits teach, its pictures do not.
    assert!(real > 0.8 && made < 0.5, "{real} {made}");
    let error = value(&chain, Metric::DownstreamCalibrationError, 1);
    assert!(error > 0.0 && error < 0.2, "{error}");
    let alone = Setup { downstream: None, metrics: vec![Metric::VarianceRatio], ..chain.clone() };
    assert_eq!(value(&alone, Metric::VarianceRatio, 3).to_bits(), value(&chain, Metric::VarianceRatio, 3).to_bits());
}

fn bent() -> Truth {
    Truth::Rosenbrock { mean: 0.0, deviation: 1.0, noise: 0.5 }
}

fn streams(replicate: u32) -> Streams {
    Streams::of_run(Seed(3), "study", "loop", "", replicate)
}

#[test]
fn a_loop_of_networks_has_the_same_bytes_for_any_number_of_threads() {
    for setup in small() {
        let simulator = Simulator::prepare(&setup).expect("a small loop runs");
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
            pool.install(|| simulator.runs(streams, 0..3))
        };
        let one = with(1);
        let bits = |table: &crate::sim::Table| table.raw().iter().flatten().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert!(one.endings().iter().all(|ending| *ending == Ending::Completed));
        for threads in [2, 8] {
            assert_eq!(bits(&one), bits(&with(threads)), "{:?}", setup.model);
        }
        let values = |metric: Metric| one.column(metric, 3).map(|column| column.iter().flatten().count());
        assert_eq!(values(setup.metrics[0]), Some(3), "{:?}", setup.model);
    }
}

#[test]
fn a_network_trained_anew_on_a_set_that_stays_is_trained_once() {
    let [first, ..] = &small()[..] else { panic!("there is one") };
    let regime = Regime { real: Real::Kept, synthetic: Synthetic::None, ..Regime::replace() };
    let alone = Setup { regime: regime.clone(), ..first.clone() };
    let loss = |setup: &Setup| -> Vec<f64> {
        let run = Simulator::prepare(setup).expect("it runs").run(&streams(0));
        (1..=3).filter_map(|t| run.value(Metric::NegativeLogLikelihood, t)).collect()
    };
    let twin = loss(&alone);
    // The bound is read with new draws of the latent at every generation.
    assert!(twin.len() == 3 && twin.iter().all(|x| (x - twin[0]).abs() < 0.01 * twin[0]), "{twin:?}");
    assert_eq!(twin[0].to_bits(), loss(first)[0].to_bits(), "the first model is the same one");
    // One that goes on from its predecessor is trained again, and moves.
    let Model::Network(network) = &first.model else { panic!("a network") };
    let warm = Network { recipe: Recipe { start: Begin::Predecessor, ..network.recipe.clone() }, ..network.clone() };
    let moving = loss(&Setup { model: Model::Network(warm), regime, ..first.clone() });
    assert!(moving[2] < moving[0], "{moving:?}");
}

/// After six small steps a flow is still nearly its base law, so that what it hands on is as wide as that law was made.
#[test]
fn a_flow_hands_on_draws_of_its_base_law_with_the_variance_asked() {
    let plain = Setup { samples: Schedule::Constant { start: 400 }, ..setup(bent(), Architecture::Flow { couplings: 2, hidden: 8 }, 1e-4) };
    let ratio = |sampling: Sampling, t: u32| {
        let setup = Setup { sampling, ..plain.clone() };
        Simulator::prepare(&setup).expect("it runs").run(&streams(0)).value(Metric::VarianceRatio, t).expect("a ratio")
    };
    let (own, less) = (Sampling::Unbiased, Sampling::VarianceScale { scale: 0.25 });
    assert_eq!(ratio(own.clone(), 1).to_bits(), ratio(less.clone(), 1).to_bits(), "the first fit is the same, and its own law is read");
    assert!((ratio(own.clone(), 3) / ratio(own, 1) - 1.0).abs() < 0.3);
    assert!((ratio(less.clone(), 3) / ratio(less, 1) * 16.0 - 1.0).abs() < 0.3);
}

#[test]
fn guidance_changes_what_is_handed_on_and_not_how_a_model_is_judged() {
    let [(_, digits), ..] = truths();
    let setup = Setup { samples: Schedule::Constant { start: 100 }, generations: 2, ..guided(digits.clone(), 60, 16, 2.0) };
    let plain = Setup { sampling: Sampling::Unbiased, ..setup.clone() };
    let bits = |setup: &Setup, t: u32| value(setup, Metric::VarianceRatio, t).to_bits();
    assert_eq!(bits(&setup, 1), bits(&plain, 1));
    assert_ne!(bits(&setup, 2), bits(&plain, 2));
    let refused = Simulator::prepare(&Setup { sampling: Sampling::Guidance { weight: 1.0 }, ..setup_of(digits, false) });
    assert!(refused.is_err_and(|refusals| refusals.iter().any(|refusal| refusal.code == "sampling-mismatch")));
}

#[test]
fn a_flow_is_read_by_its_density_and_its_points() {
    let setup = setup(bent(), Architecture::Flow { couplings: 2, hidden: 8 }, 1e-3);
    let asked = [
        Metric::NegativeLogLikelihood,
        Metric::EnergyDistance,
        Metric::VarianceRatio,
        Metric::LogVariance,
        Metric::TailCoverage,
        Metric::TailCoverageWide,
        Metric::MassOutside,
    ];
    let run = Simulator::prepare(&setup).expect("it runs").run(&streams(0));
    assert!(asked.iter().all(|metric| run.value(*metric, 3).is_some_and(f64::is_finite)), "{:?}", run.ending());
    // The loss of a law in nats is its entropy at least, but for 1,000 held-out points.
    let entropy = 1.0 + std::f64::consts::TAU.ln() + 0.5_f64.ln();
    assert!(run.value(Metric::NegativeLogLikelihood, 1).is_some_and(|loss| loss > entropy - 0.15));
}

#[test]
fn training_that_diverges_is_an_ending() {
    let [first, ..] = &small()[..] else { panic!("there is one") };
    let Model::Network(network) = &first.model else { panic!("a network") };
    let wild = Network { recipe: Recipe { rate: 1e30, ..network.recipe.clone() }, ..network.clone() };
    let run = Simulator::prepare(&Setup { model: Model::Network(wild), ..first.clone() }).expect("it is tried").run(&streams(0));
    assert_eq!(run.ending(), Ending::Degenerate { generation: 1 });
    assert!(run.value(Metric::NegativeLogLikelihood, 1).is_none());
}

#[test]
fn what_is_shown_of_a_generation_is_the_same_at_every_look() {
    for setup in small().into_iter().filter(|setup| setup.synthesis == Synthesis::Examples) {
        let simulator = Simulator::prepare(&setup).expect("a small loop runs");
        let shown = simulator.shown(&streams(0));
        assert_eq!(shown.len(), 3);
        assert!(shown.iter().all(|examples| !examples.is_empty()));
        assert_eq!(shown, simulator.shown(&streams(0)));
    }
}
