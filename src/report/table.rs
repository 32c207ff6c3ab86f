//! One table model for every format. A [`Table`] holds what a reader sees, cell by cell; it is written as Markdown,
//! HTML, LaTeX, CSV or JSON here, so that they can never disagree. Tables with numbers in full are in `csv.rs`.

use super::links::{self, target};
use super::text;

/// What a reader sees in a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What the table shows, one sentence.
    pub caption: String,
    /// Column heads.
    pub columns: Vec<String>,
    /// Rows, each as long as `columns`.
    pub rows: Vec<Vec<Cell>>,
    /// What is printed instead when there are no rows.
    pub empty: String,
}

/// A table cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Words or numbers.
    Text(String),
    /// An id.
    Code(String),
    /// An id that leads to a page of the report.
    Link {
        /// What is shown.
        id: String,
        /// The page, relative to the report's folder.
        to: String,
    },
    /// Several cells in one, with commas between, after a word or two.
    Several {
        /// What stands before them, may be empty.
        lead: String,
        /// The cells.
        cells: Vec<Self>,
    },
}

impl Cell {
    /// A cell of words.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The cell as GitHub Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        match self {
            Self::Text(words) => text::markdown(words),
            Self::Code(id) => text::markdown_code(id),
            Self::Link { id, to } => format!("[{}]({to})", text::markdown_code(id)),
            Self::Several { lead, cells } => joined(&text::markdown(lead), cells, Self::markdown),
        }
    }

    fn html(&self, part: &str) -> String {
        match self {
            Self::Text(words) => text::xml(words),
            Self::Code(id) => format!("<code>{}</code>", text::xml(id)),
            Self::Link { id, to } => format!("<a href=\"{}\"><code>{}</code></a>", text::xml(&target(to, part)), text::xml(id)),
            Self::Several { lead, cells } => joined(&text::xml(lead), cells, |cell| cell.html(part)),
        }
    }

    /// The words alone.
    fn bare(&self) -> String {
        match self {
            Self::Text(words) => words.clone(),
            Self::Code(id) | Self::Link { id, .. } => id.clone(),
            Self::Several { lead, cells } => joined(lead, cells, Self::bare),
        }
    }

    fn latex(&self) -> String {
        match self {
            Self::Text(words) => text::latex(words),
            // The key of references.bib, which is the study's id. How long the name is that it prints only LaTeX knows, and the first word of a cell is
            // hyphenated only where something stands before it.
            Self::Link { id, to } if *to == links::study(id) => format!("\\hspace{{0pt}}\\citet{{{id}}}"),
            Self::Code(id) | Self::Link { id, .. } => text::latex(id),
            Self::Several { lead, cells } => joined(&text::latex(lead), cells, Self::latex),
        }
    }
}

fn joined(lead: &str, cells: &[Cell], written: impl Fn(&Cell) -> String) -> String {
    let lead = if lead.is_empty() { String::new() } else { format!("{lead} ") };
    lead + &cells.iter().map(written).collect::<Vec<_>>().join(", ")
}

impl Table {
    /// A table without rows yet.
    #[must_use]
    pub fn new(caption: &str, columns: &[&str], empty: &str) -> Self {
        let columns = columns.iter().map(|column| (*column).to_owned()).collect();
        Self { caption: caption.to_owned(), columns, rows: Vec::new(), empty: empty.to_owned() }
    }

