//! What helps, and at what price: remedies on the same loops, under unbiased and under biased sampling.

use super::remedies_in_worlds;
use super::remedy_cell::{set_in, shown};
use crate::audit::remedies::{Reordering, most_turned, reorderings, unbeaten};
use crate::audit::{Audit, DesignReport, FactorReport, LoopReport, PointReport};
use crate::registry::DesignId;
use crate::report::block::{Block, figure, heading, paragraph};
use crate::report::number;
use crate::report::table::{Cell, Table};

/// The section; nothing where the design was not run.
#[must_use]
pub fn section(audit: &Audit) -> Vec<Block> {
    let Some(design) = audit.design(DesignId::Remedies) else { return Vec::new() };
    let orders = reorderings(design);
    let mut blocks = vec![
        heading(2, "What helps, and at what price"),
        paragraph(&format!("{} {}", design.reason, headline(design, &orders))),
        Block::Shown(
            "remedies",
            per_loop(design, "Risk of every remedy in units of one real sample, unbiased → biased sampling", shown, true),
        ),
        paragraph(&format!(
            "*Mean risk at the last generation over that of one real sample as large as the loop's first set, unbiased → biased sampling: 1 is as good as the first model. In brackets the numbers of the definitions that occur, any-risk-increase against the real data that the remedy itself holds. \
             A dash: not run there. =: the remedy says itself how is sampled, so that it is the same loop. Real: real points beyond one first set of the loop, all generations together; set: size of the last training set; both in units of that set. {}*",
            limits(design)
        )),
        Block::Shown(
            "remedy-onsets",
            per_loop(design, "Risk of every remedy against its own real data alone, and onsets, unbiased → biased sampling", set_in, false),
        ),
        paragraph(
            "*The same risk over that of the real data alone that the remedy itself holds, and from which recorded generation on each definition that occurs does; the numbers of definitions about what happens in the end stand without one, or with one beyond the ten generations. A remedy whose own real data are few has little to be held against: below 1 it is better than those, and can still be worse than the first model (above).*",
        ),
        figure("remedies"),
        paragraph(&at_their_price(design)),
        Block::Shown("remedy-orders", order_table(&orders, design)),
        paragraph(
            "*Pairs of remedies (the loop without any is in none), whose risks have intervals that do not touch, in both settings. At one price: both train on a last set of one size and take as many real points.*",
        ),
        paragraph(&left_out(design)),
    ];
    blocks.extend(remedies_in_worlds::blocks(audit, design));
    blocks
}

/// How sure the first row is: a loop's yardstick is in all its numbers, so that they can be high or low together.
fn limits(design: &DesignReport) -> String {
    let one = |one: &LoopReport| {
        let span = one.point(None, &[])?.risk?;
        Some(format!("{} {} to {}", one.title, number::alone(span.low), number::alone(span.high)))
    };
    let all: Vec<String> = design.loops.iter().filter_map(one).collect();
    format!(
        "How sure the first row is, by limits 3.29 standard errors away, of which the yardstick's part is common to a loop: {}.",
        all.join("; ")
    )
}

/// Whether the ranking turns with the sampling, in numbers.
fn headline(design: &DesignReport, orders: &[Reordering]) -> String {
    let sum = |of: fn(&Reordering) -> usize| orders.iter().map(of).sum::<usize>();
    let (told, flipped) = (sum(|one| one.told), sum(|one| one.flipped));
    let (told_even, flipped_even) = (sum(|one| one.told_at_one_price), sum(|one| one.flipped_at_one_price));
    let share = |part: usize, whole: usize| {
        if whole == 0 { String::new() } else { format!(" ({})", number::percent(Some(part as f64 / whole as f64))) }
    };
    let with_help = best(design, |_, _| true);
    let alone = best(design, |point, design| price_beside(point, design).is_none());
    format!(
        "How far the ranking of remedies depends on the sampling: of {told} pairs told apart under both, {flipped}{} stand in the opposite order once sampling is biased, loop by loop in a table below; \
         of the {told_even} pairs at one price, {flipped_even}{}. Least risk at no more than the first set's size and no fresh real data, whatever it takes beside (experts and verifiers who know the truth: last column of the table), unbiased and biased: {with_help}. With nothing beside: {alone}.",
        share(flipped, told),
        share(flipped_even, told_even)
    )
}

/// Which remedies are meant.
type Meant = fn(&PointReport, &DesignReport) -> bool;

/// The best of every loop in either setting, told once where it is one and the same throughout.
fn best(design: &DesignReport, is_meant: Meant) -> String {
    let found: Vec<(&str, [String; 2])> =
        design.loops.iter().filter_map(|one| Some((one.title.as_str(), best_of(design, one, is_meant)?))).collect();
    let Some((_, [first, _])) = found.first() else { return "none was run".to_owned() };
    if found.len() > 1 && found.iter().all(|(_, both)| both.iter().all(|name| name == first)) {
        return format!("{first}, in every loop and under both");
    }
    let told: Vec<String> = found.iter().map(|(title, [plain, there])| format!("{title}: {plain} and {there}")).collect();
    told.join("; ")
}

