//! Every value of many runs, written replicate by replicate: lines of long CSV, or records of a NumPy array.
//!
//! Takes the table of a block of replicates and gives its bytes in pieces, made in parallel and in order. A number is written as `{}`
//! writes it, the shortest digits that read back as it and never with an exponent, but several times faster.

use super::npy::Records;
use super::say;
use crate::sim::Table;
use rayon::prelude::*;
use std::ops::Range;

/// The first line of long CSV.
const HEAD: &str = "arm,cell,replicate,generation,metric,value\n";

/// Values of a piece: enough to be worth a thread's while, few enough for its caches.
const PIECE: usize = 4096;

/// The form that values are written in.
pub enum Form {
    /// Long CSV of an arm.
    Csv {
        /// The arm's name.
        arm: String,
    },
    /// One NumPy array of records.
    Npy(Records),
}

impl Form {
    /// What stands before the first value.
    pub fn head(&self) -> Vec<u8> {
        match self {
            Self::Csv { .. } => HEAD.as_bytes().to_vec(),
            Self::Npy(records) => records.head(),
        }
    }

    /// The bytes of a cell's replicates, of which the table's first is number `first`.
    pub fn pieces(&self, cell: &str, first: u32, table: &Table) -> Vec<Vec<u8>> {
        let (width, replicates) = (table.raw().len().max(1), table.replicates());
        let step = (PIECE / width).max(1);
        let within = |piece: usize| piece * step..replicates.min((piece + 1) * step);
        let pieces = (0..replicates.div_ceil(step)).into_par_iter().map(within);
        match self {
            Self::Csv { arm } => {
                let lines = Lines::of(arm, cell, table);
                pieces.map(|within| lines.piece(first, within)).collect()
            }
            Self::Npy(records) => {
                let places = records.places(table);
                pieces.map(|within| records.piece(cell, first, within, table, &places)).collect()
            }
        }
    }
}

/// Long CSV of one cell: what its lines have in common is put together once.
struct Lines<'a> {
    table: &'a Table,
    /// Arm and cell.
    start: String,
    /// Generation and metric of every column.
    middles: Vec<String>,
}

impl<'a> Lines<'a> {
    fn of(arm: &str, cell: &str, table: &'a Table) -> Self {
        let middle = |generation: u32| table.metrics().iter().map(move |metric| format!(",{generation},{metric},"));
        let middles = table.generations().iter().flat_map(|generation| middle(*generation)).collect();
        Self { table, start: say::harmless(&format!("{arm},{cell},")).into_owned(), middles }
    }

    /// The lines of the replicates at some places of the table; a value that is undefined has none.
    fn piece(&self, first: u32, within: Range<usize>) -> Vec<u8> {
        let longest = self.start.len() + self.middles.iter().map(String::len).max().unwrap_or(0) + 36;
        let mut out = Vec::with_capacity(within.len() * self.middles.len() * longest);
        let (mut whole, mut digits) = (itoa::Buffer::new(), zmij::Buffer::new());
        for place in within {
            let replicate = whole.format(first + place as u32);
            for (column, middle) in self.table.raw().iter().zip(&self.middles) {
                let value = column[place];
                if value.is_nan() {
                    continue;
                }
                out.extend_from_slice(self.start.as_bytes());
                out.extend_from_slice(replicate.as_bytes());
                out.extend_from_slice(middle.as_bytes());
                number(value, &mut digits, &mut out);
                out.push(b'\n');
            }
        }
        out
    }
}

/// Appends the shortest digits that read back as the number, without an exponent. So does `{}`; of two that are equally near it may take the other.
fn number(value: f64, digits: &mut zmij::Buffer, out: &mut Vec<u8>) {
    let text = digits.format(value).as_bytes();
    // An exponent has at most three digits and a sign.
    match text.iter().skip(text.len().saturating_sub(5)).position(|byte| *byte == b'e') {
        None => out.extend_from_slice(text.strip_suffix(b".0").unwrap_or(text)),
        Some(place) => {
            let (mantissa, exponent) = text.split_at(text.len().saturating_sub(5) + place);
            positional(mantissa, exponent, out);
        }
    }
}

