//! `cite`: references of the registry's studies.

use super::args::{CiteArgs, CiteFormat};
use super::{registry, say, show};
use crate::registry::{Sources, Study};
use crate::{Result, audit};

/// Prints every reference, or those asked for.
///
/// # Errors
/// A registry with problems, a study that it does not have.
pub fn cite(args: &CiteArgs, shipped: &Sources) -> Result<()> {
    let registry = registry::load(&args.common, shipped)?;
    let one = |study| {
        let entry = audit::reference(study);
        match args.format {
            CiteFormat::Bibtex => format!("{}\n", entry.bibtex.trim_end()),
            CiteFormat::Markdown => format!("- {}\n", entry.text),
        }
    };
    if let Some(unknown) = args.studies.iter().find(|id| !registry.studies.contains_key(*id)) {
        return Err(show::unknown(&registry, unknown));
    }
    let is_asked = |study: &&Study| if args.studies.is_empty() { !study.draft } else { args.studies.contains(&study.id) };
    say::out(&registry.studies.values().filter(is_asked).map(one).collect::<String>())
}
