//! What causes collapse: a full design over its separable causes, with main effects and interactions.

use super::{cause_pairs, causes_in_worlds};
use crate::audit::causes::{Effect, Turn, effects, turns};
use crate::audit::{Audit, DesignReport, LoopReport, PointReport, SURE};
use crate::registry::DesignId;
use crate::report::block::{Block, heading, paragraph};
use crate::report::number;
use crate::report::table::{Cell, Table};
use crate::taxonomy::{Definition, Word};
use crate::verdict::Outcome;

/// The section; nothing where the design was not run.
#[must_use]
pub fn section(audit: &Audit) -> Vec<Block> {
    let Some(design) = audit.design(DesignId::Causes) else { return Vec::new() };
    let (effects, turns) = (effects(design), turns(design));
    let mut blocks = vec![
        heading(2, "What causes it"),
        paragraph(&design.reason),
        paragraph(&format!("{}{}", headline(design, &turns), beside(audit, design))),
        Block::Shown("causes", turn_table(design, &turns)),
        paragraph(
            "*Per definition: of the pairs of points that differ in this cause alone and have the definition absent without it, those in which it occurs with it; after a minus those in which it occurs without it and is \
             absent with it; in brackets those in which it occurs either way. A dash: no pair of which both are decided.*",
        ),
        Block::Shown("cause-effects", effect_table(design, &effects)),
        paragraph(
            "*Change of the mean at the last generation when the cause is added, averaged over every combination of the others, ± its standard error; a dash: less than 3.29 standard errors from nothing; empty: a loop that cannot have this cause. \
             Last column: the two causes that do most beyond the sum of both.*",
        ),
        Block::Shown("cause-pairs", cause_pairs::table(design, &effects)),
        paragraph(
            "*Of each loop's first metric, at the last generation: what two causes do together beyond the sum of what each does, averaged over the others, ± its standard error; empty: a loop that cannot have both.*",
        ),
        Block::Shown("causes-alone", alone_table(design)),
        paragraph("*Each cause alone: mean of the loop's first metric at generations 1, 2, 5 and the last.*"),
    ];
    blocks.extend(causes_in_worlds::blocks(audit, design, &turns));
    blocks
}

/// What each cause brings, over all loops and definitions.
fn headline(design: &DesignReport, turns: &[Turn]) -> String {
    let causes = design.crossed();
    let of = |id: &str, count: fn(&Turn) -> usize| turns.iter().filter(|turn| turn.cause == id).map(count).sum::<usize>();
    let told: Vec<String> = causes
        .map(|cause| {
            let [brings, open, removes] =
                [|turn: &Turn| turn.brings, |turn: &Turn| turn.open, |turn: &Turn| turn.removes].map(|count| of(&cause.id, count));
            format!("{} {brings} of {open} (and away in {removes})", cause.title)
        })
        .collect();
    format!(
        "Adding a cause turns a definition from absent to occurring in so many of the pairs that are decided and have it absent without the cause: {}. {}",
        told.join("; "),
        design.loops.iter().filter_map(|one| at_once(design, one)).chain([alone(design)]).collect::<Vec<_>>().join(" ")
    )
}

/// What each cause brings with no other beside it: definitions, by their numbers, that occur in a loop with it alone and not in the loop without any.
fn alone(design: &DesignReport) -> String {
    let in_loop = |one: &LoopReport, cause: &str| {
        let (none, point) = (one.point(None, &[])?, one.point(None, &[cause])?);
        let occurs = |point: &PointReport, definition: &Definition| point.outcomes.get(definition) == Some(&Outcome::Occurs);
        let brought = Definition::all().iter().zip(1..).filter(|(definition, _)| occurs(point, definition) && !occurs(none, definition));
        let numbers: Vec<String> = brought.map(|(_, n)| n.to_string()).collect();
        Some(format!("{} {}", one.title, if numbers.is_empty() { "none".to_owned() } else { numbers.join(" ") }))
    };
    let told: Vec<String> = design
        .crossed()
        .map(|cause| {
            let loops: Vec<String> = design.loops.iter().filter_map(|one| in_loop(one, &cause.id)).collect();
            format!("{}: {}", cause.title, loops.join(", "))
        })
        .collect();
    format!(
        "With no other cause beside it each brings, by the numbers of the definitions that the loop without any does not show: {}.",
        told.join("; ")
    )
}

/// What claims of studies tell beside the loops, with their verdicts.
fn beside(audit: &Audit, design: &DesignReport) -> String {
    let claims = design.beside.iter().filter_map(|id| audit.claims.iter().find(|claim| claim.id == *id));
    let told = claims
        .map(|claim| format!(" Beside these loops stands `{}` ({}, {}): {}", claim.id, claim.verdict, claim.fidelity, claim.statement));
    told.collect()
}

