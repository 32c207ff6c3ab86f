//! What the position paper concludes, beside what we find.

use crate::audit::Audit;
use crate::report::block::{Block, heading, paragraph};
use crate::report::words::plain;
use crate::report::{tables_position, worlds};

/// The section.
#[must_use]
pub fn section(audit: &Audit) -> Vec<Block> {
    let (leading, beside) = (plain(&worlds::leading(audit)), plain(&worlds::beside(audit)));
    vec![
        heading(2, "What the position paper concludes, beside what we find"),
        paragraph(&format!(
            "The paper speaks of conditions that it calls realistic; its verdicts are held against our {leading} world{beside}. {}",
            plain(&tables_position::summary(audit))
        )),
        Block::Shown("position", tables_position::position(audit)),
    ]
}

/// Its Table 1, cell by cell.
#[must_use]
pub fn cells(audit: &Audit) -> Vec<Block> {
    vec![heading(2, "The position paper's Table 1"), Block::Shown("position-cells", tables_position::cells(audit))]
}
