//! The folder of a report while a run works for it: tried before anything is run, and held by one run at a time, so that pages of two are never
//! mixed.

use super::held::{Attempt, HeldLock};
use super::leftover;
use crate::{Error, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// The file by which the folder is held.
const HELD: &str = ".collapse-audit-held";

/// A folder that can be written and that nobody else writes until this is dropped.
pub struct Site {
    held: Option<HeldLock>,
    /// Folders that were made for it, the innermost first.
    made: Vec<PathBuf>,
}

impl Site {
    /// Takes the folder, making it if need be; where nothing is written in the end, nothing of the attempt stays.
    ///
    /// # Errors
    /// [`Error::Io`] with the path where it cannot be written, [`Error::Content`] with who holds it, [`Error::Usage`] where it is the `registry`.
    pub fn take(folder: &Path, registry: Option<&Path>) -> Result<Self> {
        let is_missing = |above: &&Path| !above.as_os_str().is_empty() && !above.exists();
        let made = folder.ancestors().take_while(is_missing).map(Path::to_path_buf).collect();
        let mut site = Self { held: None, made };
        fs::create_dir_all(folder).map_err(|source| Error::io("create", folder, source))?;
        if registry.is_some_and(|registry| is_of(folder, registry)) {
            let message = "the registry is here, and with a report in it would be taken for one; name another folder, such as report";
            return Err(Error::Usage(format!("--out {}: {message}", folder.display())));
        }
        leftover::folder_beside(folder).map(drop)?;
        site.held = match HeldLock::attempt(&folder.join(HELD)) {
            Ok(Attempt::Held(held)) => Some(held),
            Ok(Attempt::Taken(who)) => {
                let message = format!("{who} is writing a report here; let it end, or name another folder with --out");
                return Err(Error::Content { path: folder.to_owned(), message });
            }
            // Where the file system knows no locks, a folder can still be written.
            Err(_) => None,
        };
        Ok(site)
    }
}

/// Whether a folder is the registry's own or lies in its files' folders.
fn is_of(folder: &Path, registry: &Path) -> bool {
    let (Ok(folder), Ok(registry)) = (fs::canonicalize(folder), fs::canonicalize(registry)) else { return false };
    folder == registry || ["studies", "claims"].iter().any(|own| folder.starts_with(registry.join(own)))
}

impl Drop for Site {
    fn drop(&mut self) {
        drop(self.held.take());
        // Only folders that are still empty can be removed.
        self.made.iter().for_each(|made| drop(fs::remove_dir(made)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_held_by_one_at_a_time_and_leaves_nothing_where_nothing_was_written() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("deep/report");
        let first = Site::take(&folder, None).unwrap();
        let refused = Site::take(&folder, None).map(drop).unwrap_err().to_string();
        assert!(refused.contains(&format!("report: process {} (`", std::process::id())) && refused.contains("--out"), "{refused}");
        drop(first);
        assert!(!place.path().join("deep").exists());
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(HELD), "process 1, killed").unwrap();
        let second = Site::take(&folder, None).expect("a file that was left holds nothing");
        fs::write(folder.join("page"), "x").unwrap();
        drop(second);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "the page alone");
    }

    #[test]
    fn a_report_is_written_beside_a_registry_and_never_into_it() {
        let place = tempfile::tempdir().unwrap();
        fs::create_dir(place.path().join("studies")).unwrap();
        let take = |name: &str| Site::take(&place.path().join(name), Some(place.path())).map(drop);
        for wrong in [".", "studies", "studies/deep/report", "claims/new"] {
            assert!(matches!(take(wrong), Err(Error::Usage(_))), "{wrong}");
        }
        assert_eq!(fs::read_dir(place.path().join("studies")).unwrap().count(), 0);
        assert!(take("report").is_ok() && take("studies-report").is_ok());
    }
}
