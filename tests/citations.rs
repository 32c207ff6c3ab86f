//! The references of the shipped registry, read back by readers that are not ours: a Rust one, and a Python one where it is there.
#![allow(clippy::print_stderr, reason = "a test that skips says so")]

use biblatex::{Bibliography, ChunksExt, EntryType};
use collapse_audit::audit;
use collapse_audit::registry::{Registry, Sources, load};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

fn shipped() -> Registry {
    load(&Sources::folder(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap()).registry.expect("the shipped registry has no problems")
}

fn written(registry: &Registry) -> String {
    registry.studies.values().map(|study| audit::reference(study).bibtex).collect()
}

#[test]
fn a_reader_finds_every_study_with_its_authors_year_month_and_identifiers() {
    let registry = shipped();
    let read = Bibliography::parse(&written(&registry)).unwrap();
    assert_eq!(read.len(), registry.studies.len());
    for study in registry.studies.values() {
        let entry = read.get(&study.id).unwrap();
        let field = |key: &str| entry.get(key).map(ChunksExt::format_verbatim);
        assert_eq!(entry.author().unwrap_or_default().len(), study.authors.len(), "{}", study.id);
        assert_eq!(field("year"), Some(study.year.to_string()), "{}", study.id);
        assert_eq!((field("eprint"), field("doi")), (study.arxiv.clone(), study.doi.clone()), "{}", study.id);
        assert_eq!(entry.get("month").is_some(), study.month.is_some(), "{}", study.id);
        let is_proceedings = entry.entry_type == EntryType::InProceedings;
        assert_eq!(is_proceedings, entry.get("booktitle").is_some(), "{}", study.id);
    }
}

const SECOND: &str = "import sys, bibtexparser\n\
from bibtexparser.bparser import BibTexParser\n\
parser = BibTexParser(common_strings=True)\n\
for entry in bibtexparser.loads(sys.stdin.read(), parser).entries:\n\
    print(entry['ID'], entry['ENTRYTYPE'], entry['author'].count(' and ') + 1, entry['year'], entry.get('month', '-'), sep='\\t')\n";

#[test]
fn a_second_reader_agrees_where_it_is_there() {
    let python = |script: &str| {
        Command::new("python3").args(["-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()
    };
    let is_there =
        python("import bibtexparser.bparser").and_then(std::process::Child::wait_with_output).is_ok_and(|ended| ended.status.success());
    if !is_there {
        eprintln!("no bibtexparser here: skipped");
        return;
    }
    let registry = shipped();
    let mut child = python(SECOND).unwrap();
    child.stdin.take().unwrap().write_all(written(&registry).as_bytes()).unwrap();
    let read = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    let mut rows: Vec<&str> = read.lines().collect();
    rows.sort_unstable();
    assert_eq!(rows.len(), registry.studies.len(), "{read}");
    for (row, study) in rows.iter().zip(registry.studies.values()) {
        let fields: Vec<&str> = row.split('\t').collect();
        assert_eq!((fields[0], fields[2], fields[3]), (study.id.as_str(), &*study.authors.len().to_string(), &*study.year.to_string()));
        assert_eq!(fields[4] == "-", study.month.is_none(), "{row}");
    }
}
