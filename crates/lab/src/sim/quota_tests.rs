//! Quotas against their closed forms.

use super::models::trial;
use super::*;
use crate::random::Seed;

/// Two classes in two groups: a majority and a minority of .30, as in the null model of Wyllie et al. (2024).
fn cells(groups: Vec<Vec<usize>>, extra: Option<f64>, sizes: Vec<u64>, generations: u32) -> Setup {
    let law = Categories::Given { weights: vec![0.35, 0.15, 0.35, 0.15] };
    Setup {
        curation: vec![Curation::Quota { groups, extra }],
        metrics: vec![Metric::MinorityShare, Metric::SupportSize],
        samples: Schedule::Listed { sizes },
        ..trial::setup(Truth::Categorical { law }, Model::Categorical { smoothing: 0.0 }, Regime::replace(), 64, generations)
    }
}

fn each(groups: usize) -> Vec<Vec<usize>> {
    (0..groups).map(|group| vec![group]).collect()
}

fn shares(setup: &Setup, generation: u32, replicates: u32) -> Vec<f64> {
    let simulator = Simulator::prepare(setup).expect("fits");
    let table = simulator.runs(|replicate| Streams::of_run(Seed(5), "quota", "", "", replicate), 0..replicates);
    table.column(Metric::MinorityShare, generation).expect("recorded").iter().flatten().collect()
}

#[test]
fn a_quota_for_every_cell_makes_them_equal_at_once() {
    for method in [Method::Statistics, Method::Samples] {
        let setup = Setup { method, ..cells(each(4), None, vec![64], 3) };
        assert!(shares(&setup, 2, 50).iter().all(|share| (share - 0.5).abs() < 1e-12));
        let uneven = Setup { method, ..cells(each(4), None, vec![64, 63], 3) };
        assert!(shares(&uneven, 3, 50).iter().all(|share| (share - 31.0 / 63.0).abs() < 1e-12), "the last cell has one less");
    }
}

#[test]
fn quotas_of_mixed_groups_keep_the_expected_share_within_them() {
    // Each pair holds one cell of the minority: its share is a martingale.
    for method in [Method::Statistics, Method::Samples] {
        let setup = Setup { method, ..cells(vec![vec![0, 1], vec![2, 3]], None, vec![64], 5) };
        trial::assert_mean("share", &shares(&setup, 5, 4000), 0.30);
    }
}

/// E min(X, q) of X binomial.
fn expected_kept(n: u64, p: f64, q: u64) -> f64 {
    use statrs::distribution::{Binomial, Discrete};
    let law = Binomial::new(p, n).expect("a probability");
    (0..=n).map(|k| law.pmf(k) * k.min(q) as f64).sum()
}

#[test]
fn quotas_filled_from_limited_draws_have_their_expectation() {
    // So many real examples that the first fit is the truth.
    for extra in [0.0, 0.5] {
        let draws = 64 + (64.0 * extra) as u64;
        let (major, minor) = (expected_kept(draws, 0.35, 16), expected_kept(draws, 0.15, 16));
        let open = 64.0 - 2.0 * (major + minor);
        let expected = (2.0 * minor + 0.30 * open) / 64.0;
        for method in [Method::Statistics, Method::Samples] {
            let setup = Setup { method, ..cells(each(4), Some(extra), vec![100_000_000, 64], 2) };
            let setup =
                if method == Method::Samples { Setup { samples: Schedule::Listed { sizes: vec![400_000, 64] }, ..setup } } else { setup };
            let replicates = if method == Method::Samples { 200 } else { 20_000 };
            trial::assert_mean(&format!("{method:?}"), &shares(&setup, 2, replicates), expected);
        }
    }
}

#[test]
fn limited_draws_lead_the_minority_to_half_as_the_published_rule_does() {
    // A separate program, 12,000 replicates: .4843 after ten rounds and .4946 after forty, with mean distances from .5 of .0612 (n = 64) and,
    // of fewer replicates, .021 (n = 256).
    let run = |n, generation| shares(&cells(each(4), Some(0.0), vec![100_000_000, n], 41), generation, 4000);
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    assert!((mean(&run(64, 11)) - 0.4843).abs() < 0.006);
    assert!((mean(&run(64, 41)) - 0.4946).abs() < 0.006);
    for (n, expected) in [(64, 0.0612), (256, 0.021)] {
        let distance: Vec<f64> = run(n, 41).iter().map(|share| (share - 0.5).abs()).collect();
        assert!((mean(&distance) - expected).abs() < 0.004, "{n}: {}", mean(&distance));
    }
}

#[test]
fn the_quota_of_an_extinct_group_falls_to_the_others() {
    // One real example: one group is alive, and it takes everything.
    for method in [Method::Statistics, Method::Samples] {
        let setup = Setup { method, ..cells(each(4), None, vec![1, 64], 3) };
        let simulator = Simulator::prepare(&setup).expect("fits");
        let run = simulator.run(&Streams::of_run(Seed(1), "extinct", "", "", 0));
        assert_eq!((run.ending(), run.value(Metric::SupportSize, 3)), (Ending::Completed, Some(1.0)));
    }
}

#[test]
fn groups_that_are_no_partition_are_refused() {
    let code = |setup: &Setup| check(setup).unwrap_err().iter().map(|refusal| refusal.code).collect::<Vec<_>>();
    let good = cells(each(4), None, vec![64], 3);
    let with = |groups: Vec<Vec<usize>>, extra| Setup { curation: vec![Curation::Quota { groups, extra }], ..good.clone() };
    assert!(check(&good).is_ok());
    assert_eq!(code(&with(each(3), None)), ["bad-groups"]);
    assert_eq!(code(&with(each(5), None)), ["bad-groups"]);
    assert_eq!(code(&with([each(4), vec![vec![0]]].concat(), None)), ["bad-groups"]);
    assert_eq!(code(&with([each(4), vec![vec![]]].concat(), None)), ["bad-groups"]);
    assert_eq!(code(&with(each(4), Some(-0.5))), ["bad-extra"]);
    let twice = [good.curation.clone(), good.curation.clone()].concat();
    assert_eq!(code(&Setup { curation: twice, ..good.clone() }), ["quota-not-alone", "quota-not-alone"]);
    let points = Truth::Moons { noise: 0.1, angles: Angles::Drawn };
    let points = Setup { truth: points, model: Model::Kde { bandwidth: Bandwidth::ScottScipy }, metrics: Vec::new(), ..good };
    assert_eq!(code(&points), ["quota-mismatch"]);
}
