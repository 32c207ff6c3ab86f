//! `lint`: every problem of the registry's files at once.

use super::args::{LintArgs, LintFormat};
use super::exit::Exit;
use super::{registry, say};
use crate::Result;
use crate::registry::Sources;
use crate::registry::diagnostics::{self, Colour};
use std::io::IsTerminal;

/// Everything `lint` says, as an exit code.
///
/// # Errors
/// A folder that cannot be read.
pub fn lint(args: &LintArgs, shipped: &Sources) -> Result<Exit> {
    let (sources, loaded) = registry::read(&args.common, shipped)?;
    let colour = if std::io::stdout().is_terminal() { Colour::Ansi } else { Colour::Plain };
    let text = match args.format {
        LintFormat::Human => {
            let shown = diagnostics::human(&loaded.problems, &sources, colour);
            let count = loaded.registry.as_ref().map_or_else(String::new, |registry| {
                format!(" in {} studies and {} claims", registry.studies.len(), registry.claims.len())
            });
            format!("{shown}{}{count}\n", diagnostics::summary(&loaded.problems))
        }
        LintFormat::Json => format!("{}\n", diagnostics::json(&loaded.problems)),
        LintFormat::Github => diagnostics::github(&loaded.problems, &registry::prefix(registry::folder(&args.common).as_deref())),
    };
    say::out(&text)?;
    Ok(if loaded.registry.is_some() { Exit::AsExpected } else { Exit::Problems })
}
