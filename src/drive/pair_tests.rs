//! Two conditions at a time: asked where papers disagree and no condition alone tells why, and nowhere else.

use super::Scope;
use super::tests::{decide, small};
use crate::plan::Pair;
use crate::plan::trial::{claim, gaussian, outcome, simulation};
use crate::registry::Registry;
use crate::sim::{Sampling, Setup};
use crate::taxonomy::{Condition, Definition, Metric};
use crate::verdict::ClaimDecision;

/// A chain with two causes of collapse: replacement, and sampling that halves the variance. Its leading world changes these conditions.
fn twice_collapsing(changes: &[Condition]) -> Registry {
    let mut registry = small();
    let chain = Setup { sampling: Sampling::VarianceScale { scale: 0.5 }, ..gaussian(20, 12) };
    let only = simulation("only", chain, Metric::MeanSquaredError);
    let mut disputed = claim("collapses", &only, Definition::VarianceCollapse, outcome());
    disputed.conflicts = vec!["another/does-not".to_owned()];
    registry.claims = [(disputed.id.clone(), disputed)].into();
    registry.studies.get_mut("tiny").expect("the one study").simulations = vec![only];
    registry.overlays[0].steps.retain(|step| changes.contains(&step.condition));
    registry
}

fn decided(registry: &Registry) -> ClaimDecision {
    decide(registry, &Scope::Full)[0].claims["collapses"].clone()
}

fn flipping(decision: &ClaimDecision) -> Vec<String> {
    decision.pairs.iter().filter(|(_, question)| decision.flips(question)).map(|(pair, _)| pair.to_string()).collect()
}

#[test]
fn what_only_two_conditions_turn_together_is_found() {
    let decision = decided(&twice_collapsing(&[Condition::Accumulate, Condition::Quality, Condition::Sampling]));
    assert!(decision.published.frozen.is_decided());
    assert!(!decision.singles.is_empty() && !decision.singles.values().any(|single| decision.flips(single)), "neither alone");
    assert_eq!(decision.pairs.len(), 3);
    assert_eq!(flipping(&decision), ["accumulate+sampling"]);
}

#[test]
fn where_no_two_conditions_turn_a_claim_none_is_said_to() {
    let decision = decided(&twice_collapsing(&[Condition::Quality, Condition::Sampling]));
    let pair = Pair::of(Condition::Quality, Condition::Sampling).expect("two conditions");
    assert_eq!(decision.pairs.keys().collect::<Vec<_>>(), [&pair]);
    assert!(decision.pairs[&pair].frozen.is_decided());
    assert!(flipping(&decision).is_empty());
}

#[test]
fn a_claim_that_nobody_disputes_and_one_that_a_condition_turns_alone_are_asked_no_pair() {
    let mut undisputed = twice_collapsing(&[Condition::Accumulate, Condition::Sampling]);
    undisputed.claims.values_mut().for_each(|claim| claim.conflicts.clear());
    assert!(decided(&undisputed).pairs.is_empty());
    let mut alone = twice_collapsing(&[Condition::Accumulate, Condition::Quality]);
    for cell in &mut alone.studies.get_mut("tiny").expect("the one study").simulations[0].cells {
        cell.setup.sampling = Sampling::Unbiased;
    }
    let decision = decided(&alone);
    assert!(decision.flips(&decision.singles[&Condition::Accumulate]) && decision.pairs.is_empty());
}