/// Appends a mantissa of one digit before its point, such as `-1.25`, times the power of ten that `e-7` or `e+300` stands for.
fn positional(mantissa: &[u8], exponent: &[u8], out: &mut Vec<u8>) {
    let power = exponent[1..].iter().filter(|byte| byte.is_ascii_digit()).fold(0, |sum, byte| 10 * sum + usize::from(byte - b'0'));
    let digits = mantissa.iter().copied().filter(u8::is_ascii_digit);
    out.extend(mantissa.first().filter(|sign| **sign == b'-'));
    if exponent.contains(&b'-') {
        out.extend_from_slice(b"0.");
        out.extend(std::iter::repeat_n(b'0', power - 1));
        out.extend(digits);
    } else {
        let before = out.len();
        out.extend(digits);
        match (out.len() - before).checked_sub(power + 1) {
            Some(0) => {}
            Some(after) => out.insert(out.len() - after, b'.'),
            None => out.resize(before + power + 1, b'0'),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::Ending;
    use crate::taxonomy::Metric;
    use proptest::prelude::*;
    use std::fmt::Write;

    fn written(value: f64) -> String {
        let mut out = Vec::new();
        number(value, &mut zmij::Buffer::new(), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_at_the_edges_are_written_as_the_standard_library_writes_them() {
        let powers = (-324..=308).map(|power| format!("1e{power}").parse::<f64>().unwrap());
        let odd = (-324..=308).map(|power| format!("-9.87654321e{power}").parse::<f64>().unwrap());
        let edges = [0.0, -0.0, 1.0, -1.0, 0.1, 1e-5, 9.999999e-6, 1e15, 1e16, 9_007_199_254_740_993.0, 12_345_678_901_234_567_890.0];
        let limits = [f64::MAX, f64::MIN, f64::MIN_POSITIVE, 5e-324, f64::EPSILON, f64::INFINITY, f64::NEG_INFINITY];
        powers.chain(odd).chain(edges).chain(limits).for_each(|value| assert_eq!(written(value), value.to_string()));
    }

    #[test]
    fn of_two_shortest_forms_either_reads_back() {
        // -1892975420332021.25 exactly: the standard library ends in 3, the even digit is 2.
        let value = f64::from_bits(14_058_802_739_077_275_605);
        assert!(written(value).parse::<f64>().unwrap().to_bits() == value.to_bits() && written(value).len() == value.to_string().len());
    }

    proptest! {
        #[test]
        fn any_number_reads_back_and_is_as_short_as_the_standard_library_writes_it(bits in any::<u64>(), small in -1e6..1e6) {
            for value in [f64::from_bits(bits), small].into_iter().filter(|value| !value.is_nan()) {
                let text = written(value);
                prop_assert_eq!(text.parse::<f64>().unwrap().to_bits(), value.to_bits());
                // Of two that are equally near the last digit alone differs.
                let theirs = value.to_string();
                prop_assert_eq!(text.len(), theirs.len());
                prop_assert!(text.chars().zip(theirs.chars()).filter(|(own, other)| own != other).count() <= 1, "{text} {theirs}");
            }
        }
    }

    fn table(replicates: usize) -> Table {
        let column = |k: usize| (0..replicates).map(|r| if (r + k) % 7 == 3 { f64::NAN } else { 1.0 / (r + k + 1) as f64 }).collect();
        let columns: Vec<Vec<f64>> = (0..6).map(column).collect();
        let endings = vec![Ending::Completed; replicates];
        Table::from_raw(vec![1, 2, 10], vec![Metric::VarianceRatio, Metric::Entropy], columns, endings).unwrap()
    }

    /// Value by value through the table's own look-ups.
    fn slowly(arm: &str, cell: &str, first: u32, table: &Table) -> String {
        let mut csv = String::new();
        for place in 0..table.replicates() {
            for generation in table.generations() {
                for metric in table.metrics() {
                    if let Some(value) = table.column(*metric, *generation).and_then(|column| column.get(place)) {
                        writeln!(csv, "{arm},{cell},{},{generation},{metric},{value}", first + place as u32).unwrap();
                    }
                }
            }
        }
        csv
    }

    #[test]
    fn lines_are_those_of_a_plain_loop_whatever_the_pieces() {
        for replicates in [0, 1, 681, 682, 683, 5000] {
            let (form, table) = (Form::Csv { arm: "realistic".to_owned() }, table(replicates));
            let bytes = form.pieces("samples=10", 7, &table).concat();
            assert_eq!(String::from_utf8(bytes).unwrap(), slowly("realistic", "samples=10", 7, &table), "{replicates}");
        }
    }
}
