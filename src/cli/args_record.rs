//! The flags of `record`.

use super::args_common::{CacheArgs, Common};
use clap::Args;
use std::path::PathBuf;

/// `record`.
#[derive(Debug, Args)]
pub struct RecordArgs {
    /// Registry and threads.
    #[command(flatten)]
    pub common: Common,
    /// Cache: never used for trained networks, taken so that scripts need no other flags.
    #[command(flatten)]
    pub cache: CacheArgs,
    /// STUDY or STUDY/SIMULATION [default: every simulation of trained networks]
    #[arg(value_name = "STUDY[/SIMULATION]")]
    pub of: Option<String>,
    /// Only this arm, by its id: as-published, realistic, real-only, control:CLAIM, …
    #[arg(long, value_name = "ARM")]
    pub arm: Option<String>,
    /// Train nothing: take in trajectories made elsewhere, JSON lines with their provenance, marked as imported and counted nowhere
    #[arg(long, value_name = "FILE", conflicts_with_all = ["of", "arm", "list", "all", "rekey", "verify"])]
    pub import: Option<PathBuf>,
    /// Train nothing: say what would be trained, and what it takes
    #[arg(long, conflicts_with_all = ["all", "verify"])]
    pub list: bool,
    /// Train anew also what is recorded already
    #[arg(long)]
    pub all: bool,
    /// After a change of code that moves no number: train one replicate of every recorded cell again and, where every byte is the same, write the
    /// recording under its new key
    #[arg(long, conflicts_with_all = ["all", "verify", "list"])]
    pub rekey: bool,
    /// Write nothing: train everything that is recorded once more and compare byte by byte
    #[arg(long, conflicts_with = "all")]
    pub verify: bool,
}
