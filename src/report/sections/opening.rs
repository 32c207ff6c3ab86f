//! The title, what the report holds, and the eight meanings.

use crate::audit::Audit;
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
    let example = audit.studies.first().map(|study| format!(", for example [{0}](studies/{0}.md)", study.id)).unwrap_or_default();
    blocks.extend([
        heading(1, "What \"model collapse\" means, and what of it holds"),
        paragraph(&format!(
            "This report holds {claims} about the simulations of {studies} on model collapse, {} of them put to a test. Every number belongs\nto a \
             run that one command repeats. Each study has a page of its own{example}; every word is \
             in the [glossary](GLOSSARY.md).",
            audit.head.tested
        )),
        paragraph(
            "\"Model collapse\" has eight meanings in print. Two studies can both be right and seem to disagree because they mean different ones:",
        ),
        numbered(Definition::all().iter().map(|definition| format!("`{}`: {}", definition.id(), definition.sentence()))),
    ]);
    blocks
}
