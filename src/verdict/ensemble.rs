//! Replicates of one cell as numbers that statistics accept: what a failed fit counts as, which rows are complete.
//!
//! A reading has one entry per replicate, in order, so that readings of arms of one cell are paired by position.

use super::range::range;
use super::reason::Reason;
use super::worth::worth;
use crate::numeric;
use crate::plan::{Arm, CellPlan, CellRuns, Runs};
use crate::registry::Criteria;
use crate::sim::{Ending, Setup};
use crate::taxonomy::Metric;

/// One cell of an arm with the same cell of its twin.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// What was planned.
    pub plan: &'a CellPlan,
    /// What was run: the plan's setup, or the twin's.
    pub setup: &'a Setup,
    /// The runs.
    pub runs: &'a CellRuns,
    /// The real-only twin's runs, if there is a twin and it has been run.
    pub twin: Option<&'a CellRuns>,
    /// What the twin ran.
    twin_setup: Option<&'a Setup>,
}

impl<'a> View<'a> {
    /// Every cell of `arm`, with its twin's.
    pub fn of(runs: &'a Runs, arm: &Arm) -> Vec<Self> {
        let Some(found) = runs.arms.get(arm) else { return Vec::new() };
        // A twin's twin is itself.
        let twin = match (&found.plan.twin, arm) {
            (Some(twin), _) => Some(twin),
            (None, Arm::RealOnly(_)) => Some(arm),
            (None, _) => None,
        };
        let cells = found.plan.cells.iter().zip(&found.cells).enumerate();
        let of = |(i, (plan, cell)): (usize, (&'a CellPlan, &'a CellRuns))| Self {
            plan,
            setup: &plan.setup,
            runs: cell,
            twin: twin.and_then(|twin| runs.cell(twin, i)),
            twin_setup: twin.and_then(|twin| Some(&runs.arms.get(twin)?.plan.cells.get(i)?.setup)),
        };
        cells.map(of).collect()
    }

    /// The twin's view of itself.
    pub fn twin(&self) -> Option<Self> {
        self.twin.map(|runs| Self { runs, setup: self.twin_setup.unwrap_or(self.setup), ..*self })
    }

    /// Whether `other` runs the same setup of the same cell, and so the same streams, and has the same values of `metric`: replicates equal by
    /// construction, not by chance.
    pub fn has_same(&self, other: &Self, metric: Metric) -> bool {
        let column = |view: &Self, t: u32| -> Option<Vec<Option<f64>>> { Some(view.runs.table.column(metric, t)?.iter().collect()) };
        let generations = self.runs.table.generations();
        let equal = || generations.iter().all(|t| column(self, *t) == column(other, *t));
        std::ptr::eq(self.runs, other.runs) || (self.plan.name == other.plan.name && self.setup == other.setup && equal())
    }

    /// The range that `metric` cannot leave here, whatever the draws.
    pub fn range(&self, metric: Metric) -> Option<(f64, f64)> {
        range(self.setup, metric)
    }

    /// Whether `metric` was measured.
    pub fn has(&self, metric: Metric) -> bool {
        self.runs.table.metrics().contains(&metric)
    }

    /// Whether fewer generations were run than `last`: an extension can be too dear.
    pub const fn is_shorter_than(&self, last: u32) -> bool {
        self.plan.setup.generations < last
    }

    /// The exact expectation of `metric` at `generation`, where one is known.
    pub fn expectation(&self, metric: Metric, generation: u32) -> Option<f64> {
        self.runs.expectations.get(&(metric, generation)).copied()
    }

    /// Recorded generations from `first` to `last`.
    pub fn recorded(&self, first: u32, last: u32) -> impl DoubleEndedIterator<Item = u32> + use<'a> {
        self.runs.table.generations().iter().copied().filter(move |t| (first..=last).contains(t))
    }

    /// The replicates' values; `None` if the pair was not recorded.
    pub fn read(&self, metric: Metric, generation: u32, failed: Failed) -> Option<Reading> {
        let column = self.runs.table.column(metric, generation)?;
        let frame = &self.plan.frame;
        let stand_in = |ending: &Ending| match (failed, ending) {
            (_, Ending::Completed) | (Failed::Ended, _) => None,
            (Failed::Risk, _) => frame.ceiling.or(frame.null_risk),
            (Failed::Counts(value), _) => Some(value),
            (Failed::DegenerateCounts(value), Ending::Degenerate { .. }) => Some(value),
            (Failed::DegenerateCounts(_), Ending::TooFewSamples { .. } | Ending::NothingAccepted { .. }) => None,
            (Failed::Worth, _) if frame.risk == Some(metric) => frame.ceiling.or(frame.null_risk),
            (Failed::Worth, _) => self.worth(metric, ending).filter(|value| value.is_finite()),
        };
        let values = column.iter().zip(self.runs.table.endings()).map(|(value, ending)| {
            let over = ending.generation().is_some_and(|end| end <= generation);
            value.or_else(|| if over { stand_in(ending) } else { None })
        });
        Some(Reading { values: values.collect() })
    }

    /// What a run that ended so is worth to `metric`; infinite where only ranks can hold it.
    fn worth(&self, metric: Metric, ending: &Ending) -> Option<f64> {
        let ceiling = if self.plan.frame.risk == Some(metric) { self.plan.frame.ceiling } else { None };
        let ceiling = ceiling.or_else(|| self.range(metric).map(|(_, high)| high));
        worth(metric, self.range(Metric::Entropy).is_some()).of(ending, ceiling)
    }

    /// The replicates' values for statements by rank: a failed fit is what it is [`worth`], be it infinite, and a time not reached yet is longer
    /// than every other; `None` where it says nothing.
    pub fn ranks(&self, metric: Metric, generation: u32) -> Option<Reading> {
        let column = self.runs.table.column(metric, generation)?;
        let values = column.iter().zip(self.runs.table.endings()).map(|(value, ending)| {
            let over = ending.generation().is_some_and(|end| end <= generation);
            let waits = metric == Metric::HittingTime && !over;
            value.or_else(|| if waits { Some(f64::INFINITY) } else { self.worth(metric, ending).filter(|_| over) })
        });
        Some(Reading { values: values.collect() })
    }

    /// The risk of every replicate at a generation.
    pub fn risk(&self, metric: Metric, generation: u32) -> Option<Reading> {
        self.read(metric, generation, Failed::Risk)
    }
}

