//! `lint`: every problem of the registry's files at once.

use super::args::{LintArgs, LintFormat};
use super::exit::Exit;
use super::gathered::{each, gathered};
use super::{registry, say};
use crate::Result;
use crate::registry::diagnostics;
use crate::registry::{Severity, Sources};

/// Everything `lint` says, as an exit code.
///
/// # Errors
/// A folder that cannot be read.
pub fn lint(args: &LintArgs, shipped: &Sources) -> Result<Exit> {
    let (sources, loaded) = registry::read(&args.common, shipped)?;
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
    let is_whole = loaded.registry.is_some() && loaded.problems.iter().all(|problem| problem.severity != Severity::Gap);
    Ok(if is_whole { Exit::AsExpected } else { Exit::Problems })
}
