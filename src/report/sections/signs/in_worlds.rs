//! First signs in every world: which indicator of a loop leaves its first value first once the world comes on top of it.

use super::{cell, headline, title};
use crate::audit::signs::onsets;
use crate::audit::{Audit, DesignReport};
use crate::registry::point_label;
use crate::report::block::{Block, paragraph};
use crate::report::table::{Cell, Table};
use crate::report::words::plain;
use crate::report::{number, worlds};
use crate::taxonomy::Metric;

/// What shows first in the worlds; nothing where that was not asked there.
pub fn blocks(audit: &Audit, design: &DesignReport) -> Vec<Block> {
    if design.worlds.iter().all(|world| world.loops.is_empty()) {
        return Vec::new();
    }
    let told = audit.worlds.iter().filter_map(|world| {
        let there = design.worlds.iter().find(|there| there.world == world.id)?;
        Some(format!("*{}.* {}", plain(&world.title), headline(&there.loops)))
    });
    let told: Vec<String> = told.collect();
    vec![
        paragraph(&format!(
            "The same loops and variants where each world comes on top of them, for its ten generations. {}",
            told.join(" ")
        )),
        Block::Shown("signs-in-worlds", table(audit, design)),
        paragraph(
            "*The loop as it is, as published and in the worlds, told as above; of a world to its last generation, which is earlier. A dash, too, where a world is too dear for a loop.*",
        ),
    ]
}

fn table(audit: &Audit, design: &DesignReport) -> Table {
    let mut table = Table {
        caption: "Generation at which each indicator leaves its first value, as published and in the worlds".to_owned(),
        columns: worlds::columns(audit, &["Loop", "Indicator"], &[]),
        rows: Vec::new(),
        empty: "No loop was run.".to_owned(),
    };
    let own = point_label(None, &[]);
    for one in &design.loops {
        let point = one.points.iter().find(|point| point.label() == own);
        let mut metrics: Vec<Metric> = point.into_iter().flat_map(|point| onsets(&point.series)).map(|onset| onset.metric).collect();
        metrics.sort_unstable();
        metrics.dedup();
        for metric in metrics {
            let mut row = vec![Cell::text(&*one.title), Cell::text(title(metric)), Cell::text(cell(one, &own, metric))];
            row.extend(audit.worlds.iter().map(|world| {
                let told = design.in_world(one, &world.id).map(|other| cell(other, &own, metric)).filter(|told| !told.is_empty());
                Cell::text(told.unwrap_or_else(|| number::NONE.to_owned()))
            }));
            table.rows.push(row);
        }
    }
    table
}
