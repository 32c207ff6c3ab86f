//! The eight definitions in every world, how certain each is, and the shares.

use crate::audit::{Audit, worlds_named};
use crate::report::block::{Block, figure, heading, paragraph};
use crate::report::figures;
use crate::report::words::plain;
use crate::report::{tables, worlds};

/// The section.
#[must_use]
pub fn section(audit: &Audit) -> Vec<Block> {
    let mut blocks = vec![
        heading(2, &format!("The eight definitions in {} worlds", worlds::count(audit))),
        paragraph(
            "Each cell counts studies: *occurs / both / absent / undecided / not applicable*, for the fidelities named in the second column, in that order; here a study counts once per fidelity of its main simulations. A study to which a definition does not apply leaves the share below.",
        ),
        Block::Shown("definitions", tables::definitions(audit)),
        paragraph(&format!(
            "A definition is *thin* on a side on which fewer than three different mechanisms (truth, model and regime) stand: one more could turn it. A *setup* is everything that a world can change (truth, model, regime, labels, schedule, capacity, curation, sampling), by kind: simulations of one setup differ in sizes alone, and in {} most of them share few. Studies of one setup are one piece of evidence: *one setup* marks a summary behind which no other stands, and lowers its certainty once more.",
            plain(&worlds_named(&audit.worlds))
        )),
        Block::Shown("certainties", tables::certainties(audit)),
        paragraph(
            "Share of decided studies (exact and scaled) in which it occurs; in brackets the same weighted by realism; after a plus the share told both ways.",
        ),
        Block::Shown("shares", tables::shares(audit)),
    ];
    let maps = figures::profiles_shown(audit);
    if maps.is_empty() {
        return blocks;
    }
    blocks.extend(maps.into_iter().map(figure));
    blocks.push(paragraph(&format!(
        "*What the main simulations of each study show of each definition, {}; a study is one row. Every finding: [tables/profiles.csv.gz](tables/profiles.csv.gz).*",
        plain(&worlds::listed(audit))
    )));
    blocks
}
