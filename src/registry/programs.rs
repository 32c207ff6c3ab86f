//! Whether the programs of a registry may be started. The command line alone admits them (`--allow-external`); the claims of one that is not
//! admitted are untested, with that reason.

use super::{Proof, Registry};
use std::path::Path;

impl Registry {
    /// Lets programs be started in this folder.
    pub fn admit_programs(&mut self, folder: &Path) {
        for simulation in self.studies.values_mut().flat_map(|study| &mut study.simulations) {
            if let Some(external) = &mut simulation.external {
                external.admitted = Some(external.admitted_in(folder));
            }
        }
    }

    /// Leaves every claim untested whose simulation is run by a program that may not be started.
    pub fn set_programs_aside(&mut self) {
        for claim in self.claims.values_mut() {
            let study = self.studies.get(&claim.id.study);
            let simulation = claim.simulation.as_deref().and_then(|name| study?.simulation(name));
            if let Some(external) =
                simulation.filter(|simulation| !simulation.is_open()).and_then(|simulation| simulation.external.as_ref())
                && !matches!(claim.proof, Proof::Untested { .. })
            {
                let reason = format!(
                    "its simulation is run by a program (`{}`), which was not started: that takes --allow-external",
                    external.words()
                );
                claim.proof = Proof::Untested { reason };
            }
        }
    }
}
