//! How many examples each generation gets.

use serde::Serialize;

/// Examples per generation: n_t, t counted from 1. `n_1` is the first real set.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "grow", rename_all = "kebab-case")]
pub enum Schedule {
    /// Always `start`.
    Constant {
        /// n.
        start: u64,
    },
    /// `start` + `step` (t - 1).
    Linear {
        /// n_1.
        start: u64,
        /// Growth per generation.
        step: u64,
    },
    /// `start` `factor`^(t - 1), rounded, at most `limit` (if any), then constant.
    Geometric {
        /// n_1.
        start: u64,
        /// Growth factor.
        factor: f64,
        /// Largest size.
        limit: Option<u64>,
    },
    /// `start` t^`exponent`, rounded.
    Power {
        /// n_1.
        start: u64,
        /// Growth exponent.
        exponent: f64,
    },
    /// The listed sizes; the last one holds on.
    Listed {
        /// n_1, n_2, …
        sizes: Vec<u64>,
    },
    /// `start` until the generation before the last; `last` in generation T (definition 5 with only the final fit's
    /// data moving).
    Final {
        /// n_1 to n_(T-1).
        start: u64,
        /// n_T.
        last: u64,
    },
}

impl Schedule {
    /// n_t of generation `t` (from 1) in a run of `generations`.
    #[must_use]
    pub fn at(&self, t: u32, generations: u32) -> u64 {
        let steps = f64::from(t.saturating_sub(1));
        let whole = |x: f64| x.round().clamp(0.0, 9.0e15) as u64;
        match self {
            Self::Constant { start } => *start,
            Self::Linear { start, step } => start.saturating_add(step.saturating_mul(u64::from(t.saturating_sub(1)))),
            Self::Geometric { start, factor, limit } => {
                let size = whole(*start as f64 * factor.powf(steps));
                limit.map_or(size, |limit| size.min(limit))
            }
            Self::Power { start, exponent } => whole(*start as f64 * f64::from(t).powf(*exponent)),
            Self::Listed { sizes } => sizes.get(t.saturating_sub(1) as usize).or(sizes.last()).copied().unwrap_or(0),
            Self::Final { start, last } => {
                if t >= generations {
                    *last
                } else {
                    *start
                }
            }
        }
    }
}
