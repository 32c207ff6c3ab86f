//! Every fixed word of the report with what it means, from the list that `explain WORD` reads, and how pages and figures of studies are read.

use super::reading;
use crate::audit::{Audit, glossary};
use crate::report::block::{Block, heading, paragraph};
use crate::report::effects::Effects;
use crate::report::facts;
use crate::report::table::{Cell, Table};
use crate::report::words::plain;

/// The page: the fixed words, the worlds and thresholds of this registry, and how pages and figures are read.
#[must_use]
pub fn page(audit: &Audit, effects: &Effects) -> Vec<Block> {
    let mut words = Table::new("Every fixed word, by what it is a word for", &["Word", "Kind", "Meaning"], "There are no words.");
    words.rows.extend(glossary().map(|sense| vec![Cell::Code(sense.word.to_owned()), Cell::text(sense.kind), Cell::text(sense.means)]));
    let mut own = Table::new("Words that this registry fixes", &["Word", "Kind", "Meaning"], "The registry has no words of its own.");
    own.rows.extend(audit.worlds.iter().map(|world| {
        let steps: Vec<_> = audit.overlays.iter().filter(|step| step.world == world.id).map(|step| step.change.as_str()).collect();
        vec![Cell::Code(world.id.clone()), Cell::text("world"), Cell::text(format!("{}.", steps.join("; ")))]
    }));
    own.rows.extend(
        audit.criteria.iter().map(|known| vec![Cell::Code(known.key.clone()), Cell::text("threshold"), Cell::text(known.reason.as_str())]),
    );
    let mut blocks: Vec<Block> = facts::scope_line(audit).map(|line| paragraph(&plain(&line))).into_iter().collect();
    blocks.extend([
        heading(1, "Glossary"),
        paragraph("What every word of the report means; `explain WORD` says the same. [Back to the report](REPORT.md)"),
        Block::Table(words),
        heading(2, "Worlds and thresholds"),
        Block::Table(own),
    ]);
    blocks.extend(reading::sections(audit, effects));
    blocks
}
