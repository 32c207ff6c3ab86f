//! How the pages of studies and their figures are read: told once, and every page leads here.

use crate::audit::Audit;
use crate::report::block::{Block, heading, paragraph, points};
use crate::report::effects::Effects;
use crate::report::words::plain;
use crate::report::worlds;

/// Why findings are undecided: the commonest reasons in words. All stand among the words of the glossary.
const UNDECIDED: [(&str, &str); 4] = [
    ("too wide", "more replicates would decide it"),
    ("heavy tail", "a few replicates carry the mean"),
    ("transient", "the run covers fewer than four of its time-scales, and one that does would exceed the budget"),
    ("partial", "it lies between the two limits"),
];

/// The sections, for the end of the glossary.
#[must_use]
pub fn sections(audit: &Audit, effects: &Effects) -> Vec<Block> {
    [findings(effects), claims(audit), trajectories(audit), estimates()].concat()
}

fn findings(effects: &Effects) -> Vec<Block> {
    let why: Vec<String> = UNDECIDED.iter().map(|(reason, why)| format!("*{reason}*, {why}")).collect();
    vec![
        heading(2, "Findings"),
        paragraph(
            "How the profiles on the pages of studies are read. A cell is the outcome of a definition there, what its effect is with its interval, and the generation from which it holds. The last column has the mark of what the effects of a row measure, or one for each cell where they differ. A mark means the same on every page of this report. A definition occurs where its effect lies above zero; of modes kept and of tail coverage, where it lies below; a share of mass must pass its threshold above.",
        ),
        paragraph(&format!("Why a finding is undecided, most often: {}. The other reasons stand among the words above.", why.join("; "))),
        Block::Table(effects.table()),
    ]
}

fn claims(audit: &Audit) -> Vec<Block> {
    vec![
        heading(2, "Claims"),
        paragraph("How the table of claims on the page of a study is read."),
        points([
            format!(
                "*{}* reads: outcome of the claim's definition {} · how many of the eight conditions could be simulated.",
                worlds::head(audit),
                plain(&worlds::in_one_cell(audit))
            ),
            "*Flips under* names the single conditions that change the outcome; where papers disagree and none does, two that do together (a + b). *Against other real data* says that such a condition also changes the real data that the definition is held against, so that the turn may be theirs and not the loop's.".to_owned(),
            "*Control* is what the same test does where it must fail or, of a claim that our run denies, where it must hold: it shows that the test can tell.".to_owned(),
            "Of several generations or cells that a test asks, the numbers are those of the one nearest to failing.".to_owned(),
            "A claim that holds under one condition and not under another is told twice where that condition changes the study's setting: with the change (*where it holds*), every world on top of it, and in the study's *own setting*, of which alone *flips under* speaks.".to_owned(),
            "A claim that compares two runs of one setup is asked its own comparison there, with its own margin, and no definition: it reads *comparison holds*, *fails* or *undecided*.".to_owned(),
            "A claim that compares two setups is asked its definition there, of the simulation as it stands, because a world makes such a change itself.".to_owned(),
        ]),
    ]
}

fn trajectories(audit: &Audit) -> Vec<Block> {
    vec![
        heading(2, "Trajectories"),
        paragraph(&format!(
            "How figures of trajectories are read. They show first the claims that are contradicted, counted, with a closed form, or turned by a world. Each panel: the claim's statistic and the band between the 10 % and 90 % points of the replicates over generations, its closed form, real data alone, and {}; a mark under another is larger.",
            plain(&worlds::listed(audit))
        )),
        points([
            "Claims of which one panel is the picture share it.",
            "Two generations are bars, or points where bars would have no foot or be all alike; behind them stand the worlds where they end.",
            "A value that is only 0 or 1 has no band. A geometric mean over a zero does not exist and leaves a gap.",
            "Real data alone are those that the loop still holds, or its first.",
        ]),
    ]
}

fn estimates() -> Vec<Block> {
    vec![
        heading(2, "Estimates"),
        paragraph(
            "How figures of estimates are read. Each claim stands once: its estimate with its interval, over what it expects where that is a number other than zero and no region round zero, else on a scale of its own. Shape says fidelity, colour and words the verdict; the shaded region counts as agreement, of a bound all of its side. Arrows point to values beyond the axis.",
        ),
    ]
}
