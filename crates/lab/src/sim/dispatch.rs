//! Which method has a chain for a setup: what stands against sums of any family is told here, the rest by the family itself.

use super::chain::Step;
use super::compose::Plan;
use super::family::{Biases, Ready, Why};
use super::kind::Kind;
use super::models::categorical::probabilities;
use super::{Reward, Setup};

/// The chain that draws every example of a checked setup.
///
/// # Errors
/// Why there is none.
pub fn samples(setup: &Setup) -> Result<Ready, Why> {
    setup.model.family().twin(setup)
}

/// The exact shortcut of a checked setup and its name in words. Nobody else decides whether there is one.
///
/// # Errors
/// What stands against it.
pub fn shortcut(setup: &Setup) -> Result<(Ready, &'static str), Why> {
    against_sums(setup).map_or_else(|| setup.model.family().shortcut(setup), |against| Err(Why::Against(against)))
}

/// What stands against sums of any family.
fn against_sums(setup: &Setup) -> Option<&'static str> {
    if setup.downstream.is_some() {
        return Some("a downstream learner reads the examples");
    }
    if setup.edit().is_some_and(|(_, mask)| mask.follows_places() || !are_places_alike(setup)) {
        return Some("an edit follows places");
    }
    let is_of_two_levels = |reward: &Reward| probabilities(&setup.truth).is_some_and(|p| reward.two_levels(p.len()).is_some());
    if setup.preference().is_some_and(|(_, reward)| setup.cuts() || !is_of_two_levels(reward)) {
        return Some(Step::Prefer.against());
    }
    let is_weighted = (setup.regime.real_weight - 1.0).abs() > 0.0;
    let counts = setup.model.family().biases() == Biases::Categories;
    (counts && setup.cuts() && is_weighted).then_some("weighted counts cannot be subsampled")
}

/// Whether places of a text are exchangeable: of categories always, of tokens, which follow each other, while all texts are equally
/// long.
fn are_places_alike(setup: &Setup) -> bool {
    let first = setup.samples.at(1, setup.generations);
    setup.truth.kind() != Kind::Tokens || (2..=setup.generations).all(|t| Plan::of(setup, t).synthetic == first)
}
