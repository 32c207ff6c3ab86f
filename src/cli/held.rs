//! A file that only one process changes at a time.

use crate::{Error, Result};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// A hidden file beside the one that is changed, locked until this is dropped. A process that is killed lets go of it, whatever it leaves.
pub struct HeldLock {
    file: File,
    path: PathBuf,
}

impl HeldLock {
    /// Waits until nobody else holds `target`, then holds it.
    ///
    /// # Errors
    /// [`Error::Io`] where the file beside it cannot be made or locked.
    pub fn of(target: &Path) -> Result<Self> {
        let name = target.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let path = target.with_file_name(format!(".{name}.held"));
        loop {
            let open = || File::options().create(true).truncate(false).write(true).open(&path);
            let file = open().map_err(|source| Error::io("write", &path, source))?;
            file.lock().map_err(|source| Error::io("lock", &path, source))?;
            // Whoever held it before took the file away; then somebody else may hold the one that stands there now.
            if is_same(&file, &path) {
                return Ok(Self { file, path });
            }
        }
    }
}

impl Drop for HeldLock {
    fn drop(&mut self) {
        // Nothing depends on either: a file that stays is taken over, and the lock goes with the process.
        if cfg!(unix) {
            let _ = fs::remove_file(&self.path);
        }
        let _ = self.file.unlock();
    }
}

/// Whether the open file is the one that stands at `path`.
#[cfg(unix)]
fn is_same(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let name = |found: fs::Metadata| (found.dev(), found.ino());
    file.metadata().ok().map(name).is_some_and(|ours| fs::metadata(path).ok().map(name) == Some(ours))
}

/// Elsewhere the file is never taken away.
#[cfg(not(unix))]
fn is_same(_: &File, _: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_changes_a_file_and_none_waits_for_a_file_that_was_left() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("count");
        fs::write(&target, "0").unwrap();
        fs::write(folder.path().join(".count.held"), "").unwrap();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        let _held = HeldLock::of(&target).unwrap();
                        let count: u32 = fs::read_to_string(&target).unwrap().parse().unwrap();
                        fs::write(&target, (count + 1).to_string()).unwrap();
                    }
                });
            }
        });
        assert_eq!(fs::read_to_string(&target).unwrap(), "160");
    }
}
