//! `cite`: references of the registry's studies.

use super::args::{CiteArgs, CiteFormat};
use super::{registry, say};
use crate::registry::Sources;
use crate::{Result, audit};

/// Prints every reference.
///
/// # Errors
/// A registry with problems.
pub fn cite(args: &CiteArgs, shipped: &Sources) -> Result<()> {
    let registry = registry::load(&args.common, shipped)?;
    let one = |study| {
        let entry = audit::reference(study);
        match args.format {
            CiteFormat::Bibtex => format!("{}\n", entry.bibtex.trim_end()),
            CiteFormat::Markdown => format!("- {}\n", entry.text),
        }
    };
    say::out(&registry.studies.values().filter(|study| !study.draft).map(one).collect::<String>())
}
