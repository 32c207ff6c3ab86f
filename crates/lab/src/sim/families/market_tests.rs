//! Against plain kernel sums, integrals, and choices made by hand.

use super::*;
use crate::sim::chain::RealDraw;
use crate::sim::models::trial::{seeded, setup, streams};
use crate::sim::world::World as _;
use crate::sim::{Regime, check};

fn of(price: f64, turnover: u32, cut: f64) -> Setup {
    let truth = Truth::StudentT { degrees: 10.0, location: 0.5, scale: 2.0 };
    let model = Model::Market { agents: 25, cut, price, rate: 0.05, turnover };
    Setup { metrics: METRICS.to_vec(), ..setup(truth, model, Regime::replace(), 100, 12) }
}

fn drawn(chain: &mut MarketTwin, n: u64) -> Vec<Point<1>> {
    let mut points = Vec::new();
    chain.world.real(RealDraw::First, n, &mut seeded(n), &mut points);
    points
}

fn fitted(chain: &mut MarketTwin, points: &[Point<1>]) -> Public {
    chain.learner.begin(&streams(3));
    let mut out = chain.learner.blank();
    let training = Weighted { examples: points, weights: None };
    chain.learner.fit(&chain.world, training, 1.0, Start::Anew, &mut seeded(1), &mut out).expect("fits");
    out
}

