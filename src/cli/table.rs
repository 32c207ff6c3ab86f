//! One table, three outputs: for people through comfy-table, as JSON records, as CSV.

use super::args::TableFormat;
use comfy_table::{LineStyle, Table as Drawn, TableStyle};
use serde_json::{Map, Value};

/// Width of a table in a pipe whose reader named none.
const PIPE: usize = 80;

/// Narrowest width that is taken seriously.
const NARROW: usize = 30;

/// Characters that a column takes beside its cells.
const GAP: usize = 3;

/// Most lines of a cell; a row of more is read more easily as a block.
const TOWER: usize = 6;

/// Rows of text under named columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows.
    #[must_use]
    pub fn new(columns: &[&str]) -> Self {
        Self { columns: columns.iter().map(|column| (*column).to_owned()).collect(), rows: Vec::new() }
    }

    /// Adds a row.
    ///
    /// # Panics
    /// When the row has another number of cells than there are columns.
    pub fn row<I: IntoIterator<Item = String>>(&mut self, cells: I) {
        let cells: Vec<_> = cells.into_iter().collect();
        assert_eq!(cells.len(), self.columns.len(), "a row has one cell per column");
        self.rows.push(cells);
    }

    /// The table as text ending in a newline.
    #[must_use]
    pub fn render(&self, format: TableFormat) -> String {
        match format {
            TableFormat::Table => self.drawn(line_width()),
            TableFormat::Json => self.json(),
            TableFormat::Csv => self.csv(),
        }
    }

    /// As the README shows it.
    #[cfg(test)]
    pub fn markdown(&self) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let rule = vec!["---".to_owned(); self.columns.len()];
        [&self.columns, &rule].into_iter().chain(&self.rows).map(|cells| line(cells)).collect()
    }

    /// As a table where it fits into `width`, its widest columns wrapped if need be; else one block of lines per row.
    fn drawn(&self, width: usize) -> String {
        self.arranged(width).unwrap_or_else(|| self.blocks(width))
    }

    /// The cells of a column, its head first.
    fn column(&self, place: usize) -> impl Iterator<Item = &str> {
        let head = self.columns.get(place).map(String::as_str);
        head.into_iter().chain(self.rows.iter().filter_map(move |row| row.get(place)).map(String::as_str))
    }

    fn blocks(&self, width: usize) -> String {
        let mut text = String::new();
        for row in &self.rows {
            let mut cells = self.columns.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
            text += &cells.next().map_or_else(String::new, |(_, cell)| format!("{cell}\n"));
            for (column, cell) in cells {
                let lines = wrapped(&format!("{}: {cell}", column.replace('_', " ")), width.saturating_sub(4));
                text += &format!("  {}\n", lines.join("\n    "));
            }
        }
        text
    }

    /// The columns side by side, a line under the heads and none between rows; `None` where a cell would be broken inside a word or
    /// become a tower.
    fn arranged(&self, width: usize) -> Option<String> {
        let widths = self.widths(width.saturating_sub(GAP * self.columns.len()))?;
        let fitted =
            |cells: &[String]| -> Vec<String> { cells.iter().zip(&widths).map(|(cell, width)| wrapped(cell, *width).join("\n")).collect() };
        let rows: Vec<_> = self.rows.iter().map(|row| fitted(row)).collect();
        if rows.iter().flatten().any(|cell| cell.lines().count() > TOWER) {
            return None;
        }
        let mut table = Drawn::new();
        table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')));
        table.set_header(fitted(&self.columns.iter().map(|column| column.replace('_', " ")).collect::<Vec<_>>()));
        table.add_rows(rows);
        Some(table.lines().map(|line| format!("{}\n", line.trim_end())).collect())
    }

    /// What every column gets of `room` characters: what it takes, the widest ones less where that is too much.
    fn widths(&self, room: usize) -> Option<Vec<usize>> {
        let longest = |text: &mut dyn Iterator<Item = &str>| text.map(|piece| piece.chars().count()).max().unwrap_or(0);
        let mut widths: Vec<usize> = (0..self.columns.len()).map(|place| longest(&mut self.column(place))).collect();
        let least = |place: usize| longest(&mut self.column(place).flat_map(pieces).map(str::trim_end));
        let least: Vec<usize> = (0..self.columns.len()).map(least).collect();
        while widths.iter().sum::<usize>() > room {
            let widest = (0..widths.len()).filter(|place| widths[*place] > least[*place]).max_by_key(|place| widths[*place])?;
            widths[widest] -= 1;
        }
        Some(widths)
    }

    /// Records; a column that holds nothing but whole numbers gives numbers.
    fn json(&self) -> String {
        let counts: Vec<bool> = (0..self.columns.len()).map(|place| self.rows.iter().all(|row| whole(&row[place]).is_some())).collect();
        let record = |row: &Vec<String>| -> Value {
            let cell = |(place, text): (usize, &String)| match whole(text) {
                Some(number) if counts[place] => Value::from(number),
                Some(_) | None => Value::String(text.clone()),
            };
            let cells = row.iter().enumerate().map(cell);
            Value::Object(self.columns.iter().map(|column| (*column).to_owned()).zip(cells).collect::<Map<_, _>>())
        };
        let records: Vec<_> = self.rows.iter().map(record).collect();
        format!("{:#}\n", Value::Array(records))
    }

    fn csv(&self) -> String {
        let line = |cells: Vec<&str>| cells.into_iter().map(quoted).collect::<Vec<_>>().join(",") + "\n";
        let head = line(self.columns.iter().map(String::as_str).collect());
        self.rows.iter().fold(head, |text, row| text + &line(row.iter().map(String::as_str).collect()))
    }
}

