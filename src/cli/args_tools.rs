//! Flags of the commands beside the audit itself: schemas, citations, calibration, the cache, completions.

use super::args_common::{CacheArgs, Common, TableFormat};
use clap::{Args, ValueEnum};

/// `schema`.
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// Which file
    #[arg(value_enum)]
    pub what: SchemaWhat,
}

/// Files with a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaWhat {
    /// `studies/<study>.toml`.
    Studies,
    /// `claims/<study>.toml`.
    Claims,
    /// `audit.json`.
    Audit,
    /// What a program reads and writes that runs a simulation (`engine = { kind = "external", … }`).
    External,
}

/// `cite`.
#[derive(Debug, Args)]
pub struct CiteArgs {
    /// Registry and threads.
    #[command(flatten)]
    pub common: Common,
    /// Only these studies [default: all, drafts left out]
    #[arg(value_name = "STUDY")]
    pub studies: Vec<String>,
    /// Output format
    #[arg(long, value_enum, default_value_t = CiteFormat::Markdown)]
    pub format: CiteFormat,
}

/// Formats of `cite`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CiteFormat {
    /// BibTeX.
    Bibtex,
    /// A Markdown list.
    Markdown,
}

/// `calibrate`.
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
pub struct CalibrateArgs {
    /// Registry and threads.
    #[command(flatten)]
    pub common: Common,
    /// Planted ensembles per row of a detector; of a test up to twenty times as many
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
    pub trials: u32,
    /// Root seed
    #[arg(long, value_name = "N", default_value_t = crate::cli::DEFAULT_SEED)]
    pub seed: u64,
    /// Output format
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
    /// Keep the counts in claims/calibration.toml, which the report shows
    #[arg(long)]
    pub write: bool,
}

/// `cache`.
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
pub struct CacheCommandArgs {
    /// Cache.
    #[command(flatten)]
    pub cache: CacheArgs,
    /// Remove everything that is kept
    #[arg(long, conflicts_with = "limit")]
    pub clear: bool,
    /// Remove the oldest runs until at most so many megabytes are left
    #[arg(long, value_name = "MB", value_parser = clap::value_parser!(u64).range(0..=1_000_000_000))]
    pub limit: Option<u64>,
}

/// `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}