/// How much of the harm of a class that is too small is there at the first generation.
fn at_once(design: &DesignReport, one: &LoopReport) -> Option<String> {
    let cause = design.factor("small-class")?;
    let point = one.point(None, &[&cause.id])?;
    let metric = point.series.first()?.metric;
    let ((first, _), (last, error)) = (point.mean(metric, 1)?, point.mean(metric, one.generations)?);
    let none = one.point(None, &[])?;
    let ((none_first, _), (none_last, _)) = (none.mean(metric, 1)?, none.mean(metric, one.generations)?);
    Some(format!(
        "{}, {} alone: `{}` is {} at generation 1 and {} ± {} at generation {} (without any cause {} and {}), so that the cause adds {} at first and {} in the end.",
        one.title,
        cause.title,
        metric.id(),
        number::alone(first),
        number::alone(last),
        number::alone(error),
        one.generations,
        number::alone(none_first),
        number::alone(none_last),
        number::alone(first - none_first),
        number::alone(last - none_last)
    ))
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
        for cause in design.crossed() {
            let mine: Vec<&Turn> = turns.iter().filter(|turn| turn.baseline == one.id && turn.cause == cause.id).collect();
            if mine.is_empty() {
                continue;
            }
            let cell = |definition: &Definition| {
                let turn = mine.iter().find(|turn| turn.definition == *definition);
                match turn.filter(|turn| turn.pairs > 0) {
                    None => number::NONE.to_owned(),
                    Some(turn) if turn.removes == 0 => format!("{} of {} ({})", turn.brings, turn.open, turn.either_way),
                    Some(turn) => format!("{} of {} − {} ({})", turn.brings, turn.open, turn.removes, turn.either_way),
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
    let causes: Vec<&str> = design.crossed().map(|factor| factor.id.as_str()).collect();
    let mut columns = vec!["Loop".to_owned(), "Metric".to_owned()];
    columns.extend(causes.iter().map(|id| titles(design, &[(*id).to_owned()])));
    columns.push("Together".to_owned());
    let mut table = Table {
        caption: "Effects of causes at the last generation".to_owned(),
        columns,
        rows: Vec::new(),
        empty: "No loop was run.".to_owned(),
    };
    let is_sure = |effect: &&&Effect| effect.effect.abs() > SURE * effect.error;
    let shown = |effect: &Effect| format!("{} ± {}", number::alone(effect.effect), number::alone(effect.error));
    for one in &design.loops {
        for metric in one.points.first().map(|point| point.series.iter().map(|series| series.metric)).into_iter().flatten() {
            let mine: Vec<&Effect> = effects.iter().filter(|effect| effect.baseline == one.id && effect.metric == metric).collect();
            let main = |id: &str| mine.iter().find(|effect| effect.causes.len() == 1 && effect.causes[0] == id);
            let mut row = vec![Cell::text(&*one.title), Cell::Code(metric.id().to_owned())];
            row.extend(causes.iter().map(|id| match main(id) {
                None => Cell::text(""),
                Some(effect) => Cell::text(Some(effect).filter(is_sure).map_or_else(|| number::NONE.to_owned(), |effect| shown(effect))),
            }));
            let pairs = mine.iter().filter(|effect| effect.causes.len() == 2).filter(is_sure);
            let strongest = pairs.max_by(|a, b| a.effect.abs().total_cmp(&b.effect.abs()));
            row.push(Cell::text(
                strongest
                    .map_or_else(|| number::NONE.to_owned(), |effect| format!("{}: {}", titles(design, &effect.causes), shown(effect))),
            ));
            table.rows.push(row);
        }
    }
    table
}

/// Generation by generation what one cause does.
fn alone_table(design: &DesignReport) -> Table {
    let mut table =
        Table::new("Each cause alone, generation by generation", &["Loop", "Metric", "Cause", "1", "2", "5", "Last"], "No loop was run.");
    for one in &design.loops {
        for point in one.points.iter().filter(|point| point.crossed.len() <= 1 && point.refused.is_none()) {
            let Some(metric) = point.series.first().map(|series| series.metric) else { continue };
            let cause = if point.crossed.is_empty() { "none".to_owned() } else { titles(design, &point.crossed) };
            let at = |t: u32| Cell::text(point.mean(metric, t).map_or_else(|| number::NONE.to_owned(), |(mean, _)| number::alone(mean)));
            let mut row = vec![Cell::text(&*one.title), Cell::Code(metric.id().to_owned()), Cell::text(cause)];
            row.extend([1, 2, 5, one.generations].map(at));
            table.rows.push(row);
        }
    }
    table
}
