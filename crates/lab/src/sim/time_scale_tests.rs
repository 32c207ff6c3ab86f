//! Time-scales against exact expectations: after one of them an exponential approach has come within 1/e.

use super::curation::{Curation, Reward};
use super::models::trial;
use super::{
    Amount, Budget, Capacity, Categories, Earlier, Estimate, Method, Model, Real, Record, Regime, Sampling, Schedule, Setup, Simulator,
    Spectrum, Synthesis, Synthetic, Truth, time_scale,
};
use crate::taxonomy::Metric;

fn gaussian(model: Model, regime: Regime, samples: u64) -> Setup {
    Setup {
        truth: Truth::Gaussian { dimension: 1, mean: 0.0, spectrum: Spectrum::Isotropic { variance: 1.0 } },
        model,
        synthesis: Synthesis::Examples,
        regime,
        curation: Vec::new(),
        sampling: Sampling::Unbiased,
        samples: Schedule::Constant { start: samples },
        generations: 2000,
        capacity: Capacity::Fixed,
        record: Record::At(vec![2000]),
        metrics: vec![Metric::VarianceRatio],
        hitting: None,
        downstream: None,
        method: Method::Auto,
    }
}

fn coins(regime: Regime, samples: u64) -> Setup {
    let truth = Truth::Categorical { law: Categories::Uniform { categories: 2 } };
    Setup { truth, model: Model::Categorical { smoothing: 0.0 }, ..gaussian(Model::Poisson, regime, samples) }
}

fn both() -> Model {
    Model::Gaussian { estimate: Estimate::Both }
}

/// What is left at one time-scale after generation 1 of the way from there to the end.
fn left(setup: &Setup) -> f64 {
    let simulator = Simulator::prepare(setup).expect("a setup that runs");
    let at = |t: f64| {
        let value = |t: f64| simulator.expectation(Metric::VarianceRatio, t as u32).expect("a recursion");
        value(t.floor()) + (value(t.ceil()) - value(t.floor())) * t.fract()
    };
    let end = at(f64::from(setup.generations));
    (at(1.0 + time_scale(setup)) - end) / (at(1.0) - end)
}

#[test]
fn after_one_time_scale_an_approach_without_powers_has_come_within_a_factor_of_e() {
    let shared = |share| Regime {
        real: Real::Fresh { amount: Amount::Share { share, exponent: 0.0 }, earlier: Earlier::Dropped },
        ..Regime::replace()
    };
    let overwritten = |share| Regime { synthetic: Synthetic::Overwrite { share }, ..Regime::replace() };
    let approaches = [
        ("replace, n = 40", gaussian(both(), Regime::replace(), 40)),
        ("replace, n = 100", coins(Regime::replace(), 100)),
        ("a tenth real", gaussian(both(), shared(0.1), 50)),
        ("three tenths real", coins(shared(0.3), 50)),
        ("a quarter overwritten", coins(overwritten(0.25), 40)),
        ("a tenth overwritten", coins(overwritten(0.1), 20)),
        ("augment, a tenth of the set", Setup { samples: Schedule::Listed { sizes: vec![30, 270] }, ..coins(Regime::augment(), 30) }),
        ("scaled variance", Setup { sampling: Sampling::VarianceScale { scale: 0.9 }, ..gaussian(both(), Regime::replace(), 50) }),
    ];
    for (name, setup) in approaches {
        let left = left(&setup);
        // A drift leaves e^-1 = 0.37 of a variance; a pull leaves as much of an error and e^-2 = 0.14 of its square, which is what a
        // variance lacks. A factor 1.5 in the time-scale moves the one to 0.51 and the other to 0.05.
        assert!((0.05..0.51).contains(&left), "{name}: {left} of the way is left at {}", time_scale(&setup));
    }
}

#[test]
fn where_all_data_stay_there_is_no_scale_but_of_a_small_batch_beside_a_large_set_and_of_geometric_growth() {
    let with = |regime, samples| time_scale(&Setup { samples, ..gaussian(both(), regime, 100) });
    let constant = Schedule::Constant { start: 100 };
    let growing = |limit| Schedule::Geometric { start: 100, factor: 1.5, limit };
    for regime in [Regime::accumulate(), Regime::accumulate_subsample(), Regime { budget: Budget::EqualParts, ..Regime::accumulate() }] {
        assert!((with(regime, constant.clone()) - 1.0).abs() < 1e-12);
    }
    assert!((with(Regime::accumulate(), Schedule::Linear { start: 100, step: 100 }) - 1.0).abs() < 1e-12);
    assert!((with(Regime::accumulate(), growing(Some(4000))) - 1.0 / 1.5_f64.ln()).abs() < 1e-12);
    assert!((with(Regime::accumulate(), Schedule::Listed { sizes: vec![100, 1] }) - 100.0).abs() < 1e-12);
    // Growth that stops leaves a chain of the largest size; growth for ever leaves none.
    assert!((with(Regime::replace(), growing(Some(4000))) - 4000.0).abs() < 1e-9);
    assert!((with(Regime::replace(), growing(None)) - 1.0 / 1.5_f64.ln()).abs() < 1e-12);
    assert!((with(Regime::replace(), Schedule::Power { start: 100, exponent: 1.5 }) - 1.0).abs() < 1e-12);
    assert!((with(Regime::replace(), Schedule::Power { start: 100, exponent: 0.5 }) - 2500.0).abs() < 1e-9);
}

