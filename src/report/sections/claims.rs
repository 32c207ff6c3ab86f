//! The claims: those contradicted, those told otherwise by their definition, what flips them, and all by group.

use crate::audit::Audit;
use crate::report::block::{Block, figure, heading, paragraph};
use crate::report::facts::{self, Group};
use crate::report::figures;
use crate::report::words::plain;
use crate::report::{tables_claims, text, worlds};
use crate::taxonomy::{Definition, Word};

/// Contradicted claims.
#[must_use]
pub fn contradicted(audit: &Audit) -> Vec<Block> {
    vec![heading(2, "Contradicted claims"), Block::Shown("contradicted", tables_claims::contradicted(audit))]
}

/// Reproduced claims whose definition came out otherwise.
#[must_use]
pub fn both_true(audit: &Audit) -> Vec<Block> {
    vec![
        heading(2, "Reproduced, and yet the definition came out otherwise"),
        paragraph(&format!(
            "A claim's test is its own; the definition it speaks of has a test of ours. Where the first holds and the second says the opposite, both can be true. Here stand claims that a study makes and that were read there, as in every count of claims.{}",
            uncounted(audit)
        )),
        Block::Shown("both-true", tables_claims::both_true(audit)),
    ]
}

/// The checks of ours and the recalled claims of which the same is true, by name.
fn uncounted(audit: &Audit) -> String {
    let others: Vec<String> = [Group::Added, Group::Recalled]
        .into_iter()
        .flat_map(|group| facts::claims_in(audit, group).filter(|claim| tables_claims::is_told_otherwise(claim)))
        .map(|claim| format!("[`{}`]({})", claim.id, facts::claim_link(claim)))
        .collect();
    match others.len() {
        0 => String::new(),
        many => format!(
            " The same is true of {} in no count, being checks of ours or recalled: {}.",
            text::counted(many, "claim", "claims"),
            others.join(", ")
        ),
    }
}

/// What flips results.
#[must_use]
pub fn flips(audit: &Audit) -> Vec<Block> {
    let mut blocks = vec![
        heading(2, "What flips results"),
        paragraph(&format!(
            "Claims whose definition, decided as published, is decided the other way when this one condition is made {}; of claims that compare two runs of one setup, their own comparison. What {} together stands on each study's page.",
            plain(&worlds::leading(audit)),
            plain(&worlds::that_change(audit))
        )),
        Block::Shown("flips", tables_claims::flips(audit)),
        figure("outcomes"),
        paragraph(&format!(
            "*Claims of the studies whose definition is decided as published and the other way in a world, and the first single condition that turns them. Every claim that was asked: {}{}.*",
            linked(audit, figures::outcomes_name),
            if figures::names(audit).iter().any(|name| name == figures::COMPARISONS) {
                format!("; claims that compare two runs of one setup: [{0}](figures/{0}.svg)", figures::COMPARISONS)
            } else {
                String::new()
            }
        )),
    ];
    if let Some(name) = figures::specification_shown(audit) {
        blocks.push(figure(name));
        blocks.push(paragraph(&format!(
            "*One claim under every single condition and under all together. Of each definition one is drawn, by the rule that its description states: {}.*",
            linked(audit, figures::specification_name)
        )));
    }
    blocks
}

/// Links to the figures of the definitions that have one.
fn linked(audit: &Audit, name: fn(Definition) -> String) -> String {
    let drawn = figures::names(audit);
    let link = |definition: &Definition| {
        let name = name(*definition);
        drawn.contains(&name).then(|| format!("[{definition}](figures/{name}.svg)"))
    };
    let links: Vec<String> = Definition::all().iter().filter_map(link).collect();
    if links.is_empty() { "none".to_owned() } else { links.join(", ") }
}

/// All claims.
#[must_use]
pub fn section(audit: &Audit) -> Vec<Block> {
    vec![
        heading(2, "Claims"),
        paragraph(
            "Every claim has its row, its test and the command that repeats it on its study's page, and all its numbers in [tables/claims.csv.gz](tables/claims.csv.gz), which `read.csv` in R and `pandas.read_csv` take as it is.",
        ),
        Block::Shown("claims", tables_claims::counts(audit)),
        figure("forest"),
        paragraph(&format!(
            "*Estimates over what the claim expects: {}. Shape is fidelity, colour is the verdict, what is shaded counts as agreement. Numbers: [tables/claims.csv.gz](tables/claims.csv.gz).*",
            figures::forest_shows(audit)
        )),
        figure("nearness"),
        paragraph(
            "*Every claim once: how near our run of it is to the study, and how near the study's setting is to the world. The two are never blended.*",
        ),
        figure("trajectories"),
        paragraph(&format!(
            "*Simulations against closed forms, real data alone and {}: the contradicted claims first, then by turns one of each definition. Numbers: [tables/curves.csv.gz](tables/curves.csv.gz).*",
            plain(&worlds::all(audit))
        )),
    ]
}

/// Claims that are decided neither way, and those in no count.
#[must_use]
pub fn apart(audit: &Audit) -> Vec<Block> {
    vec![
        heading(3, "Analogues that disagree"),
        paragraph(
            "An analogue can never contradict a study. These claims are undecided because a simpler model with the same mechanism behaves otherwise.",
        ),
        Block::Shown("analogues", tables_claims::analogues(audit)),
        heading(3, "Undecided"),
        Block::Shown("undecided", tables_claims::undecided(audit)),
        heading(3, "Untested"),
        Block::Shown("untested", tables_claims::untested(audit)),
        heading(3, "Checks we added"),
        paragraph(&format!(
            "These are ours, not a study's, and in no count above. {}",
            plain(&tables_claims::uncounted(audit, Group::Added))
        )),
        Block::Shown("contradicted-checks", tables_claims::contradicted_checks(audit)),
        heading(3, "Recalled, not yet confirmed"),
        paragraph(&format!(
            "We know these from a summary or from memory. They are in no count, and we say of none that it is wrong; {} of them are known from an abstract only. {}",
            audit.head.from_abstract,
            plain(&tables_claims::uncounted(audit, Group::Recalled))
        )),
    ]
}
