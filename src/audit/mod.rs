//! The audit itself: claims against findings, realism, counterfactuals, synthesis. [`Audit`] *is* the JSON report:
//! serialisable, sorted, self-contained, without clock, host or path.
//!
//! It takes the registry and what was [`Decided`](crate::verdict::Decided) of every simulation. This room computes no
//! test and never simulates; it compares what claims assert with what `verdict` found.

mod agreement;
mod assemble;
mod bibliography;
mod certainty;
mod claims;
mod counterfactual;
mod coverage;
pub mod diff;
pub mod drift;
#[cfg(test)]
mod filtering;
#[cfg(test)]
mod fixture;
mod judge;
pub mod lock;
mod model;
mod model_definition;
mod model_sources;
mod realism;
mod sensitivity;
mod sources;
mod studies;
mod synthesis;
mod takeaway;
#[cfg(test)]
mod tests;
mod verdict;
mod words;

pub use assemble::{Depth, Frame, Scope, Selection, audit, claim_reports};
pub use bibliography::entry as reference;
pub use certainty::Certainty;
pub use coverage::{is_abstract_only, is_stub};
pub use judge::{ANALOGUE_DISAGREES, CONTROL_HOLDS, NO_NEGATIVE, NO_POSITIVE, POSITIVE_FAILS, RECALLED_DISAGREES, SPOKEN, is_recalled};
pub use model::{
    Agreement, Audit, BibliographyEntry, CalibrationReport, ClaimReport, ConditionReport, ControlReport, Counts, CriterionReport, Curve,
    CurvePoint, FindingReport, Flips, OverlayReport, Points, Provenance, RealismReport, Sensitivity, StudyReport, WorldReport,
};
pub use model_definition::{Coverage, DefinitionReport, FidelityCounts, Mechanisms, ShareSensitivity};
pub use model_sources::{CoderReport, ExcludedReport, ScreeningReport, SearchReport};
pub use studies::counts;
pub use verdict::Verdict;
pub use words::{overlays as overlays_in_words, test as test_in_words};
