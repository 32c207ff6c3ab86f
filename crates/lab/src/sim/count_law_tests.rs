//! One law, two computations: counts of bins and of labels against points and labels one by one, as in `law_tests`.

use super::law_tests::{Tests, compare, correction, gaussian, judge, sums};
use super::models::trial;
use super::*;

/// Bins of which some points miss all, as fitted and stretched.
fn histograms(draws: u32, sizes: &[u64], out: &mut Tests) {
    for n in sizes {
        for (place, (name, regime)) in sums().into_iter().enumerate() {
            let model = Model::Histogram { bins: 6, low: -1.5, high: 3.0 };
            let sampling =
                if place % 2 == 0 { Sampling::Unbiased } else { Sampling::VarianceScale { scale: 1.0 + 0.3 * (place % 3) as f64 } };
            let base = Setup {
                metrics: vec![Metric::SquaredError, Metric::Heterozygosity, Metric::VarianceRatio, Metric::SupportSize],
                curation: if place % 3 == 0 { correction() } else { Vec::new() },
                sampling,
                ..trial::setup(gaussian(1), model, regime, *n, 3)
            };
            compare(&format!("{name} histogram n={n}"), &base, draws, out);
        }
    }
}

/// Two classes on reused inputs, beyond which a growing set draws new ones; labels sampled, sharpened, flipped and most likely ones.
fn classifiers(draws: u32, sizes: &[u64], out: &mut Tests) {
    let flip = |of| Sampling::Flip { share: 0.1, of };
    let samplings = [Sampling::Unbiased, Sampling::Temperature { temperature: 0.8 }, flip(Labeller::Own), flip(Labeller::Model)];
    for n in sizes {
        for (place, (name, regime)) in sums().into_iter().enumerate() {
            let truth = Truth::LabelledMixture {
                means: vec![vec![-1.0, 0.0], vec![1.0, 0.5], vec![0.0, 2.0]],
                weights: vec![0.4, 0.4, 0.2],
                deviation: 1.0,
                classes: vec![0, 1, 1],
                groups: vec![0; 3],
            };
            let choice = if place % 5 == 4 { LabelChoice::Argmax } else { LabelChoice::Sampled };
            let base = Setup {
                synthesis: Synthesis::Labels { inputs: Inputs::Reused, choice },
                metrics: vec![Metric::NegativeLogLikelihood, Metric::Accuracy, Metric::PositiveShare],
                sampling: samplings[place % samplings.len()].clone(),
                samples: if place % 2 == 0 { Schedule::Constant { start: *n } } else { Schedule::Linear { start: *n, step: 7 } },
                ..trial::setup(truth, Model::Logistic { penalty: 0.01, iterations: 25 }, regime, *n, 3)
            };
            compare(&format!("{name} labels n={n}"), &base, draws, out);
        }
    }
}

#[test]
fn counts_of_bins_have_the_law_of_points() {
    let mut tests = Vec::new();
    histograms(2000, &[3, 40], &mut tests);
    assert!(tests.len() > 200, "shortcuts are compared, not left out: {}", tests.len());
    judge(&tests);
}

#[test]
fn counted_labels_have_the_law_of_labels_one_by_one() {
    let mut tests = Vec::new();
    classifiers(1000, &[30], &mut tests);
    assert!(tests.len() > 100, "shortcuts are compared, not left out: {}", tests.len());
    judge(&tests);
}
