//! Causes in every world: which definitions a cause still brings once the world comes on top of its loop.

use crate::audit::causes::{Turn, turns_of};
use crate::audit::{Audit, DesignReport};
use crate::report::block::{Block, paragraph};
use crate::report::table::{Cell, Table};
use crate::report::{number, worlds};
use crate::taxonomy::{Definition, Word};

/// What causes do in the worlds; nothing where they were not asked there.
pub fn blocks(audit: &Audit, design: &DesignReport, published: &[Turn]) -> Vec<Block> {
    if design.worlds.iter().all(|world| world.loops.is_empty()) {
        return Vec::new();
    }
    vec![
        paragraph(
            "The same causes where each world comes on top of the loop, as it does over a study's simulation. A cause that the world undoes, or that it brings to every loop, cannot be told there: \
             the sampling is one for every loop of a world, and is what sets the worlds apart.",
        ),
        Block::Shown("causes-in-worlds", table(audit, design, published)),
        paragraph(
            "*Numbers of the definitions that the cause brings, with the pairs in which it does out of those that have it absent without it and are decided both times; none: no pair turns. A dash: no such pair was decided, \
             since the cause cannot be told there, or since a filter that looks at every example makes endless samples too dear.*",
        ),
    ]
}

fn table(audit: &Audit, design: &DesignReport, published: &[Turn]) -> Table {
    let mut table = Table {
        caption: "Definitions that a cause brings as published and in the worlds".to_owned(),
        columns: worlds::columns(audit, &["Loop", "Cause"], &[]),
        rows: Vec::new(),
        empty: "No loop was run.".to_owned(),
    };
    let there: Vec<(&str, Vec<Turn>)> = design.worlds.iter().map(|world| (world.world.as_str(), turns_of(design, &world.loops))).collect();
    for one in &design.loops {
        for cause in design.crossed() {
            let own = brought(published, &one.id, &cause.id);
            let Some(own) = own else { continue };
            let mut row = vec![Cell::text(&*one.title), Cell::text(&*cause.title), Cell::text(own)];
            row.extend(audit.worlds.iter().map(|world| {
                let turns = there.iter().find(|(id, _)| *id == world.id).map(|(_, turns)| turns);
                let found = turns.and_then(|turns| brought(turns, &design.in_world(one, &world.id)?.id, &cause.id));
                Cell::text(found.unwrap_or_else(|| number::NONE.to_owned()))
            }));
            table.rows.push(row);
        }
    }
    table
}

/// `2 (4 of 4), 7 (1 of 2)`; `None` where the loop has no such cause, a dash where no pair is decided.
fn brought(turns: &[Turn], baseline: &str, cause: &str) -> Option<String> {
    let mine: Vec<&Turn> = turns.iter().filter(|turn| turn.baseline == baseline && turn.cause == cause).collect();
    if mine.is_empty() {
        return None;
    }
    if mine.iter().all(|turn| turn.open == 0) {
        return Some(number::NONE.to_owned());
    }
    let number = |definition: Definition| Definition::all().iter().position(|one| *one == definition).map_or(0, |place| place + 1);
    let brings = mine.iter().filter(|turn| turn.brings > 0);
    let told: Vec<String> = brings.map(|turn| format!("{} ({} of {})", number(turn.definition), turn.brings, turn.open)).collect();
    Some(if told.is_empty() { "none".to_owned() } else { told.join(", ") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_cause_brings_is_told_apart_from_what_it_leaves_and_from_what_nobody_knows() {
        let turn = |definition, open, brings| Turn {
            baseline: "loop".to_owned(),
            definition,
            cause: "few".to_owned(),
            pairs: open,
            open,
            brings,
            removes: 0,
            either_way: 0,
        };
        let turns = [turn(Definition::AnyRiskIncrease, 4, 3), turn(Definition::TailLoss, 2, 0)];
        assert_eq!(brought(&turns, "loop", "few").as_deref(), Some("2 (3 of 4)"));
        assert_eq!(brought(&turns[1..], "loop", "few").as_deref(), Some("none"));
        assert_eq!(brought(&[turn(Definition::TailLoss, 0, 0)], "loop", "few").as_deref(), Some(number::NONE));
        assert_eq!(brought(&turns, "loop", "cold"), None);
    }
}
