//! The title, what the report holds, and the eight meanings.

use crate::audit::{Audit, StudyReport};
use crate::report::block::{Block, heading, numbered, paragraph};
use crate::report::words::plain;
use crate::report::{facts, text};
use crate::taxonomy::{Definition, Word};

/// The section.
#[must_use]
pub fn section(audit: &Audit) -> Vec<Block> {
    let mut blocks: Vec<Block> = facts::scope_line(audit).map(|line| paragraph(&plain(&line))).into_iter().collect();
    let claims = text::counted(audit.head.claims as usize, "claim", "claims");
    let studies = text::counted(audit.head.studies as usize, "study", "studies");
    // The study of which most was tested shows best what such a page holds.
    let tested = |study: &&StudyReport| study.claims.reproduced + study.claims.contradicted + study.claims.undecided;
    let example = audit
        .studies
        .iter()
        .rev()
        .max_by_key(tested)
        .map(|study| format!(", for example [{0}](studies/{0}.md)", study.id))
        .unwrap_or_default();
    blocks.extend([
        heading(1, "What \"model collapse\" means, and what of it holds"),
        paragraph(&format!(
            "This report holds {claims} of {studies} on model collapse, checks of ours among them, {} of them put to a test. Every number of a test belongs\nto a \
             run that one command repeats. Each study has a page of its own{example}; every word is \
             in the [glossary](GLOSSARY.md).\nWhoever has two minutes reads the five answers of the [summary](#summary).",
            audit.head.tested
        )),
        paragraph(
            "\"Model collapse\" has eight meanings in print. Two studies can both be right and seem to disagree because they mean different ones:",
        ),
        numbered(Definition::all().iter().map(|definition| format!("`{}`: {}", definition.id(), definition.sentence()))),
    ]);
    blocks
}
