//! Descriptors that ask for what no machine has: refused while loading, with what they ask for and the limit.

use super::targets::TINY;
use collapse_audit::registry::{Problem, Sources, load};
use std::collections::BTreeMap;
use std::fmt::Write;

const CHAIN: &str = "studies/tiny-2024-gaussian.toml";
const OF_CHAIN: &str = "claims/tiny-2024-gaussian.toml";

/// The problems of the tiny registry with some texts of some of its files replaced.
fn problems(changes: &[(&str, &str, &str)]) -> Vec<Problem> {
    let mut files: BTreeMap<String, String> =
        TINY.iter().map(|(name, bytes)| (name.clone(), String::from_utf8(bytes.clone()).expect("text"))).collect();
    for (name, from, to) in changes {
        let text = files.get_mut(*name).expect("a file of the registry");
        assert!(text.contains(from), "{name} holds `{from}`");
        *text = text.replacen(from, to, 1);
    }
    let sources = Sources::of(files.iter().map(|(name, text)| (name.as_str(), text.clone().into_bytes())));
    load(&sources).problems
}

/// Codes and messages of what a change to the chain's study leads to there.
fn told(from: &str, to: &str) -> Vec<(&'static str, String)> {
    let found = problems(&[(CHAIN, from, to)]).into_iter().filter(|problem| problem.file == CHAIN);
    found.map(|problem| (problem.code, format!("{}; {}", problem.message, problem.remedy))).collect()
}

fn is_told(found: &[(&'static str, String)], code: &str, words: &[&str]) {
    let fits = |(found, text): &(&'static str, String)| *found == code && words.iter().all(|word| text.contains(word));
    assert!(found.iter().any(fits), "{code} with {words:?} in {found:?}");
}

fn list(values: impl Iterator<Item = u32>) -> String {
    format!("[{}]", values.map(|value| value.to_string()).collect::<Vec<_>>().join(", "))
}

const GRID: &str = "grid = { samples = [10, 20, 40] }";

#[test]
fn sizes_that_no_machine_could_run_are_refused_with_the_limit() {
    is_told(&told("dimension = 1 ", "dimension = 1_000_000_000 "), "out-of-range", &["1000000000", "1000"]);
    is_told(&told("samples = 20\n", "samples = 1_000_000_000_000\n"), "out-of-range", &["1000000000000", "1000000000"]);
    is_told(&told("generations = 20\n", "generations = 1_000_000_000\n"), "out-of-range", &["1000000000", "10000000"]);
    let grid = format!("grid = {{ samples = {}, generations = {} }}", list(1..1001), list(1..1001));
    is_told(&told(GRID, &grid), "too-many-cells", &["1000000 cells", "at most 1000"]);
}

#[test]
fn no_point_of_a_grid_with_too_many_is_made_for_the_study_or_its_claims() {
    let axis = |from| list(from..from + 300);
    let grid = format!("grid = {{ samples = {}, generations = {}, \"truth.mean\" = {} }}", axis(10), axis(10), axis(0));
    let found = problems(&[(CHAIN, GRID, &grid)]);
    let of_grid: Vec<_> = found.iter().filter(|problem| problem.code == "too-many-cells").collect();
    assert_eq!(of_grid.len(), 1, "{found:?}");
    assert!(of_grid[0].message.contains("27000000 cells") && of_grid[0].file == CHAIN, "{of_grid:?}");
}

#[test]
fn cells_that_hold_more_numbers_than_a_study_may_are_refused_before_all_are_made() {
    let truth = "truth = { kind = \"gaussian\", dimension = 1 }\nmodel = { kind = \"gaussian-unbiased\" }";
    let categories = "truth = { kind = \"categorical\", law = \"uniform\", categories = 1_000_000 }\nmodel = \"categorical\"";
    let grid = format!("grid = {{ samples = {} }}", list(10..1010));
    let metrics =
        "metrics = [\"mean-squared-error\", \"variance-ratio\", \"log-variance\"]\nrisk = \"mean-squared-error\"\nnull_risk = \"1\"";
    let found = problems(&[(CHAIN, truth, categories), (CHAIN, metrics, "metrics = [\"heterozygosity\"]"), (CHAIN, GRID, &grid)]);
    let message = &found.iter().find(|problem| problem.code == "too-many-cells").unwrap_or_else(|| panic!("{found:?}")).message;
    assert!(message.contains("20000000 numbers"), "{message}");
}

#[test]
fn a_replicate_that_takes_minutes_is_refused_with_its_estimate() {
    let found = told(
        "samples = 20\ngenerations = 20\n",
        "samples = 1_000_000\ngenerations = 1_000_000\ncuration = [{ kind = \"verifier\", true_accept = 0.9, false_accept = 0.1 }]\n",
    );
    is_told(&found, "too-dear", &["seconds of one core", "at most 60"]);
}

#[test]
fn a_test_at_every_generation_of_a_long_run_is_refused_with_the_memory_it_would_take() {
    let found = problems(&[(CHAIN, "generations = 20\n", "generations = 30_000\n")]);
    let refused: Vec<_> = found.iter().filter(|problem| problem.code == "too-many-values").collect();
    assert!(!refused.is_empty() && refused.iter().all(|problem| problem.file == OF_CHAIN), "{found:?}");
    assert!(refused[0].message.contains(" MB for every 256 replicates") && refused[0].remedy.contains("at most 250"), "{refused:?}");
}

#[test]
fn expressions_that_take_long_are_refused_whatever_makes_them_long() {
    let written = "\"t / samples\"";
    let code = |expression: &str| {
        let found = problems(&[(OF_CHAIN, written, &format!("\"{expression}\""))]);
        found.into_iter().filter(|problem| problem.code == "expression").map(|problem| problem.message).collect::<Vec<_>>().join("; ")
    };
    assert_eq!(code("t / samples + 0 * sum(k, 1, 1000, k)"), "", "what is quick is fine");
    let nested = (0..6).fold("1".to_owned(), |inner, depth| format!("product(k{depth}, 1, 500, {inner})"));
    assert!(code(&nested).contains("more than 1000000 terms"));
    let long = format!("sum(k, 1, 999999, {})", vec!["t"; 200].join("+"));
    assert!(code(&long).contains("more than 20000000 steps"));
    // Each value for itself is fine; three cells, two generations, a test and its control ask it twelve times.
    let study = format!("iterate(x, 0, 600000, {})", vec!["t"; 14].iter().fold("x".to_owned(), |sum, t| format!("{sum} + {t}")));
    assert!(code(&study).contains("more than 200000000 steps of arithmetic in all"), "{}", code(&study));
    let wide = vec!["t"; 200].join("*");
    assert!(code(&wide).is_empty() || code(&wide).contains("not a finite number"), "{}", code(&wide));
}

#[test]
fn of_a_file_with_very_many_problems_the_first_are_told_and_the_rest_counted() {
    let mut tables = GRID.to_owned();
    for number in 0..16_000 {
        write!(tables, "\n[unknown-{number}]\nx = 1").expect("text grows");
    }
    let found = problems(&[(CHAIN, GRID, &tables)]);
    let (counted, told): (Vec<_>, Vec<_>) = found.iter().partition(|problem| problem.code == "more-problems");
    assert_eq!(told.iter().filter(|problem| problem.code == "unknown-key").count(), 1_000);
    assert_eq!(counted.len(), 1);
    assert!(counted[0].message.contains("16000 things"), "{}", counted[0].message);
}
