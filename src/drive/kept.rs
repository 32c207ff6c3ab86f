//! Decisions kept between runs: what one simulation came to, under a digest of everything that it rests on.
//!
//! Numbers that are read again need no asking again. The digest is of the whole plan, the claims and the criteria as values, so that nothing
//! can be forgotten; decisions of trained networks, which rest on recordings, are not kept.

use super::{Driver, Scope};
use crate::fingerprint;
use crate::plan::{Key, SimulationPlan, claims_of};
use crate::registry::Claim;
use crate::verdict::Decided;

/// What is known of the decision of a simulation before anything is run.
pub(super) struct Known {
    /// Where it is kept; `None` where it is not.
    pub key: Option<Key>,
    /// What is kept there.
    pub decided: Option<Decided>,
}

impl Driver<'_> {
    /// Looks up the decision of a simulation.
    pub(super) fn known(&self, plan: &SimulationPlan) -> Known {
        let key = self.key(plan);
        let decided = key.as_ref().and_then(|key| self.kept(key));
        Known { key, decided }
    }

    /// Where the decision of a simulation is kept; `None` where it is not.
    fn key(&self, plan: &SimulationPlan) -> Option<Key> {
        let is_kept = !plan.is_recorded()
            && plan.external.is_none()
            && self.executor.cache.folder().is_some()
            && !matches!(self.scope, Scope::Accepted(_));
        is_kept.then(|| self.rests_on(plan))
    }

    /// Everything that the decision of a simulation rests on, as a digest: equal where a run would come to the same.
    #[must_use]
    pub fn rests_on(&self, plan: &SimulationPlan) -> Key {
        let claims: Vec<&Claim> = claims_of(self.registry, &plan.study, &plan.simulation).collect();
        let asked = format!("{plan:?} {claims:?} {:?} {:?}", self.registry.criteria, self.scope);
        let around = format!("{:?} {} {}", self.executor.seed, self.executor.first_look, self.registry.overlays.len());
        let recorded = self.recorded(plan);
        let code = [fingerprint::engine(), fingerprint::rules()].map(str::as_bytes);
        Key::of([asked.as_bytes(), around.as_bytes(), recorded.as_bytes()].into_iter().chain(code))
    }

    /// The recordings that a simulation of trained networks reads; empty for others.
    fn recorded(&self, plan: &SimulationPlan) -> String {
        if !plan.is_recorded() {
            return String::new();
        }
        let cells = plan.arms.values().flat_map(|arm| arm.cells.iter().map(|cell| (arm.budget, cell)));
        let checksum =
            |(budget, cell)| self.executor.recordings.checksum(&self.executor.identity(plan, cell), &(0..budget)).unwrap_or("none");
        cells.map(checksum).collect::<Vec<_>>().join(" ")
    }

    /// The decision kept under a key.
    fn kept(&self, key: &Key) -> Option<Decided> {
        serde_json::from_slice(&self.executor.cache.decision(key)?).ok()
    }

    /// Keeps a decision.
    pub(super) fn keep(&self, key: &Key, decided: &Decided) {
        let body = serde_json::to_vec(decided).expect("results are plain data");
        if let Err(unwritable) = self.executor.cache.keep_decision(key, body) {
            self.executor.progress.message(&unwritable.0);
        }
    }
}
