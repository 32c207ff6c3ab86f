//! Loops in which generated images are chosen by their distance, replaced by centroids or kept where a discriminator likes them.

use super::tests::setup;
use super::{Architecture, Begin, Length, Network, Recipe, truths};
use crate::random::{Seed, Streams};
use crate::sim::{Angles, Budget, Curation, Ending, Model, Regime, Sampling, Schedule, Setup, Simulator, Spacing, Truth, check};
use crate::taxonomy::Metric;

fn images(steps: u32) -> Setup {
    let [(_, truth), ..] = truths();
    let (architecture, rate) = (Architecture::Vae { hidden: 32, latent: 4 }, 3e-3);
    let recipe = Recipe { length: Length::Steps(steps), batch: 32, rate, start: Begin::Anew };
    Setup {
        model: Model::Network(Network { architecture: architecture.clone(), recipe }),
        regime: Regime::accumulate(),
        sampling: Sampling::DecoderMean,
        samples: Schedule::Constant { start: 200 },
        ..setup(truth, architecture, rate)
    }
}

fn spaced(spacing: Spacing) -> Regime {
    Regime { budget: Budget::Spaced(spacing), ..Regime::accumulate() }
}

fn run(setup: &Setup, metric: Metric) -> Vec<f64> {
    let run = Simulator::prepare(setup).expect("it runs").run(&Streams::of_run(Seed(3), "study", "loop", "", 0));
    assert_eq!(run.ending(), Ending::Completed);
    (1..=setup.generations).map(|t| run.value(metric, t).expect("measured")).collect()
}

fn codes(setup: &Setup) -> Vec<&'static str> {
    check(setup).err().unwrap_or_default().iter().map(|refusal| refusal.code).collect()
}

#[test]
fn a_choice_by_distance_keeps_more_spread_than_a_draw_and_tells_how_much_of_it_is_real() {
    let drawn = Setup { regime: Regime::accumulate_subsample(), ..images(300) };
    for spacing in [Spacing::Farthest, Spacing::Threshold] {
        let chosen = Setup { regime: spaced(spacing), ..drawn.clone() };
        let [few, many] = [&drawn, &chosen].map(|setup| run(setup, Metric::VarianceRatio)[2]);
        assert!(many > 1.1 * few, "{spacing:?}: {many} and {few}");
        // A decoder's means lie closer together than real images, of which there are 200 among 600.
        let real = run(&chosen, Metric::RealShare);
        assert!(real[2] > 0.5 && real[2] < 1.0, "{real:?}");
        assert_eq!(run(&chosen, Metric::TrainingSize), [200.0; 3]);
    }
    assert!((run(&drawn, Metric::RealShare)[2] - 1.0 / 3.0).abs() < 1e-12);
}

#[test]
fn a_choice_by_distance_is_refused_where_examples_lie_nowhere_or_real_ones_come_later() {
    assert!(codes(&Setup { regime: spaced(Spacing::Farthest), ..images(6) }).is_empty());
    let newest = Regime { budget: Budget::Spaced(Spacing::Farthest), ..Regime::replace() };
    assert_eq!(codes(&Setup { regime: newest, ..images(6) }), ["choice-mismatch"]);
    let counted = Setup {
        truth: Truth::Moons { noise: 0.1, angles: Angles::Drawn },
        model: Model::Kde { bandwidth: crate::sim::Bandwidth::ScottScipy },
        regime: spaced(Spacing::Threshold),
        sampling: Sampling::Unbiased,
        metrics: Vec::new(),
        ..images(6)
    };
    assert_eq!(codes(&counted), ["choice-mismatch"]);
}

#[test]
fn images_that_become_centroids_are_as_far_from_the_real_ones_as_centroids() {
    let plain = Setup { regime: Regime::replace(), generations: 2, ..images(300) };
    let snapped = |centroids| Setup { curation: vec![Curation::Snap { centroids }], ..plain.clone() };
    // One centroid of each digit: ten images at most are left to learn from, and a network that has few to learn spreads less.
    let [all, few] = [&plain, &snapped(1)].map(|setup| run(setup, Metric::VarianceRatio)[1]);
    assert!((all - few).abs() > 0.01, "{all} {few}");
    assert_eq!(codes(&snapped(0)), ["centroids-mismatch"]);
    assert_eq!(codes(&snapped(65)), ["centroids-mismatch"]);
    let moons = Truth::Moons { noise: 0.1, angles: Angles::Drawn };
    let points =
        Setup { truth: moons, model: Model::Kde { bandwidth: crate::sim::Bandwidth::ScottScipy }, metrics: Vec::new(), ..snapped(4) };
    assert!(codes(&points).contains(&"centroids-mismatch"));
}

#[test]
fn a_discriminator_keeps_images_that_lie_nearer_to_the_real_ones() {
    let plain = Setup { regime: Regime::replace(), sampling: Sampling::Unbiased, ..images(300) };
    let screen = |keep| Setup { curation: vec![Curation::Screen { keep }], ..plain.clone() };
    let all = screen(1.0);
    let [kept, whole] = [&screen(0.1), &all].map(|setup| run(setup, Metric::MassOutside)[2]);
    assert!(kept <= whole, "{kept} {whole}");
    assert!(run(&screen(0.1), Metric::TrainingSize).iter().all(|size| (size - 200.0).abs() < 1e-9));
    assert_eq!(codes(&screen(0.0)), ["screen-mismatch"]);
    let twice = Setup { curation: [all.curation.clone(), all.curation.clone()].concat(), ..all.clone() };
    assert_eq!(codes(&twice), ["screen-mismatch", "screen-mismatch"]);
}
