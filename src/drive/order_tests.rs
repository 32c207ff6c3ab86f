//! Tests that read more, or less, than one arm: orders of changed setups, and outcomes of chosen cells.

use super::tests::{decide, small};
use super::{Held, Scope, Settled};
use crate::plan::trial::{above, cell, claim, conditional, gaussian, outcome, simulation, under_accumulation};
use crate::plan::{Arm, Selection, expand};
use crate::registry::{
    Branch, Cell, CellChoice, Changed, Claim, Control, ControlKind, Operand, OperandArm, OrderSide, Proof, Registry, Simulation, Test,
    TestKind, Variant,
};
use crate::sim::Schedule;
use crate::taxonomy::{Definition, Metric};
use crate::verdict::{ClaimDecision, Outcome, Reply, TestOutcome};
use std::collections::BTreeMap;

/// `lesser` as run lies below the run under accumulation, by more than a tenth of it.
fn below_accumulation(side: OrderSide, variant: Variant) -> Test {
    let greater = Operand { arm: OperandArm::Changed(Changed { side, claim: "order".to_owned(), variant }), ..Operand::default() };
    let kind = TestKind::Order { lesser: Operand::default(), greater, margin: 0.1 };
    crate::plan::trial::test(kind, Some(Metric::VarianceRatio))
}

/// A claim that the variance of a replace chain lies below that of the same chain under accumulation; its control accumulates, so that
/// both sides are one.
fn ordered(simulation: &Simulation) -> Claim {
    let accumulates = || under_accumulation(&simulation.cells);
    let branch = Branch { variant: accumulates(), test: below_accumulation(OrderSide::ControlGreater, accumulates()) };
    let test = below_accumulation(OrderSide::Greater, accumulates());
    Claim {
        proof: Proof::Single { test, control: Control { kind: ControlKind::Negative, branch } },
        ..claim("order", simulation, Definition::VarianceCollapse, outcome())
    }
}

fn only(simulation: Simulation, claim: Claim) -> Registry {
    let mut registry = small();
    registry.claims = BTreeMap::from([(claim.id.clone(), claim)]);
    registry.studies.get_mut("tiny").expect("there").simulations = vec![simulation];
    registry
}

/// Only the claim's own test and its control.
fn own(registry: &Registry) -> Scope {
    let held = BTreeMap::from([(Held::Test, Settled::Decided), (Held::Control, Settled::Decided)]);
    Scope::Accepted(registry.claims.keys().map(|id| (id.clone(), held.clone())).collect())
}

fn decision(registry: &Registry, scope: &Scope) -> ClaimDecision {
    decide(registry, scope).remove(0).claims.into_values().next().expect("one claim")
}

fn said(reply: &Reply) -> TestOutcome {
    match reply {
        Reply::Answer(answer) => answer.outcome,
        Reply::Finding(finding) => panic!("a finding: {finding:?}"),
    }
}

fn chain() -> Simulation {
    simulation("chain", gaussian(20, 12), Metric::MeanSquaredError)
}

#[test]
fn a_changed_side_is_an_arm_without_a_twin_that_reads_what_the_order_reads() {
    let plan = expand(&only(chain(), ordered(&chain())), &Selection::Published).remove(0);
    for id in ["greater:order", "control-greater:order"] {
        let arm = Arm::parse(id, &[]).expect("an arm");
        assert_eq!(arm.to_string(), id);
        let planned = &plan.arms[&arm];
        assert!(planned.twin.is_none() && planned.cells[0].setup.metrics.contains(&Metric::VarianceRatio));
        assert_eq!(planned.cells[0].setup.generations, 12, "it is run as far as it is read");
        assert_eq!(planned.budget, plan.arms[&Arm::AsPublished].budget);
    }
    assert!(!plan.arms.contains_key(&Arm::Side(OrderSide::Lesser, "order".to_owned())), "a side as run is no arm of its own");
}

