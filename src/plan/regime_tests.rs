//! What single conditions and twins do to training sets, for every regime: sizes, real data, and nothing beside.

use super::overlay::apply;
use super::trial::{claim, gaussian, outcome, realistic, registry, regression, simulation};
use super::{Arm, Selection, SimulationPlan, expand};
use crate::random::{Seed, Streams};
use crate::sim::{
    Amount, Budget, Curation, Earlier, Inputs, Real, Record, Regime, Schedule, Setup, Simulator, Synthetic, check, fewest, held,
};
use crate::taxonomy::{Condition, Definition, Metric};

const N: u64 = 60;
const LAST: u32 = 12;

fn of(real: Real, synthetic: Synthetic) -> Regime {
    Regime { real, synthetic, ..Regime::replace() }
}

fn fresh(amount: Amount, earlier: Earlier) -> Real {
    Real::Fresh { amount, earlier }
}

/// Every regime that the registry can name, on a chain of Gaussians.
fn regimes() -> Vec<(&'static str, Setup)> {
    let share = |share, exponent| Amount::Share { share, exponent };
    let mut named = vec![
        ("replace", Regime::replace()),
        ("accumulate", Regime::accumulate()),
        ("accumulate-subsample", Regime::accumulate_subsample()),
        ("with replacement", Regime { budget: Budget::WithReplacement, ..Regime::accumulate() }),
        ("window", Regime::window(3)),
        ("memory", Regime::memory(3)),
        ("augment", Regime::augment()),
        ("weighted", Regime { real_weight: 2.0, ..Regime::augment() }),
        ("fixed-real-fraction", of(fresh(share(0.5, 0.0), Earlier::Dropped), Synthetic::Newest)),
        ("falling share", of(fresh(share(0.9, 0.5), Earlier::Dropped), Synthetic::Newest)),
        ("fresh-real", of(fresh(Amount::Count { count: 20 }, Earlier::Dropped), Synthetic::Newest)),
        ("accumulate-fresh", of(fresh(share(0.3, 0.0), Earlier::Kept), Synthetic::All)),
        ("balanced", Regime { budget: Budget::EqualParts, ..Regime::accumulate() }),
        ("incremental", of(Real::First, Synthetic::Overwrite { share: 0.25 })),
    ]
    .into_iter()
    .map(|(name, regime)| (name, Setup { regime, ..gaussian(N, LAST) }))
    .collect::<Vec<_>>();
    let detector = Curation::DetectorWeighted { hits: 0.8, false_alarms: 0.1, weight: 0.25 };
    for (name, regime) in [("detector", Regime::accumulate()), ("detector of the newest", Regime::augment())] {
        named.push((name, Setup { regime, curation: vec![detector.clone()], ..gaussian(N, LAST) }));
    }
    let beside = of(fresh(Amount::Count { count: 20 }, Earlier::Dropped), Synthetic::Newest);
    let uneven = Schedule::Listed { sizes: vec![20, 20, 40, 60, 80] };
    named.push(("fresh-real beside other sizes", Setup { regime: beside.clone(), samples: uneven, ..gaussian(N, LAST) }));
    named.push((
        "fresh-real beside a last size",
        Setup { regime: beside, samples: Schedule::Final { start: N, last: 200 }, ..gaussian(N, LAST) },
    ));
    named
        .push(("expanding", Setup { samples: Schedule::Listed { sizes: vec![N, 15] }, regime: Regime::accumulate(), ..gaussian(N, LAST) }));
    named
}

fn single(setup: &Setup, condition: Condition) -> Setup {
    apply(std::slice::from_ref(setup), &realistic(), |c| c == condition).setups.remove(0)
}

