//! Designs: baseline loops, each under one change at a time and under every combination of others.
//!
//! A design answers no study. It says what causes collapse, how it shows first and what helps, on loops of its own; each point is
//! measured as a simulation is, and a new remedy, cause or variant is one table in its file.

use super::Cell;
use serde::Serialize;

/// Which question a design answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DesignId {
    /// What helps, and at what price.
    Remedies,
    /// What causes it.
    Causes,
    /// What shows first.
    Signs,
}

// The words are the names of the files in `studies/`; no study may bear them.
crate::taxonomy::words!(DesignId, "design", {
    Remedies => "mitigations",
    Causes => "causes",
    Signs => "signs",
});

impl DesignId {
    /// What its file calls the changes that are made one at a time; `None` where there are none.
    #[must_use]
    pub const fn option(self) -> Option<&'static str> {
        match self {
            Self::Remedies => Some("remedy"),
            Self::Causes => None,
            Self::Signs => Some("variant"),
        }
    }

    /// What its file calls the changes that are made in every combination.
    #[must_use]
    pub const fn crossed(self) -> &'static str {
        match self {
            Self::Remedies | Self::Signs => "setting",
            Self::Causes => "cause",
        }
    }
}

/// A design as its file has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Design {
    /// Which question it answers.
    pub id: DesignId,
    /// Why it is set up so.
    pub reason: String,
    /// Replicates of every arm at most.
    pub replicates: u32,
    /// Core-seconds of a loop at most, by the fixed cost formula.
    pub work: f64,
    /// Claims of studies that tell of its question what none of its loops can, by full id.
    pub beside: Vec<String>,
    /// What its loops may take in each world; `None` where they are not run there.
    pub worlds: Option<InWorlds>,
    /// Changes made in every combination, in the order of the file.
    pub crossed: Vec<Factor>,
    /// Changes made one at a time, in the order of the file; beside them there is the loop as it is.
    pub options: Vec<Factor>,
    /// The loops, in the order of the file.
    pub loops: Vec<Baseline>,
}

/// What the loops of a design may take in each world.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InWorlds {
    /// Why so much.
    pub reason: String,
    /// Replicates of every arm at most.
    pub replicates: u32,
    /// Core-seconds of a loop in one world at most, by the fixed cost formula.
    pub work: f64,
}

/// A change, and what is known of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Factor {
    /// Its name in the file.
    pub id: String,
    /// Its name in a table.
    pub title: String,
    /// Why it stands for what it is called.
    pub reason: String,
    /// Where it is proposed or described.
    pub locator: String,
    /// What it costs beside real points and training, in words.
    pub price: Option<String>,
    /// What the laboratory lacks to run it; nothing is then changed anywhere.
    pub missing: Option<String>,
}

/// A loop with its arms.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Baseline {
    /// Its name in the file.
    pub id: String,
    /// Its name in a table.
    pub title: String,
    /// Why it is there.
    pub reason: String,
    /// Every point of the design, the loop as it is first.
    pub arms: Vec<DesignArm>,
}

/// A point of a design in one loop.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DesignArm {
    /// The change made alone; `None` for the loop as it is.
    pub option: Option<String>,
    /// The others, in the order of the file.
    pub crossed: Vec<String>,
    /// What is run, or why the laboratory refuses it.
    pub cell: Result<Cell, String>,
}

impl DesignArm {
    /// Its name within the loop.
    #[must_use]
    pub fn label(&self) -> String {
        label(self.option.as_deref(), &self.crossed)
    }
}

/// The name of a point within its loop: `none`, `accumulate`, `accumulate+biased`.
#[must_use]
pub fn label(option: Option<&str>, crossed: &[String]) -> String {
    let parts: Vec<&str> = option.into_iter().chain(crossed.iter().map(String::as_str)).collect();
    if parts.is_empty() { "none".to_owned() } else { parts.join("+") }
}
