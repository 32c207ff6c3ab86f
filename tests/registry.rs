//! The registry from text to checked values: a tiny valid one, a zoo of malformed files with their diagnostics, and
//! promises about digests, drafts and hostile bytes.

use collapse_audit::registry::{self, Severity, Sources, diagnostics, load, schema};
use collapse_audit::taxonomy::{Basis, Definition, Word};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

type Files = BTreeMap<String, Vec<u8>>;

fn tiny() -> Files {
    let root = Path::new("tests/registry/tiny");
    let mut files = Files::new();
    for folder in ["studies", "claims"] {
        for entry in fs::read_dir(root.join(folder)).expect("the tiny registry is there") {
            let path = entry.expect("listed").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            files.insert(format!("{folder}/{name}"), fs::read(&path).expect("readable"));
        }
    }
    files
}

fn shipped_sources() -> Sources {
    Sources::folder(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("the shipped registry is there")
}

fn sources(files: &Files) -> Sources {
    Sources::of(files.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())))
}

/// The tiny registry with files replaced or added.
fn with(changes: &[(&str, &str)]) -> Files {
    let mut files = tiny();
    files.extend(changes.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())));
    files
}

fn shown(files: &Files) -> String {
    let sources = sources(files);
    let problems = load(&sources).problems;
    format!("{}{}\n", diagnostics::human(&problems, &sources, diagnostics::Colour::Plain), diagnostics::summary(&problems))
}

fn bad(name: &str) -> String {
    fs::read_to_string(format!("tests/registry/bad/{name}.toml")).expect("the zoo is there")
}

#[test]
fn the_tiny_registry_loads_without_a_problem() {
    let sources = Sources::folder(Path::new("tests/registry/tiny")).expect("a folder");
    let loaded = load(&sources);
    let problems: Vec<_> = loaded.problems.iter().filter(|problem| problem.severity == Severity::Problem).collect();
    assert!(problems.is_empty(), "{}", diagnostics::human(&loaded.problems, &sources, diagnostics::Colour::Plain));
    let registry = loaded.registry.expect("no problems, so a registry");
    assert_eq!((registry.studies.len(), registry.claims.len()), (2, 4));
    let chain = registry.studies["tiny-2024-gaussian"].simulation("chain").expect("written");
    let names: Vec<_> = chain.cells.iter().map(|cell| cell.name.as_str()).collect();
    assert_eq!(names, ["samples=10", "samples=20", "samples=40"]);
    let values = &chain.cells[2].bindings.values;
    assert!((values["samples"] - 40.0).abs() < 1e-12 && (values["variance"] - 1.0).abs() < 1e-12);
    assert!((chain.cells[2].frame.time_scale - 40.0).abs() < 1e-12);
}

#[test]
fn the_shipped_files_are_accepted() {
    let sources = shipped_sources();
    let loaded = load(&sources);
    let problems: Vec<_> = loaded.problems.iter().filter(|problem| problem.severity == Severity::Problem).cloned().collect();
    assert!(problems.is_empty(), "{}", diagnostics::human(&problems, &sources, diagnostics::Colour::Plain));
    let leaning: Vec<_> = loaded.problems.iter().filter(|problem| problem.code == "leaning").map(|problem| &problem.message).collect();
    assert!(leaning.is_empty(), "statements that mean nothing alone: {leaning:?}");
}

#[test]
fn syntax_errors_come_all_at_once() {
    insta::assert_snapshot!(shown(&with(&[("studies/bad.toml", &bad("syntax"))])));
}

#[test]
fn wrong_keys_and_words_are_answered_with_the_nearest() {
    insta::assert_snapshot!(shown(&with(&[("studies/bad.toml", &bad("keys-and-words"))])));
}

#[test]
fn a_word_that_libraries_share_is_answered_with_those_that_say_whose_it_is() {
    insta::assert_snapshot!(shown(&with(&[("studies/bad.toml", &bad("owners"))])));
}

