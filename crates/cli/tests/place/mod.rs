//! A copy of the tiny registry in a folder of its own, in which the built binary runs: what every test of the command line stands on.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A folder with a registry, in which the binary runs.
pub struct Place(tempfile::TempDir);

/// How a command ended.
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap().path();
        let target = to.join(entry.file_name().unwrap());
        if entry.is_dir() { copied(&entry, &target) } else { fs::write(&target, fs::read(&entry).unwrap()).unwrap() }
    }
}

impl Place {
    pub fn tiny() -> Self {
        Self::of("tests/registry/tiny")
    }

    /// A copy of a registry of the repository.
    pub fn of(registry: &str) -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        copied(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(registry), place.0.path());
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    pub fn edit(&self, name: &str, change: impl FnOnce(String) -> String) {
        self.write(name, &change(fs::read_to_string(self.path(name)).unwrap()));
    }

    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_collapse-audit"));
        command.args(words).current_dir(self.0.path()).env("COLUMNS", "100").env("XDG_CACHE_HOME", self.path("cache"));
        command.stdin(Stdio::null());
        command
    }

    pub fn run(&self, words: &[&str]) -> Ended {
        let output = self.command(words).output().unwrap();
        // The folder's name differs from run to run, on some systems with a link in it.
        let real = fs::canonicalize(self.0.path()).unwrap();
        let text = |bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            text.replace(&*real.to_string_lossy(), "HERE").replace(&*self.0.path().to_string_lossy(), "HERE")
        };
        let ended = Ended { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) };
        assert!(!ended.err.contains("panicked"), "{words:?}: {}", ended.err);
        ended
    }

    /// Runs what must succeed, and gives standard output.
    pub fn ok(&self, words: &[&str]) -> String {
        let ended = self.run(words);
        assert_eq!(ended.code, Some(0), "{words:?}: {}{}", ended.out, ended.err);
        ended.out
    }

    /// Runs what must fail with this code, silent on standard output, and gives the complaint.
    pub fn complaint(&self, code: i32, words: &[&str]) -> String {
        let ended = self.run(words);
        assert_eq!(ended.code, Some(code), "{words:?}: {}{}", ended.out, ended.err);
        assert_eq!(ended.out, "", "{words:?}");
        ended.err
    }
}

/// The repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every file below a folder with its bytes.
pub fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = PathBuf::from(path.file_name().unwrap());
        if path.is_dir() {
            found.extend(files(&path).into_iter().map(|(inner, bytes)| (name.join(inner), bytes)));
        } else {
            found.insert(name, fs::read(&path).unwrap());
        }
    }
    found
}

/// The audit that a run left in a folder.
pub fn audit(folder: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(folder.join("audit.json")).unwrap()).unwrap()
}
