//! `schema`: what editors complete from.

use super::args::{SchemaArgs, SchemaWhat};
use super::say;
use crate::Result;
use crate::audit::Audit;
use crate::plan::external;
use crate::registry::schema as formats;

/// Prints a JSON Schema.
///
/// # Errors
/// When standard output cannot be written.
pub fn schema(args: &SchemaArgs) -> Result<()> {
    let schema = match args.what {
        SchemaWhat::Studies => formats::studies(),
        SchemaWhat::Claims => formats::claims(),
        SchemaWhat::Audit => schemars::schema_for!(Audit).to_value(),
        SchemaWhat::External => external::schema(),
    };
    say::out(&format!("{schema:#}\n"))
}
