//! Flags that many commands have.

use super::output::Foreign;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Where the registry, the cache and the threads come from.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// Folder holding `studies/` and `claims/` [default: the checkout you are in, else the registry compiled in]
    #[arg(long, value_name = "DIR", global = true)]
    pub registry: Option<PathBuf>,
    /// Worker threads [default: one per core]
    #[arg(long, value_name = "N", global = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Start the programs that studies name as their engine (`engine = { kind = "external", … }`): code of others, run as you
    #[arg(long, global = true)]
    pub allow_external: bool,
}

/// Where earlier runs are kept.
#[derive(Debug, Clone, Args)]
pub struct CacheArgs {
    /// Folder of the run cache, of which the oldest runs go above 16 GiB [default: the user's cache folder]
    #[arg(long, value_name = "DIR", conflicts_with = "no_cache")]
    pub cache: Option<PathBuf>,
    /// Neither read nor write the cache
    #[arg(long)]
    pub no_cache: bool,
}

/// Formats of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// For people.
    Table,
    /// JSON.
    Json,
    /// CSV.
    Csv,
}

/// What a command that writes a folder does with files of others in it.
#[derive(Debug, Clone, Copy, Args)]
pub struct Force {
    /// Write over files in the way that no earlier run wrote there
    #[arg(long)]
    force: bool,
}

impl Force {
    /// What becomes of files in the way.
    #[must_use]
    pub const fn foreign(self) -> Foreign {
        if self.force { Foreign::Replace } else { Foreign::Keep }
    }
}
