//! First signs under each regime and sampling: which indicator is first there, and which is blind.

use super::{title, variant};
use crate::audit::signs::{LEAVES, onsets};
use crate::audit::{DesignReport, LoopReport, Onset};
use crate::report::number;
use crate::report::table::{Cell, Table};
use crate::taxonomy::Metric;
use std::collections::BTreeMap;

/// An indicator with the loops of which something is so.
type Where<'a> = BTreeMap<Metric, Vec<&'a str>>;

/// Rows are variants: every loop has the same ones.
pub fn table(design: &DesignReport) -> Table {
    let mut table = Table::new(
        "Which indicator is first and which is blind, by regime and sampling",
        &["Regime and sampling", "First", "Blind"],
        "No loop was run.",
    );
    let Some(first) = design.loops.first() else { return table };
    for point in &first.points {
        let label = point.label();
        let (mut firsts, mut blind) = (Where::new(), Where::new());
        for one in &design.loops {
            sort_in(one, &label, &mut firsts, &mut blind);
        }
        table.rows.push(vec![Cell::text(variant(design, first, &label)), told(&firsts), told(&blind)]);
    }
    table
}

/// Adds what is first and what is blind in a variant of a loop; nothing where nothing moves.
fn sort_in<'a>(one: &'a LoopReport, label: &str, firsts: &mut Where<'a>, blind: &mut Where<'a>) {
    let Some(point) = one.points.iter().find(|point| point.label() == label) else { return };
    let mine: Vec<Onset> = onsets(&point.series).into_iter().filter(|onset| onset.leaves <= LEAVES[0]).collect();
    let Some(least) = mine.iter().filter_map(|onset| onset.first).min() else { return };
    for onset in mine {
        match onset.first {
            None => blind.entry(onset.metric).or_default().push(&one.title),
            Some(first) if first == least => firsts.entry(onset.metric).or_default().push(&one.title),
            Some(_) => {}
        }
    }
}

fn told(found: &Where<'_>) -> Cell {
    let words: Vec<String> = found.iter().map(|(metric, loops)| format!("{} ({})", title(*metric), loops.join(", "))).collect();
    Cell::text(if words.is_empty() { number::NONE.to_owned() } else { words.join("; ") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::PointReport;
    use crate::verdict::{Series, SeriesPoint};

    fn series(metric: Metric, means: [f64; 3]) -> Series {
        let points = means.iter().zip(1..).map(|(mean, generation)| SeriesPoint { generation, mean: *mean, error: 0.0 }).collect();
        Series { metric, points }
    }

    fn one(title: &str, series: Vec<Series>) -> LoopReport {
        let point = PointReport { series, ..PointReport::untold(None, &[]) };
        LoopReport { id: title.to_owned(), title: title.to_owned(), reason: String::new(), risk: None, generations: 3, points: vec![point] }
    }

    #[test]
    fn an_indicator_stands_with_the_loops_of_which_it_is_so() {
        let (still, late, soon) = ([1.0, 1.0, 1.0], [1.0, 1.0, 0.5], [1.0, 0.5, 0.4]);
        let loops = vec![
            one("A", vec![series(Metric::SupportSize, soon), series(Metric::TailAlive, late), series(Metric::Entropy, still)]),
            one("B", vec![series(Metric::SupportSize, soon), series(Metric::TailAlive, still)]),
            one("C", vec![series(Metric::SupportSize, still)]),
        ];
        let design = DesignReport {
            id: "signs".to_owned(),
            reason: String::new(),
            factors: Vec::new(),
            loops,
            beside: Vec::new(),
            worlds: Vec::new(),
        };
        let row: Vec<String> = table(&design).rows[0].iter().map(Cell::markdown).collect();
        assert_eq!(row, ["replace, unbiased", "support size (A, B)", "effective types (exp of entropy) (A); tail alive (B)"]);
    }
}
