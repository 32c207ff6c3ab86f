//! Which claims a simulation tests.

use crate::registry::{Claim, Proof, Registry};

/// The claims that a simulation tests, in id order.
pub fn claims_of<'a>(registry: &'a Registry, study: &'a str, simulation: &'a str) -> impl Iterator<Item = &'a Claim> {
    registry
        .claims_of(study)
        .filter(move |claim| claim.simulation.as_deref() == Some(simulation) && !matches!(claim.proof, Proof::Untested { .. }))
}