#[test]
fn the_public_law_is_a_kernel_estimate_of_scotts_width() {
    let mut chain = twin(&of(0.5, 10, 0.75)).expect("fits");
    let points = drawn(&mut chain, 100);
    let public = fitted(&mut chain, &points);
    let at: Vec<f64> = points.iter().map(|[x]| (x - 0.5) / 2.0).collect();
    let mean = at.iter().sum::<f64>() / 100.0;
    let variance = at.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 99.0;
    let width = 100.0_f64.powf(-0.2) * variance.sqrt();
    let density =
        |x: f64| at.iter().map(|a| (-0.5 * ((x - a) / width).powi(2)).exp()).sum::<f64>() / (100.0 * width * std::f64::consts::TAU.sqrt());
    let middle = |cell: usize| edge(cell) + 0.5 * WIDTH;
    // A point counts as the middle of its cell: off by an eighth of the kernel's width at most.
    let off: f64 = (0..CELLS).map(|cell| (public.law[cell] - WIDTH * density(middle(cell))).abs()).sum();
    assert!(off < 0.02 && (public.law.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{off}");
    let second: f64 = (0..CELLS).map(|cell| public.law[cell] * (middle(cell) - mean).powi(2)).sum();
    assert!((public.deviation.powi(2) / second - 1.0).abs() < 0.01 && (public.mean - mean).abs() < 1e-12);
    let truth = |x: f64| chain.world.standard.log_density(x).exp();
    let step = 1e-3;
    let square: f64 = (-12_000..12_000).map(|i| f64::from(i) * step).map(|x| (density(x).sqrt() - truth(x).sqrt()).powi(2) * step).sum();
    let (found, plain) = (hellinger(public.affinity), (0.5 * square).sqrt());
    assert!((found / plain - 1.0).abs() < 0.02, "{found} {plain}");
}

#[test]
fn a_sample_is_worth_what_it_brings_the_law_nearer() {
    let mut chain = twin(&of(0.5, 10, 0.75)).expect("fits");
    // Far off the truth, so that samples bring it nearer.
    let points: Vec<Point<1>> = drawn(&mut chain, 60).iter().map(|[x]| [x + 3.0]).collect();
    let public = fitted(&mut chain, &points);
    let market = &chain.learner;
    let affinity = |law: &[f64]| law.iter().zip(&market.truth).map(|(p, q)| (p * q).sqrt()).sum::<f64>();
    for is_cut in [false, true] {
        let mut rng = seeded(9);
        let gains = (0..LEARNED).map(|_| {
            let mut law: Vec<f64> = public.law.iter().map(|p| 60.0 * p / 61.0).collect();
            market.add(cell(market.draw(public.spread, is_cut, &mut rng)), 1.0 / 61.0, &mut law);
            (hellinger(affinity(&public.law)) - hellinger(affinity(&law))).max(0.0)
        });
        let plain = 100.0 * gains.sum::<f64>() / LEARNED as f64;
        let found = market.value(&public, is_cut, &mut seeded(9));
        assert!(plain > 0.01 && (found - plain).abs() < 1e-9, "{found} {plain}");
    }
}

#[test]
fn what_a_kernel_holds_beyond_the_grid_counts_to_its_last_cells() {
    let mut chain = twin(&of(0.5, 10, 0.75)).expect("fits");
    let points = drawn(&mut chain, 100);
    let public = fitted(&mut chain, &points);
    let (market, n) = (&chain.learner, 100.0);
    let affinity = |law: &[f64]| law.iter().zip(&market.truth).map(|(p, q)| (p * q).sqrt()).sum::<f64>();
    for at in [0, 3, 200, CELLS - 9, CELLS - 1] {
        let mut law = public.law.clone();
        market.add(at, 1.0 / n, &mut law);
        assert!((law.iter().sum::<f64>() - 1.0 - 1.0 / n).abs() < 1e-12, "{at}");
        let (found, plain) = (market.gain(&public.law, n, at), affinity(&law) - affinity(&public.law));
        assert!(plain > 0.0 && (found - plain).abs() < 1e-12, "{at}: {found} {plain}");
    }
}

#[test]
fn agents_buy_what_is_worth_most_beyond_its_price() {
    let mut chain = twin(&of(0.5, 10, 0.75)).expect("fits");
    let market = &mut chain.learner;
    market.tastes = vec![1.0, 2.0, 3.0];
    // Worths 1, 2, 3 and half of these: the middle lies between 1 and 1.5, at 1.25, and a cut sample costs 0.625. The first two agents find
    // nothing above its price or win more by the whole: 1 - 1.25 and 0.5 - 0.625; 0.75 and 0.375; 1.75 and 0.875.
    assert_eq!(market.bought([1.0, 0.5]), Some(0.0));
    // At a fifth of the price a cut one costs 0.25: 0.25 for the first; 0.75 and 0.75 for the second, who takes the cut one; 1.75 and 1.25.
    market.terms.price = 0.2;
    assert_eq!(market.bought([1.0, 0.5]), Some(2.0 / 3.0));
    // Nobody pays as much for what is worth nothing.
    assert_eq!(market.bought([0.0, 0.0]), None);
}

#[test]
fn cut_samples_have_the_variance_of_the_law_between_the_limits() {
    let chain = twin(&of(0.5, 10, 0.75)).expect("fits");
    let (market, spread) = (&chain.learner, 0.9);
    let density = |x: f64| chain.world.standard.log_density(x * market.standard / spread).exp();
    let grid = || (-7500..=7500).map(|i| f64::from(i) * 1e-4);
    let expected = grid().map(|x| x * x * density(x)).sum::<f64>() / grid().map(density).sum::<f64>();
    let mut rng = seeded(4);
    let draws: Vec<f64> = (0..40_000).map(|_| market.draw(spread, true, &mut rng)).collect();
    let found = draws.iter().map(|x| x * x).sum::<f64>() / 40_000.0;
    assert!(draws.iter().all(|x| x.abs() <= 0.75) && (found / expected - 1.0).abs() < 0.03, "{found} {expected}");
}

#[test]
fn a_turnover_takes_the_public_spread_for_the_worlds() {
    for (turnover, at) in [(0, vec![]), (4, vec![4, 8])] {
        let mut chain = twin(&of(0.5, turnover, 0.75)).expect("fits");
        let points = drawn(&mut chain, 100);
        let mut public = fitted(&mut chain, &points);
        for round in 1..10 {
            let (before, mut points) = (public.clone(), Vec::new());
            chain.learner.synthetic(&mut chain.world, &before, 100, &mut seeded(round), &mut points);
            let training = Weighted { examples: &points, weights: None };
            chain.learner.fit(&chain.world, training, 1.0, Start::From(&before), &mut seeded(round), &mut public).expect("fits");
            // The script looks at the round about to begin.
            let turns = at.contains(&(round + 1));
            let expected = if turns { public.deviation } else { before.spread };
            assert!((public.spread - expected).abs() < 1e-12, "{turnover} {round}");
        }
    }
}

#[test]
fn samples_are_dealt_to_the_kinds_as_the_buyers_are() {
    let mut chain = twin(&of(0.5, 10, 0.75)).expect("fits");
    let points = drawn(&mut chain, 100);
    let mut public = fitted(&mut chain, &points);
    let beyond = 2.0 * chain.world.standard.upper(0.75 * chain.learner.standard / public.spread);
    for share in [0.0, 0.4, 1.0] {
        public.share = share;
        let mut made = Vec::new();
        chain.learner.synthetic(&mut chain.world, &public, 40_000, &mut seeded(6), &mut made);
        let found = made.iter().filter(|[x]| ((x - 0.5) / 2.0).abs() > 0.75).count() as f64 / 40_000.0;
        assert!((found - (1.0 - share) * beyond).abs() < 0.012, "{share}: {found}, of whole samples {beyond}");
    }
}

#[test]
fn a_cut_that_every_draw_misses_is_even() {
    let chain = twin(&of(0.5, 10, 1e-12)).expect("fits");
    let mut rng = seeded(9);
    let drawn: Vec<f64> = (0..400).map(|_| chain.learner.draw(2.0, true, &mut rng) / 1e-12).collect();
    let square = drawn.iter().map(|x| x * x).sum::<f64>() / 400.0;
    assert!(drawn.iter().all(|x| x.abs() <= 1.0) && (square - 1.0 / 3.0).abs() < 0.06, "{square}");
}

#[test]
fn terms_without_sense_are_refused() {
    let good = of(0.5, 10, 0.75);
    assert!(check(&good).is_ok());
    let heavy = Truth::StudentT { degrees: 2.0, location: 0.0, scale: 1.0 };
    let market = |agents, cut, price, rate| Model::Market { agents, cut, price, rate, turnover: 3 };
    for (setup, field) in [
        (Setup { truth: heavy, ..good.clone() }, "truth.degrees"),
        (Setup { model: market(0, 0.75, 0.5, 0.1), ..good.clone() }, "model.agents"),
        (Setup { model: market(25, 0.0, 0.5, 0.1), ..good.clone() }, "model.cut"),
        (Setup { model: market(25, 0.75, -0.5, 0.1), ..good.clone() }, "model.price"),
        (Setup { model: market(25, 0.75, 0.5, 1.5), ..good.clone() }, "model.rate"),
    ] {
        let refusals = check(&setup).expect_err(field);
        assert!(refusals.iter().any(|refusal| refusal.code == "bad-market" && refusal.field == field), "{field}: {refusals:?}");
    }
}
