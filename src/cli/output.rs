//! Writing: a report folder whole or not at all, a single file beside its target and renamed, a device or pipe straight through.
//!
//! Takes finished pages and a target. A folder holds a manifest of what the last report wrote, so that a later report
//! removes the files it no longer has and leaves every other file alone; `audit.json` is renamed last, so its presence
//! means that the report beside it is complete.

use crate::report::Page;
use crate::{Error, Result};
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Component, Path, PathBuf};

/// The file that lists what a report wrote.
const MANIFEST: &str = ".collapse-audit-manifest";

/// The page that is put in place last.
const LAST: &str = "audit.json";

/// Writes a report into `folder`, making it if need be; gives the paths written, in order.
///
/// # Errors
/// [`Error::Io`] with the path that could not be written; the folder then still holds the earlier report.
pub fn write_report(folder: &Path, pages: &[Page]) -> Result<Vec<PathBuf>> {
    fs::create_dir_all(folder).map_err(|source| Error::io("create", folder, source))?;
    let earlier = read_manifest(folder)?;
    let beside =
        tempfile::Builder::new().prefix(".collapse-audit-").tempdir_in(folder).map_err(|source| Error::io("write", folder, source))?;
    for page in pages {
        write_through(&beside.path().join(&page.path), &page.bytes).map_err(|trouble| renamed(trouble, &folder.join(&page.path)))?;
    }
    let mut paths: Vec<&PathBuf> = pages.iter().map(|page| &page.path).collect();
    paths.sort_by_key(|path| (path.as_path() == Path::new(LAST), (*path).clone()));
    for path in &paths {
        make_way(folder, path)?;
    }
    // From here on only renames within one folder tree are left; the new manifest names old and new files until the end.
    let now: BTreeSet<PathBuf> = pages.iter().map(|page| page.path.clone()).collect();
    write_manifest(folder, &earlier.union(&now).cloned().collect())?;
    for path in &paths {
        let target = folder.join(path);
        fs::rename(beside.path().join(path), &target).map_err(|source| Error::io("rename", target, source))?;
    }
    for path in earlier.difference(&now) {
        remove(folder, path)?;
    }
    write_manifest(folder, &now)?;
    Ok(paths.into_iter().map(|path| folder.join(path)).collect())
}

/// Reads a report folder back: the files its manifest lists, or every file where it has none.
///
/// # Errors
/// [`Error::Io`] with the path that could not be read.
pub fn read_report(folder: &Path) -> Result<Vec<Page>> {
    let mut paths: Vec<PathBuf> = read_manifest(folder)?.into_iter().collect();
    if paths.is_empty() {
        paths = every_file(folder)?;
    }
    let read = |path: PathBuf| {
        let source = folder.join(&path);
        fs::read(&source).map(|bytes| Page { path, bytes }).map_err(|trouble| Error::io("read", source, trouble))
    };
    paths.into_iter().map(read).collect()
}

