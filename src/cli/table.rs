//! One table, three outputs: for people through comfy-table, as JSON records, as CSV.

use super::args::TableFormat;
use comfy_table::{ContentArrangement, Table as Drawn, presets};
use serde_json::{Map, Value};

/// Width of a table in a pipe whose reader named none.
const PIPE: usize = 120;

/// Least width left to the widest column; a narrower one cannot be read.
const WRAPPED: usize = 30;

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

    /// The table as a pipe gets it whose reader named no width: the same on every terminal.
    #[cfg(test)]
    pub fn piped(&self) -> String {
        self.drawn(PIPE)
    }

    /// As a table where it fits into `width`, its widest column wrapped if need be; else one block of lines per row.
    fn drawn(&self, width: usize) -> String {
        let widths: Vec<usize> = (0..self.columns.len()).map(|place| self.width_of(place)).collect();
        let others = widths.iter().sum::<usize>() - widths.iter().max().copied().unwrap_or(0);
        if others + WRAPPED > width { self.blocks() } else { self.arranged(width) }
    }

    /// Characters that a column takes where nothing is wrapped.
    fn width_of(&self, place: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(place)).map(|cell| cell.chars().count());
        let head = self.columns.get(place).map_or(0, |column| column.chars().count());
        cells.max().unwrap_or(0).max(head) + 3
    }

    fn blocks(&self) -> String {
        let mut text = String::new();
        for row in &self.rows {
            let mut cells = self.columns.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
            text += &cells.next().map_or_else(String::new, |(_, cell)| format!("{cell}\n"));
            text.extend(cells.map(|(column, cell)| format!("  {}: {cell}\n", column.replace('_', " "))));
        }
        text
    }

    fn arranged(&self, width: usize) -> String {
        let mut table = Drawn::new();
        table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
        table.set_header(self.columns.iter().map(|column| column.replace('_', " ")));
        table.add_rows(&self.rows);
        format!("{table}\n")
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
    Drawn::new().width().map(usize::from).or_else(told).unwrap_or(PIPE).max(WRAPPED)
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
    fn a_table_too_wide_for_its_lines_becomes_blocks() {
        let mut table = Table::new(&["id", "long_name"]);
        table.row(["one".to_owned(), "some words that go on for a while, and then on".to_owned()]);
        assert_eq!(table.drawn(35), "one\n  long name: some words that go on for a while, and then on\n");
        assert!(table.drawn(40).lines().all(|line| line.chars().count() <= 40));
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
