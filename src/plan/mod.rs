//! From the registry to a finite list of runs, and from the list to numbers.
//!
//! [`expand`] fixes every arm, cell and generation to record; [`Executor`] draws
//! replicates look by look, in parallel, through the [`Cache`]. Nothing here judges.

mod arm;
mod asides;
mod budget;
mod cache;
mod composition;
#[cfg(test)]
mod declared_tests;
mod design;
mod disputed;
mod execute;
mod expand;
#[cfg(test)]
mod expand_tests;
pub mod external;
mod held;
pub mod imported;
mod in_world;
mod lines;
mod overlay;
#[cfg(test)]
mod overlay_tests;
mod pair;
pub mod planted;
pub mod reading;
pub mod recorded;
pub mod recording;
mod refused;
#[cfg(test)]
mod regime_tests;
mod runs;
mod selected;
mod shard;
mod stopped;
mod tested;
#[cfg(test)]
pub(crate) mod trial;
mod twin;

pub use arm::{Arm, ArmPlan, CellPlan, ClaimArms, Limits, Simulated, SimulationPlan};
pub use asides::Asides;
pub use budget::is_cut_short;
pub use cache::{Cache, Identity, Kept, Key};
pub use composition::{Composition, composition};
pub use disputed::is_disputed;
pub use execute::{Executor, Progress, Silent};
pub use held::{Held, held};
pub use in_world::{ALREADY_SO, in_world};
pub use overlay::{Overlaid, apply};
pub use pair::Pair;
pub use recorded::Recordings;
pub use runs::{ArmRuns, CellRuns, Runs};
pub use selected::{Chosen, Selection, chosen, expand};
pub use shard::Shard;
pub use stopped::{ProgramEnding, Stopped};
pub use tested::claims_of;
