//! What a write that was killed midway leaves beside its target: hidden, named after the program, and held by a lock while it is alive.

use crate::{Error, Result};
use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// How the names start of what is written beside a target.
pub const PREFIX: &str = ".collapse-audit-";

/// So many letters and digits follow.
const RANDOM: usize = 6;

/// The file that holds a folder: locked for as long as its writer lives.
pub const HELD: &str = ".held";

/// Younger things may not be held yet.
const GRACE: Duration = Duration::from_secs(60);

/// A folder beside the pages of `folder`, held until it is dropped.
///
/// # Errors
/// [`Error::Io`] with the folder.
pub fn folder_beside(folder: &Path) -> Result<(tempfile::TempDir, File)> {
    let trouble = |source| Error::io("write", folder, source);
    let beside = tempfile::Builder::new().prefix(PREFIX).rand_bytes(RANDOM).tempdir_in(folder).map_err(trouble)?;
    let held = File::create(beside.path().join(HELD)).map_err(trouble)?;
    // Where the file system knows no locks, leftovers are told by their age alone.
    let _ = held.lock();
    Ok((beside, held))
}

/// A file beside one in `folder`, held until it is dropped or renamed.
///
/// # Errors
/// The system's.
pub fn file_beside(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let beside = tempfile::Builder::new().prefix(PREFIX).rand_bytes(RANDOM).tempfile_in(folder)?;
    let _ = beside.as_file().lock();
    Ok(beside)
}

/// Removes what earlier writes left in `folder` when they were killed. What cannot be removed stays: nothing depends on it.
pub fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_ours =
            name.strip_prefix(PREFIX).is_some_and(|rest| rest.len() == RANDOM && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        let path = entry.path();
        let Ok(kind) = entry.file_type() else { continue };
        if !is_ours || kind.is_symlink() || !is_old(&path) {
            continue;
        }
        if kind.is_dir() {
            if !is_held(&path.join(HELD)) {
                let _ = fs::remove_dir_all(&path);
            }
        } else if !is_held(&path) {
            let _ = fs::remove_file(&path);
        }
    }
}

fn is_old(path: &Path) -> bool {
    let age = fs::metadata(path).and_then(|found| found.modified()).ok().and_then(|then| SystemTime::now().duration_since(then).ok());
    age.is_some_and(|age| age > GRACE)
}

/// Whether a writer that lives holds this file; one that is not there is held by nobody.
fn is_held(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| matches!(file.try_lock(), Err(fs::TryLockError::WouldBlock)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aged(path: &Path) {
        let then = SystemTime::now() - 2 * GRACE;
        File::open(path).unwrap().set_modified(then).unwrap();
    }

    #[test]
    fn what_a_killed_write_left_is_swept_and_what_is_alive_or_not_ours_stays() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in [".collapse-audit-aB3dE6", ".collapse-audit-manifest", ".collapse-audit-notes1x"] {
            fs::write(at(name), "x").unwrap();
            aged(&at(name));
        }
        fs::create_dir_all(at(".collapse-audit-dead01/studies")).unwrap();
        fs::write(at(".collapse-audit-dead01/.held"), "").unwrap();
        aged(&at(".collapse-audit-dead01"));
        fs::write(at(".collapse-audit-young1"), "x").unwrap();
        let (alive, _held) = folder_beside(folder.path()).unwrap();
        aged(alive.path());
        sweep(folder.path());
        let mut left: Vec<String> =
            fs::read_dir(folder.path()).unwrap().map(|one| one.unwrap().file_name().to_string_lossy().into_owned()).collect();
        left.sort();
        let mut expected = vec![
            ".collapse-audit-manifest".to_owned(),
            ".collapse-audit-notes1x".to_owned(),
            ".collapse-audit-young1".to_owned(),
            alive.path().file_name().unwrap().to_string_lossy().into_owned(),
        ];
        expected.sort();
        assert_eq!(left, expected);
    }
}
