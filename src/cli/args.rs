//! The command line as types. Words are those of the registry; every flag says what it takes.

pub use super::args_common::{CacheArgs, Common, Force, TableFormat};
pub use super::args_record::RecordArgs;
pub use super::args_simulate::SimulateArgs;
pub use super::args_tools::{CacheCommandArgs, CalibrateArgs, CiteArgs, CiteFormat, CompletionsArgs, SchemaArgs, SchemaWhat};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// An executable audit of the model-collapse literature.
#[derive(Debug, Parser)]
#[command(name = "collapse-audit", version, about, propagate_version = true, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 as expected, 1 verdicts drifted (check) or something differs (diff), 2 wrong usage, 3 the registry has problems,\n\
4 a claim accepted as decided came out undecided (check), 5 input or output failed, 70 internal fault, 130 interrupted."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the audit and write the report.
    Run(RunArgs),
    /// Run what the lock holds and say whether accepted verdicts still stand.
    Check(CheckArgs),
    /// Check the registry's files and show every problem at once.
    Lint(LintArgs),
    /// Start a study or a claim.
    New(NewArgs),
    /// List studies, claims and the fixed words.
    List(ListArgs),
    /// Show a study or a claim as the registry knows it.
    Show(ShowArgs),
    /// Say why, or what a word means: claim, study/simulation, study:condition, study:definition, any word of the report, or a problem code.
    Explain(ExplainArgs),
    /// Compare two audits: audit.json files, report folders, or one of each.
    Diff(DiffArgs),
    /// Write the verdicts of claims into the lock.
    Accept(AcceptArgs),
    /// Simulate listed runs, or any setup from flags: long CSV, a summary or a plot.
    Simulate(Box<SimulateArgs>),
    /// Show what would be run, with methods, costs and budgets.
    Plan(PlanArgs),
    /// Merge shards into a report.
    Merge(MergeArgs),
    /// Print the JSON Schema of a file format.
    Schema(SchemaArgs),
    /// Print citations of the registry's studies.
    Cite(CiteArgs),
    /// Measure the detectors' error rates on planted truth.
    Calibrate(CalibrateArgs),
    /// Ask every claim's own test again under fresh root seeds.
    Reseed(ReseedArgs),
    /// Train the networks of the registry and write down every replicate.
    Record(RecordArgs),
    /// Show what is kept between runs, and clear it.
    Cache(CacheCommandArgs),
    /// Print a shell completion script: `source <(collapse-audit completions bash)`.
    Completions(CompletionsArgs),
    /// Write the manual pages, one per command, into a folder.
    #[command(hide = true)]
    Man(ManArgs),
}

/// `run`.
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
pub struct RunArgs {
    /// Registry and threads.
    #[command(flatten)]
    pub common: Common,
    /// Cache.
    #[command(flatten)]
    pub cache: CacheArgs,
    /// Folder to write the report to [default: report/ for a whole run at full budget, else nothing is written]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Only these claims: `study:ID and not verdict:untested`; keys study, claim, definition, condition, family, verdict, fidelity, coder
    #[arg(long, value_name = "FILTER")]
    pub only: Option<String>,
    /// Root seed
    #[arg(long, value_name = "N", default_value_t = crate::cli::DEFAULT_SEED)]
    pub seed: u64,
    /// Stop after 512 replicates: same verdicts as a full run, or undecided
    #[arg(long)]
    pub quick: bool,
    /// Run part k of n, or one study, and write run data for `merge` (needs --out)
    #[arg(long, value_name = "k/n|STUDY", requires = "out")]
    pub shard: Option<String>,
    /// Weights of the realism conditions
    #[arg(long, value_name = "NAME", conflicts_with = "weights")]
    pub preset: Option<String>,
    /// A TOML file with `reason` and one number per condition
    #[arg(long, value_name = "FILE")]
    pub weights: Option<PathBuf>,
    /// Day of publication in ro-crate-metadata.json, YYYY-MM-DD [default: that of this release]
    #[arg(long, value_name = "DATE", value_parser = super::released::parse)]
    pub published: Option<String>,
    /// What becomes of files in the way.
    #[command(flatten)]
    pub force: Force,
}

