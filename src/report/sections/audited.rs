//! The audit table: one line per study.

use crate::audit::Audit;
use crate::report::block::{Block, figure, heading, paragraph};
use crate::report::tables;

/// The section.
#[must_use]
pub fn section(audit: &Audit) -> Vec<Block> {
    vec![
        heading(2, "The audit table"),
        paragraph(
            "One line per study. Columns **1** to **8** are the definitions in the order above: the first mark is the position paper's, the second this registry's: **E** explicit, **i** implicit, **–** not used, blank not coded. *Realism* runs from 0 to 1 and is an interval where \"unclear\" could be either; it is withheld where fewer than four conditions could be judged. *Exact / scaled / analogue / untested* counts the study's claims by how near their test is. All of it: [tables/studies.csv](tables/studies.csv), [tables/coverage.csv](tables/coverage.csv).",
        ),
        Block::Shown("audited", tables::audited(audit)),
        figure("definitions"),
        paragraph(
            "*Which definition each study uses, by date: the first mark of a cell is the position paper's, the second this registry's; frames mark cells on which they differ. Numbers: [tables/codings.csv](tables/codings.csv).*",
        ),
        figure("definitions-position-paper"),
        paragraph("*The same for the studies that the position paper coded.*"),
        figure("together"),
        paragraph("*Which definitions go together: a study counts once, in the row of exactly those that it uses.*"),
        figure("realism"),
        paragraph(
            "*How each study stands to the eight conditions of realistic training. Reasons and locators: [tables/realism.csv.gz](tables/realism.csv.gz).*",
        ),
        Block::Shown("realism", tables::realism_distribution(audit)),
    ]
}
