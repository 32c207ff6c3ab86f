//! Each room may use only the rooms to its left. This test reads the imports and holds the table of `lib.rs`.

use std::fs;
use std::path::{Path, PathBuf};

/// Rooms from left to right; those in one entry may use each other only downwards as listed.
const ORDER: [&[&str]; 9] =
    [&["taxonomy", "random", "numeric"], &["sim"], &["registry"], &["plan"], &["verdict"], &["drive"], &["audit"], &["report"], &["cli"]];

/// Where sources stand: the laboratory and the statistics are packages of their own, which cannot see the rooms of the library.
const ROOTS: [&str; 3] = ["src", "crates/lab/src", "crates/numeric/src"];

fn rank(room: &str) -> Option<usize> {
    ORDER.iter().position(|rooms| rooms.contains(&room))
}

fn all_sources() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for root in ROOTS {
        sources(Path::new(root), &mut files);
    }
    files.sort();
    files
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("sources are readable") {
        let path = entry.expect("entries are readable").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

fn room_of(path: &Path) -> String {
    let inside = ROOTS.iter().find_map(|root| path.strip_prefix(root).ok()).expect("a source file");
    let first = inside.components().next().expect("a name").as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// Names that follow `crate::` or `lab::` in code, also in braces (doc comments may point anywhere).
fn used_rooms(text: &str) -> Vec<String> {
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).flat_map(|line| [line, "\n"]).collect();
    let name = |rest: &str| rest.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let names = |rest: &str| match rest.strip_prefix('{') {
        Some(list) => list.split('}').next().unwrap_or_default().split(',').map(name).collect(),
        None => vec![name(rest)],
    };
    ["crate::", "lab::"].into_iter().flat_map(|start| code.split(start).skip(1).flat_map(names).collect::<Vec<_>>()).collect()
}

#[test]
fn names_are_seen_alone_and_in_braces() {
    let text = "use crate::plan;\nuse crate::{Error, drive,\n    verdict::Answer};\n// crate::cli\nlet x = lab::sim::f();\n";
    assert_eq!(used_rooms(text), ["plan", "Error", "drive", "verdict", "sim"]);
}

#[test]
fn every_room_uses_only_rooms_to_its_left() {
    let files = all_sources();
    let mut wrong = Vec::new();
    for file in &files {
        let room = room_of(file);
        let Some(mine) = rank(&room) else { continue };
        for used in used_rooms(&fs::read_to_string(file).expect("sources are text")) {
            if let Some(theirs) = rank(&used)
                && (theirs > mine || (theirs == mine && used != room && mine != 0))
            {
                wrong.push(format!("{} ({room}) uses {used}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "rooms may use only what stands to their left:\n{}", wrong.join("\n"));
}

#[test]
fn files_stay_under_500_lines() {
    let mut files = all_sources();
    ["crates/net/src", "crates/cli/src", "crates/cli/tests", "tests", "build"].iter().for_each(|root| sources(Path::new(root), &mut files));
    let long: Vec<_> = files
        .iter()
        .map(|file| (fs::read_to_string(file).expect("sources are text").lines().count(), file))
        .filter(|(lines, _)| *lines >= 500)
        .map(|(lines, file)| format!("{} has {lines} lines: split it by noun", file.display()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}
