//! Loops of networks: the same bytes for any number of threads, one fit for a set that never changes, endings instead of numbers that are none.

use super::{Architecture, Begin, Length, Network, Recipe, truths};
use crate::random::{Seed, Streams};
use crate::sim::{
    Capacity, Ending, Method, Model, Real, Record, Regime, Sampling, Schedule, Setup, Simulator, Synthesis, Synthetic, Truth, defined,
};
use crate::taxonomy::Metric;

fn setup(truth: Truth, architecture: Architecture, rate: f64) -> Setup {
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
    let [(_, digits), (_, book)] = truths();
    let moons = Truth::Moons { noise: 0.1, angles: crate::sim::Angles::Drawn };
    vec![
        setup(digits.clone(), Architecture::Vae { hidden: 8, latent: 2 }, 1e-3),
        setup(digits, Architecture::Diffusion { hidden: 8, noise_steps: 8, sampling_steps: 4 }, 1e-3),
        setup(book, Architecture::Transformer { width: 8, blocks: 1, heads: 2 }, 1e-3),
        setup(moons.clone(), Architecture::FlowMatching { hidden: 8, sampling_steps: 4 }, 1e-3),
        setup(moons, Architecture::Flow { couplings: 2, hidden: 8 }, 1e-3),
    ]
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
    for setup in small() {
        let simulator = Simulator::prepare(&setup).expect("a small loop runs");
        let shown = simulator.shown(&streams(0));
        assert_eq!(shown.len(), 3);
        assert!(shown.iter().all(|examples| !examples.is_empty()));
        assert_eq!(shown, simulator.shown(&streams(0)));
    }
}
