//! Samples at the edge: no spread, atoms, failed fits, equal setups, and what an undecided answer needs.

use super::*;
use crate::plan::planted::{self, PlantedCell};
use crate::random::Rng;
use crate::registry::{CellChoice, Comparison};
use crate::sim::{Categories, Ending, Truth};
use crate::taxonomy::Metric;
use rand::{RngExt, SeedableRng};

const ALPHA: f64 = 1e-5;

fn test(kind: TestKind, metric: Metric, statistic: Statistic) -> Test {
    Test { kind, metric: Some(metric), statistic, at: At::Last, cells: CellChoice::Every, relative_to: None }
}

fn bound(side: Side, limit: &str, metric: Metric, statistic: Statistic) -> Test {
    test(TestKind::Bound { side, limit: Expression::parse(limit).expect("a number") }, metric, statistic)
}

fn one(metric: Metric, values: Vec<f64>) -> Runs {
    planted::runs(vec![(Arm::AsPublished, vec![PlantedCell::new("", 1, None, vec![(metric, 1, values)])])])
}

fn said(runs: &Runs, test: &Test) -> Answer {
    ask(runs, &Arm::AsPublished, test, &planted::criteria(), ALPHA)
}

#[test]
fn equal_draws_have_the_width_that_their_number_and_the_range_leave() {
    let below = |limit: &str| bound(Side::Below, limit, Metric::SupportSize, Statistic::Mean);
    let mut runs = one(Metric::SupportSize, vec![1.0; 256]);
    let found = said(&runs, &below("1.001"));
    assert_eq!((found.outcome, found.reason.as_deref()), (TestOutcome::Undecided, Some("no-spread-seen")));
    assert!(found.needs.is_some() && !found.is_final());
    let law = Categories::Given { weights: vec![0.9999, 0.0001] };
    runs.arms.get_mut(&Arm::AsPublished).unwrap().plan.cells[0].setup.truth = Truth::Categorical { law };
    let found = said(&runs, &below("1.001"));
    assert_eq!((found.outcome, found.reason.as_deref()), (TestOutcome::Undecided, Some("too-wide")));
    assert_eq!(found.inference, "equal-draws");
    assert_eq!(said(&runs, &below("1.1")).outcome, TestOutcome::Holds, "up to 4.7 % may be hidden");
}

#[test]
fn an_atom_at_the_median_may_have_width_0_and_the_answer_says_so() {
    let mut rng = Rng::seed_from_u64(1);
    let values = (0..256).map(|_| if rng.random::<f64>() < 0.9 { 2.0 } else { 5.0 }).collect();
    let found = said(&one(Metric::SupportSize, values), &bound(Side::Below, "3.5", Metric::SupportSize, Statistic::Median));
    assert_eq!((found.outcome, found.inference.as_str()), (TestOutcome::Holds, "order-statistics-atom"));
    assert_eq!(found.low, found.high);
}

/// Nine runs in ten ended: half of them are worth what the metric says, by rank and in the mean.
#[test]
fn failed_fits_are_worth_what_the_metric_says() {
    let runs = |metric: Metric, ending: Ending| {
        let mut cell = PlantedCell::new("", 1, None, vec![(metric, 1, vec![0.5; 26].into_iter().chain(vec![f64::NAN; 230]).collect())]);
        cell.endings = (26..256).map(|replicate| (replicate, ending)).collect();
        planted::runs(vec![(Arm::AsPublished, vec![cell])])
    };
    let (degenerate, starved) = (Ending::Degenerate { generation: 1 }, Ending::TooFewSamples { generation: 1 });
    let median = |metric: Metric, ending: Ending, side: Side| {
        let found = said(&runs(metric, ending), &bound(side, "0.1", metric, Statistic::Median));
        (found.outcome, found.reason)
    };
    let holds = (TestOutcome::Holds, None);
    assert_eq!(median(Metric::VarianceRatio, degenerate, Side::Below), holds);
    assert_eq!(median(Metric::ExcessRisk, degenerate, Side::Above), holds);
    assert_eq!(median(Metric::Accuracy, starved, Side::Below), holds);
    let ended = (TestOutcome::Undecided, Some("ended".to_owned()));
    assert_eq!(median(Metric::VarianceRatio, starved, Side::Below), ended);
    assert_eq!(median(Metric::Parameter, degenerate, Side::Below), ended);
    let share = Statistic::Share(Comparison { side: Side::Below, level: 0.1 });
    let found = said(&runs(Metric::VarianceRatio, degenerate), &bound(Side::Above, "0.5", Metric::VarianceRatio, share));
    assert_eq!(found.outcome, TestOutcome::Holds);
    let found = said(&runs(Metric::Parameter, degenerate), &bound(Side::Above, "0.5", Metric::Parameter, share));
    assert_eq!(found.reason.as_deref(), Some("ended"));
}

#[test]
fn arms_with_the_same_setup_and_values_are_equal_by_construction() {
    let mut rng = Rng::seed_from_u64(2);
    let values: Vec<f64> = (0..256).map(|_| rng.random()).collect();
    let twin = Arm::RealOnly(Box::new(Arm::AsPublished));
    let cell = |values: &[f64]| vec![PlantedCell::new("", 2, None, vec![(Metric::ExcessRisk, 2, values.to_vec())])];
    let order = test(
        TestKind::Order { lesser: Operand { arm: OperandArm::RealOnly, ..Operand::default() }, greater: Operand::default(), margin: 0.0 },
        Metric::ExcessRisk,
        Statistic::Mean,
    );
    let equal = said(&planted::runs(vec![(Arm::AsPublished, cell(&values)), (twin.clone(), cell(&values))]), &order);
    assert_eq!((equal.reason.as_deref(), equal.inference.as_str()), (Some("on-the-limit"), "exact-moments"));
    // Another setup: equal values alone are no spread seen.
    let mut runs = planted::runs(vec![(Arm::AsPublished, cell(&values)), (twin.clone(), cell(&values))]);
    runs.arms.get_mut(&twin).unwrap().plan.cells[0].setup.generations = 3;
    assert_eq!(said(&runs, &order).reason.as_deref(), Some("no-spread-seen"));
}

#[test]
fn an_undecided_answer_says_what_it_needs_unless_nothing_would_do() {
    let mut rng = Rng::seed_from_u64(3);
    let heavy = (0..256).map(|_| 1.0 / (1.0 - rng.random::<f64>())).collect();
    let found = said(&one(Metric::ExcessRisk, heavy), &bound(Side::Below, "9", Metric::ExcessRisk, Statistic::Mean));
    assert_eq!((found.reason.as_deref(), found.needs), (Some("heavy-tail"), Some(512)));
}
