//! Designs in `audit.json`: causes, first signs and remedies on loops of their own.

use crate::plan::ALREADY_SO;
use crate::registry::point_label;
use crate::taxonomy::{Definition, Metric};
use crate::verdict::{Outcome, Series};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A design and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DesignReport {
    /// `mitigations`, `causes` or `signs`.
    pub id: String,
    /// Why it is set up so.
    pub reason: String,
    /// What is changed, in the order of the file.
    pub factors: Vec<FactorReport>,
    /// The loops, in the order of the file.
    pub loops: Vec<LoopReport>,
    /// Claims, by full id, that tell what none of its loops can.
    #[serde(default)]
    pub beside: Vec<String>,
    /// The same loops in every world; empty where the design is not asked there.
    #[serde(default)]
    pub worlds: Vec<DesignWorld>,
}

/// The loops of a design in one world.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DesignWorld {
    /// The world's id.
    pub world: String,
    /// The loops, in the order of the file, each called `<loop>@<world>`.
    pub loops: Vec<LoopReport>,
}

/// A change of a design.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FactorReport {
    /// Its name.
    pub id: String,
    /// Its name in a table.
    pub title: String,
    /// Why it stands for what it is called.
    pub reason: String,
    /// Where it is proposed or described.
    pub locator: String,
    /// What it costs beside real points and training.
    pub price: Option<String>,
    /// What the laboratory lacks to run it.
    pub missing: Option<String>,
    /// Made in every combination, not one at a time.
    pub is_crossed: bool,
}

/// A loop of a design.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LoopReport {
    /// Its name.
    pub id: String,
    /// Its name in a table.
    pub title: String,
    /// Why it is there.
    pub reason: String,
    /// What risk means in it.
    pub risk: Option<Metric>,
    /// Generations that are compared.
    pub generations: u32,
    /// Its points, the loop as it is first.
    pub points: Vec<PointReport>,
}

/// A point of a design in one loop.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PointReport {
    /// The change made alone; null for the loop as it is.
    pub option: Option<String>,
    /// The others; left out where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub crossed: Vec<String>,
    /// Why it was not run; left out where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// Replicates drawn.
    pub replicates: u32,
    /// Real points beyond one first set of the loop, all generations together, in units of that set.
    pub real: f64,
    /// Size of the last training set, in units of the loop's first set.
    pub size: f64,
    /// Mean risk at the last generation over the mean risk of one real sample as large as the loop's first set: one yardstick for all
    /// points of a loop, and for the same loop in every world. Limits are 3.29 standard errors away.
    pub risk: Option<Span>,
    /// The same mean over that of the real data alone that the point itself holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against_own: Option<Span>,
    /// What the definitions say, those that do not apply left out.
    pub outcomes: BTreeMap<Definition, Outcome>,
    /// First recorded generation from which on a definition holds, where that can be said.
    pub onsets: BTreeMap<Definition, u32>,
    /// Means over generations. They stand in `tables/designs.csv.gz`.
    #[serde(skip)]
    pub series: Vec<Series>,
}

/// A number with its limits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Span {
    /// Estimate.
    pub estimate: f64,
    /// Lower limit.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
}

impl DesignReport {
    /// The changes that are made in every combination.
    pub fn crossed(&self) -> impl Iterator<Item = &FactorReport> {
        self.factors.iter().filter(|factor| factor.is_crossed)
    }

    /// The changes that are made one at a time.
    pub fn options(&self) -> impl Iterator<Item = &FactorReport> {
        self.factors.iter().filter(|factor| !factor.is_crossed)
    }

    /// One of its loops in a world.
    #[must_use]
    pub fn in_world(&self, one: &LoopReport, world: &str) -> Option<&LoopReport> {
        self.worlds.iter().find(|there| there.world == world)?.loops.iter().find(|other| other.title == one.title)
    }

    /// Every loop, as it is and then in every world.
    pub fn everywhere(&self) -> impl Iterator<Item = &LoopReport> {
        self.loops.iter().chain(self.worlds.iter().flat_map(|world| &world.loops))
    }

    /// The factor of this name.
    #[must_use]
    pub fn factor(&self, id: &str) -> Option<&FactorReport> {
        self.factors.iter().find(|factor| factor.id == id)
    }
}

/// Mean of a metric at a generation with its standard error.
#[must_use]
pub fn mean(series: &[Series], metric: Metric, generation: u32) -> Option<(f64, f64)> {
    let series = series.iter().find(|series| series.metric == metric)?;
    let point = series.points.iter().find(|point| point.generation == generation)?;
    Some((point.mean, point.error))
}

impl Span {
    /// Whether it lies wholly below another.
    #[must_use]
    pub fn is_below(&self, other: &Self) -> bool {
        self.high < other.low
    }
}

impl LoopReport {
    /// The point of this change alone under these others.
    #[must_use]
    pub fn point(&self, option: Option<&str>, crossed: &[&str]) -> Option<&PointReport> {
        self.points.iter().find(|point| point.option.as_deref() == option && point.is_under(crossed))
    }
}

impl PointReport {
    /// Its name within the loop.
    #[must_use]
    pub fn label(&self) -> String {
        point_label(self.option.as_deref(), &self.crossed)
    }

    /// Whether it stands under these changes beside the one made alone, and under no others.
    #[must_use]
    pub fn is_under(&self, crossed: &[&str]) -> bool {
        self.crossed.iter().map(String::as_str).eq(crossed.iter().copied())
    }

    /// Mean of a metric at a generation with its standard error.
    #[must_use]
    pub fn mean(&self, metric: Metric, generation: u32) -> Option<(f64, f64)> {
        mean(&self.series, metric, generation)
    }

    /// One that was run and of which nothing is told, for tests.
    #[cfg(test)]
    #[must_use]
    pub fn untold(option: Option<&str>, crossed: &[&str]) -> Self {
        Self {
            option: option.map(str::to_owned),
            crossed: crossed.iter().map(|one| (*one).to_owned()).collect(),
            refused: None,
            replicates: 256,
            real: 0.0,
            size: 1.0,
            risk: None,
            against_own: None,
            outcomes: BTreeMap::new(),
            onsets: BTreeMap::new(),
            series: Vec::new(),
        }
    }

    /// Whether it was not run because what it stands on makes the same loop.
    #[must_use]
    pub fn is_already_so(&self) -> bool {
        self.refused.as_ref().is_some_and(|reason| reason.starts_with(ALREADY_SO))
    }

    /// Whether it costs no more than another: no larger a last set, and no more real points.
    #[must_use]
    pub fn is_no_dearer_than(&self, other: &Self) -> bool {
        self.size <= other.size + 1e-9 && self.real <= other.real + 1e-9
    }
}