/// What a replicate whose fit failed counts as.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Failed {
    /// The risk's ceiling, else its null risk, else ended.
    Risk,
    /// What it is worth to the metric (`verdict::worth`), where a mean can hold that; of the risk, as [`Failed::Risk`].
    Worth,
    /// Nothing: it is ended.
    Ended,
    /// This value.
    Counts(f64),
    /// This value where the fit degenerated; else ended.
    DegenerateCounts(f64),
}

/// One value per replicate; `None` for a replicate that has none.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// In replicate order.
    pub values: Vec<Option<f64>>,
}

impl Reading {
    /// Values with ended replicates at plus infinity, for ranks.
    pub fn ranked(&self) -> Vec<f64> {
        self.values.iter().map(|value| value.unwrap_or(f64::INFINITY)).collect()
    }

    /// Number of replicates without a value.
    pub fn ended(&self) -> usize {
        self.values.iter().filter(|value| value.is_none()).count()
    }
}

/// Replicates complete in several readings.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    /// One column per reading, complete finite rows only.
    pub columns: Vec<Vec<f64>>,
    /// Rows looked at.
    pub total: usize,
    /// Rows with a missing value.
    pub ended: usize,
    /// Rows without a missing but with an infinite value.
    pub infinite: usize,
}

/// The complete finite rows of `readings`, over the replicates that all of them have.
pub fn rows(readings: &[&Reading]) -> Rows {
    let total = readings.iter().map(|reading| reading.values.len()).min().unwrap_or(0);
    let mut rows = Rows { columns: vec![Vec::with_capacity(total); readings.len()], total, ended: 0, infinite: 0 };
    for replicate in 0..total {
        let row = readings.iter().map(|reading| reading.values[replicate]);
        if row.clone().any(|value| value.is_none()) {
            rows.ended += 1;
        } else if row.clone().flatten().any(f64::is_infinite) {
            rows.infinite += 1;
        } else {
            rows.columns.iter_mut().zip(row.flatten()).for_each(|(column, value)| column.push(value));
        }
    }
    rows
}

/// One column per reading, infinite values included, over the replicates that have a value in all of them.
///
/// # Errors
/// `ended` where too many have none, as for a mean: an order among the others would flatter.
pub fn ranks(readings: &[&Reading], criteria: &Criteria) -> Result<Vec<Vec<f64>>, Reason> {
    let total = readings.iter().map(|reading| reading.values.len()).min().unwrap_or(0);
    let mut columns = vec![Vec::with_capacity(total); readings.len()];
    let mut ended = 0;
    for replicate in 0..total {
        let row: Option<Vec<f64>> = readings.iter().map(|reading| reading.values[replicate]).collect();
        match row {
            Some(row) => columns.iter_mut().zip(row).for_each(|(column, value)| column.push(value)),
            None => ended += 1,
        }
    }
    if f64::from(ended) > criteria.ended_share * total as f64 { Err(Reason::Ended) } else { Ok(columns) }
}

impl Rows {
    /// The columns, if means over them may stand for all replicates.
    ///
    /// # Errors
    /// `ended` for too many ended replicates, `infinite` for any infinite one.
    pub fn complete(&self, criteria: &Criteria) -> Result<Vec<&[f64]>, Reason> {
        if self.ended as f64 > criteria.ended_share * self.total as f64 {
            Err(Reason::Ended)
        } else if self.infinite > 0 {
            Err(Reason::Infinite)
        } else {
            Ok(self.columns.iter().map(Vec::as_slice).collect())
        }
    }
}

/// Natural logs of a column.
///
/// # Errors
/// `not-positive` for a value that has no log.
pub fn logs(column: &[f64]) -> Result<Vec<f64>, Reason> {
    if column.iter().all(|value| *value > 0.0) { Ok(numeric::logs(column)) } else { Err(Reason::NotPositive) }
}
