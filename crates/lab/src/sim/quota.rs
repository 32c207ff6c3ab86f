//! Quotas: equal parts of the synthetic examples for every group of categories.
//!
//! It knows group sizes; what `check` refuses stands beside the other curations. Chains draw the examples themselves (`Steps::fill`).

use super::Curation;
use crate::random::Rng;

/// Equal quotas of groups of categories.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quotas<'a> {
    /// Categories by place; each stands in one group.
    pub groups: &'a [Vec<usize>],
    /// Draws beyond n from which quotas are filled, over n; absent: as many as it takes.
    pub extra: Option<f64>,
}

/// Draws of a model that fill quotas.
pub struct Filling<'a> {
    /// Examples wanted.
    pub wanted: u64,
    /// The quotas.
    pub quotas: Quotas<'a>,
    /// Where examples come from.
    pub rng: &'a mut Rng,
}

impl Quotas<'_> {
    /// The group of a category.
    pub fn group(&self, category: usize) -> Option<usize> {
        self.groups.iter().position(|group| group.contains(&category))
    }

    /// Quotas of n examples over the groups for which `has_mass` holds; 0 for the others.
    pub fn sizes(&self, n: u64, has_mass: impl Fn(&[usize]) -> bool) -> Vec<u64> {
        let alive: Vec<bool> = self.groups.iter().map(|group| has_mass(group)).collect();
        let count = alive.iter().filter(|is_alive| **is_alive).count().max(1) as u64;
        let mut place = 0;
        let mut size = |is_alive: &bool| {
            let own = n / count + u64::from(place < n % count);
            place += u64::from(*is_alive);
            if *is_alive { own } else { 0 }
        };
        alive.iter().map(&mut size).collect()
    }

    /// Draws from which quotas of n are filled, where their number is given.
    pub fn draws(&self, n: u64) -> Option<u64> {
        self.extra.map(|extra| n.saturating_add((extra * n as f64).round() as u64))
    }
}

impl Curation {
    /// Draws per example wanted, as far as a formula of cost can tell.
    pub(super) fn draws(&self) -> f64 {
        match self {
            Self::Verifier { true_accept, .. } => true_accept.max(0.01).recip(),
            Self::Correct { .. } | Self::Displace { .. } | Self::Edit { .. } | Self::DetectorWeighted { .. } | Self::Snap { .. } => 1.0,
            // As many again for the fit that the source moves away from.
            Self::Extrapolate { .. } => 2.0,
            Self::Screen { keep } => keep.max(0.01).recip(),
            Self::BestOf { candidates, .. } => f64::from(*candidates),
            Self::Quota { extra, .. } => 2.0 + extra.unwrap_or(0.0),
        }
    }
}
