//! Overlays: every step alone, and all of them together.

use super::overlay::apply;
use super::trial::{contested, gaussian, realistic, regression};
use super::{Overlaid, Simulated};
use crate::registry::Overlay;
use crate::sim::{
    Amount, Budget, Capacity, Curation, Earlier, Method, Model, Real, Reference, Regime, Sampling, Schedule, Setup, Synthetic, TailView,
    Truth, check,
};
use crate::taxonomy::{Condition, Metric, Word};

fn alone(setup: &Setup, condition: Condition) -> (Setup, Simulated) {
    let mut overlaid = apply(std::slice::from_ref(setup), &realistic(), |c| c == condition);
    (overlaid.setups.remove(0), overlaid.conditions.remove(&condition).unwrap())
}

fn world(setup: &Setup, world: &Overlay) -> Overlaid {
    apply(std::slice::from_ref(setup), world, |_| true)
}

fn histogram() -> Setup {
    let model = Model::Histogram { bins: 20, low: -4.0, high: 4.0 };
    Setup { model, metrics: vec![Metric::NegativeLogLikelihood], ..gaussian(100, 20) }
}

#[test]
fn each_condition_changes_its_own_field_and_nothing_else() {
    let setup = gaussian(100, 50);
    let expected = [
        (Condition::Accumulate, Setup { regime: Regime::accumulate(), ..setup.clone() }),
        (Condition::Growth, Setup { samples: Schedule::Geometric { start: 100, factor: 1.5, limit: Some(4000) }, ..setup.clone() }),
        (
            Condition::Quality,
            Setup {
                curation: vec![Curation::Verifier {
                    true_accept: 0.95,
                    false_accept: 0.2,
                    tail: TailView::Judged,
                    reference: Reference::MostLikely,
                }],
                ..setup.clone()
            },
        ),
        (
            Condition::RealShare,
            Setup {
                regime: Regime { real: Real::Fresh { amount: Amount::Decline, earlier: Earlier::Dropped }, ..Regime::replace() },
                ..setup.clone()
            },
        ),
        (Condition::Horizon, Setup { generations: 10, ..setup.clone() }),
    ];
    for (condition, changed) in expected {
        assert_eq!(alone(&setup, condition), (changed, Simulated::Changed), "{condition}");
    }
    assert_eq!(alone(&setup, Condition::Sampling), (setup, Simulated::AlreadyMet));
}

#[test]
fn capacity_grows_only_where_the_model_has_one() {
    let (changed, simulated) = alone(&histogram(), Condition::Compute);
    assert_eq!((changed.capacity, simulated), (Capacity::Growing { exponent: 0.5 }, Simulated::Changed));
    let (unchanged, simulated) = alone(&gaussian(100, 50), Condition::Compute);
    assert_eq!(unchanged, gaussian(100, 50));
    assert!(matches!(simulated, Simulated::NotSimulated(reason) if reason.contains("capacity")));
}

#[test]
fn pretraining_is_never_simulated() {
    for setup in [gaussian(100, 50), regression(50, 12)] {
        let (unchanged, simulated) = alone(&setup, Condition::Pretraining);
        assert_eq!(unchanged, setup);
        assert!(matches!(simulated, Simulated::NotSimulated(_)));
    }
}

#[test]
fn a_verifier_is_not_simulated_where_the_truth_cannot_say_what_is_correct() {
    let (unchanged, simulated) = alone(&regression(50, 12), Condition::Quality);
    assert_eq!(unchanged, regression(50, 12));
    assert!(matches!(simulated, Simulated::NotSimulated(reason) if reason.contains("curation")));
}

#[test]
fn what_is_met_already_is_left_as_it_is() {
    let met = Setup {
        regime: Regime { real: Real::Fresh { amount: Amount::Decline, earlier: Earlier::Kept }, ..Regime::accumulate() },
        samples: Schedule::Geometric { start: 100, factor: 2.0, limit: None },
        ..gaussian(100, 10)
    };
    for condition in [Condition::Accumulate, Condition::Growth, Condition::RealShare, Condition::Horizon, Condition::Sampling] {
        assert_eq!(alone(&met, condition), (met.clone(), Simulated::AlreadyMet), "{condition}");
    }
}