/// `reseed`.
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
pub struct ReseedArgs {
    /// Registry and threads.
    #[command(flatten)]
    pub common: Common,
    /// Cache.
    #[command(flatten)]
    pub cache: CacheArgs,
    /// Only these claims
    #[arg(long, value_name = "FILTER")]
    pub only: Option<String>,
    /// Root seeds, from 1 on
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub seeds: u16,
    /// Stop after 512 replicates
    #[arg(long)]
    pub quick: bool,
    /// Write what was found to claims/fresh-seeds.toml, by which the report marks fragile claims; with --quick the error rates to
    /// claims/error-rate.toml, which the report prints
    #[arg(long, conflicts_with = "only")]
    pub write: bool,
}

/// `check`.
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
pub struct CheckArgs {
    /// Registry and threads.
    #[command(flatten)]
    pub common: Common,
    /// Cache.
    #[command(flatten)]
    pub cache: CacheArgs,
    /// Only these claims
    #[arg(long, value_name = "FILTER")]
    pub only: Option<String>,
    /// Draw afresh instead of with the lock's seed
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Output format
    #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
    pub format: CheckFormat,
    /// Recorded replicates of each chosen arm of trained networks to train again and compare
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub spot: u32,
}

/// Formats of `check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// For people.
    Human,
    /// GitHub workflow annotations.
    Github,
    /// JUnit XML.
    Junit,
    /// SARIF 2.1.0.
    Sarif,
    /// JSON.
    Json,
}

/// `lint`.
#[derive(Debug, Args)]
pub struct LintArgs {
    /// Registry and threads.
    #[command(flatten)]
    pub common: Common,
    /// Output format
    #[arg(long, value_enum, default_value_t = LintFormat::Human)]
    pub format: LintFormat,
}

/// Formats of `lint`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LintFormat {
    /// For people.
    Human,
    /// JSON.
    Json,
    /// GitHub workflow annotations.
    Github,
}

/// `new`.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// Registry and threads.
    #[command(flatten)]
    pub common: Common,
    /// What to start.
    #[command(subcommand)]
    pub what: NewWhat,
}

/// What `new` starts.
#[derive(Debug, Subcommand)]
pub enum NewWhat {
    /// Both files of a study, every key with its meaning, marked as a draft.
    Study(NewStudyArgs),
    /// One more claim at the end of a study's claims file.
    Claim {
        /// The study's id
        study: String,
    },
}

/// `new study`.
#[derive(Debug, Args)]
pub struct NewStudyArgs {
    /// `author-year-slug` [default: made from the entry of --bib]
    #[arg(required_unless_present = "bib")]
    pub id: Option<String>,
    /// arXiv number, 2401.01234: fills in year and month, and names the entry of --bib
    #[arg(long, value_name = "ID")]
    pub arxiv: Option<String>,
    /// A BibTeX file that holds the publication: fills in title, authors, year, DOI, venue
    #[arg(long, value_name = "FILE")]
    pub bib: Option<PathBuf>,
}

/// `list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Registry and threads.
    #[command(flatten)]
    pub common: Common,
    /// What to list; without it, what can be listed
    #[arg(value_enum)]
    pub what: Option<ListWhat>,
    /// Of models or truths: only this one, with its keys, their defaults and the metrics it has
    pub name: Option<String>,
    /// Of studies or definitions: claims by fidelity of their test, what stays untested (stubs among it: only the abstract was
    /// read), and the checks we added; drafts are left out
    #[arg(long)]
    pub coverage: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
}

/// What can be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListWhat {
    /// Studies.
    Studies,
    /// Claims.
    Claims,
    /// The eight definitions.
    Definitions,
    /// The eight realism conditions.
    Conditions,
    /// The worlds in numbers.
    Overlays,
    /// Models, and the truths each goes with.
    Models,
    /// Truths, and the models each goes with.
    Truths,
    /// Regimes.
    Regimes,
    /// Metrics.
    Metrics,
}

