use super::mixture::{ARRIVED, Component, Components, MixtureTwin, left, starts, twin};
use crate::sim::chain::{RealDraw, Unfit};
use crate::sim::learner::Weighted;
use crate::sim::models::trial::{fit, last_of_chain, mean_and_error, run, seeded, setup, streams};
use crate::sim::world::World;
use crate::sim::{Model as Kind, Regime, Setup, Truth};
use crate::taxonomy::Metric;

fn two_far() -> Truth {
    Truth::GaussianMixture { weights: vec![0.3, 0.7], means: vec![vec![-4.0, 0.0], vec![4.0, 1.0]], deviations: vec![1.0, 0.5] }
}

fn em(components: usize, n: u64, generations: u32, metrics: &[Metric]) -> Setup {
    let model = Kind::Mixture { components, iterations: 60 };
    Setup { metrics: metrics.to_vec(), ..setup(two_far(), model, Regime::replace(), n, generations) }
}

#[test]
fn the_fit_finds_two_far_components() {
    let setup = em(2, 4000, 1, &[]);
    let mut model = twin::<2>(&setup).unwrap();
    let mut fitted = run(&mut model, &setup, &streams(0), |_, f| f.clone()).unwrap().remove(0);
    fitted.sort_by(|a, b| a.mean[0].total_cmp(&b.mean[0]));
    assert!((fitted[0].weight - 0.3).abs() < 0.03 && (fitted[0].mean[0] + 4.0).abs() < 0.15);
    assert!((fitted[1].variance.sqrt() - 0.5).abs() < 0.03 && (fitted[0].variance.sqrt() - 1.0).abs() < 0.06);
}

/// Sixty steps whatever happens, against those until EM has arrived: over many samples, near and far components, most fits are the same to
/// far below what another sample would change.
#[test]
fn steps_that_are_left_out_change_nothing_that_matters() {
    let mut differences = Vec::new();
    for (apart, n) in [(2.0, 100), (4.0, 50), (4.0, 500), (8.0, 50)] {
        let truth = Truth::GaussianMixture {
            weights: vec![0.5, 0.5],
            means: vec![vec![-apart / 2.0], vec![apart / 2.0]],
            deviations: vec![1.0; 2],
        };
        let setup = setup(truth, Kind::Mixture { components: 2, iterations: 60 }, Regime::replace(), n, 1);
        let mut model = twin::<1>(&setup).unwrap();
        for replicate in 0..250 {
            let (mut rng, mut points) = (seeded(replicate), Vec::new());
            model.world.real(RealDraw::First, n, &mut rng, &mut points);
            let fits = [ARRIVED, 0.0].map(|arrived| {
                let mut fitted = Vec::new();
                model.learner.arrived = arrived;
                model.learner.maximise(Weighted { examples: &points, weights: None }, 1.0, &mut seeded(9), &mut fitted).unwrap();
                fitted
            });
            let far =
                |(a, b): (&Component<1>, &Component<1>)| (a.mean[0] - b.mean[0]).abs().max((a.weight - b.weight).abs()) * (n as f64).sqrt();
            differences.push(fits[0].iter().zip(&fits[1]).map(far).fold(0.0, f64::max));
        }
    }
    differences.sort_by(f64::total_cmp);
    // In units of the standard error of a mean of n points of deviation 1.
    assert!(
        differences[500] < 1e-3 && differences[990] < 0.02,
        "{:?}",
        [0.5, 0.9, 0.99, 1.0].map(|q: f64| differences[((q * 1000.0) as usize).min(999)])
    );
}

#[test]
fn the_likelihood_never_falls_over_a_step() {
    let setup = em(3, 60, 1, &[]);
    let mut model = twin::<2>(&setup).unwrap();
    let (mut rng, mut points) = (seeded(5), Vec::new());
    model.world.real(RealDraw::First, 60, &mut rng, &mut points);
    let means = starts(&points, &|_| 1.0, 3, &mut rng);
    let mut fitted: Components<2> = means.into_iter().map(|mean| Component { weight: 1.0 / 3.0, mean, variance: 5.0 }).collect();
    let loss = |model: &MixtureTwin<2>, f: &Components<2>| points.iter().map(|x| model.learner.log_density(f, x)).sum::<f64>();
    let mut before = loss(&model, &fitted);
    for _ in 0..50 {
        model.learner.step(&points, &|_| 1.0, 1e-9, 1.0, &mut fitted);
        let after = loss(&model, &fitted);
        assert!(after >= before - 1e-9);
        before = after;
    }
}

#[test]
fn integrated_squared_error_equals_its_quadrature() {
    let setup = em(2, 50, 1, &[]);
    let model = twin::<2>(&setup).unwrap();
    let c = |weight, x, y, variance| Component { weight, mean: [x, y], variance };
    let fitted = vec![c(0.5, -3.0, 0.2, 1.5), c(0.5, 3.5, 0.5, 0.6)];
    let truth = vec![c(0.3, -4.0, 0.0, 1.0), c(0.7, 4.0, 1.0, 0.25)];
    let step = 0.05;
    let sum: f64 = (0..400 * 320)
        .map(|cell| {
            let x = [-10.0 + step * f64::from(cell % 400), -8.0 + step * f64::from(cell / 400)];
            (model.learner.log_density(&fitted, &x).exp() - model.learner.log_density(&truth, &x).exp()).powi(2)
        })
        .sum();
    let found = model.learner.integrated_squared_error(&model.world, &fitted).unwrap();
    assert!((sum * step * step / found - 1.0).abs() < 1e-3, "{} {found}", sum * step * step);
    assert!(model.learner.integrated_squared_error(&model.world, &truth).unwrap() < 1e-15);
}

#[test]
fn a_replace_loop_loses_variance_and_modes() {
    let metrics = [Metric::ModesKept, Metric::LogVariance];
    let (early, late) = (em(2, 30, 1, &metrics), em(2, 30, 60, &metrics));
    let mean = |setup: &Setup, metric| mean_and_error(&last_of_chain(&twin::<2>(setup).unwrap(), setup, metric, 0..60)).0;
    assert!(mean(&early, Metric::ModesKept) > 0.9);
    assert!(mean(&late, Metric::ModesKept) < mean(&early, Metric::ModesKept) - 0.1);
}

#[test]
fn equal_points_are_a_degenerate_fit_and_few_points_too_few() {
    let mut model = twin::<2>(&em(2, 30, 1, &[])).unwrap();
    let mut out = Vec::new();
    assert_eq!(fit(&mut model, &[[1.0, 1.0]; 9], 1, &mut out), Err(Unfit::Degenerate));
    assert_eq!(fit(&mut model, &[[1.0, 1.0]], 1, &mut out), Err(Unfit::TooFewSamples));
}

#[test]
fn steps_that_grow_are_not_at_their_end_and_shrinking_ones_add_up() {
    assert!(left(0.0, 0.3).is_infinite(), "one step tells nothing");
    assert!(left(0.1, 0.1).is_infinite() && left(0.1, 0.2).is_infinite());
    let whole: f64 = (1..200).map(|k| 0.1 * 0.8_f64.powi(k)).sum();
    assert!((left(0.1 / 0.8, 0.1) - whole).abs() < 1e-12);
}
