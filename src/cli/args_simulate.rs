//! The flags of `simulate`.

use super::args_common::{Common, TableFormat};
use clap::Args;
use std::path::PathBuf;

/// The most replicates one command can ask for.
const REPLICATES: i64 = 100_000_000;

/// Flags that describe a setup of their own; a listed simulation is changed with `--set` instead.
const FLAGS: [&str; 9] = ["truth", "model", "regime", "dimension", "synthesis", "sampling", "samples", "generations", "method"];

/// What a claim's statistic leaves no choice of.
const CHOSEN: [&str; 6] = ["arm", "cell", "replicate", "metrics", "record", "plot"];

/// What the help shows at its end.
const EXAMPLES: &str = "Examples:
  collapse-audit simulate --truth gaussian --model gaussian --summary
  collapse-audit simulate --truth gaussian --model gaussian --regime accumulate --generations 50 --replicates 200 --plot variance.svg
  collapse-audit simulate --truth categorical --set truth.law=zipf --set truth.categories=100 --set truth.exponent=1 --model categorical --summary
  collapse-audit simulate shumailov-2024-nature/gaussian --arm realistic --replicates 100 --out runs.csv
  collapse-audit simulate shumailov-2024-nature/gaussian --set regime=accumulate --summary
  collapse-audit simulate --truth gaussian --model gaussian --generations 1000 --record 1,10,100,1000 --replicates 100000 --npy runs.npy

Left out, --samples is 100, --generations 20, --regime replace, and --metrics every metric of the pair; `list truths NAME` and
`list models NAME` show the keys of a truth or a model, which of them must be given, the defaults of the others, and the metrics.
A replicate that ends before its last generation is a result and no error: standard error says which and why, its last line if all do,
and the exit code is 0.";

/// `simulate`: a listed run, or a setup from flags whose words are those of the TOML.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, allow_negative_numbers = true)]
pub struct SimulateArgs {
    /// Registry and threads.
    #[command(flatten)]
    pub common: Common,
    /// A listed simulation
    #[arg(value_name = "STUDY/SIMULATION", conflicts_with_all = FLAGS)]
    pub target: Option<String>,
    /// An arm of it: as-published, a world (`list overlays`), a condition, without-CONDITION, two conditions (accumulate+quality), of a claim its control (control:CLAIM) or the sides of its condition (holds:CLAIM, fails:CLAIM), and the real-only twin of any (real-only, real-only:ARM); not with --set
    #[arg(long, requires = "target", default_value = "as-published")]
    pub arm: String,
    /// One cell, `samples=100;truth.dimension=10` [default: every cell]
    #[arg(long, requires = "target")]
    pub cell: Option<String>,
    /// One replicate [default: as many as --replicates]
    #[arg(long, value_name = "K", conflicts_with = "replicates", value_parser = clap::value_parser!(u32).range(0..REPLICATES))]
    pub replicate: Option<u32>,
    /// Change a key of the simulation: `regime=accumulate`, `truth.dimension=3`; as often as there are keys, not with --arm or --claim
    #[arg(long, value_name = "PATH=VALUE")]
    pub set: Vec<String>,
    /// Kind of truth (`list truths`)
    #[arg(long, required_unless_present = "target")]
    pub truth: Option<String>,
    /// Kind of model (`list models`)
    #[arg(long, required_unless_present = "target")]
    pub model: Option<String>,
    /// Regime (`list regimes`) [default: replace]
    #[arg(long)]
    pub regime: Option<String>,
    /// Dimension of the truth [default: 1 where it takes one]
    #[arg(long)]
    pub dimension: Option<u32>,
    /// Synthesis, for example `{ kind = "labels", inputs = "reused", choice = "sampled" }`
    #[arg(long)]
    pub synthesis: Option<String>,
    /// Sampling, for example `{ kind = "variance-scale", scale = 0.9 }`
    #[arg(long)]
    pub sampling: Option<String>,
    /// Examples per generation: a number or a schedule [default: 100]
    #[arg(long, allow_negative_numbers = true)]
    pub samples: Option<String>,
    /// Number of generations [default: 20]
    #[arg(long, value_name = "T")]
    pub generations: Option<u32>,
    /// Number of replicates [default: 1; with --summary or --plot 256]
    #[arg(long, value_name = "R", value_parser = clap::value_parser!(u32).range(1..=REPLICATES))]
    pub replicates: Option<u32>,
    /// Root seed
    #[arg(long, value_name = "S", default_value_t = crate::cli::DEFAULT_SEED)]
    pub seed: u64,
    /// Metrics, separated by commas [default: those of the listed simulation, else every metric of truth and model]
    #[arg(long, value_delimiter = ',')]
    pub metrics: Vec<String>,
    /// Generations that are written, separated by commas [default: every generation; of a summary or a plot those of the study's own run]
    #[arg(long, value_name = "T,…", value_delimiter = ',', value_parser = clap::value_parser!(u32).range(1..))]
    pub record: Vec<u32>,
    /// auto, statistics or samples
    #[arg(long)]
    pub method: Option<String>,
    /// Per generation the mean, the median and the 10 % and 90 % points over replicates, instead of every value
    #[arg(long)]
    pub summary: bool,
    /// With --summary: the statistic of this claim's own test, with its interval, from --replicates of the arms that it reads; not with --set
    #[arg(long, value_name = "CLAIM", requires = "target", requires = "summary", conflicts_with_all = CHOSEN)]
    pub claim: Option<String>,
    /// Draw the summary: median, band and mean over generations
    #[arg(long, value_name = "FILE.svg")]
    pub plot: Option<PathBuf>,
    /// Form of the summary
    #[arg(long, value_enum, default_value_t = TableFormat::Table, requires = "summary")]
    pub format: TableFormat,
    /// Write every value as one NumPy array of records instead of CSV: fields cell, replicate, generation and each metric, NaN where undefined
    #[arg(long, value_name = "FILE.npy", conflicts_with_all = ["summary", "plot", "out"])]
    pub npy: Option<PathBuf>,
    /// File for what would go to standard output, or -
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub out: PathBuf,
}