#[test]
fn impossible_setups_are_refused_before_anything_runs() {
    insta::assert_snapshot!(shown(&with(&[("studies/bad.toml", &bad("impossible")), ("claims/bad.toml", "schema = 1\n")])));
}

#[test]
fn wrong_claims_are_answered_with_what_there_is() {
    insta::assert_snapshot!(shown(&with(&[("claims/tiny-2024-gaussian.toml", &bad("claims"))])));
}

#[test]
fn a_screening_is_read_as_strictly_as_a_study() {
    insta::assert_snapshot!(shown(&with(&[("studies/screening.toml", &bad("screening"))])));
    let misplaced = with(&[("claims/screening.toml", "schema = 1\n")]);
    assert!(load(&sources(&misplaced)).problems.iter().any(|problem| problem.code == "reserved-name"));
}

#[test]
fn what_a_search_did_not_record_stays_unrecorded_and_no_file_is_needed() {
    assert_eq!(load(&sources(&tiny())).registry.expect("valid").screening, None);
    let text = "schema = 1\nquestions = [\"Is there a loop?\"]\n[[search]]\nsource = \"a list\"\ndate = \"not recorded\"\nidentified = 3\n\
                duplicates = \"not recorded\"\nscreened = 2\n";
    let found = load(&sources(&with(&[("studies/screening.toml", text)]))).registry.expect("valid").screening.expect("written");
    let search = &found.searches[0];
    assert_eq!((search.date.as_deref(), search.identified, search.duplicates, search.screened), (None, Some(3), None, Some(2)));
    assert!(found.excluded.is_empty());
}

#[test]
fn a_new_study_is_a_draft_whose_last_note_names_the_next_field() {
    let mut files = tiny();
    for (name, text) in registry::new_study("zed-2026-new", &registry::Citation::new()).expect("a good name") {
        files.insert(name, text.into_bytes());
    }
    let loaded = load(&sources(&files));
    assert!(loaded.registry.is_some(), "{}", shown(&files));
    let last = loaded.problems.last().expect("notes");
    assert_eq!((last.code, last.severity), ("draft-next", Severity::Note));
    assert!(last.message.contains("study.title"), "{}", last.message);
    assert!(
        registry::new_study("realism", &registry::Citation::new()).is_err()
            && registry::new_study("A b", &registry::Citation::new()).is_err()
    );
}

#[test]
fn binary_and_broken_files_are_problems_beside_the_others() {
    let mut files = tiny();
    files.insert("studies/binary.toml".to_owned(), vec![0, 159, 146, 150]);
    files.insert("studies/latin.toml".to_owned(), b"schema = 1\ntitle = \"caf\xe9\"\n".to_vec());
    files.insert("claims/nobody.toml".to_owned(), b"schema = 1\n".to_vec());
    files.insert("studies/mitigations.toml".to_owned(), b"x = 1\n".to_vec());
    files.remove("studies/coders.toml");
    let codes: Vec<_> = load(&sources(&files)).problems.iter().map(|problem| problem.code).collect();
    for code in ["unreadable-file", "unknown-study", "missing-file", "unknown-coder"] {
        assert!(codes.contains(&code), "{code} is missing among {codes:?}");
    }
    // What keeps a file from being read comes before what others then lack.
    let first = |code: &str| codes.iter().position(|one| *one == code);
    let (cause, consequence) = (first("unreadable-file").max(first("missing-file")), first("unknown-study").min(first("unknown-coder")));
    assert!(cause < consequence, "{codes:?}");
}

