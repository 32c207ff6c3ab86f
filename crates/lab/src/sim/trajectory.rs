//! What a run gives back: numbers per recorded generation and why it stopped; and many runs side by side.

use crate::taxonomy::Metric;
use serde::{Deserialize, Serialize};

/// Why a trajectory stopped. A failed fit is data, never an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Ending {
    /// It ran to its last generation.
    Completed,
    /// The fit of this generation has no solution or left the range of numbers (spread underflowed).
    Degenerate {
        /// The first generation without a model.
        generation: u32,
    },
    /// Too few examples for a fit at this generation.
    TooFewSamples {
        /// The first generation without a model.
        generation: u32,
    },
    /// A curation accepted too few of 100 n draws at this generation.
    NothingAccepted {
        /// The first generation without a model.
        generation: u32,
    },
}

impl Ending {
    /// Why the run would have stopped, had it gone on to generation `last` only.
    const fn within(self, last: u32) -> Self {
        match self.generation() {
            Some(generation) if generation > last => Self::Completed,
            Some(_) | None => self,
        }
    }

    /// The first generation without a model, if the run stopped early.
    #[must_use]
    pub const fn generation(self) -> Option<u32> {
        match self {
            Self::Completed => None,
            Self::Degenerate { generation } | Self::TooFewSamples { generation } | Self::NothingAccepted { generation } => Some(generation),
        }
    }
}

/// One run: metrics at recorded generations. Undefined values are `None`; a loss may be infinite, never NaN.
#[derive(Debug, Clone, PartialEq)]
pub struct Trajectory {
    generations: Vec<u32>,
    metrics: Vec<Metric>,
    /// generation-major; NaN stands for undefined, inside this type only.
    values: Vec<f64>,
    ending: Ending,
}

impl Trajectory {
    /// An empty trajectory over these generations (sorted) and metrics: all undefined.
    #[must_use]
    pub fn empty(generations: Vec<u32>, metrics: Vec<Metric>) -> Self {
        let values = vec![f64::NAN; generations.len() * metrics.len()];
        Self { generations, metrics, values, ending: Ending::Completed }
    }

    /// Forgets every value, for reuse without allocation.
    pub fn clear(&mut self) {
        self.values.fill(f64::NAN);
        self.ending = Ending::Completed;
    }

    /// Notes a value at positions (not ids) of generation and metric. NaN is taken as undefined.
    pub fn set(&mut self, generation: usize, metric: usize, value: Option<f64>) {
        let width = self.metrics.len();
        self.values[generation * width + metric] = value.unwrap_or(f64::NAN);
    }

    /// The value at positions of generation and metric.
    pub(super) fn at(&self, generation: usize, metric: usize) -> Option<f64> {
        defined(self.values[generation * self.metrics.len() + metric])
    }

    /// Notes why the run stopped.
    pub const fn end(&mut self, ending: Ending) {
        self.ending = ending;
    }

    /// The recorded generations, sorted.
    #[must_use]
    pub fn generations(&self) -> &[u32] {
        &self.generations
    }

    /// The metrics, in the order of the setup.
    #[must_use]
    pub fn metrics(&self) -> &[Metric] {
        &self.metrics
    }

    /// Why the run stopped.
    #[must_use]
    pub const fn ending(&self) -> Ending {
        self.ending
    }

    /// The value of `metric` at `generation`; `None` where undefined, unrecorded or after an `Ending`.
    #[must_use]
    pub fn value(&self, metric: Metric, generation: u32) -> Option<f64> {
        let row = self.generations.binary_search(&generation).ok()?;
        let column = self.metrics.iter().position(|m| *m == metric)?;
        defined(self.values[row * self.metrics.len() + column])
    }
}

fn defined(value: f64) -> Option<f64> {
    (!value.is_nan()).then_some(value)
}

/// Runs of one setup one after the other, as a worker makes them: one piece of memory, whatever is recorded.
#[derive(Debug)]
pub struct Rows {
    values: Vec<f64>,
    endings: Vec<Ending>,
}

impl Rows {
    /// Room for so many runs like `run`.
    #[must_use]
    pub fn for_runs(runs: usize, run: &Trajectory) -> Self {
        Self { values: Vec::with_capacity(runs * run.values.len()), endings: Vec::with_capacity(runs) }
    }

    /// Adds the next run.
    pub fn push(&mut self, run: &Trajectory) {
        self.values.extend_from_slice(&run.values);
        self.endings.push(run.ending);
    }
}

/// Many runs of one setup, column by column, in replicate order.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    generations: Vec<u32>,
    metrics: Vec<Metric>,
    /// One column per (generation, metric), generation-major; NaN stands for undefined, inside this type only.
    columns: Vec<Vec<f64>>,
    endings: Vec<Ending>,
}

