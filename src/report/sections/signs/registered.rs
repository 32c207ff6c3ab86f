//! What shows first in the loops of the registry: a count over loops, as published and in every world.

use super::title;
use crate::audit::signs::LEAVES;
use crate::audit::{AS_PUBLISHED, Audit, LoopSigns, Onset, capitalised};
use crate::report::block::{Block, paragraph};
use crate::report::number;
use crate::report::table::{Cell, Table};
use crate::taxonomy::Metric;
use std::collections::BTreeMap;

/// Loops of one kind.
struct Kind<'a> {
    title: String,
    loops: Vec<&'a LoopSigns>,
}

/// How often an indicator was read, was first and stayed where it was while another moved.
#[derive(Default, Clone, Copy)]
struct Count {
    read: usize,
    first: usize,
    /// First and no other with it; counted of the risk.
    alone: usize,
    blind: usize,
}

/// The indicator of a row; a loop's risk is one whatever its unit.
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
enum Row {
    Risk,
    Of(Metric),
}

/// Text and table; nothing where no loop was run.
pub fn blocks(audit: &Audit) -> Vec<Block> {
    if audit.signs.is_empty() {
        return Vec::new();
    }
    let kinds = kinds(audit);
    let counts: Vec<BTreeMap<Row, Count>> = kinds.iter().map(|kind| counted(&kind.loops)).collect();
    let text = format!(
        "The same asked of every loop of the registry, of its first setting, at the generations that its run records (1, 2, 4, 8 and so on, up to the last that it asks for). {}",
        kinds.iter().zip(&counts).filter_map(|(kind, counts)| sentence(kind, counts)).collect::<Vec<_>>().join(" ")
    );
    let rule = format!(
        "*Loops in which the indicator is the first to move by {}, alone or with others / in which it never does / in which it is read and any of those moves. The risk is held against all others, the others among \
         themselves: an excess risk starts near nothing where much data are fitted, and a tenth of little is soon gone. What is first depends on the scale (a share near one moves a tenth late, and what it lacks of one soon), \
         and an indicator that is read in few loops was first in few. Every onset: [tables/signs.csv.gz](tables/signs.csv.gz).*",
        number::percent(Some(LEAVES[0]))
    );
    vec![paragraph(&text), Block::Shown("signs-registered", table(&kinds, &counts)), paragraph(&rule)]
}

/// Loops as published by what their sets hold, then every world.
fn kinds(audit: &Audit) -> Vec<Kind<'_>> {
    let published = |is_replaced: bool| audit.signs.iter().filter(move |one| one.arm == AS_PUBLISHED && one.is_replaced == is_replaced);
    let mut kinds = vec![
        Kind { title: "as published, replaced".to_owned(), loops: published(true).collect() },
        Kind { title: "as published, data kept or real data added".to_owned(), loops: published(false).collect() },
    ];
    for world in &audit.worlds {
        let loops = audit.signs.iter().filter(|one| one.arm == world.id).collect();
        kinds.push(Kind { title: world.id.clone(), loops });
    }
    kinds.retain(|kind| !kind.loops.is_empty());
    kinds
}

/// The risk against all others, and the others among themselves: an excess risk starts near nothing, and would be first nearly always.
fn counted(loops: &[&LoopSigns]) -> BTreeMap<Row, Count> {
    let mut counts: BTreeMap<Row, Count> = BTreeMap::new();
    let mut add = |row: Row, [is_first, is_alone, is_blind]: [bool; 3]| {
        let count = counts.entry(row).or_default();
        count.read += 1;
        count.first += usize::from(is_first);
        count.alone += usize::from(is_alone);
        count.blind += usize::from(is_blind);
    };
    for one in loops {
        let near = one.onsets.iter().filter(|onset| onset.leaves <= LEAVES[0]);
        let (risks, others): (Vec<&Onset>, Vec<&Onset>) = near.partition(|onset| one.risk == Some(onset.metric));
        let least = others.iter().filter_map(|onset| onset.first).min();
        let moved = risks.iter().filter_map(|onset| onset.first).chain(least).min();
        if moved.is_some() {
            for risk in risks {
                let is_first = risk.first.is_some() && risk.first == moved;
                add(Row::Risk, [is_first, is_first && least != moved, risk.first.is_none()]);
            }
        }
        if least.is_some() {
            others.iter().for_each(|onset| add(Row::Of(onset.metric), [onset.first == least, false, onset.first.is_none()]));
        }
    }
    counts
}

/// Least number of loops in which an indicator must be read to be named in a sentence.
const ENOUGH: usize = 10;