#[test]
fn digests_move_with_meaning_and_not_with_layout() {
    let digest = |files: &Files| load(&sources(files)).registry.map(|registry| registry.digest).expect("valid");
    let text = String::from_utf8(tiny()["studies/tiny-2025-regression.toml"].clone()).expect("text");
    let name = "studies/tiny-2025-regression.toml";
    let same = digest(&tiny());
    let layout = text
        .replace("year = 2025", "# a comment\n\nyear   =   2025")
        .replace("regime = \"accumulate\"", "regime = { kind = \"accumulate\" }");
    assert_eq!(digest(&with(&[(name, &layout)])), same);
    assert_ne!(digest(&with(&[(name, &text.replace("samples = 100", "samples = 101"))])), same);
}

#[test]
fn every_code_that_is_reported_is_explained() {
    let mut sorted: Vec<_> = registry::codes().map(|code| code.code).collect();
    sorted.sort_unstable();
    assert!(sorted.windows(2).all(|pair| pair[0] < pair[1]), "codes are unique");
    let zoo = [
        with(&[("studies/bad.toml", &bad("syntax"))]),
        with(&[("studies/bad.toml", &bad("keys-and-words"))]),
        with(&[("studies/bad.toml", &bad("impossible"))]),
        with(&[("claims/tiny-2024-gaussian.toml", &bad("claims"))]),
        with(&[("studies/screening.toml", &bad("screening"))]),
    ];
    for problem in zoo.iter().flat_map(|files| load(&sources(files)).problems) {
        assert!(registry::explain(problem.code).is_some(), "{} is not explained", problem.code);
    }
}

#[test]
fn a_test_and_a_world_can_be_read_aloud() {
    let loaded = load(&sources(&tiny())).registry.expect("valid");
    let words: Vec<_> = loaded
        .claims
        .values()
        .filter_map(|claim| match &claim.proof {
            registry::Proof::Single { test, .. } => Some(test.to_string()),
            registry::Proof::Conditional { holds_when, .. } => Some(holds_when.test.to_string()),
            registry::Proof::Untested { .. } => None,
        })
        .chain(loaded.overlays.iter().flat_map(|overlay| &overlay.steps).map(|step| step.change.to_string()))
        .collect();
    insta::assert_snapshot!(words.join("\n"));
}

#[test]
fn worlds_are_any_tables_and_their_ids_are_checked() {
    let text = String::from_utf8(tiny()["studies/overlays.toml"].clone()).expect("text");
    let step = "change = \"unbias\"\nreason = \"why\"\nlocator = \"here\"\n";
    let world = |id: &str| format!("{text}\n[{id}.sampling]\n{step}");
    let loaded = load(&sources(&with(&[("studies/overlays.toml", &world("only-as-fitted"))]))).registry.expect("a third world");
    assert_eq!(loaded.worlds().map(ToString::to_string).collect::<Vec<_>>(), ["realistic", "contested", "only-as-fitted"]);
    assert_eq!(loaded.leading_world().id.id(), "realistic");
    let ids = ["as-published", "real-only", "growth", "without-growth", "\"control:x\"", "Other"];
    let mut shown_all: String = ids.iter().map(|id| shown(&with(&[("studies/overlays.toml", &world(id))]))).collect();
    shown_all += &shown(&with(&[("studies/overlays.toml", "schema = 1\n")]));
    shown_all += &shown(&with(&[("studies/overlays.toml", &format!("{text}\n[idle.about]\ntitle = \"Idle\"\nnote = \"x\"\n"))]));
    insta::assert_snapshot!(shown_all);
}

/// The problems of the tiny registry with one text of one of its files replaced, by code; that one of its coders codes nothing is known.
fn codes_with(name: &str, from: &str, to: &str) -> Vec<&'static str> {
    let text = String::from_utf8(tiny()[name].clone()).expect("text");
    assert!(text.contains(from), "{name} holds `{from}`");
    load(&sources(&with(&[(name, &text.replacen(from, to, 1))])))
        .problems
        .iter()
        .map(|problem| problem.code)
        .filter(|code| *code != "unused-coder")
        .collect()
}

const CHAIN: &str = "studies/tiny-2024-gaussian.toml";
const OF_CHAIN: &str = "claims/tiny-2024-gaussian.toml";

