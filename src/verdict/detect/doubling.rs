//! The doubling rule: does a quantity X keep growing, or settle?
//!
//! It compares the growth of the last doubling, D2 = X_T - X_(T/2), with that of the one before, D1 = X_(T/2) - X_(T/4).
//! Growth t^c has D2/D1 = 2^c, logarithmic growth 1, an approach by t^-c 2^-c: the cut r0 = 2^(-1/2) lies midway in c between
//! log and 1/t. By design an approach slower than t^(-1/2) may be called growing, and so may growth slower than log.
//!
//! Calibration changed one thing. Logs whose steps have no variance (squared t with 3 degrees of freedom) passed the guard on the
//! contrasts alone in 9 % of ensembles at a nominal 1 % (136 of 1,500), all of them with the tail unseen and hence wrongly `settled`:
//! now every column of a log must pass the guard itself, as those of a plain risk already had to (3 of 1,500).

use crate::numeric::{Interval, combine};
use crate::registry::Criteria;
use crate::verdict::infer;
use crate::verdict::reason::Reason;

/// What X does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Movement {
    /// F > 0 and C > 0.
    Growing,
    /// F < 0 or C < 0.
    Settled,
    /// Neither.
    Undecided(Reason),
}

/// The rule with its two contrasts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Doubling {
    /// What X does.
    pub movement: Movement,
    /// F = D2 - m: growth beyond the smallest relevant one.
    pub growth: Interval,
    /// C = D2 - r0 D1.
    pub curvature: Interval,
    /// Estimates of X at T/4, T/2 and T.
    pub levels: [f64; 3],
}

impl Doubling {
    /// The rule applied to the two intervals. The wrong `growing` needs both lower limits to err, the wrong `settled` one of two
    /// upper ones: at two-sided alpha each, both errors stay below alpha. What is zero at T/2 and at T has settled.
    pub fn from_contrasts(growth: Interval, curvature: Interval, levels: [f64; 3]) -> Self {
        let is_zero = levels[1].abs().max(levels[2].abs()) <= 0.0;
        let movement = if is_zero || growth.is_below(0.0) || curvature.is_below(0.0) {
            Movement::Settled
        } else if growth.is_above(0.0) && curvature.is_above(0.0) {
            Movement::Growing
        } else if growth.n == 0 {
            Movement::Undecided(Reason::OnTheLimit)
        } else {
            Movement::Undecided(Reason::TooWide)
        };
        Self { movement, growth, curvature, levels }
    }

    /// From exact values of a risk. Ties to nine digits are ties.
    pub fn exact(levels: [f64; 3], criteria: &Criteria) -> Self {
        let [early, half, last] = levels;
        let blur = 1e-9 * last.abs().max(half.abs());
        let blurred = |value: f64| Interval { low: value - blur, high: value + blur, ..Interval::exact(value) };
        let growth = last - half - criteria.doubling_margin * half;
        let curvature = last - half - criteria.doubling_cut * (half - early);
        Self::from_contrasts(blurred(growth), blurred(curvature), levels)
    }

    /// Of the mean of a risk, from its three columns.
    pub fn of_risk(columns: [&[f64]; 3], criteria: &Criteria, alpha: f64) -> Result<Self, Reason> {
        guard_each(columns, criteria)?;
        let cut = criteria.doubling_cut;
        let growth = infer::mean(&combine(&columns, &[0.0, -1.0 - criteria.doubling_margin, 1.0]), criteria, alpha)?;
        let curvature = infer::mean(&combine(&columns, &[cut, -1.0 - cut, 1.0]), criteria, alpha)?;
        Ok(Self::from_contrasts(growth, curvature, columns.map(average)))
    }

    /// Of the mean of a martingale's risk, from the squared displacements over both doublings and the risk at T/2: increments of
    /// a martingale are orthogonal, so a displacement has the mean of the risk increment, with far less spread.
    pub fn of_displacement(first: &[f64], second: &[f64], half: &[f64], criteria: &Criteria, alpha: f64) -> Result<Self, Reason> {
        let growth = infer::mean(&combine(&[second, half], &[1.0, -criteria.doubling_margin]), criteria, alpha)?;
        let curvature = infer::mean(&combine(&[second, first], &[1.0, -criteria.doubling_cut]), criteria, alpha)?;
        let middle = average(half);
        Ok(Self::from_contrasts(growth, curvature, [middle - average(first), middle, middle + average(second)]))
    }

