//! A file that only one process changes at a time.

use crate::{Error, Result};
use std::fs::{self, File, TryLockError};
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// So long somebody else is waited for who changes a file: a change takes far less.
const PATIENCE: Duration = Duration::from_secs(60);

/// So long between two looks.
const PAUSE: Duration = Duration::from_millis(5);

/// A file that is locked until this is dropped and says who locked it. A process that is killed lets go of it, whatever it leaves.
pub struct HeldLock {
    file: File,
    path: PathBuf,
}

/// What became of an attempt.
pub enum Attempt {
    /// It is ours.
    Held(HeldLock),
    /// Somebody else holds it: who, in words.
    Taken(String),
}

impl HeldLock {
    /// Waits until nobody else holds `target`, then holds it by a hidden file beside it.
    ///
    /// # Errors
    /// [`Error::Io`] where the file beside it cannot be made or locked, [`Error::Content`] where somebody keeps it for a minute.
    pub fn of(target: &Path) -> Result<Self> {
        Self::within(PATIENCE, target)
    }

    fn within(patience: Duration, target: &Path) -> Result<Self> {
        let name = target.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let path = target.with_file_name(format!(".{name}.held"));
        let start = Instant::now();
        loop {
            match Self::attempt(&path)? {
                Attempt::Held(held) => return Ok(held),
                Attempt::Taken(who) if start.elapsed() >= patience => {
                    let message = format!("{who} has been changing it for a minute; let that end, then try again");
                    return Err(Error::Content { path: target.to_owned(), message });
                }
                Attempt::Taken(_) => std::thread::sleep(PAUSE),
            }
        }
    }

    /// Holds the file at `path` itself unless somebody else does.
    ///
    /// # Errors
    /// [`Error::Io`] where it cannot be made or locked.
    pub fn attempt(path: &Path) -> Result<Attempt> {
        loop {
            let open = || File::options().create(true).truncate(false).write(true).open(path);
            let file = open().map_err(|source| Error::io("write", path, source))?;
            match file.try_lock() {
                // Whoever held it before took the file away; then somebody else may hold the one that stands there now.
                Ok(()) if is_same(&file, path) => {
                    let held = Self { file, path: path.to_owned() };
                    held.sign();
                    return Ok(Attempt::Held(held));
                }
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(Attempt::Taken(holder(path))),
                Err(TryLockError::Error(source)) => return Err(Error::io("lock", path, source)),
            }
        }
    }

    /// Writes down who holds it. What cannot be written costs others a name and nothing else.
    fn sign(&self) {
        let words: Vec<String> = std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
        let mut file = &self.file;
        let _ = file.set_len(0).and_then(|()| file.rewind());
        let _ = write!(file, "process {} (`{}`)", std::process::id(), words.join(" "));
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

/// Who holds a file, as far as that can be read.
fn holder(path: &Path) -> String {
    fs::read_to_string(path).ok().filter(|who| !who.trim().is_empty()).unwrap_or_else(|| "another process".to_owned())
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

    #[test]
    fn nobody_waits_for_ever_and_who_holds_a_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("lock");
        let held = HeldLock::of(&target).unwrap();
        let trouble = HeldLock::within(Duration::from_millis(20), &target).map(drop).unwrap_err().to_string();
        assert!(trouble.contains(&format!("lock: process {} (`", std::process::id())), "{trouble}");
        drop(held);
        assert!(HeldLock::within(Duration::ZERO, &target).is_ok());
    }
}