#[test]
fn a_cut_of_the_pool_stays_and_grows() {
    let subsample = Setup { regime: Regime::accumulate_subsample(), ..gaussian(100, 10) };
    assert_eq!(alone(&subsample, Condition::Accumulate).1, Simulated::AlreadyMet);
    let (grown, simulated) = alone(&subsample, Condition::Growth);
    assert_eq!((grown.regime.budget, simulated), (Budget::WithoutReplacement, Simulated::Changed));
    assert_eq!(grown.samples.at(2, 10), 150);
}

#[test]
fn accumulation_keeps_arriving_real_data() {
    let fresh = Real::Fresh { amount: Amount::Share { share: 0.3, exponent: 0.0 }, earlier: Earlier::Dropped };
    let setup = Setup { regime: Regime { real: fresh, ..Regime::replace() }, ..gaussian(100, 10) };
    let (changed, _) = alone(&setup, Condition::Accumulate);
    assert_eq!(changed.regime.real, Real::Fresh { amount: Amount::Share { share: 0.3, exponent: 0.0 }, earlier: Earlier::Kept });
    assert_eq!(changed.regime.synthetic, Synthetic::All);
}

#[test]
fn a_study_of_the_last_training_set_alone_has_no_growth() {
    let setup = Setup { samples: Schedule::Final { start: 100, last: 800 }, ..gaussian(100, 10) };
    let (unchanged, simulated) = alone(&setup, Condition::Growth);
    assert_eq!(unchanged, setup);
    assert!(matches!(simulated, Simulated::NotSimulated(_)));
}

#[test]
fn the_realistic_world_composes_every_step() {
    let overlaid = world(&gaussian(100, 50), &realistic());
    let setup = &overlaid.setups[0];
    assert_eq!(setup.regime, Regime { real: Real::Fresh { amount: Amount::Decline, earlier: Earlier::Kept }, ..Regime::accumulate() });
    assert_eq!((setup.samples.at(3, 10), setup.generations, setup.curation.len()), (225, 10, 1));
    assert_eq!(overlaid.conditions.len(), Condition::all().len());
    let simulated = overlaid.conditions.values().filter(|s| !matches!(s, Simulated::NotSimulated(_))).count();
    assert_eq!(simulated, 6, "all but compute and pretraining");
    assert!(check(setup).is_ok());
}

#[test]
fn the_contested_world_is_the_realistic_one_with_biased_sampling_and_a_blind_verifier() {
    let (realistic, contested) = (world(&gaussian(100, 50), &realistic()), world(&gaussian(100, 50), &contested()));
    let setup = &contested.setups[0];
    assert_eq!(setup.sampling, Sampling::VarianceScale { scale: 0.9 });
    assert!(matches!(setup.curation[..], [Curation::Verifier { tail: TailView::Blind, .. }]));
    let back = Setup { sampling: Sampling::Unbiased, curation: realistic.setups[0].curation.clone(), ..setup.clone() };
    assert_eq!(back, realistic.setups[0]);
}

#[test]
fn a_shortcut_demanded_for_the_published_setup_is_not_demanded_of_the_world() {
    let setup = Setup { method: Method::Statistics, ..gaussian(100, 50) };
    let (changed, simulated) = alone(&setup, Condition::Quality);
    assert_eq!((changed.method, simulated), (Method::Auto, Simulated::Changed));
}

#[test]
fn a_step_refused_in_one_cell_is_undone_in_all() {
    let cells = [gaussian(100, 50), regression(50, 50)];
    let overlaid = apply(&cells, &realistic(), |c| c == Condition::Quality);
    assert!(matches!(overlaid.conditions[&Condition::Quality], Simulated::NotSimulated(_)));
    assert_eq!(overlaid.setups, cells);
    assert!(matches!(cells[1].truth, Truth::LinearRegression { .. }));
}