#[test]
fn a_level_goes_with_a_size_of_its_own_and_a_study_puts_something_forward() {
    let written = "role = \"main\"\nfidelity = \"exact\"\nsize = \"own\"";
    let with = |level: &str| codes_with(CHAIN, written, level);
    assert!(with(written).is_empty());
    assert!(with("role = \"main\"\nfidelity = \"exact\"\nsize = \"within the statement\"").is_empty());
    assert_eq!(with("role = \"main\"\nfidelity = \"exact\"\nsize = \"reduced\""), ["size"]);
    assert_eq!(with("role = \"main\"\nfidelity = \"scaled\"\nsize = \"own\""), ["size"]);
    assert_eq!(with("role = \"main\"\nfidelity = \"exact\""), ["missing-key"]);
    assert_eq!(with("role = \"contrast\"\nfidelity = \"exact\"\nsize = \"own\""), ["no-main-simulation"]);
    let analogue = with("role = \"main\"\ndepartures = [\"another model\"]\nfidelity = \"analogue\"\nsize = \"own\"");
    assert_eq!(analogue, ["size"]);
}

#[test]
fn a_claim_has_one_control_of_one_kind() {
    let written = "control = { regime = \"accumulate\" }";
    assert!(codes_with(OF_CHAIN, written, "positive_control = { samples = 30 }").is_empty());
    assert_eq!(codes_with(OF_CHAIN, written, "control = { samples = 30 }\npositive_control = { samples = 30 }"), ["contradiction"]);
    assert_eq!(codes_with(OF_CHAIN, written, ""), ["missing-key"]);
}

#[test]
fn a_statement_that_leans_on_the_one_before_is_noted() {
    let written = "\"The log variance falls by the same amount in every generation.\"";
    assert_eq!(codes_with(OF_CHAIN, written, "\"It falls by the same amount in every generation.\""), ["leaning"]);
    assert!(codes_with(OF_CHAIN, written, "\"Item by item the law is lost.\"").is_empty(), "a word is a whole word");
}

#[test]
fn a_claim_says_for_what_it_speaks() {
    let written = "for = \"these-sizes\"\n";
    assert!(codes_with(OF_CHAIN, written, "for = \"every-n\"\n").is_empty());
    assert_eq!(codes_with(OF_CHAIN, written, ""), ["missing-quantifier"]);
    assert_eq!(codes_with(OF_CHAIN, written, "for = \"every n\"\n"), ["unknown-word"]);
}

#[test]
fn families_are_words_and_the_nearest_is_told() {
    let written = "families = [\"gaussian\"]";
    assert!(codes_with(CHAIN, written, "families = [\"theory\", \"vae\"]").is_empty());
    let text = String::from_utf8(tiny()[CHAIN].clone()).expect("text").replacen(written, "families = [\"gausian\"]", 1);
    let problems = load(&sources(&with(&[(CHAIN, &text)]))).problems;
    let found = problems.iter().find(|problem| problem.code == "unknown-word").expect("it is told");
    assert!(found.remedy.contains("gaussian") || found.message.contains("gaussian"), "{found:?}");
    assert_eq!(found.file, CHAIN);
}

#[test]
fn of_two_claims_in_conflict_each_names_the_other() {
    let written = "conflicts = [\"tiny-2025-regression/real-data-help\"]";
    assert_eq!(codes_with(OF_CHAIN, written, ""), ["one-sided-conflict"], "the other still names it");
    assert_eq!(codes_with(OF_CHAIN, written, "conflicts = [\"tiny-2025-regression/no-such\"]"), ["unknown-claim", "one-sided-conflict"]);
}

