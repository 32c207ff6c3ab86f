//! The command line: the only room that prints. Each command has a file; words and flags stand in `args`.

mod accept;
mod adhoc;
mod args;
mod args_common;
mod args_record;
mod args_simulate;
mod args_tools;
mod cache;
mod calibrate;
mod check;
mod check_rows;
mod citation;
mod cite;
mod diff;
mod drafts;
mod emit;
mod exit;
mod explain;
mod gathered;
mod heading;
mod held;
mod import;
mod kinds;
mod leftover;
mod lint;
mod list;
mod manual;
mod meaning;
mod npy;
pub mod output;
mod placed;
mod plan;
mod progress;
mod record;
mod registry;
mod released;
mod reseed;
mod rows;
mod run;
mod say;
mod schema;
mod screen;
mod session;
mod show;
mod simulate;
mod sink;
mod site;
mod spot;
mod start;
mod statistic;
mod summary;
mod table;

pub use output::read_report;

use crate::registry::Sources;
use args::{Cli, Command};
use clap::Parser;
use exit::Exit;
use std::process::ExitCode;

/// The root seed of a run that names none: the date of the position paper's second version.
pub const DEFAULT_SEED: u64 = crate::plan::recorded::SEED.0;

/// Runs the command line and gives its exit code. Outside a checkout the registry is the one `shipped`.
#[must_use]
pub fn main(shipped: &Sources) -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            if error.use_stderr() {
                let _ = error.print();
                return Exit::Usage.into();
            }
            return obey(|| say::printed(error.print()).map(|()| Exit::AsExpected));
        }
    };
    end_on_faults();
    obey(|| dispatch(&cli.command, shipped))
}

/// A fault of ours ends the program at once with a code of its own, whichever thread finds it: releases are built without unwinding.
fn end_on_faults() {
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |fault| {
        tell(fault);
        say::err("this is a fault of collapse-audit, not of your input: please report it with the command you gave\n");
        std::process::exit(Exit::Internal as i32);
    }));
}

/// How many cells a command line of `simulate` asks for, after every check that comes before a run.
///
/// # Errors
/// What the command would complain of.
pub fn cells_of(words: impl IntoIterator<Item = String>, shipped: &Sources) -> crate::Result<usize> {
    let cli = Cli::try_parse_from(words).map_err(|error| crate::Error::Usage(error.to_string()))?;
    match &cli.command {
        Command::Simulate(args) => simulate::cells(args, shipped),
        _ => Err(crate::Error::Usage("expected the command `simulate`".to_owned())),
    }
}

fn obey(command: impl FnOnce() -> crate::Result<Exit>) -> ExitCode {
    match command() {
        Ok(exit) => exit.into(),
        Err(error) => {
            say::err(&format!("error: {error}\n"));
            Exit::from(&error).into()
        }
    }
}

fn dispatch(command: &Command, shipped: &Sources) -> crate::Result<Exit> {
    let done = |result: crate::Result<()>| result.map(|()| Exit::AsExpected);
    match command {
        Command::Run(args) => done(run::run(args, shipped)),
        Command::Check(args) => check::check(args, shipped),
        Command::Lint(args) => lint::lint(args, shipped),
        Command::New(args) => done(start::new(args, shipped)),
        Command::List(args) => done(list::list(args, shipped)),
        Command::Show(args) => done(show::show(args, shipped)),
        Command::Explain(args) => done(explain::explain(args, shipped)),
        Command::Diff(args) => diff::diff(args),
        Command::Accept(args) => done(accept::accept(args, shipped)),
        Command::Simulate(args) => done(simulate::simulate(args, shipped)),
        Command::Plan(args) => done(plan::plan(args, shipped)),
        Command::Merge(args) => done(run::merge(args, shipped)),
        Command::Schema(args) => done(schema::schema(args)),
        Command::Cite(args) => done(cite::cite(args, shipped)),
        Command::Calibrate(args) => done(calibrate::calibrate(args, shipped)),
        Command::Reseed(args) => done(reseed::reseed(args, shipped)),
        Command::Record(args) => done(record::record(args, shipped)),
        Command::Cache(args) => done(cache::cache(args)),
        Command::Completions(args) => done(manual::completions(args)),
        Command::Man(args) => done(manual::pages(args)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Set in the process that is to end by a fault.
    const FAULT: &str = "COLLAPSE_AUDIT_TEST_FAULT";

    #[test]
    fn a_fault_on_a_thread_of_a_run_ends_the_program_in_seventy_and_asks_for_a_report() {
        if std::env::var_os(FAULT).is_some() {
            end_on_faults();
            rayon::scope(|run| run.spawn(|_| panic!("a planted fault")));
        }
        let name = "cli::tests::a_fault_on_a_thread_of_a_run_ends_the_program_in_seventy_and_asks_for_a_report";
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        let ended = command.args([name, "--exact", "--nocapture"]).env(FAULT, "").output().unwrap();
        let told = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(70), "{told}");
        assert!(told.contains("a planted fault") && told.contains("a fault of collapse-audit, not of your input"), "{told}");
    }
}
