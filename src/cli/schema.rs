//! `schema` and `completions`: what editors and shells complete from.

use super::args::{Cli, CompletionsArgs, SchemaArgs, SchemaWhat};
use super::say;
use crate::Result;
use crate::audit::Audit;
use crate::registry::schema as formats;
use clap::CommandFactory;

/// Prints a JSON Schema.
///
/// # Errors
/// When standard output cannot be written.
pub fn schema(args: &SchemaArgs) -> Result<()> {
    let schema = match args.what {
        SchemaWhat::Studies => formats::studies(),
        SchemaWhat::Claims => formats::claims(),
        SchemaWhat::Audit => schemars::schema_for!(Audit).to_value(),
    };
    say::out(&format!("{schema:#}\n"))
}

/// Prints a completion script.
///
/// # Errors
/// When standard output cannot be written.
pub fn completions(args: &CompletionsArgs) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "collapse-audit", &mut script);
    say::out(&String::from_utf8_lossy(&script))
}
