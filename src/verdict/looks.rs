//! Looks: at which replicate counts a decision may be made, and how much error probability each may spend.
//!
//! Every claim has the same budget, whatever the registry's size; a claim's own test, its control and its worlds share it.
//! [`alpha_for`] alone splits it: the driver spends by it, and the audit and the report print it.

use crate::registry::Criteria;

/// Replicates at look `k` (from 1): `first` doubled k - 1 times.
#[must_use]
pub const fn replicates(first: u32, look: u32) -> u32 {
    first << (look - 1)
}

/// Error probability of look `k` (from 1): alpha / (k (k + 1)), which sums to alpha over infinitely many looks, so
/// decisions are valid under peeking by the union bound, whatever the budget.
#[must_use]
pub fn alpha_of(alpha: f64, look: u32) -> f64 {
    alpha / (f64::from(look) * f64::from(look + 1))
}

/// Who spends error probability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Spender {
    /// A claim's own test; a conditional claim's two branches are its test and its control.
    Test,
    /// A claim's control.
    Control,
    /// A claim in one world: each the same.
    World,
    /// Whatever no verdict rests on: profiles, single conditions, leave-one-out arms, the definition as published beside a test.
    Exploration,
}

/// Error probability of one claim over all its looks: `alpha_total` / `capacity`.
#[must_use]
pub fn alpha_per_claim(criteria: &Criteria) -> f64 {
    criteria.alpha_total / criteria.capacity
}

/// What a spender has over all its looks, in a registry with so many worlds: of a claim's error probability the test its share, the
/// control and each world an equal part of the rest; an exploratory question `alpha_profile`.
#[must_use]
pub fn alpha_for(spender: Spender, criteria: &Criteria, worlds: usize) -> f64 {
    match spender {
        Spender::Test => alpha_per_claim(criteria) * criteria.test_share,
        Spender::Control | Spender::World => alpha_per_claim(criteria) * (1.0 - criteria.test_share) / (1 + worlds) as f64,
        Spender::Exploration => criteria.alpha_profile,
    }
}

/// What a spender may spend at look `k`.
#[must_use]
pub fn alpha_at(spender: Spender, look: u32, criteria: &Criteria, worlds: usize) -> f64 {
    alpha_of(alpha_for(spender, criteria, worlds), look)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::planted;

    #[test]
    fn looks_double_and_spend_alpha_in_the_limit() {
        assert_eq!([1, 2, 3, 8].map(|look| replicates(256, look)), [256, 512, 1024, 32_768]);
        let spent: f64 = (1..10_000).map(|look| alpha_of(1e-4, look)).sum();
        assert!(spent < 1e-4 && spent > 0.999e-4);
    }

    #[test]
    fn test_control_and_all_worlds_spend_exactly_one_claims_budget_however_many_worlds_there_are() {
        let criteria = planted::criteria();
        for worlds in [1, 2, 3, 7] {
            let of = |spender| alpha_for(spender, &criteria, worlds);
            let spent = of(Spender::Test) + of(Spender::Control) + worlds as f64 * of(Spender::World);
            assert!((alpha_per_claim(&criteria) - 5e-5).abs() < 1e-18 && (spent - 5e-5).abs() < 1e-18, "{worlds}");
            assert!((alpha_at(Spender::Test, 1, &criteria, worlds) - 1.25e-5).abs() < 1e-18, "another world leaves the test's own share");
        }
        assert!((alpha_for(Spender::World, &criteria, 2) - 2.5e-5 / 3.0).abs() < 1e-20);
    }
}