#[test]
fn other_reproductions_are_read_as_strictly_as_the_rest() {
    let rivals = |verdict: &str| {
        let text = format!(
            "schema = 1\n[rival.them]\ntitle = \"Them\"\nmaterial = \"their page\"\n[[verdict]]\nplace = \"C1\"\nstatement = \"It holds.\"\n{verdict}\n"
        );
        let loaded = load(&sources(&with(&[("studies/rivals.toml", &text)])));
        let codes: Vec<_> = loaded.problems.iter().map(|problem| problem.code).filter(|code| *code != "unused-coder").collect();
        (codes, loaded.registry.map(|registry| registry.rivals))
    };
    let (codes, read) = rivals("rival = \"them\"\narxiv = \"2401.01234\"\ntheirs = \"toy\"\nclaim = \"tiny-2024-gaussian/error-grows\"");
    assert!(codes.is_empty(), "{codes:?}");
    assert_eq!(read.expect("a registry")[0].verdicts.len(), 1);
    assert_eq!(
        rivals("rival = \"then\"\narxiv = \"2401.01234v2\"\ntheirs = \"toys\"\nclaim = \"x/y\"").0,
        ["unknown-word", "citation", "unknown-word", "unknown-claim"]
    );
}

#[test]
fn what_was_not_read_is_never_exact() {
    assert_eq!(codes_with(OF_CHAIN, "known = \"read\"", "known = \"abstract\""), ["unread-exact", "unread-exact"]);
    assert_eq!(codes_with(OF_CHAIN, "known = \"read\"", "known = \"memory\""), ["unread-exact"]);
}

#[test]
fn an_outcome_takes_cells_and_nothing_else_and_only_definition_2_is_read_against_something() {
    let written = "test = { kind = \"equals\", metric = \"mean-squared-error\", at = [1, 5], expect = \"t / samples\", margin = 0.1 }";
    let with = |test: &str| codes_with(OF_CHAIN, written, test);
    assert!(with("test = { kind = \"outcome\", cells = [\"samples=10\"] }").is_empty());
    for key in ["at = \"last\"", "statistic = \"mean\"", "relative_to = 1", "metric = \"variance-ratio\""] {
        assert_eq!(with(&format!("test = {{ kind = \"outcome\", {key} }}")), ["unknown-key"], "{key}");
    }
    assert_eq!(with("test = { kind = \"outcome\", where = \"metric < 1\" }"), ["unknown-key", "contradiction"]);
    assert_eq!(with("against = \"first\"\ntest = { kind = \"outcome\" }"), ["contradiction"]);
    let regression = "claims/tiny-2025-regression.toml";
    assert!(codes_with(regression, "asserts = \"conditional\"", "against = \"first\"\nasserts = \"conditional\"").is_empty());
}

#[test]
fn a_side_of_an_order_may_be_a_changed_setup_of_the_same_cells() {
    let written = "test = { kind = \"equals\", metric = \"mean-squared-error\", at = [1, 5], expect = \"t / samples\", margin = 0.1 }\n\
                   control = { regime = { kind = \"accumulate\" } }";
    let order = |sides: &str, control: &str| {
        let metric = "metric = \"variance-ratio\"";
        codes_with(OF_CHAIN, written, &format!("test = {{ kind = \"order\", {metric}, {sides} }}\ncontrol = {{ {control} }}"))
    };
    let changed = "lesser = {}, greater = { change = { regime = \"accumulate\" } }";
    assert!(order(changed, "samples = 30").is_empty());
    assert_eq!(order(changed, "regime = \"accumulate\""), ["control-alike"]);
    assert!(order(&format!("{changed}, margin = 0.1"), "regime = \"accumulate\"").is_empty(), "nothing is below every margin");
    assert_eq!(order("lesser = {}, greater = { change = {} }", "samples = 30"), ["empty-control"]);
    assert_eq!(order("lesser = {}, greater = { arm = \"real-only\", change = { samples = 9 } }", "samples = 30"), ["contradiction"]);
    assert_eq!(order("lesser = {}, greater = { change = { fidelity = \"scaled\" } }", "samples = 30")[0], "not-changeable");
}

