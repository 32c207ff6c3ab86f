//! No circle of files: what two files need from each other belongs in a third below both. Imports are read from the text of all
//! packages, by what they name and not by the re-export they came through. A folder's face (`mod.rs`) may take from the files inside,
//! and they from it; tests may look anywhere.

mod house;
mod text;

use house::House;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Names of the packages in code, and where their sources stand.
const PACKAGES: [(&str, &str); 5] = [
    ("collapse_audit", "src"),
    ("lab", "crates/lab/src"),
    ("main", "crates/cli/src"),
    ("numeric", "crates/numeric/src"),
    ("net", "crates/net/src"),
];

fn read(folder: &Path, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).expect("sources are readable") {
        let path = entry.expect("entries are readable").path();
        if path.is_dir() {
            read(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let name = path.to_string_lossy().replace('\\', "/");
            found.insert(name, fs::read_to_string(&path).expect("sources are text"));
        }
    }
}

fn all() -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for (_, folder) in PACKAGES {
        read(Path::new(folder), &mut files);
    }
    files
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let house = House::of(&PACKAGES, &all());
    assert!(house.imports().len() > 500, "only {} imports were understood", house.imports().len());
    let circles = house.circles();
    assert!(circles.is_empty(), "{} circles; carve what both need into a file below:\n{}", circles.len(), circles.join("\n"));
}

/// The room of a file: the folder below its package's root, or the file there; the statistics are one room, and networks none: the laboratory
/// alone has them.
fn room(file: &str) -> Option<&str> {
    if file.starts_with("crates/numeric/") {
        return Some("numeric");
    }
    if file.starts_with("crates/net/") {
        return None;
    }
    let inside = PACKAGES.iter().find_map(|(_, folder)| file.strip_prefix(folder)?.strip_prefix('/'))?;
    let room = inside.split('/').next()?.trim_end_matches(".rs");
    (!["lib", "main", "error", "fingerprint", "whole"].contains(&room)).then_some(room)
}

/// Arrows between rooms, without those that follow from two others.
fn arrows(house: &House) -> BTreeSet<(String, String)> {
    let rooms = house.imports().into_keys().filter_map(|(from, to)| Some((room(&from)?.to_owned(), room(&to)?.to_owned())));
    let all: BTreeSet<(String, String)> = rooms.filter(|(from, to)| from != to).collect();
    let below = |from: &str| -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut open = vec![from.to_owned()];
        while let Some(room) = open.pop() {
            open.extend(all.iter().filter(|(from, _)| *from == room).map(|(_, to)| to.clone()).filter(|to| found.insert(to.clone())));
        }
        found
    };
    let follows = |from: &String, to: &String| all.iter().any(|(first, by)| first == from && by != to && below(by).contains(to));
    all.iter().filter(|(from, to)| !follows(from, to)).cloned().collect()
}

/// `ROOMS=overwrite cargo test --test circles` redraws it.
#[test]
fn the_picture_of_the_rooms_is_drawn_from_the_imports() {
    const PAGE: &str = "docs/architecture.md";
    const MARKS: (&str, &str) = ("<!-- rooms -->\n", "<!-- /rooms -->");
    let lines: Vec<String> = arrows(&House::of(&PACKAGES, &all())).into_iter().map(|(from, to)| format!("    {from} --> {to}\n")).collect();
    let drawn = format!("```mermaid\nflowchart TD\n{}```\n", lines.concat());
    let page = fs::read_to_string(PAGE).expect("the page is there");
    let (before, rest) = page.split_once(MARKS.0).expect("the page has a place for its picture");
    let (there, after) = rest.split_once(MARKS.1).expect("and the place has an end");
    if std::env::var("ROOMS").is_ok_and(|wish| wish == "overwrite") {
        fs::write(PAGE, format!("{before}{}{drawn}{}{after}", MARKS.0, MARKS.1)).expect("the page can be written");
    } else {
        assert_eq!(there, drawn, "{PAGE} shows another house; redraw it: ROOMS=overwrite cargo test --test circles");
    }
}

/// A package of three files.
fn planted(parent: &str, low: &str, high: &str) -> Vec<String> {
    let files = [("src/lib.rs", "mod room;\n"), ("src/room/mod.rs", parent), ("src/room/low.rs", low), ("src/room/high.rs", high)];
    let files = files.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
    House::of(&[("planted", "src")], &files).circles()
}

#[test]
fn a_planted_circle_is_found_however_it_is_written() {
    const PARENT: &str = "mod high;\nmod low;\npub use high::Tall;\n";
    const HIGH: &str = "use super::low::Short;\npub struct Tall(Short);\n";
    for low in [
        "use super::high::Tall;\npub struct Short;\n",
        "use super::Tall;\npub struct Short;\n",
        "use crate::room::{high::{self, Tall}};\npub struct Short;\n",
        "pub struct Short;\nfn f() -> crate::room::high::Tall { todo() }\n",
        "use super::high;\npub struct Short;\nfn f() -> high::Tall { todo() }\n",
    ] {
        let found = planted(PARENT, low, HIGH);
        assert_eq!(found.len(), 1, "{low}: {found:?}");
        assert!(found[0].contains("src/room/high.rs") && found[0].contains("src/room/low.rs: Short"), "{found:?}");
    }
}

#[test]
fn parents_tests_and_comments_make_no_circle() {
    let parent = "mod high;\nmod low;\npub use high::Tall;\npub use low::Short;\npub struct Common;\n";
    let high = "use super::{Common, Short};\npub struct Tall(Short, Common);\n";
    // A face that takes from inside what the inside takes from it, and a comment and a test that point up.
    let parent = format!("{parent}fn f() -> low::Short {{ high::tall() }}\n");
    let low = "//! See [`super::Tall`].\npub struct Short;\n#[cfg(test)]\nmod tests {\n    use super::super::Tall;\n}\n";
    assert_eq!(planted(&parent, low, high), Vec::<String>::new());
}