/// How often the risk is first, and beside it who is first most often and who is blind most often, as shares of the loops in which they are
/// read.
fn sentence(kind: &Kind<'_>, counts: &BTreeMap<Row, Count>) -> Option<String> {
    let others = |(row, count): (&Row, &Count)| (*row != Row::Risk && count.read >= ENOUGH).then_some((*row, *count));
    let known: Vec<(Row, Count)> = counts.iter().filter_map(others).collect();
    let most = |of: fn(&Count) -> usize| {
        let share = |count: &Count| of(count) as f64 / count.read as f64;
        known.iter().filter(|(_, count)| of(count) > 0).max_by(|a, b| share(&a.1).total_cmp(&share(&b.1)).then(b.0.cmp(&a.0)))
    };
    let told = |found: Option<&(Row, Count)>, of: fn(&Count) -> usize| {
        found.map_or_else(|| "none".to_owned(), |(row, count)| format!("{} ({} of {})", name(*row), of(count), count.read))
    };
    let risk = counts.get(&Row::Risk).filter(|count| count.read >= ENOUGH)?;
    Some(format!(
        "{}: the risk moves first in {} of {} loops, in {} of them with no other; beside it most often first is {}, most often blind {}.",
        capitalised(&kind.title),
        risk.first,
        risk.read,
        risk.alone,
        told(most(|count| count.first), |count| count.first),
        told(most(|count| count.blind), |count| count.blind)
    ))
}

fn name(row: Row) -> String {
    match row {
        Row::Risk => "the risk".to_owned(),
        Row::Of(metric) => title(metric),
    }
}

fn table(kinds: &[Kind<'_>], counts: &[BTreeMap<Row, Count>]) -> Table {
    let mut rows: Vec<Row> = counts.iter().flat_map(|counts| counts.keys().copied()).collect();
    rows.sort_unstable();
    rows.dedup();
    let cell = |counts: &BTreeMap<Row, Count>, row: &Row| {
        counts.get(row).map_or_else(|| number::NONE.to_owned(), |count| format!("{} / {} / {}", count.first, count.blind, count.read))
    };
    let mut columns = vec!["Indicator".to_owned()];
    columns.extend(kinds.iter().map(|kind| kind.title.clone()));
    Table {
        caption: "How often each indicator is first, and blind, in the loops of the registry".to_owned(),
        columns,
        rows: rows
            .iter()
            .map(|row| [Cell::text(name(*row))].into_iter().chain(counts.iter().map(|counts| Cell::text(cell(counts, row)))).collect())
            .collect(),
        empty: "No loop was run.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn onset(metric: Metric, first: Option<u32>) -> Onset {
        Onset { metric, leaves: LEAVES[0], first, low: first, high: first, last: 10 }
    }

    fn signs(is_replaced: bool, onsets: Vec<Onset>) -> LoopSigns {
        let name = String::new();
        LoopSigns {
            study: name.clone(),
            simulation: name,
            arm: AS_PUBLISHED.to_owned(),
            is_replaced,
            risk: Some(Metric::KlDivergence),
            onsets,
        }
    }

    #[test]
    fn a_tie_makes_both_first_and_a_loop_without_change_counts_for_nobody() {
        let moves =
            signs(true, vec![onset(Metric::KlDivergence, Some(2)), onset(Metric::Entropy, Some(2)), onset(Metric::SupportSize, None)]);
        let still = signs(true, vec![onset(Metric::KlDivergence, None), onset(Metric::Entropy, None)]);
        let counts = counted(&[&moves, &still]);
        assert_eq!(counts[&Row::Risk].alone, 0);
        let of = |row| counts.get(&row).map(|count| (count.first, count.blind, count.read));
        assert_eq!(of(Row::Risk), Some((1, 0, 1)));
        assert_eq!(of(Row::Of(Metric::Entropy)), Some((1, 0, 1)));
        assert_eq!(of(Row::Of(Metric::SupportSize)), Some((0, 1, 1)));
    }

    #[test]
    fn the_risk_is_in_no_race_of_the_others_and_what_is_read_in_few_loops_in_no_sentence() {
        let moves = || {
            let onsets = [(Metric::KlDivergence, Some(2)), (Metric::TailAlive, Some(4)), (Metric::Entropy, None)];
            signs(true, onsets.map(|(metric, first)| onset(metric, first)).into())
        };
        let said = |loops: &[LoopSigns]| {
            let kind = Kind { title: "as published, replaced".to_owned(), loops: loops.iter().collect() };
            sentence(&kind, &counted(&kind.loops))
        };
        assert_eq!(said(&[moves()]), None);
        let many: Vec<LoopSigns> = (0..ENOUGH).map(|_| moves()).collect();
        assert_eq!(
            said(&many).as_deref(),
            Some(
                "As published, replaced: the risk moves first in 10 of 10 loops, in 10 of them with no other; beside it most often first is tail alive (10 of 10), most often \
                 blind effective types (exp of entropy) (10 of 10)."
            )
        );
    }
}
