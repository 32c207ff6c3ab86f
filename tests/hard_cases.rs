//! Small registries on which the tool once decided what nobody could know, run through the library with many seeds.

use collapse_audit::drive::{Driver, Held, Scope, Settled};
use collapse_audit::plan::{Cache, Executor, Selection, Silent, expand};
use collapse_audit::random::Seed;
use collapse_audit::registry::{Registry, Severity, Sources, diagnostics, load};
use collapse_audit::verdict::{Answer, Reply, TestOutcome};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::AtomicBool;

static NOTHING: std::sync::LazyLock<collapse_audit::plan::Recordings> = std::sync::LazyLock::new(collapse_audit::plan::Recordings::default);
static NEVER: AtomicBool = AtomicBool::new(false);

fn registry(case: &str) -> Registry {
    let sources = Sources::folder(&Path::new("tests/registry/cases").join(case)).expect("a folder");
    let loaded = load(&sources);
    let problems = loaded.problems.iter().filter(|problem| problem.severity == Severity::Problem).count();
    assert_eq!(problems, 0, "{}", diagnostics::human(&loaded.problems, &sources, diagnostics::Colour::Plain));
    loaded.registry.expect("no problems, so a registry")
}

/// The answers to every claim's own test by name, after at most `most` replicates: worlds and controls are left out.
fn answers(registry: &Registry, seed: u64, most: u32) -> BTreeMap<String, Answer> {
    let held = BTreeMap::from([(Held::Test, Settled::Undecided { replicates: most })]);
    let scope = Scope::Accepted(registry.claims.keys().map(|id| (id.clone(), held.clone())).collect());
    let cache = Cache::none();
    let executor = Executor {
        seed: Seed(seed),
        first_look: registry.criteria.first_look as u32,
        cache: &cache,
        recordings: &NOTHING,
        interrupt: &NEVER,
        progress: &Silent,
    };
    let decided = Driver { registry, executor, scope: &scope }.decide(&expand(registry, &Selection::Published)).expect("runs");
    let claims = decided.into_iter().flat_map(|simulation| simulation.claims);
    let answer = |reply: Reply| match reply {
        Reply::Answer(answer) => answer,
        Reply::Finding(finding) => panic!("a declared test has an answer, found {finding:?}"),
    };
    claims.map(|(name, claim)| (name, answer(claim.test.frozen))).collect()
}

/// Width 0 is for exact moments and atoms alone.
fn has_honest_width(answer: &Answer) -> bool {
    match (answer.low, answer.high) {
        (Some(low), Some(high)) => high > low || ["exact-moments", "order-statistics-atom"].contains(&answer.inference.as_str()),
        (None, _) | (_, None) => true,
    }
}

#[test]
fn a_rare_second_state_that_no_run_showed_decides_nothing() {
    let registry = registry("zero-variance");
    for seed in 0..40 {
        for (name, answer) in answers(&registry, seed, 256) {
            assert_eq!(answer.outcome, TestOutcome::Undecided, "{name} with seed {seed}: {answer:?}");
            assert!(has_honest_width(&answer) && answer.needs.is_some(), "{name} with seed {seed}: {answer:?}");
        }
    }
}

#[test]
fn what_leaves_the_range_of_numbers_is_never_contradicted() {
    let registry = registry("overflow");
    for seed in 0..10 {
        for (name, answer) in answers(&registry, seed, 1024) {
            assert_ne!(answer.outcome, TestOutcome::Fails, "{name} with seed {seed}: {answer:?}");
            let exact = answer.inference == "exact-moments" && answer.outcome == TestOutcome::Holds;
            assert!(exact || answer.reason.is_some(), "{name} with seed {seed}: {answer:?}");
            assert!(has_honest_width(&answer), "{name} with seed {seed}: {answer:?}");
        }
    }
}

#[test]
fn a_run_that_degenerated_has_no_spread_at_any_later_generation() {
    let registry = registry("degenerate");
    for seed in 0..5 {
        let found = answers(&registry, seed, 256);
        for name in ["median-falls-500", "median-falls-last", "most-runs-small"] {
            assert_eq!(found[name].outcome, TestOutcome::Holds, "{name} with seed {seed}: {:?}", found[name]);
        }
        assert_eq!(found["most-runs-large"].outcome, TestOutcome::Fails, "seed {seed}: {:?}", found["most-runs-large"]);
    }
}