#[test]
fn a_walk_without_bounds_has_no_scale_and_a_pull_gives_it_one() {
    let mean = || Model::GaussianDiagonal { estimate: Estimate::Mean };
    assert!((time_scale(&gaussian(mean(), Regime::replace(), 100)) - 1.0).abs() < 1e-12);
    let pulled = Regime {
        real: Real::Fresh { amount: Amount::Share { share: 0.1, exponent: 0.0 }, earlier: Earlier::Dropped },
        ..Regime::replace()
    };
    assert!((time_scale(&gaussian(mean(), pulled.clone(), 100)) - 1.0 / -(0.9_f64.ln())).abs() < 1e-9);
    let declining = Regime { real: Real::Fresh { amount: Amount::Decline, earlier: Earlier::Dropped }, ..Regime::replace() };
    assert!((time_scale(&gaussian(both(), declining, 100)) - 100.0).abs() < 1e-9, "a share that falls leaves the chain's own scale");
}

#[test]
fn where_all_data_stay_a_slight_bias_has_no_end_in_reach_and_a_strong_one_or_growth_has() {
    let accumulated =
        |scale, samples| Setup { sampling: Sampling::VarianceScale { scale }, samples, ..gaussian(both(), Regime::accumulate(), 100) };
    let constant = || Schedule::Constant { start: 100 };
    assert!(time_scale(&accumulated(0.9, constant())).is_infinite());
    assert!((time_scale(&accumulated(0.5, constant())) - 1.0).abs() < 1e-12);
    let growing = Schedule::Geometric { start: 100, factor: 1.5, limit: Some(50_000) };
    assert!((time_scale(&accumulated(0.9, growing)) - 3.0 / -(0.9_f64.ln())).abs() < 1e-9);
    // Where the next mean of the variances kept is s of the one before with weight 1/t, they fall as t^-(1 - s): at s = 0.9 half of the first
    // variance is left after about a thousand generations, which nobody would call an end.
    let setup = accumulated(0.9, constant());
    let simulator = Simulator::prepare(&setup).expect("a setup that runs");
    let at = |t| simulator.expectation(Metric::VarianceRatio, t);
    if let (Some(middle), Some(end)) = (at(1000), at(2000)) {
        let exponent = -(end / middle).log2();
        assert!((exponent - 0.1).abs() < 0.02, "{exponent}");
    }
}

#[test]
fn a_choice_between_two_levels_has_the_rate_of_its_slower_end() {
    let chosen = |span, regime| Setup {
        curation: vec![Curation::BestOf { candidates: 2, reward: Reward::Levels { values: vec![span] } }],
        truth: Truth::Categorical { law: Categories::Given { weights: vec![1.0, 999.0] } },
        generations: 100,
        record: Record::At(vec![50, 100]),
        metrics: vec![Metric::LastShare],
        ..coins(regime, 1_000_000)
    };
    // Where all data stay, a rare better level grows as t^tanh(1/2): too slowly to be told from an end.
    assert!(time_scale(&chosen(1.0, Regime::accumulate())).is_infinite());
    assert!((time_scale(&chosen(2.0, Regime::accumulate())) - 1.0).abs() < 1e-12);
    let run = Simulator::prepare(&chosen(1.0, Regime::accumulate())).expect("a setup that runs").run(&trial::streams(0));
    let share = |t| run.value(Metric::LastShare, t).expect("recorded");
    let exponent = (share(100) / share(50)).log2();
    assert!((exponent - 0.5_f64.tanh()).abs() < 0.03, "{exponent}");
}

#[test]
fn an_extrapolated_bias_lasts_as_long_as_its_closed_form() {
    // The mean variance has the factor a (1 + w (1 - a)) per generation, a = 0.9 (1 - 1/1000).
    let scaled = |weight| Setup {
        curation: vec![Curation::Extrapolate { weight }],
        sampling: Sampling::VarianceScale { scale: 0.9 },
        ..gaussian(both(), Regime::replace(), 1000)
    };
    for weight in [0.0, 0.5, 1.0] {
        let a: f64 = 0.9 * (1.0 - 1.0 / 1000.0);
        let exact = -1.0 / (a * (1.0 + weight * (1.0 - a))).ln();
        let told = time_scale(&scaled(weight));
        assert!((told / exact - 1.0).abs() < 0.1, "w = {weight}: {told} {exact}");
    }
}
