//! A simulation with changes written over it, and the ground on which a test stands.

use super::node::{Entry, Node};
use super::problem::Log;
use super::read_study::{allowed_path, cells_changed};
use super::{Cell, OrderSide, Simulation, Variant};
use crate::taxonomy::Functional;

/// Where and how a test is asked: the simulation, what was changed in it already, and the claim that asks.
pub(super) struct Ground<'a> {
    /// The simulation as published.
    pub simulation: &'a Simulation,
    /// Its table in the study's file.
    pub table: &'a Node,
    /// The change written over it; `None` as published.
    pub change: Option<&'a Node>,
    /// Its cells so changed.
    pub cells: &'a [Cell],
    /// The claim's own name.
    pub claim: &'a str,
    /// What the sides of an order are called here, the lesser first.
    pub sides: [OrderSide; 2],
    /// How the claim summarises replicates.
    pub functional: Functional,
    /// Where problems go.
    pub log: &'a Log<'a>,
}

/// What the sides of an order are called in a claim's own test.
pub(super) const OWN: [OrderSide; 2] = [OrderSide::Lesser, OrderSide::Greater];
/// The same in its control.
pub(super) const IN_CONTROL: [OrderSide; 2] = [OrderSide::ControlLesser, OrderSide::ControlGreater];

impl Ground<'_> {
    /// The simulation with one more change on top.
    pub fn changed(&self, change: &Node) -> Option<Variant> {
        let found = variant(&[self.change, Some(change)], &self.simulation.name, self.table, self.log)?;
        Some(Variant { change: words(change), ..found })
    }
}

/// The simulation with the changes written over every cell, one after the other; cells keep their names.
pub(super) fn variant(changes: &[Option<&Node>], simulation: &str, table: &Node, log: &Log) -> Option<Variant> {
    let path = format!("simulation.{simulation}");
    let entries: Vec<&Entry> = changes.iter().flatten().flat_map(|change| change.entries()).collect();
    entries.iter().for_each(|entry| allowed_path(entry, log));
    let write = |changed: &mut Node| entries.iter().for_each(|entry| changed.set(&entry.key, entry.place, &entry.node));
    let cells = cells_changed(table, write, &path, log)?;
    let change = changes.iter().flatten().map(|change| words(change)).filter(|words| !words.is_empty()).collect::<Vec<_>>().join(", ");
    Some(Variant { change, cells })
}

fn words(change: &Node) -> String {
    change.entries().iter().map(|entry| format!("{} = {}", entry.key, entry.node.words())).collect::<Vec<_>>().join(", ")
}