/// Mean size and mean number of real examples, measured along runs.
fn measured(setup: &Setup) -> Vec<(f64, f64)> {
    let setup = Setup { metrics: vec![Metric::TrainingSize, Metric::RealShare], record: Record::All, ..setup.clone() };
    let simulator = Simulator::prepare(&setup).expect("a setup that runs");
    let table = simulator.runs(|replicate| Streams::of_run(Seed(9), "held", "", "", replicate), 0..400);
    let at = |metric, t| {
        let column = table.column(metric, t).expect("recorded");
        column.iter().flatten().sum::<f64>() / 400.0
    };
    (1..=setup.generations).map(|t| (at(Metric::TrainingSize, t), at(Metric::TrainingSize, t) * at(Metric::RealShare, t))).collect()
}

/// The published regimes, and each with a single condition.
fn all_setups() -> Vec<(String, Setup)> {
    let mut all = Vec::new();
    for (name, setup) in regimes() {
        for condition in [Condition::Accumulate, Condition::Growth, Condition::RealShare, Condition::Quality] {
            all.push((format!("{name}, {condition}"), single(&setup, condition)));
        }
        all.push((name.to_owned(), setup));
    }
    all
}

#[test]
fn sizes_and_real_shares_told_from_the_regime_are_those_that_runs_have() {
    for (name, setup) in all_setups() {
        for (t, (told, (size, real))) in held(&setup).iter().zip(measured(&setup)).enumerate() {
            assert!((told.size - size).abs() < 1e-9, "{name}, generation {}: told {told:?}, found {size}", t + 1);
            // A detector's choice is random: 400 runs of a binomial share, five standard errors.
            let room = if setup.detector().is_some() { 5.0 * (0.25 * size / 400.0_f64).sqrt() + 0.02 * size } else { 1e-6 * size };
            assert!((told.real - real).abs() <= room, "{name}, generation {}: told {told:?}, found {real} real", t + 1);
        }
    }
}

#[test]
fn the_single_arm_of_the_real_share_leaves_sizes_and_makes_one_new_point_in_t_real() {
    for (name, setup) in regimes() {
        let (published, declined) = (held(&setup), held(&single(&setup, Condition::RealShare)));
        for (t, (before, after)) in (1_u64..).zip(published.iter().zip(&declined)).skip(1) {
            assert!((before.size - after.size).abs() < 1e-9, "{name}: the set has {} points and had {}", after.size, before.size);
            let new = before.fresh + before.synthetic;
            assert_eq!(after.fresh + after.synthetic, new, "{name}: as many points are new at generation {t}");
            assert_eq!(after.fresh, new.div_ceil(t), "{name}: one in {t} of them is real");
        }
    }
    let share = |setup: &Setup| held(setup).last().map(|set| set.real / set.size).expect("generations");
    let ten = Setup { generations: 10, ..gaussian(100, 10) };
    assert!((share(&single(&ten, Condition::RealShare)) - 0.1).abs() < 1e-9, "under replace a tenth is real at generation 10");
}

#[test]
fn a_single_arm_moves_only_its_own_condition() {
    for (name, setup) in regimes() {
        let before = held(&setup);
        let kept = single(&setup, Condition::Accumulate);
        for (before, after) in before.iter().zip(held(&kept)) {
            assert_eq!((before.fresh, before.synthetic), (after.fresh, after.synthetic), "{name}: keeping adds nothing");
        }
        let grown = single(&setup, Condition::Growth);
        assert_eq!(Setup { samples: setup.samples.clone(), ..grown }, setup, "{name}: growth moves sizes only");
        let judged = single(&setup, Condition::Quality);
        for (before, after) in before.iter().zip(held(&judged)) {
            let same = |a: f64, b: f64| (a - b).abs() < 1e-9;
            assert!(same(before.size, after.size) && same(before.real, after.real), "{name}: a verifier moves no data");
        }
        let back = Setup { curation: setup.curation.clone(), regime: setup.regime.clone(), ..judged };
        assert_eq!(back, setup, "{name}: quality moves curation only");
        let long = single(&setup, Condition::Horizon);
        assert_eq!(Setup { generations: LAST, ..long }, setup);
        assert_eq!(single(&setup, Condition::Sampling), setup, "{name}: sampling is unbiased already");
        assert!(check(&kept).is_ok());
    }
}

