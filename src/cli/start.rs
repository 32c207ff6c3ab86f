//! `new`: both files of a study, or one more claim.

use super::args::{NewArgs, NewStudyArgs, NewWhat};
use super::held::HeldLock;
use super::{citation, output, registry, say};
use crate::registry::{Sources, template};
use crate::taxonomy::nearest;
use crate::{Error, Result};
use std::path::{Path, PathBuf};

/// Writes the files, all or none; never over existing ones.
///
/// # Errors
/// A bad or taken id, a registry that is compiled in, files that cannot be written.
pub fn new(args: &NewArgs, shipped: &Sources) -> Result<()> {
    let folder = registry::writable(registry::folder(&args.common))?;
    match &args.what {
        NewWhat::Study(asked) => {
            registry::sources(&args.common, shipped)?;
            study(&folder, asked)
        }
        NewWhat::Claim { study } => claim(args, shipped, &folder, study),
    }
}

fn study(folder: &Path, args: &NewStudyArgs) -> Result<()> {
    let known = citation::of(args.arxiv.as_deref(), args.bib.as_deref())?;
    let unnamed = || {
        Error::Usage("the entry lacks an author, a year or a title to name the study by; write `new study author-year-slug …`".to_owned())
    };
    let id = &args.id.clone().or(known.id).ok_or_else(unnamed)?;
    let files = template::new_study(id, &known.citation).map_err(Error::Usage)?;
    let files: Vec<(PathBuf, String)> = files.into_iter().map(|(name, body)| (folder.join(name), body)).collect();
    if let Some((taken, _)) = files.iter().find(|(path, _)| path.exists()) {
        return Err(Error::Usage(format!("{} exists already; choose another id or edit that file", taken.display())));
    }
    if let Some(missing) = files.iter().filter_map(|(path, _)| path.parent()).find(|folder| !folder.is_dir()) {
        let remedy = "make it, or name the folder that holds `studies` and `claims` with --registry DIR";
        return Err(Error::Registry(format!("{}: the registry lacks this folder; {remedy}", missing.display())));
    }
    output::write_new(&files)?;
    let text: String = files.iter().map(|(path, _)| format!("written: {}\n", path.display())).collect();
    say::out(&(text + "fill them in; `lint` says which field is next\n"))
}

fn claim(args: &NewArgs, shipped: &Sources, folder: &Path, study: &str) -> Result<()> {
    // The registry may have problems just now, so studies are told by their files.
    let sources = registry::sources(&args.common, shipped)?;
    let names = |name: &str| Some(name.strip_prefix("studies/")?.strip_suffix(".toml")?.to_owned());
    let known: Vec<String> = sources
        .files()
        .filter_map(|(name, _)| names(name))
        .filter(|id| template::new_study(id, &template::Citation::new()).is_ok())
        .collect();
    if !known.iter().any(|id| id == study) {
        let near = nearest(study, known.iter().map(String::as_str));
        let hint = near.map_or_else(|| "start it with `new study`".to_owned(), |near| format!("did you mean `{near}`?"));
        return Err(Error::Usage(format!("there is no study `{study}`; {hint}")));
    }
    let path = folder.join("claims").join(format!("{study}.toml"));
    let _held = HeldLock::of(&path)?;
    let old = match std::fs::read_to_string(&path) {
        Ok(old) => old,
        Err(trouble) if trouble.kind() == std::io::ErrorKind::NotFound => "schema = 1\n".to_owned(),
        Err(source) => return Err(Error::io("read", path, source)),
    };
    let body = format!("{}\n\n{}", old.trim_end(), template::new_claim());
    output::write_file(&path, body.as_bytes())?;
    say::out(&format!("a claim was added at the end of {}; `lint` says which field is next\n", path.display()))
}