#[test]
fn a_judgement_that_the_descriptor_refutes_is_refused_for_the_simulation_that_it_is_about() {
    let refuted = "realism-contradicts-regime";
    let judged = "level = \"unmet\"";
    assert_eq!(codes_with(CHAIN, judged, "level = \"met\""), [refuted]);
    assert_eq!(codes_with(CHAIN, judged, "level = \"partly\""), [refuted]);
    assert!(codes_with(CHAIN, judged, "level = \"unclear\"").is_empty());
    assert_eq!(codes_with(CHAIN, "regime = \"replace\"", "regime = \"accumulate\""), [refuted], "accumulation is no `unmet`");
    let own = "level = \"met\"\ncoder = \"registry\"\nlocator = \"Section 2\"\nreason = \"kept\"\n[[realism]]\ncondition = \"accumulate\"\n\
               simulation = \"chain\"\nlevel = \"unmet\"";
    assert!(codes_with(CHAIN, judged, own).is_empty(), "a simulation that is judged on its own is not judged by the study");
    // Another condition in its place stands twice then, and `accumulate` is judged by nobody.
    let refutes = |text: &str| codes_with(CHAIN, "condition = \"accumulate\"\nlevel = \"unmet\"", text).contains(&refuted);
    assert!(!refutes("condition = \"growth\"\nlevel = \"unmet\""));
    for (condition, level) in [("growth", "met"), ("quality", "met"), ("compute", "met"), ("real-share", "partly"), ("sampling", "unmet")] {
        let text = format!("condition = \"{condition}\"\nlevel = \"{level}\"");
        assert!(refutes(&text), "{condition} {level}");
    }
}

#[test]
fn the_position_of_the_position_paper_names_every_definition_and_every_cell_once() {
    let name = "studies/position-paper.toml";
    let shipped = fs::read_to_string(name).expect("shipped");
    let registry = load(&shipped_sources()).registry.expect("the shipped registry is valid");
    let position = registry.position.expect("shipped");
    assert_eq!((position.verdicts.len(), position.cells.len()), (8, 16));
    let codes: Vec<_> = load(&sources(&with(&[(name, &shipped)]))).problems.iter().map(|problem| problem.code).collect();
    assert!(codes.contains(&"unknown-study") && codes.contains(&"unknown-claim"), "another registry has neither: {codes:?}");
    let cells = shipped.split("[[cell]]").next().expect("verdicts");
    let codes: Vec<_> = load(&sources(&with(&[(name, cells)]))).problems.iter().map(|problem| problem.code).collect();
    assert!(codes.iter().filter(|code| **code == "missing-key").count() >= 16, "{codes:?}");
}

#[test]
fn machine_formats_escape_what_they_must() {
    let loaded = load(&sources(&with(&[("studies/bad.toml", &bad("keys-and-words"))])));
    let json: serde_json::Value = serde_json::from_str(&diagnostics::json(&loaded.problems)).expect("valid JSON");
    assert_eq!(json.as_array().map(Vec::len), Some(loaded.problems.len()));
    for line in diagnostics::github(&loaded.problems, "").lines() {
        assert!(line.starts_with("::error file=studies/bad.toml,line=") || line.starts_with("::notice "), "{line}");
    }
}

#[test]
fn the_schema_knows_every_key_of_the_tiny_registry() {
    let schemas = [("studies", schema::studies()), ("claims", schema::claims())];
    for (folder, schema) in schemas {
        let properties = schema["properties"].as_object().expect("an object");
        for (name, bytes) in tiny().iter().filter(|(name, _)| name.starts_with(folder) && name.contains("/tiny-")) {
            let table: toml::Table = String::from_utf8(bytes.clone()).expect("text").parse().expect("TOML");
            assert!(table.keys().all(|key| properties.contains_key(key)), "{name}");
        }
        assert_eq!(schema["additionalProperties"], false);
    }
}