fn planned(setup: Setup, risk: Metric) -> SimulationPlan {
    let mut registry = registry();
    let only = simulation("only", setup, risk);
    registry.claims = [claim("only", &only, Definition::VarianceCollapse, outcome())].map(|claim| (claim.id.clone(), claim)).into();
    registry.studies.get_mut("tiny").unwrap().simulations = vec![only];
    expand(&registry, &Selection::Published).remove(0)
}

#[test]
fn a_twin_holds_the_real_data_that_its_arm_holds_and_the_first_set_where_that_is_too_little() {
    for (name, setup) in regimes() {
        let plan = planned(setup.clone(), Metric::MeanSquaredError);
        for (arm, planned) in &plan.arms {
            let Some(twin) = planned.twin.as_ref().map(|twin| &plan.arms[twin].cells[0].setup) else { continue };
            let setup = &planned.cells[0].setup;
            // Where only the last size moves and no real data arrive, a scaling law compares that many real examples.
            let is_scaled = matches!(setup.samples, Schedule::Final { .. }) && !matches!(setup.regime.real, Real::Fresh { .. });
            if is_scaled || !held(setup).iter().any(|set| set.synthetic > 0) {
                continue;
            }
            for (t, (own, other)) in (1..).zip(held(setup).iter().zip(held(twin))) {
                assert_eq!(other.synthetic, 0, "{name}, {arm}");
                let first = setup.samples.at(1, setup.generations) as f64;
                let wanted = if (own.real.round() as u64) < fewest(setup) { first } else { own.real.round() };
                assert!((other.real - wanted).abs() <= 1.0, "{name}, {arm}, generation {t}: {own:?} against {other:?}");
                assert!((other.size - other.real).abs() < 1e-9, "{name}, {arm}");
            }
        }
    }
}

#[test]
fn a_loop_without_synthetic_data_is_its_own_twin_number_by_number() {
    let whole = Amount::Share { share: 1.0, exponent: 0.0 };
    let alone = [
        of(fresh(whole.clone(), Earlier::Dropped), Synthetic::Newest),
        of(fresh(whole.clone(), Earlier::Kept), Synthetic::All),
        of(fresh(whole.clone(), Earlier::First), Synthetic::Newest),
        of(fresh(whole.clone(), Earlier::First), Synthetic::Window { size: 2 }),
        Regime { budget: Budget::WithoutReplacement, ..of(fresh(whole.clone(), Earlier::Kept), Synthetic::All) },
        Regime { budget: Budget::EqualParts, ..of(fresh(whole.clone(), Earlier::Kept), Synthetic::All) },
        of(fresh(whole.clone(), Earlier::Dropped), Synthetic::Overwrite { share: 0.5 }),
        Regime { real_weight: 3.0, ..of(fresh(whole.clone(), Earlier::Dropped), Synthetic::Newest) },
        of(Real::First, Synthetic::None),
    ];
    for regime in alone {
        let labels = Setup { regime: Regime { real_inputs: Inputs::Fresh, ..regime.clone() }, ..regression(50, 8) };
        for (setup, risk) in [(Setup { regime: regime.clone(), ..gaussian(N, 8) }, Metric::MeanSquaredError), (labels, Metric::ExcessRisk)]
        {
            if check(&setup).is_err() {
                continue;
            }
            let plan = planned(setup.clone(), risk);
            let published = &plan.arms[&Arm::AsPublished];
            let twin = &plan.arms[published.twin.as_ref().expect("a twin")].cells[0].setup;
            let values = |setup: &Setup| {
                let simulator = Simulator::prepare(setup).expect("planned");
                let table = simulator.runs(|replicate| Streams::of_run(Seed(3), "own", "", "", replicate), 0..20);
                let column = table.column(risk, 8).expect("recorded");
                column.iter().map(|value| value.map(f64::to_bits)).collect::<Vec<_>>()
            };
            assert_eq!(values(&published.cells[0].setup), values(twin), "{:?}", setup.regime);
        }
    }
}
