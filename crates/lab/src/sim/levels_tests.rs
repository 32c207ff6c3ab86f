//! Against normal tables, counts and what a truth says of itself.

use super::*;
use crate::sim::{Spectrum, Truth};

fn gaussian(dimension: usize) -> Source<2> {
    Source::of(&Truth::Gaussian { dimension, mean: 0.0, spectrum: Spectrum::Isotropic { variance: 1.0 } }).unwrap()
}

fn masses<const D: usize>(levels: &Levels, pieces: &[Piece<D>], dimension: usize) -> Vec<f64> {
    let mut out = vec![0.0; levels.grid.cells()];
    pieces.iter().for_each(|p| levels.grid.boxes().expect("cells over a box").add(dimension, &p.mean, &p.deviation, p.weight, &mut out));
    out
}

#[test]
fn the_truth_covers_its_own_tail_and_barely_hallucinates() {
    for dimension in [1, 2] {
        let source = gaussian(dimension);
        let levels = Levels::of(&source).unwrap();
        let own = masses(&levels, source.pieces(), dimension);
        assert!((own.iter().sum::<f64>() - 1.0).abs() < 1e-7);
        for metric in [Metric::TailCoverage, Metric::TailCoverageWide] {
            assert!((levels.measure(&own, metric).unwrap() - 1.0).abs() < 1e-9);
        }
        let outside = levels.measure(&own, Metric::MassOutside).unwrap();
        assert!(outside > 0.0009 && outside <= 0.0010001, "{outside}");
    }
}

#[test]
fn a_narrower_gaussian_covers_what_the_normal_tables_say() {
    let levels = Levels::of(&gaussian(1)).unwrap();
    let narrow = Piece { weight: 1.0, mean: [0.0; 2], deviation: [0.8; 2] };
    let found = levels.measure(&masses(&levels, &[narrow], 1), Metric::TailCoverage).unwrap();
    // 1 % tails begin at 2.5758: both sides hold 2 Phi(-2.5758 / 0.8).
    assert!((found - 2.0 * normal_cdf(-2.575_829 / 0.8) / 0.01).abs() < 0.01, "{found}");
    let wide = Piece { weight: 1.0, mean: [0.0; 2], deviation: [2.0; 2] };
    let outside = levels.measure(&masses(&levels, &[wide], 1), Metric::MassOutside).unwrap();
    assert!((outside - 2.0 * normal_cdf(-3.290_527 / 2.0)).abs() < 0.002, "{outside}");
}

#[test]
fn modes_are_kept_or_lost_by_half_their_mass() {
    let truth =
        Truth::GaussianMixture { weights: vec![0.5, 0.5], means: vec![vec![-5.0, 0.0], vec![5.0, 0.0]], deviations: vec![1.0, 1.0] };
    let source = Source::<2>::of(&truth).unwrap();
    let levels = Levels::of(&source).unwrap();
    let own = masses(&levels, source.pieces(), 2);
    assert!((levels.measure(&own, Metric::ModesKept).unwrap() - 1.0).abs() < 1e-12);
    assert!((levels.measure(&own, Metric::MassBetweenModes).unwrap() - 0.01).abs() < 0.0015);
    let one = Piece { weight: 1.0, mean: [-5.0, 0.0], deviation: [1.0, 1.0] };
    assert!((levels.measure(&masses(&levels, &[one], 2), Metric::ModesKept).unwrap() - 0.5).abs() < 1e-12);
    let between = Piece { weight: 1.0, mean: [0.0, 0.0], deviation: [0.5, 0.5] };
    assert!(levels.measure(&masses(&levels, &[between], 2), Metric::MassBetweenModes).unwrap() > 0.99);
    assert!(levels.is_hallucinated(&[0.0, 0.0]) && !levels.is_hallucinated(&[5.0, 1.0]));
    assert!(levels.is_tail(&[0.0, 0.0]) && !levels.is_tail(&[5.0, 1.0]));
}
