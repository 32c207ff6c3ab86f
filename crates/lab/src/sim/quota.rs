//! Quotas: equal parts of the synthetic examples for every group of categories.
//!
//! It knows group sizes and what `check` refuses; chains draw the examples themselves (`Chain::fill`).

use super::models::categorical::probabilities;
use super::{Curation, Refusal, Setup};
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

/// What stands against quotas in a setup.
pub(super) fn refusals(setup: &Setup, groups: &[Vec<usize>], extra: Option<f64>, field: &str, out: &mut Vec<Refusal>) {
    let mut refuse =
        |code, key: &str, found: String, remedy: String| out.push(Refusal { code, field: format!("{field}{key}"), found, remedy });
    if setup.curation.iter().filter(|rule| rule.judges()).count() > 1 {
        refuse("quota-not-alone", "", "quotas beside another rule that judges".into(), "keep one of them; a correction may stay".into());
    }
    if extra.is_some_and(|extra| !(0.0..=100.0).contains(&extra)) {
        let found = extra.map_or_else(String::new, |extra| extra.to_string());
        refuse("bad-extra", ".extra", found, "use a number from 0 to 100, or leave it out".into());
    }
    let Some(probabilities) = probabilities(&setup.truth) else {
        return refuse(
            "quota-mismatch",
            "",
            "quotas over what are no categories".into(),
            "use a categorical truth, or another curation".into(),
        );
    };
    let categories = probabilities.len();
    let times = |category: usize| groups.iter().flatten().filter(|member| **member == category).count();
    if let Some(beyond) = groups.iter().flatten().find(|member| **member >= categories) {
        refuse("bad-groups", ".groups", format!("category {beyond} of {categories}"), format!("use places from 0 to {}", categories - 1));
    } else if let Some(odd) = (0..categories).find(|category| times(*category) != 1) {
        let found = if times(odd) == 0 { format!("category {odd} in no group") } else { format!("category {odd} more than once") };
        refuse("bad-groups", ".groups", found, "put every category into one group".into());
    }
    if groups.iter().any(Vec::is_empty) {
        refuse("bad-groups", ".groups", "an empty group".into(), "leave it out".into());
    }
}

impl Setup {
    /// The quotas among the curations, if there are some.
    #[must_use]
    pub fn quotas(&self) -> Option<Quotas<'_>> {
        self.curation.iter().find_map(|rule| match rule {
            Curation::Quota { groups, extra } => Some(Quotas { groups, extra: *extra }),
            _ => None,
        })
    }
}

impl Curation {
    /// Draws per example wanted, as far as a formula of cost can tell.
    pub(super) fn draws(&self) -> f64 {
        match self {
            Self::Verifier { true_accept, .. } => true_accept.max(0.01).recip(),
            Self::Correct { .. } | Self::Displace { .. } | Self::Edit { .. } | Self::DetectorWeighted { .. } => 1.0,
            Self::BestOf { candidates, .. } => f64::from(*candidates),
            Self::Quota { extra, .. } => 2.0 + extra.unwrap_or(0.0),
        }
    }
}
