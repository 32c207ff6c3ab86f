//! What the loop hands to a learner that starts warm, and to a gauge that draws: told by a learner that only counts.

use super::chain::{Chain, Reading, RealDraw, Start, Unfit};
use super::engine::Worker;
use super::learner::{Learner, Weighted};
use super::models::trial::{setup, streams};
use super::needs::Needs;
use super::recorder::recorded;
use super::samples::{Gauge, Twin};
use super::world::World;
use super::*;
use crate::random::Rng;
use rand::RngExt;

/// Examples without content.
#[derive(Clone)]
struct Nothing;

impl World for Nothing {
    type Example = ();

    fn begin(&mut self, _: &Streams) {}

    fn real(&mut self, _: RealDraw, n: u64, _: &mut Rng, out: &mut Vec<()>) {
        out.extend((0..n).map(|_| ()));
    }
}

/// Counts the fits of a run since the last that started anew; draws a number in each.
#[derive(Clone)]
struct Counter<const WARM: bool>;

impl<const WARM: bool> Learner<Nothing> for Counter<WARM> {
    type Fitted = u32;
    const FIT_DRAWS: bool = true;
    const WARM: bool = WARM;

    fn blank(&self) -> u32 {
        77
    }

    fn fit(&mut self, _: &Nothing, _: Weighted<'_, ()>, _: f64, start: Start<'_, u32>, rng: &mut Rng, out: &mut u32) -> Result<(), Unfit> {
        let _: u64 = rng.random();
        *out = match start {
            Start::Anew => 1,
            Start::From(last) => last + 1,
        };
        Ok(())
    }

    fn synthetic(&mut self, _: &mut Nothing, _: &u32, n: u64, _: &mut Rng, out: &mut Vec<()>) {
        out.extend((0..n).map(|_| ()));
    }
}

/// Tells the count, and a number of its own draws.
#[derive(Clone)]
struct Teller;

impl<const WARM: bool> Gauge<Nothing, Counter<WARM>> for Teller {
    const DRAWS: bool = true;

    fn read(&mut self, _: &mut Nothing, _: &mut Counter<WARM>, fitted: &u32, metric: Metric, rng: &mut Rng) -> Reading {
        match metric {
            Metric::Parameter => Reading::Exact(f64::from(*fitted)),
            Metric::Entropy | Metric::SquaredError => Reading::Sampled { value: rng.random(), error: 0.3 },
            _ => Reading::Undefined,
        }
    }

    fn location(&self, _: &Nothing, _: &Counter<WARM>, fitted: &u32, out: &mut Vec<f64>) {
        out.clear();
        out.push(f64::from(*fitted));
    }
}

fn run_of<const WARM: bool>(regime: Regime, metrics: &[Metric]) -> Trajectory {
    let truth = Truth::Poisson { rate: 1.0 };
    let setup = Setup { metrics: metrics.to_vec(), ..setup(truth, Model::Poisson, regime, 3, 5) };
    let chain = Twin::new(Nothing, Counter::<WARM>, Teller);
    let needs = Needs::of(&setup).unwrap_or_else(|step| panic!("{step:?}"));
    let mut worker = Worker::new(chain, None, needs, &setup);
    let mut out = Trajectory::empty(recorded(&setup), setup.metrics.clone());
    worker.generate(&setup, &streams(0), &mut out);
    // A second replicate starts anew.
    worker.generate(&setup, &streams(1), &mut out);
    out
}

fn counts(run: &Trajectory) -> Vec<u32> {
    (1..=5).map(|t| run.value(Metric::Parameter, t).expect("exact") as u32).collect()
}

#[test]
fn a_warm_learner_is_handed_its_predecessor_and_another_one_starts_anew() {
    assert_eq!(counts(&run_of::<true>(Regime::replace(), &[Metric::Parameter])), [1, 2, 3, 4, 5]);
    assert_eq!(counts(&run_of::<false>(Regime::replace(), &[Metric::Parameter])), [1; 5]);
    // A set that never changes is fitted on by whoever starts warm.
    let kept = Regime { synthetic: Synthetic::None, ..Regime::augment() };
    assert_eq!(counts(&run_of::<true>(kept, &[Metric::Parameter])), [1, 2, 3, 4, 5]);
}

#[test]
fn what_else_is_measured_moves_no_reading() {
    let alone = run_of::<true>(Regime::replace(), &[Metric::Entropy]);
    let among = run_of::<true>(Regime::replace(), &[Metric::SquaredError, Metric::Parameter, Metric::Entropy]);
    for t in 1..=5 {
        let bits = |run: &Trajectory, metric| run.value(metric, t).map(f64::to_bits);
        assert!(bits(&alone, Metric::Entropy).is_some() && bits(&alone, Metric::Entropy) == bits(&among, Metric::Entropy));
    }
    assert_ne!(alone.value(Metric::Entropy, 1), alone.value(Metric::Entropy, 2));
    assert_eq!(Reading::from(None).value().or(Reading::Undefined.value()), None);
}

#[test]
fn a_chain_says_what_its_learner_and_its_gauge_draw() {
    fn says<C: Chain>(_: &C) -> [bool; 3] {
        [C::FIT_DRAWS, C::WARM, C::READING_DRAWS]
    }
    assert_eq!(says(&Twin::new(Nothing, Counter::<true>, Teller)), [true; 3]);
    let mixture = setup(catalogue::truths()[0].1.clone(), Model::Mixture { components: 2, iterations: 5 }, Regime::replace(), 9, 2);
    assert_eq!(says(&models::mixture::twin::<1>(&mixture).expect("fits")), [true, false, false]);
}
