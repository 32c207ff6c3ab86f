//! How a claim is put to the test: its test and its control, its two branches, or the reason why there is none.

use super::node::Node;
use super::problem::Log;
use super::read_context::Context;
use super::read_study::{text, unknown_simulation};
use super::read_test::test;
use super::read_variant::{Ground, IN_CONTROL, OWN, variant};
use super::shape::quoted;
use super::{Asserts, Branch, Cell, Control, ControlKind, Operand, OperandArm, OrderSide, Proof, Simulation, Test, TestKind};
use crate::taxonomy::Functional;

/// The proof of a claim.
pub(super) fn proof(item: &Node, asserts: Option<Asserts>, functional: Functional, context: &Context) -> Option<Proof> {
    let log = context.log;
    let given: Vec<_> = ["untested", "test", "holds_when", "fails_when"].into_iter().filter(|key| item.child(key).is_some()).collect();
    let pair = given == ["holds_when", "fails_when"];
    let remedy = "write `test` with `control` or `positive_control`, or `holds_when` with `fails_when` (asserts conditional), or `untested` with the reason";
    if given.is_empty() {
        log.unfilled(item.place, "no-proof", "the claim has neither a test nor a reason why it is untested", remedy);
        return None;
    }
    if given.len() > 1 && !pair {
        let message = format!("{} stand together", quoted(&given));
        log.problem(item.place_of(given[1]), "contradiction", message, remedy);
        return None;
    }
    if item.child("untested").is_some() {
        return Some(Proof::Untested { reason: text(item, "untested") });
    }
    if let Some(asserts) = asserts
        && (asserts == Asserts::Conditional) != pair
    {
        let (message, remedy) = if pair {
            (
                format!("branches stand beside `asserts = \"{asserts}\"`"),
                "write `asserts = \"conditional\"`, or one `test` with its `control`",
            )
        } else if given == ["test"] {
            ("a conditional claim has one `test`".to_owned(), "write `holds_when` and `fails_when`, each with `change` and `test`")
        } else {
            ("a conditional claim lacks a branch".to_owned(), "write both `holds_when` and `fails_when`")
        };
        log.problem(item.place_of("asserts"), "conditional", message, remedy);
        return None;
    }
    let (name, table) = simulation(item, context)?;
    let claim = item.child("id").and_then(Node::text).unwrap_or_default();
    let bench = Bench { simulation: context.study.simulation(name), name, table, claim, functional, log };
    if pair {
        let side = |key: &str, sides| {
            let node = item.child(key)?;
            bench.branch(node.child("change"), node.child("test")?, sides)
        };
        let (holds_when, fails_when) = (side("holds_when", OWN), side("fails_when", IN_CONTROL));
        return Some(Proof::Conditional { holds_when: holds_when?, fails_when: fails_when? });
    }
    let node = item.child("test")?;
    let cells = bench.simulation.map_or(&[][..], |simulation| &simulation.cells);
    let test = bench.test(None, cells, node, OWN);
    let control = control(item, log).and_then(|(kind, change)| {
        let branch = bench.branch(Some(change), node, IN_CONTROL)?;
        read_alike(item, test.as_ref()?, &branch, kind, log);
        Some(Control { kind, branch })
    });
    Some(Proof::Single { test: test?, control: control? })
}

/// What all tests of one claim stand on.
struct Bench<'a> {
    /// The simulation; `None` where it could not be read.
    simulation: Option<&'a Simulation>,
    name: &'a str,
    table: &'a Node,
    claim: &'a str,
    functional: Functional,
    log: &'a Log<'a>,
}

impl Bench<'_> {
    fn test(&self, change: Option<&Node>, cells: &[Cell], node: &Node, sides: [OrderSide; 2]) -> Option<Test> {
        let Self { table, claim, functional, log, .. } = *self;
        test(node, &Ground { simulation: self.simulation?, table, change, cells, claim, sides, functional, log })
    }

    fn branch(&self, change: Option<&Node>, node: &Node, sides: [OrderSide; 2]) -> Option<Branch> {
        let variant = variant(&[change], self.name, self.table, self.log)?;
        let test = self.test(change, &variant.cells, node, sides)?;
        Some(Branch { variant, test })
    }
}

/// The one control of a claim with one test: which kind, and its change.
fn control<'n>(item: &'n Node, log: &Log) -> Option<(ControlKind, &'n Node)> {
    let written = [("control", ControlKind::Negative), ("positive_control", ControlKind::Positive)];
    let mut given = written.into_iter().filter_map(|(key, kind)| Some((kind, item.child(key)?)));
    let remedy = "write `control = { … }` (one knob changed: there the test must positively fail), or, where the study is contradicted, \
                  `positive_control = { … }` (there it must positively hold)";
    match (given.next(), given.next()) {
        (None, _) => {
            log.unfilled(item.place, "missing-key", "the claim has a test without a control", remedy);
            None
        }
        (Some(_), Some((_, second))) => {
            log.problem(second.place, "contradiction", "`control` and `positive_control` stand together", remedy);
            None
        }
        (Some((_, control)), None) if control.entries().is_empty() => {
            log.problem(control.place, "empty-control", "the control changes nothing", "change one knob");
            None
        }
        (found, None) => found,
    }
}

/// An order whose two sides are one and the same in the control differs there by exactly nothing: without a margin it can neither
/// hold nor fail.
fn read_alike(item: &Node, test: &Test, branch: &Branch, kind: ControlKind, log: &Log) {
    let TestKind::Order { lesser, greater, margin } = &branch.test.kind else { return };
    let setups = |operand: &Operand| -> Option<Vec<Cell>> {
        match &operand.arm {
            OperandArm::Itself => Some(branch.variant.cells.clone()),
            OperandArm::RealOnly => None,
            OperandArm::Changed(changed) => Some(changed.variant.cells.clone()),
        }
    };
    let alike = setups(lesser).is_some_and(|cells| Some(cells) == setups(greater))
        && (&lesser.cell, lesser.generation) == (&greater.cell, greater.generation);
    if alike && test.changed_sides().next().is_some() && (kind == ControlKind::Positive || *margin <= 0.0) {
        let key = if kind == ControlKind::Positive { "positive_control" } else { "control" };
        let remedy = "change another knob, or give the test a `margin`: a difference of exactly 0 is below every margin";
        log.problem(item.place_of(key), "control-alike", "in the control both sides of the order are the same", remedy);
    }
}

/// The simulation a claim names, with its table.
fn simulation<'r>(item: &'r Node, context: &Context<'r>) -> Option<(&'r str, &'r Node)> {
    let Some(name) = item.child("simulation").and_then(Node::text).filter(|name| !name.is_empty()) else {
        context.log.unfilled(item.place, "missing-key", "a tested claim lacks `simulation`", "name one of the study's simulations");
        return None;
    };
    match context.root.child("simulation").and_then(|node| node.child(name)) {
        Some(table) => Some((name, table)),
        None => {
            unknown_simulation(item.place_of("simulation"), name, context.root, context.log);
            None
        }
    }
}
