//! Regressions of counts and of yes and no against closed forms, plain averages, another fit, and the known growth of their risk.

use super::*;
use crate::random::Seed;
use crate::sim::models::trial::{self, assert_mean, assert_one_law, seeded};
use crate::sim::{Regime, Simulator, check};
use nalgebra::{DMatrix, DVector};

fn setup(link: Link, dimension: usize, regime: Regime, n: u64, generations: u32) -> Setup {
    let truth = Truth::GeneralisedLinear { link, dimension, intercept: 0.4, signal: 0.5 };
    trial::regression(truth, Model::GeneralisedLinear { iterations: 25 }, regime, n, generations, Inputs::Reused)
}

fn of(setup: &Setup, metric: Metric, generation: u32, replicates: u32) -> Vec<f64> {
    let setup = Setup { metrics: vec![metric], ..setup.clone() };
    let simulator = Simulator::prepare(&setup).expect("runs");
    (0..replicates).filter_map(|k| simulator.run(&Streams::of_run(Seed(5), "replies", "trial", "", k)).value(metric, generation)).collect()
}

#[test]
fn information_of_counts_has_its_closed_form() {
    for (intercept, slope) in [(0.0_f64, 0.0_f64), (0.4, 0.7), (-1.0, 1.5)] {
        let mean = (intercept + 0.5 * slope * slope).exp();
        let closed = [mean, mean * slope, mean * (1.0 + slope * slope)];
        let found = information(Link::Poisson, intercept, slope);
        assert!(found.iter().zip(closed).all(|(found, closed)| (found - closed).abs() < 1e-10 * mean), "{found:?} {closed:?}");
    }
}

#[test]
fn readings_are_those_of_plain_averages_over_inputs() {
    for link in [Link::Poisson, Link::Logistic] {
        let world = Replies::of(&setup(link, 3, Regime::replace(), 10, 1)).expect("a world");
        let fit = [0.1, 0.9, -0.2, 0.3];
        let (mut rng, n) = (seeded(3), 200_000);
        let (mut fisher, mut divergence) = (Vec::new(), Vec::new());
        for _ in 0..n {
            let input = world.draw(&mut rng);
            let (eta, own) = (Replies::eta(&world.truth, &input), Replies::eta(&fit, &input));
            fisher.push(link.variance(eta) * (eta - own).powi(2));
            divergence.push(link.mean(eta) * (eta - own) - link.cumulant(eta) + link.cumulant(own));
        }
        assert_mean("fisher error", &fisher, world.fisher_error(&fit));
        if link == Link::Poisson {
            assert_mean("divergence", &divergence, world.divergence(&fit));
        }
        assert!(world.fisher_error(&world.truth).abs() < 1e-15);
    }
}

/// e^40 events cannot be drawn: no number is made up in their place.
#[test]
fn counts_beyond_what_can_be_drawn_leave_no_model() {
    let with = |intercept: f64| {
        let plain = setup(Link::Poisson, 2, Regime::replace(), 50, 2);
        let truth = Truth::GeneralisedLinear { link: Link::Poisson, dimension: 2, intercept, signal: 0.5 };
        of(&Setup { truth, ..plain }, Metric::SquaredError, 1, 20)
    };
    assert!(with(40.0).is_empty());
    let near = with(20.0);
    assert!(near.len() == 20 && near.iter().all(|error| *error < 1e-6), "{near:?}");
}

/// Iterated weighted least squares with dense matrices.
fn by_least_squares(link: Link, replies: &[Reply]) -> Vec<f64> {
    let (n, width) = (replies.len(), replies[0].input.len() + 1);
    let x = DMatrix::from_fn(n, width, |i, k| if k == 0 { 1.0 } else { replies[i].input[k - 1] });
    let mut b = DVector::zeros(width);
    for _ in 0..60 {
        let eta = &x * &b;
        let weights = eta.map(|eta| link.variance(eta));
        let working = DVector::from_fn(n, |i, _| eta[i] + (replies[i].response - link.mean(eta[i])) / weights[i]);
        let weighted = DMatrix::from_fn(n, width, |i, k| weights[i] * x[(i, k)]);
        b = (x.transpose() * &weighted).try_inverse().expect("of full rank") * (weighted.transpose() * working);
    }
    b.iter().copied().collect()
}