    /// Of the mean of a log (or minus log), with a margin in nats.
    pub fn of_log(columns: [&[f64]; 3], criteria: &Criteria, alpha: f64) -> Result<Self, Reason> {
        guard_each(columns, criteria)?;
        let cut = criteria.doubling_cut;
        let growth = infer::mean(&combine(&columns, &[0.0, -1.0, 1.0]), criteria, alpha)?.affine(1.0, -criteria.doubling_margin_log);
        let curvature = infer::mean(&combine(&columns, &[cut, -1.0 - cut, 1.0]), criteria, alpha)?;
        Ok(Self::from_contrasts(growth, curvature, columns.map(average)))
    }

    /// Of the geometric mean of a risk, from the columns of its logs, by the delta method; both contrasts are in units of the
    /// geometric mean at T/2, which keeps them smooth functions of differences of logs.
    pub fn of_geometric_mean(logs: [&[f64]; 3], criteria: &Criteria, alpha: f64) -> Result<Self, Reason> {
        guard_each(logs, criteria)?;
        let means = logs.map(average);
        let (early, last) = ((means[0] - means[1]).exp(), (means[2] - means[1]).exp());
        let cut = criteria.doubling_cut;
        let growth = last - 1.0 - criteria.doubling_margin;
        let curvature = last - 1.0 - cut * (1.0 - early);
        let growth = infer::smooth(&logs, growth, &[0.0, -last, last], criteria, alpha)?;
        let curvature = infer::smooth(&logs, curvature, &[cut * early, -last - cut * early, last], criteria, alpha)?;
        Ok(Self::from_contrasts(growth, curvature, means.map(f64::exp)))
    }

    /// The ratio D2/D1, where D1 is not 0.
    pub fn ratio(&self) -> Option<f64> {
        let [early, half, last] = self.levels;
        let ratio = (last - half) / (half - early);
        ratio.is_finite().then_some(ratio)
    }

    /// The contrast nearest to the decision: F unless it is decided as growth, then C.
    pub fn deciding(&self) -> &Interval {
        if self.growth.is_above(0.0) { &self.curvature } else { &self.growth }
    }

    /// What `deciding` measures.
    pub fn statistic(&self, of: &str) -> String {
        if self.growth.is_above(0.0) {
            format!("growth of the last doubling minus 0.71 of the one before, {of}")
        } else {
            format!("growth of the last doubling beyond the smallest relevant one, {of}")
        }
    }

    /// The level X approaches if doublings keep shrinking by r0, where C settled it.
    pub fn implied_ceiling(&self, criteria: &Criteria) -> Option<f64> {
        let cut = criteria.doubling_cut;
        let [_, half, last] = self.levels;
        self.curvature.is_below(0.0).then(|| last + (last - half) * cut / (1.0 - cut))
    }
}

/// Every column must pass the guard, as the contrasts must: where the tail of the last step alone is not in the sample, the others'
/// still tell of it.
fn guard_each(columns: [&[f64]; 3], criteria: &Criteria) -> Result<(), Reason> {
    columns.into_iter().try_for_each(|column| infer::guard(column, criteria))
}

fn average(column: &[f64]) -> f64 {
    column.iter().sum::<f64>() / column.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::planted;

    fn exact(law: impl Fn(f64) -> f64) -> Movement {
        Doubling::exact([16.0, 32.0, 64.0].map(law), &planted::criteria()).movement
    }

    #[test]
    fn canonical_laws_move_as_they_should() {
        for growing in [|t: f64| t, f64::sqrt, f64::ln] {
            assert_eq!(exact(growing), Movement::Growing);
        }
        for settled in [|t: f64| 1.0 - 1.0 / t, |t: f64| 1.0 - 0.9_f64.powf(t), |_| 1.0] {
            assert_eq!(exact(settled), Movement::Settled);
        }
        assert_eq!(exact(|t| 0.3 - t.powf(-0.5)), Movement::Undecided(Reason::OnTheLimit), "the cut itself: C = 0");
    }

    #[test]
    fn a_shrinking_growth_implies_a_ceiling() {
        let found = Doubling::exact([1.0, 2.0, 2.4], &planted::criteria());
        let ceiling = found.implied_ceiling(&planted::criteria()).unwrap();
        assert!((ceiling - (2.4 + 0.4 * 2.414_213_562)).abs() < 1e-6);
        assert!((found.ratio().unwrap() - 0.4).abs() < 1e-12);
    }
}