#[test]
fn the_variance_is_lower_under_replacement_than_under_accumulation_and_the_same_setup_is_not_below_itself() {
    let registry = only(chain(), ordered(&chain()));
    let found = decision(&registry, &Scope::Full);
    assert_eq!(said(&found.test.frozen), TestOutcome::Holds);
    assert_eq!(said(&found.control.frozen), TestOutcome::Fails);
    // (0.9 - 1) of one and the same variance: the pairs differ by exactly a tenth, so the two sides share every stream.
    let Reply::Answer(answer) = &found.control.frozen else { panic!("an order is a test") };
    let (estimate, low, high) = (answer.estimate.expect("told"), answer.low.expect("told"), answer.high.expect("told"));
    assert!(low <= estimate && estimate <= high && high < 0.0, "{answer:?}");
    assert!(matches!(found.published.frozen, Reply::Finding(_)), "elsewhere the definition is asked");
    assert!(matches!(found.leading().expect("asked").frozen, Reply::Finding(_)));
}

#[test]
fn a_check_asks_an_order_of_changed_setups_the_same_way() {
    let registry = only(chain(), ordered(&chain()));
    let full = decision(&registry, &Scope::Full);
    let again = decision(&registry, &own(&registry));
    assert_eq!((again.test.frozen, again.control.frozen), (full.test.frozen, full.control.frozen));
}

#[test]
fn an_outcome_is_asked_of_the_cells_that_its_test_names() {
    let cells: Vec<Cell> =
        [20, 100_000].map(|n| Cell { name: format!("samples={n}"), ..cell(gaussian(n, 16), Metric::MeanSquaredError) }).into();
    let both = Simulation { cells, ..chain() };
    let asked = |cells: CellChoice| {
        let test = Test { cells, ..outcome() };
        let registry = only(both.clone(), claim("outcome", &both, Definition::VarianceCollapse, test));
        match decision(&registry, &own(&registry)).test.frozen {
            Reply::Finding(finding) => (finding.outcome, finding.reason),
            Reply::Answer(answer) => panic!("an answer: {answer:?}"),
        }
    };
    assert_eq!(asked(CellChoice::Named(vec!["samples=20".to_owned()])), (Outcome::Occurs, None));
    assert_eq!(
        asked(CellChoice::Named(vec!["samples=100000".to_owned()])),
        (Outcome::Undecided, Some("transient".to_owned())),
        "its own time-scale is longer than any extension"
    );
    assert_eq!(asked(CellChoice::Every), (Outcome::Undecided, Some("transient".to_owned())), "every cell must say so");
}

#[test]
fn a_changed_holds_when_is_asked_in_every_world_until_its_finding_is_final_and_moves_nothing_else() {
    let simulation = chain();
    let own = conditional("held", &simulation, Definition::AnyRiskIncrease, above(Metric::MeanSquaredError, "0.02"));
    let mut changed = own.clone();
    if let Proof::Conditional { holds_when, .. } = &mut changed.proof {
        holds_when.variant.cells.iter_mut().for_each(|cell| cell.setup.samples = Schedule::Constant { start: 40 });
    }
    let meaning = changed.meaning();
    let with = |claim: &Claim| decide(&only(simulation.clone(), claim.clone()), &Scope::Full).remove(0);
    let (before, after) = (with(&own), with(&changed));
    for arm in ["holds:held", "holds-in-realistic:held", "holds-in-contested:held"] {
        let record = &after.arms[arm];
        let finding = record.profile.finding(meaning).expect("it was asked");
        assert!(finding.is_final() || record.replicates >= 512, "{arm}: {finding:?}");
    }
    assert!(!before.arms.keys().any(|arm| arm.starts_with("holds")));
    let (before, after) = (&before.claims["held"], &after.claims["held"]);
    assert_eq!((&before.worlds, &before.singles), (&after.worlds, &after.singles));
    assert_eq!(before.published.frozen, after.published.frozen);
}