/// The remedy of least risk among those that take no real point more and train on no larger set, in either setting.
fn best_of(design: &DesignReport, one: &LoopReport, is_meant: Meant) -> Option<[String; 2]> {
    let setting = design.crossed().next().map(|factor| factor.id.as_str());
    let best = |crossed: &[&str]| {
        let is_free =
            |point: &&PointReport| point.real <= 0.0 && point.size <= 1.0 + 1e-9 && point.is_under(crossed) && is_meant(point, design);
        let risk = |point: &PointReport| point.risk.map_or(f64::INFINITY, |span| span.estimate);
        one.points.iter().filter(is_free).min_by(|a, b| risk(a).total_cmp(&risk(b))).map(|point| name(design, point))
    };
    Some([best(&[])?, best(&setting.into_iter().collect::<Vec<_>>())?])
}

fn name(design: &DesignReport, point: &PointReport) -> String {
    point.option.as_ref().map_or("none".to_owned(), |id| design.factor(id).map_or_else(|| id.clone(), |factor| factor.title.clone()))
}

/// What the remedy of a point costs beside real points and training.
fn price_beside<'a>(point: &PointReport, design: &'a DesignReport) -> Option<&'a String> {
    design.factor(point.option.as_ref()?)?.price.as_ref()
}

/// Of the loop that the figure shows, and why that one, what nothing of the same or a lower price is better than.
fn at_their_price(design: &DesignReport) -> String {
    let setting: Vec<&str> = design.crossed().map(|factor| factor.id.as_str()).take(1).collect();
    let Some(one) = most_turned(design) else { return String::new() };
    let told = |crossed: &[&str]| {
        let names: Vec<String> = unbeaten(one, crossed).into_iter().map(|point| name(design, point)).collect();
        names.join(", ")
    };
    format!(
        "*The loop in which most pairs change places: the others change fewer or none (table below). Whatever it takes beside, nothing with as small a last set and as few real points is told to be better here than, unbiased: {}; biased: {}.*",
        told(&[]),
        told(&setting)
    )
}

/// A row per remedy, a column per loop; with what the remedy costs.
fn per_loop(design: &DesignReport, caption: &str, cell: fn(Option<&PointReport>) -> String, has_price: bool) -> Table {
    let mut columns = vec!["Remedy".to_owned()];
    columns.extend(design.loops.iter().map(|one| one.title.clone()));
    columns.extend(["Real", "Set", "Beside"].map(str::to_owned).into_iter().filter(|_| has_price));
    let mut table = Table { caption: caption.to_owned(), columns, rows: Vec::new(), empty: "No remedy was run.".to_owned() };
    let remedies = design.options().filter(|factor| factor.missing.is_none()).map(Some);
    for remedy in std::iter::once(None).chain(remedies) {
        let mut row = cells(design, remedy, cell);
        row.extend(price(design, remedy).into_iter().filter(|_| has_price));
        table.rows.push(row);
    }
    table
}

fn cells(design: &DesignReport, remedy: Option<&FactorReport>, cell: fn(Option<&PointReport>) -> String) -> Vec<Cell> {
    let id = remedy.map(|remedy| remedy.id.as_str());
    let mut row = vec![Cell::text(remedy.map_or("none", |remedy| remedy.title.as_str()))];
    let setting: Vec<&str> = design.crossed().map(|factor| factor.id.as_str()).take(1).collect();
    row.extend(design.loops.iter().map(|one| Cell::text(format!("{} → {}", cell(one.point(id, &[])), cell(one.point(id, &setting))))));
    row
}

/// Real points, size of the last set, and what comes beside.
fn price(design: &DesignReport, remedy: Option<&FactorReport>) -> [Cell; 3] {
    let id = remedy.map(|remedy| remedy.id.as_str());
    let first = design.loops.iter().find_map(|one| one.point(id, &[]).filter(|point| point.refused.is_none()));
    let size = |of: fn(&PointReport) -> f64| first.map_or(number::NONE.to_owned(), |point| number::alone(of(point)));
    let beside = remedy.and_then(|remedy| remedy.price.clone()).unwrap_or_default();
    [Cell::text(size(|point| point.real)), Cell::text(size(|point| point.size)), Cell::text(beside)]
}

fn order_table(orders: &[Reordering], design: &DesignReport) -> Table {
    let mut table = Table::new(
        "Pairs of remedies that change places under biased sampling",
        &["Loop", "Told", "Opposite", "At one price", "Opposite at one price"],
        "No pair was told apart.",
    );
    for one in orders {
        let title = design.loops.iter().find(|known| known.id == one.baseline).map_or(one.baseline.clone(), |known| known.title.clone());
        let counts = [one.told, one.flipped, one.told_at_one_price, one.flipped_at_one_price];
        table.rows.push(std::iter::once(title).chain(counts.map(|count| count.to_string())).map(Cell::text).collect());
    }
    table
}

/// What was asked for and could not be run, and where the laboratory refuses the rest.
fn left_out(design: &DesignReport) -> String {
    let missing: Vec<String> =
        design.factors.iter().filter_map(|factor| Some(format!("{} ({})", factor.title, factor.missing.as_ref()?))).collect();
    let points = || design.loops.iter().flat_map(|one| &one.points);
    let refused = points().filter(|point| point.refused.is_some() && !point.is_already_so()).count();
    format!(
        "Not run anywhere: {}. Of {} points {refused} are refused by the laboratory for a loop that has no such thing; `tables/designs.csv.gz` holds every point.",
        if missing.is_empty() { "none".to_owned() } else { missing.join("; ") },
        points().count()
    )
}
