//! The answer in sentences, the head in numbers, verdicts by fidelity, and what the main simulations show.

use crate::audit::Audit;
use crate::report::block::{Block, figure, heading, numbered, paragraph, points};
use crate::report::words::plain;
use crate::report::{facts, tables, text, worlds};
use crate::taxonomy::Condition;
use std::collections::BTreeMap;

/// The section.
#[must_use]
pub fn section(audit: &Audit) -> Vec<Block> {
    vec![
        heading(2, "Summary"),
        numbered(audit.answer.iter().map(|sentence| plain(sentence))),
        paragraph(&format!(
            "{} Checks of ours, and runs that a study makes only to argue against them, feed no such count. In {}, studies whose synthetic data come from another source than the model are counted apart.",
            crate::audit::RULE,
            worlds::all(audit)
        )),
        paragraph("In numbers:"),
        points(in_numbers(audit)),
        paragraph("All claims, checks of ours and recalled ones among them, by verdict and fidelity:"),
        Block::Shown("verdicts", tables::verdicts(audit)),
        paragraph(
            "What the exact and scaled main simulations show: studies in which each definition occurs / is told both ways / is absent / is undecided, and how certain that summary is. *Thin*: fewer than three mechanisms stand on one side. *One setup*: it rests on one setup, sizes aside, and is one piece of evidence.",
        ),
        Block::Shown("worlds", tables::worlds(audit)),
        figure("worlds"),
        paragraph(&format!(
            "*Each definition in the {} worlds: {}. Numbers: [tables/definitions.csv](tables/definitions.csv).*",
            worlds::count(audit),
            plain(&worlds::listed(audit))
        )),
    ]
}

fn in_numbers(audit: &Audit) -> Vec<String> {
    let head = &audit.head;
    let stubs = if head.stubs == 0 { String::new() } else { format!(", {} of these known from an abstract only", head.stubs) };
    let uncounted = match head.added + head.recalled {
        1 => "One further row (a check we added, or a claim we only recall) is".to_owned(),
        many => format!("{many} further rows (checks we added, and claims we only recall) are"),
    };
    vec![
        format!(
            "**Claims.** Of {} made by a study and read there, {} came out reproduced, {} contradicted, {} undecided and {} untested{stubs}. {uncounted} in no count.",
            text::counted(head.counted as usize, "claim", "claims"),
            head.reproduced,
            head.contradicted,
            head.undecided,
            head.untested
        ),
        format!(
            "**How near our runs are.** Of the reproduced, {} in the study's own setting at its own size, {} in its own setting at another size that its statement allows, {} in a smaller one, {} in another model with the same mechanism.",
            head.reproduced_own, head.reproduced_within, head.reproduced_scaled, head.reproduced_analogue
        ),
        format!("**Does it carry over?** {}", plain(&worlds::moved(audit))),
        format!("**What flips results.** {}", flips(audit)),
        format!(
            "**Can our tests fail?** {} of {} controls came out as they must: the test fails in a negative one and holds in a positive one.",
            head.controls_as_they_must, head.controls
        ),
    ]
}

fn flips(audit: &Audit) -> String {
    let list = |counts: &BTreeMap<Condition, u32>| {
        let list = facts::most_first(counts).into_iter().map(|(condition, count)| format!("`{condition}` ({count})"));
        list.collect::<Vec<_>>().join(", ")
    };
    let told = match &audit.head.flips {
        none if none.is_empty() => "No single condition turns the definition of a claim.".to_owned(),
        flips => format!("Single conditions that turn a definition, with the number of claims: {}.", list(flips)),
    };
    match &audit.head.comparisons.flips {
        none if none.is_empty() => told,
        flips => format!("{told} That turn a comparison of two runs of one setup: {}.", list(flips)),
    }
}
