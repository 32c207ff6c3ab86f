//! `lint`: every problem of the registry's files at once.

use super::args::{LintArgs, LintFormat};
use super::exit::Exit;
use super::gathered::{each, gathered};
use super::session::{MEND_IMPORT, MEND_RECORDING};
use super::{registry, say};
use crate::Result;
use crate::plan::recorded::Damaged;
use crate::plan::{Recordings, imported};
use crate::registry::diagnostics;
use crate::registry::{Problem, Severity, Sources};

/// Everything `lint` says, as an exit code.
///
/// # Errors
/// A folder that cannot be read.
pub fn lint(args: &LintArgs, shipped: &Sources) -> Result<Exit> {
    let (sources, mut loaded) = registry::read(&args.common, shipped)?;
    loaded.problems.extend(damaged(&sources));
    let text = match args.format {
        LintFormat::Human => {
            let shown = diagnostics::human(&gathered(&loaded.problems, &sources), &sources, say::colour());
            let count = loaded.registry.as_ref().map_or_else(String::new, |registry| {
                format!(" in {} studies and {} claims", registry.studies.len(), registry.claims.len())
            });
            format!("{shown}{}{count}\n", diagnostics::summary(&loaded.problems))
        }
        LintFormat::Json => format!("{}\n", diagnostics::json(&each(&loaded.problems))),
        LintFormat::Github => diagnostics::github(&each(&loaded.problems), &registry::prefix(registry::folder(&args.common).as_deref())),
    };
    if args.format == LintFormat::Human {
        say::styled(&text)?
    } else {
        say::out(&text)?
    }
    let stops = |problem: &Problem| matches!(problem.severity, Severity::Problem | Severity::Gap);
    let is_whole = loaded.registry.is_some() && !loaded.problems.iter().any(stops);
    Ok(if is_whole { Exit::AsExpected } else { Exit::Problems })
}

/// Recordings and imports that are not as they were written, one problem a file.
fn damaged(sources: &Sources) -> Vec<Problem> {
    sources.files().filter_map(|(name, text)| damage(name, text)).collect()
}

fn damage(name: &str, text: &str) -> Option<Problem> {
    if let Err(damaged) = Recordings::read([(name, text)]) {
        return Some(problem(text, damaged, MEND_RECORDING));
    }
    let brought = imported::read_all([(name, text)]).err()?;
    Some(problem(text, brought, MEND_IMPORT))
}

fn problem(text: &str, Damaged { file, line, message }: Damaged, remedy: &str) -> Problem {
    let start = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let remedy = remedy.to_owned();
    Problem { code: "unreadable-file", file, span: start..start, line, column: 1, message, remedy, severity: Severity::Problem }
}
