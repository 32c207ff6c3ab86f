//! An interval, how it was inferred, and what it says of a region.

use serde::{Deserialize, Serialize};

/// How an interval was inferred.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Inference {
    /// Hall's skewness-corrected t.
    HallT,
    /// Hall's t on the linearised replicates of a smooth function of means.
    Delta,
    /// Empirical Bernstein and Hoeffding bounds of a bounded mean, whichever is narrower, at a third of the level each.
    EmpiricalBernstein,
    /// What draws that were all equal can still hide, over the range of the quantity.
    EqualDraws,
    /// Exact binomial.
    ClopperPearson,
    /// Order statistics, exact binomial ranks.
    OrderStatistics,
    /// Order statistics that are one number: the law has an atom there, and the interval of its median may have width 0.
    OrderStatisticsAtom,
    /// An exact moment recursion: no sampling error.
    ExactMoments,
}

impl Inference {
    /// The word used in reports.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::HallT => "hall-t",
            Self::Delta => "delta",
            Self::EmpiricalBernstein => "empirical-bernstein",
            Self::EqualDraws => "equal-draws",
            Self::ClopperPearson => "clopper-pearson",
            Self::OrderStatistics => "order-statistics",
            Self::OrderStatisticsAtom => "order-statistics-atom",
            Self::ExactMoments => "exact-moments",
        }
    }
}

/// Relative difference to a level that is taken for none. Quantities that count can lie on a level: one class of ten gone is .7 - .8 or .9 - 1, and
/// in floating point these are on different sides of -.1.
const ROUNDING: f64 = 1e-12;

/// What is taken for no difference to a level.
fn rounding(level: f64) -> f64 {
    if level.is_finite() { ROUNDING * level.abs() } else { 0.0 }
}

/// A two-sided interval. Limits may be infinite, never NaN.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The estimate.
    pub estimate: f64,
    /// Lower limit.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
    /// Two-sided error probability.
    pub alpha: f64,
    /// Replicates behind it; 0 for an exact value.
    pub n: usize,
    /// How it was inferred.
    pub inference: Inference,
    /// The sample's own standard error of the estimate: deviation over root n of a mean or of the linearised replicates of a smooth function
    /// of means; none of ranks and counts, of equal draws, and where nothing was sampled.
    pub error: Option<f64>,
}

impl Interval {
    /// The interval of an exactly known number.
    #[must_use]
    pub const fn exact(value: f64) -> Self {
        Self { estimate: value, low: value, high: value, alpha: 0.0, n: 0, inference: Inference::ExactMoments, error: None }
    }

    /// The interval of `scale` times the quantity plus `shift`; a negative scale swaps the ends.
    #[must_use]
    pub fn affine(self, scale: f64, shift: f64) -> Self {
        let (a, b) = (scale * self.low + shift, scale * self.high + shift);
        Self {
            estimate: scale * self.estimate + shift,
            low: a.min(b),
            high: a.max(b),
            error: self.error.map(|error| scale.abs() * error),
            ..self
        }
    }

    /// Whether the whole interval lies above `level`, by more than rounding.
    #[must_use]
    pub fn is_above(&self, level: f64) -> bool {
        self.low > level + rounding(level)
    }

    /// Whether the whole interval lies below `level`, by more than rounding.
    #[must_use]
    pub fn is_below(&self, level: f64) -> bool {
        self.high < level - rounding(level)
    }

    /// Replicates that would bring the whole interval to the estimate's side of `level`; `None` where no number would.
    #[must_use]
    pub fn needed_for(&self, level: f64) -> Option<u64> {
        let reach = if self.estimate > level { self.estimate - self.low } else { self.high - self.estimate };
        let distance = (self.estimate - level).abs();
        match self.inference {
            // What equal draws hide shrinks with 1/n.
            Inference::EqualDraws => needed(self.n, (reach / distance).sqrt(), 1.0),
            Inference::HallT
            | Inference::Delta
            | Inference::EmpiricalBernstein
            | Inference::ClopperPearson
            | Inference::OrderStatistics
            | Inference::OrderStatisticsAtom
            | Inference::ExactMoments => needed(self.n, reach, distance),
        }
    }
}

/// Replicates that would shrink a half width `reach`, found at `n` replicates, to `distance`; `None` where that takes
/// more than a thousand million times as many. Half widths go with 1/sqrt(n); a tenth is added for the later look's smaller
/// share of error probability.
#[must_use]
pub fn needed(n: usize, reach: f64, distance: f64) -> Option<u64> {
    let factor = 1.1 * (reach / distance).powi(2);
    (factor.is_finite() && factor < 1e9 && n > 0).then(|| (factor * n as f64).ceil() as u64)
}

/// What an interval says of a region of equality.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Equivalence {
    /// Wholly inside: two one-sided tests both reject.
    Inside,
    /// Wholly outside.
    Outside,
    /// Neither.
    Between,
}