#[test]
fn fits_are_those_of_iterated_least_squares() {
    for link in [Link::Poisson, Link::Logistic] {
        let mut twin = twin(&setup(link, 2, Regime::replace(), 80, 1)).expect("a twin");
        let (mut replies, mut fitted) = (Vec::new(), vec![0.0; 3]);
        twin.world.real(RealDraw::First, 80, &mut seeded(8), &mut replies);
        trial::fit(&mut twin, &replies, 1, &mut fitted).expect("a fit");
        let other = by_least_squares(link, &replies);
        assert!(fitted.iter().zip(&other).all(|(a, b)| (a - b).abs() < 1e-8), "{link:?}: {fitted:?} {other:?}");
    }
}

#[test]
fn what_has_no_maximum_is_degenerate() {
    let reply = |x: f64, response: f64| Reply { input: SmallVec::from_slice(&[x]), response };
    let fit = |link, replies: &[Reply]| {
        let mut twin = twin(&setup(link, 1, Regime::replace(), 4, 1)).expect("a twin");
        trial::fit(&mut twin, replies, 1, &mut vec![0.0; 2])
    };
    let apart = [reply(-2.0, 0.0), reply(-1.0, 0.0), reply(1.0, 1.0), reply(2.0, 1.0)];
    assert_eq!(fit(Link::Logistic, &apart), Err(Unfit::Degenerate));
    assert_eq!(fit(Link::Poisson, &[reply(-1.0, 0.0), reply(1.0, 0.0)]), Err(Unfit::Degenerate));
    assert_eq!(fit(Link::Poisson, &[reply(1.0, 2.0)]), Err(Unfit::TooFewSamples));
}

/// To first order in 1/n a step adds the risk of one fit: t of them where data are thrown away, 1 + 1/4 + … + 1/t^2 where they are kept.
#[test]
fn the_risk_of_large_samples_grows_as_known() {
    for link in [Link::Poisson, Link::Logistic] {
        for (regime, expected) in [(Regime::replace(), 3.0), (Regime::accumulate(), 1.0 + 0.25 + 1.0 / 9.0)] {
            let setup = setup(link, 2, regime, 600, 3);
            let (last, first) = (of(&setup, Metric::FisherError, 3, 1200), 3.0 / 600.0);
            let (mean, error) = trial::mean_and_error(&last);
            // Of the next order about four in a hundred.
            let room = 4.5 * error + 0.04 * expected * first;
            assert!((mean - expected * first).abs() < room, "{link:?}: {mean} +- {error}, expected {}", expected * first);
        }
    }
}

#[test]
fn inputs_that_are_reused_come_again_and_fresh_ones_do_not() {
    let reused = setup(Link::Poisson, 2, Regime::replace(), 50, 2);
    let fresh = Setup { synthesis: Synthesis::Labels { inputs: Inputs::Fresh, choice: LabelChoice::Sampled }, ..reused.clone() };
    for (setup, is_same) in [(&reused, true), (&fresh, false)] {
        let mut twin = twin(setup).expect("a twin");
        let (mut real, mut made) = (Vec::new(), Vec::new());
        twin.world.real(RealDraw::First, 50, &mut seeded(1), &mut real);
        twin.learner.synthetic(&mut twin.world, &vec![0.4, 0.5, 0.5], 60, &mut seeded(2), &mut made);
        assert_eq!(real.iter().zip(&made).all(|(a, b)| a.input == b.input), is_same);
        assert!(made[50..].iter().all(|reply| real.iter().all(|other| other.input != reply.input)));
    }
    assert_one_law("first fits", &of(&reused, Metric::FisherError, 1, 400), &of(&fresh, Metric::FisherError, 1, 400));
}

#[test]
fn what_does_not_go_together_is_refused() {
    let codes = |setup: &Setup| check(setup).map_err(|all| all.iter().map(|refusal| refusal.code).collect::<Vec<_>>()).err();
    let good = setup(Link::Logistic, 2, Regime::replace(), 50, 2);
    assert_eq!(codes(&good), None);
    assert_eq!(codes(&Setup { synthesis: Synthesis::Examples, ..good.clone() }), Some(vec!["synthesis-mismatch"]));
    assert_eq!(codes(&Setup { metrics: vec![Metric::KlDivergence], ..good.clone() }), Some(vec!["undefined-metric"]));
    assert_eq!(codes(&Setup { model: Model::Ols, ..good.clone() }), Some(vec!["kind-mismatch"]));
    assert_eq!(codes(&Setup { sampling: Sampling::Temperature { temperature: 0.9 }, ..good.clone() }), Some(vec!["sampling-mismatch"]));
    let wide = Truth::GeneralisedLinear { link: Link::Poisson, dimension: 17, intercept: 0.0, signal: 0.5 };
    assert_eq!(codes(&Setup { truth: wide, ..good }), Some(vec!["no-model"]));
}
