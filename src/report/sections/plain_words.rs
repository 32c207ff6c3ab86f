//! One sentence per definition, and what the report cannot tell.

use crate::audit::Audit;
use crate::report::block::{Block, heading, paragraph, points};
use crate::report::words::plain;
use crate::report::worlds;

/// The section.
#[must_use]
pub fn section(audit: &Audit) -> Vec<Block> {
    let told = match audit.definitions.is_empty() {
        true => paragraph("Nothing was simulated."),
        false => points(audit.definitions.iter().map(|report| plain(&report.takeaway))),
    };
    vec![
        heading(2, "In plain words"),
        paragraph(&format!(
            "One sentence per definition, generated from the numbers of the exact and scaled simulations. {}, told under Methods.",
            worlds::stated(audit)
        )),
        told,
    ]
}

/// What the report cannot tell.
#[must_use]
pub fn limits(audit: &Audit) -> Vec<Block> {
    vec![
        heading(2, "What this cannot tell you"),
        points([
            "It cannot tell you whether a deployed model will collapse. These are small simulations, not the models people use.",
            &plain(&worlds::out_of_many(audit)),
            "\"Absent\" means excluded down to a stated margin in our runs, not impossible. \"Undecided\" means that we do not know.",
            "\"Contradicted\" speaks of one claim in one setting. It is no judgement of a study, still less of its authors.",
            "Fidelity says how near our simulation is to the study; realism says how near the study is to the world. A claim can reproduce and not matter, or matter and not be testable here. The two are never combined.",
            "The studies are a selection, and many share one small Gaussian model. Counts of studies are not counts of independent evidence.",
        ]),
    ]
}
