//! What shows first: indicators of a loop by the generation at which they leave their first value, in loops made for it and in those of the
//! registry.

mod by_variant;
mod in_worlds;
mod registered;

use crate::audit::signs::{LEAVES, indicator, onsets};
use crate::audit::{Audit, DesignReport, LoopReport, Onset};
use crate::registry::DesignId;
use crate::report::block::{Block, heading, paragraph};
use crate::report::number;
use crate::report::table::{Cell, Table};
use crate::taxonomy::{Metric, Word};
use std::collections::BTreeMap;

/// The section; nothing where neither the design nor any loop was run.
#[must_use]
pub fn section(audit: &Audit) -> Vec<Block> {
    let mut blocks = audit.design(DesignId::Signs).map(made_for_it).unwrap_or_default();
    blocks.extend(audit.design(DesignId::Signs).map(|design| in_worlds::blocks(audit, design)).unwrap_or_default());
    blocks.extend(registered::blocks(audit));
    if !blocks.is_empty() {
        blocks.insert(0, heading(2, "What shows first"));
    }
    blocks
}

/// The loops that were made for it.
fn made_for_it(design: &DesignReport) -> Vec<Block> {
    let rule = format!(
        "*Generation at which the mean of an indicator has left its first value by {} / by {}, with the generations between which it surely did; a dash: not by the last generation. \
         `[2, –]`: it may have from generation 2 on, and is not certain to by the last. What is first depends on the scale: a share near one (accuracy) moves a tenth late, and what it lacks of one (the error rate) soon.*",
        number::percent(Some(LEAVES[0])),
        number::percent(Some(LEAVES[1]))
    );
    let text = format!("{} {}", design.reason, headline(&design.loops));
    vec![
        paragraph(&text),
        Block::Shown("signs-by-variant", by_variant::table(design)),
        paragraph(
            "*Under each regime and sampling: the indicators that move first, alone or with others, and those that never move so far while another does, with the loops of which that is so.*",
        ),
        Block::Shown("signs", table(design)),
        paragraph(&rule),
    ]
}

/// Per loop and variant: who is first, who is blind.
fn headline(loops: &[LoopReport]) -> String {
    let mut firsts: BTreeMap<Metric, usize> = BTreeMap::new();
    let mut blind: BTreeMap<Metric, usize> = BTreeMap::new();
    let mut rows = 0;
    for one in loops {
        for point in &one.points {
            let mine: Vec<Onset> = onsets(&point.series).into_iter().filter(|onset| onset.leaves <= LEAVES[0]).collect();
            let Some(least) = mine.iter().filter_map(|onset| onset.first).min() else { continue };
            rows += 1;
            for onset in mine {
                *firsts.entry(onset.metric).or_default() += usize::from(onset.first == Some(least));
                *blind.entry(onset.metric).or_default() += usize::from(onset.first.is_none());
            }
        }
    }
    let told = |counts: &BTreeMap<Metric, usize>| {
        let mut counts: Vec<_> = counts.iter().filter(|(_, count)| **count > 0).collect();
        counts.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        let words: Vec<_> = counts.iter().map(|(metric, count)| format!("{} ({count})", title(**metric))).collect();
        if words.is_empty() { "none".to_owned() } else { words.join(", ") }
    };
    format!(
        "In {rows} loops and variants something moves by {}. First, alone or with others: {}. Blind, not moving so far by the last generation while another did: {}.",
        number::percent(Some(LEAVES[0])),
        told(&firsts),
        told(&blind)
    )
}

pub(super) fn title(metric: Metric) -> String {
    indicator(metric).map_or_else(|| metric.id().replace('-', " "), str::to_owned)
}

/// Rows are indicators of a loop, columns its variants: every loop has the same ones.
fn table(design: &DesignReport) -> Table {
    let labels: Vec<String> = design.loops.first().map(|one| one.points.iter().map(|point| point.label()).collect()).unwrap_or_default();
    let mut columns = vec!["Loop".to_owned(), "Indicator".to_owned()];
    columns.extend(design.loops.first().iter().flat_map(|one| labels.iter().map(|label| variant(design, one, label))));
    let mut table = Table {
        caption: "Generation at which each indicator leaves its first value".to_owned(),
        columns,
        rows: Vec::new(),
        empty: "No loop was run.".to_owned(),
    };
    for one in &design.loops {
        let mut metrics: Vec<Metric> = one.points.iter().flat_map(|point| onsets(&point.series)).map(|onset| onset.metric).collect();
        metrics.sort_unstable();
        metrics.dedup();
        for metric in metrics {
            let mut row = vec![Cell::text(&*one.title), Cell::text(title(metric))];
            row.extend(labels.iter().map(|label| Cell::text(cell(one, label, metric))));
            table.rows.push(row);
        }
    }
    table
}

fn variant(design: &DesignReport, one: &LoopReport, label: &str) -> String {
    let Some(point) = one.points.iter().find(|point| point.label() == label) else { return label.to_owned() };
    let titles: Vec<&str> = point.option.iter().chain(&point.crossed).filter_map(|id| Some(design.factor(id)?.title.as_str())).collect();
    if titles.is_empty() { "replace, unbiased".to_owned() } else { titles.join(", ") }
}

fn cell(one: &LoopReport, label: &str, metric: Metric) -> String {
    let point = one.points.iter().find(|point| point.label() == label);
    let mine = point.into_iter().flat_map(|point| onsets(&point.series)).filter(|onset| onset.metric == metric);
    let told = |onset: Onset| match (onset.first, onset.low, onset.high) {
        (None, None, _) => number::NONE.to_owned(),
        (None, Some(low), _) => format!("– [{low}, –]"),
        (Some(first), low, high) if low == Some(first) && high == Some(first) => first.to_string(),
        (Some(first), low, high) => {
            let end = |end: Option<u32>| end.map_or("–".to_owned(), |t| t.to_string());
            format!("{first} [{}, {}]", end(low), end(high))
        }
    };
    mine.map(told).collect::<Vec<_>>().join(" / ")
}