/// The printed table, cell by cell: study, definition, basis. A study without marks has none here and counts all the same.
fn printed() -> (Vec<String>, Vec<(String, Definition, Basis)>) {
    let text = fs::read_to_string("tests/registry/position-paper-coding.csv").expect("the printed table is there");
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let head = lines.next().expect("a head");
    let (mut studies, mut marks) = (Vec::new(), Vec::new());
    for line in lines {
        assert_eq!(line.len(), head.len(), "{line:?}");
        studies.push(line[0].to_owned());
        for (name, cell) in head.iter().zip(&line).skip(5).filter(|(_, cell)| !cell.is_empty()) {
            let (definition, basis) = (Definition::parse(name).expect("a definition"), Basis::parse(cell).expect("a basis"));
            marks.push((line[0].to_owned(), definition, basis));
        }
    }
    marks.sort();
    (studies, marks)
}

/// The coder whose marks are the printed table's, and the studies that table has.
const PRINTED_CODER: &str = "position-paper";
const PRINTED_STUDIES: usize = 28;

#[test]
fn the_printed_coding_is_registered_cell_for_cell() {
    let (studies, marks) = printed();
    assert_eq!(studies.len(), PRINTED_STUDIES);
    let registry = load(&shipped_sources()).registry.expect("the shipped registry is valid");
    let coded = registry.studies.values().flat_map(|study| study.codings.iter().map(move |coding| (study, coding)));
    let coded = coded.filter(|(_, coding)| coding.coder == PRINTED_CODER);
    let mut found: Vec<_> = coded.map(|(study, coding)| (study.id.clone(), coding.definition, coding.basis)).collect();
    found.sort();
    let expected: Vec<_> = marks.into_iter().filter(|(study, _, _)| registry.studies.contains_key(study)).collect();
    assert_eq!(found, expected);
}

#[test]
fn the_committed_audit_holds_the_printed_coding_cell_for_cell() {
    let audit: serde_json::Value = serde_json::from_slice(&fs::read("report/audit.json").expect("report/ is committed")).expect("JSON");
    let word = |value: &serde_json::Value| value.as_str().expect("a word").to_owned();
    let (mut present, mut found) = (Vec::new(), Vec::new());
    for study in audit["studies"].as_array().expect("a list") {
        let id = word(&study["id"]);
        for (definition, basis) in study["definitions"][PRINTED_CODER].as_object().into_iter().flatten() {
            let (definition, basis) = (Definition::parse(definition).expect("a definition"), Basis::parse(&word(basis)).expect("a basis"));
            found.push((id.clone(), definition, basis));
        }
        present.push(id);
    }
    found.sort();
    let expected: Vec<_> = printed().1.into_iter().filter(|(study, _, _)| present.contains(study)).collect();
    assert_eq!(found, expected);
}

#[test]
fn every_study_of_the_printed_table_is_registered() {
    let registry = load(&shipped_sources()).registry.expect("the shipped registry is valid");
    let missing: Vec<_> = printed().0.into_iter().filter(|study| !registry.studies.contains_key(study)).collect();
    assert!(missing.is_empty(), "{} of {PRINTED_STUDIES} are missing: {missing:?}", missing.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut files = tiny();
        files.insert("studies/tiny-2024-gaussian.toml".to_owned(), bytes.clone());
        files.insert("claims/criteria.toml".to_owned(), bytes);
        let _ = shown(&files);
    }

    #[test]
    fn a_shipped_file_with_a_hole_never_panics(at in 0_usize..900, length in 1_usize..40, file in 0_usize..4) {
        let mut files = tiny();
        let name = files.keys().filter(|name| name.contains("/tiny-")).nth(file).cloned().expect("four files");
        let bytes = files.get_mut(&name).expect("there");
        let start = at.min(bytes.len());
        let end = (at + length).min(bytes.len());
        bytes.drain(start..end);
        let _ = shown(&files);
    }
}
