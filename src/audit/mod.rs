//! The audit itself: claims against findings, realism, counterfactuals, synthesis. [`Audit`] *is* the JSON report:
//! serialisable, sorted, self-contained, without clock, host or path.
//!
//! It takes the registry and what was [`Decided`](crate::verdict::Decided) of every simulation. This room computes no
//! test and never simulates; it compares what claims assert with what `verdict` found.

mod agreement;
mod answer;
mod assemble;
mod bibliography;
pub mod causes;
mod certainty;
mod claims;
mod counterfactual;
mod coverage;
mod designs;
pub mod diff;
mod digest;
pub mod drift;
mod error_rate;
mod evidence;
mod filed;
#[cfg(test)]
mod filtering;
#[cfg(test)]
mod fixture;
mod fresh;
mod glossary;
mod glossary_words;
mod head;
mod judge;
pub mod lock;
mod measure;
mod mechanism;
mod model;
mod model_claim;
mod model_definition;
mod model_design;
mod model_head;
mod model_position;
mod model_realism;
mod model_signs;
mod model_sources;
mod model_written;
mod position;
mod prevalence;
mod realism;
pub mod remedies;
pub mod said;
mod sensitivity;
pub mod signs;
mod sources;
mod studies;
mod synthesis;
mod takeaway;
#[cfg(test)]
mod tests;
mod together;
mod verdict;
mod words;
mod worlds;

#[cfg(test)]
pub use answer::sentences as answer;
pub use assemble::{Depth, Frame, SCHEMA, SCHEMAS, Scope, Selection, audit, claim_reports};
pub use bibliography::entry as reference;
pub use certainty::Certainty;
pub use coverage::{is_abstract_only, is_stub};
pub use designs::SURE;
pub use error_rate::{CountedErrors, ErrorRate, ErrorRateReport};
pub use filed::Misread;
pub use fresh::{Code as FreshCode, FreshSeeds, Reseeded};
pub use glossary::{Sense, glossary, senses};
pub use head::is_counted;
#[cfg(test)]
pub use head::of as head;
pub use judge::{ANALOGUE_DISAGREES, CONTROL_HOLDS, NO_NEGATIVE, NO_POSITIVE, POSITIVE_FAILS, RECALLED_DISAGREES, SPOKEN, is_recalled};
pub use measure::Measure;
pub use model::{
    Agreement, ArmReport, Audit, BibliographyEntry, CalibrationReport, Counts, CriterionReport, Curve, CurvePoint, FindingReport,
    OverlayReport, Points, Provenance, Sensitivity, SimulationReport, StudyReport,
};
pub use model_claim::{ClaimReport, ControlNumbers, ControlReport, Flips, HeldReport, Open, WorldReport};
pub use model_definition::{Coverage, DefinitionReport, FidelityCounts, ShareSensitivity, SimulationCounts, Standing};
pub use model_design::{DesignReport, DesignWorld, FactorReport, LoopReport, PointReport, Span};
pub use model_head::{Comparisons, Head, Moved};
pub use model_position::{PositionCellReport, PositionReport, PositionRow};
pub use model_realism::{ConditionReport, RealismReport};
pub use model_signs::{LoopSigns, Onset};
pub use model_sources::{CoderReport, ExcludedReport, RivalReport, ScreeningReport, SearchReport};
pub use prevalence::Prevalence;
pub use studies::counts;
pub use together::{RULE, Together, Voice};
pub use verdict::Verdict;
pub use words::{criteria as criteria_in_words, number as plain_number, overlays as overlays_in_words, test as test_in_words};
pub use worlds::{AS_PUBLISHED, World, capitalised, either, holds_in, joined, named as worlds_named, number_of, number_word};
