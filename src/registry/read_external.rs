//! The engine of a simulation, as a study file names it.

use super::external::External;
use super::node::Node;
use super::read_values::count;
use super::shape::{Case, Shape, optional, required};

const SECONDS: u32 = 600;
const MEGABYTES: u32 = 4096;

/// Who may run a simulation.
pub(super) const ENGINES: &[Case] = &[
    Case { name: "laboratory", keys: &[], means: "this program (default)" },
    Case {
        name: "external",
        keys: &[
            required("program", Shape::List(&Shape::Text, 1), "the program and its arguments; started in the registry's folder"),
            optional("seconds", Shape::Count(1, 86_400), "time for all runs of one cell of an arm (default 600)"),
            optional("megabytes", Shape::Count(64, 1_000_000), "address space that the program may take (default 4096)"),
        ],
        means: "a program in another language, started only with --allow-external",
    },
];

/// The program that a simulation table names, if it does; its shape has been checked.
pub(super) fn external(table: &Node) -> Option<External> {
    let engine = table.child("engine").filter(|engine| engine.child("program").is_some())?;
    let number = |key, default| count(engine, key).and_then(|count| u32::try_from(count).ok()).unwrap_or(default);
    Some(External {
        program: engine.child("program").map(Node::items).unwrap_or_default().iter().filter_map(Node::text).map(str::to_owned).collect(),
        seconds: number("seconds", SECONDS),
        megabytes: number("megabytes", MEGABYTES),
        admitted: None,
    })
}
