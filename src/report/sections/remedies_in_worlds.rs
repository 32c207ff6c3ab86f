//! Remedies in every world: on top of what the world does, and only what that changes of the conclusion.

use super::remedy_cell::shown;
use crate::audit::{Audit, DesignReport, DesignWorld, FactorReport, LoopReport, number_word};
use crate::report::block::{Block, paragraph};
use crate::report::table::{Cell, Table};
use crate::report::worlds;

/// What remedies do in the worlds; nothing where they were not asked there.
pub fn blocks(audit: &Audit, design: &DesignReport) -> Vec<Block> {
    let asked: Vec<&DesignWorld> = design.worlds.iter().filter(|world| !world.loops.is_empty()).collect();
    if asked.is_empty() {
        return Vec::new();
    }
    let told: Vec<String> = asked.iter().map(|world| told(audit, world)).collect();
    vec![
        paragraph(&format!(
            "The same remedies on top of each world: the world changes the loop first, the remedy comes after it and wins where both touch the same key, so what says of what a set is made takes the place of the world's own \
             pooling and fresh data. A world that makes the same change itself has it already, and nothing is run. {}",
            told.join(" ")
        )),
        Block::Shown("remedies-in-worlds", table(audit, design, &asked)),
        paragraph(&format!(
            "*Risk in the same unit as above, {} world, and the definitions that occur. =: the world does so already. A dash: not run there, because the laboratory refuses it or its replicates are too dear.*",
            asked.iter().map(|world| words(audit, world)).collect::<Vec<_>>().join(" → ")
        )),
    ]
}

fn words(audit: &Audit, world: &DesignWorld) -> String {
    worlds::places(audit).into_iter().find(|place| place.id == world.world).map_or_else(|| world.world.clone(), |place| place.words)
}

/// How many remedies are told to be better or worse than the world without any.
fn told(audit: &Audit, world: &DesignWorld) -> String {
    let counts: Vec<[usize; 4]> = world.loops.iter().map(against_none).collect();
    let [better, worse, even, already] = [0, 1, 2, 3].map(|which| counts.iter().map(|count| count[which]).sum::<usize>());
    format!(
        "In the {} world, over {} loops, {better} are told to be better than the world without any, {worse} worse, {even} neither; {already} are so already.",
        words(audit, world),
        number_word(counts.iter().filter(|count| count[..3].iter().sum::<usize>() > 0).count())
    )
}

/// Better than the loop without a remedy, worse, neither, and already so.
fn against_none(one: &LoopReport) -> [usize; 4] {
    let none = one.point(None, &[]).and_then(|point| point.risk);
    let mut counts = [0; 4];
    for point in one.points.iter().filter(|point| point.option.is_some()) {
        let which = match (point.risk, none) {
            _ if point.is_already_so() => 3,
            (Some(risk), Some(none)) if risk.is_below(&none) => 0,
            (Some(risk), Some(none)) if none.is_below(&risk) => 1,
            (Some(_), Some(_)) => 2,
            _ => continue,
        };
        counts[which] += 1;
    }
    counts
}

fn table(audit: &Audit, design: &DesignReport, asked: &[&DesignWorld]) -> Table {
    let is_run = |title: &&String| {
        let of_title = |one: &&LoopReport| one.title == **title;
        let runs =
            |world: &&DesignWorld| world.loops.iter().filter(of_title).flat_map(|one| &one.points).any(|point| point.refused.is_none());
        asked.iter().any(runs)
    };
    let titles: Vec<&String> = design.loops.iter().map(|one| &one.title).filter(is_run).collect();
    let heads = asked.iter().map(|world| words(audit, world)).collect::<Vec<_>>().join(" → ");
    let mut table = Table {
        caption: format!("Risk of every remedy on top of the worlds, {heads}"),
        columns: std::iter::once("Remedy".to_owned()).chain(titles.iter().map(|title| (*title).clone())).collect(),
        rows: vec![row(None, &titles, asked)],
        empty: "No remedy was run in a world.".to_owned(),
    };
    let remedies = design.options().filter(|factor| factor.missing.is_none());
    table.rows.extend(remedies.map(|remedy| row(Some(remedy), &titles, asked)));
    table
}

fn row(remedy: Option<&FactorReport>, titles: &[&String], asked: &[&DesignWorld]) -> Vec<Cell> {
    let id = remedy.map(|remedy| remedy.id.as_str());
    let there =
        |world: &DesignWorld, title: &String| shown(world.loops.iter().find(|one| one.title == *title).and_then(|one| one.point(id, &[])));
    let cell = |title: &&String| Cell::text(asked.iter().map(|world| there(world, title)).collect::<Vec<_>>().join(" → "));
    let name = remedy.map_or("none", |remedy| remedy.title.as_str());
    std::iter::once(Cell::text(name)).chain(titles.iter().map(cell)).collect()
}
