//! NumPy's file format, version 1.0: one array of records, a record for every cell, replicate and recorded generation, in this order.
//!
//! The fields of a record are `cell` (text), `replicate`, `generation`, and one for each metric, NaN where it is undefined. So
//! `numpy.load` gives an array whose columns have names, and `pandas.DataFrame` takes it as it is.

use crate::sim::Table;
use crate::taxonomy::{Metric, Word};
use std::fmt::Write;
use std::ops::Range;

/// What a file begins with: the format's name and version.
const MAGIC: &[u8] = b"\x93NUMPY\x01\x00";
/// The values begin at a multiple of this.
const ALIGNED: usize = 64;

/// The records of one array.
pub struct Records {
    /// Bytes of a cell's name.
    cell: usize,
    metrics: Vec<Metric>,
    /// Records of the whole array.
    count: u64,
}

impl Records {
    /// Of cells with their names and, of any replicate each, the table, so many replicates of every one.
    pub fn of<'a>(cells: impl Iterator<Item = (&'a str, &'a Table)>, replicates: u64) -> Self {
        let mut records = Self { cell: 1, metrics: Vec::new(), count: 0 };
        for (name, table) in cells {
            records.cell = records.cell.max(name.len());
            records.count += replicates * table.generations().len() as u64;
            let new = table.metrics().iter().filter(|metric| !records.metrics.contains(metric));
            let new: Vec<Metric> = new.copied().collect();
            records.metrics.extend(new);
        }
        records
    }

    /// Magic, length and description: a dictionary in the letters of Python.
    pub fn head(&self) -> Vec<u8> {
        let mut text = format!("{{'descr': [('cell', '|S{}'), ('replicate', '<u4'), ('generation', '<u4')", self.cell);
        for metric in &self.metrics {
            let _ = write!(text, ", ('{}', '<f8')", metric.id());
        }
        let _ = write!(text, "], 'fortran_order': False, 'shape': ({},), }}", self.count);
        let before = MAGIC.len() + 2;
        let length = (before + text.len() + 1).next_multiple_of(ALIGNED) - before;
        let padded = format!("{text:<width$}\n", width = length - 1);
        let size = u16::try_from(length).unwrap_or(u16::MAX);
        [MAGIC, size.to_le_bytes().as_slice(), padded.as_bytes()].concat()
    }

    /// At which place among a table's metrics each field's stands.
    pub fn places(&self, table: &Table) -> Vec<Option<usize>> {
        self.metrics.iter().map(|wanted| table.metrics().iter().position(|metric| metric == wanted)).collect()
    }

    /// The records of the replicates at some places of a cell's table, whose first is number `first`.
    pub fn piece(&self, cell: &str, first: u32, within: Range<usize>, table: &Table, places: &[Option<usize>]) -> Vec<u8> {
        let width = table.metrics().len();
        let mut name = vec![0; self.cell];
        name[..cell.len()].copy_from_slice(cell.as_bytes());
        let mut out = Vec::with_capacity(within.len() * table.generations().len() * (self.cell + 8 + 8 * places.len()));
        for place in within {
            for (row, generation) in table.generations().iter().enumerate() {
                out.extend_from_slice(&name);
                out.extend_from_slice(&(first + place as u32).to_le_bytes());
                out.extend_from_slice(&generation.to_le_bytes());
                for column in places {
                    let value = column.map_or(f64::NAN, |column| table.raw()[row * width + column][place]);
                    out.extend_from_slice(&value.to_le_bytes());
                }
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::Ending;

    #[test]
    fn a_file_is_what_numpy_writes_of_the_same_records() {
        let columns = vec![vec![0.5, f64::NAN], vec![2.0, -3.0]];
        let table = Table::from_raw(vec![4], vec![Metric::VarianceRatio, Metric::Entropy], columns, vec![Ending::Completed; 2]).unwrap();
        let records = Records::of([("n=1", &table)].into_iter(), 2);
        let head = records.head();
        assert_eq!(head.len() % ALIGNED, 0);
        let expected = "{'descr': [('cell', '|S3'), ('replicate', '<u4'), ('generation', '<u4'), ('variance-ratio', '<f8'), ('entropy', '<f8')], 'fortran_order': False, 'shape': (2,), }";
        assert_eq!(&head[..8], b"\x93NUMPY\x01\x00");
        assert_eq!(usize::from(u16::from_le_bytes([head[8], head[9]])), head.len() - 10);
        assert_eq!(std::str::from_utf8(&head[10..]).unwrap().trim_end_matches(' ').trim_end(), expected);
        let bytes = records.piece("n=1", 6, 1..2, &table, &records.places(&table));
        let mut record = b"n=1".to_vec();
        record.extend_from_slice(&[7, 0, 0, 0, 4, 0, 0, 0]);
        record.extend_from_slice(&f64::NAN.to_le_bytes());
        record.extend_from_slice(&(-3.0_f64).to_le_bytes());
        assert_eq!(bytes, record);
    }
}
