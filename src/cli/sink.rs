//! One target written piece by piece: beside it and renamed at the end where it is absent or a regular file, straight through a device, a
//! pipe or standard output. What is dropped before its end leaves nothing.

use super::{leftover, say};
use crate::{Error, Result};
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use tempfile::{NamedTempFile, PersistError};

/// An open target.
pub struct Sink {
    target: PathBuf,
    way: Way,
}

/// How the bytes reach it.
enum Way {
    /// To a file beside it.
    Beside(NamedTempFile),
    /// To the device or pipe itself.
    Through(File),
    /// To standard output.
    Printed,
}

/// Whether anybody still takes what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Go on.
    Listens,
    /// A pipe was closed: what follows reaches nobody.
    Gone,
}

impl Sink {
    /// Opens a target; `-` is standard output.
    ///
    /// # Errors
    /// [`Error::Io`] with the path.
    pub fn open(target: &Path) -> Result<Self> {
        let trouble = |source: io::Error| Error::io("write", target, source);
        if target.as_os_str() == "-" {
            return Ok(Self { target: target.to_owned(), way: Way::Printed });
        }
        let is_regular = match fs::metadata(target) {
            Ok(found) => found.is_file(),
            Err(absent) if absent.kind() == ErrorKind::NotFound => true,
            Err(source) => return Err(trouble(source)),
        };
        if !is_regular {
            let through = OpenOptions::new().write(true).open(target).map_err(trouble)?;
            return Ok(Self { target: target.to_owned(), way: Way::Through(through) });
        }
        // A link is followed, so that the file it names is replaced and the link stays.
        let target = fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.is_dir() {
            return Err(trouble(io::Error::new(ErrorKind::NotFound, "its folder is not there")));
        }
        leftover::sweep(folder);
        let beside = leftover::file_beside(folder).map_err(|refused| trouble(refused.kind().into()))?;
        Ok(Self { target, way: Way::Beside(beside) })
    }

    /// Writes the next bytes.
    ///
    /// # Errors
    /// [`Error::Io`] with the path.
    pub fn write(&mut self, bytes: &[u8]) -> Result<Reader> {
        let written = match &mut self.way {
            Way::Beside(file) => file.write_all(bytes),
            Way::Through(file) => file.write_all(bytes),
            Way::Printed => {
                let written = io::stdout().lock().write_all(bytes);
                if matches!(&written, Err(trouble) if trouble.kind() == ErrorKind::BrokenPipe) {
                    return Ok(Reader::Gone);
                }
                return say::printed(written).map(|()| Reader::Listens);
            }
        };
        written.map(|()| Reader::Listens).map_err(|source| Error::io("write", &self.target, source))
    }

    /// Puts what was written into its place.
    ///
    /// # Errors
    /// [`Error::Io`] with the path.
    pub fn finish(self) -> Result<()> {
        self.put(|file, target| file.persist(target).map(drop))
    }

    /// The same where nothing stands there yet.
    ///
    /// # Errors
    /// [`Error::Io`] with the path, also where something has come to stand there meanwhile.
    pub fn finish_new(self) -> Result<()> {
        self.put(|file, target| file.persist_noclobber(target).map(drop))
    }

    fn put(self, into_place: fn(NamedTempFile, &Path) -> std::result::Result<(), PersistError>) -> Result<()> {
        let target = &self.target;
        let trouble = |source: io::Error| Error::io("write", target, source);
        match self.way {
            Way::Beside(file) => {
                file.as_file().sync_all().map_err(trouble)?;
                give_rights(file.path(), target)?;
                into_place(file, target).map_err(|refused| Error::io("rename", target, refused.error))
            }
            Way::Through(mut file) => file.flush().map_err(trouble),
            Way::Printed => say::printed(io::stdout().lock().flush()),
        }
    }
}

/// A temporary file is for its owner alone; the finished one has the rights of the file it replaces, or the usual ones.
#[cfg(unix)]
fn give_rights(beside: &Path, target: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let rights = fs::metadata(target).map_or_else(|_| fs::Permissions::from_mode(0o644), |found| found.permissions());
    fs::set_permissions(beside, rights).map_err(|source| Error::io("write", target, source))
}

#[cfg(not(unix))]
fn give_rights(_: &Path, _: &Path) -> Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_in_place_when_it_is_finished_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.csv");
        fs::write(&path, "old").unwrap();
        let mut sink = Sink::open(&path).unwrap();
        assert_eq!(sink.write(b"a").unwrap(), Reader::Listens);
        sink.write(b"b").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"old");
        sink.finish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"ab");
        drop(Sink::open(&path).unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"ab");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing lies beside it");
    }
}
