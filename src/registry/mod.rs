//! The registry: what the literature claims, as checked values.
//!
//! It takes TOML files and gives a [`Registry`], or every problem at once with file, span, code and remedy.
//! Nothing here runs or decides anything. File positions and TOML types never leave this room.

mod allowance;
mod bindings;
mod citation;
mod claim;
pub mod codes;
mod completeness;
mod conflict;
mod criteria;
mod design;
pub mod diagnostics;
mod digest;
mod expression;
mod external;
mod files;
mod filter;
mod format;
mod format_curation;
mod format_design;
mod format_families;
mod format_others;
mod format_shapes;
mod format_trained;
#[cfg(test)]
mod labels_tests;
mod lines;
mod load;
mod node;
mod overlay;
mod position;
mod problem;
mod programs;
mod read_claim;
mod read_context;
mod read_curation;
mod read_design;
mod read_external;
mod read_labels;
mod read_others;
mod read_proof;
mod read_setup;
mod read_study;
mod read_test;
mod read_text;
mod read_trained;
mod read_values;
mod read_variant;
mod read_worlds;
mod realism_rule;
mod rivals;
pub mod schema;
mod screening;
mod shape;
mod source;
mod study;
pub mod template;
mod test;
mod test_words;
mod validate;
mod weights;

pub use citation::is_arxiv;
pub use claim::{Asserts, Branch, Claim, ClaimId, Control, ControlKind, Proof, Quantifier};
pub use codes::{Code, all as codes, explain};
pub use conflict::{Conflict, conflict, lines_in_words};
pub use criteria::{Criteria, Criterion, Rests};
pub use design::{Baseline, Design, DesignArm, DesignId, Factor, InWorlds, label as point_label};
pub use expression::{Expression, ExpressionError};
pub use external::{Admitted, External};
pub use filter::{Filter, FilterError, FilterKey, Gone};
pub use lines::claim_lines;
pub use load::{Loaded, load, study_of};
pub use node::DEEPEST;
pub use overlay::{About, Overlay, OverlayChange, OverlayStep, WorldId};
pub use position::{PaperVerdict, Position, PositionCell, PositionVerdict, TableColumn};
pub use problem::{Problem, Severity};
pub use read_others::is_date;
pub use rivals::{Rival, RivalVerdict, Theirs};
pub use screening::{Excluded, NOT_RECORDED, Screening, Search};
pub use source::{CORPORA, IMPORTED, RECORDED, Sources};
pub use study::{Bindings, Cell, Coder, Coding, Judgement, ModelFamily, RiskFrame, Simulation, Study, StudyId, Variant, Weights};
pub use template::{Citation, new_claim, new_study};
pub use test::{
    At, Axis, CellChoice, Changed, Comparison, Form, Logs, MarginScale, Operand, OperandArm, OrderSide, Side, Statistic, Test, TestKind,
};
pub use weights::read_weights;

use std::collections::BTreeMap;

/// Everything the audit knows of the literature, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Registry {
    /// Studies by id, drafts included.
    pub studies: BTreeMap<StudyId, Study>,
    /// Claims by full id, those of drafts included.
    pub claims: BTreeMap<ClaimId, Claim>,
    /// Coders by id.
    pub coders: BTreeMap<String, Coder>,
    /// The worlds in which claims are asked again, in the order of the file; there is one at least.
    pub overlays: Vec<Overlay>,
    /// Weight presets by name.
    pub presets: BTreeMap<String, Weights>,
    /// Name of the default preset.
    pub default_preset: String,
    /// Thresholds.
    pub criteria: Criteria,
    /// How the studies were found, where that was written down.
    pub screening: Option<Screening>,
    /// What the position paper concludes, where that was written down.
    pub position: Option<Position>,
    /// What causes collapse, what shows it first and what helps, on loops of its own: those of the three designs that are there.
    pub designs: Vec<Design>,
    /// Verdicts of other reproductions, where they were written down.
    pub rivals: Vec<Rival>,
    /// Digest of everything above.
    pub digest: String,
}

impl Registry {
    /// The claims of one study, in id order.
    pub fn claims_of<'a>(&'a self, study: &'a str) -> impl Iterator<Item = &'a Claim> {
        self.claims.values().filter(move |claim| claim.id.study == study)
    }

    /// The claim called `study/name`.
    #[must_use]
    pub fn claim(&self, id: &str) -> Option<&Claim> {
        let (study, name) = id.split_once('/')?;
        self.claims.get(&ClaimId { study: study.to_owned(), name: name.to_owned() })
    }

    /// The worlds' ids, in the order of the file.
    pub fn worlds(&self) -> impl Iterator<Item = &WorldId> {
        self.overlays.iter().map(|overlay| &overlay.id)
    }

    /// The overlay called `id`.
    ///
    /// # Panics
    /// Where `id` is not of this registry.
    #[must_use]
    pub fn overlay(&self, id: &WorldId) -> &Overlay {
        self.overlays.iter().find(|overlay| overlay.id == *id).expect("ids of worlds come from the registry that is asked")
    }

    /// The first world of the file: single conditions and leave-one-out arms are taken from it.
    ///
    /// # Panics
    /// Never for a loaded registry: loading refuses one without a world.
    #[must_use]
    pub fn leading_world(&self) -> &Overlay {
        self.overlays.first().expect("a loaded registry has a world")
    }
}