/// What `interval` says of the region [`low`, `high`].
///
/// # Source
/// Schuirmann (1987), J. Pharmacokinet. Biopharm. 15: two one-sided tests. Departs from source: the two-sided
/// interval at alpha is used where 2 alpha would do, so that inside and outside spend the same error together.
#[must_use]
pub fn equivalence(interval: &Interval, low: f64, high: f64) -> Equivalence {
    // A half line has no end to reach over, be the interval's own infinite.
    let (reaches_below, reaches_above) = (!interval.is_above(low) && low.is_finite(), !interval.is_below(high) && high.is_finite());
    if !reaches_below && !reaches_above {
        Equivalence::Inside
    } else if interval.is_above(high) || interval.is_below(low) {
        Equivalence::Outside
    } else {
        Equivalence::Between
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(low: f64, high: f64) -> Interval {
        Interval { estimate: f64::midpoint(low, high), low, high, alpha: 0.05, n: 100, inference: Inference::HallT, error: Some(0.5) }
    }

    #[test]
    fn equivalence_needs_the_whole_interval() {
        assert_eq!(equivalence(&of(0.96, 1.04), 0.95, 1.05), Equivalence::Inside);
        assert_eq!(equivalence(&of(0.94, 1.04), 0.95, 1.05), Equivalence::Between);
        assert_eq!(equivalence(&of(0.90, 0.94), 0.95, 1.05), Equivalence::Outside);
        assert_eq!(equivalence(&of(1.06, 1.30), 0.95, 1.05), Equivalence::Outside);
        // Half of the runs at infinity lie above every number.
        let censored = of(f64::INFINITY, f64::INFINITY);
        assert_eq!(equivalence(&censored, 10.0, f64::INFINITY), Equivalence::Inside);
        assert_eq!(equivalence(&censored, f64::NEG_INFINITY, 10.0), Equivalence::Outside);
    }

    #[test]
    fn every_inference_has_its_own_word() {
        let all = [
            (Inference::HallT, "hall-t"),
            (Inference::Delta, "delta"),
            (Inference::EmpiricalBernstein, "empirical-bernstein"),
            (Inference::EqualDraws, "equal-draws"),
            (Inference::ClopperPearson, "clopper-pearson"),
            (Inference::OrderStatistics, "order-statistics"),
            (Inference::OrderStatisticsAtom, "order-statistics-atom"),
            (Inference::ExactMoments, "exact-moments"),
        ];
        assert!(all.iter().all(|(inference, word)| inference.id() == *word));
    }

    #[test]
    fn halving_the_width_takes_four_times_the_replicates_and_a_tenth() {
        assert_eq!(needed(100, 0.5, 0.25), Some(441));
        assert_eq!(needed(100, 1.0, 0.0), None);
        assert_eq!(of(-1.0, 3.0).needed_for(0.0), Some(441));
        let skewed = Interval { estimate: 0.5, ..of(-1.0, 3.0) };
        assert_eq!((skewed.needed_for(0.0), skewed.needed_for(2.0)), (needed(100, 1.5, 0.5), needed(100, 2.5, 1.5)));
        assert_eq!((needed(0, 0.5, 0.25), needed(100, 1e5, 1.0)), (None, None));
    }

    #[test]
    fn what_lies_on_a_level_is_on_neither_side_however_it_was_computed() {
        for (here, there) in [(0.7, 0.8), (0.8, 0.9), (0.9, 1.0), (0.3, 0.4)] {
            let one_of_ten = Interval::exact(here - there);
            assert!(!one_of_ten.is_below(-0.1) && !one_of_ten.is_above(-0.1), "{here} - {there}");
            assert!(one_of_ten.is_below(-0.0999) && one_of_ten.is_above(-0.1001));
        }
        assert!(!Interval::exact(0.0).is_above(0.0) && !Interval::exact(0.0).is_below(0.0));
        assert!(Interval::exact(1e-300).is_above(0.0), "zero is met by nothing but itself");
        assert!(Interval::exact(0.0).is_above(f64::NEG_INFINITY) && Interval::exact(0.0).is_below(f64::INFINITY));
    }

    #[test]
    fn a_negative_scale_swaps_the_ends() {
        let turned = of(1.0, 3.0).affine(-2.0, 1.0);
        assert!((turned.low + 5.0).abs() < 1e-12 && (turned.high + 1.0).abs() < 1e-12 && turned.error == Some(1.0));
        let mut skewed = of(1.0, 3.0);
        skewed.estimate = 1.5;
        assert!((skewed.affine(-4.0, 0.5).estimate + 5.5).abs() < 1e-12 && (skewed.affine(0.25, -1.0).high + 0.25).abs() < 1e-12);
        assert!(skewed.affine(0.25, 0.0).error == Some(0.125));
    }
}
