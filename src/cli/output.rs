//! Writing: a report folder whole or not at all, a single file beside its target and renamed, a device or pipe straight through.
//!
//! Takes finished pages and a target. A folder holds a manifest of what the last report wrote, so that a later report
//! removes the files it no longer has, leaves every other file alone and refuses to write over one; the page that tells
//! of all others is renamed last, so its presence means that the report beside it is complete.

use super::leftover;
use super::sink::Sink;
use crate::report::Page;
use crate::{Error, Result};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Component, Path, PathBuf};

/// The file that lists what a report wrote.
pub const MANIFEST: &str = ".collapse-audit-manifest";

/// The pages that are put in place last: of a report and of a shard.
const LAST: [&str; 2] = ["audit.json", "manifest.json"];

/// So many files in the way are named.
const NAMED: usize = 5;

/// What becomes of a file in the way that no earlier report wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreign {
    /// It stays, and nothing is written.
    Keep,
    /// It is written over.
    Replace,
}

/// Writes a report into `folder`, making it if need be; gives the paths written, in order.
///
/// # Errors
/// [`Error::Io`] with the path that could not be written, [`Error::Content`] with files in the way that `foreign` keeps; the folder then
/// still holds the earlier report.
pub fn write_report(folder: &Path, pages: &[Page], foreign: Foreign) -> Result<Vec<PathBuf>> {
    fs::create_dir_all(folder).map_err(|source| Error::io("create", folder, source))?;
    leftover::sweep(folder);
    let earlier = read_manifest(folder)?;
    if foreign == Foreign::Keep {
        refuse_foreign(folder, pages, &earlier)?;
    }
    let (beside, _held) = leftover::folder_beside(folder)?;
    pages.par_iter().try_for_each(|page| {
        write_through(&beside.path().join(&page.path), &page.bytes).map_err(|trouble| renamed(trouble, &folder.join(&page.path)))
    })?;
    let mut paths: Vec<&PathBuf> = pages.iter().map(|page| &page.path).collect();
    paths.sort_by_key(|path| (LAST.iter().any(|last| path.as_path() == Path::new(last)), (*path).clone()));
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

/// Refuses pages that would take the place of a file that no earlier report wrote; one that says the same already is no loss.
fn refuse_foreign(folder: &Path, pages: &[Page], earlier: &BTreeSet<PathBuf>) -> Result<()> {
    let is_in_the_way = |page: &&Page| {
        let target = folder.join(&page.path);
        fs::symlink_metadata(&target).is_ok_and(|found| !found.is_dir()) && fs::read(&target).map_or(true, |bytes| bytes != page.bytes)
    };
    let foreign: Vec<&Page> = pages.iter().filter(|page| !earlier.contains(&page.path)).filter(is_in_the_way).collect();
    let Some(first) = foreign.first() else { return Ok(()) };
    let named: Vec<String> = foreign.iter().take(NAMED).map(|page| page.path.display().to_string()).collect();
    let more = foreign.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let message = format!(
        "in the way, and not written by an earlier run here: {}{more}; nothing was written. Move what you want to keep, name another folder with --out, or write over it with --force",
        named.join(", ")
    );
    Err(Error::Content { path: folder.join(&first.path), message })
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
            let entry = entry.map_err(|source| Error::io("read", &next, source))?;
            let kind = entry.file_type().map_err(|source| Error::io("read", entry.path(), source))?;
            // A link to a folder may lead back here, and a pipe never ends.
            if kind.is_dir() {
                folders.push(entry.path());
            } else if let (true, Ok(inside)) = (entry.path().is_file(), entry.path().strip_prefix(folder)) {
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
    let mut sink = Sink::open(target)?;
    sink.write(bytes)?;
    sink.finish()
}

/// Writes new files, all or none: never over one that is there, and what is written already goes again where one cannot be.
///
/// # Errors
/// [`Error::Io`] with the path.
pub fn write_new(files: &[(PathBuf, String)]) -> Result<()> {
    let beside = |(path, body): &(PathBuf, String)| {
        let mut sink = Sink::open(path)?;
        sink.write(body.as_bytes()).map(|_| sink)
    };
    let sinks = files.iter().map(beside).collect::<Result<Vec<Sink>>>()?;
    for (done, sink) in sinks.into_iter().enumerate() {
        if let Err(trouble) = sink.finish_new() {
            files[..done].iter().for_each(|(path, _)| drop(fs::remove_file(path)));
            return Err(trouble);
        }
    }
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
        write_report(&out, &[page("audit.json", "1"), page("studies/a.md", "a"), page("old/b.md", "b")], Foreign::Keep).unwrap();
        fs::write(out.join("notes.txt"), "mine").unwrap();
        let written = write_report(&out, &[page("audit.json", "2"), page("studies/c.md", "c")], Foreign::Keep).unwrap();
        assert_eq!(files(&out), [MANIFEST, "audit.json", "notes.txt", "studies/c.md"]);
        assert_eq!(written.last(), Some(&out.join("audit.json")));
        let read = read_report(&out).unwrap();
        assert_eq!(read, [page("audit.json", "2"), page("studies/c.md", "c")]);
    }

    #[test]
    fn a_report_that_cannot_be_written_leaves_the_earlier_one_whole() {
        let folder = tempfile::tempdir().unwrap();
        write_report(folder.path(), &[page("audit.json", "1"), page("a.md", "a")], Foreign::Keep).unwrap();
        fs::create_dir_all(folder.path().join("b.md")).unwrap();
        let trouble =
            write_report(folder.path(), &[page("audit.json", "2"), page("a.md", "x"), page("b.md", "b")], Foreign::Keep).unwrap_err();
        assert!(trouble.to_string().contains("b.md"), "{trouble}");
        assert_eq!(fs::read_to_string(folder.path().join("a.md")).unwrap(), "a");
        assert_eq!(files(folder.path()), [MANIFEST, "a.md", "audit.json"]);
    }

    #[test]
    fn a_file_that_no_report_wrote_is_named_and_stays_unless_it_may_be_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        fs::create_dir(folder.path().join("studies")).unwrap();
        fs::write(folder.path().join("studies/a.md"), "my notes").unwrap();
        fs::write(folder.path().join("same.md"), "same").unwrap();
        let pages = [page("audit.json", "1"), page("same.md", "same"), page("studies/a.md", "a")];
        let trouble = write_report(folder.path(), &pages, Foreign::Keep).unwrap_err().to_string();
        assert!(trouble.contains("studies/a.md") && trouble.contains("--force") && !trouble.contains("same.md"), "{trouble}");
        assert_eq!((at("studies/a.md").as_str(), files(folder.path()).len()), ("my notes", 2));
        write_report(folder.path(), &pages, Foreign::Replace).unwrap();
        assert_eq!(at("studies/a.md"), "a");
        write_report(folder.path(), &[page("audit.json", "2"), page("studies/a.md", "b")], Foreign::Keep).unwrap();
        assert_eq!(at("studies/a.md"), "b", "what it wrote itself it writes again");
    }

    #[test]
    fn an_unwritable_place_is_named_in_the_error() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        let trouble = write_report(&folder.path().join("file/report"), &[page("a", "a")], Foreign::Keep).unwrap_err();
        assert!(trouble.to_string().contains("file/report"), "{trouble}");
    }

    #[test]
    fn a_manifest_that_points_outside_is_not_believed() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("report");
        fs::create_dir(&out).unwrap();
        fs::write(folder.path().join("precious"), "p").unwrap();
        fs::write(out.join(MANIFEST), "../precious\n/etc/hostname\n").unwrap();
        write_report(&out, &[page("audit.json", "1")], Foreign::Keep).unwrap();
        assert!(folder.path().join("precious").exists());
    }

    #[test]
    fn new_files_are_written_all_or_none_and_never_over_another() {
        let place = tempfile::tempdir().unwrap();
        let at = |name: &str| place.path().join(name);
        let pair = |second: &str| [(at("a"), "new".to_owned()), (at(second), "new".to_owned())];
        assert!(write_new(&pair("nowhere/b")).unwrap_err().to_string().contains("nowhere/b"));
        fs::write(at("taken"), "old").unwrap();
        assert!(write_new(&pair("taken")).unwrap_err().to_string().contains("taken"));
        assert_eq!((files(place.path()), fs::read(at("taken")).unwrap()), (vec!["taken".to_owned()], b"old".to_vec()));
        write_new(&pair("b")).unwrap();
        assert_eq!(files(place.path()), ["a", "b", "taken"]);
    }

    #[cfg(unix)]
    #[test]
    fn of_a_folder_without_a_manifest_files_are_read_and_neither_links_to_folders_nor_devices() {
        let place = tempfile::tempdir().unwrap();
        let link = |to: &Path, name: &str| std::os::unix::fs::symlink(to, place.path().join(name)).unwrap();
        fs::write(place.path().join("a"), "a").unwrap();
        link(place.path(), "back");
        link(Path::new("/dev/zero"), "endless");
        link(Path::new("a"), "same");
        assert_eq!(read_report(place.path()).unwrap(), [page("a", "a"), page("same", "a")]);
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
