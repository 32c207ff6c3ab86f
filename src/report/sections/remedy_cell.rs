//! A point of the design of remedies as a cell of a table.

use crate::audit::{PointReport, Span};
use crate::report::number;
use crate::taxonomy::{Definition, Word};
use crate::verdict::Outcome;

/// What stands for a point that is the same loop without what it is put on.
const SAME: &str = "=";

/// The risk and the definitions that occur; a dash where nothing was run.
pub fn shown(point: Option<&PointReport>) -> String {
    told(point, |point| point.risk, |_, n| n.to_string())
}

/// The risk against the real data that the point itself holds, and when each definition that occurs sets in.
pub fn set_in(point: Option<&PointReport>) -> String {
    let when =
        |point: &PointReport, definition: &Definition| point.onsets.get(definition).map(|t| format!(" from {t}")).unwrap_or_default();
    told(point, |point| point.against_own, |(point, definition), n| format!("{n}{}", when(point, definition)))
}

fn told(
    point: Option<&PointReport>,
    risk: impl Fn(&PointReport) -> Option<Span>,
    each: impl Fn((&PointReport, &Definition), i32) -> String,
) -> String {
    if point.is_some_and(PointReport::is_already_so) {
        return SAME.to_owned();
    }
    let Some(point) = point.filter(|point| point.refused.is_none()) else { return number::NONE.to_owned() };
    let risk = risk(point).map_or("?".to_owned(), |Span { estimate, .. }| number::alone(estimate));
    let occurs = |definition: &Definition| point.outcomes.get(definition) == Some(&Outcome::Occurs);
    let found = Definition::all().iter().zip(1..).filter(|(definition, _)| occurs(definition));
    let words: Vec<String> = found.map(|(definition, n)| each((point, definition), n)).collect();
    let separator = if words.iter().any(|word| word.contains(' ')) { ", " } else { " " };
    if words.is_empty() { risk } else { format!("{risk} ({})", words.join(separator)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::ALREADY_SO;
    use std::collections::BTreeMap;

    fn point() -> PointReport {
        let span = |estimate| Some(Span { estimate, low: estimate, high: estimate });
        PointReport {
            option: Some("keep".to_owned()),
            crossed: Vec::new(),
            refused: None,
            replicates: 256,
            real: 0.0,
            size: 1.0,
            risk: span(1.5),
            against_own: span(3.0),
            outcomes: [
                (Definition::AnyRiskIncrease, Outcome::Occurs),
                (Definition::TailLoss, Outcome::Absent),
                (Definition::VarianceCollapse, Outcome::Occurs),
            ]
            .into(),
            onsets: [(Definition::AnyRiskIncrease, 2)].into(),
            series: Vec::new(),
        }
    }

    #[test]
    fn a_cell_tells_what_occurs_and_from_when_on() {
        assert_eq!(shown(Some(&point())), "1.5 (2 4)");
        assert_eq!(set_in(Some(&point())), "3 (2 from 2, 4)");
        let still = PointReport { outcomes: BTreeMap::new(), ..point() };
        assert_eq!([shown(Some(&still)), set_in(Some(&still))], ["1.5", "3"]);
    }

    #[test]
    fn what_was_not_run_is_a_dash_and_what_is_the_same_loop_an_equals_sign() {
        let refused = |reason: &str| shown(Some(&PointReport { refused: Some(reason.to_owned()), ..point() }));
        assert_eq!([shown(None), refused("cost"), refused(&format!("{ALREADY_SO}: the realistic world"))], ["–", "–", "="]);
    }
}
