//! The laboratory of `collapse-audit`, usable alone: what numbers of a run are made of.
//!
//! [`sim`] draws real data, fits models to it and to their own output, and measures them; [`random`] gives every run
//! its streams; [`taxonomy`] holds the fixed words. Nothing here reads a study, prints, or judges:
//! `random, taxonomy` <- `sim`.

#[cfg(test)]
#[path = "../tests/common/mod.rs"]
mod naive;
pub mod random;
pub mod sim;
pub mod taxonomy;
