//! The fixed words: definitions of collapse, realism conditions, metrics, levels, fidelity.
//!
//! Every id is the same in TOML, on the command line, in reports and in Rust. This room depends on nothing and
//! decides nothing; it only names things and says in one sentence what each name means.

mod condition;
mod definition;
mod fidelity;
mod metric;
mod word;

pub use condition::{Condition, RealismLevel};
pub use definition::{Against, Basis, Definition, Family, Functional, Meaning, MeaningKey};
pub use fidelity::{Author, Fidelity, Knowledge, Role, Size};
pub use metric::Metric;
pub use word::{UnknownWord, Word, nearest, words};
