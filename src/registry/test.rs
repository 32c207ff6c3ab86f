//! A claim's test as written: metric, statistic, generations, cells, and one of five kinds. It never names a study,
//! a statement or what is asserted.

use super::{Expression, Variant};
use crate::taxonomy::Metric;
use serde::Serialize;

/// A question about ensembles that `verdict` answers with holds, fails or undecided.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Test {
    /// What is asked.
    pub kind: TestKind,
    /// The metric it is asked of; for `outcome` the risk or spread the detector chooses.
    pub metric: Option<Metric>,
    /// How replicates become one number.
    pub statistic: Statistic,
    /// At which generations.
    pub at: At,
    /// In which cells; every one must hold.
    pub cells: CellChoice,
    /// The metric is divided by its value at this generation: for `mean` the ratio of means, for `mean-log` the
    /// difference of logs, for `median` and `share` the replicate's own ratio.
    pub relative_to: Option<u32>,
}

/// The five kinds of test.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum TestKind {
    /// Equal to a closed form within a margin, by two one-sided tests.
    Equals {
        /// The closed form.
        expect: Expression,
        /// Half width of the region of equality.
        margin: f64,
        /// What the margin is measured in.
        scale: MarginScale,
        /// Whether the form is exact; if not, the size of what it neglects, in the margin's own unit.
        form: Form,
    },
    /// Below or above an expression.
    Bound {
        /// Which side.
        side: Side,
        /// The limit.
        limit: Expression,
    },
    /// The claim's definition occurs or is absent, as the claim asserts.
    Outcome,
    /// One operand lies below another, paired by replicate.
    Order {
        /// Said to be the smaller.
        lesser: Operand,
        /// Said to be the larger.
        greater: Operand,
        /// Smallest relevant difference, as a share of the larger; 0 tests the sign.
        margin: f64,
    },
    /// A slope lies in an interval.
    Trend {
        /// Against what.
        over: Axis,
        /// Natural logs of both, of the statistic only, or of neither.
        logs: Logs,
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
    },
}

/// What a margin is measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum MarginScale {
    /// A share of the expected value.
    Relative,
    /// The metric's own unit.
    Absolute,
}

/// Whether a closed form is exact.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub enum Form {
    /// Exact for the simulation as run.
    Exact,
    /// Leading order.
    Asymptotic {
        /// Size of the neglected term; must be below the margin.
        neglected: f64,
    },
}

/// Which side of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Side {
    /// Smaller than the limit.
    Below,
    /// Larger than the limit.
    Above,
}

/// How replicates become one number.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub enum Statistic {
    /// Arithmetic mean.
    Mean,
    /// Median.
    Median,
    /// Mean of natural logs.
    MeanLog,
    /// Share of replicates in which the comparison holds.
    Share(Comparison),
}

/// `metric < x` or `metric > x`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Comparison {
    /// Which side.
    pub side: Side,
    /// The level.
    pub level: f64,
}

/// At which generations a test is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum At {
    /// All of them.
    Every,
    /// The last.
    Last,
    /// These.
    Listed(Vec<u32>),
}

/// In which cells a test is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum CellChoice {
    /// Every cell.
    Every,
    /// These, by canonical name.
    Named(Vec<String>),
}

/// One side of an order: what is not stated is the test's own (as run, its cell, its generation).
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Operand {
    /// As run, the real-only twin, or the simulation with a change.
    pub arm: OperandArm,
    /// A cell by canonical name.
    pub cell: Option<String>,
    /// A generation.
    pub generation: Option<u32>,
}

/// Which arm an operand reads.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub enum OperandArm {
    /// The simulation (or its variant) itself.
    #[default]
    Itself,
    /// Its real-only twin.
    RealOnly,
    /// The simulation (or its variant) with a change of its own.
    Changed(Changed),
}

/// A side of an order that is another setup, run as an arm of its own and paired by replicate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Changed {
    /// Which side of which question.
    pub side: OrderSide,
    /// The claim's own name, which with the side names the arm.
    pub claim: String,
    /// The simulation so changed.
    pub variant: Variant,
}

/// A side of an order, in a claim's own test or in its control (of a conditional claim, in `fails_when`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OrderSide {
    /// Said to be the smaller.
    Lesser,
    /// Said to be the larger.
    Greater,
    /// Said to be the smaller, in the control.
    ControlLesser,
    /// Said to be the larger, in the control.
    ControlGreater,
}

crate::taxonomy::words!(OrderSide, "side of an order", {
    Lesser => "lesser",
    Greater => "greater",
    ControlLesser => "control-lesser",
    ControlGreater => "control-greater",
});

impl Test {
    /// The sides of an order that are setups of their own; none for every other test.
    pub fn changed_sides(&self) -> impl Iterator<Item = &Changed> {
        let operands = match &self.kind {
            TestKind::Order { lesser, greater, .. } => [Some(lesser), Some(greater)],
            TestKind::Equals { .. } | TestKind::Bound { .. } | TestKind::Outcome | TestKind::Trend { .. } => [None, None],
        };
        operands.into_iter().flatten().filter_map(|operand| match &operand.arm {
            OperandArm::Changed(changed) => Some(changed),
            OperandArm::Itself | OperandArm::RealOnly => None,
        })
    }

    /// Whether it compares with the real-only twin: an outcome always, an order where a side says so.
    #[must_use]
    pub fn reads_twin(&self) -> bool {
        match &self.kind {
            TestKind::Outcome => true,
            TestKind::Order { lesser, greater, .. } => [&lesser.arm, &greater.arm].contains(&&OperandArm::RealOnly),
            TestKind::Equals { .. } | TestKind::Bound { .. } | TestKind::Trend { .. } => false,
        }
    }

    /// Whether the same contrast can be asked in another world: an order whose sides are arms, cells or generations of one setup.
    /// A change of setup is what a world makes too, so that there the contrast would be another.
    #[must_use]
    pub fn is_portable_order(&self) -> bool {
        matches!(self.kind, TestKind::Order { .. }) && self.changed_sides().next().is_none()
    }
}

/// What a trend runs along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Axis {
    /// Generations of `at`.
    Generation,
    /// Values of a grid key (a dotted path), at the last generation of `at`.
    Grid(String),
}

/// Where a trend takes logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Logs {
    /// Neither.
    None,
    /// The statistic only.
    Statistic,
    /// Both: the slope is an exponent.
    Both,
}
