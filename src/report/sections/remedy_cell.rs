//! A point of the design of remedies as a cell of a table.

use crate::audit::{PointReport, Span};
use crate::report::number;
use crate::taxonomy::{Definition, Word};
use crate::verdict::Outcome;

/// The risk and the definitions that occur; a dash where nothing was run.
pub fn shown(point: Option<&PointReport>) -> String {
    let Some(point) = point.filter(|point| point.refused.is_none()) else { return number::NONE.to_owned() };
    let risk = point.risk.map_or("?".to_owned(), |Span { estimate, .. }| number::alone(estimate));
    let occurs = |definition: &Definition| point.outcomes.get(definition) == Some(&Outcome::Occurs);
    let numbers: Vec<String> =
        Definition::all().iter().zip(1..).filter(|(definition, _)| occurs(definition)).map(|(_, n)| n.to_string()).collect();
    if numbers.is_empty() { risk } else { format!("{risk} ({})", numbers.join(" ")) }
}
