//! Tests and changes in words, for `show` and `list`.

use super::{At, Axis, CellChoice, Form, Logs, MarginScale, Operand, OperandArm, OverlayChange, Side, Statistic, Test, TestKind};
use std::fmt::{Display, Formatter, Result};

impl Display for Test {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let metric = self.metric.map_or_else(String::new, |metric| format!(" of {metric}"));
        let subject =
            format!("{}{metric}{}", self.statistic, self.relative_to.map_or_else(String::new, |t| format!(" relative to generation {t}")));
        match &self.kind {
            TestKind::Equals { expect, margin, scale, form } => {
                let unit = match scale {
                    MarginScale::Relative => "of it",
                    MarginScale::Absolute => "in its unit",
                };
                write!(f, "the {subject} equals `{}` within {margin} {unit}", expect.source())?;
                if let Form::Asymptotic { neglected } = form {
                    write!(f, " (leading order, neglecting {neglected})")?;
                }
            }
            TestKind::Bound { side, limit } => write!(f, "the {subject} lies {side} `{}`", limit.source())?,
            TestKind::Outcome => write!(f, "the definition is found as asserted")?,
            TestKind::Order { lesser, greater, margin } => {
                write!(f, "the {subject} of {lesser} lies below that of {greater} by more than {margin} of the latter")?;
            }
            TestKind::Trend { over, logs, low, high } => {
                let logs = match logs {
                    Logs::None => "",
                    Logs::Statistic => " of the log",
                    Logs::Both => " of the log against the log",
                };
                let over = match over {
                    Axis::Generation => "generation",
                    Axis::Grid(path) => path,
                };
                write!(f, "the slope{logs} of the {subject} over {over} lies between {low} and {high}")?;
            }
        }
        write!(f, ", {}{}", self.at, self.cells)
    }
}

impl Display for Statistic {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Mean => write!(f, "mean"),
            Self::Median => write!(f, "median"),
            Self::MeanLog => write!(f, "mean log"),
            Self::Share(comparison) => write!(f, "share of replicates {} {}", comparison.side, comparison.level),
        }
    }
}

impl Display for Side {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Below => write!(f, "below"),
            Self::Above => write!(f, "above"),
        }
    }
}

impl Display for At {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Every => write!(f, "at every generation"),
            Self::Last => write!(f, "at the last generation"),
            Self::Listed(listed) => {
                let listed: Vec<_> = listed.iter().map(u32::to_string).collect();
                write!(f, "at generation {}", listed.join(", "))
            }
        }
    }
}

impl Display for CellChoice {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Every => Ok(()),
            Self::Named(names) => write!(f, ", in cell {}", names.join(", ")),
        }
    }
}

impl Display for Operand {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match &self.arm {
            OperandArm::Itself => write!(f, "the run")?,
            OperandArm::RealOnly => write!(f, "its real-only twin")?,
            OperandArm::Changed(changed) => write!(f, "the run with {}", changed.variant.change)?,
        }
        if let Some(cell) = &self.cell {
            write!(f, " in cell {cell}")?;
        }
        if let Some(generation) = self.generation {
            write!(f, " at generation {generation}")?;
        }
        Ok(())
    }
}

impl Display for OverlayChange {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Accumulate => write!(f, "real data and all synthetic data are kept"),
            Self::Grow { factor, limit } => write!(f, "samples times {factor} per generation, up to {limit} times the first size"),
            Self::Verify { true_accept, false_accept, tail_blind } => {
                let tail = if *tail_blind { ", never the truth's tail" } else { "" };
                write!(f, "a verifier accepts {true_accept} of correct and {false_accept} of incorrect examples{tail}")
            }
            Self::Enlarge { exponent } => write!(f, "capacity grows as n^{exponent}"),
            Self::Decline => write!(f, "n_t / t of the new points are fresh real ones"),
            Self::Horizon { generations } => write!(f, "{generations} generations"),
            Self::Unbias => write!(f, "sampling as fitted"),
            Self::Bias { variance_scale, temperature, top_p } => {
                write!(f, "variance scale {variance_scale}, temperature {temperature} or top-p {top_p}, by what the model offers")
            }
        }
    }
}
