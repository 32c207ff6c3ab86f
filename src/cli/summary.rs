//! What replicates say together, generation by generation: a table for people with a line per metric drawn in letters, the same as CSV or
//! JSON, and as panels of a plot.

use super::args::TableFormat;
use super::statistic::short;
use super::table::Table;
use crate::report::{self, Panel, PanelPoint};
use crate::sim;
use crate::taxonomy::{Metric, Word};
use std::fmt::Write;

/// Most letters of a drawn line, and most generations of a table for people.
const LETTERS: usize = 40;
const ROWS: usize = 12;
/// Heights of a drawn line, lowest first.
const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Ends of the band.
const BAND: [f64; 2] = [0.1, 0.9];

/// One metric of one cell at one generation.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    cell: String,
    metric: Metric,
    generation: u32,
    /// Replicates that have a value.
    valued: usize,
    mean: f64,
    median: f64,
    low: f64,
    high: f64,
}

/// The summary of one arm, cell after cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    arm: String,
    rows: Vec<Row>,
}

impl Summary {
    /// A summary without cells.
    pub fn of_arm(arm: &str) -> Self {
        Self { arm: arm.to_owned(), rows: Vec::new() }
    }

    /// Adds what the replicates of a cell say together, metric by metric.
    pub fn add(&mut self, cell: &str, table: &sim::Table) {
        for metric in table.metrics() {
            for generation in table.generations() {
                let Some(column) = table.column(*metric, *generation) else { continue };
                self.rows.extend(row(cell, *metric, *generation, column.iter().flatten().collect()));
            }
        }
    }

    /// Metric by metric, cell by cell.
    fn groups(&self) -> impl Iterator<Item = &[Row]> {
        self.rows.chunk_by(|a, b| (&a.cell, a.metric) == (&b.cell, b.metric))
    }

    /// In the form asked for; for people the generations are thinned, and every metric has a drawn line.
    pub fn written(&self, format: TableFormat) -> String {
        match format {
            TableFormat::Table => self.for_people(),
            TableFormat::Json | TableFormat::Csv => self.whole().render(format),
        }
    }

    fn whole(&self) -> Table {
        let mut table = Table::new(&["arm", "cell", "metric", "generation", "replicates", "mean", "median", "q10", "q90"]);
        for row in &self.rows {
            let numbers = [row.mean, row.median, row.low, row.high].map(|number| number.to_string());
            let names = [self.arm.clone(), row.cell.clone(), row.metric.to_string(), row.generation.to_string(), row.valued.to_string()];
            table.row(names.into_iter().chain(numbers));
        }
        table
    }

    fn for_people(&self) -> String {
        let mut text = String::new();
        for group in self.groups() {
            let of_cell = if group[0].cell.is_empty() { String::new() } else { format!(", {}", group[0].cell) };
            let line = sparkline(&group.iter().map(|row| row.median).collect::<Vec<_>>());
            let _ = writeln!(text, "{} ({}{of_cell})  {line}", group[0].metric, self.arm);
            let mut table = Table::new(&["generation", "mean", "median", "10 %", "90 %", "replicates"]);
            for row in thinned(group, ROWS) {
                let numbers = [row.mean, row.median, row.low, row.high].map(short);
                table.row([row.generation.to_string()].into_iter().chain(numbers).chain([row.valued.to_string()]));
            }
            text += &table.render(TableFormat::Table);
            text.push('\n');
        }
        text.pop();
        text
    }

    /// As SVG.
    pub fn plot(&self, title: &str) -> String {
        let point = |row: &Row| PanelPoint { generation: row.generation, low: row.low, middle: row.median, high: row.high, mean: row.mean };
        let is_finite = |row: &&Row| [row.low, row.median, row.high, row.mean].iter().all(|value| value.is_finite());
        let panel = |group: &[Row]| Panel {
            title: group[0].metric.id().to_owned(),
            note: group[0].cell.clone(),
            points: group.iter().filter(is_finite).map(point).collect(),
        };
        report::plot(title, "10 % to 90 % of runs", &self.groups().map(panel).collect::<Vec<_>>())
    }
}

/// `None` where no replicate has a value.
fn row(cell: &str, metric: Metric, generation: u32, mut values: Vec<f64>) -> Option<Row> {
    if values.is_empty() {
        return None;
    }
    values.sort_by(f64::total_cmp);
    let at = |share: f64| values[((values.len() - 1) as f64 * share).round() as usize];
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let median = crate::numeric::median(&values);
    Some(Row { cell: cell.to_owned(), metric, generation, valued: values.len(), mean, median, low: at(BAND[0]), high: at(BAND[1]) })
}

/// At most `most` of the items, from the first to the last, evenly.
fn thinned<T>(items: &[T], most: usize) -> Vec<&T> {
    if items.len() <= most {
        return items.iter().collect();
    }
    (0..most).map(|i| &items[(i * (items.len() - 1) + (most - 1) / 2) / (most - 1)]).collect()
}

/// Values as a line of letters; what is no number leaves a gap.
fn sparkline(values: &[f64]) -> String {
    let (lowest, highest) = values
        .iter()
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high): (f64, f64), value| (low.min(*value), high.max(*value)));
    let is_log = report::is_wide(lowest, highest);
    let on_scale = |value: f64| if is_log { value.ln() } else { value };
    let letter = |value: &f64| {
        if !value.is_finite() {
            return ' ';
        }
        let reach = on_scale(highest) - on_scale(lowest);
        let share = if reach > 0.0 { (on_scale(*value) - on_scale(lowest)) / reach } else { 0.5 };
        HEIGHTS[(share * (HEIGHTS.len() - 1) as f64).round() as usize]
    };
    let line: String = thinned(values, LETTERS).into_iter().map(letter).collect();
    if is_log { format!("{line} (log scale)") } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_from_its_lowest_to_its_highest_value_and_keeps_both_ends() {
        assert_eq!(sparkline(&[0.0, 0.5, 1.0]), "▁▅█");
        assert_eq!(sparkline(&[1.0, 1.0]), "▅▅");
        assert_eq!(sparkline(&[1e-4, f64::INFINITY, 1.0]), "▁ █ (log scale)");
        let line = sparkline(&(0..1000).map(f64::from).collect::<Vec<_>>());
        assert!(line.chars().count() == LETTERS && line.starts_with('▁') && line.ends_with('█'), "{line}");
    }

    #[test]
    fn a_row_tells_mean_median_and_tails_of_those_that_have_a_value() {
        let found = row("", Metric::VarianceRatio, 1, (1..=11).rev().map(f64::from).collect()).unwrap();
        assert_eq!((found.valued, found.mean, found.median, found.low, found.high), (11, 6.0, 6.0, 2.0, 10.0));
        assert!(row("", Metric::VarianceRatio, 1, Vec::new()).is_none());
    }
}