/// `show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Registry and threads.
    #[command(flatten)]
    pub common: Common,
    /// A study or a claim
    pub id: String,
}

/// `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Registry and threads.
    #[command(flatten)]
    pub common: Common,
    /// Cache.
    #[command(flatten)]
    pub cache: CacheArgs,
    /// CLAIM, STUDY/SIMULATION, STUDY:CONDITION, STUDY:DEFINITION, a word of the report (verdict, outcome, reason, world, threshold, …) or CODE
    #[arg(required = true, num_args = 1..)]
    pub what: Vec<String>,
}

/// `diff`.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// The older audit.json, or report folder
    pub old: PathBuf,
    /// The newer audit.json, or report folder
    pub new: PathBuf,
    /// Output format
    #[arg(long, value_enum, default_value_t = DiffFormat::Human)]
    pub format: DiffFormat,
}

/// Formats of `diff`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// For people.
    Human,
    /// Markdown for a pull request or a job summary.
    Markdown,
}

/// `accept`.
#[derive(Debug, Args)]
pub struct AcceptArgs {
    /// Registry and threads.
    #[command(flatten)]
    pub common: Common,
    /// Cache.
    #[command(flatten)]
    pub cache: CacheArgs,
    /// Full ids of claims; a study's id stands for all its claims
    #[arg(required_unless_present = "all", conflicts_with = "all", value_name = "CLAIM")]
    pub claims: Vec<String>,
    /// Every claim of the registry; entries of claims that are gone are removed
    #[arg(long)]
    pub all: bool,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

/// `plan`.
#[derive(Debug, Clone, Args)]
#[command(allow_negative_numbers = true)]
pub struct PlanArgs {
    /// Registry and threads.
    #[command(flatten)]
    pub common: Common,
    /// Only these claims
    #[arg(long, value_name = "FILTER")]
    pub only: Option<String>,
    /// Emit the plan for another program
    #[arg(long, value_enum)]
    pub emit: Option<Emit>,
    /// Shards of a Slurm array or a GitHub matrix; Snakemake has one per study
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub shards: u32,
    /// Root seed of the emitted run
    #[arg(long, value_name = "N", requires = "emit", default_value_t = crate::cli::DEFAULT_SEED)]
    pub seed: u64,
    /// Weights of the realism conditions in the emitted run
    #[arg(long, value_name = "NAME", requires = "emit", conflicts_with = "weights")]
    pub preset: Option<String>,
    /// A TOML file with `reason` and one number per condition, for the emitted run
    #[arg(long, value_name = "FILE", requires = "emit")]
    pub weights: Option<PathBuf>,
}

/// Forms of an emitted plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Emit {
    /// Every run as JSON.
    Json,
    /// A script for Slurm: `bash SCRIPT` submits a job array and the merge after it.
    Slurm,
    /// A Snakefile: a rule per study, with its files as inputs.
    Snakemake,
    /// A matrix for a GitHub workflow, to be read by `fromJSON`.
    GithubMatrix,
}

/// `merge`.
#[derive(Debug, Args)]
pub struct MergeArgs {
    /// Registry and threads.
    #[command(flatten)]
    pub common: Common,
    /// Folders written by `run --shard`
    #[arg(required = true, value_name = "SHARD")]
    pub shards: Vec<PathBuf>,
    /// Folder to write the report to
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Weights of the realism conditions [default: those that the shards were run with]
    #[arg(long, value_name = "NAME", conflicts_with = "weights")]
    pub preset: Option<String>,
    /// A TOML file with `reason` and one number per condition
    #[arg(long, value_name = "FILE")]
    pub weights: Option<PathBuf>,
    /// Day of publication in ro-crate-metadata.json, YYYY-MM-DD [default: that of this release]
    #[arg(long, value_name = "DATE", value_parser = super::released::parse)]
    pub published: Option<String>,
    /// What becomes of files in the way.
    #[command(flatten)]
    pub force: Force,
}

/// `man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// The folder
    #[arg(value_name = "DIR")]
    pub out: PathBuf,
}
