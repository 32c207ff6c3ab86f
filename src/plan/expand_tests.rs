//! Plans: arms, twins, budgets, recorded generations, and what is left out.

use super::trial::{cell, claim, contested, gaussian, outcome, realistic, registry, simulation};
use super::{Arm, Selection, SimulationPlan, expand};
use crate::registry::Registry;
use crate::sim::{Real, Record, Schedule, Setup, Synthetic};
use crate::taxonomy::{Condition, Definition, Metric};
use std::collections::BTreeSet;

fn plans() -> Vec<SimulationPlan> {
    expand(&registry(), &Selection::Published)
}

fn with_simulation(setup: Setup) -> SimulationPlan {
    let mut registry = registry();
    let only = simulation("only", setup, Metric::MeanSquaredError);
    registry.claims = [claim("only", &only, Definition::VarianceCollapse, outcome())].map(|claim| (claim.id.clone(), claim)).into();
    registry.studies.get_mut("tiny").unwrap().simulations = vec![only];
    expand(&registry, &Selection::Published).remove(0)
}

#[test]
fn a_plan_has_published_worlds_singles_leave_one_outs_and_controls() {
    let plans = plans();
    let chain = &plans[0];
    let ids: Vec<String> = chain.arms.keys().map(ToString::to_string).collect();
    for wanted in ["as-published", "realistic", "contested", "accumulate", "quality", "without-quality", "control:variance", "fails:drift"]
    {
        assert!(ids.iter().any(|id| id == wanted), "{wanted} is not among {ids:?}");
    }
    assert!(!ids.contains(&"sampling".to_owned()), "a condition that is met already has no arm");
    assert!(!ids.contains(&"holds:drift".to_owned()), "a branch that changes nothing is the published arm");
    assert_eq!(chain.claims["drift"].test, Arm::AsPublished);
    assert!(chain.left_out.contains_key(&Arm::Single(Condition::Pretraining)));
    assert!(
        chain.left_out[&Arm::Single(Condition::Growth)].contains("limit"),
        "at 1.5 a generation 40 times are reached before the twelfth"
    );
    let short = with_simulation(Setup { generations: 10, ..gaussian(100, 10) });
    assert!(short.arms.contains_key(&Arm::Single(Condition::Growth)), "ten generations do not reach it");
    assert!(plans[1].left_out.contains_key(&Arm::Single(Condition::Quality)));
}

#[test]
fn equal_streams_of_real_data_share_one_twin() {
    let plans = plans();
    let chain = &plans[0];
    let twin_of = |arm: &Arm| chain.arms[arm].twin.clone().unwrap();
    let first = Arm::RealOnly(Box::new(Arm::AsPublished));
    assert_eq!(twin_of(&Arm::AsPublished), first);
    assert_eq!(twin_of(&Arm::Single(Condition::Quality)), first, "a verifier adds no real data");
    assert_eq!(twin_of(&Arm::Control("variance".to_owned())), first);
    assert_ne!(twin_of(&Arm::World(realistic().id)), first, "real data arrive there");
    assert_eq!(twin_of(&Arm::World(realistic().id)), twin_of(&Arm::World(contested().id)));
    for (arm, planned) in &chain.arms {
        if matches!(arm, Arm::RealOnly(_)) {
            assert!(planned.twin.is_none());
            assert!(planned.cells.iter().all(|cell| cell.setup.regime.synthetic == Synthetic::None));
        }
    }
}

#[test]
fn a_twin_records_what_any_of_its_arms_records() {
    for plan in plans() {
        for planned in plan.arms.values() {
            let Some(twin) = planned.twin.as_ref().map(|twin| &plan.arms[twin]) else { continue };
            for (cell, other) in planned.cells.iter().zip(&twin.cells) {
                let (Record::At(read), Record::At(kept)) = (&cell.setup.record, &other.setup.record) else {
                    panic!("plans list generations")
                };
                assert!(read.iter().all(|t| kept.contains(t)));
                assert!(cell.setup.metrics.iter().all(|metric| other.setup.metrics.contains(metric)));
            }
        }
    }
}