fn every_file(folder: &Path) -> Result<Vec<PathBuf>> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).map_err(|source| Error::io("read", &next, source))? {
            let path = entry.map_err(|source| Error::io("read", &next, source))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(inside) = path.strip_prefix(folder) {
                found.push(inside.to_owned());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Writes one file: beside and renamed where the target is absent or a regular file, straight through otherwise.
///
/// # Errors
/// [`Error::Io`] with the path.
pub fn write_file(target: &Path, bytes: &[u8]) -> Result<()> {
    let is_regular = match fs::metadata(target) {
        Ok(found) => found.is_file(),
        Err(trouble) if trouble.kind() == std::io::ErrorKind::NotFound => true,
        Err(source) => return Err(Error::io("write", target, source)),
    };
    if !is_regular {
        let mut through = fs::OpenOptions::new().write(true).open(target).map_err(|source| Error::io("write", target, source))?;
        return through.write_all(bytes).and_then(|()| through.flush()).map_err(|source| Error::io("write", target, source));
    }
    // A link is followed, so that the file it names is replaced and the link stays.
    let target = &fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut beside = tempfile::NamedTempFile::new_in(folder).map_err(|trouble| Error::io("write", target, trouble.kind().into()))?;
    beside.write_all(bytes).map_err(|source| Error::io("write", target, source))?;
    beside.as_file().sync_all().map_err(|source| Error::io("write", target, source))?;
    give_rights(beside.path(), target)?;
    beside.persist(target).map_err(|trouble| Error::io("rename", target, trouble.error))?;
    Ok(())
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

fn write_through(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|source| Error::io("create", folder, source))?;
    let write = || {
        let mut file = fs::File::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(|source| Error::io("write", path, source))
}

/// The same trouble, told of the file the user knows.
fn renamed(trouble: Error, path: &Path) -> Error {
    match trouble {
        Error::Io { action, source, .. } => Error::io(action, path, source),
        other => other,
    }
}

/// Makes the folder of a page and refuses, before anything is renamed, a target that is a folder itself.
fn make_way(folder: &Path, path: &Path) -> Result<()> {
    let target = folder.join(path);
    let parent = target.parent().unwrap_or(folder);
    fs::create_dir_all(parent).map_err(|source| Error::io("create", parent, source))?;
    if target.is_dir() {
        return Err(Error::io("write", target, std::io::Error::from(std::io::ErrorKind::IsADirectory)));
    }
    Ok(())
}

/// What the last report here wrote; only plain relative paths are believed, since the file may have been edited.
fn read_manifest(folder: &Path) -> Result<BTreeSet<PathBuf>> {
    let path = folder.join(MANIFEST);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(trouble) if trouble.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        Err(source) => return Err(Error::io("read", path, source)),
    };
    let is_inside = |path: &PathBuf| !path.as_os_str().is_empty() && path.components().all(|part| matches!(part, Component::Normal(_)));
    Ok(text.lines().map(PathBuf::from).filter(is_inside).collect())
}

fn write_manifest(folder: &Path, paths: &BTreeSet<PathBuf>) -> Result<()> {
    let lines: String = paths.iter().map(|path| format!("{}\n", path.display())).collect();
    write_file(&folder.join(MANIFEST), lines.as_bytes())
}

/// Removes a file of an earlier report, and its folder once that is empty.
fn remove(folder: &Path, path: &Path) -> Result<()> {
    let target = folder.join(path);
    match fs::remove_file(&target) {
        Ok(()) => {}
        Err(trouble) if trouble.kind() == std::io::ErrorKind::NotFound => {}
        Err(source) => return Err(Error::io("remove", target, source)),
    }
    if let Some(parent) = target.parent().filter(|parent| *parent != folder) {
        // A folder that still holds something stays.
        let _ = fs::remove_dir(parent);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(path: &str, text: &str) -> Page {
        Page { path: path.into(), bytes: text.into() }
    }

    fn files(folder: &Path) -> Vec<String> {
        every_file(folder).unwrap().iter().map(|path| path.display().to_string()).collect()
    }

    #[test]
    fn a_later_report_removes_what_the_earlier_one_wrote_and_leaves_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("deep/report");
        write_report(&out, &[page("audit.json", "1"), page("studies/a.md", "a"), page("old/b.md", "b")]).unwrap();
        fs::write(out.join("notes.txt"), "mine").unwrap();
        let written = write_report(&out, &[page("audit.json", "2"), page("studies/c.md", "c")]).unwrap();
        assert_eq!(files(&out), [MANIFEST, "audit.json", "notes.txt", "studies/c.md"]);
        assert_eq!(written.last(), Some(&out.join("audit.json")));
        let read = read_report(&out).unwrap();
        assert_eq!(read, [page("audit.json", "2"), page("studies/c.md", "c")]);
    }

    #[test]
    fn a_report_that_cannot_be_written_leaves_the_earlier_one_whole() {
        let folder = tempfile::tempdir().unwrap();
        write_report(folder.path(), &[page("audit.json", "1"), page("a.md", "a")]).unwrap();
        fs::create_dir_all(folder.path().join("b.md")).unwrap();
        let trouble = write_report(folder.path(), &[page("audit.json", "2"), page("a.md", "x"), page("b.md", "b")]).unwrap_err();
        assert!(trouble.to_string().contains("b.md"), "{trouble}");
        assert_eq!(fs::read_to_string(folder.path().join("a.md")).unwrap(), "a");
        assert_eq!(files(folder.path()), [MANIFEST, "a.md", "audit.json"]);
    }

    #[test]
    fn an_unwritable_place_is_named_in_the_error() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        let trouble = write_report(&folder.path().join("file/report"), &[page("a", "a")]).unwrap_err();
        assert!(trouble.to_string().contains("file/report"), "{trouble}");
    }

    #[test]
    fn a_manifest_that_points_outside_is_not_believed() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("report");
        fs::create_dir(&out).unwrap();
        fs::write(folder.path().join("precious"), "p").unwrap();
        fs::write(out.join(MANIFEST), "../precious\n/etc/hostname\n").unwrap();
        write_report(&out, &[page("audit.json", "1")]).unwrap();
        assert!(folder.path().join("precious").exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_written_straight_through_and_a_link_stays_a_link() {
        write_file(Path::new("/dev/null"), b"x").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write_file(&link, b"new").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_an_error_with_the_path() {
        let trouble = write_file(Path::new("/dev/full"), b"x").unwrap_err();
        assert!(trouble.to_string().contains("/dev/full"), "{trouble}");
    }
}