/// The terminal's width; `COLUMNS` where there is none, as in a pipe.
fn line_width() -> usize {
    let told = || std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    Drawn::new().width().map(usize::from).or_else(told).unwrap_or(PIPE).max(NARROW)
}

/// Where a text may be broken: behind spaces, and inside a long word behind hyphens, slashes, colons and semicolons.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive([' ', '-', '/', ':', ';'])
}

/// A text in lines of at most `width` characters; a piece that is longer has a line of its own.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for piece in pieces(text) {
        let last = lines.last_mut().expect("there is a first line");
        if !last.is_empty() && last.chars().count() + piece.trim_end().chars().count() > width {
            *last = last.trim_end().to_owned();
            lines.push(piece.to_owned());
        } else {
            last.push_str(piece);
        }
    }
    lines
}

/// The whole number that a cell is, written as a number is.
fn whole(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number: &u64| number.to_string() == text)
}

/// A CSV field, quoted where it must be (RFC 4180).
fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_no_rule_between_rows_breaks_no_word_and_becomes_blocks_where_it_is_too_wide() {
        let mut table = Table::new(&["id", "long_name"]);
        table.row(["one-two-three".to_owned(), "some words that go on for a while".to_owned()]);
        table.row(["four".to_owned(), "short".to_owned()]);
        assert_eq!(table.drawn(80).lines().count(), 4);
        assert_eq!(
            table.drawn(24),
            " id         long name\n──────────────────────\n one-two-   some\n three      words\n            that go\n            on for a\n            while\n four       short\n"
        );
        assert_eq!(
            table.drawn(14),
            "one-two-three\n  long name:\n    some words\n    that go on\n    for a\n    while\nfour\n  long name:\n    short\n"
        );
    }

    #[test]
    fn json_gives_counts_as_numbers_and_words_as_words() {
        let mut table = Table::new(&["count", "version"]);
        table.row(["12".to_owned(), "1".to_owned()]);
        table.row(["0".to_owned(), "1.2".to_owned()]);
        let records: Value = serde_json::from_str(&table.render(TableFormat::Json)).unwrap();
        assert_eq!((&records[0]["count"], &records[1]["count"]), (&Value::from(12), &Value::from(0)));
        assert_eq!(records[0]["version"], Value::from("1"));
    }

    #[test]
    fn csv_quotes_what_needs_quotes() {
        let mut table = Table::new(&["a", "b"]);
        table.row(["x,y".to_owned(), "he said \"no\"".to_owned()]);
        assert_eq!(table.render(TableFormat::Csv), "a,b\n\"x,y\",\"he said \"\"no\"\"\"\n");
    }
}