#[test]
fn where_only_the_last_training_set_varies_the_twin_has_as_many_real_examples() {
    let plan = with_simulation(Setup { samples: Schedule::Final { start: 50, last: 400 }, ..gaussian(50, 5) });
    let twin = &plan.arms[&Arm::RealOnly(Box::new(Arm::AsPublished))].cells[0].setup;
    assert_eq!((twin.samples.at(1, 5), &twin.regime.real), (400, &Real::Kept));
    assert_eq!(plan.arms[&Arm::AsPublished].cells[0].setup.generations, 5, "and the run is not extended");
}

#[test]
fn worlds_are_asked_at_ten_generations_and_run_on() {
    let plan = with_simulation(gaussian(20, 50));
    let published = &plan.arms[&Arm::AsPublished].cells[0];
    let world = &plan.arms[&Arm::World(realistic().id)].cells[0];
    assert_eq!((published.horizon, world.horizon), (50, 10));
    assert!(world.setup.generations >= 16);
    let Record::At(recorded) = &world.setup.record else { panic!("plans list generations") };
    assert!(recorded.contains(&10) && recorded.last() <= Some(&world.setup.generations));
}

#[test]
fn controls_run_on_only_where_an_asymptotic_definition_is_asked_there() {
    let plans = plans();
    let generations = |name: &str| plans[0].arms[&Arm::Control(name.to_owned())].cells[0].setup.generations;
    assert_eq!(generations("variance"), 12);
    assert!(generations("collapse") >= 16);
}

#[test]
fn budgets_follow_roles_and_are_looks() {
    let mut registry = registry();
    registry.criteria.work_ceiling = 1e9;
    let plan = &expand(&registry, &Selection::Published)[0];
    let budget = |arm: &Arm| plan.arms[arm].budget;
    assert_eq!(budget(&Arm::AsPublished), 32_768);
    assert_eq!(budget(&Arm::Control("collapse".to_owned())), 32_768);
    assert_eq!(budget(&Arm::World(realistic().id)), 4096);
    assert_eq!(budget(plan.arms[&Arm::World(realistic().id)].twin.as_ref().unwrap()), 4096);
    assert_eq!(budget(&Arm::Single(Condition::Quality)), 1024);
}

#[test]
fn the_work_ceiling_lowers_budgets_never_under_the_first_look_and_what_is_printed_not_under_its_floor_while_that_is_cheap() {
    let budgets = |ceiling: f64, floor_cost: f64| {
        let mut registry = registry();
        (registry.criteria.work_ceiling, registry.criteria.floor_cost) = (ceiling, floor_cost);
        let plan = expand(&registry, &Selection::Published).remove(0);
        plan.arms.into_iter().map(|(arm, planned)| (arm, planned.budget)).collect::<Vec<_>>()
    };
    assert!(budgets(1e-9, 0.0).iter().all(|(_, budget)| *budget == 256), "what is dear gives way");
    for (arm, budget) in budgets(1e-9, 1e9) {
        match arm {
            Arm::AsPublished | Arm::World(_) | Arm::Control(_) | Arm::Fails(_) => assert_eq!(budget, 2048, "{arm}"),
            Arm::Single(_) | Arm::Pair(_) | Arm::Without(_) => assert_eq!(budget, 256, "{arm}"),
            Arm::Holds(_) | Arm::HoldsOn(_) | Arm::HoldsIn(..) | Arm::RealOnly(_) | Arm::Side(..) | Arm::Point(_) => {}
        }
    }
    let (low, high) = (budgets(0.05, 0.0), budgets(1e9, 0.0));
    assert!(low.iter().zip(&high).all(|(low, high)| low.1 <= high.1 && low.1 >= 256 && low.1.is_power_of_two()));
}

#[test]
fn dear_sample_by_sample_arms_are_left_out_with_their_reason() {
    let mut registry = registry();
    registry.criteria.cost_ceiling = 1e-6;
    let plan = &expand(&registry, &Selection::Published)[0];
    assert_eq!(plan.left_out[&Arm::Single(Condition::Quality)], "cost");
    assert!(plan.arms.contains_key(&Arm::World(realistic().id)));
    assert!(plan.arms.contains_key(&Arm::Single(Condition::Horizon)), "an exact shortcut is never dear");
}

