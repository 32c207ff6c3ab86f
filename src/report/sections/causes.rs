//! What causes collapse: a full design over its separable causes, with main effects and interactions.

use crate::audit::causes::{Effect, Turn, effects, turns};
use crate::audit::{Audit, DesignReport};
use crate::report::block::{Block, heading, paragraph};
use crate::report::number;
use crate::report::table::{Cell, Table};
use crate::taxonomy::{Definition, Word};

/// The design's name.
const DESIGN: &str = "causes";

/// Standard errors an effect must be away from nothing to be called one: an error of one in a thousand.
const SURE: f64 = 3.29;

/// The section; nothing where the design was not run.
#[must_use]
pub fn section(audit: &Audit) -> Vec<Block> {
    let Some(design) = audit.designs.iter().find(|design| design.id == DESIGN) else { return Vec::new() };
    let (effects, turns) = (effects(design), turns(design));
    vec![
        heading(2, "What causes it"),
        paragraph(&design.reason),
        paragraph(&headline(design, &turns)),
        Block::Shown("causes", turn_table(design, &turns)),
        paragraph(
            "*Per definition: of the pairs of points that differ in this cause alone, those in which the definition is absent without it and occurs with it, and (in brackets) those in which it occurs either way. \
             A dash: no pair, or none of the kind.*",
        ),
        Block::Shown("cause-effects", effect_table(design, &effects)),
        paragraph(
            "*Change of the mean at the last generation when the cause is added, averaged over every combination of the others, ± its standard error; two causes: what both do beyond the sum. \
             Shown where it is more than 3.29 standard errors from nothing.*",
        ),
    ]
}

/// What each cause brings, over all loops and definitions.
fn headline(design: &DesignReport, turns: &[Turn]) -> String {
    let causes = design.factors.iter().filter(|factor| factor.is_crossed);
    let of = |id: &str, count: fn(&Turn) -> usize| turns.iter().filter(|turn| turn.cause == id).map(count).sum::<usize>();
    let told: Vec<String> = causes
        .map(|cause| format!("{} {} of {}", cause.title, of(&cause.id, |turn| turn.brings), of(&cause.id, |turn| turn.pairs)))
        .collect();
    format!("Adding a cause turns a definition from absent to occurring in so many of the pairs asked: {}.", told.join("; "))
}

fn titles(design: &DesignReport, ids: &[String]) -> String {
    ids.iter().map(|id| design.factor(id).map_or(id.as_str(), |factor| factor.title.as_str())).collect::<Vec<_>>().join(" × ")
}

fn turn_table(design: &DesignReport, turns: &[Turn]) -> Table {
    let mut columns = vec!["Loop".to_owned(), "Cause".to_owned()];
    columns.extend(Definition::all().iter().map(ToString::to_string));
    let mut table =
        Table { caption: "Definitions that a cause brings".to_owned(), columns, rows: Vec::new(), empty: "No loop was run.".to_owned() };
    for one in &design.loops {
        for cause in design.factors.iter().filter(|factor| factor.is_crossed) {
            let mine: Vec<&Turn> = turns.iter().filter(|turn| turn.baseline == one.id && turn.cause == cause.id).collect();
            if mine.is_empty() {
                continue;
            }
            let cell = |definition: &Definition| {
                let turn = mine.iter().find(|turn| turn.definition == *definition);
                match turn.map(|turn| (turn.pairs, turn.brings, turn.either_way)) {
                    None | Some((0, ..) | (_, 0, 0)) => number::NONE.to_owned(),
                    Some((pairs, brings, either)) => format!("{brings} of {pairs} ({either})"),
                }
            };
            let mut row = vec![Cell::text(&*one.title), Cell::text(&*cause.title)];
            row.extend(Definition::all().iter().map(|definition| Cell::text(cell(definition))));
            table.rows.push(row);
        }
    }
    table
}

fn effect_table(design: &DesignReport, effects: &[Effect]) -> Table {
    let mut table = Table::new("Effects of causes and of pairs of causes", &["Loop", "Metric", "Cause", "Effect"], "No effect is surely there.");
    let is_sure = |effect: &&Effect| effect.effect.abs() > SURE * effect.error;
    for effect in effects.iter().filter(is_sure) {
        let title = design.loops.iter().find(|one| one.id == effect.baseline).map_or(effect.baseline.as_str(), |one| one.title.as_str());
        table.rows.push(vec![
            Cell::text(title),
            Cell::Code(effect.metric.id().to_owned()),
            Cell::text(titles(design, &effect.causes)),
            Cell::text(format!("{} ± {}", number::alone(effect.effect), number::alone(effect.error))),
        ]);
    }
    table
}