    /// The table as GitHub Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        if self.rows.is_empty() {
            return format!("{}\n", text::markdown(&self.empty));
        }
        let heads: Vec<_> = self.columns.iter().map(|column| text::markdown(column)).collect();
        let mut lines = vec![format!("| {} |", heads.join(" | ")), format!("|{}", "---|".repeat(heads.len()))];
        for row in &self.rows {
            let cells: Vec<_> = row.iter().map(Cell::markdown).collect();
            lines.push(format!("| {} |", cells.join(" | ")));
        }
        lines.join("\n") + "\n"
    }

    /// The table as HTML, in the part of the page with this id.
    #[must_use]
    pub fn html(&self, part: &str) -> String {
        if self.rows.is_empty() {
            return format!("<p>{}</p>\n", text::xml(&self.empty));
        }
        let mut page = format!("<div class=\"table\"><table>\n<caption>{}</caption>\n<thead><tr>", text::xml(&self.caption));
        for column in &self.columns {
            page += &format!("<th scope=\"col\">{}", text::xml(column));
        }
        page += "\n<tbody>\n";
        for row in &self.rows {
            page += "<tr>";
            for cell in row {
                page += &format!("<td>{}", cell.html(part));
            }
            page.push('\n');
        }
        page + "</table></div>\n"
    }

    /// The table as CSV: a line of heads, and a line per row.
    #[must_use]
    pub fn csv(&self) -> String {
        let line = |fields: Vec<String>| fields.iter().map(|field| text::csv(field)).collect::<Vec<_>>().join(",") + "\n";
        let rows = self.rows.iter().map(|row| line(row.iter().map(Cell::bare).collect()));
        std::iter::once(line(self.columns.clone())).chain(rows).collect()
    }

    /// The table as JSON: its caption, heads and rows.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        let rows: Vec<Vec<String>> = self.rows.iter().map(|row| row.iter().map(Cell::bare).collect()).collect();
        serde_json::json!({ "caption": self.caption, "columns": self.columns, "rows": rows })
    }

    /// The table as a LaTeX `longtable` (packages `booktabs`, `longtable`, `array`, `pdflscape`): as wide as the text and as long as it needs,
    /// lying down where its columns ask for more than stands upright.
    #[must_use]
    pub fn latex(&self, label: &str) -> String {
        let widths = self.widths();
        let total: usize = widths.iter().sum();
        let column = |width: &usize| {
            format!(">{{\\raggedright\\arraybackslash}}p{{\\dimexpr {:.4}\\linewidth-2\\tabcolsep}}", *width as f64 / total as f64)
        };
        let columns: String = widths.iter().map(column).collect();
        let heads: Vec<_> = self.columns.iter().map(|column| text::latex(column)).collect();
        let heads = heads.join(" & ");
        let (open, close) = if total > UPRIGHT { ("\\begin{landscape}\n", "\\end{landscape}\n") } else { ("", "") };
        let mut page = format!("{open}\\begingroup\\footnotesize\\setlength{{\\tabcolsep}}{{3pt}}\n\\begin{{longtable}}{{{columns}}}\n");
        page += &format!("\\caption{{{}}}\\label{{tab:{label}}} \\\\\n", text::latex(&self.caption));
        page += &format!(
            "\\toprule\n{heads} \\\\\n\\midrule\n\\endfirsthead\n\\toprule\n{heads} \\\\\n\\midrule\n\\endhead\n\\bottomrule\n\\endlastfoot\n"
        );
        for row in &self.rows {
            let cells: Vec<_> = row.iter().map(Cell::latex).collect();
            page += &format!("{} \\\\\n", cells.join(" & "));
        }
        if self.rows.is_empty() {
            page += &format!("\\multicolumn{{{}}}{{l}}{{{}}} \\\\\n", self.columns.len(), text::latex(&self.empty));
        }
        page + "\\end{longtable}\n\\endgroup\n" + close
    }

    /// How much of the width each column asks for, in letters: that of its longest word at least, that of half its longest cell, within bounds.
    fn widths(&self) -> Vec<usize> {
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column)).map(Cell::bare);
            let texts: Vec<String> = std::iter::once(self.columns[column].clone()).chain(cells).collect();
            let word = texts.iter().flat_map(|text| text.split([' ', '-', '/'])).map(|word| word.chars().count()).max().unwrap_or(0);
            let half = texts.iter().map(|text| text.chars().count() / 2).max().unwrap_or(0);
            half.min(WIDEST).max(word + 3)
        };
        (0..self.columns.len()).map(width).collect()
    }
}

/// So many letters of small print stand side by side on an upright page.
const UPRIGHT: usize = 90;

/// The most letters that a column asks for because its cells are long.
const WIDEST: usize = 30;

#[cfg(test)]
mod tests {
    use super::*;

    fn awkward() -> Table {
        let mut table = Table::new("Two | columns", &["A", "B & C"], "nothing here");
        table.rows.push(vec![Cell::text("x|y"), Cell::Link { id: "s/c".into(), to: "studies/s.md#c".into() }]);
        table
    }

    #[test]
    fn every_markdown_row_has_as_many_cells_as_heads() {
        let page = awkward().markdown();
        assert_eq!(page, "| A | B &amp; C |\n|---|---|\n| x\\|y | [`s/c`](studies/s.md#c) |\n");
    }

    #[test]
    fn a_table_without_rows_says_so_in_words() {
        let empty = Table::new("c", &["A"], "nothing here");
        assert_eq!(empty.markdown(), "nothing here\n");
        assert!(empty.html("").contains("nothing here"));
        assert!(empty.latex("t").contains("nothing here"));
    }

    #[test]
    fn csv_and_json_hold_the_words_of_the_cells() {
        assert_eq!(awkward().csv(), "A,B & C\nx|y,s/c\n");
        assert_eq!(awkward().json()["rows"][0][1], "s/c");
    }

    #[test]
    fn html_links_stay_inside_the_page() {
        assert!(awkward().html("").contains("href=\"#s--c\""));
    }
}
