//! What two causes do together beyond the sum of both, every two of them.

use crate::audit::causes::Effect;
use crate::audit::{DesignReport, LoopReport};
use crate::report::number;
use crate::report::table::{Cell, Table};

/// Rows are pairs of causes, columns loops; of each loop its first metric at the last generation.
pub fn table(design: &DesignReport, effects: &[Effect]) -> Table {
    let mut columns = vec!["Causes".to_owned()];
    columns.extend(design.loops.iter().map(|one| match metric(one) {
        Some(metric) => format!("{}: {metric}", one.title),
        None => one.title.clone(),
    }));
    let mut table = Table {
        caption: "What two causes do together beyond the sum of both".to_owned(),
        columns,
        rows: Vec::new(),
        empty: "No loop was run.".to_owned(),
    };
    let causes: Vec<_> = design.crossed().collect();
    for (place, first) in causes.iter().enumerate() {
        for second in &causes[place + 1..] {
            let of = |one: &LoopReport| {
                let both =
                    |effect: &&Effect| effect.causes.len() == 2 && effect.causes.contains(&first.id) && effect.causes.contains(&second.id);
                let mine = effects.iter().filter(|effect| effect.baseline == one.id && Some(effect.metric) == metric(one));
                mine.clone().find(both).map(|effect| format!("{} ± {}", number::alone(effect.effect), number::alone(effect.error)))
            };
            let told: Vec<Option<String>> = design.loops.iter().map(of).collect();
            if told.iter().any(Option::is_some) {
                let mut row = vec![Cell::text(format!("{} × {}", first.title, second.title))];
                row.extend(told.into_iter().map(|told| Cell::text(told.unwrap_or_default())));
                table.rows.push(row);
            }
        }
    }
    table
}

fn metric(one: &LoopReport) -> Option<crate::taxonomy::Metric> {
    Some(one.points.first()?.series.first()?.metric)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::causes::effects;
    use crate::audit::{FactorReport, PointReport};
    use crate::taxonomy::Metric;
    use crate::verdict::{Series, SeriesPoint};

    fn factor(id: &str) -> FactorReport {
        let text = || id.to_owned();
        FactorReport { id: text(), title: text(), reason: text(), locator: text(), price: None, missing: None, is_crossed: true }
    }

    fn point(crossed: &[&str], mean: f64) -> PointReport {
        let series = Series { metric: Metric::SquaredError, points: vec![SeriesPoint { generation: 1, mean, error: 0.5 }] };
        PointReport { series: vec![series], ..PointReport::untold(None, crossed) }
    }

    #[test]
    fn every_two_causes_of_a_loop_have_their_row() {
        let title = || "Loop".to_owned();
        let points = vec![point(&[], 1.0), point(&["a"], 3.0), point(&["b"], 5.0), point(&["a", "b"], 17.0)];
        let one = LoopReport { id: title(), title: title(), reason: title(), risk: None, generations: 1, points };
        let factors = ["a", "b", "c"].map(factor).to_vec();
        let design =
            DesignReport { id: "causes".to_owned(), reason: title(), factors, loops: vec![one], beside: Vec::new(), worlds: Vec::new() };
        let shown = table(&design, &effects(&design));
        let rows: Vec<Vec<String>> = shown.rows.iter().map(|row| row.iter().map(Cell::markdown).collect()).collect();
        // 17 - 3 - 5 + 1, with an error of twice that of one point.
        assert_eq!(rows, [["a × b".to_owned(), "10 ± 1".to_owned()]]);
        assert_eq!(shown.columns, ["Causes", "Loop: squared-error"]);
    }
}