#[test]
fn endless_worlds_are_left_out_with_their_reason() {
    let mut registry = registry();
    registry.criteria.world_ceiling = 1e-9;
    let plan = &expand(&registry, &Selection::Published)[0];
    assert_eq!(plan.left_out[&Arm::World(realistic().id)], "cost");
    assert!(plan.arms.contains_key(&Arm::AsPublished), "what a study did is run whatever it costs");
}

#[test]
fn another_study_changes_no_plan() {
    let mut larger = registry();
    let mut other = larger.studies["tiny"].clone();
    other.id = "other".to_owned();
    larger.studies.insert(other.id.clone(), other);
    let plans = expand(&larger, &Selection::Published);
    assert_eq!(plans.iter().filter(|plan| plan.study == "tiny").cloned().collect::<Vec<_>>(), self::plans());
}

#[test]
fn drafts_are_planned_only_by_name() {
    let mut registry = registry();
    registry.studies.get_mut("tiny").unwrap().draft = true;
    assert!(expand(&registry, &Selection::Published).is_empty());
    let names = BTreeSet::from([("tiny".to_owned(), "chain".to_owned())]);
    assert_eq!(expand(&registry, &Selection::Named(names)).len(), 1);
}

#[test]
fn a_plan_can_be_written_with_method_reason_cost_and_budget() {
    let written = serde_json::to_value(&plans()[0]).unwrap();
    let arm = &written["arms"]["as-published"];
    assert!(arm["budget"].is_number() && arm["cells"][0]["cost"].is_number());
    assert!(arm["cells"][0]["method"]["reason"].is_string());
    assert!(written["arms"]["real-only"].is_object());
}

#[test]
fn cells_of_a_grid_stay_in_order_in_every_arm() {
    let mut registry: Registry = registry();
    let study = registry.studies.get_mut("tiny").unwrap();
    let chain = &mut study.simulations[0];
    chain.cells = [10, 20, 40]
        .map(|n| crate::registry::Cell { name: format!("samples={n}"), ..cell(gaussian(n, 12), Metric::MeanSquaredError) })
        .into();
    registry.claims.clear();
    let plan = &expand(&registry, &Selection::Published)[0];
    for planned in plan.arms.values() {
        let names: Vec<_> = planned.cells.iter().map(|cell| cell.name.as_str()).collect();
        assert_eq!(names, ["samples=10", "samples=20", "samples=40"]);
        assert!(planned.cells.iter().all(|cell| format!("samples={}", cell.setup.samples.at(1, 1)) == cell.name));
    }
}

#[test]
fn two_conditions_at_a_time_are_planned_where_a_claim_is_disputed_and_change_no_other_arm() {
    let plain = plans();
    let mut registry = registry();
    let id = registry.claims.keys().find(|id| id.name == "collapse").expect("a claim of the chain").clone();
    registry.claims.get_mut(&id).expect("it is there").conflicts = vec!["tiny/variance".to_owned()];
    assert_eq!(expand(&registry, &Selection::Published), plain, "a conflict within a study is its own affair");
    registry.claims.get_mut(&id).expect("it is there").conflicts = vec!["another/claim".to_owned()];
    let disputed = expand(&registry, &Selection::Published);
    assert_eq!(disputed[1], plain[1], "the other simulation tests no disputed claim");
    let is_pair = |arm: &Arm| match arm {
        Arm::RealOnly(of) => matches!(**of, Arm::Pair(_)),
        arm => matches!(arm, Arm::Pair(_)),
    };
    let mut chain = disputed[0].clone();
    assert!(chain.arms.contains_key(&Arm::parse("accumulate+quality", &[]).expect("two conditions")));
    assert!(
        chain.arms.iter().filter(|(arm, _)| matches!(arm, Arm::Pair(_))).all(|(_, planned)| planned.twin.as_ref().is_some_and(is_pair))
    );
    let is_run = |id: &str| chain.arms.contains_key(&Arm::parse(id, &[]).expect("two conditions"));
    assert!(!is_run("accumulate+growth") && is_run("growth+horizon"), "ten generations do not reach the limit of growth, twelve do");
    assert!(!chain.arms.keys().any(|arm| arm.to_string().contains("sampling")), "what is met already makes no pair");
    chain.arms.retain(|arm, _| !is_pair(arm));
    chain.left_out.retain(|arm, _| !is_pair(arm));
    assert_eq!(chain, plain[0]);
}
