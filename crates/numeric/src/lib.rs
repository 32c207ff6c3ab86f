//! Plain statistics with named results: quantiles, moments, intervals, contrasts, equivalence.
//!
//! Takes slices of finite numbers, one per replicate, and gives intervals. It knows no generation, no metric and no
//! threshold; what an interval decides is told by `verdict`.

mod bounded;
mod contrast;
mod interval;
mod moments;
mod quantile;
mod rank;
mod tail;

pub use bounded::{bounded_mean, empirical_bernstein, equal_draws, hoeffding_lower, hoeffding_upper};
pub use contrast::{average, combine, fixed_slope_weights, linearised, logs};
pub use interval::{Equivalence, Inference, Interval, equivalence, needed};
pub use moments::{Moments, hall_t, is_constant, magnitude, moments, student_t};
pub use quantile::{beta_quantile, normal_quantile, t_quantile};
pub use rank::{clopper_pearson, median, median_interval};
pub use tail::{Tail, tail, tail_of};
