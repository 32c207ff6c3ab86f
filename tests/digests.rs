//! What moves a digest of sources: code does; comments, documentation and tests do not.

#[path = "../build/digest.rs"]
mod digest;

use digest::{digest_of, short};
use std::fs;
use std::path::Path;

const SOURCE: &str = "//! A room.\n\nmod other;\n#[cfg(test)]\nmod checks;\n\n/// Twice.\npub fn twice(x: f64) -> f64 {\n    2.0 * x\n}\n";

/// A folder with a room of three files, of which `change` has made another.
fn digest_after(change: impl Fn(&Path)) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let room = folder.path().join("room");
    fs::create_dir_all(room.join("snapshots")).expect("a folder");
    for (name, text) in
        [("mod.rs", SOURCE), ("other.rs", "pub const N: u32 = 1;\n"), ("checks.rs", "#[test]\nfn holds() {}\n"), ("data.csv", "1,2\n")]
    {
        fs::write(room.join(name), text).expect("a file");
    }
    change(&room);
    short(&digest_of(&[room]))
}

fn with(text: &str) -> String {
    digest_after(|room| fs::write(room.join("mod.rs"), text).expect("a file"))
}

#[test]
fn comments_documentation_and_tests_move_no_digest() {
    let before = digest_after(|_| {});
    let commented =
        SOURCE.replace("    2.0 * x\n", "    // Exact.\n    2.0 * x /* so */\n").replace("/// Twice.", "/// Two times.\n/// Really.");
    assert_eq!(with(&commented), before, "comments, documentation, layout");
    let tested = format!("{SOURCE}\n#[cfg(test)]\nmod tests {{\n    #[test]\n    fn one() {{ assert!(super::twice(1.0) > 1.0); }}\n}}\n");
    assert_eq!(with(&tested), before, "a test module");
    let helper = format!("{SOURCE}\n#[cfg(test)]\n#[allow(dead_code)]\npub(super) fn planted() -> u32 {{ 3 }}\n");
    assert_eq!(with(&helper), before, "a function of tests");
    let only_tests = digest_after(|room| fs::write(room.join("checks.rs"), "fn other() {}\n").expect("a file"));
    assert_eq!(only_tests, before, "a file that only tests declare");
    let elsewhere = SOURCE.replace("mod checks;", "#[allow(unused)]\n#[path = \"checks_tests.rs\"]\nmod checks;");
    let beside = |text: &str| {
        digest_after(|room| {
            fs::write(room.join("mod.rs"), &elsewhere).expect("a file");
            fs::remove_file(room.join("checks.rs")).expect("was there");
            fs::write(room.join("checks_tests.rs"), text).expect("a file");
        })
    };
    assert_eq!(
        [beside("fn one() {}\n"), beside("fn two() {}\n")],
        [before.clone(), before.clone()],
        "a file that only tests declare, by its path"
    );
    let snapshot = digest_after(|room| fs::write(room.join("snapshots/a.snap"), "x").expect("a file"));
    assert_eq!(snapshot, before, "snapshots");
}

#[test]
fn code_and_data_move_a_digest_wherever_they_lie() {
    let before = digest_after(|_| {});
    assert_ne!(with(&SOURCE.replace("2.0", "3.0")), before, "a number");
    assert_ne!(with(&SOURCE.replace("#[cfg(test)]\n", "")), before, "a module that is no test any more");
    assert_ne!(with(&format!("{SOURCE}#[cfg(not(test))]\npub fn more() {{}}\n")), before, "an item that tests do not see");
    let other = digest_after(|room| fs::write(room.join("other.rs"), "pub const N: u32 = 2;\n").expect("a file"));
    assert_ne!(other, before, "another file");
    let data = digest_after(|room| fs::write(room.join("data.csv"), "1,3\n").expect("a file"));
    assert_ne!(data, before, "data");
    let moved = digest_after(|room| fs::rename(room.join("other.rs"), room.join("another.rs")).expect("a file"));
    assert_ne!(moved, before, "a name");
}

#[test]
fn the_room_may_lie_anywhere() {
    assert_eq!(digest_after(|_| {}), digest_after(|_| {}), "the folder's own place is no part of it");
}