impl Table {
    /// A table without replicates.
    #[must_use]
    pub fn empty(generations: Vec<u32>, metrics: Vec<Metric>) -> Self {
        let columns = vec![Vec::new(); generations.len() * metrics.len()];
        Self { generations, metrics, columns, endings: Vec::new() }
    }

    /// Makes room for so many more replicates.
    pub fn reserve(&mut self, replicates: usize) {
        self.columns.iter_mut().for_each(|column| column.reserve_exact(replicates));
        self.endings.reserve_exact(replicates);
    }

    /// Adds the next replicate.
    ///
    /// # Panics
    /// When the trajectory has other generations or metrics than the table.
    pub fn push(&mut self, run: &Trajectory) {
        assert!(run.generations == self.generations && run.metrics == self.metrics, "a table holds runs of one setup");
        for (column, value) in self.columns.iter_mut().zip(&run.values) {
            column.push(*value);
        }
        self.endings.push(run.ending);
    }

    /// Adds runs, which follow those already here and are of the table's setup.
    ///
    /// # Panics
    /// When they have other numbers of values than the table has columns.
    pub fn extend(&mut self, rows: &Rows) {
        let width = self.columns.len();
        assert!(rows.values.len() == width * rows.endings.len(), "a table holds runs of one setup");
        for (place, column) in self.columns.iter_mut().enumerate() {
            column.extend(rows.values.chunks_exact(width).map(|run| run[place]));
        }
        self.endings.extend_from_slice(&rows.endings);
    }

    /// Adds all replicates of `next`, which follow those already here.
    ///
    /// # Panics
    /// When `next` has other generations or metrics.
    pub fn append(&mut self, next: &Self) {
        assert!(next.generations == self.generations && next.metrics == self.metrics, "a table holds runs of one setup");
        for (column, more) in self.columns.iter_mut().zip(&next.columns) {
            column.extend_from_slice(more);
        }
        self.endings.extend_from_slice(&next.endings);
    }

    /// Number of replicates.
    #[must_use]
    pub fn replicates(&self) -> usize {
        self.endings.len()
    }

    /// The recorded generations, sorted.
    #[must_use]
    pub fn generations(&self) -> &[u32] {
        &self.generations
    }

    /// The metrics.
    #[must_use]
    pub fn metrics(&self) -> &[Metric] {
        &self.metrics
    }

    /// Why each replicate stopped.
    #[must_use]
    pub fn endings(&self) -> &[Ending] {
        &self.endings
    }

    /// The values of `metric` at `generation`, one per replicate; `None` if that pair was not recorded.
    #[must_use]
    pub fn column(&self, metric: Metric, generation: u32) -> Option<Column<'_>> {
        let row = self.generations.binary_search(&generation).ok()?;
        let place = self.metrics.iter().position(|m| *m == metric)?;
        Some(Column { values: &self.columns[row * self.metrics.len() + place] })
    }

    /// The raw columns for storage: one per (generation, metric), generation-major, NaN where undefined.
    #[must_use]
    pub fn raw(&self) -> &[Vec<f64>] {
        &self.columns
    }

    /// What the first `replicates` say of these generations and metrics, had the runs gone on to generation `last` only.
    ///
    /// # Panics
    /// Where the table lacks one of them.
    #[must_use]
    pub fn part(&self, generations: Vec<u32>, metrics: &[Metric], last: u32, replicates: usize) -> Self {
        let row = |t: &u32| self.generations.binary_search(t).expect("the table has every generation of its part");
        let column = |metric: &Metric| self.metrics.iter().position(|m| m == metric).expect("the table has every metric of its part");
        let columns: Vec<usize> = metrics.iter().map(column).collect();
        let places = generations.iter().flat_map(|t| columns.iter().map(move |column| row(t) * self.metrics.len() + column));
        Self {
            columns: places.map(|place| self.columns[place][..replicates].to_vec()).collect(),
            endings: self.endings[..replicates].iter().map(|ending| ending.within(last)).collect(),
            metrics: metrics.to_vec(),
            generations,
        }
    }

    /// A table from stored columns; `None` if their shapes do not fit.
    #[must_use]
    pub fn from_raw(generations: Vec<u32>, metrics: Vec<Metric>, columns: Vec<Vec<f64>>, endings: Vec<Ending>) -> Option<Self> {
        let fits = columns.len() == generations.len() * metrics.len() && columns.iter().all(|c| c.len() == endings.len());
        fits.then_some(Self { generations, metrics, columns, endings })
    }
}

/// One metric at one generation over replicates.
#[derive(Debug, Clone, Copy)]
pub struct Column<'a> {
    values: &'a [f64],
}

impl<'a> Column<'a> {
    /// Number of replicates, defined or not.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are no replicates.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The value of one replicate.
    #[must_use]
    pub fn get(&self, replicate: usize) -> Option<f64> {
        self.values.get(replicate).copied().and_then(defined)
    }

    /// Every value in replicate order, `None` where undefined.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<f64>> + use<'a> {
        self.values.iter().map(|value| defined(*value))
    }
}
