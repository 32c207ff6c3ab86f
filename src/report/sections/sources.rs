//! Coverage, how the studies were found, and how the coders agree.

use crate::audit::Audit;
use crate::report::block::{Block, heading, paragraph, points};
use crate::report::words::plain;
use crate::report::{tables_method, tables_sources};

/// What was put to a test.
#[must_use]
pub fn coverage(audit: &Audit) -> Vec<Block> {
    vec![
        heading(2, "Coverage"),
        paragraph(
            "What was put to a test, and how near the test came. Claims of studies, read or recalled, by definition; by study in the audit table above. Abstract-only claims count here and in no synthesis.",
        ),
        Block::Shown("coverage", tables_method::coverage(audit)),
    ]
}

/// How the studies were found.
#[must_use]
pub fn found(audit: &Audit) -> Vec<Block> {
    let questions: Vec<String> = audit.screening.iter().flat_map(|one| &one.questions).map(|words| plain(words)).collect();
    let asked = format!(
        "What was asked of a record before it was included: {} Numbers that nobody wrote down are said to be not recorded.",
        questions.join(" ")
    );
    let mut blocks = vec![heading(2, "How the studies were found")];
    blocks.extend((!questions.is_empty()).then(|| paragraph(&asked)));
    blocks.extend([Block::Shown("flow", tables_sources::flow(audit)), Block::Shown("excluded", tables_sources::excluded(audit))]);
    blocks
}

/// Agreement between coders.
#[must_use]
pub fn agreement(audit: &Audit) -> Vec<Block> {
    vec![
        heading(2, "Agreement between coders"),
        paragraph("Who coded, from which material, having seen what:"),
        Block::Shown("coders", tables_sources::coders(audit)),
        paragraph(
            "Agreement is on definitions used: not, implicit or explicit. Weighted kappa is misleading where nearly all cells are empty, so raw, positive and negative agreement stand beside it. Per definition: [tables/agreement.csv](tables/agreement.csv).",
        ),
        Block::Shown("agreement", tables_method::agreement(audit)),
        paragraph(&tables_sources::realism_agreement(audit)),
        points(tables_method::sparse(audit)),
        Block::Shown("differing", tables_method::differing(audit)),
    ]
}
