//! `collapse-audit`: an executable audit of the model-collapse literature.
//!
//! The program reads as its pipeline; each room may use only what stands to its left:
//! `taxonomy, random, numeric` <- `sim` <- `registry` <- `plan` <- `verdict` <- `drive` <- `audit` <- `report` <- `cli`.
//! `taxonomy`, `random` and `sim` are the laboratory, a package of its own (`crates/lab`); so is the binary (`crates/cli`), which holds the
//! registry that ships with it.

pub mod audit;
pub mod cli;
pub mod drive;
mod error;
pub mod fingerprint;
pub mod numeric;
pub mod plan;
pub mod registry;
pub mod report;
pub mod verdict;

pub use error::{Error, Result};
pub use lab::{random, sim, taxonomy};
