//! The figures, each an SVG with title, description and a CSV table that says the same.
//!
//! Takes the audit, gives [`Figure`]s. Symbols carry everything that colour carries; the palette is safe for colour-blind
//! readers and in grey. Wherever a world is drawn, all of them are.

mod accepts;
mod canvas;
mod definitions;
mod forest;
mod frame;
mod generations;
mod labels;
mod nearness;
mod outcomes;
mod panel;
mod png;
mod profiles;
mod realism;
mod remedies;
mod samples;
mod specification;
mod svg;
#[cfg(test)]
mod tests;
mod together;
mod trajectories;
mod weights;
mod worlds;

pub use accepts::Accepts;
pub use forest::shows as forest_shows;
pub use generations::{Panel, PanelPoint, plot};
pub use outcomes::{COMPARISONS, name as outcomes_name};
pub use profiles::shown as profiles_shown;
pub use specification::{name as specification_name, shown as specification_shown};

use crate::audit::Audit;
use std::collections::BTreeSet;

/// A finished figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// File name without ending.
    pub name: String,
    /// What it shows, in a few words.
    pub title: String,
    /// The drawing.
    pub svg: String,
}

/// The names of the figures that stand for one definition each.
#[must_use]
pub fn names(audit: &Audit) -> BTreeSet<String> {
    outcomes::draw(audit).into_iter().chain(specification::draw(audit)).map(|figure| figure.name).collect()
}

/// Every figure for which the audit has something to draw, by name.
#[must_use]
pub fn draw(audit: &Audit) -> Vec<Figure> {
    let mut figures: Vec<Figure> = [
        realism::draw(audit),
        worlds::draw(audit),
        together::draw(audit),
        nearness::draw(audit),
        weights::draw(audit),
        remedies::draw(audit),
    ]
    .into_iter()
    .flatten()
    .collect();
    figures.extend(definitions::draw(audit));
    figures.extend(forest::draw(audit));
    figures.extend(trajectories::draw(audit));
    figures.extend(samples::draw(audit));
    figures.extend(outcomes::draw(audit));
    figures.extend(profiles::draw(audit));
    figures.extend(specification::draw(audit));
    figures.sort_by(|a, b| a.name.cmp(&b.name));
    figures
}
